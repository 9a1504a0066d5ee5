"""The RPC signature of Alibaba Cloud against published and captured vectors, both official SDKs, and its own rules."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode

import pytest
from alibabacloud_tea_openapi.utils import Utils
from aliyunsdkcore.auth.composer import rpc_signature_composer
from aliyunsdkcore.utils import parameter_helper

from kyc_core.signing import aliyun_rpc
from kyc_core.signing.canonical import query_pairs

SECRET = "testAccessKeySecret"
NONCE = "3156853299f313e23d1673dc12e1703d"
COMMON = {
    "AccessKeyId": "testAccessKeyId",
    "Action": "CheckResult",
    "Format": "JSON",
    "SignatureMethod": "HMAC-SHA1",
    "SignatureNonce": NONCE,
    "SignatureVersion": "1.0",
    "Timestamp": "2024-05-06T07:08:09Z",
    "Version": "2022-08-09",
}
CHECK = COMMON | {
    "IsReturnImage": "N",
    "MerchantBizId": "e0c34a77f5ac40a5aa5e6ed20c353888",
    "TransactionId": "hksb7ba1b28130d24e015d694361bee4",
}
MOBILE = COMMON | {
    "Action": "Mobile2MetaVerifyIntl",
    "Mobile": "13800138000",
    "ParamType": "normal",
    "ProductCode": "MOBILE_2META",
    "UserName": "张三 *~",
}
ID = COMMON | {
    "Action": "Id2MetaVerifyIntl",
    "IdentifyNum": "11010519491231002X",
    "ParamType": "normal",
    "ProductCode": "ID_2META",
    "UserName": "张三·A *~!'()",
}
DOCUMENTED = COMMON | {
    "AccessKeyId": "testid",
    "Action": "DescribeRegions",
    "Format": "XML",
    "SignatureNonce": "3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf",
    "Timestamp": "2016-02-23T12:46:24Z",
    "Version": "2014-05-26",
}

VECTORS = [
    pytest.param("POST", CHECK | {"Format": "json"}, SECRET, "GCymn8h/f+S3XtCQphKzueoJTx0=", id="E Python, older kind"),
    pytest.param(
        "POST",
        MOBILE | {"Format": "json", "SecurityToken": "CAIS+example/token=="},
        SECRET,
        "frcKzKibrjeEtSh1tPE2g/Sdohc=",
        id="F Python with a token and a form",
    ),
    pytest.param(
        "POST",
        CHECK | {"RegionId": "cn-hongkong", "SignatureType": ""},
        SECRET,
        "CvzhaWWfVRssceMJ7XRoMlTKlVQ=",
        id="G core SDK, a blank parameter",
    ),
    pytest.param("POST", CHECK, SECRET, "eKAhN7V60bkJIfwjN3DKo3VR/ys=", id="H Node, all in the form"),
    pytest.param("GET", ID, SECRET, "hIff3wDqxlvJjX7gBA2DvXX7vSQ=", id="I Node, GET"),
    pytest.param("GET", DOCUMENTED, "testsecret", "OLeaidS1JvxuMvnyHOwuJ+uX5qY=", id="documentation"),
]


@pytest.mark.parametrize(("method", "params", "secret", "signature"), VECTORS)
def test_every_vector_is_signed_and_accepted(method: str, params: dict[str, str], secret: str, signature: str) -> None:
    received = aliyun_rpc.parameters(query_pairs(urlencode(params | {"Signature": signature}).encode()))

    assert aliyun_rpc.sign(access_key_secret=secret, method=method, params=params) == signature
    assert aliyun_rpc.verify(received, access_key_secret=secret, method=method)


def test_the_string_to_sign_is_the_captured_one() -> None:
    params = CHECK | {"Format": "json", "Signature": "left out"}

    assert aliyun_rpc.string_to_sign("POST", params) == (
        "POST&%2F&AccessKeyId%3DtestAccessKeyId%26Action%3DCheckResult%26Format%3Djson%26IsReturnImage%3DN"
        "%26MerchantBizId%3De0c34a77f5ac40a5aa5e6ed20c353888%26SignatureMethod%3DHMAC-SHA1"
        "%26SignatureNonce%3D3156853299f313e23d1673dc12e1703d%26SignatureVersion%3D1.0"
        "%26Timestamp%3D2024-05-06T07%253A08%253A09Z%26TransactionId%3Dhksb7ba1b28130d24e015d694361bee4"
        "%26Version%3D2022-08-09"
    )


PARAMS = [
    pytest.param({}, id="nothing"),
    pytest.param({"UserName": "张三·A *~!'()"}, id="Chinese and every sign"),
    pytest.param({"a": "", "A": "x=y&z+%20", "a.1": "/~-_.", "é": "\N{GRINNING FACE}\n"}, id="blanks and separators"),
]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("params", PARAMS)
def test_the_official_sdk_signs_alike(method: str, params: dict[str, str]) -> None:
    official = Utils.get_rpcsignature(COMMON | params, method, SECRET)

    assert aliyun_rpc.sign(access_key_secret=SECRET, method=method, params=COMMON | params) == official


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("params", PARAMS)
def test_the_official_core_sdk_signs_alike(method: str, params: dict[str, str]) -> None:
    with (
        patch.object(parameter_helper, "get_uuid", return_value=NONCE),
        patch.object(parameter_helper, "get_iso_8061_date", return_value="2024-05-06T07:08:09Z"),
    ):
        url, text = rpc_signature_composer.get_signed_url(
            dict(CHECK), "testAccessKeyId", SECRET, "JSON", method, params
        )
    received = aliyun_rpc.parameters(query_pairs(url.partition("?")[2].encode()), list(params.items()))

    assert received["SignatureType"] == ""
    assert aliyun_rpc.string_to_sign(method, received) == text
    assert aliyun_rpc.verify(received, access_key_secret=SECRET, method=method)


GOOD = MOBILE | {"Signature": aliyun_rpc.sign(access_key_secret=SECRET, method="POST", params=MOBILE)}


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"access_key_secret": SECRET + "\n"}, id="secret"),
        pytest.param({"method": "GET"}, id="method"),
        pytest.param({"params": GOOD | {"Mobile": "13800138001"}}, id="a value"),
        pytest.param({"params": GOOD | {"SignatureType": ""}}, id="a blank parameter more"),
        pytest.param({"params": {k: v for k, v in GOOD.items() if k != "Format"}}, id="a parameter less"),
        pytest.param({"params": MOBILE}, id="no signature"),
        pytest.param({"params": GOOD | {"Signature": ""}}, id="empty signature"),
        pytest.param({"params": GOOD | {"Signature": GOOD["Signature"].replace("+", " ") + " "}}, id="blanks"),
        pytest.param({"params": GOOD | {"Signature": "张三"}}, id="not Base64"),
        pytest.param({"params": GOOD | {"Signature": "\ud800"}}, id="not text"),
    ],
)
def test_anything_that_changes_is_refused(changes: dict[str, Any]) -> None:
    good: dict[str, Any] = {"params": GOOD, "access_key_secret": SECRET, "method": "POST"}

    assert aliyun_rpc.verify(**good)
    assert not aliyun_rpc.verify(**(good | changes))


def test_query_and_form_are_signed_together_and_the_query_goes_first() -> None:
    merged = aliyun_rpc.parameters([("a", "1"), ("b", ""), ("a", "2")], [("b", "3"), ("c", "4")])

    assert merged == {"a": "1", "b": "", "c": "4"}


def test_bytes_that_are_not_utf_8_are_signed_as_they_are() -> None:
    received = aliyun_rpc.parameters(query_pairs(b"n=%D5%C5"))

    assert aliyun_rpc.string_to_sign("GET", received) == "GET&%2F&n%3D%25D5%25C5"


def test_any_text_can_be_signed() -> None:
    assert aliyun_rpc.sign(access_key_secret="\ud800", method="\ud800", params={"\ud800": "\udfff"})
