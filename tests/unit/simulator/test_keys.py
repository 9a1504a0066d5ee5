"""Certificates of a tenant: the first ones, changes above them, and what is handed out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from simulator.keys import Certificate, KeyRing, State, Use, parse_certificate, revoked
from simulator.store import MemorySpace, MemoryStore

SIGNING = Certificate(kid="1", use=Use.SIGNING, parties=("app",), public_key="PUBLIC 1", private_key="PRIVATE 1")
ENCRYPTION = Certificate(kid="2", use=Use.ENCRYPTION, public_key="PUBLIC 2", private_key="PRIVATE 2")
RESPONSES = Certificate(kid="3", use=Use.RESPONSE_SIGNING, public_key="PUBLIC 3", private_key="PRIVATE 3")
FIRST = (SIGNING, ENCRYPTION, RESPONSES)


@pytest.fixture
def space() -> MemorySpace:
    space = MemoryStore().space("t")
    assert isinstance(space, MemorySpace)
    return space


@pytest.fixture
def ring(space: MemorySpace) -> KeyRing:
    return KeyRing("upi", space, lambda: FIRST)


def kids(ring: KeyRing) -> list[str]:
    return [certificate.kid for certificate in ring.certificates()]


def test_a_certificate_goes_out_and_comes_back() -> None:
    assert parse_certificate(SIGNING.to_document()) == SIGNING
    assert parse_certificate(revoked(ENCRYPTION).to_document()) == replace(ENCRYPTION, state=State.REVOKED)


def test_no_key_shows_when_a_certificate_is_printed() -> None:
    assert "PRIVATE" not in repr(SIGNING)
    assert "PUBLIC" not in repr(SIGNING)


def test_a_ring_begins_with_what_the_provider_makes_and_makes_it_once(space: MemorySpace) -> None:
    made = []

    def make() -> tuple[Certificate, ...]:
        made.append(1)
        return FIRST

    ring = KeyRing("upi", space, make)
    assert made == []

    assert ring.find("1") == SIGNING
    assert ring.find("4") is None
    assert ring.certificates() == list(FIRST)
    assert made == [1]


def test_a_newer_certificate_is_the_current_one_while_the_older_still_holds(ring: KeyRing) -> None:
    newer = replace(ENCRYPTION, kid="4", public_key="PUBLIC 4")
    ring.put(newer)

    assert ring.current(Use.ENCRYPTION) == newer
    assert ring.find("2") == ENCRYPTION
    assert kids(ring) == ["1", "2", "3", "4"]


def test_a_revoked_certificate_is_known_and_holds_no_more(ring: KeyRing) -> None:
    ring.put(revoked(SIGNING))
    found = ring.find("1")

    assert found is not None
    assert not found.holds
    assert ring.current(Use.SIGNING) is None
    assert kids(ring) == ["1", "2", "3"]


def test_a_reset_brings_the_first_certificates_back(ring: KeyRing, space: MemorySpace) -> None:
    ring.put(revoked(SIGNING))
    ring.put(replace(ENCRYPTION, kid="4"))
    space.empty()

    assert ring.certificates() == list(FIRST)


def test_what_is_handed_out_is_what_a_participant_needs(ring: KeyRing) -> None:
    assert ring.credentials() == {
        "signing_kid": "1",
        "signing_private_key": "PRIVATE 1",
        "encryption_kid": "2",
        "encryption_public_key": "PUBLIC 2",
        "response_signing_kid": "3",
        "response_signing_public_key": "PUBLIC 3",
    }


def test_what_is_handed_out_follows_a_rollover(ring: KeyRing) -> None:
    ring.put(replace(SIGNING, kid="4", public_key="PUBLIC 4", private_key=None))
    ring.put(revoked(ENCRYPTION))

    assert ring.credentials() == {
        "signing_kid": "4",
        "signing_public_key": "PUBLIC 4",
        "response_signing_kid": "3",
        "response_signing_public_key": "PUBLIC 3",
    }


def test_rings_of_two_providers_share_a_space_and_nothing_else(space: MemorySpace) -> None:
    one, other = KeyRing("upi", space, lambda: FIRST), KeyRing("upi2", space, lambda: ())
    one.put(replace(SIGNING, kid="4", parties=("app", "more")))

    assert other.certificates() == []
    assert one.added_parties() == {"app", "more"}
    assert other.added_parties() == set()
