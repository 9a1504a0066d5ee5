"""Callbacks that mean the same again and late, and those that mean nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from contracts.adapter_lines import Observed
from contracts.cases import Case, Delivery, Seen
from contracts.checks import callbacks
from contracts.findings import Check, Severity
from contracts.plan import load_plan, plans

PLAN = load_plan("kyc_china")
PART = PLAN.operations["identity.two-factor"]
MATCH = Observed(kind="result", verdict="MATCH")
NO = Observed(kind="result", verdict="MISMATCH")
PENDING = Observed(kind="result", verdict="PENDING")
ERROR = Observed(kind="error", fault="unknown_callback")
SILENT = Observed(kind="none", fault="it hangs")
PASSING, FAILING = callbacks.honest(PLAN, PART)
(MADE_UP,) = callbacks.made_up(PLAN, PART)


def call(operation: str, *, charged: bool = False) -> Mapping[str, Any]:
    return {"operation": operation, "answer": {"charged": charged}}


CALLS = (call("request"), call("poll"), call("poll"))


def troubles(case: Case, *found: Observed, calls: tuple[Mapping[str, Any], ...] = CALLS) -> list[tuple[str, Severity]]:
    seen = Seen(answers=(MATCH,), claims=(), calls=calls, callbacks=found)
    alone = Seen(answers=(MATCH,), claims=(), calls=CALLS[:2])
    return [(trouble.where, trouble.severity) for trouble in case.ask(case, seen, alone)]


def test_who_calls_back_is_asked_about_and_nobody_else() -> None:
    asking = [
        provider
        for provider in plans()
        if any(list(callbacks.honest(load_plan(provider), each)) for each in load_plan(provider).operations.values())
    ]

    assert asking == ["alibaba", "kyc_china"]
    assert (PASSING.check, FAILING.check, MADE_UP.check) == (Check.ASYNCHRONY, Check.ASYNCHRONY, Check.FAIL_OPEN)
    assert PASSING.beside is not None
    assert len({PASSING.act.key, PASSING.beside.key, FAILING.act.key, MADE_UP.act.key}) == 4


@pytest.mark.parametrize("found", [(MATCH, MATCH, MATCH), (MATCH, ERROR, ERROR), (MATCH, MATCH, ERROR)])
def test_the_same_again_or_an_error_is_no_trouble(found: tuple[Observed, ...]) -> None:
    assert troubles(PASSING, *found) == []


@pytest.mark.parametrize(
    ("case", "found", "where", "severity"),
    [
        pytest.param(PASSING, (ERROR, MATCH, MATCH), Delivery.FIRST, Severity.MAJOR, id="not understood"),
        pytest.param(PASSING, (MATCH, NO, MATCH), Delivery.AGAIN, Severity.MAJOR, id="another verdict again"),
        pytest.param(PASSING, (MATCH, MATCH, PENDING), Delivery.LATE, Severity.MAJOR, id="forgotten when late"),
        pytest.param(PASSING, (MATCH, SILENT, MATCH), Delivery.AGAIN, Severity.MAJOR, id="no answer"),
        pytest.param(FAILING, (NO, NO, MATCH), Delivery.LATE, Severity.CRITICAL, id="a late pass"),
    ],
)
def test_another_meaning_is_found(case: Case, found: tuple[Observed, ...], where: Delivery, severity: Severity) -> None:
    assert troubles(case, *found) == [(f"callback {where.value}", severity)]


def test_a_second_piece_of_work_is_found() -> None:
    again = (*CALLS, call("request"))
    slow = load_plan("alibaba")
    passing, _ = callbacks.honest(slow, slow.operations["CheckResult"])
    charged = (call("CheckResult", charged=True), call("CheckResult", charged=True))

    assert troubles(PASSING, MATCH, MATCH, MATCH, calls=again) == [("ledger", Severity.CRITICAL)]
    assert troubles(passing, MATCH, MATCH, MATCH, calls=charged) == [("ledger", Severity.CRITICAL)]


def test_a_pass_that_rests_on_a_callback_is_found() -> None:
    assert troubles(MADE_UP, NO, ERROR) == []
    assert troubles(MADE_UP, NO, MATCH) == [(f"callback {Delivery.STRANGER.value}", Severity.CRITICAL)]
