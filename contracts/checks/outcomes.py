"""Every outcome row is read as what it means, costs, and allows to retry.

A result is compared column by column. An error that the adapter raises stands for "unable", so it answers rows that
decide nothing, and is compared by what it carries.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from contracts.cases import Case, Seen, Trouble, answering, name_of, rows_of, source_of, spelt
from contracts.findings import Check, Severity
from contracts.plan import Plan, Planned
from kyc_core.verdicts import Decision

COLUMNS: Final = frozenset({"verdict", "billed", "retry"})
"""What is compared, and where findings say that they are."""


def cases(plan: Plan, planned: Planned) -> Iterator[Case]:
    """Yield a case per row the operation may answer."""
    for row in rows_of(plan, planned):
        yield Case(
            id=name_of(plan, planned, spelt(plan, planned, row)),
            check=Check.OUTCOMES,
            code=row.code,
            act=answering(row, planned),
            ask=compare,
            source=source_of(row),
            plan=plan,
            row=row,
            asserts=True,
        )


def compare(case: Case, seen: Seen, _: Seen | None = None) -> Iterator[Trouble]:
    """Compare verdict, charge and retry class with the row's."""
    row, answer = case.row, seen.answer
    assert row is not None
    if answer.kind == "result":
        if answer.verdict != row.verdict.value:
            severity = _severity(row.verdict.decision, answer.decision)
            yield Trouble(severity=severity, expected=row.verdict.value, seen=answer.summary(), where="verdict")
    elif row.verdict.decision is not Decision.UNABLE:
        yield Trouble(severity=Severity.MAJOR, expected=row.verdict.value, seen=answer.summary(), where="verdict")
    if answer.billed is not row.billed:
        expected = "charged" if row.billed else "free"
        yield Trouble(severity=Severity.MAJOR, expected=expected, seen=answer.summary(), where="billed")
    if answer.retry != row.retry.value:
        expected = f"retry {row.retry.value}"
        yield Trouble(severity=Severity.MAJOR, expected=expected, seen=answer.summary(), where="retry")


def _severity(meant: Decision, read: Decision) -> Severity:
    if meant is not Decision.PASS and read is Decision.PASS:
        return Severity.CRITICAL
    return Severity.MINOR if meant is read else Severity.MAJOR
