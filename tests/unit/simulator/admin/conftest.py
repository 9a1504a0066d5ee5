from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from simulator.admin import create_blueprint
from simulator.engine import Engine
from simulator.services import Services

ServicesFactory = Callable[..., Services]
Send = Callable[..., TestResponse]


@pytest.fixture
def make_client(make_services: ServicesFactory) -> Callable[..., FlaskClient]:
    """Make a client of an admin API of its own: ``make_client(admin_token="...")``."""

    def make(*, services: Services | None = None, **settings: Any) -> FlaskClient:
        app = Flask("test")
        app.extensions["simulator"] = services if services is not None else make_services(**settings)
        app.register_blueprint(create_blueprint())
        return app.test_client()

    return make


@pytest.fixture
def client(make_client: Callable[..., FlaskClient], services: Services) -> FlaskClient:
    return make_client(services=services)


@pytest.fixture
def send(client: FlaskClient) -> Send:
    """Send a request below ``/__admin``: ``send("POST", "rules", {...}, tenant="a")``."""

    def make(method: str, path: str, body: Any = None, **query: str) -> TestResponse:
        if body is None:
            return client.open(f"/__admin/{path}", method=method, query_string=query)
        return client.open(f"/__admin/{path}", method=method, query_string=query, json=body)

    return make


@pytest.fixture
def engine(services: Services) -> Engine:
    return Engine(services)
