"""Hypothesis strategies for resident numbers, right ones and almost right ones.

Everything is built, nothing is filtered; nothing reads the clock. Examples shrink toward region 110101, birth on
2000-01-01 and sequence 001. ``safety="safe"`` (the default) draws numbers that can be nobody's, which `validate`
remarks upon with a warning; ``safety="realistic"`` draws numbers it says nothing about, which **may be a living
person's**.

>>> from contracts.strategies.resident_ids import near_miss, resident_ids
>>> everybody, broken = resident_ids(), near_miss("checksum")

Source:
    The levels of safety in ``kyc_core.generate`` [inferred]; the almost right numbers in ``kyc_core.near_miss`` [calc].
"""

from __future__ import annotations

from calendar import isleap
from datetime import date, timedelta
from typing import Final, Literal

from hypothesis import strategies as st

from kyc_core import nationalities
from kyc_core import near_miss as operators
from kyc_core import regions as codes
from kyc_core.generate import NOBODY_LIVES_FROM, NOBODY_LIVES_UNTIL, checked, digits_of, mainland_province_codes
from kyc_core.holders import FOREIGN_PREFIX, RESIDENCE_PERMIT_REGIONS
from kyc_core.near_miss import NearMiss
from kyc_core.sex import Sex

SafetyLevel = Literal["safe", "realistic"]
RegionEra = Literal["current", "gone", "ever", "made_up"]

REFERENCE_DAY: Final = date(2026, 1, 1)
"""The day that ``near_miss`` takes for today unless told otherwise."""
FIRST_BIRTH: Final = date(1910, 1, 1)
LAST_BIRTH: Final = date(2025, 12, 31)
_SIMPLEST_BIRTH: Final = date(2000, 1, 1)
_FIRST_GENERATION_BIRTHS: Final = (date(1900, 1, 1), date(1999, 12, 31))


def regions(*, era: RegionEra = "current") -> st.SearchStrategy[str]:
    """Six-digit county codes.

    Args:
        era: ``current``; ``gone`` (listed once, not today); ``ever`` (either); ``made_up`` (under a real prefecture,
            never listed).
    """
    if era == "made_up":
        return st.sampled_from(codes.made_up_codes())
    if era == "current":
        return st.sampled_from(codes.current_county_codes())
    if era == "ever":
        return st.sampled_from(codes.county_codes())
    current = frozenset(codes.current_county_codes())
    return st.sampled_from([code for code in codes.county_codes() if code not in current])


def birth_dates(*, min_value: date = FIRST_BIRTH, max_value: date = LAST_BIRTH) -> st.SearchStrategy[date]:
    """Days from *min_value* to *max_value*, leap days more often than the calendar has them."""
    # One number per date, counted from the simplest, so that every date has its place in the order of shrinking. The
    # numbers after the last day stand for leap days.
    simplest = min(max(_SIMPLEST_BIRTH, min_value), max_value)
    first, last = (min_value - simplest).days, (max_value - simplest).days
    leap_days = [date(year, 2, 29) for year in range(min_value.year, max_value.year + 1) if isleap(year)]
    within = [day for day in leap_days if min_value <= day <= max_value]
    extra = (last - first) // 2 if within else 0

    def day_of(number: int) -> date:
        return within[number % len(within)] if number > last else simplest + timedelta(days=number)

    return st.integers(first, last + extra).map(day_of)


def sequences(*, sex: Sex | None = None) -> st.SearchStrategy[str]:
    """Three digits: odd for men, even for women, any for None; 001 or 002 is the simplest, 000 the last."""
    first = 2 if sex is Sex.FEMALE else 1
    step = 1 if sex is None else 2
    return st.integers(0, 1000 // step - 1).map(lambda place: f"{(first + step * place) % 1000:03d}")


def resident_ids(
    *,
    born: st.SearchStrategy[date] | None = None,
    region: st.SearchStrategy[str] | None = None,
    sex: Sex | None = None,
    safety: SafetyLevel = "safe",
) -> st.SearchStrategy[str]:
    """Citizens' 18 characters.

    Args:
        born: birth dates.
        region: county codes.
        sex: male or female; None for both.
        safety: what the parts are drawn from where they are not given: a safe number has a made-up region or a birth
            in 1850-1899. If both are given, the caller answers for them.
    """
    chance = sequences(sex=sex)
    if safety == "safe" and born is None and region is None:
        return st.one_of(
            _numbers(regions(era="made_up"), birth_dates(), chance),
            _numbers(regions(), _births_of_nobody_alive(), chance),
        )
    if region is None:
        region = regions(era="made_up" if safety == "safe" else "current")
    return _numbers(region, _births(safety) if born is None else born, chance)


def residence_permits(*, sex: Sex | None = None, safety: SafetyLevel = "safe") -> st.SearchStrategy[str]:
    """Numbers of residence permits for Hong Kong, Macao and Taiwan residents; safe ones born in 1850-1899."""
    return _numbers(st.sampled_from(tuple(RESIDENCE_PERMIT_REGIONS)), _births(safety), sequences(sex=sex))


def foreign_permanent_residents(*, sex: Sex | None = None, safety: SafetyLevel = "safe") -> st.SearchStrategy[str]:
    """Numbers of foreign permanent residents' cards of 2023; safe ones born in 1850-1899."""
    heads = st.tuples(
        st.sampled_from(mainland_province_codes()),
        st.sampled_from(nationalities.numeric_codes()),
    ).map(lambda parts: FOREIGN_PREFIX + "".join(parts))
    return _numbers(heads, _births(safety), sequences(sex=sex))


def first_generation_numbers(*, sex: Sex | None = None, safety: SafetyLevel = "safe") -> st.SearchStrategy[str]:
    """15-digit numbers of people born in 1900-1999; safe ones with a made-up region."""
    region = regions(era="made_up" if safety == "safe" else "current")
    born = birth_dates(min_value=_FIRST_GENERATION_BIRTHS[0], max_value=_FIRST_GENERATION_BIRTHS[1])
    return st.tuples(region, born.map(lambda day: digits_of(day)[2:]), sequences(sex=sex)).map("".join)


def near_miss(reason: str | None = None, *, today: date = REFERENCE_DAY) -> st.SearchStrategy[NearMiss]:
    """Almost right numbers, each with exactly the reasons that the plausible profile gives for it.

    Made from realistic numbers, so that nothing but the change is remarkable; the results fail, or name a region that
    nobody with that birth date can have.

    Args:
        reason: the reason that is sure to be among them, a key of `kyc_core.near_miss.BY_REASON`; None for any.
        today: in Shanghai, the day to validate on; 1930 or later.
    """
    names = (
        operators.BY_REASON[reason] if reason else tuple(name for row in operators.BY_REASON.values() for name in row)
    )
    return _applied(resident_ids(born=_born_by(today), safety="realistic"), st.sampled_from(names), today)


def sex_flips(*, today: date = REFERENCE_DAY) -> st.SearchStrategy[NearMiss]:
    """Realistic numbers whose sequence was moved to the other parity: valid, for a person of the other sex."""
    return _applied(resident_ids(born=_born_by(today), safety="realistic"), st.just("parity_flipped"), today)


def blind_spots(*, today: date = REFERENCE_DAY) -> st.SearchStrategy[NearMiss]:
    """Numbers with two different characters ten places apart swapped: the check character notices nothing.

    For showing that a checksum is no proof. The reasons that other parts now give are in the example.
    """
    numbers = st.tuples(regions(), _born_by(today).map(digits_of), sequences()).map(_with_a_pair)
    return _applied(numbers, st.just("ten_apart_swapped"), today)


def _with_a_pair(parts: tuple[str, str, str]) -> str:
    """Make sure that the year's first digit differs from the sequence's last, which stands ten places on."""
    region, born, sequence = parts
    last = sequence[-1] if sequence[-1] != born[0] else "9"
    return checked(region + born + sequence[:2] + last)


def _applied(
    numbers: st.SearchStrategy[str], names: st.SearchStrategy[str], today: date
) -> st.SearchStrategy[NearMiss]:
    return st.builds(
        lambda number, name, index: operators.near_miss(number, operator=name, index=index, today=today),
        numbers,
        names,
        st.integers(0, 9999),
    )


def _numbers(
    heads: st.SearchStrategy[str], born: st.SearchStrategy[date], chance: st.SearchStrategy[str]
) -> st.SearchStrategy[str]:
    return st.tuples(heads, born.map(digits_of), chance).map(lambda parts: checked("".join(parts)))


def _births(safety: SafetyLevel) -> st.SearchStrategy[date]:
    return birth_dates() if safety == "realistic" else _births_of_nobody_alive()


def _births_of_nobody_alive() -> st.SearchStrategy[date]:
    return birth_dates(min_value=NOBODY_LIVES_FROM, max_value=NOBODY_LIVES_UNTIL)


def _born_by(today: date) -> st.SearchStrategy[date]:
    return birth_dates(max_value=min(LAST_BIRTH, today))
