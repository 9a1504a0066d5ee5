from __future__ import annotations

from datetime import date

import pytest

from simulator.providers.mps.details import of

TODAY = date(2026, 1, 5)


def test_a_number_tells_place_birthday_age_and_gender() -> None:
    assert of("440305189207200314", TODAY) == {
        "province": "广东省",
        "city": "深圳市",
        "country": "南山区",
        "birthday": "18920720",
        "age": "133",
        "gender": "1",
    }


@pytest.mark.parametrize(
    ("number", "member", "value"),
    [
        pytest.param("110101190001010006", "city", "", id="a municipality has no city"),
        pytest.param("110199189001010158", "country", "", id="a county no table has"),
        pytest.param("110101190001010006", "gender", "2", id="an even sequence"),
    ],
)
def test_what_a_number_does_not_tell_is_empty(number: str, member: str, value: str) -> None:
    assert of(number, TODAY)[member] == value


@pytest.mark.parametrize("number", ["", "11010119000101", "x" * 18, "110101190002300006"])
def test_what_is_no_number_tells_nothing(number: str) -> None:
    assert of(number, TODAY) == {}
