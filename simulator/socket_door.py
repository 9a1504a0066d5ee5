"""The socket door: granian's native interface (RSGI) on one side, the engine on the other.

Provider calls are answered here, in the event loop, without a thread and without Flask; every other request goes to the
WSGI application behind. What RSGI keeps from us, and what we do about it:

- The path comes with its escapes decoded. It is escaped again as RFC 3986 has it, which gives the client's own spelling
  unless that escaped what needs no escape. No provider's path has any.
- Header values with bytes beyond ASCII are left out.
- An answer always has a ``Server`` header, which can be chosen but not removed. A provider's own is kept; else it is
  the one that captures of Tencent's gateway show [obs], so that nothing on the wire names a simulator.
"""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import Final, Protocol
from urllib.parse import quote

from simulator.engine import Engine, place_of
from simulator.faults import Lines
from simulator.lane import PATH_SAFE, too_long
from simulator.rsgi import Head, HTTPProtocol, ProtocolClosed, ReceivedHeaders, Scope
from simulator.wire import Headers, WireRequest, WireResponse

_LOG: Final = logging.getLogger("kyc_sim.door")

_SERVER: Final = ("server", "nginx")
_TEXT: Final[Headers] = (("Content-Type", "text/plain"),)
_BAD_BODY: Final = WireResponse(status=400, headers=_TEXT, body=b"the request body broke off or is not well chunked\n")
_NO_TUNNEL: Final = WireResponse(status=405, headers=_TEXT, body=b"this is no proxy\n")
_FAILED: Final = WireResponse(status=500, headers=_TEXT, body=b"internal error\n")


class Behind(Protocol):
    """What answers requests that are no provider's."""

    async def answer(self, request: WireRequest) -> WireResponse:
        """Answer one request; never raises."""
        ...


class SocketDoor:
    """The application granian calls.

    Args:
        engine: answers provider calls.
        behind: answers everything else.
        lines: delivers faults.
    """

    def __init__(self, engine: Engine, behind: Behind, lines: Lines) -> None:
        self._engine = engine
        self._behind = behind
        self._lines = lines
        self._max_body = engine.services.settings.max_body

    async def __rsgi__(self, scope: Scope, proto: HTTPProtocol) -> None:
        """Answer one request."""
        received = scope.headers
        client = scope.client
        body = await self._body(received, proto)
        if isinstance(body, WireResponse):
            answer = body
        else:
            path = scope.path
            request = WireRequest(
                method=scope.method,
                path=path if path == "/" else quote(path, safe=PATH_SAFE),
                query=scope.query_string.encode(),
                headers=tuple(received.items()),
                body=body,
                client=client,
            )
            answer = self._answer(request) or await self._behind.answer(request)
        if answer.fault is None:
            proto.response_bytes(answer.status, _head(answer.headers), answer.body)
        else:
            await self._lines.deliver(proto, client, _head(answer.headers), answer)

    async def _body(self, received: ReceivedHeaders, proto: HTTPProtocol) -> bytes | WireResponse:
        """Return the request body, or the answer to one that is too long or broke off."""
        length = received.get("content-length")
        try:
            if length is not None:
                # The server has refused anything but digits.
                return await proto() if int(length) <= self._max_body else too_long(self._max_body)
            return await self._chunked_body(proto) if "transfer-encoding" in received else b""
        except ProtocolClosed:
            return _BAD_BODY

    async def _chunked_body(self, proto: HTTPProtocol) -> bytes | WireResponse:
        body = bytearray()
        ended = False
        async for piece in proto:
            if ended:
                # One empty piece stands for the end, and one before it for bad chunks or a client that left; granian
                # raises nothing here. Trailers look the same; nobody who sends JSON sends any.
                return _BAD_BODY
            ended = not piece
            body += piece
            if len(body) > self._max_body:
                return too_long(self._max_body)
        return bytes(body)

    def _answer(self, request: WireRequest) -> WireResponse | None:
        if request.method == "CONNECT":  # the server would take a success for the start of a tunnel
            return _NO_TUNNEL
        try:
            return self._engine.answer(request)
        except AssertionError as difference:  # a self-check that failed; its text holds places, never values
            _LOG.error("self-check: %s", difference)
        except Exception as bug:
            # The event loop's last frame: granian would print the message, which may quote the request.
            _LOG.error("a call failed: %s at %s", type(bug).__name__, place_of(bug))
        return _FAILED


@lru_cache(maxsize=256)
def _server_named(headers: Headers) -> bool:
    return any(name.lower() == "server" for name, _ in headers)


def _head(headers: Headers) -> Head:
    return list(headers) if _server_named(headers) else [*headers, _SERVER]
