"""Every cause of an RPC signature failure is found, proved by both texts, and told without the secret."""

from __future__ import annotations

import hmac
import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, quote_plus

import pytest

from kyc_core.signing import aliyun, aliyun_rpc
from kyc_core.signing.aliyun_rpc_explain import explain
from kyc_core.signing.causes import MAX_ATTEMPTS, Cause, Diagnosis

SECRET = "testAccessKeySecret"
NOW = 1714979289
QUERY = {
    "Version": "2022-08-09",
    "AccessKeyId": "testAccessKeyId",
    "Action": "Mobile2MetaVerifyIntl",
    "Format": "JSON",
    "RegionId": "cn-hongkong",
    "SignatureMethod": "HMAC-SHA1",
    "SignatureNonce": "3156853299f313e23d1673dc12e1703d",
    "SignatureType": "",
    "SignatureVersion": "1.0",
    "Timestamp": "2024-05-06T07:08:09Z",
}
FORM = {"UserName": "张 三*~/", "Mobile": "13800138000", "ParamType": "normal"}
PARAMS = QUERY | FORM


def sign(params: Mapping[str, str] = PARAMS, *, secret: str = SECRET, method: str = "POST") -> str:
    return aliyun_rpc.sign(access_key_secret=secret, method=method, params=params)


def mac(text: str, *, key: str = SECRET + "&", hash_name: str = "sha1") -> str:
    return b64encode(hmac.digest(key.encode(), text.encode(), hash_name)).decode()


def diagnose(
    signature: str, *, query: Mapping[str, str] = QUERY, form: Mapping[str, str] = FORM, **changes: Any
) -> Diagnosis:
    arguments: dict[str, Any] = {"access_key_secret": SECRET, "method": "POST", "now": NOW} | changes
    return explain([*query.items(), ("Signature", signature)], list(form.items()), **arguments)


def test_a_right_signature_has_no_cause() -> None:
    diagnosis = diagnose(sign())

    assert (diagnosis.cause, diagnosis.mismatch, diagnosis.scheme) == (Cause.NONE, None, "HMAC-SHA1")


@pytest.mark.parametrize(
    ("signature", "cause"),
    [
        pytest.param(sign(secret="another"), Cause.WRONG_SECRET, id="another secret"),
        pytest.param("", Cause.WRONG_SECRET, id="nothing"),
        pytest.param(sign(secret=SECRET + "\n"), Cause.SECRET_TRAILING_NEWLINE, id="line feed after the secret"),
        pytest.param(sign(secret=f'"{SECRET}"'), Cause.SECRET_QUOTED, id="quotation marks"),
        pytest.param(
            mac(aliyun_rpc.string_to_sign("POST", PARAMS), key=SECRET), Cause.KEY_DERIVATION, id="no ampersand"
        ),
        pytest.param(
            mac(aliyun_rpc.string_to_sign("POST", PARAMS), hash_name="sha256"),
            Cause.SIGNATURE_METHOD_CONFUSED,
            id="SHA-256",
        ),
        pytest.param(sign(method="GET"), Cause.METHOD_ALTERED, id="another method"),
        pytest.param(sign(QUERY), Cause.PARAMETER_MISSING, id="the form not signed"),
        pytest.param(sign(FORM), Cause.PARAMETER_MISSING, id="the form alone"),
        pytest.param(
            sign({name: value for name, value in PARAMS.items() if value}), Cause.PARAMETER_MISSING, id="no blank ones"
        ),
        pytest.param(sign(PARAMS | {"Format": "XML"}), Cause.PARAMETER_MISSING, id="another Format"),
        pytest.param(
            sign(PARAMS | {"Timestamp": "2024-05-06T07:08:10Z"}), Cause.TIMESTAMP_ALTERED, id="the clock read twice"
        ),
        pytest.param(
            sign(PARAMS | {"Timestamp": "2024-05-06T15:08:09Z"}), Cause.TIMESTAMP_ALTERED, id="local time signed"
        ),
        pytest.param(
            sign({name: quote(value, safe="~") for name, value in PARAMS.items()}),
            Cause.DOUBLE_ENCODED,
            id="values escaped beforehand",
        ),
        pytest.param(
            sign(PARAMS | {"UserName": "张+三*~/"}), Cause.PERCENT_ENCODING, id="a plus sign that arrived as a space"
        ),
    ],
)
def test_a_single_mistake_is_named(signature: str, cause: Cause) -> None:
    diagnosis = diagnose(signature)

    assert diagnosis.cause is cause
    assert (diagnosis.client is None) is (cause is Cause.WRONG_SECRET)


def by_hand(inner: Any, outer: Any, *, path: str = "%2F", order: Any = sorted) -> str:
    joined = "&".join([f"{inner(name)}={inner(PARAMS[name])}" for name in order(PARAMS)])
    return mac(f"POST&{path}&{outer(joined)}")


def right(text: str) -> str:
    return quote(text, safe="~")


def as_form(text: str) -> str:
    return quote_plus(text, safe="*").replace("~", "%7E")


@pytest.mark.parametrize(
    ("signature", "cause"),
    [
        pytest.param(by_hand(right, right), Cause.NONE, id="as documented"),
        pytest.param(by_hand(as_form, right), Cause.PERCENT_ENCODING, id="values as a form"),
        pytest.param(by_hand(as_form, as_form), Cause.PERCENT_ENCODING, id="both levels as a form"),
        pytest.param(by_hand(quote, quote), Cause.PERCENT_ENCODING, id="slashes kept, as Python does"),
        pytest.param(by_hand(lambda text: quote(text, safe="*~"), right), Cause.PERCENT_ENCODING, id="* kept"),
        pytest.param(
            by_hand(lambda text: right(text).replace("~", "%7E"), right), Cause.PERCENT_ENCODING, id="~ escaped"
        ),
        pytest.param(
            by_hand(lambda text: right(text).replace("%20", "+"), right), Cause.PERCENT_ENCODING, id="spaces as +"
        ),
        pytest.param(by_hand(right, str), Cause.CANONICAL_LAYOUT, id="joined text not escaped"),
        pytest.param(by_hand(str, right), Cause.CANONICAL_LAYOUT, id="values not escaped"),
        pytest.param(by_hand(str, str), Cause.CANONICAL_LAYOUT, id="nothing escaped"),
        pytest.param(by_hand(right, right, path="/"), Cause.CANONICAL_LAYOUT, id="slash not escaped"),
        pytest.param(by_hand(right, right, order=list), Cause.PARAMETER_ORDER, id="in order of arrival"),
    ],
)
def test_other_ways_to_escape_are_recognised(signature: str, cause: Cause) -> None:
    assert diagnose(signature).cause is cause


def test_parameters_sorted_regardless_of_case_are_recognised() -> None:
    form = FORM | {"bizId": "1"}
    params = QUERY | form
    joined = "&".join([f"{right(name)}={right(params[name])}" for name in sorted(params, key=str.lower)])

    assert diagnose(mac(f"POST&%2F&{right(joined)}"), form=form).cause is Cause.PARAMETER_ORDER


@pytest.mark.parametrize("name", sorted(set(PARAMS) - {"SignatureNonce"}))
def test_a_parameter_that_was_not_signed_is_named(name: str) -> None:
    diagnosis = diagnose(sign({key: value for key, value in PARAMS.items() if key != name}))

    assert diagnosis.cause is Cause.PARAMETER_MISSING
    assert name in diagnosis.detail


@pytest.mark.parametrize("lost", [{"SignatureType": ""}, {"RegionId": "cn-hongkong"}])
def test_a_signed_parameter_that_was_not_sent_is_named(lost: dict[str, str]) -> None:
    sent = {name: value for name, value in QUERY.items() if name not in lost}

    assert diagnose(sign(), query=sent).cause is Cause.PARAMETER_MISSING


def test_the_other_value_of_a_parameter_given_twice_is_tried() -> None:
    diagnosis = diagnose(sign(PARAMS | {"Mobile": "2"}), query=QUERY | {"Mobile": "1"}, form=FORM | {"Mobile": "2"})

    assert diagnosis.cause is Cause.PARAMETER_MISSING
    assert "twice" in diagnosis.detail


def test_values_escaped_again_on_the_way_are_recognised() -> None:
    form = FORM | {"UserName": quote("张 三*~/", safe="~")}

    assert diagnose(sign(), form=form).cause is Cause.DOUBLE_ENCODED


RIGHT = sign()


@pytest.mark.parametrize(
    "signature",
    [
        pytest.param(f" {RIGHT}\n", id="blanks"),
        pytest.param(quote(RIGHT, safe=""), id="escaped twice"),
        pytest.param(RIGHT.rstrip("="), id="no padding"),
    ],
)
def test_a_damaged_signature_is_recognised(signature: str) -> None:
    assert diagnose(signature).cause is Cause.SIGNATURE_ENCODING


def test_plus_signs_and_alphabets_of_the_signature_are_recognised() -> None:
    version = next(str(number) for number in range(99) if {"+", "/"} < set(sign(PARAMS | {"RegionId": str(number)})))
    query = QUERY | {"RegionId": version}
    signature = sign(query | FORM)
    digest = hmac.digest(f"{SECRET}&".encode(), aliyun_rpc.string_to_sign("POST", query | FORM).encode(), "sha1")

    for damaged in (signature.replace("+", " "), urlsafe_b64encode(digest).decode(), digest.hex()):
        assert diagnose(damaged, query=query).cause is Cause.SIGNATURE_ENCODING


@pytest.mark.parametrize(
    ("skew", "cause"),
    [(901, Cause.CLOCK_SKEW), (-901, Cause.CLOCK_SKEW), (8 * 3600, Cause.LOCAL_TIME_TIMESTAMP)],
)
def test_a_clock_outside_the_window_is_measured(skew: int, cause: Cause) -> None:
    query = QUERY | {"Timestamp": aliyun.timestamp(NOW + skew)}

    right = diagnose(sign(query | FORM), query=query)
    wrong = diagnose("x", query=query)

    assert (right.cause, right.skew) == (wrong.cause, wrong.skew) == (cause, skew)
    assert "does not fit" not in right.detail
    assert "does not fit either" in wrong.detail


def test_without_a_clock_the_window_is_not_looked_at() -> None:
    assert diagnose(sign(), now=None).cause is Cause.NONE


@pytest.mark.parametrize("nonce", [{}, {"SignatureNonce": ""}])
def test_a_missing_nonce_is_told(nonce: dict[str, str]) -> None:
    query = {name: value for name, value in QUERY.items() if name != "SignatureNonce"} | nonce

    right = diagnose(sign(query | FORM), query=query)
    lost = diagnose(sign(), query=query)

    assert right.cause is lost.cause is Cause.NONCE_MISSING
    assert "does not fit" not in right.detail
    assert "does not fit either" in lost.detail


@pytest.mark.parametrize("timestamp", ["", "yesterday", "2024-05-06 07:08:09", "1" * 400])
def test_an_unreadable_timestamp_is_no_obstacle(timestamp: str) -> None:
    assert diagnose("x", query=QUERY | {"Timestamp": timestamp}).cause is Cause.WRONG_SECRET


def test_two_mistakes_at_once_are_not_guessed() -> None:
    assert diagnose(sign(QUERY, method="GET")).cause is Cause.WRONG_SECRET


def test_the_search_is_bounded_and_short_of_its_bound() -> None:
    form = FORM | {f"p{number}": "a b" for number in range(200)}

    diagnosis = diagnose("x", form=form)

    assert diagnosis.cause is Cause.WRONG_SECRET
    assert 100 < diagnosis.attempts < MAX_ATTEMPTS


def test_neither_secret_nor_personal_values_are_shown() -> None:
    query = QUERY | {"SecurityToken": "CAISexampletoken"}
    diagnosis = diagnose(sign(query | FORM, secret=SECRET + "\n"), query=query)

    for text in (repr(diagnosis), json.dumps(diagnosis.as_dict())):
        assert diagnosis.cause is Cause.SECRET_TRAILING_NEWLINE
        assert not any(hidden in text for hidden in (SECRET, "13800138000", "CAIS", "%25E5", "张"))
        assert "Mobile%3D***" in text
        assert "Action%3DMobile2MetaVerifyIntl" in text
    assert "13800138000" in json.dumps(diagnosis.as_dict(redacted=False))
    assert SECRET not in json.dumps(diagnosis.as_dict(redacted=False))


def test_both_texts_are_those_that_were_signed() -> None:
    without = {name: value for name, value in PARAMS.items() if name != "RegionId"}
    diagnosis = diagnose(sign(without))

    assert diagnosis.server.string_text(redacted=False) == aliyun_rpc.string_to_sign("POST", PARAMS)
    assert diagnosis.client is not None
    assert diagnosis.client.string_text(redacted=False) == aliyun_rpc.string_to_sign("POST", without)
    assert diagnosis.mismatch is not None
    assert diagnosis.mismatch.where == "RegionId"
