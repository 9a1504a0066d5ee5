"""Harmless changes of an answer change nothing: members nobody knows yet, another order, the same in other words.

The adapter is compared with itself: what it made of the same answer, unchanged. A content type that is none of the
provider's may also be refused, by an error. A refusal that becomes a pass is left to `contracts.checks.fail_open`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from contracts.anatomy import anatomy_of
from contracts.cases import Act, Case, Seen, Trouble, answering, failing, name_of, passing, source_of, spoiling
from contracts.findings import Check, Severity
from contracts.loader import Outcome
from contracts.mutations import HARMLESS, MUTATIONS
from contracts.plan import Plan, Planned

MAY_BE_REFUSED: Final = frozenset({"content_type_text", "content_type_charset"})


def cases(plan: Plan, planned: Planned) -> Iterator[Case]:
    """Yield a case per harmless change and per language, of a pass and of a refusal."""
    for row in (passing(plan, planned), failing(plan, planned)):
        if row is None or planned.starts or not planned.spoilable:
            continue
        if anatomy_of(plan.table, planned.answered) is not None:
            for mutation in MUTATIONS.values():
                if mutation.name in HARMLESS:
                    act = spoiling(planned, row.code, {"mutation": mutation.name})
                    yield _case(plan, planned, row, mutation.name, mutation.what, act)
        for switch, values in plan.languages.items():
            for value in values:
                act = replace(answering(row, planned), switches={switch: value})
                yield _case(plan, planned, row, f"{switch.rpartition('.')[2]}_{value}", "the same in other words", act)


def _case(plan: Plan, planned: Planned, row: Outcome, name: str, what: str, act: Act) -> Case:
    return Case(
        id=name_of(plan, planned, row.code, name, "same"),
        check=Check.TOLERANCE,
        code=row.code,
        act=act,
        ask=may_refuse if name in MAY_BE_REFUSED else same,
        source=f"{what}; {source_of(row)}",
        plan=plan,
        row=row,
        beside=answering(row, planned),
    )


def same(case: Case, seen: Seen, unchanged: Seen | None) -> Iterator[Trouble]:
    """Compare with the same answer, unchanged."""
    assert unchanged is not None
    now, before = seen.answer, unchanged.answer
    if now.passed and not before.passed:
        return
    if (now.kind, now.verdict, now.billed, now.retry) != (before.kind, before.verdict, before.billed, before.retry):
        yield Trouble(severity=Severity.MAJOR, expected=before.summary(), seen=now.summary(), where="verdict")


def may_refuse(case: Case, seen: Seen, unchanged: Seen | None) -> Iterator[Trouble]:
    """Compare likewise, unless the adapter refused to read the answer."""
    if seen.answer.kind != "error":
        yield from same(case, seen, unchanged)
