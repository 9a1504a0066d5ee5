from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any

import orjson
import pytest

from simulator.engine import Engine
from simulator.faults import Lines
from simulator.rsgi import Head, ProtocolClosed
from simulator.services import Services
from simulator.socket_door import SocketDoor
from simulator.wire import WireRequest, WireResponse

ServicesFactory = Callable[..., Services]

NOBODY = "127.0.0.1:1"
"""A caller that no connection of this process belongs to."""


class Headers(list[tuple[str, str]]):
    def items(self) -> list[tuple[str, str]]:
        return list(self)

    def get(self, key: str) -> str | None:
        return dict(reversed(self)).get(key)

    def __contains__(self, key: object) -> bool:
        return any(name == key for name, _ in self)


class Scope:
    def __init__(self, *, method: str = "POST", path: str = "/tencent", query: str = "", headers: Headers) -> None:
        self.method = method
        self.path = path
        self.query_string = query
        self.client = NOBODY
        self.headers = headers


class Stream:
    def __init__(self, sent: list[bytes], leaves_after: int | None) -> None:
        self._sent = sent
        self._leaves_after = leaves_after

    async def send_bytes(self, data: bytes) -> None:
        if self._leaves_after is not None and len(self._sent) >= self._leaves_after:
            raise ProtocolClosed
        self._sent.append(data)


class Proto:
    """The server's end of one exchange, with a body in *pieces* and a client that may leave.

    Args:
        pieces: the request body; `None` in place of a piece breaks it off.
        leaves_after: pieces of the answer after which the client has gone.
    """

    def __init__(self, pieces: Iterable[bytes | None] = (), leaves_after: int | None = None) -> None:
        self._pieces = list(pieces)
        self._leaves_after = leaves_after
        self.gone = asyncio.Event()
        self.read = 0
        self.status = 0
        self.head: Head = []
        self.sent: list[bytes] = []
        self.whole = False

    async def __call__(self) -> bytes:
        if None in self._pieces:
            raise ProtocolClosed
        return b"".join([piece async for piece in self])

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in [*self._pieces, b""]:
            self.read += len(piece or b"")
            yield piece or b""

    async def client_disconnect(self) -> None:
        await self.gone.wait()

    def response_bytes(self, status: int, headers: Head, body: bytes) -> None:
        self.status, self.head, self.whole = status, headers, True
        self.sent.append(body)

    def response_stream(self, status: int, headers: Head) -> Stream:
        self.status, self.head = status, headers
        return Stream(self.sent, self._leaves_after)


class Behind:
    def __init__(self) -> None:
        self.asked: list[WireRequest] = []

    async def answer(self, request: WireRequest) -> WireResponse:
        self.asked.append(request)
        return WireResponse(status=418, headers=(("Server", "behind"),), body=b"behind")


@pytest.fixture
def behind() -> Behind:
    return Behind()


Handle = Callable[..., Proto]


@pytest.fixture
def handle(services: Services, behind: Behind) -> Handle:
    """Answer one request: ``handle(Result="0")``, or with a path, headers, a `Proto` made inside the loop."""

    def run(
        make: Callable[[], Proto] | None = None,
        *,
        headers: Iterable[tuple[str, str]] | None = None,
        engine: Engine | None = None,
        during: Callable[[Lines, Proto], Any] | None = None,
        scope: dict[str, str] | None = None,
        **fields: str,
    ) -> Proto:
        body = orjson.dumps({"Result": "0", **fields})
        key = services.tenants.default.credentials["tencent"]["secret_id"]
        given = headers if headers is not None else [("content-length", str(len(body))), ("x-key", key)]

        async def main() -> Proto:
            proto = make() if make is not None else Proto([body])
            lines = Lines(port=2)
            door = SocketDoor(engine or Engine(services), behind, lines)
            answering = asyncio.ensure_future(door.__rsgi__(Scope(headers=Headers(given), **(scope or {})), proto))
            if during is not None:
                await asyncio.sleep(0)
                await asyncio.sleep(0)
                during(lines, proto)
            await asyncio.wait_for(answering, 5)
            assert len(lines) == 0
            return proto

        return asyncio.run(main())

    return run


def force(services: Services, **then: Any) -> None:
    services.tenants.default.rules.add({"provider": "tencent", "operation": "BankCardVerification", "then": then})


def test_a_provider_call_is_answered_with_the_providers_headers_alone(handle: Handle, behind: Behind) -> None:
    proto = handle(Result="-1")

    assert orjson.loads(proto.sent[0])["Response"]["Result"] == "-1"
    assert (proto.status, proto.head) == (200, [("Content-Type", "application/json"), ("server", "nginx")])
    assert behind.asked == []


def test_what_is_nobodys_is_answered_behind_and_keeps_its_own_server_name(handle: Handle, behind: Behind) -> None:
    proto = handle(lambda: Proto([b"abc"]), headers=[("content-length", "3")], scope={"path": "/page"})

    assert (proto.status, proto.head, proto.sent) == (418, [("Server", "behind")], [b"behind"])
    assert behind.asked[0].body == b"abc"


@pytest.mark.parametrize(
    ("decoded", "path"),
    [
        pytest.param("/", "/", id="root"),
        pytest.param("/a b/你", "/a%20b/%E4%BD%A0", id="escaped"),
        pytest.param("/a:b@c;d=1,e~f//g", "/a:b@c;d=1,e~f//g", id="what needs no escape"),
        pytest.param("/100%", "/100%25", id="a percent sign of its own"),
        pytest.param("*", "*", id="server-wide OPTIONS"),
    ],
)
def test_the_path_is_escaped_again(handle: Handle, behind: Behind, decoded: str, path: str) -> None:
    handle(Proto, headers=[], scope={"path": decoded, "method": "OPTIONS"})

    assert behind.asked[0].path == path


def test_the_request_is_handed_on_as_it_came(handle: Handle, behind: Behind) -> None:
    headers = [("host", "127.0.0.1:1/tencent"), ("x-a", "1"), ("x-a", "2"), ("content-length", "2")]
    handle(
        lambda: Proto([b"\x00", b"\xff"]), headers=headers, scope={"path": "/x", "query": "a=%20&b", "method": "PUT"}
    )

    assert behind.asked == [
        WireRequest(method="PUT", path="/x", query=b"a=%20&b", headers=tuple(headers), body=b"\x00\xff", client=NOBODY)
    ]


def test_a_chunked_body_is_put_together(handle: Handle, behind: Behind) -> None:
    handle(lambda: Proto([b"a", b"bc", b"d"]), headers=[("transfer-encoding", "chunked")], scope={"path": "/x"})

    assert behind.asked[0].body == b"abcd"


def test_without_length_and_chunks_there_is_no_body(handle: Handle, behind: Behind) -> None:
    proto = handle(lambda: Proto([b"stray"]), headers=[], scope={"path": "/x"})

    assert (behind.asked[0].body, proto.read) == (b"", 0)


@pytest.mark.parametrize(
    ("headers", "read"),
    [
        pytest.param([("content-length", "1025")], 0, id="declared, not even read"),
        pytest.param([("transfer-encoding", "chunked")], 1200, id="chunked, read no further"),
    ],
)
def test_a_body_over_the_limit_is_answered_413_unseen(
    make_services: ServicesFactory, handle: Handle, behind: Behind, headers: Any, read: int
) -> None:
    engine = Engine(make_services(max_body=1024))
    proto = handle(lambda: Proto([b"x" * 300] * 50), headers=headers, engine=engine, scope={"path": "/x"})

    assert (proto.status, proto.read, behind.asked) == (413, read, [])


@pytest.mark.parametrize("framing", [("content-length", "9"), ("transfer-encoding", "chunked")])
def test_a_body_that_breaks_off_is_answered_400_unseen(handle: Handle, behind: Behind, framing: Any) -> None:
    proto = handle(lambda: Proto([b"abc", None]), headers=[framing], scope={"path": "/x"})

    assert (proto.status, behind.asked) == (400, [])


def test_a_tunnel_is_refused_even_under_a_providers_host(handle: Handle, behind: Behind) -> None:
    headers = [("host", "faceid.tencentcloudapi.com")]
    proto = handle(Proto, headers=headers, scope={"method": "CONNECT", "path": ""})

    assert (proto.status, behind.asked) == (405, [])


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
        pytest.param(KeyError("110101190001010006"), "KeyError at test_socket_door.py", id="bug"),
    ],
)
def test_our_own_fault_is_answered_500_and_logged_without_the_request(
    handle: Handle, services: Services, caplog: pytest.LogCaptureFixture, problem: Exception, said: str
) -> None:
    with caplog.at_level(logging.ERROR, "kyc_sim"):
        proto = handle(engine=Broken(services, problem))

    assert (proto.status, proto.sent) == (500, [b"internal error\n"])
    assert said in caplog.text
    assert "110101190001010006" not in caplog.text


def test_a_cut_answer_promises_the_whole(handle: Handle, services: Services) -> None:
    force(services, fault={"truncate": 5})
    proto = handle()
    promised = int(dict(proto.head)["content-length"])

    assert (proto.sent, proto.whole) == ([b'{"Res'], False)
    assert promised > 5


def test_an_answer_cut_behind_its_end_is_whole(handle: Handle, services: Services) -> None:
    force(services, fault={"truncate": 10_000})

    assert handle().whole


def test_a_drip_comes_in_pieces(handle: Handle, services: Services) -> None:
    force(services, fault={"drip": {"bytes": 20, "interval": 0.001}})
    proto = handle()

    assert orjson.loads(b"".join(proto.sent))["Response"]["Result"] == "0"
    assert {len(piece) for piece in proto.sent[:-1]} == {20}
    assert int(dict(proto.head)["content-length"]) == sum(map(len, proto.sent))


def test_a_drip_ends_when_a_piece_finds_nobody(handle: Handle, services: Services) -> None:
    force(services, fault={"drip": {"bytes": 1, "interval": 0}})
    proto = handle(lambda: Proto([b'{"Result":"0"}'], leaves_after=3))

    assert len(proto.sent) == 3


@pytest.mark.parametrize(
    "then",
    [
        pytest.param({"delay": 60}, id="slow answer"),
        pytest.param({"fault": {"drip": {"bytes": 1, "interval": 60}}}, id="drip"),
    ],
)
@pytest.mark.parametrize(
    "during",
    [
        pytest.param(lambda lines, proto: proto.gone.set(), id="the client hangs up"),
        pytest.param(lambda lines, proto: lines.release(), id="the server stops"),
    ],
)
def test_a_wait_ends_with_the_client_and_with_the_server(
    handle: Handle, services: Services, then: Any, during: Callable[[Lines, Proto], None]
) -> None:
    force(services, **then)
    proto = handle(during=during)

    assert len(proto.sent) <= 1
    assert not proto.whole


@pytest.mark.parametrize("fault", ["reset", "empty"])
def test_nothing_is_sent_to_a_connection_that_shall_be_lost(handle: Handle, services: Services, fault: str) -> None:
    force(services, fault=fault)
    proto = handle()

    assert (proto.status, proto.sent) == (0, [])


def test_what_was_not_delivered_is_in_the_journal_and_the_ledger(handle: Handle, services: Services) -> None:
    force(services, fault="reset", charged=True)
    handle()
    tenant = services.tenants.default
    (entry,) = tenant.journal.entries()

    assert (entry["fault"]["kind"], entry["answer"]["charged"]) == ("reset", True)
    assert tenant.ledger.totals()["tencent"]["BankCardVerification"] == {"charged": 1, "free": 0}
