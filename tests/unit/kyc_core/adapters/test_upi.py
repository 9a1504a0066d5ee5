"""The UPI reference adapter: nothing unsigned, undocumented or below the threshold passes."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from kyc_core.adapters.base import Adapter, AdapterError, CheckResult, Claim, Fault
from kyc_core.adapters.transport import Answer, Request
from kyc_core.adapters.upi import OPERATIONS, RESULTS, UpiAdapter, meaning_of
from kyc_core.adapters.upi_parties import Consent, Keys, Merchant
from kyc_core.signing import upi_jwe, upi_jws
from kyc_core.signing.rsa_keys import load_private_key
from kyc_core.signing.upi_jws_faults import ResponseFault, ResponseSigner
from kyc_core.signing.upi_jws_header import Protected
from kyc_core.verdicts import Decision, Retry, Verdict
from tests.walking import walk

DATA: dict[str, Any] = json.loads(
    (Path(__file__).parents[3] / "data" / "upi" / "vectors.json").read_text(encoding="utf-8")
)
INSTITUTION, UPI_SIGNING, UPI_ENCRYPTION = (load_private_key(key["private"]) for key in DATA["keys"].values())
NOW = 1735689600.75
OPERATION = "ID_CARD_PHOTO_VERIFICATION"
PATH = "/uis/idverify/v1/idcardphotoverification"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)
CLAIM = Claim(name="张三", resident_id="11010119000101009X", photo=PNG)
CONSENT = Consent(
    usage_scenario="ACCOUNT OPENING",
    use_purpose="KYC IDENTITY CHECK",
    agreement_version="E-CONSENT V1.0.0",
    agreement_serial="20250101",
)
KEYS = Keys(
    app_id="39990061",
    signing_kid="20250101000001",
    signing_key=INSTITUTION,
    encryption_kid="20250101000003",
    encryption_key=UPI_ENCRYPTION.public_key(),
    response_kid="20250101000002",
    response_key=UPI_SIGNING.public_key(),
)
JSON = {"Content-Type": "application/json;charset=UTF-8"}

CODES = [
    ("03", Verdict.REFUSED, False, Retry.NEVER),
    ("05", Verdict.MISMATCH, True, Retry.NEVER),
    ("12", Verdict.UNSUPPORTED, False, Retry.FIX_REQUEST),
    ("30", Verdict.REFUSED, False, Retry.FIX_REQUEST),
    ("40", Verdict.REFUSED, False, Retry.NEVER),
    ("57", Verdict.REFUSED, False, Retry.NEVER),
    ("62", Verdict.QUOTA, False, Retry.LATER),
    ("90", Verdict.SOURCE_UPGRADING, False, Retry.LATER),
    ("91", Verdict.SOURCE_ERROR, False, Retry.LATER),
    ("92", Verdict.SOURCE_ERROR, False, Retry.LATER),
    ("94", Verdict.REFUSED, False, Retry.FIX_REQUEST),
    ("96", Verdict.SOURCE_ERROR, False, Retry.LATER),
    ("98", Verdict.SOURCE_ERROR, False, Retry.LATER),
    ("99", Verdict.SOURCE_ERROR, False, Retry.LATER),
    # Of the general list, without a known cause in this operation; 10, 11 and 16 sound like approvals.
    ("04", Verdict.PENDING, False, Retry.LATER),
    ("08", Verdict.SOURCE_ERROR, False, Retry.LATER),
    ("78", Verdict.REFUSED, False, Retry.FIX_REQUEST),
    *[
        (code, Verdict.REFUSED, False, Retry.NEVER)
        for code in (
            "01", "02", "10", "11", "13", "14", "15", "16", "21", "22", "25", "32", "34", "38", "41", "43", "51", "54",
            "55", "61", "70", "71", "72", "73", "74", "75", "76", "77", "85", "88", "89", "93", "95",
        )
    ],
]  # fmt: skip


class Provider:
    """Signs what it is told to answer, and remembers what it was asked."""

    def __init__(self, answer: Callable[[Request], Answer]) -> None:
        self.answer = answer
        self.seen: list[Request] = []

    def __call__(self, request: Request) -> Answer:
        self.seen.append(request)
        return self.answer(request)


def chance() -> Callable[[int], bytes]:
    """Return bytes that are different at every call, and the same in every test."""
    calls = count(1)
    return lambda length: bytes([next(calls)]) * length


def asked(request: Request) -> Protected:
    return upi_jws.verify(request.headers["UPI-JWS"], request.body, public_key=INSTITUTION.public_key())


def signer(request: Request) -> ResponseSigner:
    protected = asked(request)
    return ResponseSigner(
        private_key=UPI_SIGNING,
        kid="20250101000002",
        uuid=protected.uuid,
        timestamp=protected.timestamp + 1,
        app_id=protected.app_id,
    )


def answering(
    body: bytes,
    *,
    status: int = 200,
    headers: Mapping[str, str] = JSON,
    fault: ResponseFault = ResponseFault.NONE,
    sent: bytes | None = None,
    **changes: Any,
) -> Callable[[Request], Answer]:
    def answer(request: Request) -> Answer:
        value = replace(signer(request), **changes).sign(body, fault)
        signature = {} if value is None else {"upi-jws": value}
        return Answer(status, {**headers, **signature}, body if sent is None else sent)

    return answer


def document(code: object = "00", *, confidence: object = None, detail: object = None, **changes: Any) -> bytes:
    response = {"responseCode": code, "responseMsg": "any text"} | ({} if detail is None else {"errorDetail": detail})
    found = {"msgResponse": response} | ({} if confidence is None else {"confidence": confidence})
    return json.dumps(found | changes).encode()


def make(answer: Callable[[Request], Answer], **options: Any) -> tuple[UpiAdapter, Provider]:
    provider = Provider(answer)
    arguments: dict[str, Any] = {
        "keys": KEYS,
        "member_iin": "39990061",
        "member_name": "TEST MEMBER BANK",
        "threshold": 80,
        "clock": lambda: NOW,
        "random_bytes": chance(),
        "endpoint": "https://upi.example",
        "consent": CONSENT,
        "send": provider,
    }
    return UpiAdapter(**(arguments | options)), provider


def check(answer: Callable[[Request], Answer], claim: Claim = CLAIM, **options: Any) -> CheckResult:
    adapter, _ = make(answer, **options)
    return adapter.check(OPERATION, claim)


def failing(answer: Callable[[Request], Answer], **options: Any) -> AdapterError:
    with pytest.raises(AdapterError) as caught:
        check(answer, **options)
    return caught.value


@pytest.mark.parametrize(
    ("confidence", "threshold", "verdict"),
    [
        ("100", 80, Verdict.MATCH),
        ("80", 80, Verdict.MATCH),
        ("79", 80, Verdict.FACE_DIFFERENT),
        ("0", 80, Verdict.FACE_DIFFERENT),
        ("0", 1, Verdict.FACE_DIFFERENT),
        ("1", 1, Verdict.MATCH),
        ("99", 100, Verdict.FACE_DIFFERENT),
    ],
)
def test_the_score_counts_from_the_caller_s_threshold(confidence: str, threshold: int, verdict: Verdict) -> None:
    found = check(answering(document(confidence=confidence)), threshold=threshold)

    assert (found.verdict, found.billed, found.retry) == (verdict, True, Retry.NEVER)
    assert found.passed is (verdict is Verdict.MATCH)
    assert (found.evidence["confidence"], found.evidence["threshold"]) == (int(confidence), threshold)


@pytest.mark.parametrize("threshold", [-1, 0, 101])
def test_a_threshold_that_every_face_reaches_is_none(threshold: int) -> None:
    with pytest.raises(ValueError, match="from 1 to 100"):
        make(answering(document()), threshold=threshold)


@walk(("code", "verdict", "billed", "retry"), CODES)
def test_every_documented_code_has_its_meaning(code: str, verdict: Verdict, billed: bool, retry: Retry) -> None:
    found = check(answering(document(code)))

    assert (found.verdict, found.billed, found.retry) == (verdict, billed, retry)
    assert (found.provider_code, found.passed) == (code, False)
    assert "confidence" not in found.evidence


def test_the_table_holds_exactly_the_documented_codes() -> None:
    assert set(RESULTS) == {"00", *[row[0] for row in CODES]}
    assert [code for code, meaning in RESULTS.items() if meaning.verdict.decision is Decision.PASS] == ["00"]


@pytest.mark.parametrize(
    ("code", "detail", "verdict", "billed"),
    [
        ("05", "name and ID number inconsistent", Verdict.MISMATCH, True),
        ("05", "ID number not found", Verdict.NOT_FOUND, True),
        ("05", "no reference photo", Verdict.NO_PHOTO, True),
        ("05", "something new", Verdict.MISMATCH, True),
        ("30", "photo: face not detected", Verdict.NO_FACE, False),
        ("30", "encData.customerNm length", Verdict.INVALID_NAME, False),
        ("30", "encData.certifID", Verdict.INVALID_ID, False),
        ("30", "encData.photo: not JPEG or PNG", Verdict.POOR_PHOTO, False),
        ("30", "encData", Verdict.REFUSED, False),
        ("30", "orderID", Verdict.REFUSED, False),
        ("92", "ID number not found", Verdict.SOURCE_ERROR, False),
    ],
)
def test_a_known_detail_makes_the_meaning_more_precise(code: str, detail: str, verdict: Verdict, billed: bool) -> None:
    found = check(answering(document(code, detail=detail)))

    assert (found.verdict, found.billed) == (verdict, billed)
    assert detail not in found.evidence.values()


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"MsgResponse":{"responseCode":"E0"}}', document(confidence="99")])
@pytest.mark.parametrize("fault", [ResponseFault.NONE, ResponseFault.MISSING])
def test_status_401_is_e0_whatever_else_it_says(body: bytes, fault: ResponseFault) -> None:
    found = check(answering(body, status=401, headers={}, fault=fault))

    assert (found.verdict, found.billed, found.retry) == (Verdict.REFUSED, False, Retry.FIX_REQUEST)
    assert found.provider_code == "E0"
    assert found.evidence["value"] == 401


@pytest.mark.parametrize("fault", [fault for fault in ResponseFault if fault is not ResponseFault.NONE])
def test_a_badly_signed_answer_is_no_answer(fault: ResponseFault) -> None:
    error = failing(answering(document(confidence="99"), fault=fault))

    assert (error.fault, error.retry, error.charge_possible) == (Fault.SIGNATURE, Retry.LATER, True)
    assert error.request_id == "01" * 16


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(answering(document(confidence="99"), app_id="47010344"), id="another participant's answer"),
        pytest.param(answering(document(confidence="99"), private_key=INSTITUTION), id="signed with our own key"),
        pytest.param(answering(document(confidence="99"), timestamp=int(NOW) + 301), id="from the future"),
        pytest.param(
            answering(document("05"), sent=document("00", confidence="99")), id="the body exchanged for a good one"
        ),
        pytest.param(
            lambda request: Answer(200, {**JSON, "UPI-JWS": request.headers["UPI-JWS"]}, document(confidence="99")),
            id="our own signature sent back",
        ),
    ],
)
def test_an_answer_from_somewhere_else_is_no_answer(answer: Callable[[Request], Answer]) -> None:
    assert failing(answer).fault is Fault.SIGNATURE


def test_the_window_is_the_adapter_s_own_clock() -> None:
    times = iter([NOW, NOW + 400])

    assert failing(answering(document(confidence="99")), clock=lambda: next(times)).fault is Fault.SIGNATURE


def test_unknown_members_are_tolerated() -> None:
    body = document(confidence="99", x_future_field={"a": [1]}, orderID="7")

    assert check(answering(body)).verdict is Verdict.MATCH


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        pytest.param(document(), Fault.CONTRACT, id="00 without confidence"),
        pytest.param(document(confidence=""), Fault.CONTRACT, id="00 with an empty confidence"),
        pytest.param(document(confidence=87), Fault.CONTRACT, id="a number"),
        pytest.param(document(confidence=True), Fault.CONTRACT, id="true"),
        pytest.param(document(confidence="99").replace(b'"99"', b"null"), Fault.CONTRACT, id="null"),
        pytest.param(document(confidence=["99"]), Fault.CONTRACT, id="a list"),
        *[
            pytest.param(document(confidence=text), Fault.CONTRACT, id=f"confidence {text!r}")
            for text in ("101", "-1", "087", "99.9", "99%", " 99", "99\n", "９９", "1e2", "00", "high")
        ],
        pytest.param(document("05", confidence="99"), Fault.CONTRACT, id="05 with confidence"),
        pytest.param(document("96", confidence="0"), Fault.CONTRACT, id="96 with confidence 0"),
        pytest.param(document(0, confidence="99"), Fault.CONTRACT, id="code a number"),
        pytest.param(document(None, confidence="99"), Fault.CONTRACT, id="code null"),
        pytest.param(document("0", confidence="99"), Fault.CONTRACT, id="code too short"),
        pytest.param(document("000", confidence="99"), Fault.CONTRACT, id="code too long"),
        pytest.param(document("00\n", confidence="99"), Fault.CONTRACT, id="code with a newline"),
        pytest.param(document("张三"), Fault.CONTRACT, id="code no code"),
        pytest.param(document(detail=7, confidence="99"), Fault.CONTRACT, id="detail a number"),
        pytest.param(b'{"confidence":"99","msgResponse":{"responseCode":"00"}}', Fault.CONTRACT, id="no text"),
        pytest.param(
            b'{"confidence":"99","MsgResponse":{"responseCode":"00","responseMsg":"x"}}', Fault.CONTRACT, id="capital M"
        ),
        pytest.param(b'{"confidence":"99","responseCode":"00","responseMsg":"x"}', Fault.CONTRACT, id="no envelope"),
        pytest.param(b'{"confidence":"99","msgResponse":["00"]}', Fault.CONTRACT, id="envelope a list"),
        pytest.param(b'"00"', Fault.CONTRACT, id="no object"),
        pytest.param(
            document(confidence="99").replace(b'"00"', b'"05","responseCode":"00"'), Fault.MALFORMED, id="code twice"
        ),
        pytest.param(document(confidence="99")[:-1], Fault.MALFORMED, id="unfinished"),
        pytest.param(b"\xef\xbb\xbf" + document(confidence="99"), Fault.MALFORMED, id="byte order mark"),
    ],
)
def test_an_answer_that_is_odd_in_any_way_is_an_error_and_possibly_charged(body: bytes, fault: Fault) -> None:
    error = failing(answering(body))

    assert (error.fault, error.charge_possible, error.retry) == (fault, True, Retry.LATER)


def test_an_empty_confidence_beside_another_code_is_none() -> None:
    assert check(answering(document("05", confidence=""))).verdict is Verdict.MISMATCH


@pytest.mark.parametrize("code", ["06", "50", "97", "A1", "E0", "ZZ"])
def test_an_undocumented_code_is_an_error(code: str) -> None:
    error = failing(answering(document(code)))

    assert (error.fault, error.retry, error.charge_possible) == (Fault.UNKNOWN_CODE, Retry.NEVER, True)
    assert error.provider_code == code
    assert meaning_of(code, "") is None


@pytest.mark.parametrize("status", [201, 204, 302, 400, 403, 404, 429, 500, 502, 504])
def test_another_status_is_an_error_even_with_a_good_answer(status: int) -> None:
    assert failing(answering(document(confidence="99"), status=status)).fault is Fault.HTTP_STATUS


def test_another_content_type_is_an_error() -> None:
    headers = {"Content-Type": "text/html"}

    assert failing(answering(document(confidence="99"), headers=headers)).fault is Fault.CONTENT_TYPE


@pytest.mark.parametrize(("error", "charged"), [(ConnectionResetError(), True), (ConnectionRefusedError(), False)])
def test_a_lost_answer_may_have_been_charged(error: OSError, charged: bool) -> None:
    def lose(_request: Request) -> Answer:
        raise error

    found = failing(lose)

    assert (found.fault, found.charge_possible) == (Fault.TRANSPORT, charged)


def test_the_request_is_what_upi_accepts() -> None:
    adapter, provider = make(answering(document(confidence="99")))
    found = adapter.check(OPERATION, CLAIM)
    (request,) = provider.seen
    body = json.loads(request.body)
    protected = asked(request)

    assert (request.method, request.url) == ("POST", f"https://upi.example{PATH}")
    assert request.headers["Content-Type"] == "application/json;charset=UTF-8"
    assert request.headers["Accept-Encoding"] == "identity"
    assert (protected.kid, protected.app_id, protected.request_path) == ("20250101000001", "39990061", PATH)
    assert (protected.timestamp, protected.uuid) == (1735689600, found.request_id)
    assert list(body) == [
        "memberIIN",
        "memberName",
        "tradeType",
        "encData",
        "orderID",
        "scUsageScenarios",
        "scUsePurpose",
        "protocolVerNm",
        "serialNm",
    ]
    assert body["tradeType"] == "ID0203"
    assert body["serialNm"] == "00000020250101"
    assert body["orderID"] == found.evidence["order_id"]
    assert len(body["orderID"]) == 35
    assert body["orderID"].startswith("3999006120250101080000")


def test_the_person_is_inside_the_encrypted_part_alone() -> None:
    adapter, provider = make(answering(document(confidence="99")))
    adapter.check(OPERATION, CLAIM)
    body = json.loads(provider.seen[0].body)
    plaintext = upi_jwe.decrypt(
        body.pop("encData"), key_for_kid=lambda kid: UPI_ENCRYPTION if kid == "20250101000003" else None
    )

    assert json.loads(plaintext) == {
        "customerNm": "张三",
        "certifID": "11010119000101009X",
        "photo": base64.b64encode(PNG).decode(),
    }
    assert "张三" not in json.dumps(body, ensure_ascii=False)


def test_nothing_is_used_twice() -> None:
    adapter, provider = make(answering(document(confidence="99")))
    adapter.check(OPERATION, CLAIM)
    adapter.check(OPERATION, CLAIM)
    first, second = provider.seen

    assert asked(first).uuid != asked(second).uuid
    assert json.loads(first.body)["orderID"] != json.loads(second.body)["orderID"]
    assert json.loads(first.body)["encData"] != json.loads(second.body)["encData"]


def test_a_merchant_is_named_with_all_three_members() -> None:
    merchant = Merchant(merchant_id="701034453110010", name="TEST MERCHANT", mcc="6012")
    adapter, provider = make(answering(document(confidence="99")), merchant=merchant)
    adapter.check(OPERATION, CLAIM)
    body = json.loads(provider.seen[0].body)

    assert (body["merchantID"], body["merchantName"], body["mcc"]) == ("701034453110010", "TEST MERCHANT", "6012")


def test_a_claim_may_bring_its_own_consent_and_order_id() -> None:
    extra: dict[str, str | int] = {
        "order_id": "3" * 35,
        "usage_scenario": "BIND CARD",
        "use_purpose": "REAL NAME CHECK",
        "agreement_version": "V2",
        "agreement_serial": 12345678901234,
    }
    adapter, provider = make(answering(document(confidence="99")), consent=None)
    adapter.check(OPERATION, replace(CLAIM, extra=extra))
    body = json.loads(provider.seen[0].body)

    assert (body["orderID"], body["scUsageScenarios"], body["serialNm"]) == ("3" * 35, "BIND CARD", "12345678901234")


def test_a_path_prefix_is_called_and_not_signed() -> None:
    adapter, provider = make(answering(document(confidence="99")), endpoint="http://127.0.0.1:8080/upi/", path="/v2/x")
    adapter.check(OPERATION, CLAIM)

    assert provider.seen[0].url == "http://127.0.0.1:8080/upi/v2/x"
    assert asked(provider.seen[0]).request_path == "/v2/x"


@pytest.mark.parametrize(
    ("operation", "claim", "options", "fault"),
    [
        pytest.param("BANKCARD_VERIFICATION", CLAIM, {}, Fault.UNKNOWN_OPERATION, id="another operation"),
        pytest.param(OPERATION, replace(CLAIM, photo=None), {}, Fault.INCOMPLETE_CLAIM, id="no photo"),
        pytest.param(OPERATION, replace(CLAIM, extra={"mcc": "6012"}), {}, Fault.UNKNOWN_EXTRA, id="an unknown extra"),
        pytest.param(OPERATION, CLAIM, {"consent": None}, Fault.INCOMPLETE_CLAIM, id="no consent"),
    ],
)
def test_misuse_is_told_before_anything_is_sent(
    operation: str, claim: Claim, options: dict[str, Any], fault: Fault
) -> None:
    adapter, provider = make(answering(document(confidence="99")), **options)
    with pytest.raises(AdapterError) as caught:
        adapter.check(operation, claim)

    assert (caught.value.fault, caught.value.charge_possible) == (fault, False)
    assert provider.seen == []


def test_no_error_repeats_what_is_personal() -> None:
    body = document("00", confidence="张三", detail="11010119000101009X")

    assert "张三" not in str(failing(answering(body)))
    found = check(answering(document("30", detail="customerNm 张三")))
    assert "张三" not in repr(found)


def test_it_keeps_the_protocol() -> None:
    adapter: Adapter = make(answering(document(confidence="99")))[0]

    assert adapter.check(OPERATION, CLAIM).passed
    assert set(OPERATIONS) == {OPERATION}
