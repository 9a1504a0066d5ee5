"""Laws of UPI's JOSE layer: nothing changes unnoticed, nothing is lost, and no input breaks it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from hypothesis import assume, example, given
from hypothesis import strategies as st

from kyc_core.signing import base64url, upi_jwe, upi_jws
from kyc_core.signing.causes import Cause
from kyc_core.signing.jose_faults import JoseError, JweError, JweFault, JwsError
from kyc_core.signing.rsa_keys import load_private_key
from kyc_core.signing.upi_jws_explain import explain
from kyc_core.signing.upi_jws_header import Protected, protected_header
from kyc_core.strict_json import problem_of, read_object, write

DATA: Final[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "data" / "upi" / "vectors.json").read_text(encoding="utf-8")
)
V1: Final[dict[str, str]] = DATA["vectors"]["V1"]
BODY: Final = V1["body"].encode()
KEYS: Final = {kid: load_private_key(key["private"]) for kid, key in DATA["keys"].items()}
SIGNING: Final = KEYS["20250101000001"]
ENCRYPTION: Final = KEYS["20250101000003"]
TOKEN: Final = str(json.loads(BODY)["encData"])
PATH: Final[str] = DATA["path"]

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
documents = st.dictionaries(
    texts,
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
        max_leaves=12,
    ),
    max_size=6,
)
uuids = st.uuids().map(lambda uuid: uuid.hex)
timestamps = st.integers(0, 10**11)
sizes = st.one_of(
    st.integers(0, 80),
    st.builds(lambda blocks, off: max(0, 16 * blocks + off), st.integers(0, 400), st.integers(-1, 1)),
)


def accepted(value: str, body: bytes) -> Protected | None:
    try:
        return upi_jws.verify(value, body, public_key=SIGNING.public_key())
    except JwsError:
        return None


def spelt(document: dict[str, Any], raw: bool, spaced: bool) -> bytes:
    separators = (", ", ": ") if spaced else (",", ":")
    return json.dumps(document, ensure_ascii=not raw, separators=separators).encode()


@given(documents, st.booleans(), st.booleans(), uuids, timestamps, st.booleans())
def test_what_is_signed_is_accepted(
    document: dict[str, Any], raw: bool, spaced: bool, uuid: str, timestamp: int, encoded: bool
) -> None:
    body = spelt(document, raw, spaced)
    header = protected_header(
        kid="20250101000001", uuid=uuid, timestamp=timestamp, app_id="39990061", request_path=PATH, encoded=encoded
    )
    value = upi_jws.sign(header, body, private_key=SIGNING, encoded=encoded)
    found = upi_jws.verify(value, body, public_key=SIGNING.public_key(), accept_rfc7797=True)

    assert found == Protected(
        kid="20250101000001",
        uuid=uuid,
        timestamp=timestamp,
        app_id="39990061",
        request_path=PATH,
        encoded=encoded,
    )
    assert encoded or accepted(value, body) is None


@given(st.integers(0, len(BODY) - 1), st.integers(1, 255))
def test_a_changed_byte_of_the_body_is_noticed(index: int, change: int) -> None:
    body = bytearray(BODY)
    body[index] ^= change

    assert accepted(V1["jws"], bytes(body)) is None


@given(st.integers(0, len(V1["jws"]) - 1), st.characters(max_codepoint=0x2FF))
@example(len(V1["jws"]) - 1, "x")
def test_a_changed_character_of_the_header_value_is_noticed(index: int, character: str) -> None:
    value = V1["jws"][:index] + character + V1["jws"][index + 1 :]
    assume(value != V1["jws"])

    assert accepted(value, BODY) is None


@given(st.integers(0, len(BODY)), st.binary(min_size=1, max_size=4))
def test_a_byte_too_many_or_too_few_is_noticed(index: int, inserted: bytes) -> None:
    assert accepted(V1["jws"], BODY[:index] + inserted + BODY[index:]) is None
    assert accepted(V1["jws"], BODY[:index]) is None or index == len(BODY)


@given(documents, st.booleans(), st.booleans())
def test_another_spelling_of_the_body_is_refused_and_named(document: dict[str, Any], raw: bool, spaced: bool) -> None:
    signed, sent = spelt(document, raw, spaced), spelt(document, not raw, not spaced)
    assume(signed != sent)
    value = upi_jws.sign(V1["header"].encode(), signed, private_key=SIGNING)

    assert accepted(value, sent) is None
    assert explain(upi_jws.parse(value), sent, public_key=SIGNING.public_key()).cause is Cause.RESERIALISED_BODY


@given(
    st.text(max_size=60) | st.binary(max_size=60).map(base64url.encode), st.binary(max_size=60), st.binary(max_size=60)
)
def test_any_header_value_is_accepted_or_refused_by_name(text: str, header: bytes, signature: bytes) -> None:
    for value in (text, f"{base64url.encode(header)}..{base64url.encode(signature)}", f"{text}..{text}"):
        assert accepted(value, BODY) is None


@given(documents | st.just(json.loads(V1["header"])), documents)
def test_any_header_object_is_accepted_or_refused_by_name(header: dict[str, Any], changes: dict[str, Any]) -> None:
    value = upi_jws.sign(write(header | changes), BODY, private_key=SIGNING)
    found = accepted(value, BODY)

    assert (found is not None) == (header == json.loads(V1["header"]) and not changes.keys() & header.keys())


def open_token(token: object, key: RSAPrivateKey = ENCRYPTION) -> bytes:
    return upi_jwe.decrypt(token, key_for_kid=lambda kid: key if kid == "20250101000003" else None)


@given(st.data())
def test_what_is_encrypted_is_decrypted(data: st.DataObject) -> None:
    plaintext = data.draw(st.binary(max_size=20)) * 400
    plaintext = plaintext[: data.draw(sizes)]
    randomness = data.draw(st.binary(min_size=48, max_size=48))
    supply = iter((randomness[:32], randomness[32:]))
    token = upi_jwe.encrypt(
        plaintext, public_key=ENCRYPTION.public_key(), kid="20250101000003", random_bytes=lambda _: next(supply)
    )

    assert open_token(token) == plaintext
    assert [base64url.problem_of(part) for part in token.split(".")] == [None] * 5


@pytest.mark.parametrize("size", [204_864, 204_865, 204_866, 204_879, 204_880])
def test_what_is_encrypted_is_decrypted_at_full_size(size: int) -> None:
    plaintext = bytes(range(256)) * (size // 256 + 1)
    token = upi_jwe.encrypt(
        plaintext[:size], public_key=ENCRYPTION.public_key(), kid="20250101000003", random_bytes=bytes
    )

    assert open_token(token) == plaintext[:size]


@given(st.integers(0, len(TOKEN) - 1), st.characters(max_codepoint=0x2FF))
def test_a_changed_character_of_a_token_is_refused(index: int, character: str) -> None:
    token = TOKEN[:index] + character + TOKEN[index + 1 :]
    assume(token != TOKEN)

    with pytest.raises(JweError):
        open_token(token)


@given(st.integers(1, 4), st.data())
def test_a_changed_bit_behind_the_header_is_undecryptable_and_nothing_else(index: int, data: st.DataObject) -> None:
    parts = TOKEN.split(".")
    raw = bytearray(base64url.decode(parts[index]))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    parts[index] = base64url.encode(bytes(raw))
    with pytest.raises(JweError) as caught:
        open_token(".".join(parts))

    assert caught.value.args == ("undecryptable: the token cannot be decrypted with the key it names",)
    assert caught.value.fault is JweFault.UNDECRYPTABLE


@given(st.none() | st.integers() | st.text(max_size=60) | st.lists(st.binary(max_size=40), min_size=5, max_size=5))
def test_any_token_is_refused_by_name(token: object) -> None:
    given_token = ".".join(map(base64url.encode, token)) if isinstance(token, list) else token
    with pytest.raises(JoseError):
        open_token(given_token)


@given(documents)
def test_written_json_is_strict_and_reads_the_same(document: dict[str, Any]) -> None:
    raw = write(document)

    assert problem_of(raw) is None
    assert read_object(raw) == document


@given(st.binary(max_size=60))
def test_any_bytes_have_one_spelling(data: bytes) -> None:
    text = base64url.encode(data)

    assert base64url.decode(text) == data
    assert base64url.problem_of(text + "=") is base64url.Problem.PADDED


@given(st.text(max_size=20))
def test_what_is_taken_for_base64url_is_what_its_bytes_give(text: str) -> None:
    problem = base64url.problem_of(text)

    assert problem is not None or base64url.encode(base64url.decode(text)) == text
