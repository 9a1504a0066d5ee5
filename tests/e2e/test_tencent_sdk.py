"""Tencent's own Python SDK, with its endpoint changed and nothing else, against the command as users start it."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import pytest
from tencentcloud.common import credential
from tencentcloud.common.common_client import CommonClient
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile
from tencentcloud.faceid.v20180301 import faceid_client, models

from contracts.loader import Outcome, load_table

if TYPE_CHECKING:
    from tests.e2e.conftest import Customer

TABLE: Final = load_table("tencent")
THREE: Final = "BankCardVerification"
FOUR: Final = "BankCard4EVerification"
BANK_ACTIONS: Final = (THREE, "BankCard2EVerification", FOUR)
METHODS: Final = ("TC3-HMAC-SHA256", "HmacSHA256", "HmacSHA1")
UUID4: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")

PEOPLE: Final = {
    "honest": {
        "IdCard": "310115188503140620", "Name": "林静怡", "BankCard": "6217000000000000103", "Phone": "13490000010",
    },
    "busy": {
        "IdCard": "110101189001012011", "Name": "测试乙酉丙", "BankCard": "6217000000000020101", "Phone": "13490002010",
    },
    "reset": {"IdCard": "110101189001012724", "Name": "测试丙申丙", "BankCard": "6217000000000027205"},
    "bad gateway": {"IdCard": "110101189001012759", "Name": "测试己亥丙", "BankCard": "6217000000000027502"},
    "arrears": {"IdCard": "110101189001012118", "Name": "测试乙未丙", "BankCard": "6217000000000021109"},
}  # fmt: skip
"""Some of the people that are shipped, by what they stand for."""


@pytest.fixture(autouse=True)
def _no_proxy(customer: Customer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep proxies of the environment out: the SDK asks for ``host:port``, what it is built on for the bare host."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    authority = customer.server.authority
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, f"{authority.partition(':')[0]},{authority}")


class Sdk:
    """Makes the SDK's clients for one customer."""

    def __init__(self, customer: Customer) -> None:
        self.customer = customer
        self.keys: Any = customer.keys

    def profile(self, *, sign: str = METHODS[0], method: str = "POST", path: str = "", **more: Any) -> ClientProfile:
        http = HttpProfile(protocol="http", endpoint=self.customer.server.authority + path, reqMethod=method)
        profile = ClientProfile(signMethod=sign, httpProfile=http, **more)
        profile.disable_region_breaker = True
        return profile

    def credential(
        self, *, secret_id: str | None = None, secret_key: str | None = None, token: str | None = None
    ) -> credential.Credential:
        return credential.Credential(
            secret_id or self.keys["secret_id"], secret_key or self.keys["secret_key"], token or None
        )

    def client(self, *, region: str = "", profile: ClientProfile | None = None, **keys: str) -> Any:
        return faceid_client.FaceidClient(self.credential(**keys), region, profile or self.profile())

    def ask(self, parameters: dict[str, Any], action: str = THREE, client: Any = None) -> Any:
        """Call the typed method of *action*."""
        request = getattr(models, f"{action}Request")()
        request.from_json_string(json.dumps(of(action, parameters)))
        return getattr(client or self.client(), action)(request)

    def error(self, parameters: dict[str, Any], action: str = THREE, client: Any = None) -> TencentCloudSDKException:
        with pytest.raises(TencentCloudSDKException) as caught:
            self.ask(parameters, action, client)
        return caught.value

    def rule(self, action: str, **then: Any) -> None:
        document = {"provider": "tencent", "operation": action, "then": then, "times": 1}
        self.customer.server.admin("POST", f"/rules?tenant={self.customer.name}", document)

    def switch(self, **switches: Any) -> None:
        document = {"switches": {f"tencent.{name}": value for name, value in switches.items()}}
        self.customer.server.admin("PATCH", f"/tenants/{self.customer.name}", document)

    def clock(self, **change: Any) -> None:
        self.customer.server.admin("PATCH", f"/clock?tenant={self.customer.name}", change)


def of(action: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """Keep the parameters that the action has."""
    known = {field["name"] for field in TABLE.operations[action]["fields"]}
    return {name: value for name, value in parameters.items() if name in known}


@pytest.fixture
def sdk(customer: Customer) -> Sdk:
    return Sdk(customer)


@pytest.fixture
def honest() -> dict[str, Any]:
    return dict(PEOPLE["honest"])


@pytest.mark.parametrize("action", BANK_ACTIONS)
@pytest.mark.parametrize("method", ["POST", "GET"])
@pytest.mark.parametrize("sign", METHODS)
def test_the_truth_passes_whichever_way_it_is_signed_and_sent(
    sdk: Sdk, honest: dict[str, Any], sign: str, method: str, action: str
) -> None:
    client = sdk.client(profile=sdk.profile(sign=sign, method=method))

    answer = sdk.ask(honest, action, client)

    assert (answer.Result, answer.Description) == ("0", "Authentication passed")
    assert UUID4.fullmatch(answer.RequestId)


@pytest.mark.parametrize("sign", METHODS)
@pytest.mark.parametrize("method", ["POST", "GET"])
def test_chinese_a_region_and_a_number_change_nothing_about_the_signature(
    sdk: Sdk, honest: dict[str, Any], sign: str, method: str
) -> None:
    client = sdk.client(region="ap-singapore", profile=sdk.profile(sign=sign, method=method, language="zh-CN"))

    answer = sdk.ask({**honest, "CertType": 0}, THREE, client)

    assert (answer.Result, answer.Description) == ("0", "认证通过")


@pytest.mark.parametrize("path", ["/tencent", "/tencent/"])
def test_an_endpoint_with_a_path_works_too(sdk: Sdk, honest: dict[str, Any], path: str) -> None:
    assert sdk.ask(honest, client=sdk.client(profile=sdk.profile(path=path))).Result == "0"


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_a_payload_may_be_left_unsigned(sdk: Sdk, honest: dict[str, Any], method: str) -> None:
    profile = sdk.profile(method=method)
    profile.unsignedPayload = True

    assert sdk.ask(honest, client=sdk.client(profile=profile)).Result == "0"


def test_the_generic_client_puts_the_same_on_the_wire(sdk: Sdk, honest: dict[str, Any]) -> None:
    client = CommonClient("faceid", "2018-03-01", sdk.credential(), "", sdk.profile())

    answer = client.call_json(THREE, of(THREE, honest))["Response"]

    assert list(answer) == ["Result", "Description", "RequestId"]
    assert answer["Result"] == "0"


@pytest.mark.parametrize(
    ("action", "change", "result"),
    [
        pytest.param(THREE, {"Name": "林静"}, "-1", id="3E name"),
        pytest.param(FOUR, {"Phone": "13490000020"}, "-1", id="4E phone"),
        pytest.param(THREE, {"Name": "Lin Jingyi"}, "-2", id="3E pinyin"),
        pytest.param("BankCard2EVerification", {"Name": "林静"}, "-4", id="2E name"),
        pytest.param(THREE, PEOPLE["busy"], "-17", id="3E busy"),
        pytest.param("BankCard2EVerification", PEOPLE["busy"], "-16", id="2E busy"),
    ],
)
def test_what_is_not_so_is_a_result_and_no_exception(
    sdk: Sdk, honest: dict[str, Any], action: str, change: dict[str, Any], result: str
) -> None:
    assert sdk.ask({**honest, **change}, action).Result == result


@pytest.mark.parametrize(
    "row",
    [
        pytest.param(row, id=f"{row.operation} {row.code}")
        for operation in BANK_ACTIONS
        for row in TABLE.results(operation)
    ],
)
def test_every_result_arrives_as_text_with_its_description(sdk: Sdk, honest: dict[str, Any], row: Outcome) -> None:
    sdk.rule(row.operation, result=row.code)

    answer = sdk.ask(honest, row.operation)

    assert (answer.Result, answer.Description) == (row.code, row.text["en"])


@pytest.mark.parametrize("row", [pytest.param(row, id=row.code) for row in TABLE.errors(THREE)])
def test_every_error_is_an_exception_with_code_message_and_id(sdk: Sdk, honest: dict[str, Any], row: Outcome) -> None:
    sdk.rule(THREE, error=row.code)

    raised = sdk.error(honest)

    assert raised.code == row.code
    assert raised.message
    assert UUID4.fullmatch(raised.requestId)


def test_a_product_error_says_what_the_page_says(sdk: Sdk) -> None:
    raised = sdk.error(dict(PEOPLE["arrears"]))

    assert (raised.code, raised.message) == ("UnauthorizedOperation.Arrears", "The account is in arrears.")


def test_the_twenty_first_call_of_a_second_is_throttled(sdk: Sdk, honest: dict[str, Any]) -> None:
    sdk.switch(qps=20)
    sdk.clock(freeze=True)
    client = sdk.client()
    assert {sdk.ask(honest, client=client).Result for _ in range(20)} == {"0"}

    raised = sdk.error(honest, client=client)

    assert raised.code == "RequestLimitExceeded"
    assert raised.message.startswith("Your current request times equals to `21` in a second, which exceeds the ")
    sdk.clock(advance=1)
    assert sdk.ask(honest, client=client).Result == "0"


@pytest.mark.parametrize("sign", METHODS)
@pytest.mark.parametrize(
    ("keys", "code"),
    [
        pytest.param({"secret_key": "K" * 32}, "AuthFailure.SignatureFailure", id="secret"),
        pytest.param({"secret_id": "AKID" + "z" * 32}, "AuthFailure.SecretIdNotFound", id="id"),
        pytest.param({"token": "x"}, "AuthFailure.TokenFailure", id="token"),
    ],
)
def test_a_wrong_credential_is_refused(
    sdk: Sdk, honest: dict[str, Any], sign: str, keys: dict[str, str], code: str
) -> None:
    client = sdk.client(profile=sdk.profile(sign=sign), **keys)

    assert sdk.error(honest, client=client).code == code


@pytest.mark.parametrize("sign", METHODS)
def test_temporary_keys_work_with_their_token(sdk: Sdk, honest: dict[str, Any], sign: str) -> None:
    temporary = dict(sdk.keys["temporary"])
    profile = sdk.profile(sign=sign)

    assert sdk.ask(honest, client=sdk.client(profile=profile, **temporary)).Result == "0"
    del temporary["token"]
    assert sdk.error(honest, client=sdk.client(profile=profile, **temporary)).code == "AuthFailure.TokenFailure"


@pytest.mark.parametrize("sign", METHODS)
@pytest.mark.parametrize("seconds", [400, -400])
def test_a_clock_that_is_off_expires_the_signature(sdk: Sdk, honest: dict[str, Any], sign: str, seconds: int) -> None:
    sdk.clock(advance=seconds)

    raised = sdk.error(honest, client=sdk.client(profile=sdk.profile(sign=sign)))

    assert (raised.code, raised.message) == (
        "AuthFailure.SignatureExpire",
        "The signature is expired, please request again.",
    )


@pytest.mark.parametrize(
    ("change", "code", "fragment"),
    [
        pytest.param({"IdCard": None}, "MissingParameter", "`IdCard`", id="missing"),
        pytest.param({"IdCard": 110101199003070011}, "InvalidParameter", "should be `string`", id="a number"),
        pytest.param({"CertType": "0"}, "InvalidParameter", "should be `int64`", id="a text"),
        pytest.param({"CertType": 1}, "InvalidParameterValue", "Incorrect parameter value.", id="another document"),
        pytest.param(
            {"Encryption": {"EncryptList": ["Name"], "CiphertextBlob": "QQ==", "Iv": "QQ=="}},
            "FailedOperation.DecryptSystemError",
            "Decryption failed.",
            id="ciphertext",
        ),
    ],
)
def test_what_the_sdk_does_not_check_the_server_does(
    sdk: Sdk, honest: dict[str, Any], change: dict[str, Any], code: str, fragment: str
) -> None:
    raised = sdk.error({**honest, **change})

    assert raised.code == code
    assert fragment in raised.message


def test_an_action_that_is_not_there_is_invalid(sdk: Sdk) -> None:
    client = CommonClient("faceid", "2018-03-01", sdk.credential(), "", sdk.profile())

    with pytest.raises(TencentCloudSDKException) as caught:
        client.call_json("NoSuchAction", {})

    assert (caught.value.code, caught.value.message) == (
        "InvalidAction",
        "The request `Action` is invalid or not found.",
    )


@pytest.mark.parametrize(
    ("options", "code", "fragment"),
    [
        pytest.param({"SkipSign": True}, "AuthFailure.InvalidAuthorization", "Authorization", id="unsigned"),
        pytest.param(
            {"IsMultipart": True, "BinaryParams": []},
            "UnsupportedProtocol",
            "not support Content-Type=`multipart/form-data`",
            id="multipart",
        ),
    ],
)
def test_what_other_products_take_is_refused(
    sdk: Sdk, honest: dict[str, Any], options: dict[str, Any], code: str, fragment: str
) -> None:
    with pytest.raises(TencentCloudSDKException) as caught:
        json.loads(sdk.client().call(THREE, of(THREE, honest), options=options))

    assert caught.value.code == code
    assert fragment in caught.value.message


@pytest.mark.parametrize(
    ("person", "code"), [("reset", "ClientNetworkError"), ("bad gateway", "ServerNetworkError")], ids=str
)
def test_a_broken_connection_is_no_answer(sdk: Sdk, person: str, code: str) -> None:
    assert sdk.error(dict(PEOPLE[person])).code == code


def test_a_person_is_charged_once_a_call_and_refusals_are_free(sdk: Sdk, honest: dict[str, Any]) -> None:
    sdk.ask(honest)
    sdk.ask(honest)
    sdk.ask(dict(PEOPLE["busy"]))
    sdk.error({})

    totals = sdk.customer.server.admin("GET", f"/ledger?tenant={sdk.customer.name}")["totals"]

    assert totals["tencent"][THREE] == {"charged": 2, "free": 2}


# the asynchronous client, which is built on a library of its own


@pytest.fixture
def run(sdk: Sdk) -> Callable[..., Any]:
    """Call the asynchronous client once: ``run(parameters, sign="HmacSHA1")``."""
    pytest.importorskip("httpx")
    from tencentcloud.faceid.v20180301 import faceid_client_async

    async def once(parameters: dict[str, Any], action: str, profile: ClientProfile, keys: dict[str, str]) -> Any:
        async with faceid_client_async.FaceidClient(sdk.credential(**keys), "", profile) as client:
            request = getattr(models, f"{action}Request")()
            request.from_json_string(json.dumps(of(action, parameters)))
            return await getattr(client, action)(request)

    def call(
        parameters: dict[str, Any],
        action: str = THREE,
        sign: str = METHODS[0],
        method: str = "POST",
        **keys: str,
    ) -> Any:
        return asyncio.run(once(parameters, action, sdk.profile(sign=sign, method=method), keys))

    return call


@pytest.mark.parametrize("method", ["POST", "GET"])
@pytest.mark.parametrize("sign", METHODS)
def test_the_asynchronous_client_is_understood_too(
    run: Callable[..., Any], honest: dict[str, Any], sign: str, method: str
) -> None:
    answer = run(honest, sign=sign, method=method)

    assert (answer.Result, answer.Description) == ("0", "Authentication passed")


def test_the_asynchronous_client_raises_what_the_other_one_raises(
    run: Callable[..., Any], honest: dict[str, Any]
) -> None:
    with pytest.raises(TencentCloudSDKException) as caught:
        run(honest, secret_key="K" * 32)

    assert caught.value.code == "AuthFailure.SignatureFailure"
    assert UUID4.fullmatch(caught.value.requestId)
