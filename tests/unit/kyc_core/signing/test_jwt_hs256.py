from __future__ import annotations

import hashlib
import hmac
import json

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from kyc_core.signing.base64url import encode
from kyc_core.signing.jwt_hs256 import LONGEST, TokenFault, TokenRefused, sign, verify

KEY = b"emulator-only-secret-000000000000"
PRINTED = (
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJiMWM1ZjBkZS0wMDAwLTQwMDAtODAwMC0wMDAwMDAwMDAwMDEiLCJjaWQiOiJkZW1v"
    "LWNsaWVudCIsImF1ZCI6Imt5Yy1jbi1wb2xsIiwiaWF0IjoxNzY3NTc4NDAwLCJleHAiOjE3Njc2NjQ4MDB9."
    "XMS0dC4tvLIZObDbtQ99Eu7RUA8l1YfayyCg1g_5N4I"
)
CLAIMS = {
    "sub": "b1c5f0de-0000-4000-8000-000000000001",
    "cid": "demo-client",
    "aud": "kyc-cn-poll",
    "iat": 1767578400,
    "exp": 1767664800,
}


def made(header: object, payload: bytes = b'{"sub":"a"}', *, key: bytes = KEY, signed: bool = True) -> str:
    """A token with any header at all, correctly signed all the same."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    start = f"{encode(text)}.{encode(payload)}"
    return f"{start}.{encode(hmac.new(key, start.encode(), hashlib.sha256).digest()) if signed else ''}"


def refusal(token: str) -> TokenFault:
    with pytest.raises(TokenRefused) as refused:
        verify(token, key=KEY)
    return refused.value.fault


def test_a_known_token_is_made_and_read() -> None:
    assert sign(CLAIMS, key=KEY) == PRINTED
    assert verify(PRINTED, key=KEY) == CLAIMS


def test_another_implementation_agrees_both_ways() -> None:
    theirs = OctKey.import_key(KEY)

    assert jwt.decode(sign(CLAIMS, key=KEY), theirs, algorithms=["HS256"]).claims == CLAIMS
    assert verify(jwt.encode({"alg": "HS256", "typ": "JWT"}, CLAIMS, theirs), key=KEY) == CLAIMS


@pytest.mark.parametrize(
    ("token", "fault"),
    [
        pytest.param("", TokenFault.NOT_THREE_PARTS, id="empty"),
        pytest.param("a.b", TokenFault.NOT_THREE_PARTS, id="two parts"),
        pytest.param(f"{PRINTED}.", TokenFault.NOT_THREE_PARTS, id="four parts"),
        pytest.param("." * LONGEST + ".", TokenFault.TOO_LONG, id="very long"),
        pytest.param(f"{PRINTED}\n", TokenFault.NOT_BASE64URL, id="trailing newline"),
        pytest.param(PRINTED[:-1] + "J", TokenFault.NOT_BASE64URL, id="bits that belong to no byte"),
        pytest.param(f"{PRINTED}=", TokenFault.NOT_BASE64URL, id="padding"),
        pytest.param("a.b.", TokenFault.NOT_BASE64URL, id="lengths nothing has"),
        pytest.param(PRINTED.replace("eyJ", "ｅyJ", 1), TokenFault.NOT_BASE64URL, id="a letter of another width"),
        pytest.param(made(b"hello"), TokenFault.HEADER_NOT_JSON, id="header no JSON"),
        pytest.param(made([]), TokenFault.HEADER_NOT_JSON, id="header no object"),
        pytest.param(made(b'{"alg":"none","alg":"HS256"}'), TokenFault.HEADER_NOT_JSON, id="two algorithms"),
        pytest.param(made({"alg": "none"}, signed=False), TokenFault.WRONG_ALG, id="none, unsigned"),
        pytest.param(made({"alg": "none"}), TokenFault.WRONG_ALG, id="none, signed"),
        pytest.param(made({"alg": "hs256"}), TokenFault.WRONG_ALG, id="lower case"),
        pytest.param(made({"alg": "HS512"}), TokenFault.WRONG_ALG, id="another hash"),
        pytest.param(made({"alg": "RS256"}), TokenFault.WRONG_ALG, id="asymmetric"),
        pytest.param(made({"alg": ["HS256"]}), TokenFault.WRONG_ALG, id="a list"),
        pytest.param(made({"typ": "JWT"}), TokenFault.WRONG_ALG, id="no algorithm"),
        pytest.param(made({"alg": "HS256", "typ": "JWE"}), TokenFault.HEADER_MEMBER, id="another type"),
        pytest.param(made({"alg": "HS256", "crit": ["x"]}), TokenFault.HEADER_MEMBER, id="something critical"),
        pytest.param(made({"alg": "HS256", "jwk": {}}), TokenFault.HEADER_MEMBER, id="brings its own key"),
        pytest.param(made({"alg": "HS256"}, key=b"your-256-bit-secret"), TokenFault.WRONG_SIGNATURE, id="another key"),
        pytest.param(made({"alg": "HS256"}, signed=False), TokenFault.WRONG_SIGNATURE, id="no signature"),
        pytest.param(made({"alg": "HS256"}, b"x"), TokenFault.PAYLOAD_NOT_JSON, id="payload no JSON"),
        pytest.param(made({"alg": "HS256"}, b"[]"), TokenFault.PAYLOAD_NOT_JSON, id="payload no object"),
        pytest.param(made({"alg": "HS256"}, b'{"sub":"a","sub":"b"}'), TokenFault.PAYLOAD_NOT_JSON, id="a claim twice"),
    ],
)
def test_everything_else_is_refused_for_its_reason(token: str, fault: TokenFault) -> None:
    assert refusal(token) is fault


@pytest.mark.parametrize("position", range(0, len(PRINTED), 7))
def test_no_character_can_be_changed(position: int) -> None:
    other = "A" if PRINTED[position] != "A" else "B"

    with pytest.raises(TokenRefused):
        verify(PRINTED[:position] + other + PRINTED[position + 1 :], key=KEY)


def test_a_header_without_a_type_will_do() -> None:
    assert verify(made({"alg": "HS256"}), key=KEY) == {"sub": "a"}


def test_a_refusal_repeats_nothing() -> None:
    with pytest.raises(TokenRefused) as refused:
        verify(made({"alg": "secret-alg"}), key=KEY)

    assert str(refused.value) == "wrong_alg"
    assert refused.value.__cause__ is None
