"""The wire of the JSON dialect: parameters as JSON, form or multipart, and the envelope they are answered with. Pure.

>>> read(b"name=%E6%B5%8B&idNum=1", "application/x-www-form-urlencoded")
{'name': '测', 'idNum': '1'}
>>> failure("500", "失败", charged=False).decode()
'{"chargeStatus":0,"message":"失败","data":null,"code":"500"}'

Source:
    Chuanglan, identity check: parameters, multipart form, envelope and its order of members [doc]; JSON and
    urlencoded bodies besides [inferred].
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

from kyc_core.signing.canonical import query_pairs

JSON: Final = "application/json"
FORM: Final = "application/x-www-form-urlencoded"
MULTIPART: Final = "multipart/form-data"

_MOST_PARTS: Final = 64


class Unreadable(ValueError):
    """A body cannot be read; ``reason`` says why, ``parameter`` names the one at fault where it is one of ours."""

    def __init__(self, reason: str, parameter: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.parameter = parameter


def read(body: bytes, content_type: str) -> dict[str, str]:
    """Read the parameters of a request.

    Args:
        body: as received.
        content_type: with its parameters.

    Returns:
        Values by name, in order of arrival; of a name given twice the last. JSON members that are null are absent.

    Raises:
        Unreadable: another media type, not what it claims to be, not UTF-8, or a JSON member that is no text.
    """
    kind, options = parse_options_header(content_type)
    if kind == JSON:
        return _read_json(body)
    if kind == FORM:
        return _texts(query_pairs(body))
    if kind == MULTIPART:
        return _read_multipart(body, options.get("boundary", ""))
    raise Unreadable("content_type")


def _read_json(body: bytes) -> dict[str, str]:
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Unreadable("json") from None
    if not isinstance(document, dict):
        raise Unreadable("json")
    found = {name: value for name, value in document.items() if value is not None}
    for name, value in found.items():
        if not isinstance(value, str):
            raise Unreadable("type", name)
    return found


def _read_multipart(body: bytes, boundary: str) -> dict[str, str]:
    if not boundary:
        raise Unreadable("multipart")
    pairs: list[tuple[str, str]] = []
    decoder = MultipartDecoder(boundary.encode("latin-1", "replace"), max_parts=_MOST_PARTS)
    try:
        decoder.receive_data(body)
        decoder.receive_data(None)
        name, value = "", b""
        while not isinstance(event := decoder.next_event(), Epilogue | NeedData):
            if isinstance(event, Field | File):
                name, value = event.name, b""
            elif isinstance(event, Data):
                value += event.data
                if not event.more_data:
                    pairs.append((name, value.decode("utf-8", "surrogateescape")))
    except (ValueError, RequestEntityTooLarge):
        raise Unreadable("multipart") from None
    return _texts(pairs)


def _texts(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Return decoded pairs as a mapping; bytes that were not UTF-8 are refused, as nothing says what they mean."""
    found = dict(pairs)
    for name, value in found.items():
        if not (name.isascii() and value.isascii()):
            try:
                f"{name}{value}".encode()
            except UnicodeEncodeError:
                raise Unreadable("charset") from None
    return found


def success(message: str, data: Mapping[str, Any], *, charged: bool, code: str) -> bytes:
    """Return the body of a call that was accepted, negative results included."""
    return orjson.dumps({"chargeStatus": int(charged), "message": message, "code": code, "data": data})


def failure(code: str, message: str, *, charged: bool) -> bytes:
    """Return the body of a call that was refused."""
    return orjson.dumps({"chargeStatus": int(charged), "message": message, "data": None, "code": code})


def score_text(score: float | None) -> str:
    """Write a score: whole numbers without a point, otherwise two decimals at most; empty when nothing was compared.

    >>> score_text(52.0), score_text(69.99), score_text(None)
    ('52', '69.99', '')
    """
    return "" if score is None else f"{score:.2f}".rstrip("0").rstrip(".")
