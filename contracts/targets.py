"""Where the provider is played: a simulator's base URL, and its admin API.

The API is asked over one connection that is kept open, one question at a time whichever thread asks; a simulator in
this very process is asked through whatever carries a request there (`Carry`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, RemoteDisconnected
from threading import Lock
from typing import Any, Final
from urllib.parse import quote, urlsplit

import orjson

PATIENCE: Final = 30.0
"""Seconds that an answer of the admin API may take."""


Carry = Callable[[str, str, bytes | None, Mapping[str, str]], tuple[int, bytes]]
"""Takes method, path with query, body and headers to a simulator, and brings status and body back."""


class TargetError(Exception):
    """The simulator does not answer as one; the message names the request, never what it carried.

    Attributes:
        status: of the HTTP answer, where there was one.
    """

    def __init__(self, message: str, *, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


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
        carry: takes requests there; a connection to *url* unless given.

    Raises:
        TargetError: *url* is not such an address.
    """

    def __init__(self, url: str, token: str | None = None, *, carry: Carry | None = None) -> None:
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
        self._lock = Lock()
        self._carry = carry if carry is not None else self._over_the_connection
        self._headers = {"Content-Type": "application/json"}
        if token is not None:
            self._headers["Authorization"] = f"Bearer {token}"

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()

    def create_tenant(self, switches: Mapping[str, Any], *, name: str | None = None) -> Tenancy:
        """Make a tenant with these readings, of that name if given; its identifiers follow from the name."""
        named = {} if name is None else {"name": name}
        found = self.ask("POST", "/tenants", {**named, "switches": dict(switches)})
        return Tenancy(name=found.pop("tenant"), credentials=found)

    def remove_tenant(self, tenant: Tenancy) -> None:
        """Forget a tenant and all it owns."""
        self.ask("DELETE", f"/tenants/{quote(tenant.name, safe='')}")

    def switch(self, tenant: Tenancy, switches: Mapping[str, Any]) -> None:
        """Choose readings."""
        self.ask("PATCH", f"/tenants/{quote(tenant.name, safe='')}", {"switches": dict(switches)})

    def put_rules(self, tenant: Tenancy, rules: Sequence[Mapping[str, Any]]) -> None:
        """Force these answers, and no others that were forced before."""
        self.ask("PUT", self.of("/rules", tenant), list(rules))

    def fired(self, tenant: Tenancy) -> int:
        """Return how often the tenant's rules have decided something, all together."""
        rules = self.ask("GET", self.of("/rules", tenant))["rules"]
        return sum(rule["fired"] for rule in rules)

    def put_person(self, tenant: Tenancy, person: Mapping[str, Any]) -> None:
        """Put somebody on file."""
        self.ask("POST", self.of("/people", tenant), dict(person))

    def person(self, tenant: Tenancy, key: str) -> Mapping[str, Any]:
        """Return somebody on file."""
        found: Mapping[str, Any] = self.ask("GET", self.of(f"/people/{quote(key, safe='')}", tenant))
        return found

    def calls(self, tenant: Tenancy, *, after: int) -> list[dict[str, Any]]:
        """Return the journal's entries numbered above *after*."""
        found = self.ask("GET", f"{self.of('/journal', tenant)}&after={after}&limit=10000")
        entries: list[dict[str, Any]] = found["entries"]
        return entries

    def totals(self, tenant: Tenancy) -> Mapping[str, Mapping[str, Mapping[str, int]]]:
        """Return the ledger's totals by provider and operation."""
        found: Mapping[str, Mapping[str, Mapping[str, int]]] = self.ask("GET", f"{self.of('/ledger', tenant)}&limit=0")[
            "totals"
        ]
        return found

    def advance(self, tenant: Tenancy, seconds: float) -> None:
        """Let time pass for a tenant."""
        self.ask("PATCH", self.of("/clock", tenant), {"advance": seconds})

    def freeze(self, tenant: Tenancy) -> None:
        """Stop a tenant's clock; it can still be advanced."""
        self.ask("PATCH", self.of("/clock", tenant), {"freeze": True})

    def reset_clock(self, tenant: Tenancy) -> None:
        """Return a tenant to the machine's time."""
        self.ask("DELETE", self.of("/clock", tenant))

    @staticmethod
    def of(path: str, tenant: Tenancy) -> str:
        """Return the address of what *tenant* owns; more query parameters may follow it."""
        return f"{path}?tenant={quote(tenant.name, safe='')}"

    def ask(self, method: str, path: str, document: Any = None) -> Any:
        """Ask the admin API.

        Args:
            method: of HTTP.
            path: below ``/__admin``, with its query.
            document: what is sent, as JSON.

        Returns:
            The decoded answer; ``None`` where it is empty.

        Raises:
            TargetError: nobody answers, no simulator answers, or it refuses.
        """
        body = None if document is None else orjson.dumps(document)
        try:
            with self._lock:
                status, text = self._carry(method, f"/__admin{path}", body, self._headers)
        except (OSError, HTTPException) as problem:
            raise TargetError(f"no simulator answers at {self.url}: {type(problem).__name__}") from None
        try:
            found = orjson.loads(text) if text else None
        except orjson.JSONDecodeError:
            raise TargetError(f"what answers at {self.url} is no simulator") from None
        if not 200 <= status < 300:
            told = found.get("title", "") if isinstance(found, dict) else ""
            raise TargetError(
                f"{method} /__admin{path.partition('?')[0]}: {status} {told}{_faults(found)}", status=status
            )
        return found

    def _over_the_connection(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, bytes]:
        for attempt in (1, 2):
            try:
                self._connection.request(method, path, body, dict(headers))
                answer = self._connection.getresponse()
                return answer.status, answer.read()
            except (RemoteDisconnected, BrokenPipeError, ConnectionResetError):
                # An idle connection may have been closed at the other end.
                self._connection.close()
                if attempt == 2:
                    raise
            except BaseException:
                # Interrupted half-way, it would take no further question.
                self._connection.close()
                raise
        raise AssertionError("the second attempt returns or raises")


def _faults(found: object) -> str:
    """Return what a problem document says about members; it never repeats their values."""
    errors = found.get("errors", ()) if isinstance(found, dict) else ()
    told = [f"{error.get('pointer', '')} {error.get('detail', '')}".strip() for error in errors]
    return f" ({'; '.join(told)})" if told else ""
