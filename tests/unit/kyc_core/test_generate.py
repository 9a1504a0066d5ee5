from collections import Counter
from datetime import date
from random import Random

import pytest

from kyc_core import generate, regions
from kyc_core.errors import InvalidComponent
from kyc_core.generate import Safety
from kyc_core.holders import Kind, kind_of
from kyc_core.regions import Listing
from kyc_core.resident_id import parse, validate
from kyc_core.sex import Sex

TODAY = date(2026, 11, 20)
MANY = 300


def test_realistic_citizens_are_unremarkable() -> None:
    chooser = Random(1)

    numbers = [generate.citizen(chooser, safety=Safety.REALISTIC) for _ in range(MANY)]

    assert {validate(number, today=TODAY).codes for number in numbers} == {()}
    assert len(set(numbers)) == MANY


def test_safe_citizens_have_a_county_code_that_nobody_has() -> None:
    chooser = Random(2)

    numbers = [generate.citizen(chooser) for _ in range(MANY)]

    assert {validate(number, today=TODAY).codes for number in numbers} == {("region_unlisted",)}
    assert {regions.listing(number[:6]) for number in numbers} == {Listing.UNLISTED_BUT_PLAUSIBLE}


def test_a_safe_citizen_of_a_real_county_was_born_when_nobody_alive_was() -> None:
    chooser = Random(3)

    years = {int(generate.citizen(chooser, region="110101")[6:10]) for _ in range(MANY)}

    assert min(years) >= 1850
    assert max(years) <= 1899


@pytest.mark.parametrize(
    ("region", "born"),
    [
        pytest.param("110101", date(1990, 3, 7), id="listed county, living person"),
        pytest.param("110103", date(1900, 1, 1), id="abolished county, first year with a living person"),
        pytest.param("110101", date(1849, 12, 31), id="implausible"),
    ],
)
def test_what_cannot_be_safe_is_refused(region: str, born: date) -> None:
    with pytest.raises(InvalidComponent):
        generate.citizen(Random(4), region=region, born=born)
    with pytest.raises(InvalidComponent):
        generate.residence_permit(Random(4), born=born)
    with pytest.raises(InvalidComponent):
        generate.foreign_permanent_resident(Random(4), born=born)
    with pytest.raises(InvalidComponent):
        generate.first_generation_number(Random(4), region=region)


@pytest.mark.parametrize(
    ("region", "born"),
    [
        pytest.param("110199", date(1990, 3, 7), id="made-up county"),
        pytest.param("110101", date(1899, 12, 31), id="listed county, nobody alive"),
        pytest.param(None, date(1990, 3, 7), id="birth alone"),
        pytest.param(None, date(1880, 1, 1), id="birth alone, nobody alive"),
    ],
)
def test_what_is_asked_for_is_what_comes(region: str | None, born: date) -> None:
    parsed = parse(generate.citizen(Random(5), region=region, born=born, sex=Sex.FEMALE), today=TODAY)

    assert parsed.birth_date == born
    assert parsed.sex is Sex.FEMALE
    assert region in (None, parsed.region_code)


@pytest.mark.parametrize("sex", [Sex.MALE, Sex.FEMALE])
def test_sequences_keep_to_the_sex(sex: Sex) -> None:
    chooser = Random(6)

    assert {parse(generate.citizen(chooser, sex=sex), today=TODAY).sex for _ in range(MANY)} == {sex}


@pytest.mark.parametrize("safety", Safety)
def test_the_other_kinds_are_what_they_say_and_free_of_errors(safety: Safety) -> None:
    chooser = Random(7)

    for make, kind in (
        (generate.residence_permit, Kind.RESIDENCE_PERMIT),
        (generate.foreign_permanent_resident, Kind.FOREIGN_PERMANENT_RESIDENT),
        (generate.first_generation_number, Kind.FIRST_GENERATION),
    ):
        numbers = [make(chooser, safety=safety) for _ in range(MANY)]

        assert {kind_of(number) for number in numbers} == {kind}
        assert all(validate(number, today=TODAY).ok for number in numbers)


def test_a_seed_says_the_same_on_any_day_and_machine() -> None:
    # Random.random() is the one method whose sequence Python promises to keep.
    chooser = Random(2026)

    assert generate.citizen(chooser) == "210598197208305115"
    assert generate.citizen(chooser) != "210598197208305115"


def test_a_day_is_chosen_from_both_ends_and_all_between() -> None:
    chooser = Random(8)
    first, last = date(1999, 12, 30), date(2000, 1, 1)

    counted = Counter(generate.day_between(chooser, first, last) for _ in range(MANY))

    assert set(counted) == {first, date(1999, 12, 31), last}
    assert min(counted.values()) > MANY / 6


def test_the_31_mainland_provinces_accept_foreign_residents() -> None:
    assert len(generate.mainland_province_codes()) == 31
