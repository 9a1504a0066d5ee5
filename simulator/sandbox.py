"""One tenant as a test works with it: its credentials and endpoints, and everything of it that can be steered or read.

The same object whichever door the calls under test take: it asks ``/__admin`` through a `contracts.targets.Target`,
over a socket or in this process::

    sim.tencent.next("BankCardVerification", result="-17")
    sim.clock.advance(3600)
    sim.ledger.assert_charged(at_most=1)

Everything here answers from the simulator at the moment it is asked; nothing is cached.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from contracts.loader import EVERY_OPERATION
from contracts.targets import Target, Tenancy
from simulator.sandbox_ledger import SandboxLedger as SandboxLedger
from simulator.sandbox_parts import SandboxClock as SandboxClock
from simulator.sandbox_parts import SandboxJournal as SandboxJournal
from simulator.sandbox_parts import SandboxPeople as SandboxPeople
from simulator.sandbox_parts import SandboxRules as SandboxRules
from simulator.sandbox_parts import SandboxTransactions as SandboxTransactions


class Sandbox:
    """A tenant of one's own.

    Args:
        target: the simulator.
        tenant: whose world it is.
        door: what the calls under test take: ``live`` or ``intercept``.
        endpoint_of: gives a provider's base URL.

    Attributes:
        door: as above.
        name: the tenant's name.
        credentials: by provider, as ``kyc-sim credentials --json`` prints them.
        clock: the tenant's time.
        people: the people who can be asked about.
        rules: outcomes forced on calls.
        transactions: asynchronous work under way.
        journal: the calls seen.
        ledger: what they would have cost.
    """

    def __init__(self, target: Target, tenant: Tenancy, *, door: str, endpoint_of: Callable[[str], str]) -> None:
        self.target = target
        self.tenant = tenant
        self.door = door
        self.name = tenant.name
        self.credentials = tenant.credentials
        self.clock = SandboxClock(target, tenant)
        self.people = SandboxPeople(target, tenant)
        self.rules = SandboxRules(target, tenant)
        self.transactions = SandboxTransactions(target, tenant)
        self.journal = SandboxJournal(target, tenant)
        self.ledger = SandboxLedger(target, tenant)
        self._endpoint_of = endpoint_of

    def provider(self, name: str) -> Upstream:
        """Return one provider as this tenant meets it.

        Raises:
            LookupError: there is none of that name.
        """
        if name not in self.credentials:
            raise LookupError(f"no provider is called {name}; there is {', '.join(sorted(self.credentials))}")
        return Upstream(self, name, self._endpoint_of(name))

    def __getattr__(self, name: str) -> Upstream:
        """Return the provider of that name: ``sim.tencent``."""
        if "credentials" not in self.__dict__:  # somebody copies us: there is no tenant yet to ask
            raise AttributeError(name)
        try:
            return self.provider(name)
        except LookupError as problem:
            raise AttributeError(str(problem)) from None

    @property
    def switches(self) -> Mapping[str, Any]:
        """Every switch with the value in force."""
        found: Mapping[str, Any] = self.target.ask("GET", f"/tenants/{quote(self.name, safe='')}")["switches"]
        return found

    def switch(self, switches: Mapping[str, Any]) -> None:
        """Choose readings, all or none: ``sim.switch({"tencent.lowercase_x": "strict"})``."""
        self.target.switch(self.tenant, switches)

    def explain(self, request_id: str) -> Mapping[str, Any]:
        """Return why a call was answered as it was, by the request id of its answer."""
        address = self.target.of(f"/explain/{quote(request_id, safe='')}", self.tenant)
        found: Mapping[str, Any] = self.target.ask("GET", address)
        return found


class Upstream:
    """One provider as a tenant meets it.

    Attributes:
        name: ``tencent``.
        endpoint: base URL for clients that take one.
        authority: ``HOST[:PORT]`` of it, for SDKs that take scheme and host apart.
        credentials: the tenant's, at this provider.
    """

    def __init__(self, sandbox: Sandbox, name: str, endpoint: str) -> None:
        self._sandbox = sandbox
        self.name = name
        self.endpoint = endpoint
        self.authority = urlsplit(endpoint).netloc
        self.credentials: Mapping[str, Any] = sandbox.credentials[name]

    def next(
        self, operation: str = EVERY_OPERATION, *, times: int = 1, when: Mapping[str, Any] | None = None, **then: Any
    ) -> str:
        """Force the next answer, behind what is forced already; return the rule's name.

        Args:
            operation: wire name; any operation by default.
            times: how many answers.
            when: conditions on the request's parameters.
            then: what happens, as a rule says it: ``result``, ``error``, ``http``, ``delay``, ``fault``, ``mutation``,
                ``charged``, ``progression``.

        Raises:
            TargetError: the provider has no such operation or code; the message lists those it has.
        """
        return self._sandbox.rules.add(self._rule(operation, when, then) | {"times": times})

    def always(self, operation: str = EVERY_OPERATION, *, when: Mapping[str, Any] | None = None, **then: Any) -> str:
        """Force every answer from now on, behind what is forced already; return the rule's name. See `next`."""
        return self._sandbox.rules.add(self._rule(operation, when, then))

    def calls(self, operation: str | None = None) -> list[dict[str, Any]]:
        """Return the journal's entries of this provider, of one operation if given, oldest first."""
        return [
            entry
            for entry in self._sandbox.journal.entries()
            if entry["provider"] == self.name and operation in (None, entry["operation"])
        ]

    def _rule(self, operation: str, when: Mapping[str, Any] | None, then: Mapping[str, Any]) -> dict[str, Any]:
        told = {} if when is None else {"when": dict(when)}
        return {"provider": self.name, "operation": operation, "then": dict(then), **told}
