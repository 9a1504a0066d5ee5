from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pytest

if TYPE_CHECKING:
    from simulator.clock import FixedClock
    from tests.unit.simulator.providers.signzy.conftest import Client

VERIFY = "/api/v3/global-kyc-verify/cn/nid"
LOGIN = "/api/customers/login"
UNAUTHORIZED = (401, "Invalid or missing authorization token")
FORTNIGHT = 1_209_600


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", VERIFY),
        ("PUT", VERIFY),
        ("POST", VERIFY + "/"),
        ("POST", "/api/v3/global-kyc-verify/hk/nid"),
        ("POST", "/api/customers"),
        ("GET", LOGIN),
    ],
)
def test_what_nobody_serves_is_said_in_the_older_body(client: Client, method: str, path: str) -> None:
    answer = client.send(path, method=method)

    assert answer.status == 404
    assert orjson.loads(answer.body) == {
        "error": {"statusCode": 404, "name": "Error", "message": f"There is no method to handle {method} {path}"}
    }


def test_the_static_token_opens_the_door(client: Client, honest: dict[str, Any]) -> None:
    assert client.status(honest) == "Verified"
    assert client.step("token") == {"token": "static"}


def test_a_token_may_stand_in_the_query(client: Client, honest: dict[str, Any]) -> None:
    query = f"a=b&access_token={client.keys['token']}".encode()

    assert client.status(honest, token=None, query=query) == "Verified"


def test_the_header_goes_before_the_query(client: Client, honest: dict[str, Any]) -> None:
    query = f"access_token={client.keys['token']}".encode()

    assert client.refusal(honest, token="nobody's", query=query) == UNAUTHORIZED


def test_a_token_of_a_login_lives_for_its_ttl_on_the_tenants_clock(client: Client, honest: dict[str, Any]) -> None:
    client.tenant.clock.freeze()
    token = client.token()

    client.tenant.clock.advance(FORTNIGHT - 1)
    assert client.status(honest, token=token) == "Verified"
    assert client.step("token") == {"token": "of a login"}
    client.tenant.clock.advance(1)
    assert client.refusal(honest, token=token) == UNAUTHORIZED
    assert client.step("token") == {"cause": "token_expired"}


@pytest.mark.parametrize("token", [None, "", "   ", "x", "KYCSIM", "DEFAULTUSERNAME", "令牌"])
def test_nobodys_token_is_refused_alike(client: Client, honest: dict[str, Any], token: str | None) -> None:
    assert client.refusal(honest, token=token) == UNAUTHORIZED


@pytest.mark.parametrize("member", ["username", "password"])
def test_another_credential_is_no_token(client: Client, honest: dict[str, Any], member: str) -> None:
    assert client.refusal(honest, token=client.keys[member]) == UNAUTHORIZED


def test_a_made_up_token_with_a_true_beginning_is_unknown(client: Client, honest: dict[str, Any]) -> None:
    token = client.token()[:-1] + "!"

    assert client.refusal(honest, token=token) == UNAUTHORIZED
    assert client.step("token") == {"cause": "unknown_token"}


def test_bearer_is_not_the_documented_form(client: Client, honest: dict[str, Any]) -> None:
    token = f"Bearer {client.keys['token']}"

    assert client.refusal(honest, token=token) == UNAUTHORIZED
    assert client.step("token") == {"cause": "bearer_before_the_token"}

    client.set("bearer", "accept")
    assert client.status(honest, token=token) == "Verified"


def test_a_token_is_looked_at_before_the_body(client: Client) -> None:
    assert client.refusal(b"no json", token="x") == UNAUTHORIZED


def test_a_limit_per_second_answers_403(client: Client, honest: dict[str, Any], clock: FixedClock) -> None:
    client.set("qps", 2)

    assert [client.status(honest), client.status(honest)] == ["Verified", "Verified"]
    assert client.refusal(honest) == (403, "Request limit exceeded")
    assert client.step("throttle") == {"attempts": 3, "limit": 2}
    clock.advance(1)
    assert client.status(honest) == "Verified"


@pytest.mark.parametrize("kind", ["", "text/plain", "application/x-www-form-urlencoded"])
def test_only_json_is_read(client: Client, honest: dict[str, Any], kind: str) -> None:
    assert client.refusal(honest, content_type=kind) == (400, "Content-Type must be application/json")


def test_a_content_type_may_have_parameters(client: Client, honest: dict[str, Any]) -> None:
    assert client.status(honest, content_type="Application/JSON; charset=UTF-8") == "Verified"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "Unexpected token in JSON at position 0"),
        (b'{"a" 1}', "Unexpected token in JSON at position 5"),
        (b"[]", "The request body must be a JSON object"),
        (b'"text"', "The request body must be a JSON object"),
    ],
)
def test_a_body_that_is_no_object_is_refused(client: Client, body: bytes, reason: str) -> None:
    assert client.refusal(body) == (400, reason)


def test_a_login_says_it_as_its_page_does(client: Client) -> None:
    answer = client.send(LOGIN, b'{"username":"a" "b"}')

    assert answer.status == 400
    error = orjson.loads(answer.body)["error"]
    assert (error["statusCode"], error["name"]) == (400, "SyntaxError")
    assert error["message"].startswith("Unexpected token in JSON at position ")
    assert client.send(LOGIN, b"[]").status == 400
