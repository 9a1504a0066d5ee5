"""Callbacks: one that comes, comes again and comes late means the same, costs nothing; a made-up one means nothing.

For operations whose plan says how the provider calls back. The harness receives what the simulator sends and hands it
to the adapter, once or more, in another form where it plays somebody who made it up. Adapters that take no callbacks
are not asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from contracts.adapter_lines import Observed
from contracts.cases import Act, Case, Delivery, Seen, Trouble, answering, failing, name_of, passing, source_of
from contracts.findings import Check, Severity
from contracts.loader import Outcome
from contracts.plan import Plan, Planned
from kyc_core.verdicts import Verdict

HONEST: Final = (Delivery.FIRST, Delivery.AGAIN, Delivery.LATE)
MADE_UP: Final = (Delivery.FORGED, Delivery.STRANGER)


def honest(plan: Plan, planned: Planned) -> Iterator[Case]:
    """Yield, for a pass and for a refusal, the case of a callback that comes three times."""
    if planned.callback is not None and planned.spoilable:
        for row in (passing(plan, planned), failing(plan, planned)):
            if row is not None:
                case = _case(plan, planned, row, HONEST, "callbacks")
                alone = replace(case.act, deliveries=())
                yield replace(case, check=Check.ASYNCHRONY, ask=means_the_same, beside=alone)


def made_up(plan: Plan, planned: Planned) -> Iterator[Case]:
    """Yield the case of somebody who calls back in the provider's name, about a refusal."""
    row = failing(plan, planned)
    if planned.callback is not None and planned.spoilable and row is not None:
        yield replace(_case(plan, planned, row, MADE_UP, "callback_made_up"), ask=means_nothing)


def _case(plan: Plan, planned: Planned, row: Outcome, deliveries: tuple[Delivery, ...], name: str) -> Case:
    assert planned.callback is not None
    act: Act = answering(row, planned)
    return Case(
        id=name_of(plan, planned, row.code, name),
        check=Check.FAIL_OPEN,
        code=row.code,
        act=replace(act, switches=planned.callback.switches, deliveries=deliveries),
        ask=means_nothing,
        source=source_of(row),
        plan=plan,
        row=row,
    )


def means_the_same(case: Case, seen: Seen, alone: Seen | None = None) -> Iterator[Trouble]:
    """Compare what each callback was taken for with what the check came to, and the work with that without any."""
    row, planned = case.row, case.act.operation
    assert row is not None
    for delivery, answer in zip(case.act.deliveries, seen.callbacks, strict=False):
        if not _is_in_order(delivery, answer, row.verdict):
            yield Trouble(
                severity=Severity.CRITICAL if answer.passed else Severity.MAJOR,
                expected=f"{row.verdict.value} from a callback that comes {delivery.value}",
                seen=answer.summary(),
                where=f"callback {delivery.value}",
            )
    more = _work(planned, seen) - (0 if alone is None else _work(planned, alone))
    if more > 0:
        yield Trouble(
            severity=Severity.CRITICAL, expected="callbacks lead to questions, never to another piece of work",
            seen=f"{more} begun or charged beyond the check itself", where="ledger",
        )  # fmt: skip


def _work(planned: Planned, seen: Seen) -> int:
    """Count the pieces of work that were begun, or charged where nothing else tells them."""
    if planned.is_part:
        return sum(call["operation"] == planned.asked for call in seen.calls)
    return sum(call["answer"]["charged"] for call in seen.calls)


def _is_in_order(delivery: Delivery, answer: Observed, verdict: Verdict) -> bool:
    if answer.kind == "result":
        return answer.verdict == verdict
    # That one was seen before, or is over, may be said by an error.
    return answer.kind == "error" and delivery is not Delivery.FIRST


def means_nothing(case: Case, seen: Seen, _: Seen | None = None) -> Iterator[Trouble]:
    """Find a pass that rests on a callback alone."""
    for delivery, answer in zip(case.act.deliveries, seen.callbacks, strict=False):
        if answer.passed:
            yield Trouble(
                severity=Severity.CRITICAL, expected="no pass: anybody can send a callback", seen=answer.summary(),
                where=f"callback {delivery.value}",
            )  # fmt: skip
