"""What to say of the region code in a citizen's or residence-permit holder's number.

>>> from kyc_core.home_regions import findings
>>> [finding.code.value for finding in findings("110103", 2015)]
['region_abolished_before_birth']

Source:
    GB/T 2260 [doc]; 国办发〔2018〕81号, article 6 [doc]; accept and reject evidence from public tables [data] and issue
    threads [doc]; the weights [inferred].
"""

from __future__ import annotations

from typing import Final

from kyc_core import regions
from kyc_core.holders import RESIDENCE_PERMIT_REGIONS
from kyc_core.regions import Level, Listing
from kyc_core.resident_id_reasons import Code, Finding, Weight

_TAIWAN_PROVINCE: Final = "71"
_PERMIT_PREFIXES: Final = frozenset(code[:2] for code in RESIDENCE_PERMIT_REGIONS)


def findings(code: str, birth_year: int | None) -> list[Finding]:
    """Say what is wrong with a region; at most one finding.

    Args:
        code: six ASCII digits that do not open a foreign resident's number.
        birth_year: None when the number has no readable birth date, which leaves the code's years unjudged.
    """
    if code in RESIDENCE_PERMIT_REGIONS:
        return []
    if code[:2] in _PERMIT_PREFIXES:
        return [Finding(Code.REGION_NEVER_ISSUED, f"residence permits use {code[:2]}0000 only")]
    if code[:2] == _TAIWAN_PROVINCE:
        # The code is in the standard, only no number with it is known: no reason to refuse one.
        return [Finding(Code.REGION_NEVER_ISSUED, "no number is known with this province", Weight.DOUBTFUL)]
    listing = regions.listing(code)
    if listing is Listing.UNKNOWN_PROVINCE:
        return [Finding(Code.REGION_UNKNOWN_PROVINCE, "no such province")]
    level = regions.level(code)
    if level is not Level.COUNTY:
        return [Finding(Code.REGION_LEVEL, f"a {level.value}'s code, want a county's")]
    if listing is Listing.UNLISTED_BUT_PLAUSIBLE:
        return [Finding(Code.REGION_UNLISTED, "in no table; tables are incomplete")]
    if birth_year is None or regions.attributable(code, birth_year):
        return []
    return [_abolished(regions.last_year(code))]


def _abolished(last_year: int | None) -> Finding:
    # A code that ended before the first cards stands in no number by the tables; where one does, the tables are wrong.
    weight = Weight.ODD if last_year is not None and last_year < regions.FIRST_CARDS else None
    return Finding(Code.REGION_ABOLISHED_BEFORE_BIRTH, f"last listed in {last_year}", weight)
