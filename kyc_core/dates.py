"""Dates as the providers write them, ages as the police count them, and the day it is in Shanghai.

Three writings are in use: ``YYYYMMDD`` (most fields), ``yyyy-mm-dd`` (one provider's birth date), ``YYYY.MM.DD`` (the
card face). Each is matched as a whole before the calendar is asked, because the standard library's parsers accept
shorter, padded and week-based forms.

>>> from datetime import date
>>> from kyc_core.dates import add_years, age, parse
>>> age(date(1992, 2, 29), date(2018, 2, 28)), age(date(1992, 2, 29), date(2018, 3, 1))
(25, 26)
>>> add_years(date(2004, 2, 29), 10)
datetime.date(2014, 3, 1)

Source:
    Writings: the aggregator's and Signzy's request fields [seed], an e-signature provider's OCR page [doc]. Ages and
    leap days: GA 214.8-2004, sections 3 and 4 [doc]. Shanghai as the day's place [inferred].
"""

from __future__ import annotations

import re
from datetime import MAXYEAR, date, datetime, timedelta, timezone
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from kyc_core.errors import InvalidComponent, InvalidFormat, InvalidLength
from kyc_core.refusals import raise_first_error
from kyc_core.reports import NOTHING_TO_SAY, Reason, Report, Severity

SHANGHAI: Final = timezone(timedelta(hours=8), "Asia/Shanghai")
"""Beijing time. A fixed offset: the summer time of 1986-1991 matters to no date that is decided today."""

_SHANGHAI_SECONDS: Final = 8 * 3600
_DAY_SECONDS: Final = 86_400
_EPOCH: Final = date(1970, 1, 1).toordinal()


class DateStyle(StrEnum):
    """How a date is written; the value is the separator."""

    COMPACT = ""
    DASHED = "-"
    DOTTED = "."


_SHAPES: Final = MappingProxyType(
    {
        style: re.compile("([0-9]{{4}}){0}([0-9]{{2}}){0}([0-9]{{2}})".format(re.escape(style.value)))
        for style in DateStyle
    }
)
_ALPHABETS: Final = MappingProxyType(
    {style: re.compile(f"[0-9{re.escape(style.value)}]+") for style in DateStyle},
)
_LENGTHS: Final = MappingProxyType({style: 8 + 2 * len(style.value) for style in DateStyle})
_KINDS: Final = MappingProxyType(
    {
        "type": InvalidFormat,
        "empty": InvalidLength,
        "length": InvalidLength,
        "charset": InvalidFormat,
        "shape": InvalidFormat,
        "date_invalid": InvalidComponent,
    }
)


def validate(value: object, *, style: DateStyle = DateStyle.COMPACT) -> Report:
    """Say everything that is wrong with a written date.

    Args:
        value: anything; only a `str` can be right.
        style: the writing that the field demands.

    Returns:
        Reasons in this order, all errors: ``type``, ``empty``, ``length``, ``charset``, ``shape`` (right characters in
        the wrong places), ``date_invalid`` (no such day). Never raises.
    """
    if not isinstance(value, str):
        return _report("type")
    if not value:
        return _report("empty")
    match = _SHAPES[style].fullmatch(value)
    if match is not None:
        return NOTHING_TO_SAY if _calendar_day(match) is not None else _report("date_invalid")
    codes = []
    if len(value) != _LENGTHS[style]:
        codes.append("length")
    if _ALPHABETS[style].fullmatch(value) is None:
        codes.append("charset")
    return _report(*codes or ["shape"])


def is_valid(value: object, *, style: DateStyle = DateStyle.COMPACT) -> bool:
    """Tell whether `validate` finds no error."""
    return validate(value, style=style).ok


def parse(text: str, *, style: DateStyle = DateStyle.COMPACT) -> date:
    """Read a date written in exactly this style.

    Raises:
        InvalidLength: empty, too short or too long.
        InvalidFormat: not the characters of this style, or not in their places.
        InvalidComponent: no such day in the Gregorian calendar.
    """
    raise_first_error(validate(text, style=style), field="date", kinds=_KINDS)
    match = _SHAPES[style].fullmatch(text)
    day = _calendar_day(match) if match else None
    assert day is not None, "validate and parse read the same shape"
    return day


def format(day: date, *, style: DateStyle = DateStyle.COMPACT) -> str:
    """Write a date; the undoing of `parse`. Years are always four digits, which `strftime` does not promise."""
    return style.value.join((f"{day.year:04d}", f"{day.month:02d}", f"{day.day:02d}"))


def birthday_in(born: date, year: int) -> date:
    """The day in *year* on which somebody born on *born* becomes a year older: 1 March for 29 February in common years.

    Source:
        GA 214.8-2004, section 4 [doc].
    """
    return _same_day(born, year)


def age(born: date, on: date) -> int:
    """Full years from *born* to *on*; negative before birth."""
    return on.year - born.year - (on < birthday_in(born, on.year))


def add_years(day: date, years: int) -> date:
    """The same month and day *years* later; 29 February becomes 1 March where there is none.

    Raises:
        ValueError: the year leaves the calendar (1-9999).

    Source:
        GA 214.8-2004, section 4 [doc].
    """
    year = day.year + years
    if not 1 <= year <= MAXYEAR:
        raise ValueError("the year leaves the calendar")
    return _same_day(day, year)


def local_date(instant: datetime) -> date:
    """The calendar day in Shanghai at *instant*.

    Raises:
        ValueError: *instant* has no time zone.
    """
    if instant.tzinfo is None:
        raise ValueError("an instant without a time zone is on no particular day")
    return instant.astimezone(SHANGHAI).date()


def day_at(seconds: float) -> date:
    """The calendar day in Shanghai *seconds* after 1970-01-01T00:00:00Z; `local_date` for who counts in seconds.

    >>> day_at(57_599), day_at(57_600)
    (datetime.date(1970, 1, 1), datetime.date(1970, 1, 2))
    """
    return _day_number((int(seconds) + _SHANGHAI_SECONDS) // _DAY_SECONDS)


@lru_cache(maxsize=16)
def _day_number(number: int) -> date:
    """Remembered because every decision of a day asks for the same few."""
    return date.fromordinal(_EPOCH + number)


def _same_day(day: date, year: int) -> date:
    leap_day_missing = (day.month, day.day) == (2, 29) and not _is_leap(year)
    return date(year, 3, 1) if leap_day_missing else date(year, day.month, day.day)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _calendar_day(match: re.Match[str]) -> date | None:
    year, month, day = (int(part) for part in match.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _report(*codes: str) -> Report:
    return Report(tuple([Reason(code, Severity.ERROR) for code in codes]))
