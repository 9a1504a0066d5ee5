"""Every cause of a TC3 failure is found, proved by both texts, and told without the secret."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import pytest

from kyc_core.signing import tc3
from kyc_core.signing.causes import MAX_ATTEMPTS, Cause, Diagnosis
from kyc_core.signing.tc3_explain import explain

SECRET_ID = "AKIDEXAMPLE"
SECRET_KEY = "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE"
NOW = 1767225600
HOST = "127.0.0.1:8080"
JSON = "application/json"
TYPE = "header content-type"
FORM = "application/x-www-form-urlencoded"
CLAIM = {"IdCard": "11204416541220243X", "Name": "韦小宝", "BankCard": "6226090210146748", "CertType": 0}
BODY = json.dumps(CLAIM, ensure_ascii=False, separators=(",", ":")).encode()
QUERY = b"IdCard=11204416541220243X&Name=Wei+Xiaobao&Mark=%E9%9F%A6"


def sign(**changes: Any) -> tc3.Authorization:
    request: dict[str, Any] = {
        "secret_key": SECRET_KEY,
        "method": "POST",
        "host": HOST,
        "content_type": JSON,
        "body": BODY,
        "timestamp": NOW,
    }
    presented = tc3.parse_authorization(tc3.sign(secret_id=SECRET_ID, **(request | changes)))
    assert presented is not None
    return presented


def diagnose(presented: tc3.Authorization, **changes: Any) -> Diagnosis:
    request: dict[str, Any] = {
        "secret_key": SECRET_KEY,
        "method": "POST",
        "path": "/",
        "query": b"",
        "headers": {"host": HOST, "content-type": JSON},
        "body": BODY,
        "timestamp": str(NOW),
        "now": NOW,
    }
    return explain(presented, **(request | changes))


def sign_by_hand(key: bytes, *, canonical: str | None = None) -> tc3.Authorization:
    """Sign the standard request with a finished *key*, or with another canonical request."""
    block = tc3.header_block({"content-type": JSON, "host": HOST})
    digest = hashlib.sha256(BODY).hexdigest()
    canonical = canonical or tc3.canonical_request("POST", "/", "", block, "content-type;host", digest)
    text = tc3.string_to_sign(str(NOW), "2026-01-01/faceid/tc3_request", canonical)
    return sign()._replace(signature=hmac.digest(key, text.encode(), "sha256").hex())


KEY = tc3.signing_key(SECRET_KEY, "2026-01-01", "faceid")


def chained(secret: bytes, *, hexadecimal: bool = False) -> bytes:
    for step in (b"2026-01-01", b"faceid", b"tc3_request"):
        secret = hmac.digest(secret, step, "sha256")
        secret = secret.hex().encode() if hexadecimal else secret
    return secret


@pytest.mark.parametrize(
    ("signed", "cause", "where"),
    [
        pytest.param({"secret_key": SECRET_KEY + "\n"}, Cause.SECRET_TRAILING_NEWLINE, None, id="line feed"),
        pytest.param({"secret_key": SECRET_KEY + "\r\n"}, Cause.SECRET_TRAILING_NEWLINE, None, id="CRLF"),
        pytest.param({"secret_key": SECRET_KEY + " "}, Cause.SECRET_TRAILING_NEWLINE, None, id="space"),
        pytest.param({"secret_key": f'"{SECRET_KEY}"'}, Cause.SECRET_QUOTED, None, id="quotation marks"),
        pytest.param({"secret_key": "another"}, Cause.WRONG_SECRET, None, id="another secret"),
        pytest.param({"host": "faceid.tencentcloudapi.com"}, Cause.WRONG_HOST, "header host", id="the provider's host"),
        pytest.param({"host": "localhost:8080"}, Cause.WRONG_HOST, "header host", id="another name for here"),
        pytest.param({"host": f"http://{HOST}"}, Cause.WRONG_HOST, "header host", id="host with scheme"),
        pytest.param({"host": "127.0.0.1:443"}, Cause.WRONG_PORT, "header host", id="another port"),
        pytest.param({"content_type": f"{JSON}; charset=utf-8"}, Cause.CONTENT_TYPE_ALTERED, TYPE, id="charset"),
        pytest.param({"content_type": FORM}, Cause.CONTENT_TYPE_ALTERED, TYPE, id="form type"),
        pytest.param({"body": b""}, Cause.BODY_NOT_SIGNED, "payload hash", id="empty payload"),
        pytest.param({"unsigned_payload": True}, Cause.BODY_NOT_SIGNED, "payload hash", id="unsigned, unannounced"),
        pytest.param({"method": "PUT"}, Cause.METHOD_ALTERED, "method", id="another method"),
        pytest.param({"method": "GET", "body": b""}, Cause.METHOD_ALTERED, "method", id="as a GET"),
        pytest.param({"path": "/tencent"}, Cause.PATH_ALTERED, "uri", id="a prefix that a proxy removed"),
        pytest.param({"timestamp": NOW + 1}, Cause.TIMESTAMP_ALTERED, "timestamp", id="the clock read twice"),
    ],
)  # fmt: skip
def test_a_single_mistake_is_named_and_located(signed: dict[str, Any], cause: Cause, where: str | None) -> None:
    diagnosis = diagnose(sign(**signed))

    assert diagnosis.cause is cause
    assert (diagnosis.mismatch and diagnosis.mismatch.where) == where


def test_the_mandatory_headers_alone_were_signed() -> None:
    presented = sign()._replace(signed_headers="content-type;host;x-tc-action")
    headers = {"host": HOST, "content-type": JSON, "x-tc-action": "MobileStatus"}

    diagnosis = diagnose(presented, headers=headers)

    assert diagnosis.cause is Cause.HEADER_LIST_ALTERED
    assert diagnosis.mismatch is not None
    assert diagnosis.mismatch.where == "header x-tc-action"


@pytest.mark.parametrize(
    "listed",
    [
        pytest.param("content-type;host", id="dropped from the list"),
        pytest.param("host;content-type;x-tc-action", id="list reordered"),
        pytest.param("content-type;host;x-tc-version", id="exchanged for another"),
    ],
)
def test_an_altered_header_list_is_named(listed: str) -> None:
    headers = {"x-tc-action": "MobileStatus", "x-tc-version": "2018-03-01"}
    presented = sign(signed_headers=("content-type", "host", "x-tc-action"), headers=headers)

    diagnosis = diagnose(
        presented._replace(signed_headers=listed), headers={"host": HOST, "content-type": JSON, **headers}
    )

    assert diagnosis.cause is Cause.HEADER_LIST_ALTERED


@pytest.mark.parametrize("name", ["Content-Type;Host", "host;content-type"])
def test_names_signed_as_they_should_not_be_are_named(name: str) -> None:
    values = {"content-type": JSON, "host": HOST}
    block = "".join([f"{each}:{values[each.lower()]}\n" for each in name.split(";")])
    canonical = tc3.canonical_request("POST", "/", "", block, name, hashlib.sha256(BODY).hexdigest())

    diagnosis = diagnose(sign_by_hand(KEY, canonical=canonical)._replace(signed_headers=name))

    assert diagnosis.cause is Cause.HEADER_LIST_ALTERED


def test_a_signed_header_that_did_not_arrive_is_named() -> None:
    presented = sign(signed_headers=("content-type", "host", "x-tc-action"), headers={"x-tc-action": "MobileStatus"})

    diagnosis = diagnose(presented)

    assert diagnosis.cause is Cause.HEADER_LIST_ALTERED
    assert "x-tc-action" in diagnosis.detail


def test_a_mandatory_header_missing_from_the_list_alone_is_an_altered_list() -> None:
    diagnosis = diagnose(sign()._replace(signed_headers="host"))

    assert diagnosis.cause is Cause.HEADER_LIST_ALTERED


def test_a_mandatory_header_that_was_never_signed_is_another_matter() -> None:
    diagnosis = diagnose(sign(signed_headers=("host",)))

    assert diagnosis.cause is Cause.MANDATORY_HEADER_UNSIGNED
    assert "content-type" in diagnosis.detail


@pytest.mark.parametrize(
    "spelt",
    [
        pytest.param(json.dumps(CLAIM), id="Python's default"),
        pytest.param(json.dumps(CLAIM, separators=(",", ":")), id="compact with escapes"),
        pytest.param(json.dumps(CLAIM, ensure_ascii=False), id="spaced without escapes"),
        pytest.param(json.dumps(CLAIM, sort_keys=True), id="sorted"),
        pytest.param(json.dumps(CLAIM, indent=2), id="indented"),
        pytest.param(BODY.decode() + "\n", id="line feed at the end"),
        pytest.param("\ufeff" + BODY.decode(), id="byte order mark"),
    ],
)
def test_another_spelling_of_the_body_is_recognised(spelt: str) -> None:
    diagnosis = diagnose(sign(body=spelt.encode()))

    assert diagnosis.cause is Cause.RESERIALISED_BODY
    assert diagnosis.mismatch is not None
    assert diagnosis.mismatch.where == "payload hash"
    assert diagnosis.mismatch.client is not None
    assert diagnosis.mismatch.client.text == hashlib.sha256(spelt.encode()).hexdigest()


@pytest.mark.parametrize("spelt", [r'{"Config":"a\/b<c>&=' "'" '"}', r'{"Config":"a/b\u003cc\u003e\u0026=' "'" '"}'])
def test_escapes_of_other_languages_are_recognised(spelt: str) -> None:
    sent = json.dumps(json.loads(spelt)).encode()

    assert diagnose(sign(body=spelt.encode()), body=sent).cause is Cause.RESERIALISED_BODY


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\xff\xfe", id="not text"),
        pytest.param(b"[" * 60_000, id="deep"),
        pytest.param(b"[" * 900 + b"]" * 900, id="deep and well-formed"),
        pytest.param(b'"\\ud800"', id="lone surrogate"),
        pytest.param(b"1" * 5_000, id="a number too long to read"),
        pytest.param(b"x" * 1_000_000, id="huge"),
    ],
)
def test_any_body_is_explained_without_an_error(body: bytes) -> None:
    assert diagnose(sign(secret_key="another", body=body), body=body).cause is Cause.WRONG_SECRET


@pytest.mark.parametrize(
    "spelt",
    [
        pytest.param(QUERY.replace(b"+", b"%20"), id="blanks as %20"),
        pytest.param(QUERY.replace(b"%E9%9F%A6", b"%e9%9f%a6"), id="lower-case escapes"),
        pytest.param(b"&".join(sorted(QUERY.split(b"&"))), id="sorted"),
        pytest.param("IdCard=11204416541220243X&Name=Wei Xiaobao&Mark=韦".encode(), id="decoded"),
        pytest.param(b"", id="left out"),
    ],
)
def test_another_spelling_of_the_query_is_recognised(spelt: bytes) -> None:
    presented = sign(method="GET", body=b"", content_type=FORM, query=spelt)

    diagnosis = diagnose(presented, method="GET", body=b"", query=QUERY, headers={"host": HOST, "content-type": FORM})

    assert diagnosis.cause is Cause.QUERY_REENCODED
    assert diagnosis.mismatch is not None
    assert diagnosis.mismatch.where == "query"
    assert diagnosis.mismatch.client is not None
    assert diagnosis.mismatch.client.text.encode("latin-1") == spelt + b"\n"


@pytest.mark.parametrize(
    ("skew", "words"),
    [
        (301, "301 s ahead"),
        (-301, "301 s behind"),
        (8 * 3600, "about 8 h"),
        (-8 * 3600, "about 8 h"),
        (-86_400, "86400 s behind the server's clock"),
    ],
)
def test_clock_skew_is_measured(skew: int, words: str) -> None:
    diagnosis = diagnose(sign(timestamp=NOW + skew), timestamp=str(NOW + skew))

    assert (diagnosis.cause, diagnosis.skew) == (Cause.CLOCK_SKEW, skew)
    assert words in diagnosis.detail


def test_without_a_clock_the_window_is_not_looked_at() -> None:
    diagnosis = diagnose(sign(timestamp=NOW - 9999), timestamp=str(NOW - 9999), now=None)

    assert diagnosis.cause is Cause.NONE


EVENING = NOW + 17 * 3600
"""17:00 in Greenwich on 1 January 2026 is 01:00 on the 2nd in China."""


def signed_for(day: str, *, key_date: str) -> tc3.Authorization:
    block = tc3.header_block({"content-type": JSON, "host": HOST})
    digest = hashlib.sha256(BODY).hexdigest()
    canonical = tc3.canonical_request("POST", "/", "", block, "content-type;host", digest)
    text = tc3.string_to_sign(str(EVENING), f"{day}/faceid/tc3_request", canonical)
    signature = hmac.digest(tc3.signing_key(SECRET_KEY, key_date, "faceid"), text.encode(), "sha256").hex()
    return tc3.Authorization(SECRET_ID, day, "faceid", "content-type;host", signature)


@pytest.mark.parametrize(
    ("day", "key_date", "cause", "words"),
    [
        pytest.param("2026-01-02", "2026-01-02", Cause.LOCAL_TIME_SCOPE_DATE, "UTC+8", id="China"),
        pytest.param("2026-01-01", "2026-01-02", Cause.LOCAL_TIME_SCOPE_DATE, "in its key", id="in the key alone"),
        pytest.param("2025-12-24", "2025-12-24", Cause.WRONG_SCOPE_DATE, "no time zone", id="a week ago"),
        pytest.param("2026-01-01", "2026-01-01", Cause.NONE, "fits", id="Greenwich"),
    ],
)
def test_dates_of_other_zones_are_told_from_wrong_ones(day: str, key_date: str, cause: Cause, words: str) -> None:
    diagnosis = diagnose(signed_for(day, key_date=key_date), timestamp=str(EVENING), now=EVENING)

    assert diagnosis.cause is cause
    assert words in diagnosis.detail


def test_a_date_west_of_greenwich_is_a_local_one() -> None:
    morning = NOW + 3 * 3600
    presented = sign(timestamp=morning)._replace(date="2025-12-31")

    diagnosis = diagnose(presented, timestamp=str(morning), now=morning)

    assert diagnosis.cause is Cause.LOCAL_TIME_SCOPE_DATE
    assert diagnosis.mismatch is not None
    assert diagnosis.mismatch.where == "credential scope"
    assert "does not fit either" in diagnosis.detail


def test_a_service_that_only_strict_mode_refuses() -> None:
    presented = sign(service="127")

    assert diagnose(presented).cause is Cause.NONE
    assert diagnose(presented, strict_service=True).cause is Cause.WRONG_SERVICE


@pytest.mark.parametrize("service", ["cvm", "127", "faceid.intl"])
def test_a_service_signed_but_not_announced(service: str) -> None:
    diagnosis = diagnose(sign(service=service)._replace(service="faceid"))

    assert diagnosis.cause is Cause.WRONG_SERVICE
    assert diagnosis.mismatch is not None
    assert diagnosis.mismatch.where == "credential scope"


@pytest.mark.parametrize(
    "key",
    [
        pytest.param(chained(SECRET_KEY.encode()), id="without TC3"),
        pytest.param(chained(b"TC3" + SECRET_KEY.encode(), hexadecimal=True), id="hexadecimal in between"),
        pytest.param(SECRET_KEY.encode(), id="the secret itself"),
        pytest.param(b"TC3" + SECRET_KEY.encode(), id="the prefixed secret"),
        pytest.param(tc3.derived_keys(SECRET_KEY, "2026-01-01", "faceid")[1], id="one step short"),
    ],
)
def test_a_key_derived_otherwise_is_recognised(key: bytes) -> None:
    assert diagnose(sign_by_hand(key)).cause is Cause.KEY_DERIVATION


@pytest.mark.parametrize("gap", ["", "\n\n"])
def test_line_breaks_too_few_or_too_many_are_recognised(gap: str) -> None:
    digest = hashlib.sha256(BODY).hexdigest()
    canonical = f"POST\n/\n\ncontent-type:{JSON}\nhost:{HOST}\n{gap}content-type;host\n{digest}"

    assert diagnose(sign_by_hand(KEY, canonical=canonical)).cause is Cause.CANONICAL_LAYOUT


def test_a_host_that_only_the_operator_knows_is_tried() -> None:
    presented = sign(host="kyc.example.test")
    forwarded = {"host": HOST, "content-type": JSON, "x-forwarded-host": "kyc.example.test"}

    assert diagnose(presented).cause is Cause.WRONG_SECRET
    assert diagnose(presented, known_hosts=("kyc.example.test",)).cause is Cause.WRONG_HOST
    assert diagnose(presented, headers=forwarded).cause is Cause.WRONG_HOST


def test_the_mistake_of_a_client_that_signs_as_node_does_is_found_too() -> None:
    presented = sign(host="127.0.0.1", path="/tencent/", service="127", body=json.dumps(CLAIM).encode())

    assert diagnose(presented, path="/tencent/").cause is Cause.RESERIALISED_BODY


def test_two_mistakes_at_once_are_not_guessed() -> None:
    presented = sign(host="faceid.tencentcloudapi.com", body=json.dumps(CLAIM).encode())

    assert diagnose(presented).cause is Cause.WRONG_SECRET


@pytest.mark.parametrize("timestamp", ["", "yesterday", "９", "1" * 400])
def test_an_unreadable_timestamp_is_no_obstacle(timestamp: str) -> None:
    assert diagnose(sign(secret_key="another"), timestamp=timestamp).cause is Cause.WRONG_SECRET


def test_the_search_is_bounded_and_short_of_its_bound() -> None:
    headers = {f"x-tc-{number}": "v" for number in range(200)} | {"host": HOST, "content-type": JSON}
    query = b"&".join(b"p%d=a+b" % number for number in range(100))

    posted = diagnose(sign(secret_key="another"), headers=headers, path="/tencent/")
    got = diagnose(sign(secret_key="another", method="GET"), headers=headers, method="GET", query=query, path="/t/")

    assert posted.cause is got.cause is Cause.WRONG_SECRET
    assert 100 < posted.attempts < MAX_ATTEMPTS
    assert 100 < got.attempts < MAX_ATTEMPTS


def test_a_header_named_thousands_of_times_costs_no_more() -> None:
    presented = sign()._replace(signed_headers="content-type;host" + ";host" * 4_000)

    diagnosis = diagnose(presented)

    assert diagnosis.cause is Cause.HEADER_LIST_ALTERED
    assert diagnosis.attempts < MAX_ATTEMPTS


def test_neither_secret_nor_keys_nor_personal_values_are_shown() -> None:
    presented = sign(secret_key=SECRET_KEY + "\n", method="GET", body=b"", content_type=FORM, query=QUERY)
    headers = {"host": HOST, "content-type": FORM}
    diagnosis = diagnose(presented, method="GET", body=b"", query=QUERY, headers=headers)
    keys = [key.hex() for key in tc3.derived_keys(SECRET_KEY, "2026-01-01", "faceid")]

    for text in (repr(diagnosis), json.dumps(diagnosis.as_dict())):
        assert diagnosis.cause is Cause.SECRET_TRAILING_NEWLINE
        assert not any(hidden in text for hidden in (SECRET_KEY, *keys, "11204416541220243X", "Xiaobao", "%E9"))
        assert "IdCard=***&Name=***+***&Mark=***" in text
    assert "11204416541220243X" in json.dumps(diagnosis.as_dict(redacted=False))
    assert SECRET_KEY not in json.dumps(diagnosis.as_dict(redacted=False))


def test_a_signed_token_is_hidden() -> None:
    headers = {"x-tc-token": "TOKENEXAMPLE", "x-tc-action": "MobileStatus"}
    presented = sign(secret_key="another", signed_headers=("content-type", "host", *headers), headers=headers)

    diagnosis = diagnose(presented, headers={"host": HOST, "content-type": JSON, **headers})

    assert "TOKENEXAMPLE" not in repr(diagnosis)
    assert "x-tc-action:MobileStatus" in diagnosis.server.canonical_text()


def test_both_texts_are_those_that_were_signed() -> None:
    diagnosis = diagnose(sign(host="faceid.tencentcloudapi.com"))
    digest = hashlib.sha256(BODY).hexdigest()
    expected = f"POST\n/\n\ncontent-type:{JSON}\nhost:%s\n\ncontent-type;host\n{digest}"
    theirs = expected % "faceid.tencentcloudapi.com"

    assert diagnosis.server.canonical_text(redacted=False) == expected % HOST
    assert diagnosis.client is not None
    assert diagnosis.client.canonical_text(redacted=False) == theirs
    assert diagnosis.client.string_text(redacted=False) == tc3.string_to_sign(
        str(NOW), "2026-01-01/faceid/tc3_request", theirs
    )
    assert diagnosis.as_dict()["first_difference"] == {
        "where": "header host",
        "server": f"host:{HOST}",
        "client": "host:faceid.tencentcloudapi.com",
    }
