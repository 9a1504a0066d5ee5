"""Every shipped case and every row of Tencent's table, asked of the simulator in process.

What is looked at each time: status, headers, the whole body, its schema, the charge, the ledger, and that neither
journal nor ledger holds a personal value.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, quote_plus, urlencode

import pytest

from contracts.loader import Outcome, load_table
from kyc_core.signing import tc3, tencent_v1
from simulator.clock import FixedClock
from simulator.engine import Engine
from simulator.providers.tencent import PROVIDER
from simulator.self_check import check
from simulator.services import Services
from simulator.settings import Settings
from simulator.tenants import Tenant
from simulator.wire import WireRequest
from tests.walking import walk

FOLDER: Final = Path(__file__).parents[2] / "fixtures" / "tencent"
CASES: Final = {path.relative_to(FOLDER).as_posix(): path for path in sorted(FOLDER.glob("*/*.json"))}
TABLE: Final = load_table("tencent")
HOSTS: Final = {"intl": "faceid.intl.tencentcloudapi.com", "cn": "faceid.tencentcloudapi.com"}
LANGUAGES: Final = {"en": "en-US", "zh": "zh-CN"}
WAYS: Final = ("tc3-post", "tc3-get", "v1-post", "v1-get")
JSON_HEADERS: Final = (("Content-Type", "application/json"),)

SERVICES: Final = Services(Settings(seed="contract"), (PROVIDER,), clock=FixedClock(datetime(2026, 1, 5, tzinfo=UTC)))

ENGINE: Final = Engine(SERVICES, inspect=check)
"""Compares every answer with its schema, and fails the call on a difference."""


@contextmanager
def new_tenant() -> Iterator[Tenant]:
    tenant = SERVICES.tenants.create()
    yield tenant
    SERVICES.tenants.remove(tenant.name)


def flattened(parameters: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """Flatten as the SDKs do for a query or form: dotted names, indices from 0."""
    found: dict[str, str] = {}
    for name, value in parameters.items():
        if isinstance(value, Mapping):
            found |= flattened(value, f"{prefix}{name}.")
        elif isinstance(value, list):
            found |= flattened({str(index): item for index, item in enumerate(value)}, f"{prefix}{name}.")
        else:
            found[f"{prefix}{name}"] = str(value)
    return found


def request(
    tenant: Tenant, way: str, operation: str, parameters: Mapping[str, Any], language: str, site: str = "intl"
) -> WireRequest:
    """Sign a request one of the four ways an SDK may be set up."""
    host = HOSTS[site]
    keys = tenant.credentials["tencent"]
    seconds = int(tenant.clock.time())
    method = "GET" if way.endswith("get") else "POST"
    if way.startswith("v1"):
        pairs = flattened(parameters) | {
            "Action": operation,
            "Language": LANGUAGES[language],
            "Nonce": "1",
            "SecretId": keys["secret_id"],
            "Timestamp": str(seconds),
            "Version": "2018-03-01",
        }
        pairs["Signature"] = tencent_v1.sign(secret_key=keys["secret_key"], method=method, host=host, params=pairs)
        raw = urlencode(pairs).encode()
        headers = [("host", host), ("content-type", "application/x-www-form-urlencoded")]
    else:
        raw = urlencode(flattened(parameters)).encode() if method == "GET" else json.dumps(parameters).encode()
        kind = "application/x-www-form-urlencoded" if method == "GET" else "application/json"
        authorization = tc3.sign(
            secret_id=keys["secret_id"],
            secret_key=keys["secret_key"],
            method=method,
            host=host,
            content_type=kind,
            timestamp=seconds,
            query=raw if method == "GET" else b"",
            body=b"" if method == "GET" else raw,
        )
        headers = [
            ("host", host),
            ("content-type", kind),
            ("authorization", authorization),
            ("x-tc-action", operation),
            ("x-tc-version", "2018-03-01"),
            ("x-tc-timestamp", str(seconds)),
            ("x-tc-language", LANGUAGES[language]),
        ]
    query, body = (raw, b"") if method == "GET" else (b"", raw)
    return WireRequest(method=method, path="/", query=query, headers=tuple(headers), body=body)


def answered(tenant: Tenant, asked: WireRequest, row: Outcome) -> dict[str, Any]:
    """Send; check everything that is the same for every answer; return what is inside ``Response`` without its id."""
    response = ENGINE.answer(asked)
    assert response is not None
    assert (response.status, response.headers) == (row.http_status, JSON_HEADERS)

    entry = tenant.journal.entries(limit=1)[-1]
    inside: dict[str, Any] = json.loads(response.body)["Response"]
    assert entry["request_id"] == inside.pop("RequestId")
    assert (entry["answer"]["code"], entry["answer"]["charged"]) == (row.code, row.billed)
    assert_billed(tenant, row, entry["operation"])
    return inside


def assert_billed(tenant: Tenant, row: Outcome, operation: str) -> None:
    assert tenant.ledger.totals() == {
        "tencent": {operation: {"charged": int(row.billed), "free": int(not row.billed)}},
    }
    (entry,) = tenant.ledger.entries()
    assert (entry["code"], entry["charged"]) == (row.code, row.billed)


def personal_values(operation: str, parameters: Mapping[str, Any]) -> set[str]:
    names = [field["name"] for field in TABLE.operations[operation]["fields"] if field["personal"]]
    values = {parameters[name].strip() for name in names if isinstance(parameters.get(name), str)} - {"0", "1"}
    return {value for value in values if value}


def assert_nothing_personal(tenant: Tenant, operation: str, parameters: Mapping[str, Any]) -> None:
    kept = b"".join(raw for log in ("journal", "ledger") for _, raw in tenant.space.read(log))
    assert kept
    for value in personal_values(operation, parameters):
        for spelling in (value, quote(value), quote_plus(value), json.dumps(value)[1:-1]):
            assert spelling.encode() not in kept


def members_at(operation: str, site: str) -> list[dict[str, Any]]:
    return [member for member in TABLE.operations[operation]["answer"] if site in member.get("sites", HOSTS)]


def row_of(operation: str, inside: Mapping[str, Any]) -> Outcome:
    if "Error" in inside:
        return TABLE.error(operation, inside["Error"]["Code"])
    return TABLE.result(operation, inside["Result"])


@walk(
    ("operation", "name", "way"),
    [(name.partition("/")[0], name, way) for name, way in product(CASES, WAYS)],
    by="operation",
    fresh={"tenant": new_tenant},
)
def test_every_shipped_case_gets_the_answer_it_states_whichever_way_it_is_sent(
    operation: str, name: str, way: str, tenant: Tenant
) -> None:
    case = json.loads(CASES[name].read_bytes())
    expected = {key: value for key, value in case["response"]["Response"].items() if key != "RequestId"}

    asked = request(tenant, way, operation, case["request"], case["language"], case.get("site", "intl"))
    inside = answered(tenant, asked, row_of(operation, expected))

    assert inside == expected
    assert_nothing_personal(tenant, operation, case["request"])


ROWS: Final = [
    pytest.param(operation, row, language, id=f"{row.code} {language}")
    for operation in TABLE.operations
    for row in (*TABLE.results(operation), *TABLE.errors(operation))
    for language in LANGUAGES
]


@walk(("operation", "row", "language"), ROWS, by="operation", fresh={"tenant": new_tenant})
def test_every_row_can_be_had_by_a_rule_in_both_languages(
    operation: str, row: Outcome, language: str, tenant: Tenant
) -> None:
    first = TABLE.results(operation)[0]
    case = json.loads(CASES[f"{operation}/result_{first.code}.json"].read_bytes())
    asked = request(tenant, "tc3-post", operation, case["request"], language, case.get("site", "intl"))
    tenant.rules.add({"provider": "tencent", "operation": operation, "then": {row.kind: row.code}, "times": 1})

    inside = answered(tenant, asked, row)

    if row.kind == "result":
        assert list(inside) == [member["name"] for member in members_at(operation, case.get("site", "intl"))]
        assert (inside["Result"], inside["Description"]) == (row.code, row.text[language])
    else:
        assert set(inside) == {"Error"}
        assert inside["Error"]["Code"] == row.code
        assert inside["Error"]["Message"]
        assert "{" not in inside["Error"]["Message"]
    assert_nothing_personal(tenant, operation, case["request"])


def test_only_a_match_ever_answers_nought() -> None:
    noughts = {row.meaning for operation in TABLE.operations for row in TABLE.results(operation) if row.code == "0"}

    assert noughts == {"match", "found", "adult"}
