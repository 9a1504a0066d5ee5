"""Signed parameters with one thing changed."""

from __future__ import annotations

from itertools import pairwise

from kyc_core.signing.signed_parameters import left_out, with_also, with_values, without

PAIRS = (("Action", "A"), ("Blank", ""), ("Region", "R"))


def test_values_are_altered_and_names_are_not() -> None:
    assert with_values(PAIRS, str.lower) == (("Action", "a"), ("Blank", ""), ("Region", "r"))


def test_a_parameter_is_added_in_its_place_or_changed() -> None:
    assert with_also(PAIRS, "Format", "F") == (*PAIRS[:2], ("Format", "F"), PAIRS[2])
    assert with_also(PAIRS, "Blank", "B")[1] == ("Blank", "B")


def test_parameters_are_left_out_by_name() -> None:
    assert without(PAIRS, "Action", "Absent") == PAIRS[1:]


def test_each_parameter_the_blank_ones_and_two_suspects_are_left_out() -> None:
    tried = dict(left_out(PAIRS, ("Action", "Region")))

    assert tried == {
        "without Action": PAIRS[1:],
        "without Blank": (PAIRS[0], PAIRS[2]),
        "without Region": PAIRS[:2],
        "without the blank parameters": (PAIRS[0], PAIRS[2]),
        "without Action and Region": (PAIRS[1],),
    }


def test_a_name_that_is_none_is_not_shown_and_the_number_of_tries_is_bounded() -> None:
    pairs = tuple((f"11010119000101000{number} Zhang", "") for number in range(1000))
    tried = list(left_out(pairs, ()))

    assert len(tried) < 70
    assert not any("Zhang" in what for what, _ in tried)
    assert all(one != other for (_, one), (_, other) in pairwise(tried))
