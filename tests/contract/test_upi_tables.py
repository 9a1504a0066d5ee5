"""UPI's outcome table, its schemas, its page and the dossier's facts agree."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final

import pytest

from contracts.anatomy import anatomy_of
from contracts.loader import Outcome, load_table
from contracts.registry import schema_names, validator
from kyc_core.signing.upi_jws_faults import ResponseFault
from kyc_core.verdicts import Decision, Evidence, Verdict
from tests.walking import walk

TABLE: Final = load_table("upi")
OPERATION: Final = "ID_CARD_PHOTO_VERIFICATION"
FACTS: Final = TABLE.operations[OPERATION]
PAGE: Final = (Path(__file__).parents[2] / "docs" / "providers" / "upi.md").read_text("utf-8")

# The lists of general codes, as integrators and the issuers' platform have them, and those this operation answers.
GENERAL: Final = (
    "00 01 02 03 04 05 08 10 11 12 13 14 15 16 21 22 25 30 32 34 38 40 41 43 51 54 55 57 61 62 70 71 72 73 74 75 76 "
    "77 78 85 88 89 90 91 92 93 94 95 96 98 99"
)
MAPPED: Final = ("00", "03", "05", "12", "30", "40", "57", "62", "90", "91", "92", "94", "96", "98", "99")

# name -> type, shortest, longest, whether mandatory; tradeType is typed N and holds letters
MEMBERS: Final[dict[str, tuple[str, int, int, bool]]] = {
    "memberIIN": ("AN", 8, 8, True),
    "memberName": ("ANS", 1, 40, True),
    "merchantID": ("ANS", 1, 15, False),
    "merchantName": ("ANS", 1, 25, False),
    "mcc": ("N", 4, 4, False),
    "tradeType": ("AN", 6, 6, True),
    "encData": ("Object", 1, 524_288, True),
    "customerNm": ("S", 1, 66, True),
    "certifID": ("ANS", 1, 20, True),
    "photo": ("S", 1, 204_800, True),
    "orderID": ("ANS", 35, 35, True),
    "scUsageScenarios": ("ANS", 2, 40, True),
    "scUsePurpose": ("ANS", 2, 128, True),
    "protocolVerNm": ("ANS", 2, 128, True),
    "serialNm": ("a", 14, 64, True),
}

SECTION_11: Final = {
    "accept_rfc7797": False, "length_unit": "chars", "require_appid_equals_member_iin": False, "enforce_han": False,
    "sign_error_responses": False, "require_serial_date": False, "response_signature_fault": "none",
    "confidence_as_number": False, "photo_location": "inside", "echo_order_id": False, "accept_jwe_json": False,
    "mismatch_mode": "code05", "gateway_reserialises": False, "order_scope": "appid",
    "unauthorized_key": "MsgResponse", "order_replay": "reject", "tolerate_quoted_jws": False,
    "photo_allow_linebreaks": False, "ans_allows_unicode": False, "photo_decode": "magic", "coerce_numbers": False,
    "jwe_kid_optional": False, "accept_gzip": False, "timestamp_window_s": 300,
    "tolerate_std_base64_signature": False,
}  # fmt: skip


def test_every_general_code_has_a_row_and_nothing_else_has() -> None:
    assert sorted(row.code for row in TABLE.results(OPERATION)) == GENERAL.split()
    assert [(row.code, row.http_status) for row in TABLE.errors(OPERATION)] == [("E0", 401)]
    assert {row.http_status for row in TABLE.results(OPERATION)} == {200}


def test_only_two_codes_are_more_than_our_reading_for_this_operation() -> None:
    stronger = {row.code: row.evidence for row in TABLE.rows if row.evidence is not Evidence.INFERRED}

    assert stronger == {"00": Evidence.SEED, "E0": Evidence.DOC}
    assert {row.code for row in TABLE.rows if not row.provisional} == {"00", "E0"}
    assert TABLE.result(OPERATION, "38").text_evidence is Evidence.INFERRED


def test_only_nought_passes_whatever_another_code_sounds_like() -> None:
    assert [row.code for row in TABLE.rows if row.verdict.decision is Decision.PASS] == ["00"]
    assert {row.code for row in TABLE.rows if "pproved" in row.text["en"]} == {"00", "10", "16"}


def test_a_call_is_charged_when_the_source_was_asked() -> None:
    assert {row.code for row in TABLE.rows if row.billed} == {"00", "05"}


@walk("row", [pytest.param(row, id=row.code) for row in TABLE.results(OPERATION)])
def test_a_text_is_as_long_as_the_member_may_be(row: Outcome) -> None:
    assert 1 <= len(row.text["en"]) <= 100
    assert set(row.text) == {"en"}
    assert row.layer


def test_the_members_are_those_of_the_page() -> None:
    found = {field["name"]: (field["type"], field["min"], field["max"], field["required"]) for field in FACTS["fields"]}

    assert found == MEMBERS
    assert [field["name"] for field in FACTS["fields"] if field["place"] == "encData"] == [
        "customerNm",
        "certifID",
        "photo",
    ]


def test_the_switches_have_the_recommended_defaults() -> None:
    found = {name.removeprefix("upi."): switch.default for name, switch in TABLE.switches.items()}

    assert {name: found[name] for name in SECTION_11} == SECTION_11
    assert TABLE.switches["upi.response_signature_fault"].values == tuple(fault.value for fault in ResponseFault)


def test_the_score_is_where_the_anatomy_says() -> None:
    anatomy = anatomy_of(TABLE, OPERATION)

    assert anatomy is not None
    assert (anatomy.verdict, anatomy.score, anatomy.passes) == ("/msgResponse/responseCode", "/confidence", ("00",))


def page_rows(heading: str) -> list[list[str]]:
    """The cells of the table under a heading of the page, without its head."""
    part = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_the_page_says_of_every_switch_what_the_table_says() -> None:
    def shown(value: Any) -> str:
        return f"`{json.dumps(value)}`" if isinstance(value, bool) else f"`{value}`"

    rows = page_rows("Switches")

    assert [(name, default) for name, default, _ in rows] == [
        (f"`{name}`", shown(switch.default)) for name, switch in TABLE.switches.items()
    ]
    for name, default, others in rows:
        values = TABLE.switches[name.strip("`")].values
        if len(values) > 1:
            assert {default, *others.split(", ")} == {shown(value) for value in values}


def test_the_page_says_of_every_code_it_lists_what_the_table_says() -> None:
    rows = page_rows("Codes")
    codes = {row.code: row for row in TABLE.rows}

    assert {code.strip("`") for code, *_ in rows} == {*MAPPED, "E0"}
    for code, text, _, verdict, billed, used_up in rows:
        row = codes[code.strip("`")]
        assert (text, verdict, billed) == (row.text["en"], row.verdict.value, "yes" if row.billed else "no")
        assert used_up == {"business": "yes", "order": "-"}.get(row.layer, "no")


def test_the_page_counts_the_other_codes_rightly() -> None:
    (count,) = re.findall(r"other ([0-9]+) codes of the general lists", PAGE.replace("\n", " "))

    assert int(count) == len(GENERAL.split()) - len(MAPPED)
    assert {TABLE.result(OPERATION, code).verdict for code in ("10", "11", "16")} == {Verdict.REFUSED}


def test_every_part_has_a_schema() -> None:
    assert schema_names("upi") == (
        f"{OPERATION}.error.json",
        f"{OPERATION}.plaintext.json",
        f"{OPERATION}.request.json",
        f"{OPERATION}.response.json",
        "common.json",
    )


def errors(part: Any, document: Any) -> list[str]:
    return sorted(error.json_path for error in validator("upi", OPERATION, part).iter_errors(document))


MESSAGE: Final = {"responseCode": "00", "responseMsg": "Approved"}


@pytest.mark.parametrize(
    ("document", "paths"),
    [
        pytest.param({"confidence": "0", "msgResponse": MESSAGE}, [], id="nought"),
        pytest.param({"confidence": "100", "msgResponse": MESSAGE}, [], id="hundred"),
        pytest.param({"confidence": 87, "msgResponse": MESSAGE}, [], id="a number"),
        pytest.param({"msgResponse": MESSAGE}, ["$"], id="no score beside 00"),
        pytest.param({"confidence": "", "msgResponse": MESSAGE}, ["$.confidence"], id="an empty score"),
        pytest.param({"confidence": "101", "msgResponse": MESSAGE}, ["$.confidence"], id="above the scale"),
        pytest.param({"confidence": "07", "msgResponse": MESSAGE}, ["$.confidence"], id="a leading nought"),
        pytest.param({"confidence": "7\n", "msgResponse": MESSAGE}, ["$.confidence"], id="a line break"),
        pytest.param({"confidence": "7", "msgResponse": {**MESSAGE, "responseCode": "05"}}, ["$"], id="beside 05"),
        pytest.param({"msgResponse": {**MESSAGE, "responseCode": "05", "errorDetail": "x" * 255}}, [], id="a detail"),
        pytest.param(
            {"msgResponse": {**MESSAGE, "responseCode": "05", "errorDetail": "x" * 256}},
            ["$.msgResponse.errorDetail"],
            id="too long a detail",
        ),
        pytest.param({"MsgResponse": MESSAGE}, ["$", "$"], id="the member of a 401"),
    ],
)
def test_an_answer_keeps_its_schema(document: Any, paths: list[str]) -> None:
    assert errors("response", document) == paths


@pytest.mark.parametrize(
    ("document", "sound"),
    [
        ({"MsgResponse": {"responseCode": "E0", "responseMsg": "Unauthorized access"}}, True),
        ({"msgResponse": {"responseCode": "E0", "responseMsg": "Unauthorized access"}}, True),
        ({"MsgResponse": {"responseCode": "E1", "responseMsg": "Unauthorized access"}}, False),
        ({"MsgResponse": {"responseCode": "E0", "responseMsg": "Unauthorized access", "errorDetail": "x"}}, False),
        ({}, False),
    ],
)
def test_a_refusal_of_the_caller_keeps_its_schema(document: Any, *, sound: bool) -> None:
    assert (errors("error", document) == []) is sound
