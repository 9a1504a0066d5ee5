"""What the harness found, and how sure one may be: the vocabulary of every report.

A case that was judged leaves either nothing (it passed), one or more `Finding`, or stays *not run*; not run is never
a pass. A finding says what was expected, what was seen, where, which document says so, and how to see it again.

>>> finding = Finding(check=Check.FAIL_OPEN, severity=Severity.CRITICAL, provider="tencent", operation="X", code="-1",
...                   case="tencent.X.-1.verdict_missing", expected="no PASS", seen="MATCH", where="verdict",
...                   source="the provider's page", reproduce="kyc-sim replay case.json")
>>> finding.blame
<Blame.ADAPTER: 'adapter bug'>
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Check(StrEnum):
    """The seven questions put to an adapter."""

    OUTCOMES = "outcomes"
    FAIL_OPEN = "fail-open"
    ASYNCHRONY = "asynchrony"
    RETRY = "retry"
    REQUESTS = "requests"
    TOLERANCE = "tolerance"
    PRIVACY = "privacy"


class Severity(StrEnum):
    """What a finding costs in production: a wrong person accepted, money or a wrong answer, or a nuisance."""

    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"


class Blame(StrEnum):
    """Whose fault a finding is."""

    ADAPTER = "adapter bug"
    DRIFT = "contract drift"
    """Recorded traffic that no schema or outcome row explains: the provider moved, or we never knew."""
    SIMULATOR = "simulator gap"
    """The simulator did not do what the case needs; nothing is said about the adapter."""


class Status(StrEnum):
    """What became of a case."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_RUN = "not run"


class Kind(StrEnum):
    """What a report is about, and what its coverage therefore counts."""

    TEST = "contract test"
    """An adapter was asked: coverage is of outcomes whose reading was compared."""
    RUN = "traffic of a run"
    """Somebody else's tests were watched: coverage is of outcomes that were answered, whatever was made of them."""
    RECORDING = "recorded traffic"
    """As for a run, from a file."""

    @property
    def covered(self) -> str:
        """What coverage counts, as one word."""
        return "asserted" if self is Kind.TEST else "seen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong.

    Attributes:
        check: which question it answers.
        severity: what it would cost.
        provider: whose contract is concerned.
        operation: wire name.
        code: wire code of the outcome, empty where no single one is concerned.
        case: identifier of the case, unique in a run.
        expected: what the contract asks for.
        seen: what happened instead; holds no personal value.
        where: the member, field or step concerned.
        source: the document that says so, with its evidence.
        reproduce: a command that shows it again.
        blame: whose fault it is.
    """

    check: Check
    severity: Severity
    provider: str
    operation: str
    code: str
    case: str
    expected: str
    seen: str
    where: str
    source: str
    reproduce: str
    blame: Blame = Blame.ADAPTER


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """What became of one case.

    Attributes:
        case: its identifier.
        check: the question.
        provider: whose contract.
        operation: wire name.
        code: wire code, or empty.
        status: passed, failed or not run.
        why: reason when not run.
        findings: what was found.
    """

    case: str
    check: Check
    provider: str
    operation: str
    code: str
    status: Status
    why: str = ""
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Outcomes asserted, of those the tables list.

    Attributes:
        asserted: ``(operation, code)`` pairs whose verdict, charge and retry class were compared.
        listed: every pair of the provider's table.
    """

    asserted: frozenset[tuple[str, str]]
    listed: frozenset[tuple[str, str]]

    @property
    def percent(self) -> float:
        """Share asserted, 0-100; an empty list counts as whole."""
        return 100.0 * len(self.asserted & self.listed) / len(self.listed) if self.listed else 100.0

    @property
    def missing(self) -> tuple[tuple[str, str], ...]:
        """Pairs nobody asserted, sorted."""
        return tuple(sorted(self.listed - self.asserted))


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A whole run.

    Attributes:
        seed: replays it; empty where nothing is replayed.
        results: every case, in the order of the tables.
        coverage: by provider.
        cost: charged and free calls by provider and operation, as the ledger has them.
        adapter: what was under test, as it was named.
        kind: what was judged.
    """

    seed: str
    adapter: str
    results: tuple[CaseResult, ...]
    coverage: Mapping[str, Coverage]
    cost: Mapping[str, Mapping[str, Mapping[str, int]]] = field(default_factory=dict)
    kind: Kind = Kind.TEST

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every finding, critical ones first, otherwise in case order."""
        order = list(Severity)
        return tuple(
            sorted(
                (finding for result in self.results for finding in result.findings),
                key=lambda f: order.index(f.severity),
            )
        )

    @property
    def blamed(self) -> Mapping[Blame, int]:
        """How many findings are whose fault, of those who are to blame at all."""
        counts = {blame: sum(finding.blame is blame for finding in self.findings) for blame in Blame}
        return {blame: count for blame, count in counts.items() if count}

    def count(self, status: Status) -> int:
        """Return how many cases ended so."""
        return sum(result.status is status for result in self.results)

    @property
    def percent(self) -> float:
        """Coverage over all providers, 0-100."""
        return merged(self.coverage.values()).percent


def merged(parts: Iterable[Coverage]) -> Coverage:
    """Add coverages of different providers up; operations are kept apart by position, names may repeat."""
    asserted: set[tuple[str, str]] = set()
    listed: set[tuple[str, str]] = set()
    for index, part in enumerate(parts):
        asserted |= {(f"{index} {operation}", code) for operation, code in part.asserted}
        listed |= {(f"{index} {operation}", code) for operation, code in part.listed}
    return Coverage(asserted=frozenset(asserted), listed=frozenset(listed))
