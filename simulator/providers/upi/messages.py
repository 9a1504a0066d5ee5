"""The wire: a body as it comes in, and the answers as they go out. Pure.

>>> answer("00", "Approved", confidence="87")
b'{"confidence":"87","msgResponse":{"responseCode":"00","responseMsg":"Approved"}}'
>>> unauthorised("E0", "Unauthorized access", key="MsgResponse")
b'{"MsgResponse":{"responseCode":"E0","responseMsg":"Unauthorized access"}}'

Source:
    "ID Card Photo Verification", response members [seed]; "HTTP message structure", 401 [doc]; compact spelling and
    order of members [inferred].
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Any, Final

import orjson

from kyc_core.strict_json import NotStrictJson, read_object
from simulator.wire import Headers

JSON_HEADERS: Final[Headers] = (("Content-Type", "application/json;charset=UTF-8"),)
"""As integrators send it [sdk]."""
PLAIN_HEADERS: Final[Headers] = (("Content-Type", "text/plain;charset=UTF-8"),)

GZIP: Final = "gzip"
_GZIP_WINDOW: Final = 16 + zlib.MAX_WBITS


class Unreadable(ValueError):
    """A body cannot be read; ``reason`` says why in a word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def read_body(raw: bytes) -> dict[str, object]:
    """Read one JSON object, every member once.

    Raises:
        Unreadable: see `kyc_core.strict_json.JsonProblem`.
    """
    try:
        return read_object(raw)
    except NotStrictJson as error:
        raise Unreadable(error.problem.value) from None


def unpacked(raw: bytes, *, limit: int) -> bytes:
    """Undo ``Content-Encoding: gzip``.

    Args:
        raw: one gzip member and nothing after it.
        limit: bytes the result may have.

    Raises:
        Unreadable: not gzip, unfinished, or longer than *limit*.
    """
    reader = zlib.decompressobj(_GZIP_WINDOW)
    try:
        body = reader.decompress(raw, limit + 1)
    except zlib.error:
        raise Unreadable("not_gzip") from None
    if len(body) > limit:
        raise Unreadable("too_long")
    if not reader.eof or reader.unused_data:
        raise Unreadable("not_gzip")
    return body


def answer(code: str, text: str, *, detail: str = "", confidence: str | int | None = None, order_id: str = "") -> bytes:
    """Return the body of an answer.

    Args:
        code: ``responseCode``.
        text: ``responseMsg``.
        detail: ``errorDetail``; left out when empty.
        confidence: left out when ``None``.
        order_id: repeats ``orderID``; left out when empty.
    """
    message = {"responseCode": code, "responseMsg": text}
    if detail:
        message["errorDetail"] = detail
    document: dict[str, Any] = {} if confidence is None else {"confidence": confidence}
    document["msgResponse"] = message
    if order_id:
        document["orderID"] = order_id
    return orjson.dumps(document)


def unauthorised(code: str, text: str, *, key: str) -> bytes:
    """Return the body of a 401, under the member *key*."""
    return orjson.dumps({key: {"responseCode": code, "responseMsg": text}})


def flattened(document: Mapping[str, object]) -> dict[str, str]:
    """Return the text members of a document, which are all that rules and journal look at."""
    return {name: value for name, value in document.items() if isinstance(value, str)}
