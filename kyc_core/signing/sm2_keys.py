"""SM2 keys from PEM text and back: 32 bytes of a private key, 65 bytes of a point.

The curve is not among those ``cryptography`` knows, so the two documents are written and read here: apart from the
numbers in them every byte is always the same.

>>> load_private_key(private_pem(bytes(range(1, 33)))) == bytes(range(1, 33))
True

Source:
    SubjectPublicKeyInfo: RFC 5480; PrivateKeyInfo: RFC 5208 with RFC 5915 inside; curve 1.2.156.10197.1.301: GM/T
    0006-2012 [doc]; a provider that publishes its key so: guide on encrypting sensitive data, Tencent Cloud [doc].
"""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from textwrap import wrap
from typing import Final

PRIME: Final = 0xFFFFFFFE_FFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFF_00000000_FFFFFFFF_FFFFFFFF
ORDER: Final = 0xFFFFFFFE_FFFFFFFF_FFFFFFFF_FFFFFFFF_7203DF6B_21C6052B_53BBF409_39D54123
"""Of the field, and of the group. Source: GM/T 0003.5-2012."""
_B: Final = 0x28E9FA9E_9D9F5E34_4D5A9E4B_CF6509A7_F39789F5_15AB8F92_DDBCBD41_4D940E93

_PUBLIC: Final = "PUBLIC KEY"
_PRIVATE: Final = "PRIVATE KEY"
_LINE: Final = 64
_POINT_BYTES: Final = 65
_KEY_BYTES: Final = 32

_SPKI: Final = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200")
_PKCS8: Final = bytes.fromhex("3041020100301306072a8648ce3d020106082a811ccf5501822d042730250201010420")
_PKCS8_WITH_POINT: Final = bytes.fromhex("308187020100301306072a8648ce3d020106082a811ccf5501822d046d306b0201010420")
"""All that stands before the number. The last one is what OpenSSL writes: the public key follows the private one."""


def public_pem(point: bytes) -> str:
    """Return the 65 bytes of an uncompressed point as PEM text."""
    return _pem(_PUBLIC, _SPKI + point)


def private_pem(key: bytes) -> str:
    """Return the 32 bytes of a private key as PEM text, PKCS#8, unencrypted, without the public key."""
    return _pem(_PRIVATE, _PKCS8 + key)


def load_public_key(pem: str) -> bytes:
    """Return the 65 bytes of an uncompressed point.

    Raises:
        ValueError: not PEM, another kind of key, or no point of the curve.
    """
    der = _der(_PUBLIC, pem)
    point = der.removeprefix(_SPKI)
    if point == der or len(point) != _POINT_BYTES or not _is_on_curve(point):
        raise ValueError("want an SM2 public key")
    return point


def load_private_key(pem: str) -> bytes:
    """Return the 32 bytes of a private key.

    Raises:
        ValueError: not PEM, another kind of key, encrypted, or a number that is no key.
    """
    der = _der(_PRIVATE, pem)
    for prefix in (_PKCS8, _PKCS8_WITH_POINT):
        key = der[len(prefix) : len(prefix) + _KEY_BYTES]
        if der.startswith(prefix) and len(key) == _KEY_BYTES and 0 < int.from_bytes(key) < ORDER - 1:
            return key
    raise ValueError("want an SM2 private key")


def add_points(one: bytes, other: bytes) -> bytes:
    """Return the sum of two points that differ in more than their sign: the public key of the sum of private ones."""
    (x1, y1), (x2, y2) = _coordinates(one), _coordinates(other)
    slope = (y2 - y1) * pow(x2 - x1, -1, PRIME) % PRIME
    x = (slope * slope - x1 - x2) % PRIME
    y = (slope * (x1 - x) - y1) % PRIME
    return b"\x04" + x.to_bytes(_KEY_BYTES) + y.to_bytes(_KEY_BYTES)


def _coordinates(point: bytes) -> tuple[int, int]:
    return int.from_bytes(point[1 : 1 + _KEY_BYTES]), int.from_bytes(point[1 + _KEY_BYTES :])


def _is_on_curve(point: bytes) -> bool:
    x, y = _coordinates(point)
    return point[0] == 4 and max(x, y) < PRIME and (y * y - x * x * x + 3 * x - _B) % PRIME == 0


def _pem(label: str, der: bytes) -> str:
    lines = "\n".join(wrap(b64encode(der).decode("ascii"), _LINE))
    return f"-----BEGIN {label}-----\n{lines}\n-----END {label}-----\n"


def _der(label: str, pem: str) -> bytes:
    text = "".join(pem.split("\n")).replace("\r", "").strip()
    first, last = f"-----BEGIN {label}-----", f"-----END {label}-----"
    if not (text.startswith(first) and text.endswith(last)):
        raise ValueError(f"want PEM text, {label}")
    try:
        return b64decode(text.removeprefix(first).removesuffix(last), validate=True)
    except binascii.Error:
        raise ValueError(f"want PEM text, {label}") from None
