from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from simulator.providers.tencent import gateway
from simulator.wire import WireRequest

if TYPE_CHECKING:
    from tests.unit.simulator.providers.tencent.conftest import Client

MISSING = "The request is missing a required parameter `{}`."
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


def bare(method: str = "GET", query: bytes = b"", body: bytes = b"", **headers: str) -> WireRequest:
    sent = (("host", "faceid.localhost"), *((name.replace("_", "-"), value) for name, value in headers.items()))
    return WireRequest(method=method, path="/", query=query, headers=sent, body=body)


def resent(request: WireRequest, **headers: str | None) -> WireRequest:
    """The request with some headers replaced, or removed by ``None``."""
    changes = {name.replace("_", "-"): value for name, value in headers.items()}
    merged: dict[str, str | None] = {**dict(request.headers), **changes}
    kept = tuple((name, value) for name, value in merged.items() if value is not None)
    return replace(request, headers=kept)


# 1-4: transport


@pytest.mark.parametrize("method", ["PUT", "DELETE", "HEAD", "PATCH", "OPTIONS", "get"])
def test_any_method_but_get_and_post_is_refused(client: Client, method: str) -> None:
    assert client.refusal(bare(method)) == ("UnsupportedProtocol", "Only GET and POST requests are supported.")


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        pytest.param(bare(query=b"a=" + b"x" * (32 * 1024 - 2)), "MissingParameter", id="32 KB query"),
        pytest.param(bare(query=b"a=" + b"x" * (32 * 1024 - 1)), "RequestSizeLimitExceeded", id="one byte more"),
        pytest.param(
            bare("POST", body=b"a=" + b"x" * (1024 * 1024 - 2), content_type=FORM), "MissingParameter", id="1 MB"
        ),
        pytest.param(
            bare("POST", body=b"a=" + b"x" * (1024 * 1024 - 1), content_type=FORM),
            "AuthFailure.SignatureFailure",
            id="one byte more than 1 MB",
        ),
        pytest.param(
            bare("POST", body=b"{" + b" " * (10 * 1024 * 1024 - 2) + b"}", content_type=JSON, x_tc_action="A"),
            "MissingParameter",
            id="10 MB",
        ),
        pytest.param(
            bare("POST", body=b"{" + b" " * (10 * 1024 * 1024 - 1) + b"}", content_type=JSON, x_tc_action="A"),
            "RequestSizeLimitExceeded",
            id="one byte more than 10 MB",
        ),
    ],
)
def test_each_kind_of_request_has_its_own_size_limit(client: Client, request_: WireRequest, code: str) -> None:
    assert client.refusal(request_)[0] == code


def test_a_form_over_the_limit_is_told_to_use_the_newer_signature(client: Client) -> None:
    _, message = client.refusal(bare("POST", body=b"a=" + b"x" * 1024 * 1024, content_type=FORM))

    assert message.endswith(
        "because of exceeding request size limit, please use new signature method `TC3-HMAC-SHA256`"
    )


@pytest.mark.parametrize(
    ("content_type", "shown"),
    [
        pytest.param("multipart/form-data; boundary=abc", "multipart/form-data", id="multipart"),
        pytest.param("application/octet-stream", "application/octet-stream", id="octets"),
        pytest.param(FORM, FORM, id="a form signed v3"),
        pytest.param("text/plain", "text/plain", id="text"),
        pytest.param("", "", id="none"),
    ],
)
def test_a_v3_body_is_json_and_nothing_else(client: Client, content_type: str, shown: str) -> None:
    assert client.refusal(client.v3({}, content_type=content_type)) == (
        "UnsupportedProtocol",
        f"this action does not support Content-Type=`{shown}`",
    )


@pytest.mark.parametrize("content_type", [JSON, "application/json; charset=utf-8", "Application/JSON"])
def test_json_may_name_its_charset(client: Client, honest: dict[str, str], content_type: str) -> None:
    assert client.ask(client.v3(honest, content_type=content_type))["Result"] == "0"


def test_a_v1_body_is_a_form_and_nothing_else(client: Client, honest: dict[str, str]) -> None:
    assert client.refusal(resent(client.v1(honest), content_type=JSON)) == (
        "UnsupportedProtocol",
        "this action does not support Content-Type=`application/json`",
    )


def test_a_query_needs_no_content_type_and_takes_any_but_multipart(client: Client, honest: dict[str, str]) -> None:
    assert client.ask(client.v1(honest, method="GET"))["Result"] == "0"
    assert client.ask(client.v3(honest, method="GET", content_type=JSON))["Result"] == "0"
    multipart = client.v3(honest, method="GET", content_type="multipart/form-data")
    assert client.refusal(multipart)[0] == "UnsupportedProtocol"


@pytest.mark.parametrize("body", [b"", b"[]", b"\xef\xbb\xbf{}", b'{"Name":', '{"Name":"韦小宝"}'.encode("gbk")])
def test_a_body_that_is_no_json_object_is_an_invalid_parameter(client: Client, body: bytes) -> None:
    assert client.refusal(client.v3(body)) == ("InvalidParameter", "The request body is not a valid JSON object.")


@pytest.mark.parametrize(
    "request_",
    [
        pytest.param(bare(query=b"Action=A&Name"), id="v1 query"),
        pytest.param(bare("POST", body=b"Action=A&Name", content_type=FORM), id="v1 form"),
        pytest.param(bare(query=b"Name", x_tc_action="A"), id="v3 query"),
    ],
)
def test_a_pair_without_an_equals_sign_is_an_invalid_parameter(client: Client, request_: WireRequest) -> None:
    assert client.refusal(request_) == ("InvalidParameter", "Url key and value should be splited by `=`.")


# 5-7: common parameters


@pytest.mark.parametrize(
    ("request_", "name"),
    [
        pytest.param(bare(), "Timestamp", id="a bare GET"),
        pytest.param(bare("POST"), "Timestamp", id="a bare POST"),
        pytest.param(bare("POST", body=b"", content_type=JSON), "Timestamp", id="a bare POST that calls itself JSON"),
        pytest.param(bare(query=b"Action=BankCardVerification"), "Timestamp", id="only an action"),
        pytest.param(bare(query=b"Timestamp="), "Timestamp", id="an empty timestamp"),
        pytest.param(bare(query=b"Timestamp=1"), "Action", id="only a timestamp"),
        pytest.param(bare(query=b"Timestamp=1&Action=A"), "Version", id="no version"),
        pytest.param(bare(query=b"Timestamp=1&Action=A&Version=2"), "Nonce", id="no nonce"),
        pytest.param(bare(query=b"Timestamp=1&Action=A&Version=2&Nonce=0"), "SecretId", id="no key"),
        pytest.param(bare(query=b"Timestamp=1&Action=A&Version=2&Nonce=0&SecretId=K"), "Signature", id="no signature"),
        pytest.param(bare(authorization="SKIP"), "Timestamp", id="v3 timestamp"),
        pytest.param(bare(authorization="SKIP", x_tc_timestamp="1"), "Action", id="v3 action"),
        pytest.param(bare(x_tc_action="A", x_tc_timestamp="1"), "Version", id="v3 version"),
    ],
)
def test_a_missing_common_parameter_is_named_timestamp_first(client: Client, request_: WireRequest, name: str) -> None:
    assert client.refusal(request_) == ("MissingParameter", MISSING.format(name))


@pytest.mark.parametrize("value", ["x", "-1", "1.5", "１", "1 ", "1" * 12, "9" * 5000])
def test_a_timestamp_that_is_no_number_is_a_type_error(client: Client, value: str) -> None:
    request = resent(client.v3({}), x_tc_timestamp=value)

    assert client.refusal(request) == ("InvalidParameter", "Parameter `Timestamp` type error.")


@pytest.mark.parametrize("value", ["x", "-1", "1.5", "9" * 20])
def test_a_nonce_that_is_no_number_is_a_type_error(client: Client, honest: dict[str, str], value: str) -> None:
    assert client.refusal(client.v1(honest, Nonce=value)) == ("InvalidParameter", "Parameter `Nonce` type error.")


@pytest.mark.parametrize("value", ["0", "65535", str(2**63 - 1)])
def test_every_nonce_an_sdk_sends_is_taken(client: Client, honest: dict[str, str], value: str) -> None:
    assert client.ask(client.v1(honest, Nonce=value))["Result"] == "0"


def test_an_unknown_version_is_named_with_the_service(client: Client) -> None:
    request = client.v3({}, headers={"x-tc-version": "2019-07-22"})

    assert client.refusal(request) == (
        "NoSuchVersion",
        "The specified api version=`2019-07-22` does not exist in service=`faceid`.",
    )


@pytest.mark.parametrize("action", ["CheckPhoneAndName", "ImageRecognition", "bankCardVerification", "Ѐ", "{place}"])
def test_an_unknown_action_is_not_repeated(client: Client, action: str) -> None:
    assert client.refusal(client.v3({}, action)) == ("InvalidAction", "The request `Action` is invalid or not found.")


# 8-13: who is calling


@pytest.mark.parametrize(
    ("authorization", "seen"),
    [
        pytest.param("SKIP", "SKIP", id="unsigned"),
        pytest.param("TC3-HMAC-SHA256", "not of the documented form", id="only the algorithm"),
        pytest.param(
            "TC3-HMAC-SHA256 Credential=A/2026-01-01/faceid/tc3_request, SignedHeaders=host",
            "not of the documented form",
            id="cut off",
        ),
        pytest.param("Bearer abc", "not of the documented form", id="another scheme"),
        pytest.param(None, "missing", id="absent"),
    ],
)
def test_an_authorization_that_cannot_be_read_is_refused_and_not_repeated(
    client: Client, authorization: str | None, seen: str
) -> None:
    request = resent(client.v3({}), authorization=authorization)

    assert client.refusal(request)[0] == "AuthFailure.InvalidAuthorization"
    (step,) = [evidence for check, _, evidence in client.last["steps"] if check == "authorization"]
    assert step == {"header": seen}


@pytest.mark.parametrize(
    ("off", "code"),
    [(0, None), (300, None), (-300, None), (301, "expired"), (-301, "expired"), (-86_400, "expired")],
)
@pytest.mark.parametrize("make", ["v3", "v1"])
def test_three_hundred_seconds_off_are_accepted_and_one_more_is_not(
    client: Client, honest: dict[str, str], off: int, code: str | None, make: str
) -> None:
    seconds = client.now + off
    request = client.v3(honest, timestamp=seconds) if make == "v3" else client.v1(honest, Timestamp=str(seconds))

    if code is None:
        assert client.ask(request)["Result"] == "0"
    else:
        assert client.refusal(request) == (
            "AuthFailure.SignatureExpire",
            "The signature is expired, please request again.",
        )
        seen = client.step("timestamp")
        assert (seen["ahead"], seen["window"], seen["cause"]) == (off, 300, "clock_skew")
        assert f"{abs(off)} s {'ahead of' if off > 0 else 'behind'} the server's clock" in seen["detail"]


def test_the_window_follows_the_clock_of_the_tenant(client: Client, honest: dict[str, str]) -> None:
    request = client.v3(honest)
    client.tenant.clock.advance(400)

    assert client.refusal(request)[0] == "AuthFailure.SignatureExpire"


@pytest.mark.parametrize("make", ["v3", "v1"])
def test_an_unknown_key_is_not_found_and_its_id_is_kept_nowhere(
    client: Client, honest: dict[str, str], make: str
) -> None:
    nobody = "AKID" + "z" * 32
    request = client.v3(honest, secret_id=nobody) if make == "v3" else client.v1(honest, SecretId=nobody)

    assert client.refusal(request)[0] == "AuthFailure.SecretIdNotFound"
    assert nobody not in repr(client.services.tenants.lobby.journal.entries())


@pytest.mark.parametrize("make", ["v3", "v1"])
@pytest.mark.parametrize(
    ("temporary", "token", "accepted"),
    [
        pytest.param(True, "right", True, id="temporary key and its token"),
        pytest.param(True, "wrong", False, id="wrong token"),
        pytest.param(True, "", False, id="no token"),
        pytest.param(False, "right", False, id="token with a permanent key"),
        pytest.param(True, "тест", False, id="not ASCII"),
    ],
)
def test_a_token_belongs_to_its_temporary_key(
    client: Client, honest: dict[str, str], make: str, temporary: bool, token: str, accepted: bool
) -> None:
    keys = client.keys["temporary"] if temporary else client.keys
    text = client.keys["temporary"]["token"] if token == "right" else token
    if make == "v3":
        headers = {"x-tc-token": text} if text else {}
        request = client.v3(honest, secret_id=keys["secret_id"], secret_key=keys["secret_key"], headers=headers)
    else:
        more = {"Token": text} if text else {}
        request = client.v1(honest, SecretId=keys["secret_id"], secret_key=keys["secret_key"], **more)

    if accepted:
        assert client.ask(request)["Result"] == "0"
    else:
        assert client.refusal(request)[0] == "AuthFailure.TokenFailure"


def test_a_bad_token_is_noticed_before_a_bad_signature_and_bad_parameters(client: Client) -> None:
    request = client.v3({"Foo": 1}, headers={"x-tc-token": "bad"}, secret_key="K" * 32)

    assert client.refusal(request)[0] == "AuthFailure.TokenFailure"


@pytest.mark.parametrize("make", ["v3", "v1"])
def test_a_wrong_signature_is_refused_and_explained(client: Client, honest: dict[str, str], make: str) -> None:
    request = getattr(client, make)(honest, secret_key="K" * 32)

    assert client.refusal(request) == (
        "AuthFailure.SignatureFailure",
        "The provided credentials could not be validated. Please check your signature is correct.",
    )
    seen = client.step("signature")
    assert seen["cause"] == "wrong_secret"
    assert not any(value in repr(client.last) for value in (*honest.values(), client.keys["secret_key"]))


def test_the_documented_wording_of_a_signature_failure_can_be_chosen(client: Client) -> None:
    client.tenant.set_switch("tencent.signature_failure_text", "documented")

    assert "Please ensure your signature is correct." in client.refusal(client.v3({}, secret_key="K" * 32))[1]


def test_a_region_nobody_set_changes_nothing(client: Client, honest: dict[str, str]) -> None:
    """Node sends the word null, Go signs an empty parameter."""
    assert client.ask(client.v3(honest, headers={"x-tc-region": "null"}))["Result"] == "0"
    assert client.ask(client.v1(honest, Region=""))["Result"] == "0"
    assert client.ask(client.v1(honest, Region="", method="GET"))["Result"] == "0"


def test_a_v1_request_without_its_empty_parameters_is_another_one(client: Client, honest: dict[str, str]) -> None:
    request = client.v1(honest, Region="")
    shorter = replace(request, body=request.body.replace(b"&Region=", b""))

    assert client.refusal(shorter)[0] == "AuthFailure.SignatureFailure"


@pytest.mark.parametrize(
    ("host", "service", "reading", "accepted"),
    [
        pytest.param("127.0.0.1:8080", "127", "endpoint", True, id="Node and Java at an address"),
        pytest.param("localhost:8080", "localhost:8080", "endpoint", True, id="Node at a name"),
        pytest.param("localhost:8080", "localhost:8080/tencent", "endpoint", True, id="with a path"),
        pytest.param("localhost", "localhost:80", "endpoint", True, id="a port that goes without saying"),
        pytest.param("[::1]:8080", "[::1]:8080", "endpoint", True, id="IPv6"),
        pytest.param("faceid.localhost:8080", "faceid", "strict", True, id="a name that begins like the product's"),
        pytest.param("127.0.0.1:8080", "cvm", "endpoint", False, id="another product"),
        pytest.param("127.0.0.1:8080", "localhost:8080", "endpoint", False, id="another endpoint"),
        pytest.param("faceid.intl.tencentcloudapi.com", "127", "endpoint", False, id="local at the real host"),
        pytest.param("127.0.0.1:8080", "cvm", "any", True, id="whatever"),
        pytest.param("127.0.0.1:8080", "127", "strict", False, id="strict"),
    ],
)
def test_the_scope_names_the_product_or_what_clients_make_of_the_endpoint(
    client: Client, honest: dict[str, str], host: str, service: str, reading: str, accepted: bool
) -> None:
    client.host = host
    client.tenant.set_switch("tencent.service_scope", reading)
    answer = client.ask(client.v3(honest, service=service))

    if accepted:
        assert answer["Result"] == "0"
    else:
        assert answer["Error"]["Code"] == "AuthFailure.SignatureFailure"
        assert client.step("signature")["cause"] == "wrong_service"


def test_an_exact_host_refuses_a_signature_without_the_port(client: Client, honest: dict[str, str]) -> None:
    client.host = "127.0.0.1"
    request = resent(client.v3(honest), host="127.0.0.1:8080")
    assert client.ask(request)["Result"] == "0"

    client.tenant.set_switch("tencent.host_header", "exact")

    assert client.refusal(request)[0] == "AuthFailure.SignatureFailure"
    assert client.step("signature")["cause"] == "wrong_port"


def test_a_nonce_may_come_again_unless_the_switch_refuses(client: Client, honest: dict[str, str]) -> None:
    request = client.v1(honest)
    assert [client.ask(request)["Result"] for _ in range(2)] == ["0", "0"]

    client.tenant.set_switch("tencent.nonce_replay", "refuse")

    assert client.ask(request)["Result"] == "0"
    assert client.refusal(request)[0] == "AuthFailure.SignatureFailure"
    assert client.step("signature") == {"cause": "nonce_replayed"}


def test_a_denying_policy_names_the_action_and_the_request(client: Client, honest: dict[str, str]) -> None:
    client.tenant.set_switch("tencent.cam_policy", "deny")
    inside = client.ask(client.v3(honest))

    assert inside["Error"]["Code"] == "AuthFailure.UnauthorizedOperation"
    assert inside["Error"]["Message"].startswith(
        f"[request id:{inside['RequestId']}]you are not authorized to perform operation (faceid:BankCardVerification)\n"
    )


# 14: throttling


def test_the_twenty_first_call_of_a_second_is_refused_with_both_figures(client: Client, honest: dict[str, str]) -> None:
    request = client.v3(honest)
    for _ in range(20):
        assert client.ask(request)["Result"] == "0"

    assert client.refusal(request) == (
        "RequestLimitExceeded",
        "Your current request times equals to `21` in a second, which exceeds the frequency limit `20` for a second. "
        "Please reduce the frequency of calls.",
    )
    assert "`22`" in client.refusal(request)[1]
    client.tenant.clock.advance(1)
    assert client.ask(request)["Result"] == "0"


def test_refused_calls_count_too_but_only_once_the_caller_is_known(client: Client, honest: dict[str, str]) -> None:
    for _ in range(20):
        client.refusal(client.v3({}))
    for _ in range(5):
        client.refusal(client.v3(honest, secret_key="K" * 32))

    assert "`21`" in client.refusal(client.v3(honest))[1]


def test_each_action_has_its_own_bucket_unless_the_scope_says_otherwise(client: Client, honest: dict[str, str]) -> None:
    two = {name: honest[name] for name in ("Name", "BankCard")}
    client.tenant.set_switch("tencent.qps", 1)
    assert client.ask(client.v3(honest))["Result"] == "0"
    assert client.ask(client.v3(two, "BankCard2EVerification"))["Result"] == "0"

    client.tenant.clock.advance(1)
    client.tenant.set_switch("tencent.qps_scope", "key")

    assert client.ask(client.v3(honest))["Result"] == "0"
    assert client.refusal(client.v3(two, "BankCard2EVerification"))[0] == "RequestLimitExceeded"


def test_each_access_region_has_its_own_bucket_unless_the_scope_says_otherwise(
    client: Client, honest: dict[str, str]
) -> None:
    def call(region: str) -> dict[str, Any]:
        client.host = f"faceid.{region}.tencentcloudapi.com"
        return client.ask(client.v3(honest))

    client.tenant.set_switch("tencent.qps", 1)
    assert "Result" in call("ap-guangzhou")
    assert "Result" in call("ap-shanghai")

    client.tenant.clock.advance(1)
    client.tenant.set_switch("tencent.qps_scope", "action_key")

    assert "Result" in call("ap-guangzhou")
    assert "Error" in call("ap-shanghai")


def test_a_limit_of_nought_switches_throttling_off(client: Client, honest: dict[str, str]) -> None:
    client.tenant.set_switch("tencent.qps", 0)
    request = client.v3(honest)

    assert {client.ask(request)["Result"] for _ in range(100)} == {"0"}


# 15: business parameters


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        pytest.param({"IdCard": None}, "MissingParameter", MISSING.format("IdCard"), id="missing"),
        pytest.param({"Type": 0}, "UnknownParameter", "The parameter `Type` is not recognized.", id="unknown"),
        pytest.param(
            {"IdCard": 110101199003070011},
            "InvalidParameter",
            "The value type of parameter `IdCard` is not valid, input type should be `string`",
            id="number for text",
        ),
        pytest.param(
            {"CertType": "0"},
            "InvalidParameter",
            "The value type of parameter `CertType` is not valid, input type should be `int64`",
            id="text for number",
        ),
    ],
)
def test_a_faulty_parameter_is_refused_in_the_captured_words(
    client: Client, honest: dict[str, str], change: dict[str, Any], code: str, message: str
) -> None:
    assert client.refusal(client.v3({**honest, **change})) == (code, message)


def test_an_empty_object_is_read_and_misses_the_first_parameter(client: Client) -> None:
    assert client.refusal(client.v3({})) == ("MissingParameter", MISSING.format("IdCard"))


@pytest.mark.parametrize("make", ["v3", "v1"])
def test_a_query_gives_numbers_as_text_and_objects_dotted(client: Client, honest: dict[str, str], make: str) -> None:
    def ask(**more: str) -> dict[str, Any]:
        return client.ask(getattr(client, make)({**honest, **more}, method="GET"))

    assert ask(CertType="0")["Result"] == "0"
    assert ask(CertType="x")["Error"]["Code"] == "InvalidParameter"
    assert ask(**{"Encryption.Iv": "QQ=="})["Error"]["Message"] == MISSING.format("Encryption.EncryptList")
    assert ask(**{"Encryption.Foo": "x"})["Error"]["Message"] == MISSING.format("Encryption.EncryptList")
    whole = {"Encryption.EncryptList.0": "Name", "Encryption.CiphertextBlob": "QQ==", "Encryption.Iv": "QQ=="}
    assert ask(**whole)["Error"]["Code"] == "FailedOperation.DecryptSystemError"
    assert (
        ask(**whole, **{"Encryption.Foo": "x"})["Error"]["Message"]
        == "The parameter `Encryption.Foo` is not recognized."
    )


def test_of_repeated_query_keys_the_last_one_counts(client: Client) -> None:
    query = b"IdCard=0&Name=x&BankCard=6217000000000000103&IdCard=310115188503140620&Name=%E6%9E%97%E9%9D%99%E6%80%A1"

    assert client.ask(client.v3(query, method="GET"))["Result"] == "0"


@pytest.mark.parametrize("space", [b"+", b"%20"])
def test_both_spellings_of_a_blank_in_a_query_are_read(client: Client, space: bytes) -> None:
    query = b"IdCard=11204416541220243X&Name=Wei" + space + b"Xiaobao&BankCard=" + space + b"6226090210146748"

    assert client.ask(client.v3(query, method="GET"))["Result"] == "0"


def test_a_name_in_gbk_arrives_garbled_and_is_no_name(client: Client, honest: dict[str, str]) -> None:
    query = b"IdCard=310115188503140620&BankCard=6217000000000000103&Name=%C1%D6%BE%B2%E2%F9"

    assert client.ask(client.v3(query, method="GET"))["Result"] == "-2"


@pytest.mark.parametrize("name", ["110101199003070011", "林静怡", "x" * 65, "6217 0000", "a.12345"])
def test_an_unknown_name_that_may_be_personal_is_answered_but_not_kept(
    client: Client, honest: dict[str, str], name: str
) -> None:
    assert client.refusal(client.v3({**honest, name: 1})) == (
        "UnknownParameter",
        f"The parameter `{name}` is not recognized.",
    )
    assert name not in repr(client.last)


@pytest.mark.parametrize("name", ["Type", "Foo.Bar", "Foo.0"])
def test_an_unknown_name_that_is_a_word_is_kept(client: Client, honest: dict[str, str], name: str) -> None:
    client.refusal(client.v3({**honest, name: "x"}))

    assert client.step("parameters")["parameter"] == name


# the order


FAULTS: dict[str, tuple[str, dict[str, Any]]] = {
    "content_type": ("UnsupportedProtocol", {"content_type": "text/plain"}),
    "body": ("InvalidParameter", {"body": b"[]"}),
    "common_parameters": ("MissingParameter", {"headers": {"x-tc-timestamp": ""}}),
    "version": ("NoSuchVersion", {"headers": {"x-tc-version": "1"}}),
    "action": ("InvalidAction", {"action": "Nothing"}),
    "authorization": ("AuthFailure.InvalidAuthorization", {"headers": {"authorization": "TC3-HMAC-SHA256"}}),
    "timestamp": ("AuthFailure.SignatureExpire", {"timestamp": 1}),
    "secret_id": ("AuthFailure.SecretIdNotFound", {"secret_id": "AKIDNOBODY"}),
    "token": ("AuthFailure.TokenFailure", {"headers": {"x-tc-token": "x"}}),
    "signature": ("AuthFailure.SignatureFailure", {"secret_key": "K" * 32}),
    "cam_policy": ("AuthFailure.UnauthorizedOperation", {"switch": ("tencent.cam_policy", "deny")}),
    "throttle": ("RequestLimitExceeded", {"full": True}),
    "parameters": ("MissingParameter", {"body": b"{}"}),
}
"""By step: the code it answers, and how to make a request (or the tenant) fail it."""


@pytest.mark.parametrize(("first", "second"), list(zip(FAULTS, list(FAULTS)[1:], strict=False)))
def test_of_two_faults_the_earlier_step_answers(
    client: Client, honest: dict[str, str], first: str, second: str
) -> None:
    spoilt: dict[str, Any] = {"headers": {}, "body": honest}
    for step in (second, first):
        for name, value in FAULTS[step][1].items():
            if name == "headers":
                spoilt["headers"] |= value
            elif name == "switch":
                client.tenant.set_switch(*value)
            elif name == "full":
                client.tenant.set_switch("tencent.qps", 1)
                client.tenant.throttle.per_second("tencent BankCardVerification ", 1)
            else:
                spoilt[name] = value
    body = spoilt.pop("body")

    assert client.refusal(client.v3(body, **spoilt))[0] == FAULTS[first][0]


def test_the_evidence_of_the_throttle_shows_how_far_the_bucket_is_filled(
    client: Client, honest: dict[str, str]
) -> None:
    client.ask(client.v3(honest))

    assert client.step("throttle") == {"attempts": 1, "limit": 20}


def test_the_limits_are_those_of_the_page() -> None:
    assert (gateway.LONGEST_QUERY, gateway.LONGEST_FORM, gateway.LONGEST_JSON) == (32_768, 1_048_576, 10_485_760)
