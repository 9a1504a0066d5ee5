"""Alibaba Cloud's own Python SDKs, with their endpoint changed and nothing else, against the command as users start it.

Two generations: the product's own SDK (ACS3 signatures, synchronous and asynchronous) and the older core SDK (RPC
signatures). What each makes of an answer was measured against the SDKs themselves.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from threading import Thread
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlsplit

import pytest
from alibabacloud_cloudauth_intl20220809 import models
from alibabacloud_cloudauth_intl20220809.client import Client as SdkClient
from alibabacloud_tea_openapi.exceptions import (
    AlibabaCloudException,
    ClientException,
    ServerException,
    ThrottlingException,
)
from alibabacloud_tea_openapi.utils import Utils
from alibabacloud_tea_openapi.utils_models import Config
from aliyunsdkcore.acs_exception.exceptions import ClientException as CoreClientException
from aliyunsdkcore.acs_exception.exceptions import ServerException as CoreServerException
from aliyunsdkcore.auth.credentials import StsTokenCredential
from aliyunsdkcore.client import AcsClient
from aliyunsdkcore.request import CommonRequest, RpcRequest
from darabonba.exceptions import UnretryableException

from contracts.loader import Outcome, load_table

if TYPE_CHECKING:
    from tests.e2e.conftest import Launch, Running

TABLE: Final = load_table("alibaba")
MERCHANT: Final = "e0c34a77f5ac40a5aa5e6ed20c353888"
PIXEL: Final = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNoAAAAggCB2kUIOwAAAABJRU5ErkJggg=="
ERRORS: Final = [pytest.param(row, id=row.code) for row in TABLE.rows if row.kind == "error" and row.operation == "*"]
V3, V1 = "v3", "v2"
"""What the SDK calls the two signatures."""


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "127.0.0.1,localhost")


@dataclass
class Account:
    """A tenant of one's own, and clients of both SDKs for it."""

    server: Running
    name: str
    keys: Mapping[str, Any]

    def sdk(self, *, keys: Mapping[str, str] | None = None, signature: str = V3, endpoint: str = "") -> Any:
        keys = keys or self.keys
        config = Config(
            access_key_id=keys["access_key_id"],
            access_key_secret=keys["access_key_secret"],
            security_token=keys.get("security_token"),
            endpoint=endpoint or self.server.authority,
            protocol="http",
            region_id="cn-hongkong",
        )
        if signature == V1:
            config.signature_algorithm = V1
        return SdkClient(config)

    def start(self, **changes: Any) -> Any:
        """Begin a verification; return what the SDK makes of ``Result``."""
        parameters = {
            "product_code": "ID_OCR",
            "merchant_biz_id": MERCHANT,
            "meta_info": '{"deviceType":"web"}',
            "merchant_user_id": "ordinary-01",
            "doc_type": "00000001",
            **changes,
        }
        return self.sdk().initialize(models.InitializeRequest(**parameters)).body.result

    def core(self, action: str, parameters: Mapping[str, str], *, keys: Mapping[str, str] | None = None) -> Any:
        """Call by the older SDK; return the decoded answer."""
        host, port = self.server.address
        keys = keys or self.keys
        pair = (keys["access_key_id"], keys["access_key_secret"])
        if "security_token" in keys:
            credential = StsTokenCredential(*pair, keys["security_token"])
            client = AcsClient(region_id="cn-hongkong", credential=credential, port=port)
        else:
            client = AcsClient(*pair, "cn-hongkong", port=port)
        request = CommonRequest(domain=host, version="2022-08-09", action_name=action)
        request.set_method("POST")
        request.set_protocol_type("http")
        for name, value in parameters.items():
            request.add_query_param(name, value)
        return json.loads(client.do_action_with_exception(request))

    def rule(self, operation: str = "CheckResult", **then: Any) -> None:
        document = {"provider": "alibaba", "operation": operation, "then": then}
        self.server.admin("POST", f"/rules?tenant={self.name}", document)

    def switch(self, **switches: Any) -> None:
        document = {"switches": {f"alibaba.{name}": value for name, value in switches.items()}}
        self.server.admin("PATCH", f"/tenants/{self.name}", document)

    def clock(self, **change: Any) -> None:
        self.server.admin("PATCH", f"/clock?tenant={self.name}", change)

    def transaction(self, identifier: str) -> Any:
        return self.server.admin("GET", f"/transactions/{identifier}?tenant={self.name}")

    def explained(self, request_id: str) -> Any:
        return self.server.admin("GET", f"/explain/{request_id}?tenant={self.name}")


@pytest.fixture
def account_of() -> Callable[[Running], Account]:
    def make(server: Running) -> Account:
        credentials = server.admin("POST", "/tenants", {})
        return Account(server=server, name=credentials["tenant"], keys=credentials["alibaba"])

    return make


@pytest.fixture
def account(live: Running, account_of: Callable[[Running], Account]) -> Account:
    return account_of(live)


def asking(transaction: str, **more: str) -> models.CheckResultRequest:
    return models.CheckResultRequest(merchant_biz_id=MERCHANT, transaction_id=transaction, **more)


Ask = Callable[["Account", str], Any]
"""Asks for a result; returns the SDK's ``Result`` or raises what the SDK raises."""


def sync(account: Account, transaction: str) -> Any:
    return account.sdk().check_result(asking(transaction)).body.result


def rpc(account: Account, transaction: str) -> Any:
    return account.sdk(signature=V1).check_result(asking(transaction)).body.result


def asynchronous(account: Account, transaction: str) -> Any:
    return asyncio.run(account.sdk().check_result_async(asking(transaction))).body.result


def temporary(account: Account, transaction: str) -> Any:
    return account.sdk(keys=account.keys["temporary"]).check_result(asking(transaction)).body.result


def temporary_rpc(account: Account, transaction: str) -> Any:
    return account.sdk(keys=account.keys["temporary"], signature=V1).check_result(asking(transaction)).body.result


WAYS: Final = [pytest.param(way, id=way.__name__) for way in (sync, rpc, asynchronous, temporary, temporary_rpc)]


@pytest.mark.parametrize("ask", WAYS)
def test_a_verification_is_not_done_and_then_it_is(account: Account, ask: Ask) -> None:
    transaction = account.start().transaction_id
    with pytest.raises(ClientException) as waiting:
        ask(account, transaction)
    result = ask(account, transaction)

    assert (waiting.value.code, waiting.value.status_code) == ("ProcessNotCompleted", 404)
    assert (result.passed, result.sub_code) == ("Y", "200")
    assert json.loads(result.ext_id_info)["ocrIdInfo"]["name"] == "林静怡"


@pytest.mark.parametrize("keys", ["permanent", "temporary"])
def test_the_older_sdk_sees_the_same(account: Account, keys: str) -> None:
    transaction = account.start().transaction_id
    asked = {"MerchantBizId": MERCHANT, "TransactionId": transaction}
    chosen = account.keys["temporary"] if keys == "temporary" else account.keys
    with pytest.raises(CoreServerException) as waiting:
        account.core("CheckResult", asked, keys=chosen)
    answer = account.core("CheckResult", asked, keys=chosen)

    assert (waiting.value.get_error_code(), waiting.value.get_http_status()) == ("ProcessNotCompleted", 404)
    assert (answer["Result"]["Passed"], answer["Code"]) == ("Y", "Success")


@pytest.mark.parametrize("polls", [0, 1, 4])
def test_a_rule_lets_it_take_so_many_polls(account: Account, polls: int) -> None:
    account.rule("Initialize", progression={"after_polls": polls})
    transaction = account.start().transaction_id
    for _ in range(polls):
        with pytest.raises(ClientException, match="The verification process is not complete"):
            sync(account, transaction)

    assert sync(account, transaction).passed == "Y"


def test_a_minute_of_the_tenant_s_time_completes_it(account: Account) -> None:
    account.clock(freeze=True)
    transaction = account.start(merchant_user_id="alibaba-after-a-minute").transaction_id
    with pytest.raises(ClientException):
        sync(account, transaction)
    account.clock(advance=60)

    assert sync(account, transaction).passed == "Y"


def test_a_verification_is_charged_once_however_often_it_is_asked_for(account: Account) -> None:
    transaction = account.start(merchant_user_id="alibaba-immediate").transaction_id
    for ask in (sync, rpc, asynchronous):
        assert ask(account, transaction).sub_code == "200"
    ledger = account.server.admin("GET", f"/ledger?tenant={account.name}")["totals"]["alibaba"]

    assert ledger["CheckResult"] == {"charged": 1, "free": 2}


def test_a_forgery_is_no_exception(account: Account) -> None:
    transaction = account.start(merchant_user_id="alibaba-spoof-two", id_spoof="Y").transaction_id
    with pytest.raises(ClientException):
        sync(account, transaction)
    result = sync(account, transaction)

    assert (result.passed, result.sub_code) == ("N", "212")
    assert json.loads(result.ext_id_info)["spoofInfo"] == {
        "spoofResult": "Y",
        "spoofType": ["SCREEN_REMARK", "TAMPER"],
    }


def test_the_direct_operations_are_typed(account: Account) -> None:
    sdk = account.sdk()
    bank = sdk.bank_meta_verify_intl(
        models.BankMetaVerifyIntlRequest(
            product_code="BANK_CARD_N_META",
            param_type="normal",
            verify_mode="VERIFY_BANK_CARD",
            product_type="BANK_CARD_4_META",
            bank_card="6217000000000000103",
            user_name="林静怡",
            identify_num="310115188503140620",
            mobile="13490000010",
        )
    ).body
    face = sdk.face_compare(
        models.FaceCompareRequest(merchant_biz_id=MERCHANT, source_face_picture=PIXEL, target_face_picture=PIXEL)
    ).body
    line = sdk.mobile_3meta_verify_intl(
        models.Mobile3MetaVerifyIntlRequest(
            product_code="MOBILE_3META",
            param_type="normal",
            user_name="林静怡",
            identify_num="310115188503140620",
            mobile="13490000010",
        )
    ).body
    document = sdk.doc_ocr(
        models.DocOcrRequest(
            product_code="ID_OCR_MIN",
            merchant_biz_id=MERCHANT,
            doc_type="01000000",
            id_ocr_picture_base_64=PIXEL,
        )
    ).body

    assert (bank.code, bank.result_object.biz_code, bank.result_object.sub_code) == ("200", "1", "101")
    assert (face.code, face.result.passed, face.result.face_comparison_score) == ("200", "Y", 100.0)
    assert (line.result.biz_code, line.result.sub_code, line.result.isp_name) == ("1", "101", "CMCC")
    assert json.loads(document.result.ext_id_info)["ocrIdInfo"]["passportNo"] == "E00000000"


@pytest.mark.parametrize("signature", [V3, V1])
@pytest.mark.parametrize("name", ["阿里·买买提", "a+b *~!'()", "O'Brien & Söhne/=?#", "  "])
def test_a_name_of_any_characters_is_signed_and_read_alike(account: Account, name: str, signature: str) -> None:
    request = models.Mobile2MetaVerifyIntlRequest(
        product_code="MOBILE_2META", param_type="normal", user_name=name, mobile="13490000010"
    )
    sdk = account.sdk(signature=signature)
    if not name.strip():
        with pytest.raises(ClientException, match="UserName is mandatory for this action"):
            sdk.mobile_2meta_verify_intl(request)
        return

    assert sdk.mobile_2meta_verify_intl(request).body.result.biz_code == "2"


@pytest.mark.parametrize("row", ERRORS)
@pytest.mark.parametrize("ask", [sync, asynchronous], ids=["sync", "async"])
def test_every_error_is_the_exception_its_status_makes_it(account: Account, row: Outcome, ask: Ask) -> None:
    transaction = account.start().transaction_id
    account.rule(error=row.code)
    with pytest.raises(AlibabaCloudException) as caught:
        ask(account, transaction)
    error = caught.value

    assert type(error) is (ServerException if row.http_status >= 500 else ClientException)
    assert (error.code, error.status_code) == (row.code, row.http_status)
    assert re.fullmatch("[0-9A-F-]{36}", error.request_id)
    assert error.message.startswith(f"code: {row.http_status}, ")
    assert error.message.endswith(f" request id: {error.request_id}")
    assert (error.data["Code"], error.data["HostId"]) == (row.code, "127.0.0.1")
    assert account.explained(error.request_id)["answer"]["code"] == row.code


@pytest.mark.parametrize("row", ERRORS)
def test_every_error_is_a_server_exception_to_the_older_sdk(account: Account, row: Outcome) -> None:
    transaction = account.start().transaction_id
    account.rule(error=row.code)
    with pytest.raises(CoreServerException) as caught:
        account.core("CheckResult", {"MerchantBizId": MERCHANT, "TransactionId": transaction})

    assert (caught.value.get_error_code(), caught.value.get_http_status()) == (row.code, row.http_status)
    assert re.fullmatch("[0-9A-F-]{36}", caught.value.get_request_id())


def test_with_status_200_a_business_error_is_no_exception(account: Account) -> None:
    account.switch(business_errors_http_200=True)
    transaction = account.start().transaction_id
    body = account.sdk().check_result(asking(transaction)).body

    assert (body.code, body.result) == ("ProcessNotCompleted", None)


@pytest.mark.parametrize(
    ("status", "kind"), [(403, ClientException), (429, ThrottlingException), (400, ClientException)]
)
def test_the_eleventh_call_in_a_second_is_throttled_in_three_ways(
    account: Account, status: int, kind: type[AlibabaCloudException]
) -> None:
    account.switch(throttling_status=status)
    account.clock(freeze=True)
    transaction = account.start(merchant_user_id="alibaba-immediate").transaction_id
    for _ in range(10):
        sync(account, transaction)
    with pytest.raises(AlibabaCloudException) as caught:
        sync(account, transaction)

    assert type(caught.value) is kind
    assert (caught.value.code, caught.value.status_code) == ("Throttling.Api", status)
    if kind is ThrottlingException:
        assert caught.value.retry_after == 100
    account.clock(advance=1)
    assert sync(account, transaction).passed == "Y"


@pytest.mark.parametrize("signature", [V3, V1])
def test_another_secret_is_told_with_the_server_s_own_text(account: Account, signature: str) -> None:
    keys = {**account.keys, "access_key_secret": account.keys["access_key_secret"] + "\n"}
    with pytest.raises(ClientException) as caught:
        account.sdk(keys=keys, signature=signature).check_result(asking("hk1"))
    explained = account.explained(caught.value.request_id)

    assert (caught.value.code, caught.value.status_code) == ("SignatureDoesNotMatch", 400)
    text = "server CanonicalRequest is [POST\n/\n" if signature == V3 else "server string to sign is:POST&%2F&"
    assert text in caught.value.message
    assert explained["signature"]["cause"] == "secret_trailing_newline"


def test_the_older_sdk_recognises_its_own_string_in_the_answer(account: Account) -> None:
    host, port = account.server.address
    client = AcsClient(account.keys["access_key_id"], "another", "cn-hongkong", port=port)
    request = RpcRequest("Cloudauth-intl", "2022-08-09", "CheckResult")
    request.set_endpoint(host)
    request.set_method("POST")
    request.set_protocol_type("http")
    request.add_query_param("TransactionId", "张三·A *~!'()")
    with pytest.raises(CoreServerException) as caught:
        client.do_action_with_exception(request)

    # It compares its own string with the server's before it blames the secret.
    assert caught.value.get_error_code() == "InvalidAccessKeySecret"


def test_an_unknown_key_is_told(account: Account) -> None:
    with pytest.raises(ClientException) as caught:
        account.sdk(keys={**account.keys, "access_key_id": "LTAInobody"}).check_result(asking("hk1"))

    assert (caught.value.code, caught.value.status_code) == ("InvalidAccessKeyId.NotFound", 404)


@pytest.mark.parametrize("signature", [V3, V1])
def test_a_nonce_is_good_once(account: Account, signature: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Utils, "get_nonce", staticmethod(lambda: "3156853299f313e23d1673dc12e1703d"))
    codes = []
    for _ in range(2):
        with pytest.raises(ClientException) as caught:
            account.sdk(signature=signature).check_result(asking("hk1"))
        codes.append(caught.value.code)

    assert codes == ["TransactionIdInvalid", "SignatureNonceUsed"]


@pytest.mark.parametrize(("minutes", "code"), [(16, "InvalidTimeStamp.Expired"), (14, "TransactionIdInvalid")])
@pytest.mark.parametrize("direction", [1, -1])
@pytest.mark.parametrize("signature", [V3, V1])
def test_a_clock_may_be_off_by_a_quarter_of_an_hour(
    account: Account, minutes: int, code: str, direction: int, signature: str
) -> None:
    account.clock(advance=direction * minutes * 60)
    with pytest.raises(ClientException) as caught:
        account.sdk(signature=signature).check_result(asking("hk1"))

    assert caught.value.code == code


@pytest.mark.parametrize(
    "person", ["alibaba-reset", "alibaba-empty", "alibaba-truncated", "alibaba-bad-gateway", "alibaba-charged-timeout"]
)
def test_what_is_no_answer_is_not_taken_for_one(account: Account, person: str) -> None:
    request = models.DocOcrRequest(
        product_code="ID_OCR_MIN",
        merchant_biz_id=MERCHANT,
        merchant_user_id=person,
        doc_type="00000001",
        id_ocr_picture_base_64=PIXEL,
    )
    with pytest.raises(UnretryableException):
        account.sdk().doc_ocr(request)
    ledger = account.server.admin("GET", f"/ledger?tenant={account.name}")["totals"]["alibaba"]["DocOcr"]

    assert ledger == {"charged": 1, "free": 0}


@pytest.mark.parametrize(
    ("then", "kind"),
    [({"http": 502}, CoreServerException), ({"fault": "reset"}, CoreClientException)],
)
def test_nor_is_it_by_the_older_sdk(account: Account, then: dict[str, Any], kind: type[Exception]) -> None:
    transaction = account.start().transaction_id
    account.rule(**then)
    with pytest.raises(kind):
        account.core("CheckResult", {"MerchantBizId": MERCHANT, "TransactionId": transaction})


def test_an_operator_completes_a_verification_by_hand(account: Account) -> None:
    transaction = account.start(merchant_user_id="alibaba-never").transaction_id
    path = f"/transactions/{transaction}?tenant={account.name}"
    before = account.server.admin("GET", path)
    after = account.server.admin("PATCH", path, {"outcome": "212"})

    assert (before["state"], before["outcomes"]) == ("created", {"200": "passed", "212": "document risk"})
    assert after["state"] == "completed"
    assert sync(account, transaction).sub_code == "212"


class Receiver:
    """Hears callbacks, and answers each with the next of *statuses*."""

    def __init__(self, *statuses: int) -> None:
        self.heard: Queue[tuple[str, dict[str, str]]] = Queue()
        left = iter(statuses)
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                receiver.heard.put((parts.path, dict(parse_qsl(parts.query))))
                self.send_response(next(left, 200))
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                del format, args

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/told?order=7"
        Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def receivers() -> Iterator[Callable[..., Receiver]]:
    made: list[Receiver] = []

    def make(*statuses: int) -> Receiver:
        made.append(Receiver(*statuses))
        return made[-1]

    yield make
    for receiver in made:
        receiver.close()


def test_the_customer_is_called_back_once_it_is_done(account: Account, receivers: Callable[..., Receiver]) -> None:
    receiver = receivers()
    transaction = account.start(callback_url=receiver.url, callback_token="secret").transaction_id
    with pytest.raises(ClientException):
        sync(account, transaction)
    assert receiver.heard.empty()
    sync(account, transaction)

    assert receiver.heard.get(timeout=10) == (
        "/told",
        {"order": "7", "callbackToken": "secret", "transactionId": transaction, "passed": "Y", "subCode": "200"},
    )


def test_a_receiver_that_fails_is_called_again(
    launch: Launch, account_of: Callable[[Running], Account], receivers: Callable[..., Receiver]
) -> None:
    account = account_of(launch("--callback-schedule", "0,0.05,0.1"))
    receiver = receivers(500, 503)
    transaction = account.start(callback_url=receiver.url, merchant_user_id="alibaba-immediate").transaction_id
    heard = [receiver.heard.get(timeout=10) for _ in range(3)]

    assert heard == [heard[0]] * 3
    assert transaction in heard[0][1].values()


def test_nobody_but_an_allowed_host_is_called(account: Account) -> None:
    transaction = account.start(
        callback_url="http://192.0.2.1/told", merchant_user_id="alibaba-immediate"
    ).transaction_id
    outcomes: list[str] = []
    give_up = time.monotonic() + 10
    while not outcomes and time.monotonic() < give_up:
        outcomes = [attempt["outcome"] for attempt in account.transaction(transaction)["callbacks"]]

    assert outcomes == ["not_allowed"]
