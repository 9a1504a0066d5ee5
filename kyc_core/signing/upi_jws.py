r"""The ``UPI-JWS`` header of UnionPay International: sign a message, and check one as it was received.

The value is a compact JWS whose middle part is left out; the signature covers the *encoded* body all the same::

    UPI-JWS: BASE64URL(header) ".." BASE64URL(RS256(BASE64URL(header) "." BASE64URL(body)))

The page names RFC 7797 (body not encoded), UPI's own SDK signs the ordinary form; the latter is the default, the former
a switch. Each check stands alone, so that a gateway can keep its own order: `single`, `parse`, `read_header`,
`kyc_core.signing.upi_jws_header.read_protected`, `check_request_path`, `check_window`, `check_signature`. `verify` and
`verify_response` do them in one go.

>>> parse("e30..AA").signature
b'\x00'

Source:
    UPI developer site, security requirements (header members, RS256) and FAQ 05 (300 s, base64url) [doc]; detached
    form, member order, three critical names on answers: UPI JOSE SDK [sdk]; RFC 7515 appendix F, section 4.1.11.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from kyc_core.signing import base64url
from kyc_core.signing.jose_faults import JwsError, JwsFault, shown
from kyc_core.signing.upi_jws_header import (
    APP_ID,
    KID,
    REQUEST_CRITICAL,
    REQUEST_PATH,
    RESPONSE_CRITICAL,
    TIMESTAMP,
    UUID,
    Protected,
    normalise_uuid,
    read_protected,
)
from kyc_core.strict_json import NotStrictJson, read_object

HEADER_NAME: Final = "UPI-JWS"
WINDOW_SECONDS: Final = 300
"""Exactly 300 s off is accepted, 301 is not. The FAQ says 300 seconds [doc], the edge is ours [inferred]."""
MAX_CHARACTERS: Final = 8_192
"""Longest header value taken; a request's has some 690 characters."""

_STANDARD_BASE64: Final = re.compile("[A-Za-z0-9+/]+={0,2}")


@dataclass(frozen=True, slots=True)
class Detached:
    """A header value taken apart.

    Attributes:
        header_part: the first part as sent; these characters are signed.
        header: the same, decoded.
        signature: the decoded last part.
    """

    header_part: str
    header: bytes = field(repr=False)
    signature: bytes = field(repr=False)


def single(values: Sequence[str]) -> str:
    """Return the one ``UPI-JWS`` among a message's header values of that name.

    Raises:
        JwsError: `JwsFault.ABSENT` (an empty value, too), `JwsFault.REPEATED`.
    """
    if len(values) > 1:
        raise JwsError(JwsFault.REPEATED, f"{HEADER_NAME} must be sent once", seen=f"{len(values)} values")
    if not values or not values[0]:
        raise JwsError(JwsFault.ABSENT, f"{HEADER_NAME} is missing or empty")
    return values[0]


def parse(value: str, *, allow_quotes: bool = False, allow_standard_signature: bool = False) -> Detached:
    """Take a header value apart: three parts, the middle one empty, canonical base64url.

    Args:
        value: as received.
        allow_quotes: drop double quotes around it, as the SDK's library does [sdk].
        allow_standard_signature: take a signature part in ordinary padded Base64, as one integrator sends it.

    Raises:
        JwsError: see `JwsFault`, up to ``NOT_BASE64URL``.
    """
    if len(value) > MAX_CHARACTERS:
        raise JwsError(JwsFault.TOO_LONG, "the value is too long", expected=f"{MAX_CHARACTERS} characters at most")
    if value.startswith('"') or value.endswith('"'):
        if not (allow_quotes and len(value) > 1 and value[0] == value[-1]):
            raise JwsError(JwsFault.QUOTED, "the value stands in quotation marks")
        value = value[1:-1]
    parts = value.split(".")
    if len(parts) != 3 or not parts[0] or not parts[2]:
        detail = "want header, nothing and signature, with a dot between each"
        raise JwsError(JwsFault.NOT_THREE_PARTS, detail, seen=f"{sum(map(bool, parts))} parts with content")
    if parts[1]:
        raise JwsError(JwsFault.PAYLOAD_ATTACHED, "the middle part must be empty: the payload is the body")
    if allow_standard_signature and _STANDARD_BASE64.fullmatch(parts[2]):
        parts[2] = parts[2].rstrip("=").replace("+", "-").replace("/", "_")
    return Detached(parts[0], _decode(parts[0], "header"), _decode(parts[2], "signature"))


def read_header(detached: Detached) -> dict[str, object]:
    """Read the protected header.

    Raises:
        JwsError: `JwsFault.HEADER_NOT_JSON`, with the problem under ``seen``.
    """
    try:
        return read_object(detached.header)
    except NotStrictJson as error:
        detail = "the protected header must be one JSON object with every member once"
        raise JwsError(JwsFault.HEADER_NOT_JSON, detail, member="header", seen=error.problem.value) from None


def check_request_path(protected: Protected, path: str) -> None:
    """Check that the signed path is that of the request, to the letter; no host, no query, no slash at its end."""
    signed = protected.request_path or ""
    if signed != path:
        bare = signed.partition("?")[0]
        seen = shown(bare) + ("?..." if bare != signed else "")
        raise JwsError(
            JwsFault.WRONG_REQUEST_PATH, "another path", member=REQUEST_PATH, expected=shown(path), seen=seen
        )


def check_window(protected: Protected, now: int, *, window: int = WINDOW_SECONDS) -> None:
    """Check that the timestamp lies at most *window* seconds before or after *now* (Unix seconds)."""
    skew = protected.timestamp - now
    if abs(skew) > window:
        in_milliseconds = abs(protected.timestamp // 1000 - now) <= window
        detail = "milliseconds instead of seconds" if in_milliseconds else f"the clocks are {abs(skew)} s apart"
        expected, seen = f"{now} +/- {window}", str(protected.timestamp)
        raise JwsError(JwsFault.OUTSIDE_WINDOW, detail, member=TIMESTAMP, expected=expected, seen=seen)


def signing_input(header_part: str, body: bytes, *, encoded: bool = True) -> bytes:
    """Return what is signed: the header as sent, a dot, and the body, base64url-encoded unless *encoded* is false."""
    return f"{header_part}.".encode() + (base64.urlsafe_b64encode(body).rstrip(b"=") if encoded else body)


def check_signature(detached: Detached, body: bytes, *, public_key: RSAPublicKey, encoded: bool = True) -> None:
    """Check the signature over *body* as received: before parsing, content codings not undone.

    Raises:
        JwsError: `JwsFault.WRONG_SIGNATURE`; `kyc_core.signing.upi_jws_explain` says why.
    """
    signed = signing_input(detached.header_part, body, encoded=encoded)
    try:
        public_key.verify(detached.signature, signed, PKCS1v15(), SHA256())
    except InvalidSignature:
        raise JwsError(JwsFault.WRONG_SIGNATURE, "the signature does not fit header and body") from None


def verify(
    value: str,
    body: bytes,
    *,
    public_key: RSAPublicKey,
    critical: Sequence[str] = REQUEST_CRITICAL,
    accept_rfc7797: bool = False,
) -> Protected:
    """Check shape, header and signature of a message; the caller asks for path, window and identities.

    Raises:
        JwsError: the first thing that is wrong.
    """
    detached = parse(value)
    protected = read_protected(read_header(detached), critical=critical, accept_rfc7797=accept_rfc7797)
    check_signature(detached, body, public_key=public_key, encoded=protected.encoded)
    return protected


def verify_response(
    value: str,
    body: bytes,
    *,
    public_key: RSAPublicKey,
    kid: str,
    uuid: str,
    app_id: str,
    now: int,
    window: int = WINDOW_SECONDS,
) -> Protected:
    """Check an answer: signed by the expected key, now, and in reply to the request with this UUID.

    Args:
        value: the answer's ``UPI-JWS``.
        body: its raw body.
        public_key: UPI's signing key.
        kid: the id of that key.
        uuid: the request's.
        app_id: the request's.
        now: Unix seconds.
        window: seconds either way.

    Raises:
        JwsError: the first thing that is wrong.
    """
    protected = verify(value, body, public_key=public_key, critical=RESPONSE_CRITICAL)
    if protected.kid != kid:
        detail = "signed with another certificate"
        raise JwsError(JwsFault.UNKNOWN_KID, detail, member=KID, expected=shown(kid), seen=shown(protected.kid))
    if normalise_uuid(protected.uuid) != normalise_uuid(uuid):
        detail = "an answer to another request"
        raise JwsError(JwsFault.UUID_NOT_ECHOED, detail, member=UUID, expected=shown(uuid), seen=shown(protected.uuid))
    if protected.app_id != app_id:
        seen = shown(protected.app_id)
        raise JwsError(JwsFault.APP_ID_NOT_ECHOED, "another participant", member=APP_ID, expected=app_id, seen=seen)
    check_window(protected, now, window=window)
    return protected


def sign(header: bytes, body: bytes, *, private_key: RSAPrivateKey, encoded: bool = True) -> str:
    """Return the ``UPI-JWS`` value for *body*, which must then be sent as it is.

    Args:
        header: see `kyc_core.signing.upi_jws_header.protected_header`.
        body: the raw body.
        private_key: signs.
        encoded: must say the same as the header.
    """
    header_part = base64url.encode(header)
    signature = private_key.sign(signing_input(header_part, body, encoded=encoded), PKCS1v15(), SHA256())
    return f"{header_part}..{base64url.encode(signature)}"


def _decode(part: str, member: str) -> bytes:
    try:
        return base64url.decode(part)
    except base64url.NotBase64Url as error:
        detail = "want base64url without padding, in its one canonical spelling"
        raise JwsError(JwsFault.NOT_BASE64URL, detail, member=member, seen=error.problem.value) from None
