"""The chain as a whole: its order, what it signs, what it bills, and that its secrets take the same way."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

from kyc_core.signing import base64url, upi_jws
from kyc_core.signing.jose_faults import JwsError
from kyc_core.signing.upi_jws_faults import ResponseFault
from kyc_core.strict_json import write
from simulator.explain import explain
from simulator.keys import State, Use
from simulator.providers.upi import PROVIDER, pipeline, product
from simulator.wire import WireResponse

if TYPE_CHECKING:
    from types import FrameType

    from tests.unit.simulator.providers.upi.conftest import Client

OPERATION = "ID_CARD_PHOTO_VERIFICATION"
ORDER = [
    "route", "size", "signature_header", "signature_shape", "protected_header", "protected_members", "participant",
    "certificate", "request_path", "timestamp", "signature", "escapes", "uuid", "body", "members", "merchant",
    "trade_type", "encrypted_data", "personal_members", "photo", "member_iin", "rate",
    "rule", "person", "order", "forced", "data_source",
]  # fmt: skip


def signed_by_upi(client: Client, response: WireResponse, uuid: str) -> None:
    upi_jws.verify_response(
        dict(response.headers)["UPI-JWS"],
        response.body,
        public_key=client.response_key,
        kid=client.keys["response_signing_kid"],
        uuid=uuid,
        app_id=client.keys["app_id"],
        now=client.now,
    )


def test_every_step_is_kept_in_its_order(client: Client) -> None:
    client.told()

    assert [name for name, _, _ in client.last["steps"]] == ORDER
    assert [name for name, _ in pipeline.CHECKS] + [name for name, _ in pipeline.DECIDERS] == ORDER


def test_a_request_with_many_faults_is_refused_for_the_first(client: Client) -> None:
    """Mend one fault after the other, from the last to be looked at to the first: each time another one answers."""
    sound = client.document(orderID="1" * 35)
    client.told(client.request(sound))
    faults: list[tuple[dict[str, Any], tuple[str, str]]] = [
        ({}, ("94", "orderID")),
        ({"encData": client.seal(client.person(photo="R0lGODlh"))}, ("30", "encData.photo image")),
        ({"encData": client.seal(client.person(certifID=None))}, ("30", "encData.certifID missing")),
        ({"encData": "x"}, ("30", "encData")),
        ({"tradeType": "ID0201"}, ("12", "tradeType")),
        ({"mcc": "6012"}, ("30", "merchantID missing")),
        ({"serialNm": "x"}, ("30", "serialNm length")),
        ({"memberIIN": ""}, ("30", "memberIIN missing")),
    ]
    spoilt = dict(sound)
    for changes, expected in faults:
        spoilt |= changes

        assert client.told(client.request(spoilt)) == expected


def test_an_answer_is_signed_now_and_for_the_request(client: Client) -> None:
    uuid = "5BA10D46D5D148DFBCC2119C08E01015"
    response = client.send(client.request(uuid=uuid))

    header = json.loads(base64url.decode(dict(response.headers)["UPI-JWS"].partition(".")[0]))
    assert header == {
        "alg": "RS256",
        "kid": client.keys["response_signing_kid"],
        "crit": ["UPI-UUID", "UPI-TIMESTAMP", "UPI-APPID"],
        "UPI-UUID": uuid,
        "UPI-TIMESTAMP": str(client.now),
        "UPI-APPID": client.keys["app_id"],
    }
    signed_by_upi(client, response, uuid)
    assert dict(response.headers)["Content-Type"] == "application/json;charset=UTF-8"


@pytest.mark.parametrize("fault", [fault for fault in ResponseFault if fault is not ResponseFault.NONE])
def test_a_signature_may_be_wrong_in_every_named_way(client: Client, fault: ResponseFault) -> None:
    client.choose(response_signature_fault=fault.value)
    uuid = "5ba10d46d5d148dfbcc2119c08e01015"
    response = client.send(client.request(uuid=uuid))

    assert json.loads(response.body)["msgResponse"]["responseCode"] == "00"
    if fault is ResponseFault.MISSING:
        assert "UPI-JWS" not in dict(response.headers)
    else:
        with pytest.raises(JwsError):
            signed_by_upi(client, response, uuid)


def test_an_answer_broken_on_purpose_is_signed_as_it_is_sent(client: Client) -> None:
    uuid = "5ba10d46d5d148dfbcc2119c08e01015"
    client.tenant.rules.add({"provider": "upi", "operation": OPERATION, "then": {"mutation": "score_101"}})
    response = client.send(client.request(uuid=uuid))

    assert json.loads(response.body)["confidence"] == "101"
    signed_by_upi(client, response, uuid)


def test_an_answer_that_was_not_signed_stays_so(client: Client) -> None:
    client.tenant.rules.add(
        {"provider": "upi", "operation": OPERATION, "then": {"error": "E0", "mutation": "body_empty"}}
    )
    response = client.send(client.request())

    assert (response.status, response.body) == (401, b"")
    assert "UPI-JWS" not in dict(response.headers)


def test_a_fault_of_ours_is_theirs_to_the_client_and_signed(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    uuid = "5ba10d46d5d148dfbcc2119c08e01015"

    def broken(*_: object) -> str:
        raise ZeroDivisionError("310115188503140620")

    monkeypatch.setattr(product, "_needed", broken)
    response = client.send(client.request(uuid=uuid))

    assert response.body == b'{"msgResponse":{"responseCode":"96","responseMsg":"UnionPay system error"}}'
    signed_by_upi(client, response, uuid)
    assert client.tenant.journal.find(uuid) is not None


def test_a_fault_of_ours_is_answered_to_nobody_too(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> str:
        raise ZeroDivisionError

    monkeypatch.setattr(upi_jws, "single", broken)
    for header in ((), (("upi-jws", "a..b"),), (("upi-jws", ""),)):
        response = client.send(replace(client.request(), headers=header))

        assert (response.status, "UPI-JWS" in dict(response.headers)) == (200, False)
        assert b'"96"' in response.body


def test_without_a_certificate_to_sign_with_an_answer_has_no_signature(client: Client) -> None:
    ring = client.tenant.keys["upi"]
    for certificate in ring.certificates():
        if certificate.use is Use.RESPONSE_SIGNING:
            ring.put(replace(certificate, state=State.REVOKED))
    response = client.send(client.request())

    assert (response.status, "UPI-JWS" in dict(response.headers)) == (200, False)


def test_answers_are_signed_with_the_newest_certificate(client: Client) -> None:
    ring = client.tenant.keys["upi"]
    own = ring.find(client.keys["response_signing_kid"])
    assert own is not None
    ring.put(replace(own, kid="20260101"))
    response = client.send(client.request())

    assert json.loads(base64url.decode(dict(response.headers)["UPI-JWS"].partition(".")[0]))["kid"] == "20260101"


@pytest.mark.parametrize(
    ("result", "billed"), [("00", True), ("05", True), ("30", False), ("94", False), ("98", False)]
)
def test_a_call_is_billed_as_its_row_says(client: Client, result: str, *, billed: bool) -> None:
    client.tenant.rules.add({"provider": "upi", "operation": OPERATION, "then": {"result": result}})
    client.told()

    assert client.tenant.ledger.totals()["upi"][OPERATION] == {"charged": int(billed), "free": int(not billed)}


def test_an_explanation_tells_what_the_answer_must_not(client: Client) -> None:
    client.send(client.request(request_path="/uis/idverify/v1/other"))
    told = explain(client.last, tenant="default", table=PROVIDER.table())

    assert told["refused_at"] == "request_path"
    assert told["signature"] == {
        "cause": "wrong_request_path",
        "detail": "another path",
        "member": "UPI-REQPATH",
        "expected": "/uis/idverify/v1/idcardphotoverification",
        "received": "/uis/idverify/v1/other",
    }
    assert "wrong request path" in told["summary"]


def calls_of(act: Callable[[], object]) -> list[str]:
    """The functions of the provider and of its cryptography that are entered, in order; C functions included."""
    entered: list[str] = []

    def note(frame: FrameType, event: str, argument: Any) -> None:
        if event == "call":
            entered.append(f"{frame.f_code.co_filename.rpartition('/')[2]} {frame.f_code.co_name}")
        elif event == "c_call":
            entered.append(getattr(argument, "__qualname__", repr(argument)))

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        act()
    finally:
        sys.setprofile(before)
    return entered


def test_what_depends_on_the_private_key_takes_the_same_operations_whatever_is_wrong(client: Client) -> None:
    """Padding of RSA, length of the content key, tag, padding of AES: told apart neither by answer nor by work."""
    token = client.seal(client.person())
    parts = token.split(".")

    def with_key(content_key: bytes) -> str:
        wrapped = client.encryption_key.encrypt(content_key, PKCS1v15())
        return ".".join([parts[0], base64url.encode(wrapped), *parts[2:]])

    def flipped(place: int, at: int) -> str:
        raw = bytearray(base64url.decode(parts[place]))
        raw[at] ^= 1
        return ".".join([*parts[:place], base64url.encode(bytes(raw)), *parts[place + 1 :]])

    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    spoilt = {
        "RSA padding": flipped(1, -1),
        "another key": client.seal(client.person(), public_key=stranger.public_key()),
        "content key of 31": with_key(bytes(31)),
        "content key of 33": with_key(bytes(33)),
        "another content key": with_key(bytes(32)),
        "tag": flipped(4, 0),
        "IV": flipped(2, 0),
        "AES padding": flipped(3, -1),
    }
    client.told()  # what is loaded once is loaded now
    seen = {}
    for what, one in spoilt.items():
        seen[what] = calls_of(partial(client.send, client.request(client.document(encData=one))))
        assert client.step("encrypted_data") == {
            "cause": "undecryptable",
            "detail": "the token cannot be decrypted with the key it names",
        }

    first = seen["tag"]
    assert [what for what, calls in seen.items() if calls != first] == []
    assert any("decrypt" in call for call in first)


def test_nobody_makes_a_private_key_work_without_a_signature_of_a_participant(client: Client) -> None:
    client.told()
    used = client.request()
    client.send(used)
    body = write(client.document())
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    refused = {
        "no signature": replace(client.request(), headers=()),
        "another participant": client.request(app_id="12345678"),
        "another certificate": client.request(kid="00000000000002"),
        "another path": client.request(request_path="/other"),
        "another time": client.request(timestamp=0),
        "another key": client.request(body, jws=upi_jws.sign(client.header(), body, private_key=stranger)),
        "another body": replace(client.request(), body=b"{}"),
        "sent again": used,
    }
    work = {what: calls_of(partial(client.send, request)) for what, request in refused.items()}
    accepted = calls_of(partial(client.send, client.request()))

    assert private_work(accepted) == ["RSAPrivateKey.decrypt", "RSAPrivateKey.sign"]
    assert [what for what, calls in work.items() if private_work(calls)] == []


def private_work(calls: list[str]) -> list[str]:
    return [call for call in calls if call.startswith("RSAPrivateKey.")]


@pytest.mark.parametrize("size", [0, 1, 15, 16, 17])
def test_no_body_at_all_is_a_format_error_like_any_other(client: Client, size: int) -> None:
    assert client.told(client.request(b" " * size)) == ("30", "body")


def test_two_tenants_do_not_meet(client: Client, make_client: Callable[[], Client]) -> None:
    other = make_client()
    body = write(client.document())
    foreign = client.request(body, jws=other.sign(body))

    assert client.send(foreign).status == 200
    assert [len(one.tenant.journal.entries()) for one in (client, other)] == [0, 1]
    assert json.loads(client.send(foreign).body) == {
        "MsgResponse": {"responseCode": "E0", "responseMsg": "Unauthorized access"}
    }
