from __future__ import annotations

from base64 import b64encode

import pytest

from simulator.store import MemoryStore
from simulator.symmetric_keys import SymmetricKeys, read_key

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEF"


@pytest.fixture
def keys() -> SymmetricKeys:
    return SymmetricKeys(MemoryStore().space("t"))


@pytest.mark.parametrize(
    ("text", "key"),
    [
        pytest.param(LETTERS, LETTERS.encode(), id="thirty-two letters, as Java and Go have them"),
        pytest.param(LETTERS[:16], LETTERS[:16].encode(), id="sixteen letters"),
        pytest.param(b64encode(bytes(32)).decode(), bytes(32), id="Base64 of thirty-two bytes, as Node has them"),
        pytest.param(b64encode(bytes(16)).decode(), bytes(16), id="Base64 of sixteen bytes"),
    ],
)
def test_a_key_is_read_as_the_clients_have_it(text: str, key: bytes) -> None:
    assert read_key(text) == key


@pytest.mark.parametrize("text", ["", "QQ==", "?" * 44, "密" * 16, b64encode(bytes(24)).decode() + "AAAA"])
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - some of them are the decoder's
        read_key(text)


def test_a_wrapped_keys_own_key_is_tried_before_those_for_all(keys: SymmetricKeys) -> None:
    keys.add(b"a" * 16)
    keys.add(b"b" * 32)
    keys.add(b"c" * 16, "blob")

    assert keys.candidates("blob") == [b"c" * 16, b"a" * 16, b"b" * 32]
    assert keys.candidates("another") == [b"a" * 16, b"b" * 32]


def test_the_newest_key_of_a_wrapped_key_counts(keys: SymmetricKeys) -> None:
    keys.add(b"a" * 16, "blob")
    keys.add(b"b" * 16, "blob")

    assert keys.candidates("blob") == [b"b" * 16]


def test_what_is_shown_has_no_key_in_it(keys: SymmetricKeys) -> None:
    keys.add(b"a" * 16, "blob")
    keys.add(LETTERS.encode())

    assert keys.documents() == [
        {"ciphertext_blob": "blob", "algorithm": "SM4-GCM"},
        {"ciphertext_blob": None, "algorithm": "AES-256-CBC"},
    ]
    keys.clear()
    assert keys.documents() == []
