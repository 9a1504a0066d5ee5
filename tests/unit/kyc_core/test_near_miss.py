from datetime import date

import pytest

from kyc_core.errors import InvalidComponent, InvalidFormat
from kyc_core.near_miss import BY_REASON, OPERATORS, NearMiss, near_miss
from kyc_core.resident_id import parse, validate

TODAY = date(2026, 11, 20)
MAN = "110101199003070011"
WITH_X = "11010119900307002X"
IN_A_CITY_WITHOUT_COUNTIES = "441900199003070016"


def changed(number: str, operator: str, choices: int) -> set[NearMiss]:
    return {near_miss(number, operator=operator, index=index, today=TODAY) for index in range(choices)}


@pytest.mark.parametrize(
    ("operator", "choices", "reasons"),
    [
        pytest.param("digit_changed", 27, ("checksum",), id="one digit"),
        pytest.param("check_character_rotated", 10, ("checksum",), id="another check character"),
        pytest.param("date_impossible", 5, ("birth_date_invalid",), id="a day no calendar has"),
        pytest.param("born_tomorrow", 1, ("birth_date_future",), id="born tomorrow"),
        pytest.param("region_abolished", 50, ("region_abolished_before_birth",), id="a county that was gone"),
        pytest.param("region_too_wide", 2, ("region_level",), id="province or prefecture"),
        pytest.param("character_dropped", 18, ("length",), id="one character less"),
        pytest.param("digit_appended", 10, ("length",), id="one digit more"),
        pytest.param("parity_flipped", 1, (), id="the other sex"),
    ],
)
@pytest.mark.parametrize("number", [MAN, WITH_X])
def test_an_operator_has_exactly_its_reason(number: str, operator: str, choices: int, reasons: tuple[str, ...]) -> None:
    results = changed(number, operator, choices)

    assert {result.reasons for result in results} == {reasons}
    assert {validate(result.value, today=TODAY).codes for result in results} == {reasons}
    assert number not in {result.value for result in results}


@pytest.mark.parametrize("operator", ["neighbours_swapped", "ten_apart_swapped"])
@pytest.mark.parametrize("number", [MAN, WITH_X])
def test_a_swap_is_predicted_with_all_that_follows_from_it(number: str, operator: str) -> None:
    results = changed(number, operator, 12)

    assert len(results) > 1
    for result in results:
        assert validate(result.value, today=TODAY).codes == result.reasons
        assert ("checksum" in result.reasons) is (operator == "neighbours_swapped")
        assert sorted(result.value) == sorted(number)


def test_different_choices_give_different_numbers_and_then_start_again() -> None:
    rotations = [near_miss(MAN, operator="check_character_rotated", index=i, today=TODAY) for i in range(20)]

    assert len(set(rotations)) == 10
    assert rotations[:10] == rotations[10:]
    assert len({result.value[17] for result in rotations}) == 10


def test_a_drop_leaves_out_each_place_in_turn() -> None:
    number = "310112198504095227"

    dropped = [near_miss(number, operator="character_dropped", index=i, today=TODAY).value for i in range(18)]

    assert dropped[0] == number[:-1]
    assert dropped[17] == number[1:]
    assert all(len(text) == 17 for text in dropped)


def test_two_fully_valid_numbers_differ_by_a_swap_ten_apart() -> None:
    results = changed("110105195001020122", "ten_apart_swapped", 8)

    assert NearMiss("110101195001020522", ()) in results


def test_the_leap_day_of_a_leap_year_is_no_impossible_date() -> None:
    values = {result.value[6:14] for result in changed("110101200001010010", "date_impossible", 10)}

    assert "20000229" not in values
    assert len(values) == 4


def test_the_abolished_county_was_gone_for_three_years() -> None:
    codes = {result.value[:6] for result in changed("330113202201010010", "region_abolished", 4_000)}

    assert "350403" not in codes  # gone in 2021, within the grace of somebody born in 2022
    assert "110103" in codes


def test_a_city_without_counties_has_only_a_province_above_it() -> None:
    results = changed(IN_A_CITY_WITHOUT_COUNTIES, "region_too_wide", 4)

    assert {result.value[:6] for result in results} == {"440000"}


def test_the_flipped_number_is_of_the_other_sex() -> None:
    flipped = near_miss(MAN, operator="parity_flipped", index=0, today=TODAY).value

    assert parse(flipped, today=TODAY).sex is not parse(MAN, today=TODAY).sex


@pytest.mark.parametrize(
    ("number", "error"),
    [
        pytest.param("110101199003070012", InvalidComponent, id="wrong check character"),
        pytest.param("110101190002290011", InvalidComponent, id="no such day"),
        pytest.param("32111919700101001X", InvalidComponent, id="unlisted region"),
        pytest.param("932682198501010017", InvalidFormat, id="not a citizen's"),
        pytest.param("110105491231002", InvalidFormat, id="15 digits"),
    ],
)
def test_only_an_unremarkable_number_can_be_almost_right(number: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        near_miss(number, operator="digit_changed", index=0, today=TODAY)


def test_without_a_pair_of_different_digits_nothing_can_be_swapped() -> None:
    number = "199019001990001990"  # the shape only: such a number has no listed region

    with pytest.raises(InvalidComponent):
        OPERATORS["ten_apart_swapped"]("111111111111111111", 0, TODAY)
    assert OPERATORS["ten_apart_swapped"](number, 0, TODAY).value != number


def test_every_operator_is_found_by_the_reason_it_is_sure_to_have() -> None:
    sure = {name for names in BY_REASON.values() for name in names}

    assert sure == set(OPERATORS) - {"ten_apart_swapped", "parity_flipped"}
