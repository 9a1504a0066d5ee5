"""Every shipped case of Tencent: sound by its schemas, explained by a row, and caused by what it says."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import pytest

from contracts.loader import load_table
from contracts.registry import validator
from kyc_core import bank_card, mobile, names, resident_id
from kyc_core.claims import Claim
from kyc_core.factors import BankFinding, bank_four_factor, bank_three_factor, bank_two_factor
from kyc_core.people import Person, parse_person
from kyc_core.verdicts import Evidence
from tests.walking import walk

ROOT: Final = Path(__file__).parents[2]
FOLDER: Final = ROOT / "fixtures" / "tencent"
CASES: Final = {path.relative_to(FOLDER).as_posix(): path for path in sorted(FOLDER.glob("*/*.json"))}
TABLE: Final = load_table("tencent")
TODAY: Final = date(2026, 1, 5)

CHECKS: Final[Mapping[str, Callable[[Claim, Person | None], BankFinding]]] = {
    "BankCard2EVerification": bank_two_factor,
    "BankCardVerification": bank_three_factor,
    "BankCard4EVerification": bank_four_factor,
}

every_case = walk("name", CASES)


def read(name: str) -> tuple[str, dict[str, Any]]:
    return name.partition("/")[0], json.loads(CASES[name].read_bytes())


@cache
def people() -> dict[str, Person]:
    document = json.loads((ROOT / "fixtures" / "people.json").read_bytes())
    return {person["key"]: parse_person(person) for person in document["people"]}


def builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_tencent_cases", ROOT / "scripts" / "build_tencent_cases.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def decided(operation: str, case: Mapping[str, Any], holder: Person) -> str:
    """Decide from the values alone: the code of an error, or the meaning of a result."""
    request = case["request"]
    if control := holder.controls.get("tencent"):
        return str(control.get("meaning") or control["error"])
    if request.get("CertType"):
        return "InvalidParameterValue"
    if encryption := request.get("Encryption"):
        fields = {field["name"] for field in TABLE.operations[operation]["fields"] if field["encryptable"]}
        if not fields.issuperset(encryption["EncryptList"]):
            return "InvalidParameter.UnsupportEncryptField"
        return "FailedOperation.DecryptSystemError"
    if not names.is_valid(request["Name"]):
        return "name_format"
    if "IdCard" in request and len(request["IdCard"]) == 15:
        return "id_type_unsupported"
    if "IdCard" in request and not resident_id.is_valid(request["IdCard"], today=TODAY):
        return "id_format"
    if bank_card.issuer(request["BankCard"]) is None and bank_card.is_valid(request["BankCard"]):
        return "no_issuing_bank"
    if not bank_card.is_valid(request["BankCard"]):
        return "card_format"
    if "Phone" in request and not mobile.is_valid(request["Phone"]):
        return "phone_format"
    claim = Claim(
        name=request["Name"],
        resident_id=request.get("IdCard"),
        bank_card=request["BankCard"],
        mobile=request.get("Phone"),
    )
    return CHECKS[operation](claim, holder).value


@every_case
def test_a_case_says_what_it_is_and_nothing_else(name: str) -> None:
    _, case = read(name)
    needed = {
        "source", "evidence", "observed_on", "title", "language", "request", "response", "documentation_sample",
    }  # fmt: skip

    case.pop("site", None)
    assert set(case) == needed if case["documentation_sample"] else needed | {"person"}
    assert Evidence(case["evidence"]) is not Evidence.INFERRED
    assert case["source"]
    assert case["title"].endswith(".")
    assert case["observed_on"] is None or date.fromisoformat(f"{case['observed_on']}-01")


@every_case
def test_request_and_response_keep_the_contract(name: str) -> None:
    operation, case = read(name)
    part = "error" if "Error" in case["response"]["Response"] else "response"

    assert [error.json_path for error in validator("tencent", operation, "request").iter_errors(case["request"])] == []
    assert [error.json_path for error in validator("tencent", operation, part).iter_errors(case["response"])] == []


@every_case
def test_a_row_explains_the_answer(name: str) -> None:
    operation, case = read(name)
    answer = case["response"]["Response"]

    if "Error" in answer:
        row = TABLE.error(operation, answer["Error"]["Code"])
        wordings = [row.text, *row.variants.values()]
        assert answer["Error"]["Message"] in [wording[case["language"]] for wording in wordings]
    else:
        row = TABLE.result(operation, answer["Result"])
        wording = row.variants.get("sample", row.text) if case["documentation_sample"] else row.text
        assert answer["Description"] == wording[case["language"]]
    assert case["documentation_sample"] or case["evidence"] == row.evidence


@walk("name", [name for name in CASES if "/sample_" not in name and name.partition("/")[0] in CHECKS])
def test_person_and_request_bring_the_answer_about(name: str) -> None:
    operation, case = read(name)
    answer = case["response"]["Response"]
    expected = answer["Error"]["Code"] if "Error" in answer else TABLE.result(operation, answer["Result"]).meaning

    assert decided(operation, case, people()[case["person"]]) == expected


@pytest.mark.parametrize("operation", TABLE.operations)
def test_every_result_and_every_listed_error_has_a_case(operation: str) -> None:
    results = {f"{operation}/result_{row.code}.json" for row in TABLE.results(operation)}
    errors = {f"{operation}/error_{code}.json" for code in TABLE.operations[operation]["errors"]}
    samples = {name for name in CASES if name.startswith(f"{operation}/sample_")}

    assert {name for name in CASES if name.startswith(f"{operation}/")} == results | errors | samples


def test_no_two_answers_share_a_request_id() -> None:
    identifiers = [read(name)[1]["response"]["Response"]["RequestId"] for name in CASES]

    assert len(set(identifiers)) == len(CASES)


def test_a_documented_request_means_one_thing_per_action() -> None:
    answers: dict[tuple[str, str], set[str]] = {}
    for name in CASES:
        operation, case = read(name)
        if case["documentation_sample"]:
            request = json.dumps({field: str(value).strip() for field, value in case["request"].items()})
            answers.setdefault((operation, request), set()).add(case["response"]["Response"]["Result"])

    assert len(answers) == 20
    assert all(len(found) == 1 for found in answers.values())


def test_the_two_sample_cards_change_roles_between_the_actions() -> None:
    results = {}
    for name in CASES:
        operation, case = read(name)
        if case["documentation_sample"] and case["language"] == "zh" and operation in CHECKS:
            results[operation, case["request"]["BankCard"].strip()] = case["response"]["Response"]["Result"]

    assert results == {
        ("BankCardVerification", "6226090210146748"): "0",
        ("BankCardVerification", "6225768888888888"): "-1",
        ("BankCard2EVerification", "6225768888888888"): "0",
        ("BankCard2EVerification", "6226090210146748"): "-4",
        ("BankCard4EVerification", "6225768888888888"): "0",
        ("BankCard4EVerification", "6226090210146748"): "-6",
    }


def test_the_seed_samples_are_kept_to_the_letter() -> None:
    _, match = read("BankCardVerification/sample_match.json")
    _, mismatch = read("BankCardVerification/sample_mismatch.json")

    assert match["request"] == {
        "IdCard": "11204416541220243X",
        "Name": "Wei Xiaobao",
        "BankCard": " 6226090210146748",
    }
    assert match["response"]["Response"] == {
        "Result": "0",
        "Description": "Authentication passed",
        "RequestId": "a5fdb909-5ee6-43ff-a152-bb1b9744ee8b",
    }
    assert mismatch["request"]["IdCard"] == " 11204416541220243X"
    assert mismatch["request"]["BankCard"] == " 6225768888888888"
    assert mismatch["response"]["Response"]["RequestId"] == "89f695b2-18fd-44b6-bffc-96972052666f"


def test_the_cases_are_what_the_script_builds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT / "scripts")
    script = builder()
    built = script.build(script.shipped_people(), TABLE)
    shipped = {f"tencent/{name}": path.read_bytes() for name, path in CASES.items()}

    assert built == shipped, "run scripts/build_tencent_cases.py"
