"""Answering the endpoints before the fan-out; see `simulator.providers.kyc_china.legacy` for their words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from kyc_core.dates import day_at
from simulator.chain import checks
from simulator.providers.kyc_china import billing, legacy
from simulator.providers.kyc_china.codes import NAME, row
from simulator.providers.kyc_china.errors import refuse
from simulator.providers.kyc_china.fan_out import fan_out
from simulator.providers.kyc_china.messages import Unreadable, read_object
from simulator.providers.kyc_china.report import Answered
from simulator.providers.kyc_china.sources import Sources

if TYPE_CHECKING:
    from simulator.providers.kyc_china.call import Call

Evidence = Mapping[str, Any] | None


def shape(call: Call) -> Evidence:
    """5. A type that the endpoint has, and the fields it needs."""
    try:
        call.body = read_object(call.request.body)
        asked = legacy.read(call.operation, call.body)
    except Unreadable as problem:
        refuse(call, "400", evidence={"field": problem.field})
    call.submission, call.runs = asked.submission, (asked.run,)
    call.exchange.fields = {**asked.submission.matched(), "type": call.body["type"]}
    call.exchange.public = frozenset({"type"})
    return {"sub_check": asked.run.check.name}


def rule(call: Call) -> Evidence:
    """6. A rule of the tenant for the whole call."""
    exchange = call.exchange
    exchange.rule = exchange.tenant.rules.fire(NAME, call.operation, exchange.fields)
    if exchange.rule is None:
        return None
    if exchange.rule.then.error is not None:
        refuse(call, exchange.rule.then.error, evidence={"rule": exchange.rule.id})
    return {"rule": exchange.rule.id}


def check(call: Call) -> Evidence:
    """7. The check, as the fan-out makes it; one that fails is a 502 here."""
    exchange = call.exchange
    tenant = exchange.tenant
    call.sources = Sources(call.submission, tenant.register, today=day_at(tenant.clock.time()))
    subject = call.sources.subject
    exchange.person = subject.key if subject is not None else None
    call.findings = fan_out(call.runs, call.sources, tenant.rules, bill_not_found=call.switch("bill_not_found"))
    (finding,) = call.findings
    billing.charge(tenant, call.findings, call.request_id())
    evidence = {"found": finding.outcome.meaning, "by": finding.by}
    if finding.outcome.kind == "error":
        refuse(call, "502", evidence=evidence)
    answered = Answered(finding.run, finding.outcome, finding.data)
    call.answer = legacy.answer(answered, call.body["type"], call.switch)
    exchange.settle(row(call.operation, "answered"))
    return evidence


STEPS: Final = checks(shape, rule, check)
