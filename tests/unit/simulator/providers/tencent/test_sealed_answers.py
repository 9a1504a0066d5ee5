"""Answers encrypted on demand: two members or all, under the client's key, as the helpers read them."""

from __future__ import annotations

import base64
from random import Random
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from contracts.registry import validator
from contracts.strategies.photo_bytes import png
from kyc_core.tencent_encryption import Algorithm, open_with_key, parse_sealed
from simulator.providers.tencent.codes import catalogue
from tests.unit.simulator.providers.tencent.sealing import BOTH, sealed

if TYPE_CHECKING:
    from tests.unit.simulator.providers.tencent.conftest import Client

ACTION = "CheckIdCardInformation"
NUMBER, NAME = "310115188503140620", "林静怡"
PICTURE = base64.b64encode(png(comment=f"resident_id={NUMBER};".encode())).decode()


def request(client: Client, algorithm: Algorithm, **switches: bool) -> dict[str, Any]:
    return {**sealed(client.keys, {"ImageBase64": PICTURE}, [], algorithm), **switches}


def opened(answer: dict[str, Any], algorithm: Algorithm) -> dict[str, str]:
    """Read the members that an answer's own object lists, with the key that the request wrapped."""
    document = answer["Encryption"]
    values = {path: answer[path.removeprefix("Response.")] for path in document["EncryptList"]}
    key = Random(1).randbytes(algorithm.key_bytes)
    return open_with_key(parse_sealed(document, Algorithm(document["Algorithm"])), values, key)


@pytest.mark.parametrize("algorithm", BOTH)
def test_number_and_name_are_encrypted_on_demand(client: Client, algorithm: Algorithm) -> None:
    clear = client.ask(client.v3({"ImageBase64": PICTURE}, ACTION))
    answer = client.ask(client.v3(request(client, algorithm, IsEncrypt=True), ACTION))

    assert opened(answer, algorithm) == {"Response.IdNum": NUMBER, "Response.Name": NAME}
    hidden = {"IdNum", "Name", "Encryption", "RequestId"}
    assert {name for name in clear if clear[name] != answer[name]} == hidden
    assert validator("tencent", ACTION, "response").is_valid({"Response": answer})


@pytest.mark.parametrize("algorithm", BOTH)
def test_the_whole_answer_is_encrypted_on_demand(client: Client, algorithm: Algorithm) -> None:
    answer = client.ask(client.v3(request(client, algorithm, IsEncryptResponse=True, IsEncrypt=True), ACTION))

    assert list(answer) == ["Encryption", "EncryptedBody", "RequestId"]
    inside = orjson.loads(opened(answer, algorithm)["Response.EncryptedBody"])
    assert list(inside) == [*catalogue()[ACTION].answer, "RequestId"]
    assert (inside["Result"], inside["IdNum"], inside["RequestId"]) == ("Success", NUMBER, answer["RequestId"])
    for document in ({"Response": answer}, {"Response": inside}):
        assert validator("tencent", ACTION, "response").is_valid(document)


@pytest.mark.parametrize("algorithm", BOTH)
def test_an_iv_is_never_used_twice_with_a_key(client: Client, algorithm: Algorithm) -> None:
    body = request(client, algorithm, IsEncrypt=True)
    ivs = [client.ask(client.v3(body, ACTION))["Encryption"]["Iv"] for _ in range(3)]

    assert len({*ivs, body["Encryption"]["Iv"]}) == 4
    assert {len(base64.b64decode(iv)) for iv in ivs} == {algorithm.iv_bytes}


@pytest.mark.parametrize(
    "encryption",
    [
        pytest.param({"EncryptList": None, "Iv": "", "TagList": None}, id="as Java sends it"),
        pytest.param({"EncryptList": ["EncryptionBody"]}, id="as Go sends it"),
        pytest.param({"EncryptList": [], "Iv": None, "TagList": []}, id="as Node sends it"),
    ],
)
@pytest.mark.parametrize("algorithm", BOTH)
def test_every_helper_is_understood(client: Client, algorithm: Algorithm, encryption: dict[str, Any]) -> None:
    body = request(client, algorithm, IsEncryptResponse=True)
    body["Encryption"] |= encryption

    assert "EncryptedBody" in client.ask(client.v3(body, ACTION))
    assert validator("tencent", ACTION, "request").is_valid(body)


def test_a_switch_that_is_off_needs_no_key(client: Client) -> None:
    body = {"ImageBase64": PICTURE, "IsEncrypt": False, "IsEncryptResponse": False}

    assert client.ask(client.v3(body, ACTION))["IdNum"] == NUMBER


def test_an_object_without_a_switch_leaves_the_answer_clear(client: Client) -> None:
    answer = client.ask(client.v3(request(client, Algorithm.AES), ACTION))

    assert (answer["IdNum"], answer["Encryption"], answer["EncryptedBody"]) == (NUMBER, None, "")


@pytest.mark.parametrize("switch", ["IsEncrypt", "IsEncryptResponse"])
def test_there_is_no_encrypted_answer_without_a_key(client: Client, switch: str) -> None:
    failed = ("FailedOperation.EncryptSystemError", "Encryption failed.")

    assert client.refusal(client.v3({"ImageBase64": PICTURE, switch: True}, ACTION)) == failed
    assert client.last["answer"]["charged"] is False
    closed = request(client, Algorithm.AES, **{switch: True})
    closed["Encryption"]["CiphertextBlob"] = "QQ=="
    assert client.refusal(client.v3(closed, ACTION))[0] == "FailedOperation.DecryptSystemError"
    client.tenant.set_switch("tencent.unknown_keys", "opaque")
    assert client.refusal(client.v3(closed, ACTION)) == failed


def test_a_refusal_is_never_encrypted(client: Client) -> None:
    body = {**request(client, Algorithm.AES, IsEncryptResponse=True), "Config": "no JSON"}

    assert client.refusal(client.v3(body, ACTION))[0] == "InvalidParameter"


def test_the_same_seed_encrypts_to_the_same_bytes(client: Client) -> None:
    one, other = (client.services.tenants.create(name) for name in ("one", "other"))
    keys = one.credentials["tencent"]
    body = {**sealed(keys, {"ImageBase64": PICTURE}, [], Algorithm.SM4), "IsEncrypt": True}
    sent = client.v3(body, ACTION, secret_id=keys["secret_id"], secret_key=keys["secret_key"])
    first = client.ask(sent)
    client.services.tenants.reset("one")

    assert client.ask(sent) == first
    assert other.credentials["tencent"] != keys
