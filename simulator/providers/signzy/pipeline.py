"""The chain from a `WireRequest` to a `WireResponse`: checks in their order, deciders, bill, render.

The tuples below are the order, which is observable behaviour: a request with two faults is refused for the first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from contracts.loader import EVERY_OPERATION, Outcome
from simulator.chain import Check, Decider, check_all, checks, decide, deciders
from simulator.providers.signzy import auth, errors, gateway, messages, product, sessions, tokens
from simulator.providers.signzy.call import Call
from simulator.providers.signzy.codes import LOGIN, LOGOUT, VERIFY, status_text, table
from simulator.upstream import Exchange, UpstreamRefused
from simulator.wire import JSON_HEADERS, Headers, WireResponse

CHECKS: Final[Mapping[str, tuple[Check[Call], ...]]] = MappingProxyType(
    {
        VERIFY: checks(
            gateway.token,
            gateway.throttle,
            gateway.content_type,
            gateway.body,
            product.fields,
            product.birth_date,
            product.number,
            product.name,
        ),
        LOGIN: checks(gateway.content_type, gateway.body, sessions.user, sessions.password),
        LOGOUT: checks(gateway.token),
        "": checks(gateway.route),
    }
)
"""By operation; the empty one is for what nobody serves."""

DECIDERS: Final[Mapping[str, tuple[Decider[Call], ...]]] = MappingProxyType(
    {
        VERIFY: deciders(product.rule, product.person, product.daily_checks, product.source),
        LOGIN: deciders(product.rule, sessions.logged_in),
        LOGOUT: deciders(product.rule, sessions.logged_out),
        "": (),
    }
)

WARNING: Final = (("Warning", '299 - "nationalIdNumber belongs inside identityInformation"'),)
"""Beside an answer to a number that stood elsewhere (S3) [inferred]."""


def answer(exchange: Exchange) -> WireResponse:
    """Answer one call; every refusal included."""
    call = Call(exchange)
    try:
        check_all(call, CHECKS[call.operation])
        outcome = decide(call, DECIDERS[call.operation])
    except UpstreamRefused as refused:
        exchange.settle(refused.outcome)
        return _sent(call, errors.render(call, refused.outcome, refused.places))
    exchange.settle(outcome)
    return _sent(call, _RENDER[call.operation](call, outcome))


def failed(exchange: Exchange) -> WireResponse:
    """Answer a call that a fault of our own ended."""
    row = table().error(EVERY_OPERATION, "500")
    exchange.settle(row)
    return errors.render(Call(exchange), row)


def _verification(call: Call, outcome: Outcome) -> WireResponse:
    status = status_text(outcome.code, call.switch("status_vocabulary"))
    wrapped = call.switch("response_wrapper") == "result"
    body = messages.answer(status, number_field=call.switch("number_field"), wrapped=wrapped)
    return WireResponse(status=outcome.http_status, headers=JSON_HEADERS, body=body)


def _token(call: Call, outcome: Outcome) -> WireResponse:
    made = tokens.issue(call.tenant, auth.handle_of(call.tenant), ttl=call.switch("token_ttl"))
    ttl = str(made.ttl) if call.switch("ttl_type") == "text" else made.ttl
    body = messages.token(identifier=made.identifier, ttl=ttl, created=made.created, user_id=made.user_id)
    return WireResponse(status=outcome.http_status, headers=JSON_HEADERS, body=body)


def _nothing(_: Call, outcome: Outcome) -> WireResponse:
    return WireResponse(status=outcome.http_status, headers=(), body=b"")


_RENDER: Final[Mapping[str, Callable[[Call, Outcome], WireResponse]]] = MappingProxyType(
    {VERIFY: _verification, LOGIN: _token, LOGOUT: _nothing}
)


def _sent(call: Call, response: WireResponse) -> WireResponse:
    headers: Headers = WARNING if call.warned else ()
    if call.switch("request_id_header"):
        headers = (*headers, ("X-Request-Id", call.exchange.request_id))
    if not headers:
        return response
    return WireResponse(status=response.status, headers=(*response.headers, *headers), body=response.body)
