"""The reference adapter against the simulator: every row, read as its row says, and never a pass by accident."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from typing import Any, Final
from urllib.parse import urlsplit

import pytest

from contracts.loader import Outcome, load_table
from kyc_core.adapters.alibaba import AlibabaAdapter, Waiting
from kyc_core.adapters.alibaba_operations import OPERATIONS
from kyc_core.adapters.base import AdapterError, Claim
from kyc_core.adapters.transport import Answer, Request
from kyc_core.verdicts import Decision, Verdict
from simulator.clock import FixedClock
from simulator.engine import Engine
from simulator.providers.alibaba import PROVIDER
from simulator.self_check import check
from simulator.services import Services
from simulator.settings import Settings
from simulator.tenants import Tenant
from simulator.wire import WireRequest
from tests.walking import walk

TABLE: Final = load_table("alibaba")
PIXEL: Final = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNoAAAAggCB2kUIOwAAAABJRU5ErkJggg=="
SERVICES: Final = Services(Settings(seed="adapter"), (PROVIDER,), clock=FixedClock(datetime(2026, 1, 5, tzinfo=UTC)))
ENGINE: Final = Engine(SERVICES, inspect=check)
NUMBERS: Final = count(1)
TRUTH: Final[dict[str, Any]] = {
    "name": "林静怡",
    "resident_id": "310115188503140620",
    "bank_card": "6217000000000000103",
    "mobile": "13490000010",
    "valid_from": "20180501",
    "valid_to": "长期",
    "photo": b64decode(PIXEL),
}
EXTRA: Final = {
    "doc_type": "00000001",
    "meta_info": "{}",
    "merchant_user": "ordinary-01",
    "product_code": "ID_OCR",
    "target_picture": PIXEL,
    "id_picture": PIXEL,
}


@contextmanager
def new_tenant() -> Iterator[Tenant]:
    tenant = SERVICES.tenants.create()
    tenant.set_switch("alibaba.throttling", False)
    yield tenant
    SERVICES.tenants.remove(tenant.name)


@pytest.fixture
def tenant() -> Iterator[Tenant]:
    with new_tenant() as tenant:
        yield tenant


def send(request: Request) -> Answer:
    parts = urlsplit(request.url)
    headers = tuple((name.lower(), value) for name, value in request.headers.items())
    answer = ENGINE.answer(
        WireRequest(
            method=request.method,
            path=parts.path or "/",
            query=parts.query.encode(),
            headers=(*headers, *(() if "host" in dict(headers) else (("host", parts.netloc),))),
            body=request.body,
        )
    )
    assert answer is not None
    return Answer(answer.status, dict(answer.headers), answer.body)


def adapter(tenant: Tenant) -> AlibabaAdapter:
    keys = tenant.credentials["alibaba"]
    return AlibabaAdapter(
        access_key_id=keys["access_key_id"],
        access_key_secret=keys["access_key_secret"],
        clock=tenant.clock.time,
        random_bytes=lambda length: next(NUMBERS).to_bytes(length),
        sleep=tenant.clock.advance,
        send=send,
        waiting=Waiting(first=1, patience=10),
    )


def claim(operation: str) -> Claim:
    known = OPERATIONS[operation]
    # A verification that takes a while is told what its beginning needs.
    begins = OPERATIONS["Initialize"] if operation == "CheckResult" else known
    extra = {name: EXTRA[name] for name in begins.extra if name in EXTRA}
    return Claim(**{name: TRUTH[name] for name in known.claim}, extra=extra)


CHECKS: Final = [name for name in OPERATIONS if name != "Initialize"]
RESULTS: Final = [
    pytest.param(operation, row, id=f"{operation} {row.code}")
    for operation in CHECKS
    for row in TABLE.results(OPERATIONS[operation].action)
]
ERRORS: Final = [
    pytest.param(operation, row, id=f"{operation} {row.code}")
    for operation in ("CheckResult", "BankMetaVerifyIntl")
    for row in TABLE.errors(OPERATIONS[operation].action)
]


@pytest.mark.parametrize("operation", CHECKS)
def test_the_truth_passes(operation: str, tenant: Tenant) -> None:
    assert adapter(tenant).check(operation, claim(operation)).verdict is Verdict.MATCH


@walk(("operation", "row"), RESULTS, fresh={"tenant": new_tenant})
def test_every_result_is_read_as_its_row_says(operation: str, row: Outcome, tenant: Tenant) -> None:
    action = OPERATIONS[operation].action
    tenant.rules.add({"provider": "alibaba", "operation": action, "then": {"result": row.code}})

    found = adapter(tenant).check(operation, claim(operation))

    assert (found.verdict, found.provider_code) == (row.verdict, row.code)


@walk(("operation", "row"), ERRORS, fresh={"tenant": new_tenant})
def test_no_error_is_ever_a_pass(operation: str, row: Outcome, tenant: Tenant) -> None:
    action = OPERATIONS[operation].action
    tenant.rules.add({"provider": "alibaba", "operation": action, "then": {"error": row.code}})
    try:
        found = adapter(tenant).check(operation, claim(operation))
    except AdapterError:
        return

    assert found.verdict.decision is not Decision.PASS
    assert found.verdict is row.verdict


def test_patience_ends_before_somebody_who_never_comes(tenant: Tenant) -> None:
    tenant.set_switch("alibaba.progression", "never")

    assert adapter(tenant).check("CheckResult", claim("CheckResult")).verdict is Verdict.PENDING
