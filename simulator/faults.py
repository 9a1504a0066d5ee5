"""Deliver an answer badly over a real connection: late, in drips, cut short, or not at all.

A held answer is a suspended coroutine and never a thread, so any number of them leaves the other callers alone. Every
wait ends early when the client hangs up or the server stops.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from typing import Final, Protocol

from simulator.http_head import rendered
from simulator.wire import Fault, FaultKind, WireResponse

_NO_LINGER: Final = struct.pack("ii", 1, 0)
"""``struct linger`` that is on and lasts no second: closing sends RST instead of FIN."""


class Line(Protocol):
    """A connection, as far as faults care."""

    transport: asyncio.Transport

    @property
    def gone(self) -> asyncio.Future[None]:
        """What is done once the client has hung up."""
        ...

    def write(self, data: bytes) -> None:
        """Send *data*, if anybody is there."""
        ...

    def date(self) -> bytes:
        """Return the present time as ``Date`` has it."""
        ...


class Lines:
    """The connections that are being treated badly right now. Made inside a running event loop."""

    def __init__(self) -> None:
        self._stopping: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._held = 0

    def __len__(self) -> int:
        return self._held

    def release(self) -> None:
        """End every wait now and every later one at once; those answers are not delivered."""
        if not self._stopping.done():
            self._stopping.set_result(None)

    async def deliver(self, line: Line, answer: WireResponse, *, closing: bool) -> bool:
        """Send *answer* as its fault says.

        Args:
            line: the connection.
            answer: what to send, with its fault.
            closing: the connection would end with a good answer, too.

        Returns:
            Whether the answer went out whole, so that the connection may go on.
        """
        self._held += 1
        try:
            return await self._deliver(line, answer, answer.fault or Fault(), closing)
        finally:
            self._held -= 1

    async def _deliver(self, line: Line, answer: WireResponse, fault: Fault, closing: bool) -> bool:
        if fault.delay and not await self._wait(line, fault.delay):
            return False
        if fault.kind is FaultKind.RESET:
            _reset(line.transport)
            return False
        if fault.kind is FaultKind.EMPTY:
            return False
        whole = rendered(answer, date=line.date(), closing=closing)
        head = len(whole) - len(answer.body)
        if fault.kind is FaultKind.TRUNCATE and fault.keep < len(answer.body):
            line.write(whole[: head + fault.keep])
            return False
        if fault.kind is FaultKind.DRIP:
            return await self._drip(line, whole, head, fault)
        line.write(whole)
        return True

    async def _drip(self, line: Line, whole: bytes, head: int, fault: Fault) -> bool:
        """Send the head with the first piece, then piece by piece; tell whether everything was sent."""
        line.write(whole[: head + fault.keep])
        for start in range(head + fault.keep, len(whole), fault.keep):
            if not await self._wait(line, fault.interval):
                return False
            line.write(whole[start : start + fault.keep])
        return True

    async def _wait(self, line: Line, seconds: float) -> bool:
        """Wait; tell whether the time ran out with the client still there and the server not stopping."""
        waits = {line.gone, self._stopping}
        done, _ = await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        return not done


def _reset(transport: asyncio.Transport) -> None:
    connection = transport.get_extra_info("socket")
    if connection is not None and not transport.is_closing():
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
    transport.abort()
