"""Every shipped case of the MPS gateway: sound by its schemas, explained by a row, and rebuilt by its script."""

from __future__ import annotations

import importlib.util
import json
from datetime import date
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import pytest

from contracts.loader import Outcome, load_table
from contracts.registry import validator
from kyc_core import names, photos, resident_id
from kyc_core.claims import same_name
from kyc_core.people import Person, PersonState, PhotoQuality, parse_person
from kyc_core.verdicts import Evidence
from tests.walking import walk

ROOT: Final = Path(__file__).parents[2]
FOLDER: Final = ROOT / "fixtures" / "mps"
CASES: Final = {path.relative_to(FOLDER).as_posix(): path for path in sorted(FOLDER.glob("*/*.json"))}
TABLE: Final = load_table("mps")
TODAY: Final = date(2026, 1, 5)

every_case = walk("name", CASES)


def read(name: str) -> tuple[str, dict[str, Any]]:
    return name.partition("/")[0], json.loads(CASES[name].read_bytes())


@cache
def people() -> dict[str, Person]:
    document = json.loads((ROOT / "fixtures" / "people.json").read_bytes())
    return {person["key"]: parse_person(person) for person in document["people"]}


PEOPLE: Final = people()


def code_of(operation: str, response: dict[str, Any]) -> str:
    """Return the code that an answer comes to, read as a client would."""
    if "Fault" in response:
        return str(response["Fault"]["faultcode"]).partition(":")[2]
    if "RESPONSE" in response:
        return str(response["RESPONSE"]["errorcode"])
    if "ROWS" not in response:
        data = response["data"]
        return str(response["code"] if data is None else data.get("photoResult", data["result"]))
    said = {tag: text for item in response["ROWS"][0]["OUTPUT"] for tag, text in item.items() if text}
    if "zxbs" in said:
        return "已注销"
    if "errormesage" in said:
        return next(row.code for row in TABLE.results(operation) if row.code in said["errormesage"])
    return str(said.get("result_fx") or said["result_xm"])


def row_of(operation: str, response: dict[str, Any]) -> Outcome:
    code = code_of(operation, response)
    return next(row for row in TABLE.rows if (row.operation, row.code) == (operation, code))


def decided(operation: str, case: dict[str, Any], person: Person) -> str:
    """Decide from the values alone, in the documented order."""
    fields = TABLE.operations[operation]["fields"]
    said = {field["claim"]: case["request"][field["name"]] for field in fields if field["required"]}
    control = person.controls.get("mps", {})
    if "meaning" in control or "error" in control:
        return str(control.get("meaning") or control["error"])
    if not all(said.values()):
        return "incomplete"
    if not resident_id.is_valid(said["resident_id"], today=TODAY):
        return "invalid_id"
    if not names.is_valid(said["name"]):
        return "invalid_name"
    if said.get("valid_from") == "00000000":
        return "invalid_validity"
    if person.state is not PersonState.ON_FILE:
        return person.state.value
    if not same_name(said["name"], person.name):
        return "mismatch"
    if "photo" not in said:
        dates = (said.get("valid_from"), said.get("valid_to"))
        return "match" if dates in ((None, None), (person.valid_from, person.valid_to)) else "mismatch"
    return compared(said["photo"], person)


def compared(photo: str, person: Person) -> str:
    if not photos.is_valid(photo):
        return "photo_undecodable"
    if not person.photos:
        return "no_photo"
    shown = person.photos[0]
    if shown.quality is not PhotoQuality.GOOD:
        return "poor_photo" if shown.quality is PhotoQuality.POOR else "no_face"
    if shown.score < 40:
        return "face_different"
    return "match" if shown.score >= 60 else "face_unsure"


@every_case
def test_a_case_says_what_it_is_and_nothing_else(name: str) -> None:
    _, case = read(name)
    needed = {
        "source", "evidence", "observed_on", "title", "language", "person", "request", "response",
        "documentation_sample",
    }  # fmt: skip

    assert needed <= set(case) <= needed | {"case", "finding"}
    assert Evidence(case["evidence"])
    assert case["source"]
    assert case["title"].endswith(".")
    assert (case["observed_on"], case["language"], case["documentation_sample"]) == (None, "zh", False)


@every_case
def test_request_and_response_keep_the_contract(name: str) -> None:
    operation, case = read(name)
    part = "error" if row_of(operation, case["response"]).kind == "error" else "response"
    broken = [error.json_path for error in validator("mps", operation, "request").iter_errors(case["request"])]

    assert broken == (["$.XM"] if case.get("finding") == "incomplete" else [])
    assert [error.json_path for error in validator("mps", operation, part).iter_errors(case["response"])] == []


@every_case
def test_a_row_explains_the_answer(name: str) -> None:
    operation, case = read(name)
    row = row_of(operation, case["response"])
    worded = row.worded(case["finding"]) if case.get("finding") in row.variants else row

    assert worded.text["zh"] in json.dumps(case["response"], ensure_ascii=False)
    assert case["evidence"] == row.evidence
    if "finding" in case:
        assert TABLE.operations[operation]["answers"][case["finding"]] == row.code
    if "chargeStatus" in case["response"]:
        assert case["response"]["chargeStatus"] == int(row.billed)


@every_case
def test_person_and_request_bring_the_answer_about(name: str) -> None:
    operation, case = read(name)

    found = decided(operation, case, PEOPLE[case["person"]])

    assert found == case.get("finding", row_of(operation, case["response"]).code)


@pytest.mark.parametrize("operation", TABLE.operations)
def test_every_finding_and_every_result_has_a_case(operation: str) -> None:
    cases = [case for name in CASES for found, case in [read(name)] if found == operation]
    called = {case.get("case", Path(name).stem) for name in CASES for found, case in [read(name)] if found == operation}

    assert {case["finding"] for case in cases if "finding" in case} == set(TABLE.operations[operation]["answers"])
    assert {f"result_{row.code}" for row in TABLE.results(operation)} <= called


def test_file_names_are_plain_and_no_two_answers_share_an_order_number() -> None:
    numbers = [
        case["response"]["data"]["orderNo"]
        for name in CASES
        for _, case in [read(name)]
        if case["response"].get("data") is not None
    ]

    assert all(name.isascii() for name in CASES)
    assert len(set(numbers)) == len(numbers) > 20


def builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_mps_cases", ROOT / "scripts" / "build_mps_cases.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_cases_are_what_the_script_builds() -> None:
    script = builder()
    built = script.build(script.shipped_people(), TABLE)
    shipped = {f"mps/{name}": path.read_bytes() for name, path in CASES.items()}

    assert built == shipped, "run scripts/build_mps_cases.py"
