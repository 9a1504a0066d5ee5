from __future__ import annotations

from typing import Any

import orjson
import pytest

from simulator.providers.tencent import messages
from simulator.providers.tencent.messages import Unreadable
from simulator.wire import WireRequest


def request(method: str = "GET", query: bytes = b"", body: bytes = b"", **headers: str) -> WireRequest:
    sent = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return WireRequest(method=method, path="/", query=query, headers=sent, body=body)


@pytest.mark.parametrize(
    ("headers", "v3"),
    [
        pytest.param({"authorization": "TC3-HMAC-SHA256 Credential=..."}, True, id="TC3"),
        pytest.param({"authorization": "SKIP"}, True, id="unsigned"),
        pytest.param({"x-tc-action": "BankCardVerification"}, True, id="action header alone"),
        pytest.param({"authorization": "Bearer abc"}, False, id="another scheme"),
        pytest.param({}, False, id="nothing"),
    ],
)
def test_the_signature_version_is_told_by_authorization_or_action_header(headers: dict[str, str], v3: bool) -> None:
    assert messages.is_v3(headers) is v3


@pytest.mark.parametrize(
    ("asked", "ours"),
    [
        pytest.param(request(x_tc_action="Anything"), True, id="v3"),
        pytest.param(request(query=b"Action=A&SecretId=AKID&Version=2018-03-01"), True, id="v1 GET"),
        pytest.param(request("POST", body=b"Action=A&SecretId=AKID"), True, id="v1 POST without a version"),
        pytest.param(request("POST", body=b"Action=A&Version=2018-03-01"), True, id="v1 POST without a key"),
        pytest.param(request(query=b"Action=A&Version=2022-08-09"), False, id="another version"),
        pytest.param(request(query=b"Action=A&AccessKeyId=x&SecretId=y"), False, id="another cloud's key"),
        pytest.param(request(), False, id="nothing"),
    ],
)
def test_requests_to_no_particular_host_are_told_by_what_their_client_signs(asked: WireRequest, ours: bool) -> None:
    assert messages.looks_signed(asked) is ours


def test_json_members_that_are_null_count_as_absent() -> None:
    assert messages.read_json(b'{"Name":"a","Encryption":null}') == {"Name": "a"}


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"[]", id="array"),
        pytest.param(b'"text"', id="text"),
        pytest.param(b"null", id="null"),
        pytest.param(b'{"Name":', id="cut off"),
        pytest.param(b"\xef\xbb\xbf{}", id="byte order mark"),
        pytest.param('{"Name":"韦小宝"}'.encode("gbk"), id="GBK"),
        pytest.param('{"Name":"韦小宝"}'.encode("utf-16"), id="UTF-16"),
        pytest.param(b'{"Name":NaN}', id="NaN"),
        pytest.param(b'{"Name":"\\ud800"}', id="lone surrogate"),
        pytest.param(b"[" * 100_000, id="a hundred thousand brackets"),
        pytest.param(b'{"a":' * 5_000 + b"1" + b"}" * 5_000, id="five thousand levels"),
    ],
)
def test_a_body_that_is_no_json_object_is_unreadable(body: bytes) -> None:
    with pytest.raises(Unreadable) as caught:
        messages.read_json(body)

    assert caught.value.wording == "json"


@pytest.mark.parametrize("raw", [b"", b"a=", b"a=1&&b=2", b"=x", b"a==="])
def test_every_pair_with_an_equals_sign_is_readable(raw: bytes) -> None:
    messages.check_pairs(raw)


@pytest.mark.parametrize("raw", [b"a", b"a=1&b", b"{}"])
def test_a_pair_without_an_equals_sign_is_unreadable(raw: bytes) -> None:
    with pytest.raises(Unreadable) as caught:
        messages.check_pairs(raw)

    assert caught.value.wording == "form"


@pytest.mark.parametrize(
    ("pairs", "parameters"),
    [
        pytest.param({"Name": "a"}, {"Name": "a"}, id="flat"),
        pytest.param({"E.Iv": "i"}, {"E": {"Iv": "i"}}, id="one member"),
        pytest.param({"E.L.1": "b", "E.L.0": "a"}, {"E": {"L": ["a", "b"]}}, id="list out of order"),
        pytest.param({"E.L.10": "b", "E.L.9": "a"}, {"E": {"L": ["a", "b"]}}, id="indices are numbers"),
        pytest.param({"E.L.5": "a"}, {"E": {"L": ["a"]}}, id="gaps close"),
        pytest.param({"E.L.x": "a"}, {"E": {"L.x": "a"}}, id="no index"),
        pytest.param({"E.L.١": "a"}, {"E": {"L.١": "a"}}, id="another script's digit"),
        pytest.param({"E": "x", "E.Iv": "i"}, {"E": {"Iv": "i"}}, id="flat then dotted"),
        pytest.param({"E.Iv": "i", "E": "x"}, {"E": {"Iv": "i"}}, id="dotted then flat"),
        pytest.param({"Name.First": "a"}, {"Name.First": "a"}, id="a text has no members"),
        pytest.param({"E.a.b.c": "x"}, {"E": {"a.b.c": "x"}}, id="too deep"),
    ],
)
def test_flattened_parameters_are_nested_again(pairs: dict[str, str], parameters: dict[str, Any]) -> None:
    assert messages.nested(pairs, objects=("E",)) == parameters


def test_common_parameters_of_a_form_are_not_business_parameters() -> None:
    pairs = {"Action": "A", "RequestClient": "SDK", "Region": "", "Name": "a", "Nonce": "0", "SignatureMethod": "x"}

    assert messages.without_common(pairs) == {"Name": "a"}
    assert messages.common_from_parameters(pairs).nonce == "0"


@pytest.mark.parametrize(
    ("sent", "kind"),
    [
        ("application/json", "application/json"),
        ("Application/JSON; charset=utf-8", "application/json"),
        ("multipart/form-data; boundary=abc", "multipart/form-data"),
        ("", ""),
    ],
)
def test_a_media_type_is_read_without_case_and_parameters(sent: str, kind: str) -> None:
    assert messages.media_type(sent) == kind


def test_a_success_is_compact_raw_utf_8_with_a_text_result_in_documented_order() -> None:
    body = messages.success("-1", "认证未通过", "id")

    assert body == '{"Response":{"Result":"-1","Description":"认证未通过","RequestId":"id"}}'.encode()


def test_an_error_has_its_members_in_the_captured_order() -> None:
    body = messages.error("MissingParameter", "The `x` is missing.", "id")

    assert (
        body == b'{"Response":{"Error":{"Code":"MissingParameter","Message":"The `x` is missing."},"RequestId":"id"}}'
    )


def test_a_lone_surrogate_in_a_message_is_replaced() -> None:
    assert orjson.loads(messages.error("C", "a\ud800b", "id"))["Response"]["Error"]["Message"] == "a?b"
