"""A recording told as a `Report`: one case per outcome that was seen, one finding per thing that nothing explains.

What occurs many times is told once, with how often and where first. Cases are in the order of providers, operations and
codes, whatever the order of the recording, so that two recordings of the same calls read alike.
"""

from __future__ import annotations

import re
import shlex
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from contracts.findings import CaseResult, Check, Coverage, Finding, Kind, Report, Status
from contracts.loader import EVERY_OPERATION, Outcome, load_table
from contracts.traffic import Judged, Problem

_NOBODY: Final = "nobody"
"""Stands for the provider of calls that are nobody's."""


@dataclass(slots=True)
class _Occurrences:
    """How often something was seen, and where first."""

    count: int
    first: str

    def told(self) -> str:
        return f"{self.count} times, first at {self.first}" if self.count > 1 else f"at {self.first}"


Place = tuple[str, str, str]
"""Provider, operation, code; each empty where it is not known."""


@dataclass(slots=True)
class Collected:
    """What is kept of a recording while it is read: counts and first places, no exchange."""

    problems: dict[tuple[Place, Problem], _Occurrences] = field(default_factory=dict)
    unjudged: dict[tuple[str, str, str], _Occurrences] = field(default_factory=dict)
    seen: Counter[tuple[str, str, str, str]] = field(default_factory=Counter)
    rows: dict[tuple[str, str, str, str], Outcome] = field(default_factory=dict)
    cost: dict[tuple[str, str], Counter[str]] = field(default_factory=dict)
    exchanges: int = 0

    def add(self, judged: Judged, *, file: str = "") -> None:
        """Note what came of one exchange; *file* names the recording, where there are several."""
        self.exchanges += 1
        place = f"{file} {judged.recorded.place}".strip()
        code = judged.row.code if judged.row is not None else ""
        for problem in judged.problems:
            key = ((judged.provider, judged.operation, code), problem)
            self.problems.setdefault(key, _Occurrences(0, place)).count += 1
        for why in judged.unjudged:
            self.unjudged.setdefault((judged.provider, judged.operation, why), _Occurrences(0, place)).count += 1
        if judged.row is not None:
            self._see(judged.row, judged.operation)
        for row in judged.parts:
            self._see(row, row.operation)

    def _see(self, row: Outcome, operation: str) -> None:
        key = (row.provider, operation, row.kind, row.code)
        self.seen[key] += 1
        self.rows[key] = row
        counts = self.cost.setdefault((row.provider, operation), Counter())
        counts["charged" if row.billed else "free"] += 1


def report_of(collected: Collected, *, name: str, files: Sequence[str] = (), provider: str = "") -> Report:
    """Return the report of a recording.

    Args:
        collected: what was noted.
        name: what was judged, for people.
        files: the recording's files, for the command that judges it again.
        provider: whose calls it was told that they are, for the same command.
    """
    whose = [f"--provider {provider}"] if provider else []
    again = " ".join(["kyc-sim contract check", *whose, *map(shlex.quote, files)])
    troubled: dict[Place, list[tuple[Problem, _Occurrences]]] = {}
    for (place, problem), occurrences in collected.problems.items():
        troubled.setdefault(place, []).append((problem, occurrences))
    results: list[CaseResult] = []
    for place in sorted({*troubled, *[(key[0], key[1], key[3]) for key in collected.seen]}):
        results += _cases(place, troubled.get(place, []), collected, again)
    for (provider, operation, why), occurrences in sorted(collected.unjudged.items()):
        results.append(_not_run(provider, operation, why, occurrences))
    return Report(
        seed="",
        adapter=name,
        results=tuple(results),
        coverage=coverage_of(collected.seen, collected.rows),
        cost=_cost(collected.cost),
        kind=Kind.RECORDING,
    )


def _cases(
    place: Place, troubles: list[tuple[Problem, _Occurrences]], collected: Collected, again: str
) -> list[CaseResult]:
    provider, operation, code = place
    if not troubles:
        return [_result(_case(*place), Check.OUTCOMES, place, Status.PASSED)]
    found = []
    for check in Check:
        mine = sorted(
            [each for each in troubles if each[0].check is check], key=lambda each: (each[0].where, each[0].seen)
        )
        if not mine:
            continue
        case = _case(provider, operation, code, check.value)
        row = next((collected.rows[key] for key in collected.rows if (key[0], key[1], key[3]) == place), None)
        source = f"{row.source} [{row.evidence.value}]" if row is not None else load_table(provider).source
        findings = tuple([
            Finding(
                check=check, severity=problem.severity, provider=provider, operation=operation, code=code, case=case,
                expected=problem.expected, seen=f"{problem.seen} ({occurrences.told()})", where=problem.where,
                source=source, reproduce=again, blame=problem.blame,
            )
            for problem, occurrences in mine
        ])  # fmt: skip
        found.append(_result(case, check, place, Status.FAILED, findings=findings))
    return found


def _not_run(provider: str, operation: str, why: str, occurrences: _Occurrences) -> CaseResult:
    slug = re.sub("[^a-z0-9]+", "-", why.lower()).strip("-")[:60]
    case = _case(provider or _NOBODY, operation, "", slug)
    place = (provider or _NOBODY, operation, "")
    return _result(case, Check.OUTCOMES, place, Status.NOT_RUN, why=f"not judged: {why} ({occurrences.told()})")


def _case(provider: str, operation: str, code: str, what: str = "") -> str:
    return ".".join(["traffic", provider, operation or "unknown", *([code] if code else []), *([what] if what else [])])


def _result(
    case: str, check: Check, place: Place, status: Status, *, why: str = "", findings: tuple[Finding, ...] = ()
) -> CaseResult:
    provider, operation, code = place
    return CaseResult(
        case=case, check=check, provider=provider, operation=operation, code=code, status=status, why=why,
        findings=findings,
    )  # fmt: skip


def coverage_of(
    seen: Iterable[tuple[str, str, str, str]], rows: Mapping[tuple[str, str, str, str], Outcome]
) -> dict[str, Coverage]:
    """Return, by provider, which rows were seen of those the operations in use may answer.

    A row that every operation may answer counts once, wherever it was seen.

    Args:
        seen: provider, operation, kind and code of every answer.
        rows: the row of each.
    """
    keys = sorted(set(seen))
    found: dict[str, Coverage] = {}
    for provider in dict.fromkeys(key[0] for key in keys):
        mine = [key for key in keys if key[0] == provider]
        table = load_table(provider)
        used = {key[1] for key in mine} - {EVERY_OPERATION}
        listed = {
            (row.operation, row.code)
            for operation in used
            for row in (*table.results(operation), *table.errors(operation))
        }
        asserted = {(rows[key].operation, rows[key].code) for key in mine}
        found[provider] = Coverage(asserted=frozenset(asserted), listed=frozenset(listed | asserted))
    return found


def _cost(counts: Mapping[tuple[str, str], Counter[str]]) -> dict[str, dict[str, dict[str, int]]]:
    cost: dict[str, dict[str, dict[str, int]]] = {}
    for (provider, operation), each in sorted(counts.items()):
        cost.setdefault(provider, {})[operation] = {"charged": each["charged"], "free": each["free"]}
    return cost
