"""Decisions over the carriers' records, and what they say besides: carrier, state of the line, months on the network.

>>> months_range(24), months_range(0), months_range(None)
('[24,+)', '[0,3)', '')

Source:
    What the actions answer: their pages [sdk]. Ranges of months: one example, ``[24,+)``; the others are those of a
    sister product [inferred].
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from kyc_core import mobile
from kyc_core.claims import Claim, same_name
from kyc_core.factors import MobileFinding, mobile_cross
from kyc_core.people import LineStatus

if TYPE_CHECKING:
    from kyc_core.mobile import Operator
    from kyc_core.people import MobileLine, Person
    from simulator.register import Register

Values = Mapping[str, str]

_MONTHS: Final = ((3, "[0,3)"), (6, "[3,6)"), (12, "[6,12)"), (24, "[12,24)"))
_LONGEST: Final = "[24,+)"

UNKNOWN_STATUS: Final = 99
UNUSABLE: Final = 5
"""A status that only the domestic site has (C22)."""
STATUSES: Final[Mapping[LineStatus, int]] = MappingProxyType(
    {
        LineStatus.NORMAL: 0,
        LineStatus.OUT_OF_SERVICE: 1,
        LineStatus.CANCELLED: 2,
        LineStatus.NOT_ON_NETWORK: 4,
        LineStatus.UNUSABLE: UNUSABLE,
        LineStatus.UNKNOWN: UNKNOWN_STATUS,
    }
)
"""StatusCode of MobileStatus; there is no 3."""
_GONE: Final = frozenset({LineStatus.CANCELLED, LineStatus.NOT_ON_NETWORK})

_DIFFERENCES: Final[Mapping[MobileFinding, str]] = MappingProxyType(
    {MobileFinding.NAME_DIFFERS: "PhoneNameMismatch", MobileFinding.ID_DIFFERS: "PhoneIdCardMismatch"}
)
OTHER_DIFFERENCE: Final = "OtherMismatch"


def cross(operator: str = "") -> Callable[[Values, Person | None, Register, date], str]:
    """Make the decision of an action that compares a line's holder with a name, and a number where there is one.

    Args:
        operator: the only carrier that is asked; empty for whichever runs the line.
    """

    def decide(values: Values, person: Person | None, register: Register, today: date) -> str:
        del person, today
        finding = _finding(values, register)
        line = line_of(values, register)
        if finding is MobileFinding.NO_RECORD or (operator and line is not None and line.operator != operator):
            return "no_record"
        return "match" if finding is MobileFinding.MATCH else "mismatch"

    return decide


def status(values: Values, person: Person | None, register: Register, today: date) -> str:
    """Say whether the state of a line is known."""
    del person, today
    return "no_record" if line_of(values, register) is None else "found"


def network_time(values: Values, person: Person | None, register: Register, today: date) -> str:
    """Say whether it is known for how long a line has been on the network."""
    del person, today
    line = line_of(values, register)
    if line is None or line.status in _GONE:
        return "no_record"
    return "duration_unknown" if line.months is None else "found"


def line_of(values: Values, register: Register) -> MobileLine | None:
    """Return the line a claim is about, if anybody on file has it."""
    number = values.get("mobile", "")
    owner = register.by_mobile(number)
    return None if owner is None else owner.line(number)


def carrier(values: Values, register: Register) -> Operator | None:
    """Return who runs the line: as on file, else to whom its range was given."""
    line = line_of(values, register)
    if line is not None:
        return line.operator
    row = mobile.allocation_of(values.get("mobile", ""))
    return None if row is None else row.operator


def difference(values: Values, register: Register) -> str:
    """Return the ``ResultDetail`` of a claim that does not agree; `OTHER_DIFFERENCE` where nothing seems to differ."""
    finding = _finding(values, register)
    if finding is not MobileFinding.BOTH_DIFFER:
        return _DIFFERENCES.get(finding, OTHER_DIFFERENCE)
    holder = register.by_resident_id(values["resident_id"])
    together = holder is None or same_name(values["name"], holder.name)
    return "PhoneNameIdCardMismatch" if together else "NameIdCardMismatch"


def months_range(months: int | None) -> str:
    """Return the half-open range that a number of full months lies in; empty where it is not known."""
    if months is None:
        return ""
    return next((name for below, name in _MONTHS if months < below), _LONGEST)


def _finding(values: Values, register: Register) -> MobileFinding:
    number = values["mobile"]
    claim = Claim(name=values["name"], resident_id=values.get("resident_id"), mobile=number)
    return mobile_cross(claim, register.by_mobile(number))
