from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from kyc_core.claims import Claim
from kyc_core.factors import Rules
from kyc_core.people import Person, parse_person
from kyc_core.verdicts import Verdict
from simulator.providers.mps.codes import catalogue
from simulator.providers.mps.operations import BY_FORM, Finding, decide, person_of, read_claim, rules_of
from simulator.register import Register, ShippedPeople
from simulator.store import MemoryStore

TODAY = date(2026, 1, 5)
RULES = Rules(today=TODAY)
NUMBER, NAME = "110101190001010006", "测试甲"
GIF = "R0lGODlhAQABAAAAACwAAAAAAQABAAA="
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNoAAAAggCB2kUIOwAAAABJRU5ErkJggg=="


def person(**changes: Any) -> Person:
    document = {"key": "a", "name": NAME, "resident_id": NUMBER, "valid_from": "20180501", "valid_to": "长期"}
    return parse_person({**document, "photos": [{}], **changes})


def found(operation: str, fields: dict[str, str], on_file: Person | None, *, scale: int = 100) -> Finding:
    asked = catalogue()[operation]
    return decide(asked, read_claim(asked, fields), on_file, RULES, scale=scale)


TWO = {"name": NAME, "idNum": NUMBER}
FOUR = {**TWO, "validFrom": "20180501", "validTo": "长期"}
FACE = {**TWO, "image": PNG}


@pytest.mark.parametrize(
    ("operation", "fields", "changes", "expected"),
    [
        pytest.param("two-factor", TWO, {}, "match", id="as on file"),
        pytest.param("two-factor", {**TWO, "name": "测试乙"}, {}, "mismatch", id="another name"),
        pytest.param("two-factor", TWO, {"state": "cancelled"}, "cancelled", id="cancelled"),
        pytest.param("two-factor", {**TWO, "idNum": NUMBER[:-1] + "7"}, {}, "invalid_id", id="check digit"),
        pytest.param("two-factor", {**TWO, "idNum": "1" * 13}, {}, "invalid_id", id="13 digits"),
        pytest.param("two-factor", {**TWO, "name": "Ceshi Jia"}, {}, "invalid_name", id="Latin name"),
        pytest.param("four-factor", FOUR, {}, "match", id="dates as on file"),
        pytest.param("four-factor", {**FOUR, "validTo": "00000000"}, {}, "match", id="the other word for no end"),
        pytest.param("four-factor", {**FOUR, "validTo": "20380501"}, {}, "mismatch", id="another end"),
        pytest.param("four-factor", {**FOUR, "validFrom": "00000000"}, {}, "invalid_validity", id="no beginning"),
        pytest.param("four-factor", {**FOUR, "validTo": "20180501"}, {}, "invalid_validity", id="ends as it starts"),
        pytest.param("four-factor", {**FOUR, "validFrom": "20180230"}, {}, "invalid_validity", id="no such day"),
        pytest.param("face-compare", FACE, {}, "match", id="the usual face"),
        pytest.param("face-compare", FACE, {"photos": []}, "no_photo", id="no photo on file"),
        pytest.param("face-compare", FACE, {"photos": [{"quality": "poor"}]}, "poor_photo", id="a poor picture"),
        pytest.param("face-compare", FACE, {"photos": [{"quality": "no_face"}]}, "no_face", id="no face"),
        pytest.param("face-compare", {**FACE, "name": "测试乙"}, {}, "mismatch", id="a name goes before a face"),
        pytest.param("face-compare", {**FACE, "image": "?"}, {}, "photo_undecodable", id="no Base64"),
        pytest.param("face-compare", {**FACE, "image": GIF}, {}, "photo_undecodable", id="no picture it knows"),
        pytest.param(
            "face-compare", {**FACE, "image": "?", "name": "测试乙"}, {}, "mismatch", id="nor is a bad one looked at"
        ),
        pytest.param("face-compare", {**FACE, "image": "?"}, {"photos": []}, "photo_undecodable", id="decoded first"),
    ],
)
def test_the_first_thing_that_is_wrong_is_found(
    operation: str, fields: dict[str, str], changes: dict[str, Any], expected: str
) -> None:
    assert found(operation, fields, person(**changes)).word == expected


def test_nobody_on_file_is_not_found() -> None:
    assert found("two-factor", TWO, None) == Finding("not_found")


@pytest.mark.parametrize(
    ("score", "word"),
    [
        (0, "face_different"),
        (39, "face_different"),
        (39.99, "face_different"),
        (40, "face_unsure"),
        (59.99, "face_unsure"),
        (60, "match"),
        (100, "match"),
    ],
)
@pytest.mark.parametrize("scale", [100, 1000])
def test_a_score_means_the_same_on_either_scale(score: float, word: str, scale: int) -> None:
    on_file = person(photos=[{"score": score}])

    finding = found("face-compare", FACE, on_file, scale=scale)

    assert finding.word == word
    assert finding.score == pytest.approx(score * scale / 100)


def test_a_number_that_nobody_can_hold_is_found_as_the_rules_say() -> None:
    operation = catalogue()["two-factor"]
    claim = Claim(name=NAME, resident_id=NUMBER[:-1] + "7")
    rules = Rules(today=TODAY, untrue_id=Verdict.NOT_FOUND)

    assert decide(operation, claim, None, rules, scale=100).word == "not_found"


@pytest.mark.parametrize(
    ("policy", "at_the_gateway", "at_nciic"),
    [
        ("dialect", Verdict.INVALID_ID, Verdict.NOT_FOUND),
        ("invalid_id", Verdict.INVALID_ID, Verdict.INVALID_ID),
        ("not_found", Verdict.NOT_FOUND, Verdict.NOT_FOUND),
    ],
)
def test_the_checksum_policy_is_the_dialects_unless_chosen(
    policy: str, at_the_gateway: Verdict, at_nciic: Verdict
) -> None:
    readings = {"mps.checksum_policy": policy}
    seen = [rules_of(catalogue()[name], readings, TODAY).untrue_id for name in ("four-factor", "nciicCompare")]

    assert seen == [at_the_gateway, at_nciic]


def test_what_is_found_by_form_needs_no_source() -> None:
    assert {"invalid_id", "invalid_name", "invalid_validity"} == BY_FORM


@pytest.fixture
def register() -> Register:
    return Register(ShippedPeople([person()]), MemoryStore().space("t"))


def test_a_person_is_named_by_number_with_the_check_character_in_either_case(register: Register) -> None:
    register.put({"key": "x", "name": "张三", "resident_id": "11010119000101009X"})
    claim, found = person_of(Claim(resident_id="11010119000101009x"), register, first_generation=False)

    assert found is not None
    assert (found.key, claim.resident_id) == ("x", "11010119000101009X")


@pytest.mark.parametrize(("accepted", "key"), [(True, "a"), (False, None)])
def test_fifteen_digits_stand_for_eighteen_only_where_they_are_accepted(
    register: Register, accepted: bool, key: str | None
) -> None:
    claim, found = person_of(Claim(resident_id="110101000101000"), register, first_generation=accepted)

    assert (found.key if found else None) == key
    assert claim.resident_id == (NUMBER if accepted else "110101000101000")


@pytest.mark.parametrize("number", ["110101001301000", "abcdefghijklmno", "", "1" * 17])
def test_what_stands_for_nothing_is_left_as_it_is(register: Register, number: str) -> None:
    claim, found = person_of(Claim(resident_id=number), register, first_generation=True)

    assert (claim.resident_id, found) == (number, None)
