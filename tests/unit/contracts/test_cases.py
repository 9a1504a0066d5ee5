"""Acts and claims follow from plan and table, and what kept a case from happening is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from contracts.adapter_lines import Observed
from contracts.cases import (
    GAP,
    Case,
    Delivery,
    Seen,
    answering,
    claim_of,
    failing,
    forced,
    passing,
    rows_of,
    source_of,
    spoiling,
    unmet,
)
from contracts.findings import Check
from contracts.plan import load_plan

TENCENT = load_plan("tencent")
CARD = TENCENT.operations["BankCardVerification"]
AGGREGATOR = load_plan("kyc_china")
PART = AGGREGATOR.operations["identity.two-factor"]
PERSON = {
    "key": "some-one", "name": "测试甲", "resident_id": "110101190001010006",
    "cards": [{"number": "6217000000000099909", "mobile": "15400000001"}], "mobiles": [{"number": "15400000002"}],
}  # fmt: skip


def test_a_claim_states_what_the_operation_asks_for_and_no_more() -> None:
    claim = claim_of(PERSON, CARD, b"")

    assert (claim.name, claim.bank_card, claim.mobile, claim.photo) == ("测试甲", "6217000000000099909", None, None)


def test_the_mobile_is_the_one_the_bank_knows_else_the_line() -> None:
    four = TENCENT.operations["BankCard4EVerification"]

    assert claim_of(PERSON, four, b"").mobile == "15400000001"
    assert claim_of({**PERSON, "cards": [{"number": "1"}]}, four, b"").mobile == "15400000002"


def test_texts_of_a_claim_may_name_the_person() -> None:
    planned = replace(CARD, extra={"serial": "No {person}", "kind": 0})

    assert claim_of(PERSON, planned, b"").extra == {"serial": "No someone", "kind": 0}


def test_one_row_passes_and_one_fails() -> None:
    rows = passing(TENCENT, CARD), failing(TENCENT, CARD)

    assert [row.code for row in rows if row] == ["0", "-1"]


def test_an_operation_that_confirms_nobody_has_no_passing_row() -> None:
    alibaba = load_plan("alibaba")

    assert passing(alibaba, alibaba.operations["Initialize"]) is None


def test_an_operation_s_own_error_stands_before_the_common_one() -> None:
    alibaba = load_plan("alibaba")
    rows = rows_of(alibaba, alibaba.operations["Id2MetaVerifyIntl"])
    found = [row.operation for row in rows if row.code == "InvalidParameter" and row.kind == "error"]

    assert found == ["Id2MetaVerifyIntl"]


def test_acts_are_told_apart_by_what_happens_in_them() -> None:
    assert forced(CARD, {"result": "0"}).key == forced(CARD, {"result": "0"}).key
    assert forced(CARD, {"result": "0"}).key != forced(CARD, {"result": "-1"}).key
    assert forced(CARD, {"result": "0"}).key != replace(forced(CARD, {"result": "0"}), strict=True).key


def test_of_several_answers_the_last_stays() -> None:
    first, last = forced(CARD, {"error": "InternalError"}, {"result": "0"}).rules

    assert (first.times, last.times) == (1, None)


def test_a_page_of_a_proxy_replaces_the_answer() -> None:
    assert spoiling(CARD, "0", {"http": 502}).rules[0].then == {"http": 502}
    assert spoiling(CARD, "0", {"fault": "reset"}).rules[0].then == {"result": "0", "fault": "reset"}


def test_the_answer_of_a_part_is_spoilt_where_it_is_brought() -> None:
    result, delivery = spoiling(PART, "match", {"fault": "reset", "charged": True}).rules

    assert (result.operation, dict(result.then)) == ("identity.two-factor", {"result": "match"})
    assert (delivery.operation, dict(delivery.then)) == ("poll", {"fault": "reset"})


def test_common_errors_of_a_part_are_those_of_the_call_that_asks() -> None:
    row = AGGREGATOR.table.error(PART.wire, "429")

    assert answering(row, PART).rules[0].operation == "request"


def test_a_source_tells_how_sure_it_is() -> None:
    assert source_of(TENCENT.table.result(CARD.wire, "0")).endswith(" [seed]")


def case(*, any_call: bool = False) -> Case:
    return Case(
        id="x", check=Check.OUTCOMES, code="0", act=forced(CARD, {"result": "0"}), ask=lambda *_: (), source="",
        plan=TENCENT, any_call=any_call,
    )  # fmt: skip


REFUSED: Mapping[str, Any] = {
    "answer": {"code": "AuthFailure.SignatureFailure"}, "steps": [["signature", False, {}]],
}  # fmt: skip
LIMITED: Mapping[str, Any] = {
    "answer": {"code": "RequestLimitExceeded"}, "steps": [["throttle", False, {}]],
}  # fmt: skip
DECIDED: Mapping[str, Any] = {"answer": {"code": "0"}, "steps": [["person", True, {}]]}


@pytest.mark.parametrize(
    ("calls", "happened", "any_call", "why"),
    [
        pytest.param((DECIDED,), True, False, "", id="all is well"),
        pytest.param((REFUSED,), False, False, "the provider refused the call at signature", id="refused before"),
        pytest.param((REFUSED,), False, True, "", id="refused, which is what is asked about"),
        pytest.param((DECIDED,), False, False, GAP, id="the rule did not decide"),
        pytest.param((), False, False, "the adapter made no call", id="no call"),
    ],
)
def test_what_kept_a_case_from_happening_is_told(
    calls: tuple[Mapping[str, Any], ...], happened: bool, any_call: bool, why: str
) -> None:
    what = Seen(answers=(Observed(kind="error", fault="x"),), claims=(), calls=calls, forced=happened)

    assert unmet(case(any_call=any_call), what).startswith(why)
    assert bool(unmet(case(any_call=any_call), what)) is bool(why)


@pytest.mark.parametrize(
    ("callbacks", "why"),
    [
        pytest.param((), "no callback came", id="none came"),
        pytest.param((Observed(kind="no_callbacks"),), "the adapter takes no callbacks", id="none is taken"),
        pytest.param((Observed(kind="result", verdict="MATCH"),), "", id="one came"),
    ],
)
def test_callbacks_that_did_not_come_are_told(callbacks: tuple[Observed, ...], why: str) -> None:
    told = case()
    called_back = replace(told, act=replace(told.act, deliveries=(Delivery.FIRST,)))
    what = Seen(answers=(Observed(kind="result", verdict="MATCH"),), claims=(), calls=(DECIDED,), callbacks=callbacks)

    assert unmet(called_back, what).startswith(why)
    assert bool(unmet(called_back, what)) is bool(why)


@pytest.mark.parametrize(
    ("calls", "why"),
    [
        pytest.param((DECIDED, DECIDED), "", id="the adapter keeps the pace"),
        pytest.param((DECIDED, LIMITED), "", id="the limit was met"),
        pytest.param((DECIDED, REFUSED, LIMITED), "", id="the limit was met besides"),
        pytest.param((DECIDED, REFUSED), "the provider refused the call at signature", id="refused for something else"),
    ],
)
def test_a_limit_is_not_met_by_calls_that_are_refused_for_something_else(
    calls: tuple[Mapping[str, Any], ...], why: str
) -> None:
    told = case(any_call=True)
    limit = replace(told, code="RequestLimitExceeded", act=replace(told.act, frozen=True))
    what = Seen(answers=(Observed(kind="error", fault="x"),), claims=(), calls=calls)

    assert unmet(limit, what).startswith(why)
    assert bool(unmet(limit, what)) is bool(why)
