from __future__ import annotations

import subprocess
from base64 import b64decode, b64encode

import pytest
from gmalg import SM2

from kyc_core.signing import sm2_keys

KEY = bytes(range(1, 33))
POINT = SM2(KEY).generate_pk(KEY)
WITH_POINT = "308187020100301306072a8648ce3d020106082a811ccf5501822d046d306b0201010420"


def pem(label: str, der: bytes) -> str:
    return f"-----BEGIN {label}-----\n{b64encode(der).decode()}\n-----END {label}-----\n"


def der(text: str) -> bytes:
    return b64decode("".join(text.splitlines()[1:-1]))


def test_both_halves_go_out_and_come_back() -> None:
    assert sm2_keys.load_private_key(sm2_keys.private_pem(KEY)) == KEY
    assert sm2_keys.load_public_key(sm2_keys.public_pem(POINT)) == POINT


def test_lines_are_as_long_as_others_write_them() -> None:
    assert max(map(len, sm2_keys.public_pem(POINT).splitlines())) == 64


def test_a_private_key_with_its_point_is_read_too() -> None:
    document = bytes.fromhex(WITH_POINT) + KEY + bytes.fromhex("a144034200") + POINT

    assert sm2_keys.load_private_key(pem("PRIVATE KEY", document)) == KEY


def test_openssl_reads_what_is_written() -> None:
    shown = subprocess.run(
        ["openssl", "pkey", "-pubin", "-noout", "-text"],
        input=sm2_keys.public_pem(POINT),
        capture_output=True,
        text=True,
        check=True,
    )

    assert "SM2" in shown.stdout


def test_points_add_as_their_private_keys_do() -> None:
    other = bytes(range(2, 34))
    total = ((int.from_bytes(KEY) + int.from_bytes(other)) % sm2_keys.ORDER).to_bytes(32)

    assert sm2_keys.add_points(POINT, SM2(other).generate_pk(other)) == SM2(total).generate_pk(total)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("-----BEGIN PUBLIC KEY-----\n?\n-----END PUBLIC KEY-----\n", id="no Base64"),
        pytest.param(sm2_keys.private_pem(KEY), id="the other half"),
        pytest.param(pem("PUBLIC KEY", der(sm2_keys.public_pem(POINT))[:-1]), id="cut short"),
        pytest.param(pem("PUBLIC KEY", der(sm2_keys.public_pem(POINT))[:-1] + b"\x00"), id="beside the curve"),
        pytest.param(sm2_keys.public_pem(b"\x02" + POINT[1:]), id="not uncompressed"),
        pytest.param(sm2_keys.public_pem(b"\x04" + bytes([255]) * 64), id="beyond the field"),
    ],
)
def test_what_is_no_public_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="want"):
        sm2_keys.load_public_key(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(sm2_keys.public_pem(POINT), id="the other half"),
        pytest.param(sm2_keys.private_pem(bytes(32)), id="zero"),
        pytest.param(sm2_keys.private_pem(bytes([255]) * 32), id="beyond the order"),
        pytest.param(pem("PRIVATE KEY", der(sm2_keys.private_pem(KEY))[:-1]), id="cut short"),
        pytest.param(pem("PRIVATE KEY", b""), id="empty"),
    ],
)
def test_what_is_no_private_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="want"):
        sm2_keys.load_private_key(text)
