"""Unfinished work: the adapter asks again, not too often, stops when there is a result, and gives up some day.

For operations whose plan says how they are kept ``pending``, and, see `contracts.checks.callbacks`, how the provider
calls back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, Final

from contracts.cases import Act, Case, Forced, Seen, Trouble, failing, name_of, passing, source_of
from contracts.checks import callbacks
from contracts.checks.pace import about
from contracts.findings import Check, Severity
from contracts.loader import Outcome
from contracts.plan import Plan, Planned
from kyc_core.verdicts import Verdict

PACE: Final = 1.0
"""Seconds between two questions, at least; mean of providers' advice to ask every few seconds [inferred]."""
MOST_QUESTIONS: Final = 500
"""Questions about one piece of work after which an adapter counts as never giving up."""


def cases(plan: Plan, planned: Planned) -> Iterator[Case]:
    """Yield, per way of being unfinished: finished later, and never finished; and what is called back about."""
    if not planned.spoilable:
        return
    yield from callbacks.honest(plan, planned)
    final = [row for row in (passing(plan, planned), failing(plan, planned)) if row is not None]
    for number, then in enumerate(planned.pending):
        for row in final:
            yield _case(plan, planned, f"pending_{number}", row, finishing=True, then=then)
        yield _case(plan, planned, f"never_{number}", final[0], finishing=False, then=then)


def _case(plan: Plan, planned: Planned, name: str, row: Outcome, *, finishing: bool, then: Mapping[str, Any]) -> Case:
    rules: tuple[Forced, ...] = (Forced(then=then, times=3 if finishing else None, operation=planned.answered),)
    if finishing:
        rules = (*rules, Forced(then={"result": row.code}, operation=planned.wire))
    return Case(
        id=name_of(plan, planned, row.code, name),
        check=Check.ASYNCHRONY,
        code=row.code,
        act=Act(operation=planned, rules=rules),
        ask=waits if finishing else gives_up,
        source=source_of(row),
        plan=plan,
        row=row,
    )


def waits(case: Case, seen: Seen, _: Seen | None = None) -> Iterator[Trouble]:
    """Compare with the final row, and look at how it was waited for."""
    row, answer = case.row, seen.answer
    assert row is not None
    if answer.kind != "result" or answer.verdict != row.verdict.value:
        yield Trouble(
            severity=Severity.CRITICAL if answer.passed else Severity.MAJOR,
            expected=f"it asks until {row.verdict.value}",
            seen=answer.summary(),
            where="verdict",
        )
        return
    answers = list(_looks(case.act.operation, seen))
    finals = [call for call in answers if call["answer"]["verdict"] != Verdict.PENDING]
    if len(finals) > 1:
        seen_calls = f"{len(finals) - 1} further questions"
        yield Trouble(severity=Severity.MAJOR, expected="it stops when final", seen=seen_calls, where="calls")
    yield from _paced([call["at"] for call in answers])


def _looks(planned: Planned, seen: Seen) -> Iterator[Mapping[str, Any]]:
    """Yield the questions about the first piece of work; whether it is asked for again is a matter of retries."""
    asked = 0
    for call in seen.calls:
        asked += planned.is_part and call["operation"] == planned.asked
        # A rule about a part of a report stands beside no call, so calls are told by what they ask about.
        if call["operation"] == planned.answered and asked <= 1:
            yield call


def gives_up(case: Case, seen: Seen, _: Seen | None = None) -> Iterator[Trouble]:
    """Look for an end, and for a verdict where there is none."""
    answer, asked = seen.answer, [call for call in seen.calls if call.get("rule") in seen.fired]
    if answer.kind == "none" or len(asked) > MOST_QUESTIONS:
        yield Trouble(severity=Severity.MAJOR, expected="it gives up", seen=f"{len(asked)} questions", where="calls")
    elif answer.kind == "result" and answer.verdict != Verdict.PENDING:
        severity = Severity.CRITICAL if answer.passed else Severity.MAJOR
        yield Trouble(severity=severity, expected="PENDING, or an error", seen=answer.summary(), where="verdict")
    yield from _paced([call["at"] for call in asked])


def _paced(times: list[float]) -> Iterator[Trouble]:
    shortest = min((later - sooner for sooner, later in pairwise(times)), default=PACE)
    if shortest < PACE:
        seen = f"{about(shortest)} between two questions"
        yield Trouble(severity=Severity.MINOR, expected=f"{PACE:g} seconds or more", seen=seen, where="calls")
