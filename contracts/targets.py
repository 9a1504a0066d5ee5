"""Where the provider is played: a simulator's base URL, and its admin API over HTTP.

One connection is kept open; a target serves one thread.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, RemoteDisconnected
from typing import Any, Final
from urllib.parse import quote, urlsplit

import orjson

PATIENCE: Final = 30.0
"""Seconds that an answer of the admin API may take."""


class TargetError(Exception):
    """The simulator does not answer as one; the message names the request, never what it carried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenancy:
    """A tenant made for a run: its name, and its credentials by provider."""

    name: str
    credentials: Mapping[str, Any] = field(repr=False)


class Target:
    """A running simulator.

    Args:
        url: ``http://HOST:PORT``.
        token: bearer token of its admin API, where it asks for one.

    Raises:
        TargetError: *url* is not such an address.
    """

    def __init__(self, url: str, token: str | None = None) -> None:
        parts = urlsplit(url)
        try:
            port = parts.port
        except ValueError:
            port = 0
        if parts.scheme != "http" or not parts.hostname or port == 0 or parts.path not in ("", "/"):
            raise TargetError("the simulator's address is http://HOST:PORT")
        self.url = f"http://{parts.netloc}"
        self.address = (parts.hostname, port or 80)
        self._connection = HTTPConnection(*self.address, timeout=PATIENCE)
        self._headers = {"Content-Type": "application/json"}
        if token is not None:
            self._headers["Authorization"] = f"Bearer {token}"

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()

    def create_tenant(self, switches: Mapping[str, Any]) -> Tenancy:
        """Make a tenant with these readings."""
        found = self._ask("POST", "/tenants", {"switches": dict(switches)})
        return Tenancy(name=found.pop("tenant"), credentials=found)

    def remove_tenant(self, tenant: Tenancy) -> None:
        """Forget a tenant and all it owns."""
        self._ask("DELETE", f"/tenants/{quote(tenant.name, safe='')}")

    def switch(self, tenant: Tenancy, switches: Mapping[str, Any]) -> None:
        """Choose readings."""
        self._ask("PATCH", f"/tenants/{quote(tenant.name, safe='')}", {"switches": dict(switches)})

    def add_rules(self, tenant: Tenancy, rules: Sequence[Mapping[str, Any]]) -> None:
        """Force answers."""
        self._ask("POST", self._of("/rules", tenant), list(rules))

    def clear_rules(self, tenant: Tenancy) -> None:
        """Force nothing any more."""
        self._ask("DELETE", self._of("/rules", tenant))

    def fired(self, tenant: Tenancy) -> int:
        """Return how often the tenant's rules have decided something, all together."""
        rules = self._ask("GET", self._of("/rules", tenant))["rules"]
        return sum(rule["fired"] for rule in rules)

    def put_person(self, tenant: Tenancy, person: Mapping[str, Any]) -> None:
        """Put somebody on file."""
        self._ask("POST", self._of("/people", tenant), dict(person))

    def person(self, tenant: Tenancy, key: str) -> Mapping[str, Any]:
        """Return somebody on file."""
        found: Mapping[str, Any] = self._ask("GET", self._of(f"/people/{quote(key, safe='')}", tenant))
        return found

    def calls(self, tenant: Tenancy, *, after: int) -> list[dict[str, Any]]:
        """Return the journal's entries numbered above *after*."""
        found = self._ask("GET", f"{self._of('/journal', tenant)}&after={after}&limit=10000")
        entries: list[dict[str, Any]] = found["entries"]
        return entries

    def totals(self, tenant: Tenancy) -> Mapping[str, Mapping[str, Mapping[str, int]]]:
        """Return the ledger's totals by provider and operation."""
        found: Mapping[str, Mapping[str, Mapping[str, int]]] = self._ask(
            "GET", f"{self._of('/ledger', tenant)}&limit=0"
        )["totals"]
        return found

    def advance(self, tenant: Tenancy, seconds: float) -> None:
        """Let time pass for a tenant."""
        self._ask("PATCH", self._of("/clock", tenant), {"advance": seconds})

    def reset_clock(self, tenant: Tenancy) -> None:
        """Return a tenant to the machine's time."""
        self._ask("DELETE", self._of("/clock", tenant))

    @staticmethod
    def _of(path: str, tenant: Tenancy) -> str:
        return f"{path}?tenant={quote(tenant.name, safe='')}"

    def _ask(self, method: str, path: str, document: Any = None) -> Any:
        body = None if document is None else orjson.dumps(document)
        try:
            status, text = self._exchange(method, path, body)
        except (OSError, HTTPException) as problem:
            raise TargetError(f"no simulator answers at {self.url}: {type(problem).__name__}") from None
        try:
            found = orjson.loads(text) if text else None
        except orjson.JSONDecodeError:
            raise TargetError(f"what answers at {self.url} is no simulator") from None
        if not 200 <= status < 300:
            told = found.get("title", "") if isinstance(found, dict) else ""
            raise TargetError(f"{method} /__admin{path.partition('?')[0]}: {status} {told}{_faults(found)}")
        return found

    def _exchange(self, method: str, path: str, body: bytes | None) -> tuple[int, bytes]:
        for attempt in (1, 2):
            try:
                self._connection.request(method, f"/__admin{path}", body, self._headers)
                answer = self._connection.getresponse()
                return answer.status, answer.read()
            except (RemoteDisconnected, BrokenPipeError, ConnectionResetError):
                # An idle connection may have been closed at the other end.
                self._connection.close()
                if attempt == 2:
                    raise
        raise AssertionError("the second attempt returns or raises")


def _faults(found: object) -> str:
    """Return what a problem document says about members; it never repeats their values."""
    errors = found.get("errors", ()) if isinstance(found, dict) else ()
    told = [f"{error.get('pointer', '')} {error.get('detail', '')}".strip() for error in errors]
    return f" ({'; '.join(told)})" if told else ""
