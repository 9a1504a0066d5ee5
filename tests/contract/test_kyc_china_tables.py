"""The aggregator's outcome table, schemas and page agree with one another, and the table with what the dossiers say."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from contracts.loader import EVERY_OPERATION, Outcome, load_table
from contracts.registry import schema_names, validator
from kyc_core.verdicts import Decision, Evidence, Retry, Verdict
from tests.walking import walk

TABLE = load_table("kyc_china")
PAGE = (Path(__file__).parents[2] / "docs" / "providers" / "kyc_china.md").read_text("utf-8")
SUB_CHECKS = [name for name, facts in TABLE.operations.items() if facts["kind"] == "sub_check"]
COMPARISONS = [name for name in SUB_CHECKS if TABLE.operations[name]["form"] in ("identity", "image", "bank")]
ROWS = [pytest.param(row, id=f"{row.operation} {row.code}") for row in TABLE.rows]


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def page_table(first: str) -> list[list[str]]:
    """Return the rows of the page's table whose first heading is *first*."""
    lines = PAGE.splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"| {first} |"))
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append(cells(line))
    return rows


def test_every_sub_check_has_the_three_schemas_and_every_call_too() -> None:
    kinds = {name: facts["kind"] for name, facts in TABLE.operations.items()}
    parts = {"callback": ("request", "response"), "pdf": ()}
    expected = {f"{name}.{part}.json" for name in kinds for part in parts.get(name, ("request", "response", "error"))}

    assert set(schema_names("kyc_china")) == expected | {"common.json"}


@walk("row", ROWS)
def test_only_a_comparison_that_matched_passes(row: Outcome) -> None:
    passes = row.verdict.decision is Decision.PASS

    assert passes is (row.operation in COMPARISONS and row.code == "match")


@walk("row", ROWS)
def test_what_did_not_run_is_never_charged(row: Outcome) -> None:
    if row.kind == "error" or row.meaning == "not_found" or row.operation not in SUB_CHECKS:
        assert not row.billed
    else:
        assert row.billed


@walk("row", ROWS)
def test_what_nothing_public_states_is_marked_so(row: Outcome) -> None:
    if row.operation in SUB_CHECKS and row.kind == "error":
        assert row.evidence is Evidence.INFERRED
    if row.operation == EVERY_OPERATION:
        assert row.evidence is Evidence.INFERRED


@pytest.mark.parametrize("check", SUB_CHECKS)
def test_every_sub_check_can_fail_for_every_reason_a_source_has(check: str) -> None:
    reasons = {row.meaning: (row.verdict, row.retry) for row in TABLE.rows if row.operation == check}

    assert reasons["source_timeout"] == (Verdict.SOURCE_ERROR, Retry.LATER)
    assert reasons["source_error"] == (Verdict.SOURCE_ERROR, Retry.LATER)
    assert reasons["source_upgrading"] == (Verdict.SOURCE_UPGRADING, Retry.LATER)
    assert reasons["source_throttled"] == (Verdict.QUOTA, Retry.LATER)
    assert reasons["quota"] == (Verdict.QUOTA, Retry.NEXT_DAY)


def test_the_statuses_are_the_documented_ones() -> None:
    statuses = {
        operation: {row.http_status for row in TABLE.rows if row.operation == operation}
        for operation in ("request", "poll", "billing", "pdf")
    }

    assert statuses == {
        "request": {200, 400, 502},
        "poll": {200, 202, 400, 401},
        "billing": {200, 400},
        "pdf": {200, 400, 403, 404, 405},
    }


@pytest.mark.parametrize(
    "document",
    [
        pytest.param({"idNumber": "110101190001010006\n"}, id="a line break"),
        pytest.param({"idNumber": "１１０１０１190001010006"}, id="digits of another width"),
        pytest.param({"name": "测试甲"}, id="a name alone"),
        pytest.param({"mobile": None, "idNumber": None}, id="nulls"),
        pytest.param({"mobile": "12800138000"}, id="12 in front"),
        pytest.param({"mobile": "13800138000", "addressesToVerify": []}, id="no address"),
        pytest.param({"mobile": "13800138000", "facePhoto": "data:image/png;base64,AA"}, id="a data URL"),
        pytest.param({"mobile": "13800138000", "callbackUrl": "HTTPS://a/"}, id="a scheme in capitals"),
    ],
)
def test_the_request_schema_refuses_what_the_edge_refuses(document: dict[str, Any]) -> None:
    assert not validator("kyc_china", "request", "request").is_valid(document)


EXAMPLE: dict[str, Any] = {
    "reportMetadata": {"status": "completed"},
    "submitted": {"name": "测试甲", "idNumber": "110101190001010006"},
    "identity": {"two-factor": {"result": "match", "consistent": True, "code": "1", "message": "m"}},
    "pdfUrl": "http://127.0.0.1:8080/_pdf/b1c5f0de.pdf?X-Amz-Expires=604800",
    "pdfFileName": "kyc-cn-b1c5f0de.pdf",
    "summary": {
        "ran": ["identity.two-factor", "mobile.address-verify[0]"],
        "matched": ["identity.two-factor"],
        "unmatched": [],
        "notFound": [],
        "errored": [{"check": "risk.criminal", "error": "Upstream timeout"}],
    },
}


def test_a_report_keeps_its_schema() -> None:
    assert validator("kyc_china", "poll", "response").is_valid(EXAMPLE)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"identity": {}}, id="an empty category"),
        pytest.param({"identity": {"five-factor": {"result": "match", "message": "m"}}}, id="an unknown check"),
        pytest.param(
            {"identity": {"two-factor": {"result": "match", "consistent": False, "code": "1", "message": "m"}}},
            id="a word against its booleans",
        ),
        pytest.param({"summary": {"ran": []}}, id="lists missing"),
        pytest.param({"summary": {**EXAMPLE["summary"], "empty": []}}, id="the prose's key"),
        pytest.param({"summary": {**EXAMPLE["summary"], "ran": ["risk.credit"]}}, id="an unknown name"),
        pytest.param({"pdfUrl": None}, id="no link"),
        pytest.param({"submitted": {**EXAMPLE["submitted"], "facePhoto": "AA"}}, id="the photo repeated"),
        pytest.param({"simulated": True}, id="a marker of ours"),
    ],
)
def test_a_report_of_another_shape_does_not(change: dict[str, Any]) -> None:
    assert not validator("kyc_china", "poll", "response").is_valid({**EXAMPLE, **change})


def test_the_page_lists_every_switch_with_its_default() -> None:
    def spelt(value: object) -> str:
        return f"`{str(value).lower() if isinstance(value, bool) else value}`"

    listed = {row[0].strip("`"): row[1] for row in page_table("switch")}

    assert listed == {name: spelt(switch.default) for name, switch in TABLE.switches.items()}


def test_the_page_lists_every_sub_check_in_order() -> None:
    rows = page_table("check")

    assert [row[0].strip("`") for row in rows] == SUB_CHECKS
    for row, name in zip(rows, SUB_CHECKS, strict=True):
        assert row[2] == TABLE.operations[name].get("axis", "")


def test_the_page_lists_every_endpoint() -> None:
    listed = " ".join(row[0] for row in page_table("endpoint"))

    for facts in TABLE.operations.values():
        if facts["kind"] in ("call", "legacy"):
            assert facts["path"].rpartition("/")[2] in listed


def test_the_page_shows_rules_that_are_understood() -> None:
    import json

    from simulator.rules import parse_rule

    blocks = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    rules = [rule for block in blocks for rule in json.loads(block)]

    assert len(rules) == 6
    for number, rule in enumerate(rules):
        parse_rule(rule, rule_id=f"r{number}", order=number)
