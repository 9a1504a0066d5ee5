"""Nationalities as the numbers of foreign permanent residents write them.

>>> from kyc_core.nationalities import name
>>> name("682"), name("KAZ"), name("999")
('Saudi Arabia', 'Kazakhstan', None)

Source:
    ISO 3166-1 numeric (cards since December 2023) and alpha-3 (older cards) [doc]; see the head of
    ``nationalities.csv``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from kyc_core.tables import read_table


def name(code: str) -> str | None:
    """The English name for a numeric or alpha-3 code, or None."""
    return _by_code().get(code)


@lru_cache(maxsize=1)
def numeric_codes() -> tuple[str, ...]:
    """All three-digit codes, ascending."""
    return tuple(sorted(code for code in _by_code() if code.isdigit()))


@lru_cache(maxsize=1)
def _by_code() -> Mapping[str, str]:
    rows = read_table("nationalities.csv", columns=("numeric", "alpha3", "name"))
    return MappingProxyType({row[key]: row["name"] for row in rows for key in ("numeric", "alpha3")})
