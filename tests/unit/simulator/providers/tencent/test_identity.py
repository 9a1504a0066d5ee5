from __future__ import annotations

import base64
from datetime import date

import pytest

from contracts.strategies.photo_bytes import png
from simulator.providers.tencent import identity
from simulator.register import Register, ShippedPeople
from simulator.store import MemoryStore

TODAY = date(2026, 1, 5)
FACE = base64.b64encode(png(comment=b"a face")).decode()


@pytest.fixture
def register() -> Register:
    return Register(ShippedPeople.load(), MemoryStore().space("t"))


def claim(register: Register, key: str, **more: str) -> dict[str, str]:
    person = register.get(key)
    assert person is not None
    return {"name": person.name, "resident_id": person.resident_id, **more}


@pytest.mark.parametrize(
    ("key", "expected"),
    [("ordinary-01", "match"), ("mps-not-found", "not_found"), ("mps-cancelled", "identity_invalid")],
)
def test_name_and_number_are_compared_with_the_record(register: Register, key: str, expected: str) -> None:
    values = claim(register, key)

    assert identity.two_elements(values, register.get(key), register, TODAY) == expected


@pytest.mark.parametrize(
    ("valid_to", "expected"),
    [
        pytest.param("00000000", "match", id="eight noughts"),
        pytest.param("长期", "validity_format", id="the word of others"),
        pytest.param("20380501", "mismatch", id="an end it does not have"),
    ],
)
def test_a_card_without_an_end_is_eight_noughts(register: Register, valid_to: str, expected: str) -> None:
    values = claim(register, "long-term-card", valid_from="20180501", valid_to=valid_to)

    assert identity.with_validity(values, register.get("long-term-card"), register, TODAY) == expected


@pytest.mark.parametrize(
    ("valid_from", "valid_to"),
    [
        pytest.param("20180231", "20380501", id="no such first day"),
        pytest.param("00000000", "20380501", id="noughts for the first day"),
        pytest.param("20180501", "20380231", id="no such last day"),
        pytest.param("20180501", "20180501", id="the same day"),
        pytest.param("20380501", "20180501", id="the wrong way round"),
    ],
)
def test_a_validity_that_is_none_is_told(register: Register, valid_from: str, valid_to: str) -> None:
    values = claim(register, "long-term-card", valid_from=valid_from, valid_to=valid_to)

    assert identity.with_validity(values, register.get("long-term-card"), register, TODAY) == "validity_format"


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("ordinary-01", "match"),
        ("photo-score-70", "match"),
        ("photo-score-69", "face_different"),
        ("photo-score-0", "face_different"),
        ("photo-poor", "photo_poor"),
        ("photo-no-face", "no_face"),
        ("mps-no-photo", "no_photo"),
    ],
)
def test_seventy_is_the_same_person_and_less_is_not(register: Register, key: str, expected: str) -> None:
    values = claim(register, key, photo=FACE)

    assert identity.face_sent(values, register.get(key), register, TODAY) == expected


@pytest.mark.parametrize(
    ("photo", "expected"),
    [("", "no_face"), ("QUJD", "no_face"), ("A" * (identity.LONGEST_PHOTO + 4), "photo_size")],
    ids=["none", "no picture", "too large"],
)
def test_a_photo_that_is_none_has_no_face(register: Register, photo: str, expected: str) -> None:
    values = claim(register, "ordinary-01", photo=photo)

    assert identity.face_sent(values, register.get("ordinary-01"), register, TODAY) == expected


@pytest.mark.parametrize(
    ("key", "today", "expected"),
    [
        ("child", date(2027, 5, 19), "[0,8)"),
        ("child", date(2027, 5, 20), "[8,16)"),
        ("teenager", date(2025, 11, 5), "[16,18)"),
        ("teenager", date(2027, 11, 4), "[16,18)"),
        ("teenager", date(2027, 11, 5), "[18,+)"),
        ("newborn", date(2026, 11, 19), ""),
    ],
)
def test_an_age_changes_on_the_birthday(register: Register, key: str, today: date, expected: str) -> None:
    assert identity.age_range(register.get(key), today) == expected
