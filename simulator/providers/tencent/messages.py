"""The wire: common parameters and business parameters as they come in, the two envelopes as they go out. Pure.

Business parameters arrive as a JSON object (v3 POST), or flattened with dotted names in a query (GET) or a form (v1
POST). Whatever the way, what leaves here is one mapping of names to values; ``Encryption.EncryptList.0=IdCard`` has
become ``{"Encryption": {"EncryptList": ["IdCard"]}}``.

>>> nested({"Name": "a", "Encryption.EncryptList.0": "Name", "Encryption.Iv": ""}, objects=("Encryption",))
{'Name': 'a', 'Encryption': {'EncryptList': ['Name'], 'Iv': ''}}
>>> success("0", "Authentication passed", "id")
b'{"Response":{"Result":"0","Description":"Authentication passed","RequestId":"id"}}'

Source:
    Tencent Cloud, "Making API Requests": "Common Params", "Request Structure", "Responses" [doc]; flattening, SDK
    banner and trace id: official SDK sources [sdk]; key order and compact spelling of answers [obs].
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson

if TYPE_CHECKING:
    from simulator.wire import WireRequest

JSON: Final = "application/json"
FORM: Final = "application/x-www-form-urlencoded"
MULTIPART: Final = "multipart/form-data"

TRACE_ID: Final = "X-TC-TraceId"
TRACE_ID_ASKED: Final = TRACE_ID.lower()

_TC3: Final = "TC3-HMAC-SHA256"
_VERSION: Final = b"Version=2018-03-01"
UNSIGNED: Final = "SKIP"
"""An ``Authorization`` that says that nothing is signed."""


class Common(NamedTuple):
    """The common parameters of one request, as text; empty where absent.

    ``Region`` and ``RequestClient`` are left out on purpose: no action here depends on them.
    """

    action: str = ""
    version: str = ""
    timestamp: str = ""
    token: str = ""
    language: str = ""
    nonce: str = ""
    secret_id: str = ""
    signature: str = ""


_COMMON_PARAMETERS: Final = frozenset(
    {
        "Action", "Version", "Timestamp", "Nonce", "SecretId", "Signature", "SignatureMethod", "Region", "Token",
        "Language", "RequestClient",
    }
)  # fmt: skip


class Unreadable(ValueError):
    """A body or query cannot be read; ``wording`` is the variant of the error that says why."""

    def __init__(self, wording: str) -> None:
        super().__init__(wording)
        self.wording = wording


def is_v3(headers: Mapping[str, str]) -> bool:
    """Tell whether a request is of the third signature version: by its Authorization, else by an action header."""
    authorization = headers.get("authorization", "")
    return authorization.startswith(_TC3) or authorization == UNSIGNED or "x-tc-action" in headers


def looks_signed(request: WireRequest) -> bool:
    """Tell whether a request to no particular host is signed as this provider's clients sign.

    A v1 request is told by ``SecretId``, or by an action of this API's version; other clouds have an ``Action`` and a
    ``Version`` too.
    """
    if is_v3(request.by_name):
        return True
    raw = request.query if request.method == "GET" else request.body
    if b"SecretId=" in raw:
        return b"AccessKeyId=" not in raw
    return b"Action=" in raw and _VERSION in raw


def common_from_headers(headers: Mapping[str, str]) -> Common:
    """Read the common parameters of a v3 request."""
    found = headers.get
    return Common(
        found("x-tc-action", ""),
        found("x-tc-version", ""),
        found("x-tc-timestamp", ""),
        found("x-tc-token", ""),
        found("x-tc-language", ""),
    )


def common_from_parameters(pairs: Mapping[str, str]) -> Common:
    """Read the common parameters of a v1 request."""
    found = pairs.get
    return Common(
        found("Action", ""),
        found("Version", ""),
        found("Timestamp", ""),
        found("Token", ""),
        found("Language", ""),
        found("Nonce", ""),
        found("SecretId", ""),
        found("Signature", ""),
    )


def without_common(pairs: Mapping[str, str]) -> dict[str, str]:
    """Return the business parameters of a v1 request."""
    return {name: value for name, value in pairs.items() if name not in _COMMON_PARAMETERS}


def media_type(content_type: str) -> str:
    """Return a content type in lower case, without parameters."""
    return content_type.partition(";")[0].strip().lower()


def read_json(body: bytes) -> dict[str, Any]:
    """Read a JSON body; members that are null count as absent, as SDKs leave them out.

    Raises:
        Unreadable: not UTF-8, not JSON, or not an object.
    """
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Unreadable("json") from None
    if type(document) is not dict:
        raise Unreadable("json")
    if None in document.values():
        return {name: value for name, value in document.items() if value is not None}
    return document


def check_pairs(raw: bytes) -> None:
    """See that every part of a query or form has its ``=``.

    Raises:
        Unreadable: one has not.
    """
    for part in raw.split(b"&"):
        if part and b"=" not in part:
            raise Unreadable("form")


def nested(pairs: Mapping[str, str], objects: Collection[str], lists_of: Collection[str] = ()) -> dict[str, Any]:
    """Undo the flattening of the parameters named in *objects* and *lists_of*; the others stay as they are.

    One level of members and one of list items is all that any parameter has. A parameter given both flat and dotted
    keeps the dotted form; list items keep their order of index, with gaps closed.

    >>> nested({"EncryptList.1": "Name", "EncryptList.0": "IdCard"}, (), ("EncryptList",))
    {'EncryptList': ['IdCard', 'Name']}
    """
    found: dict[str, Any] = {}
    lists: dict[tuple[str, str], dict[int, str]] = {}
    for name, value in pairs.items():
        parent, dot, rest = name.partition(".")
        if dot and parent in lists_of and _is_index(rest):
            lists.setdefault(("", parent), {})[int(rest)] = value
            found[parent] = []
            continue
        if not dot or parent not in objects:
            if type(found.get(name)) is not dict:
                found[name] = value
            continue
        members = found.get(parent)
        if type(members) is not dict:
            members = found[parent] = {}
        member, dot, index = rest.partition(".")
        if dot and _is_index(index):
            lists.setdefault((parent, member), {})[int(index)] = value
            members[member] = []
        else:
            members[rest] = value
    for (parent, member), items in lists.items():
        (found[parent] if parent else found)[member] = [items[index] for index in sorted(items)]
    return found


def _is_index(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _LONGEST_INDEX


_LONGEST_INDEX: Final = 4


def success(result: str, description: str, request_id: str) -> bytes:
    """Return the body of a call that succeeded, negative results included."""
    return b'%s,"RequestId":"%s"}}' % (_success_head(result, description), request_id.encode())


def answer(members: Mapping[str, Any], request_id: str) -> bytes:
    """Return the body of a call that succeeded and says more than a result: *members* in their order, then the id.

    >>> answer({"Result": "0", "Description": "Success.", "StatusCode": 0}, "id")
    b'{"Response":{"Result":"0","Description":"Success.","StatusCode":0,"RequestId":"id"}}'
    """
    return orjson.dumps({"Response": {**members, "RequestId": request_id}})


@lru_cache(maxsize=512)
def _success_head(result: str, description: str) -> bytes:
    return b'{"Response":%s' % orjson.dumps({"Result": result, "Description": description})[:-1]


def error(code: str, message: str, request_id: str) -> bytes:
    """Return the body of a call that failed."""
    if not message.isascii():
        message = message.encode("utf-8", "replace").decode()  # a header may have held a lone surrogate
    return orjson.dumps({"Response": {"Error": {"Code": code, "Message": message}, "RequestId": request_id}})
