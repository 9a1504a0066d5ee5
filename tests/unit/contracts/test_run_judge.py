from __future__ import annotations

from dataclasses import replace

from contracts.calls_seen import CallSeen, Witnessed
from contracts.findings import Check, Kind, Report, Severity, Status
from contracts.registry import document_validator
from contracts.report import text, to_document
from contracts.run_judge import judge_run

ACTION = "BankCardVerification"
CALL = CallSeen(
    number=0,
    tenant="t",
    epoch="0",
    at=1000.0,
    wall=1000.0,
    provider="tencent",
    operation=ACTION,
    kind="result",
    code="-1",
    charged=True,
    subject="somebody",
)
"""A mismatch: charged, and final."""
POLL = replace(CALL, provider="kyc_china", operation="poll", code="202", charged=False, subject="token")
REPORT = replace(POLL, code="200")


def after(call: CallSeen, seconds: float = 5.0, **changes: object) -> CallSeen:
    return replace(call, at=call.at + seconds, wall=call.wall + seconds, **changes)  # type: ignore[arg-type]


def judged(*calls: CallSeen, providers: tuple[str, ...] = (), checks: frozenset[Check] = frozenset(Check)) -> Report:
    numbered = tuple([replace(call, number=number) for number, call in enumerate(calls, 1)])
    return judge_run(Witnessed(calls=numbered), command="pytest -q", seed="s", providers=providers, checks=checks)


def told(report: Report) -> list[tuple[str, str]]:
    return [(finding.case.rpartition(".")[2], finding.seen) for finding in report.findings]


def test_a_run_without_fault_passes_what_traffic_shows_and_leaves_the_rest_open() -> None:
    report = judged(CALL, replace(CALL, subject="somebody else"))

    assert report.kind is Kind.RUN
    assert {result.check for result in report.results if result.status is Status.PASSED} == {
        Check.ASYNCHRONY,
        Check.RETRY,
        Check.REQUESTS,
    }
    assert [result.case for result in report.results if result.status is Status.NOT_RUN] == [
        "run.tencent.outcomes",
        "run.tencent.fail-open",
        "run.tencent.tolerance",
        "run.tencent.privacy",
    ]


def test_paying_twice_is_critical_and_names_the_row_that_says_so() -> None:
    (finding,) = judged(CALL, after(CALL)).findings

    assert (finding.severity, finding.code, finding.operation) == (Severity.CRITICAL, "-1", ACTION)
    assert "taken for one check" in finding.source
    assert finding.reproduce == "kyc-sim run --judge -- pytest -q"


REFUSED = replace(
    CALL, kind="error", code="AuthFailure.SignatureFailure", charged=False, refused_at="signature", cause="wrong_secret"
)


def test_coverage_counts_what_was_answered_of_the_operations_in_use() -> None:
    report = judged(CALL, replace(REFUSED, operation="", forced=True))
    coverage = report.coverage["tencent"]

    assert coverage.asserted == {(ACTION, "-1"), ("*", "AuthFailure.SignatureFailure")}
    assert {operation for operation, _ in coverage.listed} == {ACTION, "*"}
    assert report.cost == {"tencent": {"-": {"charged": 0, "free": 1}, ACTION: {"charged": 1, "free": 0}}}


def test_parts_of_a_call_are_told_by_what_they_cost() -> None:
    call = replace(POLL, operation="request", code="200", parts=(("risk.fraud", 1, 0), ("risk.criminal", 0, 1)))

    assert judged(call, replace(call, subject="b")).cost["kyc_china"] == {
        "request": {"charged": 0, "free": 2},
        "risk.criminal": {"charged": 0, "free": 2},
        "risk.fraud": {"charged": 2, "free": 0},
    }


def test_an_answer_that_was_lost_on_purpose_was_not_seen() -> None:
    assert judged(replace(CALL, spoilt=True)).coverage["tencent"].asserted == frozenset()


def test_a_provider_that_was_named_and_not_called_is_not_run_and_not_covered() -> None:
    report = judged(CALL, providers=("signzy",))

    assert [(result.case, result.why) for result in report.results] == [("run.signzy.requests", "it was not called")]
    assert report.coverage["signzy"].percent == 0.0


def test_only_the_questions_asked_for_are_asked() -> None:
    report = judged(CALL, after(CALL), checks=frozenset({Check.REQUESTS}))

    assert {result.check for result in report.results} == {Check.REQUESTS}
    assert report.findings == ()


def test_calls_that_reached_nobody_are_told_by_address() -> None:
    witnessed = Witnessed(calls=(), strays=("POST /tencnet", "POST /tencnet", "GET /"))
    everybody = judge_run(witnessed, command="c", seed="s")

    assert told(everybody) == [("accepted", "GET /"), ("accepted", "POST /tencnet (2 times)")]
    assert told(judge_run(witnessed, command="c", seed="s", providers=("signzy",))) == []


def test_what_could_not_be_compared_is_not_run() -> None:
    report = judged(
        replace(CALL, uncompared="a multipart form"), replace(CALL, subject="b", uncompared="a multipart form")
    )
    (result,) = [each for each in report.results if each.case == f"run.tencent.{ACTION}.requests"]

    assert (result.status, result.why) == (Status.NOT_RUN, "2 requests were not compared whole: a multipart form")


def test_what_was_lost_is_not_run() -> None:
    report = judge_run(Witnessed(calls=(), lost=("KeyError at x.py:1",) * 2, complete=False), command="c", seed="s")

    assert [(result.case, result.status) for result in report.results] == [
        ("run.lost.requests", Status.NOT_RUN),
        ("run.incomplete.requests", Status.NOT_RUN),
    ]
    assert report.results[0].why == "2 calls could not be noted: KeyError at x.py:1"


def test_a_report_of_a_run_is_what_the_schema_says() -> None:
    report = judged(CALL, after(CALL), REFUSED)

    assert list(document_validator("harness", "report.json").iter_errors(to_document(report))) == []
    assert "outcomes seen (" in text(report)
