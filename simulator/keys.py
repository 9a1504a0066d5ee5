"""Certificates of one tenant, where both sides sign and encrypt: whose they are, what for, and whether they still hold.

A provider makes the certificates a tenant begins with out of its credentials, when somebody first needs one. What is
changed later (a certificate added, revoked, given to another party) lies in the tenant's space above them, so that a
reset brings the first ones back. Two certificates of one use may hold at the same time: a rollover overlaps.

>>> from simulator.store import MemoryStore
>>> first = Certificate(kid="1", use=Use.ENCRYPTION, public_key="PEM")
>>> ring = KeyRing("upi", MemoryStore().space("t"), lambda: (first,))
>>> ring.put(replace(first, kid="2"))
>>> [one.kid for one in ring.certificates()], ring.current(Use.ENCRYPTION).kid
(['1', '2'], '2')

Source:
    Separate certificates for signing and encryption on either side, ids in the messages: UPI developer site, security
    requirements [doc]; states, overlap and the newest one being used [inferred].
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

import orjson

from simulator.store import Space

_TABLE: Final = "keys"


class Use(StrEnum):
    """What a certificate is for."""

    SIGNING = "signing"
    """The participant signs its requests."""
    ENCRYPTION = "encryption"
    """The participant encrypts for the provider."""
    RSA_ENCRYPTION = "rsa_encryption"
    """The participant wraps AES keys for the provider."""
    SM2_ENCRYPTION = "sm2_encryption"
    """The participant wraps SM4 keys for the provider."""
    RESPONSE_SIGNING = "response_signing"
    """The provider signs its answers."""


class State(StrEnum):
    """Whether a certificate holds."""

    ACTIVE = "active"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """A key pair, or its public half, under an id.

    Attributes:
        kid: the id that messages carry.
        use: what for.
        state: whether it holds.
        parties: who may use it (``UPI-APPID``); of the provider's own certificates, nobody in particular.
        public_key: PEM text, in Base64 once more where the provider hands it out so.
        private_key: PEM text; ``None`` where its owner keeps it.
    """

    kid: str
    use: Use
    state: State = State.ACTIVE
    parties: tuple[str, ...] = ()
    public_key: str = field(repr=False)
    private_key: str | None = field(default=None, repr=False)

    @property
    def holds(self) -> bool:
        """Tell whether it may be used."""
        return self.state is State.ACTIVE

    def to_document(self) -> dict[str, Any]:
        """Return it as a JSON object; the undoing of `parse_certificate`."""
        return {
            "kid": self.kid,
            "use": self.use.value,
            "state": self.state.value,
            "parties": list(self.parties),
            "public_key": self.public_key,
            "private_key": self.private_key,
        }


def parse_certificate(document: Mapping[str, Any]) -> Certificate:
    """Read a certificate back from `Certificate.to_document`.

    Raises:
        KeyError: a member is missing.
        ValueError: a use or a state that does not exist.
    """
    return Certificate(
        kid=document["kid"],
        use=Use(document["use"]),
        state=State(document["state"]),
        parties=tuple(document["parties"]),
        public_key=document["public_key"],
        private_key=document["private_key"],
    )


class KeyRing:
    """One tenant's certificates at one provider.

    Args:
        provider: whose they are for.
        space: where changes live.
        first: makes the certificates the tenant begins with; always the same ones.
    """

    def __init__(self, provider: str, space: Space, first: Callable[[], Sequence[Certificate]]) -> None:
        self._provider = provider
        self._space = space
        self._make = first
        self._first: dict[str, Certificate] | None = None

    @property
    def uses(self) -> frozenset[Use]:
        """What the provider has certificates for."""
        return frozenset(certificate.use for certificate in self._beginning().values())

    def find(self, kid: str) -> Certificate | None:
        """Return the certificate of that id, whatever its state, or ``None``."""
        raw = self._space.get(_TABLE, self._key(kid))
        return _decode(raw) if raw is not None else self._beginning().get(kid)

    def certificates(self) -> list[Certificate]:
        """Return every certificate, oldest first."""
        return list({**self._beginning(), **self._changes()}.values())

    def in_force(self, use: Use) -> list[Certificate]:
        """Return the certificates of that use that hold, newest first."""
        return [one for one in reversed(self.certificates()) if one.use is use and one.holds]

    def current(self, use: Use) -> Certificate | None:
        """Return the newest certificate of that use that holds, or ``None``."""
        return next(iter(self.in_force(use)), None)

    def put(self, certificate: Certificate) -> None:
        """Add a certificate, or replace the one with its id."""
        self._space.put(_TABLE, self._key(certificate.kid), orjson.dumps(certificate.to_document()))

    def added_parties(self) -> set[str]:
        """Return whoever was named by a certificate since the tenant's first state."""
        return {party for certificate in self._changes().values() for party in certificate.parties}

    def credentials(self) -> dict[str, str]:
        """Return what a participant is handed out: ids and keys in force, ``signing_kid``, ``signing_private_key``...

        Of the participant's own certificate that is the private key where it is known; of the provider's, the public.
        """
        found = {}
        for use in Use:
            certificate = self.current(use)
            if certificate is None:
                continue
            found[f"{use}_kid"] = certificate.kid
            if use is Use.SIGNING and certificate.private_key is not None:
                found[f"{use}_private_key"] = certificate.private_key
            else:
                found[f"{use}_public_key"] = certificate.public_key
        return found

    def _beginning(self) -> dict[str, Certificate]:
        if self._first is None:
            self._first = {certificate.kid: certificate for certificate in self._make()}
        return self._first

    def _changes(self) -> dict[str, Certificate]:
        mine = self._key("")
        found = [_decode(raw) for key, raw in self._space.scan(_TABLE) if key.startswith(mine)]
        return {certificate.kid: certificate for certificate in found}

    def _key(self, kid: str) -> str:
        return f"{self._provider} {kid}"


def revoked(certificate: Certificate) -> Certificate:
    """Return *certificate* as one that holds no more."""
    return replace(certificate, state=State.REVOKED)


@lru_cache(maxsize=1024)
def _decode(raw: bytes) -> Certificate:
    return parse_certificate(orjson.loads(raw))
