"""The MPS gateway's outcome table: what it must list, what it must never say, and that page and schemas follow it."""

from __future__ import annotations

import json
import re
from collections import Counter
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import pytest

from contracts.anatomy import anatomy_of
from contracts.fidelity import fidelity
from contracts.loader import Outcome, load_table
from contracts.registry import schema_names, validator
from kyc_core.people import Person
from kyc_core.verdicts import Decision, Evidence, Retry, Verdict
from simulator.register import ShippedPeople, check_controls
from tests.walking import walk

TABLE: Final = load_table("mps")
PAGE: Final = Path(__file__).parents[2] / "docs" / "providers" / "mps.md"
JSON: Final = ("two-factor", "four-factor", "face-compare")
NCIIC: Final = ("nciicCheck", "nciicCompare")

# Canonical outcome -> two- and four-element code, photo code, NCIIC text or number.
CROSSWALK: Final = {
    "match": ("01", "01", "一致"),
    "mismatch": ("02", "05", "不一致"),
    "not_found": ("03", "08", "库中无此号"),
    "cancelled": ("03", "09", "已注销"),
    "face_different": (None, "02", "系统判断为不同人"),
    "face_unsure": (None, "03", "不能确定是否为同一人"),
    "no_photo": (None, "06", "库中无照片"),
    "poor_photo": (None, "07", "上传相片质量校验不合格"),
    "no_face": (None, "07", "特征提取失败;"),
    "photo_undecodable": (None, "07", "照片base64编码异常"),
    "invalid_id": ("04", "04", "公民身份号码错误"),
    "invalid_name": ("04", "04", "姓名错误"),
    "invalid_validity": ("04", None, None),
    "incomplete": (None, None, "必录项缺失"),
    "source_error": ("04", "04", "-901"),
    "source_upgrading": ("04", "04", "-902"),
    "quota": ("04", "04", "-903"),
}
CHARGED: Final = {"match", "mismatch", "face_different", "face_unsure"}


def answers(operation: str) -> dict[str, str]:
    found: dict[str, str] = dict(TABLE.operations[operation]["answers"])
    return found


def test_each_canonical_outcome_has_the_code_its_dialect_gives_it() -> None:
    columns = {
        "two-factor": {word: codes[0] for word, codes in CROSSWALK.items() if codes[0] and word != "invalid_validity"},
        "four-factor": {word: codes[0] for word, codes in CROSSWALK.items() if codes[0]},
        "face-compare": {word: codes[1] for word, codes in CROSSWALK.items() if codes[1]},
        "nciicCompare": {word: codes[2] for word, codes in CROSSWALK.items() if codes[2]}
        | {"match": "系统判断为同一人"},
    }

    assert {operation: answers(operation) for operation in columns} == columns
    photo = {"face_different", "face_unsure", "no_photo", "poor_photo", "no_face", "photo_undecodable"}
    assert answers("nciicCheck") == {
        word: codes[2] for word, codes in CROSSWALK.items() if codes[2] and word not in photo
    }


@pytest.mark.parametrize("operation", TABLE.operations)
def test_every_answer_has_a_row_and_every_result_is_an_answer(operation: str) -> None:
    rows = {row.code: row for row in TABLE.rows if row.operation == operation}

    assert {code for code in answers(operation).values() if code not in rows} == set()
    assert {row.code for row in TABLE.results(operation)} <= set(answers(operation).values())


@pytest.mark.parametrize("operation", TABLE.operations)
def test_a_variant_is_worded_for_a_finding_of_that_code(operation: str) -> None:
    for row in TABLE.results(operation):
        findings = {word for word, code in answers(operation).items() if code == row.code}
        assert set(row.variants) <= findings, row.code


@pytest.mark.parametrize("operation", TABLE.operations)
def test_a_row_has_the_verdict_of_its_finding(operation: str) -> None:
    for word, code in answers(operation).items():
        row = next(row for row in TABLE.rows if (row.operation, row.code) == (operation, code))
        if row.meaning == word and word not in ("incomplete", "photo_undecodable"):
            assert row.verdict.value.lower() == word


def test_nothing_but_a_match_lets_a_customer_pass() -> None:
    passing = {(row.operation, row.meaning) for row in TABLE.rows if row.verdict.decision is Decision.PASS}

    assert passing == {(operation, "match") for operation in TABLE.operations}


def test_the_one_code_for_all_failures_never_refuses_a_person() -> None:
    failed = [TABLE.result(operation, "04") for operation in JSON]

    assert {row.verdict.decision for row in failed} == {Decision.UNABLE}
    assert {row.retry for row in failed} == {Retry.LATER}
    assert not any(row.billed for row in failed)


@pytest.mark.parametrize("operation", TABLE.operations)
def test_the_usual_charges_are_those_of_the_canonical_outcomes(operation: str) -> None:
    charged = {row.meaning for row in TABLE.rows if row.operation == operation and row.billed}

    assert charged == CHARGED & set(answers(operation))
    assert set(TABLE.operations[operation]["charged"]["default"]) == charged


def test_every_dialect_of_prices_is_a_choice_of_the_switch() -> None:
    lists = {name for operation in TABLE.operations for name in TABLE.operations[operation]["charged"]}

    assert lists == set(TABLE.switches["mps.billing"].values)


@pytest.mark.parametrize("operation", JSON)
def test_the_three_json_operations_refuse_alike(operation: str) -> None:
    refusals = [(row.code, row.meaning, row.text["zh"], row.verdict, row.retry) for row in TABLE.errors(operation)]

    assert refusals == [
        (row.code, row.meaning, row.text["zh"], row.verdict, row.retry) for row in TABLE.errors("two-factor")
    ]
    assert {row.http_status for row in TABLE.errors(operation)} == {200}


def test_both_operations_of_nciic_refuse_alike_and_only_faults_are_no_200() -> None:
    codes = [[row.code for row in TABLE.errors(operation)] for operation in NCIIC]

    assert codes[0] == codes[1] == ["-80", "-901", "-902", "-903", "-904", "Client", "Server"]
    assert {row.code for row in TABLE.rows if row.http_status != 200} == {"Client", "Server"}


def test_what_is_made_up_says_so() -> None:
    silent = [
        (row.operation, row.code)
        for row in TABLE.rows
        if row.evidence is Evidence.INFERRED and row.operation in (*NCIIC, "two-factor", "face-compare")
        and "synthetic" not in row.note.lower()
    ]  # fmt: skip

    assert silent == []


@pytest.mark.parametrize(
    ("operation", "code", "best"),
    [
        pytest.param("two-factor", "01", Evidence.DOC, id="the page's own list"),
        pytest.param("four-factor", "01", Evidence.INFERRED, id="nobody sells it in this dialect"),
        pytest.param("nciicCheck", "-80", Evidence.SDK, id="the one attested refusal"),
        pytest.param("nciicCheck", "-901", Evidence.INFERRED, id="a number of our own"),
        pytest.param("nciicCheck", "已注销", Evidence.INFERRED, id="no sample is public"),
    ],
)
def test_a_code_is_not_claimed_more_strongly_than_it_is_known(operation: str, code: str, best: Evidence) -> None:
    row = next(row for row in TABLE.rows if (row.operation, row.code) == (operation, code))
    order = list(Evidence)

    assert order.index(row.evidence) >= order.index(best)


def test_the_code_of_another_reseller_is_provisional() -> None:
    assert {row.code for row in TABLE.rows if row.provisional} == {"101"}


@pytest.mark.parametrize("operation", TABLE.operations)
def test_schemas_have_the_fields_and_codes_of_the_table(operation: str) -> None:
    request: Any = validator("mps", operation, "request").schema
    fields = TABLE.operations[operation]["fields"]

    assert set(request["required"]) == {field["name"] for field in fields if field["required"]}
    assert {field["name"] for field in fields} <= set(request["properties"])
    if operation in JSON:
        data: Any = validator("mps", operation, "response").schema
        member = anatomy_member(operation)
        listed = data["properties"]["data"]["properties"][member]["enum"]
        assert listed == [row.code for row in TABLE.results(operation)]


def anatomy_member(operation: str) -> str:
    place: str = TABLE.operations[operation]["anatomy"]["verdict"]
    return place.rpartition("/")[2]


def test_every_schema_belongs_to_an_operation() -> None:
    parts = {f"{operation}.{part}.json" for operation in TABLE.operations for part in ("request", "response", "error")}

    assert set(schema_names("mps")) == parts | {"common.json"}


@pytest.mark.parametrize("operation", TABLE.operations)
def test_the_anatomy_passes_nothing_but_the_match(operation: str) -> None:
    anatomy = anatomy_of(TABLE, operation)

    assert anatomy is not None
    assert anatomy.passes == (answers(operation)["match"],)
    assert anatomy.form == ("json" if operation in JSON else "nciic")


def test_the_control_people_ask_for_what_there_is() -> None:
    def asking(person: Person) -> bool:
        return "mps" in person.controls

    people = [person for person in ShippedPeople.load().index.people.values() if asking(person)]
    for person in people:
        check_controls(person)

    assert {str(person.controls["mps"].get("meaning")) for person in people} >= {
        "source_error", "source_upgrading", "quota",
    }  # fmt: skip
    assert len(people) >= 14


def test_no_member_of_the_file_stands_twice() -> None:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        repeated = [name for name, count in Counter(name for name, _ in pairs).items() if count > 1]
        assert repeated == []
        return dict(pairs)

    document = (files("contracts") / "outcomes" / "mps.json").read_text(encoding="utf-8")

    assert json.loads(document, object_pairs_hook=once)["provider"] == "mps"


def test_every_fact_has_a_source() -> None:
    assert all(fact.source for fact in fidelity([TABLE]).facts)


def shown(page: str) -> dict[str, list[str]]:
    """Return the crosswalk of the page: cells by the word in the first one."""
    rows = [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in page.splitlines()]
    return {row[0]: row[1:4] for row in rows if len(row) == 6 and row[0] in CROSSWALK}


def test_the_page_for_users_shows_the_same_codes() -> None:
    page = PAGE.read_text(encoding="utf-8")
    expected = {
        word: [codes[0] or "", codes[1] or "", "系统判断为同一人" if word == "match" else codes[2] or ""]
        for word, codes in CROSSWALK.items()
    }

    assert {word: cells[:2] for word, cells in shown(page).items()} == {
        word: cells[:2] for word, cells in expected.items()
    }
    assert {word: cells[2] for word, cells in shown(page).items() if word != "match"} == {
        word: cells[2] for word, cells in expected.items() if word != "match"
    }


def test_the_page_for_users_names_every_switch_and_every_disagreement_the_table_cites() -> None:
    page = PAGE.read_text(encoding="utf-8")
    text = json.dumps([row.note for row in TABLE.rows]) + json.dumps(
        [switch.source for switch in TABLE.switches.values()]
    )
    cited = set(re.findall(r"\bM[0-9]\b", text))

    assert [name for name in TABLE.switches if f"| `{name}` |" not in page] == []
    assert {"M3", "M4", "M6"} <= cited
    assert [number for number in cited if f"| {number} |" not in page] == []


@walk("row", [pytest.param(row, id=f"{row.operation} {row.code}") for row in TABLE.rows])
def test_a_refusal_that_the_caller_can_mend_is_not_called_the_sources_fault(row: Outcome) -> None:
    mendable = row.verdict in (Verdict.REFUSED, Verdict.INVALID_ID, Verdict.INVALID_NAME, Verdict.POOR_PHOTO)

    assert row.retry is Retry.FIX_REQUEST or not mendable or row.meaning == "repeated"
