"""Read requests out of the bytes of one connection, and refuse what is no HTTP/1.1, too long, or open to two readings.

The bytes are read by llhttp (through ``httptools``), the parser of Node.js. It refuses what two servers could read
differently (a length beside chunks, folded lines, bare line feeds, spaces before a colon); what it leaves to us is
refused here: no name of a host or several, and a body in a coding besides chunks.

Source:
    RFC 9112, sections 3.2 (Host), 6.1 (Transfer-Encoding) and 9.3 (persistence); RFC 9110, sections 7.8 (Upgrade) and
    10.1.1 (Expect).
"""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import Final, Protocol

import httptools

from simulator.engine import place_of
from simulator.wire import Headers, WireRequest, WireResponse

_LOG: Final = logging.getLogger("kyc_sim.door")

HEAD_LIMIT: Final = 128 * 1024
"""Bytes of a request besides its body; more than any SDK signs and sends."""
_CHUNK_COST: Final = 8
"""Bytes on the wire that one byte of a chunked body may cost; one-byte chunks cost six."""

_TEXT: Final[Headers] = (("Content-Type", "text/plain"),)
_BAD_REQUEST: Final = WireResponse(status=400, headers=_TEXT, body=b"this is not HTTP/1.1\n")
_NO_HOST: Final = WireResponse(status=400, headers=_TEXT, body=b"a request has one Host header\n")
_HEAD_TOO_LONG: Final = WireResponse(
    status=431, headers=_TEXT, body=b"the request has more than %d bytes besides its body\n" % HEAD_LIMIT
)
_NO_CODING: Final = WireResponse(status=501, headers=_TEXT, body=b"the only Transfer-Encoding is chunked\n")
_NO_TUNNEL: Final = WireResponse(status=405, headers=_TEXT, body=b"this is no proxy for tunnels\n")
FAILED: Final = WireResponse(status=500, headers=_TEXT, body=b"internal error\n")

_WATCHED: Final = frozenset({"host", "content-length", "transfer-encoding", "expect", "upgrade"})
_OFFERS: Final = frozenset({"upgrade", "http2-settings"})
"""Headers, and words of ``Connection``, of an offer that is not taken up."""


class Listener(Protocol):
    """Who hears what a client says; `RequestReader` calls it while it is fed."""

    def asked(self, request: WireRequest, *, keep: bool) -> None:
        """Take a whole request, and whether the connection stays afterwards."""
        ...

    def refused(self, answer: WireResponse) -> None:
        """Take the answer to what cannot be read any further; nothing else is heard."""
        ...

    def leave_wanted(self) -> None:
        """Take note that the client waits for leave to send its body."""
        ...

    def too_long(self, path: str) -> WireResponse:
        """Return the answer to a body over the limit that was sent to *path*."""
        ...


class RequestReader:
    """Reads one connection.

    Args:
        listener: hears the requests.
        client: ``address:port`` of the caller.
        max_body: longest body that is read, in bytes.
    """

    __slots__ = (
        "_body", "_client", "_fed", "_head_read", "_headers", "_hosts", "_listener", "_max_body", "_parser", "_size",
        "_url", "_watched", "refused", "turns",
    )  # fmt: skip

    refused: bool
    """Whether the client was turned away; what it says besides is not read."""
    turns: int
    """Requests heard so far."""

    def __init__(self, listener: Listener, client: str, *, max_body: int) -> None:
        self._listener = listener
        self._client = client
        self._max_body = max_body
        self._parser = httptools.HttpRequestParser(self)
        self.refused = False
        self.turns = 0
        self._fed = 0
        self._begin()

    def _begin(self) -> None:
        self._url = b""
        self._headers: list[tuple[str, str]] = []
        self._watched: dict[str, str] = {}
        self._hosts = 0
        self._head_read = False
        self._body: list[bytes] = []
        self._size = 0

    @property
    def half_heard(self) -> bool:
        """Tell whether the client has begun a request and not ended it."""
        return bool(self._url) and not self.refused

    @property
    def leave_wanted(self) -> bool:
        """Tell whether the client waits for leave to send its body."""
        return self._head_read and not self.refused and self._waits_for_leave()

    def feed(self, data: bytes) -> None:
        """Read what came."""
        turns = self.turns
        try:
            self._feed(data)
        except httptools.HttpParserCallbackError as wrapper:  # our own fault, not the client's
            bug = wrapper.__context__ or wrapper
            # The message may quote the request, so only the kind and the place are logged.
            _LOG.error("a call failed: %s at %s", type(bug).__name__, place_of(bug))
            self._refuse(FAILED)
        except httptools.HttpParserError:
            self._refuse(_BAD_REQUEST)
        if self.turns != turns:
            self._fed = 0
        else:
            self._fed += len(data)
            if self._fed - self._size > HEAD_LIMIT + _CHUNK_COST * self._size:
                self._refuse(_HEAD_TOO_LONG)

    def _feed(self, data: bytes) -> None:
        rest: bytes | memoryview = data
        while rest:
            try:
                self._parser.feed_data(rest)
            except httptools.HttpParserUpgrade as upgrade:
                if self.refused:
                    return
                rest = memoryview(rest)[upgrade.args[0] :]
                self._pass_over_offer()
            else:
                return

    def _pass_over_offer(self) -> None:
        """Go on in HTTP/1.1 with a client that offers another protocol.

        The parser has stopped behind the head, taking what follows for the other protocol. It is our request's body,
        so the head is read again without the offer.
        """
        version = self._parser.get_http_version().encode()
        lines = [b"%b %b HTTP/%b" % (self._parser.get_method(), self._url, version)]
        for name, value in self._headers:
            kept = _without_offer(value) if name == "connection" else value
            if name not in _OFFERS and (kept or name != "connection"):
                lines.append(f"{name}: {kept}".encode("latin-1"))
        self._parser = httptools.HttpRequestParser(self)
        self._begin()
        self._parser.feed_data(b"\r\n".join([*lines, b"", b""]))

    def _refuse(self, answer: WireResponse) -> None:
        if not self.refused:
            self.refused = True
            self._body.clear()
            self._listener.refused(answer)

    # -- what the parser calls ------------------------------------------------------------------------------------

    def on_url(self, piece: bytes) -> None:
        """Take a piece of the request's target."""
        self._url += piece

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; trailers are nobody's."""
        if self._head_read:
            return
        key = _lower(name)
        text = value.decode("latin-1").strip(" \t")
        self._headers.append((key, text))
        if key in _WATCHED:
            self._watched[key] = text
            self._hosts += key == "host"

    def on_headers_complete(self) -> None:
        """Refuse what its head shows not to be answered, before its body is sent; let a body be sent that asks."""
        self._head_read = True
        if self.refused:
            return
        watched = self._watched
        length = watched.get("content-length")
        if self._hosts != 1 and (self._hosts or self._parser.get_http_version() != "1.0"):
            self._refuse(_NO_HOST)
        elif length and int(length) > self._max_body:
            self._refuse(self._listener.too_long(_target(self._url)[0]))
        elif len(watched) > (1 if length is None else 2):
            if any(name == "transfer-encoding" and value.lower() != "chunked" for name, value in self._headers):
                self._refuse(_NO_CODING)
            elif self._waits_for_leave() and not self._offers():
                self._listener.leave_wanted()

    def on_body(self, piece: bytes) -> None:
        """Take a piece of the body."""
        if self.refused:
            return
        self._size += len(piece)
        self._body.append(piece)
        if self._size > self._max_body:
            self._refuse(self._listener.too_long(_target(self._url)[0]))

    def on_message_complete(self) -> None:
        """Hand the request on."""
        if self.refused:
            return
        parser = self._parser
        method = parser.get_method().decode("ascii")
        if method == "CONNECT":  # a success would be taken for the start of a tunnel
            self._refuse(_NO_TUNNEL)
            return
        if self._offers():
            return
        keep = parser.should_keep_alive()
        if not keep and parser.get_http_version() not in ("1.0", "1.1"):
            self._refuse(_BAD_REQUEST)
            return
        self.turns += 1
        path, query = _target(self._url)
        body = self._body
        request = WireRequest(
            method=method,
            path=path,
            query=query,
            headers=tuple(self._headers),
            body=body[0] if len(body) == 1 else b"".join(body),
            client=self._client,
        )
        self._begin()
        self._listener.asked(request, keep=keep)

    def _offers(self) -> bool:
        """Tell whether the head offers another protocol, so that it will be read once more without the offer."""
        return "upgrade" in self._watched and self._parser.should_upgrade()

    def _waits_for_leave(self) -> bool:
        """Tell whether the head asks for leave; an old client that does is not meant (RFC 9110, 10.1.1)."""
        return self._watched.get("expect", "").lower() == "100-continue" and self._parser.get_http_version() != "1.0"


@lru_cache(maxsize=1024)
def _lower(name: bytes) -> str:
    return name.decode("latin-1").lower()


def _without_offer(connection: str) -> str:
    words = [word.strip() for word in connection.split(",")]
    return ", ".join([word for word in words if word.lower() not in _OFFERS])


def _target(url: bytes) -> tuple[str, bytes]:
    """Return path and query of a request's target, whole URLs as proxies get them included."""
    if not url.startswith((b"/", b"*")):
        # Behind the scheme comes the authority, which the Host header repeats.
        place = url.partition(b"://")[2]
        start = min([at for at in map(place.find, (b"/", b"?", b"#")) if at >= 0], default=len(place))
        url = place[start:] if place[start : start + 1] == b"/" else b"/" + place[start:]
    path, _, query = url.partition(b"#")[0].partition(b"?")
    return path.decode("latin-1"), query
