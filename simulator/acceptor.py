"""Take connections from a listening socket, as many at a time as we want to serve; more wait in the kernel's queue."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import Final

_AT_ONCE: Final = 64
"""Connections taken before the others are looked after again."""
_LATER: Final = 0.5
"""Seconds until taking is tried again when the system has no descriptor or memory left, or we have no room."""


class Acceptor:
    """Accepts connections.

    Args:
        listener: a listening socket; closed by `close`.
        protocol: makes the protocol of one connection.
        held: returns how many connections are open.
        most: how many may be.
        make_room: ends some that nobody needs; tells whether there were any.
    """

    def __init__(
        self,
        listener: socket.socket,
        protocol: Callable[[], asyncio.Protocol],
        *,
        held: Callable[[], int],
        most: int,
        make_room: Callable[[], bool],
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._listener = listener
        self._protocol = protocol
        self._held = held
        self._most = most
        self._make_room = make_room
        self._starting: set[asyncio.Task[object]] = set()
        self._reading = False
        listener.setblocking(False)

    def open(self) -> None:
        """Take connections from now on; does nothing when that is so, or when there are enough."""
        if not self._full():
            self._listen()

    def close(self) -> None:
        """Take no further connection, and let clients know."""
        self._pause()
        self._listener.close()

    def _listen(self) -> None:
        if not self._reading and self._listener.fileno() >= 0:
            self._reading = True
            self._loop.add_reader(self._listener, self._accept)

    def _pause(self) -> None:
        if self._reading:
            self._reading = False
            self._loop.remove_reader(self._listener)

    def _full(self) -> bool:
        return self._held() + len(self._starting) >= self._most

    def _accept(self) -> None:
        if self._full():
            self._wait_for_room()
            return
        for _ in range(_AT_ONCE):
            if self._full():
                return  # asked again if somebody waits
            try:
                connection, _ = self._listener.accept()
            except (BlockingIOError, ConnectionAbortedError, InterruptedError):
                return
            except OSError:  # no descriptor or no memory left
                self._wait_for_room()
                return
            task = self._loop.create_task(self._start(connection))
            self._starting.add(task)
            task.add_done_callback(self._started)

    def _wait_for_room(self) -> None:
        """Let the queue wait; trying again at once would spin. Whoever ends a connection calls `open`."""
        self._pause()
        if not self._make_room():
            self._loop.call_later(_LATER, self._listen)

    def _started(self, task: asyncio.Task[object]) -> None:
        self._starting.discard(task)
        self.open()  # it was counted twice, or its client left before it was counted at all

    async def _start(self, connection: socket.socket) -> None:
        try:
            connection.setblocking(False)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            await self._loop.connect_accepted_socket(self._protocol, connection)
        except OSError:  # the client left in between
            connection.close()
