"""Put an adapter to the test: every case of every provider asked for, and a `Report` of what came of it.

Deterministic: the same adapter, seed and tables give the same cases in the same order, with the same people.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from contracts.cases import GAP, Case, Seen, Trouble, rows_of, unmet
from contracts.checks import FAMILIES
from contracts.checks.outcomes import COLUMNS
from contracts.findings import Blame, CaseResult, Check, Coverage, Finding, Report, Severity, Status
from contracts.plan import Plan, load_plan
from contracts.stage import Stage
from contracts.subjects import Named, Subject
from contracts.targets import Target
from kyc_core.adapters.base import Fault
from kyc_core.verdicts import Verdict

MOST_HANGS: Final = 3
"""Checks without an answer after which a provider's other cases are not run: each costs seconds. An adapter that says
nothing anybody understands is left at as many, unless it has answered before."""

FINDS_SILENCE: Final = frozenset({Check.RETRY, Check.ASYNCHRONY})
"""The questions whose own cases find it when no answer comes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to run.

    Attributes:
        adapter: what is under test.
        providers: whose contracts.
        seed: text from which made-up people follow.
        checks: the questions to ask.
        operations: names of checks, of whatever provider; empty for all of them.
        only: identifiers of the cases to run; empty for all of them.
        replays: for a case's identifier, the command that runs it again; by default the run that asked it.
    """

    adapter: Named
    providers: tuple[str, ...]
    seed: str = "kyc-sim"
    checks: frozenset[Check] = field(default_factory=lambda: frozenset(Check))
    operations: frozenset[str] = frozenset()
    only: frozenset[str] = frozenset()
    replays: Callable[[str], str] | None = None

    def reproduce(self, case: Case) -> str:
        """Return a command that shows what came of one case."""
        if self.replays is not None:
            return self.replays(case.id)
        told = f"kyc-sim contract test --provider {case.plan.provider} {self.adapter.option()}"
        asked = f"--only {case.check} --operation {case.act.operation.name}"
        return f"{told} --seed {shlex.quote(self.seed)} {asked}"


Progress = Callable[[int, int, Case, CaseResult], None]


def run(order: Order, target: Target, *, progress: Progress | None = None) -> Report:
    """Run every case of *order* against *target*.

    Args:
        order: what to run.
        target: where the providers are played.
        progress: is told of each case as it was judged: its number, how many there may be, and what came of it.

    Raises:
        ContractError: a shipped table or plan is not sound.
        SubjectError: the adapter cannot be started.
        TargetError: the simulator does not answer.
    """
    plans = [load_plan(provider) for provider in order.providers]
    cases = {plan.provider: cases_of(order, plan) for plan in plans}
    count = sum(map(len, cases.values()))
    results: list[CaseResult] = []
    coverage: dict[str, Coverage] = {}
    cost: dict[str, Mapping[str, Mapping[str, int]]] = {}
    for plan in plans:
        subject = Subject(order.adapter.command())
        try:
            with Stage(target, plan, subject, seed=order.seed) as stage:
                mine: list[CaseResult] = []
                for case, result in judged(order, cases[plan.provider], stage):
                    mine.append(result)
                    if progress is not None:
                        progress(len(results) + len(mine), count, case, result)
                cost[plan.provider] = stage.totals()
        finally:
            subject.stop()
        results += mine
        coverage[plan.provider] = covered(order, plan, mine)
    return Report(seed=order.seed, adapter=order.adapter.name, results=tuple(results), coverage=coverage, cost=cost)


def cases_of(order: Order, plan: Plan) -> list[Case]:
    """Return the provider's cases, room by room, those on strict tenants last; else by checks and tables."""
    found = [
        case
        for check, family in FAMILIES.items()
        if check in order.checks
        for planned in plan.operations.values()
        if not order.operations or planned.name in order.operations
        for case in family(plan, planned)
        if not order.only or case.id in order.only
    ]
    return sorted(found, key=lambda case: case.act.room)


def covered(order: Order, plan: Plan, results: list[CaseResult]) -> Coverage:
    """Return which rows of the exercised operations were compared.

    A row that every operation may answer counts once, wherever it was compared.
    """
    rows = {
        name: rows_of(plan, planned)
        for name, planned in plan.operations.items()
        if not order.operations or name in order.operations
    }
    asserted = {
        (row.operation, row.code)
        for result in results
        if result.check is Check.OUTCOMES and _compared(result)
        for row in rows[result.operation]
        if row.code == result.code
    }
    listed = {(row.operation, row.code) for each in rows.values() for row in each}
    return Coverage(asserted=frozenset(asserted), listed=frozenset(listed))


def _compared(result: CaseResult) -> bool:
    """Tell whether a row and the adapter's reading of it came together at all."""
    if result.status is Status.FAILED:
        return any(finding.where in COLUMNS for finding in result.findings)
    return result.status is Status.PASSED


def judged(order: Order, cases: list[Case], stage: Stage) -> Iterator[tuple[Case, CaseResult]]:
    """Bring each case's act about, unless one of the same act was, and ask the case's question.

    Args:
        order: what was asked for.
        cases: in the order in which they are brought about.
        stage: where.
    """
    known: dict[bytes, Seen] = {}
    found_by_others = {case.act.key for case in cases if case.check in FINDS_SILENCE}
    hangs = unread = understood = 0

    def seen_of(case: Case, key: bytes) -> Seen:
        nonlocal hangs, unread, understood
        act = case.act if key == case.act.key else case.beside
        assert act is not None
        if key not in known:
            known[key] = stage.bring_about(act)
            answers = known[key].answers
            hangs += any(answer.ended for answer in answers)
            unread += any(answer.kind == "none" and not answer.ended for answer in answers)
            understood += any(answer.kind != "none" for answer in answers)
        return known[key]

    for case in cases:
        key = case.act.key
        given_up = hangs >= MOST_HANGS or (unread >= MOST_HANGS and not understood)
        if given_up and key not in known:
            yield case, _result(case, Status.NOT_RUN, why=f"the adapter gave no answer {hangs + unread} times before")
            continue
        seen = seen_of(case, key)
        if _leaves_alone(seen):
            continue
        beside = None if case.beside is None else seen_of(case, case.beside.key)
        # How long unfinished work is waited for is a question of its own.
        waited_for = case.row is not None and case.row.verdict is Verdict.PENDING and Check.ASYNCHRONY in order.checks
        counts = key not in found_by_others and not waited_for
        yield case, judge(order, case, seen, beside, silence_counts=counts)


def _leaves_alone(seen: Seen) -> bool:
    """Tell whether the answer had nothing that the mutation could have broken: then there is no such case."""
    steps = [evidence for call in seen.calls for check, _, evidence in call["steps"] if check == "mutation"]
    return bool(steps) and not any(evidence["applied"] for evidence in steps)


def judge(
    order: Order, case: Case, seen: Seen, beside: Seen | None = None, *, silence_counts: bool = False
) -> CaseResult:
    """Ask the case's question about what was seen.

    Args:
        order: what was asked for.
        case: the question.
        seen: what the adapter did.
        beside: what it did with the answer that the case is compared with.
        silence_counts: no other case finds it if nothing came, so this one does.
    """
    why = unmet(case, seen)
    if why == GAP:
        trouble = Trouble(
            severity=Severity.MAJOR, expected="the answer the case needs", seen=why, where="simulator",
            blame=Blame.SIMULATOR,
        )  # fmt: skip
        return _result(case, Status.FAILED, findings=(_finding(order, case, trouble),))
    if why and case.check is Check.OUTCOMES and not seen.calls and _silent(seen):
        severity = Severity.CRITICAL if seen.answer.passed else Severity.MAJOR
        trouble = Trouble(severity=severity, expected="a call", seen=why, where="calls")
        return _result(case, Status.FAILED, findings=(_finding(order, case, trouble),))
    if seen.answer.kind == "none" and silence_counts and case.check not in FINDS_SILENCE:
        trouble = Trouble(
            severity=Severity.MAJOR, expected="an answer", seen=seen.answer.summary(), where="answer"
        )  # fmt: skip
        return _result(case, Status.FAILED, findings=(_finding(order, case, trouble),))
    if why and not (case.check is Check.RETRY and seen.answer.kind == "none"):
        return _result(case, Status.NOT_RUN, why=why)
    if seen.answer.kind == "none" and case.check not in FINDS_SILENCE:
        return _result(case, Status.NOT_RUN, why=seen.answer.summary())
    findings = tuple(_finding(order, case, trouble) for trouble in case.ask(case, seen, beside))
    return _result(case, Status.FAILED if findings else Status.PASSED, findings=findings)


def _silent(seen: Seen) -> bool:
    """Tell whether the adapter decided by itself, rather than say that it does not serve the operation."""
    answer = seen.answer
    return answer.kind == "result" or (answer.kind == "error" and answer.fault != Fault.UNKNOWN_OPERATION)


def _result(case: Case, status: Status, *, why: str = "", findings: tuple[Finding, ...] = ()) -> CaseResult:
    return CaseResult(
        case=case.id,
        check=case.check,
        provider=case.plan.provider,
        operation=case.act.operation.name,
        code=case.code,
        status=status,
        why=why,
        findings=findings,
    )


def _finding(order: Order, case: Case, trouble: Trouble) -> Finding:
    return Finding(
        check=case.check,
        severity=trouble.severity,
        provider=case.plan.provider,
        operation=case.act.operation.name,
        code=case.code,
        case=case.id,
        expected=trouble.expected,
        seen=trouble.seen,
        where=trouble.where,
        source=trouble.source or case.source,
        reproduce=order.reproduce(case),
        blame=trouble.blame,
    )
