"""The eight digits of a birth date inside a resident number.

>>> from datetime import date
>>> from kyc_core.birth_dates import findings
>>> [finding.code.value for finding in findings("19000229", date(2026, 11, 20))]
['birth_date_invalid']

Source:
    GB/T 7408 by reference from GB 11643-1999 [doc]. No standard names an earliest year: the standard's own example was
    born in 1880 [doc], so the limits here are ours [inferred].
"""

from __future__ import annotations

from datetime import date
from typing import Final

from kyc_core.dates import age
from kyc_core.resident_id_reasons import Code, Finding

EARLIEST: Final = date(1850, 1, 1)
OLDEST_AGE: Final = 120
"""In full years; beyond it a number is doubtful."""


def read(digits: str) -> date | None:
    """Read ``YYYYMMDD``, eight ASCII digits; None if there is no such day."""
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def findings(digits: str, today: date) -> list[Finding]:
    """Say what is wrong with a birth date; at most one finding.

    Args:
        digits: eight ASCII digits.
        today: in Shanghai.
    """
    born = read(digits)
    if born is None:
        return [Finding(Code.BIRTH_DATE_INVALID, "no such day")]
    if born > today:
        return [Finding(Code.BIRTH_DATE_FUTURE, "after today in Shanghai")]
    if born < EARLIEST:
        return [Finding(Code.BIRTH_DATE_IMPLAUSIBLE, f"before {EARLIEST.year}")]
    if age(born, today) > OLDEST_AGE:
        return [Finding(Code.AGE_OVER_120, f"older than {OLDEST_AGE}")]
    return []
