"""Describe the admin API with OpenAPI 3.1, from the same rows that Flask's routes are made of.

Source:
    OpenAPI Specification 3.1.0; RFC 9457 for the problems.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from importlib.metadata import version as version_of
from importlib.resources import files
from typing import Any, Final

import orjson

from simulator.admin.reading import JSON
from simulator.admin.route import Parameter, Route
from simulator.problems import KINDS, MEDIA_TYPE

DISTRIBUTION: Final = "kyc-upstream-simulator"
OPENAPI: Final = "3.1.0"
BASE: Final = "/__admin"
EVERYWHERE: Final = ("invalid", "foreign-host", "foreign-origin", "unauthorized", "internal")
"""Kinds of problems that every operation may answer with."""
WITH_BODY: Final = ("not-json", "not-json-type", "too-large")
"""Kinds that every operation with a body may answer with besides."""
GROUPS: Final = {
    "system": "The simulator itself.",
    "tenants": "Credentials select the world: a tenant owns everything that changes.",
    "people": "Who is on file.",
    "rules": "Outcomes forced on calls.",
    "clock": "What time it is for a tenant.",
    "records": "What was called, and what it would have cost.",
    "knowledge": "What can be answered, how well that is known, and why a call was answered as it was.",
}


def describe(routes: Iterable[Route]) -> dict[str, Any]:
    """Return the OpenAPI document of *routes*."""
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        paths.setdefault(BASE + route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": OPENAPI,
        "info": {
            "title": "kyc-sim admin API",
            "version": version_of(DISTRIBUTION),
            "description": "Steers the simulator. Nothing here imitates a provider.",
        },
        "servers": [{"url": "/"}],
        "security": [{}, {"token": []}],
        "tags": [{"name": name, "description": about} for name, about in GROUPS.items()],
        "paths": paths,
        "components": {
            "schemas": schemas(),
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "Needed where the simulator was started with an admin token.",
                }
            },
        },
        "x-problem-types": {
            kind: {"status": row.status, "title": row.title, "description": row.meaning} for kind, row in KINDS.items()
        },
    }


@lru_cache(maxsize=1)
def schemas() -> dict[str, Any]:
    """Return the shared JSON Schemas by name; not to be changed."""
    found: dict[str, Any] = orjson.loads((files("simulator") / "admin" / "schemas.json").read_bytes())
    return found


def _operation(route: Route) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": route.name,
        "summary": route.about,
        "tags": [route.group],
        "responses": {str(route.status): _answer(route), **_problems(route)},
    }
    parameters = [_parameter(part, "path") for part in route.parts] + [_parameter(one, "query") for one in route.query]
    if parameters:
        operation["parameters"] = parameters
    if route.body is not None:
        examples = {name: {"value": value} for name, value in route.body.examples.items()}
        operation["requestBody"] = {
            "required": route.body.required,
            "content": {JSON: {"schema": route.body.schema, "examples": examples}},
        }
    return operation


def _answer(route: Route) -> dict[str, Any]:
    if route.answer is None:
        return {"description": "Done."}
    return {"description": "What was asked for.", "content": {JSON: {"schema": route.answer}}}


def _parameter(parameter: Parameter, place: str) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": place,
        "required": place == "path",
        "description": parameter.about,
        "schema": parameter.schema,
        "example": parameter.example,
    }


def _problems(route: Route) -> dict[str, Any]:
    kinds = (*EVERYWHERE, *(WITH_BODY if route.body is not None else ()), *route.problems)
    by_status: dict[int, list[str]] = {}
    for kind in kinds:
        by_status.setdefault(KINDS[kind].status, []).append(kind)
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        str(status): {"description": " ".join(KINDS[kind].meaning for kind in by_status[status]), "content": content}
        for status in sorted(by_status)
    }
