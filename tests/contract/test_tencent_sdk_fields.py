"""The fields of the official Python SDKs are the fields of our table and schemas, site by site."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

from contracts.loader import load_table
from contracts.registry import validator

ROOT: Final = Path(__file__).parents[2]
DOMESTIC: Final = ROOT / ".venv" / "domestic-sdk"
TABLE: Final = load_table("tencent")
ACTIONS: Final = [
    pytest.param(site, name, id=f"{site} {name}") for name, facts in TABLE.operations.items() for site in facts["hosts"]
]


@pytest.fixture(scope="module")
def known() -> dict[str, dict[str, list[str]]]:
    return {"intl": fields(""), **({"cn": fields(str(DOMESTIC))} if DOMESTIC.is_dir() else {})}


def fields(path: str) -> dict[str, list[str]]:
    """Ask the SDK on *path*; empty for the one that is installed."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", str(ROOT / "tests" / "sdk" / "tencent_calls.py")],
        input="null",
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": path},
    )
    found: dict[str, list[str]] = json.loads(done.stdout)
    return found


def at(site: str, members: list[dict[str, Any]]) -> list[str]:
    return [member["name"] for member in members if site in member.get("sites", [site])]


@pytest.mark.parametrize(("site", "action"), ACTIONS)
def test_requests_and_answers_have_the_members_of_the_sdk(
    known: dict[str, dict[str, list[str]]], site: str, action: str
) -> None:
    if site not in known:
        pytest.skip("the domestic SDK is not installed: see tests/sdk/tencent-domestic.txt")
    facts = TABLE.operations[action]

    assert set(known[site][f"{action}Request"]) == set(at(site, facts["fields"]))
    assert known[site][f"{action}Response"] == [*at(site, facts["answer"]), "RequestId"]


@pytest.mark.parametrize("action", TABLE.operations)
def test_schemas_have_the_members_of_the_table(action: str) -> None:
    request: Any = validator("tencent", action, "request").schema
    response: Any = validator("tencent", action, "response").schema
    facts = TABLE.operations[action]
    answer = response["properties"]["Response"]
    members = answer.get("anyOf", [answer])[0]["properties"]  # encrypted as a whole, it has others

    assert list(request["properties"]) == [field["name"] for field in facts["fields"]]
    assert list(members) == [*[member["name"] for member in facts["answer"]], "RequestId", "DeprecatedWarning"]


def test_an_action_that_a_site_does_not_have_is_not_offered_there(known: dict[str, dict[str, list[str]]]) -> None:
    offered = {name for name, facts in TABLE.operations.items() if "intl" in facts["hosts"]}
    missing = {name for name in TABLE.operations if f"{name}Request" not in known["intl"]}

    assert offered.isdisjoint(missing)
    assert missing == TABLE.operations.keys() - offered
    assert "ImageRecognitionRequest" not in known["intl"]
