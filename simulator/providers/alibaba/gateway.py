"""Steps 1 to 15: what the shared gateway checks before the product is reached.

Each function is one check. It returns what it saw, or nothing to say, and refuses by raising.

Source:
    Codes and texts: "Common error codes", "Public error codes" [doc]; that the version is asked before the action,
    and the rest of the order [inferred]. Statuses and the readings that switches choose: see the outcome table.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NoReturn

from kyc_core.signing import acs3, aliyun, aliyun_rpc
from simulator.providers.alibaba import auth, parameters
from simulator.providers.alibaba.call import Call
from simulator.providers.alibaba.codes import NAME, VERSIONS, Kind, Site, gateway_codes, operation_named
from simulator.providers.alibaba.errors import refuse, retry_after

Evidence = Mapping[str, Any] | None

_CREDENTIAL: Final = "Credential="


def method(call: Call) -> Evidence:
    """1. GET or POST."""
    if call.request.method not in ("GET", "POST"):
        refuse(call, "UnsupportedHTTPMethod")
    return None


def version(call: Call) -> Evidence:
    """2a. Version and Action are there, and the version is that of the product."""
    if not call.common.action:
        refuse(call, "MissingAction")
    if not call.common.version:
        refuse(call, "MissingVersion")
    forced = call.switch("alibaba.site")
    if forced != "host":
        call.site = Site(forced)
    if call.common.version != VERSIONS[call.site]:
        refuse(call, "InvalidVersion", evidence={"site": call.site.value})
    return {"site": call.site.value}


def action(call: Call) -> Evidence:
    """2b. An operation of that product, by a method it is offered with; those not imitated say so here."""
    operation = operation_named(call.common.action)
    if operation is None or operation.site is not call.site:
        refuse(call, call.switch("alibaba.unknown_action"))
    call.operation = operation
    exchange = call.exchange
    exchange.operation = operation.name
    given = call.parameters
    exchange.fields = {field.name: given[field.name] for field in operation.fields if field.name in given}
    if call.request.method not in operation.methods:
        refuse(call, call.switch("alibaba.method_not_allowed"), evidence={"methods": sorted(operation.methods)})
    if not operation.answered:
        refuse(call, "InvalidAction.NotFound", evidence={"imitated": False})
    call.flags = parameters.flags(operation, given)
    return None


def scheme(call: Call) -> Evidence:
    """3. By https, where that is asked for."""
    if call.operation.https_only and call.switch("alibaba.require_https") and not call.is_encrypted():
        refuse(call, "InvalidProtocol.NeedSsl")
    return None


def answer_format(call: Call) -> Evidence:
    """4. JSON or XML, in whatever case."""
    if call.common.format.upper() not in ("", "JSON", "XML"):
        refuse(call, "InvalidParameter.Format")
    return None


def credential(call: Call) -> Evidence:
    """5. The request names a key."""
    if call.v3 and call.authorization is None and _CREDENTIAL in call.headers["authorization"]:
        return None  # named somehow; what is wrong with the header is the next check's business
    if not call.common.access_key_id:
        refuse(call, "MissingAccessKeyId")
    return None


def completeness(call: Call) -> Evidence:
    """6. Everything a signature needs is there."""
    return _complete_v3(call) if call.v3 else _complete_v1(call)


def _complete_v3(call: Call) -> Evidence:
    announced = acs3.algorithm(call.headers["authorization"])
    if announced != acs3.ALGORITHM:
        refuse(call, "InvalidSignatureMethod")
    if call.authorization is None:
        _refuse_incomplete(call, {"header": "authorization"})
    _need(call, {"MissingTimestamp": call.common.timestamp, "MissingSignatureNonce": call.common.nonce})
    unsigned = acs3.unsigned_headers(call.authorization, call.headers)
    if unsigned:
        _refuse_incomplete(call, {"unsigned": unsigned})
    return {"scheme": announced}


def _complete_v1(call: Call) -> Evidence:
    common = call.common
    if not common.signature:
        _refuse_incomplete(call, {"parameter": aliyun_rpc.SIGNATURE})
    _need(
        call,
        {
            "MissingSignatureMethod": common.signature_method,
            "MissingSignatureVersion": common.signature_version,
            "MissingTimestamp": common.timestamp,
            "MissingSignatureNonce": common.nonce,
        },
    )
    if common.signature_method != aliyun_rpc.SIGNATURE_METHOD:
        refuse(call, "InvalidSignatureMethod")
    if common.signature_version != aliyun_rpc.SIGNATURE_VERSION:
        _refuse_incomplete(call, {"parameter": "SignatureVersion"})
    return {"scheme": aliyun_rpc.SIGNATURE_METHOD}


def _need(call: Call, values: Mapping[str, str]) -> None:
    """Refuse with the first code whose value is empty."""
    for code, value in values.items():
        if not value:
            refuse(call, code)


def _refuse_incomplete(call: Call, evidence: Mapping[str, Any]) -> NoReturn:
    newer = call.switch("alibaba.incomplete_signature_text") == "newer"
    refuse(call, "IncompleteSignature", wording="newer" if newer else "", evidence=evidence)


def timestamp(call: Call) -> Evidence:
    """7. The time is written as it should be."""
    if aliyun.read_timestamp(call.common.timestamp) is None:
        refuse(call, "InvalidTimeStamp.Format")
    return None


def access_key(call: Call) -> Evidence:
    """8. Somebody's key."""
    if call.caller is None:
        # Not shown in clear: a secret pasted into the wrong variable would end up here.
        refuse(call, "InvalidAccessKeyId.NotFound")
    call.now = int(call.caller.tenant.clock.time())
    return None


def access_key_state(call: Call) -> Evidence:
    """9. The key is in use."""
    if call.switch("alibaba.access_key_state") == "disabled":
        refuse(call, "InvalidAccessKeyId.Inactive")
    return None


def security_token(call: Call) -> Evidence:
    """10. The token that belongs to a temporary key; none with a permanent one."""
    wanted, sent = call.holder.token, call.common.token
    if wanted is None and not sent:
        return None
    evidence = {"temporary_key": wanted is not None, "sent": bool(sent)}
    if not sent:
        refuse(call, call.switch("alibaba.sts_without_token"), evidence=evidence)
    code = auth.token_fault(wanted, sent)
    if code:
        refuse(call, code, evidence=evidence)
    return evidence


def window(call: Call) -> Evidence:
    """11. Within 15 minutes of the clock."""
    stamp = aliyun.read_timestamp(call.common.timestamp)
    assert stamp is not None, "step 7 has read it"
    ahead = stamp - call.now
    accepted = ahead > 0 and call.switch("alibaba.future_timestamps") == "accept"
    if not accepted and not aliyun.within_window(stamp, call.now):
        cause, detail = aliyun.clock_cause(ahead)
        evidence = {"ahead": ahead, "window": aliyun.WINDOW_SECONDS, "cause": cause.value, "detail": detail}
        refuse(call, "InvalidTimeStamp.Expired", evidence=evidence)
    return None


def signature(call: Call) -> Evidence:
    """12. The signature of that key over this request."""
    secret, signed = call.holder.access_key_secret, call.signed
    if not auth.verifies(signed, secret, check_digest=call.switch("alibaba.content_sha256") == "check"):
        refuse(
            call,
            "SignatureDoesNotMatch",
            auth.server_texts(signed),
            wording="v3" if call.v3 else "",
            evidence=auth.diagnose(signed, secret, now=call.now),
        )
    return None


def nonce(call: Call) -> Evidence:
    """13. Not used before; remembered only once the signature was right."""
    memory: int = call.switch("alibaba.nonce_memory")
    if not auth.first_use(call.holder.tenant, call.common.access_key_id, call.common.nonce, memory):
        refuse(call, "SignatureNonceUsed", evidence={"remembered_for": memory})
    return None


def throttle(call: Call) -> Evidence:
    """14. Not more calls in a second than the operation takes from this account for this solution."""
    transaction = call.parameters.get("TransactionId")
    if transaction:
        call.transaction = call.exchange.tenant.transactions.find(transaction)
    limit = _limit(call)
    if not limit or not call.switch("alibaba.throttling"):
        return None
    product = call.product if call.product in call.operation.qps else ""
    unit = f"{NAME} {call.operation.name} {product}".rstrip()
    counter = call.exchange.tenant.throttle
    smooth = call.switch("alibaba.throttle_window") == "bucket"
    attempt = counter.bucket(unit, limit) if smooth else counter.per_second(unit, limit)
    evidence = {"attempts": attempt.number, "limit": limit}
    if not attempt.allowed:
        call.more = retry_after(call, attempt.wait)
        refuse(call, "Throttling.Api", evidence=evidence)
    return evidence


def _limit(call: Call) -> int:
    """Return the tenant's limit where it set one, else the documented one of the solution.

    A call that names no known solution is counted with its like, under the operation's first figure.
    """
    chosen: int = call.switch("alibaba.qps")
    documented = call.operation.qps
    return chosen or documented.get(call.product) or next(iter(documented.values()), 0)


def required_parameters(call: Call) -> Evidence:
    """15. What the gateway itself wants to see, and, if it is the gateway that does so, listed values."""
    given = call.parameters
    for field in call.operation.fields:
        if field.by_gateway and not given.get(field.name, "").strip():
            refuse(call, field.missing, evidence={"parameter": field.name})
    if call.switch("alibaba.enumerations") == "gateway":
        for field in call.operation.fields:
            code = f"Invalid{field.name}"
            odd = field.kind is Kind.ENUM and given.get(field.name) not in (None, *field.values)
            if odd and code in gateway_codes():
                refuse(call, code, evidence={"parameter": field.name})
    return None
