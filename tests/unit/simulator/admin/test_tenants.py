from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from simulator.services import Services

Send = Callable[..., TestResponse]

SWITCH = "tencent.lowercase_x"


def pointers(answer: TestResponse) -> list[str]:
    return [error["pointer"] for error in answer.get_json()["errors"]]


def test_a_new_tenant_comes_with_all_credentials(send: Send, services: Services) -> None:
    answer = send("POST", "tenants", {"name": "team-a", "switches": {SWITCH: "strict"}})
    tenant = services.tenants.get("team-a")

    assert (answer.status_code, answer.headers["Location"]) == (201, "/__admin/tenants/team-a")
    assert tenant is not None
    assert answer.get_json() == {"tenant": "team-a", **tenant.credentials}
    assert services.tenants.holding("tencent", answer.get_json()["tencent"]["secret_id"]) is tenant
    assert tenant.switch(SWITCH) == "strict"


def test_a_tenant_needs_neither_name_nor_body(send: Send, services: Services) -> None:
    names = {send("POST", "tenants").get_json()["tenant"], send("POST", "tenants", {}).get_json()["tenant"]}

    assert len(names) == 2
    assert set(services.tenants.names()) == {"default", *names}
    assert set(send("GET", "tenants").get_json()["tenants"]) == {"default", *names}


@pytest.mark.parametrize("name", ["", " ", "a/b", "-a", "a" * 65, "a\n", "测试", None, 7, [], {}])
def test_an_odd_name_is_refused(send: Send, name: Any) -> None:
    answer = send("POST", "tenants", {"name": name})

    assert (answer.status_code, pointers(answer)) == (422, ["/name"])


@pytest.mark.parametrize("name", ["default", "lobby", "taken"])
def test_a_name_that_is_taken_or_reserved_is_a_conflict(send: Send, name: str) -> None:
    send("POST", "tenants", {"name": "taken"})
    answer = send("POST", "tenants", {"name": name})

    assert (answer.status_code, pointers(answer)) == (409, ["/name"])


@pytest.mark.parametrize(
    ("switches", "wanted"),
    [
        pytest.param([], ["/switches"], id="a list"),
        pytest.param({"tencent.nonsense": 1}, ["/switches/tencent.nonsense"], id="nobody has it"),
        pytest.param({SWITCH: "both"}, [f"/switches/{SWITCH}"], id="not its value"),
        pytest.param({SWITCH: None}, [f"/switches/{SWITCH}"], id="null"),
        pytest.param(
            {SWITCH: "strict", "a/b": 1, "tencent.qps": -1},
            ["/switches/a~1b", "/switches/tencent.qps"],
            id="two of three",
        ),
    ],
)
def test_odd_switches_are_refused_all_at_once_and_none_is_set(
    send: Send, services: Services, switches: Any, wanted: list[str]
) -> None:
    created = send("POST", "tenants", {"name": "team-a", "switches": switches})
    changed = send("PATCH", "tenants/default", {"switches": switches})

    assert (created.status_code, pointers(created)) == (422, wanted)
    assert (changed.status_code, pointers(changed)) == (422, wanted)
    assert services.tenants.get("team-a") is None
    assert services.tenants.default.switch(SWITCH) == "accept"


def test_switches_are_shown_and_changed(send: Send, services: Services) -> None:
    changed = send("PATCH", "tenants/default", {"switches": {SWITCH: "strict", "tencent.qps": 3}})
    shown = send("GET", "tenants/default")

    assert changed.status_code == shown.status_code == 200
    assert (
        changed.get_json() == shown.get_json() == {"tenant": "default", "switches": services.tenants.default.switches()}
    )
    assert (shown.get_json()["switches"][SWITCH], shown.get_json()["switches"]["tencent.qps"]) == ("strict", 3)


@pytest.mark.parametrize(("body", "pointer"), [({}, "/switches"), ({"name": "b"}, "/name")])
def test_only_switches_can_be_changed(send: Send, body: dict[str, Any], pointer: str) -> None:
    answer = send("PATCH", "tenants/default", body)

    assert (answer.status_code, pointers(answer)) == (422, [pointer])


def test_a_removed_tenant_is_gone(send: Send, services: Services) -> None:
    send("POST", "tenants", {"name": "team-a"})

    assert send("DELETE", "tenants/team-a").status_code == 204
    assert services.tenants.get("team-a") is None
    assert [send(method, "tenants/team-a").status_code for method in ("GET", "DELETE")] == [404, 404]
    assert send("PATCH", "tenants/team-a", {"switches": {}}).status_code == 404


@pytest.mark.parametrize("name", ["default", "lobby"])
def test_the_well_known_tenants_stay(send: Send, services: Services, name: str) -> None:
    assert send("DELETE", f"tenants/{name}").status_code == 409
    assert services.tenants.get(name) is not None


def test_credentials_are_those_of_the_tenant_asked_for(send: Send, services: Services) -> None:
    send("POST", "tenants", {"name": "team-a"})
    mine = services.tenants.get("team-a")

    assert mine is not None
    assert send("GET", "credentials").get_json() == {"tenant": "default", **services.tenants.default.credentials}
    assert send("GET", "credentials", tenant="team-a").get_json() == {"tenant": "team-a", **mine.credentials}
    assert send("GET", "credentials", tenant="lobby").get_json() == {"tenant": "lobby"}
