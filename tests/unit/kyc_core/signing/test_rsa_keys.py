"""Only RSA keys of a decent size are loaded."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from kyc_core.signing import sm2_keys
from kyc_core.signing.rsa_keys import from_primes, load_private_key, load_public_key, private_pem, public_pem

SMALL = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - too small on purpose
CURVE = ec.generate_private_key(ec.SECP256R1())


def pem(
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey,
    form: PrivateFormat = PrivateFormat.PKCS8,
    encryption: KeySerializationEncryption | None = None,
) -> str:
    return key.private_bytes(Encoding.PEM, form, encryption or NoEncryption()).decode()


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.mark.parametrize("form", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL])
def test_both_forms_of_a_private_key_are_loaded(key: rsa.RSAPrivateKey, form: PrivateFormat) -> None:
    assert load_private_key(pem(key, form)).private_numbers() == key.private_numbers()


def test_the_public_half_goes_out_and_comes_back(key: rsa.RSAPrivateKey) -> None:
    text = public_pem(key)

    assert load_public_key(text).public_numbers() == key.public_key().public_numbers()
    assert public_pem(key.public_key()) == text


@pytest.mark.parametrize("checked", [True, False])
def test_the_private_half_goes_out_and_comes_back(key: rsa.RSAPrivateKey, *, checked: bool) -> None:
    loaded = load_private_key(private_pem(key), checked=checked)

    assert loaded.private_numbers() == key.private_numbers()


def test_a_key_of_two_primes_is_the_key_that_has_them(key: rsa.RSAPrivateKey) -> None:
    numbers = key.private_numbers()
    made = from_primes(numbers.p, numbers.q)

    assert public_pem(made) == public_pem(key)
    assert load_private_key(private_pem(made)).private_numbers().d % (numbers.p - 1) == numbers.d % (numbers.p - 1)


def test_primes_that_are_too_small_make_no_key() -> None:
    numbers = SMALL.private_numbers()
    with pytest.raises(ValueError, match="at least 2048 bits, not 1024"):
        from_primes(numbers.p, numbers.q)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param(pem(SMALL), "at least 2048 bits, not 1024", id="too small"),
        pytest.param(pem(CURVE), "RSA private key", id="a curve"),
        pytest.param(pem(SMALL, encryption=BestAvailableEncryption(b"x")), "encrypted", id="encrypted"),
        pytest.param("no PEM at all", "PEM", id="no PEM"),
    ],
)
def test_other_private_keys_are_refused(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        load_private_key(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param(public_pem(SMALL), "at least 2048 bits, not 1024", id="too small"),
        pytest.param(
            CURVE.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode(),
            "RSA public key",
            id="a curve",
        ),
        pytest.param("no PEM at all", "PEM", id="no PEM"),
    ],
)
def test_other_public_keys_are_refused(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        load_public_key(text)


def test_a_key_on_a_curve_nobody_here_knows_is_refused_like_any_other() -> None:
    point = bytes.fromhex("04" + "01" * 64)

    with pytest.raises(ValueError, match="RSA private key"):
        load_private_key(sm2_keys.private_pem(bytes(range(1, 33))))
    with pytest.raises(ValueError, match="RSA public key"):
        load_public_key(sm2_keys.public_pem(point))
