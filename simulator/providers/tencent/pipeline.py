"""The chain from a `WireRequest` to a `WireResponse`: checks in the gateway's order, deciders, bill, render.

The two tuples below are the order, which is observable behaviour: a request with two faults is refused for the first.
"""

from __future__ import annotations

from typing import Final

from contracts.loader import EVERY_OPERATION, Outcome
from simulator.chain import check_all, checks, decide, deciders
from simulator.providers.tencent import answers, errors, gateway, messages, product
from simulator.providers.tencent.call import Call
from simulator.providers.tencent.codes import Language, table
from simulator.upstream import Exchange, UpstreamRefused
from simulator.wire import JSON_HEADERS, WireResponse

CHECKS: Final = checks(
    gateway.method,
    gateway.size,
    gateway.content_type,
    gateway.body,
    gateway.common_parameters,
    gateway.version,
    gateway.action,
    gateway.authorization,
    gateway.timestamp,
    gateway.secret_id,
    gateway.token,
    gateway.signature,
    gateway.cam_policy,
    gateway.throttle,
    gateway.parameters,
    product.account,
    product.encrypted_fields,
    product.values,
    product.picture,
)
"""Steps 1 to 18. Source: see `gateway` and `product`."""

DECIDERS: Final = deciders(
    product.rule,
    product.documentation_sample,
    product.person,
    product.picture_warning,
    product.business_format,
    product.daily_attempts,
    product.data_source,
)
"""Scenarios, then steps 19 to 21; the last one always knows."""


_SAMPLE: Final = "sample"
"""The variant that holds the wording of the documentation's examples, where it is not that of the list."""


def answer(exchange: Exchange) -> WireResponse:
    """Answer one call; every refusal included."""
    call = Call(exchange)
    try:
        check_all(call, CHECKS)
        outcome = decide(call, DECIDERS)
    except UpstreamRefused as refused:
        exchange.settle(refused.outcome)
        message = errors.text(refused.outcome, call.language(), refused.places)
        return _response(call, messages.error(refused.outcome.code, message, call.request_id()))
    exchange.settle(outcome)
    description = _description(call, outcome)
    if call.operation.name not in answers.EXTRAS:
        return _response(call, messages.success(outcome.code, description, call.request_id()))
    return _response(call, messages.answer(answers.members(call, outcome, description), call.request_id()))


def failed(exchange: Exchange) -> WireResponse:
    """Answer a call that a fault of our own ended: in English, as nothing about it is certain."""
    row = table().error(EVERY_OPERATION, "InternalError")
    exchange.settle(row)
    if not exchange.request_id:
        exchange.request_id = exchange.tenant.ids.uuid4()
    body = messages.error(row.code, errors.text(row, Language.ENGLISH), exchange.request_id)
    return WireResponse(status=row.http_status, headers=JSON_HEADERS, body=body)


def _description(call: Call, outcome: Outcome) -> str:
    if _SAMPLE in outcome.variants and (call.sampled or call.readings["tencent.description_words"] == "sampled"):
        outcome = outcome.worded(_SAMPLE)
    text = errors.text(outcome, call.language())
    if text.endswith(".") and call.readings["tencent.description_full_stops"] == "chinese_style":
        return text[:-1]
    return text


def _response(call: Call, body: bytes) -> WireResponse:
    trace_id = call.headers.get(messages.TRACE_ID_ASKED)
    if trace_id is None or not call.readings["tencent.echo_trace_id"]:
        return WireResponse(200, JSON_HEADERS, body)
    return WireResponse(200, (*JSON_HEADERS, (messages.TRACE_ID, trace_id)), body)
