from __future__ import annotations

from datetime import date

import pytest

from kyc_core import bank_card
from kyc_core.bank_card import CardType
from kyc_core.people import CardState, Person
from simulator.providers.tencent import issuers
from simulator.providers.tencent.codes import Language
from simulator.register import Register, ShippedPeople
from simulator.store import MemoryStore

TODAY = date(2026, 1, 1)
NOBODYS = "6225768888888888"
UNLISTED = "9900000000000002"


@pytest.fixture
def register() -> Register:
    return Register(ShippedPeople.load(), MemoryStore().space("t"))


@pytest.fixture
def holder(register: Register) -> Person:
    return next(person for person in register.people() if person.cards)


def look_up(number: str, register: Register) -> str:
    return issuers.look_up({"bank_card": number}, None, register, TODAY)


def test_a_card_of_a_known_issuer_is_found_whoever_holds_it(register: Register, holder: Person) -> None:
    assert look_up(holder.cards[0].number, register) == "found"
    assert look_up(NOBODYS, register) == "found"
    assert look_up(UNLISTED, register) == "not_found"


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (CardState.INVALID_NUMBER, "invalid_card_number"),
        (CardState.NO_ISSUER, "not_found"),
        (CardState.ISSUER_UNSUPPORTED, "card_type_unsupported"),
        (CardState.LOST, "found"),
        (CardState.NORMAL, "found"),
    ],
)
def test_a_card_on_file_speaks_for_itself(register: Register, holder: Person, state: CardState, expected: str) -> None:
    number = holder.cards[0].number
    facts = {"key": holder.key, "name": holder.name, "resident_id": holder.resident_id}
    register.put({**facts, "cards": [{"number": number, "state": state.value}]})

    assert look_up(number, register) == expected


def test_every_kind_of_card_has_a_number_and_no_card_has_minus_one() -> None:
    found = {row.card_type: issuers.card_type(number) for number, row in every_kind().items()}

    assert found == {CardType.DEBIT: 1, CardType.CREDIT: 2, CardType.PREPAID: 3, CardType.QUASI_CREDIT: 4}
    assert issuers.card_type(UNLISTED) == -1
    assert issuers.bank_name(UNLISTED, Language.ENGLISH) == ""


def test_a_credit_card_says_so_in_either_language() -> None:
    assert issuers.bank_name(NOBODYS, Language.CHINESE) == "招商银行信用卡"
    assert issuers.bank_name(NOBODYS, Language.ENGLISH) == "China Merchants Bank credit card"


def test_a_bank_without_an_english_name_is_named_in_chinese() -> None:
    for number, row in every_kind().items():
        spoken = issuers.bank_name(number, Language.ENGLISH)
        assert spoken.startswith(row.english or row.name)


def every_kind() -> dict[str, bank_card.Issuer]:
    """A card number of each kind of card there is."""
    found: dict[str, bank_card.Issuer] = {}
    for listed in bank_card.prefixes().values():
        for row in listed:
            number = row.bin.ljust(row.length, "0")
            if bank_card.issuer(number) is row and row.card_type not in {one.card_type for one in found.values()}:
                found[number] = row
    return found
