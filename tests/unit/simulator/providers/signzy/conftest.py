"""One simulator with Signzy alone on a clock that stands still, and a client for its three endpoints."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from simulator.clock import FixedClock
from simulator.engine import Engine
from simulator.providers.signzy import PROVIDER
from simulator.self_check import check
from simulator.services import Services
from simulator.settings import Settings
from simulator.wire import WireRequest, WireResponse

VERIFY = "/api/v3/global-kyc-verify/cn/nid"
LOGIN = "/api/customers/login"
LOGOUT = "/api/customers/logout"


class Client:
    """Makes requests and reads answers; every answer is compared with its schema."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.engine = Engine(services, inspect=check)
        self.tenant = services.tenants.default
        self.keys: Mapping[str, str] = self.tenant.credentials["signzy"]

    def request(
        self,
        path: str,
        body: Any = None,
        *,
        token: str | None = None,
        method: str = "POST",
        query: bytes = b"",
        content_type: str = "application/json",
    ) -> WireRequest:
        headers = [("content-type", content_type)]
        if token is not None:
            headers.append(("authorization", token))
        raw = body if isinstance(body, bytes) else orjson.dumps({} if body is None else body)
        return WireRequest(method=method, path=path, query=query, headers=tuple(headers), body=raw)

    def send(self, path: str, body: Any = None, **options: Any) -> WireResponse:
        answer = self.engine.answer(self.request(path, body, **options))
        assert answer is not None, "no provider claims the request"
        return answer

    def verify(self, body: Any, **options: Any) -> WireResponse:
        """Verify with the static token unless another way is chosen."""
        return self.send(VERIFY, body, **({"token": self.keys["token"]} | options))

    def status(self, body: Any, **options: Any) -> str:
        """Verify and return what the source says."""
        answer = self.verify(body, **options)
        assert answer.status == 200, answer.body
        status = orjson.loads(answer.body)["sourceVerificationStatus"]
        assert isinstance(status, str)
        return status

    def refusal(self, body: Any, **options: Any) -> tuple[int, str]:
        """Verify and return HTTP status and reason of the refusal."""
        answer = self.verify(body, **options)
        return answer.status, orjson.loads(answer.body)["error"]["reason"]

    def login(self, **changes: Any) -> WireResponse:
        user = {"username": self.keys["username"], "password": self.keys["password"]} | changes
        return self.send(LOGIN, {name: value for name, value in user.items() if value is not None})

    def token(self) -> str:
        token = orjson.loads(self.login().body)["id"]
        assert isinstance(token, str)
        return token

    def set(self, name: str, value: object) -> None:
        self.tenant.set_switch(f"signzy.{name}", value)

    @property
    def last(self) -> dict[str, Any]:
        """The newest journal entry of the tenant."""
        return self.tenant.journal.entries(limit=1)[-1]

    def step(self, name: str) -> dict[str, Any]:
        """What the named check of the newest call saw."""
        return next(evidence for check, _, evidence in self.last["steps"] if check == name)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 1, 5, tzinfo=UTC))


@pytest.fixture
def client(clock: FixedClock) -> Client:
    return Client(Services(Settings(), (PROVIDER,), clock=clock))


@pytest.fixture
def honest() -> dict[str, Any]:
    """What a person on file truthfully says."""
    return {
        "fullName": "林静怡",
        "dateOfBirth": "1885-03-14",
        "identityInformation": {"nationalIdNumber": "310115188503140620"},
        "consent": True,
    }
