"""First-generation numbers: 15 digits, two for the year, no check character.

Six digits region, YYMMDD, three digits sequence. The cards ended with 2012; the number lives on inside 18 characters.

>>> from kyc_core.first_generation import downgrade, upgrade
>>> upgrade("110105491231002"), downgrade("11010519491231002X")
('11010519491231002X', '110105491231002')

Source:
    GB 11643-1989 [doc, secondary]; State Council 国发〔1999〕15号 (18 characters since 1999-10-01) [doc]; the
    amended ID card law of 2011 (end of the cards) [doc]; sequences 996 to 999 kept for people born in the 1800s
    [doc, secondary].
"""

from __future__ import annotations

from datetime import date
from typing import Final

from kyc_core import birth_dates, home_regions
from kyc_core.checksums import mod_11_2, mod_11_2_ok
from kyc_core.errors import InvalidChecksum, InvalidComponent, InvalidFormat, InvalidLength
from kyc_core.holders import SHORT_LENGTH, Kind, kind_of
from kyc_core.resident_id_reasons import Code, Finding

CENTENARIAN_SEQUENCES: Final = frozenset({"996", "997", "998", "999"})
_CENTURY: Final = "19"
_CENTURY_BEFORE: Final = "18"


def birth_date_digits(number: str) -> tuple[str, ...]:
    """The birth date of a 15-digit number as ``YYYYMMDD``, the likelier reading first.

    Two readings for the sequences that were kept for centenarians, one for all others. Never a year from 2000 on: by
    then nobody was given 15 digits.
    """
    centuries = (_CENTURY, _CENTURY_BEFORE) if number[12:] in CENTENARIAN_SEQUENCES else (_CENTURY,)
    return tuple(century + number[6:12] for century in centuries)


def findings(number: str, today: date) -> list[Finding]:
    """Say what is wrong with 15 digits; their kind is itself a finding, and tells an ambiguous century."""
    digits, *other_readings = birth_date_digits(number)
    born = birth_dates.read(digits)
    detail = "born in the 1900s or the 1800s" if other_readings else "15 digits; cards with it ended with 2012"
    return [
        *birth_dates.findings(digits, today),
        *home_regions.findings(number[:6], born.year if born else None),
        Finding(Code.FIRST_GENERATION, detail),
    ]


def candidates(number: str) -> tuple[str, ...]:
    """All 18-character numbers that 15 digits can stand for, the likelier first.

    Raises:
        InvalidLength: not 15 characters.
        InvalidFormat: not 15 ASCII digits.
        InvalidComponent: the birth date is no day of the calendar.
    """
    if len(number) != SHORT_LENGTH:
        raise InvalidLength(f"want {SHORT_LENGTH} digits", field="resident_id")
    if kind_of(number) is not Kind.FIRST_GENERATION:
        raise InvalidFormat(f"want {SHORT_LENGTH} ASCII digits", field="resident_id")
    readings = birth_date_digits(number)
    # The century years 1800 and 1900 are both common, so a day is in both calendars or in neither.
    if birth_dates.read(readings[0]) is None:
        raise InvalidComponent("no such day of birth", field="resident_id")
    bodies = [number[:6] + digits + number[12:] for digits in readings]
    return tuple(body + mod_11_2(body) for body in bodies)


def upgrade(number: str) -> str:
    """The 18-character number for 15 digits; the first of `candidates`, whose errors it raises."""
    return candidates(number)[0]


def downgrade(number: str) -> str:
    """The 15 digits for an 18-character number of a citizen born in the 1900s; `upgrade` undoes it.

    Raises:
        InvalidFormat: not a citizen's 18 characters.
        InvalidChecksum: the check character does not match, so that dropping it would hide an error.
        InvalidComponent: born in another century, or on no day of the calendar: the short form would lose that.
    """
    if kind_of(number) is not Kind.CITIZEN:
        raise InvalidFormat("want a citizen's 18 characters", field="resident_id")
    if not mod_11_2_ok(number):
        raise InvalidChecksum("the check character does not match", field="resident_id")
    if not number.startswith(_CENTURY, 6) or birth_dates.read(number[6:14]) is None:
        raise InvalidComponent("want a day of birth in 1900-1999", field="resident_id")
    return number[:6] + number[8:17]
