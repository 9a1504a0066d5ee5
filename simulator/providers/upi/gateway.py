"""Steps 1 to 11: what UPI's gateway checks before it reads the body.

Each function is one check. It returns what it saw, or nothing to say. From step 3 on a failure is a `JwsError`, and
all of them get one answer, byte for byte; the order shows only in that a UUID is used up last, so that nobody can use
up another's without a signature.

Source:
    What is checked: security requirements and FAQ 05 [doc], UPI's SDK [sdk]; the order [inferred].
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from kyc_core.signing import upi_jws, upi_jws_explain
from kyc_core.signing.causes import Cause
from kyc_core.signing.jose_faults import JwsError, JwsFault
from kyc_core.signing.upi_jws_header import normalise_uuid, read_protected
from simulator.providers.upi import auth
from simulator.providers.upi.call import Call
from simulator.providers.upi.codes import Operation, documented
from simulator.providers.upi.errors import NotServed, refuse_unserved
from simulator.providers.upi.siblings import siblings
from simulator.upstream import Step

Evidence = Mapping[str, Any] | None

LONGEST_BODY: Final = 512 * 1024
"""Bytes. The longest documented photo makes a body of some 273,920; the limit is ours [inferred]."""

_USUAL_KID: Final = re.compile("[0-9]{1,32}")
_BARE_SLASH: Final = re.compile(rb"(?<!\\)/")


class SignatureRefused(JwsError):
    """The signature does not fit, and this is why."""

    def __init__(self, fault: JwsError, why: Mapping[str, Any]) -> None:
        super().__init__(fault.fault, fault.detail)
        self.why = why

    def evidence(self) -> dict[str, Any]:
        """Return the cause, and both signed texts without what is personal in them."""
        return dict(self.why)


def route(call: Call) -> Evidence:
    """1. An operation that is served, and POST."""
    operation = _served(call)
    if operation is None:
        refuse_unserved(call, 404, "Not Found", {"served": documented().path})
    call.operation = operation
    call.exchange.operation = operation.name
    if call.request.method != "POST":
        refuse_unserved(call, 405, "Method Not Allowed", {"method": call.request.method}, (("Allow", "POST"),))
    return None


def _served(call: Call) -> Operation | None:
    if call.suffix == call.switch("upi.path"):
        return documented()
    if call.switch("upi.experimental_operations"):
        return next((sibling for sibling in siblings() if sibling.path == call.suffix), None)
    return None


def size(call: Call) -> Evidence:
    """2. Not larger than a body may be."""
    length = len(call.request.body)
    if length > LONGEST_BODY:
        evidence = {"bytes": length, "limit": LONGEST_BODY}
        call.exchange.steps.append(Step(call.check, False, evidence))
        raise NotServed(413, "Content Too Large")
    return None


def signature_header(call: Call) -> Evidence:
    """3. Exactly one ``UPI-JWS``, and not empty."""
    upi_jws.single(call.values)
    return None


def signature_shape(call: Call) -> Evidence:
    """4. Three parts, the middle one empty, canonical base64url."""
    call.detached = upi_jws.parse(
        call.values[0],
        allow_quotes=call.switch("upi.tolerate_quoted_jws"),
        allow_standard_signature=call.switch("upi.tolerate_std_base64_signature"),
    )
    return None


def protected_header(call: Call) -> Evidence:
    """5. One JSON object, every member once."""
    call.members = upi_jws.read_header(call.detached)
    return None


def protected_members(call: Call) -> Evidence:
    """6. Algorithm, ``crit``, and the members it lists, of the right types and shapes."""
    protected = read_protected(call.members, accept_rfc7797=call.switch("upi.accept_rfc7797"))
    uuid = normalise_uuid(protected.uuid, allow_hyphens=call.switch("upi.hyphenated_uuid"))
    call.protected = protected
    call.exchange.request_id = uuid
    return None


def participant(call: Call) -> Evidence:
    """7. A participant that UPI knows."""
    auth.participant(call.exchange.services.tenants, call.protected.app_id)
    return None


def certificate(call: Call) -> Evidence:
    """7. A certificate of that participant, for signing, that holds."""
    call.certificate = auth.signing_certificate(call.ring, call.protected)
    kid = call.certificate.kid
    return {"kid": kid} if _USUAL_KID.fullmatch(kid) else {"kid": kid, "remark": "UPI's own ids are of 1 to 32 digits"}


def request_path(call: Call) -> Evidence:
    """8. The signed path is that of the request."""
    upi_jws.check_request_path(call.protected, call.suffix)
    return None


def timestamp(call: Call) -> Evidence:
    """9. Within the window around the clock."""
    upi_jws.check_window(call.protected, call.now, window=call.switch("upi.timestamp_window_s"))
    return None


def signature(call: Call) -> Evidence:
    """10. The signature of that certificate over this header and this body, as received."""
    key = auth.public_key(call.certificate.public_key)
    body, encoded = call.request.body, call.protected.encoded
    try:
        upi_jws.check_signature(call.detached, body, public_key=key, encoded=encoded)
    except JwsError as fault:
        raise SignatureRefused(fault, _diagnosed(call)) from None
    return None


def _diagnosed(call: Call) -> dict[str, Any]:
    found = upi_jws_explain.explain(
        call.detached,
        call.request.body,
        public_key=auth.public_key(call.certificate.public_key),
        encoded=call.protected.encoded,
        other_keys=auth.other_signing_keys(call.ring, call.certificate),
    )
    shown = found.as_dict()
    assert found.cause is not Cause.NONE, "what does not fit has a cause"
    return {
        "cause": shown["cause"],
        "detail": shown["detail"],
        "expected": shown["server"],
        "received": shown["client"],
        "first_difference": shown["first_difference"],
    }


def escapes(call: Call) -> Evidence:
    """10a. No slash that a gateway which writes JSON anew would escape; only where a switch asks for it."""
    if call.switch("upi.gateway_reserialises") and _BARE_SLASH.search(call.request.body):
        detail = "signed with a slash that the gateway writes as \\/ before it looks"
        raise JwsError(JwsFault.WRONG_SIGNATURE, detail, member="body")
    return None


def uuid(call: Call) -> Evidence:
    """11. A UUID the participant has not used today; it is used up now."""
    auth.remember_uuid(call.exchange.tenant, call.protected)
    return None
