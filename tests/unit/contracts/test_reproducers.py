"""A failing case is written as published, and read as the order that runs it again."""

from __future__ import annotations

from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import orjson
import pytest
from jsonschema import Draft202012Validator

from contracts.findings import CaseResult, Check, Finding, Severity, Status
from contracts.harness import Order, cases_of
from contracts.plan import load_plan
from contracts.reproducers import ReproducerError, file_name, read, write
from contracts.subjects import Named

ORDER = Order(adapter=Named(kind="exec", name="node adapter.mjs"), providers=("tencent",), seed="mine")
CASE = cases_of(ORDER, load_plan("tencent"))[0]
FINDING = Finding(
    check=CASE.check, severity=Severity.MAJOR, provider="tencent", operation=CASE.act.operation.name, code=CASE.code,
    case=CASE.id, expected="a", seen="b", where="verdict", source="c", reproduce="d",
)  # fmt: skip
RESULT = CaseResult(
    case=CASE.id, check=CASE.check, provider="tencent", operation=CASE.act.operation.name, code=CASE.code,
    status=Status.FAILED, findings=(FINDING,),
)  # fmt: skip


def test_a_file_is_read_as_the_order_of_its_case(tmp_path: Path) -> None:
    order = read(write(tmp_path / "new" / "folder", ORDER, CASE, RESULT))

    assert (order.adapter, order.providers, order.seed) == (ORDER.adapter, ORDER.providers, ORDER.seed)
    assert [case.id for case in cases_of(order, load_plan("tencent"))] == [CASE.id]


def test_a_file_is_as_published(tmp_path: Path) -> None:
    schema = orjson.loads((files("contracts") / "schemas" / "harness" / "case.json").read_bytes())
    document = orjson.loads(write(tmp_path, ORDER, CASE, RESULT).read_bytes())

    Draft202012Validator(schema).validate(document)
    assert document["rules"] == [{"operation": CASE.act.operation.wire, "then": {"result": "0"}, "times": None}]


@pytest.mark.parametrize(
    ("provider", "operation", "ending", "told"),
    [
        ("tencent", "MobileStatus", ".0", {"switches": {"tencent.qps": 0, "tencent.site": "cn"}}),
        ("tencent", "BankCardVerification", "per_second", {"clock_stands_still": True}),
        ("alibaba", "CheckResult", ".200.callbacks", {"callbacks": ["once", "again", "late"]}),
    ],
)
def test_a_file_tells_how_the_case_came_about(
    tmp_path: Path, provider: str, operation: str, ending: str, told: dict[str, Any]
) -> None:
    order = replace(ORDER, providers=(provider,), operations=frozenset({operation}))
    case = next(case for case in cases_of(order, load_plan(provider)) if case.id.endswith(ending))
    document = orjson.loads(write(tmp_path, order, case, RESULT).read_bytes())
    schema = orjson.loads((files("contracts") / "schemas" / "harness" / "case.json").read_bytes())

    Draft202012Validator(schema).validate(document)
    switches = told.pop("switches", {})
    assert switches.items() <= document["switches"].items()
    assert {name: document[name] for name in told} == told


def test_a_name_makes_a_file_name_anywhere() -> None:
    assert file_name("kyc_china.poll.Upstream error/x") == "kyc_china.poll.Upstream_error_x.json"


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        pytest.param({"schema": "other"}, "schema", id="another document"),
        pytest.param({"adapter": "mine"}, "adapter", id="no adapter"),
        pytest.param({"adapter": {"kind": "guess", "name": "x"}}, "adapter/kind", id="another kind of adapter"),
        pytest.param({"check": "beauty"}, "check", id="another check"),
        pytest.param({"seed": ""}, "seed", id="no seed"),
    ],
)
def test_a_file_that_is_none_of_ours_is_refused(tmp_path: Path, change: dict[str, Any], complaint: str) -> None:
    path = write(tmp_path, ORDER, CASE, RESULT)
    path.write_bytes(orjson.dumps({**orjson.loads(path.read_bytes()), **change}))

    with pytest.raises(ReproducerError, match=complaint):
        read(path)


def test_what_is_not_json_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("{")

    with pytest.raises(ReproducerError, match="not JSON"):
        read(tmp_path / "x.json")


def test_every_check_can_be_replayed() -> None:
    assert {case.check for case in cases_of(ORDER, load_plan("tencent"))} >= set(Check) - {Check.ASYNCHRONY}
