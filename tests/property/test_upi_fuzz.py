"""Spoilt UPI requests through the whole engine: one changed byte, one odd member, one odd protected header."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import Any, Final

from hypothesis import example, given
from hypothesis import strategies as st

from kyc_core.signing import upi_jwe, upi_jws
from kyc_core.signing.rsa_keys import load_private_key, load_public_key
from kyc_core.signing.upi_jws_header import protected_header
from kyc_core.strict_json import write
from simulator.clock import FixedClock
from simulator.engine import Engine
from simulator.providers.upi import PROVIDER
from simulator.self_check import check
from simulator.services import Services
from simulator.settings import Settings
from simulator.wire import WireRequest, WireResponse

UNAUTHORISED: Final = b'{"MsgResponse":{"responseCode":"E0","responseMsg":"Unauthorized access"}}'
PIXEL: Final = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNoAAAAggCB2kUIOwAAAABJRU5ErkJggg=="
PERSON: Final = {"customerNm": "林静怡", "certifID": "310115188503140620", "photo": PIXEL}


class Participant:
    """Signs and encrypts whatever it is given; every answer is compared with its schema."""

    def __init__(self) -> None:
        services = Services(Settings(), (PROVIDER,), clock=FixedClock(datetime(2025, 1, 1, tzinfo=UTC)))
        self.engine = Engine(services, inspect=check)
        self.tenant = services.tenants.default
        self.keys: Mapping[str, Any] = self.tenant.credentials["upi"]
        self.key = load_private_key(self.keys["signing_private_key"], checked=False)
        self.public_key = load_public_key(self.keys["encryption_public_key"])
        self.numbers = count(1)

    def seal(self, plaintext: bytes) -> str:
        kid = self.keys["encryption_kid"]
        return upi_jwe.encrypt(plaintext, public_key=self.public_key, kid=kid, random_bytes=bytes)

    def document(self, plaintext: bytes | None = None) -> dict[str, Any]:
        return {
            "memberIIN": self.keys["member_iin"],
            "memberName": "TEST MEMBER BANK",
            "tradeType": "ID0203",
            "encData": self.seal(write(PERSON) if plaintext is None else plaintext),
            "orderID": f"{next(self.numbers):035d}",
            "scUsageScenarios": "ACCOUNT OPENING",
            "scUsePurpose": "KYC IDENTITY CHECK",
            "protocolVerNm": "E-CONSENT V1.0.0",
            "serialNm": "00000020250101",
        }

    def header(self) -> bytes:
        return protected_header(
            kid=self.keys["signing_kid"],
            uuid=f"{next(self.numbers):032x}",
            timestamp=int(self.tenant.clock.time()),
            app_id=self.keys["app_id"],
            request_path=self.keys["path"],
        )

    def request(self, body: bytes, header: bytes | None = None) -> WireRequest:
        value = upi_jws.sign(self.header() if header is None else header, body, private_key=self.key)
        return WireRequest(method="POST", path=self.keys["path"], query=b"", headers=(("upi-jws", value),), body=body)

    def send(self, request: WireRequest) -> WireResponse:
        answer = self.engine.answer(request)
        assert answer is not None
        return answer

    def code(self, body: bytes) -> str:
        """Send a well-signed body; see that the score stands beside nought alone, and return the code."""
        answer = self.send(self.request(body))
        assert answer.status == 200
        document = json.loads(answer.body)
        code: str = document["msgResponse"]["responseCode"]
        assert ("confidence" in document) is (code == "00")
        # A fault of ours would be answered with 96.
        assert code in {"00", "05", "12", "30", "94"}, code
        return code


PARTICIPANT: Final = Participant()
"""Made once; order ids and UUIDs never repeat."""

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


def is_unauthorised(answer: WireResponse) -> bool:
    return (answer.status, answer.body, "UPI-JWS" in dict(answer.headers)) == (401, UNAUTHORISED, False)


@given(st.data())
def test_one_changed_byte_of_the_body_is_one_too_many(data: st.DataObject) -> None:
    sent = PARTICIPANT.request(write(PARTICIPANT.document()))
    at = data.draw(st.integers(0, len(sent.body) - 1))
    flip = data.draw(st.integers(1, 255))
    body = bytearray(sent.body)
    body[at] ^= flip

    assert is_unauthorised(PARTICIPANT.send(replace(sent, body=bytes(body))))


@given(st.data())
def test_one_changed_character_of_the_signature_header_is_one_too_many(data: st.DataObject) -> None:
    sent = PARTICIPANT.request(write(PARTICIPANT.document()))
    value = sent.header("upi-jws")
    at = data.draw(st.integers(0, len(value) - 1))
    other = data.draw(st.characters(max_codepoint=255).filter(lambda character: character != value[at]))

    spoilt = replace(sent, headers=(("upi-jws", value[:at] + other + value[at + 1 :]),))
    assert is_unauthorised(PARTICIPANT.send(spoilt))


@given(st.text(max_size=200))
@example("..")
@example("e30..e30")
@example('"')
def test_any_text_is_no_signature(value: str) -> None:
    sent = replace(PARTICIPANT.request(b"{}"), headers=(("upi-jws", value),))

    assert is_unauthorised(PARTICIPANT.send(sent))


@given(st.sampled_from(["alg", "kid", "crit", "UPI-UUID", "UPI-TIMESTAMP", "UPI-APPID", "UPI-REQPATH"]), json_values)
def test_an_odd_member_of_the_protected_header_is_refused_whoever_signed_it(name: str, value: object) -> None:
    members = {**json.loads(PARTICIPANT.header()), name: value}
    sent = PARTICIPANT.request(write(PARTICIPANT.document()), json.dumps(members).encode())

    assert is_unauthorised(PARTICIPANT.send(sent))


NAMES: Final = (
    "memberIIN", "memberName", "merchantID", "merchantName", "mcc", "tradeType", "encData", "orderID",
    "scUsageScenarios", "scUsePurpose", "protocolVerNm", "serialNm", "x_future_field",
)  # fmt: skip


@given(st.sampled_from(NAMES), json_values)
def test_an_odd_member_is_a_format_error_or_none_at_all(name: str, value: object) -> None:
    document = {**PARTICIPANT.document(), name: value}

    assert PARTICIPANT.code(json.dumps(document).encode()) in {"00", "12", "30"}


@given(st.sampled_from(["customerNm", "certifID", "photo", "x_future_field"]), json_values)
def test_an_odd_encrypted_member_is_a_format_error_or_a_finding(name: str, value: object) -> None:
    plaintext = json.dumps({**PERSON, name: value}).encode()

    assert PARTICIPANT.code(write(PARTICIPANT.document(plaintext))) in {"00", "05", "30"}


@given(st.binary(max_size=300))
def test_any_bytes_are_a_body_that_is_answered(body: bytes) -> None:
    assert PARTICIPANT.code(body) == "30"


@given(st.binary(max_size=300))
def test_any_bytes_are_a_plaintext_that_is_answered(plaintext: bytes) -> None:
    assert PARTICIPANT.code(write(PARTICIPANT.document(plaintext))) == "30"


@given(st.text(alphabet="ABCabc0189-_+/=.", max_size=400))
def test_any_text_is_a_token_that_is_answered(token: str) -> None:
    assert PARTICIPANT.code(write({**PARTICIPANT.document(), "encData": token})) == "30"
