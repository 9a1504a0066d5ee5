from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simulator.providers.signzy import tokens

if TYPE_CHECKING:
    from tests.unit.simulator.providers.signzy.conftest import Client

HANDLE = "DEFAULTUSERNAME0"


def test_a_token_is_valid_for_its_ttl(client: Client) -> None:
    tenant = client.tenant
    tenant.clock.freeze()
    made = tokens.issue(tenant, HANDLE, ttl=10)

    tenant.clock.advance(9.5)
    assert tokens.fault_of(tenant, made.identifier) is None
    tenant.clock.advance(0.5)
    assert tokens.fault_of(tenant, made.identifier) == "token_expired"


def test_a_token_that_ended_stays_ended(client: Client) -> None:
    made = tokens.issue(client.tenant, HANDLE, ttl=10)
    tokens.end(client.tenant, made.identifier)
    tokens.end(client.tenant, "never issued")

    assert tokens.fault_of(client.tenant, made.identifier) == "token_logged_out"
    assert tokens.fault_of(client.tenant, "never issued") == "unknown_token"


def test_only_digests_are_kept(client: Client) -> None:
    made = tokens.issue(client.tenant, HANDLE, ttl=10)
    kept = client.tenant.space.scan("signzy.tokens")

    assert len(kept) == 1
    assert made.identifier not in kept[0][0] + kept[0][1].decode()


def test_the_oldest_token_is_forgotten_first(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "_MOST", 2)
    made = [tokens.issue(client.tenant, HANDLE, ttl=10).identifier for _ in range(3)]

    assert [tokens.fault_of(client.tenant, token) for token in made] == ["unknown_token", None, None]


def test_a_lone_surrogate_is_an_unknown_token(client: Client) -> None:
    assert tokens.fault_of(client.tenant, "\ud800") == "unknown_token"
