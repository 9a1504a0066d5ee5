"""Transport faults as a client meets them, and that nobody but that client does."""

from __future__ import annotations

import os
import select
import signal
import socket
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.e2e.conftest import Customer, Launch, Running

CustomerOf = Callable[["Running"], "Customer"]


@pytest.fixture
def other(live: Running, customer_of: CustomerOf) -> Customer:
    """Return somebody who is treated well all the while."""
    return customer_of(live)


def test_a_delay_is_real_time_before_the_first_byte(live: Running, customer: Customer) -> None:
    customer.force(delay=0.5)
    with live.connect() as connection:
        begun = time.monotonic()
        connection.sendall(customer.request())
        status, _, body = live.read_answer(connection)

    assert time.monotonic() - begun >= 0.5
    assert (status, customer.result_of(body)) == (200, "0")


def test_a_reset_is_a_reset(live: Running, customer: Customer) -> None:
    customer.force(fault="reset")
    with live.connect() as connection:
        connection.sendall(customer.request())

        with pytest.raises(ConnectionResetError):
            connection.recv(1)


def test_an_empty_answer_is_an_end_without_a_byte(live: Running, customer: Customer) -> None:
    customer.force(fault="empty")

    assert live.exchange(customer.request()) == b""


@pytest.mark.parametrize("keep", [0, 1, 40])
def test_a_cut_answer_promises_more_than_comes(live: Running, customer: Customer, keep: int) -> None:
    customer.force(fault={"truncate": keep})
    head, separator, body = live.exchange(customer.request()).partition(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"\r\nContent-Length: 116\r\n" in head + separator
    assert body == b'{"Response":{"Result":"0","Description":"Authentication passed"'[:keep]


def test_an_answer_cut_behind_its_end_is_whole_and_the_connection_stays(live: Running, customer: Customer) -> None:
    customer.force(fault={"truncate": 100_000})
    with live.connect() as connection:
        for _ in range(2):
            connection.sendall(customer.request())
            assert customer.result_of(live.read_answer(connection)[2]) == "0"


def test_a_drip_comes_piece_by_piece_while_others_are_answered(
    live: Running, customer: Customer, other: Customer
) -> None:
    customer.force(fault={"drip": {"bytes": 30, "interval": 0.3}})
    with live.connect() as dripping:
        dripping.sendall(customer.request())
        received = dripping.recv(65_536)
        assert other.call() == "0"
        assert not received.endswith(b"}}")
        pieces = 0
        while not received.endswith(b"}}"):
            piece = dripping.recv(65_536)
            assert piece
            received += piece
            pieces += 1

    assert pieces >= 3
    assert customer.result_of(received.partition(b"\r\n\r\n")[2]) == "0"


def test_a_fault_comes_after_its_delay(live: Running, customer: Customer) -> None:
    customer.force(delay=0.3, fault="reset")
    with live.connect() as connection:
        begun = time.monotonic()
        connection.sendall(customer.request())
        with pytest.raises(ConnectionResetError):
            connection.recv(1)

    assert time.monotonic() - begun >= 0.3


def test_slow_answers_leave_ordinary_calls_alone(live: Running, customer: Customer, other: Customer) -> None:
    customer.force(delay=3.0)
    with ExitStack() as stack:
        waiting = [stack.enter_context(live.connect()) for _ in range(50)]
        for connection in waiting:
            connection.sendall(customer.request())
        for _ in range(20):
            assert other.call() == "0"
        arrived, _, _ = select.select(waiting, [], [], 0)

        assert arrived == []
        results = [customer.result_of(live.read_answer(connection)[2]) for connection in waiting]
    assert results == ["0"] * 50


def test_faults_hit_the_connection_they_are_meant_for(live: Running, customer: Customer, other: Customer) -> None:
    customer.force(fault="reset")
    with ExitStack() as stack:
        kept = [stack.enter_context(live.connect()) for _ in range(20)]
        for connection in kept:
            connection.sendall(other.request())
            live.read_answer(connection)
        lost = stack.enter_context(live.connect())
        lost.sendall(customer.request())
        with pytest.raises(ConnectionResetError):
            lost.recv(1)

        for connection in kept:
            connection.sendall(other.request())
            assert other.result_of(live.read_answer(connection)[2]) == "0"


def test_what_the_client_never_saw_is_in_the_journal_and_charged(live: Running, customer: Customer) -> None:
    customer.force(fault="empty", charged=True)
    live.exchange(customer.request())
    (entry,) = customer.journal()

    assert (entry["fault"]["kind"], entry["answer"]["code"], entry["answer"]["charged"]) == ("empty", "0", True)


def test_a_faulty_answer_asked_for_without_waiting_ends_the_connection_there(live: Running, customer: Customer) -> None:
    customer.server.admin("POST", f"/rules?tenant={customer.name}", {
        "provider": "tencent", "operation": "BankCardVerification", "times": 1, "then": {"fault": {"truncate": 10}},
    })  # fmt: skip
    received = live.exchange(customer.request() * 3)

    assert received.count(b"HTTP/1.1 200 ") == 1


@pytest.mark.parametrize(
    "then",
    [
        pytest.param({"delay": 300}, id="slow answer"),
        pytest.param({"fault": {"drip": {"bytes": 1, "interval": 60}}}, id="drip"),
    ],
)
def test_a_client_that_hangs_up_ends_its_wait(launch: Launch, customer_of: CustomerOf, then: dict[str, object]) -> None:
    server = launch("--grace", "3600")
    customer = customer_of(server)
    customer.force(**then)
    with server.connect() as connection:
        connection.sendall(customer.request())
        give_up = time.monotonic() + 30
        while not customer.journal():
            assert time.monotonic() < give_up

    # With an hour's grace the server only ends in time when nothing is under way any more.
    assert server.stop(signal.SIGTERM)[0] == 0


def test_faults_work_over_ipv6(launch: Launch, customer_of: CustomerOf) -> None:
    server = launch("--host", "::1")
    customer = customer_of(server)
    customer.force(fault="reset")
    with server.connect() as connection:
        connection.sendall(customer.request())

        with pytest.raises(ConnectionResetError):
            connection.recv(1)


@pytest.mark.skipif(sys.platform != "linux", reason="looks the server's descriptors up in /proc")
def test_faults_leave_no_descriptor_behind(launch: Launch, customer_of: CustomerOf) -> None:
    server = launch()
    customer = customer_of(server)
    descriptors = f"/proc/{server.process.pid}/fd"

    def hit(fault: object) -> None:
        customer.force(fault=fault)
        with socket.create_connection(server.address) as connection:
            connection.sendall(customer.request())
            try:
                server.read_all(connection)
            except ConnectionResetError:
                assert fault == "reset"
        customer.relieve()

    hit("reset")
    before = len(os.listdir(descriptors))
    for fault in ("reset", "empty", {"truncate": 3}) * 3:
        hit(fault)

    # The last client of all has only just hung up; who leaked one of nine would never come down to it.
    give_up = time.monotonic() + 30
    while len(os.listdir(descriptors)) > before:
        assert time.monotonic() < give_up
        time.sleep(0.005)
