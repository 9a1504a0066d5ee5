"""Polling, and the list of charges: the two calls that only read.

Source:
    202 until the report is ready, 200 with it from then on, 401 for a bad or expired token [seed]; 400 for no token,
    repeatable reports [inferred]. Billing: see `simulator.providers.kyc_china.billing`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from simulator.chain import checks
from simulator.providers.kyc_china import billing, callback, tokens
from simulator.providers.kyc_china.codes import BILLING, NAME, POLL, row, table
from simulator.providers.kyc_china.errors import refuse
from simulator.providers.kyc_china.messages import Unreadable, read_object

if TYPE_CHECKING:
    from simulator.providers.kyc_china.call import Call

Evidence = Mapping[str, Any] | None


def body(call: Call) -> Evidence:
    """5. A JSON object with a token."""
    try:
        call.body = read_object(call.request.body)
    except Unreadable as problem:
        refuse(call, "400", wording=problem.wording)
    if not isinstance(call.body.get("token"), str):
        refuse(call, "400")
    return None


def token(call: Call) -> Evidence:
    """6. A token of this client, in time, for something that was started."""
    exchange = call.exchange
    tenant = exchange.tenant
    given = call.body["token"]
    exchange.fields = {"token": given}
    try:
        found = tokens.transaction_of(given, tenant, key=tokens.key_of(exchange.services.settings.seed))
    except tokens.BadToken as bad:
        refuse(call, "401", evidence={"cause": str(bad)})
    transaction = tenant.transactions.find(found)
    if transaction is None or transaction.provider != NAME:
        refuse(call, "401", evidence={"cause": tokens.Cause.UNKNOWN.value})
    call.transaction_id = transaction.id
    submitted = transaction.facts["submitted"]
    # Rules for a poll may look at what was submitted, too.
    exchange.fields = {**{name: text for name, text in submitted.items() if isinstance(text, str)}, "token": given}
    return {"transaction": transaction.id}


def rule(call: Call) -> Evidence:
    """7. A rule of the tenant: an error, or whether the work is done."""
    exchange = call.exchange
    fired = exchange.rule = exchange.tenant.rules.fire(NAME, POLL, exchange.fields)
    if fired is None:
        return None
    if fired.then.error is not None:
        refuse(call, fired.then.error, evidence={"rule": fired.id})
    if fired.then.result == row(POLL, "completed").code:
        exchange.tenant.transactions.finish(call.transaction_id)
    return {"rule": fired.id}


def report(call: Call) -> Evidence:
    """8. The report, or the word that it is not ready."""
    exchange = call.exchange
    tenant = exchange.tenant
    change = tenant.transactions.poll(call.transaction_id)
    if change is None:
        refuse(call, "401", evidence={"cause": tokens.Cause.UNKNOWN.value})
    if change.became_ready:
        exchange.services.callbacks.wake()
    transaction = change.transaction
    waiting = row(POLL, "processing")
    told_to_wait = exchange.rule is not None and exchange.rule.then.result == waiting.code
    if transaction.ready and not told_to_wait:
        call.answer = callback.payload(tenant, transaction)
        exchange.settle(row(POLL, "completed"))
    else:
        call.answer = {"message": waiting.text.get(call.switch("language")) or waiting.text["en"]}
        exchange.settle(waiting)
    return {"polls": transaction.polls, "ready": transaction.ready, "progression": transaction.progression.kind}


POLL_STEPS: Final = checks(body, token, rule, report)


def period(call: Call) -> Evidence:
    """5. A period in epoch seconds, and what was charged in it."""
    exchange = call.exchange
    exchange.rule = exchange.tenant.rules.fire(NAME, BILLING, {})
    if exchange.rule is not None and exchange.rule.then.error is not None:
        refuse(call, exchange.rule.then.error, evidence={"rule": exchange.rule.id})
    asked = billing.period(call.request.query)
    if asked is None:
        refuse(call, table().error(BILLING, "400").code)
    found = billing.items(exchange.tenant, *asked)
    call.answer = {"items": found, "total": len(found)}
    exchange.settle(row(BILLING, "listed"))
    return {"items": len(found)}


BILLING_STEPS: Final = checks(period)
