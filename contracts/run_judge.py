"""Judge a run by its traffic alone: somebody's own tests ran against the simulator, and `CallSeen` is what is known.

Four of the seven questions show in traffic: what was sent, when it was sent again, how unfinished work was asked about
(`contracts.run_questions`), and which outcomes there were at all. What the adapter made of an answer does not, so those
questions are *not run*.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from contracts.calls_seen import CallSeen, Witnessed
from contracts.cases import source_of
from contracts.coverage import Answered, answers_of
from contracts.findings import CaseResult, Check, Coverage, Finding, Kind, Report, Severity, Status
from contracts.loader import EVERY_OPERATION, load_table
from contracts.run_questions import OF_CHECKS, OF_REQUESTS, Fault, checks_of

ASSUMED: Final = "calls about one person, one after the other in one tenant, are taken for one check"
_UNSEEN: Final = (Check.OUTCOMES, Check.FAIL_OPEN, Check.TOLERANCE, Check.PRIVACY)
"""Questions about what the adapter made of an answer."""


def judge_run(
    witnessed: Witnessed,
    *,
    command: str,
    seed: str,
    checks: frozenset[Check] = frozenset(Check),
    providers: tuple[str, ...] = (),
) -> Report:
    """Return what the calls of a run say.

    Args:
        witnessed: the calls.
        command: what was run, for people and to see a finding again.
        seed: of the simulator.
        checks: the questions to ask.
        providers: whose calls; empty for all. One that was named and not called is not run.
    """
    calls = [call for call in witnessed.calls if not providers or call.provider in providers]
    by_operation: dict[tuple[str, str], list[CallSeen]] = {}
    for call in calls:
        by_operation.setdefault((call.provider, call.operation), []).append(call)
    made: dict[tuple[str, str], list[list[CallSeen]]] = {}
    for group in checks_of(calls):
        made.setdefault((group[0].provider, group[0].operation), []).append(group)
    results: list[CaseResult] = []
    for (provider, operation), mine in sorted(by_operation.items()):
        asked = [
            *[(check, name, ask(made[provider, operation])) for check, name, ask in OF_CHECKS],
            *[(Check.REQUESTS, name, ask(mine)) for name, ask in OF_REQUESTS.items()],
        ]
        results += [
            _case(provider, operation, check, name, faults, command) for check, name, faults in asked if check in checks
        ]
    if Check.REQUESTS in checks:
        uncompared = Counter((call.provider, call.operation, call.uncompared) for call in calls if call.uncompared)
        results += [
            _not_run(provider, Check.REQUESTS, f"{count} requests were not compared whole: {why}", operation)
            for (provider, operation, why), count in sorted(uncompared.items())
        ]
    for provider in sorted({call.provider for call in calls}):
        results += [
            _not_run(provider, check, "what the adapter makes of an answer is not seen; kyc-sim contract test asks")
            for check in _UNSEEN
            if check in checks
        ]
    results += [
        _not_run(provider, Check.REQUESTS, "it was not called")
        for provider in providers
        if provider not in {call.provider for call in calls}
    ]
    if Check.REQUESTS in checks and not providers:
        results += _strays(witnessed.strays, command)
    results += _losses(witnessed)
    return Report(
        seed=seed,
        adapter=command,
        results=tuple(results),
        coverage=_coverage(calls, providers),
        cost=_cost(calls),
        kind=Kind.RUN,
    )


def _case(provider: str, operation: str, check: Check, name: str, faults: Iterator[Fault], command: str) -> CaseResult:
    """Put the faults of one question together: what occurs often is told once."""
    case = ".".join(["run", provider, operation or "unknown", check.value, name])
    counts: dict[tuple[Severity, str, str, str, str], list[int]] = {}
    for fault in faults:
        key = (fault.severity, fault.code, fault.where, fault.expected, fault.seen)
        counts.setdefault(key, []).append(fault.call)
    findings = tuple([
        Finding(
            check=check, severity=severity, provider=provider, operation=operation, code=code, case=case,
            expected=expected, seen=f"{seen} ({_counted(numbers)})", where=where,
            source=_source(provider, operation, code, check), reproduce=f"kyc-sim run --judge -- {command}",
        )
        for (severity, code, where, expected, seen), numbers in sorted(counts.items())
    ])  # fmt: skip
    status = Status.FAILED if findings else Status.PASSED
    return CaseResult(
        case=case, check=check, provider=provider, operation=operation, code="", status=status, findings=findings
    )


def _counted(numbers: Sequence[int]) -> str:
    return f"call {numbers[0]}" if len(numbers) == 1 else f"{len(numbers)} calls, the first is number {numbers[0]}"


def _source(provider: str, operation: str, code: str, check: Check) -> str:
    table = load_table(provider)
    if check is Check.REQUESTS:
        return table.source
    rows = (*table.results(operation), *table.errors(operation)) if operation else ()
    row = next((row for row in rows if row.code == code), None)
    return f"{source_of(row)}; {ASSUMED}" if row is not None else ASSUMED


def _not_run(provider: str, check: Check, why: str, operation: str = "") -> CaseResult:
    case = ".".join(["run", provider, *([operation] if operation else []), check.value])
    return CaseResult(
        case=case, check=check, provider=provider, operation=operation, code="", status=Status.NOT_RUN, why=why
    )


def _strays(strays: Sequence[str], command: str) -> Iterator[CaseResult]:
    """Tell of calls that reached nobody: whoever made them believes that they reached a provider."""
    case = "run.nobody.requests.accepted"
    findings = tuple([
        Finding(
            check=Check.REQUESTS, severity=Severity.MAJOR, provider="nobody", operation="", code="", case=case,
            expected="an address that a provider has", seen=f"{stray} ({count} times)" if count > 1 else stray,
            where="address", source="hosts and paths of the providers", reproduce=f"kyc-sim run --judge -- {command}",
        )
        for stray, count in sorted(Counter(strays).items())
    ])  # fmt: skip
    if findings:
        yield CaseResult(
            case=case, check=Check.REQUESTS, provider="nobody", operation="", code="", status=Status.FAILED,
            findings=findings,
        )  # fmt: skip


def _losses(witnessed: Witnessed) -> Iterator[CaseResult]:
    for why, count in sorted(Counter(witnessed.lost).items()):
        yield _not_run("lost", Check.REQUESTS, f"{count} calls could not be noted: {why}")
    if not witnessed.complete:
        yield _not_run(
            "incomplete", Check.REQUESTS, "the simulator did not note the end of the run; calls may be missing"
        )


def _coverage(calls: Iterable[CallSeen], providers: tuple[str, ...]) -> dict[str, Coverage]:
    """Return, by provider, the rows that were answered, of those the operations in use may answer.

    A provider that was named counts as a whole when it was not called.
    """
    tenants: dict[tuple[str, str], list[CallSeen]] = {}
    for call in calls:
        tenants.setdefault((call.provider, call.tenant), []).append(call)
    seen: dict[str, set[Answered]] = {provider: set() for provider in providers}
    for (provider, _), mine in sorted(tenants.items()):
        # An answer that was broken or lost on purpose was not seen by anybody.
        seen.setdefault(provider, set()).update(answers_of([call.as_entry() for call in mine if not call.spoilt]))
    found: dict[str, Coverage] = {}
    for provider, answers in sorted(seen.items()):
        table = load_table(provider)
        used = {answered.operation for answered in answers if answered.operation} or set(table.operations)
        listed = {(row.operation, row.code) for name in used for row in (*table.results(name), *table.errors(name))}
        asserted = set()
        for answered in answers:
            operation = answered.operation or EVERY_OPERATION
            row = table.result if answered.kind == "result" else table.error
            asserted.add((row(operation, answered.code).operation, answered.code))
        found[provider] = Coverage(asserted=frozenset(asserted), listed=frozenset(listed | asserted))
    return found


def _cost(calls: Iterable[CallSeen]) -> dict[str, dict[str, dict[str, int]]]:
    counts: Counter[tuple[str, str, str]] = Counter()
    for call in calls:
        counts[call.provider, call.operation or "-", "charged" if call.charged else "free"] += 1
        for part, charged, free in call.parts:
            counts[call.provider, part, "charged"] += charged
            counts[call.provider, part, "free"] += free
    cost: dict[str, dict[str, dict[str, int]]] = {}
    for provider, operation in sorted({key[:2] for key in counts}):
        each = {kind: counts[provider, operation, kind] for kind in ("charged", "free")}
        cost.setdefault(provider, {})[operation] = each
    return cost
