"""Sibling operations, experimental: off unless ``upi.experimental_operations`` is on, and never to be cited.

Of their pages only the heads can be read: name, purpose, and request members that are those of the documented
operation. Path, trade types and the encrypted members here are invented. They share rules and answers with the
documented operation, but for ``confidence``, which only a picture has; a rule tells them apart by ``tradeType``.

>>> [sibling.name for sibling in siblings()]
['BANKCARD_VERIFICATION', 'MOBILE_NUMBER_VERIFICATION', 'ID_CARD_VERIFICATION']

Source:
    UPI developer site, "Bankcard Verification" and "Mobile Number Verification", heads of the pages [doc]; that there
    is a name and number check, and everything else [inferred].
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from simulator.providers.upi.codes import Kind, Member, Operation, documented

BANK_CARD: Final = "BANKCARD_VERIFICATION"
MOBILE: Final = "MOBILE_NUMBER_VERIFICATION"
ID_CARD: Final = "ID_CARD_VERIFICATION"

_FOLDER: Final = "/uis/idverify/v1/"
_NAME: Final = "customerNm"
_NUMBER: Final = "certifID"
_CARD: Final = Member(name="cardNo", kind=Kind.N, least=12, most=19, required=True, personal=True, claim="bank_card")
_LINE: Final = Member(name="mobileNo", kind=Kind.N, least=11, most=11, required=True, personal=True, claim="mobile")


@lru_cache(maxsize=1)
def siblings() -> tuple[Operation, ...]:
    """Return the experimental operations."""
    person = {member.name: member for member in documented().inner}
    name, number = person[_NAME], person[_NUMBER]
    optional = (replace(number, required=False), replace(_LINE, required=False))
    return (
        _sibling(BANK_CARD, "bankcardverification", ("ID0102", "ID0103", "ID0104"), (_CARD, name, *optional)),
        _sibling(MOBILE, "mobilenumberverification", ("ID0303",), (name, number, _LINE)),
        _sibling(ID_CARD, "idcardverification", ("ID0202",), (name, number)),
    )


ELEMENTS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "ID0102": frozenset({"bank_card", "name"}),
        "ID0103": frozenset({"bank_card", "name", "resident_id"}),
        "ID0104": frozenset({"bank_card", "name", "resident_id", "mobile"}),
    }
)
"""What a trade type needs of the optional encrypted members."""


def _sibling(name: str, path: str, trade_types: tuple[str, ...], inner: tuple[Member, ...]) -> Operation:
    return replace(
        documented(),
        name=name,
        path=_FOLDER + path,
        trade_types=frozenset(trade_types),
        inner=inner,
        experimental=True,
    )
