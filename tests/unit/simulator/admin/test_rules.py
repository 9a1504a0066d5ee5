from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from simulator.engine import Engine
from simulator.wire import WireRequest

Send = Callable[..., TestResponse]

RULE = {"provider": "tencent", "operation": "BankCardVerification", "then": {"result": "-17"}, "times": 1}


def pointers(answer: TestResponse) -> list[str]:
    return [error["pointer"] for error in answer.get_json()["errors"]]


def test_a_rule_is_kept_and_fires(send: Send, engine: Engine, toy_request: Callable[..., WireRequest]) -> None:
    added = send("POST", "rules", {**RULE, "id": "busy"})
    answer = engine.answer(toy_request())

    assert (added.status_code, added.get_json()) == (201, {**RULE, "id": "busy", "fired": 0})
    assert answer is not None
    assert b'"-17"' in answer.body
    assert send("GET", "rules").get_json() == {"rules": [{**RULE, "id": "busy", "fired": 1}]}
    assert send("GET", "rules/busy").get_json() == {**RULE, "id": "busy", "fired": 1}


def test_many_rules_are_kept_in_order(send: Send) -> None:
    added = send("POST", "rules", [RULE, {**RULE, "id": "second"}])

    assert added.status_code == 201
    assert [rule["id"] for rule in added.get_json()["rules"]] == ["rule-1", "second"]
    assert send("GET", "rules").get_json() == added.get_json()


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        pytest.param({}, "/provider", id="nothing"),
        pytest.param({**RULE, "then": {"result": "-99"}}, "/then/result", id="an unknown result"),
        pytest.param({**RULE, "when": {"a/b": 1}}, "/when/a~1b", id="an escaped name"),
        pytest.param([RULE, {**RULE, "times": 0}], "/1/times", id="the second of two"),
        pytest.param([RULE, "110101190001010006"], "/1", id="a text in the list"),
        pytest.param({**RULE, "operation": ["110101190001010006"]}, "/operation", id="a list for a name"),
    ],
)
def test_what_is_no_rule_is_refused_and_none_is_kept(send: Send, body: Any, pointer: str) -> None:
    answer = send("POST", "rules", body)

    assert (answer.status_code, pointers(answer)) == (422, [pointer])
    assert "110101190001010006" not in answer.text
    assert send("GET", "rules").get_json() == {"rules": []}


def test_an_empty_list_adds_nothing(send: Send) -> None:
    assert send("POST", "rules", []).get_json() == {"rules": []}


@pytest.mark.parametrize(
    ("body", "names"),
    [
        pytest.param([{**RULE, "id": "b"}, RULE], ["b", "rule-3"], id="many, one of a name that goes"),
        pytest.param(RULE, ["rule-2"], id="one"),
        pytest.param([], [], id="none"),
    ],
)
def test_rules_take_the_place_of_all_there_were(send: Send, body: Any, names: list[str]) -> None:
    send("POST", "rules", {**RULE, "id": "b", "times": 9})
    put = send("PUT", "rules", body)

    assert put.status_code == 200
    assert [rule["id"] for rule in put.get_json()["rules"]] == names
    assert send("GET", "rules").get_json() == put.get_json()


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        pytest.param({**RULE, "times": 0}, "/times", id="one"),
        pytest.param([RULE, {**RULE, "times": 0}], "/1/times", id="the second of two"),
        pytest.param([{**RULE, "id": "a"}, {**RULE, "id": "a"}], "/1/id", id="two of one name"),
    ],
)
def test_when_a_rule_is_refused_those_before_stay(send: Send, body: Any, pointer: str) -> None:
    before = send("POST", "rules", [RULE]).get_json()
    answer = send("PUT", "rules", body)

    assert (answer.status_code, pointers(answer)) == (422, [pointer])
    assert send("GET", "rules").get_json() == before


def test_rules_are_removed_one_by_one_or_all(send: Send) -> None:
    send("POST", "rules", [{**RULE, "id": name} for name in ("a", "b", "c")])

    assert send("DELETE", "rules/b").status_code == 204
    assert [rule["id"] for rule in send("GET", "rules").get_json()["rules"]] == ["a", "c"]
    assert [send(method, "rules/b").status_code for method in ("GET", "DELETE")] == [404, 404]
    assert send("DELETE", "rules").status_code == 204
    assert send("GET", "rules").get_json() == {"rules": []}


def test_a_rule_belongs_to_the_tenant_asked_for(send: Send) -> None:
    send("POST", "tenants", {"name": "team-a"})
    send("POST", "rules", {**RULE, "id": "mine"}, tenant="team-a")

    assert send("GET", "rules").get_json() == {"rules": []}
    assert send("GET", "rules/mine", tenant="team-a").status_code == 200
