"""Every shipped case, row and magic person of the MPS gateway, asked of the simulator in process, in both dialects.

What is looked at each time: status, the whole document, its schema, the charge, the ledger, and that neither journal
nor ledger holds a personal value.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlencode
from xml.sax.saxutils import escape

import pytest

from contracts.loader import Outcome, load_table
from kyc_core.signing.mps_hmac_sha1 import sign
from simulator.catalog import catalog, load_cases, load_causes
from simulator.clock import FixedClock
from simulator.engine import Engine
from simulator.providers.mps import PROVIDER
from simulator.register import ShippedPeople
from simulator.self_check import check
from simulator.services import Services
from simulator.settings import Settings
from simulator.tenants import Tenant
from simulator.wire import WireRequest, WireResponse
from tests.walking import walk

FOLDER: Final = Path(__file__).parents[2] / "fixtures" / "mps"
CASES: Final = {path.relative_to(FOLDER).as_posix(): path for path in sorted(FOLDER.glob("*/*.json"))}
TABLE: Final = load_table("mps")
NCIIC: Final = ("nciicCheck", "nciicCompare")
SERVICES: Final = Services(
    Settings(seed="contract"), (PROVIDER,), clock=FixedClock(datetime(2026, 1, 5, 2, tzinfo=UTC))
)
ENGINE: Final = Engine(SERVICES, inspect=check)
"""Compares every answer with its schema, and fails the call on a difference."""

PHOTO: Final = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNoAAAAggCB2kUIOwAAAABJRU5ErkJggg=="


@contextmanager
def new_tenant() -> Iterator[Tenant]:
    tenant = SERVICES.tenants.create()
    yield tenant
    SERVICES.tenants.remove(tenant.name)


@pytest.fixture
def tenant() -> Iterator[Tenant]:
    with new_tenant() as tenant:
        yield tenant


ROWS: Final = [pytest.param(row, id=f"{row.operation} {row.code}") for row in TABLE.rows]


def request(tenant: Tenant, operation: str, fields: Mapping[str, str], *, form: bool = False) -> WireRequest:
    """Ask as a client of the operation's dialect would."""
    keys = tenant.credentials["mps"]
    if operation not in NCIIC:
        signature = sign(app_key=keys["app_key"], app_id=keys["app_id"], id_num=fields["idNum"], name=fields["name"])
        sent = {"appId": keys["app_id"], **fields, "sign": signature}
        body = urlencode(sent).encode() if form else json.dumps(sent).encode()
        kind = "application/x-www-form-urlencoded" if form else "application/json"
        return WireRequest(
            method="POST", path=f"/mps/v1/{operation}", query=b"",
            headers=(("host", "a"), ("content-type", kind)), body=body,
        )  # fmt: skip
    columns = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in fields.items())
    labels = "<ROW><GMSFHM>公民身份号码</GMSFHM><XM>姓名</XM></ROW>"
    conditions = escape(f"<ROWS><INFO><SBM>u</SBM></INFO>{labels}<ROW FSD='110000'>{columns}</ROW></ROWS>")
    message = (
        '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>'
        f'<{operation} xmlns="urn:c"><inLicense>{keys["license"]}</inLicense>'
        f"<inConditions>{conditions}</inConditions></{operation}></e:Body></e:Envelope>"
    )
    return WireRequest(
        method="POST",
        path="/nciic_ws/services/NciicServices",
        query=b"",
        headers=(("host", "a"), ("content-type", "text/xml")),
        body=message.encode(),
    )


def answered(asked: WireRequest) -> tuple[WireResponse, dict[str, Any]]:
    response = ENGINE.answer(asked)
    assert response is not None
    assert PROVIDER.document is not None
    document: dict[str, Any] = PROVIDER.document(response)
    return response, document


def assert_recorded(tenant: Tenant, operation: str, row: Outcome) -> None:
    entry = tenant.journal.entries(limit=1)[-1]
    assert (entry["operation"], entry["answer"]["code"]) == (operation, row.code)
    assert (entry["answer"]["verdict"], entry["answer"]["charged"]) == (row.verdict, row.billed)
    (charge,) = tenant.ledger.entries()
    assert (charge["code"], charge["charged"]) == (row.code, row.billed)


def assert_nothing_personal(tenant: Tenant, fields: Mapping[str, str]) -> None:
    kept = b"".join(raw for log in ("journal", "ledger") for _, raw in tenant.space.read(log))
    assert kept
    for value in filter(None, fields.values()):
        for spelling in (value, quote(value), json.dumps(value)[1:-1], escape(value)):
            assert spelling.encode() not in kept


def without_moment(document: dict[str, Any]) -> dict[str, Any]:
    """Leave out what no case can know: number and time of the call."""
    data = document.get("data")
    if data is None:
        return document
    return {**document, "data": {name: text for name, text in data.items() if name not in ("orderNo", "handleTime")}}


def row_of(operation: str, code: str) -> Outcome:
    return next(row for row in TABLE.rows if (row.operation, row.code) == (operation, code))


@pytest.mark.parametrize("form", [False, True], ids=["json", "form"])
@walk("name", CASES, fresh={"tenant": new_tenant})
def test_every_shipped_case_gets_the_answer_it_states(name: str, form: bool, tenant: Tenant) -> None:
    case = json.loads(CASES[name].read_bytes())
    operation = name.partition("/")[0]
    known = next(known for known in load_cases("mps") if known.operation == operation and known.name == (
        case.get("case", Path(name).stem)))  # fmt: skip
    if known.name.startswith(("result_", "error_")):
        code = known.name.partition("_")[2]
    else:
        code = TABLE.operations[operation]["answers"][case["finding"]]

    response, document = answered(request(tenant, operation, case["request"], form=form))

    assert without_moment(document) == without_moment(case["response"])
    assert response.status == row_of(operation, code).http_status
    assert_recorded(tenant, operation, row_of(operation, code))
    assert_nothing_personal(tenant, case["request"])


def honest(operation: str) -> Mapping[str, str]:
    return next(
        case.parameters
        for case in load_cases("mps")
        if case.operation == operation and case.name == f"result_{TABLE.operations[operation]['answers']['match']}"
    )


@walk("row", ROWS, fresh={"tenant": new_tenant})
def test_every_row_can_be_had_by_a_rule(row: Outcome, tenant: Tenant) -> None:
    tenant.rules.add({"provider": "mps", "operation": row.operation, "then": {row.kind: row.code}})

    response, document = answered(request(tenant, row.operation, honest(row.operation)))

    assert response.status == row.http_status
    assert row.text["zh"] in json.dumps(document, ensure_ascii=False)
    assert_recorded(tenant, row.operation, row)


@walk("row", ROWS, fresh={"tenant": new_tenant})
def test_every_row_can_be_had_without_an_admin_call_and_every_way_leads_there(row: Outcome, tenant: Tenant) -> None:
    entries = catalog(
        TABLE,
        operation=row.operation,
        cases=load_cases("mps"),
        people=ShippedPeople.load().index.people.values(),
        causes=load_causes()["mps"],
    )
    entry = next(entry for entry in entries if (entry["kind"], entry["code"]) == (row.kind, row.code))
    ways = entry["reach"]["without_admin"]

    assert ways, "no way leads there"
    for way in ways:
        if "parameters" in way:
            answered(request(tenant, way["operation"], way["parameters"]))
            assert tenant.journal.entries(limit=1)[-1]["answer"]["code"] == row.code


# The control table: sequence codes 000 to 009 of one birthday, and three numbers that are wrong.
CONTROL: Final = [
    ("110101190001010006", "测试甲", "match", "match", "match"),
    ("110101190001010014", "测试乙", "not_found", "not_found", "not_found"),
    ("110101190001010022", "测试丙", "cancelled", "cancelled", "cancelled"),
    ("110101190001010030", "测试丁", "match", "no_photo", "match"),
    ("110101190001010049", "测试戊", "match", "face_unsure", "match"),
    ("110101190001010057", "测试己", "match", "face_different", "match"),
    ("110101190001010065", "测试庚", "source_error", "source_error", "source_error"),
    ("110101190001010073", "测试辛", "source_upgrading", "source_upgrading", "source_upgrading"),
    ("110101190001010081", "测试壬", "quota", "quota", "quota"),
    ("11010119000101009X", "张三", "match", "match", "match"),
    ("11010119000101009x", "张三", "match", "match", "match"),
    ("110101190001010007", "测试甲", "invalid_id", "invalid_id", "not_found"),
    ("110101190002290003", "测试甲", "invalid_id", "invalid_id", "not_found"),
    ("99010119000101000X", "测试甲", "invalid_id", "invalid_id", "not_found"),
]


@pytest.mark.parametrize(("number", "name", "two", "face", "nciic"), CONTROL)
def test_the_control_numbers_get_what_they_stand_for(
    number: str, name: str, two: str, face: str, nciic: str, tenant: Tenant
) -> None:
    seen = []
    for operation in ("two-factor", "face-compare", "nciicCheck"):
        fields = dict(
            zip(("name", "idNum") if operation not in NCIIC else ("XM", "GMSFHM"), (name, number), strict=True)
        )
        if operation == "face-compare":
            fields["image"] = PHOTO
        answered(request(tenant, operation, fields))
        entry = tenant.journal.entries(limit=1)[-1]
        found = [evidence["finding"] for _, _, evidence in entry["steps"] if "finding" in evidence]
        seen.append(found[-1])
        assert entry["answer"]["code"] == TABLE.operations[operation]["answers"][found[-1]]

    assert seen == [two, face, nciic]


def test_the_person_who_is_slow_is_slow_in_both_dialects(tenant: Tenant) -> None:
    for operation, fields in (
        ("two-factor", {"name": "张三", "idNum": "11010119000101009X"}),
        ("nciicCheck", {"XM": "张三", "GMSFHM": "11010119000101009X"}),
    ):
        response, _ = answered(request(tenant, operation, fields))
        assert response.fault is not None
        assert response.fault.delay == 5.0


FAULTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "mps-reset": {"fault": "reset"},
    "mps-empty": {"fault": "empty"},
    "mps-truncated": {"fault": {"truncate": 60}},
    "mps-cut-short": {"mutation": "body_truncated"},
    "mps-bad-gateway": {"http": 502},
    "mps-gbk": {"mutation": "body_gbk"},
    "mps-charged-timeout": {"http": 504, "charged": True},
}


@pytest.mark.parametrize("operation", TABLE.operations)
@pytest.mark.parametrize("key", FAULTS)
def test_people_who_stand_for_a_fault_get_it(key: str, operation: str, tenant: Tenant) -> None:
    person = ShippedPeople.load().index.people[key]
    assert dict(person.controls["mps"]) == FAULTS[key]
    says = {"name": person.name, "resident_id": person.resident_id, "valid_from": person.valid_from or "",
            "valid_to": person.valid_to or "", "photo": PHOTO}  # fmt: skip
    fields = {
        field["name"]: says[field["claim"]] for field in TABLE.operations[operation]["fields"] if field["required"]
    }

    response = ENGINE.answer(request(tenant, operation, fields))
    assert response is not None
    entry = tenant.journal.entries(limit=1)[-1]
    assert entry["rule"] == f"person {key}"
    assert entry["answer"]["verdict"] == "MATCH"
    assert entry["answer"]["charged"] is True
    if "http" in FAULTS[key]:
        assert (response.status, response.body[:6]) == (FAULTS[key]["http"], b"<html>")
    elif "fault" in FAULTS[key]:
        assert response.fault is not None
    elif key == "mps-gbk":
        assert "一致" in response.body.decode("gb18030") or "同一人" in response.body.decode("gb18030")
        with pytest.raises(UnicodeDecodeError):
            response.body.decode()
    else:
        whole = ENGINE.answer(request(tenant, operation, honest(operation)))
        assert whole is not None
        assert len(response.body) < len(whole.body)
