"""Identifiers that look random and are not: the n-th one of a seed is always the same.

>>> from simulator.store import MemoryStore
>>> Ids(b"seed", MemoryStore().space("t")).uuid4() == Ids(b"seed", MemoryStore().space("u")).uuid4()
True
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Final

from simulator.store import Space

_ALPHABET: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_VARIANT: Final = dict(zip("0123456789abcdef", "89ab" * 4, strict=True))
"""The digit that tells the RFC 4122 variant, by the digit whose two lower bits it keeps."""


class Ids:
    """The identifiers one tenant hands out, numbered in the tenant's space so that none is given twice."""

    def __init__(self, seed: bytes, space: Space) -> None:
        self._key = blake2b(seed, digest_size=32).digest()
        self._uuids: Final = blake2b(key=self._key, digest_size=16)
        self._space = space

    def uuid4(self) -> str:
        """Return the next lower-case UUID, version 4, RFC 4122 variant."""
        digest = self._uuids.copy()
        digest.update(b"uuid4%d" % self._space.tally("ids", "uuid4"))
        text = digest.hexdigest()
        return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-{_VARIANT[text[16]]}{text[17:20]}-{text[20:]}"

    def token(self, label: str, length: int) -> str:
        """Return the next text of *length* upper-case letters and digits for *label*, without look-alikes."""
        number = self._space.tally("ids", label)
        return derive(self._key, f"{label} {number}", length)

    def integer(self, label: str, below: int) -> int:
        """Return the next number in ``range(below)`` for *label*."""
        number = self._space.tally("ids", label)
        return int.from_bytes(blake2b(f"{label} {number}".encode(), key=self._key, digest_size=16).digest()) % below

    def serial(self, label: str, below: int) -> int:
        """Return the next number in ``range(below)`` for *label*, counting on from a place of this seed's own.

        No number comes back before all were given, and another seed's numbers lie elsewhere.
        """
        number = self._space.tally("ids", label)
        start = int.from_bytes(blake2b(label.encode(), key=self._key, digest_size=16).digest())
        return (start + number) % below


def derive(key: bytes, label: str, length: int) -> str:
    """Return *length* upper-case letters and digits that depend on nothing but *key* (at most 64 bytes) and *label*."""
    raw = b""
    block = 0
    while len(raw) < length:
        raw += blake2b(b"%d:%s" % (block, label.encode()), key=key).digest()
        block += 1
    return "".join(_ALPHABET[byte % 32] for byte in raw[:length])
