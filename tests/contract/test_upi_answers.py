"""Every shipped case and every row of UPI's table, signed and encrypted, asked of the simulator in process.

What is looked at each time: status, headers, signature, the whole body, its schema, the charge, the ledger, and that
neither journal nor ledger holds a personal value.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import pytest

from contracts.loader import Outcome, load_table
from kyc_core.signing import upi_jwe, upi_jws
from kyc_core.signing.rsa_keys import load_private_key, load_public_key
from kyc_core.signing.upi_jws_header import protected_header
from kyc_core.strict_json import write
from simulator.catalog import catalog, load_cases, load_causes
from simulator.clock import FixedClock
from simulator.engine import Engine
from simulator.providers.upi import PROVIDER
from simulator.register import ShippedPeople
from simulator.self_check import check
from simulator.services import Services
from simulator.settings import Settings
from simulator.tenants import Tenant
from simulator.wire import WireRequest, WireResponse
from tests.walking import walk

OPERATION: Final = "ID_CARD_PHOTO_VERIFICATION"
FOLDER: Final = Path(__file__).parents[2] / "fixtures" / "upi" / OPERATION
CASES: Final = {path.stem: path for path in sorted(FOLDER.glob("*.json"))}
TABLE: Final = load_table("upi")
UUID: Final = "5ba10d46d5d148dfbcc2119c08e01015"

SERVICES: Final = Services(Settings(seed="contract"), (PROVIDER,), clock=FixedClock(datetime(2026, 1, 5, tzinfo=UTC)))
ENGINE: Final = Engine(SERVICES, inspect=check)
"""Compares every answer with its schema, and fails the call on a difference."""


@contextmanager
def new_tenant() -> Iterator[Tenant]:
    tenant = SERVICES.tenants.create()
    yield tenant
    SERVICES.tenants.remove(tenant.name)


@pytest.fixture
def tenant() -> Iterator[Tenant]:
    with new_tenant() as tenant:
        yield tenant


def request(tenant: Tenant, document: Mapping[str, Any], uuid: str = UUID) -> WireRequest:
    """Encrypt what a case shows in clear, and sign the whole."""
    keys = tenant.credentials["upi"]
    token = upi_jwe.encrypt(
        write(document["encData"]),
        public_key=load_public_key(keys["encryption_public_key"]),
        kid=keys["encryption_kid"],
        random_bytes=os.urandom,
    )
    body = write({**document, "encData": token})
    header = protected_header(
        kid=keys["signing_kid"],
        uuid=uuid,
        timestamp=int(tenant.clock.time()),
        app_id=keys["app_id"],
        request_path=keys["path"],
    )
    value = upi_jws.sign(header, body, private_key=load_private_key(keys["signing_private_key"], checked=False))
    return WireRequest(method="POST", path=keys["path"], query=b"", headers=(("upi-jws", value),), body=body)


def answered(tenant: Tenant, sent: WireRequest, row: Outcome, uuid: str = UUID) -> dict[str, Any]:
    """Send; check everything that is the same for every answer; return the body."""
    response = ENGINE.answer(sent)
    assert response is not None
    assert response.status == row.http_status
    assert response.headers[0] == ("Content-Type", "application/json;charset=UTF-8")
    check_signature(tenant, response, uuid)

    entry = tenant.journal.entries(limit=1)[-1]
    assert (entry["request_id"], entry["operation"]) == (uuid, OPERATION)
    assert (entry["answer"]["code"], entry["answer"]["charged"]) == (row.code, row.billed)
    charge = tenant.ledger.entries(limit=1)[-1]
    assert (charge["code"], charge["charged"]) == (row.code, row.billed)
    body: dict[str, Any] = json.loads(response.body)
    return body


def check_signature(tenant: Tenant, response: WireResponse, uuid: str) -> None:
    headers = dict(response.headers)
    if response.status == 401:
        assert "UPI-JWS" not in headers
        return
    keys = tenant.credentials["upi"]
    upi_jws.verify_response(
        headers["UPI-JWS"],
        response.body,
        public_key=load_public_key(keys["response_signing_public_key"]),
        kid=keys["response_signing_kid"],
        uuid=uuid,
        app_id=keys["app_id"],
        now=int(tenant.clock.time()),
    )


def row_of(body: Mapping[str, Any]) -> Outcome:
    if "MsgResponse" in body:
        return TABLE.error(OPERATION, body["MsgResponse"]["responseCode"])
    return TABLE.result(OPERATION, body["msgResponse"]["responseCode"])


def assert_nothing_personal(tenant: Tenant, document: Mapping[str, Any]) -> None:
    kept = b"".join(raw for log in ("journal", "ledger") for _, raw in tenant.space.read(log))
    assert kept
    for value in (*document["encData"].values(), document["orderID"], document["serialNm"]):
        for spelling in (value, quote(value), json.dumps(value)[1:-1]):
            assert spelling.encode() not in kept
    for secret in ("PRIVATE KEY", tenant.credentials["upi"]["signing_private_key"][40:80]):
        assert secret.encode() not in kept


@walk("name", CASES, fresh={"tenant": new_tenant})
def test_every_shipped_case_gets_the_answer_it_states(name: str, tenant: Tenant) -> None:
    case = json.loads(CASES[name].read_bytes())
    for number, step in enumerate(case.get("before", ())):
        assert ENGINE.answer(request(tenant, step["request"], f"{number:032x}")) is not None

    assert answered(tenant, request(tenant, case["request"]), row_of(case["response"])) == case["response"]
    assert tenant.journal.entries(limit=1)[-1].get("person") == case.get("person") or name in REFUSED_BEFORE
    assert_nothing_personal(tenant, case["request"])


REFUSED_BEFORE: Final = ("result_12", "result_30")
"""Refused before anybody is looked up."""


@walk("row", [pytest.param(row, id=row.code) for row in TABLE.rows], fresh={"tenant": new_tenant})
def test_every_row_can_be_had_by_a_rule(row: Outcome, tenant: Tenant) -> None:
    case = json.loads(CASES["result_00"].read_bytes())
    tenant.rules.add({"provider": "upi", "operation": OPERATION, "then": {row.kind: row.code}, "times": 1})
    body = answered(tenant, request(tenant, case["request"]), row)

    assert row_of(body) == row
    assert ("confidence" in body) is (row.code == "00")
    assert_nothing_personal(tenant, case["request"])


ENTRIES: Final = catalog(
    TABLE,
    cases=load_cases("upi"),
    people=ShippedPeople.load().index.people.values(),
    causes=load_causes()["upi"],
)


def test_every_row_is_reached_without_an_admin_call() -> None:
    assert [entry["code"] for entry in ENTRIES if not entry["reach"]["without_admin"]] == []


@walk("entry", [pytest.param(entry, id=entry["code"]) for entry in ENTRIES], fresh={"tenant": new_tenant})
def test_every_way_of_the_catalogue_leads_where_it_says(entry: Mapping[str, Any], tenant: Tenant) -> None:
    ways = [way for way in entry["reach"]["without_admin"] if "parameters" in way]
    assert ways
    number = 0
    for way in ways:
        calls = [step["request"] for step in way.get("before", ())] + [way["parameters"]]
        for call in calls:
            number += 1
            response = ENGINE.answer(request(tenant, call, f"{number:032x}"))
        assert response is not None
        assert row_of(json.loads(response.body)).code == entry["code"]


def test_the_cause_the_catalogue_names_has_the_effect_it_says(tenant: Tenant) -> None:
    assert list(load_causes()["upi"]) == ["E0"]
    response = ENGINE.answer(
        WireRequest(method="POST", path=tenant.credentials["upi"]["path"], query=b"", headers=(), body=b"{}")
    )

    assert response is not None
    assert row_of(json.loads(response.body)).code == "E0"
