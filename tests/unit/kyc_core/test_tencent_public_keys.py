from __future__ import annotations

from base64 import b64decode, b64encode

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from kyc_core import tencent_public_keys
from kyc_core.signing import sm2_keys
from kyc_core.tencent_encryption import sm2_public_key

RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - the provider's own length
POINT = sm2_public_key(bytes(range(1, 33)))


def in_base64(text: str) -> str:
    return b64encode(text.encode()).decode()


def test_an_rsa_key_is_published_as_pkcs1_in_base64() -> None:
    published = tencent_public_keys.publish_rsa(RSA_KEY)

    assert b64decode(published).startswith(b"-----BEGIN RSA PUBLIC KEY-----\n")
    assert tencent_public_keys.publish_rsa(RSA_KEY.public_key()) == published
    assert tencent_public_keys.load(published) == RSA_KEY.public_key()


def test_an_sm2_key_is_published_as_spki_in_base64() -> None:
    published = tencent_public_keys.publish_sm2(POINT)

    assert b64decode(published).startswith(b"-----BEGIN PUBLIC KEY-----\n")
    assert tencent_public_keys.load(published) == POINT


ELLIPTIC = ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(
    Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
)  # fmt: skip


@pytest.mark.parametrize(
    "published",
    [
        pytest.param(sm2_keys.public_pem(POINT), id="not in Base64"),
        pytest.param("", id="empty"),
        pytest.param(b64encode(b"\xff").decode(), id="no text"),
        pytest.param(b64encode(ELLIPTIC).decode(), id="another curve"),
        pytest.param(in_base64("-----BEGIN RSA PUBLIC KEY-----\nQQ==\n-----END RSA PUBLIC KEY-----\n"), id="no key"),
        pytest.param(
            in_base64(f"-----BEGIN RSA PUBLIC KEY-----\n-----END RSA PUBLIC KEY-----\n{ELLIPTIC.decode()}"), id="both"
        ),
    ],
)
def test_what_is_no_key_is_refused(published: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - cryptography words some of them
        tencent_public_keys.load(published)
