"""One client's connection: requests in, answers out, in the order in which they were asked for.

An answer that is ready is written at once, several with one write when several requests came together. One that takes
its time (a page, a fault) is a task, and what the client asks meanwhile waits behind it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Final, NamedTuple, Protocol, cast

from simulator.faults import Lines
from simulator.http_head import rendered
from simulator.http_reader import RequestReader
from simulator.wire import Headers, WireRequest, WireResponse

_LINGER: Final = 2.0
"""Seconds in which a client that is turned away mid-sentence may finish it, and read why."""
_WAITING: Final = 64
"""Requests read ahead while an answer is under way."""

_TEXT: Final[Headers] = (("Content-Type", "text/plain"),)
TOO_SLOW: Final = WireResponse(status=408, headers=_TEXT, body=b"the request did not end in time\n")
_CONTINUE: Final = b"HTTP/1.1 100 Continue\r\n\r\n"


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

    def too_long(self, path: str) -> WireResponse:
        """Return the answer to a body of more than ``max_body`` bytes that was sent to *path*."""
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
        "_busy", "_choked", "_door", "_eof", "_gone", "_loop", "_reader", "_ready", "_refused", "_waiting", "heard",
        "transport",
    )  # fmt: skip

    transport: asyncio.Transport
    heard: float
    """When the client was heard last, on the loop's clock."""

    def __init__(self, door: Door, loop: asyncio.AbstractEventLoop) -> None:
        self._door = door
        self._loop = loop
        self._waiting: deque[_Asked] = deque()
        self._ready: list[bytes] = []
        self._busy: asyncio.Task[None] | None = None
        self._gone: asyncio.Future[None] | None = None
        self._refused = False
        self._choked = False
        self._eof = False

    # -- what the event loop calls --------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start: the client is there."""
        self.transport = cast(asyncio.Transport, transport)  # uvloop's do not derive from it
        # Who leaves again at once has no address any more.
        peer = transport.get_extra_info("peername") or ("", 0)
        client = f"[{peer[0]}]:{peer[1]}" if ":" in peer[0] else f"{peer[0]}:{peer[1]}"
        self._reader = RequestReader(self, client, max_body=self._door.max_body)
        self.heard = self._loop.time()
        self._door.connections.add(self)

    def data_received(self, data: bytes) -> None:
        """Read what came, and answer what is complete."""
        if self._refused:
            return  # said all there was to say; the client is let finish
        self.heard = self._loop.time()
        self._reader.feed(data)
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
        if not self.transport.is_closing() and len(self._waiting) < _WAITING:
            self.transport.resume_reading()

    # -- what the reader calls ------------------------------------------------------------------------------------

    def asked(self, request: WireRequest, *, keep: bool) -> None:
        """Answer the request, or let it wait its turn."""
        if self._refused:
            return  # a request before it ended the connection
        if self._busy is None:
            self._answer(request, keep)
            return
        self._waiting.append(_Asked(request, keep))
        if len(self._waiting) >= _WAITING:
            self.transport.pause_reading()

    def refused(self, answer: WireResponse) -> None:
        """Answer what cannot be read any further, in its turn, and end."""
        if self._refused:
            return
        self._refused = True
        if self._busy is not None:
            self._waiting.append(_Asked(answer, False))
        else:
            self._turn_away(answer)

    def leave_wanted(self) -> None:
        """Let a body be sent that asks, when it is its turn."""
        if self._busy is None and not self._refused:
            self._ready.append(_CONTINUE)

    def too_long(self, path: str) -> WireResponse:
        """Return the answer to a body over the limit that was sent to *path*."""
        return self._door.too_long(path)

    # -- answers --------------------------------------------------------------------------------------------------

    @property
    def busy(self) -> bool:
        """Tell whether an answer is under way."""
        return self._busy is not None

    @property
    def half_heard(self) -> bool:
        """Tell whether it is the client's turn, who has begun a request and not ended it."""
        return self._busy is None and not self._refused and self._reader.half_heard

    @property
    def idle(self) -> bool:
        """Tell whether nothing is under way, not even half a request."""
        return self._busy is None and not self.half_heard

    @property
    def turns(self) -> int:
        """Requests heard so far."""
        return self._reader.turns

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
        if self._reader.leave_wanted and not self._refused:
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
