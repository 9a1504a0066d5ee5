"""The listener that providers call back to."""

from __future__ import annotations

from http.client import HTTPConnection
from urllib.parse import urlsplit

from contracts.receiver import Receiver


def send(url: str, method: str, body: bytes | None = None) -> int:
    parts = urlsplit(url)
    assert parts.hostname is not None
    connection = HTTPConnection(parts.hostname, parts.port, timeout=5)
    connection.request(method, f"{parts.path}?{parts.query}", body, {"X-Event": "done"})
    status = connection.getresponse().status
    connection.close()
    return status


def test_what_comes_is_kept_until_it_is_taken() -> None:
    with Receiver() as receiver:
        statuses = [send(f"{receiver.url}/1?a=b", "POST", b"\xff{}"), send(f"{receiver.url}/2?c=d", "GET")]
        first, second = receiver.take("/1?", 5.0), receiver.take("/2?", 5.0)

    assert statuses == [204, 204]
    assert first is not None
    assert second is not None
    assert (first.method, first.target, first.headers["X-Event"], first.body) == (
        "POST", "/callbacks/1?a=b", "done", b"\xff{}",
    )  # fmt: skip
    assert (second.method, second.target, second.body) == ("GET", "/callbacks/2?c=d", b"")


def test_what_comes_for_somebody_else_is_forgotten() -> None:
    with Receiver() as receiver:
        send(f"{receiver.url}/1?a=b", "GET")

        assert receiver.take("/2?", 0.01) is None
        assert receiver.take("/1?", 0.01) is None
