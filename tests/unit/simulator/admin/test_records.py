from __future__ import annotations

from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from simulator.engine import Engine
from simulator.wire import WireRequest

Send = Callable[..., TestResponse]
RequestFactory = Callable[..., WireRequest]


@pytest.fixture
def five_calls(engine: Engine, toy_request: RequestFactory) -> None:
    for code in ("0", "-1", "-17", "0", "-2"):
        engine.answer(toy_request(Result=code, IdCard="110101190001010006"))


@pytest.mark.usefixtures("five_calls")
@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        pytest.param({}, [1, 2, 3, 4, 5], id="all"),
        pytest.param({"limit": "2"}, [4, 5], id="the newest"),
        pytest.param({"after": "0", "limit": "2"}, [1, 2], id="the first page"),
        pytest.param({"after": "2", "limit": "2"}, [3, 4], id="the next page"),
        pytest.param({"after": "4", "limit": "2"}, [5], id="the last page"),
        pytest.param({"after": "5"}, [], id="behind the last"),
        pytest.param({"limit": "0"}, [], id="none"),
    ],
)
def test_the_journal_is_read_in_pages(send: Send, query: dict[str, str], numbers: list[int]) -> None:
    assert [entry["number"] for entry in send("GET", "journal", **query).get_json()["entries"]] == numbers


@pytest.mark.usefixtures("five_calls")
def test_the_journal_shows_no_personal_value(send: Send) -> None:
    assert "110101190001010006" not in send("GET", "journal").text


@pytest.mark.usefixtures("five_calls")
def test_a_cleared_journal_is_empty_and_the_charges_stay(send: Send) -> None:
    assert send("DELETE", "journal").status_code == 204
    assert send("GET", "journal").get_json() == {"entries": []}
    assert send("GET", "ledger").get_json()["charged"] == 3


@pytest.mark.usefixtures("five_calls")
def test_the_ledger_adds_up(send: Send) -> None:
    ledger = send("GET", "ledger", limit="2").get_json()

    assert (ledger["charged"], ledger["free"]) == (3, 2)
    assert ledger["totals"] == {"tencent": {"BankCardVerification": {"charged": 3, "free": 2}}}
    assert [(entry["code"], entry["charged"]) for entry in ledger["entries"]] == [("0", True), ("-2", False)]


def test_an_unused_tenant_owes_nothing(send: Send) -> None:
    assert send("GET", "ledger").get_json() == {"charged": 0, "free": 0, "totals": {}, "entries": []}


def test_calls_of_nobody_stand_in_the_lobby(send: Send, engine: Engine, toy_request: RequestFactory) -> None:
    engine.answer(toy_request(key="nobody"))

    assert send("GET", "journal").get_json() == {"entries": []}
    assert len(send("GET", "journal", tenant="lobby").get_json()["entries"]) == 1
