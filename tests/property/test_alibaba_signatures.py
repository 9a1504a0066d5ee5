"""Laws of both Alibaba Cloud schemes: good requests are accepted; each single mistake is refused and named, exactly."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote, quote_plus, urlencode

from alibabacloud_tea_openapi.utils import Utils
from hypothesis import assume, given
from hypothesis import strategies as st

from kyc_core.signing import acs3, aliyun, aliyun_rpc, aliyun_rpc_explain
from kyc_core.signing.acs3_explain import explain
from kyc_core.signing.canonical import percent_encode, query_pairs, sha256_hex, without_port
from kyc_core.signing.causes import Cause, Diagnosis

FORM = "application/x-www-form-urlencoded"
HOUR = 3600

Params = dict[str, str]
Encode = Callable[[Params], str]

WIRE_SPELLINGS: tuple[Encode, ...] = (
    urlencode,
    lambda params: urlencode(params, quote_via=quote, safe="~"),
    lambda params: urlencode(params, quote_via=quote, safe="*~!'()"),
)
"""How the SDKs of Python (requests), of Python (older) and of JavaScript write a query."""

secrets = st.text("ABCXYZabcxyz0189", min_size=1, max_size=12).map("AccessKeySecret".__add__)
"""Alphanumeric, so that none is another one with blanks or quotation marks; and never part of a request by accident."""
values = st.text("张三李四·Wei XiBo0123456789X&=+/%~*!'()", max_size=20)
claims = st.dictionaries(
    st.sampled_from(["IdentifyNum", "UserName", "BankCard", "Mobile", "ParamType", "MerchantBizId"]), values, min_size=1
)
names = st.sampled_from([*aliyun.KNOWN_HOSTS, "127.0.0.1", "localhost"])
ports = st.sampled_from(["", ":80", ":443", ":8080", ":9000"])
timestamps = st.integers(1_700_000_000, 1_900_000_000)
optional_headers = st.dictionaries(
    st.sampled_from(["accept", "user-agent", "x-acs-credentials-provider", "x-acs-security-token"]),
    st.text("abcxyz-/+=; ()", min_size=1, max_size=20).filter(lambda value: value.strip() != ""),
)


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request and how it is signed, before anything goes wrong."""

    secret: str
    method: str
    path: str
    query: bytes
    body: bytes
    headers: dict[str, str]
    signed_path: str
    sign_all: bool

    @property
    def host(self) -> str:
        return self.headers["host"]

    @property
    def now(self) -> int:
        seconds = aliyun.read_timestamp(self.headers["x-acs-date"])
        assert seconds is not None
        return seconds

    def signed(self, **mistakes: Any) -> acs3.Authorization:
        """Sign as the client would, but for *mistakes*."""
        arguments: dict[str, Any] = {
            "access_key_secret": self.secret,
            "method": self.method,
            "path": self.signed_path,
            "query": self.query,
            "body": self.body,
            "headers": self.headers,
            "signed_headers": self.headers if self.sign_all else None,
        }
        presented = acs3.parse_authorization(acs3.sign(access_key_id="testAccessKeyId", **(arguments | mistakes)))
        assert presented is not None
        return presented

    def received(self) -> dict[str, Any]:
        """The arguments that describe the request to a verifier."""
        return {
            "access_key_secret": self.secret,
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "headers": self.headers,
            "body": self.body,
        }


@st.composite
def requests(draw: st.DrawFn, *, in_query: bool | None = None) -> Request:
    """Draw a request whose parameters travel in the query (true), in a form (false) or in either."""
    queried = draw(st.booleans()) if in_query is None else in_query
    text = draw(st.sampled_from(WIRE_SPELLINGS))(draw(claims)).encode()
    body = b"" if queried else text
    path = draw(st.sampled_from(["/", "/alibaba/"]))
    headers = draw(optional_headers) | acs3.common_headers(
        host=draw(names) + draw(ports),
        action="Id2MetaVerifyIntl",
        version="2022-08-09",
        seconds=draw(timestamps),
        nonce=draw(st.text("0123456789abcdef", min_size=1, max_size=64)),
        body=body,
    )
    return Request(
        secret=draw(secrets),
        method=draw(st.sampled_from(["GET", "POST"])) if queried else "POST",
        path=path,
        query=text if queried else b"",
        body=body,
        headers=headers if queried else headers | {"content-type": FORM},
        signed_path=draw(st.sampled_from(["/", path])),
        sign_all=draw(st.booleans()),
    )


def accepts(request: Request, presented: acs3.Authorization, **changes: Any) -> bool:
    return acs3.verify(presented, **(request.received() | changes))


def diagnose(request: Request, presented: acs3.Authorization, **changes: Any) -> Diagnosis:
    diagnosis = explain(presented, **({"now": request.now} | request.received() | changes))

    assert request.secret not in repr(diagnosis) + json.dumps(diagnosis.as_dict(redacted=False))
    return diagnosis


@given(requests(), st.integers(-900, 900))
def test_a_good_request_is_accepted(request: Request, skew: int) -> None:
    presented = request.signed()

    assert accepts(request, presented)
    assert acs3.unsigned_headers(presented, request.headers) == []
    assert aliyun.within_window(request.now, request.now + skew)
    assert diagnose(request, presented, now=request.now + skew).cause is Cause.NONE


@given(requests(in_query=True), claims)
def test_the_official_sdk_signs_alike(request: Request, claim: Params) -> None:
    described = SimpleNamespace(pathname="/", query=claim, headers=request.headers, method=request.method)
    digest = request.headers["x-acs-content-sha256"]
    official = Utils.get_authorization(described, "ACS3-HMAC-SHA256", digest, "testAccessKeyId", request.secret)
    presented = acs3.parse_authorization(official)
    assert presented is not None

    for spelling in WIRE_SPELLINGS:
        assert accepts(request, presented, query=spelling(claim).encode())


@given(requests(), secrets)
def test_a_wrong_secret_is_refused_and_named(request: Request, secret: str) -> None:
    assume(secret != request.secret)
    presented = request.signed(access_key_secret=secret)

    assert not accepts(request, presented)
    assert diagnose(request, presented).cause is Cause.WRONG_SECRET


@given(
    requests(),
    st.sampled_from(
        [
            ("\n", Cause.SECRET_TRAILING_NEWLINE),
            ("\r\n", Cause.SECRET_TRAILING_NEWLINE),
            (" ", Cause.SECRET_TRAILING_NEWLINE),
            ("&", Cause.KEY_DERIVATION),
        ]
    ),
)
def test_what_sticks_to_the_secret_is_refused_and_named(request: Request, mistake: tuple[str, Cause]) -> None:
    tail, cause = mistake
    presented = request.signed(access_key_secret=request.secret + tail)

    assert not accepts(request, presented)
    assert diagnose(request, presented).cause is cause


@given(requests(), st.integers(901, 10 * 24 * HOUR), st.sampled_from([1, -1]))
def test_clock_skew_is_refused_and_named(request: Request, seconds: int, sign: int) -> None:
    assume(60 < seconds % HOUR < HOUR - 60)
    now = request.now - sign * seconds
    diagnosis = diagnose(request, request.signed(), now=now)

    assert not aliyun.within_window(request.now, now)
    assert (diagnosis.cause, diagnosis.skew) == (Cause.CLOCK_SKEW, sign * seconds)


@given(requests(), st.sampled_from([*range(-12, 0), *range(1, 15)]), st.integers(-60, 60))
def test_local_time_is_refused_and_named(request: Request, zone: int, drift: int) -> None:
    now = request.now - zone * HOUR - drift

    assert not aliyun.within_window(request.now, now)
    assert diagnose(request, request.signed(), now=now).cause is Cause.LOCAL_TIME_TIMESTAMP


@given(requests(), names, st.booleans())
def test_a_wrong_host_is_refused_and_named(request: Request, name: str, keep_port: bool) -> None:
    assume(name != without_port(request.host))
    port = request.host.removeprefix(without_port(request.host)) if keep_port else ""
    presented = request.signed(headers=request.headers | {"host": name + port})

    assert not accepts(request, presented)
    assert diagnose(request, presented).cause is Cause.WRONG_HOST


@given(requests(), ports)
def test_a_wrong_port_is_refused_and_named(request: Request, port: str) -> None:
    host = without_port(request.host) + port
    assume(host != request.host)
    presented = request.signed(headers=request.headers | {"host": host})

    assert not accepts(request, presented)
    assert diagnose(request, presented).cause is Cause.WRONG_PORT


@given(st.binary(max_size=30) | st.text("aZ0-_.~+%&=2AaEe7f5B", max_size=30).map(str.encode))
def test_every_query_is_decoded_and_escaped_pair_by_pair(query: bytes) -> None:
    pairs = [(percent_encode(name), percent_encode(value)) for name, value in query_pairs(query)]

    assert acs3.canonical_query(query) == acs3.join_pairs(pairs)


@given(claims)
def test_how_a_query_was_spelt_does_not_matter(claim: Params) -> None:
    assert len({acs3.canonical_query(spelling(claim).encode()) for spelling in WIRE_SPELLINGS}) == 1


def signed_over(request: Request, query: str) -> acs3.Authorization:
    """Sign as a client that takes *query* for the canonical one."""
    presented = request.signed()
    text = acs3.received_request(
        presented, method=request.method, path=request.signed_path, query=b"", headers=request.headers, body=b""
    )
    canonical = text.replace("\n\n", f"\n{query}\n", 1)
    return replace(presented, signature=acs3.signature(request.secret, acs3.string_to_sign(canonical)))


@given(
    requests(in_query=True),
    st.sampled_from(
        [
            lambda escaped: escaped.replace("%20", "+"),
            lambda escaped: escaped.replace("%2A", "*"),
            lambda escaped: escaped.replace("~", "%7E"),
            lambda escaped: escaped.replace("%20", "+").replace("%2A", "*").replace("~", "%7E"),
        ]
    ),
)
def test_another_way_to_escape_the_query_is_refused_and_named(request: Request, respell: Callable[[str], str]) -> None:
    ours = acs3.canonical_query(request.query)
    assume(respell(ours) != ours)
    presented = signed_over(request, respell(ours))

    assert not accepts(request, presented)
    assert diagnose(request, presented).cause is Cause.PERCENT_ENCODING


@given(requests(in_query=True))
def test_a_query_escaped_twice_is_refused_and_named(request: Request) -> None:
    ours = acs3.canonical_query(request.query)
    assume("%" in ours)
    twice = "&".join(
        [
            f"{percent_encode(name)}={percent_encode(value)}"
            for name, value in [tuple(pair.split("=")) for pair in ours.split("&")]
        ]
    )
    presented = signed_over(request, twice)

    assert not accepts(request, presented)
    assert diagnose(request, presented).cause is Cause.DOUBLE_ENCODED


@given(requests(in_query=True))
def test_a_query_that_is_escaped_again_on_its_way_is_refused_and_named(request: Request) -> None:
    assume(b"%" in request.query and b"+" not in request.query)
    presented = request.signed()
    resent = replace(request, query=request.query.replace(b"%", b"%25"))

    assert not accepts(resent, presented)
    assert diagnose(resent, presented).cause is Cause.DOUBLE_ENCODED


@given(requests(in_query=True))
def test_a_query_in_order_of_arrival_is_refused_and_named(request: Request) -> None:
    request = replace(request, query=b"Z=1&A=2&" + request.query)
    arrived = "&".join(
        [f"{percent_encode(name)}={percent_encode(value)}" for name, value in query_pairs(request.query)]
    )
    presented = signed_over(request, arrived)

    assert not accepts(request, presented)
    assert diagnose(request, presented).cause is Cause.PARAMETER_ORDER


@given(requests(in_query=False), st.sampled_from(WIRE_SPELLINGS))
def test_another_spelling_of_the_form_is_refused_and_named(request: Request, spelling: Encode) -> None:
    signed = spelling(dict(query_pairs(request.body))).encode()
    assume(signed != request.body)
    headers = request.headers | {"x-acs-content-sha256": sha256_hex(signed)}
    stale = replace(request, headers=headers)

    for refused in (stale, request):
        presented = refused.signed(body=signed)

        assert not accepts(refused, presented)
        assert diagnose(refused, presented).cause is Cause.RESERIALISED_BODY


@given(requests(in_query=False), st.binary(min_size=1, max_size=20))
def test_another_body_is_refused_and_named(request: Request, body: bytes) -> None:
    tampered = replace(request, body=body)
    assume(body.strip() not in (b"", request.body))
    presented = request.signed()

    assert not accepts(tampered, presented)
    assert diagnose(tampered, presented).cause in (Cause.BODY_ALTERED, Cause.RESERIALISED_BODY)


@given(requests(), st.text("0123456789abcdef", min_size=64, max_size=64))
def test_an_altered_digest_is_refused_and_named(request: Request, digest: str) -> None:
    assume(digest != request.headers["x-acs-content-sha256"])
    presented = request.signed()
    altered = replace(request, headers=request.headers | {"x-acs-content-sha256": digest})

    assert not accepts(altered, presented)
    assert diagnose(altered, presented).cause is Cause.CONTENT_DIGEST_ALTERED


@given(requests(), st.data())
def test_an_altered_header_list_is_refused_and_named(request: Request, data: st.DataObject) -> None:
    presented = request.signed()
    listed = presented.signed_headers.split(";")
    altered = data.draw(
        st.one_of(
            st.permutations(listed),
            st.sampled_from(listed).map(lambda gone: [name for name in listed if name != gone]),
        )
    )
    assume(altered != listed)
    presented = replace(presented, signed_headers=";".join(altered))

    assert not accepts(request, presented)
    assert diagnose(request, presented).cause is Cause.HEADER_LIST_ALTERED


@given(requests(), st.sampled_from(["x-acs-action", "x-acs-date", "x-acs-version"]))
def test_a_mandatory_header_that_is_not_signed_is_refused_and_named(request: Request, name: str) -> None:
    presented = request.signed(signed_headers=[each for each in request.headers if each != name])

    assert not accepts(request, presented)
    assert acs3.unsigned_headers(presented, request.headers) == [name]
    assert diagnose(request, presented).cause is Cause.MANDATORY_HEADER_UNSIGNED


@given(requests())
def test_a_missing_nonce_is_named(request: Request) -> None:
    presented = request.signed()
    bare = replace(request, headers={k: v for k, v in request.headers.items() if k != "x-acs-signature-nonce"})

    assert not accepts(bare, presented)
    assert diagnose(bare, presented).cause is Cause.NONCE_MISSING


@given(requests(), st.sampled_from(["GET", "POST", "PUT"]))
def test_another_method_is_refused_and_named(request: Request, method: str) -> None:
    assume(method != request.method)
    presented = request.signed(method=method)

    assert not accepts(request, presented)
    assert diagnose(request, presented).cause is Cause.METHOD_ALTERED


@given(st.text(max_size=200))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    presented = acs3.parse_authorization(f"ACS3-HMAC-SHA256 Credential={text}")

    assert presented is None or presented.signature.isascii()


@given(requests(), st.text(max_size=20), st.binary(max_size=40), st.binary(max_size=40))
def test_verifying_and_explaining_are_total(request: Request, text: str, query: bytes, body: bytes) -> None:
    received = request.received() | {
        "method": text,
        "path": text,
        "query": query,
        "body": body,
        "headers": {"host": text, "content-type": text, "x-acs-signature-nonce": "n", "x-acs-content-sha256": text},
    }
    presented = acs3.Authorization("id", f"content-type;host;x-acs-signature-nonce;{text}", "0" * 64)

    assert not acs3.verify(presented, **received)
    assert explain(presented, now=1, **received).cause is not Cause.NONE


@st.composite
def parameters(draw: st.DrawFn) -> Params:
    return {
        "AccessKeyId": "testAccessKeyId",
        "Action": "Mobile2MetaVerifyIntl",
        "SignatureMethod": "HMAC-SHA1",
        "SignatureNonce": draw(st.text("0123456789abcdef-", min_size=1, max_size=64)),
        "SignatureVersion": "1.0",
        "Timestamp": aliyun.timestamp(draw(timestamps)),
        "Version": "2022-08-09",
        **draw(st.sampled_from([{}, {"Format": "JSON"}, {"RegionId": "cn-hongkong", "SignatureType": ""}])),
        **draw(claims),
    }


def diagnose_rpc(params: Params, signature: str, *, split: int = 0) -> tuple[bool, Diagnosis]:
    """Send *params*, the first *split* of them in the query; tell whether they are accepted, and why not."""
    sent = list((params | {"Signature": signature}).items())
    query = query_pairs(urlencode(sent[:split]).encode())
    form = query_pairs(urlencode(sent[split:]).encode())
    accepted = aliyun_rpc.verify(aliyun_rpc.parameters(query, form), access_key_secret="secret", method="POST")
    now = aliyun.read_timestamp(params["Timestamp"])
    return accepted, aliyun_rpc_explain.explain(query, form, access_key_secret="secret", method="POST", now=now)


def sign_rpc(params: Params, **changes: Any) -> str:
    arguments: dict[str, Any] = {"access_key_secret": "secret", "method": "POST", "params": params}
    return aliyun_rpc.sign(**(arguments | changes))


@given(parameters(), st.integers(0, 12))
def test_good_parameters_are_accepted_wherever_they_travel(params: Params, split: int) -> None:
    accepted, diagnosis = diagnose_rpc(params, sign_rpc(params), split=split)

    assert accepted
    assert diagnosis.cause is Cause.NONE


@given(parameters(), st.sampled_from(["GET", "POST"]))
def test_the_official_sdk_signs_the_same_parameters_alike(params: Params, method: str) -> None:
    assert sign_rpc(params, method=method) == Utils.get_rpcsignature(params, method, "secret")


@given(
    parameters(),
    st.sampled_from(
        [
            ({"access_key_secret": "another"}, Cause.WRONG_SECRET),
            ({"access_key_secret": "secret\n"}, Cause.SECRET_TRAILING_NEWLINE),
            ({"access_key_secret": "secret&"}, Cause.KEY_DERIVATION),
            ({"method": "GET"}, Cause.METHOD_ALTERED),
        ]
    ),
)
def test_a_mistake_around_the_parameters_is_refused_and_named(
    params: Params, mistake: tuple[dict[str, str], Cause]
) -> None:
    changes, cause = mistake
    accepted, diagnosis = diagnose_rpc(params, sign_rpc(params, **changes))

    assert not accepted
    assert diagnosis.cause is cause


@given(parameters(), st.data())
def test_a_parameter_that_was_not_signed_is_refused_and_named(params: Params, data: st.DataObject) -> None:
    gone = data.draw(st.sampled_from(sorted(params)))
    accepted, diagnosis = diagnose_rpc(params, sign_rpc({key: value for key, value in params.items() if key != gone}))

    assert not accepted
    assert diagnosis.cause is Cause.PARAMETER_MISSING
    assert diagnosis.detail.endswith(f"without {gone}") or params[gone] == ""


def mac_of(params: Params, inner: Callable[[str], str], outer: Callable[[str], str]) -> str:
    joined = "&".join([f"{inner(name)}={inner(params[name])}" for name in sorted(params)])
    return aliyun_rpc.mac("secret", f"POST&%2F&{outer(joined)}")


@given(
    parameters(),
    st.sampled_from(
        [
            lambda text: percent_encode(text).replace("%20", "+"),
            lambda text: percent_encode(text).replace("%2A", "*"),
            lambda text: percent_encode(text).replace("~", "%7E"),
            lambda text: quote_plus(text, safe="*").replace("~", "%7E"),
        ]
    ),
    st.booleans(),
)
def test_another_way_to_escape_values_is_refused_and_named(
    params: Params, escape: Callable[[str], str], both_levels: bool
) -> None:
    params = params | {"UserName": "张 三*~"}
    accepted, diagnosis = diagnose_rpc(params, mac_of(params, escape, escape if both_levels else percent_encode))

    assert not accepted
    assert diagnosis.cause is Cause.PERCENT_ENCODING


@given(parameters())
def test_values_escaped_twice_are_refused_and_named(params: Params) -> None:
    accepted, diagnosis = diagnose_rpc(params, sign_rpc({name: percent_encode(text) for name, text in params.items()}))

    assert not accepted
    assert diagnosis.cause is Cause.DOUBLE_ENCODED


@given(parameters())
def test_text_that_is_escaped_once_is_refused_and_named(params: Params) -> None:
    accepted, diagnosis = diagnose_rpc(params, mac_of(params, percent_encode, str))

    assert not accepted
    assert diagnosis.cause is Cause.CANONICAL_LAYOUT
