from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from gmssl.sm2 import CryptSM2

from kyc_core import tencent_encryption as enc
from kyc_core.tencent_encryption import Algorithm, CannotOpen, ProviderKeys, Sealed

RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - the provider's own length
SM2_KEY = bytes(range(1, 33))
KEYS = ProviderKeys(rsa=RSA_KEY, sm2=SM2_KEY)
VALUES = {"Name": "韦小宝", "IdCard": "11204416541220243X", "BankCard": "6226090210146748"}


def chance(seed: int = 1) -> Callable[[int], bytes]:
    return Random(seed).randbytes


def sealed(algorithm: Algorithm, values: dict[str, str] | None = None) -> tuple[Sealed, dict[str, str]]:
    public_key = RSA_KEY.public_key() if algorithm is Algorithm.AES else enc.sm2_public_key(SM2_KEY)
    return enc.seal_fields(
        VALUES if values is None else values, algorithm=algorithm, public_key=public_key, random_bytes=chance()
    )


@pytest.mark.parametrize("algorithm", Algorithm)
def test_what_is_sealed_opens_to_the_same_values(algorithm: Algorithm) -> None:
    document, values = sealed(algorithm)

    assert not set(values.values()) & set(VALUES.values())
    assert enc.open_fields(document, values, KEYS) == VALUES


@pytest.mark.parametrize(
    ("algorithm", "blob", "iv", "tags"),
    [
        pytest.param(Algorithm.AES, 128, 24, 0, id="AES under RSA"),
        pytest.param(Algorithm.SM4, 113, 16, 3, id="SM4 under SM2"),
    ],
)
def test_lengths_on_the_wire_are_the_documented_ones(algorithm: Algorithm, blob: int, iv: int, tags: int) -> None:
    document, _ = sealed(algorithm)

    assert (len(b64decode(document.wrapped_key)), len(document.iv), len(document.tags)) == (blob, iv, tags)


def test_an_sm4_field_is_as_long_as_its_text_and_an_sm2_blob_begins_with_b() -> None:
    document, values = sealed(Algorithm.SM4)

    assert {name: len(b64decode(value)) for name, value in values.items()} == {
        name: len(value.encode()) for name, value in VALUES.items()
    }
    assert document.wrapped_key.startswith("B")


def test_another_implementation_opens_our_sm2() -> None:
    document, _ = sealed(Algorithm.SM4)
    point = enc.sm2_public_key(SM2_KEY)

    opened = CryptSM2(SM2_KEY.hex(), point[1:].hex(), mode=1).decrypt(b64decode(document.wrapped_key)[1:])

    assert opened == enc.unwrap_key(document, KEYS)


def test_we_open_the_sm2_of_another_implementation() -> None:
    point = enc.sm2_public_key(SM2_KEY)
    blob = b"\x04" + CryptSM2(SM2_KEY.hex(), point[1:].hex(), mode=1).encrypt(b"0123456789abcdef")
    document = replace(sealed(Algorithm.SM4)[0], wrapped_key=b64encode(blob).decode())

    assert enc.unwrap_key(document, KEYS) == b"0123456789abcdef"


def test_the_helpers_key_of_ascii_letters_is_a_key_like_any_other() -> None:
    key = b"abcdefghijklmnopqrstuvwxyzABCDEF"
    blob = b64encode(RSA_KEY.public_key().encrypt(key, PKCS1v15())).decode()

    assert enc.unwrap_key(replace(sealed(Algorithm.AES)[0], wrapped_key=blob), KEYS) == key


def test_older_accounts_send_the_iv_as_sixteen_characters() -> None:
    assert enc.iv_bytes("aabbccddeeffgghh", Algorithm.AES) == b"aabbccddeeffgghh"
    assert enc.iv_bytes(b64encode(b"0" * 16).decode(), Algorithm.AES) == b"0" * 16
    assert enc.iv_bytes(b64encode(b"0" * 12).decode(), Algorithm.SM4) == b"0" * 12


@pytest.mark.parametrize(
    ("iv", "algorithm"),
    [
        pytest.param(b64encode(b"0" * 12).decode(), Algorithm.SM4, id="twelve bytes"),
        pytest.param(b64encode(b"0" * 16).decode(), Algorithm.AES, id="sixteen bytes"),
        pytest.param("aabbccddeeffggh!", Algorithm.AES, id="no Base64"),
    ],
)
def test_an_iv_tells_which_algorithm_a_flat_form_means(iv: str, algorithm: Algorithm) -> None:
    assert enc.guessed_algorithm(iv) is algorithm


AES, AES_VALUES = sealed(Algorithm.AES)
SM4, SM4_VALUES = sealed(Algorithm.SM4)


def damaged(text: str) -> str:
    raw = bytearray(b64decode(text))
    raw[-1] ^= 1
    return b64encode(raw).decode()


@pytest.mark.parametrize(
    ("document", "values", "step"),
    [
        pytest.param(replace(AES, wrapped_key="?"), AES_VALUES, "key is not Base64", id="AES, no key"),
        pytest.param(replace(AES, wrapped_key=damaged(AES.wrapped_key)), AES_VALUES, "key", id="AES, damaged key"),
        pytest.param(replace(AES, wrapped_key="AAAA"), AES_VALUES, "key does not unwrap", id="AES, short key"),
        pytest.param(replace(AES, iv="short"), AES_VALUES, "IV has another length", id="AES, IV"),
        pytest.param(AES, {**AES_VALUES, "Name": "?"}, "field is not Base64", id="AES, field"),
        pytest.param(AES, {**AES_VALUES, "Name": "AAAA"}, "field does not decrypt", id="AES, no whole block"),
        pytest.param(AES, {**AES_VALUES, "Name": b64encode(bytes(16)).decode()}, "field", id="AES, padding"),
        pytest.param(replace(SM4, wrapped_key=damaged(SM4.wrapped_key)), SM4_VALUES, "unwrap", id="SM4, damaged key"),
        pytest.param(replace(SM4, wrapped_key="BAAA"), SM4_VALUES, "unwrap", id="SM4, short key"),
        pytest.param(
            replace(SM4, wrapped_key=b64encode(b"\x04" + bytes(112)).decode()), SM4_VALUES, "unwrap", id="SM4, no point"
        ),
        pytest.param(replace(SM4, tags=SM4.tags[:2]), SM4_VALUES, "tags and fields differ", id="SM4, a tag less"),
        pytest.param(
            replace(SM4, tags=(SM4.tags[1], SM4.tags[0], SM4.tags[2])), SM4_VALUES, "decrypt", id="SM4, tags swapped"
        ),
        pytest.param(replace(SM4, tags=("AAAA", *SM4.tags[1:])), SM4_VALUES, "tag has", id="SM4, short tag"),
        pytest.param(replace(SM4, iv=AES.iv), SM4_VALUES, "IV has another length", id="SM4, IV of AES"),
    ],
)
def test_what_does_not_fit_does_not_open(document: Sealed, values: dict[str, str], step: str) -> None:
    with pytest.raises(CannotOpen, match=step) as refused:
        enc.open_fields(document, values, KEYS)

    assert refused.value.__cause__ is None


def test_a_plaintext_that_is_no_text_is_refused() -> None:
    key = enc.unwrap_key(AES, KEYS)
    ciphertext = enc._aes_seal(b"\xff", key, enc.iv_bytes(AES.iv, Algorithm.AES))

    with pytest.raises(CannotOpen, match="UTF-8"):
        enc.open_with_key(AES, {**AES_VALUES, "Name": b64encode(ciphertext).decode()}, key)


def test_nothing_secret_is_shown() -> None:
    shown = repr(AES) + repr(KEYS)

    assert AES.wrapped_key not in shown
    assert SM2_KEY.hex() not in shown
    assert repr(SM2_KEY) not in shown


def test_the_wire_document_is_read_as_it_is_written() -> None:
    document = {
        "EncryptList": list(SM4.fields),
        "CiphertextBlob": SM4.wrapped_key,
        "Iv": SM4.iv,
        "TagList": list(SM4.tags),
    }

    assert enc.parse_sealed(document, Algorithm.SM4) == SM4
    assert enc.parse_sealed({**document, "TagList": None}, Algorithm.AES).tags == ()


def test_in_a_form_without_tags_a_tag_follows_its_field_or_is_missing() -> None:
    key = enc.unwrap_key(SM4, KEYS)
    behind = {
        name: b64encode(b64decode(SM4_VALUES[name]) + b64decode(tag)).decode()
        for name, tag in zip(SM4.fields, SM4.tags, strict=True)
    }
    flat = replace(SM4, tags=(), detached=False)

    assert enc.open_with_key(flat, behind, key) == enc.open_with_key(flat, SM4_VALUES, key) == VALUES


def test_where_nothing_is_listed_only_the_key_is_looked_at() -> None:
    empty = replace(AES, fields=(), iv="")

    assert enc.open_fields(empty, {}, KEYS) == {}
    with pytest.raises(CannotOpen, match="key"):
        enc.open_fields(replace(empty, wrapped_key="QQ=="), {}, KEYS)


@pytest.mark.parametrize("algorithm", Algorithm)
def test_an_answer_is_sealed_under_a_key_that_is_known_already(algorithm: Algorithm) -> None:
    key, iv = bytes(algorithm.key_bytes), bytes(algorithm.iv_bytes)
    given = Sealed(fields=("Name",), wrapped_key="BLOB", iv="", algorithm=algorithm)
    document, values = enc.seal_with_key(given, {"Response.IdNum": "1"}, key=key, iv=iv)

    assert (document.fields, document.wrapped_key, document.algorithm) == (("Response.IdNum",), "BLOB", algorithm)
    assert enc.open_with_key(document, values, key) == {"Response.IdNum": "1"}
    assert enc.parse_sealed(enc.sealed_document(document), algorithm) == document
