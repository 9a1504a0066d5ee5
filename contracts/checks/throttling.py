"""The provider's own limits, not a forced answer: somebody is checked again faster, or more often, than it allows.

The tenant's clock stands still but for the pauses that the adapter makes, so that the same calls are refused in every
run. An adapter may hand the refusal on, or wait and ask again; one that waits by itself meets no limit.
"""

from __future__ import annotations

from collections.abc import Iterator

from contracts.cases import PERSON, Act, Case, Seen, Trouble, name_of, source_of
from contracts.checks.pace import apart, few, once_a_day
from contracts.findings import Blame, Check, Severity
from contracts.plan import Plan, Planned
from kyc_core.verdicts import Retry, Verdict


def cases(plan: Plan, planned: Planned) -> Iterator[Case]:
    """Yield a case per limit that the plan names for the operation."""
    for limit in plan.limits:
        if limit.operation == planned.name:
            yield Case(
                id=name_of(plan, planned, limit.row.code, limit.name),
                check=Check.RETRY,
                code=limit.row.code,
                act=Act(operation=planned, people=(PERSON, PERSON), switches=limit.switches, frozen=True),
                ask=limited,
                source=source_of(limit.row),
                plan=plan,
                row=limit.row,
                any_call=True,
            )


def limited(case: Case, seen: Seen, _: Seen | None = None) -> Iterator[Trouble]:
    """Look at what became of the check that was refused, and at the calls that were made for it."""
    row, answer = case.row, seen.answers[-1]
    assert row is not None
    refused = [number for number, call in enumerate(seen.calls) if call["answer"]["code"] == row.code]
    if not refused:
        yield from _unlimited(case, seen)
        return
    calls = seen.calls[refused[0] :]
    if answer.kind == "none":
        yield Trouble(severity=Severity.MAJOR, expected="an answer", seen=answer.summary(), where="answer")
    elif answer.passed and calls[-1]["answer"]["verdict"] not in (Verdict.MATCH, Verdict.NO_CHECK):
        yield Trouble(severity=Severity.CRITICAL, expected=row.verdict, seen=answer.summary(), where="verdict")
    times = [call["at"] for call in calls]
    yield from once_a_day(times) if row.retry is Retry.NEXT_DAY else apart(times)
    yield from few(len(calls))


def _unlimited(case: Case, seen: Seen) -> Iterator[Trouble]:
    """Say that nothing was refused, unless the adapter kept the pace by itself."""
    if len(seen.calls) > 1 and len({call["at"] for call in seen.calls}) == 1:
        yield Trouble(
            severity=Severity.MAJOR, expected=f"{case.code} from the provider's own limit",
            seen=f"{len(seen.calls)} calls at once, all of them let through", where="simulator", blame=Blame.SIMULATOR,
        )  # fmt: skip
