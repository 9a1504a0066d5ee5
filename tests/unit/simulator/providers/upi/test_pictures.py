from __future__ import annotations

import base64

import pytest

from kyc_core.people import parse_person
from simulator.providers.upi import pictures

PERSON = parse_person({"key": "a", "name": "测试甲", "resident_id": "110101190001010006"})
PNG = b"\x89PNG\r\n\x1a\n"


def text(data: bytes) -> str:
    return base64.b64encode(data).decode()


@pytest.mark.parametrize(
    ("sent", "fault"),
    [
        (text(PNG), ""),
        (text(b"\xff\xd8\xff"), ""),
        (text(b"\xff\xd8"), "image"),
        (text(b"GIF89a"), "image"),
        (text(PNG) + "\n", "base64"),
        (text(PNG)[:-1], "base64"),
        ("data:image/png;base64," + text(PNG), "base64"),
        ("/9j/****", "base64"),
    ],
)
def test_a_picture_is_known_by_its_first_bytes(sent: str, fault: str) -> None:
    assert pictures.fault_of(sent) == fault


def test_a_picture_may_have_to_state_its_size() -> None:
    whole = PNG + b"\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00"

    assert pictures.fault_of(text(PNG), depth="header") == "header"
    assert pictures.fault_of(text(whole), depth="header") == ""


def test_line_breaks_are_dropped_and_nothing_else() -> None:
    assert pictures.without_line_breaks("a\r\nb\nc\rd e\t") == "abcd e\t"


def test_a_score_from_the_photo_is_the_documented_formula() -> None:
    # printf iVBORw0KGgo= | sha256sum, the first four digits modulo 101
    assert pictures.by_digest(PNG, PERSON).score == 63.0
    assert {pictures.by_digest(bytes([n]), PERSON).score for n in range(256)} <= set(map(float, range(101)))


def test_every_value_of_the_switch_has_a_matcher() -> None:
    from simulator.providers.upi.codes import table

    assert set(table().switches["upi.confidence_source"].values) == set(pictures.MATCHERS)
