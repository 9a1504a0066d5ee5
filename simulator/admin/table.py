"""Every admin operation, in one tuple: Flask's routes and the OpenAPI description are both made from it."""

from __future__ import annotations

from typing import Final

from simulator.admin import (
    clock,
    keys,
    knowledge,
    people,
    records,
    rules,
    symmetric_keys,
    system,
    tenants,
    transactions,
)
from simulator.admin.openapi import describe
from simulator.admin.route import Call, Reply, Route, ref


def show_description(_: Call) -> Reply:
    """Describe this API."""
    return Reply(body=describe(ROUTES))


ROUTES: Final = (
    *system.ROUTES,
    Route(
        method="GET",
        path="/openapi.json",
        name="show_description",
        about="Describe this API with OpenAPI 3.1.",
        view=show_description,
        group="system",
        answer=ref("Description"),
    ),
    *tenants.ROUTES,
    *keys.ROUTES,
    *symmetric_keys.ROUTES,
    *people.ROUTES,
    *rules.ROUTES,
    *clock.ROUTES,
    *records.ROUTES,
    *transactions.ROUTES,
    *knowledge.ROUTES,
)
