"""Keys that a test supplies for ciphertexts nobody here can unwrap: its client has a provider's public key built in.

A key is for one wrapped key (``CiphertextBlob``), or for whatever else cannot be unwrapped. It is written as the
clients have it: Base64, or the sixteen or thirty-two characters themselves.

>>> from simulator.store import MemoryStore
>>> keys = SymmetricKeys(MemoryStore().space("t"))
>>> keys.add(read_key("abcdefghijklmnop")), keys.candidates("QQ==")
(None, [b'abcdefghijklmnop'])
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from hashlib import blake2b
from typing import Any, Final

import orjson

from simulator.store import Space

LENGTHS: Final = {32: "AES-256-CBC", 16: "SM4-GCM"}
"""Algorithm by length of its key in bytes."""

_TABLE: Final = "symmetric_keys"


def read_key(text: str) -> bytes:
    """Return the key that *text* stands for.

    Raises:
        ValueError: neither 16 or 32 characters of ASCII, nor Base64 of so many bytes.
    """
    raw = text.encode("ascii", "strict") if len(text) in LENGTHS else b64decode(text, validate=True)
    if len(raw) not in LENGTHS:
        raise ValueError("a key of 16 or 32 bytes")
    return raw


class SymmetricKeys:
    """One tenant's."""

    def __init__(self, space: Space) -> None:
        self._space = space

    def add(self, key: bytes, wrapped: str | None = None) -> None:
        """Keep *key*, for the one wrapped key *wrapped* or for all; the newest for a wrapped key counts."""
        label = key if wrapped is None else wrapped.encode()
        name = blake2b(label, digest_size=16, person=b"any" if wrapped is None else b"one").hexdigest()
        self._space.put(_TABLE, name, orjson.dumps({"key": b64encode(key).decode(), "wrapped": wrapped}))

    def candidates(self, wrapped: str) -> list[bytes]:
        """Return the keys to try on what *wrapped* stands for, its own first."""
        rows = [row for row in self._rows() if row["wrapped"] in (None, wrapped)]
        rows.sort(key=lambda row: row["wrapped"] is None)
        return [b64decode(row["key"]) for row in rows]

    def documents(self) -> list[dict[str, Any]]:
        """Return what there is, without the keys: ``{"ciphertext_blob", "algorithm"}`` each, oldest first."""
        return [
            {"ciphertext_blob": row["wrapped"], "algorithm": LENGTHS[len(b64decode(row["key"]))]}
            for row in self._rows()
        ]

    def clear(self) -> None:
        """Forget them all."""
        self._space.clear(_TABLE)

    def _rows(self) -> list[dict[str, Any]]:
        return [orjson.loads(raw) for _, raw in self._space.scan(_TABLE)]
