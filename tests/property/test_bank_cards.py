"""Laws of bank card numbers and of Luhn (domain rules, property 15)."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.strategies.cards import pans
from kyc_core.bank_card import check_digit, issuer, issuers, mask, normalise, parse, prefixes, validate
from kyc_core.checksums import luhn_ok

DIGITS = "0123456789"
DRAWN = pans() | pans(safety="realistic") | pans(safety="realistic", luhn=False)


def completed(before: str, middle: str, behind: str) -> str:
    """A Luhn-valid number with *middle* at a chosen place: one filler digit in front makes up for it."""
    return next(number for filler in DIGITS if luhn_ok(number := f"6{filler}{before}{middle}{behind}"))


@pytest.mark.exhaustive
@pytest.mark.parametrize("behind", ["", "0", "00"])
def test_one_wrong_digit_is_always_noticed(behind: str) -> None:
    for right, wrong in product(DIGITS, repeat=2):
        if right != wrong:
            assert not luhn_ok(completed("12", right, behind)[: -len(behind) - 1] + wrong + behind)


@pytest.mark.exhaustive
@pytest.mark.parametrize("behind", ["", "0"])
def test_two_neighbours_changing_places_go_unnoticed_only_as_0_and_9(behind: str) -> None:
    unnoticed = set()
    for a, b in product(DIGITS, repeat=2):
        number = completed("12", a + b, behind)
        swapped = number[: -len(behind) - 2] + b + a + behind
        if a != b and luhn_ok(swapped):
            unnoticed.add(a + b)

    assert unnoticed == {"09", "90"}


@pytest.mark.exhaustive
@pytest.mark.parametrize("behind", ["", "0"])
def test_twins_go_unnoticed_only_as_22_55_33_66_and_44_77(behind: str) -> None:
    unnoticed = set()
    for a, b in product(DIGITS, repeat=2):
        number = completed("12", a + a, behind)
        if a != b and luhn_ok(number[: -len(behind) - 2] + b + b + behind):
            unnoticed.add(a + b)

    assert unnoticed == {"25", "52", "36", "63", "47", "74"}


@pytest.mark.exhaustive
@pytest.mark.parametrize("behind", ["", "0"])
def test_digits_changing_places_over_one_between_are_never_noticed(behind: str) -> None:
    for a, between, b in product(DIGITS, repeat=3):
        number = completed("12", a + between + b, behind)
        assert luhn_ok(number[: -len(behind) - 3] + b + between + a + behind)


@given(DRAWN, st.data())
def test_one_wrong_digit_of_a_drawn_number_turns_the_answer_round(pan: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(pan) - 1))
    wrong = data.draw(st.sampled_from([digit for digit in DIGITS if digit != pan[place]]))
    changed = pan[:place] + wrong + pan[place + 1 :]

    assert not (luhn_ok(pan) and luhn_ok(changed))


@given(st.text(alphabet=DIGITS, min_size=12, max_size=18))
def test_exactly_one_check_digit_is_right(body: str) -> None:
    assert [digit for digit in DIGITS if luhn_ok(body + digit)] == [check_digit(body)]


@given(DRAWN)
def test_a_drawn_number_has_the_length_of_its_prefix(pan: str) -> None:
    row = issuer(pan)

    assert row is None or row.length == len(pan)
    assert parse(pan).pan == pan
    assert normalise(pan).value == pan


@given(DRAWN | st.text(alphabet=DIGITS, max_size=19))
def test_the_issuer_is_found_by_the_longest_listed_prefix(digits: str) -> None:
    listed = [digits[:size] for size in range(len(digits) + 1) if digits[:size] in prefixes()]

    assert [row.bin for row in issuers(digits)][:1] == listed[-1:]


@given(st.text(alphabet=DIGITS + " -０\u3000\n") | st.text())
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once = normalise(text).value

    assert normalise(once).value == once


@given(DRAWN | st.text())
def test_masking_shows_at_most_ten_characters(text: str) -> None:
    masked = mask(text)

    assert len(masked) == len(text)
    assert masked.count("*") >= min(len(text), max(3, len(text) - 10))


@given(st.text() | st.text(alphabet=DIGITS) | st.binary() | st.none() | st.integers() | DRAWN, st.booleans())
def test_anything_may_be_validated_and_what_passes_has_13_to_19_digits(value: object, strict: bool) -> None:
    if validate(value, strict=strict).ok:
        assert isinstance(value, str)
        assert 13 <= len(value) <= 19
        assert set(value) <= set(DIGITS)


@pytest.mark.parametrize("text", ["6" * 10**6, "６" * 10**6, "6 " * 5 * 10**5])
def test_a_million_characters_are_refused_in_good_time(text: str) -> None:
    assert not validate(text).ok
    assert len(normalise(text).value) <= len(text)
