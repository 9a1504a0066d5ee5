"""What a tenant's calls would have cost, as tests read it and hold it to a budget."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.sandbox_parts import PAGE, Part


class SandboxLedger(Part):
    """What the tenant's calls would have cost."""

    @property
    def entries(self) -> list[dict[str, Any]]:
        """One entry per call, oldest first, the newest 10 000 of them; totals lose none."""
        found: list[dict[str, Any]] = self._ask("GET", "/ledger", query=f"&limit={PAGE}")["entries"]
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
