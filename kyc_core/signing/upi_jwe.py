"""The JWE in ``encData``: RSA1_5 and A128CBC-HS256, encrypted by a participant, decrypted by UPI.

Five base64url parts: protected header, encrypted content key, IV, ciphertext, tag. What the token says by itself is
checked in the open, fault by fault. What depends on the private key is one fault and one way through the code: whatever
RSA yields, a tag is computed and the ciphertext decrypted, with a random key where the real one is unusable. Answering
a bad tag otherwise than bad padding would make an oracle of the key (RFC 7516, sections 11.4 and 11.5).

>>> parse("e30.AA.AA.AA.AA")
Traceback (most recent call last):
    ...
kyc_core.signing.jose_faults.JweError: wrong_alg: another key management

Source:
    UPI developer site, security requirements (RSA1_5, A128CBC-HS256, kid) and FAQ 05 [doc]; compact form in a JSON
    text: integrators' samples [sdk]; RFC 7516; RFC 7518, section 5.2. No ``zip``, no ``crit``: [inferred].
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES128
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7

from kyc_core.signing import base64url
from kyc_core.signing.jose_faults import JweError, JweFault, shown
from kyc_core.strict_json import NotStrictJson, read_object, write

ALG: Final = "RSA1_5"
ENC: Final = "A128CBC-HS256"
MAX_CHARACTERS: Final = 524_288
"""Longest token taken. The longest documented photo makes one of 273,646; unknown members may lengthen it."""
MAX_HEADER_CHARACTERS: Final = 1_024

_HALF: Final = 16
_CEK: Final = 2 * _HALF
_BLOCK: Final = 16
_PARTS: Final = ("header", "encrypted_key", "iv", "ciphertext", "tag")
_EXACT_LENGTHS: Final = {"iv": _BLOCK, "tag": _HALF}
_REFUSED_MEMBERS: Final = ("zip", "crit")

Random = Callable[[int], bytes]
"""Returns as many unpredictable bytes as it is asked for, for example `os.urandom`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Jwe:
    """A token taken apart and found well formed.

    Attributes:
        kid: id of the encryption certificate; ``None`` where none was sent and none is required.
        aad: the first part as sent, which the tag covers.
        encrypted_key: the content key under RSA.
        iv: 16 bytes.
        ciphertext: one AES block at least.
        tag: 16 bytes.
    """

    kid: str | None
    aad: bytes = field(repr=False)
    encrypted_key: bytes = field(repr=False)
    iv: bytes = field(repr=False)
    ciphertext: bytes = field(repr=False)
    tag: bytes = field(repr=False)


def parse(token: object, *, kid_optional: bool = False) -> Jwe:
    """Check what a token says by itself.

    Args:
        token: what stands in ``encData``.
        kid_optional: whether a header without ``kid`` is taken.

    Raises:
        JweError: see `JweFault`, up to ``WRONG_LENGTH``.
    """
    if not isinstance(token, str):
        raise JweError(JweFault.NOT_TEXT, "want a text in compact serialisation", seen=shown(token))
    if len(token) > MAX_CHARACTERS:
        raise JweError(JweFault.TOO_LONG, "the token is too long", expected=f"{MAX_CHARACTERS} characters at most")
    parts = token.split(".")
    if len(parts) != len(_PARTS):
        raise JweError(JweFault.NOT_FIVE_PARTS, "want five parts", expected=str(len(_PARTS)), seen=str(len(parts)))
    if len(parts[0]) > MAX_HEADER_CHARACTERS:
        raise JweError(
            JweFault.TOO_LONG, "the header is too long", expected=f"{MAX_HEADER_CHARACTERS} characters at most"
        )
    decoded = {name: _decode(part, name) for name, part in zip(_PARTS, parts, strict=True)}
    kid = _check_header(decoded.pop("header"), kid_optional)
    for name, length in _EXACT_LENGTHS.items():
        if len(decoded[name]) != length:
            raise _wrong_length(name, f"{length} bytes", decoded)
    if not decoded["ciphertext"] or len(decoded["ciphertext"]) % _BLOCK:
        raise _wrong_length("ciphertext", f"a multiple of {_BLOCK} bytes", decoded)
    return Jwe(kid=kid, aad=parts[0].encode("ascii"), **decoded)


def decrypt(
    token: object,
    *,
    key_for_kid: Callable[[str | None], RSAPrivateKey | None],
    kid_optional: bool = False,
    random_bytes: Random = os.urandom,
) -> bytes:
    """Return the plaintext of a token.

    Args:
        token: what stands in ``encData``.
        key_for_kid: gives the active private key of a certificate id, or ``None``. Asked for ``None`` only where
            *kid_optional*.
        kid_optional: whether a header without ``kid`` is taken.
        random_bytes: makes the key that stands in for an unusable one; never reaches a result.

    Raises:
        JweError: what the token says by itself (see `parse`), `JweFault.UNKNOWN_KID`, or, for every fault that
            depends on the private key, the same `JweFault.UNDECRYPTABLE`.
    """
    jwe = parse(token, kid_optional=kid_optional)
    private_key = key_for_kid(jwe.kid)
    if private_key is None:
        raise JweError(JweFault.UNKNOWN_KID, "no active key has this id", member="kid", seen=shown(jwe.kid))
    return _open(jwe, private_key, random_bytes)


def encrypt(plaintext: bytes, *, public_key: RSAPublicKey, kid: str, random_bytes: Random) -> str:
    """Return *plaintext* as a token.

    Args:
        plaintext: a JSON object in UTF-8, by UPI's convention.
        public_key: of UPI's encryption certificate.
        kid: its id.
        random_bytes: asked for 32 bytes (content key), then for 16 (IV). RSA's own padding is the library's.
    """
    cek, iv = random_bytes(_CEK), random_bytes(_BLOCK)
    header_part = base64url.encode(write({"alg": ALG, "enc": ENC, "kid": kid}))
    padder = PKCS7(8 * _BLOCK).padder()
    padded = padder.update(plaintext) + padder.finalize()
    encryptor = Cipher(AES128(cek[_HALF:]), CBC(iv)).encryptor()
    ciphertext = encryptor.update(padded) + encryptor.finalize()
    tag = _tag(cek[:_HALF], header_part.encode("ascii"), iv, ciphertext)
    encrypted_key = public_key.encrypt(cek, PKCS1v15())
    return ".".join([header_part, *[base64url.encode(part) for part in (encrypted_key, iv, ciphertext, tag)]])


def compact(document: object) -> str:
    """Return a JSON serialisation in the compact form, where it says no more than that form can.

    Takes the flattened form, and the general one with a single recipient; everything must stand in the protected
    header. For peers that read the table's ``Object`` literally [inferred].

    Raises:
        JweError: `JweFault.JSON_FORM`.
    """
    if not isinstance(document, dict):
        raise JweError(JweFault.JSON_FORM, "want an object", seen=shown(document))
    members: dict[str, object] = {name: value for name, value in document.items() if name != "recipients"}
    recipients = document.get("recipients")
    if recipients is not None:
        if not (isinstance(recipients, list) and len(recipients) == 1 and isinstance(recipients[0], dict)):
            raise JweError(JweFault.JSON_FORM, "want a single recipient", member="recipients", seen=shown(recipients))
        members |= recipients[0]
    names = ("protected", *_PARTS[1:])
    if members.keys() != set(names) or not all(isinstance(members[name], str) for name in names):
        raise JweError(JweFault.JSON_FORM, "want five texts and nothing else", expected=shown(list(names)))
    return ".".join([str(members[name]) for name in names])


def _check_header(raw: bytes, kid_optional: bool) -> str | None:
    """Check the protected header and return its ``kid``. Members that change nothing are ignored."""
    try:
        header = read_object(raw)
    except NotStrictJson as error:
        detail = "the protected header must be one JSON object with every member once"
        raise JweError(JweFault.HEADER_NOT_JSON, detail, member="header", seen=error.problem.value) from None
    if header.get("alg") != ALG:
        raise JweError(JweFault.WRONG_ALG, "another key management", **_contrast(header, "alg", ALG))
    if header.get("enc") != ENC:
        raise JweError(JweFault.WRONG_ENC, "another content encryption", **_contrast(header, "enc", ENC))
    for name in _REFUSED_MEMBERS:
        if name in header:
            raise JweError(JweFault.MEMBER_REFUSED, "a header member that is not taken", member=name)
    kid = header.get("kid", "")
    if kid == "":
        if kid_optional:
            return None
        raise JweError(JweFault.KID_ABSENT, "the header must name the encryption certificate", member="kid")
    if not isinstance(kid, str):
        raise JweError(JweFault.KID_TYPE, "want a text", member="kid", seen=shown(kid))
    return kid


def _open(jwe: Jwe, private_key: RSAPrivateKey, random_bytes: Random) -> bytes:
    """Decrypt in one pass for every fault: unwrap, tag, decrypt, unpad, and only then say whether all went well."""
    substitute = random_bytes(_CEK)
    unwrapped = _unwrap(private_key, jwe.encrypted_key)
    usable = len(unwrapped) == _CEK
    cek = unwrapped if usable else substitute
    tag = _tag(cek[:_HALF], jwe.aad, jwe.iv, jwe.ciphertext)
    untouched = hmac.compare_digest(tag, jwe.tag)
    decryptor = Cipher(AES128(cek[_HALF:]), CBC(jwe.iv)).decryptor()
    plaintext = _unpad(decryptor.update(jwe.ciphertext) + decryptor.finalize())
    if plaintext is None or not (usable and untouched):
        raise JweError(JweFault.UNDECRYPTABLE, "the token cannot be decrypted with the key it names")
    return plaintext


def _unwrap(private_key: RSAPrivateKey, encrypted_key: bytes) -> bytes:
    """Return what RSA yields: the content key, or bytes of another length, or random ones (implicit rejection)."""
    try:
        return private_key.decrypt(encrypted_key, PKCS1v15())
    except ValueError:  # a part of another length than the modulus, or a library without implicit rejection
        return b""


def _unpad(padded: bytes) -> bytes | None:
    unpadder = PKCS7(8 * _BLOCK).unpadder()
    try:
        return unpadder.update(padded) + unpadder.finalize()
    except ValueError:
        return None


def _tag(mac_key: bytes, aad: bytes, iv: bytes, ciphertext: bytes) -> bytes:
    """Return the first half of HMAC-SHA-256 over header, IV, ciphertext and the header's length in bits."""
    bits = (8 * len(aad)).to_bytes(8, "big")
    return hmac.digest(mac_key, b"".join((aad, iv, ciphertext, bits)), "sha256")[:_HALF]


def _decode(part: str, member: str) -> bytes:
    try:
        return base64url.decode(part)
    except base64url.NotBase64Url as error:
        detail = "want base64url without padding, in its one canonical spelling"
        raise JweError(JweFault.NOT_BASE64URL, detail, member=member, seen=error.problem.value) from None


def _contrast(header: Mapping[str, object], name: str, expected: str) -> dict[str, str]:
    return {"member": name, "expected": expected, "seen": shown(header[name]) if name in header else "nothing"}


def _wrong_length(name: str, expected: str, decoded: Mapping[str, bytes]) -> JweError:
    seen = f"{len(decoded[name])} bytes"
    return JweError(JweFault.WRONG_LENGTH, "a part of impossible length", member=name, expected=expected, seen=seen)
