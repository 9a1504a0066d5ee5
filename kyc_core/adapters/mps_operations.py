"""What the MPS adapter knows of each operation, read from ``mps.json`` beside this module.

>>> OPERATIONS["face-compare"].results["05"].verdict.value, OPERATIONS["nciicCheck"].results["不一致"].billed
('MISMATCH', True)

Source:
    See ``mps.json``; the score bands: Chuanglan, face comparison v2.0 [doc].
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

from kyc_core.adapters.meanings import Meaning, read_meanings

CONSISTENT: Final = "一致"
INCONSISTENT: Final = "不一致"
CANCELLED: Final = "已注销"

_OF_A_NAME: Final = MappingProxyType({INCONSISTENT: "mismatch", CANCELLED: "cancelled"})
"""What both operations of NCIIC say of name and number."""


class Dialect(StrEnum):
    """How an operation is spoken to."""

    JSON = "json"
    NCIIC = "nciic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation of the provider.

    Attributes:
        name: wire name.
        dialect: how it is spoken to.
        claim: the wire name of each member of the claim, all of them required.
        results: the meaning of each code.
        messages: those of the codes that NCIIC tells by a message, which contains the code.
        beside: in a face comparison, what must stand in the other members beside each code.
        scores: lowest and highest score of each code that has one, of 100; a boundary belongs to both sides, because no
            source says to which.
        errors: the meaning of each refusal.
    """

    name: str
    dialect: Dialect
    claim: Mapping[str, str]
    results: Mapping[str, Meaning]
    messages: tuple[str, ...]
    beside: Mapping[str, Mapping[str, str]]
    scores: Mapping[str, tuple[float, float]]
    errors: Mapping[str, Meaning]

    @property
    def has_photo(self) -> bool:
        """Whether a picture is compared."""
        return "photo" in self.claim


def _load() -> Mapping[str, Operation]:
    table: dict[str, Any] = json.loads(files(__package__).joinpath("mps.json").read_text("utf-8"))
    meanings = read_meanings(table["meanings"])
    return MappingProxyType(
        {name: _operation(name, facts, table["errors"], meanings) for name, facts in table["operations"].items()}
    )


def _operation(
    name: str, facts: Mapping[str, Any], errors: Mapping[str, Mapping[str, str]], meanings: Mapping[str, Meaning]
) -> Operation:
    dialect = Dialect(facts["dialect"])
    messages: Mapping[str, str] = facts.get("messages", {})
    words = {**facts["results"], **messages, **(_OF_A_NAME if dialect is Dialect.NCIIC else {})}
    return Operation(
        name=name,
        dialect=dialect,
        claim=MappingProxyType(facts["claim"]),
        results=MappingProxyType({code: meanings[word] for code, word in words.items()}),
        messages=tuple(messages),
        beside=MappingProxyType(facts.get("beside", {})),
        scores=MappingProxyType({code: (low, high) for code, (low, high) in facts.get("scores", {}).items()}),
        errors=MappingProxyType({code: meanings[word] for code, word in errors[dialect].items()}),
    )


OPERATIONS: Final = _load()
