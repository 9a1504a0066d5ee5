"""The lookout: clients that do not end what they began are shown out, so that nobody holds a connection for nothing.

Nothing is noted while a call is answered; the connections are looked at a few times in the time that they are given.
"""

from __future__ import annotations

from collections.abc import Collection
from heapq import nsmallest
from typing import Final, NamedTuple

from simulator.http_connection import TOO_SLOW, HttpConnection

PATIENCE: Final = 30.0
"""Seconds without a byte, in or out, after which a client that is in the middle of something is shown out."""
LONGEST: Final = 300.0
"""Seconds that a request may take to arrive, even in drips."""
_SETTLED: Final = 1.0
"""Seconds without a byte after which a connection counts as idle when room is needed."""
_AT_ONCE: Final = 16
"""Idle connections that make room at a time."""


class _Seen(NamedTuple):
    """Since when a connection has been like this: requests heard, and bytes that its client has not taken."""

    since: float
    what: int


class Lookout:
    """Looks at connections now and then.

    Args:
        patience: seconds without progress after which a client is shown out.
        longest: seconds that a request may take.
    """

    def __init__(self, *, patience: float = PATIENCE, longest: float = LONGEST) -> None:
        self._patience = patience
        self._longest = longest
        self._asking: dict[HttpConnection, _Seen] = {}
        self._deaf: dict[HttpConnection, _Seen] = {}

    @property
    def interval(self) -> float:
        """Seconds between two looks."""
        return self._patience / 4

    def look(self, connections: Collection[HttpConnection], now: float) -> None:
        """Show out who was given enough time.

        Args:
            connections: those that are open.
            now: on the loop's clock.
        """
        asking: dict[HttpConnection, _Seen] = {}
        deaf: dict[HttpConnection, _Seen] = {}
        for connection in tuple(connections):
            left = connection.transport.get_write_buffer_size()
            if left:
                seen = deaf[connection] = _still(self._deaf.get(connection), left, now)
                if now - seen.since >= self._patience:
                    connection.transport.abort()
            elif connection.half_heard:
                seen = asking[connection] = _still(self._asking.get(connection), connection.turns, now)
                if now - connection.heard >= self._patience or now - seen.since >= self._longest:
                    connection.turn_away(TOO_SLOW)
        self._asking, self._deaf = asking, deaf


def _still(before: _Seen | None, what: int, now: float) -> _Seen:
    return before if before is not None and before.what == what else _Seen(now, what)


def make_room(connections: Collection[HttpConnection], now: float) -> bool:
    """Close those that have been idle longest, as any server may at any time; tell whether there were any.

    Source:
        RFC 9112, section 9.5 (a server may close an idle connection when it likes).
    """
    idle = [one for one in connections if one.idle and now - one.heard >= _SETTLED]
    leaving = nsmallest(_AT_ONCE, idle, key=lambda one: one.heard)
    for connection in leaving:
        connection.transport.close()
    return bool(leaving)
