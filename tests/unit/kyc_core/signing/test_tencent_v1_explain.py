"""Every cause of a v1 failure is found, proved by both texts, and told without personal values."""

from __future__ import annotations

import json
from base64 import b64decode
from typing import Any
from urllib.parse import quote, quote_plus, urlencode

import pytest

from kyc_core.signing import tencent_v1
from kyc_core.signing.canonical import query_pairs
from kyc_core.signing.causes import MAX_ATTEMPTS, Cause, Diagnosis
from kyc_core.signing.tencent_v1 import SignatureMethod
from kyc_core.signing.tencent_v1_explain import explain

SECRET_KEY = "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE"
HOST = "127.0.0.1:8080"
NOW = 1767225600
PARAMS = {
    "Action": "BankCardVerification",
    "BankCard": " 6226090210146748",
    "Encryption.EncryptList.2": "c",
    "Encryption.EncryptList.12": "d",
    "IdCard": "11204416541220243X",
    "Language": "en-US",
    "Name": "韦小宝/Wei Xiaobao",
    "Nonce": "11886",
    "Region": "",
    "RequestClient": "SDK_GO_3.0.1474",
    "SecretId": "AKIDEXAMPLE",
    "SignatureMethod": "HmacSHA256",
    "Timestamp": str(NOW),
    "Version": "2018-03-01",
    "appVersion": "1",
}
LATER = PARAMS | {"Timestamp": str(NOW + 1)}
STRING = tencent_v1.string_to_sign("POST", HOST, "/", PARAMS)


def signed(
    string: str = STRING, *, secret_key: str = SECRET_KEY, method: SignatureMethod = SignatureMethod.SHA256
) -> str:
    return tencent_v1.mac(secret_key, string, method)


def string(params: dict[str, str] | None = None, *, method: str = "POST", host: str = HOST, path: str = "/") -> str:
    return tencent_v1.string_to_sign(method, host, path, PARAMS if params is None else params)


def diagnose(signature: str, params: dict[str, str] | None = None, **changes: Any) -> Diagnosis:
    sent = urlencode((PARAMS if params is None else params) | {"Signature": signature}).encode()
    request: dict[str, Any] = {"secret_key": SECRET_KEY, "method": "POST", "host": HOST, "path": "/", "now": NOW}
    return explain(query_pairs(sent), **(request | changes))


def escaped(escape: Any) -> str:
    return string({name: escape(value) for name, value in PARAMS.items()})


def plus_signs(value: str) -> str:
    return value.replace(" ", "+")


def without(*names: str) -> dict[str, str]:
    return {name: value for name, value in PARAMS.items() if name not in names}


def test_a_right_signature_has_no_cause() -> None:
    assert diagnose(signed()).cause is Cause.NONE


@pytest.mark.parametrize(
    ("text", "cause", "where"),
    [
        pytest.param(string(host="faceid.tencentcloudapi.com"), Cause.WRONG_HOST, "host", id="host"),
        pytest.param(string(host="127.0.0.1:443"), Cause.WRONG_PORT, "host", id="port"),
        pytest.param(string(path="/tencent"), Cause.PATH_ALTERED, "path", id="path"),
        pytest.param(string(method="GET"), Cause.METHOD_ALTERED, "method", id="method"),
        pytest.param(string(method="post"), Cause.METHOD_ALTERED, "method", id="method in lower case"),
        pytest.param(escaped(quote_plus), Cause.VALUES_PERCENT_ENCODED, "BankCard", id="form-escaped values"),
        pytest.param(escaped(quote), Cause.VALUES_PERCENT_ENCODED, "BankCard", id="escaped values"),
        pytest.param(escaped(str.strip), Cause.QUERY_REENCODED, "BankCard", id="trimmed"),
        pytest.param(escaped(plus_signs), Cause.QUERY_REENCODED, "BankCard", id="unescaped plus"),
        pytest.param(string(without("Nonce")), Cause.PARAMETER_MISSING, "Nonce", id="Nonce left out"),
        pytest.param(string(without("Region")), Cause.PARAMETER_MISSING, "Region", id="blank parameter left out"),
        pytest.param(string(without("Language", "Region")), Cause.PARAMETER_MISSING, "Language", id="two left out"),
        pytest.param(string(PARAMS | {"Token": ""}), Cause.PARAMETER_MISSING, "Version", id="signed but not sent"),
        pytest.param(string(LATER), Cause.TIMESTAMP_ALTERED, "Timestamp", id="clock read twice"),
    ],
)  # fmt: skip
def test_a_single_mistake_is_named_and_located(text: str, cause: Cause, where: str) -> None:
    diagnosis = diagnose(signed(text))

    assert diagnosis.cause is cause
    assert diagnosis.mismatch is not None
    assert diagnosis.mismatch.where == where
    assert diagnosis.client is not None
    assert diagnosis.client.string_text(redacted=False) == text


@pytest.mark.parametrize(
    ("signature", "cause"),
    [
        pytest.param(signed(secret_key=SECRET_KEY + "\n"), Cause.SECRET_TRAILING_NEWLINE, id="line feed in the secret"),
        pytest.param(signed(secret_key=f"'{SECRET_KEY}'"), Cause.SECRET_QUOTED, id="quotation marks"),
        pytest.param(signed(secret_key="another"), Cause.WRONG_SECRET, id="another secret"),
        pytest.param(signed(method=SignatureMethod.SHA1), Cause.SIGNATURE_METHOD_CONFUSED, id="SHA-1 for SHA-256"),
        pytest.param(signed() + "\n", Cause.SIGNATURE_ENCODING, id="line feed in the signature"),
        pytest.param(quote(signed(), safe=""), Cause.SIGNATURE_ENCODING, id="escaped twice"),
        pytest.param(b64decode(signed()).hex(), Cause.SIGNATURE_ENCODING, id="hexadecimal"),
        pytest.param(signed().rstrip("="), Cause.SIGNATURE_ENCODING, id="no padding"),
        pytest.param("", Cause.WRONG_SECRET, id="no signature"),
    ],
)
def test_secrets_and_signatures_gone_wrong_are_named(signature: str, cause: Cause) -> None:
    assert diagnose(signature).cause is cause


def test_plus_signs_of_an_unescaped_signature_are_recognised() -> None:
    nonces = (PARAMS | {"Nonce": str(nonce)} for nonce in range(1000))
    params, signature = next((p, s) for p in nonces if "+" in (s := signed(string(p))))

    diagnosis = diagnose(signature.replace("+", " "), params)

    assert diagnosis.cause is Cause.SIGNATURE_ENCODING
    assert "escaped on the wire" in diagnosis.detail


@pytest.mark.parametrize(
    "order",
    [
        pytest.param(sorted(PARAMS, key=str.lower), id="regardless of case"),
        pytest.param(list(PARAMS), id="as sent"),
        pytest.param(
            sorted(PARAMS, key=lambda name: name.replace("List.2", "List.02")),
            id="indices by value",
        ),
    ],
)
def test_parameters_in_another_order_are_recognised(order: list[str]) -> None:
    text = f"POST{HOST}/?" + "&".join([f"{name}={PARAMS[name]}" for name in order])
    assert text != STRING

    assert diagnose(signed(text)).cause is Cause.PARAMETER_ORDER


def test_a_sha256_client_that_does_not_announce_it_is_recognised() -> None:
    params = without("SignatureMethod")

    diagnosis = diagnose(signed(string(params)), params)

    assert diagnosis.cause is Cause.SIGNATURE_METHOD_CONFUSED
    assert diagnosis.scheme == "HmacSHA1"


@pytest.mark.parametrize("skew", [301, -301])
def test_clock_skew_is_measured(skew: int) -> None:
    params = PARAMS | {"Timestamp": str(NOW + skew)}

    diagnosis = diagnose(signed(string(params)), params)

    assert (diagnosis.cause, diagnosis.skew) == (Cause.CLOCK_SKEW, skew)


@pytest.mark.parametrize("timestamp", ["", "soon", "1" * 400])
def test_an_unreadable_timestamp_is_no_obstacle(timestamp: str) -> None:
    params = PARAMS | {"Timestamp": timestamp}

    assert diagnose(signed(string(params)), params).cause is Cause.NONE
    assert diagnose("x", params).cause is Cause.WRONG_SECRET


def test_a_host_that_only_the_operator_knows_is_tried() -> None:
    signature = signed(string(host="kyc.example.test"))

    assert diagnose(signature).cause is Cause.WRONG_SECRET
    assert diagnose(signature, known_hosts=("kyc.example.test",)).cause is Cause.WRONG_HOST


def test_the_mistake_of_a_client_that_keeps_underscores_is_found_too() -> None:
    params = PARAMS | {"Some_Name": "1"}
    text = tencent_v1.string_to_sign("POST", HOST, "/tencent/", params, underscores_as_dots=False)

    assert diagnose(signed(text.replace("POST", "GET")), params, path="/tencent/").cause is Cause.METHOD_ALTERED


def test_the_search_is_bounded() -> None:
    params = PARAMS | {f"P_{number}": "a b" for number in range(500)}

    diagnosis = diagnose(signed(secret_key="another"), params, path="/tencent/")

    assert diagnosis.cause is Cause.WRONG_SECRET
    assert 100 < diagnosis.attempts <= MAX_ATTEMPTS


def test_neither_secret_nor_personal_values_are_shown() -> None:
    diagnosis = diagnose(signed(escaped(quote_plus)), PARAMS)

    for text in (repr(diagnosis), json.dumps(diagnosis.as_dict(), ensure_ascii=False)):
        hidden = (SECRET_KEY, "11204416541220243X", "6226090210146748", "Xiaobao", "韦", quote("韦"))
        assert not any(value in text for value in hidden)
        assert "BankCardVerification" in text
    assert "11204416541220243X" in diagnosis.server.string_text(redacted=False)


def test_a_document_in_place_of_parameters_is_hidden() -> None:
    body = b'{"IdCard":"11204416541220243X"}=&Signature=x'

    diagnosis = explain(query_pairs(body), secret_key=SECRET_KEY, method="POST", host=HOST, path="/")

    assert "11204416541220243X" not in repr(diagnosis) + json.dumps(diagnosis.as_dict())
