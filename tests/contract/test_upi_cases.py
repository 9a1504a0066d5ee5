"""Every shipped case of UPI: sound by its schemas, explained by a row, and rebuilt byte for byte."""

from __future__ import annotations

import importlib.util
import json
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from contracts.loader import load_table
from contracts.registry import validator
from kyc_core.people import Person, parse_person
from kyc_core.verdicts import Evidence
from tests.walking import walk

ROOT: Final = Path(__file__).parents[2]
OPERATION: Final = "ID_CARD_PHOTO_VERIFICATION"
FOLDER: Final = ROOT / "fixtures" / "upi" / OPERATION
CASES: Final = {path.stem: path for path in sorted(FOLDER.glob("*.json"))}
TABLE: Final = load_table("upi")
CAUSED: Final = ("00", "05", "12", "30", "94")
"""What a request or the register can bring about; everything else is asked for."""

every_case = walk("name", CASES)


def read(name: str) -> dict[str, Any]:
    case: dict[str, Any] = json.loads(CASES[name].read_bytes())
    return case


@cache
def people() -> dict[str, Person]:
    document = json.loads((ROOT / "fixtures" / "people.json").read_bytes())
    return {person["key"]: parse_person(person) for person in document["people"]}


def script(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def errors(part: Any, document: Any) -> list[str]:
    return [error.json_path for error in validator("upi", OPERATION, part).iter_errors(document)]


@every_case
def test_a_case_says_what_it_is_and_nothing_else(name: str) -> None:
    case = read(name)
    needed = {"source", "evidence", "observed_on", "title", "request", "response", "documentation_sample"}

    assert needed <= set(case) <= needed | {"person", "before"}
    assert Evidence(case["evidence"])
    assert case["title"].endswith(".")
    # UPI publishes no example of this operation.
    assert case["documentation_sample"] is False
    assert case["observed_on"] is None


@every_case
def test_the_answer_keeps_the_contract_and_the_request_breaks_it_only_on_purpose(name: str) -> None:
    case = read(name)
    part = "error" if name == "error_E0" else "response"
    broken = {"result_12": ["$.tradeType"], "result_30": ["$.orderID"]}

    assert errors(part, case["response"]) == []
    assert errors("request", case["request"]) == broken.get(name, [])


@every_case
def test_a_row_explains_the_answer(name: str) -> None:
    case = read(name)
    (message,) = [value for key, value in case["response"].items() if key.lower() == "msgresponse"]
    code = message["responseCode"]
    row = TABLE.error(OPERATION, code) if name == "error_E0" else TABLE.result(OPERATION, code)

    assert (message["responseMsg"], case["evidence"]) == (row.text["en"], row.evidence)
    if name.startswith("result_"):
        assert name == f"result_{code}"


def test_every_code_has_a_case_and_only_what_cannot_be_caused_is_asked_for() -> None:
    known = people()
    rows = {f"{row.kind}_{row.code}": row for row in TABLE.rows}
    asked_for = {name for name in rows if known.get(read(name).get("person", ""), known["ordinary-01"]).controls}

    assert rows.keys() <= CASES.keys()
    assert asked_for == {name for name, row in rows.items() if row.code not in CAUSED}


def test_no_two_cases_share_an_order_id() -> None:
    identifiers = [read(name)["request"]["orderID"] for name in CASES]

    assert len(set(identifiers)) == len(CASES)
    assert {len(identifier) for identifier in identifiers} == {34, 35}


def test_everybody_asked_about_is_on_file_or_nobody() -> None:
    numbers = {person.resident_id for person in people().values()}
    asked = {name: read(name)["request"]["encData"]["certifID"].upper() for name in CASES}

    assert [name for name, number in asked.items() if number not in numbers] == ["not_found"]


def test_the_shipped_cases_are_what_the_script_builds() -> None:
    module = script("build_upi_cases")
    built = module.build(module.shipped_people(), TABLE)

    assert {Path(path).stem: content for path, content in built.items()} == {
        name: path.read_bytes() for name, path in CASES.items()
    }


def test_the_shipped_keys_are_what_the_script_builds() -> None:
    assert script("build_keys").build("upi") == (ROOT / "fixtures" / "upi" / "keys.json").read_bytes()
