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
_NANOSECONDS: Final = 1_000_000_000
_BUCKETS: Final = "throttle.buckets"


class Attempt(NamedTuple):
    """One attempt against a limit: its number within the window, the limit, and seconds until the next may succeed."""

    number: int
    limit: int
    wait: float = 0.0

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
        now = self._clock.time()
        number = self._space.count("per_second", int(now), unit)
        return Attempt(number, limit, int(now) + 1 - now if number > limit else 0.0)

    def bucket(self, unit: str, rate: int) -> Attempt:
        """Take a token from a bucket that holds *rate* and is refilled evenly, *rate* a second.

        Args:
            unit: whose bucket.
            rate: calls per second, and as many at once; from 1.

        Returns:
            The attempt; its number is how many tokens are gone with it, one more than there are when it is refused.
        """
        now = int(self._clock.time() * _NANOSECONDS)
        interval = _NANOSECONDS // rate
        seen = [Attempt(0, rate)]

        def take(raw: bytes | None) -> bytes | None:
            # When the bucket will be full again says all there is to say about it. Further off than a refill takes, it
            # was written before the clock was set back.
            full_at = now if raw is None else max(int(raw), now)
            if full_at > now + rate * interval:
                full_at = now
            gone = -(-(full_at - now) // interval)
            if gone >= rate:
                seen[0] = Attempt(rate + 1, rate, (full_at - now - (rate - 1) * interval) / _NANOSECONDS)
                return raw
            seen[0] = Attempt(gone + 1, rate)
            return b"%d" % (full_at + interval)

        self._space.update(_BUCKETS, unit, take)
        return seen[0]

    def per_day(self, unit: str, limit: int) -> Attempt:
        """Count an attempt at *unit* in the current day of Asia/Shanghai, which ends at local midnight."""
        return Attempt(self._space.count("per_day", self._day(), unit), limit)

    def today(self, unit: str) -> int:
        """Return how many attempts at *unit* were counted today, without counting one."""
        return self._space.count("per_day", self._day(), unit, by=0)

    def is_any_today(self) -> bool:
        """Tell whether any attempt at all was counted today; most days of most tenants have none."""
        last = self._space.counted_in("per_day")
        return last is not None and last == self._day()

    def _day(self) -> int:
        return int(self._clock.time() + _SHANGHAI_OFFSET) // _DAY
