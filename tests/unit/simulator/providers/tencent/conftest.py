"""One simulator with Tencent alone on a clock that stands still, and a client that signs as the SDKs do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import orjson
import pytest

from kyc_core.signing import tc3, tencent_v1
from simulator.clock import FixedClock
from simulator.engine import Engine
from simulator.providers.tencent import PROVIDER
from simulator.services import Services
from simulator.settings import Settings
from simulator.wire import WireRequest, WireResponse

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


class Client:
    """Makes requests and reads answers. ``build`` gives the request, to be spoilt before it is sent."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.engine = Engine(services)
        self.tenant = services.tenants.default
        self.keys: Mapping[str, Any] = self.tenant.credentials["tencent"]
        self.host = "127.0.0.1:8080"

    @property
    def now(self) -> int:
        return int(self.tenant.clock.time())

    def v3(
        self,
        body: Mapping[str, Any] | bytes,
        action: str = "BankCardVerification",
        *,
        method: str = "POST",
        content_type: str | None = None,
        path: str = "/",
        timestamp: int | None = None,
        secret_id: str | None = None,
        secret_key: str | None = None,
        headers: Mapping[str, str] | None = None,
        **signing: Any,
    ) -> WireRequest:
        """A TC3 request; for GET *body* becomes the query."""
        seconds = self.now if timestamp is None else timestamp
        query = b""
        if method == "GET":
            query, body = body if isinstance(body, bytes) else urlencode(body).encode(), b""
        raw = body if isinstance(body, bytes) else orjson.dumps(body)
        kind = content_type if content_type is not None else (FORM if method == "GET" else JSON)
        authorization = tc3.sign(
            secret_id=secret_id or self.keys["secret_id"],
            secret_key=secret_key or self.keys["secret_key"],
            method=method,
            host=self.host,
            content_type=kind,
            timestamp=seconds,
            query=query,
            body=raw,
            **signing,
        )
        sent = {
            "host": self.host,
            "content-type": kind,
            "x-tc-action": action,
            "x-tc-version": "2018-03-01",
            "x-tc-timestamp": str(seconds),
            "authorization": authorization,
            **(headers or {}),
        }
        return WireRequest(method=method, path=path, query=query, headers=tuple(sent.items()), body=raw)

    def v1(
        self,
        parameters: Mapping[str, str],
        action: str = "BankCardVerification",
        *,
        method: str = "POST",
        secret_key: str | None = None,
        without: str = "",
        **common: str,
    ) -> WireRequest:
        """A request of the first signature version; *without* one common parameter, the others overridden."""
        pairs = {
            **parameters,
            "Action": action,
            "Nonce": "11886",
            "SecretId": self.keys["secret_id"],
            "SignatureMethod": "HmacSHA256",
            "Timestamp": str(self.now),
            "Version": "2018-03-01",
            **common,
        }
        pairs.pop(without, None)
        pairs["Signature"] = tencent_v1.sign(
            secret_key=secret_key or self.keys["secret_key"], method=method, host=self.host, params=pairs
        )
        if without == "Signature":
            del pairs["Signature"]
        raw = urlencode(pairs).encode()
        get = method == "GET"
        headers = (("host", self.host), *(() if get else (("content-type", FORM),)))
        return WireRequest(
            method=method, path="/", query=raw if get else b"", headers=headers, body=b"" if get else raw
        )

    def send(self, request: WireRequest) -> WireResponse:
        answer = self.engine.answer(request)
        assert answer is not None, "no provider claims the request"
        return answer

    def ask(self, request: WireRequest) -> dict[str, Any]:
        """Send and return what is inside ``Response``."""
        inside: dict[str, Any] = orjson.loads(self.send(request).body)["Response"]
        return inside

    def refusal(self, request: WireRequest) -> tuple[str, str]:
        """Send and return code and message of the error."""
        error = self.ask(request)["Error"]
        return error["Code"], error["Message"]

    def result(self, body: Mapping[str, Any], action: str = "BankCardVerification") -> str:
        """Send a sound TC3 request and return its result code."""
        inside = self.ask(self.v3(body, action))
        assert "Result" in inside, inside
        result: str = inside["Result"]
        return result

    @property
    def last(self) -> dict[str, Any]:
        """The newest journal entry of the tenant, or of the lobby when that is newer."""
        entries = [*self.tenant.journal.entries(limit=1), *self.services.tenants.lobby.journal.entries(limit=1)]
        return max(entries, key=lambda entry: entry["at"])

    def step(self, name: str) -> dict[str, Any]:
        """What the named check of the newest call saw."""
        entry = self.tenant.journal.entries(limit=1)[-1]
        return next(evidence for check, _, evidence in entry["steps"] if check == name)


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 1, 1, tzinfo=UTC))


@pytest.fixture
def client(clock: FixedClock) -> Client:
    return Client(Services(Settings(), (PROVIDER,), clock=clock))


@pytest.fixture
def honest() -> dict[str, str]:
    """What a person on file truthfully says for BankCardVerification."""
    return {"IdCard": "310115188503140620", "Name": "林静怡", "BankCard": "6217000000000000103"}


@pytest.fixture
def honest4(honest: dict[str, str]) -> dict[str, str]:
    return {**honest, "Phone": "13490000010"}
