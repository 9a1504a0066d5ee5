"""The head of an answer as bytes, in the order and the spelling of the gateways we stand in for.

>>> from simulator.wire import WireResponse
>>> answer = WireResponse(status=200, headers=(("Content-Type", "application/json"),), body=b"{}")
>>> rendered(answer, date=b"Sat, 21 Nov 2026 14:00:00 GMT").splitlines()[1:4]
[b'Server: nginx', b'Date: Sat, 21 Nov 2026 14:00:00 GMT', b'Content-Type: application/json']

Source:
    Names, their order and ``Connection: keep-alive``: captured answers of Tencent's gateway [obs]. The rest: RFC 9110
    and 9112.
"""

from __future__ import annotations

import re
from functools import lru_cache
from http import HTTPStatus
from typing import Final

from simulator.wire import Headers, WireResponse

_SERVER: Final = ("Server", "nginx")
"""Named when an answer names none, so that nothing on the wire names a simulator."""
_PHRASES: Final = {status.value: status.phrase for status in HTTPStatus}
_BREAKS: Final = re.compile(r"[\r\n\0]")
_BODILESS: Final = frozenset({204, 304})
_KEPT: Final = b"keep-alive"
_CLOSED: Final = b"close"


def rendered(answer: WireResponse, *, date: bytes, closing: bool = False, head_only: bool = False) -> bytes:
    """Return *answer* as it goes over the wire.

    Args:
        answer: what to send; its own ``Content-Length`` is kept, else the length of its body is told.
        date: the value of ``Date``.
        closing: the connection ends with this answer.
        head_only: leave the body out, as for ``HEAD``.
    """
    first, rest, length = _parts(answer.status, answer.headers)
    body = answer.body
    if length is None:
        length = b"" if answer.status in _BODILESS else b"Content-Length: %d\r\n" % len(body)
    if head_only or answer.status in _BODILESS:
        body = b""
    return b"%bDate: %b\r\n%b%bConnection: %b\r\n\r\n%b" % (
        first,
        date,
        rest,
        length,
        _CLOSED if closing else _KEPT,
        body,
    )


@lru_cache(maxsize=512)
def _parts(status: int, headers: Headers) -> tuple[bytes, bytes, bytes | None]:
    """Return what stands before ``Date``, what stands behind it, and the line of the length if *headers* has one."""
    server = _SERVER
    length = None
    rest = []
    for name, value in headers:
        lower = name.lower()
        if lower == "server":
            server = (name, value)
        elif lower == "content-length":
            length = _line(name, value)
        elif lower != "connection":  # whether the connection stays is the door's to say
            rest.append(_line(name, value))
    first = b"HTTP/1.1 %d %b\r\n%b" % (status, _PHRASES.get(status, "Unknown").encode(), _line(*server))
    return first, b"".join(rest), length


def _line(name: str, value: str) -> bytes:
    # A break in a value, such as one that repeats what the client sent, would start a header of the client's making.
    return _BREAKS.sub(" ", f"{name}: {value}").encode("latin-1", "replace") + b"\r\n"
