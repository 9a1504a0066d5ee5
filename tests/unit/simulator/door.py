"""A client's end of a connection without a socket: what it sends is handed over, what it is sent is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from simulator.engine import Engine
from simulator.faults import Lines
from simulator.http_connection import HttpConnection
from simulator.socket_door import SocketDoor
from simulator.wire import WireRequest, WireResponse

CALLER = ("127.0.0.1", 40_000)


class Behind:
    """Answers 418, once it is let."""

    def __init__(self) -> None:
        self.asked: list[WireRequest] = []
        self.let = asyncio.Event()
        self.let.set()

    async def answer(self, request: WireRequest) -> WireResponse:
        self.asked.append(request)
        await self.let.wait()
        return WireResponse(status=418, headers=(("Server", "behind"),), body=b"behind")


class Transport:
    """What the event loop would be."""

    def __init__(self, peer: tuple[str, int] | None) -> None:
        self._peer = peer
        self.sent = b""
        self.writes = 0
        self.closed = False
        self.aborted = False
        self.ended = False
        self.reading = True
        self.unsent = 0

    def get_write_buffer_size(self) -> int:
        return self.unsent

    def get_extra_info(self, name: str) -> Any:
        return self._peer if name == "peername" else None

    def is_closing(self) -> bool:
        return self.closed

    def write(self, data: bytes) -> None:
        assert not self.closed
        self.sent += data
        self.writes += 1

    def write_eof(self) -> None:
        self.ended = True

    def close(self) -> None:
        self.closed = True

    def abort(self) -> None:
        self.closed = self.aborted = True

    def pause_reading(self) -> None:
        self.reading = False

    def resume_reading(self) -> None:
        self.reading = True


class Client:
    """One connection to a door."""

    def __init__(self, door: SocketDoor, peer: tuple[str, int] | None = CALLER) -> None:
        self.door = door
        self.transport = Transport(peer)
        self.connection: HttpConnection = door.connection()
        self.connection.connection_made(self.transport)  # type: ignore[arg-type]  # as much of one as is used

    @property
    def sent(self) -> bytes:
        return self.transport.sent

    def say(self, *pieces: bytes) -> Client:
        for piece in pieces:
            self.connection.data_received(piece)
        return self

    async def settled(self) -> bytes:
        """Let everything happen that can, and return what was sent."""
        for _ in range(20):
            await asyncio.sleep(0)
        return self.sent

    def leave(self) -> None:
        """Hang up, as the event loop tells."""
        if not self.connection.eof_received():
            self.transport.close()
            self.connection.connection_lost(None)


Scene = Callable[[SocketDoor, Behind], Awaitable[None]]


def play(engine: Engine, scene: Scene, **options: Any) -> None:
    """Run *scene* with a door before *engine*, for a minute at most."""

    async def main() -> None:
        behind = Behind()
        door = SocketDoor(engine, behind, Lines(), **options)
        await asyncio.wait_for(scene(door, behind), 60)
        await asyncio.sleep(0)
        assert len(door.lines) == 0

    asyncio.run(main())


def post(body: bytes, *headers: tuple[str, str], path: str = "/tencent", method: str = "POST") -> bytes:
    """Return a request with a body of declared length."""
    given = (("Host", "h"), *headers, ("Content-Length", str(len(body))))
    head = "".join([f"{name}: {value}\r\n" for name, value in given])
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body


def chunked(*pieces: bytes, path: str = "/x") -> bytes:
    """Return a request with a body in chunks."""
    framed = b"".join([b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces])
    return b"PUT %b HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n%b0\r\n\r\n" % (path.encode(), framed)
