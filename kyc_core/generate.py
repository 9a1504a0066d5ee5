"""Make valid numbers from a source of chance that is handed in: same source, same numbers, on any day.

Nothing is reserved for tests, so there are two levels. ``SAFE`` numbers can be nobody's: the county code was never
listed, or the birth lies in 1850-1899. ``REALISTIC`` ones have a current code and any birth date, and **may be a living
person's number**: for where a warning in the report would get in the way, and not for what leaves the house.

>>> from random import Random
>>> from kyc_core.generate import citizen
>>> citizen(Random(7)) == citizen(Random(7))
True

Source:
    No range is officially reserved for testing; the levels are ours [inferred].
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Final, Protocol, TypeVar

from kyc_core import nationalities, provinces, regions
from kyc_core.checksums import CHARACTER_OF_REMAINDER
from kyc_core.errors import InvalidComponent
from kyc_core.holders import FOREIGN_PREFIX, RESIDENCE_PERMIT_REGIONS
from kyc_core.sex import Sex

Option = TypeVar("Option")

EARLIEST: Final = date(1940, 1, 1)
"""Where births begin unless asked otherwise."""
LATEST: Final = date(2004, 12, 31)
"""Where births end unless asked otherwise: grown up whenever this is read, and independent of the day."""
NOBODY_LIVES_FROM: Final = date(1850, 1, 1)
NOBODY_LIVES_UNTIL: Final = date(1899, 12, 31)
_FIRST_DAY_OF_TWO_DIGIT_YEARS: Final = date(1900, 1, 1)
_LAST_DAY_OF_TWO_DIGIT_YEARS: Final = date(1999, 12, 31)
_SEQUENCES: Final = tuple(f"{number:03d}" for number in range(1000))
_SEQUENCES_OF: Final = MappingProxyType({Sex.MALE: _SEQUENCES[1::2], Sex.FEMALE: _SEQUENCES[::2]})


class Safety(StrEnum):
    """Whether a made number may happen to be somebody's."""

    SAFE = "safe"
    REALISTIC = "realistic"


class Chooser(Protocol):
    """A source of chance; `random.Random` is one."""

    def random(self) -> float:
        """A number in [0, 1)."""
        ...


def citizen(
    chooser: Chooser,
    *,
    region: str | None = None,
    born: date | None = None,
    sex: Sex | None = None,
    safety: Safety = Safety.SAFE,
) -> str:
    """Make a citizen's 18 characters.

    Args:
        chooser: the source of chance.
        region: a county code; chosen if None.
        born: the birth date; chosen between `EARLIEST` and `LATEST` if None, or in 1850-1899 where safety demands it.
        sex: male or female; chosen if None.
        safety: see the module.

    Raises:
        InvalidComponent: *region* is listed and *born* is not in 1850-1899: that cannot be safe.
    """
    if safety is Safety.REALISTIC:
        region = region or pick(chooser, regions.current_county_codes())
        born = born or day_between(chooser, EARLIEST, LATEST)
    elif region is None and (born is None or born > NOBODY_LIVES_UNTIL):
        region = pick(chooser, regions.made_up_codes())
        born = born or day_between(chooser, EARLIEST, LATEST)
    else:
        region = region or pick(chooser, regions.current_county_codes())
        born = _safely_born(chooser, born, listed=region not in _made_up())
    return checked(region + digits_of(born) + sequence(chooser, sex=sex))


def residence_permit(
    chooser: Chooser, *, born: date | None = None, sex: Sex | None = None, safety: Safety = Safety.SAFE
) -> str:
    """Make the number of a Hong Kong, Macao or Taiwan resident's permit.

    Raises:
        InvalidComponent: a safe number is wanted for a birth after 1899.
    """
    region = pick(chooser, tuple(RESIDENCE_PERMIT_REGIONS))
    return checked(region + digits_of(_born(chooser, born, safety)) + sequence(chooser, sex=sex))


def foreign_permanent_resident(
    chooser: Chooser, *, born: date | None = None, sex: Sex | None = None, safety: Safety = Safety.SAFE
) -> str:
    """Make the number of a foreign permanent resident's card of 2023.

    Raises:
        InvalidComponent: a safe number is wanted for a birth after 1899.
    """
    accepting = pick(chooser, mainland_province_codes())
    nationality = pick(chooser, nationalities.numeric_codes())
    head = FOREIGN_PREFIX + accepting + nationality
    return checked(head + digits_of(_born(chooser, born, safety)) + sequence(chooser, sex=sex))


def first_generation_number(
    chooser: Chooser, *, region: str | None = None, sex: Sex | None = None, safety: Safety = Safety.SAFE
) -> str:
    """Make 15 digits of a birth in 1900-1999. Two digits cannot say 1850-1899, so a safe one has a made-up code.

    Raises:
        InvalidComponent: a safe number is wanted for a listed region.
    """
    codes = regions.made_up_codes() if safety is Safety.SAFE else regions.current_county_codes()
    chosen = region or pick(chooser, codes)
    if safety is Safety.SAFE and chosen not in _made_up():
        raise InvalidComponent("a safe 15-digit number needs a made-up region", field="region")
    born = day_between(chooser, _FIRST_DAY_OF_TWO_DIGIT_YEARS, _LAST_DAY_OF_TWO_DIGIT_YEARS)
    return chosen + digits_of(born)[2:] + sequence(chooser, sex=sex)


def pick(chooser: Chooser, options: Sequence[Option]) -> Option:
    """Choose one of *options*, all alike likely."""
    return options[int(chooser.random() * len(options))]


def day_between(chooser: Chooser, first: date, last: date) -> date:
    """Choose a day from *first* to *last*, both included."""
    start = first.toordinal()
    return date.fromordinal(start + int(chooser.random() * (last.toordinal() - start + 1)))


def sequence(chooser: Chooser, *, sex: Sex | None = None) -> str:
    """Choose three digits, odd for men and even for women; any if *sex* is None or neither."""
    return pick(chooser, _SEQUENCES_OF.get(sex, _SEQUENCES) if sex else _SEQUENCES)


def digits_of(day: date) -> str:
    """Write a day as ``YYYYMMDD``."""
    return day.isoformat().replace("-", "")


def checked(body: str) -> str:
    """Append the check character to 17 ASCII digits."""
    return body + CHARACTER_OF_REMAINDER[int(body, 13) % 11]


@lru_cache(maxsize=1)
def mainland_province_codes() -> tuple[str, ...]:
    """The 31 two-digit codes, in the order of the standard."""
    return tuple(province.code for province in provinces.provinces().values() if province.is_mainland)


def _born(chooser: Chooser, born: date | None, safety: Safety) -> date:
    if safety is Safety.REALISTIC:
        return born or day_between(chooser, EARLIEST, LATEST)
    return _safely_born(chooser, born, listed=True)


def _safely_born(chooser: Chooser, born: date | None, *, listed: bool) -> date:
    if born is None:
        return day_between(chooser, NOBODY_LIVES_FROM, NOBODY_LIVES_UNTIL)
    if listed and not NOBODY_LIVES_FROM <= born <= NOBODY_LIVES_UNTIL:
        raise InvalidComponent("a safe number with a real region needs a birth in 1850-1899", field="born")
    return born


@lru_cache(maxsize=1)
def _made_up() -> frozenset[str]:
    return frozenset(regions.made_up_codes())
