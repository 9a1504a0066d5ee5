"""Answers delivered badly; how that looks over a real socket is told in ``tests/e2e/test_faults.py``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from simulator.engine import Engine
from simulator.services import Services
from simulator.socket_door import SocketDoor
from tests.unit.simulator.door import Behind, Client, play, post


@pytest.fixture
def call(services: Services) -> bytes:
    """A provider call that is answered 0."""
    key = services.tenants.default.credentials["tencent"]["secret_id"]
    return post(b'{"Result":"0"}', ("X-Key", key))


def force(services: Services, **then: Any) -> None:
    services.tenants.default.rules.add({"provider": "tencent", "operation": "BankCardVerification", "then": then})


def length_of(head: bytes) -> int:
    return int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])


def test_a_cut_answer_promises_the_whole_and_ends(services: Services, call: bytes) -> None:
    force(services, fault={"truncate": 5})

    async def scene(door: SocketDoor, behind: Behind) -> None:
        client = Client(door).say(call)
        head, _, body = (await client.settled()).partition(b"\r\n\r\n")

        assert (body, client.transport.closed) == (b'{"Res', True)
        assert length_of(head) > 5

    play(Engine(services), scene)


def test_an_answer_cut_behind_its_end_is_whole_and_the_connection_stays(services: Services, call: bytes) -> None:
    force(services, fault={"truncate": 10_000})

    async def scene(door: SocketDoor, behind: Behind) -> None:
        client = Client(door).say(call)
        await client.settled()
        client.say(call)

        assert (await client.settled()).count(b'"Result":"0"') == 2
        assert not client.transport.closed

    play(Engine(services), scene)


def test_a_drip_comes_in_pieces(services: Services, call: bytes) -> None:
    force(services, fault={"drip": {"bytes": 20, "interval": 0}})

    async def scene(door: SocketDoor, behind: Behind) -> None:
        client = Client(door).say(call)
        while not client.sent.endswith(b"}}"):
            await client.settled()
        head, _, body = client.sent.partition(b"\r\n\r\n")

        assert orjson.loads(body)["Response"]["Result"] == "0"
        assert length_of(head) == len(body)
        assert client.transport.writes == -(-len(body) // 20)
        assert not client.transport.closed

    play(Engine(services), scene)


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
        pytest.param(lambda door, client: client.leave(), id="the client hangs up"),
        pytest.param(lambda door, client: door.lines.release(), id="the server stops"),
    ],
)
def test_a_wait_ends_with_the_client_and_with_the_server(
    services: Services, call: bytes, then: Any, during: Callable[[SocketDoor, Client], None]
) -> None:
    force(services, **then)

    async def scene(door: SocketDoor, behind: Behind) -> None:
        client = Client(door).say(call)
        await client.settled()
        assert len(door.lines) == 1
        during(door, client)
        sent = await client.settled()

        assert not sent.endswith(b"}}")
        assert client.transport.closed

    play(Engine(services), scene)


def test_a_client_that_left_before_is_not_waited_for(services: Services, call: bytes) -> None:
    force(services, delay=60)

    async def scene(door: SocketDoor, behind: Behind) -> None:
        client = Client(door).say(call)
        client.leave()

        assert await client.settled() == b""
        assert client.transport.closed

    play(Engine(services), scene)


@pytest.mark.parametrize(("fault", "aborted"), [("reset", True), ("empty", False)])
def test_nothing_is_sent_on_a_connection_that_shall_be_lost(
    services: Services, call: bytes, fault: str, aborted: bool
) -> None:
    force(services, fault=fault)

    async def scene(door: SocketDoor, behind: Behind) -> None:
        client = Client(door).say(call * 2)

        assert await client.settled() == b""
        assert (client.transport.closed, client.transport.aborted) == (True, aborted)

    play(Engine(services), scene)
    # What was asked behind the lost answer was never read.
    (entry,) = services.tenants.default.journal.entries()
    assert entry["fault"]["kind"] == fault


def test_a_slow_answer_to_a_head_has_no_body(services: Services, call: bytes) -> None:
    force(services, delay=0.001)

    async def scene(door: SocketDoor, behind: Behind) -> None:
        client = Client(door).say(call.replace(b"POST ", b"HEAD "))
        while not client.sent:
            await client.settled()

        assert client.sent.endswith(b"\r\n\r\n")

    play(Engine(services), scene)


def test_what_was_not_delivered_is_in_the_journal_and_the_ledger(services: Services, call: bytes) -> None:
    force(services, fault="reset", charged=True)

    async def scene(door: SocketDoor, behind: Behind) -> None:
        await Client(door).say(call).settled()

    play(Engine(services), scene)
    tenant = services.tenants.default
    (entry,) = tenant.journal.entries()

    assert (entry["fault"]["kind"], entry["answer"]["charged"]) == ("reset", True)
    assert tenant.ledger.totals()["tencent"]["BankCardVerification"] == {"charged": 1, "free": 0}
