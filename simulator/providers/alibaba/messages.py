"""The wire: common and business parameters as they come in, the envelopes as they go out, as JSON or XML. Pure.

A V3 request has its common parameters in headers, a V1 request among the others; business parameters stand in the query
or the form alike, and of a name given twice the query's counts.

>>> success(Envelope.R, {"Passed": "Y"}, code="Success", message="success", request_id="ID")
{'RequestId': 'ID', 'Code': 'Success', 'Message': 'success', 'Result': {'Passed': 'Y'}}
>>> as_xml("Error", {"Code": "MissingAction"}).decode()
"<?xml version='1.0' encoding='UTF-8'?><Error><Code>MissingAction</Code></Error>"

Source:
    Alibaba Cloud OpenAPI, "Request syntax and signature method V3", "... V2 for RPC APIs" [doc]; captured requests
    [sdk]; recorded answers, their headers and order of members [obs]; XML error: "Call method" page [doc]; XML of a
    success by the same page's sample of another product [inferred for this one].
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b, md5
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from xml.sax.saxutils import escape

import orjson

from kyc_core.signing import acs3
from kyc_core.signing.canonical import printable
from simulator.providers.alibaba.codes import VERSIONS, Envelope
from simulator.wire import Headers

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element  # only the name of what defusedxml returns

    from simulator.wire import WireRequest, WireResponse

FORM: Final = "application/x-www-form-urlencoded"
JSON: Final = "application/json;charset=utf-8"
XML: Final = "text/xml;charset=utf-8"

RETRY_AFTER: Final = "x-acs-retry-after"

_ACTION: Final = "x-acs-action"
_VERSION: Final = "x-acs-version"
_TOKEN: Final = "x-acs-security-token"  # noqa: S105 - the name of a header


class Common(NamedTuple):
    """The common parameters of one request, as text; empty where absent."""

    action: str = ""
    version: str = ""
    timestamp: str = ""
    nonce: str = ""
    access_key_id: str = ""
    token: str = ""
    format: str = ""
    signature: str = ""
    signature_method: str = ""
    signature_version: str = ""


_COMMON_PARAMETERS: Final = frozenset(
    {
        "Action", "Version", "Timestamp", "SignatureNonce", "AccessKeyId", "SecurityToken", "Format", "Signature",
        "SignatureMethod", "SignatureVersion", "SignatureType", "RegionId",
    }
)  # fmt: skip


def is_v3(headers: Mapping[str, str]) -> bool:
    """Tell a V3 request by its Authorization; a V1 request may carry the other V3 headers [sdk]."""
    return headers.get("authorization", "").startswith(acs3.PREFIX)


def is_form(headers: Mapping[str, str]) -> bool:
    """Tell whether the body is a form."""
    return headers.get("content-type", "").partition(";")[0].strip().lower() == FORM


def looks_signed(request: WireRequest) -> bool:
    """Tell whether a request to no particular host is signed as this provider's clients sign.

    A V1 request is told by ``AccessKeyId``, or by an operation of one of the versions.
    """
    headers = request.by_name
    if is_v3(headers) or _ACTION in headers:
        return True
    raw = request.query + b"&" + request.body if is_form(headers) else request.query
    if b"AccessKeyId=" in raw:
        return True
    return b"Action=" in raw and any(b"Version=" + version.encode() in raw for version in VERSIONS.values())


def common_from_headers(headers: Mapping[str, str], access_key_id: str) -> Common:
    """Read the common parameters of a V3 request; its answer is JSON whatever it asks for."""
    found = headers.get
    return Common(
        action=found(_ACTION, ""),
        version=found(_VERSION, ""),
        timestamp=found(acs3.DATE, ""),
        nonce=found(acs3.NONCE, ""),
        access_key_id=access_key_id,
        token=found(_TOKEN, ""),
        format="JSON",
    )


def common_from_parameters(pairs: Mapping[str, str], headers: Mapping[str, str]) -> Common:
    """Read the common parameters of a V1 request; an operation named in the header alone counts, too [inferred]."""
    found = pairs.get
    return Common(
        action=found("Action") or headers.get(_ACTION, ""),
        version=found("Version") or headers.get(_VERSION, ""),
        timestamp=found("Timestamp", ""),
        nonce=found("SignatureNonce", ""),
        access_key_id=found("AccessKeyId", ""),
        token=found("SecurityToken", ""),
        format=found("Format", ""),
        signature=found("Signature", ""),
        signature_method=found("SignatureMethod", ""),
        signature_version=found("SignatureVersion", ""),
    )


def without_common(pairs: Mapping[str, str]) -> dict[str, str]:
    """Return the business parameters of a V1 request."""
    return {name: value for name, value in pairs.items() if name not in _COMMON_PARAMETERS}


def success(
    envelope: Envelope, content: Mapping[str, Any], *, code: str, message: str, request_id: str
) -> dict[str, Any]:
    """Return the document of a call that was answered, failed verifications included."""
    return {"RequestId": request_id, "Code": code, "Message": message, envelope.value: content}


def as_json(document: Mapping[str, Any]) -> bytes:
    """Return a document as JSON; what a header brought that is not UTF-8 is replaced."""
    try:
        return orjson.dumps(document)
    except orjson.JSONEncodeError:  # a lone surrogate, which only a client that sends no UTF-8 gets to see
        return orjson.dumps(printable(document))


def as_text(document: Mapping[str, Any]) -> str:
    """Return a document as the text of a member, non-ASCII characters as they are."""
    return orjson.dumps(document).decode()


def as_xml(root: str, document: Mapping[str, Any]) -> bytes:
    """Return a document as XML."""
    return f"<?xml version='1.0' encoding='UTF-8'?>{_element(root, document)}".encode("utf-8", "replace")


def _element(name: str, value: Any) -> str:
    if isinstance(value, Mapping):
        inner = "".join([_element(member, one) for member, one in value.items() if one is not None])
    elif isinstance(value, list):
        inner = "".join([_element(name.removesuffix("s"), one) for one in value])
    else:
        inner = escape(value if isinstance(value, str) else orjson.dumps(value).decode())
    return f"<{name}>{inner}</{name}>"


def document(answer: WireResponse) -> Any:
    """Read an answer, JSON or XML, as the document its schema describes.

    Raises:
        ValueError: it is neither.
    """
    if dict(answer.headers)["Content-Type"] == JSON:
        return orjson.loads(answer.body)
    from defusedxml.ElementTree import ParseError, fromstring  # only who checks answers pays for the parser

    try:
        return _value(fromstring(answer.body))
    except ParseError as problem:
        raise ValueError("not XML") from problem


_OBJECTS: Final = frozenset({"ExtFaceInfo"})
"""Elements that are objects even when they are empty."""
_LISTS: Final = frozenset({"LogInfo", "LogInfoEn", "Items"})
_NUMBERS: Final = ("Score", "FaceAge", "ChargeCount")
"""How the names of elements end that are numbers; XML does not say so."""


def _value(element: Element) -> Any:
    name = element.tag
    if name in _LISTS:
        return [_value(one) for one in element]
    if len(element) or (name in _OBJECTS and not element.text):
        return {one.tag: _value(one) for one in element}
    text = element.text or ""
    return float(text) if name.endswith(_NUMBERS) and "." in text else int(text) if name.endswith(_NUMBERS) else text


def headers(body: bytes, *, content_type: str, request_id: str, date: str) -> Headers:
    """Return the headers of an answer.

    Connection and length are the door's business. ``x-acs-trace-id`` and ``ETag`` have no known rule; both follow from
    the answer, so that the same answer always has the same.
    """
    trace = blake2b(request_id.encode(), digest_size=16).hexdigest()
    tag = md5(body, usedforsecurity=False).hexdigest()
    return (
        ("Date", date),
        ("Content-Type", content_type),
        ("Access-Control-Allow-Origin", "*"),
        ("Access-Control-Expose-Headers", "*"),
        ("x-acs-request-id", request_id),
        ("x-acs-trace-id", trace),
        ("ETag", f'"{tag}"'),
        ("Vary", "Accept-Encoding"),
    )
