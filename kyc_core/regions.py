"""County codes: which were ever listed, in which years, under which name, and whose number may begin with one.

A resident number is given when its holder is first registered or gets a card, not at birth. So a code suits a birth
year if it was still listed in that year **or later**; there is no test for having existed at birth.

>>> from kyc_core.regions import attributable, eras, listing
>>> attributable("110111", 1950), attributable("110103", 2015)
(True, False)
>>> [(era.name, era.first_year, era.last_year) for era in eras("410307")]
[('洛龙区', 2002, 2006), ('偃师区', 2021, None)]
>>> listing("321119").value
'unlisted_but_plausible'

Source:
    Codes and years: the head of ``regions.csv`` [sdk, data]. The rule: from how numbers are given [inferred], with
    GB 11643-1999, "place of permanent registration" [doc].
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

from kyc_core import provinces

FIRST_CARDS: Final = 1984
"""Nobody holds a number that was given before this year [doc]."""

GRACE_YEARS: Final = 2
"""How long offices may go on using a code that is no longer listed [inferred]."""

_FIRST_CARDS_YEAR: Final = str(FIRST_CARDS)
_HEADER: Final = "code,name,first_year,last_year"
_NEVER_ABOLISHED: Final = 9999
_MADE_UP_TAILS: Final = ("99", "98", "97", "96")


class Level(StrEnum):
    """What a six-digit code names."""

    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"


class Listing(StrEnum):
    """What the tables say of a code."""

    LISTED = "listed"
    UNLISTED_BUT_PLAUSIBLE = "unlisted_but_plausible"
    """The province exists. Tables are incomplete: real cards carry codes that no ministry table ever had."""
    UNKNOWN_PROVINCE = "unknown_province"


@dataclass(frozen=True, slots=True)
class Era:
    """A stretch of years in which a code had one name.

    Attributes:
        name: Chinese, without province and prefecture.
        first_year: first year-end table with it; 1980 is also "before".
        last_year: last year-end table with it; None while it is current.
    """

    name: str
    first_year: int
    last_year: int | None


def level(code: str) -> Level:
    """Say what a six-digit code names.

    A prefecture-level city that never had a county below it (441900 东莞市) names itself in its residents' numbers and
    counts as a county [inferred].
    """
    if code.endswith("0000"):
        return Level.PROVINCE
    if code.endswith("00") and code not in _undivided_cities():
        return Level.PREFECTURE
    return Level.COUNTY


def listing(code: str) -> Listing:
    """Say whether a six-digit code was ever listed, or else whether its province exists on the mainland."""
    if code in _table():
        return Listing.LISTED
    province = provinces.by_code(code[:2])
    if province is None or not province.is_mainland:
        return Listing.UNKNOWN_PROVINCE
    return Listing.LISTED if code == province.code + "0000" else Listing.UNLISTED_BUT_PLAUSIBLE


@lru_cache(maxsize=1024)
def eras(code: str) -> tuple[Era, ...]:
    """All eras of a prefecture or county code, by first year; empty when it was never listed."""
    rows = _table().get(code)
    return tuple(map(_era, rows.split("\n"))) if rows else ()


def name(code: str) -> str | None:
    """The current or else the last name of a prefecture or county code."""
    known = eras(code)
    return max(known, key=_end).name if known else None


def full_name(code: str) -> str | None:
    """Province, prefecture (where one is listed) and county in one string; None for a code that was never listed."""
    own = name(code)
    if own is None:
        return None
    province = provinces.by_code(code[:2])
    prefecture = None if code.endswith("00") else name(code[:4] + "00")
    return "".join(part for part in (province.name if province else None, prefecture, own) if part)


def last_year(code: str) -> int | None:
    """The last year in which a code was listed; None if it is current or was never listed."""
    known = eras(code)
    return max(known, key=_end).last_year if known else None


def attributable(code: str, birth_year: int, *, grace: int = GRACE_YEARS) -> bool:
    """Tell whether somebody born in *birth_year* can have been given a number with this code.

    Args:
        code: six digits. A code that was never listed has no years that could contradict.
        birth_year: Gregorian.
        grace: years for which a code may outlive its listing.

    Returns:
        True if the code was listed, grace included, in the birth year or later and when there were cards. What holds
        for a birth year holds for every earlier one.
    """
    end = last_year(code)
    return end is None or end + grace >= max(birth_year, FIRST_CARDS)


def surely_attributable(code: str, birth_year: str) -> bool:
    """Answer `attributable` for a county code at the price of one look-up, for whoever checks many numbers.

    Args:
        code: six digits.
        birth_year: four digits.

    Returns:
        True only if the code is a listed county's and attributable. False may also mean: ask `listing`, `level` and
        `attributable`; it does for the years of grace, and where two eras of a code overlap.
    """
    rows = _table().get(code, "")
    if code[4:] == "00":
        return False
    return rows[-1:] == "," or rows[-4:] >= max(birth_year, _FIRST_CARDS_YEAR)


@lru_cache(maxsize=1)
def county_codes() -> tuple[str, ...]:
    """All county-level codes ever listed, ascending."""
    return tuple([code for code in _table() if code[4:] != "00"])


@lru_cache(maxsize=1)
def current_county_codes() -> tuple[str, ...]:
    """The county-level codes that are listed today, ascending."""
    return tuple([code for code in county_codes() if _end_of(code) == _NEVER_ABOLISHED])


@lru_cache(maxsize=256)
def county_codes_gone_by(year: int) -> tuple[str, ...]:
    """The county-level codes whose last listed year is *year* or earlier, ascending."""
    return tuple([code for code in county_codes() if _end_of(code) <= year])


@lru_cache(maxsize=1)
def made_up_codes() -> tuple[str, ...]:
    """County codes under current prefectures that were never listed and that no report of a real card mentions.

    For synthetic numbers that can be nobody's. All are `Listing.UNLISTED_BUT_PLAUSIBLE` [inferred].
    """
    prefectures = sorted({code[:4] for code in current_county_codes()})
    codes = (prefecture + tail for prefecture in prefectures for tail in _MADE_UP_TAILS)
    return tuple(code for code in codes if code not in _table())


@lru_cache(maxsize=1)
def _table() -> Mapping[str, str]:
    """Code to its rows, one per line, ascending as in the file.

    Text, because an object per era costs twice the memory and the time, and few are ever read.
    """
    text = files("kyc_core").joinpath("regions.csv").read_text(encoding="utf-8")
    head, found, body = text.partition(_HEADER + "\n")
    if not found or any(not line.startswith("#") for line in head.splitlines()):
        raise ValueError(f"regions.csv: want the header {_HEADER}")
    rows: dict[str, str] = {}
    for line in body.splitlines():
        code = line[:6]
        rows[code] = f"{rows[code]}\n{line}" if code in rows else line
    return MappingProxyType(rows)


@lru_cache(maxsize=1)
def _undivided_cities() -> frozenset[str]:
    codes = _table()
    divided = {code[:4] for code in codes if code[4:] != "00"}
    return frozenset([code for code in codes if code[4:] == "00" and code[:4] not in divided])


def _end_of(code: str) -> int:
    """The last listed year of a code in the table, 9999 while it is current; makes no `Era`."""
    return max(_NEVER_ABOLISHED if row[-1] == "," else int(row[-4:]) for row in _table()[code].split("\n"))


def _era(row: str) -> Era:
    _, own_name, first_year, end = row.split(",")
    return Era(own_name, int(first_year), int(end) if end else None)


def _end(era: Era) -> int:
    return _NEVER_ABOLISHED if era.last_year is None else era.last_year
