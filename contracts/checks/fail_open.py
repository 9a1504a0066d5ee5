"""No broken answer is a pass: the provider's answers are spoilt in every way of `contracts.mutations` and in transit.

The adapter may raise, say "unable" or say no. A refusal is spoilt, too, so that nothing turns it into a pass; one that
is a pass to the adapter even unspoilt is left to `contracts.checks.outcomes`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from contracts.anatomy import Anatomy, anatomy_of
from contracts.cases import Case, Seen, Trouble, answering, failing, name_of, passing, source_of, spoiling
from contracts.checks import callbacks
from contracts.findings import Check, Severity
from contracts.mutations import HARMLESS, MUTATIONS
from contracts.plan import Plan, Planned
from kyc_core.verdicts import Decision

IN_TRANSIT: Final[Mapping[str, tuple[Mapping[str, Any], str]]] = MappingProxyType({
    "reset": ({"fault": "reset", "charged": True}, "the call is charged, the connection is reset"),
    "empty": ({"fault": "empty", "charged": True}, "the call is charged, the connection ends without a byte"),
    "cut": ({"fault": {"truncate": 40}, "charged": True}, "the call is charged, the body breaks off"),
    "proxy_502": ({"http": 502}, "a proxy's page instead of the answer"),
    "proxy_504": ({"http": 504, "charged": True}, "the call is charged, a proxy gives up waiting"),
})  # fmt: skip
"""By name: what a rule says on top of the answer, and what happens."""

_NEEDS: Final[Mapping[str, str]] = MappingProxyType({
    "score_101": "score", "score_empty": "score", "score_missing": "score", "request_id_missing": "request_id",
    "score_other_type": "score", "companion_contradicts": "companions", "companion_missing": "companions",
    "companion_other_case": "companions", "sibling_code": "siblings",
})  # fmt: skip
"""Mutations of what not every answer has, and the part of the anatomy they need."""


def spoilt(plan: Plan, planned: Planned) -> Iterator[tuple[str, str, Mapping[str, Any], str]]:
    """Yield ``(name, code, how, what)`` of every answer that may not pass: spoilt ones, and those lost in transit."""
    anatomy = anatomy_of(plan.table, planned.answered)
    bases = [row for row in (passing(plan, planned), failing(plan, planned)) if row is not None]
    if planned.starts or not planned.spoilable:
        return
    for row in bases:
        confirms = row.verdict.decision is Decision.PASS
        for mutation in MUTATIONS.values():
            # An answer that confirms somebody still does after a harmless change; one that does not never may.
            if confirms and mutation.name in HARMLESS:
                continue
            if anatomy is not None and applies(mutation.name, anatomy):
                yield mutation.name, row.code, {"mutation": mutation.name}, mutation.what
    for row in bases[:1]:
        for name, (extra, what) in IN_TRANSIT.items():
            yield name, row.code, extra, what


def applies(mutation: str, anatomy: Anatomy) -> bool:
    """Tell whether the operation's answers have what the mutation breaks."""
    needed = _NEEDS.get(mutation)
    return needed is None or bool(getattr(anatomy, needed))


def cases(plan: Plan, planned: Planned) -> Iterator[Case]:
    """Yield a case per spoilt answer."""
    for name, code, how, what in spoilt(plan, planned):
        row = plan.table.result(planned.wire, code)
        yield Case(
            id=name_of(plan, planned, code, name),
            check=Check.FAIL_OPEN,
            code=code,
            act=spoiling(planned, code, how),
            ask=never_pass,
            source=f"{what}; the answer it was made from: {source_of(row)}",
            plan=plan,
            beside=None if row.verdict.decision is Decision.PASS else answering(row, planned),
        )
    yield from callbacks.made_up(plan, planned)
    confirming = passing(plan, planned)
    if confirming is None or planned.starts:
        return
    for switch, values in plan.untrusted.items():
        for value in values:
            effect = plan.table.switches[switch].effect
            yield Case(
                id=name_of(plan, planned, confirming.code, "untrusted", str(value)),
                check=Check.FAIL_OPEN,
                code=confirming.code,
                act=replace(answering(confirming, planned), switches={switch: value}),
                ask=never_pass,
                source=f"{effect} {source_of(confirming)}",
                plan=plan,
            )


def never_pass(case: Case, seen: Seen, unspoilt: Seen | None = None) -> Iterator[Trouble]:
    """Find a pass that the spoiling made."""
    if seen.answer.passed and not (unspoilt is not None and unspoilt.answer.passed):
        yield Trouble(
            severity=Severity.CRITICAL, expected="anything but a pass", seen=seen.answer.summary(), where="verdict"
        )
