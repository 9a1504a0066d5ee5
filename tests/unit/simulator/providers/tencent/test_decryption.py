"""Encrypted fields from the wire to the decision: what opens, what does not, and what is left of it in the journal."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from random import Random
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from kyc_core import tencent_encryption as enc
from kyc_core.tencent_encryption import Algorithm
from simulator.explain import explain, text
from simulator.key_forms import new_pair
from simulator.keys import Certificate, Use, revoked
from simulator.providers.tencent.codes import table
from simulator.symmetric_keys import SymmetricKeys
from tests.unit.simulator.providers.tencent.sealing import BOTH, sealed, with_member

if TYPE_CHECKING:
    from tests.unit.simulator.providers.tencent.conftest import Client

ALL = ["IdCard", "Name", "BankCard"]
STEP = "encrypted_fields"
NOT_OPENED = ("FailedOperation.DecryptSystemError", "Decryption failed.")


def damaged(text: str) -> str:
    raw = bytearray(b64decode(text))
    raw[-1] ^= 1
    return b64encode(raw).decode()


def wrong(client: Client, body: Mapping[str, Any], action: str = "BankCardVerification") -> str:
    """Send what shall not open, and return which step of opening it failed."""
    assert client.refusal(client.v3(body, action)) == NOT_OPENED
    cause: str = client.step(STEP)["failed"]
    return cause


@pytest.mark.parametrize("algorithm", BOTH)
@pytest.mark.parametrize("fields", [ALL, ["Name"], []], ids=["all", "one", "none"])
def test_encrypted_fields_are_decided_on_like_clear_ones(
    client: Client, honest: dict[str, str], fields: list[str], algorithm: Algorithm
) -> None:
    body = sealed(client.keys, honest, fields, algorithm)

    assert client.result(body) == "0"
    assert client.result(sealed(client.keys, {**honest, "Name": "林静"}, fields, algorithm)) != "0"
    seen = client.step(STEP)
    assert (seen["algorithm"], seen["fields"]) == (algorithm.value, fields)
    assert seen["key"] in {one.kid for one in client.tenant.keys["tencent"].certificates()}


@pytest.mark.parametrize("algorithm", BOTH)
def test_encrypted_fields_come_through_every_way_there_is(
    client: Client, honest: dict[str, str], algorithm: Algorithm
) -> None:
    body = sealed(client.keys, honest, ALL, algorithm)
    encryption = body.pop("Encryption")
    flattened = {f"Encryption.{name}": text for name, text in encryption.items() if isinstance(text, str)}
    for name in ("EncryptList", "TagList"):  # an empty list vanishes
        flattened |= {f"Encryption.{name}.{place}": text for place, text in enumerate(encryption[name])}
    pairs = {**body, **flattened}

    assert client.ask(client.v3(pairs, method="GET"))["Result"] == "0"
    assert client.ask(client.v1(pairs))["Result"] == "0"
    assert client.ask(client.v1(pairs, method="GET"))["Result"] == "0"


def test_a_field_that_is_not_listed_stays_as_it_was_sent(client: Client, honest: dict[str, str]) -> None:
    body = sealed(client.keys, honest, ALL)
    body["Encryption"]["EncryptList"].remove("Name")

    assert client.result(body) == "-2"


@pytest.mark.parametrize("algorithm", BOTH)
def test_the_documentations_own_example_is_known_when_it_comes_encrypted(client: Client, algorithm: Algorithm) -> None:
    example = {"IdCard": "11204416541220243X", "Name": "韦小宝", "BankCard": "6226090210146748"}

    assert client.result(sealed(client.keys, example, ALL, algorithm)) == "0"
    assert client.step("documentation_sample")["sample"]


def test_a_rule_sees_clear_values(client: Client, honest: dict[str, str]) -> None:
    when = {"IdCard": honest["IdCard"], "Encryption.Algorithm": "AES-256-CBC"}
    client.tenant.rules.add(
        {"provider": "tencent", "operation": "BankCardVerification", "when": when, "then": {"result": "-17"}}
    )

    assert client.result(sealed(client.keys, honest, ALL)) == "-17"


@pytest.mark.parametrize("algorithm", BOTH)
def test_the_journal_has_neither_clear_values_nor_ciphertext_nor_keys(
    client: Client, honest: dict[str, str], algorithm: Algorithm
) -> None:
    body = sealed(client.keys, honest, ALL, algorithm)
    clear = client.ask(client.v3(honest)) and client.last["request"]["fields"]
    assert client.result(body) == "0"
    wrong(client, with_member(body, Iv=damaged(body["Encryption"]["Iv"]) if algorithm is Algorithm.SM4 else "?"))

    kept = b"".join(raw for _, raw in client.tenant.space.read("journal")).decode()
    secret = [*honest.values(), *(body[name] for name in ALL), body["Encryption"]["CiphertextBlob"]]
    assert [text for text in secret if text in kept or orjson.dumps(text).decode()[1:-1] in kept] == []
    # The same person gives the same tokens, encrypted or not.
    entry = client.tenant.journal.entries()[1]
    assert {name: entry["request"]["fields"][name] for name in ALL} == clear


def test_an_explanation_names_the_step_and_nothing_that_was_sent(client: Client, honest: dict[str, str]) -> None:
    body = sealed(client.keys, honest, ALL, Algorithm.SM4)
    wrong(client, {**body, "Name": damaged(body["Name"])})
    told = text(explain(client.last, tenant=client.tenant.name, table=table()))

    assert "FAIL encrypted_fields" in told
    assert '"failed":"field does not decrypt"' in told
    assert "signature:" not in told
    assert not [value for value in (*honest.values(), *body.values()) if isinstance(value, str) and value in told]


SPOILT_AES = [
    ("CiphertextBlob", "?", "key is not Base64"),
    ("CiphertextBlob", "QQ==", "key does not unwrap"),
    ("CiphertextBlob", "", "key does not unwrap"),
    ("Iv", "short", "IV has another length"),
    ("Iv", "", "IV has another length"),
    ("Iv", b64encode(bytes(13)).decode(), "IV has another length"),
    ("Algorithm", "SM4-GCM", "key does not unwrap"),
]
SPOILT_SM4 = [
    ("CiphertextBlob", "QQ==", "key does not unwrap"),
    ("Iv", b64encode(bytes(16)).decode(), "IV has another length"),
    ("TagList", [], "tags and fields differ in number"),
    ("TagList", None, "tags and fields differ in number"),
    ("TagList", ["AAAA"] * 3, "tag has another length"),
    ("TagList", ["?"] * 3, "tag is not Base64"),
    ("TagList", [b64encode(bytes(16)).decode()] * 3, "field does not decrypt"),
    ("Algorithm", "AES-256-CBC", "key does not unwrap"),
]


@pytest.mark.parametrize(
    ("algorithm", "spoilt"), [(Algorithm.AES, SPOILT_AES), (Algorithm.SM4, SPOILT_SM4)], ids=["AES", "SM4"]
)
def test_whatever_does_not_open_is_one_error_and_the_step_is_evidence(
    client: Client, honest: dict[str, str], algorithm: Algorithm, spoilt: list[tuple[str, Any, str]]
) -> None:
    client.tenant.set_switch("tencent.qps", 0)
    body = sealed(client.keys, honest, ALL, algorithm)

    assert [(name, wrong(client, with_member(body, **{name: value}))) for name, value, _ in spoilt] == [
        (name, cause) for name, _, cause in spoilt
    ]


@pytest.mark.parametrize("algorithm", BOTH)
def test_a_field_that_is_listed_again_is_opened_once_and_one_without_a_tag_never(
    client: Client, honest: dict[str, str], algorithm: Algorithm
) -> None:
    body = sealed(client.keys, honest, ALL, algorithm)
    given = body["Encryption"]

    assert client.result(with_member(body, EncryptList=ALL * 30_000, TagList=given["TagList"] * 30_000)) == "0"
    assert client.step(STEP)["fields"] == ALL
    if algorithm is Algorithm.SM4:
        assert wrong(client, with_member(body, EncryptList=ALL * 30_000)) == "tags and fields differ in number"
        assert client.step(STEP)["fields"] == ALL


def test_a_damaged_wrapped_key_never_opens(client: Client, honest: dict[str, str]) -> None:
    body = sealed(client.keys, honest, ALL)
    blob = damaged(body["Encryption"]["CiphertextBlob"])

    # RSA gives random bytes for it, so which later step fails is not ours to say.
    assert wrong(client, with_member(body, CiphertextBlob=blob)).startswith(("key", "field"))


def test_a_damaged_field_never_opens(client: Client, honest: dict[str, str]) -> None:
    body = sealed(client.keys, honest, ALL, Algorithm.SM4)

    assert wrong(client, {**body, "Name": damaged(body["Name"])}) == "field does not decrypt"
    assert wrong(client, {**body, "Name": "林静怡"}) == "field is not Base64"


def test_a_plaintext_that_is_no_text_is_not_opened(client: Client, honest: dict[str, str]) -> None:
    body = sealed(client.keys, honest, ["Name"])
    key, iv = Random(1).randbytes(32), b64decode(body["Encryption"]["Iv"])
    gbk = enc._aes_seal("林静怡".encode("gbk"), key, iv)

    assert wrong(client, {**body, "Name": b64encode(gbk).decode()}) == "field is not UTF-8"


def test_a_name_in_another_tenants_envelope_is_closed(client: Client, honest: dict[str, str]) -> None:
    other = client.services.tenants.create("other").credentials["tencent"]

    for algorithm in BOTH:
        assert wrong(client, sealed(other, honest, ALL, algorithm)).startswith("key")
        assert "the tenant's own public key" in client.step(STEP)["hint"]


def test_the_shape_is_judged_before_any_key_is_tried(client: Client, honest: dict[str, str]) -> None:
    body = sealed(client.keys, honest, ALL)

    assert client.refusal(client.v3(with_member(body, EncryptList=["CertType"]))) == (
        "InvalidParameter.UnsupportEncryptField",
        "Unencrypted fields exist. Refer to the documentation to modify.",
    )
    assert client.refusal(client.v3(with_member(body, Algorithm="SM4-CBC"))) == (
        "InvalidParameterValue",
        "Incorrect parameter value.",
    )
    assert client.refusal(client.v3(with_member(body, Iv=None))) == (
        "MissingParameter",
        "The request is missing a required parameter `Encryption.Iv`.",
    )
    assert client.refusal(client.v3(with_member(body, TagList="a"))) == (
        "InvalidParameter",
        "The value type of parameter `Encryption.TagList` is not valid, input type should be `list`",
    )
    assert client.refusal(client.v3(with_member(body, Foo="a")))[0] == "UnknownParameter"


def test_null_for_the_object_means_clear_fields(client: Client, honest: dict[str, str]) -> None:
    assert client.result({**honest, "Encryption": None}) == "0"


def test_an_account_that_is_not_activated_is_refused_before_anything_is_opened(
    client: Client, honest: dict[str, str]
) -> None:
    client.tenant.set_switch("tencent.account_state", "not_activated")
    body = with_member(sealed(client.keys, honest, ALL), CiphertextBlob="null")

    assert client.refusal(client.v3(body))[0] == "UnauthorizedOperation.Nonactivated"


def test_the_error_is_chinese_on_the_domestic_host_and_free(client: Client, honest: dict[str, str]) -> None:
    client.host = "faceid.tencentcloudapi.com"
    body = with_member(sealed(client.keys, honest, ALL), CiphertextBlob="QQ==")

    assert client.refusal(client.v3(body)) == ("FailedOperation.DecryptSystemError", "解密失败。")
    assert client.last["answer"]["charged"] is False


# keys that change


@pytest.mark.parametrize(
    ("algorithm", "use"), [(Algorithm.AES, Use.RSA_ENCRYPTION), (Algorithm.SM4, Use.SM2_ENCRYPTION)]
)
def test_both_pairs_of_a_rollover_open_until_the_older_is_revoked(
    client: Client, honest: dict[str, str], algorithm: Algorithm, use: Use
) -> None:
    ring = client.tenant.keys["tencent"]
    older, body = ring.current(use), sealed(client.keys, honest, ALL, algorithm)
    pair = new_pair(use, 99)
    assert older is not None
    ring.put(Certificate(kid="new", use=use, public_key=pair.public_key, private_key=pair.private_key))

    newer = sealed(client.tenant.credentials["tencent"], honest, ALL, algorithm)
    assert (client.result(body), client.step(STEP)["key"]) == ("0", older.kid)
    assert (client.result(newer), client.step(STEP)["key"]) == ("0", "new")
    ring.put(revoked(older))
    wrong(client, body)
    assert client.result(newer) == "0"
    ring.put(revoked(ring.find("new") or older))
    assert wrong(client, newer) == "no pair of the tenant's is in force"


# the flat form


def flat(client: Client, algorithm: Algorithm, honest4: dict[str, str], tag: str) -> dict[str, Any]:
    claim = {name: honest4[name] for name in ("IdCard", "Name", "Phone")}
    body = sealed(client.keys, claim, list(claim), algorithm)
    given = body.pop("Encryption")
    if tag == "behind":
        for name, text in zip(given["EncryptList"], given["TagList"], strict=True):
            body[name] = b64encode(b64decode(body[name]) + b64decode(text)).decode()
    return {**body, **{name: given[name] for name in ("EncryptList", "CiphertextBlob", "Iv")}}


@pytest.mark.parametrize(
    ("algorithm", "tag"), [(Algorithm.AES, ""), (Algorithm.SM4, "behind"), (Algorithm.SM4, "missing")]
)
def test_the_flat_form_opens_without_a_word_about_the_algorithm(
    client: Client, honest4: dict[str, str], algorithm: Algorithm, tag: str
) -> None:
    body = flat(client, algorithm, honest4, tag)

    assert client.result(body, "PhoneVerification") == "0"
    assert client.step(STEP)["algorithm"] == algorithm.value


@pytest.mark.parametrize(
    "spoilt", [{"CiphertextBlob": "QQ=="}, {"Iv": "short"}, {"Phone": "?"}, {"CiphertextBlob": ""}]
)
def test_a_flat_form_that_does_not_open_is_the_same_error(
    client: Client, honest4: dict[str, str], spoilt: dict[str, str]
) -> None:
    wrong(client, {**flat(client, Algorithm.AES, honest4, ""), **spoilt}, "PhoneVerification")


def test_a_flat_form_lists_only_what_may_be_encrypted(client: Client, honest4: dict[str, str]) -> None:
    body = {**flat(client, Algorithm.AES, honest4, ""), "EncryptList": ["Iv"]}

    assert client.refusal(client.v3(body, "PhoneVerification"))[0] == "InvalidParameter.UnsupportEncryptField"


# keys that a test supplies, and requests that stay closed


@pytest.mark.parametrize("algorithm", BOTH)
def test_a_supplied_key_opens_what_is_wrapped_for_somebody_else(
    client: Client, honest: dict[str, str], algorithm: Algorithm
) -> None:
    other = client.services.tenants.create("other").credentials["tencent"]
    body = sealed(other, honest, ALL, algorithm)
    keys = SymmetricKeys(client.tenant.space)
    keys.add(b"x" * 32)
    keys.add(b"y" * 16)
    wrong(client, body)

    keys.add(Random(1).randbytes(algorithm.key_bytes), body["Encryption"]["CiphertextBlob"])

    assert client.result(body) == "0"
    assert client.step(STEP)["key"] == "supplied"
    keys.clear()
    keys.add(Random(1).randbytes(algorithm.key_bytes))
    assert client.result(body) == "0"


def test_an_older_accounts_blob_opens_with_a_supplied_key(client: Client, honest: dict[str, str]) -> None:
    key = Random(1).randbytes(32)
    body = sealed(client.keys, honest, ALL)
    closed = with_member(body, CiphertextBlob="a-k-b-k-c==")
    wrong(client, closed)
    SymmetricKeys(client.tenant.space).add(key, "a-k-b-k-c==")

    assert client.result(closed) == "0"


def test_a_closed_request_is_answered_by_a_rule_and_by_nothing_else(client: Client, honest: dict[str, str]) -> None:
    other = client.services.tenants.create("other").credentials["tencent"]
    body = sealed(other, honest, ALL)
    then = {"provider": "tencent", "operation": "BankCardVerification", "when": {"Name": body["Name"]}}
    client.tenant.rules.add({**then, "then": {"result": "-13"}})
    wrong(client, body)  # not before the tenant asks for it

    client.tenant.set_switch("tencent.unknown_keys", "opaque")
    assert client.result(body) == "-13"
    assert client.step(STEP)["opaque"] is True
    client.tenant.rules.clear()
    assert client.refusal(client.v3(body)) == NOT_OPENED
    assert client.step("rule")["failed"] == "the fields stayed closed, and no rule answers"
    client.tenant.rules.add({**then, "then": {"charged": True}})
    assert client.refusal(client.v3(body)) == NOT_OPENED
    client.tenant.rules.clear()
    client.tenant.rules.add({**then, "then": {"error": "FailedOperation.UnKnown"}})
    assert client.refusal(client.v3(body))[0] == "FailedOperation.UnKnown"


def test_a_tenant_that_leaves_requests_closed_opens_those_it_can(client: Client, honest: dict[str, str]) -> None:
    client.tenant.set_switch("tencent.unknown_keys", "opaque")
    other = client.services.tenants.create("other").credentials["tencent"]

    assert client.result(sealed(client.keys, honest, ALL)) == "0"
    assert client.result(sealed(other, honest, [])) == "0"  # nothing is closed where nothing is listed
