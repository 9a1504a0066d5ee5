"""The description is true: it is complete, it is OpenAPI 3.1, its examples work, and what it forbids is refused."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import OpenAPIV31SpecValidator
from referencing import Registry
from referencing.jsonschema import DRAFT202012
from werkzeug.test import TestResponse

from simulator.admin import create_blueprint
from simulator.admin.openapi import BASE, describe
from simulator.admin.reading import JSON
from simulator.admin.table import ROUTES
from simulator.engine import Engine
from simulator.problems import KINDS, MEDIA_TYPE, TYPES
from simulator.scenarios import Progression
from simulator.services import Services
from simulator.wire import WireRequest

DOCUMENT: dict[str, Any] = orjson.loads(orjson.dumps(describe(ROUTES)))
OPERATIONS = [
    (method.upper(), path, operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
]
BODIES = [
    pytest.param(method, path, name, id=f"{operation['operationId']}-{name}")
    for method, path, operation in OPERATIONS
    if "requestBody" in operation
    for name in operation["requestBody"]["content"][JSON]["examples"]
]
REGISTRY: Registry[Any] = Registry().with_resource("urn:admin", DRAFT202012.create_resource(DOCUMENT))


def check(schema: dict[str, Any], instance: object) -> None:
    """Validate *instance* against a schema of the description; references lead into the description."""
    anchored = orjson.loads(orjson.dumps(schema).replace(b'"#/', b'"urn:admin#/'))
    validator = Draft202012Validator(anchored, registry=REGISTRY, format_checker=FormatChecker())
    assert [f"{error.json_path}: {error.validator}" for error in validator.iter_errors(instance)] == []


def is_valid(schema: dict[str, Any], instance: object) -> bool:
    anchored = orjson.loads(orjson.dumps(schema).replace(b'"#/', b'"urn:admin#/'))
    return bool(Draft202012Validator(anchored, registry=REGISTRY, format_checker=FormatChecker()).is_valid(instance))


@pytest.fixture
def populated(
    client: FlaskClient, services: Services, engine: Engine, toy_request: Callable[..., WireRequest]
) -> FlaskClient:
    """A simulator in which every example address leads somewhere."""
    client.post("/__admin/tenants", json={"name": "team-a"})
    client.post("/__admin/rules", json={"id": "busy-once", "provider": "tencent", "then": {"charged": True}})
    client.post("/__admin/people", json={"key": "mine", "name": "测试甲", "resident_id": "110101190001010006"})
    services.tenants.default.transactions.start("work-1", "tencent", {}, Progression(kind="manual"))
    engine.answer(toy_request(Result="-1"))
    return client


def send(
    client: FlaskClient, services: Services, method: str, path: str, operation: dict[str, Any], body: object = None
) -> TestResponse:
    """Send the operation with every parameter at its example."""
    query = {}
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "query":
            query[parameter["name"]] = str(parameter["example"])
            continue
        example = str(parameter["example"])
        if parameter["name"] == "request_id":
            example = services.tenants.default.journal.entries()[0]["request_id"]
        path = path.replace(f"{{{parameter['name']}}}", example)
    return client.open(path, method=method, query_string=query, json=body)


def check_answer(operation: dict[str, Any], answer: TestResponse) -> None:
    """The answer is one of those described, and as described."""
    described = operation["responses"][str(answer.status_code)]
    if "content" not in described:
        assert answer.data == b""
        assert "Content-Type" not in answer.headers
        return
    assert list(described["content"]) == [answer.content_type]
    check(described["content"][answer.content_type]["schema"], answer.get_json())


def test_the_description_is_openapi_3_1() -> None:
    assert DOCUMENT["openapi"] == "3.1.0"
    assert list(OpenAPIV31SpecValidator(DOCUMENT).iter_errors()) == []


def test_the_description_is_served(client: FlaskClient) -> None:
    assert client.get("/__admin/openapi.json").get_json() == DOCUMENT


def test_every_route_is_described_and_every_description_has_a_route(services: Services) -> None:
    app = Flask("test")
    app.extensions["simulator"] = services
    app.register_blueprint(create_blueprint())
    routed = {
        (method, rule.rule.replace("<", "{").replace(">", "}"))
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("admin.") and rule.endpoint != "admin.elsewhere"
        for method in (rule.methods or set()) - {"HEAD"}
    }

    assert routed == {(method, path) for method, path, _ in OPERATIONS}
    assert len(OPERATIONS) == len(ROUTES)


def test_what_the_design_names_is_there() -> None:
    paths = {path.removeprefix(BASE).split("/")[1] for _, path, _ in OPERATIONS}

    assert paths == {
        "health", "version", "reset", "tenants", "credentials", "keys", "symmetric-keys", "people", "rules", "clock",
        "journal", "ledger", "transactions", "catalog", "fidelity", "explain", "openapi.json",
    }  # fmt: skip


def test_names_are_unique_and_groups_are_described() -> None:
    names = [operation["operationId"] for _, _, operation in OPERATIONS]

    assert len(set(names)) == len(names)
    assert {tag for _, _, operation in OPERATIONS for tag in operation["tags"]} == {
        tag["name"] for tag in DOCUMENT["tags"]
    }


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for name, value in node.items():
            if name == "$ref":
                yield value
            else:
                yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


def test_every_schema_is_used_and_sound() -> None:
    used = {reference.rpartition("/")[2] for reference in references(DOCUMENT)}

    assert used == set(DOCUMENT["components"]["schemas"])
    for schema in DOCUMENT["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("kind", KINDS)
def test_the_type_of_every_problem_leads_to_its_description(client: FlaskClient, kind: str) -> None:
    address, _, pointer = (TYPES + kind).partition("#")
    found: Any = client.get(address).get_json()
    for step in pointer.strip("/").split("/"):
        found = found[step]

    assert found == {"status": KINDS[kind].status, "title": KINDS[kind].title, "description": KINDS[kind].meaning}


def test_every_parameter_example_fits_its_schema() -> None:
    for _, _, operation in OPERATIONS:
        for parameter in operation.get("parameters", ()):
            check(parameter["schema"], parameter["example"])


@pytest.mark.parametrize(("method", "path", "name"), BODIES)
def test_every_example_fits_its_schema_and_works(
    populated: FlaskClient, services: Services, method: str, path: str, name: str
) -> None:
    operation = DOCUMENT["paths"][path][method.lower()]
    content = operation["requestBody"]["content"][JSON]
    example = content["examples"][name]["value"]
    if path in ("/__admin/tenants", "/__admin/rules"):
        populated.delete("/__admin/tenants/team-a")
        populated.delete("/__admin/rules")
    check(content["schema"], example)
    answer = send(populated, services, method, path, operation, example)

    assert 200 <= answer.status_code < 300
    check_answer(operation, answer)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        pytest.param(method, path, id=operation["operationId"])
        for method, path, operation in OPERATIONS
        if "requestBody" not in operation
    ],
)
def test_every_operation_without_a_body_answers_as_described(
    populated: FlaskClient, services: Services, method: str, path: str
) -> None:
    operation = DOCUMENT["paths"][path][method.lower()]
    answer = send(populated, services, method, path, operation)

    assert 200 <= answer.status_code < 300
    check_answer(operation, answer)


ODD: tuple[Any, ...] = (None, True, -1, 1.5, "", "\n", [], {}, [[]], "x" * 200, 2**62)


def broken(example: Any) -> Iterator[Any]:
    """Yield *example* with one thing wrong at a time: members lost, added, or of other types, at every depth."""
    if isinstance(example, dict):
        yield {**example, "no such member": 1}
        for name, value in example.items():
            yield {other: kept for other, kept in example.items() if other != name}
            for odd in ODD:
                yield {**example, name: odd}
            for deeper in broken(value):
                yield {**example, name: deeper}
    elif isinstance(example, list):
        for index, value in enumerate(example):
            for odd in ODD:
                yield [*example[:index], odd, *example[index + 1 :]]
            for deeper in broken(value):
                yield [*example[:index], deeper, *example[index + 1 :]]


@pytest.mark.parametrize(("method", "path", "name"), BODIES)
def test_what_a_schema_forbids_is_refused_as_described(
    populated: FlaskClient, services: Services, method: str, path: str, name: str
) -> None:
    operation = DOCUMENT["paths"][path][method.lower()]
    content = operation["requestBody"]["content"][JSON]
    refused = 0
    for body in broken(copy.deepcopy(content["examples"][name]["value"])):
        answer = send(populated, services, method, path, operation, body)
        check_answer(operation, answer)
        assert answer.status_code < 500
        if not is_valid(content["schema"], body):
            refused += 1
            assert answer.status_code in (400, 422), body
            assert answer.content_type == MEDIA_TYPE

    assert refused or name in ("unnamed", "everything")
