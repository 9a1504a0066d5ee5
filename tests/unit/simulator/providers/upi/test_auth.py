from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kyc_core.signing import base64url
from kyc_core.signing.upi_jws_header import Protected
from kyc_core.strict_json import write
from simulator.keys import Use
from simulator.providers.upi import auth

if TYPE_CHECKING:
    from tests.unit.simulator.providers.upi.conftest import Client

PROTECTED = Protected(
    kid="00000000000001", uuid="5BA10D46D5D148DFBCC2119C08E01015", timestamp=1, app_id="00000000", request_path="/"
)


def value(**members: object) -> str:
    return f"{base64url.encode(write(members))}..AA"


@pytest.mark.parametrize(
    ("sent", "claimed"),
    [
        pytest.param(value(**{"UPI-APPID": "00000000"}), "00000000", id="sound"),
        pytest.param(f'"{value(**{"UPI-APPID": "00000000"})}"', "00000000", id="in quotation marks"),
        pytest.param(value(**{"UPI-APPID": " 00000000"}), "", id="with a blank"),
        pytest.param(value(**{"UPI-APPID": "张三"}), "", id="not an id"),
        pytest.param(value(**{"UPI-APPID": 1}), "", id="a number"),
        pytest.param(value(), "", id="none"),
        pytest.param("", "", id="empty"),
        pytest.param("..", "", id="nothing"),
        pytest.param("a+/=..AA", "", id="no base64url"),
        pytest.param("张三..AA", "", id="no ASCII"),
        pytest.param(base64url.encode(b"[]") + "..AA", "", id="no object"),
        pytest.param("e30" * 3000, "", id="too long"),
    ],
)
def test_a_participant_is_claimed_in_a_header_that_can_be_read(sent: str, claimed: str) -> None:
    assert auth.claimed_app_id(sent) == claimed


def test_a_key_is_loaded_once(client: Client) -> None:
    pem = client.keys["encryption_public_key"]

    assert auth.public_key(pem) is auth.public_key(pem)
    assert auth.private_key(client.keys["signing_private_key"]) is auth.private_key(client.keys["signing_private_key"])


def test_only_an_encryption_certificate_with_its_key_decrypts(client: Client) -> None:
    ring = client.tenant.keys["upi"]

    assert auth.decryption_key(ring, client.keys["encryption_kid"]) is not None
    assert auth.decryption_key(ring, None) is auth.decryption_key(ring, client.keys["encryption_kid"])
    assert auth.decryption_key(ring, client.keys["signing_kid"]) is None
    assert auth.decryption_key(ring, "unknown") is None


def test_keys_that_may_be_mixed_up_are_called_by_what_they_are_for(client: Client) -> None:
    ring = client.tenant.keys["upi"]
    used = ring.current(Use.SIGNING)
    assert used is not None

    assert list(auth.other_signing_keys(ring, used)) == [
        "certificate 00000000000002 (encryption)",
        "certificate 00000000000003 (response signing)",
    ]


def test_an_answer_is_signed_for_the_request_as_it_was_sent(client: Client) -> None:
    signer = auth.response_signer(client.tenant, PROTECTED)

    assert signer is not None
    assert (signer.kid, signer.uuid, signer.app_id) == ("00000000000003", PROTECTED.uuid, "00000000")
    assert signer.timestamp == client.now
