from __future__ import annotations

from datetime import date

import pytest

from simulator.providers.tencent import operations
from simulator.register import Register, ShippedPeople
from simulator.store import MemoryStore

TODAY = date(2026, 1, 5)
BANK_ACTIONS = ("BankCard2EVerification", "BankCardVerification", "BankCard4EVerification")
ID = "310115188503140620"
NAME = "林静怡"
CARD = "6217000000000000103"
PHONE = "13490000010"
CLAIM = {"resident_id": ID, "name": NAME, "bank_card": CARD, "mobile": PHONE}
OTHERS_ID = "110101187810020151"


@pytest.fixture
def register() -> Register:
    return Register(ShippedPeople.load(), MemoryStore().space("t"))


def decide(action: str, register: Register, **claim: str) -> str:
    elements = operations_elements(action)
    values = {name: value for name, value in (CLAIM | claim).items() if name in elements}
    return operations.DECISIONS[action](values, operations.person_of(values, register), register, TODAY)


def operations_elements(action: str) -> set[str]:
    return {
        "BankCard2EVerification": {"name", "bank_card"},
        "BankCardVerification": {"name", "bank_card", "resident_id"},
        "BankCard4EVerification": {"name", "bank_card", "resident_id", "mobile"},
    }[action]


@pytest.mark.parametrize("action", BANK_ACTIONS)
def test_the_truth_matches_in_every_action(action: str, register: Register) -> None:
    assert decide(action, register) == "match"


@pytest.mark.parametrize(
    ("action", "claim", "expected"),
    [
        pytest.param("BankCard2EVerification", {"name": "林静"}, "cardholder_wrong", id="2E name"),
        pytest.param("BankCardVerification", {"name": "林静"}, "mismatch", id="3E name"),
        pytest.param("BankCardVerification", {"resident_id": OTHERS_ID}, "mismatch", id="3E number of somebody else"),
        pytest.param(
            "BankCardVerification", {"resident_id": "110101199003070011"}, "mismatch", id="3E nobody's number"
        ),
        pytest.param("BankCard4EVerification", {"name": "林静"}, "cardholder_wrong", id="4E name"),
        pytest.param("BankCard4EVerification", {"mobile": "13490000020"}, "mismatch", id="4E phone"),
        pytest.param(
            "BankCardVerification", {"bank_card": "6228480000000000208"}, "mismatch", id="somebody else's card"
        ),
        pytest.param("BankCardVerification", {"bank_card": "9900000000000002"}, "no_issuing_bank", id="no issuer"),
        pytest.param(
            "BankCardVerification", {"bank_card": "6226090210146748"}, "invalid_card_number", id="nobody's card"
        ),
    ],
)
def test_one_untrue_element_is_noticed(action: str, claim: dict[str, str], expected: str, register: Register) -> None:
    assert decide(action, register, **claim) == expected


def test_the_state_of_the_card_comes_before_its_holder(register: Register) -> None:
    lost = "6217000000000010706"

    assert decide("BankCardVerification", register, bank_card=lost) == "reported_lost"


def test_a_card_on_file_has_an_issuer_whatever_its_prefix(register: Register) -> None:
    register.put(
        {"key": "mine", "name": NAME, "resident_id": "110101199003070011", "cards": [{"number": "9900000000000002"}]}
    )
    claim = {"resident_id": "110101199003070011", "bank_card": "9900000000000002"}

    assert decide("BankCardVerification", register, **claim) == "match"


def test_a_person_is_found_by_identity_number_first_then_by_card(register: Register) -> None:
    assert operations.person_of({"resident_id": ID, "bank_card": "6228480000000000208"}, register) is not None
    by_number = operations.person_of({"resident_id": ID, "bank_card": "6228480000000000208"}, register)
    by_card = operations.person_of({"resident_id": "110101199003070011", "bank_card": CARD}, register)
    nobody = operations.person_of({"name": NAME}, register)

    assert by_number is not None
    assert by_card is not None
    assert (by_number.key, by_card.key, nobody) == ("ordinary-01", "ordinary-01", None)
