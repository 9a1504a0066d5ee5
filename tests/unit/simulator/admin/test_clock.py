from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from simulator.clock import FixedClock

Send = Callable[..., TestResponse]

START = "2026-01-01T00:00:00Z"


def test_a_clock_follows_the_machine(send: Send, clock: FixedClock) -> None:
    assert send("GET", "clock").get_json() == {"now": START, "frozen": False, "offset": 0}
    clock.advance(1.5)
    assert send("GET", "clock").get_json()["now"] == "2026-01-01T00:00:01.500000Z"


@pytest.mark.parametrize(
    ("change", "now", "frozen", "offset"),
    [
        pytest.param({"freeze": True}, START, True, 0, id="freeze"),
        pytest.param({"freeze": "2026-01-02T08:00:00+08:00"}, "2026-01-02T00:00:00Z", True, 86_400, id="freeze there"),
        pytest.param({"advance": 60}, "2026-01-01T00:01:00Z", False, 60, id="advance"),
        pytest.param({"advance": -0.5}, "2025-12-31T23:59:59.500000Z", False, -0.5, id="back"),
        pytest.param({"set": "2026-01-03T00:00:00Z"}, "2026-01-03T00:00:00Z", False, 172_800, id="set"),
        pytest.param({"freeze": True, "advance": 60}, "2026-01-01T00:01:00Z", True, 60, id="freeze and advance"),
        pytest.param(
            {"advance": 1, "freeze": True, "set": "2026-01-02T00:00:00Z"},
            "2026-01-02T00:00:01Z",
            True,
            86_401,
            id="all three",
        ),
        pytest.param({"freeze": False}, START, False, 0, id="run on"),
    ],
)
def test_a_clock_is_changed(send: Send, change: dict[str, Any], now: str, frozen: bool, offset: float) -> None:
    wanted = {"now": now, "frozen": frozen, "offset": offset}

    assert send("PATCH", "clock", change).get_json() == wanted
    assert send("GET", "clock").get_json() == wanted


def test_a_frozen_clock_stands_until_it_runs_on(send: Send, clock: FixedClock) -> None:
    send("PATCH", "clock", {"freeze": True})
    clock.advance(100)
    assert send("GET", "clock").get_json() == {"now": START, "frozen": True, "offset": -100}
    assert send("PATCH", "clock", {"freeze": False}).get_json() == {"now": START, "frozen": False, "offset": -100}
    clock.advance(1)
    assert send("GET", "clock").get_json()["now"] == "2026-01-01T00:00:01Z"
    assert send("DELETE", "clock").status_code == 204
    assert send("GET", "clock").get_json() == {"now": "2026-01-01T00:01:41Z", "frozen": False, "offset": 0}


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        pytest.param({}, "", id="nothing"),
        pytest.param({"freezed": True}, "/freezed", id="misspelt"),
        pytest.param({"freeze": None}, "/freeze", id="null"),
        pytest.param({"freeze": 1}, "/freeze", id="a number"),
        pytest.param({"freeze": "soon"}, "/freeze", id="not a moment"),
        pytest.param({"freeze": "2026-01-01T00:00:00"}, "/freeze", id="no offset from UTC"),
        pytest.param({"set": True}, "/set", id="a boolean to set"),
        pytest.param({"set": "1969-12-31T23:59:59Z"}, "/set", id="before 1970"),
        pytest.param({"set": "0001-01-01T00:00:00+14:00"}, "/set", id="before the calendar"),
        pytest.param({"set": "2200-01-01T00:00:00Z"}, "/set", id="2200"),
        pytest.param({"set": START, "freeze": START}, "/freeze", id="two moments"),
        pytest.param({"advance": True}, "/advance", id="a boolean to advance"),
        pytest.param({"advance": "60"}, "/advance", id="seconds as text"),
        pytest.param({"advance": 1e300}, "/advance", id="beyond time"),
        pytest.param({"advance": -1e10}, "/advance", id="before 1970 again"),
        pytest.param({"freeze": True, "advance": 1e10}, "/advance", id="the second of two"),
    ],
)
def test_an_odd_change_is_refused_and_nothing_is_changed(send: Send, change: dict[str, Any], pointer: str) -> None:
    answer = send("PATCH", "clock", change)

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.get_json()["errors"]] == [pointer]
    assert send("GET", "clock").get_json() == {"now": START, "frozen": False, "offset": 0}


def test_one_tenants_clock_leaves_the_others_alone(send: Send) -> None:
    send("POST", "tenants", {"name": "team-a"})
    send("PATCH", "clock", {"advance": 60}, tenant="team-a")

    assert send("GET", "clock").get_json()["now"] == START
    assert send("GET", "clock", tenant="team-a").get_json()["now"] == "2026-01-01T00:01:00Z"
