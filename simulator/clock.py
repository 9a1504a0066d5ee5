"""Time, handed in: the process's clock below, each tenant's own above it.

A tenant may freeze, advance or set its clock; signature windows, daily caps, throttle windows and retention all follow.
Nothing in a decision reads the wall clock.

>>> from datetime import UTC, datetime
>>> FixedClock(datetime(2026, 1, 1, tzinfo=UTC)).now().isoformat()
'2026-01-01T00:00:00+00:00'
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Protocol

import orjson

from simulator.store import Space

_TABLE: Final = "clock"
_KEY: Final = "state"


class Clock(Protocol):
    """Something that knows what time it is."""

    def time(self) -> float:
        """Return seconds since 1970-01-01T00:00:00Z."""
        ...

    def now(self) -> datetime:
        """Return the same moment as an aware UTC datetime."""
        ...


class SystemClock:
    """The machine's own clock."""

    def time(self) -> float:
        return time.time()

    def now(self) -> datetime:
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until told otherwise; for tests and replays."""

    def __init__(self, moment: datetime) -> None:
        self._seconds = moment.timestamp()

    def time(self) -> float:
        return self._seconds

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._seconds, UTC)

    def advance(self, seconds: float) -> None:
        """Move forward (or back) by *seconds*."""
        self._seconds += seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockState:
    """How a tenant's clock differs from the process's.

    Attributes:
        offset: seconds added to the process's clock while running.
        frozen_at: the moment it stands at, in epoch seconds, or ``None`` while running.
    """

    offset: float = 0.0
    frozen_at: float | None = None


_RUNNING: Final = ClockState()


class TenantClock:
    """One tenant's clock; its state lives in the tenant's space."""

    def __init__(self, base: Clock, space: Space) -> None:
        self._base = base
        self._space = space
        self._decoded: tuple[bytes | None, ClockState] = (None, _RUNNING)

    @property
    def state(self) -> ClockState:
        """Whether it is frozen or shifted."""
        raw = self._space.get(_TABLE, _KEY)
        known, state = self._decoded
        if raw is not known:
            state = ClockState(**orjson.loads(raw)) if raw is not None else _RUNNING
            self._decoded = (raw, state)
        return state

    def time(self) -> float:
        if self._space.get(_TABLE, _KEY) is None:
            return self._base.time()
        state = self.state
        return state.frozen_at if state.frozen_at is not None else self._base.time() + state.offset

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.time(), UTC)

    def freeze(self, at: datetime | None = None) -> None:
        """Stand still, now or at *at*."""
        moment = at.timestamp() if at is not None else self.time()
        self._keep(ClockState(offset=moment - self._base.time(), frozen_at=moment))

    def unfreeze(self) -> None:
        """Run on from where it stands."""
        self._keep(ClockState(offset=self.time() - self._base.time()))

    def advance(self, seconds: float) -> None:
        """Move by *seconds*, frozen or running; negative moves back."""

        def moved(raw: bytes | None) -> bytes:
            state = ClockState(**orjson.loads(raw)) if raw is not None else _RUNNING
            frozen = None if state.frozen_at is None else state.frozen_at + seconds
            return _encode(ClockState(offset=state.offset + seconds, frozen_at=frozen))

        self._space.update(_TABLE, _KEY, moved)

    def set(self, to: datetime) -> None:
        """Run on from *to*; a frozen clock stands there instead."""
        if self.state.frozen_at is not None:
            self.freeze(to)
        else:
            self._keep(ClockState(offset=to.timestamp() - self._base.time()))

    def reset(self) -> None:
        """Follow the process's clock again."""
        self._space.delete(_TABLE, _KEY)

    def _keep(self, state: ClockState) -> None:
        self._space.put(_TABLE, _KEY, _encode(state))


def _encode(state: ClockState) -> bytes:
    return orjson.dumps({"offset": state.offset, "frozen_at": state.frozen_at})
