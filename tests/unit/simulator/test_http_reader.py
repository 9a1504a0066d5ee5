"""What is read out of bytes, and what is refused; over real sockets HTTP is spoken in ``tests/e2e/test_serving.py``."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import orjson
import pytest

from simulator import http_reader
from simulator.engine import Engine
from simulator.services import Services
from simulator.socket_door import SocketDoor
from simulator.wire import WireRequest
from tests.unit.simulator.door import Behind, Client, Scene, chunked, play, post

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


def refusal(scene_run: Play, *pieces: bytes) -> bytes:
    """Return what a client is told that is turned away; nobody behind the door may have heard of it."""
    told: list[bytes] = []

    async def scene(door: SocketDoor, behind: Behind) -> None:
        client = Client(door).say(*pieces, b"and what it says besides")
        told.append(await client.settled())

        assert client.transport.ended
        assert b"\r\nConnection: close\r\n" in client.sent
        assert behind.asked == []

    scene_run(scene)
    return told[0]


@pytest.mark.parametrize("size", [1, 7, 60])
def test_it_does_not_matter_how_the_bytes_arrive(run: Play, call: bytes, size: int) -> None:
    async def scene(door: SocketDoor, behind: Behind) -> None:
        client = Client(door).say(*[call[start : start + size] for start in range(0, len(call), size)])

        assert client.sent.count(b"HTTP/1.1 200 OK") == 1

    run(scene)


def test_the_request_is_handed_on_as_it_came(run: Play) -> None:
    async def scene(door: SocketDoor, behind: Behind) -> None:
        raw = post(b"\x00\xff", ("X-A", " 1 "), ("X-A", "2"), ("x-Name", "caf\xe9"), path="/x%20y/%E4%BD%A0?a=%20&b")
        await Client(door).say(raw.replace("é".encode(), b"\xe9")).settled()

        (asked,) = behind.asked
        assert (asked.method, asked.path, asked.query) == ("POST", "/x%20y/%E4%BD%A0", b"a=%20&b")
        assert (asked.body, asked.client) == (b"\x00\xff", "127.0.0.1:40000")
        assert asked.headers == (
            ("host", "h"), ("x-a", "1"), ("x-a", "2"), ("x-name", "café"), ("content-length", "2"),
        )  # fmt: skip

    run(scene)


@pytest.mark.parametrize(
    ("target", "path", "query"),
    [
        pytest.param("http://faceid.tencentcloudapi.com/a?b=1", "/a", b"b=1", id="whole, as a proxy gets it"),
        pytest.param("http://faceid.tencentcloudapi.com", "/", b"", id="whole without a path"),
        pytest.param("http://faceid.tencentcloudapi.com?b=/1", "/", b"b=/1", id="whole with a query alone"),
        pytest.param("*", "*", b"", id="nothing in particular"),
        pytest.param("/?", "/", b"", id="an empty query"),
        pytest.param("/a?b?c", "/a", b"b?c", id="two question marks"),
    ],
)
def test_the_target_is_path_and_query(run: Play, target: str, path: str, query: bytes) -> None:
    async def scene(door: SocketDoor, behind: Behind) -> None:
        await Client(door).say(post(b"", path=target, method="OPTIONS")).settled()

        assert [(asked.path, asked.query) for asked in behind.asked] == [(path, query)]

    run(scene)


def test_an_ipv6_caller_is_written_with_brackets(run: Play) -> None:
    async def scene(door: SocketDoor, behind: Behind) -> None:
        await Client(door, ("::1", 40_000)).say(post(b"", path="/x")).settled()

        assert behind.asked[0].client == "[::1]:40000"

    run(scene)


def test_chunks_are_put_together_and_trailers_are_nobodys(run: Play) -> None:
    async def scene(door: SocketDoor, behind: Behind) -> None:
        raw = chunked(b"a", b"bc", b"d").replace(b"0\r\n\r\n", b"0\r\nX-Trailer: 1\r\n\r\n")
        await Client(door).say(raw).settled()

        assert behind.asked[0].body == b"abcd"
        assert "x-trailer" not in dict(behind.asked[0].headers)

    run(scene)


def test_an_offer_of_another_protocol_is_passed_over(run: Play, call: bytes) -> None:
    offer = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAA"

    async def scene(door: SocketDoor, behind: Behind) -> None:
        offering = call.replace(b"\r\nHost: h", b"\r\nHost: h\r\n" + offer)
        client = Client(door).say(offering + call).say(offering)

        assert client.sent.count(b"HTTP/1.1 200 OK") == 3

    run(scene)


def test_thousands_of_offers_at_once_are_passed_over_one_by_one(run: Play, call: bytes) -> None:
    async def scene(door: SocketDoor, behind: Behind) -> None:
        offering = call.replace(b"\r\nHost: h", b"\r\nHost: h\r\nConnection: upgrade\r\nUpgrade: h2c")
        client = Client(door).say(offering * 2000)

        assert client.sent.count(b"HTTP/1.1 200 OK") == 2000

    run(scene)


def test_leave_to_send_is_given_once_beside_an_offer(run: Play, call: bytes) -> None:
    async def scene(door: SocketDoor, behind: Behind) -> None:
        head, _, body = call.partition(b"\r\n\r\n")
        offer = b"\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nExpect: 100-continue\r\n\r\n"
        client = Client(door).say(head + offer)
        assert client.sent == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.say(body)

        assert client.sent.count(b"HTTP/1.1 200 OK") == 1

    run(scene)


def test_an_offer_that_is_passed_over_leaves_the_other_wishes(run: Play, call: bytes) -> None:
    async def scene(door: SocketDoor, behind: Behind) -> None:
        offering = call.replace(b"\r\nHost: h", b"\r\nHost: h\r\nConnection: Upgrade, close\r\nUpgrade: h2c")
        client = Client(door).say(offering)

        assert b"HTTP/1.1 200 OK" in client.sent
        assert client.transport.closed

    run(scene)


def test_an_old_client_is_given_no_leave(run: Play, call: bytes) -> None:
    async def scene(door: SocketDoor, behind: Behind) -> None:
        head, _, body = call.replace(b"HTTP/1.1", b"HTTP/1.0").partition(b"\r\n\r\n")
        client = Client(door).say(head + b"\r\nExpect: 100-continue\r\n\r\n")
        assert client.sent == b""
        client.say(body)

        assert client.sent.startswith(b"HTTP/1.1 200 OK")

    run(scene)


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"nonsense\r\n\r\n", id="no request line"),
        pytest.param(b"GET / HTTP/1.1\r\nno colon\r\n\r\n", id="no header"),
        pytest.param(b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", id="a negative length"),
        pytest.param(b"POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n", id="a length beyond 64 bits"),
        pytest.param(b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", id="two lengths"),
        pytest.param(
            b"POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            id="a length and chunks",
        ),
        pytest.param(b"POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", id="not well chunked"),
        pytest.param(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", id="HTTP/2"),
    ],
)
def test_what_is_no_http_is_answered_400(run: Play, raw: bytes) -> None:
    assert refusal(run, raw).startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        pytest.param(b"GET /x HTTP/1.1\r\n\r\n", 400, id="no host"),
        pytest.param(b"GET /x HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n", 400, id="two hosts"),
        pytest.param(b"GET /x HTTP/1.0\r\nHost: h\r\nHost: i\r\n\r\n", 400, id="two hosts of an old client"),
        pytest.param(b"GET /x\r\n\r\n", 400, id="HTTP/0.9"),
        pytest.param(b"GET /x HTTP/2.0\r\nHost: h\r\n\r\n", 400, id="a later HTTP"),
        pytest.param(
            b"POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501, id="coding"
        ),
        pytest.param(
            b"POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            501,
            id="coding on a line of its own",
        ),
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(run: Play, raw: bytes, status: int) -> None:
    assert refusal(run, raw).startswith(b"HTTP/1.1 %d " % status)


def test_an_old_client_may_name_no_host(run: Play) -> None:
    async def scene(door: SocketDoor, behind: Behind) -> None:
        assert (await Client(door).say(b"GET /x HTTP/1.0\r\n\r\n").settled()).startswith(b"HTTP/1.1 418 ")

    run(scene)


@pytest.mark.parametrize(
    ("first", "more"),
    [
        pytest.param(b"GET /", b"a" * 4096, id="a target without an end"),
        pytest.param(b"GET / HTTP/1.1\r\nX-A: ", b"a" * 4096, id="a header without an end"),
        pytest.param(b"GET / HTTP/1.1\r\n", b"X-A: a\r\n" * 512, id="headers without an end"),
        pytest.param(
            b"POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
            b"X-A: a\r\n" * 512,
            id="trailers",
        ),
        pytest.param(
            b"POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n",
            b"1;" + b"a" * 4096 + b"\r\nx\r\n",
            id="chunks",
        ),
    ],
)
def test_what_is_no_body_has_a_limit(run: Play, first: bytes, more: bytes) -> None:
    pieces = http_reader.HEAD_LIMIT // len(more) + 20

    assert refusal(run, first, *[more] * pieces).startswith(b"HTTP/1.1 431 ")


@pytest.mark.parametrize(
    "pieces",
    [
        pytest.param([b"POST /x HTTP/1.1\r\nHost: h\r\nContent-Length: 1025\r\n\r\n"], id="announced"),
        pytest.param([chunked(*[b"x" * 300] * 4)], id="found out"),
    ],
)
def test_a_body_over_the_limit_is_answered_413_unseen(make_services: ServicesFactory, pieces: list[bytes]) -> None:
    engine = Engine(make_services(max_body=1024))

    assert refusal(lambda scene: play(engine, scene), *pieces).startswith(b"HTTP/1.1 413 ")


def test_a_body_over_the_limit_is_a_problem_to_the_admin_api(make_services: ServicesFactory) -> None:
    engine = Engine(make_services(max_body=1024))
    said = refusal(
        lambda scene: play(engine, scene), b"POST /__admin/rules HTTP/1.1\r\nHost: h\r\nContent-Length: 1025\r\n\r\n"
    )
    head, _, body = said.partition(b"\r\n\r\n")

    assert b"\r\nContent-Type: application/problem+json\r\n" in head
    assert orjson.loads(body)["status"] == 413


def test_a_tunnel_is_refused_even_to_a_provider(run: Play) -> None:
    raw = b"CONNECT faceid.tencentcloudapi.com:443 HTTP/1.1\r\nHost: faceid.tencentcloudapi.com\r\n\r\n"

    assert refusal(run, raw).startswith(b"HTTP/1.1 405 ")


def test_a_fault_of_our_own_between_two_bytes_is_answered_500_and_logged_without_the_request(
    run: Play, call: bytes, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> WireRequest:
        raise KeyError("110101190001010006")

    async def scene(door: SocketDoor, behind: Behind) -> None:
        client = Client(door).say(call)

        assert client.sent.startswith(b"HTTP/1.1 500 ")
        assert client.transport.ended

    monkeypatch.setattr(http_reader, "WireRequest", broken)
    with caplog.at_level(logging.ERROR, "kyc_sim"):
        run(scene)

    assert "KeyError at test_http_reader.py" in caplog.text
    assert "110101190001010006" not in caplog.text
