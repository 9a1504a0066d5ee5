"""Laws of both Tencent schemes: good requests are accepted; each single mistake is refused and named, exactly."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlencode

from hypothesis import assume, given
from hypothesis import strategies as st

from kyc_core.signing import tc3, tencent_v1, tencent_v1_explain
from kyc_core.signing.canonical import query_pairs, without_port
from kyc_core.signing.causes import Cause, Diagnosis
from kyc_core.signing.tc3_explain import explain

SPELLINGS: tuple[Callable[[object], str], ...] = (
    json.dumps,
    lambda claim: json.dumps(claim, separators=(",", ":")),
    lambda claim: json.dumps(claim, ensure_ascii=False),
    lambda claim: json.dumps(claim, ensure_ascii=False, separators=(",", ":")),
    lambda claim: json.dumps(claim, sort_keys=True),
    lambda claim: json.dumps(claim, ensure_ascii=False, indent=2),
    lambda claim: json.dumps(claim) + "\n",
)
DAY = 86_400

words = st.text("ABCXYZabcxyz0189", min_size=1, max_size=12)
secrets = words.map("SecretKey".__add__)
"""Alphanumeric, so that none is another one with blanks or quotation marks; and never part of a request by accident."""
values = st.text("张三李四·Wei XiBo0123456789X&=+/%~", max_size=20)
claims = st.dictionaries(st.sampled_from(["IdCard", "Name", "BankCard", "Phone", "Mobile"]), values, min_size=1)
names = st.sampled_from(["faceid.intl.tencentcloudapi.com", "faceid.tencentcloudapi.com", "127.0.0.1", "localhost"])
ports = st.sampled_from(["", ":80", ":443", ":8080", ":9000"])
timestamps = st.integers(1_700_000_000, 1_900_000_000)


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request and how it is signed, before anything goes wrong."""

    secret_key: str
    method: str
    host: str
    path: str
    query: bytes
    body: bytes
    content_type: str
    timestamp: int
    service: str
    further: dict[str, str]
    as_node: bool

    def signed(self, **mistakes: Any) -> tc3.Authorization:
        """Sign as the client would, but for *mistakes*."""
        arguments: dict[str, Any] = {
            "secret_key": self.secret_key,
            "method": self.method,
            "host": without_port(self.host) if self.as_node else self.host,
            "path": self.path if self.as_node else "/",
            "query": self.query,
            "body": self.body,
            "content_type": self.content_type,
            "timestamp": self.timestamp,
            "service": self.service,
            "signed_headers": ("content-type", "host", *self.further),
            "headers": self.further,
        }
        presented = tc3.parse_authorization(tc3.sign(secret_id="AKIDEXAMPLE", **(arguments | mistakes)))
        assert presented is not None
        return presented

    def received(self) -> dict[str, Any]:
        """The arguments that describe the request to a verifier."""
        return {
            "secret_key": self.secret_key,
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "headers": {"content-type": self.content_type, "host": self.host, **self.further},
            "body": self.body,
            "timestamp": str(self.timestamp),
        }


@st.composite
def requests(draw: st.DrawFn, method: str | None = None) -> Request:
    method = method or draw(st.sampled_from(["GET", "POST"]))
    claim = draw(claims)
    get = method == "GET"
    host = draw(names) + draw(ports)
    as_node = draw(st.booleans())
    encode = draw(st.sampled_from([urlencode, lambda pairs: urlencode(pairs, quote_via=quote)]))
    form = "application/x-www-form-urlencoded"
    return Request(
        secret_key=draw(secrets),
        method=method,
        host=host,
        path=draw(st.sampled_from(["/", "/tencent/"])),
        query=encode(claim).encode() if get else b"",
        body=b"" if get else draw(st.sampled_from(SPELLINGS))(claim).encode(),
        content_type=form if get else draw(st.sampled_from(["application/json", "application/json; charset=utf-8"])),
        timestamp=draw(timestamps),
        service=host.split(".")[0] if as_node else "faceid",
        further=draw(
            st.dictionaries(st.sampled_from(["x-tc-action", "x-tc-version", "x-tc-region"]), words, max_size=2)
        ),
        as_node=as_node,
    )


def accepts(request: Request, presented: tc3.Authorization) -> bool:
    return tc3.verify(presented, **request.received())


def diagnose(request: Request, presented: tc3.Authorization, **changes: Any) -> Diagnosis:
    diagnosis = explain(presented, **({"now": request.timestamp} | request.received() | changes))

    assert request.secret_key not in repr(diagnosis) + json.dumps(diagnosis.as_dict(redacted=False))
    return diagnosis


@given(requests(), st.integers(-300, 300))
def test_a_good_request_is_accepted(request: Request, skew: int) -> None:
    presented = request.signed()

    assert accepts(request, presented)
    assert tc3.scope_date_matches(presented, str(request.timestamp))
    assert tc3.within_window(request.timestamp, request.timestamp + skew)
    assert diagnose(request, presented, now=request.timestamp + skew).cause is Cause.NONE


@given(requests(), secrets)
def test_a_wrong_secret_is_refused_and_named(request: Request, secret: str) -> None:
    assume(secret != request.secret_key)
    presented = request.signed(secret_key=secret)

    assert not accepts(request, presented)
    assert diagnose(request, presented).cause is Cause.WRONG_SECRET


@given(requests(), st.sampled_from(["\n", "\r\n", " "]))
def test_blanks_after_the_secret_are_refused_and_named(request: Request, tail: str) -> None:
    presented = request.signed(secret_key=request.secret_key + tail)

    assert not accepts(request, presented)
    assert diagnose(request, presented).cause is Cause.SECRET_TRAILING_NEWLINE


@given(requests(), st.integers(301, 10 * DAY), st.sampled_from([1, -1]))
def test_clock_skew_is_refused_and_named(request: Request, seconds: int, sign: int) -> None:
    now = request.timestamp - sign * seconds
    diagnosis = diagnose(request, request.signed(), now=now)

    assert not tc3.within_window(request.timestamp, now)
    assert (diagnosis.cause, diagnosis.skew) == (Cause.CLOCK_SKEW, sign * seconds)


@given(requests(), st.integers(16 * 3600, DAY - 1))
def test_a_scope_date_of_china_is_refused_and_named(request: Request, second: int) -> None:
    request = replace(request, timestamp=request.timestamp // DAY * DAY + second)
    presented = request.signed()._replace(date=tc3.utc_date(request.timestamp + 8 * 3600))

    assert not tc3.scope_date_matches(presented, str(request.timestamp))
    assert diagnose(request, presented).cause is Cause.LOCAL_TIME_SCOPE_DATE


@given(requests("POST"), st.sampled_from(SPELLINGS))
def test_another_spelling_of_the_body_is_refused_and_named(request: Request, spelling: Callable[[object], str]) -> None:
    signed = spelling(json.loads(request.body)).encode()
    assume(signed != request.body)
    presented = request.signed(body=signed)

    assert not accepts(request, presented)
    assert diagnose(request, presented).cause is Cause.RESERIALISED_BODY


@given(requests(), names, st.booleans())
def test_a_wrong_host_is_refused_and_named(request: Request, name: str, keep_port: bool) -> None:
    assume(name != without_port(request.host))
    port = request.host.removeprefix(without_port(request.host)) if keep_port else ""
    presented = request.signed(host=name + port)

    assert not accepts(request, presented)
    assert diagnose(request, presented).cause is Cause.WRONG_HOST


@given(requests(), ports)
def test_a_wrong_port_is_refused_and_named(request: Request, port: str) -> None:
    host = without_port(request.host) + port
    assume(port and host != request.host)
    presented = request.signed(host=host)

    assert not accepts(request, presented)
    assert diagnose(request, presented).cause is Cause.WRONG_PORT


@given(
    requests("GET"),
    st.sampled_from(
        [
            lambda query: query.replace(b"+", b"%20"),
            lambda query: query.replace(b"%20", b"+"),
            lambda query: query.lower() if b"%E" in query else query,
            lambda query: b"&".join(sorted(query.split(b"&"))),
        ]
    ),
)
def test_another_spelling_of_the_query_is_refused_and_named(
    request: Request, spelling: Callable[[bytes], bytes]
) -> None:
    request = replace(request, query=b"Note=a+b%20%E5%BC%A0&" + request.query)
    signed = spelling(request.query)
    assume(signed != request.query and b"=" in signed and signed.upper() != signed)
    lowered = signed == request.query.lower()
    presented = request.signed(query=_lower_escapes(request.query) if lowered else signed)

    assert not accepts(request, presented)
    assert diagnose(request, presented).cause is Cause.QUERY_REENCODED


def _lower_escapes(query: bytes) -> bytes:
    return b"%".join(
        [piece[:2].lower() + piece[2:] if index else piece for index, piece in enumerate(query.split(b"%"))]
    )


@given(requests(), st.data())
def test_an_altered_header_list_is_refused_and_named(request: Request, data: st.DataObject) -> None:
    request = replace(request, further={"x-tc-action": "MobileStatus", "x-tc-version": "2018-03-01"})
    presented = request.signed()
    listed = presented.signed_headers.split(";")
    altered = data.draw(
        st.one_of(
            st.permutations(listed),
            st.sampled_from(listed).map(lambda gone: [name for name in listed if name != gone]),
        )
    )
    assume(altered != listed)
    presented = presented._replace(signed_headers=";".join(altered))

    assert not accepts(request, presented)
    assert diagnose(request, presented).cause is Cause.HEADER_LIST_ALTERED


@given(requests(), st.sampled_from(["cvm", "faceid.intl", "FaceID"]))
def test_a_wrong_service_is_refused_and_named(request: Request, service: str) -> None:
    presented = request.signed(service=service)
    announced_otherwise = presented._replace(service=request.service)

    assert not accepts(request, announced_otherwise)
    assert diagnose(request, announced_otherwise).cause is Cause.WRONG_SERVICE
    assert not tc3.verify(presented, strict_service=True, **request.received())
    assert diagnose(request, presented, strict_service=True).cause is Cause.WRONG_SERVICE


@given(st.text(max_size=200))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    presented = tc3.parse_authorization(f"TC3-HMAC-SHA256 Credential={text}")

    assert presented is None or presented.signature.isascii()


@given(requests(), st.text(max_size=20), st.binary(max_size=40), st.binary(max_size=40))
def test_verifying_and_explaining_are_total(request: Request, text: str, query: bytes, body: bytes) -> None:
    received = request.received() | {
        "method": text,
        "path": text,
        "query": query,
        "body": body,
        "timestamp": text,
        "headers": {"host": text, "content-type": text},
    }
    presented = tc3.Authorization("id", text, text, "content-type;host", "0" * 64)

    assert not tc3.verify(presented, **received)
    assert explain(presented, now=1, **received).cause is not Cause.NONE


@st.composite
def parameters(draw: st.DrawFn) -> dict[str, str]:
    return {
        "Action": "MobileStatus",
        "Nonce": str(draw(st.integers(0, 65_535))),
        "SecretId": "AKIDEXAMPLE",
        "SignatureMethod": draw(st.sampled_from(["HmacSHA1", "HmacSHA256"])),
        "Timestamp": str(draw(timestamps)),
        "Version": "2018-03-01",
        **draw(st.sampled_from([{}, {"Region": ""}, {"Language": "en-US"}])),
        **draw(claims),
    }


def diagnose_v1(
    params: dict[str, str], signature: str, *, secret_key: str = "secret", host: str = "127.0.0.1:8080"
) -> tuple[bool, Diagnosis]:
    """Send *params* as a form; tell whether they are accepted, and why not."""
    pairs = query_pairs(urlencode(params | {"Signature": signature}).encode())
    accepted = tencent_v1.verify(pairs, secret_key=secret_key, method="POST", host=host, path="/")
    diagnosis = tencent_v1_explain.explain(
        pairs, secret_key=secret_key, method="POST", host=host, path="/", now=int(params["Timestamp"])
    )
    assert diagnosis.cause is Cause.WRONG_SECRET or diagnosis.client is not None
    return accepted, diagnosis


def sign_v1(params: dict[str, str], **changes: Any) -> str:
    arguments: dict[str, Any] = {"secret_key": "secret", "method": "POST", "host": "127.0.0.1:8080", "params": params}
    return tencent_v1.sign(**(arguments | changes))


@given(parameters())
def test_good_parameters_are_accepted(params: dict[str, str]) -> None:
    accepted, diagnosis = diagnose_v1(params, sign_v1(params))

    assert accepted
    assert diagnosis.cause is Cause.NONE


@given(
    parameters(),
    st.sampled_from(
        [
            ({"secret_key": "another"}, Cause.WRONG_SECRET),
            ({"secret_key": "secret\n"}, Cause.SECRET_TRAILING_NEWLINE),
            ({"method": "GET"}, Cause.METHOD_ALTERED),
            ({"host": "faceid.tencentcloudapi.com"}, Cause.WRONG_HOST),
            ({"host": "127.0.0.1:443"}, Cause.WRONG_PORT),
            ({"path": "/tencent"}, Cause.PATH_ALTERED),
        ]
    ),
)
def test_a_mistake_around_the_parameters_is_refused_and_named(
    params: dict[str, str], mistake: tuple[dict[str, str], Cause]
) -> None:
    changes, cause = mistake
    accepted, diagnosis = diagnose_v1(params, sign_v1(params, **changes))

    assert not accepted
    assert diagnosis.cause is cause


@given(parameters(), st.data())
def test_a_parameter_that_was_not_signed_is_refused_and_named(params: dict[str, str], data: st.DataObject) -> None:
    gone = data.draw(st.sampled_from([name for name in params if name != "SignatureMethod"]))
    accepted, diagnosis = diagnose_v1(params, sign_v1({name: value for name, value in params.items() if name != gone}))

    assert not accepted
    assert diagnosis.cause is Cause.PARAMETER_MISSING
    assert diagnosis.detail.endswith(f"without {gone}") or params[gone] == ""


@given(parameters())
def test_escaped_values_are_refused_and_named(params: dict[str, str]) -> None:
    params = params | {"Name": "张 三"}
    escaped = {name: quote(value, safe="") for name, value in params.items()}
    accepted, diagnosis = diagnose_v1(params, sign_v1(escaped))

    assert not accepted
    assert diagnosis.cause is Cause.VALUES_PERCENT_ENCODED


@given(parameters())
def test_the_other_hash_is_refused_and_named(params: dict[str, str]) -> None:
    other = {"HmacSHA1": "HmacSHA256", "HmacSHA256": "HmacSHA1"}[params["SignatureMethod"]]
    text = tencent_v1.string_to_sign("POST", "127.0.0.1:8080", "/", params)
    signature = tencent_v1.mac("secret", text, tencent_v1.SignatureMethod(other))
    accepted, diagnosis = diagnose_v1(params, signature)

    assert not accepted
    assert diagnosis.cause is Cause.SIGNATURE_METHOD_CONFUSED
