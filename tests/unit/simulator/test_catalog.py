"""Every way the catalogue names leads where it says, tried through the real upstreams."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from contracts.loader import EVERY_OPERATION, load_table
from contracts.provider_files import ContractError
from kyc_core.people import Person, parse_person
from kyc_core.signing import tc3
from simulator import catalog as module
from simulator.catalog import Case, catalog, load_cases, load_causes, text
from simulator.clock import FixedClock
from simulator.engine import Engine
from simulator.providers import PROVIDERS
from simulator.register import ShippedPeople
from simulator.services import Services
from simulator.settings import Settings
from simulator.wire import WireRequest
from tests.walking import walk

TABLE = load_table("tencent")
OPERATION = "BankCardVerification"
HOSTS = {"en": "faceid.intl.tencentcloudapi.com", "zh": "faceid.tencentcloudapi.com"}
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def everything() -> list[dict[str, Any]]:
    return catalog(
        TABLE,
        cases=load_cases("tencent"),
        people=ShippedPeople.load().index.people.values(),
        causes=load_causes()["tencent"],
    )


ENTRIES = everything()
"""Made once; the tests only read it."""


def test_every_row_stands_in_the_catalogue_once_and_in_order() -> None:
    assert [(one["operation"], one["kind"], one["code"]) for one in ENTRIES] == [
        (row.operation, row.kind, row.code) for row in TABLE.rows
    ]


def test_every_row_can_be_had_without_an_admin_call_and_with_a_rule() -> None:
    assert [one["code"] for one in ENTRIES if not one["reach"]["without_admin"]] == []
    assert [one["code"] for one in ENTRIES if not one["reach"]["rule"]] == []


def test_an_entry_says_what_its_row_says() -> None:
    entry, row = ENTRIES[1], TABLE.rows[1]

    assert {name: value for name, value in entry.items() if name != "reach"} == {
        "provider": "tencent",
        "operation": OPERATION,
        "kind": "result",
        "code": "-1",
        "meaning": "mismatch",
        "http_status": 200,
        "text": dict(row.text),
        "verdict": "MISMATCH",
        "decision": "fail",
        "billed": True,
        "retry": "never",
        "evidence": "seed",
        "text_evidence": "seed",
        "source": row.source,
        "note": "",
    }


def test_the_catalogue_of_one_operation_has_its_own_rows_and_the_common_ones() -> None:
    entries = catalog(TABLE, operation=OPERATION, cases=load_cases("tencent"))

    assert {one["operation"] for one in entries} == {OPERATION, EVERY_OPERATION}
    assert {way["operation"] for one in entries for way in one["reach"]["without_admin"]} == {OPERATION}


def test_without_cases_people_and_causes_only_rules_are_left() -> None:
    assert all(one["reach"]["without_admin"] == [] and one["reach"]["rule"] for one in catalog(TABLE))


def test_a_person_who_cannot_fill_the_parameters_is_no_way() -> None:
    bare = parse_person(
        {
            "key": "bare",
            "name": "测试甲",
            "resident_id": "110101190001010006",
            "controls": {"tencent": {"error": "InternalError"}},
        }
    )
    equipped = replace_cards(bare)

    assert ways(catalog(TABLE, operation="BankCard4EVerification", people=[bare]), "InternalError") == []
    assert ways(catalog(TABLE, operation="BankCard4EVerification", people=[equipped]), "InternalError") == [
        {
            "person": "bare",
            "operation": "BankCard4EVerification",
            "parameters": {
                "Name": "测试甲",
                "BankCard": "6217000000000000103",
                "Phone": "13490000010",
                "IdCard": "110101190001010006",
            },
        }
    ]


def replace_cards(person: Person) -> Person:
    other = parse_person(
        {
            "key": "x",
            "name": "x",
            "resident_id": "110101190001010006",
            "cards": [{"number": "6217000000000000103"}],
            "mobiles": [{"number": "13490000010", "operator": "mobile"}],
        }
    )
    return replace(person, cards=other.cards, mobiles=other.mobiles)


def ways(entries: list[dict[str, Any]], code: str) -> list[dict[str, Any]]:
    return [way for entry in entries if entry["code"] == code for way in entry["reach"]["without_admin"]]


def test_a_call_that_claims_nothing_about_a_person_does_not_lead_to_them() -> None:
    entries = catalog(load_table("alibaba"), people=ShippedPeople.load().index.people.values())

    assert {way["operation"] for way in ways(entries, "InternalError")} & {"KeepaliveIntl", "Initialize"} == set()


def test_a_case_that_needs_calls_before_it_names_them() -> None:
    entries = catalog(load_table("alibaba"), operation="CheckResult", cases=load_cases("alibaba"))
    [way] = ways(entries, "Throttling.Api")

    assert [(step["operation"], step.get("times", 1)) for step in way["before"]] == [
        ("Initialize", 1),
        ("CheckResult", 10),
    ]
    throttled = next(entry for entry in entries if entry["code"] == "Throttling.Api")
    shown = text([throttled]).splitlines()[2].strip()
    assert shown.startswith("Initialize ProductCode=ID_OCR ")
    assert "; 10 x CheckResult MerchantBizId=" in shown


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b'{"request": null}'])
def test_a_file_that_is_no_case_is_named(raw: bytes) -> None:
    with pytest.raises(ContractError, match=r"Check/odd\.json"):
        module._case(raw, "Check", "odd")


def test_a_code_that_cannot_be_a_files_name_is_named_inside() -> None:
    named = module._case(b'{"case": "result_>50km", "request": {}}', "check", "result_beyond_50km")

    assert (named.name, module._case(b'{"request": {}}', "check", "result_0").name) == ("result_>50km", "result_0")


def test_a_provider_without_cases_has_none() -> None:
    assert load_cases("nobody") == ()


def test_the_terminal_shows_each_outcome_with_its_shortest_way() -> None:
    shown = text(ENTRIES).splitlines()

    assert shown[0] == "tencent BankCardVerification"
    assert "tencent every operation" in shown
    assert shown[1].split()[:5] == ["0", "MATCH", "billed", "never", "seed"]
    assert shown[2].strip().startswith("BankCardVerification IdCard=")
    assert any(line.strip().startswith("request: ") for line in shown)
    assert text(catalog(TABLE)[:1]).splitlines()[2].strip().startswith('rule: {"provider":"tencent"')
    assert text([]) == ""


class Caller:
    """Signs and sends calls as one tenant's SDK would."""

    def __init__(self) -> None:
        self.services = Services(Settings(), PROVIDERS, clock=FixedClock(NOW))
        self.engine = Engine(self.services)
        self.key = self.services.tenants.default.credentials["tencent"]

    def code(self, request: WireRequest) -> str:
        """Return the code answered."""
        answer = self.engine.answer(request)
        assert answer is not None
        response = orjson.loads(answer.body)["Response"]
        code = response["Error"]["Code"] if "Error" in response else response["Result"]
        assert isinstance(code, str)
        return code

    def signed(
        self,
        operation: str = OPERATION,
        parameters: Mapping[str, Any] | None = None,
        *,
        body: bytes | None = None,
        host: str = HOSTS["en"],
        **changes: str,
    ) -> WireRequest:
        """Make a signed request; *changes* are made to the headers before (``x_tc_version``)."""
        raw = orjson.dumps(dict(parameters or {})) if body is None else body
        headers = {
            "content-type": "application/json",
            "host": host,
            "x-tc-action": operation,
            "x-tc-version": "2018-03-01",
            "x-tc-timestamp": str(int(NOW.timestamp())),
            **{name.replace("_", "-"): value for name, value in changes.items()},
        }
        headers["authorization"] = tc3.sign(
            secret_id=self.key["secret_id"],
            secret_key=self.key["secret_key"],
            method="POST",
            host=host,
            content_type=headers["content-type"],
            body=raw,
            timestamp=int(headers["x-tc-timestamp"]),
        )
        return WireRequest(method="POST", path="/", query=b"", headers=tuple(headers.items()), body=raw)


@pytest.fixture
def caller() -> Caller:
    return Caller()


@walk(
    "entry",
    [pytest.param(entry, id=f"{entry['operation']}-{entry['code']}") for entry in ENTRIES],
    fresh={"caller": Caller},
)
def test_every_way_leads_where_it_says(caller: Caller, entry: Mapping[str, Any]) -> None:
    reach = entry["reach"]
    seen = [
        caller.code(caller.signed(way["operation"], way["parameters"], host=HOSTS[way.get("language", "en")]))
        for way in reach["without_admin"]
        if "parameters" in way
    ]
    assert seen == [entry["code"]] * len(seen)

    caller.services.tenants.default.rules.add(reach["rule"])
    operations = list(TABLE.operations) if entry["operation"] == EVERY_OPERATION else [entry["operation"]]
    for operation in operations:
        spoken = TABLE.operations[operation].get("language", "en")
        assert caller.code(caller.signed(operation, matching(operation), host=HOSTS[spoken])) == entry["code"]


def matching(operation: str) -> Mapping[str, Any]:
    first = TABLE.results(operation)[0].code
    return next(case.parameters for case in CASES if case.operation == operation and case.name == f"result_{first}")


CASES: tuple[Case, ...] = load_cases("tencent")


def header(request: WireRequest, name: str, value: str) -> WireRequest:
    headers = tuple((known, value if known == name else kept) for known, kept in request.headers)
    return WireRequest(method=request.method, path="/", query=request.query, headers=headers, body=request.body)


def too_often(caller: Caller) -> WireRequest:
    for _ in range(20):
        caller.code(caller.signed(OPERATION, matching(OPERATION)))
    return caller.signed(OPERATION, matching(OPERATION))


CAUSED: Mapping[str, Callable[[Caller], WireRequest]] = {
    "MissingParameter": lambda caller: WireRequest(method="GET", path="/tencent", query=b"", headers=(), body=b""),
    "UnknownParameter": lambda caller: caller.signed(OPERATION, {**matching(OPERATION), "Foo": "1"}),
    "InvalidParameter": lambda caller: caller.signed(OPERATION, {**matching(OPERATION), "IdCard": 1}),
    "InvalidParameterValue": lambda caller: caller.signed(OPERATION, {**matching(OPERATION), "CertType": 1}),
    "InvalidAction": lambda caller: caller.signed("NoSuchAction"),
    "NoSuchVersion": lambda caller: caller.signed(x_tc_version="2019-01-01"),
    "AuthFailure.SignatureExpire": lambda caller: caller.signed(x_tc_timestamp=str(int(NOW.timestamp()) - 301)),
    "AuthFailure.SignatureFailure": lambda caller: replace(caller.signed(), body=b'{"Name":"x"}'),
    "AuthFailure.SecretIdNotFound": lambda caller: header(
        caller.signed(),
        "authorization",
        caller.signed().header("authorization").replace(caller.key["secret_id"], "AKIDnobody"),
    ),
    "AuthFailure.InvalidAuthorization": lambda caller: header(caller.signed(), "authorization", "Bearer x"),
    "AuthFailure.TokenFailure": lambda caller: caller.signed(x_tc_token="x"),
    "RequestLimitExceeded": too_often,
    "RequestSizeLimitExceeded": lambda caller: caller.signed(body=b"{" + b" " * 10 * 1024 * 1024 + b"}"),
    "UnsupportedProtocol": lambda caller: replace(caller.signed(), method="PUT"),
}
"""A request of each kind that ``causes.json`` speaks of."""


def test_every_cause_is_tried_below() -> None:
    assert set(CAUSED) == set(load_causes()["tencent"])


@pytest.mark.parametrize("code", CAUSED)
def test_every_cause_has_the_effect_it_says(caller: Caller, code: str) -> None:
    assert caller.code(CAUSED[code](caller)) == code
