"""Every shipped case, every row of Alibaba Cloud's table, and every way the catalogue names, asked in process.

What is looked at each time: status, headers, the whole body, its schema, the charge, the ledger, and that neither
journal nor ledger holds a personal value.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count, product
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, quote_plus, urlencode

import pytest

from contracts.loader import Outcome, load_table
from kyc_core.signing import acs3, aliyun, aliyun_rpc
from simulator.catalog import catalog, load_cases, load_causes
from simulator.clock import FixedClock
from simulator.engine import Engine
from simulator.providers.alibaba import PROVIDER
from simulator.self_check import check
from simulator.services import Services
from simulator.settings import Settings
from simulator.tenants import Tenant
from simulator.wire import WireRequest, WireResponse
from tests.walking import walk

FOLDER: Final = Path(__file__).parents[2] / "fixtures" / "alibaba"
CASES: Final = {path.relative_to(FOLDER).as_posix(): path for path in sorted(FOLDER.glob("*/*.json"))}
TABLE: Final = load_table("alibaba")
FORM: Final = "application/x-www-form-urlencoded"
HOSTS: Final = {"intl": "cloudauth-intl.cn-hongkong.aliyuncs.com", "domestic": "cloudauth.aliyuncs.com"}
WAYS: Final = ("v3-query", "v3-form", "v1-query", "v1-form", "v1-xml")
USUAL: Final = {
    "Date",
    "Content-Type",
    "Access-Control-Allow-Origin",
    "Access-Control-Expose-Headers",
    "x-acs-request-id",
    "x-acs-trace-id",
    "ETag",
    "Vary",
}
MADE: Final = ("TransactionId", "TransactionUrl", "Protocol")
"""Members of an answer that are new with every call."""

SERVICES: Final = Services(Settings(seed="contract"), (PROVIDER,), clock=FixedClock(datetime(2026, 1, 5, tzinfo=UTC)))
ENGINE: Final = Engine(SERVICES, inspect=check)
"""Compares every answer with its schema, and fails the call on a difference."""

NONCES: Final = count(1)


@contextmanager
def new_tenant() -> Iterator[Tenant]:
    tenant = SERVICES.tenants.create()
    yield tenant
    SERVICES.tenants.remove(tenant.name)


def request(tenant: Tenant, way: str, operation: str, parameters: Mapping[str, str]) -> WireRequest:
    """Sign a call one of the five ways in which the SDKs send theirs."""
    facts = TABLE.operations[operation]
    keys, host = tenant.credentials["alibaba"], HOSTS[facts["site"]]
    seconds = int(tenant.clock.time())
    nonce = f"nonce-{next(NONCES)}"
    headers = {"host": host}
    if way.endswith("form"):
        headers["content-type"] = FORM
    if way.startswith("v3"):
        raw = urlencode(parameters).encode()
        query, body = (b"", raw) if way == "v3-form" else (raw, b"")
        headers |= acs3.common_headers(
            host=host, action=operation, version=facts["version"], seconds=seconds, nonce=nonce, body=body
        )
        headers["authorization"] = acs3.sign(
            access_key_id=keys["access_key_id"],
            access_key_secret=keys["access_key_secret"],
            method="POST",
            headers=headers,
            query=query,
            body=body,
        )
        return WireRequest(method="POST", path="/", query=query, headers=tuple(headers.items()), body=body)
    pairs = {
        **parameters,
        "AccessKeyId": keys["access_key_id"],
        "Action": operation,
        "Format": "json",
        "SignatureMethod": "HMAC-SHA1",
        "SignatureNonce": nonce,
        "SignatureType": "",
        "SignatureVersion": "1.0",
        "Timestamp": aliyun.timestamp(seconds),
        "Version": facts["version"],
    }
    if way == "v1-xml":
        del pairs["Format"]
    pairs["Signature"] = aliyun_rpc.sign(access_key_secret=keys["access_key_secret"], method="POST", params=pairs)
    raw = urlencode(pairs).encode()
    query, body = (b"", raw) if way == "v1-form" else (raw, b"")
    return WireRequest(method="POST", path="/", query=query, headers=tuple(headers.items()), body=body)


def ask(tenant: Tenant, way: str, operation: str, parameters: Mapping[str, str]) -> WireResponse:
    answer = ENGINE.answer(request(tenant, way, operation, parameters))
    assert answer is not None
    return answer


def document(answer: WireResponse) -> dict[str, Any]:
    assert PROVIDER.document is not None
    found: dict[str, Any] = PROVIDER.document(answer)
    return found


def inside(answer: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = answer.get("Result") or answer.get("ResultObject") or {}
    return found


def prepared(tenant: Tenant, way: str, case: Mapping[str, Any]) -> dict[str, str]:
    """Make the calls before the case; return its request with the TransactionId that the first of them was given."""
    transaction = ""
    for step in case.get("before", ()):
        for _ in range(step.get("times", 1)):
            told = step["request"] | ({"TransactionId": transaction} if transaction else {})
            answer = document(ask(tenant, way, step["operation"], told))
            transaction = transaction or inside(answer).get("TransactionId", "")
    known = "TransactionId" in case["request"] and transaction
    asked: dict[str, str] = case["request"] | ({"TransactionId": transaction} if known else {})
    return asked


def row_of(operation: str, case: Mapping[str, Any]) -> Outcome:
    answer = case["response"]
    result = inside(answer)
    if not result:
        return TABLE.error(operation, answer["Code"])
    usual = result.get("SubCode") or result.get("BizCode") or result.get("Passed")
    code = {
        "Initialize": answer["Code"],
        "CheckVerifyLog": result.get("VerifyStatus"),
        "DeleteVerifyResult": result.get("DeleteResult"),
        "MobileDetect": result["Items"][0]["SubCode"] if "Items" in result else None,
        "MobileOnlineTime": result.get("TimeCode", "none"),
    }.get(operation, usual)
    return TABLE.result(operation, str(code))


def decoded(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an answer holds, texts that hold JSON as the JSON they hold."""
    return {
        name: json.loads(value) if name.startswith("Ext") and isinstance(value, str) else value
        for name, value in result.items()
        if name not in MADE
    }


def assert_usual_headers(answer: WireResponse, way: str) -> None:
    headers = dict(answer.headers)
    assert set(headers) == USUAL
    kind = "text/xml" if way == "v1-xml" else "application/json"
    assert headers["Content-Type"] == f"{kind};charset=utf-8"
    assert headers["x-acs-request-id"] == document(answer)["RequestId"]
    assert len(headers["x-acs-trace-id"]) == 32


def charges(tenant: Tenant) -> int:
    return sum(counts["charged"] for counts in tenant.ledger.totals().get("alibaba", {}).values())


def personal_values(operation: str, parameters: Mapping[str, str]) -> set[str]:
    """Return what must stand nowhere; the key of somebody on file is no personal value."""
    personal = [field["name"] for field in TABLE.operations[operation]["fields"] if field["personal"]]
    values = {parameters[name] for name in personal if name in parameters} - set(SERVICES.people.index.people)
    return {value for value in values if len(value) > 3}


def assert_nothing_personal(tenant: Tenant, case: Mapping[str, Any], operation: str) -> None:
    kept = b"".join(raw for log in ("journal", "ledger") for _, raw in tenant.space.read(log))
    assert kept
    calls = [(step["operation"], step["request"]) for step in case.get("before", ())]
    for name, parameters in [*calls, (operation, case["request"])]:
        for value in personal_values(name, parameters):
            for spelling in (value, quote(value), quote_plus(value), json.dumps(value)[1:-1]):
                assert spelling.encode() not in kept


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
    row = row_of(operation, case)

    asked = prepared(tenant, way, case)
    before = charges(tenant)
    answer = ask(tenant, way, operation, asked)
    found = document(answer)
    entry = tenant.journal.entries(limit=1)[-1]

    assert answer.status == case["status"]
    assert_usual_headers(answer, way)
    if row.kind == "error":
        expected = {name: value for name, value in case["response"].items() if name != "RequestId"}
        if way == "v1-xml":
            del expected["Recommend"]
        assert {name: value for name, value in found.items() if name != "RequestId"} == expected
    else:
        assert (found["Code"], found["Message"]) == (case["response"]["Code"], case["response"]["Message"])
        assert set(found) == set(case["response"])
        assert set(inside(found)) == set(inside(case["response"]))
        assert decoded(inside(found)) == decoded(inside(case["response"]))
    assert entry["request_id"] == found["RequestId"]
    assert (entry["answer"]["code"], entry["answer"]["charged"]) == (row.code, row.billed)
    assert entry["operation"] == operation
    assert charges(tenant) - before == int(row.billed)
    assert_nothing_personal(tenant, case, operation)


ROWS: Final = [
    pytest.param(operation, row, id=f"{row.kind} {row.code}")
    for operation, facts in TABLE.operations.items()
    if facts["support"] == "answered"
    for row in (*TABLE.results(operation), *TABLE.errors(operation))
]


@walk(("operation", "row"), ROWS, by="operation", fresh={"tenant": new_tenant})
def test_every_row_can_be_had_by_a_rule(operation: str, row: Outcome, tenant: Tenant) -> None:
    name = next(name for name in CASES if name.startswith(f"{operation}/result_"))
    case = json.loads(CASES[name].read_bytes())
    asked = prepared(tenant, "v3-query", {**case, "before": case.get("before", ())[:1]})
    tenant.rules.add({"provider": "alibaba", "operation": operation, "then": {row.kind: row.code}, "times": 1})

    answer = ask(tenant, "v3-query", operation, asked)
    found = document(answer)
    entry = tenant.journal.entries(limit=1)[-1]

    assert answer.status == row.http_status
    assert (entry["answer"]["code"], entry["answer"]["kind"], entry["answer"]["charged"]) == (
        row.code,
        row.kind,
        row.billed,
    )
    if row.kind == "error":
        assert found["Code"] == row.code
        assert "{" not in found["Message"]
        assert set(found) == {"RequestId", "Message", "Recommend", "HostId", "Code"}
    else:
        assert found["Message"] == "success"
    assert_nothing_personal(tenant, case, operation)


@walk(
    "operation",
    [name for name, facts in TABLE.operations.items() if facts["support"] == "refused"],
    fresh={"tenant": new_tenant},
)
def test_an_operation_that_is_not_imitated_says_so_and_is_explained(operation: str, tenant: Tenant) -> None:
    answer = ask(tenant, "v3-query", operation, {})
    entry = tenant.journal.entries(limit=1)[-1]

    assert (answer.status, document(answer)["Code"]) == (404, "InvalidAction.NotFound")
    assert entry["answer"]["meaning"] == "not_emulated"
    assert entry["steps"][-1] == ["action", False, {"imitated": False}]


ENTRIES: Final = catalog(
    TABLE,
    cases=load_cases("alibaba"),
    people=SERVICES.people.index.people.values(),
    causes=load_causes()["alibaba"],
)
KNOWN: Final = [
    pytest.param(entry, way, id=f"{way['operation']} {entry['code']} {way.get('case') or way['person']}")
    for entry in ENTRIES
    for way in entry["reach"]["without_admin"]
    if "parameters" in way
]


def test_every_row_stands_in_the_catalogue_and_can_be_had_without_an_admin_call() -> None:
    assert [(one["operation"], one["kind"], one["code"]) for one in ENTRIES] == [
        (row.operation, row.kind, row.code) for row in TABLE.rows
    ]
    assert [one["code"] for one in ENTRIES if not one["reach"]["without_admin"]] == []


@walk(("entry", "way"), KNOWN, fresh={"tenant": new_tenant})
def test_every_way_of_the_catalogue_leads_where_it_says(
    entry: Mapping[str, Any], way: Mapping[str, Any], tenant: Tenant
) -> None:
    asked = prepared(tenant, "v3-query", {"request": way["parameters"], "before": way.get("before", ())})
    ask(tenant, "v3-query", way["operation"], asked)
    answer = tenant.journal.entries(limit=1)[-1]["answer"]

    assert (answer["kind"], answer["code"], answer["charged"]) == (entry["kind"], entry["code"], entry["billed"])


def test_only_what_is_passed_ever_says_so() -> None:
    passing = Counter(
        row.meaning for row in TABLE.rows if row.kind == "result" and row.verdict.decision.value == "pass"
    )

    assert set(passing) == {"passed", "match"}
