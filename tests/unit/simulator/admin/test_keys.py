"""Certificates through the admin API: a rollover, a revocation, one's own key, and whatever cannot be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kyc_core.signing.rsa_keys import private_pem, public_pem
from simulator.key_forms import new_pair
from simulator.keys import State, Use
from simulator.providers import PROVIDERS
from simulator.services import Services
from simulator.settings import Settings
from simulator.throwaway_keys import throwaway_pair

Send = Callable[..., TestResponse]

MINE = throwaway_pair(1)


def pointers(answer: TestResponse) -> list[str]:
    return [error["pointer"] for error in answer.get_json()["errors"]]


def kids(send: Send, **query: str) -> list[tuple[str, str]]:
    return [(one["kid"], one["state"]) for one in send("GET", "keys", **query).get_json()["keys"]]


def test_a_tenant_begins_with_the_certificates_its_provider_makes(send: Send, services: Services) -> None:
    shown = send("GET", "keys").get_json()["keys"]

    assert [(one["provider"], one["kid"], one["use"], one["state"]) for one in shown] == [
        ("tencent", "00000000000001", "signing", "active"),
        ("tencent", "00000000000002", "encryption", "active"),
    ]
    assert shown[0]["parties"] == [services.tenants.default.credentials["tencent"]["secret_id"]]
    assert shown[1] == {
        "provider": "tencent",
        **services.tenants.default.keys["tencent"].certificates()[1].to_document(),
    }
    assert send("GET", "keys", tenant="lobby").get_json() == {"keys": []}


def test_a_rollover_overlaps_until_the_older_certificate_is_revoked(send: Send, services: Services) -> None:
    ring = services.tenants.default.keys["tencent"]
    added = send("PUT", "keys/20260101", {"use": "encryption", "provider": "tencent"})

    assert added.status_code == 200
    assert (added.get_json()["state"], added.get_json()["parties"]) == ("active", [])
    assert added.get_json()["private_key"].startswith("-----BEGIN PRIVATE KEY-----")
    newest = ring.current(Use.ENCRYPTION)
    assert newest is not None
    assert newest.kid == "20260101"
    assert kids(send)[1:] == [("00000000000002", "active"), ("20260101", "active")]
    assert send("GET", "credentials").get_json()["tencent"]["encryption_kid"] == "20260101"

    assert send("PUT", "keys/00000000000002", {"use": "encryption", "state": "revoked"}).status_code == 200
    assert kids(send)[1:] == [("00000000000002", "revoked"), ("20260101", "active")]
    assert send("PUT", "keys/00000000000002", {"use": "encryption"}).get_json()["state"] == "active"


def test_the_same_id_is_always_made_the_same_key(send: Send) -> None:
    send("POST", "tenants", {"name": "team-a"})
    one = send("PUT", "keys/20260101", {"use": "signing"}).get_json()
    other = send("PUT", "keys/20260101", {"use": "signing"}, tenant="team-a").get_json()

    assert one["private_key"] == other["private_key"]
    assert one["parties"] != other["parties"]


def test_a_participant_may_bring_its_own_key(send: Send, services: Services) -> None:
    public = send("PUT", "keys/mine", {"use": "signing", "public_key": MINE.public_key})
    private = send("PUT", "keys/theirs", {"use": "encryption", "private_key": MINE.private_key})

    assert (public.get_json()["public_key"], public.get_json()["private_key"]) == (MINE.public_key, None)
    assert (private.get_json()["public_key"], private.get_json()["private_key"]) == MINE[::-1]
    found = services.tenants.default.keys["tencent"].find("mine")
    assert found is not None
    assert found.state is State.ACTIVE


def test_further_participants_lead_to_the_tenant(send: Send, services: Services) -> None:
    answer = send("PUT", "keys/mine", {"use": "signing", "parties": ["39990061", "47010344"]})

    assert answer.get_json()["parties"] == ["39990061", "47010344"]
    assert services.tenants.holding("tencent", "47010344") is services.tenants.default
    # Leaving them out leaves them alone.
    assert send("PUT", "keys/mine", {"use": "signing", "state": "revoked"}).get_json()["parties"] == [
        "39990061",
        "47010344",
    ]


def test_a_participant_belongs_to_one_tenant(send: Send, services: Services) -> None:
    send("POST", "tenants", {"name": "team-a"})
    send("PUT", "keys/mine", {"use": "signing", "parties": ["39990061"]})
    refused = send("PUT", "keys/mine", {"use": "signing", "parties": ["1", "39990061"]}, tenant="team-a")

    assert (refused.status_code, pointers(refused)) == (409, ["/parties/1"])
    assert services.tenants.holding("tencent", "39990061") is services.tenants.default
    assert [kid for kid, _ in kids(send, tenant="team-a")] == ["00000000000001", "00000000000002"]


SMALL = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - too small on purpose


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        pytest.param({}, "/use", id="no use"),
        pytest.param({"use": "decryption"}, "/use", id="no such use"),
        pytest.param({"use": "rsa_encryption"}, "/use", id="a use this provider has no certificates for"),
        pytest.param({"use": ["signing"]}, "/use", id="a list"),
        pytest.param({"use": "signing", "state": "expired"}, "/state", id="no such state"),
        pytest.param({"use": "signing", "state": None}, "/state", id="null state"),
        pytest.param({"use": "signing", "provider": "upi"}, "/provider", id="provider not played"),
        pytest.param({"use": "signing", "provider": None}, "/provider", id="null provider"),
        pytest.param({"use": "signing", "kid": "x"}, "/kid", id="unknown member"),
        pytest.param({"use": "signing", "parties": []}, "/parties", id="nobody"),
        pytest.param({"use": "signing", "parties": "39990061"}, "/parties", id="no list"),
        pytest.param({"use": "signing", "parties": ["1", "1"]}, "/parties", id="twice"),
        pytest.param({"use": "signing", "parties": ["1", 2]}, "/parties/1", id="a number"),
        pytest.param({"use": "signing", "parties": ["1\n"]}, "/parties/0", id="a line break"),
        pytest.param({"use": "encryption", "parties": ["1"]}, "/parties", id="parties of the provider's own"),
        pytest.param({"use": "signing", "public_key": "PEM"}, "/public_key", id="no PEM"),
        pytest.param({"use": "signing", "public_key": 1}, "/public_key", id="key of another type"),
        pytest.param({"use": "signing", "public_key": public_pem(SMALL)}, "/public_key", id="too small"),
        pytest.param({"use": "signing", "private_key": MINE.public_key}, "/private_key", id="the wrong half"),
        pytest.param({"use": "signing", "private_key": private_pem(SMALL)}, "/private_key", id="too small and private"),
        pytest.param(
            {"use": "signing", "private_key": MINE.private_key, "public_key": MINE.public_key},
            "/public_key",
            id="both halves",
        ),
        pytest.param({"use": "encryption", "public_key": MINE.public_key}, "/public_key", id="nothing to decrypt with"),
    ],
)
def test_what_no_certificate_can_be_is_refused(send: Send, body: dict[str, Any], pointer: str) -> None:
    answer = send("PUT", "keys/new", body)

    assert (answer.status_code, pointers(answer)) == (422, [pointer])
    assert "new" not in dict(kids(send))


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        pytest.param({"use": "signing"}, "/use", id="another use"),
        pytest.param({"use": "encryption", "public_key": MINE.public_key}, "/public_key", id="another public key"),
        pytest.param({"use": "encryption", "private_key": MINE.private_key}, "/private_key", id="another private key"),
    ],
)
def test_a_certificate_never_changes_its_use_or_its_keys(send: Send, body: dict[str, Any], pointer: str) -> None:
    answer = send("PUT", "keys/00000000000002", body)

    assert (answer.status_code, pointers(answer)) == (422, [pointer])


@pytest.mark.parametrize("kid", ["a%20b", "-a", "a" * 65, "%E5%BC%A0"])
def test_an_odd_id_is_no_address(send: Send, kid: str) -> None:
    assert send("PUT", f"keys/{kid}", {"use": "signing"}).status_code == 404


def test_nobodys_certificates_cannot_be_changed(send: Send) -> None:
    answer = send("PUT", "keys/new", {"use": "signing"}, tenant="lobby")

    assert (answer.status_code, pointers(answer)) == (422, ["/provider"])
    assert send("PUT", "keys/new", {"use": "signing"}, tenant="nobody").status_code == 404


def test_the_use_tells_the_provider_where_only_one_has_it(make_client: Callable[..., FlaskClient]) -> None:
    client = make_client(services=Services(Settings(), PROVIDERS))
    found = {}
    for use in Use:
        answer = client.put(f"/__admin/keys/new-{use}", json={"use": use})
        assert answer.status_code == 200
        found[use.value] = answer.get_json()["provider"]

    tencent = {use: name for use, name in found.items() if name == "tencent"}
    assert tencent == {"rsa_encryption": "tencent", "sm2_encryption": "tencent"}
    assert {*found.values()} == {"tencent", "upi"}


@pytest.mark.parametrize("use", [Use.RSA_ENCRYPTION, Use.SM2_ENCRYPTION])
def test_a_pair_of_ones_own_is_handed_out_as_the_provider_does(
    make_client: Callable[..., FlaskClient], use: Use
) -> None:
    client = make_client(services=Services(Settings(), PROVIDERS))
    brought = new_pair(use, 77)
    made = client.put("/__admin/keys/mine", json={"use": use, "private_key": brought.private_key})
    refused = client.put("/__admin/keys/theirs", json={"use": use, "public_key": "PEM"})

    assert made.get_json()["public_key"] == brought.public_key
    handed_out = client.get("/__admin/credentials").get_json()["tencent"]
    assert (handed_out[f"{use}_kid"], handed_out[f"{use}_public_key"]) == ("mine", brought.public_key)
    assert pointers(refused) == ["/public_key"]
    assert pointers(client.put("/__admin/keys/x", json={"use": "signing", "provider": "tencent"})) == ["/use"]
