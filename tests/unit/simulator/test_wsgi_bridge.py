from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask, Response, request

from simulator.wire import WireRequest, WireResponse
from simulator.wsgi_bridge import WsgiBridge, call, environ_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

SERVER = ("127.0.0.1", 8080)


def asked(**members: Any) -> WireRequest:
    return WireRequest(
        **{
            "method": "POST",
            "path": "/echo/a%20b%2Fc/%E4%BD%A0",
            "query": b"q=%20&x",
            "headers": (("host", "h:1"), ("x-a", "1"), ("x-a", "2"), ("content-type", "text/x")),
            "body": b"\x00\xff",
            "client": "127.0.0.1:7",
            **members,
        }
    )


def bridged(make: Callable[[], WSGIApplication], *requests: WireRequest) -> list[WireResponse]:
    """Answer *requests* at the same time through one bridge."""

    async def run() -> list[WireResponse]:
        bridge = WsgiBridge(make, SERVER, threads=2)
        try:
            return await asyncio.gather(*(bridge.answer(request) for request in requests))
        finally:
            bridge.close()

    return asyncio.run(run())


@pytest.fixture
def flask() -> Flask:
    app = Flask("test")

    @app.route("/echo/<path:rest>", methods=["GET", "HEAD", "POST"])
    def echo(rest: str) -> dict[str, Any]:
        return {
            "rest": rest,
            "query": request.query_string.decode(),
            "body": request.get_data().hex(),
            "headers": dict(request.headers),
            "remote": request.remote_addr,
        }

    @app.get("/cookies")
    def cookies() -> Response:
        answer = Response("x")
        answer.set_cookie("a", "1")
        answer.set_cookie("b", "2")
        return answer

    return app


def test_flask_sees_the_request_that_was_sent(flask: Flask) -> None:
    (answer,) = bridged(lambda: flask, asked())
    seen = flask.json.loads(answer.body)

    assert answer.status == 200
    assert (seen["rest"], seen["query"], seen["body"], seen["remote"]) == ("a b/c/你", "q=%20&x", "00ff", "127.0.0.1")
    assert seen["headers"] == {"Host": "h:1", "X-A": "1,2", "Content-Type": "text/x", "Content-Length": "2"}


def test_every_header_of_the_answer_is_kept_and_the_server_named(flask: Flask) -> None:
    (answer,) = bridged(lambda: flask, asked(path="/cookies", method="GET"))

    assert [name for name, _ in answer.headers].count("Set-Cookie") == 2
    assert ("Server", "kyc-sim") in answer.headers


def test_an_answer_to_head_has_a_length_and_no_body(flask: Flask) -> None:
    (answer,) = bridged(lambda: flask, asked(method="HEAD"))

    assert answer.body == b""
    assert int(dict(answer.headers)["Content-Length"]) > 0


def test_a_header_cannot_pass_for_another_and_lost_chunks_are_not_announced() -> None:
    headers = (("x_a", "spoofed"), ("transfer-encoding", "chunked"), ("content-length", "999"), ("cookie", "c"))
    environ = environ_of(asked(headers=headers, body=b"abc"), SERVER)

    assert {name for name in environ if name.startswith("HTTP_")} == {"HTTP_COOKIE"}
    assert environ["CONTENT_LENGTH"] == "3"


def test_the_path_stands_raw_beside_the_decoded_one() -> None:
    environ = environ_of(asked(), SERVER)

    assert environ["PATH_INFO"].encode("latin-1").decode() == "/echo/a b/c/你"
    assert environ["REQUEST_URI"] == "/echo/a%20b%2Fc/%E4%BD%A0?q=%20&x"
    assert environ_of(asked(query=b""), SERVER)["REQUEST_URI"] == "/echo/a%20b%2Fc/%E4%BD%A0"


def test_an_ipv6_caller_is_named_without_brackets() -> None:
    environ = environ_of(asked(client="[::1]:7"), SERVER)

    assert (environ["REMOTE_ADDR"], environ["REMOTE_PORT"]) == ("::1", "7")


def test_the_application_is_made_once_and_only_when_needed() -> None:
    made: list[int] = []

    def make() -> WSGIApplication:
        made.append(1)
        return Flask("test")

    WsgiBridge(make, SERVER).close()
    assert made == []
    bridged(make, *[asked() for _ in range(8)])
    assert made == [1]


def test_an_application_that_cannot_be_made_is_tried_again_and_said_without_its_message(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def make() -> WSGIApplication:
        raise LookupError("110101190001010006")

    with caplog.at_level(logging.ERROR, "kyc_sim"):
        answers = bridged(make, asked(), asked())

    assert [answer.status for answer in answers] == [500, 500]
    assert caplog.text.count("LookupError at test_wsgi_bridge.py") == 2
    assert "110101190001010006" not in caplog.text


def test_a_slow_page_does_not_hold_up_the_next() -> None:
    turn = threading.Event()

    def application(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/slow":
            assert turn.wait(5), "the quick page never came"
        turn.set()
        start_response("200 OK", [])
        return [environ["PATH_INFO"].encode()]

    slow, quick = bridged(lambda: application, asked(path="/slow"), asked(path="/quick"))

    assert (slow.body, quick.body) == (b"/slow", b"/quick")


class Parts:
    def __init__(self, *, broken: bool) -> None:
        self.closed = False
        self._broken = broken

    def __iter__(self) -> Iterator[bytes]:
        yield b"parts"
        if self._broken:
            raise BrokenPipeError

    def close(self) -> None:
        self.closed = True


def test_pieces_written_and_pieces_returned_make_one_body_and_are_closed() -> None:
    parts = Parts(broken=False)

    def application(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        start_response("201 Created", [("X", "y")])(b"written, ")
        return parts

    answer = call(application, environ_of(asked(), SERVER))

    assert (answer.status, answer.body, parts.closed) == (201, b"written, parts", True)


def test_pieces_that_break_off_are_closed_all_the_same() -> None:
    parts = Parts(broken=True)

    def application(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])
        return parts

    with pytest.raises(BrokenPipeError):
        call(application, environ_of(asked(), SERVER))
    assert parts.closed
