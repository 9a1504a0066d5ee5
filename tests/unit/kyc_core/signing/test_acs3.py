"""ACS3-HMAC-SHA256 against published and captured vectors, the official SDK, and the rules of the verifier."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from alibabacloud_tea_openapi.utils import Utils

from kyc_core.signing import acs3, aliyun
from kyc_core.signing.canonical import EMPTY_SHA256, sha256_hex

KEY_ID = "testAccessKeyId"
SECRET = "testAccessKeySecret"
NONCE = "3156853299f313e23d1673dc12e1703d"
NOW = 1714979289
PYTHON = {
    "accept": "application/json",
    "user-agent": "AlibabaCloud (Linux; x86_64) Python/3.11.7 Core/0.4.3 TeaDSL/2",
}
STATIC_KEY = {"x-acs-credentials-provider": "static_ak"}
TEMPORARY_KEY = {
    "x-acs-credentials-provider": "static_sts",
    "x-acs-accesskey-id": KEY_ID,
    "x-acs-security-token": "CAIS+example/token==",
}
FORM = {"content-type": "application/x-www-form-urlencoded"}
CHECK = b"TransactionId=hksb7ba1b28130d24e015d694361bee4&IsReturnImage=N&MerchantBizId=e0c34a77f5ac40a5aa5e6ed20c353888"
MOBILE = b"Mobile=13800138000&ParamType=normal&ProductCode=MOBILE_2META&UserName=%E5%BC%A0%E4%B8%89+%2A~"
ID = {
    "IdentifyNum": "11010519491231002X",
    "ParamType": "normal",
    "ProductCode": "ID_2META",
    "UserName": "张三·A *~!'()",
}
LOCAL = "127.0.0.1:18765"


def common(**changes: Any) -> dict[str, str]:
    parts: dict[str, Any] = {
        "host": aliyun.HONG_KONG,
        "action": "CheckResult",
        "version": "2022-08-09",
        "seconds": NOW,
        "nonce": NONCE,
    }
    return acs3.common_headers(**(parts | changes))


VECTORS = [
    pytest.param(
        common() | PYTHON | STATIC_KEY,
        CHECK,
        b"",
        "1443a574c36127fdb6dee731c3adfe7ef234b6d7ba19b878da0083877c0b4f73",
        "12476fe81d43d14f5d2bc77bb0afe7744961db5922521f6de2cac94ba3d1608e",
        id="A Python, CheckResult",
    ),
    pytest.param(
        common(action="Mobile2MetaVerifyIntl", body=MOBILE) | PYTHON | TEMPORARY_KEY | FORM,
        b"",
        MOBILE,
        "ff6eee27b512c651797f4a98c55deda4d10f973b6465eead881adbbd052b7dbf",
        "a20a924089a430627369fab0457ba4bda11015312e4d43751dff8d0505bd901c",
        id="B Python with a token and a form",
    ),
    pytest.param(
        common(host=LOCAL) | STATIC_KEY,
        CHECK,
        b"",
        "8c09982cc9328a934cf6ed6278e10476885aea300c9495d6b97cdfee7c87c5a1",
        "fff55a6ff387984050b12c2f1e213f31e7bcc391a9f672aa2380eb0e28ff37ad",
        id="C TypeScript at a local server",
    ),
    pytest.param(
        common(host=LOCAL, action="Id2MetaVerifyIntl") | STATIC_KEY,
        urlencode(ID, safe="*~!'()", quote_via=quote).encode(),
        b"",
        "cdb9e42f0340672f7661460eb9f9742d83742b008c00bd329bfef6bb0395f52a",
        "6d7e33a7f01dada7091554f886263b1d53f45894e1f0232a01dcac3dacc417ff",
        id="D TypeScript, a name of every kind of sign",
    ),
]


def signed(headers: dict[str, str], query: bytes = b"", body: bytes = b"", **changes: Any) -> str:
    """Sign every header, as the Python SDK does."""
    request: dict[str, Any] = {
        "access_key_id": KEY_ID,
        "access_key_secret": SECRET,
        "method": "POST",
        "headers": headers,
        "query": query,
        "body": body,
        "signed_headers": headers,
    }
    return acs3.sign(**(request | changes))


def accepts(authorization: str, headers: dict[str, str], **changes: Any) -> bool:
    presented = acs3.parse_authorization(authorization)
    assert presented is not None
    request: dict[str, Any] = {
        "access_key_secret": SECRET,
        "method": "POST",
        "path": "/",
        "query": CHECK,
        "headers": headers,
        "body": b"",
    }
    return acs3.verify(presented, **(request | changes))


@pytest.mark.parametrize(("headers", "query", "body", "digest", "signature"), VECTORS)
def test_every_captured_vector_is_signed_and_accepted(
    headers: dict[str, str], query: bytes, body: bytes, digest: str, signature: str
) -> None:
    authorization = signed(headers, query, body)
    listed = ";".join(sorted(headers))
    presented = acs3.parse_authorization(authorization)
    assert presented is not None
    canonical = acs3.received_request(presented, method="POST", path="/", query=query, headers=headers, body=body)

    assert authorization == f"ACS3-HMAC-SHA256 Credential={KEY_ID},SignedHeaders={listed},Signature={signature}"
    assert acs3.string_to_sign(canonical) == f"ACS3-HMAC-SHA256\n{digest}"
    assert accepts(authorization, headers, query=query, body=body)


def test_the_published_vector_is_signed_and_accepted() -> None:
    headers = common(
        host="ecs.cn-shanghai.aliyuncs.com", action="RunInstances", version="2014-05-26", seconds=1698315752
    )
    query = b"RegionId=cn-shanghai&ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"
    authorization = signed(headers, query, access_key_id="YourAccessKeyId", access_key_secret="YourAccessKeySecret")

    assert headers["x-acs-date"] == "2023-10-26T10:22:32Z"
    assert authorization.endswith("06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0")
    assert accepts(authorization, headers, query=query, access_key_secret="YourAccessKeySecret")


def test_the_canonical_request_is_the_published_one() -> None:
    headers = common() | PYTHON | STATIC_KEY
    presented = acs3.parse_authorization(signed(headers, CHECK))
    assert presented is not None

    shown = acs3.received_request(presented, method="POST", path="/", query=CHECK, headers=headers, body=b"")

    assert shown == "\n".join(
        [
            "POST",
            "/",
            "IsReturnImage=N&MerchantBizId=e0c34a77f5ac40a5aa5e6ed20c353888&TransactionId=hksb7ba1b28130d24e015d694361bee4",
            "accept:application/json",
            "host:cloudauth-intl.cn-hongkong.aliyuncs.com",
            "user-agent:AlibabaCloud (Linux; x86_64) Python/3.11.7 Core/0.4.3 TeaDSL/2",
            "x-acs-action:CheckResult",
            f"x-acs-content-sha256:{EMPTY_SHA256}",
            "x-acs-credentials-provider:static_ak",
            "x-acs-date:2024-05-06T07:08:09Z",
            "x-acs-signature-nonce:3156853299f313e23d1673dc12e1703d",
            "x-acs-version:2022-08-09",
            "",
            "accept;host;user-agent;x-acs-action;x-acs-content-sha256;x-acs-credentials-provider;x-acs-date;"
            "x-acs-signature-nonce;x-acs-version",
            EMPTY_SHA256,
        ]
    )


def test_a_signed_header_that_did_not_arrive_shows_as_an_empty_line() -> None:
    presented = acs3.Authorization(KEY_ID, "host;x-acs-date", "0" * 64)

    shown = acs3.received_request(presented, method="GET", path="/", query=b"", headers={"host": LOCAL}, body=b"")

    assert f"host:{LOCAL}\nx-acs-date:\n\nhost;x-acs-date\n" in shown


@pytest.mark.parametrize("host", [aliyun.HONG_KONG, "127.0.0.1:8080"])
@pytest.mark.parametrize(
    "params",
    [
        pytest.param({}, id="nothing"),
        pytest.param(ID, id="Chinese and every sign"),
        pytest.param({"a": "", "A": "x=y&z+%20", "a.1": "/~", "_": "\N{GRINNING FACE}\n"}, id="blanks and separators"),
    ],
)
@pytest.mark.parametrize("spelling", [urlencode, lambda pairs: urlencode(pairs, quote_via=quote, safe="*~!'()")])
def test_the_official_sdk_signs_alike(host: str, params: dict[str, str], spelling: Any) -> None:
    headers = common(host=host) | PYTHON | STATIC_KEY
    request = SimpleNamespace(pathname="/", query=params, headers=headers, method="POST")

    official = Utils.get_authorization(request, "ACS3-HMAC-SHA256", EMPTY_SHA256, KEY_ID, SECRET)

    assert signed(headers, spelling(params).encode()) == official
    assert accepts(official, headers, query=spelling(params).encode())


@pytest.mark.parametrize(
    ("query", "canonical"),
    [
        pytest.param(b"", "", id="none"),
        pytest.param(b"b=2&a=1", "a=1&b=2", id="sorted"),
        pytest.param(b"a-b=1&a=2", "a=2&a-b=1", id="sorted by name, not by pair"),
        pytest.param(b"a", "a=", id="a name alone"),
        pytest.param(b"a=&&b=", "a=&b=", id="blanks kept, empty pairs not"),
        pytest.param(b"a=b=c", "a=b%3Dc", id="an equals sign in a value"),
        pytest.param(b"n=a+b&m=a%20b", "m=a%20b&n=a%20b", id="both spellings of a blank"),
        pytest.param(b"n=*~!'()", "n=%2A~%21%27%28%29", id="what JavaScript does not escape"),
        pytest.param(b"n=%2a%7e", "n=%2A~", id="lower-case escapes"),
        pytest.param(b"n=%zz%", "n=%25zz%25", id="not an escape"),
        pytest.param("n=张".encode(), "n=%E5%BC%A0", id="raw UTF-8"),
        pytest.param(b"n=\xd5\xc5%D5", "n=%D5%C5%D5", id="not UTF-8"),
        pytest.param(b"a=2&a=1", "a=2&a=1", id="a name twice"),
    ],
)
def test_the_query_is_decoded_and_escaped_anew(query: bytes, canonical: str) -> None:
    assert acs3.canonical_query(query) == canonical


GOOD_HEADERS = common() | PYTHON | STATIC_KEY
GOOD = signed(GOOD_HEADERS, CHECK)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="empty"),
        pytest.param(GOOD + "\n", id="line feed at the end"),
        pytest.param(GOOD.replace("ACS3-HMAC-SHA256", "ACS3-HMAC-SM3"), id="another algorithm"),
        pytest.param(GOOD.replace("ACS3-", "acs3-"), id="lower case"),
        pytest.param(GOOD.replace(KEY_ID, ""), id="no key"),
        pytest.param(GOOD.replace("Credential=testAccessKeyId,", ""), id="no credential"),
        pytest.param(GOOD.partition(",Signature=")[0], id="no signature"),
        pytest.param(GOOD[:-64], id="empty signature"),
        pytest.param(GOOD.replace("Signature=", "Signature=é"), id="not ASCII"),
        pytest.param(GOOD + ",x", id="something after it"),
    ],
)
def test_what_is_not_a_complete_authorization_is_not_parsed(text: str) -> None:
    assert acs3.parse_authorization(text) is None


def test_blanks_after_commas_are_allowed() -> None:
    assert acs3.parse_authorization(GOOD.replace(",", ", ")) == acs3.parse_authorization(GOOD)


@pytest.mark.parametrize(
    ("text", "announced"),
    [
        (GOOD, "ACS3-HMAC-SHA256"),
        ("ACS3-RSA-SHA256 Credential=a", "ACS3-RSA-SHA256"),
        ("ACS3-HMAC-SM3", "ACS3-HMAC-SM3"),
        ("acs testid:x", ""),
        ("Basic x", ""),
        ("", ""),
    ],
)
def test_the_announced_algorithm_is_told(text: str, announced: str) -> None:
    assert acs3.algorithm(text) == announced


def test_a_hostile_authorization_is_refused_in_bounded_time() -> None:
    assert acs3.parse_authorization("ACS3-HMAC-SHA256 Credential=" + "a, SignedHeaders=" * 60_000) is None


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"access_key_secret": SECRET + "\n"}, id="secret"),
        pytest.param({"access_key_secret": SECRET + "&"}, id="secret of the older version"),
        pytest.param({"method": "GET"}, id="method"),
        pytest.param({"query": CHECK + b"&a=1"}, id="query"),
        pytest.param({"body": b"a=1"}, id="body, with a stale digest"),
        pytest.param(
            {"body": b"a=1", "headers": GOOD_HEADERS | {"x-acs-content-sha256": sha256_hex(b"a=1")}},
            id="body, with its digest",
        ),
        pytest.param({"headers": GOOD_HEADERS | {"host": LOCAL}}, id="host"),
        pytest.param({"headers": GOOD_HEADERS | {"host": f"{aliyun.HONG_KONG}:443"}}, id="port"),
        pytest.param({"headers": GOOD_HEADERS | {"x-acs-action": "checkResult"}}, id="action"),
        pytest.param({"headers": GOOD_HEADERS | {"x-acs-content-sha256": EMPTY_SHA256.upper()}}, id="digest spelt"),
        pytest.param(
            {"headers": {name: value for name, value in GOOD_HEADERS.items() if name != "accept"}},
            id="a signed header that did not arrive",
        ),
        pytest.param(
            {"headers": {name: value for name, value in GOOD_HEADERS.items() if name != "x-acs-content-sha256"}},
            id="no digest",
        ),
        pytest.param({"headers": GOOD_HEADERS | FORM}, id="an unsigned content type"),
        pytest.param({"headers": GOOD_HEADERS | {"x-acs-security-token": "x"}}, id="an unsigned protocol header"),
    ],
)
def test_anything_that_changes_is_refused(changes: dict[str, Any]) -> None:
    assert accepts(GOOD, GOOD_HEADERS)
    assert not accepts(GOOD, **({"headers": GOOD_HEADERS} | changes))


@pytest.mark.parametrize("signature", ["0" * 64, GOOD[-64:].upper(), GOOD[-64:] + "0", "x"])
def test_another_signature_is_refused(signature: str) -> None:
    assert not accepts(GOOD[:-64] + signature, GOOD_HEADERS)


def test_headers_that_need_not_be_signed_may_change() -> None:
    authorization = signed(GOOD_HEADERS, CHECK, signed_headers=None)

    assert "accept" not in authorization
    assert accepts(authorization, GOOD_HEADERS | {"accept": "*/*", "user-agent": "curl", "connection": "close"})


@pytest.mark.parametrize("path", ["/", "/alibaba", "/alibaba/"])
def test_a_slash_or_the_real_path_may_be_signed(path: str) -> None:
    assert accepts(GOOD, GOOD_HEADERS, path=path)
    assert accepts(signed(GOOD_HEADERS, CHECK, path=path), GOOD_HEADERS, path=path)
    assert not accepts(signed(GOOD_HEADERS, CHECK, path="/other"), GOOD_HEADERS, path=path)


def test_the_list_is_taken_as_presented_but_its_lines_are_sorted() -> None:
    presented = acs3.parse_authorization(GOOD)
    assert presented is not None

    assert acs3.Authorization(KEY_ID, "x-b;A;host", "").header_names == ("a", "host", "x-b")
    assert not acs3.verify(
        replace(presented, signed_headers=presented.signed_headers.upper()),
        access_key_secret=SECRET,
        method="POST",
        path="/",
        query=CHECK,
        headers=GOOD_HEADERS,
        body=b"",
    )


def test_the_headers_that_must_be_signed_and_are_not_are_listed() -> None:
    received = {**GOOD_HEADERS, "content-type": "text/plain", "x-acs-retry-attempts": "1", "x-forwarded-for": "a"}
    presented = acs3.parse_authorization(GOOD)
    assert presented is not None

    assert acs3.unsigned_headers(presented, received) == ["content-type", "x-acs-retry-attempts"]
    assert acs3.unsigned_headers(acs3.Authorization("a", "accept", "b"), {"accept": "*/*"}) == ["host"]


def test_a_content_type_that_only_a_transport_added_need_not_be_signed() -> None:
    presented = acs3.parse_authorization(GOOD)
    assert presented is not None
    received = {**GOOD_HEADERS, "content-type": "application/octet-stream"}

    assert acs3.unsigned_headers(presented, received) == []
    assert acs3.verify(
        presented,
        access_key_secret=SECRET,
        method="POST",
        path="/",
        query=CHECK,
        headers=received,
        body=b"",
    )


def test_a_header_to_sign_needs_a_value() -> None:
    with pytest.raises(KeyError):
        signed(GOOD_HEADERS, CHECK, signed_headers=("host", "x-acs-security-token"))


def test_repeated_headers_are_sorted_and_joined() -> None:
    received = (("host", "a"), ("x-acs-note", " b "), ("x-acs-note", "a"), ("accept", " */* "))

    assert acs3.merge_headers(received) == {"host": "a", "x-acs-note": "a,b", "accept": "*/*"}
    assert acs3.merge_headers(received[:2]) == dict(received[:2])


def test_a_header_that_came_twice_is_verified() -> None:
    headers = GOOD_HEADERS | {"x-acs-note": "a,b"}
    received = acs3.merge_headers((*GOOD_HEADERS.items(), ("x-acs-note", "b"), ("x-acs-note", "a")))

    assert accepts(signed(headers, CHECK), received)


def test_header_values_outside_ascii_are_compared_by_their_bytes() -> None:
    headers = GOOD_HEADERS | {"x-acs-note": "韦小宝"}

    assert accepts(signed(headers, CHECK), headers | {"x-acs-note": "韦小宝".encode().decode("latin-1")})
