"""Deliver an answer badly over a real connection: late, in drips, cut short, or not at all.

A held answer is a suspended coroutine and never a thread, so any number of them leaves the other callers alone. Every
wait ends early when the client hangs up or the server stops.

A connection is dropped through its own descriptor, found among the process's open ones by the client's address: the
server hands out the address, not the socket. Reading from it is shut down, which its owner takes for the client having
left; what the client sees is a reset (RST) when lingering was turned off before, else a plain end (FIN).
"""

from __future__ import annotations

import asyncio
import os
import socket
import stat
import struct
from typing import Any, Final, NamedTuple

from simulator.rsgi import Head, HTTPProtocol, ProtocolClosed
from simulator.wire import Fault, FaultKind, WireResponse

_DESCRIPTORS: Final = "/dev/fd"
_NO_LINGER: Final = struct.pack("ii", 1, 0)
_FLUSH: Final = 0.05
"""Seconds for the server to put the promised head on the wire before the body breaks off; else nothing is sent."""
_LETTING_GO: Final = 1.0
"""Seconds the server may take to notice that a connection was shut down; it takes well under one millisecond."""


class Lines:
    """The connections that are being treated badly right now. Made inside a running event loop.

    Args:
        port: our own listening port, so that no other connection of the process is ever taken for a client's.
    """

    def __init__(self, port: int) -> None:
        self._port = port
        self._stopping: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._held = 0

    def __len__(self) -> int:
        return self._held

    def release(self) -> None:
        """End every wait now and every later one at once; those answers are not delivered."""
        if not self._stopping.done():
            self._stopping.set_result(None)

    async def deliver(self, proto: HTTPProtocol, client: str, head: Head, answer: WireResponse) -> None:
        """Send *answer* as its fault says.

        Args:
            proto: the server's end of the exchange.
            client: ``address:port`` of the caller.
            head: the headers to send, without ``content-length``.
            answer: what to send, with its fault.
        """
        gone: asyncio.Future[None] = asyncio.ensure_future(_left(proto))
        self._held += 1
        try:
            await self._deliver(_Line(proto, client, gone), head, answer, answer.fault or Fault())
        except ProtocolClosed:
            return  # the client hung up; there is nobody left to treat badly
        finally:
            self._held -= 1
            gone.cancel()

    async def _deliver(self, line: _Line, head: Head, answer: WireResponse, fault: Fault) -> None:
        if fault.delay and not await self._wait(line, fault.delay):
            await self._drop(line, reset=False)
        elif fault.kind in (FaultKind.RESET, FaultKind.EMPTY):
            await self._drop(line, reset=fault.kind is FaultKind.RESET)
        elif fault.kind is FaultKind.TRUNCATE and fault.keep < len(answer.body):
            stream = line.proto.response_stream(answer.status, _promising(head, answer.body))
            await stream.send_bytes(answer.body[: fault.keep])
            await self._wait(line, _FLUSH)
        elif fault.kind is FaultKind.DRIP:
            stream = line.proto.response_stream(answer.status, _promising(head, answer.body))
            for start in range(0, len(answer.body), fault.keep):
                if start and not await self._wait(line, fault.interval):
                    return
                await stream.send_bytes(answer.body[start : start + fault.keep])
        else:
            line.proto.response_bytes(answer.status, head, answer.body)

    async def _wait(self, line: _Line, seconds: float) -> bool:
        """Wait; tell whether the time ran out with the client still there and the server not stopping."""
        waits = {line.gone, self._stopping}
        done, _ = await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        return not done

    async def _drop(self, line: _Line, *, reset: bool) -> None:
        connection = find_connection(line.client, self._port)
        if connection is None:
            return  # it ended by itself meanwhile
        with connection:
            if reset:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
            connection.shutdown(socket.SHUT_RD)
        # Returning earlier would let the server answer 500 on a connection that it still takes for alive.
        await asyncio.wait({line.gone}, timeout=_LETTING_GO)


class _Line(NamedTuple):
    """One exchange: the server's end, the caller's address, and what is done once the caller has gone."""

    proto: HTTPProtocol
    client: str
    gone: asyncio.Future[None]


def _promising(head: Head, body: bytes) -> Head:
    return [*head, ("content-length", str(len(body)))]


async def _left(proto: HTTPProtocol) -> None:
    await proto.client_disconnect()


def find_connection(client: str, port: int) -> socket.socket | None:
    """Return a duplicate of the process's connection with *client* on our *port*, or ``None``; the caller closes it.

    Args:
        client: ``address:port``, an IPv6 address with or without brackets.
        port: the local port of the connection.
    """
    host, _, client_port = client.rpartition(":")
    peer = (host.strip("[]"), int(client_port))
    for name in os.listdir(_DESCRIPTORS):
        found = _duplicate(int(name))
        if found is None:
            continue
        if _ends(found) == (port, peer):
            return found
        found.close()
    return None


def _duplicate(descriptor: int) -> socket.socket | None:
    try:
        if not stat.S_ISSOCK(os.fstat(descriptor).st_mode):
            return None
        duplicate = os.dup(descriptor)
    except OSError:  # closed by its owner between listing and looking
        return None
    try:
        return socket.socket(fileno=duplicate)
    except OSError:  # another file took the number meanwhile
        os.close(duplicate)
        return None


def _ends(connection: socket.socket) -> tuple[int, tuple[str, int]] | None:
    if connection.family not in (socket.AF_INET, socket.AF_INET6):
        return None
    try:
        ours: tuple[Any, ...] = connection.getsockname()
        theirs: tuple[Any, ...] = connection.getpeername()
    except OSError:  # a listening socket has no peer
        return None
    return ours[1], (theirs[0], theirs[1])
