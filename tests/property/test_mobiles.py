"""Laws of mobile numbers (domain rules, property 13)."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.strategies.mobiles import mobiles
from kyc_core.mobile import Allocation, Operator, allocation_of, allocations, normalise, parse, validate

FIVE_DIGITS = [f"1{rest:04d}" for rest in range(3_000, 10_000)]
SEED_PATTERN = re.compile(r"1[3-9][0-9]{9}")


@pytest.mark.exhaustive
def test_the_7000_prefixes_fall_into_classes_with_the_totals_of_the_table() -> None:
    rows = [allocation_of(prefix) for prefix in FIVE_DIGITS]

    by_class = Counter(row.allocation if row else Allocation.UNALLOCATED for row in rows)
    assert by_class == {
        Allocation.MOBILE: 2_290 + 1_200 + 1_100 + 100,
        Allocation.IOT_DEDICATED: 300,
        Allocation.RESALE: 500,
        Allocation.SATELLITE: 36,
        Allocation.UNALLOCATED: 1_474,
    }
    ordinary = Counter(
        row.operator for row in rows if row and row.allocation in (Allocation.MOBILE, Allocation.IOT_DEDICATED)
    )
    assert ordinary == {
        Operator.MOBILE: 2_390,
        Operator.UNICOM: 1_300,
        Operator.TELECOM: 1_200,
        Operator.BROADNET: 100,
    }


@pytest.mark.exhaustive
def test_no_listed_prefix_begins_another_so_every_number_has_one_class() -> None:
    listed = list(allocations())

    assert [(a, b) for a in listed for b in listed if a != b and b.startswith(a)] == []


@given(mobiles() | mobiles(safety="realistic"))
def test_drawn_numbers_match_the_seeds_pattern_and_are_what_they_were(number: str) -> None:
    assert SEED_PATTERN.fullmatch(number)
    assert parse(number).number == number
    assert normalise(number).value == number
    assert normalise(number).notes == ()


@given(
    mobiles(), st.sampled_from(["+86", "0086", "86", "0", "+86 ", " ", "\ufeff"]), st.sampled_from(["", " ", "\r\n"])
)
def test_what_people_write_around_a_number_is_taken_off(number: str, before: str, after: str) -> None:
    assert normalise(before + number + after).value == number


@given(st.text() | st.text(alphabet="+0186-  ３\n"))
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once = normalise(text).value

    assert normalise(once).value == once


@given(st.text() | st.binary() | st.none() | st.integers() | st.floats() | st.from_regex(r"1[0-9]{9,12}\n?"))
def test_anything_may_be_validated_and_what_passes_matches_the_pattern(value: object) -> None:
    assert validate(value).ok == (isinstance(value, str) and SEED_PATTERN.fullmatch(value) is not None)


@pytest.mark.parametrize("text", ["1" * 10**6, "１" * 10**6, "+86" * 10**5, " " * 10**6])
def test_a_million_characters_are_refused_in_good_time(text: str) -> None:
    assert not validate(text).ok
    assert len(normalise(text).value) <= len(text)
