from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version

from werkzeug.test import TestResponse

from simulator.services import Services

Send = Callable[..., TestResponse]

RULE = {"provider": "tencent", "then": {"delay": 1}}


def test_health_is_ok(send: Send) -> None:
    answer = send("GET", "health")

    assert (answer.status_code, answer.get_json()) == (200, {"status": "ok"})


def test_the_version_is_the_distributions(send: Send) -> None:
    assert send("GET", "version").get_json() == {
        "name": "kyc-upstream-simulator",
        "version": version("kyc-upstream-simulator"),
        "providers": ["tencent"],
    }


def test_a_reset_empties_one_tenant_and_no_other(send: Send, services: Services) -> None:
    mine = services.tenants.create("mine")
    for tenant in (mine, services.tenants.default):
        tenant.rules.add(RULE)
        tenant.clock.advance(60)
    answer = send("POST", "reset", tenant="mine")

    assert (answer.status_code, answer.data) == (204, b"")
    assert (mine.rules.documents(), mine.clock.state.offset) == ([], 0)
    assert services.tenants.default.clock.state.offset == 60
    assert services.tenants.holding("tencent", mine.credentials["tencent"]["secret_id"]) is mine


def test_the_lobby_can_be_reset(send: Send, services: Services) -> None:
    services.tenants.lobby.journal.record({"request_id": "r"})

    assert send("POST", "reset", {}, tenant="lobby").status_code == 204
    assert services.tenants.lobby.journal.entries() == []


def test_a_reset_takes_no_members(send: Send, services: Services) -> None:
    services.tenants.default.clock.advance(60)
    answer = send("POST", "reset", {"tenant": "other"})

    assert (answer.status_code, answer.get_json()["errors"][0]["pointer"]) == (422, "/tenant")
    assert services.tenants.default.clock.state.offset == 60
