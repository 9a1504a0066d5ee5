"""The provider's public keys as it hands them out: PEM text, in Base64 once more. One for each algorithm.

The label inside tells them apart: ``RSA PUBLIC KEY`` (PKCS#1) wraps AES keys, ``PUBLIC KEY`` (SubjectPublicKeyInfo of
SM2) wraps SM4 keys.

>>> point = bytes.fromhex("0432c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7"
...                       "bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0")
>>> load(publish_sm2(point)) == point
True

Source:
    Official crypto helpers for Java, Go and Node, and their examples [sdk].
"""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from typing import Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from kyc_core.signing import rsa_keys, sm2_keys

RSA_BITS: Final = 1024
"""Length of the provider's own RSA key: 128 bytes of wrapped key."""
_RSA: Final = "-----BEGIN RSA PUBLIC KEY-----"


def publish_rsa(key: RSAPrivateKey | RSAPublicKey) -> str:
    """Return the public half of an RSA key as the provider hands it out."""
    public = key.public_key() if isinstance(key, RSAPrivateKey) else key
    return b64encode(public.public_bytes(Encoding.PEM, PublicFormat.PKCS1)).decode("ascii")


def publish_sm2(point: bytes) -> str:
    """Return an SM2 public key of 65 bytes as the provider hands it out."""
    return b64encode(sm2_keys.public_pem(point).encode()).decode("ascii")


def load(published: str) -> RSAPublicKey | bytes:
    """Return the key that was handed out: RSA, or the 65 bytes of an SM2 point.

    Raises:
        ValueError: neither.
    """
    try:
        pem = b64decode(published, validate=True).decode("ascii")
    except (ValueError, binascii.Error):
        raise ValueError("want PEM text in Base64") from None
    if not pem.startswith(_RSA):
        return sm2_keys.load_public_key(pem)
    return rsa_keys.load_public_key(pem, smallest=RSA_BITS)
