"""Recordings as `contracts.traffic.Recorded`: HAR 1.2, and JSON lines after ``schemas/harness/traffic.json``.

Both are read as a stream. Bodies may be compressed or in Base64; a coding that nothing here undoes makes a body
unreadable, which is said of that one call and ends nothing. What is no recording at all ends the reading, by the number
of its line or entry.
"""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final
from urllib.parse import urlsplit

import orjson

from contracts.json_stream import NotThere, items
from contracts.recorder import RawRequest
from contracts.registry import document_validator
from contracts.traffic import Recorded

LONGEST_BODY: Final = 64 * 1024 * 1024
"""Bytes of a body at most, undone: a short recording may hold a very long zero."""

_WINDOWS: Final[Mapping[str, tuple[int, ...]]] = {
    "gzip": (zlib.MAX_WBITS | 16,),
    "x-gzip": (zlib.MAX_WBITS | 16,),
    # Servers disagree on whether deflate has the frame of zlib around it.
    "deflate": (zlib.MAX_WBITS, -zlib.MAX_WBITS),
}


class NotARecording(ValueError):
    """A file is not what was promised; names the line or entry, never what stands there."""


def read_file(path: Path) -> Iterator[Recorded]:
    """Yield the calls of a recording: HAR if the file is one JSON object over several lines or has a ``log``.

    Raises:
        NotARecording: it is neither.
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        is_har = _looks_like_har(file.read(4096))
        file.seek(0)
        yield from read_har(file) if is_har else read_lines(file)


def _looks_like_har(start: bytes) -> bool:
    head = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    return head.startswith(b"{") and head[1:].lstrip().startswith(b'"log"')


def read_har(file: BinaryIO) -> Iterator[Recorded]:
    """Yield the entries of an HTTP Archive.

    Raises:
        NotARecording: it is none, or an entry lacks what every entry has.
    """
    number = 0
    try:
        for number, entry in enumerate(items(file, ("log", "entries")), 1):
            yield _entry(entry, f"entry {number}")
    except NotThere as problem:
        raise NotARecording(f"after entry {number}: {problem}" if number else str(problem)) from None


def _entry(entry: Any, place: str) -> Recorded:
    try:
        request, response = entry["request"], entry["response"]
        sent, received = request.get("postData") or {}, response.get("content") or {}
        body, unreadable_request = _undone(_har_body(sent), _pairs(request["headers"]))
        answer, unreadable = _undone(_har_body(received), _pairs(response["headers"]))
        recorded = _recorded(
            place=place,
            method=request["method"],
            url=request["url"],
            headers=_pairs(request["headers"]),
            body=body if body is not None else _params(sent),
            status=response["status"],
            answer=answer if answer is not None or "text" in received else _nothing(received),
            unreadable=unreadable,
            unreadable_request=unreadable_request,
        )
    except (KeyError, TypeError, AttributeError, ValueError, binascii.Error):
        raise NotARecording(f"{place}: not an entry of HAR 1.2") from None
    return recorded


def _nothing(content: Mapping[str, Any]) -> bytes | None:
    """Return an empty body where the archive says that it was empty, and nothing where it was only left out."""
    return b"" if content.get("size", -1) == 0 else None


def _har_body(part: Mapping[str, Any]) -> bytes | None:
    text = part.get("text")
    if text is None:
        return None
    if part.get("encoding") == "base64":
        return base64.b64decode(text, validate=True)
    return str(text).encode("utf-8", "surrogatepass")


def _params(part: Mapping[str, Any]) -> bytes:
    """Return a form that the archive holds only as its members."""
    from urllib.parse import urlencode

    return urlencode([(each["name"], each.get("value", "")) for each in part.get("params") or ()]).encode()


def _pairs(headers: Any) -> tuple[tuple[str, str], ...]:
    return tuple([(str(header["name"]), str(header["value"])) for header in headers])


def read_lines(file: BinaryIO) -> Iterator[Recorded]:
    """Yield the calls of JSON lines; empty lines are passed over.

    Raises:
        NotARecording: a line is not JSON, or not what the schema describes.
    """
    schema = document_validator("harness", "traffic.json")
    for number, line in enumerate(file, 1):
        if not line.strip():
            continue
        place = f"line {number}"
        try:
            document = orjson.loads(line)
        except orjson.JSONDecodeError:
            raise NotARecording(f"{place}: not JSON") from None
        broken = next(schema.iter_errors(document), None)
        if broken is not None:
            raise NotARecording(f"{place}: {broken.json_path} breaks {broken.validator} of the schema of traffic")
        try:
            yield _line(document, place)
        except (ValueError, binascii.Error):
            raise NotARecording(f"{place}: a body that is not Base64, or a URL that is none") from None


def _line(document: Mapping[str, Any], place: str) -> Recorded:
    request, response = document["request"], document.get("response", {})
    sent, received = _headers(request), _headers(response)
    body, unreadable_request = _undone(_line_body(request), sent)
    answer, unreadable = _undone(_line_body(response), received)
    status = response.get("status", 0)
    return _recorded(
        place=place,
        method=request["method"],
        url=request["url"],
        headers=sent,
        body=body or b"",
        status=status,
        answer=answer,
        unreadable=unreadable,
        unreadable_request=unreadable_request,
    )


def _headers(message: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    found = message.get("headers", {})
    return tuple(found.items()) if isinstance(found, dict) else tuple([(name, value) for name, value in found])


def _line_body(message: Mapping[str, Any]) -> bytes | None:
    if "body_base64" in message:
        return base64.b64decode(message["body_base64"], validate=True)
    text = message.get("body")
    return None if text is None else text.encode("utf-8", "surrogatepass")


def _recorded(
    *, place: str, method: str, url: str, headers: tuple[tuple[str, str], ...], body: bytes, status: int,
    answer: bytes | None, unreadable: str, unreadable_request: str,
) -> Recorded:  # fmt: skip
    parts = urlsplit(url)
    if not parts.hostname:
        raise ValueError("not an absolute URL")
    target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    return Recorded(
        place=place,
        host=parts.hostname.lower(),
        request=RawRequest(method=method.upper(), target=target, headers=headers, body=body),
        # HAR has 0 and -1 for calls that were never answered.
        status=max(int(status), 0),
        body=answer,
        unreadable=unreadable,
        unreadable_request=unreadable_request,
    )


def _undone(body: bytes | None, headers: tuple[tuple[str, str], ...]) -> tuple[bytes | None, str]:
    """Undo a body's content coding, where it is still in force; return it, or why it cannot be undone."""
    if not body:
        return body, ""
    coding = next((value for name, value in headers if name.lower() == "content-encoding"), "")
    for name in reversed([each.strip().lower() for each in coding.split(",") if each.strip()]):
        if name == "identity" or _is_plain(body):
            # Recorders usually keep the header of what they have undone themselves.
            continue
        if name not in _WINDOWS:
            return None, f"compressed with {name if name in ('br', 'zstd', 'compress') else 'something unknown'}"
        undone = next((found for found in (_inflated(body, window) for window in _WINDOWS[name]) if found), None)
        if undone is None:
            return None, f"not the {name} that its header promises, or too long"
        body = undone
    return body, ""


def _is_plain(body: bytes) -> bool:
    return body.lstrip()[:1] in (b"{", b"[", b"<", b'"')


def _inflated(body: bytes, window: int) -> bytes | None:
    undo = zlib.decompressobj(window)
    try:
        found = undo.decompress(body, LONGEST_BODY)
    except zlib.error:
        return None
    return found if undo.eof and not undo.unconsumed_tail else None
