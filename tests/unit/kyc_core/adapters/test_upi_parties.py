"""Keys are loaded once and never shown; merchants and consents know their wire names."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kyc_core.adapters.upi_parties import Consent, Keys, Merchant
from kyc_core.signing.rsa_keys import load_private_key, public_pem

DATA: dict[str, Any] = json.loads(
    (Path(__file__).parents[3] / "data" / "upi" / "vectors.json").read_text(encoding="utf-8")
)
PEMS = [key["private"] for key in DATA["keys"].values()]
INSTITUTION, UPI_SIGNING, UPI_ENCRYPTION = map(load_private_key, PEMS)
CREDENTIALS = {
    "app_id": "39990061",
    "member_iin": "39990061",
    "signing_kid": "1",
    "signing_private_key": PEMS[0],
    "encryption_kid": "3",
    "encryption_public_key": public_pem(UPI_ENCRYPTION),
    "response_signing_kid": "2",
    "response_signing_public_key": public_pem(UPI_SIGNING),
}


def test_credentials_become_keys() -> None:
    keys = Keys.load(CREDENTIALS)

    assert (keys.app_id, keys.signing_kid, keys.encryption_kid, keys.response_kid) == ("39990061", "1", "3", "2")
    assert keys.signing_key.private_numbers() == INSTITUTION.private_numbers()
    assert keys.encryption_key == UPI_ENCRYPTION.public_key()
    assert keys.response_key == UPI_SIGNING.public_key()


def test_no_key_is_shown() -> None:
    shown = repr(Keys.load(CREDENTIALS))

    assert shown == "Keys(app_id='39990061', signing_kid='1', encryption_kid='3', response_kid='2')"


@pytest.mark.parametrize("name", ["signing_private_key", "encryption_public_key", "response_signing_public_key"])
def test_a_key_that_is_none_is_loud(name: str) -> None:
    with pytest.raises(ValueError, match="PEM"):
        Keys.load(CREDENTIALS | {name: "no PEM"})


def test_a_missing_credential_is_loud() -> None:
    with pytest.raises(KeyError, match="app_id"):
        Keys.load({})


def test_wire_names_are_those_of_the_page() -> None:
    assert Merchant(merchant_id="1", name="2", mcc="3").wire() == {"merchantID": "1", "merchantName": "2", "mcc": "3"}
    assert Consent(usage_scenario="1", use_purpose="2", agreement_version="3", agreement_serial="4").wire() == {
        "scUsageScenarios": "1",
        "scUsePurpose": "2",
        "protocolVerNm": "3",
        "serialNm": "4",
    }
