"""Which provider a request is for: by host, then by path, then by what its client signs.

A client changes only its endpoint, so the same port answers for every provider. ``/__admin`` and the hosted pages are
never a provider's, whatever the host.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from simulator.upstream import Provider
from simulator.wire import WireRequest

ADMIN: Final = "/__admin"
PAGES: Final = "/__verify"
"""Below this stand the pages on which people do what a provider's own pages would have them do."""

_LONGEST_REMEMBERED: Final = 256
"""Characters of an address; what is longer is no client's usual one."""


class Dispatch:
    """Finds the provider of a request."""

    def __init__(self, providers: tuple[Provider, ...]) -> None:
        self._by_host = {host: provider for provider in providers for host in provider.hosts}
        self._by_host |= {f"{provider.name.replace('_', '-')}.localhost": provider for provider in providers}
        self._by_prefix = tuple((prefix, provider) for provider in providers for prefix in provider.prefixes)
        self._providers = providers
        # Clients have few addresses among them; each simulator plays its own providers and so remembers its own.
        self._remembered = lru_cache(maxsize=1024)(self._by_address)

    def knows(self, host: str) -> bool:
        """Tell whether a Host header names one of the providers' own hosts, or ``<provider>.localhost``."""
        return host_name(host) in self._by_host

    def find(self, request: WireRequest) -> Provider | None:
        """Return the provider the request is for, or ``None`` when it is for nobody."""
        path = request.path
        host = request.by_name.get("host", "")
        look_up = self._remembered if len(host) + len(path) <= _LONGEST_REMEMBERED else self._by_address
        provider = look_up(host, path)
        if provider is not None or path != "/":
            return provider
        return next((candidate for candidate in self._providers if candidate.signs(request)), None)

    def _by_address(self, host: str, path: str) -> Provider | None:
        if path.startswith((ADMIN, PAGES)):
            return None
        provider = self._by_host.get(host_name(host))
        if provider is None:
            prefixes = (known for known in self._by_prefix if path == known[0] or path.startswith(known[0] + "/"))
            provider = next((candidate for _, candidate in prefixes), None)
        return provider


def host_name(host: str) -> str:
    """Return a Host header's name in lower case, without port and without anything after it.

    Some clients put their whole endpoint, path included, into the header.

    >>> host_name("FaceID.localhost:8080/tencent")
    'faceid.localhost'
    """
    return host.partition("/")[0].partition(":")[0].lower()
