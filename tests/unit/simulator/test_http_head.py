from __future__ import annotations

import pytest

from simulator.http_head import rendered
from simulator.wire import Headers, WireResponse

DATE = b"Sat, 21 Nov 2026 14:00:00 GMT"


def head(*headers: tuple[str, str], status: int = 200, body: bytes = b"ab", **how: bool) -> bytes:
    return rendered(WireResponse(status=status, headers=headers, body=body), date=DATE, **how)


def test_the_order_and_the_spelling_are_the_gateways() -> None:
    assert head(("Content-Type", "application/json")) == (
        b"HTTP/1.1 200 OK\r\nServer: nginx\r\nDate: Sat, 21 Nov 2026 14:00:00 GMT\r\nContent-Type: application/json\r\n"
        b"Content-Length: 2\r\nConnection: keep-alive\r\n\r\nab"
    )


def test_a_server_of_its_own_stands_where_ours_would() -> None:
    assert head(("X-A", "1"), ("server", "other")).startswith(
        b"HTTP/1.1 200 OK\r\nserver: other\r\nDate: " + DATE + b"\r\nX-A: 1\r\n"
    )


def test_a_length_of_its_own_is_kept_and_told_once() -> None:
    told = head(("Content-Length", "7"), body=b"", head_only=True)

    assert told.endswith(b"Content-Length: 7\r\nConnection: keep-alive\r\n\r\n")
    assert told.count(b"Content-Length") == 1


def test_a_head_has_the_length_of_the_body_it_leaves_out() -> None:
    assert head(head_only=True).endswith(b"Content-Length: 2\r\nConnection: keep-alive\r\n\r\n")


@pytest.mark.parametrize("status", [204, 304])
def test_an_answer_that_has_no_body_tells_no_length(status: int) -> None:
    told = head(status=status)

    assert b"Content-Length" not in told
    assert told.endswith(b"\r\n\r\n")


def test_whether_the_connection_stays_is_not_the_answers_to_say() -> None:
    told = head(("Connection", "keep-alive"), closing=True)

    assert told.count(b"Connection") == 1
    assert b"\r\nConnection: close\r\n" in told


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\nX-Evil: 1", "a\0b"])
def test_a_value_starts_no_header_of_its_own(value: str) -> None:
    assert b"\r\nX-Evil" not in head(("X-Echo", value))
    assert b"\0" not in head(("X-Echo", value))


def test_letters_beyond_latin_are_no_error() -> None:
    headers: Headers = (("X-Name", "café 你"),)

    assert "X-Name: café ?".encode("latin-1") in head(*headers)


def test_an_unlisted_status_has_a_phrase_all_the_same() -> None:
    assert head(status=599).startswith(b"HTTP/1.1 599 Unknown\r\n")
