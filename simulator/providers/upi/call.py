"""One call on its way through the checks: what has been read so far."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from kyc_core.claims import Claim
from kyc_core.signing.upi_jws import Detached
from kyc_core.signing.upi_jws_header import Protected
from simulator.providers.upi.auth import claimed_app_id
from simulator.providers.upi.codes import NAME, Operation
from simulator.providers.upi.hosts import JWS, suffix_of

if TYPE_CHECKING:
    from contracts.loader import Outcome
    from kyc_core.factors import Match
    from kyc_core.people import Person
    from simulator.keys import Certificate, KeyRing
    from simulator.upstream import Exchange


class Call:
    """What the checks hand on to one another.

    Attributes:
        exchange: the engine's record of the call.
        request: as received.
        check: name of the check under way.
        suffix: service URL suffix that was called.
        values: the ``UPI-JWS`` headers that came.
        now: Unix seconds on the participant's clock.
        operation: what is called.
        detached: the header value, taken apart.
        members: the protected header.
        protected: its members, once their shapes are right.
        certificate: what the request is signed with.
        document: the body, once read.
        inner: what ``encData`` holds.
        claim: what is said about the person.
        person: who is on file for it.
        forced: the row that a rule or a person asks for, once the order id is taken.
        order: what the order id is kept by; empty until it is taken by this call.
        replayed: the first answer to a repeated order id.
        score: what goes with ``00`` as ``confidence``.
        match: compares faces instead of what a switch names, if anything.
        readings: the switches of the participant's tenant.
    """

    __slots__ = (
        "certificate",
        "check",
        "claim",
        "detached",
        "document",
        "exchange",
        "forced",
        "inner",
        "match",
        "members",
        "now",
        "operation",
        "order",
        "person",
        "protected",
        "readings",
        "replayed",
        "request",
        "score",
        "suffix",
        "values",
    )

    def __init__(self, exchange: Exchange, match: Match | None = None) -> None:
        request = exchange.request
        self.exchange = exchange
        self.request = request
        self.check = ""
        self.suffix = suffix_of(request.path)
        self.values = [value for name, value in request.headers if name == JWS]
        # Whose claim it is decides clock, switches and journal from here on, proven or not.
        if self.values:
            holder = exchange.services.tenants.holding(NAME, claimed_app_id(self.values[0]))
            if holder is not None:
                exchange.tenant = holder
        self.readings: Mapping[str, Any] = exchange.tenant.readings
        self.now = int(exchange.tenant.clock.time())
        self.operation: Operation
        self.detached: Detached
        self.members: Mapping[str, object]
        self.protected: Protected
        self.certificate: Certificate
        self.document: Mapping[str, object] = {}
        self.inner: Mapping[str, object] = {}
        self.claim: Claim
        self.person: Person | None = None
        self.forced: Outcome | None = None
        self.order = ""
        self.replayed: bytes | None = None
        self.score: int | None = None
        self.match = match

    @property
    def ring(self) -> KeyRing:
        """The certificates of the participant's tenant."""
        return self.exchange.tenant.keys[NAME]

    def switch(self, name: str) -> Any:
        """Return the value of a switch; one call sees one state of them all."""
        return self.readings[name]

    def text(self, member: str) -> str:
        """Return a member of the body; empty where it is absent, or no text."""
        value = self.document.get(member, "")
        return value if isinstance(value, str) else ""
