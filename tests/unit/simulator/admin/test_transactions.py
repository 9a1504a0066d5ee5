from __future__ import annotations

from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from simulator.callbacks import note
from simulator.scenarios import Progression
from simulator.services import Services
from simulator.transactions import Transactions

Send = Callable[..., TestResponse]


@pytest.fixture
def transactions(services: Services) -> Transactions:
    return services.tenants.default.transactions


@pytest.mark.parametrize("kind", ["manual", "never"])
def test_a_hand_finishes_what_nothing_else_would(send: Send, transactions: Transactions, kind: str) -> None:
    transactions.start("work-1", "toy", {"name": "测试甲"}, Progression(kind=kind))
    before = send("GET", "transactions/work-1").get_json()
    finished = send("PATCH", "transactions/work-1", {"state": "ready"}).get_json()

    assert (before["ready"], finished["ready"]) == (False, True)
    assert send("GET", "transactions/work-1").get_json() == finished


def test_looking_is_not_polling_and_shows_nothing_that_was_decided(send: Send, transactions: Transactions) -> None:
    transactions.start("work-1", "toy", {"name": "测试甲"}, Progression(kind="after_polls", amount=1))
    seen = [send("GET", "transactions/work-1") for _ in range(3)]

    assert {answer.get_json()["polls"] for answer in seen} == {0}
    assert all("测试甲" not in answer.get_data(as_text=True) and "name" not in answer.get_json() for answer in seen)


def test_attempts_of_its_callbacks_stand_with_it(send: Send, services: Services, transactions: Transactions) -> None:
    transactions.start("work-1", "toy", {}, Progression(kind="immediate"))
    note(services.tenants.default.space, "work-1", {"outcome": "refused", "attempt": 1, "status": 500})
    note(services.tenants.default.space, "another", {"outcome": "lost"})

    assert send("GET", "transactions/work-1").get_json()["callbacks"] == [
        {"outcome": "refused", "attempt": 1, "status": 500}
    ]


@pytest.mark.parametrize(("method", "body"), [("GET", None), ("PATCH", {"state": "ready"})])
def test_work_of_another_tenant_is_not_found(send: Send, services: Services, method: str, body: object) -> None:
    services.tenants.create("other").transactions.start("x", "toy", {}, Progression(kind="never"))

    assert send(method, "transactions/x", body).status_code == 404
    assert send(method, "transactions/x", body, tenant="other").status_code == 200


def test_work_without_more_to_it_can_be_finished_and_nothing_else(send: Send, transactions: Transactions) -> None:
    transactions.start("work-1", "toy", {}, Progression(kind="never"))
    running = send("GET", "transactions/work-1").get_json()
    odd = send("PATCH", "transactions/work-1", {"state": "deleted"})
    decided = send("PATCH", "transactions/work-1", {"outcome": "200"})
    ready = send("PATCH", "transactions/work-1", {"state": "ready"}).get_json()
    again = send("PATCH", "transactions/work-1", {"state": "ready"})

    assert (running["state"], running["states"], running["outcomes"]) == ("running", ["ready"], {})
    assert [error["pointer"] for error in odd.get_json()["errors"]] == ["/state"]
    assert [error["pointer"] for error in decided.get_json()["errors"]] == ["/outcome"]
    assert (ready["state"], ready["ready"]) == ("ready", True)
    assert (again.status_code, again.get_json()["detail"]) == (409, "it is finished; what was decided stays")


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        pytest.param({}, "", id="nothing"),
        pytest.param({"ready": True}, "/ready", id="an unknown member"),
        pytest.param({"state": None}, "/state", id="no state"),
        pytest.param({"state": ["ready"]}, "/state", id="a state that is no text"),
        pytest.param({"outcome": 200}, "/outcome", id="an outcome that is no text"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused(
    send: Send, transactions: Transactions, change: dict[str, object], pointer: str
) -> None:
    transactions.start("work-1", "toy", {}, Progression(kind="never"))
    answer = send("PATCH", "transactions/work-1", change)

    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.get_json()["errors"]] == [pointer]
