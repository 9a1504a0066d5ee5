"""Who issued a bank card (CheckBankCardInformation): the decision, and the two members that name the bank.

>>> card_type("6225768888888888"), bank_name("6225768888888888", Language.ENGLISH)
(2, 'China Merchants Bank credit card')
>>> bank_name("6225768888888888", Language.CHINESE), card_type("9900000000000002")
('招商银行信用卡', -1)

Source:
    CheckBankCardInformation page and its examples [sdk]; which card gets which code [inferred]; 4 is semi-credit (C8).
    Banks and prefixes: `kyc_core.bank_card`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from kyc_core import bank_card
from kyc_core.bank_card import CardType
from kyc_core.people import CardState
from simulator.providers.tencent.codes import Language

if TYPE_CHECKING:
    from kyc_core.people import Person
    from simulator.register import Register

NO_TYPE: Final = -1
"""AccountType beside an empty AccountBank; an example has it, no list does [sdk]."""

_TYPES: Final[Mapping[CardType, int]] = MappingProxyType(
    {CardType.DEBIT: 1, CardType.CREDIT: 2, CardType.PREPAID: 3, CardType.QUASI_CREDIT: 4}
)
_CREDIT: Final[Mapping[Language, str]] = MappingProxyType(
    {Language.CHINESE: "信用卡", Language.ENGLISH: " credit card"}
)
_STATES: Final[Mapping[CardState, str]] = MappingProxyType(
    {
        CardState.INVALID_NUMBER: "invalid_card_number",
        CardState.NO_ISSUER: "not_found",
        CardState.ISSUER_UNSUPPORTED: "card_type_unsupported",
    }
)


def look_up(values: Mapping[str, str], person: Person | None, register: Register, today: date) -> str:
    """Say whether the issuer of a card is known; a card on file speaks for itself."""
    del person, today
    number = values["bank_card"]
    holder = register.by_card(number)
    card = None if holder is None else holder.card(number)
    if card is not None and card.state in _STATES:
        return _STATES[card.state]
    return "not_found" if bank_card.issuer(number) is None else "found"


def card_type(number: str) -> int:
    """Return the AccountType of a card."""
    row = bank_card.issuer(number)
    return NO_TYPE if row is None else _TYPES[row.card_type]


def bank_name(number: str, language: Language) -> str:
    """Return the AccountBank of a card; in Chinese where no English name is known."""
    row = bank_card.issuer(number)
    if row is None:
        return ""
    spoken = language if row.english else Language.CHINESE
    name = row.english if spoken is Language.ENGLISH else row.name
    return name + _CREDIT[spoken] if row.card_type is CardType.CREDIT else name
