"""Signzy's outcome table against what the page and its siblings say, written down once more here."""

from __future__ import annotations

import re
import string
from pathlib import Path
from typing import Any, Final

import pytest

from contracts.anatomy import anatomy_of
from contracts.loader import EVERY_OPERATION, load_table
from contracts.registry import validator
from kyc_core.verdicts import Decision, Evidence, Retry, Verdict

TABLE: Final = load_table("signzy")
PAGE: Final = Path(__file__).parents[2] / "docs" / "providers" / "signzy.md"
PLACES: Final = {"parameter", "type", "position", "method", "path"}


@pytest.mark.parametrize(
    ("code", "meaning", "verdict", "billed"),
    [
        ("Verified", "match", Verdict.MATCH, True),
        ("Not Verified", "mismatch", Verdict.MISMATCH, True),
        ("Unable to Verify", "unable_to_verify", Verdict.NOT_FOUND, False),
    ],
)
def test_the_three_statuses_of_the_page(code: str, meaning: str, verdict: Verdict, billed: bool) -> None:
    row = TABLE.result("verify", code)

    assert (row.meaning, row.verdict, row.billed, row.evidence) == (meaning, verdict, billed, Evidence.SEED)
    assert len(TABLE.results("verify")) == 3


def test_the_five_refusals_of_the_page_are_seeds() -> None:
    seeds = {row.code for row in TABLE.rows if row.kind == "error" and row.evidence is Evidence.SEED}

    assert seeds == {"400", "401", "403", "409", "500"}


@pytest.mark.parametrize(
    ("code", "verdict", "retry"),
    [
        ("400", Verdict.REFUSED, Retry.FIX_REQUEST),
        ("401", Verdict.REFUSED, Retry.FIX_REQUEST),
        ("403", Verdict.QUOTA, Retry.LATER),
        ("409", Verdict.SOURCE_ERROR, Retry.LATER),
        ("500", Verdict.SOURCE_ERROR, Retry.LATER),
    ],
)
def test_what_a_caller_may_conclude_and_do(code: str, verdict: Verdict, retry: Retry) -> None:
    row = TABLE.error(EVERY_OPERATION, code)

    assert (row.http_status, row.verdict, row.retry, row.billed) == (int(code), verdict, retry, False)


def test_nothing_but_a_match_lets_a_customer_pass() -> None:
    passing = [row.code for row in TABLE.rows if row.verdict.decision is Decision.PASS]

    assert passing == ["Verified"]


def test_the_status_decides_and_nothing_else_does() -> None:
    anatomy = anatomy_of(TABLE, "verify")

    assert anatomy is not None
    assert (anatomy.verdict, anatomy.passes) == ("/sourceVerificationStatus", ("Verified",))
    assert (anatomy.score, anatomy.request_id, dict(anatomy.companions)) == ("", "", {})


def test_a_login_confirms_nobody() -> None:
    assert {row.verdict for name in ("login", "logout") for row in TABLE.results(name)} == {Verdict.NO_CHECK}


def test_wordings_leave_only_known_places_open() -> None:
    texts = [
        words["en"] for row in TABLE.rows for words in (row.text, *row.variants.values())
    ]  # fmt: skip
    places = {name for text in texts for _, name, _, _ in string.Formatter().parse(text) if name is not None}

    assert places == PLACES


@pytest.mark.parametrize(
    ("name", "default"),
    [
        ("id_rule", "resident_id_18"),
        ("legacy_15", "refuse"),
        ("latin_names", "lenient"),
        ("number_placement", "either"),
        ("number_field", "nationalIdNumber"),
        ("status_vocabulary", "three"),
        ("upstream_down_status", 409),
        ("bad_input_status", 400),
        ("ttl_type", "number"),
        ("response_wrapper", "flat"),
        ("checksum_policy", "source"),
        ("bearer", "refuse"),
        ("token_ttl", 1_209_600),
    ],
)
def test_recommended_readings_are_the_defaults(name: str, default: object) -> None:
    assert TABLE.switches[f"signzy.{name}"].default == default


def test_every_contradiction_has_its_switch() -> None:
    settled = {number for switch in TABLE.switches.values() for number in re.findall(r"\bS[0-9]\b", switch.source)}

    assert settled == {f"S{number}" for number in range(1, 10)}


def test_the_default_answer_is_listed_apart_from_other_readings() -> None:
    schema: Any = validator("signzy", "verify", "response").schema

    assert schema["anyOf"][0] == {"$ref": "common.json#/$defs/answer"}


@pytest.mark.parametrize(
    ("status", "sound"),
    [("Verified", True), ("Full Match", True), ("verified", False), ("VERIFIED", False), ("Pass", False), (1, False)],
)
def test_a_status_is_one_of_the_words_somebody_printed(status: object, sound: bool) -> None:
    answer = {"fullName": "NA", "dateOfBirth": "NA", "nationalIdNumber": "NA", "sourceVerificationStatus": status}

    assert validator("signzy", "verify", "response").is_valid(answer) is sound


def test_the_page_for_users_names_every_code_switch_and_contradiction() -> None:
    page = PAGE.read_text(encoding="utf-8")

    assert [name for name in TABLE.switches if f"| `{name}` |" not in page] == []
    assert [row.code for row in TABLE.rows if f"| `{row.code}` |" not in page] == []
    assert [f"S{number}" for number in range(1, 10) if f"| S{number} |" not in page] == []
