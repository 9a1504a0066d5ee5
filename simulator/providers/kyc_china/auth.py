"""Who is calling: two headers, both of them, on every endpoint.

>>> made = credentials(lambda label, length: "X" * length)
>>> len(made["client_id"]), len(made["client_secret"])
(32, 40)

Source:
    Page "KYC China": ``x-client-id`` and ``x-client-secret``, both required; no signature, time or nonce [seed]. One
    reply for an unknown id and a wrong secret [inferred].
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from simulator.providers.kyc_china.codes import NAME

if TYPE_CHECKING:
    from simulator.tenants import Tenant, Tenants
    from simulator.wire import WireRequest

IDENTIFIES: Final = ("client_id",)
"""The credential member that stands on the wire."""

CLIENT_ID: Final = "x-client-id"
CLIENT_SECRET: Final = "x-client-secret"  # noqa: S105 - the name of a header


def credentials(derive: Callable[[str, int], str]) -> Mapping[str, Any]:
    """Make one tenant's credentials: unmistakably not real."""
    return {
        "client_id": "KYCSIMCLIENT" + derive("client_id", 20),
        "client_secret": "KYCSIMSECRET" + derive("client_secret", 28),
    }


def claimed(tenants: Tenants, request: WireRequest) -> Tenant | None:
    """Return the tenant whose client id a request names, proven or not."""
    client_id = request.header(CLIENT_ID)
    return tenants.holding(NAME, client_id) if client_id else None


def fault_of(tenant: Tenant | None, request: WireRequest) -> str | None:
    """Say what is wrong with the credentials, for the explanation only; ``None`` when they are right."""
    if not request.header(CLIENT_ID):
        return "no x-client-id"
    if not request.header(CLIENT_SECRET):
        return "no x-client-secret"
    if tenant is None:
        return "unknown x-client-id"
    given = request.header(CLIENT_SECRET).encode("utf-8", "surrogateescape")
    held = str(tenant.credentials[NAME]["client_secret"]).encode()
    if hmac.compare_digest(given, held):
        return None
    return "x-client-secret has blanks around it" if given.strip() == held else "wrong x-client-secret"
