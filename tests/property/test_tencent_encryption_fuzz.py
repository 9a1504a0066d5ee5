"""Spoilt envelopes: whatever is done to the ciphertext, the answer is a documented one, and nothing clear is kept."""

from __future__ import annotations

import random
from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kyc_core import tencent_public_keys
from kyc_core.tencent_encryption import (
    Algorithm,
    CannotOpen,
    Sealed,
    open_with_key,
    parse_sealed,
    seal_fields,
    seal_with_key,
    sealed_document,
)
from simulator.engine import Engine
from tests.property.test_tencent_fuzz import HONEST, Judge, Maker, as_json, world

EACH: Final = {Algorithm.AES: 600, Algorithm.SM4: 150}
"""Requests by algorithm; opening SM2 takes 9 ms."""
FIELDS: Final = ["IdCard", "Name", "BankCard"]
CLEAR: Final = {name: str(HONEST[name]) for name in FIELDS}
MEMBERS: Final = {Algorithm.AES: "rsa_encryption_public_key", Algorithm.SM4: "sm2_encryption_public_key"}

Chance = random.Random
Document = dict[str, Any]


def spoilt_text(chance: Chance, text: str) -> Any:
    """Return a Base64 text with something done to it, or what is none at all."""
    raw = bytearray(b64decode(text))
    kinds: list[Callable[[], Any]] = [
        lambda: "",
        lambda: None,
        lambda: chance.randrange(2**40),
        lambda: [text],
        lambda: text[: chance.randrange(len(text) + 1)],
        lambda: text + chance.choice(("=", "\n", " ", "A", "=" * 9)),
        lambda: b64encode(
            bytes(chance.randbytes(chance.choice((0, 1, 15, 16, 17, 96, 97, 113, 128, 256, 5000))))
        ).decode(),
        lambda: "".join(chance.choices("密钥\x00\ufffd~-_k", k=chance.randrange(1, 40))),
        lambda: b64encode(raw[: chance.randrange(len(raw) + 1)]).decode(),
        lambda: b64encode(raw + chance.randbytes(chance.randrange(1, 20))).decode(),
    ]
    if raw:
        place = chance.randrange(len(raw))
        flipped = bytes([*raw[:place], raw[place] ^ (1 << chance.randrange(8)), *raw[place + 1 :]])
        kinds += [lambda: b64encode(flipped).decode()] * 6
    return chance.choice(kinds)()


def spoilt_list(chance: Chance, items: list[str]) -> Any:
    return chance.choice(
        (
            None,
            "Name",
            [],
            items[1:],
            items[::-1],
            [*items, *items],
            [*items, chance.choice(("CertType", "Encryption", "Phone", "", "Name.0", "\x00"))],
            [*items, chance.choice((None, 0, {}, ["Name"]))],
            items * 400,
        )
    )


def spoil(chance: Chance, body: Document) -> Document:
    """Do one thing to an encrypted request."""
    found = {**body, "Encryption": dict(body["Encryption"])}
    given = found["Encryption"]
    name = chance.choice(
        (*FIELDS, "CiphertextBlob", "CiphertextBlob", "Iv", "EncryptList", "TagList", "Algorithm", "*")
    )
    if name in FIELDS:
        found[name] = spoilt_text(chance, found[name])
    elif name in ("CiphertextBlob", "Iv"):
        given[name] = spoilt_text(chance, given[name])
    elif name in ("EncryptList", "TagList"):
        given[name] = spoilt_list(chance, given[name])
    elif name == "Algorithm":
        given[name] = chance.choice((None, "", "AES", "SM4-GCM", "AES-256-CBC", "aes-256-cbc", 7, [], "{value}"))
    else:
        found["Encryption"] = chance.choice((None, [], "", 1, {}, {"Iv": ""}, {**given, "Tag": ""}))
    return found


@pytest.mark.parametrize("algorithm", Algorithm)
def test_spoilt_envelopes_are_answered_with_what_is_documented_and_nothing_clear_is_kept(algorithm: Algorithm) -> None:
    services, judge, chance = world(), Judge(), random.Random(algorithm.value)
    engine, maker = Engine(services, inspect=judge), Maker(services, chance)
    keys = services.tenants.default.credentials["tencent"]
    envelope, values = seal_fields(
        CLEAR,
        algorithm=algorithm,
        public_key=tencent_public_keys.load(keys[MEMBERS[algorithm]]),
        random_bytes=chance.randbytes,
    )
    body: Document = {**values, "Encryption": sealed_document(envelope)}
    action = "BankCardVerification"

    for _ in range(EACH[algorithm]):
        engine.answer(maker.v3(action, as_json(chance, spoil(chance, body)), get=False).wire())
    engine.answer(maker.v3(action, as_json(chance, body), get=False).wire())

    assert judge.answers.total() == EACH[algorithm] + 1
    assert {"FailedOperation.DecryptSystemError", "MissingParameter", "InvalidParameter", "0"} <= judge.answers.keys()
    kept = b"".join(raw for _, raw in services.tenants.default.space.read("journal"))
    assert [name for name in FIELDS if CLEAR[name].encode() in kept or values[name].encode() in kept] == []


def opens_or_not(sealed: Sealed, values: dict[str, str]) -> dict[str, str] | None:
    try:
        return open_with_key(sealed, values, KEYS[sealed.algorithm])
    except CannotOpen:
        return None


KEYS: Final = {Algorithm.AES: bytes(range(32)), Algorithm.SM4: bytes(range(16))}


@given(
    fields=st.dictionaries(st.text(max_size=8), st.text(max_size=60), max_size=4),
    algorithm=st.sampled_from(Algorithm),
    iv=st.binary(min_size=16, max_size=16),
)
def test_whatever_is_sealed_opens_again(fields: dict[str, str], algorithm: Algorithm, iv: bytes) -> None:
    given_key = Sealed(fields=(), wrapped_key="", iv="", algorithm=algorithm)
    sealed, values = seal_with_key(given_key, fields, key=KEYS[algorithm], iv=iv[: algorithm.iv_bytes])

    assert opens_or_not(sealed, values) == fields
    assert parse_sealed(sealed_document(sealed), algorithm) == sealed


@given(
    algorithm=st.sampled_from(Algorithm),
    iv=st.text(max_size=30),
    tags=st.lists(st.text(max_size=30), max_size=2),
    value=st.text(max_size=60),
    detached=st.booleans(),
)
def test_whatever_is_sent_opens_or_is_refused_in_one_way(
    algorithm: Algorithm, iv: str, tags: list[str], value: str, detached: bool
) -> None:
    sealed = Sealed(fields=("Name",), wrapped_key="", iv=iv, algorithm=algorithm, tags=tuple(tags), detached=detached)
    found = opens_or_not(sealed, {"Name": value})

    assert found is None or found.keys() == {"Name"}


@given(text=st.text(max_size=60))
def test_an_altered_sm4_field_never_opens(text: str) -> None:
    given_key = Sealed(fields=(), wrapped_key="", iv="", algorithm=Algorithm.SM4)
    sealed, values = seal_with_key(given_key, {"Name": text}, key=KEYS[Algorithm.SM4], iv=bytes(12))
    longer = b64encode(b64decode(values["Name"]) + b"\0").decode()

    assert opens_or_not(sealed, {"Name": longer}) is None
