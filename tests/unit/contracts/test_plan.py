"""Plans fit their outcome tables, and say so loudly when they do not."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import orjson
import pytest

from contracts.adapter_host import load_factory
from contracts.loader import load_table
from contracts.plan import load_plan, parse_plan, plans
from contracts.provider_files import ContractError

EVERY = pytest.mark.parametrize("provider", plans())


def document() -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads((files("contracts") / "plans" / "tencent.json").read_bytes())
    return found


LIMIT = document()["limits"][0]


def parse(changed: dict[str, Any]) -> None:
    parse_plan(changed, load_table("tencent"), where="here")


@EVERY
def test_every_shipped_plan_covers_every_operation_of_its_table(provider: str) -> None:
    plan = load_plan(provider)
    named = {name for each in plan.operations.values() for name in (each.wire, each.asked, each.answered)}
    named |= plan.left_out.keys()

    assert plan.table.operations.keys() <= named or "*" in plan.left_out


@EVERY
def test_every_reason_to_leave_an_operation_out_is_given(provider: str) -> None:
    assert all(reason.strip() for reason in load_plan(provider).left_out.values())


@EVERY
def test_every_reference_is_a_factory(provider: str) -> None:
    assert callable(load_factory(load_plan(provider).reference))


@EVERY
def test_every_value_of_a_switch_is_one_it_accepts(provider: str) -> None:
    plan = load_plan(provider)
    told = [*plan.switches.items(), *plan.strict.items()]
    called_back = [planned.callback for planned in plan.operations.values() if planned.callback is not None]
    told += [pair for callback in called_back for pair in callback.switches.items()]
    told += [pair for limit in plan.limits for pair in limit.switches.items()]
    told += [pair for planned in plan.operations.values() for pair in planned.switches.items()]
    told += [
        (name, value)
        for choices in (plan.languages, plan.untrusted)
        for name, values in choices.items()
        for value in values
    ]

    assert [name for name, value in told if not plan.table.switches[name].accepts(value)] == []


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        pytest.param({"more": 1}, "an object with", id="a member nobody knows"),
        pytest.param({"provider": "other"}, "outcome table is that of tencent", id="another provider"),
        pytest.param({"switches": {"tencent.none": 1}}, "not a switch", id="no such switch"),
        pytest.param(
            {"left_out": {"None": "because", "*": "the others"}}, "not known", id="no such operation left out"
        ),
        pytest.param({"operations": {}, "left_out": {}}, "neither exercised nor left out", id="an operation forgotten"),
        pytest.param({"operations": {"None": {"claim": []}}}, "not an operation", id="no such operation"),
        pytest.param({"operations": {"BankCardVerification": {}}}, "claim", id="no claim"),
        pytest.param({"operations": {"BankCardVerification": {"claim": ["age"]}}}, "some of", id="no such member"),
        pytest.param(
            {"operations": {"MobileStatus": {"claim": [], "switches": {"tencent.none": 1}}}},
            "tencent.none is not a switch",
            id="no such switch of an operation",
        ),
        pytest.param(
            {"operations": {"MobileStatus": {"claim": [], "callback": {"switches": {}}}}},
            "an object with forge, switches",
            id="half a callback",
        ),
        pytest.param({"limits": [{**LIMIT, "code": "None"}]}, "answers no error None", id="no such answer"),
        pytest.param({"limits": [{**LIMIT, "operation": "None"}]}, "answers no error", id="a limit of no operation"),
        pytest.param({"limits": [{**LIMIT, "switches": {"none": 1}}]}, "none is not a switch", id="no such limit"),
        pytest.param({"limits": [{}]}, "an object with", id="a limit without members"),
        pytest.param({"requests": {}}, "an object with", id="requests without members"),
    ],
)
def test_what_does_not_fit_is_named(change: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ContractError, match=complaint) as caught:
        parse({**document(), **change})

    assert str(caught.value).startswith("here")


def test_a_provider_without_a_plan_is_an_error() -> None:
    with pytest.raises(ContractError, match=r"plans/nobody\.json"):
        load_plan("nobody")
