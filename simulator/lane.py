"""The WSGI door: provider calls are answered in front of Flask's own dispatch.

This is Flask's application-dispatching pattern (Flask documentation, "Application Dispatching"), used because a view
costs several times what the whole answer does, and because Flask would read the body before we do::

    app.wsgi_app = ProviderLane(app.wsgi_app, engine)

WSGI hands out no connection, so transport faults are as good as an application can make them: a delay and the pauses of
a drip are slept through in the server's thread; a cut body is promised whole and sent short; a reset raises
`ConnectionResetError` and an empty answer `http.client.RemoteDisconnected`, which is what a client over a socket sees.
A WSGI server may answer those two with its own error page; the socket door does them truly.
"""

from __future__ import annotations

import io
import time
from collections.abc import Iterable, Iterator
from http import HTTPStatus
from http.client import RemoteDisconnected
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from simulator.dispatch import ADMIN
from simulator.engine import Engine
from simulator.wire import Fault, FaultKind, Headers, WireRequest, WireResponse

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

PATH_SAFE: Final = "/:@!$&'()*+,;=~"
"""What stands unescaped in a path besides letters, digits and ``-._`` (RFC 3986, section 3.3)."""

_PHRASES: Final = {status.value: status.phrase for status in HTTPStatus}


class ProviderLane:
    """Answers provider calls; hands everything else to the application behind it.

    Args:
        wsgi_app: the application behind.
        engine: what answers provider calls.
    """

    def __init__(self, wsgi_app: WSGIApplication, engine: Engine) -> None:
        self._behind = wsgi_app
        self._engine = engine
        self._max_body = engine.services.settings.max_body

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        path = _raw_path(environ)
        if path.startswith(ADMIN):
            return self._behind(environ, start_response)
        body = _read_body(environ, self._max_body)
        answer = too_long(self._max_body) if body is None else self._engine.answer(_request(environ, path, body))
        if answer is None:
            environ["wsgi.input"] = io.BytesIO(body or b"")
            environ["CONTENT_LENGTH"] = str(len(body or b""))
            return self._behind(environ, start_response)
        return _send(answer, start_response)


def too_long(limit: int) -> WireResponse:
    """Return the answer to a body longer than *limit* bytes; no provider sees the request."""
    return WireResponse(
        status=413,
        headers=(("Content-Type", "text/plain"),),
        body=b"the request body is longer than the %d bytes this simulator takes (max_body)\n" % limit,
    )


def _request(environ: dict[str, Any], path: str, body: bytes) -> WireRequest:
    return WireRequest(
        method=environ["REQUEST_METHOD"],
        path=path,
        query=environ.get("QUERY_STRING", "").encode("latin-1"),
        headers=_headers(environ),
        body=body,
        client=f"{environ.get('REMOTE_ADDR', '')}:{environ.get('REMOTE_PORT', '')}",
    )


def _raw_path(environ: dict[str, Any]) -> str:
    """Return the path with its escapes as received, where the server tells; else escaped again."""
    target: str = environ.get("RAW_URI") or environ.get("REQUEST_URI") or ""
    if target.startswith("/") and not environ.get("SCRIPT_NAME"):
        return target.partition("?")[0]
    return quote(environ.get("PATH_INFO", "").encode("latin-1"), safe=PATH_SAFE) or "/"


def _headers(environ: dict[str, Any]) -> Headers:
    headers = [(key[5:].lower().replace("_", "-"), value) for key, value in environ.items() if key.startswith("HTTP_")]
    for key in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if environ.get(key):
            headers.append((key.lower().replace("_", "-"), environ[key]))
    return tuple(headers)


def _read_body(environ: dict[str, Any], limit: int) -> bytes | None:
    """Return the body, or ``None`` when it is longer than *limit*."""
    stream = environ["wsgi.input"]
    declared = environ.get("CONTENT_LENGTH") or ""
    if declared.isascii() and declared.isdigit():
        # Python refuses to read a number of thousands of digits, and no such body fits anyway.
        length = int(declared) if len(declared) < 19 else limit + 1
        return None if length > limit else _read(stream, length)
    if not environ.get("wsgi.input_terminated"):
        return b""  # without a length only such a stream has an end
    body = _read(stream, limit + 1)
    return None if len(body) > limit else body


def _read(stream: Any, most: int) -> bytes:
    parts = bytearray()
    while len(parts) < most:
        part = stream.read(most - len(parts))
        if not part:
            break
        parts += part
    return bytes(parts)


def _send(answer: WireResponse, start_response: StartResponse) -> Iterable[bytes]:
    fault = answer.fault or Fault()
    if fault.delay:
        time.sleep(fault.delay)
    if fault.kind is FaultKind.RESET:
        raise ConnectionResetError("the connection is reset, as a rule asks")
    if fault.kind is FaultKind.EMPTY:
        raise RemoteDisconnected("the connection is closed without an answer, as a rule asks")
    head = [*answer.headers, ("Content-Length", str(len(answer.body)))]
    start_response(f"{answer.status} {_PHRASES.get(answer.status, 'Unknown')}", head)
    if fault.kind is FaultKind.TRUNCATE:
        return [answer.body[: fault.keep]]
    if fault.kind is FaultKind.DRIP:
        return _drip(answer.body, fault)
    return [answer.body]


def _drip(body: bytes, fault: Fault) -> Iterator[bytes]:
    for start in range(0, len(body), fault.keep):
        if start:
            time.sleep(fault.interval)
        yield body[start : start + fault.keep]
