from __future__ import annotations

import re
from enum import StrEnum

import pytest

from kyc_core.documents import MOST, PersonError, distinct, each, members, text, whole, word


class Fruit(StrEnum):
    PLUM = "plum"
    PEAR = "pear"


@pytest.mark.parametrize(
    ("document", "pointer"),
    [
        pytest.param([], "/a", id="a list"),
        pytest.param(None, "/a", id="null"),
        pytest.param({}, "/a/key", id="a needed member is absent"),
        pytest.param({"key": 1, "x/y~": 2}, "/a/x~1y~0", id="an unknown member, escaped"),
    ],
)
def test_a_document_of_another_shape_is_refused_with_its_place(document: object, pointer: str) -> None:
    with pytest.raises(PersonError) as refused:
        members(document, "/a", ("key",), ("note",))

    assert refused.value.pointer == pointer


def test_optional_members_may_be_there_or_not() -> None:
    assert members({"key": 1}, "", ("key",), ("note",)) == {"key": 1}
    assert members({"key": 1, "note": 2}, "", ("key",), ("note",)) == {"key": 1, "note": 2}


@pytest.mark.parametrize("items", [None, "ab", {"a": 1}, [0] * (MOST + 1)])
def test_only_a_list_of_bearable_length_is_one(items: object) -> None:
    with pytest.raises(PersonError) as refused:
        each({"items": items}, "items", lambda item, _: item, "/a")

    assert refused.value.pointer == "/a/items"


def test_items_are_read_with_their_places_and_may_be_absent() -> None:
    assert each({"items": ["x", "y"]}, "items", lambda item, place: (item, place), "/a") == (
        ("x", "/a/items/0"),
        ("y", "/a/items/1"),
    )
    assert each({}, "items", lambda item, _: item) == ()


def test_the_second_of_two_equal_values_is_named() -> None:
    distinct(["a", "b"], "/items", "key")
    with pytest.raises(PersonError) as refused:
        distinct(["a", "b", "a"], "/items", "key")

    assert refused.value.pointer == "/items/2/key"


@pytest.mark.parametrize("value", [1, None, "ab\n", "abc"])
def test_a_text_has_its_shape_as_a_whole(value: object) -> None:
    with pytest.raises(PersonError, match="two letters"):
        text(value, "/a", re.compile("[a-z]{2}"), "two letters")


@pytest.mark.parametrize("value", ["apple", "PLUM", 1, None, ["plum"]])
def test_a_word_is_one_of_its_list(value: object) -> None:
    with pytest.raises(PersonError, match="one of plum, pear"):
        word(value, "/a", Fruit)


@pytest.mark.parametrize("value", [True, -1, 4, 1.0, "1", None])
def test_a_whole_number_is_no_truth_and_has_bounds(value: object) -> None:
    with pytest.raises(PersonError, match="from 0 to 3"):
        whole(value, "/a", 3)
