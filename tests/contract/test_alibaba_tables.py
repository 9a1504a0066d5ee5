"""Alibaba Cloud's outcome table against what the pages, the metadata and the SDKs say, written down once more here."""

from __future__ import annotations

import json
from collections import Counter
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import pytest

from contracts.anatomy import anatomy_of
from contracts.loader import EVERY_OPERATION, Outcome, load_table
from kyc_core.verdicts import Decision, Evidence, Verdict
from tests.walking import walk

TABLE: Final = load_table("alibaba")
ROOT: Final = Path(__file__).parents[2]
PAGE: Final = ROOT / "docs" / "providers" / "alibaba.md"
ANSWERED: Final = [name for name, facts in TABLE.operations.items() if facts["support"] == "answered"]
REFUSED: Final = [name for name, facts in TABLE.operations.items() if facts["support"] == "refused"]

BANK: Final = {
    "101": ("match", True),
    "201": ("cardholder_wrong", True),
    "202": ("cardless_off", True),
    "203": ("card_expired", True),
    "204": ("restricted", True),
    "205": ("card_confiscated", True),
    "206": ("invalid_card_number", True),
    "207": ("no_issuing_bank", True),
    "208": ("dormant", True),
    "209": ("fraud_card", True),
    "210": ("reported_lost", True),
    "211": ("pin_tries_exceeded", True),
    "212": ("issuer_unsupported", True),
    "213": ("card_abnormal", True),
    "214": ("no_reserved_mobile", True),
    "215": ("secret_wrong", True),
    "216": ("other_difference", True),
    "301": ("card_unsupported", False),
    "302": ("bank_rejected", False),
    "303": ("mobile_check_unsupported", False),
    "304": ("card_number_wrong", False),
    "305": ("other_failure", False),
    "306": ("attempts_exceeded", False),
}
BIZ: Final = {"1": ("match", True), "2": ("mismatch", True), "3": ("no_record", False)}
FACE: Final = {
    "200": ("passed", True),
    "201": ("identity_mismatch", True),
    "202": ("identity_not_found", True),
    "203": ("no_source_photo", True),
    "204": ("face_mismatch", True),
    "205": ("liveness_risk", True),
    "206": ("policy_limit", True),
    "207": ("portrait_mismatch", True),
    "209": ("source_abnormal", False),
    "212": ("document_risk", True),
}
DOCUMENT: Final = {"200": ("passed", True), "212": ("document_risk", True)}

RESULTS: Final[dict[str, dict[str, tuple[str, bool]]]] = {
    "Initialize": {"Success": ("initialised", False)},
    "CheckResult": FACE | {"P": ("pending", False)},
    "CheckVerifyLog": {"0": ("finished", False), "1": ("unfinished", False), "2": ("not_started", False)},
    "DeleteVerifyResult": {"Y": ("deleted", False), "N": ("not_deleted", False)},
    "DocOcr": DOCUMENT,
    "CardOcr": DOCUMENT,
    "EkycVerify": FACE,
    "FaceLiveness": {"200": ("passed", True), "205": ("liveness_risk", True)},
    "FaceCompare": {"Y": ("match", True), "N": ("face_mismatch", True)},
    "Id2MetaVerifyIntl": BIZ,
    "Id2MetaPeriodVerifyIntl": {"200": ("match", True), "201": ("mismatch", True), "202": ("no_record", False)},
    "Mobile2MetaVerifyIntl": BIZ,
    "Mobile3MetaVerifyIntl": {
        "101": ("match", True),
        "201": ("both_differ", True),
        "202": ("id_differs", True),
        "203": ("name_differs", True),
        "204": ("other_difference", True),
        "301": ("no_record", False),
    },
    "BankMetaVerifyIntl": BANK,
    "MobileDetect": {
        "101": ("usable", True),
        "102": ("empty", True),
        "103": ("suspended", True),
        "104": ("silent", True),
        "105": ("risky", True),
        "301": ("no_record", False),
    },
    "MobileOnlineStatus": {
        "101": ("in_use", True),
        "201": ("suspended", True),
        "202": ("line_cancelled", True),
        "203": ("unusable", True),
        "204": ("not_on_network", True),
        "301": ("no_record", False),
    },
    "MobileOnlineTime": {
        "1": ("under_3_months", True),
        "2": ("under_6_months", True),
        "3": ("under_12_months", True),
        "4": ("under_24_months", True),
        "5": ("from_24_months", True),
        "none": ("no_record", False),
    },
}

# code, HTTP status, Message
GATEWAY: Final = (
    ("MissingAccessKeyId", 400, "AccessKeyId is mandatory for this action."),
    ("MissingAction", 400, "Action is mandatory for this action."),
    ("MissingTimestamp", 400, "Timestamp is mandatory for this action."),
    ("MissingUserName", 400, "UserName is mandatory for this action."),
    ("MissingSecurityToken", 400, "SecurityToken is mandatory for this action."),
    ("InvalidAccessKeyId.NotFound", 404, "Specified access key is not found."),
    ("InvalidAccessKeyId.Inactive", 400, "Specified access key is disabled."),
    (
        "SignatureDoesNotMatch",
        400,
        "Specified signature is not matched with our calculation. server string to sign is:{string_to_sign}",
    ),
    ("IncompleteSignature", 400, "The request signature does not conform to Aliyun standards."),
    ("InvalidSignatureMethod", 400, "Specified signature method is not valid."),
    ("InvalidTimeStamp.Format", 400, "Specified time stamp or date value is not well formatted."),
    ("InvalidTimeStamp.Expired", 400, "Specified time stamp or date value is expired."),
    ("SignatureNonceUsed", 400, "Specified signature nonce was used already."),
    ("InvalidParameter.Format", 400, "Specified parameter format is not valid."),
    ("InvalidVersion", 400, "Specified parameter Version is not valid."),
    ("InvalidAction.NotFound", 404, "Specified api is not found, please check your url and method."),
    ("InvalidApi.NotFound", 404, "Specified api is not found, please check your url and method."),
    ("InvalidProduct.NotFound", 404, "Cannot find product according to your specified domain."),
    ("UnsupportedHTTPMethod", 400, "This http method not supported."),
    ("InvalidProtocol.NeedSsl", 404, "Your request is denied as lack of ssl protect."),
    ("InvalidSecurityToken.Expired", 400, "Specified SecurityToken is expired."),
    ("InvalidSecurityToken.Malformed", 400, "Specified SecurityToken is malformed."),
    ("InvalidSecurityToken.MismatchWithAccessKey", 400, "Specified SecurityToken mismatch with the AccessKey."),
    ("Throttling", 400, "Request was denied due to request throttling."),
    ("Throttling.User", 400, "Request was denied due to user flow control."),
    ("Throttling.Api", 403, "Request was denied due to api flow control."),
    (
        "NoPermission",
        403,
        "User not authorized to operate on the specified resource, or this API doesn't support RAM.",
    ),
    ("ServiceUnavailable", 503, "The request has failed due to a temporary failure of the server."),
)
# code, HTTP status, evidence of the code
BUSINESS: Final = (
    ("MissingParameter", 400, Evidence.SEED),
    ("InvalidParameter", 400, Evidence.SEED),
    ("TransactionIdInvalid", 400, Evidence.SEED),
    ("Forbidden.RAMUserAccessDenied", 403, Evidence.SEED),
    ("Forbidden.AccountAccessDenied", 403, Evidence.SEED),
    ("ProcessNotCompleted", 404, Evidence.SEED),
    ("InternalError", 500, Evidence.SEED),
    ("Forbidden.ExceptionRepeatedInvoke", 401, Evidence.DOC),
    ("UnqualifiedPhoto", 401, Evidence.DOC),
    ("DataDuplication", 401, Evidence.DOC),
    ("ToolargeImage", 401, Evidence.DOC),
    ("DownloadTimeout", 401, Evidence.DOC),
    ("NoFaceDetected", 401, Evidence.DOC),
    ("SuspiciousActivity", 429, Evidence.DOC),
    ("Forbidden.ExceptionDataSource", 500, Evidence.DOC),
    ("DataExpired", 410, Evidence.INFERRED),
)

# operation: envelope, Code of a success, methods, product codes with their calls per second
FACTS: Final = {
    "CheckResult": ("R", "Success", ["POST"], {"ID_OCR": 10, "eKYC": 10, "eKYC_PRO": 5, "FACE_LIVENESS": 50}),
    "Initialize": ("R", "Success", ["POST"], {"ID_OCR": 10, "ID_NFC": 10, "FACE_VERIFY": 50, "FACE_IDU": 50}),
    "DeleteVerifyResult": ("R", "200", ["POST"], {}),
    "FaceCompare": ("R", "200", ["POST"], {"FACE_COMPARE": 10}),
    "Id2MetaVerifyIntl": ("R", "Success", ["GET", "POST"], {"ID_2META": 50}),
    "Id2MetaPeriodVerifyIntl": ("R", "Success", ["POST"], {"eKYC_Date_MIN": 10}),
    "Mobile2MetaVerifyIntl": ("R", "Success", ["GET", "POST"], {"MOBILE_2META": 50}),
    "Mobile3MetaVerifyIntl": ("R", "Success", ["GET", "POST"], {"MOBILE_3META": 50}),
    "BankMetaVerifyIntl": ("RO", "200", ["GET", "POST"], {"BANK_CARD_N_META": 50}),
}

GATEWAY_REQUIRED: Final = {
    "Id2MetaPeriodVerifyIntl": [
        "ProductCode", "MerchantBizId", "DocType", "DocName", "DocNo", "ValidityStartDate", "ValidityEndDate",
    ],
    "Mobile2MetaVerifyIntl": ["ProductCode", "ParamType", "UserName", "Mobile"],
    "BankMetaVerifyIntl": ["ProductCode", "ParamType", "VerifyMode", "ProductType", "BankCard", "UserName"],
}  # fmt: skip

NAMED_SWITCHES: Final = {
    "alibaba.require_https",
    "alibaba.business_errors_http_200",
    "alibaba.throttling_status",
    "alibaba.throttle_window",
    "alibaba.retry_after",
    "alibaba.nonce_memory",
    "alibaba.sts_without_token",
    "alibaba.flags",
    "alibaba.expired_transaction",
    "alibaba.callback_sub_code",
    "alibaba.merchant_biz_id",
    "alibaba.method_not_allowed",
    "alibaba.progression",
}


def error(code: str, operation: str = EVERY_OPERATION) -> Outcome:
    return TABLE.error(operation, code)


def test_the_operations_are_those_written_down_here() -> None:
    assert sorted(ANSWERED) == sorted(RESULTS)


@pytest.mark.parametrize("operation", RESULTS)
def test_no_code_is_missing_and_each_means_and_costs_what_the_sources_say(operation: str) -> None:
    assert {row.code: (row.meaning, row.billed) for row in TABLE.results(operation)} == RESULTS[operation]


def test_nothing_but_a_match_lets_a_customer_pass() -> None:
    passing = {(row.operation, row.code) for row in TABLE.rows if row.verdict.decision is Decision.PASS}

    assert passing == {
        *((name, "200") for name in ("CheckResult", "DocOcr", "CardOcr", "EkycVerify", "FaceLiveness")),
        ("FaceCompare", "Y"),
        ("Id2MetaVerifyIntl", "1"),
        ("Id2MetaPeriodVerifyIntl", "200"),
        ("Mobile2MetaVerifyIntl", "1"),
        ("Mobile3MetaVerifyIntl", "101"),
        ("BankMetaVerifyIntl", "101"),
    }


@pytest.mark.parametrize("operation", ["Initialize", "CheckVerifyLog", "DeleteVerifyResult"])
def test_an_operation_that_verifies_nobody_says_so_and_is_free(operation: str) -> None:
    assert {(row.verdict, row.billed) for row in TABLE.results(operation)} == {(Verdict.NO_CHECK, False)}


def test_of_the_seed_s_document_check_two_codes_are_known_and_both_are_charged() -> None:
    seeds = [row for row in TABLE.results("CheckResult") if row.evidence is Evidence.SEED]

    assert [(row.code, row.billed) for row in seeds] == [("200", True), ("212", True)]
    assert TABLE.operations["CheckResult"]["products"]["ID_OCR"]["sub_codes"] == ["200", "212"]


@pytest.mark.parametrize("operation", ["CheckResult", "EkycVerify"])
def test_face_codes_of_the_sibling_product_are_marked_provisional(operation: str) -> None:
    provisional = {row.code for row in TABLE.results(operation) if row.provisional}

    assert provisional >= {"201", "202", "203", "204", "205", "206", "207", "209"}
    assert "200" not in provisional


def test_a_code_that_rests_on_our_word_alone_is_provisional_or_says_what_it_stands_for() -> None:
    weak = [row for row in TABLE.rows if row.kind == "result" and row.evidence is Evidence.INFERRED]

    assert [row.code for row in weak if not row.provisional] == ["none"]


def test_codes_whose_meaning_nobody_could_read_are_listed_and_not_answered() -> None:
    unread = TABLE.operations["CheckResult"]["unread_codes"]

    assert set(unread) == {"208", "210", "211", "220", "221", "222"}
    assert not set(unread) & {row.code for row in TABLE.results("CheckResult")}


@pytest.mark.parametrize(
    "operation", ["CheckResult", "EkycVerify", "DocOcr", "FaceLiveness", "Id2MetaPeriodVerifyIntl"]
)
def test_passed_is_yes_beside_200_and_nothing_else(operation: str) -> None:
    anatomy = anatomy_of(TABLE, operation)

    assert anatomy is not None
    assert anatomy.verdict == "/Result/SubCode"
    assert {code for code, word in anatomy.companions["/Result/Passed"].items() if word == "Y"} == {"200"}
    assert set(anatomy.companions["/Result/Passed"]) == set(anatomy.codes) - {"P"}


@pytest.mark.parametrize("operation", ["Mobile3MetaVerifyIntl", "BankMetaVerifyIntl", "MobileOnlineStatus"])
def test_biz_code_is_the_first_digit_of_the_sub_code_and_3_is_free(operation: str) -> None:
    anatomy = anatomy_of(TABLE, operation)

    assert anatomy is not None
    [words] = anatomy.companions.values()
    assert words == {row.code: row.code[0] for row in TABLE.results(operation)}
    assert {row.billed for row in TABLE.results(operation) if words[row.code] == "3"} == {False}


@pytest.mark.parametrize(("code", "status", "message"), [pytest.param(*row, id=row[0]) for row in GATEWAY])
def test_a_gateway_code_has_its_status_and_text(code: str, status: int, message: str) -> None:
    row = error(code)

    assert (row.http_status, row.text["en"], row.layer, row.billed) == (status, message, "gateway", False)


@pytest.mark.parametrize(("code", "status", "evidence"), [pytest.param(*row, id=row[0]) for row in BUSINESS])
def test_a_business_code_has_its_status_and_is_known_as_well_as_it_claims(
    code: str, status: int, evidence: Evidence
) -> None:
    row = error(code)

    assert (row.http_status, row.evidence, row.layer, row.billed) == (status, evidence, "business", False)


def test_every_error_belongs_to_a_layer_and_no_result_does() -> None:
    assert {row.layer for row in TABLE.rows if row.kind == "error"} == {"gateway", "business"}
    assert {row.layer for row in TABLE.rows if row.kind == "result"} == {""}


def test_the_v3_text_of_a_wrong_signature_shows_both_canonical_forms() -> None:
    worded = error("SignatureDoesNotMatch").worded("v3")

    assert worded.text["en"] == (
        "Specified signature does not match our calculation. server StringToSign is [{string_to_sign}] "
        "server CanonicalRequest is [{canonical_request}]"
    )


@pytest.mark.parametrize(
    ("operation", "code", "statuses"),
    [
        pytest.param(EVERY_OPERATION, "Throttling.Api", (403, 429, 400), id="three sources, three statuses"),
        pytest.param(EVERY_OPERATION, "InvalidAccessKeyId.NotFound", (404, 400, 403), id="older pages"),
        pytest.param("Id2MetaVerifyIntl", "InvalidParameter", (400, 401), id="the operation's own page"),
        pytest.param("Id2MetaVerifyIntl", "Forbidden.ExceptionRepeatedInvoke", (401, 400), id="its other code"),
    ],
)
def test_a_status_on_which_sources_disagree_has_a_switch(operation: str, code: str, statuses: tuple[int, ...]) -> None:
    row = error(code, operation)

    assert TABLE.switches[row.status_by].values == statuses
    assert [row.status({row.status_by: status}.__getitem__) for status in statuses] == list(statuses)


@pytest.mark.parametrize("operation", FACTS)
def test_envelope_methods_and_calls_per_second_are_the_documented_ones(operation: str) -> None:
    envelope, success, methods, qps = FACTS[operation]
    facts = TABLE.operations[operation]

    assert (facts["envelope"], facts["success_code"], facts["methods"]) == (envelope, success, methods)
    assert qps.items() <= facts["qps"].items()


@pytest.mark.parametrize("operation", ANSWERED)
def test_parameters_the_gateway_wants_are_missed_by_their_own_code(operation: str) -> None:
    missing = {
        field["name"]: field["missing"]
        for field in TABLE.operations[operation]["fields"]
        if field.get("missing", "MissingParameter") != "MissingParameter"
    }

    assert missing == {name: f"Missing{name}" for name in GATEWAY_REQUIRED.get(operation, [])}


@walk("operation", TABLE.operations)
def test_every_code_an_operation_names_has_a_row(operation: str) -> None:
    facts = TABLE.operations[operation]

    for code in [*facts["errors"], *(field["missing"] for field in facts["fields"] if "missing" in field)]:
        assert error(code, operation).kind == "error"


@walk("operation", TABLE.operations)
def test_a_field_is_described_in_full(operation: str) -> None:
    names = Counter(field["name"] for field in TABLE.operations[operation]["fields"])

    assert [name for name, count in names.items() if count > 1] == []
    for field in TABLE.operations[operation]["fields"]:
        assert field["place"] in ("query", "body")
        assert not field["required"] or "missing" in field
        assert field["type"] not in ("flag", "enum") or field["values"]
        assert field["type"] != "flag" or field["default"] in field["values"]


def test_whatever_says_something_about_a_person_is_marked_personal() -> None:
    claims = {"name", "resident_id", "mobile", "bank_card", "valid_from", "valid_to", "photo", "merchant_user"}
    clear = {
        (operation, field["name"])
        for operation, facts in TABLE.operations.items()
        for field in facts["fields"]
        if not field["personal"] and (field["claim"] in claims or field["type"] in ("image", "url"))
    }

    assert clear == set()


@pytest.mark.parametrize("operation", REFUSED)
def test_an_operation_that_is_not_emulated_is_refused_by_a_row_of_its_own(operation: str) -> None:
    row = error("InvalidAction.NotFound", operation)

    assert (row.operation, row.http_status, row.evidence) == (operation, 404, Evidence.INFERRED)
    assert row.note.startswith("Not emulated: ")
    assert TABLE.results(operation) == ()


def test_operations_whose_fields_alone_are_public_are_refused() -> None:
    assert set(REFUSED) >= {
        "IdnAuthorityVerifyIntl",
        "CredentialRecognitionIntl",
        "CredentialSubmitIntl",
        "CredentialGetResultIntl",
        "CredentialVerifyIntl",
        "AddressVerifyV2Intl",
        "AddressCompareIntl",
        "QueryFaceGroup",
        "AddFaceRecord",
        "TempAccessTokenIntl",
    }


def test_every_switch_the_sources_call_for_is_there() -> None:
    assert set(TABLE.switches) >= NAMED_SWITCHES
    assert TABLE.switches["alibaba.throttling_status"].default == 403
    assert TABLE.switches["alibaba.business_errors_http_200"].default is False
    assert TABLE.switches["alibaba.retention_days"].default == 30
    assert TABLE.switches["alibaba.nonce_memory"].default == 900


def test_no_member_of_the_file_stands_twice() -> None:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        repeated = [name for name, count in Counter(name for name, _ in pairs).items() if count > 1]
        assert repeated == []
        return dict(pairs)

    document = (files("contracts") / "outcomes" / "alibaba.json").read_text(encoding="utf-8")

    assert set(json.loads(document, object_pairs_hook=once)) == {"provider", "source", "operations", "rows", "switches"}


@pytest.mark.parametrize("row", [pytest.param(row, id=row.code) for row in TABLE.results("BankMetaVerifyIntl")])
def test_the_page_for_users_shows_the_same_numbers(row: Outcome) -> None:
    line = f"| {row.code[0]} | `{row.code}` | {row.meaning} | {row.verdict} | {'yes' if row.billed else 'no'} |"

    assert line in PAGE.read_text(encoding="utf-8").splitlines()


def test_the_page_for_users_names_every_operation_and_every_switch() -> None:
    page = PAGE.read_text(encoding="utf-8")

    assert [name for name in TABLE.operations if f"`{name}`" not in page] == []
    assert [name for name in TABLE.switches if f"| `{name}` |" not in page] == []
