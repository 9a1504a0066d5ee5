"""Numbers that are almost right: a valid one, one thing changed, and what `resident_id.validate` must say of that.

Every operator is a pure function of an unremarkable citizen's number, an index and the day. The index counts through
the operator's choices and starts again after the last, so that any integer is a choice and 0 is the simplest.

>>> from datetime import date
>>> from kyc_core.near_miss import OPERATORS
>>> OPERATORS["born_tomorrow"]("110101199003070011", 0, date(2026, 11, 20))
NearMiss(value='110101202611210019', reasons=('birth_date_future',))

Source:
    What MOD 11-2 notices, by exhaustive enumeration [calc]; the list of operators [inferred].
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final, TypeVar

from kyc_core import birth_dates, home_regions, regions
from kyc_core.checksums import ALPHABET
from kyc_core.errors import InvalidComponent, InvalidFormat
from kyc_core.generate import checked, digits_of
from kyc_core.holders import Kind, kind_of
from kyc_core.resident_id_reasons import Code

Option = TypeVar("Option")

_DIGITS: Final = "0123456789"
_ABOLISHED_BY: Final = 4
"""A code last listed four years before the birth was gone for three whole ones; the grace is two."""
_LAST_BEFORE_CARDS: Final = regions.FIRST_CARDS - regions.GRACE_YEARS - 1
_BLIND_DISTANCE: Final = 10
"""The order of 2 modulo 11: characters so far apart have the same weight."""


@dataclass(frozen=True, slots=True)
class NearMiss:
    """An almost right number.

    Attributes:
        value: the changed text.
        reasons: exactly the codes that the plausible profile gives for it, in order; empty if it is still fine.
    """

    value: str
    reasons: tuple[str, ...]


Operator = Callable[[str, int, date], NearMiss]


def digit_changed(number: str, index: int, today: date) -> NearMiss:
    """Change one of the 17 digits to another, wherever date and region stay unremarkable: always noticed."""
    changes = [
        number[:place] + digit + number[place + 1 :]
        for place in reversed(range(17))
        for digit in _DIGITS
        if digit != number[place]
    ]
    quiet = [changed for changed in changes if kind_of(changed) is Kind.CITIZEN and not _part_codes(changed, today)]
    return NearMiss(_chosen(quiet, index), (Code.CHECKSUM.value,))


def check_character_rotated(number: str, index: int, today: date) -> NearMiss:
    """Replace the check character by another of the eleven."""
    steps = 1 + index % (len(ALPHABET) - 1)
    place = (ALPHABET.index(number[17]) + steps) % len(ALPHABET)
    return NearMiss(number[:17] + ALPHABET[place], (Code.CHECKSUM.value,))


def neighbours_swapped(number: str, index: int, today: date) -> NearMiss:
    """Swap two different neighbours from the birth date on: always noticed, and the date may go wrong with it."""
    swaps = _swaps(number, range(6, 17), distance=1)
    swapped = _chosen(swaps, index)
    return NearMiss(swapped, (Code.CHECKSUM.value, *_part_codes(swapped, today)))


def date_impossible(number: str, index: int, today: date) -> NearMiss:
    """Replace the day by one that no calendar has, and make the check character right."""
    year = number[6:10]
    leap = birth_dates.read(year + "0229") is not None
    days = ("0230", "1301", "0431", "0100", *(() if leap else ("0229",)))
    return _with_date(number, year + _chosen(days, index), Code.BIRTH_DATE_INVALID)


def born_tomorrow(number: str, index: int, today: date) -> NearMiss:
    """Let the holder be born tomorrow."""
    return _with_date(number, digits_of(today + timedelta(days=1)), Code.BIRTH_DATE_FUTURE)


def region_abolished(number: str, index: int, today: date) -> NearMiss:
    """Move the holder to a county that was gone three years before the birth, or before there were cards."""
    last_year = max(int(number[6:10]) - _ABOLISHED_BY, _LAST_BEFORE_CARDS)
    code = _chosen(regions.county_codes_gone_by(last_year), index)
    return _with_region(number, code, Code.REGION_ABOLISHED_BEFORE_BIRTH)


def region_too_wide(number: str, index: int, today: date) -> NearMiss:
    """Replace the county by its province, or by its prefecture unless that is a city without counties."""
    province, prefecture = number[:2] + "0000", number[:4] + "00"
    wide = [province, *([prefecture] if regions.level(prefecture) is not regions.Level.COUNTY else [])]
    return _with_region(number, _chosen(wide, index), Code.REGION_LEVEL)


def character_dropped(number: str, index: int, today: date) -> NearMiss:
    """Leave one character out."""
    place = 17 - index % 18
    return NearMiss(number[:place] + number[place + 1 :], (Code.LENGTH.value,))


def digit_appended(number: str, index: int, today: date) -> NearMiss:
    """Add a digit at the end."""
    return NearMiss(number + _chosen(_DIGITS, index), (Code.LENGTH.value,))


def ten_apart_swapped(number: str, index: int, today: date) -> NearMiss:
    """Swap two different characters ten places apart: the check character still fits, whatever else goes wrong.

    Raises:
        InvalidComponent: the number has no such pair of digits.
    """
    swaps = [
        swapped for swapped in _swaps(number, range(8), distance=_BLIND_DISTANCE) if kind_of(swapped) is Kind.CITIZEN
    ]
    if not swaps:
        raise InvalidComponent("no two digits ten apart differ", field="resident_id")
    swapped = _chosen(swaps, index)
    return NearMiss(swapped, _part_codes(swapped, today))


def parity_flipped(number: str, index: int, today: date) -> NearMiss:
    """Make a man's number a woman's, or the other way round: still valid, for another person."""
    return NearMiss(checked(number[:16] + str(int(number[16]) ^ 1)), ())


OPERATORS: Final[Mapping[str, Operator]] = MappingProxyType(
    {
        operator.__name__: operator
        for operator in (
            digit_changed,
            check_character_rotated,
            neighbours_swapped,
            date_impossible,
            born_tomorrow,
            region_abolished,
            region_too_wide,
            character_dropped,
            digit_appended,
            ten_apart_swapped,
            parity_flipped,
        )
    }
)
"""All operators by name."""

BY_REASON: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        Code.CHECKSUM.value: ("check_character_rotated", "digit_changed", "neighbours_swapped"),
        Code.BIRTH_DATE_INVALID.value: ("date_impossible",),
        Code.BIRTH_DATE_FUTURE.value: ("born_tomorrow",),
        Code.REGION_ABOLISHED_BEFORE_BIRTH.value: ("region_abolished",),
        Code.REGION_LEVEL.value: ("region_too_wide",),
        Code.LENGTH.value: ("character_dropped", "digit_appended"),
    }
)
"""The operators whose result is sure to have a reason, by that reason."""


def near_miss(number: str, *, operator: str, index: int, today: date) -> NearMiss:
    """Apply one operator.

    Args:
        number: a citizen's number of which `resident_id.validate` has nothing to say.
        operator: a key of `OPERATORS`.
        index: which of the operator's choices; any integer.
        today: in Shanghai.

    Raises:
        InvalidFormat: *number* is not a citizen's 18 characters.
        InvalidComponent: its date or region is remarkable already, or the operator has no choice in it.
    """
    if kind_of(number) is not Kind.CITIZEN:
        raise InvalidFormat("want a citizen's 18 characters", field="resident_id")
    if checked(number[:17]) != number or _part_codes(number, today):
        raise InvalidComponent("want a number that nothing can be said about", field="resident_id")
    return OPERATORS[operator](number, index, today)


def _part_codes(number: str, today: date) -> tuple[str, ...]:
    """What is to be said of date and region by themselves, in order: dates before regions, old age last."""
    born = birth_dates.read(number[6:14])
    about_date = [finding.code for finding in birth_dates.findings(number[6:14], today)]
    about_region = [finding.code for finding in home_regions.findings(number[:6], born.year if born else None)]
    order = list(Code)
    return tuple(code.value for code in sorted(about_date + about_region, key=order.index))


def _swaps(number: str, places: range, *, distance: int) -> list[str]:
    """Every exchange of two different characters *distance* apart that leaves no X among the digits."""
    return [
        number[:first] + number[second] + number[first + 1 : second] + number[first] + number[second + 1 :]
        for first in reversed(places)
        for second in (first + distance,)
        if number[first] != number[second] and number[second] != "X"
    ]


def _with_date(number: str, digits: str, code: Code) -> NearMiss:
    return NearMiss(checked(number[:6] + digits + number[14:17]), (code.value,))


def _with_region(number: str, region: str, code: Code) -> NearMiss:
    return NearMiss(checked(region + number[6:17]), (code.value,))


def _chosen(options: Sequence[Option], index: int) -> Option:
    return options[index % len(options)]
