"""A toy upstream with a real outcome table, so that the engine is tested without any provider's room."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from contracts.loader import load_table
from simulator.clock import FixedClock
from simulator.keys import Certificate, Use
from simulator.services import Services
from simulator.settings import Settings
from simulator.store import Store
from simulator.upstream import Exchange, Provider, UpstreamRefused
from simulator.wire import JSON_HEADERS, WireRequest, WireResponse

ServicesFactory = Callable[..., Services]


@pytest.fixture
def toy() -> Provider:
    """An upstream that trusts the key in ``x-key`` and answers what the body's ``Result`` or a rule says."""
    documented = load_table("tencent")
    anatomy = {"verdict": "/Response/Result", "request_id": "/Response/RequestId"}
    operation = {**documented.operations["BankCardVerification"], "anatomy": anatomy}
    table = replace(documented, operations={**documented.operations, "BankCardVerification": operation})

    def credentials(derive: Callable[[str, int], str]) -> Mapping[str, Any]:
        return {"secret_id": derive("secret_id", 36), "secret_key": derive("secret_key", 32)}

    def certificates(credentials: Mapping[str, Any]) -> tuple[Certificate, ...]:
        party = (credentials.get("secret_id", "nobody"),)
        return (
            Certificate(kid="00000000000001", use=Use.SIGNING, parties=party, public_key="PUBLIC", private_key="OWN"),
            Certificate(kid="00000000000002", use=Use.ENCRYPTION, public_key="PUBLIC", private_key="PRIVATE"),
        )

    def render(exchange: Exchange, code: str) -> WireResponse:
        body = {"Response": {"Result": code, "RequestId": exchange.request_id}}
        return WireResponse(status=200, headers=JSON_HEADERS, body=orjson.dumps(body))

    def answer(exchange: Exchange) -> WireResponse:
        try:
            return decide(exchange)
        except UpstreamRefused as refused:
            exchange.request_id = exchange.tenant.ids.uuid4()
            exchange.settle(refused.outcome)
            return render(exchange, refused.outcome.code)

    def decide(exchange: Exchange) -> WireResponse:
        request = exchange.request
        tenant = exchange.services.tenants.holding("tencent", request.header("x-key"))
        if tenant is None:
            exchange.refuse("credentials", table.error("*", "AuthFailure.SecretIdNotFound"), evidence={"found": False})
        exchange.tenant = tenant
        exchange.passed("credentials", {"found": True})
        exchange.operation = "BankCardVerification"
        exchange.fields = orjson.loads(request.body)
        exchange.public = frozenset({"Result"})
        attempt = tenant.throttle.per_second("toy", 1_000_000)
        exchange.passed("throttle", {"number": attempt.number, "limit": attempt.limit})
        if exchange.fields.get("Result") == "bug":
            raise ZeroDivisionError("110101190001010006")
        exchange.rule = tenant.rules.fire("tencent", exchange.operation, exchange.fields)
        code = exchange.fields.get("Result", "0")
        if exchange.rule is not None and exchange.rule.then.result is not None:
            code = exchange.rule.then.result
        exchange.person = exchange.fields.get("Person")
        exchange.request_id = tenant.ids.uuid4()
        exchange.settle(table.result(exchange.operation, code))
        exchange.passed("decide", {"by": "toy"})
        return render(exchange, code)

    def failed(exchange: Exchange) -> WireResponse:
        exchange.request_id = exchange.tenant.ids.uuid4()
        exchange.settle(table.error(exchange.operation, "InternalError"))
        return render(exchange, "InternalError")

    return Provider(
        name="tencent",
        title="Toy",
        hosts=frozenset({"faceid.tencentcloudapi.com"}),
        prefixes=("/tencent",),
        signs=lambda request: bool(request.header("x-tc-action")),
        answer=answer,
        table=lambda: table,
        credentials=credentials,
        identifies=("secret_id",),
        failed=failed,
        certificates=certificates,
    )


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 1, 1, tzinfo=UTC))


@pytest.fixture
def make_services(toy: Provider, clock: FixedClock) -> ServicesFactory:
    """Make a set of services with the toy upstream: ``make_services(store=..., **settings)``."""

    def make(store: Store | None = None, **settings: Any) -> Services:
        return Services(Settings(**settings), (toy,), store=store, clock=clock)

    return make


@pytest.fixture
def services(make_services: ServicesFactory) -> Services:
    return make_services()


@pytest.fixture
def toy_request(services: Services) -> Callable[..., WireRequest]:
    """Make a request to the toy upstream: ``toy_request(Result="-1", key="...")``."""

    def make(*, key: str | None = None, **fields: str) -> WireRequest:
        return WireRequest(
            method="POST",
            path="/tencent",
            query=b"",
            headers=(("x-key", services.tenants.default.credentials["tencent"]["secret_id"] if key is None else key),),
            body=orjson.dumps(fields),
        )

    return make
