"""Which sub-checks a request starts: everything its fields allow, of each axis the strongest.

>>> [run.id for run in eligible({"name", "idNumber"})]
['identity.two-factor', 'risk.fraud', 'risk.criminal']
>>> [run.id for run in eligible({"mobile"}, addresses=2)][3:5]
['mobile.address-verify[0]', 'mobile.address-verify[1]']
>>> eligible({"name", "facePhoto", "bankCardNumber"})
()

Source:
    Table of sub-checks rebuilt from the page "KYC China" and the client code [seed, doc, sdk]; strongest variant per
    axis [doc]; what the axes are, and that a lone date is ignored [inferred]; one upstream call per sub-check and per
    address [sdk].
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, NamedTuple

from simulator.providers.kyc_china.codes import Form, SubCheck, sub_checks

_PAIRS: Final = frozenset({"identity.name-mobile", "identity.id-mobile"})


class Run(NamedTuple):
    """One upstream call: a sub-check, and for an address check which address."""

    check: SubCheck
    position: int | None = None

    @property
    def id(self) -> str:
        """Return how the summary calls it."""
        return self.check.name if self.position is None else f"{self.check.name}[{self.position}]"


def eligible(fields: Collection[str], *, addresses: int = 0, pairs: bool = True) -> tuple[Run, ...]:
    """Return the upstream calls a request makes, in table order.

    Args:
        fields: wire names of the fields that are there, ``addressesToVerify`` left out.
        addresses: how many addresses are to be verified.
        pairs: whether name or identity number alone is checked against the mobile.
    """
    present = {*fields, "addressesToVerify"} if addresses else set(fields)
    allowed = [check for check in sub_checks().values() if _is_allowed(check, present, pairs)]
    strongest: dict[str, int] = {}
    for check in allowed:
        if check.axis:
            strongest[check.axis] = max(check.rank, strongest.get(check.axis, 0))
    runs: list[Run] = []
    for check in allowed:
        if check.axis and check.rank < strongest[check.axis]:
            continue
        if check.form is Form.ADDRESS:
            runs += [Run(check, position) for position in range(addresses)]
        else:
            runs.append(Run(check))
    return tuple(runs)


def _is_allowed(check: SubCheck, present: Collection[str], pairs: bool) -> bool:
    if check.name in _PAIRS and not pairs:
        return False
    if check.requires_any and not any(name in present for name in check.requires_any):
        return False
    return all(name in present for name in check.requires)
