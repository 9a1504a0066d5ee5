"""The order of answers, and how a connection goes on and ends; the reading is `test_http_reader`'s."""

from __future__ import annotations

import logging
from collections.abc import Callable

import orjson
import pytest

from simulator import http_connection
from simulator.engine import Engine
from simulator.services import Services
from simulator.socket_door import SocketDoor
from simulator.wire import WireRequest, WireResponse
from tests.unit.simulator.door import Behind, Client, Scene, play, post

ServicesFactory = Callable[..., Services]
Play = Callable[[Scene], None]


@pytest.fixture
def run(services: Services) -> Play:
    """Play a scene before the toy upstream."""
    return lambda scene: play(Engine(services), scene)


@pytest.fixture
def call(services: Services) -> bytes:
    """A provider call that is answered 0."""
    key = services.tenants.default.credentials["tencent"]["secret_id"]
    return post(b'{"Result":"0"}', ("X-Key", key))


def test_a_provider_call_is_answered_as_soon_as_it_is_read(run: Play, call: bytes) -> None:
    async def scene(door: SocketDoor, behind: Behind) -> None:
        client = Client(door).say(call)
        head, _, body = client.sent.partition(b"\r\n\r\n")

        assert head.startswith(b"HTTP/1.1 200 OK\r\nServer: nginx\r\nDate: ")
        assert orjson.loads(body)["Response"]["Result"] == "0"
        assert behind.asked == []

    run(scene)


def test_what_came_together_is_answered_together_and_in_order(run: Play, call: bytes) -> None:
    async def scene(door: SocketDoor, behind: Behind) -> None:
        client = Client(door).say(call * 3)

        assert client.sent.count(b"HTTP/1.1 200 OK") == 3
        assert client.transport.writes == 1

    run(scene)


def test_what_is_asked_meanwhile_waits_behind_a_slow_page(run: Play, call: bytes) -> None:
    async def scene(door: SocketDoor, behind: Behind) -> None:
        behind.let.clear()
        client = Client(door).say(call + post(b"", path="/page") + call)
        assert (await client.settled()).count(b"HTTP/1.1 ") == 1
        behind.let.set()
        sent = await client.settled()

        assert [sent.find(mark) for mark in (b"HTTP/1.1 418", b"HTTP/1.1 200")] == [sent.index(b"HTTP/1.1 418"), 0]
        assert sent.count(b"HTTP/1.1 200") == 2
        assert sent.rindex(b"HTTP/1.1 200") > sent.index(b"HTTP/1.1 418")

    run(scene)


def test_no_more_is_read_ahead_than_can_wait(run: Play, call: bytes) -> None:
    async def scene(door: SocketDoor, behind: Behind) -> None:
        behind.let.clear()
        client = Client(door).say(post(b"", path="/page"), call * http_connection._WAITING)
        assert not client.transport.reading
        behind.let.set()

        assert (await client.settled()).count(b"HTTP/1.1 200") == http_connection._WAITING
        assert client.transport.reading

    run(scene)


def test_a_client_that_does_not_read_is_not_heard(run: Play, call: bytes) -> None:
    async def scene(door: SocketDoor, behind: Behind) -> None:
        client = Client(door)
        client.connection.pause_writing()
        assert not client.transport.reading
        await client.say(post(b"", path="/page")).settled()
        assert not client.transport.reading
        client.connection.resume_writing()

        assert client.transport.reading

    run(scene)


@pytest.mark.parametrize(
    ("version", "connection", "stays"),
    [
        pytest.param("1.1", None, True, id="as usual"),
        pytest.param("1.1", "close", False, id="not wanted"),
        pytest.param("1.0", None, False, id="an old client"),
        pytest.param("1.0", "keep-alive", True, id="an old client that wants it"),
    ],
)
def test_the_connection_stays_as_the_client_wants(
    run: Play, call: bytes, version: str, connection: str | None, stays: bool
) -> None:
    async def scene(door: SocketDoor, behind: Behind) -> None:
        wanted = b"" if connection is None else f"\r\nConnection: {connection}".encode()
        asked = call.replace(b"HTTP/1.1", f"HTTP/{version}".encode()).replace(b"\r\nHost: h", b"\r\nHost: h" + wanted)
        client = Client(door).say(asked)

        assert client.transport.closed is not stays
        assert (b"\r\nConnection: keep-alive\r\n" in client.sent) is stays

    run(scene)


def test_a_head_is_answered_without_its_body(run: Play) -> None:
    async def scene(door: SocketDoor, behind: Behind) -> None:
        sent = await Client(door).say(post(b"", path="/page", method="HEAD")).settled()

        assert sent.endswith(b"Content-Length: 6\r\nConnection: keep-alive\r\n\r\n")

    run(scene)


def test_leave_to_send_is_given(run: Play, call: bytes) -> None:
    async def scene(door: SocketDoor, behind: Behind) -> None:
        head, _, body = call.partition(b"\r\n\r\n")
        client = Client(door).say(head + b"\r\nExpect: 100-Continue\r\n\r\n")
        assert client.sent == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.say(body)

        assert b"HTTP/1.1 200 OK" in client.sent

    run(scene)


def test_leave_to_send_is_given_in_its_turn(run: Play, call: bytes) -> None:
    async def scene(door: SocketDoor, behind: Behind) -> None:
        behind.let.clear()
        head, _, body = call.partition(b"\r\n\r\n")
        client = Client(door).say(post(b"", path="/page") + head + b"\r\nExpect: 100-continue\r\n\r\n")
        assert await client.settled() == b""
        behind.let.set()
        sent = await client.settled()
        assert sent.index(b"HTTP/1.1 418") < sent.index(b"HTTP/1.1 100 Continue")
        client.say(body)

        assert client.sent.count(b"HTTP/1.1 100 Continue") == 1
        assert b"HTTP/1.1 200 OK" in client.sent

    run(scene)


def test_a_client_that_left_at_once_is_no_error(run: Play, call: bytes) -> None:
    async def scene(door: SocketDoor, behind: Behind) -> None:
        await Client(door, peer=None).say(post(b"", path="/page")).settled()

        assert behind.asked[0].client == ":0"

    run(scene)


def test_a_client_that_reads_again_is_not_heard_before_its_turn(run: Play, call: bytes) -> None:
    async def scene(door: SocketDoor, behind: Behind) -> None:
        behind.let.clear()
        client = Client(door).say(post(b"", path="/page"), call * http_connection._WAITING)
        client.connection.pause_writing()
        client.connection.resume_writing()
        assert not client.transport.reading
        behind.let.set()
        await client.settled()

        assert client.transport.reading

    run(scene)


def test_a_refusal_waits_its_turn(run: Play) -> None:
    async def scene(door: SocketDoor, behind: Behind) -> None:
        behind.let.clear()
        client = Client(door).say(post(b"", path="/page") + b"nonsense\r\n\r\n")
        assert await client.settled() == b""
        behind.let.set()
        sent = await client.settled()

        assert sent.index(b"HTTP/1.1 418") < sent.index(b"HTTP/1.1 400")
        assert client.transport.ended

    run(scene)


def test_a_client_that_says_no_more_still_gets_its_page(run: Play) -> None:
    async def scene(door: SocketDoor, behind: Behind) -> None:
        behind.let.clear()
        client = Client(door).say(post(b"", path="/page"))
        client.leave()
        assert not client.transport.closed
        behind.let.set()

        assert b"HTTP/1.1 418" in await client.settled()
        assert client.transport.closed

    run(scene)


def test_a_client_that_has_gone_is_sent_nothing(run: Play, call: bytes) -> None:
    async def scene(door: SocketDoor, behind: Behind) -> None:
        behind.let.clear()
        client = Client(door).say(post(b"", path="/page") + call)
        client.transport.close()
        client.connection.connection_lost(None)
        behind.let.set()

        assert await client.settled() == b""
        assert door.connections == set()

    run(scene)


class Broken(Engine):
    def __init__(self, services: Services, problem: Exception) -> None:
        super().__init__(services)
        self._problem = problem

    def answer(self, request: WireRequest) -> WireResponse | None:
        raise self._problem


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        pytest.param(AssertionError("tencent X: $.a breaks type"), "$.a breaks type", id="self-check"),
        pytest.param(KeyError("110101190001010006"), "KeyError at test_http_connection.py", id="bug"),
    ],
)
def test_our_own_fault_is_answered_500_and_logged_without_the_request(
    services: Services, call: bytes, caplog: pytest.LogCaptureFixture, problem: Exception, said: str
) -> None:
    async def scene(door: SocketDoor, behind: Behind) -> None:
        assert Client(door).say(call).sent.endswith(b"\r\n\r\ninternal error\n")

    with caplog.at_level(logging.ERROR, "kyc_sim"):
        play(Broken(services, problem), scene)

    assert said in caplog.text
    assert "110101190001010006" not in caplog.text
