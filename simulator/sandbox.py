"""One tenant as a test works with it: its credentials and endpoints, and everything of it that can be steered or read.

The same object whichever door the calls under test take: it asks ``/__admin`` through a `contracts.targets.Target`,
over a socket or in this process::

    sim.tencent.next("BankCardVerification", result="-17")
    sim.clock.advance(3600)
    sim.ledger.assert_charged(at_most=1)

Everything here answers from the simulator at the moment it is asked; nothing is cached.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote, urlsplit

from contracts.loader import EVERY_OPERATION
from contracts.targets import Target, Tenancy
from kyc_core.people import Person, parse_person, to_document

_PAGE: Final = 10_000
"""Entries that the admin API lists at most."""


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


class _Part:
    """Something of a tenant's, reached through the admin API."""

    def __init__(self, target: Target, tenant: Tenancy) -> None:
        self._target = target
        self._tenant = tenant

    def _ask(self, method: str, path: str, document: Any = None, *, query: str = "") -> Any:
        return self._target.ask(method, self._target.of(path, self._tenant) + query, document)


class SandboxClock(_Part):
    """The tenant's time: signature windows, daily caps and expiries follow it."""

    def now(self) -> datetime:
        """Return the tenant's time, aware, in UTC."""
        return datetime.fromisoformat(self._ask("GET", "/clock")["now"])

    def time(self) -> float:
        """Return the same as Unix seconds: what adapters take for a clock."""
        return self.now().timestamp()

    @property
    def frozen(self) -> bool:
        """Whether it stands still."""
        return bool(self._ask("GET", "/clock")["frozen"])

    def freeze(self, at: datetime | str | None = None) -> None:
        """Stand still, now or at a moment: an aware datetime, or ISO 8601 text with an offset."""
        self._ask("PATCH", "/clock", {"freeze": True if at is None else _written(at)})

    def unfreeze(self) -> None:
        """Run on from where it stands."""
        self._ask("PATCH", "/clock", {"freeze": False})

    def set(self, to: datetime | str) -> None:
        """Run on from *to*; a frozen clock stands there instead."""
        self._ask("PATCH", "/clock", {"set": _written(to)})

    def advance(self, seconds: float) -> None:
        """Move by *seconds*, frozen or running; negative moves back."""
        self._ask("PATCH", "/clock", {"advance": seconds})

    def reset(self) -> None:
        """Follow the machine's time again."""
        self._ask("DELETE", "/clock")


class SandboxPeople(_Part):
    """The people this tenant can ask about: its own above those that are shipped."""

    def put(self, person: Person | Mapping[str, Any]) -> Person:
        """Put somebody on file, or replace who has that key.

        Args:
            person: a person, or the JSON object of one (see `kyc_core.people`).
        """
        document = to_document(person) if isinstance(person, Person) else dict(person)
        return parse_person(self._ask("POST", "/people", document)["people"][0])

    def get(self, key: str) -> Person:
        """Return somebody on file, the tenant's own or a shipped one.

        Raises:
            TargetError: nobody has that key.
        """
        return parse_person(self._ask("GET", f"/people/{quote(key, safe='')}"))

    def remove(self, key: str) -> None:
        """Remove one of the tenant's own people."""
        self._ask("DELETE", f"/people/{quote(key, safe='')}")

    def __iter__(self) -> Iterator[Person]:
        """Yield everyone who can be found."""
        for document in self._ask("GET", "/people", query="&scope=all")["people"]:
            yield parse_person(document)


class SandboxRules(_Part):
    """Outcomes forced on the tenant's calls."""

    def add(self, rule: Mapping[str, Any]) -> str:
        """Put a rule behind those already there, as ``POST /__admin/rules`` takes it; return its name."""
        name: str = self._ask("POST", "/rules", dict(rule))["id"]
        return name

    def fired(self, name: str) -> int:
        """Return how often a rule has decided a call."""
        return int(self._ask("GET", f"/rules/{quote(name, safe='')}")["fired"])

    def remove(self, name: str) -> None:
        """Remove one rule."""
        self._ask("DELETE", f"/rules/{quote(name, safe='')}")

    def clear(self) -> None:
        """Force nothing any more."""
        self._ask("DELETE", "/rules")

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        """Yield every rule with how often it ``fired``, in the order in which they are asked."""
        yield from self._ask("GET", "/rules")["rules"]


class SandboxTransactions(_Part):
    """The tenant's asynchronous work, by the identifier that the provider's answer carried."""

    def get(self, transaction_id: str) -> Mapping[str, Any]:
        """Return how far it is (``state``), what it can be put into, and what became of its callbacks."""
        found: Mapping[str, Any] = self._ask("GET", f"/transactions/{quote(transaction_id, safe='')}")
        return found

    def put(self, transaction_id: str, **change: str) -> Mapping[str, Any]:
        """Put it into another ``state`` of its ``states``, or finish it with an ``outcome`` of its ``outcomes``."""
        found: Mapping[str, Any] = self._ask("PATCH", f"/transactions/{quote(transaction_id, safe='')}", change)
        return found


class SandboxJournal(_Part):
    """The tenant's calls; personal values stand there as tokens."""

    def entries(self, *, after: int = 0) -> list[dict[str, Any]]:
        """Return the entries numbered above *after*, oldest first, as many as are kept."""
        found: list[dict[str, Any]] = []
        while True:
            page = self._ask("GET", "/journal", query=f"&after={after}&limit={_PAGE}")["entries"]
            found += page
            if len(page) < _PAGE:
                return found
            after = page[-1]["number"]

    def last_number(self) -> int:
        """Return the number of the newest entry; 0 when there is none."""
        newest = self._ask("GET", "/journal", query="&limit=1")["entries"]
        return int(newest[-1]["number"]) if newest else 0


class SandboxLedger(_Part):
    """What the tenant's calls would have cost."""

    @property
    def entries(self) -> list[dict[str, Any]]:
        """One entry per call, oldest first, the newest 10 000 of them; totals lose none."""
        found: list[dict[str, Any]] = self._ask("GET", "/ledger", query=f"&limit={_PAGE}")["entries"]
        return found

    @property
    def totals(self) -> Mapping[str, Mapping[str, Mapping[str, int]]]:
        """``{provider: {operation: {"charged": n, "free": m}}}``."""
        return self._target.totals(self._tenant)

    @property
    def charged(self) -> int:
        """How many calls are charged."""
        return self.count()

    @property
    def free(self) -> int:
        """How many calls are free."""
        return self.count(kind="free")

    def count(self, provider: str | None = None, operation: str | None = None, *, kind: str = "charged") -> int:
        """Return how many calls are charged (or ``free``), of one provider and one operation if given."""
        return sum(
            counts[kind]
            for whose, operations in self.totals.items()
            for what, counts in operations.items()
            if provider in (None, whose) and operation in (None, what)
        )

    def assert_charged(
        self,
        *,
        exactly: int | None = None,
        at_most: int | None = None,
        at_least: int | None = None,
        provider: str | None = None,
        operation: str | None = None,
    ) -> None:
        """Compare the number of charged calls with a budget.

        Args:
            exactly: so many.
            at_most: no more.
            at_least: no fewer.
            provider: count this provider's alone.
            operation: count this operation's alone.

        Raises:
            AssertionError: the budget does not hold; the message lists what was charged.
            ValueError: no budget was given.
        """
        if exactly is None and at_most is None and at_least is None:
            raise ValueError("a budget is needed: exactly, at_most or at_least")
        charged = self.count(provider, operation)
        if exactly is not None and charged != exactly:
            wanted = f"exactly {exactly}"
        elif at_most is not None and charged > at_most:
            wanted = f"at most {at_most}"
        elif at_least is not None and charged < at_least:
            wanted = f"at least {at_least}"
        else:
            return
        lines = [
            f"  {entry['provider']} {entry['operation']} {entry['code']} ({entry['request_id'] or 'no request id'})"
            for entry in self.entries
            if entry["charged"] and provider in (None, entry["provider"]) and operation in (None, entry["operation"])
        ]
        raise AssertionError("\n".join([f"{wanted} charged calls were allowed, {charged} were made", *lines]))


def _written(moment: datetime | str) -> str:
    if isinstance(moment, str):
        return moment
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone, for example datetime(2026, 1, 1, tzinfo=UTC)")
    return moment.astimezone(UTC).isoformat()
