"""Sex by code and by character."""

from __future__ import annotations

import pytest

from kyc_core.errors import InvalidFormat
from kyc_core.sex import Sex, is_valid, parse


@pytest.mark.parametrize(
    ("text", "sex"),
    [
        ("0", Sex.UNKNOWN),
        ("1", Sex.MALE),
        ("2", Sex.FEMALE),
        ("9", Sex.NOT_STATED),
        ("男", Sex.MALE),
        ("女", Sex.FEMALE),
    ],
)
def test_codes_and_characters_are_read(text: str, sex: Sex) -> None:
    assert parse(text) is sex


@pytest.mark.parametrize("value", ["", "3", "male", "男性", "１", 1, None, b"1", ["1"]])
def test_anything_else_is_not_valid(value: object) -> None:
    assert not is_valid(value)


def test_parsing_anything_else_raises() -> None:
    with pytest.raises(InvalidFormat) as caught:
        parse("3")
    assert caught.value.field == "sex"


def test_only_male_and_female_are_printed_on_a_card() -> None:
    assert [sex.hanzi for sex in Sex] == ["", "男", "女", ""]
