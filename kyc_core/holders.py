"""Who holds a number: told from its shape and its leading characters alone.

>>> from kyc_core.holders import kind_of
>>> kind_of("810000199001010019").value, kind_of("KAZ110090123105").value, kind_of("91")
('residence_permit', 'legacy_foreign_permanent_resident', None)

Source:
    GB 11643-1999 (citizens) [doc]; 国办发〔2018〕81号, articles 3 and 6 (residence permits) [doc]; the immigration
    administration's notes on the 2023 card (foreign permanent residents) [doc]; GB 11643-1989 (15 digits) [doc,
    secondary].
"""

from __future__ import annotations

import re
from enum import StrEnum
from types import MappingProxyType
from typing import Final

FULL_LENGTH: Final = 18
SHORT_LENGTH: Final = 15

RESIDENCE_PERMIT_REGIONS: Final = MappingProxyType({"810000": "香港", "820000": "澳门", "830000": "台湾"})
"""The only codes that open residence-permit numbers, and where their holders come from."""

FOREIGN_PREFIX: Final = "9"

_FULL: Final = re.compile("[0-9]{17}[0-9X]")
_SHORT: Final = re.compile("[0-9]{15}")
_LEGACY_FOREIGN: Final = re.compile("[A-Z]{3}[0-9]{12}")


class Kind(StrEnum):
    """The kinds of numbers."""

    CITIZEN = "citizen"
    RESIDENCE_PERMIT = "residence_permit"
    """A resident of Hong Kong, Macao or Taiwan; since 2018-09-01."""
    FOREIGN_PERMANENT_RESIDENT = "foreign_permanent_resident"
    """``9PPNNN...``, since 2023-12-01."""
    FIRST_GENERATION = "first_generation"
    """A citizen's 15 digits; the cards ended with 2012."""
    LEGACY_FOREIGN_PERMANENT_RESIDENT = "legacy_foreign_permanent_resident"
    """Three letters and 12 digits, on cards of 2004 and 2017."""


def kind_of(text: str) -> Kind | None:
    """Tell the kind of a number by its shape, or None if it has none of the five; bounded for any length."""
    if len(text) == FULL_LENGTH and _FULL.fullmatch(text):
        if text.startswith(FOREIGN_PREFIX):
            return Kind.FOREIGN_PERMANENT_RESIDENT
        return Kind.RESIDENCE_PERMIT if text[:6] in RESIDENCE_PERMIT_REGIONS else Kind.CITIZEN
    if len(text) == SHORT_LENGTH and _SHORT.fullmatch(text):
        return Kind.FIRST_GENERATION
    if len(text) == SHORT_LENGTH and _LEGACY_FOREIGN.fullmatch(text):
        return Kind.LEGACY_FOREIGN_PERMANENT_RESIDENT
    return None
