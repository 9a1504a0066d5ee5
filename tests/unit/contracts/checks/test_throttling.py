"""A limit of the provider's own: handed on, waited for, hammered at, or never met."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from contracts.adapter_lines import Observed
from contracts.cases import Case, Seen
from contracts.checks import throttling
from contracts.findings import Blame
from contracts.plan import load_plan
from kyc_core.claims import Claim

MATCH = Observed(kind="result", verdict="MATCH", billed=True, retry="never")
REFUSED = Observed(kind="result", verdict="REFUSED", billed=False, retry="later")
SILENT = Observed(kind="none", fault="it hangs")
DAY = 86_400.0


def case_of(provider: str, operation: str, name: str) -> Case:
    plan = load_plan(provider)
    return next(case for case in throttling.cases(plan, plan.operations[operation]) if case.id.endswith(name))


SECOND = case_of("tencent", "BankCardVerification", "per_second")
DAILY = case_of("mps", "nciicCheck", "per_day")


def call(code: str, at: float, verdict: str = "") -> Mapping[str, Any]:
    return {"at": at, "answer": {"code": code, "verdict": verdict, "charged": False}}


def passed(at: float) -> Mapping[str, Any]:
    return call("0", at, "MATCH")


def throttled(at: float) -> Mapping[str, Any]:
    return call("RequestLimitExceeded", at)


def spent(at: float) -> Mapping[str, Any]:
    return call("-903", at)


def troubles(case: Case, last: Observed, *calls: Mapping[str, Any]) -> list[tuple[str, Blame]]:
    seen = Seen(answers=(MATCH, last), claims=(Claim(), Claim()), calls=calls)
    return [(trouble.where, trouble.blame) for trouble in case.ask(case, seen, None)]


@pytest.mark.parametrize(
    ("case", "last", "calls"),
    [
        pytest.param(SECOND, REFUSED, [passed(0), throttled(0)], id="handed on"),
        pytest.param(SECOND, MATCH, [passed(0), throttled(0), throttled(0.5), passed(1.5)], id="waited for"),
        pytest.param(SECOND, MATCH, [passed(0), passed(1)], id="never met, for it keeps the pace"),
        pytest.param(DAILY, REFUSED, [passed(0), spent(0)], id="a spent day handed on"),
        pytest.param(DAILY, MATCH, [passed(0), spent(0), passed(DAY)], id="another day"),
    ],
)
def test_what_is_sensible_is_no_trouble(case: Case, last: Observed, calls: list[Mapping[str, Any]]) -> None:
    assert troubles(case, last, *calls) == []


@pytest.mark.parametrize(
    ("case", "last", "calls", "where"),
    [
        pytest.param(SECOND, REFUSED, [passed(0), throttled(0), throttled(0)], "calls", id="hammered at"),
        pytest.param(SECOND, REFUSED, [passed(0), *map(throttled, range(11))], "calls", id="without an end"),
        pytest.param(SECOND, MATCH, [passed(0), throttled(0)], "verdict", id="taken for a match"),
        pytest.param(SECOND, SILENT, [passed(0), throttled(0)], "answer", id="no answer"),
        pytest.param(DAILY, REFUSED, [passed(0), spent(0), spent(60)], "calls", id="twice on a spent day"),
    ],
)
def test_what_is_not_is_found(case: Case, last: Observed, calls: list[Mapping[str, Any]], where: str) -> None:
    assert troubles(case, last, *calls) == [(where, Blame.ADAPTER)]


def test_a_limit_that_lets_everything_through_is_the_simulator_s_gap() -> None:
    assert troubles(SECOND, MATCH, passed(0), passed(0)) == [("simulator", Blame.SIMULATOR)]
