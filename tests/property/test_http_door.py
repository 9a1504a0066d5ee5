"""Laws of the socket door: how bytes arrive does not matter, and no bytes break it."""

from __future__ import annotations

import logging
import re
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.engine import Engine
from simulator.providers import PROVIDERS
from simulator.services import Services
from simulator.settings import Settings
from simulator.socket_door import SocketDoor
from tests.unit.simulator.door import Behind, Client, chunked, play, post

SPOILT = 3000
"""Requests in one run of the spoiler."""

REQUESTS = (
    post(b'{"IdCard":"11010119900307001X"}', ("X-TC-Action", "BankCardVerification"), ("X-TC-Version", "2018-03-01")),
    post(b"", ("Connection", "Upgrade"), ("Upgrade", "h2c"), path="/tencent?Action=IdCardVerification", method="GET"),
    post(b"a=b&c=%E5", ("Content-Type", "application/x-www-form-urlencoded"), path="/kyc/cn/request"),
    chunked(b"abc", b"d" * 40, path="/alibaba/"),
    post(b"<a/>", ("Host", "mps.localhost"), path="/nciic_ws/services/", method="PUT"),
    post(b"", path="/nowhere", method="HEAD"),
)
_IDS = re.compile(rb"[0-9a-fA-F]{8}-[0-9a-fA-F-]{27,}|Date: [^\r]*|[0-9]{10,}")


def fresh() -> Engine:
    return Engine(Services(Settings(seed="door"), PROVIDERS))


def answered(pieces: list[bytes]) -> bytes:
    """Return what a new server sends to a client that says *pieces*, without what is different each time."""
    told: list[bytes] = []

    async def scene(door: SocketDoor, behind: Behind) -> None:
        told.append(await Client(door).say(*pieces).settled())

    play(fresh(), scene)
    return _IDS.sub(b"", told[0])


@given(data=st.data())
def test_it_does_not_matter_where_the_bytes_are_cut(data: st.DataObject) -> None:
    raw = b"".join(data.draw(st.lists(st.sampled_from(REQUESTS), min_size=1, max_size=4)))
    cuts = sorted(data.draw(st.sets(st.integers(1, len(raw) - 1), max_size=12)))
    pieces = [raw[start:end] for start, end in pairwise([0, *cuts, len(raw)])]

    assert answered(pieces) == answered([raw])


def spoilt(chance: Random) -> bytes:
    raw = bytearray(b"".join(chance.choices(REQUESTS, k=chance.randint(1, 3))))
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(raw))
        match chance.randrange(4):
            case 0:
                raw[at] = chance.randrange(256)
            case 1:
                del raw[at : at + chance.randint(1, 30)]
                raw = raw or bytearray(b"x")
            case 2:
                raw[at:at] = chance.randbytes(chance.randint(1, 30))
            case _:
                raw[at:at] = chance.choice((b"\r\n", b"\0", b" ", b":", b"\r\nTransfer-Encoding: chunked", b"\xff"))
    return bytes(raw)


def test_spoilt_bytes_are_answered_or_waited_for(caplog: pytest.LogCaptureFixture) -> None:
    chance = Random(20_261_121)
    refused = 0

    async def scene(door: SocketDoor, behind: Behind) -> None:
        nonlocal refused
        for _ in range(SPOILT):
            client = Client(door)
            raw = spoilt(chance)
            cut = chance.randrange(len(raw))
            client.say(raw[:cut], raw[cut:])
            sent = await client.settled()
            refused += b"Connection: close" in sent
            assert sent == b"" or sent.startswith(b"HTTP/1.1 "), raw
            assert b"HTTP/1.1 500" not in sent, raw
            client.leave()
            await client.settled()
            assert door.connections == set(), raw

    with caplog.at_level(logging.ERROR, "kyc_sim"):
        play(fresh(), scene)

    assert caplog.text == ""
    assert refused > SPOILT // 10
