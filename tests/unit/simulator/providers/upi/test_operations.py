from __future__ import annotations

from datetime import date

import pytest

from kyc_core.claims import Claim
from kyc_core.factors import photo_about
from kyc_core.people import Person, parse_person
from simulator.providers.upi.codes import PHOTO, documented
from simulator.providers.upi.operations import DECISIONS, IDENTIFYING, MATCH, Finding, decide
from simulator.providers.upi.siblings import BANK_CARD, ID_CARD, MOBILE, siblings

ID = "110101190001010006"
TODAY = date(2026, 1, 5)
CARD = "6217000000000000103"
LINE = "13490000010"

PERSON = parse_person(
    {
        "key": "a",
        "name": "测试甲",
        "resident_id": ID,
        "photos": [{"score": 91.99}],
        "cards": [{"number": CARD, "mobile": LINE}],
        "mobiles": [{"number": LINE, "operator": "mobile"}],
    }
)
CLAIM = Claim(name="测试甲", resident_id=ID, photo=b"\xff\xd8\xff")


def found(operation: str, claim: Claim, person: Person | None = PERSON) -> Finding:
    return decide(operation, claim, person, TODAY, photo_about)


def test_a_score_is_cut_to_a_whole_number() -> None:
    assert found(PHOTO, CLAIM) == Finding(MATCH, 91)


@pytest.mark.parametrize("operation", [PHOTO, ID_CARD, MOBILE, BANK_CARD])
def test_nobody_on_file_is_not_found_whatever_is_claimed(operation: str) -> None:
    assert found(operation, Claim(name="Nobody", resident_id="1"), None) == Finding("not_found")


@pytest.mark.parametrize(
    ("operation", "claim", "word"),
    [
        (ID_CARD, Claim(name="测试甲", resident_id=ID), MATCH),
        (ID_CARD, Claim(name="测试乙", resident_id=ID), "mismatch"),
        (MOBILE, Claim(name="测试甲", resident_id=ID, mobile=LINE), MATCH),
        (MOBILE, Claim(name="测试乙", resident_id=ID, mobile=LINE), "mismatch"),
        (BANK_CARD, Claim(name="测试甲", bank_card=CARD), MATCH),
        (BANK_CARD, Claim(name="测试乙", bank_card=CARD), "mismatch"),
        (BANK_CARD, Claim(name="测试甲", resident_id=ID, bank_card=CARD), MATCH),
        (BANK_CARD, Claim(name="测试甲", resident_id="1", bank_card=CARD), "mismatch"),
        (BANK_CARD, Claim(name="测试甲", resident_id=ID, bank_card=CARD, mobile=LINE), MATCH),
        (BANK_CARD, Claim(name="测试甲", resident_id=ID, bank_card=CARD, mobile="13490000011"), "mismatch"),
    ],
)
def test_siblings_compare_what_their_names_say_and_have_no_score(operation: str, claim: Claim, word: str) -> None:
    assert found(operation, claim) == Finding(word)


def test_every_operation_has_its_decision_and_is_looked_up_by_something_it_asks_for() -> None:
    operations = {operation.name: operation for operation in (documented(), *siblings())}

    assert operations.keys() == DECISIONS.keys() == IDENTIFYING.keys()
    for name, operation in operations.items():
        assert IDENTIFYING[name] in {member.claim for member in operation.inner if member.required}
