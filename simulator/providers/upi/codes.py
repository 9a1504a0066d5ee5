"""The vocabulary: the operation, its members and answers, read from ``contracts/outcomes/upi.json``.

Nothing is read before the first call asks for it.

>>> documented().outer[0]
Member(name='memberIIN', kind=<Kind.AN: 'AN'>, least=8, most=8, required=True, personal=False, claim=None)
>>> documented().answer("00").text["en"]
'Approved'
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from contracts.loader import EVERY_OPERATION, Outcome, OutcomeTable, load_table

NAME: Final = "upi"
PHOTO: Final = "ID_CARD_PHOTO_VERIFICATION"
APPROVED: Final = "00"
FORMAT_ERROR: Final = "30"
UNAUTHORISED: Final = "E0"

ENC_DATA: Final = "encData"
PHOTO_MEMBER: Final = "photo"
MERCHANT: Final = ("merchantID", "merchantName", "mcc")


class Kind(StrEnum):
    """Type of a member, as the tables write it."""

    N = "N"
    AN = "AN"
    ANS = "ANS"
    S = "S"
    SERIAL = "a"
    """Only ``serialNm`` has it; letters alone by habit, but it is padded with zeros."""
    OBJECT = "Object"


class Layer(StrEnum):
    """Which part of UPI answers, in the order in which a call passes them. An order id is used up from `ORDER` on."""

    SECURITY = "security"
    FORMAT = "format"
    ADMISSION = "admission"
    ORDER = "order"
    BUSINESS = "business"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One member of a request.

    Attributes:
        name: wire name.
        kind: its type.
        least: shortest text, in the unit of ``upi.length_unit``.
        most: longest text.
        required: whether its absence is an error.
        personal: whether its value leads to a person.
        claim: the element of a claim it carries (``resident_id``), or ``None``.
    """

    name: str
    kind: Kind
    least: int
    most: int
    required: bool
    personal: bool
    claim: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation.

    Attributes:
        name: as in the titles of the documentation.
        path: service URL suffix.
        trade_types: values of ``tradeType`` that it serves.
        outer: members beside ``encData``, itself included, in the order of the table.
        inner: members of what ``encData`` holds.
        answers: result row by code.
        details: what ``errorDetail`` says of a code when nothing more precise is known.
        findings: code and ``errorDetail`` of what the source finds, by our name for it.
        experimental: whether all of it but the name is invented.
    """

    name: str
    path: str
    trade_types: frozenset[str]
    outer: tuple[Member, ...]
    inner: tuple[Member, ...]
    answers: Mapping[str, Outcome]
    details: Mapping[str, str]
    findings: Mapping[str, tuple[str, str]]
    experimental: bool = False

    def answer(self, code: str) -> Outcome:
        """Return the row of a code.

        Raises:
            KeyError: there is none.
        """
        return self.answers[code]

    def meaning(self, word: str) -> Outcome | None:
        """Return the row that means *word*, or ``None``."""
        return next((row for row in self.answers.values() if row.meaning == word), None)


PUBLIC_KINDS: Final = frozenset({Kind.N, Kind.AN})
"""Members of these types are stored in clear unless personal; what a free text holds is up to the client."""


def table() -> OutcomeTable:
    """Return the provider's outcome table."""
    return load_table(NAME)


def unauthorised() -> Outcome:
    """Return the one row of every failure of the security checks."""
    return table().error(EVERY_OPERATION, UNAUTHORISED)


@lru_cache(maxsize=1)
def documented() -> Operation:
    """Return the one operation whose page can be read."""
    rows = table()
    facts = rows.operations[PHOTO]
    return Operation(
        name=PHOTO,
        path=facts["path"],
        trade_types=frozenset(facts["trade_types"]),
        outer=tuple(_member(raw) for raw in facts["fields"] if raw["place"] == "body"),
        inner=tuple(_member(raw) for raw in facts["fields"] if raw["place"] == ENC_DATA),
        answers=MappingProxyType({row.code: row for row in rows.results(PHOTO)}),
        details=MappingProxyType(facts["details"]),
        findings=MappingProxyType({name: (one["code"], one["detail"]) for name, one in facts["findings"].items()}),
    )


@lru_cache(maxsize=1)
def public_members() -> frozenset[str]:
    """Return the names of the members that may be stored in clear."""
    return frozenset(
        member.name for member in documented().outer if member.kind in PUBLIC_KINDS and not member.personal
    )


def _member(raw: Mapping[str, Any]) -> Member:
    return Member(
        name=raw["name"],
        kind=Kind(raw["type"]),
        least=raw["min"],
        most=raw["max"],
        required=raw["required"],
        personal=raw["personal"],
        claim=raw["claim"],
    )
