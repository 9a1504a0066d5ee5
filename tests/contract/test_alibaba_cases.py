"""Every shipped case of Alibaba Cloud: sound by its schemas, explained by a row, and caused by what it says."""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import pytest

from contracts.loader import load_table
from contracts.registry import BASE, validator
from kyc_core.checksums import luhn_ok
from kyc_core.claims import Claim
from kyc_core.factors import Rules, bank_four_factor, four_factor, mobile_cross, two_factor
from kyc_core.people import LineStatus
from kyc_core.verdicts import Evidence, Verdict
from simulator.register import ShippedPeople
from tests.walking import walk

ROOT: Final = Path(__file__).parents[2]
FOLDER: Final = ROOT / "fixtures" / "alibaba"
CASES: Final = {path.relative_to(FOLDER).as_posix(): path for path in sorted(FOLDER.glob("*/*.json"))}
TABLE: Final = load_table("alibaba")
PEOPLE: Final = ShippedPeople.load().index.people
RULES: Final = Rules(today=date(2026, 11, 20))
ANSWERED: Final = [name for name, facts in TABLE.operations.items() if facts["support"] == "answered"]

every_case = walk("name", CASES)


def read(name: str) -> tuple[str, dict[str, Any]]:
    return name.partition("/")[0], json.loads(CASES[name].read_bytes())


def script(name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(ROOT / "scripts")
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def calls(operation: str, case: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, str]]]:
    for step in case.get("before", []):
        yield step["operation"], step["request"]
    yield operation, case["request"]


def code_of(operation: str, case: Mapping[str, Any]) -> str:
    """Return the code of a decided answer, wherever the operation has it."""
    answer = case["response"]
    result = answer.get("Result", answer.get("ResultObject"))
    if operation == "Initialize":
        return str(answer["Code"])
    if operation == "MobileDetect":
        return str(result["Items"][0]["SubCode"])
    if operation == "MobileOnlineTime":
        return str(result.get("TimeCode", "none"))
    places = ("VerifyStatus", "DeleteResult", "SubCode", "BizCode", "Passed")
    return next(str(result[place]) for place in places if place in result)


@every_case
def test_a_case_says_what_it_is_and_nothing_else(name: str) -> None:
    _, case = read(name)
    needed = {
        "source", "evidence", "observed_on", "title", "language", "request", "status", "response",
        "documentation_sample",
    }  # fmt: skip

    assert needed <= set(case) <= needed | {"person", "before"}
    assert case["title"].endswith(".")
    assert case["source"]
    assert (case["language"], case["observed_on"]) == ("en", None)
    Evidence(case["evidence"])


@every_case
def test_calls_and_answer_keep_the_contract(name: str) -> None:
    operation, case = read(name)
    part = "response" if case["status"] == 200 else "error"

    assert [found.json_path for found in validator("alibaba", operation, part).iter_errors(case["response"])] == []
    for called, request in calls(operation, case):
        faults = [found.validator for found in validator("alibaba", called, "request").iter_errors(request)]
        assert faults == (["required"] if name.partition("/error_Missing")[1] and faults else [])


@every_case
def test_a_row_explains_the_answer(name: str) -> None:
    operation, case = read(name)
    answer = case["response"]
    row = (
        TABLE.result(operation, code_of(operation, case))
        if case["status"] == 200
        else TABLE.error(operation, answer["Code"])
    )

    assert (case["status"], answer["Message"]) == (row.http_status, row.text["en"])
    if case["status"] == 200:
        assert answer["Code"] == TABLE.operations[operation]["success_code"]
        assert set(answer) == {
            "RequestId",
            "Code",
            "Message",
            "ResultObject" if TABLE.operations[operation]["envelope"] == "RO" else "Result",
        }


@every_case
def test_what_travels_as_text_is_an_object_of_its_own_shape(name: str) -> None:
    _, case = read(name)
    result = case["response"].get("Result", {})
    for member in ("ExtIdInfo", "ExtFaceInfo"):
        if isinstance(result.get(member), str):
            shape = validator("alibaba", "CheckResult", "response").evolve(
                schema={"$ref": f"{BASE}alibaba/common.json#/$defs/{member}"}
            )
            assert [found.json_path for found in shape.iter_errors(json.loads(result[member]))] == []


@every_case
def test_a_risk_is_told_in_every_place_or_in_none(name: str) -> None:
    _, case = read(name)
    result = case["response"].get("Result", {})
    if isinstance(result.get("ExtIdInfo"), str):
        info = json.loads(result["ExtIdInfo"])
        told = {result["SubCode"] == "212", info["ocrIdPassed"] == "N", info["spoofInfo"]["spoofResult"] == "Y"}
        assert len(told) == 1


@walk("operation", ANSWERED)
def test_every_result_and_every_listed_error_has_a_case(operation: str) -> None:
    shipped = {name.partition("/")[2] for name in CASES if name.startswith(f"{operation}/")}
    results = {f"result_{row.code}.json" for row in TABLE.results(operation)}
    errors = {f"error_{code}.json" for code in TABLE.operations[operation]["errors"]}

    assert results | errors <= shipped
    assert operation == "CheckResult" or shipped == results | errors


def test_every_kind_of_document_has_a_case() -> None:
    kinds = json.loads((FOLDER / "documents.json").read_bytes())["documents"]

    assert {f"CheckResult/document_{kind['codes'][0]}.json" for kind in kinds} <= set(CASES)


@walk("name", [name for name in CASES if "person" in read(name)[1]])
def test_the_person_of_a_case_is_named_by_its_calls_or_by_their_numbers(name: str) -> None:
    operation, case = read(name)
    person = PEOPLE[case["person"]]
    on_file = {person.key, person.name, person.resident_id, *(card.number for card in person.cards)}
    on_file |= {line.number for line in person.mobiles}
    sent = {value for _, request in calls(operation, case) for value in request.values()}

    assert on_file & sent


@walk("name", [name for name in CASES if "/result_" in name and "person" in read(name)[1]])
def test_a_control_stands_for_the_answer_it_is_used_for(name: str) -> None:
    operation, case = read(name)
    meaning = PEOPLE[case["person"]].controls.get("alibaba", {}).get("meaning")

    assert meaning in (None, TABLE.result(operation, code_of(operation, case)).meaning)


def controlled_errors() -> list[str]:
    return [name for name in CASES if "/error_" in name and read(name)[1].get("person", "").startswith("alibaba-")]


@walk("name", controlled_errors())
def test_an_error_nothing_else_causes_is_asked_for_by_its_person(name: str) -> None:
    _, case = read(name)

    assert PEOPLE[case["person"]].controls["alibaba"] == {"error": case["response"]["Code"]}


def data_checks() -> list[str]:
    names = ("Id2Meta", "Mobile2Meta", "Mobile3Meta", "BankMeta")
    return [
        name
        for name in CASES
        if name.startswith(names) and "/result_" in name and not read(name)[1]["person"].startswith("alibaba-")
    ]


def decided(operation: str, request: Mapping[str, str]) -> str:
    """Decide from the values and the register alone: the meaning of the answer."""
    everyone = PEOPLE.values()
    claim = Claim(
        name=request.get("UserName") or request.get("DocName"),
        resident_id=request.get("IdentifyNum") or request.get("DocNo"),
        mobile=request.get("Mobile"),
        bank_card=request.get("BankCard"),
        valid_from=request.get("ValidityStartDate"),
        valid_to=request.get("ValidityEndDate"),
    )
    if operation.startswith("Bank"):
        assert claim.bank_card is not None
        if not luhn_ok(claim.bank_card):
            return "card_number_wrong"
        holder = next((person for person in everyone if person.card(str(claim.bank_card)) is not None), None)
        card = None if holder is None else holder.card(claim.bank_card)
        if card is not None and card.mobile is None:
            return "no_reserved_mobile"
        return bank_four_factor(claim, holder).value
    if operation.startswith("Mobile"):
        owner = next((person for person in everyone if person.line(str(claim.mobile)) is not None), None)
        finding = mobile_cross(claim, owner).value
        return "mismatch" if operation.startswith("Mobile2") and finding == "name_differs" else finding
    known = next((person for person in everyone if person.resident_id == claim.resident_id), None)
    check = four_factor if "Period" in operation else two_factor
    verdict = check(claim, known, rules=RULES)
    return "no_record" if verdict is Verdict.NOT_FOUND else verdict.value.lower()


@walk("name", data_checks())
def test_person_and_request_bring_the_answer_about(name: str) -> None:
    operation, case = read(name)

    assert decided(operation, case["request"]) == TABLE.result(operation, code_of(operation, case)).meaning


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("101", LineStatus.NORMAL),
        ("201", LineStatus.OUT_OF_SERVICE),
        ("202", LineStatus.CANCELLED),
        ("203", LineStatus.UNUSABLE),
        ("204", LineStatus.NOT_ON_NETWORK),
    ],
)
def test_the_state_of_a_line_is_what_the_operator_says(code: str, status: LineStatus) -> None:
    _, case = read(f"MobileOnlineStatus/result_{code}.json")
    line = PEOPLE[case["person"]].line(case["request"]["Mobile"])

    assert line is not None
    assert line.status is status


@pytest.mark.parametrize("code", ["1", "2", "3", "4", "5"])
def test_the_band_of_months_holds_the_line_s_months(code: str) -> None:
    _, case = read(f"MobileOnlineTime/result_{code}.json")
    line = PEOPLE[case["person"]].line(case["request"]["Mobile"])
    least, most = TABLE.operations["MobileOnlineTime"]["months"][code]

    assert line is not None
    assert line.months is not None
    assert least <= line.months
    assert most is None or line.months < most


@pytest.mark.parametrize("name", [name for name in CASES if "document_" in name and "sample" not in name])
def test_what_is_read_from_a_document_is_what_its_kind_prints(name: str) -> None:
    _, case = read(name)
    code = case["before"][0]["request"]["DocType"]
    kinds = json.loads((FOLDER / "documents.json").read_bytes())["documents"]
    [kind] = [kind for kind in kinds if code in kind["codes"]]
    said = json.loads(case["response"]["Result"]["ExtIdInfo"])["ocrIdInfo"]

    assert list(said) == [field["name"] for field in kind["fields"]]
    assert {field["name"]: field["value"] for field in kind["fields"] if "of" not in field}.items() <= said.items()


def test_pictures_come_only_when_they_are_asked_for_in_so_many_words() -> None:
    asked, silent, lower = (read(f"CheckResult/{case}.json")[1] for case in ("images", "result_200", "lower_case_flag"))

    assert "idImage" in json.loads(asked["response"]["Result"]["ExtIdInfo"])
    assert "faceImg" in json.loads(asked["response"]["Result"]["ExtFaceInfo"])
    assert "idImage" not in silent["response"]["Result"]["ExtIdInfo"]
    assert "idImage" not in lower["response"]["Result"]["ExtIdInfo"]
    assert lower["request"]["IsReturnImage"] == "y"


def test_a_throttled_call_comes_after_exactly_as_many_as_the_product_code_allows() -> None:
    for name in [name for name in CASES if name.endswith("error_Throttling.Api.json")]:
        operation, case = read(name)
        *_, last = case["before"]
        product = case["request"].get("ProductCode") or next(iter(TABLE.operations[operation]["qps"]))

        assert last["request"] == case["request"]
        assert last["times"] == TABLE.operations[operation]["qps"][product]


def test_no_two_answers_share_a_request_id() -> None:
    identifiers = [read(name)[1]["response"]["RequestId"] for name in CASES]

    assert len(set(identifiers)) == len(CASES)


def test_the_documentation_s_example_is_kept_to_the_letter() -> None:
    _, case = read("CheckResult/sample_document_risk.json")

    assert case["documentation_sample"] is True
    assert case["request"]["TransactionId"] == "hksb7ba1b28130d24e015d694361bee4"
    assert json.loads(case["response"]["Result"]["ExtIdInfo"]) == {
        "ocrIdInfo": {
            "expiryDate": "",
            "originOfIssue": "公安部出入境管理局",
            "englishName": "LI SI",
            "sex": "男",
            "name": "李四",
            "idNumber": "H11111112",
            "issueDate": "2013-01-02",
            "birthDate": "1990-02-21",
        },
        "ocrIdPassed": "N",
        "spoofInfo": {"spoofResult": "Y", "spoofType": ["SCREEN_REMARK"]},
    }


def test_a_sample_is_the_only_case_without_a_cause_of_ours() -> None:
    assert [name for name in CASES if read(name)[1]["documentation_sample"]] == [
        "CheckResult/sample_document_risk.json"
    ]


def test_a_case_of_a_transaction_asks_for_one_that_was_begun() -> None:
    for name in CASES:
        operation, case = read(name)
        sent = case["request"].get("TransactionId")
        if sent is None or case["documentation_sample"] or case["response"].get("Code") == "TransactionIdInvalid":
            continue
        assert re.fullmatch("[a-z0-9]{32}", sent), name
        assert case["before"][0]["operation"] == "Initialize", name
        assert {request.get("TransactionId", sent) for _, request in calls(operation, case)} == {sent}, name


def test_the_cases_are_what_the_script_builds(monkeypatch: pytest.MonkeyPatch) -> None:
    builder = script("build_alibaba_cases", monkeypatch)
    built = builder.build(builder.shipped_people(), TABLE)

    assert built == {name: path.read_bytes() for name, path in CASES.items()}, "run scripts/build_alibaba_cases.py"


def test_request_and_error_schemas_are_what_the_script_builds(monkeypatch: pytest.MonkeyPatch) -> None:
    folder = ROOT / "contracts" / "schemas" / "alibaba"
    shipped = {
        path.name: path.read_bytes()
        for path in folder.iterdir()
        if path.name.endswith((".request.json", ".error.json"))
    }

    assert script("build_alibaba_schemas", monkeypatch).build() == shipped, "run scripts/build_alibaba_schemas.py"
