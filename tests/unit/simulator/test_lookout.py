"""Who is shown out, and who is let be; the loop's clock is a number here."""

from __future__ import annotations

from typing import Any

import pytest

from simulator.engine import Engine
from simulator.lookout import Lookout, make_room
from simulator.services import Services
from simulator.socket_door import SocketDoor
from tests.unit.simulator.door import Behind, Client, play, post

HALF = post(b"{}")[:-1]


@pytest.fixture
def run(services: Services) -> Any:
    return lambda scene: play(Engine(services), scene)


def heard_at(client: Client, moment: float) -> Client:
    client.connection.heard = moment
    return client


def test_a_request_that_gets_no_further_is_turned_away(run: Any) -> None:
    async def scene(door: SocketDoor, behind: Behind) -> None:
        stuck, steady, idle = Client(door).say(HALF), Client(door).say(HALF), Client(door)
        lookout = Lookout(patience=30)
        for now in range(0, 31, 5):
            heard_at(steady, now)
            for client in (stuck, idle):
                heard_at(client, 0)
            lookout.look(door.connections, now)
            assert bool(stuck.sent) is (now == 30)

        assert stuck.sent.startswith(b"HTTP/1.1 408 ")
        assert stuck.transport.ended
        assert (idle.sent, steady.sent) == (b"", b"")

    run(scene)


def test_a_request_in_drips_has_an_end(run: Any) -> None:
    async def scene(door: SocketDoor, behind: Behind) -> None:
        drip, lookout = Client(door).say(HALF), Lookout(patience=30, longest=300)
        for now in range(0, 301, 10):
            assert drip.sent == b""
            lookout.look(door.connections, heard_at(drip, now).connection.heard)

        assert drip.sent.startswith(b"HTTP/1.1 408 ")

    run(scene)


def test_each_request_has_its_own_time(run: Any) -> None:
    async def scene(door: SocketDoor, behind: Behind) -> None:
        busy, lookout = Client(door), Lookout(patience=30, longest=300)
        for now in range(0, 2000, 10):
            busy.say(HALF if now == 0 else b"}" + HALF)
            lookout.look(door.connections, heard_at(busy, now).connection.heard)

        assert b" 408 " not in busy.sent

    run(scene)


def test_who_takes_nothing_of_an_answer_is_cut_off(run: Any) -> None:
    async def scene(door: SocketDoor, behind: Behind) -> None:
        deaf, slow, lookout = Client(door), Client(door), Lookout(patience=30)
        deaf.transport.unsent, slow.transport.unsent = 70_000, 70_000
        for now in range(0, 31, 5):
            assert not deaf.transport.aborted
            slow.transport.unsent -= 1
            lookout.look(door.connections, now)

        assert (deaf.transport.aborted, slow.transport.aborted) == (True, False)

    run(scene)


def test_room_is_made_by_those_idle_longest(run: Any) -> None:
    async def scene(door: SocketDoor, behind: Behind) -> None:
        clients = [heard_at(Client(door), moment) for moment in range(40)]
        asking = heard_at(Client(door).say(HALF), 0)

        assert make_room(door.connections, 40)
        assert [client.transport.closed for client in clients] == [True] * 16 + [False] * 24
        assert not asking.transport.closed
        assert not make_room({clients[-1].connection}, 39.5)

    run(scene)
