"""JSON Web Tokens with HMAC-SHA256, and nothing else: one algorithm, one spelling, no header member that is not known.

`sign` and `verify` undo each other. The algorithm is pinned: what the token's own header says about it is compared, not
obeyed, so that ``none``, an asymmetric algorithm or another letter case ends there. The payload is only encoded, so
nothing personal belongs into it.

>>> token = sign({"sub": "a"}, key=b"k" * 32)
>>> dict(verify(token, key=b"k" * 32))
{'sub': 'a'}
>>> verify("eyJhbGciOiJub25lIn0.e30.", key=b"k" * 32)
Traceback (most recent call last):
    ...
kyc_core.signing.jwt_hs256.TokenRefused: wrong_alg

Source:
    RFC 7519 (claims), RFC 7515 (compact serialisation), RFC 7518, section 3.2 (HS256) [doc]; the header
    ``{"alg":"HS256","typ":"JWT"}`` is that of the aggregator's printed tokens [seed].
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from kyc_core.signing import base64url
from kyc_core.strict_json import NotStrictJson, read_object, write

ALGORITHM: Final = "HS256"
LONGEST: Final = 8192
"""Characters of the longest token looked at; ours have some three hundred."""

_HEADER: Final = write({"alg": ALGORITHM, "typ": "JWT"})
_HEADER_MEMBERS: Final = frozenset({"alg", "typ"})


class TokenFault(StrEnum):
    """Why a token is refused, in the order of the checks."""

    TOO_LONG = "too_long"
    NOT_THREE_PARTS = "not_three_parts"
    NOT_BASE64URL = "not_base64url"
    HEADER_NOT_JSON = "header_not_json"
    """Not one JSON object in UTF-8 with every member once."""
    WRONG_ALG = "wrong_alg"
    HEADER_MEMBER = "header_member"
    """A member nobody here understands, or a ``typ`` other than ``JWT``."""
    WRONG_SIGNATURE = "wrong_signature"
    PAYLOAD_NOT_JSON = "payload_not_json"


class TokenRefused(ValueError):
    """A token is refused; the message names the rule and repeats nothing of the token."""

    def __init__(self, fault: TokenFault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def sign(claims: Mapping[str, Any], *, key: bytes) -> str:
    """Return a token for *claims*, which must be JSON."""
    signed = f"{base64url.encode(_HEADER)}.{base64url.encode(write(dict(claims)))}"
    return f"{signed}.{base64url.encode(_mac(signed, key))}"


def verify(token: str, *, key: bytes) -> Mapping[str, Any]:
    """Return the claims of a token that was signed with *key*.

    What the claims mean (audience, expiry) is the caller's business.

    Raises:
        TokenRefused: see `TokenFault`; nothing of the payload is read before the signature fits.
    """
    if len(token) > LONGEST:
        raise TokenRefused(TokenFault.TOO_LONG)
    parts = token.split(".")
    if len(parts) != 3:
        raise TokenRefused(TokenFault.NOT_THREE_PARTS)
    if not token.isascii():
        raise TokenRefused(TokenFault.NOT_BASE64URL)
    try:
        header, payload, signature = [base64url.decode(part) for part in parts]
    except base64url.NotBase64Url:
        raise TokenRefused(TokenFault.NOT_BASE64URL) from None
    _check_header(_object(header, TokenFault.HEADER_NOT_JSON))
    if not hmac.compare_digest(signature, _mac(f"{parts[0]}.{parts[1]}", key)):
        raise TokenRefused(TokenFault.WRONG_SIGNATURE)
    return _object(payload, TokenFault.PAYLOAD_NOT_JSON)


def _check_header(header: Mapping[str, Any]) -> None:
    if header.get("alg") != ALGORITHM:
        raise TokenRefused(TokenFault.WRONG_ALG)
    if header.keys() - _HEADER_MEMBERS or header.get("typ", "JWT") != "JWT":
        raise TokenRefused(TokenFault.HEADER_MEMBER)


def _object(raw: bytes, fault: TokenFault) -> Mapping[str, Any]:
    try:
        return read_object(raw)
    except NotStrictJson:
        raise TokenRefused(fault) from None


def _mac(signed: str, key: bytes) -> bytes:
    return hmac.digest(key, signed.encode("ascii"), "sha256")
