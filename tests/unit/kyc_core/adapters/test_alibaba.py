"""The Alibaba Cloud reference adapter: what it sends, how it waits, and that nothing odd ever passes."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import pytest

from kyc_core.adapters.alibaba import AlibabaAdapter, Begun, Waiting
from kyc_core.adapters.alibaba_operations import OPERATIONS
from kyc_core.adapters.base import Adapter, AdapterError, CheckResult, Claim, Fault, Received
from kyc_core.adapters.transport import Answer, NotSent, Request
from kyc_core.signing import acs3, aliyun
from kyc_core.signing.canonical import query_pairs
from kyc_core.verdicts import Retry, Verdict
from tests.walking import walk

NOW = 1714979289.5
REQUEST_ID = "130A2C10-B9EE-4D84-88E3-5384FF039795"
TRANSACTION = "hksb7ba1b28130d24e015d694361bee4"
PAGE = "https://verify.example/?t=1"
SECRET = "testAccessKeySecret"
PERSONAL = ("测试甲", "110101190001010006", "6226090210146748", "16012345678")
CLAIM = Claim(
    name="测试甲",
    resident_id="110101190001010006",
    bank_card="6226090210146748",
    mobile="16012345678",
    valid_from="20200101",
    valid_to="长期",
    photo=b"\x89PNG photo",
)
META = {"meta_info": '{"deviceType":"web"}', "merchant_user": "u1", "doc_type": "00000001"}
DOCUMENT = {
    "ocrIdPassed": "Y",
    "ocrIdInfo": {"name": "测试甲", "idNumber": "110101190001010006"},
    "spoofInfo": {"spoofResult": "N", "spoofType": []},
    "ocrIdEditInfo": {"name": "测试乙"},
}


class Provider:
    """Gives its answers in order, the last one for ever, and remembers what it was asked."""

    def __init__(self, answers: Iterable[Answer | OSError]) -> None:
        self.answers = list(answers)
        self.seen: list[Request] = []
        self.pauses: list[float] = []

    def __call__(self, request: Request) -> Answer:
        self.seen.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, OSError):
            raise answer
        return answer

    def parameters(self, index: int = -1) -> dict[str, str]:
        request = self.seen[index]
        return dict([*query_pairs(urlsplit(request.url).query.encode()), *query_pairs(request.body)])


def answering(*answers: Answer | OSError, **options: Any) -> tuple[AlibabaAdapter, Provider]:
    provider = Provider(answers)
    chance = count()
    adapter = AlibabaAdapter(
        access_key_id="testAccessKeyId",
        access_key_secret=SECRET,
        clock=lambda: NOW,
        random_bytes=lambda length: next(chance).to_bytes(length),
        sleep=provider.pauses.append,
        send=provider,
        **options,
    )
    return adapter, provider


def answer(document: object, status: int = 200, **headers: str) -> Answer:
    content_type = {"content-type": "application/json;charset=utf-8"}
    body = json.dumps(document, ensure_ascii=False).encode()
    return Answer(status, content_type | {name.replace("_", "-"): value for name, value in headers.items()}, body)


def ok(result: object, *, envelope: str = "Result", code: object = "Success", **more: object) -> Answer:
    return answer({"RequestId": REQUEST_ID, "Code": code, "Message": "success", envelope: result, **more})


def refusal(code: object, status: int = 400, **headers: str) -> Answer:
    document = {"RequestId": REQUEST_ID, "Message": "测试甲", "Recommend": "", "HostId": "h", "Code": code}
    return answer(document, status, **headers)


def passed(code: object = "200", document: object = DOCUMENT, **changes: object) -> Answer:
    result = {"Passed": "Y" if code == "200" else "N", "SubCode": code, "ExtIdInfo": json.dumps(document)} | changes
    return ok({name: value for name, value in result.items() if value is not None})


BEGUN = ok({"TransactionId": TRANSACTION, "TransactionUrl": PAGE})
WAIT = refusal("ProcessNotCompleted", 404)
ASKED = Claim(extra={"transaction": TRANSACTION})


def check(reply: Answer | OSError, operation: str = "CheckResult", claim: Claim = ASKED) -> CheckResult:
    adapter, _ = answering(reply)
    return adapter.check(operation, claim)


EXTRA: Mapping[str, dict[str, str | int]] = {
    "DocOcr": {"doc_type": "00000001", "spoof": "T"},
    "CardOcr": {"doc_type": "00000001"},
    "EkycVerify": {"doc_type": "00000001", "id_picture": "aWQ="},
    "FaceCompare": {"target_picture": "dGFyZ2V0"},
}
FACES = {"ExtFaceInfo": {"FaceAttack": "N", "FaceAge": 30}}
NOTED = {"ExtIdInfo": json.dumps(DOCUMENT)}


def companions(operation: str, code: str) -> dict[str, str]:
    """The other members as they go with *code*."""
    known = OPERATIONS[operation].companions
    return {name: next(value for value, codes in values.items() if code in codes) for name, values in known.items()}


def direct(operation: str, code: str) -> Answer:
    """An answer that carries *code* where the operation has it."""
    known = OPERATIONS[operation]
    score = {known.score: 71.5} if known.score else {}
    result = {known.code[0]: code, **companions(operation, code), **score}
    return ok(result, envelope=known.envelope, code="200" if known.envelope == "ResultObject" else "Success")


ROWS = [
    pytest.param(name, code, id=f"{name} {code}")
    for name, known in OPERATIONS.items()
    if name != "Initialize"
    for code in known.results
    if code != "P"
]


@walk(("operation", "code"), ROWS)
def test_every_documented_code_has_its_meaning(operation: str, code: str) -> None:
    meaning = OPERATIONS[operation].results[code]
    claim = ASKED if operation == "CheckResult" else Claim(photo=b"p", extra=EXTRA.get(operation, {}))
    if not {"photo"} >= set(OPERATIONS[operation].claim):
        claim = CLAIM
    found = check(direct(operation, code), operation, claim)

    assert (found.verdict, found.billed, found.retry) == (meaning.verdict, meaning.billed, meaning.retry)
    assert (found.provider_code, found.request_id) == (code, REQUEST_ID)
    assert found.passed is (code in ("200", "101", "1", "Y"))


@pytest.mark.parametrize(
    ("operation", "query", "body"),
    [
        pytest.param(
            "Id2MetaVerifyIntl",
            {"ProductCode", "ParamType", "UserName", "IdentifyNum"},
            set(),
            id="two elements, in the query",
        ),
        pytest.param(
            "Mobile2MetaVerifyIntl",
            set(),
            {"ProductCode", "ParamType", "UserName", "Mobile"},
            id="two elements, in the body",
        ),
        pytest.param(
            "Mobile3MetaVerifyIntl",
            {"ProductCode", "ParamType", "UserName", "IdentifyNum", "Mobile"},
            set(),
            id="three elements",
        ),
        pytest.param(
            "Id2MetaPeriodVerifyIntl",
            set(),
            {
                "ProductCode",
                "MerchantBizId",
                "DocType",
                "DocName",
                "DocNo",
                "ValidityStartDate",
                "ValidityEndDate",
            },
            id="the card's period",
        ),
        pytest.param(
            "BANK_CARD_2_META",
            {"ProductCode", "ProductType", "VerifyMode", "ParamType", "UserName", "BankCard"},
            set(),
            id="a bank card, two elements",
        ),
        pytest.param(
            "BANK_CARD_3_META",
            {"ProductCode", "ProductType", "VerifyMode", "ParamType", "UserName", "BankCard", "IdentifyNum"},
            set(),
            id="a bank card, three elements",
        ),
        pytest.param(
            "BankMetaVerifyIntl",
            {"ProductCode", "ProductType", "VerifyMode", "ParamType", "UserName", "BankCard", "IdentifyNum", "Mobile"},
            set(),
            id="a bank card, four elements",
        ),
        pytest.param("FaceLiveness", {"ProductCode", "MerchantBizId"}, {"FacePictureBase64"}, id="a face, in the body"),
    ],
)
def test_only_what_the_operation_uses_is_sent_and_where_the_sdks_send_it(
    operation: str, query: set[str], body: set[str]
) -> None:
    code = next(iter(OPERATIONS[operation].results))
    adapter, provider = answering(direct(operation, code))
    adapter.check(operation, CLAIM)
    (request,) = provider.seen

    assert {name for name, _ in query_pairs(urlsplit(request.url).query.encode())} == query
    assert {name for name, _ in query_pairs(request.body)} == body
    assert request.headers["x-acs-action"] == OPERATIONS[operation].action
    assert ("content-type" in request.headers) is bool(body)


def test_values_and_pictures_arrive_as_they_were() -> None:
    claim = Claim(photo=bytes(range(256)), extra={"target_picture": "+/=="})
    adapter, provider = answering(direct("FaceCompare", "Y"))
    adapter.check("FaceCompare", claim)

    assert provider.parameters() == {
        "MerchantBizId": f"{0:032x}",
        "SourceFacePicture": base64.b64encode(bytes(range(256))).decode(),
        "TargetFacePicture": "+/==",
    }


@pytest.mark.parametrize("endpoint", ["https://cloudauth-intl.cn-hongkong.aliyuncs.com", "http://127.0.0.1:1/alibaba"])
@pytest.mark.parametrize("operation", ["Id2MetaVerifyIntl", "Mobile2MetaVerifyIntl"])
def test_the_request_is_signed_so_that_the_provider_accepts_it(endpoint: str, operation: str) -> None:
    adapter, provider = answering(direct(operation, "1"), endpoint=endpoint, security_token="CAIS+token==")
    adapter.check(operation, CLAIM)
    (request,) = provider.seen
    headers = dict(request.headers)
    presented = acs3.parse_authorization(headers.pop("authorization"))

    assert presented is not None
    assert acs3.verify(
        presented,
        access_key_secret=SECRET,
        method="POST",
        path=urlsplit(request.url).path,
        query=urlsplit(request.url).query.encode(),
        headers=headers,
        body=request.body,
    )
    assert headers["x-acs-date"] == aliyun.timestamp(int(NOW))
    assert (headers["x-acs-security-token"], headers["x-acs-accesskey-id"]) == ("CAIS+token==", "testAccessKeyId")
    assert headers["host"] == endpoint.split("/")[2]
    assert request.url.startswith(endpoint)


def test_no_two_requests_share_a_nonce() -> None:
    adapter, provider = answering(direct("Id2MetaVerifyIntl", "1"))
    for _ in range(2):
        adapter.check("Id2MetaVerifyIntl", CLAIM)

    assert len({request.headers["x-acs-signature-nonce"] for request in provider.seen}) == 2


def test_a_verification_is_begun_told_and_waited_for() -> None:
    told: list[Begun] = []
    adapter, provider = answering(BEGUN, WAIT, WAIT, passed(), begun=told.append)
    found = adapter.check("CheckResult", Claim(name="测试甲", resident_id="110101190001010006", extra=META))

    assert found.passed
    assert found.evidence["transaction"] == TRANSACTION
    assert [(each.transaction, each.url, each.protocol) for each in told] == [(TRANSACTION, PAGE, None)]
    assert [request.headers["x-acs-action"] for request in provider.seen] == ["Initialize", *["CheckResult"] * 3]
    assert provider.pauses == [2.0, 3.0, 4.5]
    assert provider.parameters(0) == {
        "DocType": "00000001",
        "MerchantBizId": f"{0:032x}",
        "MerchantUserId": "u1",
        "MetaInfo": '{"deviceType":"web"}',
        "ProductCode": "ID_OCR",
    }
    assert provider.parameters() == {"MerchantBizId": f"{0:032x}", "TransactionId": TRANSACTION}


def test_pauses_grow_to_a_limit_and_end_with_patience() -> None:
    waiting = Waiting(first=1, factor=2, longest=4, patience=12)
    adapter, provider = answering(BEGUN, WAIT, waiting=waiting)
    found = adapter.check("CheckResult", Claim(extra=META))

    assert (found.verdict, found.retry, found.provider_code) == (Verdict.PENDING, Retry.LATER, "ProcessNotCompleted")
    assert found.billed is False
    assert found.evidence["transaction"] == TRANSACTION
    assert provider.pauses == [1, 2, 4, 4, 4]


def test_without_patience_the_result_is_asked_for_once() -> None:
    adapter, provider = answering(BEGUN, WAIT, waiting=Waiting(patience=0))

    assert adapter.check("CheckResult", Claim(extra=META)).verdict is Verdict.PENDING
    assert provider.pauses == [2.0]


@pytest.mark.parametrize(
    "options", [{"first": 0}, {"first": 40}, {"factor": 0.5}, {"patience": -1}, {"first": float("nan")}]
)
def test_pauses_that_make_no_sense_are_refused(options: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="pauses"):
        Waiting(**options)


@pytest.mark.parametrize(
    ("header", "pause"), [("1500", 3.0), ("60000", 60.0), ("", 3.0), ("-1", 3.0), ("1e9", 3.0), ("9" * 9, 3.0)]
)
def test_a_throttled_question_is_asked_again_as_late_as_the_provider_wishes(header: str, pause: float) -> None:
    adapter, provider = answering(BEGUN, refusal("Throttling.Api", 429, x_acs_retry_after=header), passed())

    assert adapter.check("CheckResult", Claim(extra=META)).passed
    assert provider.pauses == [2.0, pause]


def test_a_pending_answer_is_asked_about_again() -> None:
    pending = ok({"Passed": "P"})
    adapter, _ = answering(BEGUN, pending, passed())

    assert adapter.check("CheckResult", Claim(extra=META)).passed
    assert check(pending).verdict is Verdict.PENDING


@pytest.mark.parametrize("status", [200, 404])
def test_an_unfinished_transaction_is_pending_whatever_the_status(status: int) -> None:
    found = check(refusal("ProcessNotCompleted", status))

    assert (found.verdict, found.retry, found.billed) == (Verdict.PENDING, Retry.LATER, False)
    assert found.evidence["transaction"] == TRANSACTION


def test_other_errors_end_the_waiting() -> None:
    adapter, provider = answering(BEGUN, refusal("InternalError", 500))
    found = adapter.check("CheckResult", Claim(extra=META))

    assert (found.verdict, found.retry) == (Verdict.SOURCE_ERROR, Retry.LATER)
    assert len(provider.seen) == 2


def test_a_verification_that_cannot_be_begun_is_not_waited_for() -> None:
    adapter, provider = answering(refusal("Forbidden.AccountAccessDenied", 403))
    found = adapter.check("CheckResult", Claim(extra=META))

    assert (found.verdict, found.retry, found.billed) == (Verdict.REFUSED, Retry.NEVER, False)
    assert provider.pauses == []


def test_beginning_alone_verifies_nobody() -> None:
    told: list[Begun] = []
    adapter, provider = answering(BEGUN, begun=told.append)
    found = adapter.check("Initialize", Claim(extra={**META, "product_code": "eKYC"}))

    assert (found.verdict, found.passed, found.billed) == (Verdict.NO_CHECK, False, False)
    assert found.evidence["transaction"] == TRANSACTION == told[0].transaction
    assert provider.parameters()["ProductCode"] == "eKYC"
    assert PAGE not in repr(told)


@pytest.mark.parametrize(
    "result",
    [
        {},
        {"TransactionId": None},
        {"TransactionId": 7},
        {"TransactionId": ""},
        {"TransactionId": "a b"},
        {"TransactionId": TRANSACTION, "TransactionUrl": {}},
    ],
)
def test_a_beginning_without_a_transaction_is_an_error(result: object) -> None:
    with pytest.raises(AdapterError) as caught:
        check(ok(result), "Initialize", Claim(extra=META))

    assert caught.value.fault is Fault.CONTRACT


STATED: dict[str, Any] = {"name": "测试甲", "resident_id": "110101190001010006"}


@pytest.mark.parametrize(
    ("stated", "shown", "verdict"),
    [
        pytest.param(STATED, {"name": "测试甲", "idNumber": "110101190001010006"}, Verdict.MATCH, id="the same"),
        pytest.param(STATED, {"name": "测试甲", "id_number": "110101190001010006"}, Verdict.MATCH, id="newer names"),
        pytest.param(STATED, {"name": "测试乙", "idNumber": "110101190001010006"}, Verdict.MISMATCH, id="another name"),
        pytest.param(STATED, {"name": "测试甲", "idNumber": "110101190001010014"}, Verdict.MISMATCH, id="another id"),
        pytest.param(STATED, {"name": "测试乙"}, Verdict.MISMATCH, id="another name, no number"),
        pytest.param(STATED, {"name": "测试甲", "idNumber": ""}, Verdict.UNSUPPORTED, id="number not read"),
        pytest.param(STATED, {"name": "测试甲", "idNumber": 7}, Verdict.UNSUPPORTED, id="number no text"),
        pytest.param(STATED, {"passportNo": "E00000000"}, Verdict.UNSUPPORTED, id="a passport"),
        pytest.param(STATED, {}, Verdict.UNSUPPORTED, id="nothing read"),
        pytest.param({}, {"name": "测试乙"}, Verdict.MATCH, id="nothing stated"),
        pytest.param({"name": "测试甲"}, {"name": "测试甲"}, Verdict.MATCH, id="name alone"),
    ],
)
def test_a_document_passes_only_for_whom_it_belongs_to(
    stated: dict[str, Any], shown: dict[str, object], verdict: Verdict
) -> None:
    reply = passed(document=DOCUMENT | {"ocrIdInfo": shown})
    claim = Claim(**stated, extra={"transaction": TRANSACTION})
    ocr = Claim(**stated, photo=b"p", extra={"doc_type": "00000001"})

    assert check(reply, claim=claim).verdict is check(reply, "DocOcr", ocr).verdict is verdict
    assert check(reply, claim=claim).billed


def test_without_a_document_a_claim_about_it_is_not_confirmed() -> None:
    claim = Claim(name="测试甲", extra={"transaction": TRANSACTION})

    assert check(passed(ExtIdInfo=None), claim=claim).verdict is Verdict.UNSUPPORTED
    assert check(passed(ExtIdInfo=""), claim=claim).verdict is Verdict.UNSUPPORTED
    assert check(passed("212", ExtIdInfo=None), claim=claim).verdict is Verdict.MISMATCH


def test_what_was_found_is_evidence() -> None:
    risky = DOCUMENT | {"ocrIdPassed": "N", "spoofInfo": {"spoofResult": "Y", "spoofType": ["SCREEN_REMARK"]}}
    found = check(passed("212", risky))

    assert found.verdict is Verdict.MISMATCH
    assert found.evidence == {
        "operation": "CheckResult",
        "member": "Result.SubCode",
        "value": "212",
        "ExtIdInfo.ocrIdPassed": "N",
        "ExtIdInfo.spoofInfo.spoofResult": "Y",
        "transaction": TRANSACTION,
    }


def test_a_score_is_evidence() -> None:
    claim = Claim(photo=b"p", extra=EXTRA["FaceCompare"])

    assert check(direct("FaceCompare", "N"), "FaceCompare", claim).evidence["FaceComparisonScore"] == "71.5"


@pytest.mark.parametrize("code", ["Success", "success", "200"])
def test_every_spelling_of_success_is_understood(code: str) -> None:
    assert check(ok({"BizCode": "1"}, code=code), "Id2MetaVerifyIntl", CLAIM).passed


@pytest.mark.parametrize(
    ("operation", "claim", "fault"),
    [
        pytest.param("IdCardVerification", CLAIM, Fault.UNKNOWN_OPERATION, id="an operation it does not know"),
        pytest.param("checkResult", ASKED, Fault.UNKNOWN_OPERATION, id="another case"),
        pytest.param("Id2MetaVerifyIntl", Claim(name="a"), Fault.INCOMPLETE_CLAIM, id="no id"),
        pytest.param("BankMetaVerifyIntl", Claim(name="a", bank_card="b"), Fault.INCOMPLETE_CLAIM, id="four of two"),
        pytest.param("CheckResult", Claim(), Fault.INCOMPLETE_CLAIM, id="no MetaInfo"),
        pytest.param("DocOcr", Claim(photo=b"p"), Fault.INCOMPLETE_CLAIM, id="no kind of document"),
        pytest.param(
            "Id2MetaVerifyIntl",
            Claim(name="a", resident_id="b", extra={"doc_type": "00000001"}),
            Fault.UNKNOWN_EXTRA,
            id="an extra of another",
        ),
    ],
)
def test_misuse_is_told_before_anything_is_sent(operation: str, claim: Claim, fault: Fault) -> None:
    adapter, provider = answering(BEGUN)
    with pytest.raises(AdapterError) as caught:
        adapter.check(operation, claim)

    assert (caught.value.fault, caught.value.retry) == (fault, Retry.FIX_REQUEST)
    assert not caught.value.charge_possible
    assert provider.seen == []


@pytest.mark.parametrize(
    ("code", "verdict", "retry"),
    [
        ("Throttling", Verdict.REFUSED, Retry.LATER),
        ("Throttling.User", Verdict.REFUSED, Retry.LATER),
        ("InternalError", Verdict.SOURCE_ERROR, Retry.LATER),
        ("Forbidden.ExceptionDataSource", Verdict.SOURCE_ERROR, Retry.LATER),
        ("Forbidden.RAM", Verdict.REFUSED, Retry.NEVER),
        ("InvalidTimeStamp.Expired", Verdict.REFUSED, Retry.NOW),
        ("InvalidTimeStamp.Format", Verdict.REFUSED, Retry.FIX_REQUEST),
        ("InvalidAccessKeyId.NotFound", Verdict.REFUSED, Retry.FIX_REQUEST),
        ("MissingUserName", Verdict.REFUSED, Retry.FIX_REQUEST),
        ("NoFaceDetected", Verdict.NO_FACE, Retry.FIX_REQUEST),
        ("NeverHeardOf.It", Verdict.REFUSED, Retry.FIX_REQUEST),
    ],
)
@pytest.mark.parametrize("status", [200, 400, 500])
def test_an_error_is_told_by_its_code_free_of_charge(code: str, verdict: Verdict, retry: Retry, status: int) -> None:
    found = check(refusal(code, status), "Id2MetaVerifyIntl", CLAIM)

    assert (found.verdict, found.retry, found.provider_code, found.billed) == (verdict, retry, code, False)
    assert "测试甲" not in repr(found)


RIGHT: dict[str, object] = {"Passed": "Y", "SubCode": "200", **NOTED}


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(passed(200), id="a number for a code"),
        pytest.param(passed(""), id="an empty code"),
        pytest.param(passed("２００"), id="full-width digits"),
        pytest.param(passed(["200"]), id="a list for a code"),
        pytest.param(passed("200", Passed="N"), id="code and Passed disagree"),
        pytest.param(passed("212", Passed="Y"), id="Passed and code disagree"),
        pytest.param(passed("200", Passed="P"), id="passed and pending"),
        pytest.param(passed("200", Passed=None), id="no Passed"),
        pytest.param(passed("200", Passed=True), id="Passed a boolean"),
        pytest.param(passed("200", Passed="T"), id="Passed T"),
        pytest.param(passed(document=DOCUMENT | {"ocrIdPassed": "N"}), id="passed, but could not be read"),
        pytest.param(passed(document=DOCUMENT | {"ocrIdPassed": True}), id="a finding that is no text"),
        pytest.param(passed(document=DOCUMENT | {"ocrIdPassed": "maybe"}), id="a finding that is neither"),
        pytest.param(passed(document=DOCUMENT | {"spoofInfo": {"spoofResult": "Y"}}), id="passed, but a risk"),
        pytest.param(passed(ExtFaceInfo='{"faceAttack":"Y"}'), id="passed, but an attack"),
        pytest.param(passed(ExtFaceInfo='{"facePassed":"N"}'), id="passed, but not the face"),
        pytest.param(passed(ExtIdInfo=DOCUMENT), id="an object instead of its text"),
        pytest.param(passed(ExtIdInfo="{"), id="broken text"),
        pytest.param(passed(ExtIdInfo="[]"), id="a list as text"),
        pytest.param(passed(ExtIdInfo='{"ocrIdPassed":"N","ocrIdPassed":"Y"}'), id="a finding twice"),
        pytest.param(passed(ExtIdInfo=json.dumps(json.dumps(DOCUMENT))), id="a text within a text"),
        pytest.param(passed(ExtIdInfo='{"ocrIdPassed":"\\ud800"}'), id="half a pair as text"),
        pytest.param(ok(None), id="no Result"),
        pytest.param(ok([RIGHT]), id="a list"),
        pytest.param(ok("{}"), id="Result a text"),
        pytest.param(ok(RIGHT, envelope="ResultObject"), id="another envelope"),
        pytest.param(ok(RIGHT, ResultObject={"BizCode": "1"}), id="both envelopes"),
        pytest.param(ok(RIGHT, code=200), id="Code a number"),
        pytest.param(ok(RIGHT, code="OK"), id="another success"),
        pytest.param(ok(RIGHT, code="InternalError"), id="a result and an error"),
        pytest.param(ok(RIGHT, code=""), id="Code empty"),
        pytest.param(ok(RIGHT, RequestId=None), id="no RequestId"),
        pytest.param(ok(RIGHT, RequestId=""), id="RequestId empty"),
        pytest.param(answer({"Code": "Success", "RequestId": REQUEST_ID, "Result": RIGHT}, 400), id="success with 400"),
        pytest.param(answer({"Code": "Success", "RequestId": REQUEST_ID, "Result": RIGHT}, 202), id="success with 202"),
        pytest.param(answer({"code": "Success", "requestId": REQUEST_ID, "Result": RIGHT}), id="lower-case members"),
        pytest.param(refusal("测试甲"), id="error code no code"),
        pytest.param(refusal(None), id="error without a code"),
        pytest.param(answer({"Response": {"Result": "0", "RequestId": "x"}}), id="another provider's answer"),
        pytest.param(Answer(200, {"Content-Type": "text/html"}, passed().body), id="called HTML"),
        pytest.param(Answer(502, {"Content-Type": "text/html"}, b"<html>"), id="HTML"),
        pytest.param(Answer(500, {"Content-Type": "application/json"}, b"{}"), id="an empty object"),
        pytest.param(Answer(302, {"Location": "/"}, b""), id="sent elsewhere"),
        pytest.param(Answer(200, {"Content-Type": "application/json"}, passed().body[:-1]), id="the last brace lost"),
        pytest.param(ConnectionResetError(), id="reset"),
    ],
)
def test_an_answer_that_is_odd_in_any_way_is_an_error_and_possibly_charged(reply: Answer | OSError) -> None:
    with pytest.raises(AdapterError) as caught:
        check(reply)

    assert caught.value.charge_possible
    assert caught.value.retry is Retry.LATER
    assert not any(value in str(caught.value) for value in PERSONAL)


def test_the_same_answer_without_its_oddity_passes() -> None:
    assert check(passed()).passed
    assert check(ok(RIGHT)).passed
    assert check(passed(ExtFaceInfo='{"faceAttack":"N","facePassed":"Y"}')).passed


@pytest.mark.parametrize("code", ["999", "208", "210", "A1", "101", "Y"])
def test_an_undocumented_code_is_an_error_that_retrying_does_not_mend(code: str) -> None:
    with pytest.raises(AdapterError) as caught:
        check(passed(code))

    assert (caught.value.fault, caught.value.retry) == (Fault.UNKNOWN_CODE, Retry.NEVER)
    assert caught.value.charge_possible
    assert (caught.value.provider_code, caught.value.request_id) == (code, REQUEST_ID)


def test_a_code_of_a_sibling_operation_is_not_borrowed() -> None:
    claim = Claim(photo=b"p", extra={"doc_type": "00000001"})

    assert check(passed("204")).verdict is Verdict.FACE_DIFFERENT
    with pytest.raises(AdapterError):
        check(passed("204"), "DocOcr", claim)


@pytest.mark.parametrize("passed_", ["Y", "N"])
def test_passed_alone_is_no_result(passed_: str) -> None:
    with pytest.raises(AdapterError) as caught:
        check(ok({"Passed": passed_}))

    assert caught.value.fault is Fault.UNKNOWN_CODE


@pytest.mark.parametrize(
    ("operation", "result"),
    [
        pytest.param("Mobile3MetaVerifyIntl", {"BizCode": "1", "SubCode": "201"}, id="another first digit"),
        pytest.param("Mobile3MetaVerifyIntl", {"BizCode": "1"}, id="no SubCode"),
        pytest.param("Mobile3MetaVerifyIntl", {"SubCode": "101"}, id="no BizCode"),
        pytest.param("Id2MetaVerifyIntl", {"BizCode": 1}, id="a number"),
        pytest.param("FaceCompare", {"Passed": "Y"}, id="no score"),
        pytest.param("FaceCompare", {"Passed": "Y", "FaceComparisonScore": "99"}, id="a score as text"),
        pytest.param("FaceCompare", {"Passed": "Y", "FaceComparisonScore": True}, id="a score that is true"),
        pytest.param("FaceCompare", {"Passed": "Y", "FaceComparisonScore": 100.5}, id="a score above all"),
        pytest.param(
            "FaceLiveness", {"Passed": "Y", "SubCode": "200", "ExtFaceInfo": '{"FaceAttack":"N"}'}, id="text for object"
        ),
        pytest.param(
            "FaceLiveness", {"Passed": "Y", "SubCode": "200", "ExtFaceInfo": {"FaceAttack": "Y"}}, id="an attack"
        ),
    ],
)
def test_members_that_disagree_are_an_error(operation: str, result: object) -> None:
    claim = Claim(**STATED, mobile="16012345678", photo=b"p", extra=EXTRA.get(operation, {}))
    with pytest.raises(AdapterError) as caught:
        check(ok(result), operation, claim)

    assert caught.value.fault is Fault.CONTRACT


def test_a_face_that_is_no_attack_passes() -> None:
    assert check(ok({"Passed": "Y", "SubCode": "200", **FACES}), "FaceLiveness", Claim(photo=b"p")).passed


def test_an_unreachable_provider_charges_nothing() -> None:
    with pytest.raises(AdapterError) as caught:
        check(NotSent("down"))

    assert not caught.value.charge_possible


def test_further_members_do_not_matter() -> None:
    assert check(ok({"BizCode": "1", "IspName": "CMCC", "New": [1]}, Later={}), "Id2MetaVerifyIntl", CLAIM).passed


def test_neither_result_nor_adapter_shows_what_was_claimed() -> None:
    adapter, _ = answering(direct("BankMetaVerifyIntl", "101"))
    checker: Adapter = adapter
    shown = repr(checker.check("BankMetaVerifyIntl", CLAIM)) + repr(adapter)

    assert not any(hidden in shown for hidden in (*PERSONAL, SECRET))
    assert "BankMetaVerifyIntl" in shown


# Callbacks.

ADDRESS = "https://customer.example/done"


def called_back(*answers: Answer) -> tuple[AlibabaAdapter, Provider, str]:
    """Return an adapter that has begun a verification to be called back about, and the token it gave away."""
    adapter, provider = answering(BEGUN, *answers, waiting=Waiting(patience=0))
    adapter.check("CheckResult", Claim(name="测试甲", extra={**META, "callback_url": ADDRESS}))
    return adapter, provider, provider.parameters(0)["CallbackToken"]


def callback(transaction: str, token: str, said: str = "N") -> Received:
    target = f"/done?callbackToken={token}&transactionId={transaction}&passed={said}&subCode=200"
    return Received(method="GET", target=target, headers={}, body=b"")


def test_a_callback_leads_to_a_question_and_is_never_read() -> None:
    adapter, provider, token = called_back(WAIT, passed())

    assert provider.parameters(0)["CallbackUrl"] == ADDRESS
    assert adapter.callback(callback(TRANSACTION, token)).verdict is Verdict.MATCH
    assert provider.parameters()["TransactionId"] == TRANSACTION
    assert provider.parameters()["MerchantBizId"] == provider.parameters(0)["MerchantBizId"]


def test_what_a_callback_says_of_somebody_else_s_document_does_not_pass() -> None:
    adapter, _, token = called_back(WAIT, passed(document={**DOCUMENT, "ocrIdInfo": {"name": "测试丁"}}))

    assert adapter.callback(callback(TRANSACTION, token, "Y")).verdict is Verdict.MISMATCH


@pytest.mark.parametrize(
    ("transaction", "token"),
    [
        pytest.param(TRANSACTION, "", id="no token"),
        pytest.param(TRANSACTION, "测", id="a token of another kind"),
        pytest.param("other", None, id="another transaction"),
    ],
)
def test_a_callback_of_nobody_s_is_refused_without_a_call(transaction: str, token: str | None) -> None:
    adapter, provider, mine = called_back(WAIT, passed())
    calls = len(provider.seen)
    with pytest.raises(AdapterError) as caught:
        adapter.callback(callback(transaction, mine if token is None else token, "Y"))

    assert caught.value.fault is Fault.UNKNOWN_CALLBACK
    assert len(provider.seen) == calls
