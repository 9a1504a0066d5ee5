"""Calls are made again only when that may help, not at once, and never so that somebody pays twice.

The tenant's journal says what was called and charged, and when on its clock; the adapter's own account is not asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contracts.cases import Case, Seen, Trouble, answering, name_of, rows_of, settled_calls, source_of, spelt, spoiling
from contracts.checks import throttling
from contracts.checks.asynchrony import MOST_QUESTIONS
from contracts.checks.fail_open import spoilt
from contracts.checks.pace import MOST_CALLS, apart, few, once_a_day
from contracts.findings import Check, Severity
from contracts.plan import Plan, Planned
from kyc_core.verdicts import Retry, Verdict

_FINAL: Final = frozenset({Retry.NEVER, Retry.FIX_REQUEST})


def cases(plan: Plan, planned: Planned) -> Iterator[Case]:
    """Yield a case per row by its retry class, per limit of the provider's own, per answer lost or unreadable."""
    for row in rows_of(plan, planned):
        if row.verdict is Verdict.PENDING:
            continue  # being asked again is what it is for; see `contracts.checks.asynchrony`
        if row.retry in _FINAL or row.billed:
            name, ask = "asked_once", asked_once
        elif row.retry is Retry.NEXT_DAY:
            name, ask = "next_day", waits_for_the_day
        elif row.retry is Retry.LATER:
            name, ask = "backs_off", backs_off
        else:
            name, ask = "gives_up", gives_up
        yield Case(
            id=name_of(plan, planned, spelt(plan, planned, row), name),
            check=Check.RETRY,
            code=row.code,
            act=answering(row, planned),
            ask=ask,
            source=source_of(row),
            plan=plan,
            row=row,
        )
    yield from throttling.cases(plan, planned)
    for name, code, how, what in spoilt(plan, planned):
        yield Case(
            id=name_of(plan, planned, code, name, "charged_once"),
            check=Check.RETRY,
            code=code,
            act=spoiling(planned, code, how),
            ask=charged_once,
            source=f"{what}; {source_of(plan.table.result(planned.wire, code))}",
            plan=plan,
        )


def asked_once(case: Case, seen: Seen, _: Seen | None = None) -> Iterator[Trouble]:
    """Find a second call after a final or charged answer."""
    yield from _hangs(seen)
    calls = list(settled_calls(case, seen))
    if len(calls) > 1:
        assert case.row is not None
        charged = sum(call["answer"]["charged"] for call in calls)
        yield Trouble(
            severity=Severity.CRITICAL if charged > 1 else Severity.MAJOR,
            expected=f"one call; the answer is {'charged' if charged else 'final'}, retry {case.row.retry.value}",
            seen=f"{len(calls)} calls, {charged} of them charged",
            where="calls",
        )


def waits_for_the_day(case: Case, seen: Seen, _: Seen | None = None) -> Iterator[Trouble]:
    """Find a second call on the same day in China."""
    yield from _hangs(seen)
    yield from once_a_day([call["at"] for call in settled_calls(case, seen)])


def backs_off(case: Case, seen: Seen, _: Seen | None = None) -> Iterator[Trouble]:
    """Find calls on one another's heels, and too many of them."""
    yield from gives_up(case, seen)
    yield from apart([call["at"] for call in settled_calls(case, seen)])


def gives_up(case: Case, seen: Seen, _: Seen | None = None) -> Iterator[Trouble]:
    """Find calls without an end."""
    yield from _hangs(seen)
    count = sum(1 for _ in settled_calls(case, seen))
    yield from few(count, MOST_QUESTIONS if case.act.operation.pending else MOST_CALLS)


def charged_once(case: Case, seen: Seen, _: Seen | None = None) -> Iterator[Trouble]:
    """Find a second charge for one check: an answer that cannot be read may have been paid for."""
    yield from _hangs(seen)
    planned = case.act.operation
    charged = sum(
        call["operation"] == planned.asked if planned.is_part else call["answer"]["charged"] for call in seen.calls
    )
    if charged > 1:
        yield Trouble(
            severity=Severity.CRITICAL,
            expected="one charge for one check",
            seen=f"{charged} charges in {len(seen.calls)} calls",
            where="ledger",
        )


def _hangs(seen: Seen) -> Iterator[Trouble]:
    if seen.answer.kind == "none":
        seen_calls = f"{seen.answer.summary()}, after {len(seen.calls)} calls"
        yield Trouble(severity=Severity.MAJOR, expected="an answer", seen=seen_calls, where="answer")
