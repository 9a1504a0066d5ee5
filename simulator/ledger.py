"""What the run would have cost: one entry per call, charged or free, and why.

Totals are counters and never lose a call; the entries behind them are bounded, newest kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import orjson

from simulator.store import Space

_LOG: Final = "ledger"
_TOTALS: Final = "ledger"

MEMBERS: Final = ("at", "provider", "operation", "request_id", "code", "charged", "why")
"""Of an entry. A hundred thousand entries are kept, so their names are not kept with each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLimits:
    """How much is kept: entries, and their bytes together."""

    entries: int = 100_000
    size: int = 32 * 1024 * 1024


class Ledger:
    """One tenant's charges."""

    def __init__(self, space: Space, limits: LedgerLimits) -> None:
        self._space = space
        self._limits = limits

    def record(
        self, *, at: float, provider: str, operation: str, request_id: str, code: str, billed: bool, why: str
    ) -> None:
        """Enter one call.

        Args:
            at: epoch seconds on the tenant's clock.
            provider: whose price list applies.
            operation: the unit of price there.
            request_id: what the answer carried.
            code: the code that was answered.
            billed: charged, or free.
            why: the table's or the rule's reason for it.
        """
        entry = orjson.dumps((at, provider, operation, request_id, code, billed, why))
        self._space.append(_LOG, entry, keep=self._limits.entries, keep_bytes=self._limits.size)
        self._space.tally(_TOTALS, f"{provider} {operation} {'charged' if billed else 'free'}")

    def totals(self) -> dict[str, dict[str, dict[str, int]]]:
        """Return ``{provider: {operation: {"charged": n, "free": m}}}`` over all calls since the last reset."""
        found: dict[str, dict[str, dict[str, int]]] = {}
        for key, count in self._space.tallies(_TOTALS).items():
            # A client chooses the spelling of an operation nobody knows; only the ends are ours.
            provider, _, rest = key.partition(" ")
            operation, _, kind = rest.rpartition(" ")
            found.setdefault(provider, {}).setdefault(operation, {"charged": 0, "free": 0})[kind] = count
        return found

    def entries(self, *, limit: int | None = None) -> list[dict[str, Any]]:
        """Return the newest *limit* entries, oldest first: each `MEMBERS` with what was entered, and its ``unit``."""
        return [
            dict(zip(MEMBERS, orjson.loads(raw), strict=True)) | {"unit": "call"}
            for _, raw in self._space.read(_LOG, limit=limit)
        ]
