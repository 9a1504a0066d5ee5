"""The chain from a `WireRequest` to a `WireResponse`: the checks of gateway and product, deciders, bill, render, sign.

The two tuples below are the order. Among the security checks it is invisible, as they all have one answer; from the
body on, a request with two faults is refused for the first.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from contracts.loader import Outcome
from kyc_core.factors import Match
from kyc_core.signing import upi_jws
from kyc_core.signing.jose_faults import JwsError
from kyc_core.signing.upi_jws_faults import ResponseFault
from kyc_core.signing.upi_jws_header import Protected, read_protected
from simulator.chain import check_all, checks, decide, deciders
from simulator.providers.upi import auth, decision, gateway, messages, orders, product
from simulator.providers.upi.call import Call
from simulator.providers.upi.codes import APPROVED, NAME, Layer, documented
from simulator.providers.upi.errors import DETAIL, NotServed, refuse_caller
from simulator.providers.upi.hosts import JWS
from simulator.upstream import Exchange, UpstreamRefused
from simulator.wire import Fault, FaultKind, WireResponse

CHECKS: Final = checks(
    gateway.route,
    gateway.size,
    gateway.signature_header,
    gateway.signature_shape,
    gateway.protected_header,
    gateway.protected_members,
    gateway.participant,
    gateway.certificate,
    gateway.request_path,
    gateway.timestamp,
    gateway.signature,
    gateway.escapes,
    gateway.uuid,
    product.body,
    product.members,
    product.merchant,
    product.trade_type,
    product.encrypted_data,
    product.personal_members,
    product.photo,
    product.member_iin,
    product.rate,
)
"""Steps 1 to 21. Source: see `gateway` and `product`."""

DECIDERS: Final = deciders(
    decision.rule,
    decision.person,
    decision.order,
    decision.forced,
    decision.data_source,
)
"""Scenarios, then steps 22 and 23; the last one always knows."""

FAULT_CODE: Final = "96"
"""What UPI answers to a fault of its own [inferred]."""

_ANSWERED_BEFORE: Final = "the first call with this order id was answered, and charged, before"


def answer(exchange: Exchange, match: Match | None = None) -> WireResponse:
    """Answer one call; every refusal included.

    Args:
        exchange: the call.
        match: compares faces instead of what ``upi.confidence_source`` names.
    """
    call = Call(exchange, match)
    try:
        outcome, detail = _decided(call)
    except NotServed as status:
        _identify(exchange)
        headers = (*messages.PLAIN_HEADERS, *status.headers)
        return WireResponse(status=status.status, headers=headers, body=f"{status.text}\n".encode())
    _identify(exchange)
    exchange.settle(outcome, waived=_ANSWERED_BEFORE if call.replayed is not None else "")
    if outcome.layer == Layer.SECURITY:
        return _unauthorised(call, outcome)
    body = call.replayed if call.replayed is not None else _rendered(call, outcome, detail)
    if call.order and call.switch("upi.order_replay") == "replay":
        orders.keep(exchange.tenant.space, call.order, orders.Kept(product.content_token(call), outcome.code, body))
    _end_session(call)
    return _signed(exchange, call.protected, _response(outcome.http_status, body))


def failed(exchange: Exchange) -> WireResponse:
    """Answer a call that a fault of our own ended; signed where it can be told for whom."""
    row = documented().answer(FAULT_CODE)
    exchange.settle(row)
    _identify(exchange)
    response = _response(row.http_status, messages.answer(row.code, row.text["en"]))
    protected = _claimed(exchange)
    return response if protected is None else _signed(exchange, protected, response)


def reseal(exchange: Exchange, response: WireResponse) -> WireResponse:
    """Sign an answer that was changed on purpose anew, if it was signed before."""
    others = tuple([(name, value) for name, value in response.headers if name.lower() != JWS])
    protected = _claimed(exchange)
    if protected is None or len(others) == len(response.headers):
        return response
    return _signed(exchange, protected, response._replace(headers=others))


def _decided(call: Call) -> tuple[Outcome, str]:
    """Return what is answered, and its ``errorDetail``.

    Raises:
        NotServed: nothing of UPI's is answered.
    """
    try:
        try:
            check_all(call, CHECKS)
        except JwsError as fault:
            refuse_caller(call, fault)
        outcome = decide(call, DECIDERS)
    except UpstreamRefused as refused:
        return refused.outcome, refused.places.get(DETAIL, "")
    return outcome, documented().details.get(outcome.code, "")


def _rendered(call: Call, outcome: Outcome, detail: str) -> bytes:
    confidence: str | int | None = None
    if outcome.code == APPROVED and call.score is not None:
        confidence = call.score if call.switch("upi.confidence_as_number") else str(call.score)
    order_id = call.text("orderID") if call.switch("upi.echo_order_id") else ""
    return messages.answer(outcome.code, outcome.text["en"], detail=detail, confidence=confidence, order_id=order_id)


def _unauthorised(call: Call, outcome: Outcome) -> WireResponse:
    body = messages.unauthorised(outcome.code, outcome.text["en"], key=call.switch("upi.unauthorized_key"))
    response = _response(outcome.http_status, body)
    protected = _claimed(call.exchange) if call.switch("upi.sign_error_responses") else None
    return response if protected is None else _signed(call.exchange, protected, response)


def _response(status: int, body: bytes) -> WireResponse:
    return WireResponse(status=status, headers=messages.JSON_HEADERS, body=body)


def _signed(exchange: Exchange, protected: Protected, response: WireResponse) -> WireResponse:
    """24. Sign an answer, wrongly where a switch asks for it."""
    tenant = exchange.tenant
    signer = auth.response_signer(tenant, protected)
    if signer is None:
        return response
    value = signer.sign(response.body, ResponseFault(tenant.switch("upi.response_signature_fault")))
    if value is None:
        return response
    return response._replace(headers=(*response.headers, (upi_jws.HEADER_NAME, value)))


def _claimed(exchange: Exchange) -> Protected | None:
    """Return the protected header of a request, proven or not; ``None`` where nobody known claims it."""
    value = exchange.request.header(JWS)
    if NAME not in exchange.tenant.keys or not value:
        return None
    try:
        detached = upi_jws.parse(value, allow_quotes=True, allow_standard_signature=True)
        return read_protected(upi_jws.read_header(detached), accept_rfc7797=True)
    except JwsError:
        return None


def _identify(exchange: Exchange) -> None:
    """See to it that the call can be found again, also when its own UUID could not be read."""
    exchange.request_id = exchange.request_id or exchange.tenant.ids.uuid4()


def _end_session(call: Call) -> None:
    """Close the connection of an answer that a rule delays beyond the session's time."""
    seconds: int = call.switch("upi.session_seconds")
    rule = call.exchange.rule
    if rule is None or rule.then.fault is None or not seconds or rule.then.fault.delay <= seconds:
        return
    closed = Fault(delay=float(seconds), kind=FaultKind.EMPTY)
    call.exchange.rule = replace(rule, then=replace(rule.then, fault=closed))
