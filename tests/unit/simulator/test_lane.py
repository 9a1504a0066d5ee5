from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from http.client import RemoteDisconnected
from io import BytesIO
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from werkzeug.test import Client, EnvironBuilder, TestResponse, run_wsgi_app

from simulator.engine import Engine
from simulator.lane import ProviderLane
from simulator.services import Services
from simulator.wire import WireRequest

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse

ServicesFactory = Callable[..., Services]


class Behind:
    """An application that tells what reached it."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, bytes]] = []

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        self.seen.append((environ["PATH_INFO"], environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))))
        start_response("418 I'm a Teapot", [])
        return [b"behind"]


class Recorded(Engine):
    """An engine that keeps what it was asked."""

    def __init__(self, services: Services) -> None:
        super().__init__(services)
        self.asked: list[WireRequest] = []

    def answer(self, request: WireRequest) -> Any:
        self.asked.append(request)
        return super().answer(request)


@pytest.fixture
def behind() -> Behind:
    return Behind()


@pytest.fixture
def engine(services: Services) -> Recorded:
    return Recorded(services)


@pytest.fixture
def client(engine: Recorded, behind: Behind) -> Client:
    return Client(ProviderLane(behind, engine))


@pytest.fixture
def call(client: Client, services: Services) -> Callable[..., TestResponse]:
    """Make a call of the toy upstream: ``call(Result="-1")``."""
    key = services.tenants.default.credentials["tencent"]["secret_id"]

    def make(path: str = "/tencent", **fields: str) -> TestResponse:
        return client.post(path, data=orjson.dumps({"Result": "0", **fields}), headers={"X-Key": key})

    return make


def force(services: Services, **then: Any) -> None:
    services.tenants.default.rules.add({"provider": "tencent", "operation": "BankCardVerification", "then": then})


def test_a_provider_call_is_answered_in_front_of_the_application(
    call: Callable[..., TestResponse], behind: Behind
) -> None:
    answer = call(Result="-1")

    assert (answer.status_code, answer.get_json()["Response"]["Result"]) == (200, "-1")
    assert behind.seen == []


def test_only_the_providers_headers_and_a_length_are_sent(call: Callable[..., TestResponse]) -> None:
    answer = call()

    assert list(answer.headers) == [("Content-Type", "application/json"), ("Content-Length", str(len(answer.data)))]


def test_what_is_nobodys_reaches_the_application_with_its_body(client: Client, behind: Behind) -> None:
    answer = client.post("/page", data=b"abc")

    assert (answer.status_code, behind.seen) == (418, [("/page", b"abc")])


def test_the_admin_path_is_never_read_here(client: Client, behind: Behind, engine: Recorded) -> None:
    client.post("/__admin/reset", data=b"abc", headers={"Host": "faceid.tencentcloudapi.com"})

    assert behind.seen == [("/__admin/reset", b"abc")]
    assert engine.asked == []


@pytest.mark.parametrize(
    ("environ", "path"),
    [
        pytest.param({"RAW_URI": "/a%20b//c/?q=%2F", "PATH_INFO": "/a b//c/"}, "/a%20b//c/", id="raw uri"),
        pytest.param({"REQUEST_URI": "/a%2fb?q", "PATH_INFO": "/a/b"}, "/a%2fb", id="request uri"),
        pytest.param({"PATH_INFO": "/a b/\xe4\xbd\xa0"}, "/a%20b/%E4%BD%A0", id="escaped again when nobody tells"),
        pytest.param({"PATH_INFO": "/a:b@c;d=1,e~f"}, "/a:b@c;d=1,e~f", id="what needs no escape"),
        pytest.param({"RAW_URI": "http://faceid.tencentcloudapi.com/x", "PATH_INFO": "/x"}, "/x", id="a proxy's form"),
        pytest.param({"REQUEST_URI": "/sim/a%20b", "SCRIPT_NAME": "/sim", "PATH_INFO": "/a b"}, "/a%20b", id="mounted"),
        pytest.param({"PATH_INFO": ""}, "/", id="empty"),
    ],
)
def test_the_engine_sees_the_path_as_it_was_sent(
    environ: dict[str, str], path: str, behind: Behind, engine: Recorded
) -> None:
    base = EnvironBuilder().get_environ()
    for name in ("RAW_URI", "REQUEST_URI", "SCRIPT_NAME", "PATH_INFO"):
        base.pop(name, None)
    run_wsgi_app(ProviderLane(behind, engine), base | environ)

    assert engine.asked[0].path == path


def test_the_engine_sees_query_headers_body_and_caller(client: Client, engine: Recorded) -> None:
    client.post(
        "/x?a=%20&b",
        data=b"\x00\xff",
        headers={"X-TC-Action": "A", "Host": "127.0.0.1:8080/tencent", "Content-Type": "text/x; y"},
        environ_overrides={"REMOTE_ADDR": "127.0.0.1", "REMOTE_PORT": "7"},
    )
    (asked,) = engine.asked
    named = {"host": "127.0.0.1:8080/tencent", "x-tc-action": "A", "content-type": "text/x; y", "content-length": "2"}

    assert (asked.method, asked.query, asked.body, asked.client) == ("POST", b"a=%20&b", b"\x00\xff", "127.0.0.1:7")
    assert {name: asked.header(name) for name in named} == named


class Trickle(BytesIO):
    """A stream that gives one byte at a time, as a slow client does."""

    def read(self, size: int | None = -1) -> bytes:
        return super().read(1 if size else size)


@pytest.mark.parametrize(
    ("environ", "body"),
    [
        pytest.param({"CONTENT_LENGTH": "3"}, b"abc", id="declared length"),
        pytest.param({"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}, b"abcdef", id="chunked"),
        pytest.param({}, b"", id="no length and no end"),
        pytest.param({"CONTENT_LENGTH": "nonsense"}, b"", id="a length that is none"),
    ],
)
def test_the_body_is_read_to_its_end(environ: dict[str, object], body: bytes, behind: Behind, engine: Recorded) -> None:
    base = {**EnvironBuilder(method="POST").get_environ(), "CONTENT_LENGTH": "", "wsgi.input": Trickle(b"abcdef")}
    run_wsgi_app(ProviderLane(behind, engine), base | environ)

    assert engine.asked[0].body == body


@pytest.mark.parametrize(
    "environ",
    [
        pytest.param({"CONTENT_LENGTH": "1025"}, id="declared"),
        pytest.param({"CONTENT_LENGTH": "9" * 5000}, id="declared beyond reason"),
        pytest.param({"wsgi.input_terminated": True}, id="chunked"),
    ],
)
def test_a_body_over_the_limit_is_answered_413_unseen(
    environ: dict[str, object], make_services: ServicesFactory, behind: Behind
) -> None:
    engine = Recorded(make_services(max_body=1024))
    stream = BytesIO(b"x" * 5000)
    base = {**EnvironBuilder(method="POST").get_environ(), "CONTENT_LENGTH": "", "wsgi.input": stream}
    _, status, _ = run_wsgi_app(ProviderLane(behind, engine), base | environ)

    assert status.startswith("413 ")
    assert (engine.asked, behind.seen) == ([], [])
    assert stream.tell() <= 1025


def test_a_body_at_the_limit_is_taken(make_services: ServicesFactory, behind: Behind) -> None:
    engine = Recorded(make_services(max_body=1024))
    Client(ProviderLane(behind, engine)).post("/x", data=b"x" * 1024)

    assert len(engine.asked[0].body) == 1024


def test_a_slow_answer_comes_late(
    call: Callable[..., TestResponse], services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    force(services, delay=1.5)

    assert call().status_code == 200
    assert slept == [1.5]


def test_a_cut_body_is_promised_whole(call: Callable[..., TestResponse], services: Services) -> None:
    force(services, fault={"truncate": 9})
    answer = call()

    assert answer.data == b'{"Respons'
    assert int(answer.headers["Content-Length"]) > 9


def test_a_drip_comes_in_pieces_with_pauses_between(
    call: Callable[..., TestResponse], services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    force(services, fault={"drip": {"bytes": 10, "interval": 0.5}})
    pieces = list(call().iter_encoded())

    assert orjson.loads(b"".join(pieces))["Response"]["Result"] == "0"
    assert [len(piece) for piece in pieces[:-1]] == [10] * (len(pieces) - 1)
    assert slept == [0.5] * (len(pieces) - 1)


@pytest.mark.parametrize(
    ("fault", "raised"),
    [pytest.param("reset", ConnectionResetError, id="reset"), pytest.param("empty", RemoteDisconnected, id="empty")],
)
def test_a_lost_connection_is_raised_as_a_client_would_see_it(
    call: Callable[..., TestResponse], services: Services, fault: str, raised: type[Exception]
) -> None:
    force(services, fault=fault)

    with pytest.raises(raised) as seen:
        call()
    assert type(seen.value) is raised
    assert len(services.tenants.default.journal.entries()) == 1
