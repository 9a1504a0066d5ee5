"""Ethnic groups by code and by name, as card faces, OCR answers and forms write them.

A card prints the name without 族 (``汉``); forms often add it. Some data carries old or mistyped names: `normalise`
mends them and says so, `validate` refuses them.

>>> from kyc_core.ethnic_groups import normalise, parse
>>> parse("05").name, normalise("汉族")
('维吾尔', Normalised(value='汉', notes=('suffix',)))

Source:
    GB/T 3304-1991 [doc, secondary]; the printed form from an e-signature provider's OCR sample [doc].
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from kyc_core.errors import InvalidComponent
from kyc_core.lenient import trim
from kyc_core.reports import NOTHING_TO_SAY, Normalised, Reason, Report, Severity
from kyc_core.tables import read_table

_SUFFIX: Final = "族"


@dataclass(frozen=True, slots=True, kw_only=True)
class EthnicGroup:
    """One row of the standard: two-digit code, and the name without 族."""

    code: str
    name: str


@lru_cache(maxsize=1)
def ethnic_groups() -> Mapping[str, EthnicGroup]:
    """The 56 groups, then 97 (other) and 98 (naturalised), by code."""
    return MappingProxyType({row["code"]: EthnicGroup(code=row["code"], name=row["name"]) for row in _rows()})


def normalise(text: str) -> Normalised:
    """Strip blanks and a final 族, and mend the known other spellings.

    Returns:
        The name (or code) and the notes ``trimmed``, ``suffix``, ``alias`` for what was done.
    """
    trimmed = trim(text)
    value, notes = trimmed.value, list(trimmed.notes)
    stem = value.removesuffix(_SUFFIX)
    if stem != value and (stem in _by_word() or stem in _aliases()):
        value = stem
        notes.append("suffix")
    if value in _aliases():
        value = _aliases()[value]
        notes.append("alias")
    return Normalised(value, tuple(notes))


def validate(value: object) -> Report:
    """Check a name or code as it stands.

    Reasons, all errors, at most one: ``type``, ``empty``, ``unknown_ethnic_group``. Never raises.
    """
    if not isinstance(value, str):
        code = "type"
    elif not value:
        code = "empty"
    elif value not in _by_word():
        code = "unknown_ethnic_group"
    else:
        return NOTHING_TO_SAY
    return Report((Reason(code, Severity.ERROR),))


def is_valid(value: object) -> bool:
    """Tell whether `validate` finds no error."""
    return validate(value).ok


def parse(text: str) -> EthnicGroup:
    """Find the group with this code or this name.

    Raises:
        InvalidComponent: no such group.
    """
    group = _by_word().get(text)
    if group is None:
        raise InvalidComponent("no such ethnic group", field="ethnic_group")
    return group


@lru_cache(maxsize=1)
def _rows() -> tuple[Mapping[str, str], ...]:
    return tuple(read_table("ethnic_groups.csv", columns=("code", "name", "aliases")))


@lru_cache(maxsize=1)
def _by_word() -> Mapping[str, EthnicGroup]:
    groups = ethnic_groups()
    return MappingProxyType({**groups, **{group.name: group for group in groups.values()}})


@lru_cache(maxsize=1)
def _aliases() -> Mapping[str, str]:
    return MappingProxyType({alias: row["name"] for row in _rows() for alias in row["aliases"].split()})
