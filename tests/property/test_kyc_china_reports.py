"""Laws of the aggregator: what a request starts, and what its report may say about it, whatever the sources answer."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.registry import validator
from simulator.providers.kyc_china.codes import COMPARISONS, sub_checks, table
from simulator.providers.kyc_china.eligibility import Run, eligible
from simulator.providers.kyc_china.fan_out import Finding
from simulator.providers.kyc_china.report import answered, kept, render, summary

FIELDS = ("name", "idNumber", "idIssueDate", "idExpiryDate", "facePhoto", "mobile", "bankCardNumber")
SUBSETS = [frozenset(chosen) for size in range(len(FIELDS) + 1) for chosen in combinations(FIELDS, size)]
ROWS = {
    name: [row for row in table().rows if row.operation == name and row.meaning != "photo_too_large"]
    for name in sub_checks()
}


def calls(fields: frozenset[str], addresses: int) -> int:
    """Count the upstream calls from the rules alone, without looking at the table of sub-checks."""
    name, number, mobile = "name" in fields, "idNumber" in fields, "mobile" in fields
    document = name and number
    cross = mobile and (name or number)
    return (
        document
        + (document and "facePhoto" in fields)
        + cross
        + mobile * (3 + addresses)
        + (mobile or number)
        + document
        + (document and "bankCardNumber" in fields)
    )


@pytest.mark.exhaustive
@pytest.mark.parametrize("addresses", [0, 1, 2])
def test_something_starts_exactly_if_mobile_or_number_is_there_and_makes_as_many_calls(addresses: int) -> None:
    for fields in SUBSETS:
        runs = eligible(fields, addresses=addresses)

        assert bool(runs) == bool(fields & {"mobile", "idNumber"}), sorted(fields)
        assert len(runs) == calls(fields, addresses), sorted(fields)


@pytest.mark.exhaustive
def test_of_each_axis_the_strongest_runs_alone_and_a_lone_date_changes_nothing() -> None:
    for fields in SUBSETS:
        runs = [run.check for run in eligible(fields)]
        axes = [check.axis for check in runs if check.axis]
        dates = fields & {"idIssueDate", "idExpiryDate"}

        assert len(set(axes)) == len(axes)
        if len(dates) == 1:
            assert [check.name for check in runs] == [run.check.name for run in eligible(fields - dates)]
        if "identity.four-factor" in [check.name for check in runs]:
            assert len(dates) == 2


@pytest.mark.exhaustive
def test_another_field_never_takes_a_check_away_but_for_a_stronger_one() -> None:
    for fields in SUBSETS:
        before = eligible(fields)
        for more in set(FIELDS) - fields:
            after = {(run.check.axis or run.check.name): run.check.rank for run in eligible(fields | {more})}
            for run in before:
                assert after[run.check.axis or run.check.name] >= run.check.rank


@st.composite
def fan_outs(draw: st.DrawFn) -> tuple[tuple[Run, ...], list[Finding]]:
    """What some request starts, and some answer of each of its sub-checks."""
    fields = draw(st.sampled_from([fields for fields in SUBSETS if fields & {"mobile", "idNumber"}]))
    runs = eligible(fields, addresses=draw(st.integers(0, 3)))
    findings = []
    for run in runs:
        outcome = draw(st.sampled_from(ROWS[run.check.name]))
        findings.append(Finding(run=run, outcome=outcome, data=data(run, outcome), by="law", billed=outcome.billed))
    return runs, findings


def data(run: Run, outcome: Any) -> dict[str, Any]:
    """Data of the right shape; what they say is not these laws' business."""
    if outcome.kind == "error":
        return {}
    found = outcome.meaning != "not_found"
    shapes: dict[str, dict[str, Any]] = {
        "attribution": {"operator": "中国移动" if found else None, "province": None, "city": None},
        "location": {"locations": ["杭州"] if found else []},
        "address": {
            "type": "work",
            "city": "杭州",
            "address": "测试路1号",
            "distance": outcome.code if found else None,
        },
        "fraud": {
            "risks": [{"type": name, "level": "None", "severity": 0} for name in ("fraud", "gambling", "money-mule")]
        },
        "criminal": {
            "risks": [{"type": name, "level": "None"} for name in ("criminal-offender", "drug-related", "fugitive")]
        },
    }
    return shapes.get(run.check.form, {})


SWITCHES = {"language": "en", "result_vocabulary": "both", "image_similarity": False}


def report_of(findings: list[Finding], **switches: Any) -> dict[str, Any]:
    facts = {"submitted": {"mobile": "13800138000"}, "findings": kept(findings)}
    facts = orjson.loads(orjson.dumps(facts))
    chosen = SWITCHES | switches
    return render(
        facts,
        switch=lambda name: chosen[name],
        pdf_url="http://127.0.0.1:8080/_pdf/x.pdf",
        pdf_name="kyc-cn-b1c5f0de.pdf",
    )


@given(fan_outs())
def test_what_ran_and_what_errored_are_all_that_was_eligible_once_each(
    drawn: tuple[tuple[Run, ...], list[Finding]],
) -> None:
    runs, findings = drawn
    lists = report_of(findings)["summary"]
    errored = [item["check"] for item in lists["errored"]]

    assert sorted(lists["ran"] + errored) == sorted(run.id for run in runs)
    assert len(set(lists["ran"] + errored)) == len(runs)


@given(fan_outs())
def test_matched_unmatched_and_not_found_are_disjoint_parts_of_what_ran(
    drawn: tuple[tuple[Run, ...], list[Finding]],
) -> None:
    runs, findings = drawn
    lists = report_of(findings)["summary"]
    parts = lists["matched"] + lists["unmatched"] + lists["notFound"]
    comparisons = {run.id for run in runs if run.check.form in COMPARISONS}

    assert len(set(parts)) == len(parts)
    assert set(parts) <= set(lists["ran"])
    assert set(lists["matched"] + lists["unmatched"]) <= comparisons
    assert comparisons & set(lists["ran"]) <= set(parts), "a comparison that ran went one way"


@given(fan_outs())
def test_a_category_is_there_exactly_if_something_of_it_ran(drawn: tuple[tuple[Run, ...], list[Finding]]) -> None:
    _, findings = drawn
    report = report_of(findings)
    ran = {name.partition(".")[0] for name in report["summary"]["ran"]}

    assert {"identity", "mobile", "risk", "bank"} & report.keys() == ran


@given(fan_outs())
def test_every_list_is_in_the_order_of_the_table(drawn: tuple[tuple[Run, ...], list[Finding]]) -> None:
    runs, findings = drawn
    order = [run.id for run in runs]
    lists = report_of(findings)["summary"]
    lists["errored"] = [item["check"] for item in lists["errored"]]

    for names in lists.values():
        assert names == sorted(names, key=order.index)


@given(fan_outs(), st.sampled_from(["both", "booleans", "words"]), st.sampled_from(["en", "zh"]))
def test_every_report_keeps_the_contract(
    drawn: tuple[tuple[Run, ...], list[Finding]], vocabulary: str, language: str
) -> None:
    report = report_of(drawn[1], result_vocabulary=vocabulary, language=language)

    assert [error.json_path for error in validator("kyc_china", "poll", "response").iter_errors(report)] == []


@given(fan_outs())
def test_what_is_kept_is_read_back_as_it_was(drawn: tuple[tuple[Run, ...], list[Finding]]) -> None:
    _, findings = drawn
    facts = {"findings": orjson.loads(orjson.dumps(kept(findings)))}
    read = answered(facts)

    assert [(item.run, item.outcome, dict(item.data)) for item in read] == [
        (finding.run, finding.outcome, dict(finding.data)) for finding in findings
    ]
    assert summary(read, "en")["ran"] == [finding.run.id for finding in findings if finding.outcome.kind == "result"]
