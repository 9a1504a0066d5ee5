"""Where UPI is reached, and which part of a path is the service URL suffix.

>>> suffix_of("/upi/uis/idverify/v1/idcardphotoverification"), suffix_of("/uis/x")
('/uis/idverify/v1/idcardphotoverification', '/uis/x')

Source:
    Test host: an integrator's configuration [sdk]; production host by analogy [inferred]; neither is documented.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from simulator.wire import WireRequest

MOUNT: Final = "/upi"
"""Where UPI is found on a host that is not its own; no part of the suffix, which is what a client signs."""

HOSTS: Final = frozenset({"apigatewaytest.unionpayintl.com", "apigateway.unionpayintl.com"})
PREFIXES: Final = (MOUNT, "/uis")

JWS: Final = "upi-jws"


def suffix_of(path: str) -> str:
    """Return the service URL suffix of a request path."""
    return path[len(MOUNT) :] if path.startswith(f"{MOUNT}/") else path


def looks_signed(request: WireRequest) -> bool:
    """Tell whether a request to no particular host is signed as this provider's clients sign."""
    return JWS in request.by_name
