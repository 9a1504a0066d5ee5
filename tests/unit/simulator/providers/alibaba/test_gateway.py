"""Every check of the gateway, and that the first that fails answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from simulator.wire import WireRequest

if TYPE_CHECKING:
    from tests.unit.simulator.providers.alibaba.conftest import Client

Spoil = Callable[["Client"], WireRequest]
ASK = {"MerchantBizId": "m", "TransactionId": "hk1"}
SCARCE = {"ProductType": "BANK_CARD_5_META", "BankCard": "6217000000000000103", "UserName": "林静怡"}
BANK = {"ProductCode": "BANK_CARD_N_META", "ParamType": "normal", "VerifyMode": "VERIFY_BANK_CARD"}


def header(request: WireRequest, name: str, value: str | None) -> WireRequest:
    """Change a header after the request was signed; ``None`` takes it away."""
    headers = [(known, kept) for known, kept in request.headers if known != name]
    return replace(request, headers=(*headers, *([] if value is None else [(name, value)])))


def authorization(client: Client, change: Callable[[str], str]) -> WireRequest:
    request = client.v3(ASK)
    return header(request, "authorization", change(request.header("authorization")))


def temporary(client: Client, token: str | None) -> WireRequest:
    return client.v3(ASK, keys=client.keys["temporary"], token=token)


V3_FAULTS: dict[str, tuple[Spoil, int, str]] = {
    "PUT": (lambda c: replace(c.v3(ASK), method="PUT"), 400, "UnsupportedHTTPMethod"),
    "no action": (lambda c: header(c.v3(ASK), "x-acs-action", None), 400, "MissingAction"),
    "no version": (lambda c: header(c.v3(ASK), "x-acs-version", None), 400, "MissingVersion"),
    "the domestic version": (lambda c: c.v3(ASK, x_acs_version="2019-03-07"), 400, "InvalidVersion"),
    "an unknown action": (lambda c: c.v3(ASK, "NoSuchAction"), 404, "InvalidAction.NotFound"),
    "an action in another case": (lambda c: c.v3(ASK, "checkResult"), 404, "InvalidAction.NotFound"),
    "an action of the domestic product": (lambda c: c.v3({}, "MobileDetect"), 404, "InvalidAction.NotFound"),
    "GET where only POST is": (lambda c: c.v3(ASK, method="GET"), 404, "InvalidAction.NotFound"),
    "no credential": (
        lambda c: authorization(c, lambda _: "ACS3-HMAC-SHA256 SignedHeaders=host,Signature=0"),
        400,
        "MissingAccessKeyId",
    ),
    "another algorithm": (
        lambda c: authorization(c, lambda text: text.replace("SHA256", "SM3")),
        400,
        "InvalidSignatureMethod",
    ),
    "no signature": (
        lambda c: authorization(c, lambda text: text.partition(",Signature")[0]),
        400,
        "IncompleteSignature",
    ),
    "a header that is not signed": (
        lambda c: header(c.v3(ASK), "x-acs-new", "1"),
        400,
        "IncompleteSignature",
    ),
    "no date": (lambda c: c.v3(ASK, x_acs_date=""), 400, "MissingTimestamp"),
    "no nonce": (lambda c: c.v3(ASK, x_acs_signature_nonce=""), 400, "MissingSignatureNonce"),
    "a date with a blank": (lambda c: c.v3(ASK, x_acs_date="2026-01-05 00:00:00"), 400, "InvalidTimeStamp.Format"),
    "an unknown key": (
        lambda c: authorization(c, lambda text: text.replace("LTAIKYCSIM", "LTAINOBODY")),
        404,
        "InvalidAccessKeyId.NotFound",
    ),
    "a temporary key without its token": (lambda c: temporary(c, None), 400, "MissingSecurityToken"),
    "another's token": (
        lambda c: temporary(c, "CAIS" + "A" * 40),
        400,
        "InvalidSecurityToken.MismatchWithAccessKey",
    ),
    "a token that is none": (lambda c: temporary(c, "x"), 400, "InvalidSecurityToken.Malformed"),
    "16 minutes late": (lambda c: c.v3(ASK, seconds=c.now - 960), 400, "InvalidTimeStamp.Expired"),
    "16 minutes early": (lambda c: c.v3(ASK, seconds=c.now + 960), 400, "InvalidTimeStamp.Expired"),
    "another secret": (
        lambda c: c.v3(ASK, keys={**c.keys, "access_key_secret": "x"}),
        400,
        "SignatureDoesNotMatch",
    ),
    "a body changed after it was signed": (
        lambda c: replace(c.v3(ASK, form={"a": "b"}), body=b"a=c"),
        400,
        "SignatureDoesNotMatch",
    ),
}

V1_FAULTS: dict[str, tuple[Spoil, int, str]] = {
    "no action": (lambda c: c.v1(ASK, without="Action"), 400, "MissingAction"),
    "no version": (lambda c: c.v1(ASK, without="Version"), 400, "MissingVersion"),
    "another version": (lambda c: c.v1(ASK, Version="2019-03-07"), 400, "InvalidVersion"),
    "another format": (lambda c: c.v1(ASK, Format="YAML"), 400, "InvalidParameter.Format"),
    "no key": (lambda c: c.v1(ASK, without="AccessKeyId"), 400, "MissingAccessKeyId"),
    "an unknown key": (lambda c: c.v1(ASK, AccessKeyId="LTAINOBODY"), 404, "InvalidAccessKeyId.NotFound"),
    "no signature": (lambda c: c.v1(ASK, without="Signature"), 400, "IncompleteSignature"),
    "no method": (lambda c: c.v1(ASK, without="SignatureMethod"), 400, "MissingSignatureMethod"),
    "another method": (lambda c: c.v1(ASK, SignatureMethod="HMAC-SHA256"), 400, "InvalidSignatureMethod"),
    "no signature version": (lambda c: c.v1(ASK, without="SignatureVersion"), 400, "MissingSignatureVersion"),
    "another signature version": (lambda c: c.v1(ASK, SignatureVersion="2.0"), 400, "IncompleteSignature"),
    "no time": (lambda c: c.v1(ASK, without="Timestamp"), 400, "MissingTimestamp"),
    "no nonce": (lambda c: c.v1(ASK, without="SignatureNonce"), 400, "MissingSignatureNonce"),
    "Unix time": (lambda c: c.v1(ASK, Timestamp="1767571200"), 400, "InvalidTimeStamp.Format"),
    "yesterday": (lambda c: c.v1(ASK, Timestamp="2026-01-04T00:00:00Z"), 400, "InvalidTimeStamp.Expired"),
    "another secret": (lambda c: c.v1(ASK, keys={**c.keys, "access_key_secret": "x"}), 400, "SignatureDoesNotMatch"),
    "another method than signed": (
        lambda c: replace(c.v1(BANK, "BankMetaVerifyIntl"), method="GET"),
        400,
        "SignatureDoesNotMatch",
    ),
}


@pytest.mark.parametrize("name", V3_FAULTS)
def test_every_fault_of_a_v3_request_has_its_code(client: Client, name: str) -> None:
    spoil, status, code = V3_FAULTS[name]
    answer = client.send(spoil(client))
    document = orjson.loads(answer.body)

    assert (answer.status, document["Code"]) == (status, code)
    assert list(document) == ["RequestId", "Message", "Recommend", "HostId", "Code"]
    assert (document["HostId"], document["Recommend"]) == (
        "127.0.0.1",
        f"https://api.aliyun.com/troubleshoot?q={code}",
    )


@pytest.mark.parametrize("name", V1_FAULTS)
@pytest.mark.parametrize("in_form", [False, True], ids=["query", "form"])
def test_every_fault_of_a_v1_request_has_its_code(client: Client, name: str, in_form: bool) -> None:
    spoil, status, code = V1_FAULTS[name]
    request = spoil(client)
    if in_form:
        form = ("content-type", "application/x-www-form-urlencoded")
        request = replace(request, query=b"", body=request.query, headers=(*request.headers, form))
    answer = client.send(request)

    body = answer.body.decode()
    assert answer.status == status
    assert f"<Code>{code}</Code>" in body if code == "InvalidParameter.Format" else orjson.loads(body)["Code"] == code


def test_a_request_without_any_signature_still_names_its_action(client: Client) -> None:
    headers = (("host", client.host), ("x-acs-action", "CheckResult"), ("x-acs-version", "2022-08-09"))
    answer = client.send(WireRequest(method="POST", path="/", query=b"", headers=headers, body=b""))

    assert b"<Code>MissingAccessKeyId</Code>" in answer.body


def test_calls_of_nobody_stand_in_the_lobby(client: Client) -> None:
    client.send(V3_FAULTS["an unknown key"][0](client))

    assert client.tenant.journal.entries() == []
    assert client.last["answer"]["code"] == "InvalidAccessKeyId.NotFound"


@pytest.mark.parametrize("minutes", [-14, 14])
def test_fourteen_minutes_off_are_fine(client: Client, minutes: int) -> None:
    assert client.refusal(client.v3(ASK, seconds=client.now + minutes * 60)) == (400, "TransactionIdInvalid")


@pytest.mark.parametrize("way", ["v3", "v1"])
def test_a_temporary_key_with_its_token_is_as_good_as_any(client: Client, way: str) -> None:
    keys = client.keys["temporary"]
    request = (
        temporary(client, keys["security_token"])
        if way == "v3"
        else client.v1(ASK, keys=keys, SecurityToken=keys["security_token"])
    )

    assert client.refusal(request) == (400, "TransactionIdInvalid")
    assert client.step("security_token") == {"temporary_key": True, "sent": True}


def test_the_same_request_twice_is_a_replay_and_a_wrong_one_does_not_count(client: Client) -> None:
    good = client.v3(ASK, nonce="n")
    wrong = client.v3(ASK, nonce="n", keys={**client.keys, "access_key_secret": "x"})
    codes = [client.refusal(request)[1] for request in (wrong, good, good)]
    client.tenant.clock.advance(901)

    assert codes == ["SignatureDoesNotMatch", "TransactionIdInvalid", "SignatureNonceUsed"]
    assert client.refusal(client.v3(ASK, nonce="n"))[1] == "TransactionIdInvalid"


def test_a_mismatch_shows_the_server_s_own_canonical_request(client: Client) -> None:
    request = client.v3(ASK, keys={**client.keys, "access_key_secret": "x"})
    message = client.body(request)["Message"]

    start, _, canonical = message.partition(" server CanonicalRequest is [")
    assert start.startswith(
        "Specified signature does not match our calculation. server StringToSign is [ACS3-HMAC-SHA256\n"
    )
    assert canonical.startswith("POST\n/\nMerchantBizId=m&TransactionId=hk1\nhost:127.0.0.1:8080\n")
    assert client.step("signature")["cause"] == "wrong_secret"


def test_a_mismatch_of_v1_shows_the_server_s_own_string(client: Client) -> None:
    request = client.v1(ASK, keys={**client.keys, "access_key_secret": "x"})
    message = client.body(request)["Message"]

    assert message.startswith(
        "Specified signature is not matched with our calculation. server string to sign is:POST&%2F&AccessKeyId%3D"
    )


def test_a_mismatch_is_explained_by_name(client: Client) -> None:
    client.host = "cloudauth-intl.cn-hongkong.aliyuncs.com"
    request = header(client.v3(ASK), "host", "127.0.0.1:8080")
    client.send(request)

    assert client.step("signature")["cause"] == "wrong_host"


def test_a_clock_that_is_off_is_explained_by_name(client: Client) -> None:
    client.send(client.v3(ASK, seconds=client.now + 8 * 3600))
    evidence = client.step("window")

    assert (evidence["ahead"], evidence["window"], evidence["cause"]) == (28_800, 900, "local_time_timestamp")


def test_the_first_fault_answers(client: Client) -> None:
    mended: list[dict[str, Any]] = [
        {"Version": "x", "Format": "x", "SignatureMethod": "x", "Timestamp": "x", "AccessKeyId": "x"},
        {"Format": "x", "SignatureMethod": "x", "Timestamp": "x", "AccessKeyId": "x"},
        {"SignatureMethod": "x", "Timestamp": "x", "AccessKeyId": "x"},
        {"Timestamp": "x", "AccessKeyId": "x"},
        {"AccessKeyId": "x"},
        {},
    ]
    codes = []
    for common in mended:
        answer = client.send(client.v1({}, **common)).body.decode()
        codes.append(answer.partition("<Code>")[2].partition("<")[0] or orjson.loads(answer)["Code"])

    assert codes == [
        "InvalidVersion",
        "InvalidParameter.Format",
        "InvalidSignatureMethod",
        "InvalidTimeStamp.Format",
        "InvalidAccessKeyId.NotFound",
        "MissingParameter",
    ]


@pytest.mark.parametrize(
    ("switch", "value", "spoil", "status", "code"),
    [
        ("unknown_action", "InvalidApi.NotFound", lambda c: c.v3(ASK, "No"), 404, "InvalidApi.NotFound"),
        (
            "method_not_allowed",
            "UnsupportedHTTPMethod",
            lambda c: c.v3(ASK, method="GET"),
            400,
            "UnsupportedHTTPMethod",
        ),
        ("invalid_version_status", 404, V3_FAULTS["the domestic version"][0], 404, "InvalidVersion"),
        ("site", "domestic", lambda c: c.v3({}, "MobileDetect", x_acs_version="2019-03-07"), 400, "MissingParameter"),
        ("require_https", True, lambda c: c.v3(ASK, "CheckVerifyLog"), 404, "InvalidProtocol.NeedSsl"),
        ("require_https", True, lambda c: c.v3(ASK), 400, "TransactionIdInvalid"),
        ("access_key_state", "disabled", lambda c: c.v3(ASK), 400, "InvalidAccessKeyId.Inactive"),
        (
            "sts_without_token",
            "InvalidAccessKeyId.NotFound",
            lambda c: temporary(c, None),
            404,
            "InvalidAccessKeyId.NotFound",
        ),
        ("future_timestamps", "accept", V3_FAULTS["16 minutes early"][0], 400, "TransactionIdInvalid"),
        ("future_timestamps", "accept", V3_FAULTS["16 minutes late"][0], 400, "InvalidTimeStamp.Expired"),
        (
            "content_sha256",
            "ignore",
            V3_FAULTS["a body changed after it was signed"][0],
            400,
            "TransactionIdInvalid",
        ),
        ("ram_policy", "missing", lambda c: c.v3(ASK), 403, "Forbidden.RAMUserAccessDenied"),
        ("account_state", "overdue", lambda c: c.v3(ASK), 403, "Forbidden.AccountAccessDenied"),
        (
            "enumerations",
            "gateway",
            lambda c: c.v3({**BANK, **SCARCE}, "BankMetaVerifyIntl"),
            400,
            "InvalidProductType",
        ),
        ("enumerations", "business", lambda c: c.v3({**BANK, **SCARCE}, "BankMetaVerifyIntl"), 400, "InvalidParameter"),
    ],
)
def test_a_switch_chooses_another_reading(
    client: Client, switch: str, value: object, spoil: Spoil, status: int, code: str
) -> None:
    client.tenant.set_switch(f"alibaba.{switch}", value)

    assert client.refusal(spoil(client)) == (status, code)


def test_what_nobody_s_key_is_answered_is_the_lobby_s_choice(client: Client) -> None:
    client.services.tenants.lobby.set_switch("alibaba.access_key_not_found_status", 403)

    assert client.refusal(V3_FAULTS["an unknown key"][0](client)) == (403, "InvalidAccessKeyId.NotFound")


def test_https_is_told_by_the_proxy_in_front(client: Client) -> None:
    client.tenant.set_switch("alibaba.require_https", True)
    request = client.v3(ASK, "CheckVerifyLog")

    assert client.refusal(header(request, "x-forwarded-proto", "https")) == (400, "TransactionIdInvalid")


def test_a_nonce_is_forgotten_as_soon_as_the_tenant_wants_it(client: Client) -> None:
    client.tenant.set_switch("alibaba.nonce_memory", 0)

    assert [client.refusal(client.v3(ASK, nonce="n"))[1] for _ in range(2)] == ["TransactionIdInvalid"] * 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("aliyun", "The request signature does not conform to Aliyun standards."),
        ("newer", "The request signature does not conform to Alibaba Cloud standards."),
    ],
)
def test_an_incomplete_signature_has_two_wordings(client: Client, text: str, message: str) -> None:
    client.tenant.set_switch("alibaba.incomplete_signature_text", text)

    assert client.body(V3_FAULTS["a header that is not signed"][0](client))["Message"] == message


class TestThrottle:
    def test_the_eleventh_call_in_a_second_is_one_too_many(self, client: Client) -> None:
        transaction = client.start()
        codes = [client.result(transaction)["Code"] for _ in range(11)]
        evidence = client.step("throttle")

        assert codes[-2:] == ["Success", "Throttling.Api"]
        assert codes.count("Throttling.Api") == 1
        assert evidence == {"attempts": 11, "limit": 10}

    def test_a_tenth_of_a_second_later_there_is_one_more(self, client: Client) -> None:
        transaction = client.start()
        for _ in range(10):
            client.result(transaction)
        client.tenant.clock.advance(0.1)

        assert [client.result(transaction)["Code"] for _ in range(2)] == ["Success", "Throttling.Api"]

    def test_a_hard_window_begins_anew_with_the_second(self, client: Client) -> None:
        client.tenant.set_switch("alibaba.throttle_window", "second")
        transaction = client.start()
        for _ in range(10):
            client.result(transaction)
        client.tenant.clock.advance(0.5)
        within = client.result(transaction)["Code"]
        client.tenant.clock.advance(0.5)

        assert (within, client.result(transaction)["Code"]) == ("Throttling.Api", "Success")

    def test_the_limit_is_that_of_the_transaction_s_product(self, client: Client) -> None:
        first, second = client.start(ProductCode="eKYC_PRO"), client.start()
        slow = [client.result(first)["Code"] for _ in range(6)]

        assert slow.count("Throttling.Api") == 1
        assert client.result(second)["Code"] == "ProcessNotCompleted"

    def test_operations_are_counted_apart(self, client: Client) -> None:
        transaction = client.start()
        for _ in range(11):
            client.result(transaction)

        assert client.call("CheckVerifyLog", MerchantBizId="m", TransactionId=transaction)["Code"] == "Success"

    def test_a_tenant_may_set_a_limit_of_its_own_or_none(self, client: Client) -> None:
        client.tenant.set_switch("alibaba.qps", 1)
        limited = [client.refusal(client.v3(ASK))[1] for _ in range(2)]
        client.tenant.set_switch("alibaba.throttling", False)
        free = [client.refusal(client.v3(ASK))[1] for _ in range(30)]

        assert limited == ["TransactionIdInvalid", "Throttling.Api"]
        assert set(free) == {"TransactionIdInvalid"}

    def test_odd_product_codes_share_one_bucket(self, client: Client) -> None:
        codes = [client.refusal(client.v3({"ProductCode": f"P{number}"}, "Initialize"))[1] for number in range(11)]

        assert codes.count("Throttling.Api") == 1

    @pytest.mark.parametrize(
        ("status", "when", "header_value"),
        [
            (403, "with_429", None),
            (429, "with_429", "100"),
            (400, "with_429", None),
            (403, "always", "100"),
            (429, "never", None),
        ],
    )
    def test_the_answer_comes_in_three_statuses_and_may_say_when_to_come_again(
        self, client: Client, status: int, when: str, header_value: str | None
    ) -> None:
        client.tenant.set_switch("alibaba.throttling_status", status)
        client.tenant.set_switch("alibaba.retry_after", when)
        answers = [client.send(client.v3(ASK)) for _ in range(11)]

        assert answers[-1].status == status
        assert dict(answers[-1].headers).get("x-acs-retry-after") == header_value
        assert orjson.loads(answers[-1].body)["Message"] == "Request was denied due to api flow control."


@pytest.mark.parametrize(
    ("left_out", "code"),
    [
        ("ProductCode", "MissingProductCode"),
        ("VerifyMode", "MissingVerifyMode"),
        ("UserName", "MissingUserName"),
    ],
)
def test_the_gateway_misses_some_parameters_before_the_product_does(client: Client, left_out: str, code: str) -> None:
    client.tenant.set_switch("alibaba.account_state", "overdue")
    asked: dict[str, Any] = {**BANK, **SCARCE, left_out: " "}

    assert client.refusal(client.v3(asked, "BankMetaVerifyIntl")) == (400, code)
