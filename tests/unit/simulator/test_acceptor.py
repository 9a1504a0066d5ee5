"""Taking connections, over real sockets: as many as we want, and none that we cannot hold."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from functools import partial
from typing import Any

import pytest

from simulator import acceptor
from simulator.acceptor import Acceptor


class Held(asyncio.Protocol):
    """A connection that says who it is, and is counted."""

    def __init__(self, held: set[Held]) -> None:
        self._held = held

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self._held.add(self)
        transport.write(b"x")

    def connection_lost(self, problem: Exception | None) -> None:
        self._held.discard(self)


class Clients(ExitStack):
    """Connects, and tells how many have been greeted."""

    def __init__(self, address: tuple[str, int]) -> None:
        super().__init__()
        self._address = address
        self.sockets: list[socket.socket] = []

    def connect(self, count: int = 1) -> None:
        for _ in range(count):
            client = self.enter_context(socket.create_connection(self._address, 5))
            client.setblocking(False)
            self.sockets.append(client)

    async def greeted(self, wanted: int) -> int:
        """Return how many have been, once it is *wanted* and some more turns of the loop."""
        seen: set[socket.socket] = set()
        quiet = 0
        for _ in range(2000):
            for client in self.sockets:
                try:
                    if client.recv(1):
                        seen.add(client)
                except BlockingIOError:
                    continue
            quiet = quiet + 1 if len(seen) >= wanted else 0
            if quiet == 20:
                break
            await asyncio.sleep(0.001)
        return len(seen)


Scene = Callable[[Acceptor, Clients, set[Held]], Awaitable[None]]


def play(scene: Scene, most: int = 100, make_room: Callable[[set[Held]], bool] = lambda _: False) -> None:
    async def main() -> None:
        held: set[Held] = set()
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen(100)
            room = partial(make_room, held)
            taking = Acceptor(listener, lambda: Held(held), held=lambda: len(held), most=most, make_room=room)
            with Clients(listener.getsockname()) as clients:
                await asyncio.wait_for(scene(taking, clients, held), 20)
            taking.close()
            for each in tuple(held):
                each.transport.abort()
            await asyncio.sleep(0)

    asyncio.run(main())


def test_nobody_is_taken_before_it_opens() -> None:
    async def scene(taking: Acceptor, clients: Clients, held: set[Held]) -> None:
        clients.connect(3)
        await asyncio.sleep(0.01)
        assert held == set()
        taking.open()

        assert await clients.greeted(3) == 3

    play(scene)


def test_more_than_can_be_held_wait_until_one_leaves() -> None:
    async def scene(taking: Acceptor, clients: Clients, held: set[Held]) -> None:
        taking.open()
        clients.connect(5)
        assert await clients.greeted(2) == 2
        next(iter(held)).transport.abort()
        while len(held) > 1:
            await asyncio.sleep(0)
        taking.open()

        assert await clients.greeted(1) == 1

    play(scene, most=2)


def test_room_is_made_only_for_somebody_who_waits() -> None:
    asked: list[int] = []

    def room(held: set[Held]) -> bool:
        asked.append(len(held))
        next(iter(held)).transport.abort()
        return True

    async def scene(taking: Acceptor, clients: Clients, held: set[Held]) -> None:
        taking.open()
        clients.connect(2)
        assert await clients.greeted(2) == 2
        assert asked == []
        clients.connect()
        while not asked or len(held) > 1:
            await asyncio.sleep(0)
        taking.open()

        assert await clients.greeted(1) == 1
        assert asked == [2]

    play(scene, most=2, make_room=room)


def test_room_that_is_not_there_is_looked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acceptor, "_LATER", 0.001)
    asked: list[int] = []

    def room(held: set[Held]) -> bool:
        asked.append(len(held))
        return False

    async def scene(taking: Acceptor, clients: Clients, held: set[Held]) -> None:
        taking.open()
        clients.connect(2)
        while len(asked) < 3:
            await asyncio.sleep(0.001)

        assert len(held) == 1

    play(scene, most=1, make_room=room)


def test_one_that_leaves_while_it_starts_lets_the_next_one_in(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scene(taking: Acceptor, clients: Clients, held: set[Held]) -> None:
        loop = asyncio.get_running_loop()
        start = loop.connect_accepted_socket

        async def left(*_: Any) -> Any:
            monkeypatch.setattr(loop, "connect_accepted_socket", start)
            for _turn in range(5):  # as long as the next one is told to wait
                await asyncio.sleep(0)
            raise ConnectionResetError

        monkeypatch.setattr(loop, "connect_accepted_socket", left)
        taking.open()
        clients.connect(2)

        assert await clients.greeted(1) == 1

    play(scene, most=1, make_room=lambda _: True)


def test_opening_twice_is_opening_once() -> None:
    async def scene(taking: Acceptor, clients: Clients, held: set[Held]) -> None:
        taking.open()
        taking.open()
        clients.connect()

        assert await clients.greeted(1) == 1

    play(scene)


def test_closing_turns_everybody_away() -> None:
    async def scene(taking: Acceptor, clients: Clients, held: set[Held]) -> None:
        taking.open()
        taking.close()
        with pytest.raises(ConnectionRefusedError):
            clients.connect()
        taking.open()

    play(scene)


def test_without_a_descriptor_it_is_tried_again_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acceptor, "_LATER", 0.01)

    async def scene(taking: Acceptor, clients: Clients, held: set[Held]) -> None:
        class Exhausted:
            tries = 0

            def fileno(self) -> int:
                return listener.fileno()

            def close(self) -> None:
                listener.close()

            def accept(self) -> tuple[socket.socket, Any]:
                self.tries += 1
                if self.tries < 3:
                    raise OSError(errno.EMFILE, "too many open files")
                return listener.accept()

        listener, exhausted = taking._listener, Exhausted()
        taking._listener = exhausted  # type: ignore[assignment]  # as much of a socket as is used
        taking.open()
        clients.connect()

        assert await clients.greeted(1) == 1
        assert exhausted.tries >= 3

    play(scene)
