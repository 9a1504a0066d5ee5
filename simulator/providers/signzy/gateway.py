"""What every endpoint checks first: path and method, token, how often, content type, a readable body.

Each function is one check. It returns what it saw, or nothing to say, and refuses by raising.

Source:
    Token before everything else, then the limit [inferred]; 404 with the older body: "Customer Login" [doc]; 403 for
    exceeded limits: "API Error Codes" [doc].
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NoReturn

from simulator.providers.signzy import auth, messages, tokens
from simulator.providers.signzy.codes import LOGIN, NAME
from simulator.providers.signzy.errors import refuse

if TYPE_CHECKING:
    from simulator.providers.signzy.call import Call

Evidence = Mapping[str, Any] | None


def route(call: Call) -> NoReturn:
    """Nobody serves this path, or not with this method."""
    refuse(call, "404", {"method": call.request.method, "path": call.request.path})


def token(call: Call) -> Evidence:
    """A token that is somebody's and valid now, without ``Bearer`` before it."""
    brought = auth.presented(call.request)
    if brought is None:
        _refuse_token(call, "no_token")
    holder = auth.holder_of(call.exchange.services.tenants, brought.token)
    if holder is None:
        # Not shown in clear: any secret may have been pasted into the header.
        _refuse_token(call, "unknown_token")
    call.belongs_to(holder.tenant)
    if brought.bearer and call.switch("bearer") == "refuse":
        _refuse_token(call, "bearer_before_the_token")
    fault = None if holder.static else tokens.fault_of(holder.tenant, brought.token)
    if fault is not None:
        _refuse_token(call, fault)
    call.token, call.holder = brought.token, holder
    return {"token": "static" if holder.static else "of a login"}


def _refuse_token(call: Call, cause: str) -> NoReturn:
    refuse(call, "401", evidence={"cause": cause})


def throttle(call: Call) -> Evidence:
    """Not more verifications in this second than the tenant allows itself."""
    limit: int = call.switch("qps")
    if not limit:
        return None
    attempt = call.tenant.throttle.per_second(NAME, limit)
    evidence = {"attempts": attempt.number, "limit": limit}
    if not attempt.allowed:
        refuse(call, "403", evidence=evidence)
    return evidence


def content_type(call: Call) -> Evidence:
    """JSON."""
    if not messages.is_json(call.request.header("content-type")):
        refuse(call, "400", wording="content_type")
    return None


def body(call: Call) -> Evidence:
    """A JSON object."""
    try:
        call.document = messages.read_object(call.request.body)
    except messages.Unreadable as reason:
        places = {"position": str(reason.position)}
        evidence = {"position": reason.position}
        if call.operation == LOGIN and reason.wording == "json":
            refuse(call, "SyntaxError", places, evidence=evidence)
        refuse(call, "400", places, wording=reason.wording, evidence=evidence)
    return None
