"""Why a UPI-JWS does not fit is told by what stands inside the signature."""

from __future__ import annotations

import base64
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256, SHA512

from kyc_core.signing import base64url, upi_jws
from kyc_core.signing.causes import Cause, Diagnosis
from kyc_core.signing.jose_faults import JwsError
from kyc_core.signing.rsa_keys import load_private_key
from kyc_core.signing.upi_jws_explain import explain

DATA: dict[str, Any] = json.loads(
    (Path(__file__).parents[3] / "data" / "upi" / "vectors.json").read_text(encoding="utf-8")
)
V1: dict[str, str] = DATA["vectors"]["V1"]
BODY = V1["body"].encode()
HEADER_PART = V1["jws"].partition(".")[0]
KEYS = {kid: load_private_key(key["private"]) for kid, key in DATA["keys"].items()}
KEY = KEYS[V1["signed_with"]]
INPUT = upi_jws.signing_input(HEADER_PART, BODY)


def signature_over(text: bytes) -> bytes:
    return KEY.sign(text, PKCS1v15(), SHA256())


def diagnose(signature: bytes, body: bytes = BODY, **options: Any) -> Diagnosis:
    detached = upi_jws.parse(f"{HEADER_PART}..{base64url.encode(signature)}")
    found = explain(detached, body, public_key=KEY.public_key(), **options)
    try:
        upi_jws.check_signature(detached, body, public_key=KEY.public_key(), encoded=options.get("encoded", True))
    except JwsError:
        assert found.cause is not Cause.NONE
    else:
        assert found.cause is Cause.NONE
    return found


def head(payload: bytes) -> bytes:
    return HEADER_PART.encode() + b"." + payload


@pytest.mark.parametrize(
    ("text", "cause", "detail"),
    [
        pytest.param(INPUT, Cause.NONE, "the signature fits", id="nothing wrong"),
        pytest.param(
            head(BODY), Cause.PAYLOAD_ENCODING, "the client signed the body as it is (RFC 7797)", id="RFC 7797"
        ),
        pytest.param(
            b"",
            Cause.BODY_ALTERED,
            "made with the right key, over another header or body",
            id="something else",
        ),
        pytest.param(head(b""), Cause.BODY_NOT_SIGNED, "the client signed the header alone", id="header alone"),
        pytest.param(
            BODY,
            Cause.HEADER_LIST_ALTERED,
            "the client signed the body as it is, without the header",
            id="body alone",
        ),
        pytest.param(
            sha256(INPUT).digest(),
            Cause.CANONICAL_LAYOUT,
            "the client signed the digest of the signing input",
            id="hashed twice",
        ),
        pytest.param(
            sha256(INPUT).hexdigest().encode(),
            Cause.CANONICAL_LAYOUT,
            "the client signed the digest of the signing input in hexadecimal",
            id="the digest as text",
        ),
        pytest.param(
            sha256(BODY).digest(),
            Cause.CANONICAL_LAYOUT,
            "the client signed the digest of the body",
            id="body's digest",
        ),
    ],
)
def test_a_mistake_over_the_right_body_is_named(text: bytes, cause: Cause, detail: str) -> None:
    found = diagnose(signature_over(text))

    assert (found.cause, found.detail) == (cause, detail)


@pytest.mark.parametrize(
    ("payload", "what"),
    [
        (base64.b64encode(b'{"a":"???>>>"}'), "ordinary Base64"),
        (base64.b64encode(b'{"a":"???>>>"}').rstrip(b"="), "ordinary Base64 without padding"),
        (base64.urlsafe_b64encode(b'{"a":"???>>>"}'), "base64url with padding"),
    ],
)
def test_another_encoding_of_the_body_is_named(payload: bytes, what: str) -> None:
    found = diagnose(signature_over(head(payload)), b'{"a":"???>>>"}')

    assert (found.cause, found.detail) == (Cause.PAYLOAD_ENCODING, f"the client signed the body in {what}")


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(json.dumps(json.loads(BODY), indent=2).encode(), id="D9 pretty-printed"),
        pytest.param(BODY + b"\n", id="S-11 newline"),
        pytest.param(b"\xef\xbb\xbf" + BODY, id="S-11 byte order mark"),
    ],
)
def test_another_spelling_of_the_body_is_named(sent: bytes) -> None:
    found = diagnose(base64url.decode(V1["jws"].rpartition(".")[2]), sent)

    assert found.cause is Cause.RESERIALISED_BODY
    assert found.detail.startswith("the client signed another spelling of the body: ")
    assert found.mismatch is not None
    assert found.mismatch.where == "payload"


def test_another_body_is_told_from_another_key() -> None:
    changed = BODY.replace(b'0000000001"', b'0000000002"')

    assert diagnose(signature_over(INPUT), changed).cause is Cause.BODY_ALTERED


@pytest.mark.parametrize(
    ("signature", "cause", "detail"),
    [
        pytest.param(
            KEY.sign(INPUT, PKCS1v15(), SHA512()),
            Cause.SIGNATURE_METHOD_CONFUSED,
            "made with sha512 instead of sha256",
            id="another hash",
        ),
        pytest.param(
            KEY.sign(INPUT, PSS(MGF1(SHA256()), PSS.DIGEST_LENGTH), SHA256()),
            Cause.SIGNATURE_METHOD_CONFUSED,
            "made with PSS padding (PS256) instead of PKCS#1 v1.5 (RS256)",
            id="PS256",
        ),
        pytest.param(
            KEYS["20250101000003"].sign(INPUT, PKCS1v15(), SHA256()),
            Cause.WRONG_KEY,
            "made with the private key of the encryption certificate",
            id="the encryption key",
        ),
        pytest.param(
            generate_private_key(65537, 2048).sign(INPUT, PKCS1v15(), SHA256()),
            Cause.WRONG_KEY,
            "made with another private key, or damaged",
            id="a stranger's key",
        ),
        pytest.param(
            bytes(range(32)), Cause.WRONG_KEY, "a signature of this key has 256 bytes, not 32", id="too short"
        ),
    ],
)
def test_a_signature_without_a_readable_digest_is_named(signature: bytes, cause: Cause, detail: str) -> None:
    others = {"the encryption certificate": KEYS["20250101000003"].public_key()}
    found = diagnose(signature, other_keys=others)

    assert (found.cause, found.detail) == (cause, detail)


def test_the_ordinary_form_is_named_where_rfc_7797_was_announced() -> None:
    found = diagnose(signature_over(INPUT), encoded=False)

    assert (found.cause, found.detail) == (Cause.PAYLOAD_ENCODING, "the client signed the body in base64url")


def test_an_explanation_shows_no_byte_of_the_body() -> None:
    found = diagnose(signature_over(head(BODY)))
    shown = json.dumps(found.as_dict()) + repr(found)

    assert "TEST MEMBER BANK" not in shown
    assert base64url.encode(BODY)[:24] not in shown
    assert f"sha256 {sha256(BODY).hexdigest()}" in shown
