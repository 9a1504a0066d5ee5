"""TC3-HMAC-SHA256 against published and captured vectors, the official SDK, and the rules of the verifier."""

from __future__ import annotations

import hashlib
import hmac
import json
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest
from tencentcloud.common.abstract_client import AbstractClient
from tencentcloud.common.sign import Sign

from kyc_core.signing import tc3
from kyc_core.signing.canonical import EMPTY_SHA256, sha256_hex

SECRET_ID = "AKIDEXAMPLE"
SECRET_KEY = "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE"
TIMESTAMP = 1767225600
INTL = "faceid.intl.tencentcloudapi.com"
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
PYTHON_BODY = rb'{"IdCard": "11204416541220243X", "Name": "\u97e6\u5c0f\u5b9d", "BankCard": "6226090210146748"}'
NODE_BODY = '{"IdCard":"11204416541220243X","Name":"韦小宝","BankCard":"6226090210146748"}'.encode()
DOCUMENTED_BODY = rb'{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}'
ESCAPED_QUERY = b"IdCard=11204416541220243X&Name=%E9%9F%A6%E5%B0%8F%E5%AE%9D&BankCard=6226090210146748&CertType=0"
PLUS_QUERY = b"IdCard=+11204416541220243X&Name=Wei+Xiaobao&BankCard=+6226090210146748"

VECTORS = [
    pytest.param(
        {"body": PYTHON_BODY},
        "16dbc2762313ecd18b093fd574fd3b4af7cd35ffbf03da3cf13993c79e7eeef4",
        id="V1 Python POST, international host",
    ),
    pytest.param(
        {"body": PYTHON_BODY, "host": "faceid.tencentcloudapi.com"},
        "a619e5ae77a73a1e4c7e028a6aeca10a6881d227afe883de6233e8223932d179",
        id="V2 domestic host",
    ),
    pytest.param(
        {"method": "GET", "query": ESCAPED_QUERY, "content_type": FORM},
        "e30c43238956cd5de9eec4d9b88905eacec08e55fb15762605a19f8192e69610",
        id="V3 GET with escapes",
    ),
    pytest.param(
        {"method": "GET", "query": PLUS_QUERY, "content_type": FORM},
        "f21690bebd38a343889446b6eb2d1e22ff803d6248703d5f4ed897026557c1f3",
        id="V4 GET with plus signs",
    ),
    pytest.param(
        {"body": PYTHON_BODY, "unsigned_payload": True},
        "dc62e5fe7ad9021f3224b7c8ffecff4fd96cb264c4a71de4141a53e6ef61a1d7",
        id="V5 unsigned payload",
    ),
    pytest.param(
        {"body": NODE_BODY, "host": "127.0.0.1", "service": "127"},
        "770366b89085629d3732f90df7d0194f20fae4c40527a7837aedacbd7f6a285b",
        id="V9 Node at 127.0.0.1",
    ),
    pytest.param(
        {"body": NODE_BODY, "host": "localhost", "service": "localhost:18992"},
        "55e552ec0a0776d8fc3a8e582f7f4acc67fcc5600cb3dc120e1a69e7a1a33767",
        id="V10 Node at localhost",
    ),
    pytest.param(
        {"body": PYTHON_BODY, "host": "127.0.0.1:18991"},
        "44e311617608e1d7df7872b85ee8e6e4726ea1ee6bde68ce199308d990a64d14",
        id="V11 Python at 127.0.0.1",
    ),
    pytest.param(
        {
            "body": DOCUMENTED_BODY,
            "host": "cvm.tencentcloudapi.com",
            "service": "cvm",
            "timestamp": 1551113065,
            "content_type": "application/json; charset=utf-8",
        },
        "72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168",
        id="V12 documentation",
    ),
    pytest.param(
        {"body": NODE_BODY, "content_type": "application/json; charset=utf-8"},
        "ba5b7f680038bdf97220b240fc8c6fcdf7d54a928f37ddae396209b05c0f1630",
        id="V13 Java style",
    ),
    pytest.param(
        {"body": NODE_BODY},
        "b95bc662ba24af9573e5f2f29160e0162533a9158c85b273ca4c26faac689600",
        id="V14 Node and Go style",
    ),
]


def signed(**changes: Any) -> str:
    request: dict[str, Any] = {"method": "POST", "host": INTL, "content_type": JSON, "timestamp": TIMESTAMP} | changes
    return tc3.sign(secret_id=SECRET_ID, secret_key=SECRET_KEY, **request)


def accepts(authorization: str, **changes: Any) -> bool:
    """Verify a POST of the Python SDK's body to the international host, but for *changes*."""
    presented = tc3.parse_authorization(authorization)
    assert presented is not None
    request: dict[str, Any] = {
        "secret_key": SECRET_KEY,
        "method": "POST",
        "path": "/",
        "query": b"",
        "headers": {"host": INTL, "content-type": JSON},
        "body": PYTHON_BODY,
        "timestamp": str(TIMESTAMP),
    }
    return tc3.verify(presented, **(request | changes))


@pytest.mark.parametrize(("request_", "signature"), VECTORS)
def test_every_vector_is_signed_as_published(request_: dict[str, Any], signature: str) -> None:
    day = "2019-02-25" if "timestamp" in request_ else "2026-01-01"
    scope = f"{day}/{request_.get('service', 'faceid')}/tc3_request"

    assert signed(**request_) == (
        f"TC3-HMAC-SHA256 Credential=AKIDEXAMPLE/{scope}, SignedHeaders=content-type;host, Signature={signature}"
    )


@pytest.mark.parametrize(("request_", "signature"), VECTORS)
def test_every_vector_is_accepted(request_: dict[str, Any], signature: str) -> None:
    service = request_.get("service", "faceid")
    day = "2019-02-25" if "timestamp" in request_ else "2026-01-01"
    headers = {"host": request_.get("host", INTL), "content-type": request_.get("content_type", JSON)}
    if request_.get("unsigned_payload"):
        headers["x-tc-content-sha256"] = "UNSIGNED-PAYLOAD"
    presented = tc3.Authorization(SECRET_ID, day, service, "content-type;host", signature)

    assert tc3.verify(
        presented,
        secret_key=SECRET_KEY,
        method=request_.get("method", "POST"),
        path="/",
        query=request_.get("query", b""),
        headers=headers,
        body=request_.get("body", b""),
        timestamp=str(request_.get("timestamp", TIMESTAMP)),
    )


def test_derived_keys_are_the_published_ones() -> None:
    keys = tc3.derived_keys(SECRET_KEY, "2026-01-01", "faceid")

    assert [key.hex() for key in keys] == [
        "cddf017e185922e49e91c2293e3cec82220533139e8e0195db2ee0fccb30c7b8",
        "716a165a243a2bf33bb6c64f674750cc668e4db4d85c02e8d9f33ed3a34cc760",
        "aa3f2bd63d0fc2b853056209a866c42fc2e922de436899e873b990d36620b970",
    ]
    assert tc3.signing_key(SECRET_KEY, "2026-01-01", "faceid") == keys[-1]


def test_the_bodies_have_their_published_lengths_and_digests() -> None:
    assert (len(PYTHON_BODY), len(NODE_BODY)) == (94, 80)
    assert sha256_hex(PYTHON_BODY) == "d135e57222cb99c8a60aca5cc6598ad92168df980177e0c34cb8699389aaca30"
    documented = sha256_hex(DOCUMENTED_BODY)
    assert documented.startswith("35e9c5b0")
    assert documented.endswith("934f064")


@pytest.mark.parametrize(
    ("host", "content_type", "body", "digest"),
    [
        pytest.param(
            INTL, JSON, PYTHON_BODY, "23a391d0fb213d51ae1c5c6c6881d5c045cb681175eed79770d082d6965c2d58", id="V1"
        ),
        pytest.param(
            "cvm.tencentcloudapi.com",
            "application/json; charset=utf-8",
            DOCUMENTED_BODY,
            "5ffe6a04c0664d6b969fab9a13bdab201d63ee709638e2749d62a09ca18d7031",
            id="V12",
        ),
    ],
)
def test_canonical_requests_have_the_published_digests(host: str, content_type: str, body: bytes, digest: str) -> None:
    block = tc3.header_block({"content-type": content_type, "host": host})
    canonical = tc3.canonical_request("POST", "/", "", block, "content-type;host", sha256_hex(body))

    assert sha256_hex(canonical.encode()) == digest
    assert tc3.string_to_sign("1", "2", canonical) == f"TC3-HMAC-SHA256\n1\n2\n{digest}"


def test_payload_digests_are_the_published_ones() -> None:
    assert tc3.payload_hash("GET", b"ignored", unsigned=False) == EMPTY_SHA256 == hashlib.sha256().hexdigest()
    for method in ("GET", "POST"):
        assert tc3.payload_hash(method, b"x", unsigned=True) == (
            "438d4109ef0d676b8c2c7ed13cdfcb418e494d53b843d4634ce3b1085f07bb96"
        )


class OfficialClient(AbstractClient):  # type: ignore[misc]  # published without types
    """The SDK's own signing, given a service and nothing else."""

    _service = "faceid"
    _requestPath = "/"  # noqa: N815 - the SDK reads this name

    def __init__(self) -> None:
        """Skip the base class: signing needs neither credentials nor a connection."""


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("host", [INTL, "127.0.0.1:8080", "faceid.localhost:1"])
@pytest.mark.parametrize(
    "claim",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"Name": "韦小宝", "BankCard": " 6226090210146748"}, id="Chinese and a blank"),
        pytest.param({"Name": "a b+c&d=e/f~g%20", "IdCard": ""}, id="every separator"),
    ],
)
def test_the_official_sdk_signs_alike(method: str, host: str, claim: dict[str, str]) -> None:
    content_type = FORM if method == "GET" else JSON
    sent = urlencode(claim) if method == "GET" else json.dumps(claim)
    headers = {"Content-Type": content_type, "Host": host, "X-TC-Timestamp": str(TIMESTAMP)}
    request = SimpleNamespace(uri="/", method=method, header=headers, data=sent)
    official = OfficialClient()._get_tc3_signature({}, request, "2026-01-01", "faceid", SECRET_KEY)

    ours = signed(
        method=method,
        host=host,
        content_type=content_type,
        query=sent.encode() if method == "GET" else b"",
        body=sent.encode() if method == "POST" else b"",
    )

    assert ours.endswith(f"Signature={official}")


def test_the_official_sdk_derives_the_same_keys_for_any_service() -> None:
    text = tc3.string_to_sign("1767225600", "2026-01-01/localhost:8080/tc3_request", "x")
    official = Sign.sign_tc3(SECRET_KEY, "2026-01-01", "localhost:8080", text)
    key = tc3.signing_key(SECRET_KEY, "2026-01-01", "localhost:8080")

    assert hmac.digest(key, text.encode(), "sha256").hex() == official


@pytest.mark.parametrize(
    ("text", "service"),
    [
        pytest.param("faceid", "faceid", id="product"),
        pytest.param("127", "127", id="first label of an address"),
        pytest.param("localhost:8080", "localhost:8080", id="with a port"),
        pytest.param("localhost:8080/tencent", "localhost:8080/tencent", id="with a path"),
    ],
)
def test_the_service_is_everything_up_to_the_terminator(text: str, service: str) -> None:
    presented = tc3.parse_authorization(signed(service=text))

    assert presented is not None
    assert presented.service == service
    assert presented.scope == f"2026-01-01/{service}/tc3_request"


GOOD = signed(body=PYTHON_BODY)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("SKIP", id="SKIP"),
        pytest.param("", id="empty"),
        pytest.param(GOOD + "\n", id="line feed at the end"),
        pytest.param(GOOD[:-1], id="63 digits"),
        pytest.param(GOOD + "0", id="65 digits"),
        pytest.param(GOOD[:-64] + "A" * 64, id="capital digits"),
        pytest.param(GOOD.replace("TC3-HMAC-SHA256", "TC3-HMAC-SM3"), id="another algorithm"),
        pytest.param(GOOD.replace("2026-01-01", "20260101"), id="date without hyphens"),
        pytest.param(GOOD.replace("2026-01-01", "２026-01-01"), id="full-width digit"),
        pytest.param(GOOD.replace("AKIDEXAMPLE", ""), id="no SecretId"),
        pytest.param(GOOD.replace("/tc3_request", ""), id="no terminator"),
        pytest.param(GOOD.replace("SignedHeaders=content-type;host, ", ""), id="no header list"),
        pytest.param(GOOD.replace("content-type;host", ""), id="empty header list"),
    ],
)
def test_what_is_not_a_tc3_authorization_is_not_parsed(text: str) -> None:
    assert tc3.parse_authorization(text) is None


def test_a_hostile_authorization_is_refused_in_bounded_time() -> None:
    text = "TC3-HMAC-SHA256 Credential=a/2026-01-01/" + "/tc3_request, SignedHeaders=" * 40_000

    assert tc3.parse_authorization(text) is None


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"host": "127.0.0.1:8080", "content-type": JSON}, id="host without its port, as Node signs"),
        pytest.param({"host": "127.0.0.1", "content-type": JSON}, id="host as signed"),
        pytest.param({"host": "127.0.0.1", "content-type": f"  {JSON}\t"}, id="blanks around a value"),
        pytest.param(
            {"host": "127.0.0.1", "content-type": "Application/JSON"}, id="value in lower case, as documented"
        ),
        pytest.param({"host": "127.0.0.1:1", "content-type": "Application/JSON"}, id="both"),
    ],
)
def test_documented_freedoms_in_headers_are_granted(headers: dict[str, str]) -> None:
    assert accepts(signed(host="127.0.0.1", body=PYTHON_BODY), headers=headers)


@pytest.mark.parametrize("path", ["/", "/tencent", "/tencent/"])
def test_the_real_path_or_a_slash_may_be_signed(path: str) -> None:
    assert accepts(signed(body=PYTHON_BODY, path=path), path=path)
    assert accepts(signed(body=PYTHON_BODY), path=path)


def test_the_query_of_a_post_is_not_signed() -> None:
    assert accepts(GOOD, query=b"anything=1")


def test_a_lower_case_value_is_not_accepted_for_a_signed_capital_one() -> None:
    authorization = signed(body=PYTHON_BODY, host=INTL.upper())

    assert accepts(authorization, headers={"host": INTL.upper(), "content-type": JSON})
    assert not accepts(authorization)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"secret_key": SECRET_KEY + "\n"}, id="secret"),
        pytest.param({"method": "PUT"}, id="method"),
        pytest.param({"body": PYTHON_BODY + b" "}, id="body"),
        pytest.param({"timestamp": str(TIMESTAMP + 1)}, id="timestamp"),
        pytest.param({"headers": {"host": "faceid.tencentcloudapi.com", "content-type": JSON}}, id="host"),
        pytest.param({"headers": {"host": INTL + ":443x", "content-type": JSON}}, id="not a port"),
        pytest.param({"headers": {"host": INTL, "content-type": JSON + "; charset=utf-8"}}, id="content type"),
        pytest.param({"headers": {"host": INTL}}, id="a signed header that did not arrive"),
        pytest.param(
            {"headers": {"host": INTL, "content-type": JSON, "x-tc-content-sha256": "UNSIGNED-PAYLOAD"}},
            id="payload declared unsigned",
        ),
    ],
)
def test_anything_else_that_changes_is_refused(changes: dict[str, Any]) -> None:
    assert accepts(GOOD)
    assert not accepts(GOOD, **changes)


@pytest.mark.parametrize("names", [("host",), ("content-type",)])
def test_both_mandatory_headers_must_be_signed(names: tuple[str, ...]) -> None:
    assert not accepts(signed(body=PYTHON_BODY, signed_headers=names))


def test_further_headers_may_be_signed() -> None:
    headers = {"x-tc-action": "BankCardVerification", "x-tc-version": "2018-03-01"}
    authorization = signed(
        body=PYTHON_BODY, signed_headers=("X-TC-Version", "x-tc-action", "host", "content-type"), headers=headers
    )
    received = {"host": INTL, "content-type": JSON, **headers}

    assert "SignedHeaders=content-type;host;x-tc-action;x-tc-version," in authorization
    assert accepts(authorization, headers=received)
    assert not accepts(authorization, headers=received | {"x-tc-action": "BankCard2EVerification"})


def test_a_header_to_sign_needs_a_value() -> None:
    with pytest.raises(KeyError):
        signed(signed_headers=("host", "content-type", "x-tc-action"))


def test_header_values_outside_ascii_are_compared_by_their_bytes() -> None:
    authorization = signed(
        body=PYTHON_BODY, signed_headers=("host", "content-type", "x-note"), headers={"x-note": "韦小宝"}
    )
    as_received = "韦小宝".encode().decode("latin-1")

    assert accepts(authorization, headers={"host": INTL, "content-type": JSON, "x-note": as_received})


def test_only_strict_mode_insists_on_the_service() -> None:
    authorization = signed(body=PYTHON_BODY, service="127")

    assert accepts(authorization)
    assert not accepts(authorization, strict_service=True)
    assert accepts(GOOD, strict_service=True)


def test_the_service_in_the_scope_is_signed() -> None:
    presented = tc3.parse_authorization(GOOD)
    assert presented is not None
    received = {"host": INTL, "content-type": JSON}

    assert not tc3.verify(
        presented._replace(service="cvm"),
        secret_key=SECRET_KEY,
        method="POST",
        path="/",
        query=b"",
        headers=received,
        body=PYTHON_BODY,
        timestamp=str(TIMESTAMP),
    )


@pytest.mark.parametrize(
    ("skew", "inside"),
    [
        pytest.param(0, True, id="on time"),
        pytest.param(300, True, id="300 s"),
        pytest.param(301, False, id="301 s"),
        pytest.param(-300, True, id="300 s back"),
        pytest.param(-301, False, id="301 s back"),
    ],
)
def test_the_window_ends_after_300_seconds(skew: int, inside: bool) -> None:
    assert tc3.within_window(TIMESTAMP + skew, TIMESTAMP) is inside


@pytest.mark.parametrize(
    ("timestamp", "matches"),
    [
        pytest.param("1767225600", True, id="first second of the day"),
        pytest.param("1767311999", True, id="last second of the day"),
        pytest.param("1767225599", False, id="a second earlier"),
        pytest.param("1767312000", False, id="a second later"),
        pytest.param("", False, id="empty"),
        pytest.param("-1767225600", False, id="negative"),
        pytest.param("1767225600.0", False, id="fraction"),
        pytest.param("１767225600", False, id="full-width digit"),
        pytest.param("1" * 5000, False, id="very long"),
    ],
)
def test_the_scope_date_is_the_utc_date_of_the_timestamp(timestamp: str, matches: bool) -> None:
    presented = tc3.parse_authorization(GOOD)
    assert presented is not None

    assert tc3.scope_date_matches(presented, timestamp) is matches


@pytest.mark.parametrize("text", ["0", "99999999999"])
def test_every_readable_timestamp_has_a_date(text: str) -> None:
    seconds = tc3.read_timestamp(text)

    assert seconds is not None
    assert len(tc3.utc_date(seconds)) == 10
