"""RSA keys from PEM text or from their primes, and back: loaded once by whoever holds them, then passed on as objects.

Loading a private key checks it and takes tens of milliseconds, so nothing on the way of a call does it.

Source:
    UPI developer site, security requirements: RS256 and RSA1_5 with 2048-bit keys [doc, sdk].
"""

from __future__ import annotations

from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateKey,
    RSAPrivateNumbers,
    RSAPublicKey,
    RSAPublicNumbers,
    rsa_crt_dmp1,
    rsa_crt_dmq1,
    rsa_crt_iqmp,
)
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

SMALLEST_BITS: Final = 2048
EXPONENT: Final = 65_537
"""The public exponent of the keys made here."""


def load_private_key(pem: str, *, checked: bool = True, smallest: int = SMALLEST_BITS) -> RSAPrivateKey:
    """Load an unencrypted private key, PKCS#8 or PKCS#1.

    Args:
        pem: the key.
        checked: whether its numbers are looked at, which takes some 35 ms; a key that was made here needs no look.
        smallest: bits it must have.

    Raises:
        ValueError: it is not PEM, not an RSA key, encrypted, or shorter than *smallest*.
    """
    try:
        key = load_pem_private_key(pem.encode(), password=None, unsafe_skip_rsa_key_validation=not checked)
    except TypeError:
        raise ValueError("the private key is encrypted") from None
    except UnsupportedAlgorithm:
        raise ValueError("want an RSA private key") from None
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("want an RSA private key")
    _check_size(key.key_size, smallest)
    return key


def load_public_key(pem: str, *, smallest: int = SMALLEST_BITS) -> RSAPublicKey:
    """Load a public key, ``SubjectPublicKeyInfo``.

    Raises:
        ValueError: it is not PEM, not an RSA key, or shorter than *smallest* bits.
    """
    try:
        key = load_pem_public_key(pem.encode())
    except UnsupportedAlgorithm:
        raise ValueError("want an RSA public key") from None
    if not isinstance(key, RSAPublicKey):
        raise ValueError("want an RSA public key")
    _check_size(key.key_size, smallest)
    return key


def from_primes(p: int, q: int, *, smallest: int = SMALLEST_BITS) -> RSAPrivateKey:
    """Put a private key together, in some 0.3 ms where finding one takes 50.

    Args:
        p: a prime; that it is one is not checked.
        q: another prime. Neither may be 1 above a multiple of `EXPONENT`.
        smallest: bits the key must have.

    Raises:
        ValueError: the key is shorter than *smallest*, or the primes do not go with the exponent.
    """
    d = pow(EXPONENT, -1, (p - 1) * (q - 1))
    key = RSAPrivateNumbers(
        p=p,
        q=q,
        d=d,
        dmp1=rsa_crt_dmp1(d, p),
        dmq1=rsa_crt_dmq1(d, q),
        iqmp=rsa_crt_iqmp(p, q),
        public_numbers=RSAPublicNumbers(EXPONENT, p * q),
    ).private_key(unsafe_skip_rsa_key_validation=True)
    _check_size(key.key_size, smallest)
    return key


def private_pem(key: RSAPrivateKey) -> str:
    """Return *key* as PEM text, PKCS#8, unencrypted."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode("ascii")


def public_pem(key: RSAPrivateKey | RSAPublicKey) -> str:
    """Return the public half of *key* as PEM text."""
    public = key.public_key() if isinstance(key, RSAPrivateKey) else key
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")


def _check_size(bits: int, smallest: int) -> None:
    if bits < smallest:
        raise ValueError(f"want an RSA key of at least {smallest} bits, not {bits}")
