"""A client of the aggregator in process: its own simulator, its own clock, callbacks caught instead of sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest

from kyc_core.people import Person
from simulator import self_check
from simulator.callbacks import CallbackRules, Callbacks
from simulator.clock import FixedClock
from simulator.deliveries import Message
from simulator.engine import Engine
from simulator.providers.kyc_china import PROVIDER
from simulator.services import Services
from simulator.settings import Settings
from simulator.tenants import Tenant
from simulator.wire import WireRequest, WireResponse

Body = dict[str, Any]


class Client:
    """Calls a simulator with one tenant's credentials."""

    def __init__(self, services: Services, clock: FixedClock, tenant: Tenant | None = None) -> None:
        self.services = services
        self.clock = clock
        self.tenant = tenant or services.tenants.default
        self.sent: list[Message] = []
        self._engine = Engine(services, inspect=self_check.check)

    def as_tenant(self, name: str) -> Client:
        """Return a client of another tenant of the same simulator."""
        return Client(self.services, self.clock, self.services.tenants.create(name))

    def call(
        self,
        path: str,
        body: Any = b"",
        *,
        method: str = "POST",
        query: str = "",
        headers: dict[str, str] | None = None,
    ) -> WireResponse:
        keys = self.tenant.credentials["kyc_china"]
        given = {"host": "127.0.0.1:8080", "x-client-id": keys["client_id"], "x-client-secret": keys["client_secret"]}
        answer = self._engine.answer(
            WireRequest(
                method=method,
                path=path,
                query=query.encode(),
                headers=tuple((given | (headers or {})).items()),
                body=body if isinstance(body, bytes) else orjson.dumps(body),
            )
        )
        assert answer is not None
        return answer

    def submit(self, **fields: Any) -> str:
        """Start a fan-out and return its token."""
        answer = self.call("/kyc/cn/request", fields)
        assert answer.status == 200, answer.body
        return str(orjson.loads(answer.body)["token"])

    def poll(self, token: Any) -> WireResponse:
        return self.call("/kyc/cn/poll", {"token": token})

    def report(self, **fields: Any) -> Body:
        """Start a fan-out, wait, and return its report."""
        token = self.submit(**fields)
        self.clock.advance(self.tenant.switch("kyc_china.report_seconds"))
        answer = self.poll(token)
        assert answer.status == 200, answer.body
        found: Body = orjson.loads(answer.body)
        return found

    def rule(self, operation: str, then: Body, **members: Any) -> None:
        self.tenant.rules.add({"provider": "kyc_china", "operation": operation, "then": then, **members})

    def switch(self, name: str, value: object) -> None:
        self.tenant.set_switch(f"kyc_china.{name}", value)

    def download(self, link: str, *, method: str = "GET", host: str = "127.0.0.1:8080") -> WireResponse:
        """Follow a link as somebody without credentials does."""
        parts = urlsplit(link)
        answer = self._engine.answer(
            WireRequest(method=method, path=parts.path, query=parts.query.encode(), headers=(("host", host),), body=b"")
        )
        assert answer is not None
        return answer

    def last(self) -> Body:
        """Return the journal's newest entry."""
        return self.tenant.journal.entries(limit=1)[0]


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 1, 5, 2, 0, tzinfo=UTC))


@pytest.fixture
def services(clock: FixedClock) -> Iterator[Services]:
    services = Services(Settings(), (PROVIDER,), clock=clock)
    yield services
    services.close()


@pytest.fixture
def client(services: Services, clock: FixedClock) -> Client:
    client = Client(services, clock)

    def hear(message: Message) -> int:
        client.sent.append(message)
        return 200

    services.callbacks = Callbacks(CallbackRules(), send=hear)
    return client


@pytest.fixture
def truth(services: Services) -> Callable[..., Body]:
    """Return what somebody on file can say truthfully: ``truth("ordinary-01", "name", "idNumber")``."""

    def say(key: str, *fields: str) -> Body:
        person: Person = services.people.index.people[key]
        known = {
            "name": person.name,
            "idNumber": person.resident_id,
            "idIssueDate": person.valid_from,
            "idExpiryDate": person.valid_to,
            "mobile": person.mobiles[0].number,
            "bankCardNumber": person.cards[0].number,
            "facePhoto": PICTURE,
            "addressesToVerify": [{"type": "work", "city": "上海", "address": "测试大道1号"}],
        }
        return {name: known[name] for name in fields or known}

    return say


PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNoAAAAggCB2kUIOwAAAABJRU5ErkJggg=="
