from __future__ import annotations

import json
from pathlib import Path

import pytest

from kyc_core.signing.rsa_keys import load_private_key, public_pem
from simulator.ids import derive
from simulator.keys import Use
from simulator.providers.upi.credentials import certificates, credentials, first_certificates

FOLDER = Path(__file__).parents[5] / "fixtures" / "upi"


def made(seed: bytes) -> dict[str, str]:
    return dict(credentials(lambda label, length: derive(seed, label, length)))


def test_ids_have_the_documented_form() -> None:
    found = made(b"seed")

    assert found.keys() == {"app_id", "member_iin", "path"}
    assert found["app_id"] == found["member_iin"]
    assert len(found["app_id"]) == 8
    assert found["app_id"].isdigit()


def test_ids_follow_the_seed() -> None:
    assert made(b"seed") == made(b"seed")
    assert made(b"seed")["app_id"] != made(b"other")["app_id"]


def test_a_participant_has_three_certificates_with_a_key_of_its_own_each() -> None:
    found = certificates(made(b"seed"))

    assert [certificate.use for certificate in found] == [Use.SIGNING, Use.ENCRYPTION, Use.RESPONSE_SIGNING]
    assert [certificate.parties for certificate in found] == [(made(b"seed")["app_id"],), (), ()]
    assert len({certificate.public_key for certificate in found}) == 3
    assert all(len(certificate.kid) == 14 and certificate.kid.isdigit() for certificate in found)
    assert [certificate.kid[-1] for certificate in found] == ["1", "2", "3"]


def test_certificates_are_always_the_same_for_a_participant_and_others_for_another() -> None:
    assert certificates({"app_id": "12345678"}) == certificates({"app_id": "12345678"})
    one, other = certificates({"app_id": "12345678"}), certificates({"app_id": "12345679"})

    assert not {certificate.kid for certificate in one} & {certificate.kid for certificate in other}
    assert not {certificate.public_key for certificate in one} & {certificate.public_key for certificate in other}


@pytest.mark.parametrize("app_id", ["00000000", "12345678"])
def test_both_halves_of_a_key_belong_together(app_id: str) -> None:
    for certificate in certificates({"app_id": app_id}):
        assert certificate.private_key is not None
        assert public_pem(load_private_key(certificate.private_key)) == certificate.public_key


def test_the_well_known_participant_is_shipped_as_it_would_be_worked_out() -> None:
    shipped = json.loads((FOLDER / "keys.json").read_bytes())["participants"]

    assert list(shipped) == ["00000000"]
    assert list(certificates({"app_id": "00000000"})) == list(first_certificates("00000000"))
    assert [certificate["kid"] for certificate in shipped["00000000"]] == [f"{number:014}" for number in (1, 2, 3)]
