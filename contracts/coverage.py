"""Which rows of the outcome tables a test suite's own traffic has produced, and by which tests.

A row counts as produced when a provider answered it to some test. Rows are counted per operation that was called: an
error that every operation may answer counts for the one that answered it. Over a whole provider each row of its table
counts once.

>>> tally = Tally()
>>> tally.add("test_a", [Answered("signzy", "login", "result", "200")])
>>> found = tally.coverage("signzy", "login")
>>> found.produced, found.percent < 100, "result 200" in found.missing
({'result 200': ('test_a',)}, True, False)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, NamedTuple, cast

from contracts.loader import EVERY_OPERATION, Outcome, OutcomeTable, load_table, providers

Kind = Literal["result", "error"]

_MOST_NAMED: Final = 25
"""Missing rows that a complaint names."""

_GATE: Final = re.compile(
    r"(?:(?P<provider>[a-z_]+)(?:/(?P<operation>[^=:]+))?)?(?::(?P<kind>result|error))?(?(provider)=|(?(kind)=))"
    r"(?P<percent>[0-9]{1,3}(?:\.[0-9]{1,6})?)"
)


class Answered(NamedTuple):
    """One answer, as the journal names it.

    Attributes:
        provider: who answered.
        operation: which operation was called.
        kind: ``result`` or ``error``.
        code: the code on the wire.
    """

    provider: str
    operation: str
    kind: str
    code: str


def answers_of(journal: Iterable[Mapping[str, Any]]) -> frozenset[Answered]:
    """Return what the entries of one tenant's journal answered; calls that no row stands for are left out.

    So are answers that no client can have read as what they were: broken on purpose, replaced by a proxy's page, or
    lost on their way. A late answer counts; how long its client waited, only the client knows. The parts of a report
    that is made later count once a call has brought the report, not when it was asked for.
    """
    found: set[Answered] = set()
    ordered: dict[str, frozenset[Answered]] = {}
    for entry in journal:
        if not entry["answer"].get("kind") or _spoilt(entry):
            continue
        found.add(Answered(entry["provider"], entry["operation"], entry["answer"]["kind"], entry["answer"]["code"]))
        seen = [evidence for _, _, evidence in entry["steps"]]
        transaction = next((evidence["transaction"] for evidence in seen if "transaction" in evidence), "")
        parts = _parts(entry["provider"], seen)
        if parts:
            ordered[transaction] = parts
        elif any(evidence.get("ready") is True for evidence in seen):
            found |= ordered.get(transaction, frozenset())
    return frozenset(found)


def _spoilt(entry: Mapping[str, Any]) -> bool:
    """Tell whether what was sent, or what arrived, is not the answer the entry names."""
    for check, _, evidence in entry["steps"]:
        if check == "page" or (check == "mutation" and evidence["applied"]):
            return True
    fault = entry.get("fault", {})
    if fault.get("kind") == "truncate":
        return bool(fault["keep"] < entry["answer"]["bytes"])
    return fault.get("kind") in ("reset", "empty")


def _parts(provider: str, seen: Iterable[Mapping[str, Any]]) -> frozenset[Answered]:
    """Return what was decided about the checks that one call asks for together, from the evidence of its steps."""
    table = load_table(provider)
    return frozenset(
        _meant(table, operation, decided["found"])
        for evidence in seen
        for operation, decided in evidence.items()
        if operation in table.operations and isinstance(decided, Mapping) and "found" in decided
    )


def _meant(table: OutcomeTable, operation: str, meaning: str) -> Answered:
    """Return what a check answers that found *meaning*: a result, or an error of its own."""
    try:
        row = table.meaning(operation, meaning)
    except KeyError:
        row = table.meaning(operation, meaning, "error")
    return Answered(table.provider, operation, cast("Kind", row.kind), row.code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Rows produced, of those listed.

    Attributes:
        provider: whose.
        operation: of which operation; empty for the whole provider.
        listed: every row, as `name_of` calls it, in the order of the table.
        produced: the tests that produced a row, by row, in the order of the table.
    """

    provider: str
    operation: str
    listed: tuple[str, ...]
    produced: Mapping[str, tuple[str, ...]]

    @property
    def percent(self) -> float:
        """Share produced, 0-100; an empty list counts as whole."""
        return 100.0 * len(self.produced) / len(self.listed) if self.listed else 100.0

    @property
    def missing(self) -> tuple[str, ...]:
        """Rows that nobody produced, in the order of the table."""
        return tuple(row for row in self.listed if row not in self.produced)

    def complaint(self, at_least: float) -> str | None:
        """Return what is missing from a demand, or ``None`` when it is met.

        Args:
            at_least: percent of the rows that have to be produced.
        """
        # Compared in rows, so that no rounding decides.
        if len(self.produced) * 100 >= at_least * len(self.listed):
            return None
        place = f"{self.provider} {self.operation}".rstrip()
        further = len(self.missing) - _MOST_NAMED
        return (
            f"{place}: {len(self.produced)} of {len(self.listed)} outcomes were produced ({self.percent:.1f} %), "
            f"{at_least:g} % are wanted; missing: {', '.join(self.missing[:_MOST_NAMED])}"
            + (f" and {further} more" if further > 0 else "")
        )

    def to_document(self) -> dict[str, Any]:
        """Return the same as JSON."""
        return {
            "percent": round(self.percent, 2),
            "listed": len(self.listed),
            "produced": {row: list(tests) for row, tests in self.produced.items()},
            "missing": list(self.missing),
        }


class Gate(NamedTuple):
    """A demand.

    Attributes:
        at_least: percent of the rows that have to be produced.
        provider: whose rows; those of every operation that was called if empty.
        operation: one operation's rows; the provider's if empty.
        kind: results alone, or errors alone; both if ``None``.
    """

    at_least: float
    provider: str = ""
    operation: str = ""
    kind: Kind | None = None


def parse_gate(text: str) -> Gate:
    """Read ``80``, ``:result=80``, ``tencent=80``, ``tencent/BankCardVerification=80`` or the like with ``:result``.

    Raises:
        ValueError: it is none of these, or names what is not there.
    """
    found = _GATE.fullmatch(text)
    if found is None or float(found["percent"]) > 100:
        raise ValueError(f"{text}: [PROVIDER[/OPERATION]][:result|:error]=PERCENT is needed, or a percentage alone")
    kind = cast("Kind | None", found["kind"])
    gate = Gate(float(found["percent"]), found["provider"] or "", found["operation"] or "", kind)
    if gate.provider:
        rows_of(gate.provider, gate.operation)
    return gate


def rows_of(provider: str, operation: str = "", kind: Kind | None = None) -> tuple[Outcome, ...]:
    """Return the rows that count: of one operation, or all of a provider; of one kind, or of both.

    Raises:
        ValueError: there is no such provider or operation; the message lists what there is.
    """
    table = _table(provider)
    if operation and operation not in table.operations:
        raise ValueError(f"{provider} has no operation {operation}; there is {', '.join(table.operations)}")
    rows = table.answers(operation) if operation else table.rows
    return tuple(row for row in rows if kind in (None, row.kind))


def name_of(row: Outcome, *, operation: str = "") -> str:
    """Return how a row is called: ``result -17``; over a whole provider with its operation before it."""
    return f"{row.kind} {row.code}" if operation else f"{row.operation} {row.kind} {row.code}"


@dataclass(slots=True)
class Tally:
    """Adds up who produced what.

    Attributes:
        tests: the tests that were answered so, by answer.
    """

    tests: dict[Answered, set[str]] = field(default_factory=dict)

    def add(self, test: str, answers: Iterable[Answered]) -> None:
        """Enter what *test* was answered."""
        for answered in answers:
            self.tests.setdefault(answered, set()).add(test)

    def operations(self) -> list[tuple[str, str]]:
        """Return every operation that was called and that has rows, sorted: ``(provider, operation)``."""
        return sorted(
            {
                (answered.provider, answered.operation)
                for answered in self.tests
                if answered.operation in load_table(answered.provider).operations
            }
        )

    def coverage(self, provider: str, operation: str = "", kind: Kind | None = None) -> Coverage:
        """Return what of one operation, or of a whole provider, was produced; of one kind, or of both.

        Raises:
            ValueError: as for `rows_of`.
        """
        rows = rows_of(provider, operation, kind)
        table = load_table(provider)
        tests: dict[str, set[str]] = {}
        for answered, by in self.tests.items():
            if answered.provider == provider and operation in ("", answered.operation):
                row = _row_of(table, answered)
                if row is not None:
                    tests.setdefault(name_of(row, operation=operation), set()).update(by)
        listed = tuple(name_of(row, operation=operation) for row in rows)
        produced = {name: tuple(sorted(tests[name])) for name in listed if name in tests}
        return Coverage(provider=provider, operation=operation, listed=listed, produced=produced)

    def complaints(self, gates: Iterable[Gate]) -> Iterator[str]:
        """Yield what is missing from *gates*."""
        for gate in gates:
            places = [(gate.provider, gate.operation)] if gate.provider else self.operations()
            if not places:
                yield f"no provider was called, {gate.at_least:g} % of the outcomes are wanted"
            for provider, operation in places:
                complaint = self.coverage(provider, operation, gate.kind).complaint(gate.at_least)
                if complaint is not None:
                    yield complaint

    def to_document(self) -> dict[str, Any]:
        """Return ``{"providers": {provider: {operation: {...}}}}``, of what was called."""
        found: dict[str, dict[str, Any]] = {}
        for provider, operation in self.operations():
            found.setdefault(provider, {})[operation] = self.coverage(provider, operation).to_document()
        return {"providers": found}


def _table(provider: str) -> OutcomeTable:
    if provider not in providers():
        raise ValueError(f"no provider is called {provider}; there is {', '.join(providers())}")
    return load_table(provider)


def _row_of(table: OutcomeTable, answered: Answered) -> Outcome | None:
    """Return the row an answer stands for; ``None`` for an answer whose table has no row of it any more."""
    operation = answered.operation if answered.operation in table.operations else EVERY_OPERATION
    try:
        if answered.kind == "result":
            return table.result(operation, answered.code)
        return table.error(operation, answered.code)
    except KeyError:
        return None
