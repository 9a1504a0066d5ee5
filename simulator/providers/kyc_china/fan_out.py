"""The fan-out: every eligible sub-check is asked, each on its own; what goes wrong with one concerns that one alone.

A sub-check is decided by a rule for it, else by the controls of the person it is about, else by the sources.

Source:
    A failure of one sub-check is reported in ``summary.errored`` of a 200, never as a 502 [seed].
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from contracts.loader import Outcome
from simulator.providers.kyc_china import operations
from simulator.providers.kyc_china.codes import NAME, find, row, table
from simulator.providers.kyc_china.eligibility import Run

if TYPE_CHECKING:
    from simulator.providers.kyc_china.sources import Sources
    from simulator.rules import Rule, RuleBook
    from simulator.scenarios import Then

_BROKEN: Final = "source_error"
"""What a broken connection to a source is reported as; a rule may ask for one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one sub-check found.

    Attributes:
        run: which.
        outcome: its row.
        data: what its result object carries besides wordings; may be personal.
        by: who decided: ``rule <id>``, ``person <key>`` or ``sources``.
        billed: whether it is charged.
        delay: seconds the source takes, where a rule makes it slow.
    """

    run: Run
    outcome: Outcome
    data: Mapping[str, Any] = field(repr=False)
    by: str
    billed: bool
    delay: float = 0.0


def fan_out(
    runs: tuple[Run, ...], sources: Sources, rules: RuleBook, *, bill_not_found: bool = False
) -> tuple[Finding, ...]:
    """Ask every sub-check.

    Args:
        runs: the eligible ones.
        sources: whom they ask.
        rules: the tenant's.
        bill_not_found: whether a search that found nothing is charged.
    """
    fields = sources.submission.matched()
    return tuple([_ask(run, sources, rules, fields, bill_not_found) for run in runs])


def _ask(run: Run, sources: Sources, rules: RuleBook, fields: Mapping[str, str], bill_not_found: bool) -> Finding:
    name = run.check.name
    if run.position is not None:
        fields = {**fields, **sources.submission.addresses[run.position].matched()}
    fired = rules.fire(NAME, name, fields, named_only=True)
    outcome, by = _forced(name, fired), f"rule {fired.id}" if fired is not None else ""
    if outcome is None:
        outcome, by = _controlled(name, sources)
    if outcome is None:
        outcome, by = row(name, operations.decide(run.check, sources, run.position)), "sources"
    billed = outcome.billed or (bill_not_found and outcome.meaning == "not_found")
    delay = 0.0
    if fired is not None:
        billed = billed if fired.then.billed is None else fired.then.billed
        delay = fired.then.fault.delay if fired.then.fault is not None else 0.0
    # An errored sub-check has no result object to put data into.
    data = operations.data(run.check, outcome.meaning, sources, run.position) if outcome.kind == "result" else {}
    return Finding(run=run, outcome=outcome, data=data, by=by, billed=billed, delay=delay)


def _forced(name: str, fired: Rule | None) -> Outcome | None:
    if fired is None:
        return None
    then = fired.then
    if then.result is not None:
        return table().result(name, then.result)
    if then.error is not None:
        # An error that belongs to the whole call breaks the sub-check it was asked of.
        error = table().error(name, then.error)
        return error if error.operation == name else row(name, _BROKEN)
    return row(name, _BROKEN) if _breaks(then) else None


def _breaks(then: Then) -> bool:
    return then.http is not None or (then.fault is not None and then.fault.kind is not None)


def _controlled(name: str, sources: Sources) -> tuple[Outcome | None, str]:
    person = sources.subject
    control = person.controls.get(NAME) if person is not None else None
    if person is None or control is None:
        return None, ""
    by = f"person {person.key}"
    if "meaning" in control:
        return find(name, str(control["meaning"])), by
    if "error" in control:
        error = table().error(name, str(control["error"])) if _has_error(name, str(control["error"])) else None
        return error, by
    return None, by


def _has_error(name: str, code: str) -> bool:
    return any(error.code == code for error in table().errors(name) if error.operation == name)
