"""Numbers of foreign permanent residents: the card of 2023 and the ones before it.

======== ==================================================================================================
since    number
======== ==================================================================================================
2023-12  ``9``, province of acceptance (2), nationality (ISO 3166-1 numeric), birth date (8), sequence (3),
         MOD 11-2 check character
2004     nationality (ISO 3166-1 alpha-3), place of acceptance (4), YYMMDD, sequence (1), check digit (1)
======== ==================================================================================================

The old card's check digit is not computed: the only sample fits a 7-3-1 weighting, as one in ten would by chance.

>>> from kyc_core.foreign_residents import head_findings
>>> [finding.code.value for finding in head_findings("932999")]
['nationality_unknown']

Source:
    The immigration administration's notes on the 2023 card and its machine-readable rules [doc], field order confirmed
    by a published library [sdk]; the pattern of the old number [doc], the split of its last two digits [inferred].
"""

from __future__ import annotations

from datetime import date
from typing import Final

from kyc_core import birth_dates, nationalities, provinces
from kyc_core.resident_id_reasons import Code, Finding

_CENTURIES: Final = ("19", "20")


def head_findings(head: str) -> list[Finding]:
    """Say what is wrong with ``9PPNNN``; at most one finding.

    The nationality is only read behind a known province: without one this is no foreign resident's number.
    """
    return _findings(head[1:3], head[3:])


def legacy_birth_dates(number: str) -> tuple[date, ...]:
    """The readings of an old number's YYMMDD that are days of the calendar, the 1900s first."""
    candidates = (birth_dates.read(century + number[7:13]) for century in _CENTURIES)
    return tuple(born for born in candidates if born is not None)


def legacy_findings(number: str, today: date) -> list[Finding]:
    """Say what is wrong with an old number of the right shape; its kind is itself a finding."""
    found = _findings(number[3:5], number[:3])
    readings = legacy_birth_dates(number)
    if not readings:
        found.append(Finding(Code.BIRTH_DATE_INVALID, "no such day in the 1900s or 2000s"))
    elif min(readings) > today:
        found.append(Finding(Code.BIRTH_DATE_FUTURE, "after today in Shanghai"))
    found.append(Finding(Code.FOREIGN_PR_LEGACY, "replaced by an 18-character number since December 2023"))
    return found


def _findings(province_code: str, nationality: str) -> list[Finding]:
    province = provinces.by_code(province_code)
    if province is None or not province.is_mainland:
        return [Finding(Code.REGION_UNKNOWN_PROVINCE, "no such province of acceptance")]
    if nationalities.name(nationality) is None:
        return [Finding(Code.NATIONALITY_UNKNOWN, "not in ISO 3166-1")]
    return []
