"""Every cause of an ACS3 failure is found, proved by both texts, and told without the secret."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import replace
from typing import Any

import pytest

from kyc_core.signing import acs3, aliyun
from kyc_core.signing.acs3_explain import explain
from kyc_core.signing.canonical import EMPTY_SHA256, sha256_hex, wire_bytes
from kyc_core.signing.causes import MAX_ATTEMPTS, Cause, Diagnosis

SECRET = "testAccessKeySecret"
NOW = 1714979289
HOST = "127.0.0.1:8080"
FORM = "application/x-www-form-urlencoded"
BODY = b"UserName=%E5%BC%A0+%E4%B8%89&Mobile=13800138000"
QUERY = b"UserName=Wei+Xiaobao%2A~&Region=&IdentifyNum=11010519491231002X"
HEADERS = {
    **acs3.common_headers(
        host=HOST, action="Id2MetaVerifyIntl", version="2022-08-09", seconds=NOW, nonce="3156853299f3", body=BODY
    ),
    "content-type": FORM,
    "accept": "application/json",
}


def sign(**changes: Any) -> acs3.Authorization:
    request: dict[str, Any] = {
        "access_key_secret": SECRET,
        "method": "POST",
        "headers": HEADERS,
        "query": QUERY,
        "body": BODY,
    }
    presented = acs3.parse_authorization(acs3.sign(access_key_id="testAccessKeyId", **(request | changes)))
    assert presented is not None
    return presented


def diagnose(presented: acs3.Authorization, **changes: Any) -> Diagnosis:
    request: dict[str, Any] = {
        "access_key_secret": SECRET,
        "method": "POST",
        "path": "/",
        "query": QUERY,
        "headers": HEADERS,
        "body": BODY,
        "now": NOW,
    }
    return explain(presented, **(request | changes))


def canonical(query: str) -> str:
    """The canonical request of a client that takes *query* for the canonical one."""
    presented = sign()
    text = acs3.received_request(presented, method="POST", path="/", query=b"", headers=HEADERS, body=BODY)
    return text.replace("POST\n/\n\n", f"POST\n/\n{query}\n", 1)


def sign_by_hand(text: str, *, secret: str = SECRET) -> acs3.Authorization:
    return replace(sign(), signature=acs3.signature(secret, acs3.string_to_sign(text)))


def test_a_right_signature_has_no_cause() -> None:
    diagnosis = diagnose(sign())

    assert (diagnosis.cause, diagnosis.mismatch) == (Cause.NONE, None)


@pytest.mark.parametrize(
    ("signed", "cause", "where"),
    [
        pytest.param({"access_key_secret": SECRET + "\n"}, Cause.SECRET_TRAILING_NEWLINE, None, id="line feed"),
        pytest.param({"access_key_secret": " " + SECRET}, Cause.SECRET_TRAILING_NEWLINE, None, id="space before"),
        pytest.param({"access_key_secret": f"'{SECRET}'"}, Cause.SECRET_QUOTED, None, id="quotation marks"),
        pytest.param({"access_key_secret": f"{SECRET}&"}, Cause.KEY_DERIVATION, None, id="secret of the older version"),
        pytest.param({"access_key_secret": "another"}, Cause.WRONG_SECRET, None, id="another secret"),
        pytest.param({"method": "GET"}, Cause.METHOD_ALTERED, "method", id="as a GET"),
        pytest.param({"path": "/alibaba"}, Cause.PATH_ALTERED, "uri", id="a prefix that a proxy removed"),
        pytest.param({"body": b""}, Cause.BODY_NOT_SIGNED, "payload hash", id="an empty body"),
        pytest.param({"query": b""}, Cause.QUERY_REENCODED, "query", id="no query"),
        pytest.param({"query": QUERY + b"&" + BODY}, Cause.QUERY_REENCODED, "query", id="the form in the query"),
    ],
)
def test_a_single_mistake_is_named_and_located(signed: dict[str, Any], cause: Cause, where: str | None) -> None:
    diagnosis = diagnose(sign(**signed))

    assert diagnosis.cause is cause
    assert (diagnosis.mismatch and diagnosis.mismatch.where) == where


@pytest.mark.parametrize(
    ("name", "value", "cause"),
    [
        pytest.param("host", aliyun.HONG_KONG, Cause.WRONG_HOST, id="the provider's host"),
        pytest.param("host", "localhost:8080", Cause.WRONG_HOST, id="another name for here"),
        pytest.param("host", f"http://{HOST}", Cause.WRONG_HOST, id="host with scheme"),
        pytest.param("host", "127.0.0.1", Cause.WRONG_PORT, id="no port"),
        pytest.param("host", "127.0.0.1:443", Cause.WRONG_PORT, id="another port"),
        pytest.param("content-type", f"{FORM}; charset=utf-8", Cause.CONTENT_TYPE_ALTERED, id="charset"),
        pytest.param("x-acs-date", aliyun.timestamp(NOW + 1), Cause.TIMESTAMP_ALTERED, id="the clock read twice"),
        pytest.param("x-acs-date", aliyun.timestamp(NOW + 8 * 3600), Cause.TIMESTAMP_ALTERED, id="local time signed"),
        pytest.param("x-acs-date", "2024-05-06 07:08:09Z", Cause.TIMESTAMP_ALTERED, id="a space for the T"),
        pytest.param("x-acs-content-sha256", EMPTY_SHA256, Cause.CONTENT_DIGEST_ALTERED, id="another digest"),
    ],
)
def test_a_header_signed_otherwise_is_named_and_located(name: str, value: str, cause: Cause) -> None:
    diagnosis = diagnose(sign(headers=HEADERS | {name: value}))

    assert diagnosis.cause is cause
    assert diagnosis.mismatch is None or diagnosis.mismatch.where == f"header {name}"


OURS = "IdentifyNum=11010519491231002X&Region=&UserName=Wei%20Xiaobao%2A~"


@pytest.mark.parametrize(
    ("theirs", "cause"),
    [
        pytest.param(OURS.replace("%20", "+"), Cause.PERCENT_ENCODING, id="spaces as +"),
        pytest.param(OURS.replace("%2A", "*"), Cause.PERCENT_ENCODING, id="* left as it is"),
        pytest.param(OURS.replace("~", "%7E"), Cause.PERCENT_ENCODING, id="~ escaped"),
        pytest.param(
            OURS.replace("%20", "+").replace("%2A", "*").replace("~", "%7E"), Cause.PERCENT_ENCODING, id="as Java does"
        ),
        pytest.param(OURS.replace("%2A", "%2a"), Cause.PERCENT_ENCODING, id="lower-case escapes"),
        pytest.param(OURS.replace("%", "%25"), Cause.DOUBLE_ENCODED, id="escaped twice"),
        pytest.param(
            "UserName=Wei%20Xiaobao%2A~&Region=&IdentifyNum=11010519491231002X", Cause.PARAMETER_ORDER, id="not sorted"
        ),
        pytest.param(OURS.replace("Region=&", ""), Cause.PARAMETER_MISSING, id="no blank parameters"),
        pytest.param(OURS.replace("Region=", "Region"), Cause.QUERY_REENCODED, id="a blank parameter without ="),
        pytest.param(OURS.replace("%20", " ").replace("%2A", "*"), Cause.QUERY_REENCODED, id="not escaped"),
        pytest.param(QUERY.decode(), Cause.QUERY_REENCODED, id="as on the wire"),
        pytest.param(f"?{OURS}", Cause.QUERY_REENCODED, id="with its question mark"),
    ],
)
def test_another_canonical_query_is_recognised(theirs: str, cause: Cause) -> None:
    diagnosis = diagnose(sign_by_hand(canonical(theirs)))

    assert diagnosis.cause is cause
    assert diagnosis.mismatch is not None
    assert (diagnosis.mismatch.where, diagnosis.mismatch.index) == ("query", 2)
    assert diagnosis.mismatch.server is not None
    assert diagnosis.mismatch.server.text == f"{OURS}\n"
    assert diagnosis.mismatch.client is not None
    assert diagnosis.mismatch.client.text == f"{theirs}\n"


@pytest.mark.parametrize(
    ("sent", "cause"),
    [
        pytest.param(QUERY.replace(b"%", b"%25"), Cause.DOUBLE_ENCODED, id="escaped again on the way"),
        pytest.param(QUERY.replace(b"+", b"%2B"), Cause.PERCENT_ENCODING, id="a plus sign meant as one"),
    ],
)
def test_a_query_that_changed_after_signing_is_recognised(sent: bytes, cause: Cause) -> None:
    signed = QUERY if cause is Cause.DOUBLE_ENCODED else QUERY.replace(b"+", b"%2B")
    received = sent if cause is Cause.DOUBLE_ENCODED else QUERY

    assert diagnose(sign(query=signed), query=received).cause is cause


def with_digest_of(body: bytes) -> dict[str, str]:
    return HEADERS | {"x-acs-content-sha256": sha256_hex(body)}


@pytest.mark.parametrize(
    ("signed", "cause"),
    [
        pytest.param(BODY.replace(b"+", b"%20"), Cause.RESERIALISED_BODY, id="blanks spelt otherwise"),
        pytest.param(b"&".join(sorted(BODY.split(b"&"))), Cause.RESERIALISED_BODY, id="order of the form"),
        pytest.param(BODY + b"\n", Cause.RESERIALISED_BODY, id="line feed"),
        pytest.param(b"", Cause.BODY_NOT_SIGNED, id="nothing"),
        pytest.param(b"Mobile=1", Cause.BODY_ALTERED, id="something else"),
    ],
)
def test_a_body_that_changed_after_signing_is_recognised(signed: bytes, cause: Cause) -> None:
    headers = with_digest_of(signed)
    stale = diagnose(sign(headers=headers, body=signed), headers=headers)
    with_another_secret = diagnose(sign(headers=headers, body=signed, access_key_secret="x"), headers=headers)

    assert stale.cause is with_another_secret.cause is cause
    assert "does not fit" not in stale.detail
    assert "does not fit either" in with_another_secret.detail
    assert stale.mismatch is not None


@pytest.mark.parametrize("signed", [BODY.replace(b"+", b"%20"), BODY + b"\n"])
def test_another_spelling_of_the_body_is_recognised_beside_a_right_digest(signed: bytes) -> None:
    assert diagnose(sign(body=signed)).cause is Cause.RESERIALISED_BODY
    assert diagnose(sign(headers=with_digest_of(signed), body=signed)).cause is Cause.RESERIALISED_BODY


def test_a_json_body_spelt_otherwise_is_recognised() -> None:
    sent, signed = b'{"a":1,"b":2}', b'{"a": 1, "b": 2}'
    headers = with_digest_of(signed) | {"content-type": "application/json"}

    assert diagnose(sign(headers=headers, body=signed), headers=headers, body=sent).cause is Cause.RESERIALISED_BODY


@pytest.mark.parametrize(
    ("announced", "signed_header"),
    [
        pytest.param("0" * 64, sha256_hex(BODY), id="altered on the way"),
        pytest.param("0" * 64, "0" * 64, id="wrong from the start"),
        pytest.param(sha256_hex(BODY).upper(), sha256_hex(BODY).upper(), id="capital digits"),
        pytest.param("", "", id="blank"),
    ],
)
def test_a_wrong_digest_beside_a_right_signature_is_told(announced: str, signed_header: str) -> None:
    presented = sign(headers=HEADERS | {"x-acs-content-sha256": signed_header})

    diagnosis = diagnose(presented, headers=HEADERS | {"x-acs-content-sha256": announced})

    assert diagnosis.cause is Cause.CONTENT_DIGEST_ALTERED
    assert "does not fit" not in diagnosis.detail


def test_capital_digits_in_the_digest_are_told_even_if_nothing_else_fits() -> None:
    headers = HEADERS | {"x-acs-content-sha256": sha256_hex(BODY).upper()}

    diagnosis = diagnose(sign(headers=headers, access_key_secret="x"), headers=headers)

    assert diagnosis.cause is Cause.CONTENT_DIGEST_ALTERED
    assert "does not fit either" in diagnosis.detail


@pytest.mark.parametrize(
    ("skew", "cause"),
    [
        (901, Cause.CLOCK_SKEW),
        (-901, Cause.CLOCK_SKEW),
        (8 * 3600, Cause.LOCAL_TIME_TIMESTAMP),
        (-8 * 3600 + 30, Cause.LOCAL_TIME_TIMESTAMP),
    ],
)
def test_a_clock_outside_the_window_is_measured(skew: int, cause: Cause) -> None:
    headers = HEADERS | {"x-acs-date": aliyun.timestamp(NOW + skew)}

    diagnosis = diagnose(sign(headers=headers), headers=headers)

    assert (diagnosis.cause, diagnosis.skew) == (cause, skew)
    assert "does not fit" not in diagnosis.detail


def test_without_a_clock_the_window_is_not_looked_at() -> None:
    headers = HEADERS | {"x-acs-date": aliyun.timestamp(NOW - 9999)}

    assert diagnose(sign(headers=headers), headers=headers, now=None).cause is Cause.NONE


@pytest.mark.parametrize("date", ["", "yesterday", "2024-05-06 07:08:09", "1" * 400])
def test_an_unreadable_date_is_no_obstacle(date: str) -> None:
    headers = HEADERS | {"x-acs-date": date}

    assert diagnose(sign(headers=headers, access_key_secret="x"), headers=headers).cause is Cause.WRONG_SECRET


@pytest.mark.parametrize("nonce", [None, "", " "])
def test_a_missing_nonce_is_told(nonce: str | None) -> None:
    headers = {name: value for name, value in HEADERS.items() if name != "x-acs-signature-nonce"}
    headers |= {} if nonce is None else {"x-acs-signature-nonce": nonce}

    fits = diagnose(sign(headers=headers), headers=headers)
    lost = diagnose(sign(), headers=headers)

    assert fits.cause is lost.cause is Cause.NONCE_MISSING
    assert "does not fit" not in fits.detail
    assert "does not fit either" in lost.detail


@pytest.mark.parametrize("name", ["x-acs-action", "content-type", "host"])
def test_a_header_dropped_from_the_list_alone_is_an_altered_list(name: str) -> None:
    presented = sign()
    listed = ";".join([each for each in presented.header_names if each != name])

    diagnosis = diagnose(replace(presented, signed_headers=listed))

    assert diagnosis.cause is Cause.HEADER_LIST_ALTERED
    assert name in diagnosis.detail


@pytest.mark.parametrize("name", ["x-acs-action", "content-type"])
def test_a_header_that_was_never_signed_is_another_matter(name: str) -> None:
    chosen = [each for each in HEADERS if each != name]

    diagnosis = diagnose(sign(signed_headers=chosen))

    assert diagnosis.cause is Cause.MANDATORY_HEADER_UNSIGNED
    assert name in diagnosis.detail
    assert diagnosis.mismatch is not None


@pytest.mark.parametrize(
    "alter",
    [
        pytest.param(lambda listed: ";".join(reversed(listed.split(";"))), id="reversed"),
        pytest.param(str.title, id="capital letters"),
        pytest.param(lambda listed: f"accept;{listed}", id="one more"),
    ],
)
def test_an_altered_header_list_is_named(alter: Any) -> None:
    presented = sign()

    assert diagnose(replace(presented, signed_headers=alter(presented.signed_headers))).cause is (
        Cause.HEADER_LIST_ALTERED
    )


def test_a_signed_header_that_did_not_arrive_is_named() -> None:
    presented = sign(headers=HEADERS | {"x-acs-note": "x"})

    diagnosis = diagnose(presented)

    assert diagnosis.cause is Cause.HEADER_LIST_ALTERED
    assert "x-acs-note" in diagnosis.detail


@pytest.mark.parametrize(
    "spell",
    [
        pytest.param(str.upper, id="capital digits"),
        pytest.param(lambda digits: b64encode(bytes.fromhex(digits)).decode(), id="Base64"),
        pytest.param(lambda digits: f'"{digits}"', id="quotation marks"),
    ],
)
def test_a_signature_spelt_otherwise_is_recognised(spell: Any) -> None:
    presented = sign()

    diagnosis = diagnose(replace(presented, signature=spell(presented.signature)))

    assert diagnosis.cause is Cause.SIGNATURE_ENCODING


@pytest.mark.parametrize(
    "alter",
    [
        pytest.param(lambda text: text.replace("\n\n", "\n"), id="no blank line"),
        pytest.param(lambda text: "\n\n\n".join(text.rsplit("\n\n", 1)), id="two blank lines"),
        pytest.param(lambda text: f"{text}\n", id="a line feed at the end"),
    ],
)
def test_line_breaks_too_few_or_too_many_are_recognised(alter: Any) -> None:
    assert diagnose(sign_by_hand(alter(canonical(OURS)))).cause is Cause.CANONICAL_LAYOUT


def test_a_canonical_request_signed_without_its_digest_is_recognised() -> None:
    text = f"ACS3-HMAC-SHA256\n{canonical(OURS)}"

    assert diagnose(replace(sign(), signature=acs3.signature(SECRET, text))).cause is Cause.CANONICAL_LAYOUT


def test_a_host_that_only_the_operator_knows_is_tried() -> None:
    presented = sign(headers=HEADERS | {"host": "kyc.example.test"})

    assert diagnose(presented).cause is Cause.WRONG_SECRET
    assert diagnose(presented, known_hosts=("kyc.example.test",)).cause is Cause.WRONG_HOST
    assert diagnose(presented, headers=HEADERS | {"x-forwarded-host": "kyc.example.test"}).cause is Cause.WRONG_HOST


def test_the_mistake_of_a_client_that_signs_the_real_path_is_found_too() -> None:
    presented = sign(path="/alibaba/", headers=HEADERS | {"host": aliyun.HONG_KONG})

    assert diagnose(presented, path="/alibaba/").cause is Cause.WRONG_HOST


def test_two_mistakes_at_once_are_not_guessed() -> None:
    presented = sign(headers=HEADERS | {"host": aliyun.HONG_KONG}, method="GET")

    assert diagnose(presented).cause is Cause.WRONG_SECRET


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\xff\xfe=%", id="not text"),
        pytest.param(b"[" * 60_000, id="deep"),
        pytest.param(b"a=" + b"x" * 1_000_000, id="huge"),
    ],
)
def test_any_body_is_explained_without_an_error(body: bytes) -> None:
    headers = with_digest_of(body)
    presented = sign(headers=headers, body=body, access_key_secret="x")

    assert diagnose(presented, headers=headers, body=body).cause is Cause.WRONG_SECRET
    assert diagnose(presented, body=body).cause is Cause.BODY_ALTERED


def test_the_search_is_bounded_and_short_of_its_bound() -> None:
    headers = HEADERS | {f"x-acs-{number}": "v" for number in range(200)}
    query = b"&".join(b"p%d=a+b" % number for number in range(100))

    diagnosis = diagnose(
        sign(access_key_secret="x", headers=headers, query=query), headers=headers, query=query, path="/alibaba/"
    )

    assert diagnosis.cause is Cause.WRONG_SECRET
    assert 100 < diagnosis.attempts < MAX_ATTEMPTS


def test_neither_secret_nor_token_nor_personal_values_are_shown() -> None:
    headers = HEADERS | {"x-acs-security-token": "CAISexampletoken", "x-acs-accesskey-id": "STS.example"}
    diagnosis = diagnose(sign(access_key_secret=SECRET + "\n", headers=headers), headers=headers)

    for text in (repr(diagnosis), json.dumps(diagnosis.as_dict())):
        assert diagnosis.cause is Cause.SECRET_TRAILING_NEWLINE
        assert not any(hidden in text for hidden in (SECRET, "11010519491231002X", "Xiaobao", "CAIS", "Mobile"))
        assert "IdentifyNum=***" in text
    assert "11010519491231002X" in json.dumps(diagnosis.as_dict(redacted=False))
    assert SECRET not in json.dumps(diagnosis.as_dict(redacted=False))


def test_both_texts_are_those_that_were_signed() -> None:
    diagnosis = diagnose(sign(headers=HEADERS | {"host": aliyun.HONG_KONG}))
    ours = canonical(OURS)
    theirs = ours.replace(HOST, aliyun.HONG_KONG)

    assert diagnosis.server.canonical_text(redacted=False) == ours
    assert diagnosis.client is not None
    assert diagnosis.client.canonical_text(redacted=False) == theirs
    assert diagnosis.client.string_text(redacted=False) == f"ACS3-HMAC-SHA256\n{sha256_hex(wire_bytes(theirs))}"
    assert diagnosis.as_dict()["first_difference"] == {
        "where": "header host",
        "server": f"host:{HOST}",
        "client": f"host:{aliyun.HONG_KONG}",
    }
