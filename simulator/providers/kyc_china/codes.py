"""The vocabulary: sub-checks with what they need, and the rows of the outcome table.

A sub-check is an operation of the table, so that a rule can force each of them. Nothing is read before the first call
asks for it.

>>> sub_checks()["identity.four-factor"].requires
('name', 'idNumber', 'idIssueDate', 'idExpiryDate')
>>> row("identity.two-factor", "mismatch").code
'no match'
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from contracts.loader import Outcome, OutcomeTable, load_table

NAME: Final = "kyc_china"

REQUEST: Final = "request"
POLL: Final = "poll"
BILLING: Final = "billing"
CALLBACK: Final = "callback"
PDF: Final = "pdf"


class Form(StrEnum):
    """The shape of a sub-check's result object, which follows from what is checked."""

    IDENTITY = "identity"
    IMAGE = "image"
    BANK = "bank"
    ATTRIBUTION = "attribution"
    LOCATION = "location"
    ADDRESS = "address"
    FRAUD = "fraud"
    CRIMINAL = "criminal"


COMPARISONS: Final = frozenset({Form.IDENTITY, Form.IMAGE, Form.BANK})
"""Forms that say whether a claim is true; the others hand out data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubCheck:
    """One check of the fan-out.

    Attributes:
        name: as it stands in the summary: ``identity.two-factor``.
        form: shape of its result object.
        requires: wire names that must all be there.
        requires_any: wire names of which one must be there; empty for no such need.
        axis: what it measures; of several eligible ones on an axis only the strongest runs. Empty: on its own.
        rank: strength on its axis.
    """

    name: str
    form: Form
    requires: tuple[str, ...]
    requires_any: tuple[str, ...]
    axis: str
    rank: int

    @property
    def category(self) -> str:
        """Return the report's key: ``identity``, ``mobile``, ``risk`` or ``bank``."""
        return self.name.partition(".")[0]

    @property
    def key(self) -> str:
        """Return the key within the category."""
        return self.name.partition(".")[2]


def table() -> OutcomeTable:
    """Return the provider's outcome table."""
    return load_table(NAME)


@lru_cache(maxsize=1)
def sub_checks() -> Mapping[str, SubCheck]:
    """Return the sub-checks by name, in the order of the table, which is the order of every list in a report."""
    operations = table().operations
    return MappingProxyType(
        {name: _sub_check(name, facts) for name, facts in operations.items() if facts["kind"] == "sub_check"}
    )


def _sub_check(name: str, facts: Mapping[str, Any]) -> SubCheck:
    return SubCheck(
        name=name,
        form=Form(facts["form"]),
        requires=tuple(facts["requires"]),
        requires_any=tuple(facts.get("requires_any", ())),
        axis=facts.get("axis", ""),
        rank=facts.get("rank", 1),
    )


@lru_cache(maxsize=1)
def operations_by_path() -> Mapping[str, str]:
    """Return the operation of each URL path, the links' folder excepted."""
    operations = table().operations
    return MappingProxyType(
        {facts["path"]: name for name, facts in operations.items() if facts["kind"] in ("call", "legacy")}
    )


def row(operation: str, meaning: str) -> Outcome:
    """Return the row of *operation* that means *meaning*, be it a result or an error.

    Raises:
        KeyError: it has none.
    """
    found = find(operation, meaning)
    if found is None:
        raise KeyError(f"{operation}: {meaning}")
    return found


def find(operation: str, meaning: str) -> Outcome | None:
    """Return the row of *operation* itself that means *meaning*, or ``None``; rows common to all do not count."""
    return _by_meaning().get((operation, meaning))


@lru_cache(maxsize=1)
def _by_meaning() -> Mapping[tuple[str, str], Outcome]:
    return MappingProxyType({(row.operation, row.meaning): row for row in table().rows})
