from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pytest

if TYPE_CHECKING:
    from tests.unit.simulator.providers.signzy.conftest import Client

LOGOUT = "/api/customers/logout"


def test_a_login_answers_a_token_its_life_its_moment_and_whose_it_is(client: Client) -> None:
    answer = client.login()
    body = orjson.loads(answer.body)

    assert (answer.status, list(body)) == (200, ["id", "ttl", "created", "userId"])
    assert (len(body["id"]), body["ttl"], body["created"]) == (64, 1_209_600, "2026-01-05T00:00:00.000Z")
    assert len(body["userId"]) == 24


def test_every_login_answers_another_token_of_the_same_user(client: Client) -> None:
    first, second = (orjson.loads(client.login().body) for _ in range(2))

    assert first["id"] != second["id"]
    assert first["userId"] == second["userId"]


def test_ttl_may_be_chosen_and_may_be_a_text(client: Client) -> None:
    client.set("token_ttl", 60)
    client.set("ttl_type", "text")

    assert orjson.loads(client.login().body)["ttl"] == "60"


@pytest.mark.parametrize(
    ("changes", "cause"), [({"password": "x"}, "wrong_password"), ({"password": "密码"}, "wrong_password")]
)
def test_a_wrong_password_is_refused_as_documented(client: Client, changes: dict[str, str], cause: str) -> None:
    answer = client.login(**changes)

    assert answer.status == 401
    assert orjson.loads(answer.body) == {
        "error": {"statusCode": 401, "name": "Error", "message": "login failed", "code": "LOGIN_FAILED"}
    }
    assert client.step("password") == {"cause": cause}


@pytest.mark.parametrize("member", ["username", "token"])
def test_an_unknown_user_is_refused_like_a_wrong_password(client: Client, member: str) -> None:
    username = "nobody" if member == "username" else client.keys["token"]

    assert client.login(username=username).body == client.login(password="x").body


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"username": None}, "username is required"),
        ({"password": None}, "password is required"),
        ({"password": ""}, "password is required"),
        ({"password": 7}, "password must be a string"),
        ({"username": ["a"]}, "username must be a string"),
    ],
)
def test_user_name_and_password_are_required_texts(client: Client, changes: dict[str, Any], message: str) -> None:
    answer = client.login(**changes)

    assert orjson.loads(answer.body) == {"error": {"statusCode": 400, "name": "Error", "message": message}}


def test_a_logout_ends_its_token_and_no_other(client: Client, honest: dict[str, Any]) -> None:
    first, second = client.token(), client.token()
    answer = client.send(LOGOUT, token=first)

    assert (answer.status, answer.headers, answer.body) == (204, (), b"")
    assert client.refusal(honest, token=first)[0] == 401
    assert client.step("token") == {"cause": "token_logged_out"}
    assert client.status(honest, token=second) == "Verified"
    assert client.send(LOGOUT, token=first).status == 401


def test_a_static_token_outlives_its_logout(client: Client, honest: dict[str, Any]) -> None:
    assert client.send(LOGOUT, token=client.keys["token"]).status == 204
    assert client.status(honest) == "Verified"


def test_a_logout_without_a_token_is_refused_in_the_older_body(client: Client) -> None:
    assert orjson.loads(client.send(LOGOUT).body) == {
        "error": {
            "statusCode": 401,
            "name": "Error",
            "message": "Authorization Required",
            "code": "AUTHORIZATION_REQUIRED",
        }
    }


def test_rules_decide_about_logins_too(client: Client) -> None:
    client.tenant.rules.add({"provider": "signzy", "operation": "login", "then": {"error": "500"}, "times": 1})

    assert client.login().status == 500
    assert client.login().status == 200


def test_neither_password_nor_token_is_kept(client: Client) -> None:
    token = client.token()
    client.send(LOGOUT, token=token)
    kept = b"".join(raw for log in ("journal", "ledger") for _, raw in client.tenant.space.read(log))

    assert kept
    for secret in (client.keys["password"], client.keys["username"], token):
        assert secret.encode() not in kept
