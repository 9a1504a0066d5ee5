"""Name the cause of a ``UPI-JWS`` whose signature does not fit.

An RSA signature can be opened with the public key: inside stands the digest of what the client signed. So the search
costs one RSA operation and then a hash for each guess, and it can tell a wrong key from a changed message for certain.

Source:
    RFC 8017, section 9.2 (what an RS256 signature holds) [doc]; the selection of mistakes: FAQ 05, which tells clients
    to use base64url and to escape before signing [doc], integrators' code [sdk], RFC 7797, and habit [inferred].
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, SHA384, SHA512

from kyc_core.signing.alterations import reserialised_bodies
from kyc_core.signing.causes import Cause, Diagnosis, Hypothesis, Part, SignedText, compare, find_cause
from kyc_core.signing.upi_jws import Detached, signing_input
from kyc_core.signing.upi_jws_header import ALGORITHM

_OTHER_HASHES: Final = (SHA1(), SHA384(), SHA512())  # noqa: S303 - recognised, never accepted


@dataclass(frozen=True, slots=True)
class View:
    """A message as somebody may have signed it.

    Attributes:
        header_part: the characters before the dot; empty where the payload was signed alone.
        payload: what follows, encoded as signed; may be large.
        what: the payload in words.
    """

    header_part: str
    payload: bytes = field(repr=False)
    what: str

    def signature(self) -> str:
        """Return the digest that a signature of this view holds, in hexadecimal."""
        before = f"{self.header_part}.".encode() if self.header_part else b""
        return sha256(before + self.payload).hexdigest()

    def text(self) -> SignedText:
        """Return the signed text; the payload shows its form, length and digest only."""
        shown = f"<{self.what}: {len(self.payload)} bytes, sha256 {sha256(self.payload).hexdigest()}>"
        payload = Part("payload", self.payload.decode("latin-1"), shown)
        if not self.header_part:
            return SignedText(string_to_sign=(payload,))
        header = f"{self.header_part}."
        return SignedText(string_to_sign=(Part("protected header", header, header), payload))


def explain(
    detached: Detached,
    body: bytes,
    *,
    public_key: RSAPublicKey,
    encoded: bool = True,
    other_keys: Mapping[str, RSAPublicKey] | None = None,
) -> Diagnosis:
    """Say why `kyc_core.signing.upi_jws.check_signature` refused a message.

    Args:
        detached: the header value, taken apart.
        body: as received.
        public_key: of the certificate the header names.
        encoded: as the header says.
        other_keys: further public keys the client may have mixed up, by what to call them.

    Returns:
        The cause with both signed texts; `Cause.NONE` when the signature fits.
    """
    server = _view(detached.header_part, body, encoded=encoded)
    digest = _digest_inside(detached.signature, public_key)
    if digest is None:
        cause, detail = _without_digest(detached, server, public_key, other_keys or {})
        return compare(ALGORITHM, cause, detail, server, None)
    if digest == server.signature():
        return compare(ALGORITHM, Cause.NONE, "the signature fits", server, server)
    found = find_cause(ALGORITHM, _hypotheses(server, body, encoded=encoded), presented=digest, server=server)
    if found.cause is not Cause.WRONG_SECRET:
        return found
    # The digest could be read, so the key is the right one.
    return replace(found, cause=Cause.BODY_ALTERED, detail="made with the right key, over another header or body")


def _view(header_part: str, body: bytes, *, encoded: bool, what: str = "the body") -> View:
    payload = signing_input("", body, encoded=encoded)[1:]
    return View(header_part, payload, f"{what} in base64url" if encoded else f"{what} as it is")


def _digest_inside(signature: bytes, key: RSAPublicKey) -> str | None:
    """Return the SHA-256 digest that *signature* holds under *key*, or ``None`` where it holds none."""
    try:
        return key.recover_data_from_signature(signature, PKCS1v15(), SHA256()).hex()
    except InvalidSignature:
        return None


def _without_digest(
    detached: Detached, server: View, public_key: RSAPublicKey, other_keys: Mapping[str, RSAPublicKey]
) -> tuple[Cause, str]:
    size = public_key.key_size // 8
    if len(detached.signature) != size:
        return Cause.WRONG_KEY, f"a signature of this key has {size} bytes, not {len(detached.signature)}"
    for name, key in other_keys.items():
        if _digest_inside(detached.signature, key) is not None:
            return Cause.WRONG_KEY, f"made with the private key of {name}"
    for algorithm in _OTHER_HASHES:
        try:
            public_key.recover_data_from_signature(detached.signature, PKCS1v15(), algorithm)
        except InvalidSignature:
            continue
        return Cause.SIGNATURE_METHOD_CONFUSED, f"made with {algorithm.name} instead of sha256"
    signed = f"{server.header_part}.".encode() + server.payload
    try:
        public_key.verify(detached.signature, signed, PSS(MGF1(SHA256()), PSS.AUTO), SHA256())
    except InvalidSignature:
        return Cause.WRONG_KEY, "made with another private key, or damaged"
    return Cause.SIGNATURE_METHOD_CONFUSED, "made with PSS padding (PS256) instead of PKCS#1 v1.5 (RS256)"


def _hypotheses(server: View, body: bytes, *, encoded: bool) -> Iterator[Hypothesis[View]]:
    """Yield what a client may have signed instead, likely mistakes first."""

    def guess(cause: Cause, detail: str, view: View) -> Hypothesis[View]:
        return Hypothesis(cause, f"the client signed {detail}", server, view)

    other = _view(server.header_part, body, encoded=not encoded)
    yield guess(Cause.PAYLOAD_ENCODING, other.what + (" (RFC 7797)" if encoded else ""), other)
    standard = base64.b64encode(body)
    for what, payload in (
        ("ordinary Base64", standard),
        ("ordinary Base64 without padding", standard.rstrip(b"=")),
        ("base64url with padding", base64.urlsafe_b64encode(body)),
    ):
        view = replace(server, payload=payload, what=f"the body in {what}")
        yield guess(Cause.PAYLOAD_ENCODING, view.what, view)
    for spelling, altered in reserialised_bodies(body):
        view = _view(server.header_part, altered, encoded=encoded, what="another spelling of the body")
        yield guess(Cause.RESERIALISED_BODY, f"another spelling of the body: {spelling}", view)
    empty = replace(server, payload=b"", what="nothing")
    yield guess(Cause.BODY_NOT_SIGNED, "the header alone", empty)
    for view in (_view("", body, encoded=False), _view("", body, encoded=True)):
        yield guess(Cause.HEADER_LIST_ALTERED, f"{view.what}, without the header", view)
    for what, payload in (
        ("the digest of the signing input", bytes.fromhex(server.signature())),
        ("the digest of the signing input in hexadecimal", server.signature().encode()),
        ("the digest of the body", sha256(body).digest()),
        ("the digest of the body in hexadecimal", sha256(body).hexdigest().encode()),
    ):
        yield guess(Cause.CANONICAL_LAYOUT, what, View("", payload, what))
