from __future__ import annotations

import json
import re
import string
from collections import Counter
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from contracts.loader import EVERY_OPERATION, Outcome, load_table
from contracts.registry import validator
from kyc_core.verdicts import Decision, Evidence, Retry, Verdict

TABLE = load_table("tencent")
PAGE = Path(__file__).parents[2] / "docs" / "providers" / "tencent.md"

TWO, THREE, FOUR = "BankCard2EVerification", "BankCardVerification", "BankCard4EVerification"
OPERATIONS = (TWO, THREE, FOUR)
QUERIES = {"CheckBankCardInformation", "MobileStatus", "MobileNetworkTimeVerification"}
"""Actions that tell something and confirm nobody."""
FACES = {"ImageRecognitionV2", "CheckIdCardInformation"}
"""Actions whose Result is no number."""

# One meaning, three numbers: two, three and four elements; billed or not.
CROSSWALK: tuple[tuple[str, str | None, str | None, str | None, bool], ...] = (
    ("match", "0", "0", "0", True),
    ("mismatch", "-1", "-1", "-1", True),
    ("name_format", "-2", "-2", "-2", False),
    ("id_format", None, "-3", "-3", False),
    ("card_format", "-3", "-4", "-4", False),
    ("phone_format", None, None, "-5", False),
    ("cardholder_wrong", "-4", "-5", "-6", True),
    ("cardless_off", "-5", "-6", "-7", True),
    ("card_confiscated", "-6", "-7", "-8", True),
    ("invalid_card_number", "-7", "-8", "-9", True),
    ("no_issuing_bank", "-8", "-9", "-10", True),
    ("dormant", "-9", "-10", "-11", True),
    ("fraud_card", "-10", "-11", "-12", True),
    ("reported_lost", "-11", "-12", "-13", True),
    ("card_expired", "-12", "-13", "-14", True),
    ("restricted", "-13", "-14", "-15", True),
    ("pin_tries_exceeded", "-14", "-15", "-16", True),
    ("issuer_unsupported", "-15", "-16", "-17", True),
    ("centre_busy", "-16", "-17", "-18", False),
    ("daily_attempts_exceeded", "-17", "-18", "-19", False),
    ("id_type_unsupported", None, "-19", "-20", False),
    ("card_abnormal", "-18", "-20", "-21", True),
)

LISTED_ERRORS = {
    "FailedOperation.DecryptSystemError",
    "FailedOperation.StsUnAuthErrError",
    "FailedOperation.UnKnown",
    "InvalidParameter",
    "InvalidParameter.UnsupportEncryptField",
    "InvalidParameterValue",
    "UnauthorizedOperation.Arrears",
    "UnauthorizedOperation.ChargeStatusException",
    "UnauthorizedOperation.NonAuthorize",
    "UnauthorizedOperation.Nonactivated",
}

PLACES = {
    "parameter": "Timestamp",
    "type": "string",
    "value": "50",
    "attempts": "21",
    "limit": "20",
    "version": "2019-07-22",
    "service": "faceid",
    "action": THREE,
    "request_id": "a5fdb909-5ee6-43ff-a152-bb1b9744ee8b",
    "content_type": "application/json",
}

STRENGTH = {word: rank for rank, word in enumerate(reversed(Evidence))}


def error(code: str) -> Outcome:
    return TABLE.error(EVERY_OPERATION, code)


def errors() -> list[Outcome]:
    return [row for row in TABLE.rows if row.kind == "error"]


def by_code(operation: str) -> dict[str, str]:
    column = OPERATIONS.index(operation) + 1
    return {str(line[column]): line[0] for line in CROSSWALK if line[column] is not None}


@pytest.mark.parametrize(("operation", "number"), [(THREE, 21), (TWO, 19), (FOUR, 22)])
def test_no_documented_result_is_missing(operation: str, number: int) -> None:
    rows = TABLE.results(operation)

    assert [row.code for row in rows] == [str(-code) for code in range(number)]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_meaning_has_the_number_its_own_action_gives_it(operation: str) -> None:
    assert {row.code: row.meaning for row in TABLE.results(operation)} == by_code(operation)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_code_is_billed_as_its_meaning_is_everywhere(operation: str) -> None:
    billed = {line[0]: line[4] for line in CROSSWALK}

    assert {row.meaning: row.billed for row in TABLE.results(operation)} == {
        meaning: billed[meaning] for meaning in by_code(operation).values()
    }


@pytest.mark.parametrize(("operation", "billed", "free"), [(THREE, 15, 6), (TWO, 15, 4), (FOUR, 15, 7)])
def test_the_billing_split_is_the_documented_one(operation: str, billed: int, free: int) -> None:
    split = Counter(row.billed for row in TABLE.results(operation))

    assert (split[True], split[False]) == (billed, free)


def test_a_meaning_has_one_verdict_and_one_retry_class_in_all_actions() -> None:
    readings: dict[str, set[tuple[Verdict, Retry]]] = {}
    for operation in OPERATIONS:
        for row in TABLE.results(operation):
            readings.setdefault(row.meaning, set()).add((row.verdict, row.retry))

    assert {meaning: found for meaning, found in readings.items() if len(found) > 1} == {}
    assert set(readings) == {line[0] for line in CROSSWALK}


def test_nothing_but_a_match_lets_a_customer_pass() -> None:
    passing = [(row.operation, row.code) for row in TABLE.rows if row.verdict.decision is Decision.PASS]

    numbered = TABLE.operations.keys() - QUERIES - FACES

    assert sorted(passing) == sorted([(name, "0") for name in numbered] + [(name, "Success") for name in FACES])


@pytest.mark.parametrize(
    ("meaning", "verdict", "retry"),
    [
        ("cardholder_wrong", Verdict.MISMATCH, Retry.NEVER),
        ("card_format", Verdict.INVALID_CARD, Retry.FIX_REQUEST),
        ("no_issuing_bank", Verdict.INVALID_CARD, Retry.NEVER),
        ("reported_lost", Verdict.CARD_UNUSABLE, Retry.NEVER),
        ("issuer_unsupported", Verdict.UNSUPPORTED, Retry.NEVER),
        ("id_type_unsupported", Verdict.UNSUPPORTED, Retry.NEVER),
        ("centre_busy", Verdict.SOURCE_ERROR, Retry.LATER),
        ("daily_attempts_exceeded", Verdict.QUOTA, Retry.NEXT_DAY),
    ],
)
def test_what_a_caller_may_conclude_and_do(meaning: str, verdict: Verdict, retry: Retry) -> None:
    row = TABLE.meaning(FOUR, meaning)

    assert (row.verdict, row.retry) == (verdict, retry)


def test_the_three_wordings_that_differ_between_actions_stay_different() -> None:
    assert [TABLE.meaning(name, "fraud_card").text["en"] for name in OPERATIONS] == [
        "Cheat card, card confiscation",
        "Cheat card, card retention",
        "Cheat card, card confiscation",
    ]
    assert [TABLE.meaning(name, "daily_attempts_exceeded").text["en"] for name in OPERATIONS] == [
        "Verification attempts exceeded. Please retry the next day.",
        "Exceeded verification attempts. Please retry the next day.",
        "Exceeded maximum verification attempts. Please retry the next day.",
    ]
    assert [TABLE.meaning(name, "pin_tries_exceeded").text["en"] for name in OPERATIONS] == [
        "Number of password errors exceeds the limit",
        "Exceeded the number of password errors.",
        "Exceeded the number of password errors",
    ]


def test_one_meaning_has_one_chinese_wording() -> None:
    wordings = {(row.meaning, row.text["zh"]) for name in OPERATIONS for row in TABLE.results(name)}

    assert len(wordings) == len(CROSSWALK)


def test_full_stops_stand_where_the_pages_have_them() -> None:
    rows = [row for name in OPERATIONS for row in TABLE.results(name)]
    stopped = {(row.operation, row.code) for row in rows if row.text["en"][-1] == "."}
    chinese = [row.code for row in rows if row.text["zh"][-1] in "。."]

    assert stopped == {
        *[(THREE, code) for code in ("-13", "-15", "-18", "-19")],
        *[(FOUR, code) for code in ("-14", "-19", "-20")],
        (TWO, "-17"),
    }
    assert chinese == []


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_schema_lists_the_codes_of_the_table(operation: str) -> None:
    schema: Any = validator("tencent", operation, "response").schema
    answer = schema["properties"]["Response"]
    listed = answer.get("anyOf", [answer])[0]["properties"]["Result"]["enum"]

    assert listed == [row.code for row in TABLE.results(operation)]
    assert all(isinstance(code, str) for code in listed)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_schema_has_the_fields_of_the_table(operation: str) -> None:
    schema: Any = validator("tencent", operation, "request").schema
    fields = TABLE.operations[operation]["fields"]

    assert list(schema["properties"]) == [field["name"] for field in fields]
    assert schema["required"] == [field["name"] for field in fields if field["required"]]


@pytest.mark.parametrize(
    ("operation", "names", "encryptable"),
    [
        (TWO, ["Name", "BankCard", "Encryption"], {"Name", "BankCard"}),
        (THREE, ["IdCard", "Name", "BankCard", "CertType", "Encryption"], {"IdCard", "Name", "BankCard"}),
        (
            FOUR,
            ["Name", "BankCard", "Phone", "IdCard", "CertType", "Encryption"],
            {"Name", "BankCard", "Phone", "IdCard"},
        ),
    ],
)
def test_fields_stand_in_documented_order(operation: str, names: list[str], encryptable: set[str]) -> None:
    fields = TABLE.operations[operation]["fields"]

    assert [field["name"] for field in fields] == names
    assert {field["name"] for field in fields if field["encryptable"]} == encryptable
    assert {field["name"] for field in fields if field["personal"]} == encryptable


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_action_lists_the_ten_product_errors_and_each_has_a_row(operation: str) -> None:
    listed = TABLE.operations[operation]["errors"]

    assert len(listed) == len(set(listed))
    assert set(listed) == LISTED_ERRORS
    assert all(TABLE.error(operation, code).evidence is Evidence.SEED for code in listed)


def test_errors_are_never_billed_and_always_http_200() -> None:
    assert [row.code for row in TABLE.rows if row.http_status != 200] == []
    assert [row.code for row in errors() if row.billed] == []
    assert {row.operation for row in errors()} == {EVERY_OPERATION}


def test_every_error_code_fits_the_error_envelope() -> None:
    check = validator("tencent", THREE, "error")
    answers = {
        row.code: {
            "Response": {
                "Error": {"Code": row.code, "Message": row.text["en"].format_map(PLACES)},
                "RequestId": PLACES["request_id"],
            }
        }
        for row in errors()
    }

    assert [code for code, answer in answers.items() if not check.is_valid(answer)] == []


def test_wordings_leave_only_known_places_open() -> None:
    places = set()
    for row in TABLE.rows:
        for wording in (row.text, *row.variants.values()):
            english, chinese = (
                {name for _, name, _, _ in string.Formatter().parse(wording[language]) if name is not None}
                for language in ("en", "zh")
            )
            if row.text_evidence is not Evidence.DOC and row.zh_evidence is not Evidence.DOC:
                assert english == chinese, row.code
            places |= english | chinese

    assert places == set(PLACES)


@pytest.mark.parametrize(
    ("code", "variant", "language", "expected"),
    [
        ("MissingParameter", "", "en", "The request is missing a required parameter `Timestamp`."),
        ("UnknownParameter", "", "en", "The parameter `Timestamp` is not recognized."),
        (
            "InvalidParameter", "", "en",
            "The value type of parameter `Timestamp` is not valid, input type should be `string`",
        ),
        ("InvalidParameter", "", "zh", "参数 `Timestamp` 取值类型错误。参数类型应为 `string`"),
        ("InvalidParameter", "type_older", "en", "The value type of parameter `Timestamp` is not valid."),
        ("InvalidParameter", "common_type", "en", "Parameter `Timestamp` type error."),
        ("InvalidParameter", "form", "en", "Url key and value should be splited by `=`."),
        ("InvalidParameter", "product", "zh", "参数错误。"),
        ("InvalidParameterValue", "product", "en", "Incorrect parameter value."),
        ("InvalidAction", "", "en", "The request `Action` is invalid or not found."),
        ("NoSuchVersion", "", "en", "The specified api version=`2019-07-22` does not exist in service=`faceid`."),
        (
            "AuthFailure.SignatureFailure", "", "en",
            "The provided credentials could not be validated. Please check your signature is correct.",
        ),
        ("AuthFailure.SignatureFailure", "", "zh", "请求签名验证失败，请检查您的签名计算是否正确。"),
        (
            "RequestLimitExceeded", "", "en",
            "Your current request times equals to `21` in a second, which exceeds the frequency limit `20` for a"
            " second. Please reduce the frequency of calls.",
        ),
        ("RequestLimitExceeded", "", "zh", "您当前每秒请求 `21` 次，超过了每秒频率上限 `20`，请稍后重试。"),
        ("UnsupportedProtocol", "", "en", "this action does not support Content-Type=`application/json`"),
        ("UnauthorizedOperation.Nonactivated", "", "zh", "未开通服务。"),
        (
            "InvalidParameter.UnsupportEncryptField", "", "en",
            "Unencrypted fields exist. Refer to the documentation to modify.",
        ),
    ],
)  # fmt: skip
def test_a_known_text_is_sent_to_the_letter(code: str, variant: str, language: str, expected: str) -> None:
    row = error(code).worded(variant) if variant else error(code)

    assert row.text[language].format_map(PLACES) == expected


@pytest.mark.parametrize(
    ("code", "best"),
    [
        pytest.param("RequestLimitExceeded", Evidence.SDK, id="constant of the SDKs"),
        pytest.param("UnauthorizedOperation.CamNoAuth", Evidence.OBS, id="seen at other products"),
        pytest.param("InternalError.UnKnown", Evidence.SDK, id="constant of the SDKs, in no list of these actions"),
        pytest.param("MissingParameter", Evidence.DOC, id="common error page"),
    ],
)
def test_a_code_is_not_claimed_more_strongly_than_it_is_known(code: str, best: Evidence) -> None:
    assert STRENGTH[error(code).evidence] <= STRENGTH[best]


@pytest.mark.parametrize(
    ("code", "english", "chinese"),
    [
        pytest.param("MissingParameter", Evidence.OBS, Evidence.DOC, id="captured; Chinese described"),
        pytest.param("RequestLimitExceeded", Evidence.OBS, Evidence.OBS, id="captured in both"),
        pytest.param("NoSuchProduct", Evidence.DOC, Evidence.INFERRED, id="described"),
        pytest.param("RequestSizeLimitExceeded", Evidence.INFERRED, Evidence.INFERRED, id="no text at all"),
        pytest.param("UnauthorizedOperation.Arrears", Evidence.SDK, Evidence.SDK, id="constant of the SDKs"),
        pytest.param("OperationDenied", Evidence.SDK, Evidence.INFERRED, id="international list only"),
    ],
)
def test_a_wording_is_not_claimed_more_strongly_than_it_is_known(
    code: str, english: Evidence, chinese: Evidence
) -> None:
    assert STRENGTH[error(code).text_evidence] <= STRENGTH[english]
    assert STRENGTH[error(code).zh_evidence] <= STRENGTH[chinese]


def test_only_the_three_element_page_is_a_seed() -> None:
    seeds = {row.operation for row in TABLE.rows if row.kind == "result" and row.evidence is Evidence.SEED}

    assert seeds == {THREE}
    assert {row.zh_evidence for row in TABLE.results(THREE)} == {Evidence.SDK}


def test_a_wording_of_our_own_says_so() -> None:
    silent = [
        row.code for row in errors() if row.text_evidence is Evidence.INFERRED and "synthetic" not in row.note.lower()
    ]

    assert silent == []
    assert error("InvalidParameter").variants["json"]["evidence"] == "inferred"


def test_codes_shared_by_gateway_and_product_have_both_wordings() -> None:
    shared = {row.code for row in errors() if "product" in row.variants}

    assert shared == {
        "InvalidParameter",
        "InvalidParameterValue",
        "RequestLimitExceeded",
        "AuthFailure.InvalidAuthorization",
        "UnauthorizedOperation",
    }


def test_every_switch_is_ours_to_choose_or_says_who_decided() -> None:
    weak = {name for name, switch in TABLE.switches.items() if switch.evidence is Evidence.INFERRED}

    assert {"tencent.daily_attempts", "tencent.luhn_failure", "tencent.echo_trace_id"} <= weak
    assert TABLE.switches["tencent.daily_attempts"].default == 10
    assert TABLE.switches["tencent.qps"].default == TABLE.operations[THREE]["qps"]["intl"] == 20


def test_no_member_of_the_file_stands_twice() -> None:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        repeated = [name for name, count in Counter(name for name, _ in pairs).items() if count > 1]
        assert repeated == []
        return dict(pairs)

    document = (files("contracts") / "outcomes" / "tencent.json").read_text(encoding="utf-8")

    assert set(json.loads(document, object_pairs_hook=once)) == {"provider", "source", "operations", "rows", "switches"}


def test_the_page_for_users_shows_the_same_numbers() -> None:
    cells = [re.findall(r"[^|]+", line) for line in PAGE.read_text(encoding="utf-8").splitlines()]
    shown = {
        row[0].strip(): [number.strip(" `") for number in row[1:4]]
        for row in cells
        if len(row) == 6 and row[0].strip() in {line[0] for line in CROSSWALK}
    }

    assert shown == {line[0]: [number or "" for number in line[1:4]] for line in CROSSWALK}


def test_the_page_for_users_names_every_switch_and_every_disagreement_the_table_cites() -> None:
    page = PAGE.read_text(encoding="utf-8")
    cited = set(re.findall(r"\bC[0-9]+\b", json.dumps([row.note for row in TABLE.rows]))) | {
        number for switch in TABLE.switches.values() for number in re.findall(r"\bC[0-9]+\b", switch.source)
    }

    assert [name for name in TABLE.switches if f"| `{name}` |" not in page] == []
    assert {"C4", "C6", "C15", "C16", "C17"} <= cited
    assert [number for number in cited if f"| {number} |" not in page] == []
