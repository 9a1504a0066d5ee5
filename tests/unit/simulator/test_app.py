from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import pytest
from flask import Flask
from werkzeug.test import run_wsgi_app

from simulator.app import create_app
from simulator.clock import FixedClock
from simulator.engine import Engine
from simulator.services import Services
from simulator.settings import Settings
from simulator.store import MemoryStore
from simulator.upstream import Exchange, Provider
from simulator.wire import JSON_HEADERS, WireResponse

OPERATION = "BankCardVerification"


@pytest.fixture
def app(toy: Provider, clock: FixedClock) -> Flask:
    return create_app(providers=(toy,), clock=clock)


def key_of(app: Flask) -> str:
    services: Services = app.extensions["simulator"]
    key = services.tenants.default.credentials["tencent"]["secret_id"]
    assert isinstance(key, str)
    return key


def call(app: Flask, **fields: str) -> Any:
    body = orjson.dumps({"Result": "0", **fields})
    return app.test_client().post("/tencent", data=body, headers={"X-Key": key_of(app)})


def test_the_parts_are_found_in_the_extensions(app: Flask) -> None:
    services, engine = app.extensions["simulator"], app.extensions["simulator.engine"]

    assert isinstance(services, Services)
    assert isinstance(engine, Engine)
    assert engine.services is services


def test_parts_made_before_are_taken_as_they_are(services: Services) -> None:
    engine = Engine(services)
    app = create_app(services=services, engine=engine)

    assert (app.extensions["simulator"], app.extensions["simulator.engine"]) == (services, engine)


def test_settings_store_and_clock_are_handed_on(toy: Provider, clock: FixedClock) -> None:
    store = MemoryStore()
    settings = Settings(seed="mine", max_body=2048)
    app = create_app(settings, providers=(toy,), store=store, clock=clock)
    services = app.extensions["simulator"]

    assert (services.settings, services.store, services.clock) == (settings, store, clock)
    assert app.config["MAX_CONTENT_LENGTH"] == 2048


def test_without_arguments_every_provider_is_played() -> None:
    assert len(create_app().extensions["simulator"].providers) > 0


def test_two_apps_share_nothing(toy: Provider, clock: FixedClock) -> None:
    one, other = (create_app(providers=(toy,), clock=clock) for _ in range(2))
    call(one)

    assert len(one.extensions["simulator"].tenants.default.journal.entries()) == 1
    assert other.extensions["simulator"].tenants.default.journal.entries() == []


def test_provider_calls_and_the_admin_api_are_served_side_by_side(app: Flask) -> None:
    client = app.test_client()

    assert call(app).get_json()["Response"]["Result"] == "0"
    assert client.get("/__admin/health").status_code == 200


def test_provider_paths_are_listed_among_the_routes(app: Flask) -> None:
    rules = {rule.rule: rule.endpoint for rule in app.url_map.iter_rules()}

    assert rules["/tencent"] == rules["/tencent/<path:rest>"] == "provider_tencent"


def test_a_listed_provider_path_answers_even_without_the_lane(app: Flask) -> None:
    environ = app.test_request_context(
        "/tencent", method="POST", data=b'{"Result":"-1"}', headers={"X-Key": key_of(app)}
    ).request.environ
    body, status, _ = run_wsgi_app(lambda *wsgi: Flask.wsgi_app(app, *wsgi), environ)

    assert status == "200 OK"
    assert orjson.loads(b"".join(body))["Response"]["Result"] == "-1"


def test_what_nobody_claims_is_a_problem_that_names_the_prefixes(app: Flask) -> None:
    answer = app.test_client().post("/nowhere", data=b"110101190001010006")

    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")
    assert answer.get_json()["detail"].endswith(": /tencent")


def test_what_nobody_claims_stands_in_the_lobby_without_a_personal_value(app: Flask) -> None:
    services: Services = app.extensions["simulator"]
    app.test_client().post("/nowhere/110101190001010006?a=b", data=b"{}", headers={"Host": "front.test:80"})
    app.test_client().get("/__admin/nowhere")
    app.test_client().get("/__verify/a/b/c/d")
    app.test_client().get("/", headers={"Host": "110101190001010006.test"})
    entry, other = services.tenants.lobby.journal.entries()

    assert (entry["provider"], entry["operation"], entry["answer"]["status"]) == ("", "", 404)
    assert entry["request"]["path"].startswith("/nowhere/~")
    assert entry["request"]["bytes"] == 5
    assert entry["steps"] == [["route", False, {"cause": "no_provider", "host": "front.test"}]]
    assert other["steps"][0][2]["host"].startswith("~")


def test_an_address_the_admin_api_does_not_have_is_its_own_problem(app: Flask) -> None:
    answer = app.test_client().get("/__admin/nowhere")

    assert answer.status_code == 404
    assert "provider" not in answer.get_json()["detail"]


def rendering(toy: Provider, result: object) -> Provider:
    """Return the toy upstream with answers that carry *result*, and everything else the real one's do."""

    def answer(exchange: Exchange) -> WireResponse:
        document = orjson.loads(toy.answer(exchange).body)
        document["Response"] |= {"Result": result, "Description": "Authentication passed"}
        return WireResponse(status=200, headers=JSON_HEADERS, body=orjson.dumps(document))

    return replace(toy, answer=answer)


def test_an_answer_that_breaks_its_schema_fails_the_call_when_testing(toy: Provider, clock: FixedClock) -> None:
    app = create_app(providers=(rendering(toy, 0),), clock=clock)
    app.testing = True

    with pytest.raises(AssertionError, match=r"tencent BankCardVerification \(response\): \$\.Response\.Result breaks"):
        call(app)


def test_an_answer_that_breaks_its_schema_fails_the_call_when_asked_for(toy: Provider, clock: FixedClock) -> None:
    app = create_app(Settings(self_check=True), providers=(rendering(toy, 0),), clock=clock)

    with pytest.raises(AssertionError):
        call(app)


def test_answers_are_not_compared_otherwise(toy: Provider, clock: FixedClock) -> None:
    app = create_app(providers=(rendering(toy, 0),), clock=clock)

    assert call(app).get_json()["Response"]["Result"] == 0


@pytest.mark.parametrize("then", [{}, {"http": 502}], ids=["kept", "spoilt by a rule"])
def test_a_good_answer_passes_whatever_a_rule_does_to_it(
    toy: Provider, clock: FixedClock, then: dict[str, Any]
) -> None:
    app = create_app(providers=(rendering(toy, "0"),), clock=clock)
    app.testing = True
    if then:
        rules = app.extensions["simulator"].tenants.default.rules
        rules.add({"provider": "tencent", "operation": OPERATION, "then": then})

    assert call(app).status_code == then.get("http", 200)
