from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from simulator.services import Services
from simulator.symmetric_keys import SymmetricKeys

Send = Callable[..., TestResponse]

LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEF"
FOR_ALL = {"ciphertext_blob": None, "algorithm": "AES-256-CBC"}
FOR_ONE = {"ciphertext_blob": "BA==", "algorithm": "SM4-GCM"}


def test_keys_are_supplied_listed_without_themselves_and_forgotten(send: Send, services: Services) -> None:
    send("POST", "symmetric-keys", {"key": LETTERS})
    added = send("POST", "symmetric-keys", {"key": LETTERS[:16], "ciphertext_blob": "BA=="})

    assert (added.status_code, added.get_json()) == (201, {"symmetric_keys": [FOR_ALL, FOR_ONE]})
    assert send("GET", "symmetric-keys").get_json() == added.get_json()
    assert SymmetricKeys(services.tenants.default.space).candidates("BA==") == [
        LETTERS[:16].encode(),
        LETTERS.encode(),
    ]
    assert send("DELETE", "symmetric-keys").status_code == 204
    assert send("GET", "symmetric-keys").get_json() == {"symmetric_keys": []}


def test_keys_are_a_tenants_own_and_go_with_a_reset(send: Send) -> None:
    send("POST", "tenants", {"name": "team-a"})
    send("POST", "symmetric-keys", {"key": LETTERS}, tenant="team-a")

    assert send("GET", "symmetric-keys").get_json() == {"symmetric_keys": []}
    send("POST", "reset", None, tenant="team-a")
    assert send("GET", "symmetric-keys", tenant="team-a").get_json() == {"symmetric_keys": []}


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        pytest.param({}, "/key", id="no key"),
        pytest.param({"key": 1}, "/key", id="a number"),
        pytest.param({"key": "short"}, "/key", id="too short"),
        pytest.param({"key": "密" * 16}, "/key", id="no ASCII"),
        pytest.param({"key": LETTERS, "ciphertext_blob": ""}, "/ciphertext_blob", id="an empty blob"),
        pytest.param({"key": LETTERS, "ciphertext_blob": None}, "/ciphertext_blob", id="null for a blob"),
        pytest.param({"key": LETTERS, "ciphertext_blob": "A" * 4097}, "/ciphertext_blob", id="a blob too long"),
        pytest.param({"key": LETTERS, "blob": "A"}, "/blob", id="unknown member"),
    ],
)
def test_what_is_no_key_is_refused(send: Send, body: dict[str, Any], pointer: str) -> None:
    answer = send("POST", "symmetric-keys", body)

    assert (answer.status_code, [error["pointer"] for error in answer.get_json()["errors"]]) == (422, [pointer])
