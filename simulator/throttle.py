"""How often a caller may ask: per second as the provider counts it, and per day for one person or card.

Windows follow the tenant's clock, so a test advances time instead of sleeping.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from simulator.clock import TenantClock
from simulator.store import Space

_SHANGHAI_OFFSET: Final = 8 * 3600
"""Seconds east of UTC; China keeps one zone and no daylight saving."""
_DAY: Final = 86_400


class Attempt(NamedTuple):
    """One attempt against a limit: its number within the window, and the limit."""

    number: int
    limit: int

    @property
    def allowed(self) -> bool:
        """Tell whether the attempt is within the limit."""
        return self.number <= self.limit


class Throttle:
    """Counts one tenant's attempts."""

    def __init__(self, space: Space, clock: TenantClock) -> None:
        self._space = space
        self._clock = clock

    def per_second(self, unit: str, limit: int) -> Attempt:
        """Count an attempt at *unit* in the current second; the first *limit* of a second are allowed."""
        return Attempt(self._space.count("per_second", int(self._clock.time()), unit), limit)

    def per_day(self, unit: str, limit: int) -> Attempt:
        """Count an attempt at *unit* in the current day of Asia/Shanghai, which ends at local midnight."""
        return Attempt(self._space.count("per_day", self._day(), unit), limit)

    def today(self, unit: str) -> int:
        """Return how many attempts at *unit* were counted today, without counting one."""
        return self._space.count("per_day", self._day(), unit, by=0)

    def _day(self) -> int:
        return int(self._clock.time() + _SHANGHAI_OFFSET) // _DAY
