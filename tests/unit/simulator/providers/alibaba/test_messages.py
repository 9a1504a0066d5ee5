from __future__ import annotations

import json

import pytest

from simulator.providers.alibaba import messages
from simulator.providers.alibaba.codes import Envelope
from simulator.wire import WireRequest, WireResponse

V1 = b"Action=CheckResult&Version=2022-08-09&AccessKeyId=LTAI"


def request(query: bytes = b"", body: bytes = b"", **headers: str) -> WireRequest:
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return WireRequest(method="POST", path="/", query=query, headers=named, body=body)


@pytest.mark.parametrize(
    ("asked", "signed"),
    [
        pytest.param(request(authorization="ACS3-HMAC-SHA256 Credential=a"), True, id="V3"),
        pytest.param(request(authorization="ACS3-RSA-SHA256 Credential=a"), True, id="V3 of another kind"),
        pytest.param(request(x_acs_action="CheckResult"), True, id="V3 without a signature"),
        pytest.param(request(V1), True, id="V1 in the query"),
        pytest.param(
            request(body=V1, content_type="application/x-www-form-urlencoded; charset=utf-8"), True, id="form"
        ),
        pytest.param(request(b"Action=Initialize&Version=2022-08-09"), True, id="V1 without a key"),
        pytest.param(request(b"Action=MobileDetect&Version=2019-03-07"), True, id="the domestic product"),
        pytest.param(request(body=V1, content_type="application/json"), False, id="not a form"),
        pytest.param(request(b"Action=DescribeRegions&Version=2014-05-26"), False, id="another product"),
        pytest.param(request(authorization="TC3-HMAC-SHA256 Credential=a"), False, id="another cloud"),
        pytest.param(request(), False, id="nothing"),
    ],
)
def test_a_request_to_nowhere_is_told_by_what_it_signs(asked: WireRequest, signed: bool) -> None:
    assert messages.looks_signed(asked) is signed


def test_common_parameters_of_v3_stand_in_headers_and_the_answer_is_json() -> None:
    headers = {
        "x-acs-action": "CheckResult",
        "x-acs-version": "2022-08-09",
        "x-acs-date": "2024-05-06T07:08:09Z",
        "x-acs-signature-nonce": "n",
        "x-acs-security-token": "t",
    }

    assert messages.common_from_headers(headers, "LTAI") == messages.Common(
        action="CheckResult",
        version="2022-08-09",
        timestamp="2024-05-06T07:08:09Z",
        nonce="n",
        access_key_id="LTAI",
        token="t",
        format="JSON",
    )


def test_the_action_of_v1_is_the_parameter_and_only_without_one_the_header() -> None:
    headers = {"x-acs-action": "checkResult", "x-acs-version": "2022-08-09"}

    assert messages.common_from_parameters({"Action": "CheckResult"}, headers).action == "CheckResult"
    assert messages.common_from_parameters({}, headers)[:2] == ("checkResult", "2022-08-09")


def test_business_parameters_are_what_is_not_common() -> None:
    pairs = {"Action": "a", "SignatureType": "", "RegionId": "cn-hongkong", "TransactionId": "t", "isReturnImage": "Y"}

    assert messages.without_common(pairs) == {"TransactionId": "t", "isReturnImage": "Y"}


def test_a_success_has_its_members_in_order() -> None:
    document = messages.success(Envelope.RO, {"BizCode": "1"}, code="200", message="success", request_id="I")

    assert messages.as_json(document) == (
        b'{"RequestId":"I","Code":"200","Message":"success","ResultObject":{"BizCode":"1"}}'
    )


def test_text_in_json_keeps_its_characters() -> None:
    assert messages.as_text({"name": "测试"}) == '{"name":"测试"}'


def test_what_is_not_utf8_is_replaced_in_an_error() -> None:
    assert json.loads(messages.as_json({"Message": "a\udce4b"})) == {"Message": "a\ufffdb"}


def test_xml_escapes_nests_lists_and_leaves_nothing_out_but_nothing() -> None:
    document = {"A": "<&>", "B": {"C": 1.5, "D": None}, "Items": [{"E": "x"}, {"E": "y"}]}

    assert messages.as_xml("R", document).decode() == (
        "<?xml version='1.0' encoding='UTF-8'?><R><A>&lt;&amp;&gt;</A><B><C>1.5</C></B>"
        "<Items><Item><E>x</E></Item><Item><E>y</E></Item></Items></R>"
    )


def answer(body: bytes, content_type: str) -> WireResponse:
    return WireResponse(status=200, headers=(("Content-Type", content_type),), body=body)


def test_an_answer_reads_the_same_from_json_and_xml() -> None:
    document = {
        "RequestId": "I",
        "Result": {"SubCode": "200", "FaceComparisonScore": 92.5, "ExtFaceInfo": {}},
        "ResultObject": {"ChargeCount": 1, "Items": [{"Mobile": "1"}], "LogInfo": []},
    }
    read = [
        messages.document(answer(messages.as_json(document), messages.JSON)),
        messages.document(answer(messages.as_xml("R", document), messages.XML)),
    ]

    assert read == [document, document]


@pytest.mark.parametrize("content_type", [messages.JSON, messages.XML])
def test_what_is_neither_json_nor_xml_cannot_be_read(content_type: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        messages.document(answer(b"<a", content_type))


def test_headers_follow_from_the_answer() -> None:
    first, same, other = (
        dict(messages.headers(b"{}", content_type=messages.JSON, request_id=one, date="d")) for one in ("a", "a", "b")
    )

    assert first == same
    assert first["x-acs-trace-id"] != other["x-acs-trace-id"]
    assert (first["x-acs-request-id"], first["Content-Type"]) == ("a", "application/json;charset=utf-8")
    assert len(first["x-acs-trace-id"]) == 32
