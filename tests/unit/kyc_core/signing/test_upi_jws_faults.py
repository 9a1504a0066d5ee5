"""Every fault of an answer's signature is the one it is called, and only that one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from kyc_core.signing import upi_jws
from kyc_core.signing.jose_faults import JwsError, JwsFault
from kyc_core.signing.rsa_keys import load_private_key
from kyc_core.signing.upi_jws_faults import ResponseFault, ResponseSigner
from kyc_core.signing.upi_jws_header import Protected

DATA: dict[str, Any] = json.loads(
    (Path(__file__).parents[3] / "data" / "upi" / "vectors.json").read_text(encoding="utf-8")
)
NOW: int = DATA["now"]
V2: dict[str, str] = DATA["vectors"]["V2"]
BODY = V2["body"].encode()
KID = V2["signed_with"]
KEY = load_private_key(DATA["keys"][KID]["private"])
UUID = "5ba10d46d5d148dfbcc2119c08e01015"
SIGNER = ResponseSigner(private_key=KEY, kid=KID, uuid=UUID, timestamp=NOW + 1, app_id="39990061")


def check(value: str, *, kid: str = KID, uuid: str = UUID, now: int = NOW, body: bytes = BODY) -> Protected:
    return upi_jws.verify_response(
        value, body, public_key=KEY.public_key(), kid=kid, uuid=uuid, app_id="39990061", now=now
    )


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        (ResponseFault.TAMPERED_BODY, JwsFault.WRONG_SIGNATURE),
        (ResponseFault.WRONG_KID, JwsFault.UNKNOWN_KID),
        (ResponseFault.EXPIRED_TS, JwsFault.OUTSIDE_WINDOW),
        (ResponseFault.WRONG_UUID, JwsFault.UUID_NOT_ECHOED),
        (ResponseFault.PADDED_BASE64, JwsFault.NOT_BASE64URL),
    ],
)
def test_a_fault_is_noticed_for_what_it_is(fault: ResponseFault, cause: JwsFault) -> None:
    value = SIGNER.sign(BODY, fault)

    assert value is not None
    with pytest.raises(JwsError) as caught:
        check(value)
    assert caught.value.fault is cause


def test_without_a_fault_the_answer_is_that_of_the_vector() -> None:
    assert SIGNER.sign(BODY) == V2["jws"]


def test_a_missing_signature_is_none_at_all() -> None:
    assert SIGNER.sign(BODY, ResponseFault.MISSING) is None


def test_all_but_the_fault_itself_stays_right() -> None:
    wrong_kid, expired, wrong_uuid, padded = (
        SIGNER.sign(BODY, fault) or ""
        for fault in (
            ResponseFault.WRONG_KID,
            ResponseFault.EXPIRED_TS,
            ResponseFault.WRONG_UUID,
            ResponseFault.PADDED_BASE64,
        )
    )

    assert check(wrong_kid, kid="20250101000000").kid == "20250101000000"
    assert check(expired, now=NOW - 3600).timestamp == NOW + 1 - 3600
    assert check(wrong_uuid, uuid=UUID[:-1] + "0").uuid == UUID[:-1] + "0"
    assert upi_jws.parse(padded, allow_standard_signature=True) == upi_jws.parse(V2["jws"])
    assert check(SIGNER.sign(BODY, ResponseFault.TAMPERED_BODY) or "", body=BODY + b" ").kid == KID


@pytest.mark.parametrize("text", ["20250101000000", "20250101000009"])
def test_the_wrong_kid_is_never_the_right_one(text: str) -> None:
    signer = ResponseSigner(private_key=KEY, kid=text, uuid=UUID, timestamp=NOW, app_id="39990061")

    with pytest.raises(JwsError):
        check(signer.sign(BODY, ResponseFault.WRONG_KID) or "", kid=text)
