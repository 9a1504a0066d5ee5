"""The chain from a `WireRequest` to a `WireResponse`: checks in the gateway's order, deciders, bill, render.

The two tuples below are the order, which is observable behaviour: a request with two faults is refused for the first.

Source:
    Dossier, part 7; the real order is not documented [inferred] (D11).
"""

from __future__ import annotations

from email.utils import formatdate
from typing import Final

from contracts.loader import EVERY_OPERATION, Outcome
from simulator.chain import check_all, checks, decide, deciders
from simulator.providers.alibaba import answers, errors, gateway, messages, product
from simulator.providers.alibaba.answers import Told
from simulator.providers.alibaba.call import Call
from simulator.providers.alibaba.claims import asked_by
from simulator.providers.alibaba.codes import table
from simulator.providers.alibaba.interactive import new_id
from simulator.upstream import Exchange, UpstreamRefused
from simulator.wire import WireResponse

CHECKS: Final = checks(
    gateway.method,
    gateway.version,
    gateway.action,
    gateway.scheme,
    gateway.answer_format,
    gateway.credential,
    gateway.completeness,
    gateway.timestamp,
    gateway.access_key,
    gateway.access_key_state,
    gateway.security_token,
    gateway.window,
    gateway.signature,
    gateway.nonce,
    gateway.throttle,
    gateway.required_parameters,
    product.ram_policy,
    product.account,
    product.missing,
    product.values,
    product.pictures,
)
"""Steps 1 to 17. Source: see `gateway` and `product`."""

DECIDERS: Final = deciders(
    product.rule,
    product.documentation_sample,
    product.person,
    product.decision,
)
"""Scenarios, then step 18; the last one always knows."""


def answer(exchange: Exchange) -> WireResponse:
    """Answer one call; every refusal included."""
    call = Call(exchange)
    try:
        check_all(call, CHECKS)
        outcome = decide(call, DECIDERS)
    except UpstreamRefused as refused:
        exchange.settle(refused.outcome)
        return errors.render(call, refused.outcome, refused.places)
    exchange.settle(outcome, waived=call.waived)
    content = call.content if call.content is not None else answers.content(call.operation.name, _told(call, outcome))
    operation = call.operation
    document = messages.success(
        operation.envelope,
        content,
        code=_success_code(call),
        message=outcome.text["en"],
        request_id=call.request_id(),
    )
    return call.response(outcome.http_status, f"{operation.name}Response", document)


def _success_code(call: Call) -> str:
    if call.operation.name == "Id2MetaPeriodVerifyIntl":
        spelling: str = call.switch("alibaba.period_code")
        return spelling
    return call.operation.success_code


def _told(call: Call, outcome: Outcome) -> Told:
    rule = call.exchange.rule
    return Told(
        asked=asked_by(call),
        outcome=outcome,
        parameters=call.parameters,
        flags=call.flags,
        transaction_id=new_id(call),
        forced=rule is not None and rule.then.result is not None,
        switch=call.switch,
    )


def failed(exchange: Exchange) -> WireResponse:
    """Answer a call that a fault of our own ended: by the gateway, as JSON, as nothing about it is certain."""
    row = table().error(EVERY_OPERATION, "InternalError").worded("gateway")
    exchange.settle(row)
    if not exchange.request_id:
        exchange.request_id = exchange.tenant.ids.uuid4().upper()
    document = {"RequestId": exchange.request_id, "Message": row.text["en"], "Code": row.code}
    body = messages.as_json(document)
    date = formatdate(exchange.tenant.clock.time(), usegmt=True)
    headers = messages.headers(body, content_type=messages.JSON, request_id=exchange.request_id, date=date)
    return WireResponse(status=row.http_status, headers=headers, body=body)
