"""Fields that Node encrypted, sent by the official SDKs of both sites over a real socket; answers that Node opens.

Nothing of the simulator takes part in the encryption: ``tests/sdk/tencent_envelope.js`` has only Node's own crypto.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.e2e.tencent_sdks import ROOT, TABLE, call, case, needs_domestic, play

if TYPE_CHECKING:
    from tests.e2e.conftest import Customer

BOTH_SITES: Final = ["intl", pytest.param("cn", marks=needs_domestic)]
KEYS: Final = {"AES-256-CBC": "rsa_encryption_public_key", "SM4-GCM": "sm2_encryption_public_key"}
LENGTHS: Final = {"AES-256-CBC": 32, "SM4-GCM": 16}
CARD: Final = "CheckIdCardInformation"


@pytest.fixture(scope="module", autouse=True)
def node() -> None:
    """CI must have Node; other machines may do without."""
    if shutil.which("node") is None:
        if os.environ.get("CI"):
            pytest.fail("Node is not installed")
        pytest.skip("Node is not installed")


def with_node(asked: list[dict[str, Any]]) -> list[dict[str, Any]]:
    script = ROOT / "tests" / "sdk" / "tencent_envelope.js"
    done = subprocess.run(["node", str(script)], input=json.dumps(asked), capture_output=True, text=True, check=True)
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def encryptable(action: str) -> list[str]:
    return [field["name"] for field in TABLE.operations[action]["fields"] if field["encryptable"]]


def encrypted(customer: Customer, actions: list[str], algorithm: str, **more: Any) -> list[tuple[str, dict[str, Any]]]:
    """Return the first case of each action with everything encrypted that may be."""
    clear = [case(action)["request"] for action in actions]
    asked = [
        {
            "publicKey": customer.keys[KEYS[algorithm]],
            "algorithm": algorithm,
            "fields": {name: request[name] for name in encryptable(action) if name in request},
            **more,
        }
        for action, request in zip(actions, clear, strict=True)
    ]
    found = []
    for action, request, sealed in zip(actions, clear, with_node(asked), strict=True):
        given = sealed["Encryption"]
        if action == "PhoneVerification":
            given = {name: given[name] for name in ("CiphertextBlob", "EncryptList", "Iv")}
            found.append((action, {**request, **sealed["fields"], **given}))
        else:
            found.append((action, {**request, **sealed["fields"], "Encryption": given}))
    return found


@pytest.mark.parametrize("site", BOTH_SITES)
def test_what_node_encrypts_is_answered_as_the_clear_request_is(customer: Customer, site: str) -> None:
    play(customer, site)
    actions = [name for name, facts in TABLE.operations.items() if site in facts["hosts"] and encryptable(name)]
    expected = [TABLE.results(action)[0].code for action in actions]
    calls = [call for algorithm in KEYS for call in encrypted(customer, actions, algorithm)]

    answers = call(customer, site, calls)

    assert len(actions) >= 10
    assert [answer.get("Result", answer.get("Code")) for answer in answers] == expected * len(KEYS)
    opened = [
        evidence for entry in customer.journal() for step, _, evidence in entry["steps"] if step == "encrypted_fields"
    ]
    assert [evidence["algorithm"] for evidence in opened] == [name for name in KEYS for _ in actions]
    assert all(evidence["fields"] and evidence["key"] for evidence in opened)


@pytest.mark.parametrize("site", BOTH_SITES)
@pytest.mark.parametrize("switch", ["IsEncrypt", "IsEncryptResponse"])
def test_node_opens_an_encrypted_answer(customer: Customer, site: str, switch: str) -> None:
    play(customer, site)
    picture = case(CARD)["request"]["ImageBase64"]
    secrets = {name: base64.b64encode(bytes(range(length))).decode() for name, length in LENGTHS.items()}
    asked = [
        {"publicKey": customer.keys[KEYS[name]], "algorithm": name, "fields": {}, "key": secret}
        for name, secret in secrets.items()
    ]
    calls = [
        (CARD, {"ImageBase64": picture, switch: True, "Encryption": sealed["Encryption"]})
        for sealed in with_node(asked)
    ]

    answers = call(customer, site, calls)

    opened = with_node(
        [
            {"open": {"key": secret, "encryption": answer["Encryption"], "values": answer}}
            for secret, answer in zip(secrets.values(), answers, strict=True)
        ]
    )
    wanted = case(CARD)["response"]["Response"]
    for answer, found in zip(answers, opened, strict=True):
        if switch == "IsEncrypt":
            assert found == {"Response.IdNum": wanted["IdNum"], "Response.Name": wanted["Name"]}
            assert answer["Result"] == wanted["Result"]
        else:
            body = json.loads(found["Response.EncryptedBody"])
            assert (body["Result"], body["IdNum"], body["RequestId"]) == (
                wanted["Result"],
                wanted["IdNum"],
                answer["RequestId"],
            )
            assert answer["Result"] is None


def test_what_is_encrypted_for_somebody_else_opens_with_the_key_the_test_supplies(customer: Customer) -> None:
    somebody = customer.server.admin("POST", "/tenants")["tencent"]
    secret = base64.b64encode(bytes(range(32))).decode()
    theirs = {**customer.keys, **{member: somebody[member] for member in KEYS.values()}}
    mine, customer.keys = customer.keys, theirs
    calls = encrypted(customer, ["IdCardVerification"], "AES-256-CBC", key=secret)
    customer.keys = mine

    before = call(customer, "intl", calls)
    customer.server.admin("POST", f"/symmetric-keys?tenant={customer.name}", {"key": secret})
    after = call(customer, "intl", calls)

    assert before == [{"Code": "FailedOperation.DecryptSystemError"}]
    assert after[0]["Result"] == "0"
