"""What connections share: who answers, when they end, and what happens to those that dawdle."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from email.utils import parsedate_to_datetime
from threading import Event

import orjson
import pytest

from simulator.clock import FixedClock
from simulator.engine import Engine
from simulator.lookout import Lookout
from simulator.services import Services
from simulator.settings import Settings
from simulator.socket_door import SocketDoor
from simulator.upstream import Exchange, Provider
from simulator.wire import WireResponse
from tests.unit.simulator.door import Behind, Client, play, post


@pytest.fixture
def call(services: Services) -> bytes:
    """A provider call that is answered -1."""
    key = services.tenants.default.credentials["tencent"]["secret_id"]
    return post(b'{"Result":"-1"}', ("X-Key", key))


def test_a_provider_call_is_answered_with_the_providers_headers_alone(services: Services, call: bytes) -> None:
    async def scene(door: SocketDoor, behind: Behind) -> None:
        head, _, body = Client(door).say(call).sent.partition(b"\r\n\r\n")
        names = [line.partition(b":")[0] for line in head.split(b"\r\n")[1:]]

        assert orjson.loads(body)["Response"]["Result"] == "-1"
        assert names == [b"Server", b"Date", b"Content-Type", b"Content-Length", b"Connection"]

    play(Engine(services), scene)


def test_what_is_nobodys_is_answered_behind_and_keeps_its_own_server_name(services: Services) -> None:
    async def scene(door: SocketDoor, behind: Behind) -> None:
        sent = await Client(door).say(post(b"abc", path="/page")).settled()

        assert behind.asked[0].body == b"abc"
        assert sent.startswith(b"HTTP/1.1 418 ")
        assert b"\r\nServer: behind\r\n" in sent

    play(Engine(services), scene)


def test_the_date_is_the_machines(services: Services, call: bytes) -> None:
    async def scene(door: SocketDoor, behind: Behind) -> None:
        date = parsedate_to_datetime(door.date().decode())

        assert door.date() in Client(door).say(call).sent
        assert abs(date.timestamp() - time.time()) < 5

    play(Engine(services), scene)


def test_stopping_closes_what_is_idle_and_waits_for_the_rest(services: Services, call: bytes) -> None:
    async def scene(door: SocketDoor, behind: Behind) -> None:
        behind.let.clear()
        idle, asking, waiting = Client(door), Client(door), Client(door)
        asking.say(call[:-1])
        waiting.say(post(b"", path="/page"))
        await waiting.settled()
        ended = door.stop()
        assert [client.transport.closed for client in (idle, asking, waiting)] == [True, False, False]
        asking.say(call[-1:])
        behind.let.set()
        await waiting.settled()

        for client in (asking, waiting):
            assert b"\r\nConnection: close\r\n" in client.sent
            assert client.transport.closed
        assert not ended.done()
        for client in (idle, asking, waiting):
            client.connection.connection_lost(None)
        assert ended.done()

    play(Engine(services), scene)


def test_a_door_nobody_came_through_stops_at_once(services: Services) -> None:
    async def scene(door: SocketDoor, behind: Behind) -> None:
        assert door.stop().done()

    play(Engine(services), scene)


def test_aborting_ends_everything(services: Services, call: bytes) -> None:
    async def scene(door: SocketDoor, behind: Behind) -> None:
        clients = [Client(door), Client(door).say(call[:-1])]
        door.abort()

        assert [client.transport.aborted for client in clients] == [True, True]

    play(Engine(services), scene)


def test_whoever_counts_connections_is_told_when_one_ends(services: Services) -> None:
    async def scene(door: SocketDoor, behind: Behind) -> None:
        told: list[int] = []
        door.when_closed = lambda: told.append(len(door.connections))
        clients = [Client(door), Client(door)]
        for client in clients:
            client.connection.connection_lost(None)

        assert told == [1, 0]

    play(Engine(services), scene)


def test_somebody_looks_out_for_those_who_dawdle(services: Services, call: bytes) -> None:
    async def scene(door: SocketDoor, behind: Behind) -> None:
        stuck = Client(door).say(call[:-1])
        while not stuck.sent:
            await asyncio.sleep(0.001)

        assert stuck.sent.startswith(b"HTTP/1.1 408 ")

    play(Engine(services), scene, lookout=Lookout(patience=0.02))


def test_room_is_made_by_those_that_are_idle(services: Services, call: bytes) -> None:
    async def scene(door: SocketDoor, behind: Behind) -> None:
        idle, asking = Client(door), Client(door).say(call[:-1])
        assert not door.make_room()
        for client in (idle, asking):
            client.connection.heard -= 60

        assert door.make_room()
        assert (idle.transport.closed, asking.transport.closed) == (True, False)

    play(Engine(services), scene)


def test_giving_up_leaves_only_answers_under_way(services: Services, call: bytes) -> None:
    async def scene(door: SocketDoor, behind: Behind) -> None:
        behind.let.clear()
        asking, waiting = Client(door).say(call[:-1]), Client(door).say(post(b"", path="/page"))
        await waiting.settled()
        door.give_up()

        assert (asking.transport.aborted, waiting.transport.aborted) == (True, False)
        door.abort()

    play(Engine(services), scene)


def test_what_takes_long_is_answered_aside_while_others_go_on(toy: Provider, clock: FixedClock, call: bytes) -> None:
    going = Event()

    def slow(exchange: Exchange) -> WireResponse:
        assert exchange.request.path != "/tencent/slow/report" or going.wait(30)
        return toy.answer(exchange)

    provider = replace(toy, answer=slow, slow_paths=("/tencent/slow",))
    engine = Engine(Services(Settings(), (provider,), clock=clock))

    async def scene(door: SocketDoor, behind: Behind) -> None:
        waiting, other = Client(door).say(call.replace(b"/tencent", b"/tencent/slow/report")), Client(door).say(call)
        await other.settled()
        assert (waiting.sent, b'"Result":"-1"' in other.sent) == (b"", True)
        going.set()
        while not waiting.sent:
            await asyncio.sleep(0.001)

        assert b'"Result":"-1"' in waiting.sent
        door.abort()

    play(engine, scene)
