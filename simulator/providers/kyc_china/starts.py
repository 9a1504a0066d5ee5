"""Starting a fan-out: shape, eligibility, scenarios, sub-checks, transaction, charges, callback, token.

Every function is one step, in the order of `STEPS`. The shape comes before anything about a person is asked, and a
rule before the people, because it was made to be followed.

Source:
    400 for what no sub-check can start from, 502 before any could run, a token that stands for the request, 10-30
    seconds for a full fan-out [seed]; every submission is a run of its own, order of the steps [inferred].
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from kyc_core.dates import day_at
from simulator.chain import checks
from simulator.providers.kyc_china import billing, callback, links, report, tokens
from simulator.providers.kyc_china.codes import CALLBACK, NAME, REQUEST, row, table
from simulator.providers.kyc_china.eligibility import eligible
from simulator.providers.kyc_china.errors import refuse
from simulator.providers.kyc_china.fan_out import fan_out as ask_all
from simulator.providers.kyc_china.hosts import HOSTS
from simulator.providers.kyc_china.messages import CALLBACK_URL, Unreadable, read_submission
from simulator.providers.kyc_china.sources import Sources
from simulator.rules import delivery_rule
from simulator.scenarios import Progression

if TYPE_CHECKING:
    from simulator.providers.kyc_china.call import Call

Evidence = Mapping[str, Any] | None


def shape(call: Call) -> Evidence:
    """5. A JSON object whose known fields have their shapes."""
    try:
        submission = read_submission(call.request.body, http_callbacks=call.switch("callback_http"))
    except Unreadable as problem:
        refuse(call, "400", {"field": problem.field}, wording=problem.wording, evidence={"field": problem.field})
    call.submission = submission
    call.exchange.fields = submission.matched()
    return {"fields": sorted(submission.values), "addresses": len(submission.addresses)}


def eligibility(call: Call) -> Evidence:
    """6. At least one sub-check can start."""
    submission = call.submission
    call.runs = eligible(
        submission.values, addresses=len(submission.addresses), pairs=call.switch("mobile_pairs") == "run"
    )
    if not call.runs:
        refuse(call, "400", evidence={"fields": sorted(submission.values)})
    return {"sub_checks": [run.id for run in call.runs]}


def rule(call: Call) -> Evidence:
    """7. A rule of the tenant for the whole call."""
    exchange = call.exchange
    exchange.rule = exchange.tenant.rules.fire(NAME, REQUEST, exchange.fields)
    if exchange.rule is None:
        return None
    if exchange.rule.then.error is not None:
        refuse(call, exchange.rule.then.error, {"field": ""}, evidence={"rule": exchange.rule.id})
    return {"rule": exchange.rule.id}


def person(call: Call) -> Evidence:
    """8. The person on file whom it is about, who may stand for an answer."""
    exchange = call.exchange
    today = day_at(exchange.tenant.clock.time())
    call.sources = Sources(call.submission, exchange.tenant.register, today=today)
    found = call.sources.subject
    if found is None:
        return None
    exchange.person = found.key
    control = found.controls.get(NAME)
    if control is not None:
        if exchange.rule is None:
            exchange.rule = delivery_rule(found.key, NAME, control)
        code = str(control.get("error", ""))
        if any(error.code == code for error in table().errors(REQUEST)):
            refuse(call, code, {"field": ""}, evidence={"person": found.key})
    return {"person": found.key}


def fan_out(call: Call) -> Evidence:
    """9. Every sub-check is asked; what fails concerns that one alone."""
    tenant = call.exchange.tenant
    call.findings = ask_all(call.runs, call.sources, tenant.rules, bill_not_found=call.switch("bill_not_found"))
    return {
        finding.run.id: {"found": finding.outcome.meaning, "by": finding.by, "evidence": finding.outcome.evidence}
        for finding in call.findings
    }


def transaction(call: Call) -> Evidence:
    """10. The work is started, its sub-checks are charged, its callback is expected."""
    exchange = call.exchange
    tenant = exchange.tenant
    call.transaction_id = tenant.ids.uuid4()
    facts = {
        "submitted": call.submission.echo(),
        "findings": report.kept(call.findings),
        "base": links.base_of(call.request, HOSTS),
    }
    started = tenant.transactions.start(call.transaction_id, NAME, facts, _progression(call)).transaction
    billing.charge(tenant, call.findings, call.transaction_id)
    evidence: dict[str, Any] = {"transaction": started.id, "ready_at": started.ready_at, "ready": started.ready}
    url = call.submission.values.get(CALLBACK_URL)
    if url is not None:
        outcome = callback.scenario(tenant, call.sources.subject, exchange.fields)
        callback.expect(exchange.services, tenant, started, url, outcome)
        evidence[CALLBACK] = outcome.code
    return evidence


def token(call: Call) -> Evidence:
    """11. A token for it."""
    exchange = call.exchange
    key = tokens.key_of(exchange.services.settings.seed)
    issued = tokens.issue(exchange.tenant, call.transaction_id, key=key, hours=call.switch("token_hours"))
    call.answer = {"token": issued}
    exchange.settle(row(REQUEST, "accepted"))
    return None


def _progression(call: Call) -> Progression:
    """Return what makes the report ready: what a rule says, else the usual time, or the slowest source's."""
    told = call.exchange.rule
    if told is not None and told.then.progression is not None:
        return told.then.progression
    seconds = max([float(call.switch("report_seconds")), *[finding.delay for finding in call.findings]])
    return Progression(kind="after_seconds", amount=seconds) if seconds else Progression(kind="immediate")


STEPS: Final = checks(shape, eligibility, rule, person, fan_out, transaction, token)
"""After `simulator.providers.kyc_china.gateway`."""
