"""The Tencent reference adapter: every documented code, and nothing undocumented, has a meaning."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from contracts.loader import load_table
from kyc_core.adapters.base import Adapter, AdapterError, CheckResult, Claim, Fault
from kyc_core.adapters.tencent import ACTIONS, TencentAdapter, error_retry, error_verdict
from kyc_core.adapters.transport import Answer, Request
from kyc_core.signing import tc3
from kyc_core.verdicts import Retry, Verdict
from tests.walking import walk

REQUEST_ID = "a5fdb909-5ee6-43ff-a152-bb1b9744ee8b"
CLAIM = Claim(name="韦小宝", resident_id="11204416541220243X", bank_card="6226090210146748", mobile="16012345678")
NOW = 1767225600.75
THREE = "BankCardVerification"
TWO = "BankCard2EVerification"
FOUR = "BankCard4EVerification"

CROSSWALK = [
    ("0", "0", "0", Verdict.MATCH, True, Retry.NEVER),
    ("-1", "-1", "-1", Verdict.MISMATCH, True, Retry.NEVER),
    ("-2", "-2", "-2", Verdict.INVALID_NAME, False, Retry.FIX_REQUEST),
    (None, "-3", "-3", Verdict.INVALID_ID, False, Retry.FIX_REQUEST),
    ("-3", "-4", "-4", Verdict.INVALID_CARD, False, Retry.FIX_REQUEST),
    (None, None, "-5", Verdict.INVALID_MOBILE, False, Retry.FIX_REQUEST),
    ("-4", "-5", "-6", Verdict.MISMATCH, True, Retry.NEVER),
    ("-5", "-6", "-7", Verdict.CARD_UNUSABLE, True, Retry.NEVER),
    ("-6", "-7", "-8", Verdict.CARD_UNUSABLE, True, Retry.NEVER),
    ("-7", "-8", "-9", Verdict.INVALID_CARD, True, Retry.NEVER),
    ("-8", "-9", "-10", Verdict.INVALID_CARD, True, Retry.NEVER),
    ("-9", "-10", "-11", Verdict.CARD_UNUSABLE, True, Retry.NEVER),
    ("-10", "-11", "-12", Verdict.CARD_UNUSABLE, True, Retry.NEVER),
    ("-11", "-12", "-13", Verdict.CARD_UNUSABLE, True, Retry.NEVER),
    ("-12", "-13", "-14", Verdict.CARD_UNUSABLE, True, Retry.NEVER),
    ("-13", "-14", "-15", Verdict.CARD_UNUSABLE, True, Retry.NEVER),
    ("-14", "-15", "-16", Verdict.CARD_UNUSABLE, True, Retry.NEVER),
    ("-15", "-16", "-17", Verdict.UNSUPPORTED, True, Retry.NEVER),
    ("-16", "-17", "-18", Verdict.SOURCE_ERROR, False, Retry.LATER),
    ("-17", "-18", "-19", Verdict.QUOTA, False, Retry.NEXT_DAY),
    (None, "-19", "-20", Verdict.UNSUPPORTED, False, Retry.NEVER),
    ("-18", "-20", "-21", Verdict.CARD_UNUSABLE, True, Retry.NEVER),
]
"""One row per meaning: its number with two, three and four elements."""
ROWS = [
    pytest.param(action, code, verdict, billed, retry, id=f"{action} {code}")
    for *codes, verdict, billed, retry in CROSSWALK
    for action, code in zip((TWO, THREE, FOUR), codes, strict=True)
    if code is not None
]


class Provider:
    """Answers every call alike and remembers what it was asked."""

    def __init__(self, answer: Answer | OSError) -> None:
        self.answer = answer
        self.seen: list[Request] = []

    def __call__(self, request: Request) -> Answer:
        self.seen.append(request)
        if isinstance(self.answer, OSError):
            raise self.answer
        return self.answer


def answering(answer: Answer | OSError, **options: Any) -> tuple[TencentAdapter, Provider]:
    provider = Provider(answer)
    adapter = TencentAdapter(
        secret_id="AKIDEXAMPLE", secret_key="Gu5tEXAMPLE", clock=lambda: NOW, send=provider, **options
    )
    return adapter, provider


def ok(response: Mapping[str, object]) -> Answer:
    return Answer(200, {"Content-Type": "application/json"}, json.dumps({"Response": response}).encode())


def result(code: object, **changes: object) -> Answer:
    return ok({"Result": code, "Description": "any text", "RequestId": REQUEST_ID} | changes)


def check(answer: Answer | OSError, operation: str = THREE, claim: Claim = CLAIM) -> CheckResult:
    adapter, _ = answering(answer)
    return adapter.check(operation, claim)


@walk(("operation", "code", "verdict", "billed", "retry"), ROWS)
def test_every_documented_code_has_its_meaning(
    operation: str, code: str, verdict: Verdict, billed: bool, retry: Retry
) -> None:
    found = check(result(code), operation)

    assert (found.verdict, found.billed, found.retry) == (verdict, billed, retry)
    assert (found.provider_code, found.request_id) == (code, REQUEST_ID)
    assert found.passed is (code == "0")


@pytest.mark.parametrize(("action", "column", "count"), [(TWO, 0, 19), (THREE, 1, 21), (FOUR, 2, 22)])
def test_the_tables_hold_exactly_the_documented_codes(action: str, column: int, count: int) -> None:
    assert set(ACTIONS[action].results) == {row[column] for row in CROSSWALK if row[column] is not None}
    assert len(ACTIONS[action].results) == count


@pytest.mark.parametrize(
    ("operation", "body"),
    [
        (TWO, {"Name": "韦小宝", "BankCard": "6226090210146748"}),
        (THREE, {"Name": "韦小宝", "IdCard": "11204416541220243X", "BankCard": "6226090210146748"}),
        (
            FOUR,
            {
                "Name": "韦小宝",
                "IdCard": "11204416541220243X",
                "BankCard": "6226090210146748",
                "Phone": "16012345678",
            },
        ),
    ],
)
def test_only_what_the_action_uses_is_sent(operation: str, body: dict[str, str]) -> None:
    adapter, provider = answering(result("0"))
    adapter.check(operation, CLAIM)
    (request,) = provider.seen

    assert json.loads(request.body) == body
    assert (request.method, request.url) == ("POST", "https://faceid.intl.tencentcloudapi.com/")
    assert request.headers["X-TC-Action"] == operation
    assert request.headers["X-TC-Version"] == "2018-03-01"
    assert request.headers["X-TC-Timestamp"] == "1767225600"
    assert request.headers["Content-Type"] == "application/json"


def test_an_extra_goes_out_under_its_wire_name() -> None:
    adapter, provider = answering(result("0"))
    adapter.check(THREE, Claim(name="a", resident_id="b", bank_card="c", extra={"cert_type": 0}))

    assert json.loads(provider.seen[0].body) == {"Name": "a", "IdCard": "b", "BankCard": "c", "CertType": 0}


@pytest.mark.parametrize("endpoint", ["https://faceid.tencentcloudapi.com", "http://127.0.0.1:8080/tencent"])
def test_the_request_is_signed_so_that_the_provider_accepts_it(endpoint: str) -> None:
    adapter, provider = answering(result("0"), endpoint=endpoint, token="T", language="zh-CN")
    adapter.check(THREE, CLAIM)
    (request,) = provider.seen
    headers = {name.lower(): value for name, value in request.headers.items()}
    presented = tc3.parse_authorization(headers["authorization"])

    assert presented is not None
    assert tc3.scope_date_matches(presented, headers["x-tc-timestamp"])
    assert tc3.verify(
        presented,
        secret_key="Gu5tEXAMPLE",
        method="POST",
        path="/",
        query=b"",
        headers=headers,
        body=request.body,
        timestamp=headers["x-tc-timestamp"],
        strict_service=True,
    )
    assert (headers["x-tc-token"], headers["x-tc-language"]) == ("T", "zh-CN")
    assert request.url.startswith(endpoint)
    assert headers["host"] == endpoint.split("/")[2]


def test_a_claim_that_is_not_unicode_is_sent_all_the_same() -> None:
    adapter, provider = answering(result("-2"))

    assert adapter.check(TWO, Claim(name="\ud800", bank_card="1")).verdict is Verdict.INVALID_NAME
    assert provider.seen[0].body == b'{"Name": "\\ud800", "BankCard": "1"}'


@pytest.mark.parametrize(
    ("operation", "claim", "fault"),
    [
        pytest.param("ImageRecognition", CLAIM, Fault.UNKNOWN_OPERATION, id="an operation it does not know"),
        pytest.param("bankCardVerification", CLAIM, Fault.UNKNOWN_OPERATION, id="another case"),
        pytest.param(THREE, Claim(name="a", bank_card="b"), Fault.INCOMPLETE_CLAIM, id="no id"),
        pytest.param(
            TWO, Claim(name="a", bank_card="b", extra={"cert_type": 0}), Fault.UNKNOWN_EXTRA, id="an extra of another"
        ),
    ],
)
def test_misuse_is_told_before_anything_is_sent(operation: str, claim: Claim, fault: Fault) -> None:
    adapter, provider = answering(result("0"))
    with pytest.raises(AdapterError) as caught:
        adapter.check(operation, claim)

    assert (caught.value.fault, caught.value.retry) == (fault, Retry.FIX_REQUEST)
    assert not caught.value.charge_possible
    assert provider.seen == []


@pytest.mark.parametrize(
    ("code", "verdict", "retry"),
    [
        ("RequestLimitExceeded", Verdict.REFUSED, Retry.LATER),
        ("RequestLimitExceeded.UinLimitExceeded", Verdict.REFUSED, Retry.LATER),
        ("InternalError", Verdict.SOURCE_ERROR, Retry.LATER),
        ("InternalError.UnKnown", Verdict.SOURCE_ERROR, Retry.LATER),
        ("FailedOperation.UnKnown", Verdict.SOURCE_ERROR, Retry.LATER),
        ("FailedOperation", Verdict.SOURCE_ERROR, Retry.LATER),
        ("FailedOperation.DecryptSystemError", Verdict.REFUSED, Retry.FIX_REQUEST),
        ("InternalErrors", Verdict.REFUSED, Retry.FIX_REQUEST),
        ("AuthFailure.SignatureFailure", Verdict.REFUSED, Retry.FIX_REQUEST),
        ("UnauthorizedOperation.Arrears", Verdict.REFUSED, Retry.NEVER),
        ("NeverHeardOf.It", Verdict.REFUSED, Retry.FIX_REQUEST),
    ],
)
def test_an_api_error_is_free_of_charge_and_confirms_nobody(code: str, verdict: Verdict, retry: Retry) -> None:
    found = check(ok({"Error": {"Code": code, "Message": "Name 韦小宝"}, "RequestId": REQUEST_ID}))

    assert (found.verdict, found.billed, found.retry, found.provider_code) == (verdict, False, retry, code)
    assert "韦小宝" not in repr(found)
    assert (error_verdict(code), error_retry(code)) == (verdict, retry)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(result(0), id="integer 0"),
        pytest.param(result(False), id="false"),
        pytest.param(result(None), id="null"),
        pytest.param(result(["0"]), id="a list"),
        pytest.param(ok({"RequestId": REQUEST_ID}), id="no Result"),
        pytest.param(ok({"result": "0", "RequestId": REQUEST_ID}), id="Result renamed"),
        pytest.param(ok({"Result": "0"}), id="no RequestId"),
        pytest.param(result("0", RequestId=None), id="RequestId null"),
        pytest.param(result("0", RequestId=""), id="RequestId empty"),
        pytest.param(result("0", RequestId=7), id="RequestId a number"),
        pytest.param(result("0", Error={"Code": "InternalError", "Message": ""}), id="success and error"),
        pytest.param(result("0", Error=None), id="success and null error"),
        pytest.param(ok({"Error": None, "RequestId": REQUEST_ID}), id="null error"),
        pytest.param(ok({"Error": {"Message": "x"}, "RequestId": REQUEST_ID}), id="error without a code"),
        pytest.param(ok({"Error": {"Code": 0}, "RequestId": REQUEST_ID}), id="error code a number"),
        pytest.param(ok({"Error": {"Code": "韦小宝"}, "RequestId": REQUEST_ID}), id="error code no code"),
        pytest.param(ok([("Result", "0")]), id="Response a list"),  # type: ignore[arg-type]  # wrong on purpose
        pytest.param(Answer(200, {"Content-Type": "application/json"}, b'{"Response":null}'), id="Response null"),
        pytest.param(
            Answer(200, {"Content-Type": "application/json"}, b'{"Result":"0","RequestId":"x"}'), id="no envelope"
        ),
        pytest.param(
            Answer(
                200,
                {"Content-Type": "application/json"},
                b'{"RequestId":"x","Code":"200","Message":"success","ResultObject":{"BizCode":"1"}}',
            ),
            id="another provider's answer",
        ),
        pytest.param(
            Answer(
                200,
                {"Content-Type": "application/json"},
                b'{"Response":{"Result":"-1","Result":"0","RequestId":"x"}}',
            ),
            id="Result twice",
        ),
        pytest.param(
            Answer(200, {"Content-Type": "application/json"}, result("0").body[:-1]), id="the last brace lost"
        ),
        pytest.param(Answer(200, {"Content-Type": "text/html"}, b"<html>0</html>"), id="HTML"),
        pytest.param(Answer(200, {"Content-Type": "text/html"}, result("0").body), id="called HTML"),
        pytest.param(Answer(502, {"Content-Type": "application/json"}, result("0").body), id="502 with a match"),
        pytest.param(ConnectionResetError(), id="reset"),
    ],
)
def test_an_answer_that_is_odd_in_any_way_is_an_error_and_possibly_charged(answer: Answer | OSError) -> None:
    with pytest.raises(AdapterError) as caught:
        check(answer)

    assert caught.value.charge_possible
    assert caught.value.retry is Retry.LATER
    assert "韦小宝" not in str(caught.value)


@pytest.mark.parametrize("code", ["-21", "1", "00", "-0", " 0", "0 ", "0\n", "０", "", "Success", "韦小宝"])
def test_an_undocumented_code_is_an_error_that_retrying_does_not_mend(code: str) -> None:
    with pytest.raises(AdapterError) as caught:
        check(result(code))

    assert (caught.value.fault, caught.value.retry) == (Fault.UNKNOWN_CODE, Retry.NEVER)
    assert caught.value.charge_possible
    assert caught.value.request_id == REQUEST_ID
    assert caught.value.provider_code == (code if code in ("-21", "1", "00", "-0", "Success") else None)


FACE = "ImageRecognitionV2"
FACE_CODES = {row.verdict: row.code for row in load_table("tencent").results(FACE)}
FACE_CLAIM = Claim(name="韦小宝", resident_id="11204416541220243X", photo=b"any picture")


@pytest.mark.parametrize("score", [None, True, "99", -0.5, 100.5])
def test_a_similarity_that_is_no_number_from_0_to_100_is_an_error(score: object) -> None:
    with pytest.raises(AdapterError, match="not a number from 0 to 100") as caught:
        check(result(FACE_CODES[Verdict.MATCH], Sim=score), FACE, FACE_CLAIM)

    assert (caught.value.fault, caught.value.request_id) == (Fault.CONTRACT, REQUEST_ID)


@pytest.mark.parametrize(("verdict", "agrees", "contradicts"), [
    (Verdict.MATCH, ACTIONS[FACE].same_from, ACTIONS[FACE].same_from - 0.1),
    (Verdict.FACE_DIFFERENT, ACTIONS[FACE].same_from - 0.1, ACTIONS[FACE].same_from),
])  # fmt: skip
def test_a_similarity_agrees_with_the_code_beside_it(verdict: Verdict, agrees: float, contradicts: float) -> None:
    assert check(result(FACE_CODES[verdict], Sim=agrees), FACE, FACE_CLAIM).verdict is verdict
    with pytest.raises(AdapterError, match="contradicts the code"):
        check(result(FACE_CODES[verdict], Sim=contradicts), FACE, FACE_CLAIM)


def test_a_code_of_a_sibling_action_is_not_borrowed() -> None:
    assert check(result("-21"), FOUR).verdict is Verdict.CARD_UNUSABLE
    with pytest.raises(AdapterError):
        check(result("-21"), THREE)


def test_further_members_and_their_order_do_not_matter() -> None:
    body = f'{{"Later":{{}},"Response":{{"RequestId":"{REQUEST_ID}","New":[1],"Result":"0"}}}}'

    assert check(Answer(200, {"content-type": "application/json; charset=utf-8"}, body.encode())).passed


def test_neither_result_nor_adapter_shows_what_was_claimed() -> None:
    adapter, _ = answering(result("0"))
    checker: Adapter = adapter
    shown = repr(checker.check(THREE, CLAIM)) + repr(adapter)

    assert not any(hidden in shown for hidden in ("韦小宝", "11204416541220243X", "6226090210146748", "Gu5tEXAMPLE"))
    assert "BankCardVerification" in shown
