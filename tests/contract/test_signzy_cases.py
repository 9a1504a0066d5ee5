"""Signzy's shipped cases: rebuilt byte for byte, complete, and shaped as the schemas say."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import pytest

from contracts.loader import load_table
from contracts.registry import validator
from simulator.catalog import catalog, load_cases, load_causes
from simulator.register import ShippedPeople

ROOT: Final = Path(__file__).parents[2]
FOLDER: Final = ROOT / "fixtures" / "signzy"
CASES: Final = {path.relative_to(FOLDER).as_posix(): path for path in sorted(FOLDER.glob("*/*.json"))}
TABLE: Final = load_table("signzy")

MISSHAPEN: Final = {
    "consent_as_text",
    "consent_missing",
    "error_400",
    "flat_number",
    "name_as_number",
    "name_missing",
    "number_missing",
    "number_twice",
    "birth_date_compact",
    "password_missing",
}
"""Cases whose request is wrong in its shape."""


def builder() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_signzy_cases", ROOT / "scripts" / "build_signzy_cases.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def load(name: str) -> dict[str, Any]:
    case: dict[str, Any] = json.loads(CASES[name].read_bytes())
    return case


def test_the_files_are_what_their_script_writes() -> None:
    module = builder()
    built = module.build(module.shipped_people(), TABLE)

    assert built == {f"signzy/{name}": path.read_bytes() for name, path in CASES.items()}


@pytest.mark.parametrize("name", CASES)
def test_a_request_has_the_shape_of_its_schema_unless_its_shape_is_the_point(name: str) -> None:
    operation, _, file = name.partition("/")
    sound = validator("signzy", operation, "request").is_valid(load(name)["request"])

    assert sound is (file.removesuffix(".json") not in MISSHAPEN)


@pytest.mark.parametrize("name", CASES)
def test_an_answer_has_the_shape_of_its_schema(name: str) -> None:
    case = load(name)
    part: Any = "response" if case["status"] < 400 else "error"

    assert validator("signzy", name.partition("/")[0], part).is_valid(case["response"])


def test_there_is_no_documentation_sample_and_nothing_was_observed() -> None:
    assert [name for name in CASES if load(name)["documentation_sample"] or load(name)["observed_on"]] == []


def test_every_row_can_be_had_without_an_admin_call() -> None:
    entries = catalog(
        TABLE,
        cases=load_cases("signzy"),
        people=ShippedPeople.load().index.people.values(),
        causes=load_causes()["signzy"],
    )

    assert [entry["code"] for entry in entries if not entry["reach"]["without_admin"]] == []
