"""The shapes of Alibaba Cloud's calls and answers, and what OCR reads from each kind of document."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any, Final

import pytest

from contracts.loader import Outcome, load_table
from contracts.registry import schema_names, validator
from kyc_core.verdicts import Evidence
from tests.walking import walk

TABLE: Final = load_table("alibaba")
ROOT: Final = Path(__file__).parents[2]
ANSWERED: Final = [name for name, facts in TABLE.operations.items() if facts["support"] == "answered"]


def documents() -> list[dict[str, Any]]:
    loaded = json.loads((ROOT / "fixtures" / "alibaba" / "documents.json").read_bytes())
    found: list[dict[str, Any]] = loaded["documents"]
    return found


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("00000001", "name sex ethnicity birthDate idNumber address"),
        (
            "00000008",
            "name englishName nameCode sex birthDate idNumber currentIssueDate firstIssueDate isPermanent symbols",
        ),
        ("00000007", "name englishName sex birthDate idNumber issueDate expiryDate placeOfIssue originOfIssue"),
        ("00000009", "name englishName sex birthDate idNumber issueDate expiryDate originOfIssue"),
        ("000000012", "name englishName sex birthDate idNumber issueDate expiryDate originOfIssue placeOfIssue"),
        ("01000000", "surname givenname sex birthDate passportNo nationality expiryDate countryCode"),
        (
            "MAC01001",
            "surnameCN givennameCN surname givenname sex birthDate idNumber expiryDate placeOfBirth",
        ),
    ],
)
def test_a_document_has_the_seed_s_fields_in_the_seed_s_order(code: str, names: str) -> None:
    [kind] = [kind for kind in documents() if code in kind["codes"]]

    assert [field["name"] for field in kind["fields"]] == names.split()
    assert kind["evidence"] == "seed"


def test_a_document_code_means_one_document() -> None:
    codes = Counter(code for kind in documents() for code in kind["codes"])

    assert [code for code, count in codes.items() if count > 1] == []
    assert all(re.fullmatch(r"[0-9]{8,9}|[A-Z]{3}[0-9]{5}", code) for code in codes)


def test_what_a_document_says_is_text_of_a_known_origin() -> None:
    for kind in documents():
        Evidence(kind["evidence"])
        Evidence(kind["codes_evidence"])
        for field in kind["fields"]:
            assert isinstance(field["value"], str)
            assert set(field) <= {"name", "value", "format_evidence", "of", "printed"}
            assert field.get("of", "name") in {"name", "sex", "birth_date", "resident_id"}
            Evidence(field["format_evidence"])


def test_dates_read_from_documents_are_iso_or_unreadable() -> None:
    dated = {"birthDate", "issueDate", "expiryDate", "currentIssueDate", "date_of_birth", "dateOfBirth"}
    values = {field["value"] for kind in documents() for field in kind["fields"] if field["name"] in dated}

    assert "" in values
    assert all(re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value) for value in values - {""})


@walk("operation", TABLE.operations)
def test_every_operation_has_its_schemas(operation: str) -> None:
    parts = ("request", "response", "error") if operation in ANSWERED else ("request", "error")

    assert {f"{operation}.{part}.json" for part in parts} <= set(schema_names("alibaba"))


@pytest.mark.parametrize("operation", ANSWERED)
def test_a_request_schema_knows_the_fields_of_the_table(operation: str) -> None:
    schema: Any = validator("alibaba", operation, "request").schema
    fields = TABLE.operations[operation]["fields"]

    assert list(schema["properties"]) == [field["name"] for field in fields]
    assert schema["required"] == [field["name"] for field in fields if field["required"]]


@walk("row", [pytest.param(row, id=row.code) for row in TABLE.rows if row.kind == "error"])
@pytest.mark.parametrize("older", [False, True], ids=["newer envelope", "older envelope"])
def test_every_error_fits_the_envelope(row: Outcome, older: bool) -> None:
    answer = {
        "RequestId": "01A0F19D-9870-5E78-BF8D-F5CE8D550A2B",
        "Message": row.text["en"],
        "HostId": "cloudauth-intl.cn-hongkong.aliyuncs.com",
        "Code": row.code,
    }
    if not older:
        answer["Recommend"] = f"https://api.aliyun.com/troubleshoot?q={row.code}"

    assert [found.json_path for found in validator("alibaba", "CheckResult", "error").iter_errors(answer)] == []


@pytest.mark.parametrize(
    ("passed", "sub_code", "sound"),
    [
        ("Y", "200", True),
        ("N", "212", True),
        ("P", None, True),
        ("Y", "212", False),
        ("N", "200", False),
        ("Y", None, False),
        ("P", "200", False),
        ("T", "200", False),
        ("Y", 200, False),
        ("N", "999", False),
    ],
)
def test_passed_and_sub_code_may_not_contradict_each_other(passed: str, sub_code: object, sound: bool) -> None:
    answer = {
        "RequestId": "130A2C10-B9EE-4D84-88E3-5384FF039795",
        "Code": "Success",
        "Message": "success",
        "Result": {"Passed": passed} | ({} if sub_code is None else {"SubCode": sub_code}),
    }

    assert validator("alibaba", "CheckResult", "response").is_valid(answer) is sound
