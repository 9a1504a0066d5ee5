from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import Gone
from werkzeug.test import TestResponse

from simulator.admin import create_blueprint
from simulator.admin.route import Call, Reply
from simulator.admin.table import ROUTES
from simulator.problems import MEDIA_TYPE, TYPES
from simulator.services import Services

Send = Callable[..., TestResponse]

SECRET = "110101190001010006"


def kind(answer: TestResponse) -> str:
    assert answer.content_type == MEDIA_TYPE
    document = answer.get_json()
    assert document["status"] == answer.status_code
    assert document["type"].startswith(TYPES)
    return str(document["type"].removeprefix(TYPES))


@pytest.mark.parametrize("path", ["", "/", "/nowhere", "/health/", "/rules/a/b", "/../health", "/%00"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_an_address_nobody_has_is_a_problem(client: FlaskClient, method: str, path: str) -> None:
    answer = client.open(f"/__admin{path}", method=method)

    assert (answer.status_code, kind(answer)) == (404, "not-found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "health", "GET, HEAD"),
        ("OPTIONS", "health", "GET, HEAD"),
        ("PATCH", "rules", "GET, HEAD, POST, PUT, DELETE"),
        ("POST", "people/a", "GET, HEAD, PUT, DELETE"),
        ("GET", "reset", "POST"),
        ("TRACE", "clock", "GET, HEAD, PATCH, DELETE"),
    ],
)
def test_a_method_an_address_does_not_have_is_a_problem_that_lists_the_others(
    send: Send, method: str, path: str, allowed: str
) -> None:
    answer = send(method, path)

    assert (answer.status_code, kind(answer), answer.headers["Allow"]) == (405, "method-not-allowed", allowed)


def test_head_is_get_without_a_body(send: Send) -> None:
    assert (send("HEAD", "health").status_code, send("HEAD", "health").data) == (200, b"")


@pytest.mark.parametrize("content_type", [None, "text/plain", "application/x-www-form-urlencoded"])
def test_a_body_that_is_not_json_by_type_is_a_problem(client: FlaskClient, content_type: str | None) -> None:
    answer = client.post("/__admin/rules", data=b'{"a": 1}', content_type=content_type)

    assert (answer.status_code, kind(answer)) == (415, "not-json-type")


def test_broken_json_is_a_problem_that_names_the_place_and_no_value(client: FlaskClient) -> None:
    answer = client.post(
        "/__admin/rules", data=b'{"when": {"IdCard": %s"}}' % SECRET.encode(), content_type="application/json"
    )

    assert (answer.status_code, kind(answer)) == (400, "not-json")
    assert "line 1, column" in answer.get_json()["detail"]
    assert SECRET not in answer.text


def test_a_body_beyond_the_limit_is_a_problem(services: Services) -> None:
    app = Flask("test")
    app.config["MAX_CONTENT_LENGTH"] = 10
    app.extensions["simulator"] = services
    app.register_blueprint(create_blueprint())
    answer = app.test_client().post("/__admin/rules", data=b"{" + b" " * 100 + b"}", content_type="application/json")

    assert (answer.status_code, kind(answer)) == (413, "too-large")


def test_a_body_that_breaks_off_is_a_problem(client: FlaskClient) -> None:
    answer = client.post(
        "/__admin/rules", input_stream=BytesIO(b'{"a'), content_length=100, content_type="application/json"
    )

    assert (answer.status_code, kind(answer)) == (400, "not-json")


@pytest.mark.parametrize("path", ["clock", "rules", "people", "journal", "ledger", "credentials"])
def test_an_unknown_tenant_is_a_problem(send: Send, path: str) -> None:
    answer = send("GET", path, tenant=SECRET)

    assert (answer.status_code, kind(answer)) == (404, "unknown-tenant")
    assert SECRET not in answer.text


def test_a_misspelt_parameter_does_not_fall_back_to_the_default_tenant(send: Send, services: Services) -> None:
    services.tenants.default.clock.advance(60)
    answer = send("DELETE", "clock", tenat="mine")

    assert (answer.status_code, kind(answer)) == (422, "invalid")
    assert services.tenants.default.clock.state.offset == 60


def test_a_bug_is_a_problem_that_repeats_nothing_and_a_log_line_with_its_place(
    services: Services, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: Call) -> Reply:
        raise RuntimeError(SECRET)

    routes = tuple(replace(route, view=broken) if route.name == "health" else route for route in ROUTES)
    monkeypatch.setattr("simulator.admin.blueprint.ROUTES", routes)
    app = Flask("test")
    app.extensions["simulator"] = services
    app.register_blueprint(create_blueprint())
    with caplog.at_level(logging.DEBUG):
        answer = app.test_client().get("/__admin/health")

    assert (answer.status_code, kind(answer)) == (500, "internal")
    assert "RuntimeError at test_blueprint.py:" in caplog.text
    assert SECRET not in caplog.text + answer.text


def test_an_http_error_of_flask_is_a_problem_of_ours(
    services: Services, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: Call) -> Reply:
        raise Gone(SECRET)

    routes = tuple(replace(route, view=broken) if route.name == "health" else route for route in ROUTES)
    monkeypatch.setattr("simulator.admin.blueprint.ROUTES", routes)
    app = Flask("test")
    app.extensions["simulator"] = services
    app.register_blueprint(create_blueprint())
    answer = app.test_client().get("/__admin/health")

    assert (answer.status_code, kind(answer)) == (500, "internal")
    assert SECRET not in caplog.text + answer.text


def test_nothing_may_be_cached(send: Send) -> None:
    for answer in (send("GET", "credentials"), send("GET", "nowhere"), send("POST", "reset")):
        assert answer.headers["Cache-Control"] == "no-store"


def test_two_applications_do_not_meet(make_client: Callable[..., FlaskClient]) -> None:
    one, other = make_client(), make_client()
    one.post("/__admin/tenants", json={"name": "only"})

    assert one.get("/__admin/tenants/only").status_code == 200
    assert other.get("/__admin/tenants/only").status_code == 404
