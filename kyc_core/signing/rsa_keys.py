"""RSA keys from PEM text, and back: loaded once by whoever holds them, then passed on as objects.

Loading a private key checks it and takes tens of milliseconds, so nothing on the way of a call does it.

Source:
    UPI developer site, security requirements: RS256 and RSA1_5 with 2048-bit keys [doc, sdk].
"""

from __future__ import annotations

from typing import Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

SMALLEST_BITS: Final = 2048


def load_private_key(pem: str) -> RSAPrivateKey:
    """Load an unencrypted private key, PKCS#8 or PKCS#1.

    Raises:
        ValueError: it is not PEM, not an RSA key, encrypted, or shorter than `SMALLEST_BITS`.
    """
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except TypeError:
        raise ValueError("the private key is encrypted") from None
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("want an RSA private key")
    _check_size(key.key_size)
    return key


def load_public_key(pem: str) -> RSAPublicKey:
    """Load a public key, ``SubjectPublicKeyInfo``.

    Raises:
        ValueError: it is not PEM, not an RSA key, or shorter than `SMALLEST_BITS`.
    """
    key = load_pem_public_key(pem.encode())
    if not isinstance(key, RSAPublicKey):
        raise ValueError("want an RSA public key")
    _check_size(key.key_size)
    return key


def public_pem(key: RSAPrivateKey | RSAPublicKey) -> str:
    """Return the public half of *key* as PEM text."""
    public = key.public_key() if isinstance(key, RSAPrivateKey) else key
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")


def _check_size(bits: int) -> None:
    if bits < SMALLEST_BITS:
        raise ValueError(f"want an RSA key of at least {SMALLEST_BITS} bits, not {bits}")
