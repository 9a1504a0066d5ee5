"""Every cause of a failure is found, proved by both texts, and told without personal values."""

from __future__ import annotations

import hmac
import json
import unicodedata
from base64 import b64decode, b64encode
from hashlib import md5, sha1
from urllib.parse import quote, quote_plus

import pytest

from kyc_core.signing.causes import MAX_ATTEMPTS, Cause, Diagnosis
from kyc_core.signing.mps_hmac_sha1 import mac, sign, string_to_sign
from kyc_core.signing.mps_hmac_sha1_explain import explain

KEY = "0123456789abcdef"
APP_ID, ID_NUM, NAME = "Abcd1234", "11010119000101009X", "Zoé 测试"
CLAIM = {"appId": APP_ID, "idNum": ID_NUM, "name": NAME}
TEXT = string_to_sign(APP_ID, ID_NUM, NAME)
SIGNED = sign(app_key=KEY, app_id=APP_ID, id_num=ID_NUM, name=NAME)
FOUR = {"appId": APP_ID, "validTo": "长期", "name": NAME, "validFrom": "20180501", "idNum": ID_NUM}


def diagnose(signature: str, sent: dict[str, str] | None = None) -> Diagnosis:
    everything = {**(CLAIM if sent is None else sent), "sign": signature}
    return explain(everything, app_key=KEY, sent=everything)


def test_a_right_signature_has_no_cause() -> None:
    assert diagnose(SIGNED).cause is Cause.NONE


@pytest.mark.parametrize(
    ("text", "cause", "where"),
    [
        pytest.param(f"appId={APP_ID}&idNum={ID_NUM}&name={NAME}", Cause.CANONICAL_LAYOUT, "appId", id="like a query"),
        pytest.param(f"appId{APP_ID}&idNum{ID_NUM}&name{NAME}", Cause.CANONICAL_LAYOUT, "idNum", id="ampersands"),
        pytest.param(APP_ID + ID_NUM + NAME, Cause.CANONICAL_LAYOUT, "appId", id="no names"),
        pytest.param(f"appId{APP_ID}name{NAME}idNum{ID_NUM}", Cause.PARAMETER_ORDER, "idNum", id="as the page lists"),
        pytest.param(f"appId{APP_ID}idNum{ID_NUM}", Cause.PARAMETER_MISSING, "name", id="no name"),
        pytest.param(f"appId{APP_ID}idNum{ID_NUM}name", Cause.PARAMETER_MISSING, "name", id="name without value"),
        pytest.param(
            string_to_sign(APP_ID, ID_NUM, quote(NAME)), Cause.VALUES_PERCENT_ENCODED, "name", id="percent-escaped"
        ),
        pytest.param(
            string_to_sign(APP_ID, ID_NUM, quote_plus(NAME)), Cause.VALUES_PERCENT_ENCODED, "name", id="form-escaped"
        ),
        pytest.param(string_to_sign(APP_ID, ID_NUM.lower(), NAME), Cause.VALUE_RESPELT, "idNum", id="x for X"),
        pytest.param(
            string_to_sign(APP_ID, ID_NUM, unicodedata.normalize("NFD", NAME)), Cause.VALUE_RESPELT, "name", id="NFD"
        ),
    ],
)
def test_a_single_mistake_is_named_and_located(text: str, cause: Cause, where: str) -> None:
    diagnosis = diagnose(mac(KEY, text))

    assert diagnosis.cause is cause
    assert diagnosis.mismatch is not None
    assert diagnosis.mismatch.where == where
    assert diagnosis.client is not None
    assert diagnosis.client.string_text(redacted=False) == text


@pytest.mark.parametrize(
    ("claim", "signed"),
    [
        pytest.param({"name": " 测试甲 "}, {"name": "测试甲"}, id="trimmed"),
        pytest.param({"name": "a 测"}, {"name": "a+测"}, id="a plus sign that was not escaped"),
    ],
)
def test_values_changed_on_their_way_are_named(claim: dict[str, str], signed: dict[str, str]) -> None:
    text = string_to_sign(APP_ID, ID_NUM, signed["name"])

    assert diagnose(mac(KEY, text), CLAIM | claim).cause is Cause.QUERY_REENCODED


def test_a_lower_case_x_that_was_signed_as_a_capital_is_named() -> None:
    assert diagnose(SIGNED, CLAIM | {"idNum": ID_NUM.lower()}).cause is Cause.VALUE_RESPELT


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        pytest.param("".join(name + value for name, value in FOUR.items()), Cause.PARAMETER_MISSING, id="as sent"),
        pytest.param("".join(name + FOUR[name] for name in sorted(FOUR)), Cause.PARAMETER_MISSING, id="sorted"),
        pytest.param(
            "&".join(f"{name}={FOUR[name]}" for name in sorted(FOUR)), Cause.CANONICAL_LAYOUT, id="sorted query"
        ),
    ],
)
def test_signing_more_than_is_signed_is_named(text: str, cause: Cause) -> None:
    diagnosis = diagnose(mac(KEY, text), FOUR)

    assert diagnosis.cause is cause
    assert "every parameter" in diagnosis.detail


@pytest.mark.parametrize(
    ("signature", "cause"),
    [
        pytest.param(mac(KEY + "\n", TEXT), Cause.SECRET_TRAILING_NEWLINE, id="line feed in the key"),
        pytest.param(mac(f'"{KEY}"', TEXT), Cause.SECRET_QUOTED, id="quotation marks"),
        pytest.param(mac(KEY + "&", TEXT), Cause.KEY_DERIVATION, id="an ampersand after the key"),
        pytest.param(
            b64encode(hmac.digest(bytes.fromhex(KEY), TEXT.encode(), "sha1")).decode(),
            Cause.KEY_DERIVATION,
            id="the key as hexadecimal",
        ),
        pytest.param(
            b64encode(hmac.digest(TEXT.encode(), KEY.encode(), "sha1")).decode(), Cause.KEY_DERIVATION, id="swapped"
        ),
        pytest.param(
            b64encode(sha1((TEXT + KEY).encode()).digest()).decode(),  # noqa: S324 - the mistake under test
            Cause.KEY_DERIVATION,
            id="a plain hash",
        ),
        pytest.param(
            b64encode(hmac.digest(KEY.encode(), TEXT.encode(), "sha256")).decode(),
            Cause.SIGNATURE_METHOD_CONFUSED,
            id="SHA-256",
        ),
        pytest.param(
            b64encode(hmac.new(KEY.encode(), TEXT.encode(), md5).digest()).decode(),
            Cause.SIGNATURE_METHOD_CONFUSED,
            id="MD5",
        ),
        pytest.param(
            b64encode(hmac.digest(KEY.encode(), TEXT.encode("gb18030"), "sha1")).decode(),
            Cause.PAYLOAD_ENCODING,
            id="GBK",
        ),
        pytest.param(SIGNED + "\n", Cause.SIGNATURE_ENCODING, id="line feed in the signature"),
        pytest.param(b64decode(SIGNED).hex(), Cause.SIGNATURE_ENCODING, id="hexadecimal"),
        pytest.param(
            b64encode(b64decode(SIGNED).hex().encode()).decode(), Cause.SIGNATURE_ENCODING, id="Base64 of hexadecimal"
        ),
        pytest.param(quote(SIGNED, safe=""), Cause.SIGNATURE_ENCODING, id="escaped twice"),
        pytest.param(mac("another", TEXT), Cause.WRONG_SECRET, id="another key"),
        pytest.param("", Cause.WRONG_SECRET, id="no signature"),
    ],
)
def test_keys_and_signatures_gone_wrong_are_named(signature: str, cause: Cause) -> None:
    assert diagnose(signature).cause is cause


@pytest.mark.parametrize("text", [TEXT, f"appId={APP_ID}&idNum={ID_NUM}&name={NAME}", "".join(FOUR.values())])
def test_nothing_personal_and_no_key_is_shown(text: str) -> None:
    diagnosis = diagnose(mac("another" if text == TEXT else KEY, text), FOUR)
    shown = json.dumps(diagnosis.as_dict(), ensure_ascii=False) + repr(diagnosis)

    assert KEY not in shown
    for value in (ID_NUM, "测试", "20180501", "长期"):
        assert value not in shown


def test_an_unexplained_signature_takes_a_bounded_number_of_attempts() -> None:
    many = {f"field{number}": "长" * 1000 for number in range(500)}

    diagnosis = diagnose(mac("another", TEXT), {**CLAIM, **many})

    assert diagnosis.cause is Cause.WRONG_SECRET
    assert diagnosis.attempts < MAX_ATTEMPTS


@pytest.mark.parametrize("missing", ["appId", "idNum", "name", "sign"])
def test_absent_values_count_as_empty(missing: str) -> None:
    given = {name: value for name, value in {**CLAIM, "sign": SIGNED}.items() if name != missing}

    assert explain(given, app_key=KEY, sent=given).cause is not Cause.NONE
