"""One client's connection: bytes in, requests out; answers in, bytes out, in the order in which they were asked for.

The bytes are read by llhttp (through ``httptools``), the parser of Node.js. An answer that is ready is written at once,
several with one write when several requests came together. One that takes its time (a page, a fault) is a task, and
what the client asks meanwhile waits behind it.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from functools import lru_cache
from typing import Final, NamedTuple, Protocol, cast

import httptools

from simulator.engine import place_of
from simulator.faults import Lines
from simulator.http_head import rendered
from simulator.wire import Headers, WireRequest, WireResponse

_LOG: Final = logging.getLogger("kyc_sim.door")

HEAD_LIMIT: Final = 128 * 1024
"""Bytes of a request besides its body; more than any SDK signs and sends."""
_LINGER: Final = 2.0
"""Seconds in which a client that is turned away mid-sentence may finish it, and read why."""
_WAITING: Final = 64
"""Requests read ahead while an answer is under way."""
_CHUNK_COST: Final = 8
"""Bytes on the wire that one byte of a chunked body may cost; one-byte chunks cost six."""

_TEXT: Final[Headers] = (("Content-Type", "text/plain"),)
_BAD_REQUEST: Final = WireResponse(status=400, headers=_TEXT, body=b"this is not HTTP/1.1\n")
_HEAD_TOO_LONG: Final = WireResponse(
    status=431, headers=_TEXT, body=b"the request has more than %d bytes besides its body\n" % HEAD_LIMIT
)
TOO_SLOW: Final = WireResponse(status=408, headers=_TEXT, body=b"the request did not end in time\n")
FAILED: Final = WireResponse(status=500, headers=_TEXT, body=b"internal error\n")
_NO_TUNNEL: Final = WireResponse(status=405, headers=_TEXT, body=b"this is no proxy for tunnels\n")
_CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"
_WATCHED: Final = frozenset({"content-length", "expect", "upgrade"})
_OFFERS: Final = frozenset({"connection", "upgrade", "http2-settings"})
"""Headers that are between a client and its next hop (RFC 9110, 7.6.1), of an offer that is not taken up."""


class Door(Protocol):
    """What a connection belongs to."""

    lines: Lines
    connections: set[HttpConnection]
    """Those that are open."""
    max_body: int
    """Bytes."""
    stopping: bool
    """Whether connections end with the answer under way."""

    def answer(self, request: WireRequest) -> WireResponse | None:
        """Answer at once, or leave it to `behind`; never raises."""
        ...

    async def behind(self, request: WireRequest) -> WireResponse:
        """Answer what `answer` left; never raises."""
        ...

    def too_long(self) -> WireResponse:
        """Return the answer to a body of more than ``max_body`` bytes."""
        ...

    def date(self) -> bytes:
        """Return the present time as ``Date`` has it."""
        ...

    def closed(self, connection: HttpConnection) -> None:
        """Note that a connection has ended."""
        ...


class _Asked(NamedTuple):
    """A request that waits its turn, or a refusal that does; and whether the connection stays afterwards."""

    asked: WireRequest | WireResponse
    keep: bool


class HttpConnection(asyncio.Protocol):
    """One connection.

    Args:
        door: answers the requests.
    """

    __slots__ = (
        "_body", "_busy", "_choked", "_door", "_eof", "_fed", "_gone", "_head_read", "_headers", "_loop", "_parser",
        "_ready", "_refused", "_size", "_turns", "_url", "_waiting", "_watched", "client", "heard", "transport",
    )  # fmt: skip

    transport: asyncio.Transport
    client: str
    """``address:port`` of the caller."""
    heard: float
    """When the client was heard last, on the loop's clock."""

    def __init__(self, door: Door, loop: asyncio.AbstractEventLoop) -> None:
        self._door = door
        self._loop = loop
        self._parser = httptools.HttpRequestParser(self)
        self._waiting: deque[_Asked] = deque()
        self._ready: list[bytes] = []
        self._busy: asyncio.Task[None] | None = None
        self._gone: asyncio.Future[None] | None = None
        self._refused = False
        self._choked = False
        self._eof = False
        self._turns = 0
        self._fed = 0
        self._begin()

    def _begin(self) -> None:
        self._url = b""
        self._headers: list[tuple[str, str]] = []
        self._watched: dict[str, str] = {}
        self._head_read = False
        self._body: list[bytes] = []
        self._size = 0

    # -- what the event loop calls --------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start: the client is there."""
        self.transport = cast(asyncio.Transport, transport)  # uvloop's do not derive from it
        peer = transport.get_extra_info("peername")
        self.client = f"[{peer[0]}]:{peer[1]}" if ":" in peer[0] else f"{peer[0]}:{peer[1]}"
        self.heard = self._loop.time()
        self._door.connections.add(self)

    def data_received(self, data: bytes) -> None:
        """Read what came, and answer what is complete."""
        if self._refused:
            return  # said all there was to say; the client is let finish
        self.heard = self._loop.time()
        turns = self._turns
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            self._pass_over_offer(data[upgrade.args[0] :])
        except httptools.HttpParserCallbackError as wrapper:  # our own fault, not the client's
            bug = wrapper.__context__ or wrapper
            # The message may quote the request, so only the kind and the place are logged.
            _LOG.error("a call failed: %s at %s", type(bug).__name__, place_of(bug))
            self._refuse(FAILED)
        except httptools.HttpParserError:
            self._refuse(_BAD_REQUEST)
        if self._turns != turns:
            self._fed = 0
        else:
            self._fed += len(data)
            if self._fed - self._size > HEAD_LIMIT + _CHUNK_COST * self._size and not self._refused:
                self._refuse(_HEAD_TOO_LONG)
        self._flush()

    def eof_received(self) -> bool:
        """Note that the client says no more; what it asked for is still answered."""
        self._eof = True
        self._note_leaving()
        return self._busy is not None

    def connection_lost(self, problem: Exception | None) -> None:
        """Note that the connection has ended."""
        self._waiting.clear()
        self._note_leaving()
        self._door.closed(self)

    def pause_writing(self) -> None:
        """Ask for no more while the client does not take what it asked for."""
        self._choked = True
        self.transport.pause_reading()

    def resume_writing(self) -> None:
        """Listen again."""
        self._choked = False
        if not self.transport.is_closing():
            self.transport.resume_reading()

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

    def on_headers_complete(self) -> None:
        """Refuse a body that is announced too long before it is sent; let one be sent that asks."""
        self._head_read = True
        if not self._watched or self._refused:
            return
        if int(self._watched.get("content-length") or 0) > self._door.max_body:
            self._refuse(self._door.too_long())
        elif self._watched.get("expect", "").lower() == "100-continue" and self._busy is None:
            self._ready.append(_CONTINUE)

    def on_body(self, piece: bytes) -> None:
        """Take a piece of the body."""
        if self._refused:
            return
        self._size += len(piece)
        self._body.append(piece)
        if self._size > self._door.max_body:
            self._body.clear()
            self._refuse(self._door.too_long())

    def on_message_complete(self) -> None:
        """Answer the request, or let it wait its turn."""
        if self._refused:
            return
        method = self._parser.get_method().decode("ascii")
        if method == "CONNECT":  # a success would be taken for the start of a tunnel
            self._refuse(_NO_TUNNEL)
            return
        if "upgrade" in self._watched and self._parser.should_upgrade():
            return
        self._turns += 1
        path, query = _target(self._url)
        body = self._body
        request = WireRequest(
            method=method,
            path=path,
            query=query,
            headers=tuple(self._headers),
            body=body[0] if len(body) == 1 else b"".join(body),
            client=self.client,
        )
        keep = self._parser.should_keep_alive()
        self._begin()
        if self._busy is None:
            self._answer(request, keep)
            return
        self._waiting.append(_Asked(request, keep))
        if len(self._waiting) >= _WAITING:
            self.transport.pause_reading()

    def _pass_over_offer(self, rest: bytes) -> None:
        """Go on in HTTP/1.1 with a client that offers another protocol, as RFC 9110 (7.8) lets us.

        The parser has stopped behind the head, taking what follows for the other protocol. It is our request's body.
        """
        if self._refused:
            return
        version = self._parser.get_http_version().encode()
        lines = [b"%b %b HTTP/%b" % (self._parser.get_method(), self._url, version)]
        lines += [f"{name}: {value}".encode("latin-1") for name, value in self._headers if name not in _OFFERS]
        self._parser = httptools.HttpRequestParser(self)
        self._begin()
        self.data_received(b"\r\n".join([*lines, b"", rest]))

    # -- answers --------------------------------------------------------------------------------------------------

    @property
    def half_heard(self) -> bool:
        """Tell whether it is the client's turn, who has begun a request and not ended it."""
        return self._busy is None and bool(self._url) and not self._refused

    @property
    def idle(self) -> bool:
        """Tell whether nothing is under way, not even half a request."""
        return self._busy is None and not self.half_heard

    def _refuse(self, answer: WireResponse) -> None:
        """Answer what cannot be read any further, in its turn, and end."""
        self._refused = True
        if self._busy is not None:
            self._waiting.append(_Asked(answer, False))
        else:
            self._turn_away(answer)

    def turn_away(self, answer: WireResponse) -> None:
        """Answer a request that has not ended, and end."""
        self._refused = True
        self._turn_away(answer)
        self._flush()

    def _turn_away(self, answer: WireResponse) -> None:
        self._ready.append(rendered(answer, date=self._door.date(), closing=True))
        self._loop.call_later(_LINGER, self.transport.close)

    def _answer(self, request: WireRequest, keep: bool) -> None:
        answer = self._door.answer(request)
        keep = keep and not self._door.stopping
        if answer is not None and answer.fault is None:
            self._say(answer, request, keep)
        else:
            self._flush()
            self._busy = self._loop.create_task(self._answer_later(request, answer, keep))

    def _say(self, answer: WireResponse, request: WireRequest, keep: bool) -> None:
        head_only = request.method == "HEAD"
        self._ready.append(rendered(answer, date=self._door.date(), closing=not keep, head_only=head_only))
        if not keep:
            self._end()

    def _end(self) -> None:
        """Write what is ready and close behind it; what the client asked besides is not read."""
        self._refused = True
        self._waiting.clear()
        self._flush()
        self.transport.close()

    async def _answer_later(self, request: WireRequest, answer: WireResponse | None, keep: bool) -> None:
        if answer is None:
            answer = await self._door.behind(request)
        keep = keep and not self._door.stopping
        if answer.fault is None:
            self._say(answer, request, keep)
        else:
            if request.method == "HEAD":
                answer = WireResponse(status=answer.status, headers=answer.headers, body=b"", fault=answer.fault)
            if not await self._door.lines.deliver(self, answer, closing=not keep) or not keep:
                self._end()
        self._busy = None
        self._go_on()

    def _go_on(self) -> None:
        """Answer what waited; listen again."""
        while self._waiting and self._busy is None:
            asked, keep = self._waiting.popleft()
            if isinstance(asked, WireResponse):
                self._turn_away(asked)
            else:
                self._answer(asked, keep)
        self._flush()
        if self._busy is not None or self.transport.is_closing():
            return
        if self._eof or (self._door.stopping and self.idle):
            self.transport.close()
            return
        if "expect" in self._watched and self._head_read and not self._refused:
            self.write(_CONTINUE)
        if not self._choked:
            self.transport.resume_reading()

    def _flush(self) -> None:
        ready = self._ready
        if ready:
            self._ready = []
            self.write(ready[0] if len(ready) == 1 else b"".join(ready))
            if self._refused and self._busy is None and not self.transport.is_closing():
                self.transport.write_eof()

    # -- the line, as faults see it -------------------------------------------------------------------------------

    @property
    def gone(self) -> asyncio.Future[None]:
        """What is done once the client has hung up."""
        if self._gone is None:
            self._gone = self._loop.create_future()
            if self._eof or self.transport.is_closing():
                self._gone.set_result(None)
        return self._gone

    def _note_leaving(self) -> None:
        if self._gone is not None and not self._gone.done():
            self._gone.set_result(None)

    def write(self, data: bytes) -> None:
        """Send *data*, if anybody is there."""
        if not self.transport.is_closing():
            self.transport.write(data)

    def date(self) -> bytes:
        """Return the present time as ``Date`` has it."""
        return self._door.date()


@lru_cache(maxsize=1024)
def _lower(name: bytes) -> str:
    return name.decode("latin-1").lower()


def _target(url: bytes) -> tuple[str, bytes]:
    """Return path and query of a request's target, whole URLs as proxies get them included."""
    if not url.startswith((b"/", b"*")):
        authority, slash, path = url.partition(b"://")[2].partition(b"/")
        del authority
        url = slash + path or b"/"
    path, _, query = url.partition(b"#")[0].partition(b"?")
    return path.decode("latin-1"), query
