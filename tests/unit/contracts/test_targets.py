"""Only a simulator is a target, and what it complains of is told without values."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from contracts.targets import Target, TargetError


@contextmanager
def answering(status: int, body: bytes) -> Iterator[str]:
    class Fixed(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", "0")))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Fixed)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    "url", ["https://localhost:1", "localhost:1", "http://", "http://h:0", "http://h:x", "http://h/p"]
)
def test_an_address_of_another_form_is_refused(url: str) -> None:
    with pytest.raises(TargetError, match="http://HOST:PORT"):
        Target(url)


@pytest.mark.parametrize(
    ("status", "body", "complaint"),
    [
        pytest.param(200, b"<html>", "no simulator", id="a page"),
        pytest.param(
            422,
            b'{"title": "Not valid", "errors": [{"pointer": "/switches/x", "detail": "no such switch"}]}',
            r"POST /__admin/tenants: 422 Not valid \(/switches/x no such switch\)",
            id="a problem",
        ),
        pytest.param(500, b"", "500", id="nothing"),
    ],
)
def test_another_answer_is_told(status: int, body: bytes, complaint: str) -> None:
    with answering(status, body) as url:
        target = Target(url)

        with pytest.raises(TargetError, match=complaint):
            target.create_tenant({})
        target.close()


def test_nobody_there_is_told() -> None:
    with answering(200, b"{}") as url:
        gone = url

    with pytest.raises(TargetError, match="no simulator answers"):
        Target(gone).create_tenant({})


def test_a_refusal_keeps_its_status() -> None:
    with answering(409, b'{"title": "Conflict"}') as url, pytest.raises(TargetError) as refused:
        Target(url).create_tenant({}, name="taken")

    assert refused.value.status == 409


def test_an_interrupted_question_is_in_nobodys_way(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with answering(200, b'{"id": "rule-1"}') as url:
        target = Target(url)
        with monkeypatch.context() as patched:
            patched.setattr("http.client.HTTPConnection.getresponse", interrupt)
            with pytest.raises(KeyboardInterrupt):
                target.ask("POST", "/rules", {})
        found = target.ask("POST", "/rules", {})
        target.close()

    assert found == {"id": "rule-1"}
