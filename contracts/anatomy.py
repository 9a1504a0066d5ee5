"""What a provider's answer is made of: status, headers, body, and where in the body its verdict stands.

>>> from contracts.loader import load_table
>>> anatomy_of(load_table("upi"), "ID_CARD_PHOTO_VERIFICATION").passes
('00',)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from contracts.loader import OutcomeTable
from kyc_core.verdicts import Decision, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One HTTP answer: status, header list, body."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Anatomy:
    """Where an operation's answer carries its verdict.

    A place is spelt as its form wants it (`contracts.answer_documents`): a JSON Pointer, or a tag.

    Attributes:
        verdict: place of the member that decides (``/Response/Result``).
        passes: the values there that mean a match.
        codes: every value the operation documents there.
        siblings: values that only sibling operations document there, those first that mean a match to them.
        score: place of a similarity or confidence, empty when there is none.
        request_id: place of the call's identifier, empty when there is none.
        form: how the document is written, one of `contracts.answer_documents.FORMS`.
        companions: members that say the same thing in other words: by place, what stands there with each code.
    """

    verdict: str
    passes: tuple[str, ...]
    codes: tuple[str, ...]
    siblings: tuple[str, ...] = ()
    score: str = ""
    request_id: str = ""
    form: str = "json"
    companions: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: MappingProxyType({}))


def anatomy_of(table: OutcomeTable, operation: str) -> Anatomy | None:
    """Read an operation's anatomy from its outcome table; ``None`` where the table states none.

    An operation that brings what others found says with ``codes_of`` whose codes stand at its place.
    """
    places = table.operations.get(operation, {}).get("anatomy")
    if places is None:
        return None
    results = {row.code: row.verdict for row in table.results(places.get("codes_of", operation))}
    others = {row.code: row.verdict for name in table.operations for row in table.results(name)}
    siblings = sorted(others.keys() - results.keys(), key=lambda code: (others[code] is not Verdict.MATCH, code))
    return Anatomy(
        verdict=places["verdict"],
        passes=tuple(code for code, verdict in results.items() if verdict.decision is Decision.PASS),
        codes=tuple(results),
        siblings=tuple(siblings),
        score=places.get("score", ""),
        request_id=places.get("request_id", ""),
        form=places.get("form", "json"),
        companions=MappingProxyType(places.get("companions", {})),
    )
