"""The reference adapter with encryption, against the simulator: every action that has room for it, both algorithms."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest

from kyc_core.adapters.base import Claim
from kyc_core.adapters.tencent import ACTIONS, TencentAdapter
from kyc_core.adapters.tencent_sealing import FieldEncryption, Form
from kyc_core.adapters.transport import Answer, Request
from kyc_core.verdicts import Verdict
from simulator.engine import Engine
from simulator.providers.tencent import PROVIDER
from simulator.services import Services
from simulator.settings import Settings
from simulator.wire import WireRequest

CLAIM = Claim(name="林静怡", resident_id="310115188503140620", bank_card="6217000000000000103", mobile="13490000010")
PERSONAL = {CLAIM.name, CLAIM.resident_id, CLAIM.bank_card, CLAIM.mobile}


class Simulator:
    """Carries an adapter's requests to an engine, and keeps what was sent."""

    def __init__(self) -> None:
        self.services = Services(Settings(), (PROVIDER,))
        self.engine = Engine(self.services)
        self.tenant = self.services.tenants.default
        self.keys: Mapping[str, Any] = self.tenant.credentials["tencent"]
        self.sent: list[dict[str, Any]] = []

    def __call__(self, request: Request) -> Answer:
        self.sent.append(orjson.loads(request.body))
        path = urlsplit(request.url).path
        headers = tuple((name.lower(), value) for name, value in request.headers.items())
        wire = WireRequest(method=request.method, path=path, query=b"", headers=headers, body=request.body)
        found = self.engine.answer(wire)
        assert found is not None
        return Answer(found.status, dict(found.headers), found.body)

    def adapter(self, *, sm4: bool, rsa_public_key: str | None = None) -> TencentAdapter:
        encryption = FieldEncryption(
            rsa_public_key=rsa_public_key or self.keys["rsa_encryption_public_key"],
            sm2_public_key=self.keys["sm2_encryption_public_key"] if sm4 else None,
            random_bytes=Random(1).randbytes,
        )
        return TencentAdapter(
            secret_id=self.keys["secret_id"],
            secret_key=self.keys["secret_key"],
            clock=self.tenant.clock.time,
            send=self,
            encryption=encryption,
        )


@pytest.fixture
def simulator() -> Simulator:
    return Simulator()


@pytest.mark.parametrize("sm4", [False, True], ids=["AES", "SM4"])
def test_encrypted_claims_are_answered_like_clear_ones(simulator: Simulator, sm4: bool) -> None:
    simulator.tenant.set_switch("tencent.site", "cn")
    adapter = simulator.adapter(sm4=sm4)
    closed = [name for name, action in ACTIONS.items() if action.form is not Form.NONE and not action.score
              and "valid_from" not in action.claim]  # fmt: skip

    verdicts = {name: adapter.check(name, CLAIM).verdict for name in closed}

    assert len(closed) >= 10
    carriers = {"PhoneVerificationCTCC": Verdict.NOT_FOUND, "PhoneVerificationCUCC": Verdict.NOT_FOUND}
    expected = {Verdict.MATCH, Verdict.NO_CHECK}
    assert {name: verdict for name, verdict in verdicts.items() if verdict not in expected} == carriers
    for sent in simulator.sent:
        assert not PERSONAL & {value for value in sent.values() if isinstance(value, str)}
    algorithms = {sent["Encryption"]["Algorithm"] for sent in simulator.sent if "Encryption" in sent}
    assert algorithms == {"SM4-GCM" if sm4 else "AES-256-CBC"}


@pytest.mark.parametrize("sm4", [False, True], ids=["AES", "SM4"])
def test_the_flat_form_is_aes_whatever_else_is_there(simulator: Simulator, sm4: bool) -> None:
    simulator.adapter(sm4=sm4).check("PhoneVerification", CLAIM)

    assert list(simulator.sent[0])[-3:] == ["EncryptList", "CiphertextBlob", "Iv"]
    assert len(simulator.sent[0]["Iv"]) == 24


def test_an_action_without_room_is_sent_in_clear(simulator: Simulator) -> None:
    simulator.tenant.set_switch("tencent.site", "cn")
    simulator.adapter(sm4=False).check("EncryptedPhoneVerification", CLAIM)

    assert simulator.sent[0]["Name"] == CLAIM.name
    assert "Encryption" not in simulator.sent[0]


def test_a_claim_sealed_for_somebody_else_is_refused(simulator: Simulator) -> None:
    other = simulator.services.tenants.create("other").credentials["tencent"]["rsa_encryption_public_key"]
    result = simulator.adapter(sm4=False, rsa_public_key=other).check("IdCardVerification", CLAIM)

    assert (result.verdict, result.provider_code) == (Verdict.REFUSED, "FailedOperation.DecryptSystemError")


def test_neither_keys_nor_chance_are_shown() -> None:
    shown = repr(FieldEncryption(rsa_public_key="PUBLIC", random_bytes=Random(1).randbytes))

    assert "random_bytes" not in shown
