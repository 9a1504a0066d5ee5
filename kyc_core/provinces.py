"""Province-level divisions: the first two digits of a resident number, and their names.

>>> from kyc_core.provinces import by_code
>>> by_code("32").name
'江苏省'

Source:
    GB/T 2260 [doc]; see the head of ``provinces.csv``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from kyc_core.tables import read_table

_MAINLAND_FIRST_DIGITS: Final = frozenset("123456")


@dataclass(frozen=True, slots=True, kw_only=True)
class Province:
    """One province-level division.

    Attributes:
        code: two digits.
        name: full Chinese name.
        county_codes: how many county-level codes were current in April 2026; 0 where the table lists none.
    """

    code: str
    name: str
    county_codes: int

    @property
    def is_mainland(self) -> bool:
        """Tell whether residents' numbers of the mainland begin with this code; false for 71, 81 and 82."""
        return self.code[0] in _MAINLAND_FIRST_DIGITS


@lru_cache(maxsize=1)
def provinces() -> Mapping[str, Province]:
    """All 34 divisions by code, in the order of the standard."""
    rows = read_table("provinces.csv", columns=("code", "name", "county_codes"))
    return MappingProxyType(
        {
            row["code"]: Province(code=row["code"], name=row["name"], county_codes=int(row["county_codes"]))
            for row in rows
        }
    )


def by_code(code: str) -> Province | None:
    """Find the division with this two-digit code, or None."""
    return provinces().get(code)
