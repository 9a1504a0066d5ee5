"""Who may use the admin API: callers on this machine, no page of another site, and whoever has the token.

A page in a browser can make it send requests anywhere. It is kept out by three things: no answer carries a CORS
header, a foreign ``Origin`` is refused, and so is a ``Host`` under which we do not listen (otherwise a name that its
owner points at 127.0.0.1 would make our answers same-origin with his page).

Source:
    WHATWG Fetch, "Origin header"; RFC 9110, section 7.2 (Host); RFC 6750 (bearer tokens).
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from ipaddress import ip_address
from urllib.parse import urlsplit

from simulator.problems import Problem
from simulator.settings import Settings


def check(settings: Settings, *, hosts: Sequence[str], origins: Sequence[str], authorizations: Sequence[str]) -> None:
    """Refuse a request that may not use the admin API.

    Args:
        settings: where we listen, and the token if there is one.
        hosts: every ``Host`` header.
        origins: every ``Origin`` header.
        authorizations: every ``Authorization`` header.

    Raises:
        Problem: ``foreign-host``, ``foreign-origin`` or ``unauthorized``, looked for in this order.
    """
    if len(hosts) != 1 or not is_ours(hosts[0], bound=settings.host):
        raise Problem("foreign-host", "use localhost, a loopback address or the address listened on")
    if any(not _same_place(origin, hosts[0]) for origin in origins):
        raise Problem("foreign-origin")
    if settings.admin_token is not None and not _holds(authorizations, settings.admin_token):
        raise Problem("unauthorized", headers=(("WWW-Authenticate", 'Bearer realm="kyc-sim admin"'),))


def is_ours(host: str, *, bound: str) -> bool:
    """Tell whether a Host header names us.

    Args:
        host: the header, with or without a port.
        bound: the address listened on. Where that is every address of the machine, any address literal is ours: only
            names can be pointed at us by somebody else.
    """
    name = _name(host)
    if name is None:
        return False
    if name in ("localhost", bound.lower()) or name.endswith(".localhost"):
        return True
    try:
        address = ip_address(name)
    except ValueError:
        return False
    if address.is_loopback:
        return True
    try:
        return ip_address(bound).is_unspecified
    except ValueError:
        return False


def _name(host: str) -> str | None:
    """Return the name or address of ``name[:port]`` in lower case, ``None`` when it is not of that form."""
    try:
        parts = urlsplit(f"//{host}")
        port = parts.port
    except ValueError:
        return None
    if parts.username is not None or parts.netloc != host or parts.path or parts.query or parts.fragment or port == 0:
        return None
    return parts.hostname


def _same_place(origin: str, host: str) -> bool:
    scheme, separator, place = origin.partition("://")
    return bool(separator) and scheme in ("http", "https") and place.lower() == host.lower()


def _holds(authorizations: Sequence[str], token: str) -> bool:
    if len(authorizations) != 1:
        return False
    scheme, _, given = authorizations[0].partition(" ")
    # WSGI hands header bytes over as Latin-1.
    sent = given.strip().encode("latin-1", "backslashreplace")
    return scheme.lower() == "bearer" and hmac.compare_digest(sent, token.encode())
