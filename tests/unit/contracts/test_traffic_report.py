from __future__ import annotations

import orjson
from jsonschema import Draft202012Validator

from contracts.findings import Blame, Kind, Status
from contracts.recorder import RawRequest
from contracts.registry import document_validator
from contracts.report import text, to_document
from contracts.report_page import to_page
from contracts.traffic import Recorded, judge
from contracts.traffic_report import Collected, report_of

ACTION = "BankCard2EVerification"
SENT = b'{"Name": "a", "BankCard": "b"}'


def call(place: str, result: str = "0", *, host: str = "faceid.tencentcloudapi.com", status: int = 200) -> Recorded:
    answer = {"Response": {"Result": result, "Description": "d", "RequestId": "a5fdb909-5ee6-43ff-a152-bb1b9744ee8b"}}
    headers = (("Content-Type", "application/json"), ("X-TC-Action", ACTION)) if host != "example.org" else ()
    request = RawRequest(method="POST", target="/", headers=headers, body=SENT)
    return Recorded(place=place, host=host, request=request, status=status, body=orjson.dumps(answer))


def collected(*calls: Recorded, file: str = "") -> Collected:
    found = Collected()
    for each in calls:
        found.add(judge(each), file=file)
    return found


def test_an_outcome_that_was_seen_is_one_case_however_often_it_was() -> None:
    report = report_of(collected(call("line 1"), call("line 2"), call("line 3", "-1")), name="a.jsonl")

    assert [(result.case, result.status) for result in report.results] == [
        (f"traffic.tencent.{ACTION}.-1", Status.PASSED),
        (f"traffic.tencent.{ACTION}.0", Status.PASSED),
    ]
    assert (report.kind, report.seed) == (Kind.RECORDING, "")
    assert report.cost == {"tencent": {ACTION: {"charged": 3, "free": 0}}}


def test_a_thing_that_nothing_explains_is_told_once_with_how_often_and_where_first() -> None:
    found = collected(call("line 1"), call("line 2", "-99"), call("line 5", "-99"), file="b c.har")
    report = report_of(found, name="b c.har", files=["b c.har"], provider="tencent")

    assert [(each.case, each.seen, each.blame) for each in report.findings] == [
        (f"traffic.tencent.{ACTION}.outcomes", "breaks enum (2 times, first at b c.har line 2)", Blame.DRIFT),
        (f"traffic.tencent.{ACTION}.outcomes", "another one, -99 (2 times, first at b c.har line 2)", Blame.DRIFT),
    ]
    assert {each.reproduce for each in report.findings} == {"kyc-sim contract check --provider tencent 'b c.har'"}


def test_a_finding_beside_a_row_names_the_rows_source() -> None:
    (finding,) = report_of(collected(call("line 1", status=201)), name="a").findings

    assert (finding.code, finding.seen) == ("0", "201 (at line 1)")
    assert finding.source.endswith("]")


def test_what_was_not_judged_is_not_run_and_never_passed() -> None:
    report = report_of(collected(call("entry 1", host="example.org"), call("entry 9", host="example.org")), name="a")

    (result,) = report.results
    assert (result.provider, result.status) == ("nobody", Status.NOT_RUN)
    assert result.why == "not judged: example.org is no provider's host (2 times, first at entry 1)"
    assert report.coverage == {}


def test_coverage_counts_outcomes_seen_of_the_operations_in_use() -> None:
    coverage = report_of(collected(call("1"), call("2", "-1"), call("3", "-99")), name="a").coverage["tencent"]

    assert coverage.asserted == {(ACTION, "0"), (ACTION, "-1")}
    assert {operation for operation, _ in coverage.listed} == {ACTION, "*"}
    assert 0 < coverage.percent < 100


def test_the_order_of_the_recording_makes_no_difference_but_for_places() -> None:
    one = report_of(collected(call("x"), call("x", "-1"), call("x", "-99")), name="a")
    other = report_of(collected(call("x", "-99"), call("x", "-1"), call("x")), name="a")

    assert to_document(one) == to_document(other)


def test_reports_of_traffic_are_what_the_schema_says_and_speak_of_what_was_seen() -> None:
    report = report_of(collected(call("line 1"), call("line 2", "-99")), name="a.jsonl")
    Draft202012Validator.check_schema(document_validator("harness", "report.json").schema)

    assert list(document_validator("harness", "report.json").iter_errors(to_document(report))) == []
    assert "outcomes seen (" in text(report)
    assert "; seed" not in text(report)
    assert "<h1>Recorded traffic: 2 findings</h1>" in to_page(report).decode()
