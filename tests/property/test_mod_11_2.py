"""What MOD 11-2 notices over 18 characters, counted case by case.

An error turns some characters into others; the checksum misses it exactly if the weighted sum of the differences is a
multiple of 11. So the cases are enumerated as differences; `test_the_code_is_that_congruence` ties them to the code.
"""

from collections.abc import Iterator
from itertools import combinations, product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kyc_core.checksums import mod_11_2, mod_11_2_ok

LENGTH = 18
DIGITS = range(10)
WEIGHTS = [pow(2, LENGTH - place, 11) for place in range(1, LENGTH + 1)]
PAIRS = [(a, b) for a in DIGITS for b in DIGITS if a != b]
bodies = st.integers(0, 10**17 - 1).map(lambda number: f"{number:017d}")


def alphabet(place: int) -> range:
    """The values that may stand at a place: ten at the digits, eleven at the check character."""
    return range(11) if place == LENGTH - 1 else DIGITS


def places_apart(distance: int) -> Iterator[tuple[int, int]]:
    return ((place, place + distance) for place in range(LENGTH - distance))


def count(differences: list[int]) -> tuple[int, int]:
    """How many cases there are, and how many of them go unnoticed."""
    return len(differences), sum(difference % 11 == 0 for difference in differences)


@given(bodies, st.sampled_from("0123456789X"))
def test_the_code_is_that_congruence(body: str, last: str) -> None:
    values = [*map(int, body), 10 if last == "X" else int(last)]

    congruent = sum(value * weight for value, weight in zip(values, WEIGHTS, strict=True)) % 11 == 1

    assert mod_11_2_ok(body + last) is congruent


@pytest.mark.exhaustive
def test_every_single_substitution_is_noticed() -> None:
    differences = [
        WEIGHTS[place] * (new - old)
        for place in range(LENGTH)
        for old, new in product(alphabet(place), repeat=2)
        if old != new
    ]

    assert count(differences) == (1_640, 0)


@pytest.mark.exhaustive
@pytest.mark.parametrize("distance", range(1, LENGTH))
def test_a_swap_goes_unnoticed_only_ten_places_apart(distance: int) -> None:
    differences = [(WEIGHTS[i] - WEIGHTS[j]) * (b - a) for i, j in places_apart(distance) for a, b in PAIRS]

    cases = 90 * (LENGTH - distance)
    assert count(differences) == (cases, cases if distance == 10 else 0)


@pytest.mark.exhaustive
@pytest.mark.parametrize("distance", range(1, LENGTH))
def test_a_twin_error_goes_unnoticed_only_five_and_fifteen_places_apart(distance: int) -> None:
    differences = [(WEIGHTS[i] + WEIGHTS[j]) * (b - a) for i, j in places_apart(distance) for a, b in PAIRS]

    cases = 90 * (LENGTH - distance)
    assert count(differences) == (cases, cases if distance in (5, 15) else 0)


@pytest.mark.exhaustive
def test_of_the_misheard_numbers_only_twenty_for_twelve_goes_unnoticed() -> None:
    cases = [(i, j, a) for i, j in places_apart(1) for a in range(2, 10)]

    missed = [a for i, j, a in cases if (WEIGHTS[i] * (1 - a) + WEIGHTS[j] * a) % 11 == 0]

    assert (len(cases), len(missed), set(missed)) == (136, 17, {2})


@pytest.mark.exhaustive
def test_of_the_swapped_months_and_days_three_pairs_go_unnoticed() -> None:
    swapped = [(month, day) for month, day in product(range(1, 13), repeat=2) if month != day]

    def weigh(month: int, day: int) -> int:
        digits = (*divmod(month, 10), *divmod(day, 10))
        return sum(digit * weight for digit, weight in zip(digits, WEIGHTS[10:14], strict=True))

    missed = {(month, day) for month, day in swapped if (weigh(month, day) - weigh(day, month)) % 11 == 0}

    assert len(swapped) == 132
    assert missed == {(2, 10), (10, 2), (3, 11), (11, 3), (4, 12), (12, 4)}


@pytest.mark.exhaustive
def test_of_two_independent_substitutions_exactly_a_tenth_goes_unnoticed() -> None:
    substitutions = [
        [WEIGHTS[place] * (new - old) % 11 for old, new in product(alphabet(place), repeat=2) if old != new]
        for place in range(LENGTH)
    ]

    cases = missed = 0
    for first, second in combinations(substitutions, 2):
        cases += len(first) * len(second)
        missed += sum((a + b) % 11 == 0 for a in first for b in second)

    assert (cases, missed) == (1_269_900, 126_990)


def without_x(body: str) -> str:
    """Complete a body; where its check character is X, with the next last digit, whose check character is none."""
    if mod_11_2(body) == "X":
        body = body[:-1] + str((int(body[-1]) + 1) % 10)
    return body + mod_11_2(body)


@given(bodies.map(without_x))
@example("650101200001010016")
def test_a_rotation_goes_unnoticed_only_behind_a_six(number: str) -> None:
    assert mod_11_2_ok(number)
    assert mod_11_2_ok(number[1:] + number[0]) is (number[0] == "6")


@given(bodies)
def test_one_of_the_eleven_characters_fits_each_body(body: str) -> None:
    assert sum(mod_11_2_ok(body + character) for character in "0123456789X") == 1


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param("110105195001020122", "110101195001020522", id="ten apart, both fully valid"),
        pytest.param("110101199003072017", "110101199003071217", id="20 heard as 12"),
        pytest.param("110101199002100012", "110101199010020012", id="10 February, 2 October"),
    ],
)
def test_both_numbers_of_a_blind_spot_pass(first: str, second: str) -> None:
    assert mod_11_2_ok(first)
    assert mod_11_2_ok(second)


def test_a_swap_of_month_and_day_outside_the_blind_spots_is_noticed() -> None:
    assert mod_11_2_ok("110101199001030016")
    assert not mod_11_2_ok("110101199003010016")
