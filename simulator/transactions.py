"""Asynchronous work: started now, ready later, by a progression. Providers keep in it what they decided.

A transaction runs, then is ready, once and for good. What moves it is its `Progression`: nothing (``immediate`` is
ready from the start, ``never`` never), polls (``after_polls`` N: the first N are told to wait), the tenant's clock
(``after_seconds``), or somebody's hand (``manual``, and `Transactions.finish` for any other). Every change goes through
one atomic update of the tenant's `Space`, and the one call that made a transaction ready is told so; whoever must do
something exactly once when work is done hangs it there.

>>> from simulator.clock import SystemClock, TenantClock
>>> from simulator.scenarios import Progression
>>> from simulator.store import MemoryStore
>>> space = MemoryStore().space("t")
>>> transactions = Transactions(space, TenantClock(SystemClock(), space))
>>> transactions.start("t-1", "kyc_china", {}, Progression(kind="after_polls", amount=1)).transaction.ready
False
>>> [transactions.poll("t-1").became_ready for _ in range(3)]
[False, True, False]

Source:
    Progressions by number of calls or by time: the state managers of well-known cloud emulators; our choice [inferred].
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

import orjson

from simulator.clock import TenantClock
from simulator.scenarios import Progression
from simulator.store import Space

TABLE: Final = "transactions"
_ORDER: Final = "transactions.order"
_NUMBER: Final = "transactions.number"

MOST: Final = 20_000
"""Transactions one tenant keeps; the oldest is forgotten for the next, as a provider forgets after its retention."""


class TransactionExists(ValueError):
    """There is a transaction of that id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """One piece of asynchronous work as it stands.

    Attributes:
        id: unique within the tenant, whatever the provider.
        provider: whose it is.
        created_at: epoch seconds on the tenant's clock.
        ready_at: when it became ready, or will by the clock alone; ``None`` when no clock can say.
        ready: whether it is.
        polls: how often it was polled.
        progression: what makes it ready.
        facts: what the provider keeps in it, a JSON object. May be personal, so it stays out of ``repr`` and `public`.
    """

    id: str
    provider: str
    created_at: float
    ready_at: float | None
    ready: bool
    polls: int
    progression: Progression
    facts: Mapping[str, Any] = field(repr=False)

    def public(self) -> dict[str, Any]:
        """Return everything but the facts as a JSON object."""
        return {
            "id": self.id,
            "provider": self.provider,
            "created_at": self.created_at,
            "ready_at": self.ready_at,
            "ready": self.ready,
            "polls": self.polls,
            "progression": {"kind": self.progression.kind, "amount": self.progression.amount},
        }


class Change(NamedTuple):
    """A transaction after a call, and whether that very call made it ready."""

    transaction: Transaction
    became_ready: bool


class Transactions:
    """One tenant's transactions.

    Args:
        space: where they live.
        clock: the tenant's, which ``after_seconds`` follows.
        most: how many are kept.
    """

    def __init__(self, space: Space, clock: TenantClock, *, most: int = MOST) -> None:
        self._space = space
        self._clock = clock
        self._most = most

    def start(self, transaction_id: str, provider: str, facts: Mapping[str, Any], progression: Progression) -> Change:
        """Begin a transaction; an ``immediate`` one, or one that waits for nothing, is ready at once.

        Raises:
            TransactionExists: the id is taken.
        """
        now = self._clock.time()
        begun = Transaction(
            id=transaction_id,
            provider=provider,
            created_at=now,
            ready_at=now + progression.amount if progression.kind == "after_seconds" else None,
            ready=False,
            polls=0,
            progression=progression,
            facts=facts,
        )
        if progression.kind == "immediate" or _due(begun, now):
            begun = _finished(begun, now)
        mine = _encode(begun)
        if self._space.update(TABLE, transaction_id, lambda before: mine if before is None else before) is not mine:
            raise TransactionExists(transaction_id)
        number = self._space.tally(_NUMBER, "last")
        self._space.put(_ORDER, str(number), transaction_id.encode())
        self._forget(number - self._most)
        return Change(begun, begun.ready)

    def find(self, transaction_id: str) -> Transaction | None:
        """Return a transaction as it stands by now, without counting a poll; ``None`` when there is none."""
        change = self._change(transaction_id, lambda transaction: transaction)
        return None if change is None else change.transaction

    def poll(self, transaction_id: str) -> Change | None:
        """Count a poll and return the transaction as that poll finds it; ``None`` when there is none."""
        return self._change(transaction_id, lambda transaction: replace(transaction, polls=transaction.polls + 1))

    def finish(
        self, transaction_id: str, edit: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None
    ) -> Change | None:
        """Make a transaction ready whatever its progression says; ``None`` when there is none.

        Args:
            transaction_id: which.
            edit: how the facts change with it; not asked when the transaction is ready already. May run more than once.
        """
        now = self._clock.time()

        def finished(transaction: Transaction) -> Transaction:
            if edit is not None and not transaction.ready and not _due(transaction, now):
                transaction = replace(transaction, facts=edit(transaction.facts))
            return _finished(transaction, now)

        return self._change(transaction_id, finished)

    def reschedule(self, transaction_id: str, progression: Progression) -> Change | None:
        """Let another progression move a transaction that is not ready, counted from its start; ``None`` for nobody's.

        Polls already made count towards ``after_polls``, time already gone by towards ``after_seconds``.
        """
        now = self._clock.time()

        def moved(transaction: Transaction) -> Transaction:
            if transaction.ready or _due(transaction, now):
                return transaction
            ready_at = transaction.created_at + progression.amount if progression.kind == "after_seconds" else None
            changed = replace(transaction, progression=progression, ready_at=ready_at)
            return _finished(changed, now) if progression.kind == "immediate" else changed

        return self._change(transaction_id, moved)

    def amend(self, transaction_id: str, edit: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> Transaction | None:
        """Replace the facts by ``edit(facts)``, which may run more than once; ``None`` when there is none."""
        change = self._change(transaction_id, lambda transaction: replace(transaction, facts=edit(transaction.facts)))
        return None if change is None else change.transaction

    def _change(self, transaction_id: str, step: Callable[[Transaction], Transaction]) -> Change | None:
        seen: list[Change | None] = [None]
        now = self._clock.time()

        def change(raw: bytes | None) -> bytes | None:
            if raw is None:
                seen[0] = None
                return None
            before = _decode(raw)
            after = step(before)
            if not after.ready and _due(after, now):
                after = _finished(after, now)
            # The store may try more than once; the last try is the one that took.
            seen[0] = Change(after, after.ready and not before.ready)
            return raw if after == before else _encode(after)

        # A transaction nobody has must not leave an empty row behind, nor wake readers of the table's version.
        if self._space.get(TABLE, transaction_id) is None:
            return None
        self._space.update(TABLE, transaction_id, change)
        return seen[0]

    def _forget(self, number: int) -> None:
        oldest = self._space.get(_ORDER, str(number)) if number > 0 else None
        if oldest is not None:
            self._space.delete(TABLE, oldest.decode())
            self._space.delete(_ORDER, str(number))


def _due(transaction: Transaction, now: float) -> bool:
    progression = transaction.progression
    if progression.kind == "after_polls":
        # The first ``amount`` polls are told to wait; with none to wait for, the work is done before the first.
        return transaction.polls > progression.amount or progression.amount == 0
    return transaction.ready_at is not None and now >= transaction.ready_at


def _finished(transaction: Transaction, now: float) -> Transaction:
    if transaction.ready:
        return transaction
    # Found ready by the clock, it became so when its time came, not when somebody looked.
    moment = now if transaction.ready_at is None else min(now, transaction.ready_at)
    return replace(transaction, ready=True, ready_at=moment)


def _encode(transaction: Transaction) -> bytes:
    return orjson.dumps({**transaction.public(), "facts": transaction.facts})


def _decode(raw: bytes) -> Transaction:
    document = orjson.loads(raw)
    return Transaction(**{**document, "progression": Progression(**document["progression"])})
