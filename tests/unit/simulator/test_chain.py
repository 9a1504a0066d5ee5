from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

import pytest

from contracts.loader import load_table
from simulator.chain import Decision, check_all, checks, decide, deciders
from simulator.services import Services
from simulator.upstream import Exchange, Step, UpstreamRefused
from simulator.wire import WireRequest

ROW = load_table("tencent").result("BankCardVerification", "-1")
ERROR = load_table("tencent").error("*", "InternalError")


class Call:
    def __init__(self, services: Services) -> None:
        self.exchange = Exchange(WireRequest(method="POST", path="/", query=b"", headers=(), body=b""), services)
        self.check = ""


@pytest.fixture
def call(services: Services) -> Call:
    return Call(services)


def silent(call: Call) -> None:
    assert call.check == "silent"


def talkative(call: Call) -> Mapping[str, Any]:
    return {"seen": call.check}


def strict(call: Call) -> NoReturn:
    call.exchange.refuse(call.check, ERROR, evidence={"why": "strict"})


def knows(_: Call) -> Decision:
    return Decision(ROW, {"knows": True})


def leaves_it(_: Call) -> Decision:
    return Decision(None, {"rule": "r"})


def has_nothing_to_say(_: Call) -> None:
    return None


def test_checks_are_asked_in_order_and_each_leaves_its_step(call: Call) -> None:
    check_all(call, checks(silent, talkative))

    assert call.exchange.steps == ["silent", Step("talkative", True, {"seen": "talkative"})]


def test_the_first_check_that_refuses_is_the_last_that_is_asked(call: Call) -> None:
    with pytest.raises(UpstreamRefused) as refused:
        check_all(call, checks(strict, talkative))

    assert refused.value.outcome is ERROR
    assert call.exchange.steps == [Step("strict", False, {"why": "strict"})]


def test_the_first_decider_that_knows_decides(call: Call) -> None:
    outcome = decide(call, deciders(has_nothing_to_say, leaves_it, knows, strict))

    assert outcome is ROW
    assert call.exchange.steps == [
        "has_nothing_to_say",
        Step("leaves_it", True, {"rule": "r"}),
        Step("knows", True, {"knows": True}),
    ]


def test_a_decider_may_refuse(call: Call) -> None:
    with pytest.raises(UpstreamRefused):
        decide(call, deciders(strict, knows))


def test_deciders_of_whom_none_knows_are_a_fault_of_ours(call: Call) -> None:
    with pytest.raises(AssertionError, match="always has something to say"):
        decide(call, deciders(has_nothing_to_say))
