"""Steps 1 to 15: what the shared front end checks before any product is reached.

Each function is one check. It returns what it saw, or nothing to say, and refuses by raising.

Source:
    Order: captured answers for its beginning [obs], tests of the official SDKs for the token [sdk], the frequency
    limits page for throttling [doc]; the rest [inferred]. Texts: see the rows of the outcome table.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any, Final, NoReturn

from kyc_core.signing import tc3
from kyc_core.signing.canonical import printable, query_pairs
from kyc_core.signing.causes import Cause
from kyc_core.signing.tc3_explain import skew_detail
from simulator.providers.tencent import auth, messages
from simulator.providers.tencent.call import Call, Stage
from simulator.providers.tencent.codes import SERVICE, VERSION, Site, offered, table
from simulator.providers.tencent.errors import refuse
from simulator.providers.tencent.messages import Unreadable
from simulator.providers.tencent.parameters import first_fault, flattened

Evidence = Mapping[str, Any] | None

_STAGE: Final = Stage.GATEWAY
LONGEST_QUERY: Final = 32 * 1024
LONGEST_FORM: Final = 1024 * 1024
LONGEST_JSON: Final = 10 * 1024 * 1024
"""Bytes. Source: "Request Structure" [doc]; that K and M are binary [inferred]."""

_V3_COMMON: Final = ("timestamp", "action", "version")
_V1_COMMON: Final = (*_V3_COMMON, "nonce", "secret_id", "signature")
_WIRE: Final = {
    "timestamp": "Timestamp",
    "action": "Action",
    "version": "Version",
    "nonce": "Nonce",
    "secret_id": "SecretId",
    "signature": "Signature",
}
_LONGEST_NONCE: Final = 19
"""Digits of a 63-bit number, which Python and Go send [sdk]."""
_LONGEST_SHOWN_NAME: Final = 64
_LONGEST_SHOWN_INDEX: Final = 4


def method(call: Call) -> Evidence:
    """1. GET or POST."""
    if call.request.method not in ("GET", "POST"):
        refuse(call, "UnsupportedProtocol", wording="method")
    return None


def size(call: Call) -> Evidence:
    """2. Not larger than its kind of request may be."""
    request = call.request
    if request.method == "GET":
        if len(request.query) > LONGEST_QUERY:
            refuse(call, "RequestSizeLimitExceeded", evidence={"bytes": len(request.query), "limit": LONGEST_QUERY})
    elif not call.v3:
        if len(request.body) > LONGEST_FORM:
            evidence = {"bytes": len(request.body), "limit": LONGEST_FORM}
            refuse(call, "AuthFailure.SignatureFailure", wording="body_over_limit", evidence=evidence)
    elif len(request.body) > LONGEST_JSON:
        refuse(call, "RequestSizeLimitExceeded", evidence={"bytes": len(request.body), "limit": LONGEST_JSON})
    return None


def content_type(call: Call) -> Evidence:
    """3. JSON when signed v3, a form when signed v1; no action here takes multipart. A query has no content type."""
    sent = call.headers.get("content-type", "")
    wanted = messages.JSON if call.v3 else messages.FORM
    if sent == wanted:
        return None
    kind = messages.media_type(sent)
    if call.request.method == "GET":
        accepted = kind != messages.MULTIPART
    else:
        # A v1 request without a body has nothing in it yet: what is missing is said before how it was sent.
        accepted = kind == wanted or not (call.v3 or call.request.body)
    if not accepted:
        refuse(call, "UnsupportedProtocol", {"content_type": kind}, evidence={"wanted": wanted})
    return None


def body(call: Call) -> Evidence:
    """4. A JSON object, or pairs with an ``=`` each."""
    request = call.request
    try:
        if call.v3 and request.method == "POST":
            call.parameters = messages.read_json(request.body)
            return None
        raw = request.query if request.method == "GET" else request.body
        messages.check_pairs(raw)
    except Unreadable as reason:
        refuse(call, "InvalidParameter", wording=reason.wording)
    call.as_text = True
    call.pairs = query_pairs(raw)
    pairs = printable(dict(call.pairs))
    if call.v3:
        call.parameters = pairs
        return None
    call.common = messages.common_from_parameters(pairs)
    call.parameters = messages.without_common(pairs)
    call.claim(call.common.secret_id)
    return None


def common_parameters(call: Call) -> Evidence:
    """5. Timestamp, Action, Version, then a v1 request's Nonce, SecretId, Signature; numbers are numbers."""
    common = call.common
    if not (common.timestamp and common.action and common.version):
        _refuse_missing(call, _V3_COMMON)
    if not (call.v3 or (common.nonce and common.secret_id and common.signature)):
        _refuse_missing(call, _V1_COMMON)
    if tc3.read_timestamp(common.timestamp) is None:
        refuse(call, "InvalidParameter", {"parameter": "Timestamp"}, wording="common_type")
    if not call.v3 and not _is_number(common.nonce, _LONGEST_NONCE):
        refuse(call, "InvalidParameter", {"parameter": "Nonce"}, wording="common_type")
    call.stage = _STAGE
    return None


def _refuse_missing(call: Call, names: tuple[str, ...]) -> NoReturn:
    missing = next(_WIRE[name] for name in names if not getattr(call.common, name))
    refuse(call, "MissingParameter", {"parameter": missing}, evidence={"parameter": missing})


def version(call: Call) -> Evidence:
    """6. The one version there is."""
    if call.common.version != VERSION:
        refuse(call, "NoSuchVersion", {"version": call.common.version, "service": SERVICE})
    return None


def action(call: Call) -> Evidence:
    """7. An action of that version at that site."""
    site = call.readings["tencent.site"]
    if site != "host":
        call.endpoint = call.endpoint._replace(site=Site(site))
    operation = offered(call.endpoint.site).get(call.common.action)
    if operation is None:
        refuse(call, "InvalidAction", evidence={"site": call.endpoint.site.value})
    call.operation = operation
    call.exchange.operation = operation.name
    if call.as_text:
        call.parameters = messages.nested(call.parameters, operation.objects, operation.lists)
    call.exchange.fields = flattened(operation, call.parameters)
    return None


def authorization(call: Call) -> Evidence:
    """8. A v3 request's Authorization header can be parsed; ``SKIP`` is for other products."""
    if call.v3 and call.authorization is None:
        sent = call.headers.get("authorization", "")
        seen = sent if sent == messages.UNSIGNED else "not of the documented form" if sent else "missing"
        refuse(call, "AuthFailure.InvalidAuthorization", evidence={"header": seen})
    return None


def timestamp(call: Call) -> Evidence:
    """9. Within five minutes of the clock."""
    call.now = int(call.exchange.tenant.clock.time())
    seconds = int(call.common.timestamp)
    if not tc3.within_window(seconds, call.now):
        ahead = seconds - call.now
        cause = {"cause": Cause.CLOCK_SKEW.value, "detail": skew_detail(ahead)}
        refuse(call, "AuthFailure.SignatureExpire", evidence={"ahead": ahead, "window": tc3.WINDOW_SECONDS, **cause})
    return None


def secret_id(call: Call) -> Evidence:
    """10. Somebody's key."""
    if call.caller is None:
        # Not shown in clear: a key pasted into the wrong variable would end up here.
        refuse(call, "AuthFailure.SecretIdNotFound")
    return None


def token(call: Call) -> Evidence:
    """11. The token that belongs to a temporary key; none with a permanent one."""
    wanted, sent = call.holder.token, call.common.token
    if wanted is None and not sent:
        return None
    if wanted is None or not hmac.compare_digest(wanted.encode(), sent.encode("utf-8", "surrogatepass")):
        refuse(call, "AuthFailure.TokenFailure", evidence={"temporary_key": wanted is not None, "sent": bool(sent)})
    return {"temporary_key": True}


def signature(call: Call) -> Evidence:
    """12. The signature of that key over this request."""
    holder, signed = call.holder, call.signed
    strict = _is_strict_about_service(call, signed)
    exact = call.readings["tencent.host_header"] == "exact"
    if not auth.verifies(signed, holder.secret_key, strict_service=strict, exact_host=exact):
        _refuse_signature(call, auth.diagnose(signed, holder.secret_key, strict_service=strict, now=call.now))
    if not call.v3 and call.readings["tencent.nonce_replay"] == "refuse":
        common = call.common
        if not auth.first_use(holder.tenant, common.secret_id, common.nonce, int(common.timestamp)):
            _refuse_signature(call, {"cause": "nonce_replayed"})
    return None


def _is_strict_about_service(call: Call, signed: auth.Signed) -> bool:
    authorization = signed.authorization
    if authorization is None or authorization.service == SERVICE:
        return False
    reading = call.readings["tencent.service_scope"]
    return reading == "strict" or (reading == "endpoint" and not auth.names_endpoint(signed))


def _refuse_signature(call: Call, evidence: Mapping[str, Any]) -> NoReturn:
    documented = call.readings["tencent.signature_failure_text"] == "documented"
    refuse(call, "AuthFailure.SignatureFailure", wording="documented" if documented else "", evidence=evidence)


def cam_policy(call: Call) -> Evidence:
    """13. The account's access policy allows the action."""
    if call.readings["tencent.cam_policy"] == "deny":
        places = {"request_id": call.request_id(), "service": SERVICE, "action": call.operation.name}
        refuse(call, "AuthFailure.UnauthorizedOperation", places)
    return None


def throttle(call: Call) -> Evidence:
    """14. Not more calls in this second than the action, at this access region, takes from this account."""
    limit = _limit(call)
    if not limit:
        return {"limit": None}
    attempt = call.exchange.tenant.throttle.per_second(_bucket(call), limit)
    evidence = {"attempts": attempt.number, "limit": limit}
    if not attempt.allowed:
        refuse(
            call,
            "RequestLimitExceeded",
            {"attempts": str(attempt.number), "limit": str(limit)},
            evidence=evidence,
        )
    return evidence


def _limit(call: Call) -> int:
    """Return the tenant's limit where it set one, else the documented one of the action."""
    chosen: int = call.readings["tencent.qps"]
    return chosen if chosen != table().switches["tencent.qps"].default else call.operation.qps[call.endpoint.site]


def _bucket(call: Call) -> str:
    scope = call.readings["tencent.qps_scope"]
    if scope == "key":
        return "tencent"
    if scope == "action_key":
        return f"tencent {call.operation.name}"
    return f"tencent {call.operation.name} {call.endpoint.region}"


def parameters(call: Call) -> Evidence:
    """15. Nothing missing, nothing unknown, every type right."""
    parameters, operation = call.parameters, call.operation
    # As they are, they were found to be known texts when the action was; then only some may be missing.
    if parameters is call.exchange.fields and parameters.keys() >= operation.mandatory:
        return None
    fault = first_fault(operation, parameters, as_text=call.as_text)
    if fault is None:
        return None
    shown = fault.parameter if _is_plain(fault.parameter) else call.exchange.tenant.redactor.token(fault.parameter)
    places = {"parameter": fault.parameter, "type": fault.type}
    refuse(call, fault.code, places, evidence={"parameter": shown, "type": fault.type})


def _is_plain(name: str) -> bool:
    """Tell whether a parameter's name is a word; an unknown one is the caller's, and may be anybody's number."""
    if len(name) > _LONGEST_SHOWN_NAME or not name.isascii():
        return False
    return all(part.isalpha() or (part.isdigit() and len(part) <= _LONGEST_SHOWN_INDEX) for part in name.split("."))


def _is_number(value: str, longest: int) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= longest
