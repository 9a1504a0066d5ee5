from __future__ import annotations

import pytest

from contracts.loader import load_table
from simulator.rules import Rule
from simulator.scenarios import Then
from simulator.services import Services
from simulator.upstream import Exchange
from simulator.wire import WireRequest

TABLE = load_table("tencent")
CHARGED, FREE = (TABLE.result("BankCardVerification", code) for code in ("0", "-2"))


@pytest.fixture
def exchange(services: Services) -> Exchange:
    return Exchange(WireRequest(method="GET", path="/", query=b"", headers=(), body=b""), services)


def test_a_charge_follows_the_row(exchange: Exchange) -> None:
    exchange.settle(CHARGED)
    charged = exchange.billed
    exchange.settle(FREE)

    assert (charged, exchange.billed, exchange.waived) == (True, False, "")


def test_a_charge_may_be_waived_for_a_reason(exchange: Exchange) -> None:
    exchange.settle(CHARGED, waived="charged before")

    assert (exchange.billed, exchange.waived) == (False, "charged before")


def test_nothing_is_waived_that_would_not_be_charged(exchange: Exchange) -> None:
    exchange.settle(FREE, waived="charged before")

    assert (exchange.billed, exchange.waived) == (False, "")


@pytest.mark.parametrize("billed", [True, False])
def test_a_rule_about_the_charge_goes_before_everything(exchange: Exchange, billed: bool) -> None:
    then = Then(billed=billed)
    exchange.rule = Rule(id="r", provider="tencent", operation="*", when=(), then=then, times=None, order=0)
    exchange.settle(CHARGED, waived="charged before")

    assert (exchange.billed, exchange.waived) == (billed, "")
