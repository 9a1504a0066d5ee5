"""The JWE of encData against the vectors, against joserfc and jwcrypto, and against everything that is not one."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from os import urandom
from pathlib import Path
from typing import Any, cast

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES128
from cryptography.hazmat.primitives.ciphers.modes import CBC
from joserfc import jwe as joserfc_jwe
from joserfc import jwk as joserfc_jwk
from jwcrypto import jwe as jwcrypto_jwe
from jwcrypto import jwk as jwcrypto_jwk

from kyc_core.signing import base64url, upi_jwe
from kyc_core.signing.jose_faults import JweError, JweFault
from kyc_core.signing.rsa_keys import load_private_key, public_pem

DATA: dict[str, Any] = json.loads(
    (Path(__file__).parents[3] / "data" / "upi" / "vectors.json").read_text(encoding="utf-8")
)
VECTORS: dict[str, dict[str, str]] = DATA["vectors"]
KID = "20250101000003"
PEM: str = DATA["keys"][KID]["private"]
KEY = load_private_key(PEM)
HEADER = {"alg": "RSA1_5", "enc": "A128CBC-HS256", "kid": KID}
V1_CEK, V1_IV = bytes(range(32)), bytes(range(0xA0, 0xB0))
NAMES = ("protected", "encrypted_key", "iv", "ciphertext", "tag")


class Registry(joserfc_jwe.JWERegistry):
    max_ciphertext_length = 400_000


REGISTRY = Registry(algorithms=["RSA1_5", "A128CBC-HS256"])


def token_of(name: str) -> str:
    return str(json.loads(VECTORS[name]["body"])["encData"])


V1 = token_of("V1")
PARTS = V1.split(".")
PLAINTEXT = VECTORS["V1"]["plaintext"].encode()


def key_for_kid(kid: str | None) -> RSAPrivateKey | None:
    return KEY if kid == KID else None


def scripted(*values: bytes) -> Callable[[int], bytes]:
    """Return chance that hands out *values*, each of the length it is asked for."""
    supply = iter(values)

    def random_bytes(count: int) -> bytes:
        value = next(supply)
        assert len(value) == count
        return value

    return random_bytes


def encrypt(plaintext: bytes, random_bytes: Callable[[int], bytes] = urandom) -> str:
    return upi_jwe.encrypt(plaintext, public_key=KEY.public_key(), kid=KID, random_bytes=random_bytes)


def decrypt(token: object, key: object = KEY, **options: Any) -> bytes:
    return upi_jwe.decrypt(token, key_for_kid=lambda _: cast("RSAPrivateKey", key), **options)


def refused(token: object, key: object = KEY, **options: Any) -> JweError:
    with pytest.raises(JweError) as caught:
        decrypt(token, key, **options)
    return caught.value


def with_header(header: bytes | dict[str, Any]) -> str:
    raw = header if isinstance(header, bytes) else json.dumps(header).encode()
    return ".".join([base64url.encode(raw), *PARTS[1:]])


def with_part(index: int, raw: bytes) -> str:
    return ".".join([*PARTS[:index], base64url.encode(raw), *PARTS[index + 1 :]])


def tag_of(header_part: str, ciphertext: bytes) -> bytes:
    """The tag of RFC 7518, section 5.2.2.1, under the first vector's key and IV."""
    length = (8 * len(header_part)).to_bytes(8, "big")
    return hmac.digest(V1_CEK[:16], header_part.encode() + V1_IV + ciphertext + length, "sha256")[:16]


def flipped(index: int) -> str:
    raw = bytearray(base64url.decode(PARTS[index]))
    raw[-1] ^= 1
    return with_part(index, bytes(raw))


@pytest.mark.parametrize("name", ["V1", "V3"])
def test_the_vectors_are_decrypted(name: str) -> None:
    found = upi_jwe.decrypt(token_of(name), key_for_kid=key_for_kid)

    assert found.decode() == VECTORS[name]["plaintext"]


def test_the_first_vector_is_made_again_from_its_key_and_iv() -> None:
    made = encrypt(PLAINTEXT, scripted(V1_CEK, V1_IV)).split(".")

    assert [part for index, part in enumerate(made) if index != 1] == [
        part for index, part in enumerate(PARTS) if index != 1
    ]
    assert KEY.decrypt(base64url.decode(made[1]), PKCS1v15()) == V1_CEK


def test_the_altered_tag_of_the_fifth_vector_is_refused() -> None:
    assert refused(token_of("V5")).fault is JweFault.UNDECRYPTABLE


@pytest.mark.parametrize(
    ("cek", "iv"),
    [
        pytest.param(b"5ba10d46d5d148dfbcc2119c08e01015", b"42185bd62c0d4bc8", id="ASCII of a UUID, as the SDK"),
        pytest.param(bytes(32), b"1234567812345678", id="a fixed IV, as an integrator"),
    ],
)
def test_keys_need_not_look_random(cek: bytes, iv: bytes) -> None:
    assert decrypt(encrypt(PLAINTEXT, scripted(cek, iv))) == PLAINTEXT


def test_the_longest_documented_photo_goes_through() -> None:
    plaintext = b"x" * 204_866
    token = encrypt(plaintext)

    assert len(token) == 273_646
    assert decrypt(token) == plaintext


@pytest.mark.parametrize(
    ("token", "fault"),
    [
        pytest.param(None, JweFault.NOT_TEXT, id="E-06 null"),
        pytest.param({"protected": PARTS[0]}, JweFault.NOT_TEXT, id="E-06 an object"),
        pytest.param(V1.encode(), JweFault.NOT_TEXT, id="bytes"),
        pytest.param("a" * 524_289, JweFault.TOO_LONG, id="too long"),
        pytest.param(with_header(b" " * 1024), JweFault.TOO_LONG, id="header too long"),
        pytest.param("", JweFault.NOT_FIVE_PARTS, id="nothing"),
        pytest.param(".".join(PARTS[:4]), JweFault.NOT_FIVE_PARTS, id="four parts"),
        pytest.param(V1 + ".", JweFault.NOT_FIVE_PARTS, id="six parts"),
        pytest.param(V1 + "==", JweFault.NOT_BASE64URL, id="padding"),
        pytest.param(V1 + "\n", JweFault.NOT_BASE64URL, id="a newline"),
        pytest.param(
            ".".join([*PARTS[:4], base64.b64encode(base64url.decode(PARTS[4])).decode()]),
            JweFault.NOT_BASE64URL,
            id="ordinary Base64",
        ),
        pytest.param("....", JweFault.HEADER_NOT_JSON, id="five empty parts"),
        pytest.param(with_header(b"[]"), JweFault.HEADER_NOT_JSON, id="header a list"),
        pytest.param(
            with_header(json.dumps(HEADER).encode().replace(b'{"alg"', b'{"alg":"dir","alg"')),
            JweFault.HEADER_NOT_JSON,
            id="alg twice",
        ),
        *[
            pytest.param(with_header(HEADER | {"alg": alg}), JweFault.WRONG_ALG, id=f"E-01 alg {alg}")
            for alg in ("RSA-OAEP", "RSA-OAEP-256", "dir", "rsa1_5", "", None)
        ],
        *[
            pytest.param(with_header(HEADER | {"enc": enc}), JweFault.WRONG_ENC, id=f"E-01 enc {enc}")
            for enc in ("A128GCM", "A256CBC-HS512", "A128CBC", None)
        ],
        pytest.param(with_header({"enc": HEADER["enc"], "kid": KID}), JweFault.WRONG_ALG, id="no alg"),
        pytest.param(with_header({"alg": HEADER["alg"], "kid": KID}), JweFault.WRONG_ENC, id="no enc"),
        pytest.param(with_header(HEADER | {"zip": "DEF"}), JweFault.MEMBER_REFUSED, id="zip"),
        pytest.param(with_header(HEADER | {"crit": []}), JweFault.MEMBER_REFUSED, id="crit"),
        pytest.param(with_header(HEADER | {"kid": ""}), JweFault.KID_ABSENT, id="E-02 kid empty"),
        pytest.param(
            with_header({k: v for k, v in HEADER.items() if k != "kid"}), JweFault.KID_ABSENT, id="E-02 no kid"
        ),
        pytest.param(with_header(HEADER | {"kid": 20250101000003}), JweFault.KID_TYPE, id="kid a number"),
        pytest.param(with_part(2, V1_IV[:15]), JweFault.WRONG_LENGTH, id="IV too short"),
        pytest.param(with_part(2, b""), JweFault.WRONG_LENGTH, id="no IV"),
        pytest.param(with_part(3, b""), JweFault.WRONG_LENGTH, id="no ciphertext"),
        pytest.param(with_part(3, bytes(17)), JweFault.WRONG_LENGTH, id="ciphertext no multiple of 16"),
        pytest.param(with_part(4, bytes(32)), JweFault.WRONG_LENGTH, id="tag too long"),
    ],
)
def test_what_a_token_says_by_itself_is_refused_by_name(token: object, fault: JweFault) -> None:
    error = refused(token)

    assert error.fault is fault


def test_an_unknown_kid_is_refused_by_name() -> None:
    with pytest.raises(JweError) as caught:
        upi_jwe.decrypt(with_header(HEADER | {"kid": "7"}), key_for_kid=key_for_kid)

    assert caught.value.evidence() == {
        "cause": "unknown_kid",
        "detail": "no active key has this id",
        "member": "kid",
        "received": "7",
    }


def test_the_kid_may_be_optional() -> None:
    asked: list[str | None] = []
    header_part = base64url.encode(b'{"alg":"RSA1_5","enc":"A128CBC-HS256"}')
    parts = [header_part, *PARTS[1:4]]
    tag = tag_of(header_part, base64url.decode(PARTS[3]))

    def only_key(kid: str | None) -> RSAPrivateKey:
        asked.append(kid)
        return KEY

    token = ".".join([*parts, base64url.encode(tag)])

    assert upi_jwe.decrypt(token, key_for_kid=only_key, kid_optional=True) == PLAINTEXT
    assert asked == [None]


def test_header_members_that_change_nothing_are_ignored() -> None:
    header_part = base64url.encode(json.dumps(HEADER | {"typ": "JOSE", "cty": "json"}).encode())
    tag = tag_of(header_part, base64url.decode(PARTS[3]))

    assert decrypt(".".join([header_part, *PARTS[1:4], base64url.encode(tag)])) == PLAINTEXT


class Yielding:
    """A private key whose RSA yields what it is told: what other libraries do with a bad padding."""

    def __init__(self, yielded: bytes | None) -> None:
        self.yielded = yielded

    def decrypt(self, _ciphertext: bytes, _padding: object) -> bytes:
        if self.yielded is None:
            raise ValueError("Decryption failed")
        return self.yielded


def badly_padded() -> str:
    """A token whose tag is right and whose last block is no PKCS#7."""
    encryptor = Cipher(AES128(V1_CEK[16:]), CBC(V1_IV)).encryptor()
    ciphertext = encryptor.update(bytes(32)) + encryptor.finalize()
    tag = tag_of(PARTS[0], ciphertext)
    return ".".join([*PARTS[:3], base64url.encode(ciphertext), base64url.encode(tag)])


def undecryptable() -> Iterator[Any]:
    """Every fault that depends on the private key, as ``(token, key)``."""
    stranger = generate_private_key(public_exponent=65537, key_size=2048)
    yield pytest.param(V1, stranger, id="the wrong recipient")
    yield pytest.param(flipped(1), KEY, id="a bit of the encrypted key flipped")
    yield pytest.param(flipped(2), KEY, id="a bit of the IV flipped")
    yield pytest.param(flipped(3), KEY, id="a bit of the ciphertext flipped")
    yield pytest.param(flipped(4), KEY, id="a bit of the tag flipped")
    yield pytest.param(with_header({"kid": KID} | HEADER), KEY, id="the header spelt anew")
    yield pytest.param(with_part(1, b""), KEY, id="no encrypted key")
    yield pytest.param(with_part(1, bytes(255)), KEY, id="an encrypted key too short")
    yield pytest.param(with_part(1, b"\xff" * 256), KEY, id="an encrypted key above the modulus")
    wrapped = {length: KEY.public_key().encrypt(bytes(length), PKCS1v15()) for length in (0, 16, 31, 33, 64)}
    for length, encrypted in wrapped.items():
        yield pytest.param(with_part(1, encrypted), KEY, id=f"a content key of {length} bytes")
    yield pytest.param(V1, Yielding(None), id="a library without implicit rejection")
    yield pytest.param(V1, Yielding(bytes(32)), id="implicit rejection, right length by accident")
    yield pytest.param(V1, Yielding(bytes(77)), id="implicit rejection, another length")
    yield pytest.param(badly_padded(), KEY, id="bad PKCS#7 under a good tag")


UNDECRYPTABLE = list(undecryptable())


@pytest.mark.parametrize(("token", "key"), UNDECRYPTABLE)
def test_every_fault_behind_the_private_key_looks_the_same(token: str, key: object) -> None:
    error = refused(token, key)

    assert error.args == refused(flipped(4)).args
    assert error.evidence() == {
        "cause": "undecryptable",
        "detail": "the token cannot be decrypted with the key it names",
    }
    assert (error.__cause__, error.__context__) == (None, None)


@pytest.mark.parametrize(("token", "key"), [*UNDECRYPTABLE, pytest.param(V1, KEY, id="no fault")])
def test_every_fault_takes_the_same_way(token: str, key: object, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    def noting(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def noted(*arguments: Any) -> Any:
            done.append(name)
            return function(*arguments)

        return noted

    for name in ("_unwrap", "_tag", "Cipher", "_unpad"):
        monkeypatch.setattr(upi_jwe, name, noting(name, getattr(upi_jwe, name)))
    with suppress(JweError):
        decrypt(token, key, random_bytes=noting("random", urandom))

    assert done == ["random", "_unwrap", "_tag", "Cipher", "_unpad"]


def test_a_known_stand_in_key_opens_nothing() -> None:
    """A token made with the stand-in itself must not pass for one whose key was unwrapped."""
    stand_in = bytes(range(100, 132))
    token = encrypt(PLAINTEXT, scripted(stand_in, V1_IV)).split(".")
    token[1] = base64url.encode(KEY.public_key().encrypt(bytes(31), PKCS1v15()))

    assert refused(".".join(token), random_bytes=scripted(stand_in)).fault is JweFault.UNDECRYPTABLE


def test_plaintext_and_keys_stay_out_of_what_is_shown() -> None:
    assert repr(upi_jwe.parse(V1)) == f"Jwe(kid='{KID}')"


def flattened(**changes: Any) -> dict[str, Any]:
    return dict(zip(NAMES, PARTS, strict=True)) | changes


def general(**changes: Any) -> dict[str, Any]:
    document = flattened()
    key = document.pop("encrypted_key")
    return document | {"recipients": [{"encrypted_key": key}]} | changes


def test_json_serialisations_become_compact() -> None:
    assert upi_jwe.compact(flattened()) == V1
    assert upi_jwe.compact(general()) == V1


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(V1, id="a text"),
        pytest.param(None, id="null"),
        pytest.param({}, id="nothing"),
        pytest.param(flattened(aad="AA"), id="further authenticated data"),
        pytest.param(flattened(header={"kid": KID}), id="a header per recipient"),
        pytest.param(flattened(unprotected={"kid": KID}), id="an unprotected header"),
        pytest.param(flattened(tag=None), id="a part that is null"),
        pytest.param(flattened(tag=["a"]), id="a part that is a list"),
        pytest.param({name: part for name, part in flattened().items() if name != "iv"}, id="a part missing"),
        pytest.param(general(recipients=[]), id="no recipient"),
        pytest.param(general(recipients=[{}, {}]), id="two recipients"),
        pytest.param(general(recipients=["a"]), id="a recipient that is no object"),
        pytest.param(general(recipients={"encrypted_key": "a"}), id="recipients no list"),
        pytest.param(flattened(recipients=[{"header": {"kid": KID}}]), id="a recipient with a header"),
    ],
)
def test_what_compact_serialisation_cannot_say_is_refused(document: object) -> None:
    with pytest.raises(JweError) as caught:
        upi_jwe.compact(document)

    assert caught.value.fault is JweFault.JSON_FORM


def joserfc_encrypts(plaintext: bytes) -> str:
    key = joserfc_jwk.RSAKey.import_key(public_pem(KEY))
    return joserfc_jwe.encrypt_compact(HEADER, plaintext, key, registry=REGISTRY)


def joserfc_decrypts(token: str) -> bytes | None:
    return joserfc_jwe.decrypt_compact(token, joserfc_jwk.RSAKey.import_key(PEM), registry=REGISTRY).plaintext


def jwcrypto_encrypts(plaintext: bytes) -> str:
    made = jwcrypto_jwe.JWE(plaintext, json.dumps(HEADER), algs=[HEADER["alg"], HEADER["enc"]])
    made.add_recipient(jwcrypto_jwk.JWK.from_pem(public_pem(KEY).encode()))
    return str(made.serialize(compact=True))


def jwcrypto_decrypts(token: str) -> bytes | None:
    read = jwcrypto_jwe.JWE(algs=[HEADER["alg"], HEADER["enc"]])
    read.deserialize(token, jwcrypto_jwk.JWK.from_pem(PEM.encode()))
    return bytes(read.plaintext)


SIZES = (0, 1, 15, 16, 17, 300, 204_866)
OLD_KEY_MANAGEMENT = pytest.mark.filterwarnings("ignore:JWE algorithm:joserfc.errors.SecurityWarning")


@OLD_KEY_MANAGEMENT
@pytest.mark.parametrize(
    ("theirs", "size"),
    [
        *[(joserfc_decrypts, size) for size in SIZES],
        *[(jwcrypto_decrypts, size) for size in SIZES if size],  # it takes an empty plaintext for a failure
    ],
)
def test_ours_is_decrypted_by_others(size: int, theirs: Callable[[str], bytes | None]) -> None:
    plaintext = urandom(size)

    assert theirs(encrypt(plaintext)) == plaintext


@OLD_KEY_MANAGEMENT
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("theirs", [joserfc_encrypts, jwcrypto_encrypts])
def test_theirs_is_decrypted_by_us(size: int, theirs: Callable[[bytes], str]) -> None:
    plaintext = urandom(size)

    assert decrypt(theirs(plaintext)) == plaintext
