"""The server as its clients meet it: HTTP on the wire, start and stop."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.e2e.conftest import Customer, Launch, Running

CustomerOf = Callable[["Running"], "Customer"]


def test_a_signed_call_is_verified(live: Running, customer: Customer) -> None:
    with live.connect() as connection:
        connection.sendall(customer.request())
        status, headers, body = live.read_answer(connection)

    assert (status, customer.result_of(body)) == (200, "0")
    assert list(headers) == ["server", "date", "content-type", "content-length", "connection"]
    assert (headers["content-type"], headers["server"]) == ("application/json", "nginx")


def test_every_provider_and_the_admin_api_share_the_port(live: Running, customer: Customer) -> None:
    assert live.admin("GET", "/health")
    assert customer.call() == "0"
    assert customer.journal()[-1]["operation"] == "BankCardVerification"


def test_the_admin_api_says_who_answers(live: Running) -> None:
    answer = live.exchange(b"GET /__admin/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")

    assert b"\r\nServer: kyc-sim\r\n" in answer


@pytest.mark.parametrize(
    ("host", "path"),
    [
        pytest.param("{}/tencent", "/tencent", id="an endpoint with a path put into Host whole"),
        pytest.param("{}/tencent", "/tencent/", id="and the slash the client appends"),
        pytest.param("faceid.tencentcloudapi.com", "/", id="the provider's own name"),
        pytest.param("tencent.localhost", "/", id="our name for it"),
        pytest.param("{}", "/", id="told by what the client signs"),
    ],
)
def test_a_client_changes_only_its_endpoint(live: Running, customer: Customer, host: str, path: str) -> None:
    answer = live.exchange(customer.request(host=host.format(live.authority), path=path, close=True))

    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b'"Result":"0"' in answer


def test_one_connection_carries_many_calls(live: Running, customer: Customer) -> None:
    with live.connect() as connection:
        for _ in range(5):
            connection.sendall(customer.request())
            assert customer.result_of(live.read_answer(connection)[2]) == "0"


def test_calls_sent_without_waiting_are_answered_in_order(live: Running, customer: Customer) -> None:
    customer.server.admin("POST", f"/rules?tenant={customer.name}", {
        "provider": "tencent", "operation": "BankCardVerification", "times": 1, "then": {"result": "-1", "delay": 0.3},
    })  # fmt: skip
    health = b"GET /__admin/health HTTP/1.1\r\nHost: localhost\r\n\r\n"
    received = live.exchange(customer.request() + health + customer.request(close=True))
    order = [received.index(mark) for mark in (b'"Result":"-1"', b"Server: kyc-sim", b'"Result":"0"')]

    assert received.count(b"HTTP/1.1 200 ") == 3
    assert order == sorted(order)


def test_calls_at_the_same_time_are_all_counted_and_a_rule_fires_as_often_as_it_says(
    live: Running, customer: Customer
) -> None:
    rule = {"provider": "tencent", "operation": "BankCardVerification", "times": 2, "then": {"result": "-17"}}
    live.admin("POST", f"/rules?tenant={customer.name}", rule)
    live.admin("PATCH", f"/tenants/{customer.name}", {"switches": {"tencent.qps": 60}})
    live.admin("PATCH", f"/clock?tenant={customer.name}", {"freeze": True})
    call = customer.request()

    def calls(_: int) -> bytes:
        with live.connect() as connection:
            answers = []
            for _ in range(10):
                connection.sendall(call)
                answers.append(live.read_answer(connection)[2])
            live.admin("GET", f"/journal?tenant={customer.name}")  # read in a thread while others are written
            return b"".join(answers)

    with ThreadPoolExecutor(8) as threads:
        answers = b"".join(threads.map(calls, range(8)))
    ledger = live.admin("GET", f"/ledger?tenant={customer.name}")
    told = [answers.count(mark) for mark in (b'"Result":"0"', b'"Result":"-17"', b'"RequestLimitExceeded"')]

    assert told == [58, 2, 20]
    assert (ledger["charged"], ledger["free"]) == (58, 22)
    assert [entry["number"] for entry in customer.journal()] == list(range(1, 81))
    assert live.admin("GET", f"/rules?tenant={customer.name}")["rules"][0]["fired"] == 2


@pytest.mark.parametrize("chunks", [1, 7, 10_000])
def test_a_chunked_body_is_understood(live: Running, customer: Customer, chunks: int) -> None:
    assert b'"Result":"0"' in live.exchange(customer.request(chunks=chunks, close=True))


def test_a_slow_client_is_waited_for_and_holds_up_nobody(live: Running, customer: Customer) -> None:
    raw = customer.request()
    middle = len(raw) - 40
    with live.connect() as slow:
        for start in range(0, middle, 50):
            slow.sendall(raw[start : min(start + 50, middle)])
            time.sleep(0.01)
        assert customer.call() == "0"
        slow.sendall(raw[middle:])

        assert customer.result_of(live.read_answer(slow)[2]) == "0"


def test_a_client_that_waits_for_leave_to_send_gets_it(live: Running, customer: Customer) -> None:
    head, _, body = customer.request(close=True).partition(b"\r\n\r\n")
    with live.connect() as connection:
        connection.sendall(head + b"\r\nExpect: 100-continue\r\n\r\n")
        assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(body)

        assert b'"Result":"0"' in live.read_all(connection)


LONG = 2_500_000
"""Bytes; the shared server takes two million."""


def test_a_body_declared_too_long_is_answered_before_it_is_sent(live: Running) -> None:
    with live.connect() as connection:
        connection.sendall(b"POST /tencent HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n" % LONG)
        status, _, body = live.read_answer(connection)

    assert (status, b"2000000 bytes" in body) == (413, True)


@pytest.mark.parametrize("chunked", [False, True], ids=["declared", "chunked"])
def test_an_ordinary_client_sending_too_much_is_told_so(live: Running, chunked: bool) -> None:
    connection = HTTPConnection(*live.address, timeout=30)
    content = iter([b"x" * 50_000] * (LONG // 50_000)) if chunked else b"x" * LONG
    # The server need not listen to the end; what it said before that is still to be read.
    with suppress(BrokenPipeError, ConnectionResetError):
        connection.request("POST", "/tencent", content, encode_chunked=chunked)
    status = connection.getresponse().status
    connection.close()

    assert status == 413


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"nonsense\r\n\r\n", id="no request line"),
        pytest.param(b"GET / HTTP/1.1\r\nno colon\r\n\r\n", id="no header"),
        pytest.param(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n", id="negative length"),
        pytest.param(
            b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", id="two lengths"
        ),
        pytest.param(
            b"POST /tencent HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nzz\r\n",
            id="not well chunked",
        ),
    ],
)
def test_what_is_no_http_is_answered_400(live: Running, raw: bytes) -> None:
    assert live.exchange(raw).startswith(b"HTTP/1.1 400 ")


def test_a_tunnel_is_refused(live: Running) -> None:
    raw = b"CONNECT faceid.tencentcloudapi.com:443 HTTP/1.1\r\nHost: faceid.tencentcloudapi.com\r\n\r\n"
    with live.connect() as connection:
        connection.sendall(raw)

        assert live.read_answer(connection)[0] == 405


def test_a_body_that_breaks_off_leaves_the_server_as_it_was(live: Running, customer: Customer) -> None:
    with live.connect() as connection:
        connection.sendall(customer.request()[:-10])

    assert customer.call() == "0"
    assert len(customer.journal()) == 1


def test_port_zero_never_gives_two_servers_one_port(launch: Launch) -> None:
    one, other = launch(), launch()

    assert one.address != other.address
    assert [server.stop()[0] for server in (one, other)] == [0, 0]


def serve(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "simulator", "serve", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)


def test_a_busy_port_ends_with_3_and_one_line(live: Running) -> None:
    port = str(live.address[1])
    done = serve("--port", port)

    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == f"kyc-sim: port {port} is in use; --port 0 takes a free one\n"


def test_an_open_address_without_a_token_ends_with_2_and_one_line() -> None:
    done = serve("--port", "0", "--host", "0.0.0.0")  # noqa: S104  # which is what is refused

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "--admin-token" in done.stderr


def test_an_ipv6_address_is_served(launch: Launch, customer_of: CustomerOf) -> None:
    server = launch("--host", "::1")

    assert server.url.startswith("http://[::1]:")
    assert customer_of(server).call() == "0"


def test_the_banner_names_the_address_and_nothing_is_said_besides(launch: Launch) -> None:
    server = launch()
    server.exchange(b"GET /nowhere HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
    code, out, err = server.stop()

    assert (code, err) == (0, "")
    assert out.startswith(f"kyc-sim listens on {server.url}\n")
    assert out.count("curl -s") == 1


@pytest.mark.parametrize(
    ("number", "code", "said"),
    [
        pytest.param(signal.SIGTERM, 0, "", id="SIGTERM"),
        pytest.param(signal.SIGINT, 130, "kyc-sim: interrupted\n", id="SIGINT"),
    ],
)
def test_an_answer_under_way_is_finished_before_the_end(
    launch: Launch, customer_of: CustomerOf, number: int, code: int, said: str
) -> None:
    server = launch()
    customer = customer_of(server)
    customer.force(delay=1.0)
    with server.connect() as idle, server.connect() as waiting:
        waiting.sendall(customer.request())
        until_journaled(customer)
        server.process.send_signal(number)
        _, _, body = server.read_answer(waiting)

        assert idle.recv(1) == b""
    assert customer.result_of(body) == "0"
    ended = server.stop()
    assert (ended[0], ended[2]) == (code, said)
    with pytest.raises(ConnectionRefusedError):
        server.connect()


def until_journaled(customer: Customer, calls: int = 1) -> None:
    """Wait until the engine has answered; a rule then holds the answer back."""
    give_up = time.monotonic() + 30
    while len(customer.journal()) < calls:
        assert time.monotonic() < give_up
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("grace", "signals"),
    [
        pytest.param("0.2", 1, id="when its time is over"),
        pytest.param("60", 2, id="at once, told twice"),
    ],
)
def test_an_answer_held_too_long_is_dropped(launch: Launch, customer_of: CustomerOf, grace: str, signals: int) -> None:
    server = launch("--grace", grace)
    customer = customer_of(server)
    customer.force(delay=300)
    with server.connect() as idle, server.connect() as waiting:
        waiting.sendall(customer.request())
        until_journaled(customer)
        server.process.send_signal(signal.SIGTERM)
        # Two signals become one when the first is not heard yet; that it was heard shows here.
        assert idle.recv(1) == b""
        for _ in range(signals - 1):
            server.process.send_signal(signal.SIGTERM)

        assert server.read_all(waiting) == b""
    # Nothing more is sent: one signal too many would end the server before the dropped answer has let go.
    _, err = server.process.communicate(timeout=30)
    assert (server.process.returncode, err) == (0, "")


def test_an_upload_that_never_ends_does_not_keep_the_server(launch: Launch) -> None:
    server = launch("--grace", "0.2")
    with server.connect() as stuck:
        stuck.sendall(b"POST /tencent HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc")
        time.sleep(0.2)
        code, _, err = server.stop()

    assert (code, err) == (0, "")


def test_the_ready_file_goes_with_the_server(launch: Launch, tmp_path: Path) -> None:
    server = launch()
    (ready,) = tmp_path.iterdir()
    told = json.loads(ready.read_bytes())
    server.stop()

    assert told == {"url": server.url, "pid": server.process.pid, "credentials": server.credentials}
    assert list(tmp_path.iterdir()) == []


def test_a_client_that_cannot_be_reached_any_more_is_no_error(live: Running, customer: Customer) -> None:
    with socket.create_connection(live.address) as connection:
        connection.sendall(customer.request() * 50)

    assert customer.call() == "0"


def test_a_reader_that_has_read_enough_is_told_nothing() -> None:
    command = [sys.executable, "-m", "simulator", "catalog"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()

        assert process.stderr.read() == ""
