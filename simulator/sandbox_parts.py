"""What a tenant owns, as tests steer and read it: its clock, people, rules, transactions and journal.

Each asks ``/__admin`` at the moment it is used; `simulator.sandbox.Sandbox` holds one of each.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote

from contracts.targets import Target, Tenancy
from kyc_core.people import Person, parse_person, to_document

PAGE: Final = 10_000
"""Entries that the admin API lists at most."""


class Part:
    """Something of a tenant's, reached through the admin API."""

    def __init__(self, target: Target, tenant: Tenancy) -> None:
        self._target = target
        self._tenant = tenant

    def _ask(self, method: str, path: str, document: Any = None, *, query: str = "") -> Any:
        return self._target.ask(method, self._target.of(path, self._tenant) + query, document)


class SandboxClock(Part):
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


class SandboxPeople(Part):
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


class SandboxRules(Part):
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


class SandboxTransactions(Part):
    """The tenant's asynchronous work, by the identifier that the provider's answer carried."""

    def get(self, transaction_id: str) -> Mapping[str, Any]:
        """Return how far it is (``state``), what it can be put into, and what became of its callbacks."""
        found: Mapping[str, Any] = self._ask("GET", f"/transactions/{quote(transaction_id, safe='')}")
        return found

    def put(self, transaction_id: str, **change: str) -> Mapping[str, Any]:
        """Put it into another ``state`` of its ``states``, or finish it with an ``outcome`` of its ``outcomes``."""
        found: Mapping[str, Any] = self._ask("PATCH", f"/transactions/{quote(transaction_id, safe='')}", change)
        return found


class SandboxJournal(Part):
    """The tenant's calls; personal values stand there as tokens."""

    def entries(self, *, after: int = 0) -> list[dict[str, Any]]:
        """Return the entries numbered above *after*, oldest first, as many as are kept."""
        found: list[dict[str, Any]] = []
        while True:
            page = self._ask("GET", "/journal", query=f"&after={after}&limit={PAGE}")["entries"]
            found += page
            if len(page) < PAGE:
                return found
            after = page[-1]["number"]

    def last_number(self) -> int:
        """Return the number of the newest entry; 0 when there is none."""
        newest = self._ask("GET", "/journal", query="&limit=1")["entries"]
        return int(newest[-1]["number"]) if newest else 0


def _written(moment: datetime | str) -> str:
    if isinstance(moment, str):
        return moment
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone, for example datetime(2026, 1, 1, tzinfo=UTC)")
    return moment.astimezone(UTC).isoformat()
