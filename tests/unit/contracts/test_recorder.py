"""What is sent is handed on unchanged, heard, and taken apart."""

from __future__ import annotations

import socket
import threading
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from contracts.recorder import RawRequest, Recorder, parse_requests


class Echo(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        return


def test_requests_pass_through_and_are_heard() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        with Recorder(("127.0.0.1", server.server_address[1])) as recorder:
            connection = HTTPConnection(recorder.url.removeprefix("http://"))
            for body in (b'{"a": 1}', b"x" * 200_000):
                connection.request("POST", "/here?q=%E6%9E%97", body, {"X-Id": "1"})
                assert connection.getresponse().read() == body
            connection.close()
            first, second = recorder.take()

            assert recorder.take() == ()
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert (first.method, first.at("query:q"), first.at("header:x-id"), first.at("body:a")) == ("POST", "林", "1", "1")
    assert len(second.body) == 200_000


def test_nobody_behind_it_is_a_closed_connection() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with Recorder(("127.0.0.1", port)) as recorder:
        connection = socket.create_connection(("127.0.0.1", int(recorder.url.rpartition(":")[2])), 5)
        told = connection.recv(1)
        connection.close()

    assert told == b""


def test_chunks_are_put_together() -> None:
    head = b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    raw = head + b"3\r\nabc\r\n2;x\r\nde\r\n0\r\n\r\nGET /next HTTP/1.1\r\n\r\n"
    first, second = parse_requests(raw)

    assert (first.body, second.target) == (b"abcde", "/next")


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"POST / HTTP/1.1\r\nContent-Le", id="a head cut short"),
        pytest.param(b"", id="nothing"),
    ],
)
def test_what_is_cut_is_left_out(raw: bytes) -> None:
    assert list(parse_requests(raw)) == []


def request(content_type: str, body: bytes) -> RawRequest:
    return RawRequest(method="POST", target="/p?a=1&b=", headers=(("Content-Type", content_type),), body=body)


@pytest.mark.parametrize(
    ("content_type", "body", "parameters"),
    [
        pytest.param("application/json", b'{"Name": "x"}', {"Name": "x"}, id="JSON"),
        pytest.param("application/x-www-form-urlencoded; charset=utf-8", b"Name=%E6%9E%97", {"Name": "林"}, id="form"),
        pytest.param("application/json", b"", {}, id="empty"),
        pytest.param("application/json", b"[1]", None, id="an array"),
        pytest.param("text/xml", b"<a/>", None, id="XML"),
    ],
)
def test_parameters_are_read_from_the_body(content_type: str, body: bytes, parameters: object) -> None:
    assert request(content_type, body).parameters == parameters


def test_what_stands_in_the_open_leaves_documented_parameters_out() -> None:
    raw = RawRequest(method="GET", target="/p?Name=%E6%9E%97&Id=7", headers=(("X", "y"),), body=b"secret")

    assert "林" in raw.in_the_open()
    assert "林" not in raw.in_the_open(frozenset({"Name"}))
    assert "Id=7" in raw.in_the_open(frozenset({"Name"}))
    assert "X: y" in raw.in_the_open()
    assert "secret" not in raw.in_the_open()
