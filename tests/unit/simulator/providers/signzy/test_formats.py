from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from simulator.providers.signzy.formats import (
    FIELDS,
    NESTED,
    Fault,
    Number,
    birth_date_of,
    consent_fault,
    fields_of,
    find_number,
    missing_or_mistyped,
    name_fault,
    number_fault,
)

TODAY = date(2026, 1, 5)
A, B = "110101190001010006", "110101190001010014"


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        pytest.param({"fullName": "a", "dateOfBirth": "b"}, None, id="both"),
        pytest.param({}, Fault("required", "fullName"), id="neither: the first"),
        pytest.param({"fullName": ""}, Fault("required", "fullName"), id="empty"),
        pytest.param({"fullName": "a"}, Fault("required", "dateOfBirth"), id="one"),
        pytest.param({"fullName": ["a"]}, Fault("type", "fullName", "string"), id="a list"),
        pytest.param({"fullName": "a", "dateOfBirth": 19000101}, Fault("type", "dateOfBirth", "string"), id="a number"),
    ],
)
def test_text_fields_are_looked_at_in_documented_order(document: dict[str, Any], fault: Fault | None) -> None:
    assert missing_or_mistyped(document, FIELDS) == fault


@pytest.mark.parametrize(
    ("nested", "flat", "placement", "found"),
    [
        pytest.param(A, None, "either", Number(A, flat=False), id="nested"),
        pytest.param(None, A, "either", Number(A, flat=True), id="flat is tolerated"),
        pytest.param(A, A, "either", Number(A, flat=False), id="both alike"),
        pytest.param(A, B, "either", Fault("differs", "nationalIdNumber"), id="both, different"),
        pytest.param(None, None, "either", Fault("required", NESTED), id="nowhere"),
        pytest.param(None, A, "nested", Fault("placement", "nationalIdNumber"), id="flat where nested is wanted"),
        pytest.param(A, None, "nested", Number(A, flat=False), id="nested where nested is wanted"),
        pytest.param(A, None, "flat", Fault("placement", NESTED), id="nested where flat is wanted"),
        pytest.param(None, A, "flat", Number(A, flat=False), id="flat where flat is wanted"),
        pytest.param(None, None, "flat", Fault("required", "nationalIdNumber"), id="nowhere, flat wanted"),
        pytest.param(1, None, "either", Fault("type", NESTED, "string"), id="a JSON number"),
        pytest.param("", None, "either", Fault("required", NESTED), id="empty"),
    ],
)
def test_where_the_number_may_stand(nested: object, flat: object, placement: str, found: Number | Fault) -> None:
    document: dict[str, Any] = {}
    if nested is not None:
        document["identityInformation"] = {"nationalIdNumber": nested}
    if flat is not None:
        document["nationalIdNumber"] = flat

    assert find_number(document, placement) == found


@pytest.mark.parametrize("information", ["text", ["list"], 7, False])
def test_identity_information_is_an_object(information: object) -> None:
    fault = find_number({"identityInformation": information}, "either")

    assert fault == Fault("type", "identityInformation", "object")


@pytest.mark.parametrize("consent", [False, "true", 1, "yes", [True], {}])
def test_only_true_is_consent(consent: object) -> None:
    assert consent_fault({"consent": consent}) == Fault("consent", "consent")


def test_consent_is_required() -> None:
    assert consent_fault({}) == Fault("required", "consent")
    assert consent_fault({"consent": True}) is None


@pytest.mark.parametrize("text", ["2026-01-05", "1900-01-01", "2004-02-29"])
def test_a_day_until_today_is_a_birth_date(text: str) -> None:
    assert birth_date_of(text, TODAY) == date.fromisoformat(text)


@pytest.mark.parametrize(
    "text", ["2026-01-06", "1900-02-29", "19000101", "1900/01/01", "1900-1-1", "1900-01-01\n", "１900-01-01", "NA"]
)
def test_no_other_text_is_a_birth_date(text: str) -> None:
    assert birth_date_of(text, TODAY) == Fault("", "dateOfBirth")


@pytest.mark.parametrize(
    ("number", "rule", "legacy", "wording"),
    [
        pytest.param(A, "resident_id_18", False, None, id="18"),
        pytest.param("11010119000101009x", "resident_id_18", False, None, id="lower-case x"),
        pytest.param("1101011900010", "resident_id_18", False, "", id="13"),
        pytest.param("110101000101001", "resident_id_18", False, "", id="15"),
        pytest.param("110101000101001", "resident_id_18", True, None, id="15, accepted"),
        pytest.param("1" + A, "resident_id_18", True, "", id="19"),
        pytest.param(A + "\n", "resident_id_18", False, "", id="trailing newline"),
        pytest.param("１" + A[1:], "resident_id_18", False, "", id="a full-width digit"),
        pytest.param("X" + A[1:], "resident_id_18", False, "", id="X in front"),
        pytest.param("1101011900010", "seed_13", False, None, id="13 as the page says"),
        pytest.param(A, "seed_13", False, "thirteen", id="18 against the page"),
        pytest.param("110101000101001", "seed_13", True, "thirteen", id="15 against the page"),
    ],
)
def test_the_form_of_a_number(number: str, rule: str, legacy: bool, wording: str | None) -> None:
    fault = number_fault(number, rule, legacy=legacy)

    assert fault == (None if wording is None else Fault(wording, "nationalIdNumber"))


@pytest.mark.parametrize(
    ("name", "sound"),
    [
        ("林静怡", True),
        ("晋", True),
        ("陈𬱖", True),
        ("阿里•买买提", True),
        ("Lin 静", True),
        ("Lin Jingyi", False),
        ("·", False),
        ("123", False),
        ("x" * 1_000_000, False),
    ],
    ids=lambda value: value[:12] if isinstance(value, str) else None,
)
def test_a_name_needs_one_chinese_character_anywhere(name: str, sound: bool) -> None:
    assert (name_fault(name) is None) is sound


def test_rules_see_known_texts_only_and_the_number_under_one_name() -> None:
    nested = {"fullName": "a", "identityInformation": {"nationalIdNumber": A, "x": "y"}, "consent": True, "x": "y"}

    assert fields_of(nested) == {"fullName": "a", NESTED: A, "consent": "true"}
    assert fields_of({"nationalIdNumber": A, "fullName": 1, "consent": "true"}) == {NESTED: A}
    assert fields_of({"identityInformation": "x", "consent": False}) == {"consent": "false"}
