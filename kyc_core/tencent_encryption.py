r"""Encrypted request fields of Tencent Cloud FaceID: one symmetric key per request, wrapped for the provider.

The ``Encryption`` object names the fields whose values are ciphertext and carries the wrapped key and the IV. Two
algorithms exist, each with its own wrapping::

    AES-256-CBC   PKCS#7, UTF-8 plaintext; key of 32 bytes under RSA PKCS#1 v1.5
    SM4-GCM       no associated data, tags apart; key of 16 bytes under SM2, C1 C3 C2 with the leading 04

Both directions are here: `open_fields` for the provider, `seal_fields` for a client. SM2 comes from ``gmalg``, imported
when a request uses it.

>>> iv_bytes("aabbccddeeffgghh", Algorithm.AES)
b'aabbccddeeffgghh'

Source:
    Tencent Cloud, guides on encrypting sensitive data [doc]; official crypto helpers for Java, Go and Node [sdk]. What
    happens to a ciphertext that cannot be opened: one error for every cause [sdk]; the order of the steps [inferred].
"""

from __future__ import annotations

import binascii
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7

_TAG_BYTES: Final = 16
_BLOCK_BITS: Final = 128
_FIRST_BLOCK: Final = (2).to_bytes(4)
"""Counter of the first block of text in GCM behind an IV of twelve bytes; 1 belongs to the tag."""
_SM2_OVERHEAD: Final = 1 + 64 + 32
"""Bytes an SM2 ciphertext adds: the point with its leading 04, and the digest."""


class Algorithm(StrEnum):
    """The two there are; the first is what an absent ``Algorithm`` means."""

    AES = "AES-256-CBC"
    SM4 = "SM4-GCM"

    @property
    def key_bytes(self) -> int:
        """Length of the symmetric key."""
        return 32 if self is Algorithm.AES else 16

    @property
    def iv_bytes(self) -> int:
        """Length of the IV."""
        return 16 if self is Algorithm.AES else 12


class CannotOpen(ValueError):
    """Something about the ciphertext does not fit; ``step`` says which step failed, never with what."""

    def __init__(self, step: str) -> None:
        super().__init__(step)
        self.step = step


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """The members of an ``Encryption`` object.

    Attributes:
        fields: names of the fields whose values are ciphertext (``EncryptList``).
        wrapped_key: Base64 of the wrapped symmetric key (``CiphertextBlob``).
        iv: as on the wire (``Iv``).
        algorithm: how the fields are encrypted.
        tags: Base64 of each field's tag, in the order of ``fields``; empty for AES (``TagList``).
        detached: whether tags stand apart. A form without ``TagList`` has no place for them: there the tag of an SM4
            field follows its ciphertext, or is missing.
    """

    fields: tuple[str, ...]
    wrapped_key: str = field(repr=False)
    iv: str = field(repr=False)
    algorithm: Algorithm = Algorithm.AES
    tags: tuple[str, ...] = field(default=(), repr=False)
    detached: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderKeys:
    """The provider's private halves.

    Attributes:
        rsa: unwraps AES keys.
        sm2: 32 bytes, unwraps SM4 keys.
    """

    rsa: RSAPrivateKey = field(repr=False)
    sm2: bytes = field(repr=False)


def open_fields(sealed: Sealed, values: Mapping[str, str], keys: ProviderKeys) -> dict[str, str]:
    """Return the plaintext of every field that *sealed* lists.

    Args:
        sealed: the ``Encryption`` object.
        values: ciphertext, Base64, by field name; further names are ignored.
        keys: the provider's.

    Raises:
        CannotOpen: the key does not unwrap, the IV or a tag has another length, a field does not decrypt.
    """
    return open_with_key(sealed, values, unwrap_key(sealed, keys))


def unwrap_key(sealed: Sealed, keys: ProviderKeys) -> bytes:
    """Return the symmetric key of a request.

    Raises:
        CannotOpen: as for `unwrap_with`.
    """
    return unwrap_with(sealed, keys.rsa if sealed.algorithm is Algorithm.AES else keys.sm2)


def unwrap_with(sealed: Sealed, private_key: RSAPrivateKey | bytes) -> bytes:
    """Return the symmetric key of a request, by one private key: RSA, or the 32 bytes of SM2.

    Raises:
        CannotOpen: it does not unwrap to a key of the algorithm's length. That length is the check: RSA unwrapping of
            a damaged blob gives random bytes instead of failing.
    """
    blob = _decoded(sealed.wrapped_key, "key is not Base64")
    try:
        if isinstance(private_key, bytes):
            key = _sm2_open(blob, private_key)
        else:
            key = private_key.decrypt(blob, PKCS1v15())
    except ValueError:
        raise CannotOpen("key does not unwrap") from None
    if len(key) != sealed.algorithm.key_bytes:
        raise CannotOpen("key has another length")
    return key


def open_with_key(sealed: Sealed, values: Mapping[str, str], key: bytes) -> dict[str, str]:
    """Return the plaintext of every listed field under a symmetric *key* that is known already.

    Raises:
        CannotOpen: as for `open_fields`.
    """
    if not sealed.fields:
        return {}
    iv = iv_bytes(sealed.iv, sealed.algorithm)
    apart = sealed.algorithm is Algorithm.SM4 and sealed.detached
    if apart and len(sealed.tags) != len(sealed.fields):
        raise CannotOpen("tags and fields differ in number")
    found = {}
    for index, name in enumerate(sealed.fields):
        ciphertext = _decoded(values[name], "field is not Base64")
        if sealed.algorithm is Algorithm.AES:
            plaintext = _aes_open(ciphertext, key, iv)
        elif apart:
            plaintext = _sm4_open(ciphertext, key, iv, _decoded(sealed.tags[index], "tag is not Base64"))
        else:
            plaintext = _sm4_open_whole(ciphertext, key, iv)
        try:
            found[name] = plaintext.decode()
        except UnicodeDecodeError:
            raise CannotOpen("field is not UTF-8") from None
    return found


def seal_fields(
    values: Mapping[str, str],
    *,
    algorithm: Algorithm,
    public_key: RSAPublicKey | bytes,
    random_bytes: Callable[[int], bytes],
) -> tuple[Sealed, dict[str, str]]:
    """Encrypt *values* as a client does.

    Args:
        values: plaintext by field name.
        algorithm: which of the two.
        public_key: the provider's: RSA for AES, the 65 bytes of an SM2 point for SM4.
        random_bytes: source of keys and IVs.

    Returns:
        The ``Encryption`` object, and the ciphertext of every field.
    """
    key, iv = random_bytes(algorithm.key_bytes), random_bytes(algorithm.iv_bytes)
    if isinstance(public_key, bytes):
        blob = _sm2_seal(key, public_key, random_bytes)
    else:
        blob = public_key.encrypt(key, PKCS1v15())
    empty = Sealed(fields=(), wrapped_key=_encoded(blob), iv="", algorithm=algorithm)
    return seal_with_key(empty, values, key=key, iv=iv)


def seal_with_key(given: Sealed, values: Mapping[str, str], *, key: bytes, iv: bytes) -> tuple[Sealed, dict[str, str]]:
    """Encrypt *values* under a symmetric *key* that the other side knows already, as the provider does in answers.

    Args:
        given: whose algorithm and wrapped key are kept.
        values: plaintext by field name.
        key: of the algorithm's length.
        iv: of the algorithm's length; never used before with this key.

    Returns:
        The ``Encryption`` object, and the ciphertext of every field.
    """
    sealed_values, tags = {}, []
    for name, value in values.items():
        if given.algorithm is Algorithm.AES:
            ciphertext = _aes_seal(value.encode(), key, iv)
        else:
            ciphertext, tag = _sm4_seal(value.encode(), key, iv)
            tags.append(_encoded(tag))
        sealed_values[name] = _encoded(ciphertext)
    return replace(given, fields=tuple(values), iv=_encoded(iv), tags=tuple(tags)), sealed_values


def iv_bytes(text: str, algorithm: Algorithm) -> bytes:
    """Return the IV that *text* stands for: Base64, or for AES the sixteen characters themselves (older accounts).

    Raises:
        CannotOpen: neither.
    """
    try:
        raw = b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        raw = b""
    if len(raw) == algorithm.iv_bytes:
        return raw
    if algorithm is Algorithm.AES and len(text) == algorithm.iv_bytes and text.isascii():
        return text.encode()
    raise CannotOpen("IV has another length")


def guessed_algorithm(iv: str) -> Algorithm:
    """Return what a flat form without ``Algorithm`` must mean: an IV of twelve bytes is SM4's, any other AES's.

    Source:
        PhoneVerification's documentation sample has such an IV although its demo speaks of AES alone [inferred].
    """
    try:
        return Algorithm.SM4 if len(b64decode(iv, validate=True)) == Algorithm.SM4.iv_bytes else Algorithm.AES
    except (ValueError, binascii.Error):
        return Algorithm.AES


def sm2_public_key(private_key: bytes) -> bytes:
    """Return the 65 bytes of the point that goes with an SM2 private key of 32 bytes."""
    import gmalg

    public: bytes = gmalg.SM2(private_key).generate_pk(private_key)
    return public


def _decoded(text: str, otherwise: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        raise CannotOpen(otherwise) from None


def _encoded(raw: bytes) -> str:
    return b64encode(raw).decode("ascii")


def _aes_open(ciphertext: bytes, key: bytes, iv: bytes) -> bytes:
    decryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor()
    padding = PKCS7(_BLOCK_BITS).unpadder()
    try:
        padded = decryptor.update(ciphertext) + decryptor.finalize()
        return padding.update(padded) + padding.finalize()
    except ValueError:
        raise CannotOpen("field does not decrypt") from None


def _aes_seal(plaintext: bytes, key: bytes, iv: bytes) -> bytes:
    padding = PKCS7(_BLOCK_BITS).padder()
    encryptor = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
    return encryptor.update(padding.update(plaintext) + padding.finalize()) + encryptor.finalize()


def _sm4_open(ciphertext: bytes, key: bytes, iv: bytes, tag: bytes) -> bytes:
    if len(tag) != _TAG_BYTES:
        raise CannotOpen("tag has another length")
    decryptor = Cipher(algorithms.SM4(key), modes.GCM(iv, tag)).decryptor()
    try:
        return decryptor.update(ciphertext) + decryptor.finalize()
    except InvalidTag:
        raise CannotOpen("field does not decrypt") from None


def _sm4_open_whole(ciphertext: bytes, key: bytes, iv: bytes) -> bytes:
    """Open a field whose tag follows it; else one that has none, which nothing protects."""
    try:
        return _sm4_open(ciphertext[:-_TAG_BYTES], key, iv, ciphertext[-_TAG_BYTES:])
    except CannotOpen:
        decryptor = Cipher(algorithms.SM4(key), modes.CTR(iv + _FIRST_BLOCK)).decryptor()
        return decryptor.update(ciphertext) + decryptor.finalize()


def _sm4_seal(plaintext: bytes, key: bytes, iv: bytes) -> tuple[bytes, bytes]:
    encryptor = Cipher(algorithms.SM4(key), modes.GCM(iv)).encryptor()
    return encryptor.update(plaintext) + encryptor.finalize(), encryptor.tag


@lru_cache(maxsize=64)
def _sm2_opener(private_key: bytes) -> Any:
    """Return what opens ciphertexts of one private key; it works out the point, which takes as long as opening one."""
    import gmalg

    return gmalg.SM2(private_key)


def _sm2_open(blob: bytes, private_key: bytes) -> bytes:
    from gmalg.errors import GMError

    if len(blob) <= _SM2_OVERHEAD or blob[0] != 4:
        raise ValueError("not an uncompressed SM2 ciphertext")
    try:
        key: bytes = _sm2_opener(private_key).decrypt(blob)
    except GMError:
        raise ValueError("the SM2 ciphertext does not open") from None
    return key


def _sm2_seal(key: bytes, public_key: bytes, random_bytes: Callable[[int], bytes]) -> bytes:
    import gmalg

    def chance(bits: int) -> int:
        return int.from_bytes(random_bytes((bits + 7) // 8)) >> (-bits % 8)

    blob: bytes = gmalg.SM2(pk=public_key, rnd_fn=chance).encrypt(key)
    return blob


def parse_sealed(document: Mapping[str, object], algorithm: Algorithm, *, detached: bool = True) -> Sealed:
    """Read the members of an ``Encryption`` object whose types were checked.

    Args:
        document: by wire name; what is absent or null is empty.
        algorithm: what ``Algorithm`` says, or stands for where it is absent.
        detached: whether the form has a ``TagList``.
    """
    return Sealed(
        fields=_texts(document.get("EncryptList")),
        wrapped_key=str(document.get("CiphertextBlob") or ""),
        iv=str(document.get("Iv") or ""),
        algorithm=algorithm,
        tags=_texts(document.get("TagList")),
        detached=detached,
    )


def sealed_document(sealed: Sealed) -> dict[str, object]:
    """Return the ``Encryption`` object; the undoing of `parse_sealed`."""
    return {
        "EncryptList": list(sealed.fields),
        "CiphertextBlob": sealed.wrapped_key,
        "Iv": sealed.iv,
        "Algorithm": sealed.algorithm.value,
        "TagList": list(sealed.tags),
    }


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, Sequence) and not isinstance(value, str) else ()
