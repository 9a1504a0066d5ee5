"""The laws of resident numbers: what always holds, whatever the number, the day and the mistake."""

import re
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from stdnum.cn import ric
from stdnum.iso7064 import mod_11_2 as independent

from contracts.strategies import resident_ids as made
from kyc_core import generate, resident_id
from kyc_core.checksums import mod_11_2, mod_11_2_ok
from kyc_core.first_generation import candidates, downgrade, upgrade
from kyc_core.near_miss import BY_REASON, NearMiss
from kyc_core.regions import attributable
from kyc_core.reports import Normalised
from kyc_core.resident_id import Profile, is_valid, normalise, parse, validate
from kyc_core.resident_id_reasons import Code

TODAY = made.REFERENCE_DAY
SEED_PATTERN = re.compile("[0-9]{17}[0-9Xx]")
CHARACTERS = "0123456789X"

everybody = st.one_of(
    made.resident_ids(),
    made.resident_ids(safety="realistic"),
    made.residence_permits(),
    made.foreign_permanent_residents(),
    made.first_generation_numbers(),
)
realistic = made.resident_ids(safety="realistic")
full_length = st.one_of(realistic, made.residence_permits(), made.foreign_permanent_residents())


def apart(last: int) -> st.SearchStrategy[tuple[int, int]]:
    """Two places, the second at most *last*; every distance is alike likely."""
    return st.integers(1, last).flatmap(
        lambda distance: st.integers(0, last - distance).map(lambda first: (first, first + distance))
    )


def exchanged(number: str, first: int, second: int) -> str:
    characters = list(number)
    characters[first], characters[second] = characters[second], characters[first]
    return "".join(characters)


def with_twins(number: str, places: tuple[int, int], digit: str) -> str:
    return "".join(digit if place in places else character for place, character in enumerate(number[:17]))


days = st.dates(date(1990, 1, 1), date(2100, 12, 31))


@given(everybody)
def test_what_was_made_has_no_error_and_comes_apart_and_together_again(number: str) -> None:
    assert is_valid(number, today=TODAY)
    assert resident_id.format(parse(number, today=TODAY)) == number


@given(realistic)
def test_a_realistic_citizen_s_number_leaves_nothing_to_say_in_any_profile(number: str) -> None:
    assert [validate(number, today=TODAY, profile=profile).codes for profile in Profile] == [()] * 4


@given(st.one_of(everybody, st.text(), st.text(alphabet="01Xx -\u3000\u200b\ufeffｘ１\n")))
def test_mending_twice_is_mending_once(text: str) -> None:
    once = normalise(text)

    assert normalise(once.value).value == once.value
    assert normalise(once.value).notes == ()
    assert (once.value == text) is (once.notes == ())


@given(everybody)
def test_mending_leaves_a_good_number_alone(number: str) -> None:
    assert normalise(number) == Normalised(number)


@given(full_length, st.integers(0, 17), st.integers(0, 9))
def test_one_wrong_character_is_always_noticed(number: str, place: int, step: int) -> None:
    alphabet = CHARACTERS if place == 17 else CHARACTERS[:10]
    turned = alphabet.index(number[place]) + 1 + step % (len(alphabet) - 1)
    changed = number[:place] + alphabet[turned % len(alphabet)] + number[place + 1 :]

    assert "checksum" in validate(changed, today=TODAY).codes


@given(full_length, st.integers(0, 16))
def test_swapped_neighbours_are_always_noticed(number: str, place: int) -> None:
    changed = exchanged(number, place, place + 1)

    assert changed == number or not is_valid(changed, today=TODAY, profile=Profile.GB11643)


@given(full_length, apart(17))
@example("110105195001020122", (5, 15))
def test_a_swap_passes_the_checksum_only_ten_places_apart(number: str, places: tuple[int, int]) -> None:
    changed = exchanged(number, *places)
    codes = validate(changed, today=TODAY).codes

    if "X" in changed[:17]:
        assert "charset" in codes
    else:
        assert ("checksum" in codes) is (changed != number and places[1] - places[0] != 10)


@given(realistic, apart(16), st.permutations(range(10)))
def test_a_twin_error_passes_the_checksum_only_five_and_fifteen_places_apart(
    number: str, places: tuple[int, int], digits: list[int]
) -> None:
    # Twins of the check character itself are counted in test_mod_11_2.
    old, new = (with_twins(number, places, str(digit)) for digit in digits[:2])
    right = old + mod_11_2(old)

    assert mod_11_2_ok(new + right[17]) is (places[1] - places[0] in (5, 15))


@given(st.integers(0, 10**17 - 1).map(lambda number: f"{number:017d}"))
def test_three_algorithms_and_two_libraries_agree_on_the_check_character(body: str) -> None:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    product = 0
    for digit in body:
        product = (product + int(digit)) * 2 % 11

    assert mod_11_2(body) == "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]
    assert mod_11_2(body) == CHARACTERS[(12 - product) % 11]
    assert mod_11_2(body) == independent.calc_check_digit(body) == ric.calc_check_digit(body + "0")


@given(full_length, st.sampled_from(CHARACTERS))
def test_cid_agrees_on_the_checksum_alone(number: str, last: str) -> None:
    cid = pytest.importorskip("cid", reason="cid 0.1.3 imports six without asking for it", exc_type=ImportError)

    assert cid.is_valid_cid(number[:17] + last) is mod_11_2_ok(number[:17] + last)


@pytest.mark.parametrize("reason", [*BY_REASON, None])
@given(data=st.data())
def test_an_almost_right_number_has_exactly_the_predicted_reasons(reason: str | None, data: st.DataObject) -> None:
    broken = data.draw(made.near_miss(reason, today=TODAY))

    assert validate(broken.value, today=TODAY).codes == broken.reasons
    assert reason is None or reason in broken.reasons


@given(made.sex_flips(today=TODAY))
def test_a_flipped_sequence_is_another_valid_number(flipped: NearMiss) -> None:
    assert validate(flipped.value, today=TODAY).codes == flipped.reasons == ()


@given(made.blind_spots(today=TODAY))
def test_the_checksum_is_no_proof(swapped: NearMiss) -> None:
    codes = validate(swapped.value, today=TODAY).codes

    assert codes == swapped.reasons
    assert "checksum" not in codes


@given(made.regions(), st.integers(0, 99_999_999).map(lambda number: f"{number:08d}"), days)
@example("110101", "19000229", TODAY)
@example("110101", "20000229", TODAY)
def test_a_date_is_good_exactly_if_the_calendar_has_it_and_it_is_not_to_come(
    region: str, digits: str, today: date
) -> None:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        born = None

    codes = validate(generate.checked(region + digits + "001"), today=today).codes

    assert ("birth_date_invalid" in codes) is (born is None)
    assert ("birth_date_future" in codes) is (born is not None and born > today)


@given(realistic, st.integers(-2, 2))
def test_the_day_of_birth_is_the_first_day_the_number_is_good(number: str, shift: int) -> None:
    born = parse(number, today=TODAY).birth_date

    codes = validate(number, today=born + timedelta(days=shift)).codes

    assert codes == (() if shift >= 0 else ("birth_date_future",))


@given(st.one_of(made.first_generation_numbers(), made.first_generation_numbers(safety="realistic")))
@example("110101050101997")
def test_the_long_form_keeps_all_that_the_short_one_says(number: str) -> None:
    full = upgrade(number)
    short, long = parse(number, today=TODAY), parse(full, today=TODAY)

    assert (long.region_code, long.birth_date, long.sequence, long.sex) == (
        short.region_code,
        short.birth_date,
        short.sequence,
        short.sex,
    )
    assert downgrade(full) == number
    # The standard's profile: both centuries are told, however old that makes the holder.
    readings = [parse(other, today=TODAY, profile=Profile.GB11643).birth_date for other in candidates(number)]
    assert readings == [short.birth_date, *short.other_birth_dates]


@given(st.one_of(made.regions(era="ever"), made.regions(era="made_up")), st.integers(1850, 2030), st.integers(0, 180))
def test_who_is_older_can_have_every_code_that_the_younger_can(code: str, year: int, earlier: int) -> None:
    assert not attributable(code, year) or attributable(code, year - earlier)


@given(made.regions(era="ever"), made.birth_dates(), made.sequences())
def test_the_quick_answer_is_the_thorough_one(code: str, born: date, sequence: str) -> None:
    number = generate.checked(code + generate.digits_of(born) + sequence)

    thorough = validate(number, today=TODAY, allow={"another"})

    assert validate(number, today=TODAY) == thorough
    assert ("region_abolished_before_birth" in thorough.codes) is not attributable(code, born.year)


@given(
    st.one_of(
        st.text(),
        st.binary(),
        st.none(),
        st.integers(),
        st.floats(),
        st.text(alphabet="0123456789Xx９٣*\u2169\n", min_size=14, max_size=19),
        st.integers(0, 10**5).map(lambda length: "1" * length),
    ),
    st.sampled_from(Profile),
)
def test_whatever_comes_in_reasons_come_out(value: object, profile: Profile) -> None:
    report = validate(value, today=TODAY, profile=profile)

    order = [list(Code).index(Code(code)) for code in report.codes]
    assert order == sorted(set(order))
    assert is_valid(value, today=TODAY, profile=profile) is report.ok
    assert isinstance(value, str) or report.codes == ("type",)


@given(st.text(alphabet="0123456789Xx９٣*\n", min_size=17, max_size=19))
@example("110101199003070011\n")
@example("11010119900307002x")
def test_the_narrow_profile_is_the_provider_s_pattern(text: str) -> None:
    accepted = is_valid(text, today=TODAY, profile=Profile.SEED_PATTERN)

    assert accepted is (SEED_PATTERN.fullmatch(text) is not None)


@given(st.one_of(full_length, realistic, made.near_miss().map(lambda broken: broken.value)))
def test_what_a_profile_accepts_the_narrower_ones_accept(number: str) -> None:
    accepted = [is_valid(number, today=TODAY, profile=profile) for profile in Profile]

    assert accepted == sorted(accepted, reverse=True)


@given(st.integers(0, 2**32), st.sampled_from(generate.Safety))
def test_a_seed_always_gives_the_same_numbers(seed: int, safety: generate.Safety) -> None:
    first, second = Random(seed), Random(seed)

    def numbers(chooser: Random) -> list[str]:
        return [
            generate.citizen(chooser, safety=safety),
            generate.residence_permit(chooser, safety=safety),
            generate.foreign_permanent_resident(chooser, safety=safety),
            generate.first_generation_number(chooser, safety=safety),
        ]

    assert numbers(first) == numbers(second)
