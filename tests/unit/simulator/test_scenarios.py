from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from contracts.loader import EVERY_OPERATION, load_table
from contracts.provider_files import ContractError
from simulator.scenarios import (
    LONGEST_DELAY,
    Progression,
    ScenarioError,
    Then,
    escaped,
    html_answer,
    parse_then,
    unknown_member,
)
from simulator.wire import Fault, FaultKind

OPERATION = "BankCardVerification"


def then(document: Any, *, operation: str = OPERATION) -> Then:
    return parse_then(document, provider="tencent", operation=operation)


@pytest.mark.parametrize(
    ("document", "wanted"),
    [
        pytest.param({"result": "-17"}, Then(result="-17"), id="result"),
        pytest.param({"error": "InternalError"}, Then(error="InternalError"), id="error"),
        pytest.param({"http": 502}, Then(http=502), id="http"),
        pytest.param({"delay": 1.5}, Then(fault=Fault(delay=1.5)), id="delay"),
        pytest.param({"delay": 0}, Then(), id="no delay"),
        pytest.param({"fault": "reset"}, Then(fault=Fault(kind=FaultKind.RESET)), id="reset"),
        pytest.param({"fault": "empty", "delay": 2}, Then(fault=Fault(delay=2.0, kind=FaultKind.EMPTY)), id="empty"),
        pytest.param(
            {"fault": {"truncate": 0}}, Then(fault=Fault(kind=FaultKind.TRUNCATE, keep=0)), id="truncate to nothing"
        ),
        pytest.param(
            {"fault": {"drip": {"bytes": 1, "interval": 0.5}}},
            Then(fault=Fault(kind=FaultKind.DRIP, keep=1, interval=0.5)),
            id="drip",
        ),
        pytest.param({"mutation": "unknown_code"}, Then(mutation="unknown_code"), id="mutation"),
        pytest.param({"charged": True}, Then(billed=True), id="charged"),
        pytest.param({"charged": False, "result": "0"}, Then(billed=False, result="0"), id="free match"),
        pytest.param({"progression": "never"}, Then(progression=Progression(kind="never")), id="never"),
        pytest.param(
            {"progression": {"after_polls": 2}}, Then(progression=Progression(kind="after_polls", amount=2)), id="polls"
        ),
        pytest.param(
            {"progression": {"after_seconds": 1.5}},
            Then(progression=Progression(kind="after_seconds", amount=1.5)),
            id="seconds",
        ),
    ],
)
def test_every_member_is_understood(document: dict[str, Any], wanted: Then) -> None:
    assert then(document) == wanted


@pytest.mark.parametrize(
    ("document", "pointer"),
    [
        pytest.param(None, "/then", id="null"),
        pytest.param([], "/then", id="a list"),
        pytest.param({}, "/then", id="nothing"),
        pytest.param({"resutl": "0"}, "/then/resutl", id="misspelt"),
        pytest.param({1: "0", "x": 1}, "/then/1", id="a number as a name"),
        pytest.param({"a/b~c": 1}, "/then/a~1b~0c", id="a name with a slash"),
        pytest.param({"result": None}, "/then/result", id="null result"),
        pytest.param({"fault": None, "charged": True}, "/then/fault", id="null fault"),
        pytest.param({"result": -17}, "/then/result", id="a result as a number"),
        pytest.param({"result": ["0"]}, "/then/result", id="a result as a list"),
        pytest.param({"result": "-99"}, "/then/result", id="a result nobody documents"),
        pytest.param({"result": "-21"}, "/then/result", id="a result of a sibling operation"),
        pytest.param({"result": "0", "error": "InternalError"}, "/then/error", id="two answers"),
        pytest.param({"http": 502, "result": "0"}, "/then/http", id="an answer and a page"),
        pytest.param({"error": "Nonsense"}, "/then/error", id="an error nobody documents"),
        pytest.param({"error": {}}, "/then/error", id="an error as an object"),
        pytest.param({"http": 200}, "/then/http", id="a page that is no failure"),
        pytest.param({"http": "502"}, "/then/http", id="a status as text"),
        pytest.param({"http": True}, "/then/http", id="a status as a boolean"),
        pytest.param({"http": [502]}, "/then/http", id="a status as a list"),
        pytest.param({"delay": -1}, "/then/delay", id="a delay into the past"),
        pytest.param({"delay": LONGEST_DELAY + 1}, "/then/delay", id="a delay without end"),
        pytest.param({"delay": float("nan")}, "/then/delay", id="a delay that is no number"),
        pytest.param({"delay": True}, "/then/delay", id="a delay as a boolean"),
        pytest.param({"delay": "1"}, "/then/delay", id="a delay as text"),
        pytest.param({"fault": "explode"}, "/then/fault", id="an unknown fault"),
        pytest.param({"fault": {"truncate": 1, "drip": {}}}, "/then/fault", id="two faults"),
        pytest.param({"fault": {"truncate": -1}}, "/then/fault/truncate", id="fewer than no bytes"),
        pytest.param({"fault": {"drip": {"bytes": 1}}}, "/then/fault/drip", id="a drip without interval"),
        pytest.param({"fault": {"drip": []}}, "/then/fault/drip", id="a drip as a list"),
        pytest.param({"fault": {"drip": {"bytes": 0, "interval": 1}}}, "/then/fault/drip/bytes", id="drips of nothing"),
        pytest.param(
            {"fault": {"drip": {"bytes": 1, "interval": 61}}}, "/then/fault/drip/interval", id="drips too slow"
        ),
        pytest.param({"mutation": "nonsense"}, "/then/mutation", id="an unknown mutation"),
        pytest.param({"mutation": {}}, "/then/mutation", id="a mutation as an object"),
        pytest.param({"http": 502, "mutation": "body_empty"}, "/then/mutation", id="a broken page of a proxy"),
        pytest.param({"charged": "yes"}, "/then/charged", id="charged as text"),
        pytest.param({"progression": "sometimes"}, "/then/progression", id="an unknown progression"),
        pytest.param({"progression": {"after_polls": 1.5}}, "/then/progression/after_polls", id="half a poll"),
        pytest.param({"progression": {"after_seconds": "1"}}, "/then/progression/after_seconds", id="seconds as text"),
        pytest.param({"progression": {"after_years": 1}}, "/then/progression", id="years"),
    ],
)
def test_what_is_not_understood_is_refused_with_its_place(document: Any, pointer: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        then(document)

    assert refused.value.pointer == pointer
    assert str(refused.value)


@pytest.mark.parametrize("provider", ["nobody", "", None, [], {}, 1])
def test_a_provider_nobody_plays_is_refused(provider: Any) -> None:
    with pytest.raises(ScenarioError) as refused:
        parse_then({"delay": 1}, provider=provider)

    assert refused.value.pointer == "/provider"


@pytest.mark.parametrize("operation", ["nothing", "", None, [], {}, 1])
def test_an_operation_nobody_offers_is_refused(operation: Any) -> None:
    with pytest.raises(ScenarioError) as refused:
        then({"delay": 1}, operation=operation)

    assert refused.value.pointer == "/operation"


def test_a_result_needs_an_operation_because_operations_number_differently() -> None:
    with pytest.raises(ScenarioError) as refused:
        then({"result": "0"}, operation=EVERY_OPERATION)

    assert refused.value.pointer == "/operation"


def test_an_error_common_to_all_needs_no_operation() -> None:
    assert then({"error": "InternalError"}, operation=EVERY_OPERATION).error == "InternalError"


def test_an_error_that_only_some_operations_answer_needs_one_named(monkeypatch: pytest.MonkeyPatch) -> None:
    table = load_table("tencent")
    own = [replace(row, operation=OPERATION) for row in table.rows if row.code == "InternalError"]
    key = (EVERY_OPERATION, "error", "InternalError")
    narrowed = replace(
        table,
        rows=tuple(own),
        _by_code={place: row for place, row in table._by_code.items() if place != key},
    )
    monkeypatch.setattr("simulator.scenarios.load_table", lambda _: narrowed)
    with pytest.raises(ScenarioError) as refused:
        then({"error": "InternalError"}, operation=EVERY_OPERATION)

    assert refused.value.pointer == "/operation"


def test_a_provider_whose_table_cannot_be_read_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: str) -> None:
        raise ContractError("outcomes/tencent.json: broken")

    monkeypatch.setattr("simulator.scenarios.load_table", broken)
    with pytest.raises(ScenarioError, match="broken") as refused:
        then({"delay": 1})

    assert refused.value.pointer == "/provider"


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_proxys_page_is_html_with_its_status(status: int) -> None:
    page = html_answer(status)

    assert page.status == status
    assert dict(page.headers)["Content-Type"] == "text/html"
    assert str(status).encode() in page.body
    assert page.fault is None


@pytest.mark.parametrize(
    ("name", "step"), [("plain", "plain"), ("a/b", "a~1b"), ("a~b", "a~0b"), ("~1", "~01"), (7, "7")]
)
def test_a_name_becomes_one_step_of_a_json_pointer(name: object, step: str) -> None:
    assert escaped(name) == step


def test_only_a_member_that_is_not_known_is_named() -> None:
    assert unknown_member({"a": 1}, {"a", "b"}) is None
    assert unknown_member({"a": 1, "c/d": 2}, {"a"}, "/then") == "/then/c~1d"
