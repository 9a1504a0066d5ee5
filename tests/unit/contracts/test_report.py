from __future__ import annotations

import json
from dataclasses import replace
from html.parser import HTMLParser
from importlib.resources import files
from xml.etree import ElementTree

import pytest
from jsonschema import Draft202012Validator

from contracts.findings import Blame, CaseResult, Check, Coverage, Finding, Report, Severity, Status, merged
from contracts.report import text, to_document, to_json, to_junit, to_sarif
from contracts.report_page import to_page

MINOR = Finding(
    check=Check.TOLERANCE,
    severity=Severity.MINOR,
    provider="tencent",
    operation="BankCardVerification",
    code="0",
    case="tencent.BankCardVerification.0.reordered_keys",
    expected="MATCH as before",
    seen="an error <script>alert(1)</script>\x01",
    where="/Response",
    source="Responses page [doc]",
    reproduce="kyc-sim replay case.json",
)
CRITICAL = replace(
    MINOR,
    check=Check.FAIL_OPEN,
    severity=Severity.CRITICAL,
    case="tencent.BankCardVerification.0.verdict_missing",
    expected="no PASS",
    seen="MATCH",
)
GAP = replace(MINOR, case="tencent.BankCardVerification.-3", code="-3", blame=Blame.SIMULATOR)


def result(finding: Finding, status: Status, why: str = "", *, keep: bool = True) -> CaseResult:
    return CaseResult(
        case=finding.case,
        check=finding.check,
        provider=finding.provider,
        operation=finding.operation,
        code=finding.code,
        status=status,
        why=why,
        findings=(finding,) if keep else (),
    )


PASSED = replace(MINOR, check=Check.OUTCOMES, case="tencent.BankCardVerification.-1", code="-1")
SKIPPED = replace(MINOR, check=Check.ASYNCHRONY, case="tencent.BankCardVerification.poll", code="")
OPERATION = "BankCardVerification"
RUN = Report(
    seed="42",
    adapter="module:factory",
    results=(
        result(PASSED, Status.PASSED, keep=False),
        result(MINOR, Status.FAILED),
        result(CRITICAL, Status.FAILED),
        result(GAP, Status.FAILED),
        result(SKIPPED, Status.NOT_RUN, "nothing here is asynchronous", keep=False),
    ),
    coverage={
        "tencent": Coverage(
            asserted=frozenset({(OPERATION, "0"), (OPERATION, "-1")}),
            listed=frozenset({(OPERATION, "0"), (OPERATION, "-1"), (OPERATION, "-2"), (OPERATION, "-3")}),
        )
    },
    cost={"tencent": {OPERATION: {"charged": 2, "free": 1}}},
)


def test_critical_findings_come_first() -> None:
    assert [finding.severity for finding in RUN.findings] == [Severity.CRITICAL, Severity.MINOR, Severity.MINOR]


def test_not_run_is_never_counted_as_passed() -> None:
    assert (RUN.count(Status.PASSED), RUN.count(Status.FAILED), RUN.count(Status.NOT_RUN)) == (1, 3, 1)


def test_coverage_counts_only_what_is_listed() -> None:
    coverage = RUN.coverage["tencent"]

    assert coverage.percent == 50.0
    assert coverage.missing == ((OPERATION, "-2"), (OPERATION, "-3"))
    assert replace(coverage, asserted=coverage.asserted | {("Other", "9")}).percent == 50.0
    assert Coverage(asserted=frozenset(), listed=frozenset()).percent == 100.0


def test_coverages_of_providers_with_equal_names_are_kept_apart() -> None:
    one = Coverage(asserted=frozenset({("check", "0")}), listed=frozenset({("check", "0")}))
    other = Coverage(asserted=frozenset(), listed=frozenset({("check", "0")}))

    assert merged([one, other]).percent == 50.0


def test_the_terminal_is_told_findings_coverage_cost_and_seed() -> None:
    lines = text(RUN).splitlines()

    assert lines[0] == "CRITICAL fail-open: tencent.BankCardVerification.0.verdict_missing (adapter bug)"
    assert "NOT RUN tencent.BankCardVerification.poll: nothing here is asynchronous" in lines
    assert "coverage tencent: 2 of 4 outcomes asserted (50.0 %)" in lines
    assert "cost tencent: 2 charged, 1 free calls" in lines
    assert lines[-1] == "1 passed, 3 failed, 1 not run; 3 findings (2 adapter bug, 1 simulator gap); seed 42"


def test_many_missing_outcomes_are_counted_not_listed() -> None:
    listed = frozenset((OPERATION, str(number)) for number in range(30))
    run = replace(RUN, coverage={"tencent": Coverage(asserted=frozenset(), listed=listed)})

    assert "  and 10 more" in text(run).splitlines()


def test_json_is_what_its_schema_says() -> None:
    schema = json.loads((files("contracts") / "schemas" / "harness" / "report.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    document = json.loads(to_json(RUN))

    assert list(Draft202012Validator(schema).iter_errors(document)) == []
    assert document == to_document(RUN)
    assert document["results"][2]["findings"][0]["severity"] == "critical"
    assert document["blame"] == {"adapter_bug": 2, "contract_drift": 0, "simulator_gap": 1}


def test_junit_has_a_case_per_case_and_tells_failures_gaps_and_what_was_not_run_apart() -> None:
    (suite,) = ElementTree.fromstring(to_junit(RUN))  # noqa: S314 - our own bytes
    counts = {name: suite.get(name) for name in ("name", "tests", "failures", "errors", "skipped")}

    assert counts == {"name": "tencent", "tests": "5", "failures": "2", "errors": "1", "skipped": "1"}
    assert [[child.tag for child in case] for case in suite] == [[], ["failure"], ["failure"], ["error"], ["skipped"]]
    assert suite[0].get("classname") == "tencent.BankCardVerification"


def test_sarif_has_a_rule_per_check_and_a_result_per_finding() -> None:
    (run,) = json.loads(to_sarif(RUN))["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]

    assert rules == [check.value for check in Check]
    assert [found["level"] for found in run["results"]] == ["error", "warning", "warning"]
    assert all(rules[found["ruleIndex"]] == found["ruleId"] for found in run["results"])


def test_many_cases_that_were_not_run_for_one_reason_are_one_line() -> None:
    results = tuple(
        CaseResult(
            case=f"c{number}", check=Check.PRIVACY, provider="p", operation="o", code="", status=Status.NOT_RUN,
            why="not served" if number else "of its own",
        )
        for number in range(100)
    )  # fmt: skip
    told = text(Report(seed="s", adapter="a", results=results, coverage={})).splitlines()

    assert told[:2] == ["NOT RUN c0: of its own", "NOT RUN 99 cases, c1 to c99: not served"]


def test_two_findings_of_one_case_are_two_results() -> None:
    both = (CRITICAL, replace(CRITICAL, expected="free"), replace(CRITICAL, where="billed"))
    failed = CaseResult(
        case=CRITICAL.case, check=CRITICAL.check, provider="tencent", operation="X", code="0", status=Status.FAILED,
        findings=both,
    )  # fmt: skip
    (run,) = json.loads(to_sarif(Report(seed="s", adapter="a", results=(failed,), coverage={})))["runs"]

    assert len({json.dumps(found["partialFingerprints"]) for found in run["results"]}) == len(both)


class Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.cells: list[tuple[str, str]] = []
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append(tag)
        self.fetched += [name for name in ("src", "href") if name in found]
        if "cell" in (found.get("class") or "").split():
            title = found.get("title") or ""
            self.cells.append((title.split(" ")[1].rstrip(":"), title.partition(": ")[2]))


def test_the_page_maps_every_listed_code_and_fetches_nothing() -> None:
    page = Page()
    page.feed(to_page(RUN).decode())

    assert sorted(page.cells) == [
        ("-1", "asserted"),
        ("-2", "not asserted"),
        ("-3", "failed"),
        ("0", "failed"),
    ]
    assert "script" not in page.tags
    assert page.fetched == []


@pytest.mark.parametrize("render", [to_json, to_junit, to_sarif, to_page])
def test_the_same_run_gives_the_same_bytes(render: object) -> None:
    assert callable(render)
    assert render(RUN) == render(replace(RUN, coverage=dict(RUN.coverage)))
