"""The seam behind which state lives: a few atomic verbs over bytes, one `Space` per tenant.

Everything a tenant owns (people overlay, rules, clock, counters, transactions, nonces, journal, ledger, account state)
is kept through these verbs and nothing else, so another backend is one class with the same verbs. Values are bytes so
that no backend can hand out a live object by accident. Nothing here knows time: windows and expiries are handed in.

>>> space = MemoryStore().space("t")
>>> space.put("rules", "r1", b"{}"), space.get("rules", "r1"), space.version("rules")
(None, b'{}', 1)
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from itertools import islice
from threading import Lock
from typing import Protocol


class Space(Protocol):
    """What one owner keeps. Every verb is atomic."""

    def get(self, table: str, key: str) -> bytes | None:
        """Return the value, or ``None``."""
        ...

    def put(self, table: str, key: str, value: bytes) -> None:
        """Set the value."""
        ...

    def delete(self, table: str, key: str) -> bool:
        """Remove the value; tell whether there was one."""
        ...

    def update(self, table: str, key: str, change: Callable[[bytes | None], bytes | None]) -> bytes | None:
        """Replace the value by ``change(value)``, return it; ``None`` removes it. *change* may run more than once."""
        ...

    def scan(self, table: str) -> list[tuple[str, bytes]]:
        """Return every key and value, in order of first insertion."""
        ...

    def size(self, table: str) -> int:
        """Return how many keys the table has."""
        ...

    def version(self, table: str) -> int:
        """Return a number that changes with every write to the table, for caches of decoded values."""
        ...

    def clear(self, table: str) -> None:
        """Remove every key of the table."""
        ...

    def swap(self, table: str, rows: Mapping[str, bytes]) -> None:
        """Keep *rows*, in their order, instead of whatever the table has."""
        ...

    def tally(self, table: str, key: str, by: int = 1) -> int:
        """Add to a counter that never expires; return the new count. ``by=0`` reads it."""
        ...

    def tallies(self, table: str) -> dict[str, int]:
        """Return every counter of the table."""
        ...

    def count(self, group: str, window: int, key: str, by: int = 1) -> int:
        """Count *key* within *window*; a new window forgets the counts of the last one. ``by=0`` reads."""
        ...

    def counted_in(self, group: str) -> int | None:
        """Return the window whose counts the group keeps, or ``None`` when it counted nothing there."""
        ...

    def first_use(self, group: str, key: str, *, now: float, expires_at: float) -> bool:
        """Record *key* until *expires_at*; tell whether it was new. *now* decides what has expired."""
        ...

    def append(self, log: str, entry: bytes, *, keep: int, keep_bytes: int) -> int:
        """Append to a log bounded by entries and bytes; return the entry's number, from 1, never reused."""
        ...

    def read(self, log: str, *, after: int = 0, limit: int | None = None) -> list[tuple[int, bytes]]:
        """Return entries numbered above *after*, oldest first; with *limit*, the newest so many of them."""
        ...

    def erase(self, log: str) -> None:
        """Remove every entry of a log; numbering goes on."""
        ...


class Store(Protocol):
    """Where spaces live."""

    def space(self, owner: str) -> Space:
        """Return the owner's space, empty when new."""
        ...

    def forget(self, owner: str) -> None:
        """Remove everything the owner keeps."""
        ...


class MemoryStore:
    """Spaces in this process; they end with it."""

    def __init__(self) -> None:
        self._spaces: dict[str, MemorySpace] = {}
        self._lock = Lock()

    def space(self, owner: str) -> Space:
        """Return the owner's space, empty when new."""
        with self._lock:
            return self._spaces.setdefault(owner, MemorySpace())

    def forget(self, owner: str) -> None:
        """Empty the owner's space; whoever holds it sees it empty."""
        with self._lock:
            space = self._spaces.get(owner)
        if space is not None:
            space.empty()


class _Log:
    """Entries without a gap in their numbers, so that only the last number is kept."""

    __slots__ = ("entries", "last", "size")

    def __init__(self) -> None:
        self.entries: deque[bytes] = deque()
        self.last = 0
        self.size = 0


class MemorySpace:
    """One owner's state behind one lock: owners never wait for one another."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._tables: dict[str, dict[str, bytes]] = {}
        self._versions: dict[str, int] = {}
        self._tallies: dict[str, dict[str, int]] = {}
        self._windows: dict[str, tuple[int, dict[str, int]]] = {}
        self._uses: dict[str, dict[str, float]] = {}
        self._logs: dict[str, _Log] = {}

    def empty(self) -> None:
        """Forget everything; versions go on, so that no cache of decoded values survives."""
        with self._lock:
            for table in self._tables:
                self._versions[table] = self._versions.get(table, 0) + 1
            self._tables.clear()
            self._tallies.clear()
            self._windows.clear()
            self._uses.clear()
            for log in self._logs.values():
                log.entries.clear()
                log.size = 0

    def get(self, table: str, key: str) -> bytes | None:
        rows = self._tables.get(table)
        return rows.get(key) if rows is not None else None

    def put(self, table: str, key: str, value: bytes) -> None:
        with self._lock:
            self._tables.setdefault(table, {})[key] = _trimmed(value)
            self._versions[table] = self._versions.get(table, 0) + 1

    def delete(self, table: str, key: str) -> bool:
        with self._lock:
            gone = self._tables.get(table, {}).pop(key, None) is not None
            if gone:
                self._versions[table] = self._versions.get(table, 0) + 1
            return gone

    def update(self, table: str, key: str, change: Callable[[bytes | None], bytes | None]) -> bytes | None:
        with self._lock:
            rows = self._tables.setdefault(table, {})
            before = rows.get(key)
            after = change(before)
            if after is None:
                rows.pop(key, None)
            else:
                rows[key] = _trimmed(after)
            if after != before:
                self._versions[table] = self._versions.get(table, 0) + 1
            return after

    def scan(self, table: str) -> list[tuple[str, bytes]]:
        with self._lock:
            return list(self._tables.get(table, {}).items())

    def size(self, table: str) -> int:
        return len(self._tables.get(table, ()))

    def version(self, table: str) -> int:
        return self._versions.get(table, 0)

    def clear(self, table: str) -> None:
        with self._lock:
            if self._tables.pop(table, None):
                self._versions[table] = self._versions.get(table, 0) + 1

    def swap(self, table: str, rows: Mapping[str, bytes]) -> None:
        kept = {key: _trimmed(value) for key, value in rows.items()}
        with self._lock:
            if kept or self._tables.get(table):
                self._tables[table] = kept
                self._versions[table] = self._versions.get(table, 0) + 1

    def tally(self, table: str, key: str, by: int = 1) -> int:
        with self._lock:
            counts = self._tallies.setdefault(table, {})
            counts[key] = total = counts.get(key, 0) + by
            return total

    def tallies(self, table: str) -> dict[str, int]:
        with self._lock:
            return dict(self._tallies.get(table, ()))

    def count(self, group: str, window: int, key: str, by: int = 1) -> int:
        with self._lock:
            current = self._windows.get(group)
            if current is None or current[0] != window:
                current = self._windows[group] = (window, {})
            counts = current[1]
            total = counts.get(key, 0) + by
            if by:
                counts[key] = total
            return total

    def counted_in(self, group: str) -> int | None:
        current = self._windows.get(group)
        return current[0] if current is not None and current[1] else None

    def first_use(self, group: str, key: str, *, now: float, expires_at: float) -> bool:
        with self._lock:
            uses = self._uses.setdefault(group, {})
            known = uses.get(key)
            if known is not None and known > now:
                return False
            # Insertion order is close to expiry order, so a few looks at the front keep the table small.
            for old in list(_front(uses, 2)):
                if uses[old] <= now:
                    del uses[old]
            uses.pop(key, None)
            uses[key] = expires_at
            return True

    def append(self, log: str, entry: bytes, *, keep: int, keep_bytes: int) -> int:
        entry = _trimmed(entry)
        with self._lock:
            kept = self._logs.get(log)
            if kept is None:
                kept = self._logs[log] = _Log()
            entries = kept.entries
            entries.append(entry)
            size = kept.size + len(entry)
            while len(entries) > keep or size > keep_bytes:
                size -= len(entries.popleft())
            kept.size = size
            kept.last = number = kept.last + 1
            return number

    def read(self, log: str, *, after: int = 0, limit: int | None = None) -> list[tuple[int, bytes]]:
        with self._lock:
            kept = self._logs.get(log)
            if kept is None:
                return []
            gone = kept.last - len(kept.entries)
            start = max(after, gone, gone if limit is None else kept.last - limit)
            return list(enumerate(islice(kept.entries, start - gone, None), start + 1))

    def erase(self, log: str) -> None:
        with self._lock:
            kept = self._logs.get(log)
            if kept is not None:
                kept.entries.clear()
                kept.size = 0


def _front(uses: dict[str, float], most: int) -> list[str]:
    return [key for key, _ in zip(uses, range(most), strict=False)]


def _trimmed(value: bytes) -> bytes:
    """Return a copy that holds its own length of memory: what orjson makes keeps the 4 KiB it was written into."""
    return bytes(memoryview(value))
