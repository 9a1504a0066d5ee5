from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pytest

from simulator.providers.signzy.codes import table

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulator.wire import WireResponse
    from tests.unit.simulator.providers.signzy.conftest import Client


def force(client: Client, code: str, operation: str = "verify") -> None:
    client.tenant.rules.add({"provider": "signzy", "operation": operation, "then": {"error": code}})


@pytest.mark.parametrize(
    ("code", "name", "kind"),
    [
        ("400", "Bad Request", "BAD_REQUEST"),
        ("401", "Unauthorized", "UNAUTHORIZED"),
        ("403", "Forbidden", "FORBIDDEN"),
        ("409", "Upstream Down", "UPSTREAM_DOWN"),
        ("500", "Internal Server Error", "INTERNAL_SERVER_ERROR"),
    ],
)
def test_an_error_has_the_six_members(client: Client, honest: dict[str, Any], code: str, name: str, kind: str) -> None:
    force(client, code)
    answer = client.verify(honest)
    error = orjson.loads(answer.body)["error"]

    assert list(error) == ["name", "reason", "status", "message", "type", "statusCode"]
    assert (answer.status, error["status"], error["statusCode"]) == (int(code),) * 3
    assert (error["name"], error["type"]) == (name, kind)
    assert error["reason"]
    assert error["message"]
    assert "{" not in error["reason"]


def test_status_code_may_be_a_scenario_of_its_own(client: Client) -> None:
    client.set("status_code", 1042)
    answer = client.verify({})
    error = orjson.loads(answer.body)["error"]

    assert (answer.status, error["status"], error["statusCode"]) == (400, 400, 1042)


@pytest.mark.parametrize(
    ("switch", "value", "code"),
    [
        pytest.param("bad_input_status", 422, "400", id="S7"),
        pytest.param("upstream_down_status", 503, "409", id="S6"),
        pytest.param("upstream_down_status", 502, "409", id="S6, 502"),
    ],
)
def test_a_status_that_sources_disagree_about_is_the_same_everywhere_in_the_answer(
    client: Client, honest: dict[str, Any], switch: str, value: int, code: str
) -> None:
    client.set(switch, value)
    force(client, code)
    answer = client.verify(honest)
    error = orjson.loads(answer.body)["error"]

    assert (answer.status, error["status"], error["statusCode"]) == (value,) * 3
    assert client.last["answer"]["code"] == code


def test_a_refused_token_may_be_answered_as_siblings_do(client: Client, honest: dict[str, Any]) -> None:
    client.set("unauthorized_shape", "older")
    force(client, "401")

    assert orjson.loads(client.verify(honest).body) == {
        "error": {
            "statusCode": 401,
            "name": "Error",
            "message": "Authorization Required",
            "code": "AUTHORIZATION_REQUIRED",
        }
    }


@pytest.mark.parametrize("operation", ["verify", "login", "logout"])
def test_every_error_can_be_told_without_an_open_place(client: Client, honest: dict[str, Any], operation: str) -> None:
    calls: dict[str, Callable[[], WireResponse]] = {
        "verify": lambda: client.verify(honest),
        "login": client.login,
        "logout": lambda: client.send("/api/customers/logout", token=client.keys["token"]),
    }
    for row in table().errors(operation):
        client.tenant.rules.clear()
        force(client, row.code, operation)
        answer = calls[operation]()

        assert answer.status == row.http_status
        assert b"{" not in answer.body.removeprefix(b'{"error":{')
