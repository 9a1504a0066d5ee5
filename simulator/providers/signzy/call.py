"""One call on its way through the checks: what has been read so far, and under which switches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from simulator.providers.signzy.codes import NAME
from simulator.providers.signzy.hosts import METHOD, OPERATIONS

if TYPE_CHECKING:
    from kyc_core.people import Person
    from simulator.providers.signzy.auth import Holder
    from simulator.providers.signzy.operations import Asked
    from simulator.tenants import Tenant
    from simulator.upstream import Exchange


class Call:
    """What the checks hand on to one another.

    Attributes:
        exchange: the engine's record of the call.
        request: as received.
        check: name of the check under way.
        operation: by path and method; empty for what nobody serves.
        document: the body's members.
        token: the token presented.
        holder: whose token it is.
        asked: what a verification asks, once it is read.
        person: the person on file whom it asks about.
        warned: the number stood where it is only tolerated.
        readings: the switches of the caller's tenant, once one was asked for.
    """

    __slots__ = (
        "asked",
        "check",
        "document",
        "exchange",
        "holder",
        "operation",
        "person",
        "readings",
        "request",
        "token",
        "warned",
    )

    def __init__(self, exchange: Exchange) -> None:
        request = exchange.request
        self.exchange = exchange
        self.request = request
        self.check = ""
        self.operation = OPERATIONS.get(request.path, "") if request.method == METHOD else ""
        exchange.operation = self.operation
        exchange.request_id = exchange.tenant.ids.uuid4()
        self.document: Mapping[str, Any] = {}
        self.token = ""
        self.holder: Holder | None = None
        self.asked: Asked
        self.person: Person | None = None
        self.warned = False
        self.readings: Mapping[str, Any] | None = None

    def belongs_to(self, tenant: Tenant) -> None:
        """Note whose credential the call names, proven or not: its clock, switches and journal are used from here."""
        self.exchange.tenant = tenant
        self.exchange.request_id = tenant.ids.uuid4()
        self.readings = None

    @property
    def tenant(self) -> Tenant:
        """Whose call it is; the lobby until a credential says otherwise."""
        return self.exchange.tenant

    def switch(self, name: str) -> Any:
        """Return the value of ``signzy.<name>``; one call sees one state of all switches."""
        if self.readings is None:
            self.readings = self.tenant.readings
        return self.readings[f"{NAME}.{name}"]
