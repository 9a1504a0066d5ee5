from __future__ import annotations

from collections.abc import Callable

import orjson
import pytest
from werkzeug.test import TestResponse

from contracts.loader import load_table
from simulator.engine import Engine
from simulator.services import Services
from simulator.wire import WireRequest

Send = Callable[..., TestResponse]
RequestFactory = Callable[..., WireRequest]


def called(engine: Engine, request: WireRequest) -> str:
    answer = engine.answer(request)
    assert answer is not None
    return str(orjson.loads(answer.body)["Response"]["RequestId"])


def test_the_catalogue_has_every_row(send: Send) -> None:
    outcomes = send("GET", "catalog").get_json()["outcomes"]
    rows = load_table("tencent").rows

    assert [(one["operation"], one["kind"], one["code"]) for one in outcomes] == [
        (row.operation, row.kind, row.code) for row in rows
    ]
    assert all(one["reach"]["without_admin"] and one["reach"]["rule"] for one in outcomes)


def test_the_catalogue_of_one_operation_has_the_common_errors_too(send: Send) -> None:
    outcomes = send("GET", "catalog", provider="tencent", operation="BankCardVerification").get_json()["outcomes"]

    assert {one["operation"] for one in outcomes} == {"BankCardVerification", "*"}
    assert {way["operation"] for one in outcomes for way in one["reach"]["without_admin"] if "operation" in way} == {
        "BankCardVerification"
    }


@pytest.mark.parametrize(
    ("path", "query", "parameter"),
    [
        ("catalog", {"provider": "nobody"}, "provider"),
        ("catalog", {"operation": "nothing"}, "operation"),
        ("catalog", {"provider": "tencent", "operation": "nothing"}, "operation"),
        ("fidelity", {"provider": "nobody"}, "provider"),
    ],
)
def test_what_nobody_plays_is_refused(send: Send, path: str, query: dict[str, str], parameter: str) -> None:
    answer = send("GET", path, **query)

    assert answer.status_code == 422
    assert [error["parameter"] for error in answer.get_json()["errors"]] == [parameter]


def test_fidelity_counts_every_row_and_switch_once(send: Send) -> None:
    document = send("GET", "fidelity", provider="tencent").get_json()
    table = load_table("tencent")

    assert sum(document["counts"]["tencent"].values()) == len(table.rows) + len(table.switches)
    assert {fact["evidence"] for fact in document["facts"]} <= set(document["meanings"])


def test_a_call_is_explained_wherever_it_was_made(
    send: Send, engine: Engine, services: Services, toy_request: RequestFactory
) -> None:
    team = services.tenants.create("team-a")
    made = {
        "default": called(engine, toy_request(Result="-1")),
        "team-a": called(engine, toy_request(key=team.credentials["tencent"]["secret_id"])),
        "lobby": called(engine, toy_request(key="nobody")),
    }

    for tenant, request_id in made.items():
        found = send("GET", f"explain/{request_id}").get_json()
        assert (found["tenant"], found["request_id"]) == (tenant, request_id)
        assert send("GET", f"explain/{request_id}", tenant=tenant).get_json() == found
    assert send("GET", f"explain/{made['team-a']}", tenant="default").status_code == 404
    assert send("GET", f"explain/{made['lobby']}").get_json()["refused_at"] == "credentials"


def test_a_call_nobody_made_cannot_be_explained(send: Send) -> None:
    assert send("GET", "explain/nothing").status_code == 404
    assert send("GET", "explain/nothing", tenant="nobody").get_json()["title"] == "Unknown tenant"
