"""The chain from a `WireRequest` to a `WireResponse`: what every endpoint checks, then the endpoint's own steps.

The tuples are the order, which is observable behaviour: a request with two faults is refused for the first.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import orjson

from contracts.loader import EVERY_OPERATION
from simulator.chain import Check, check_all, checks
from simulator.providers.kyc_china import downloads, errors, gateway, legacy_calls, polls, starts
from simulator.providers.kyc_china.call import Call
from simulator.providers.kyc_china.codes import BILLING, POLL, REQUEST, table
from simulator.providers.kyc_china.links import FOLDER
from simulator.upstream import Exchange, UpstreamRefused
from simulator.wire import JSON_HEADERS, WireResponse

REQUEST_ID: Final = "X-Request-Id"

EVERY_CALL: Final = checks(gateway.path, gateway.method, gateway.credentials, gateway.throttle)
"""Steps 1 to 4."""

STEPS: Final[Mapping[str, tuple[Check[Call], ...]]] = MappingProxyType(
    {
        REQUEST: starts.STEPS,
        POLL: polls.POLL_STEPS,
        BILLING: polls.BILLING_STEPS,
        "legacy.identity": legacy_calls.STEPS,
        "legacy.mobile": legacy_calls.STEPS,
        "legacy.risk": legacy_calls.STEPS,
        "legacy.bank-verification": legacy_calls.STEPS,
    }
)
"""What follows, by endpoint."""


def answer(exchange: Exchange) -> WireResponse:
    """Answer one call; every refusal included."""
    call = Call(exchange)
    if call.request.path.startswith(f"{FOLDER}/"):
        return downloads.answer(call)
    try:
        check_all(call, EVERY_CALL)
        check_all(call, STEPS[call.operation])
    except UpstreamRefused as refused:
        exchange.settle(refused.outcome)
        return _response(call, refused.outcome.http_status, errors.body(call, refused.outcome, refused.places))
    assert exchange.outcome is not None, "the last step of every endpoint settles the call"
    return _response(call, exchange.outcome.http_status, orjson.dumps(call.answer))


def failed(exchange: Exchange) -> WireResponse:
    """Answer a call that a fault of our own ended."""
    outcome = table().error(EVERY_OPERATION, "500")
    exchange.settle(outcome)
    call = Call(exchange)
    return _response(call, outcome.http_status, _plain(outcome.text))


def _plain(text: Mapping[str, Any]) -> bytes:
    return orjson.dumps({"message": text["en"]})


def _response(call: Call, status: int, body: bytes) -> WireResponse:
    # Siblings send this header with callbacks; that answers have it, too, is ours, so that a call can be explained.
    headers = (*JSON_HEADERS, (REQUEST_ID, call.request_id()))
    return WireResponse(status=status, headers=headers, body=body)
