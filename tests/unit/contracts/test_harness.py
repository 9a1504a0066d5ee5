"""A case ends as passed, failed or not run, and what was not compared is not covered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from contracts.adapter_lines import Observed
from contracts.cases import Act, Case, Seen
from contracts.checks import FAMILIES
from contracts.findings import Blame, CaseResult, Check, Severity, Status
from contracts.harness import MOST_HANGS, Order, cases_of, covered, judge, judged
from contracts.plan import load_plan
from contracts.subjects import Named

PLAN = load_plan("tencent")
OPERATION = "BankCard2EVerification"
ORDER = Order(
    adapter=Named(kind="python", name="mine:make it"), providers=("tencent",), operations=frozenset({OPERATION})
)
MATCH = Observed(kind="result", verdict="MATCH", billed=True, retry="never", provider_code="0")
CALL: Mapping[str, Any] = {
    "rule": "r", "operation": OPERATION, "at": 0.0, "steps": [],
    "answer": {"code": "0", "charged": True, "verdict": "MATCH"},
}  # fmt: skip
REFUSED: Mapping[str, Any] = {
    **CALL, "rule": None, "answer": {"code": "AuthFailure", "charged": False, "verdict": "REFUSED"},
    "steps": [["signature", False, {}]],
}  # fmt: skip


def case_of(check: Check, ending: str) -> Case:
    cases = FAMILIES[check](PLAN, PLAN.operations[OPERATION])
    return next(case for case in cases if case.id == f"tencent.{OPERATION}.{ending}")


def seen(answer: Observed, *calls: Mapping[str, Any], forced: bool = True) -> Seen:
    return Seen(answers=(answer,), claims=(), calls=calls, fired=frozenset({"r"}), forced=forced)


NOBODY = Observed(kind="error", fault="unknown_operation")
SILENT = Observed(kind="none", fault="not within 10 seconds")
BY_ITSELF = Observed(kind="error", fault="ValueError")
UNFORCED = seen(MATCH, CALL, forced=False)
TURNED_AWAY = seen(MATCH, REFUSED, forced=False)
ALONE = seen(BY_ITSELF, forced=False)


@pytest.mark.parametrize(
    ("check", "ending", "what", "status", "blame"),
    [
        pytest.param(Check.OUTCOMES, "0", seen(MATCH, CALL), Status.PASSED, None, id="right"),
        pytest.param(Check.OUTCOMES, "-1", seen(MATCH, CALL), Status.FAILED, Blame.ADAPTER, id="wrong"),
        pytest.param(Check.OUTCOMES, "0", UNFORCED, Status.FAILED, Blame.SIMULATOR, id="the simulator's fault"),
        pytest.param(Check.OUTCOMES, "0", TURNED_AWAY, Status.NOT_RUN, None, id="refused before"),
        pytest.param(Check.OUTCOMES, "0", seen(NOBODY, forced=False), Status.NOT_RUN, None, id="not served"),
        pytest.param(Check.OUTCOMES, "0", ALONE, Status.FAILED, Blame.ADAPTER, id="no call"),
        pytest.param(Check.OUTCOMES, "0", seen(SILENT, CALL), Status.NOT_RUN, None, id="no answer"),
        pytest.param(Check.RETRY, "0.asked_once", seen(SILENT, CALL), Status.FAILED, Blame.ADAPTER, id="hangs"),
        pytest.param(Check.FAIL_OPEN, "0.unknown_code", ALONE, Status.NOT_RUN, None, id="no call there"),
    ],
)
def test_a_case_ends_as_it_should(check: Check, ending: str, what: Seen, status: Status, blame: Blame | None) -> None:
    result = judge(ORDER, case_of(check, ending), what)

    assert result.status is status
    assert {finding.blame for finding in result.findings} == ({blame} if blame else set())
    assert bool(result.why) is (status is Status.NOT_RUN)


def test_silence_is_a_finding_where_no_other_case_finds_it() -> None:
    case = case_of(Check.OUTCOMES, "0")
    (finding,) = judge(ORDER, case, seen(SILENT, CALL), silence_counts=True).findings

    assert (finding.expected, finding.seen) == ("an answer", "no answer: not within 10 seconds")
    assert judge(ORDER, case, seen(MATCH, CALL), silence_counts=True).status is Status.PASSED


class Stages:
    """Stands in for a stage: every act is answered by the next of the answers, in the end always by the last."""

    def __init__(self, *answers: Observed) -> None:
        self.answers = list(answers)
        self.acts = 0

    def bring_about(self, _: Act) -> Seen:
        self.acts += 1
        return seen(self.answers.pop(0) if len(self.answers) > 1 else self.answers[0], CALL)


GONE = Observed(kind="none", fault="it ended with exit code 1", ended=True)
NONSENSE = Observed(kind="none", fault="a result without a verdict")


@pytest.mark.parametrize(
    ("answers", "brought_about"),
    [
        pytest.param((GONE,), MOST_HANGS, id="it ends each time"),
        pytest.param((MATCH, GONE), MOST_HANGS + 1, id="it ends each time but once"),
        pytest.param((NONSENSE,), MOST_HANGS, id="nothing is ever understood"),
        pytest.param((MATCH, NONSENSE), None, id="some is understood"),
        pytest.param((MATCH,), None, id="all is understood"),
    ],
)
def test_an_adapter_is_given_up_when_its_silence_costs_time_or_is_all_there_is(
    answers: tuple[Observed, ...], brought_about: int | None
) -> None:
    cases = cases_of(replace(ORDER, checks=frozenset({Check.OUTCOMES})), PLAN)
    stage: Any = Stages(*answers)
    results = [result for _, result in judged(ORDER, cases, stage)]

    assert stage.acts == (brought_about or len(cases))
    assert sum("times before" in result.why for result in results) == len(cases) - stage.acts
    assert len(results) == len(cases)


def test_a_pass_without_a_call_is_as_bad_as_a_finding_can_be() -> None:
    (believed,) = judge(ORDER, case_of(Check.OUTCOMES, "0"), seen(MATCH, forced=False)).findings
    (raised,) = judge(ORDER, case_of(Check.OUTCOMES, "0"), ALONE).findings

    assert (believed.severity, raised.severity) == (Severity.CRITICAL, Severity.MAJOR)


def test_a_finding_says_how_to_see_it_again() -> None:
    (finding,) = judge(ORDER, case_of(Check.OUTCOMES, "-1"), seen(MATCH, CALL)).findings

    assert finding.reproduce == (
        "kyc-sim contract test --provider tencent --adapter 'mine:make it' --seed kyc-sim "
        f"--only outcomes --operation {OPERATION}"
    )


def results(*statuses: tuple[str, Status]) -> list[CaseResult]:
    found = []
    for code, status in statuses:
        what = seen(MATCH, CALL) if status is not Status.NOT_RUN else seen(NOBODY, forced=False)
        found.append(judge(ORDER, case_of(Check.OUTCOMES, code), what))
        assert found[-1].status is status
    return found


def test_what_was_compared_is_covered_right_or_wrong() -> None:
    part = covered(ORDER, PLAN, results(("0", Status.PASSED), ("-1", Status.FAILED), ("-2", Status.NOT_RUN)))

    assert part.asserted == {(OPERATION, "0"), (OPERATION, "-1")}


def test_a_call_that_was_never_made_covers_nothing() -> None:
    result = judge(ORDER, case_of(Check.OUTCOMES, "0"), seen(BY_ITSELF, forced=False))

    assert covered(ORDER, PLAN, [result]).asserted == frozenset()


def test_removing_a_case_uncovers_its_code_and_no_other() -> None:
    blank = CaseResult(
        case="", check=Check.OUTCOMES, provider="tencent", operation=OPERATION, code="", status=Status.PASSED
    )
    asserting = [case for case in cases_of(ORDER, PLAN) if case.asserts]
    whole = [replace(blank, case=case.id, code=case.code) for case in asserting]
    missing = covered(ORDER, PLAN, whole[1:]).missing

    assert covered(ORDER, PLAN, whole).percent == 100.0
    assert [code for _, code in missing] == [whole[0].code]


def test_an_order_may_name_its_cases() -> None:
    order = Order(adapter=ORDER.adapter, providers=("tencent",), only=frozenset({f"tencent.{OPERATION}.0"}))

    assert [case.id for case in cases_of(order, PLAN)] == [f"tencent.{OPERATION}.0"]


def test_cases_on_the_strict_tenant_come_last() -> None:
    strict = [case.act.strict for case in cases_of(ORDER, PLAN)]

    assert strict == sorted(strict)
    assert any(strict)
