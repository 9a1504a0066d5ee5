from datetime import date
from typing import get_args

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from contracts.strategies import resident_ids as made
from contracts.strategies.resident_ids import RegionEra
from kyc_core import near_miss as operators
from kyc_core import regions
from kyc_core.generate import NOBODY_LIVES_FROM, NOBODY_LIVES_UNTIL
from kyc_core.holders import Kind, kind_of
from kyc_core.near_miss import NearMiss
from kyc_core.regions import Listing
from kyc_core.resident_id import parse, validate
from kyc_core.sex import Sex

TODAY = made.REFERENCE_DAY


def simplest(strategy: st.SearchStrategy[str]) -> str:
    quick = settings(database=None, phases=[Phase.generate, Phase.shrink], suppress_health_check=list(HealthCheck))
    return find(strategy, lambda _: True, settings=quick)


@pytest.mark.parametrize(
    ("strategy", "number"),
    [
        pytest.param(made.resident_ids(safety="realistic"), "110101200001010010", id="citizen"),
        pytest.param(made.resident_ids(safety="realistic", sex=Sex.FEMALE), "110101200001010029", id="woman"),
        pytest.param(made.resident_ids(), "110199200001010016", id="safe citizen"),
        pytest.param(made.resident_ids(region=st.just("110101")), "11010118991231001X", id="safe citizen, real county"),
        pytest.param(made.residence_permits(safety="realistic"), "810000200001010014", id="permit"),
        pytest.param(made.first_generation_numbers(safety="realistic"), "110101991231001", id="15 digits"),
        pytest.param(made.near_miss("length").map(lambda broken: broken.value), "11010120000101001", id="near miss"),
    ],
)
def test_examples_shrink_toward_the_simplest_number(strategy: st.SearchStrategy[str], number: str) -> None:
    assert simplest(strategy) == number


@given(made.resident_ids())
def test_a_safe_citizen_has_a_made_up_county_or_was_born_before_1900(number: str) -> None:
    parsed = parse(number, today=TODAY)

    made_up = regions.listing(parsed.region_code) is Listing.UNLISTED_BUT_PLAUSIBLE
    assert made_up or NOBODY_LIVES_FROM <= parsed.birth_date <= NOBODY_LIVES_UNTIL


@given(made.residence_permits(), made.foreign_permanent_residents())
def test_safe_permit_holders_and_foreign_residents_were_born_before_1900(permit: str, foreign: str) -> None:
    assert (kind_of(permit), kind_of(foreign)) == (Kind.RESIDENCE_PERMIT, Kind.FOREIGN_PERMANENT_RESIDENT)
    for number in (permit, foreign):
        assert NOBODY_LIVES_FROM <= parse(number, today=TODAY).birth_date <= NOBODY_LIVES_UNTIL


@given(made.first_generation_numbers())
def test_a_safe_first_generation_number_has_a_made_up_county(number: str) -> None:
    assert kind_of(number) is Kind.FIRST_GENERATION
    assert regions.listing(number[:6]) is Listing.UNLISTED_BUT_PLAUSIBLE


@given(made.sequences(sex=Sex.MALE), made.sequences(sex=Sex.FEMALE))
def test_sequences_are_odd_for_men_and_even_for_women(man: str, woman: str) -> None:
    assert len(man) == len(woman) == 3
    assert int(man) % 2 == 1
    assert int(woman) % 2 == 0


@pytest.mark.parametrize("sex", [None, Sex.MALE, Sex.FEMALE])
def test_every_sequence_can_be_drawn(sex: Sex | None) -> None:
    wanted = "000" if sex is not Sex.MALE else "999"

    assert find(made.sequences(sex=sex), lambda sequence: sequence == wanted) == wanted


@given(made.birth_dates(min_value=date(2003, 5, 1), max_value=date(2004, 2, 29)))
def test_birth_dates_stay_in_their_bounds(born: date) -> None:
    assert date(2003, 5, 1) <= born <= date(2004, 2, 29)


def test_leap_days_are_drawn_often() -> None:
    seen: list[date] = []

    @settings(database=None, max_examples=200, phases=[Phase.generate])
    @given(made.birth_dates())
    def collect(born: date) -> None:
        seen.append(born)

    collect()

    assert sum((born.month, born.day) == (2, 29) for born in seen) > 10


@given(made.birth_dates(min_value=date(2001, 3, 1), max_value=date(2001, 3, 2)))
def test_a_range_without_a_leap_day_draws_none(born: date) -> None:
    assert born in (date(2001, 3, 1), date(2001, 3, 2))


@pytest.mark.parametrize("era", get_args(RegionEra))
@given(data=st.data())
def test_regions_are_of_their_era(era: RegionEra, data: st.DataObject) -> None:
    code = data.draw(made.regions(era=era))

    is_current = code in regions.current_county_codes()
    is_listed = regions.listing(code) is Listing.LISTED
    assert (is_current, is_listed) in {
        "current": {(True, True)},
        "gone": {(False, True)},
        "ever": {(True, True), (False, True)},
        "made_up": {(False, False)},
    }[era]


@given(made.resident_ids(born=st.just(date(1990, 3, 7)), region=st.just("110101"), sex=Sex.MALE))
def test_given_parts_are_used(number: str) -> None:
    assert number.startswith("11010119900307")
    assert parse(number, today=TODAY).sex is Sex.MALE


@pytest.mark.parametrize("reason", operators.BY_REASON)
@given(data=st.data())
def test_a_near_miss_has_the_reason_it_was_asked_for(reason: str, data: st.DataObject) -> None:
    broken = data.draw(made.near_miss(reason, today=date(2030, 6, 1)))

    assert reason in broken.reasons
    assert validate(broken.value, today=date(2030, 6, 1)).codes == broken.reasons


@given(made.sex_flips(), made.blind_spots())
def test_flips_are_valid_and_blind_spots_pass_the_checksum(flipped: NearMiss, swapped: NearMiss) -> None:
    assert flipped.reasons == ()
    assert "checksum" not in validate(swapped.value, today=TODAY).codes
