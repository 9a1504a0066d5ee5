"""The vocabulary: the five operations with their fields, answers, price lists and score bands.

Everything here is read from ``contracts/outcomes/mps.json``. A finding is called the same in both dialects; which row
says it is the ``answers`` of an operation, because one code of the JSON dialect says several things.

>>> catalogue()["two-factor"].answer("source_error").code, catalogue()["nciicCheck"].answer("source_error").code
('04', '-901')
>>> catalogue()["two-factor"].answer("quota").text["zh"]
'该号码当日查询次数超限'
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from contracts.loader import Outcome, OutcomeTable, load_table
from kyc_core.factors import Bands

NAME: Final = "mps"

SUCCESS: Final = "200000"
"""Code of a JSON answer whose call was accepted, whatever was found [doc]."""


class Dialect(StrEnum):
    """How an operation is spoken to."""

    JSON = "json"
    NCIIC = "nciic"


class Check(StrEnum):
    """What an operation compares; named as in `kyc_core.factors`."""

    TWO_FACTOR = "two_factor"
    FOUR_FACTOR = "four_factor"
    FACE = "face"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation, with what each call needs ready at hand.

    Attributes:
        name: wire name: last part of the path, or name of the SOAP operation.
        dialect: how it is spoken to.
        check: what it compares.
        required: names of the fields that must be there, in documented order.
        wire_names: field name by the element of a claim it carries.
        names: every field name, in documented order.
        bands: what a score of 0-100 means; ``None`` where nothing is scored.
        typical_scores: the score of a verdict that was forced, by finding.
        companions: what stands beside the deciding code, by name of the member and code.
        idcard_messages: wording by ``idcardResult``.
        charged: the findings that are charged, by price list.
    """

    name: str
    dialect: Dialect
    check: Check
    required: tuple[str, ...]
    wire_names: Mapping[str, str]
    names: tuple[str, ...]
    bands: Bands | None
    typical_scores: Mapping[str, float]
    companions: Mapping[str, Mapping[str, str]]
    idcard_messages: Mapping[str, str]
    charged: Mapping[str, frozenset[str]]
    answers: Mapping[str, Outcome]
    """The row that says each finding, worded for it."""

    def answer(self, finding: str) -> Outcome:
        """Return the row that says *finding*.

        Raises:
            KeyError: the operation never finds that.
        """
        return self.answers[finding]


def table() -> OutcomeTable:
    """Return the provider's outcome table."""
    return load_table(NAME)


@lru_cache(maxsize=1)
def catalogue() -> Mapping[str, Operation]:
    """Return the operations by wire name."""
    rows = table()
    return MappingProxyType({name: _operation(rows, name, facts) for name, facts in rows.operations.items()})


def _operation(rows: OutcomeTable, name: str, facts: Mapping[str, Any]) -> Operation:
    fields = facts["fields"]
    places: Mapping[str, Mapping[str, str]] = facts["anatomy"].get("companions", {})
    return Operation(
        name=name,
        dialect=Dialect(facts["dialect"]),
        check=Check(facts["check"]),
        required=tuple(field["name"] for field in fields if field["required"]),
        wire_names=MappingProxyType({field["claim"]: field["name"] for field in fields if field["claim"] is not None}),
        names=tuple(field["name"] for field in fields),
        bands=Bands(**facts["bands"]) if "bands" in facts else None,
        typical_scores=MappingProxyType(facts.get("typical_scores", {})),
        companions=MappingProxyType({place.rpartition("/")[2]: words for place, words in places.items()}),
        idcard_messages=MappingProxyType(facts.get("idcard_messages", {})),
        charged=MappingProxyType({listed: frozenset(findings) for listed, findings in facts["charged"].items()}),
        answers=MappingProxyType({word: _answer(rows, name, word, code) for word, code in facts["answers"].items()}),
    )


def _answer(rows: OutcomeTable, operation: str, finding: str, code: str) -> Outcome:
    row = next(row for row in rows.rows if (row.operation, row.code) == (operation, code))
    return row.worded(finding) if finding in row.variants else row
