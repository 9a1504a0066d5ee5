from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from simulator.clock import FixedClock, TenantClock
from simulator.store import MemoryStore
from simulator.throttle import Attempt, Throttle


@pytest.fixture
def base() -> FixedClock:
    return FixedClock(datetime(2026, 1, 1, 15, 59, 59, tzinfo=UTC))


@pytest.fixture
def throttle(base: FixedClock) -> Throttle:
    space = MemoryStore().space("t")
    return Throttle(space, TenantClock(base, space))


@pytest.mark.parametrize(
    ("number", "allowed"), [pytest.param(19, True, id="below"), pytest.param(20, True, id="at"), (21, False)]
)
def test_the_limit_itself_is_allowed(number: int, allowed: bool) -> None:
    assert Attempt(number, 20).allowed is allowed


def test_the_first_so_many_of_a_second_are_allowed(throttle: Throttle) -> None:
    assert [throttle.per_second("key", 2).allowed for _ in range(4)] == [True, True, False, False]


def test_the_next_second_starts_anew(throttle: Throttle, base: FixedClock) -> None:
    for _ in range(5):
        throttle.per_second("key", 2)
    base.advance(1)

    assert throttle.per_second("key", 2) == Attempt(1, 2)


def test_units_are_counted_apart(throttle: Throttle) -> None:
    throttle.per_second("key", 1)

    assert throttle.per_second("other", 1) == Attempt(1, 1)


def test_seconds_and_days_are_counted_apart(throttle: Throttle) -> None:
    throttle.per_second("key", 1)

    assert throttle.per_day("key", 1) == Attempt(1, 1)


def test_a_day_ends_at_midnight_in_shanghai(throttle: Throttle, base: FixedClock) -> None:
    # 15:59:59 UTC is 23:59:59 in Shanghai.
    assert throttle.per_day("card", 10).number == 1
    assert throttle.today("card") == 1
    base.advance(1)
    assert throttle.today("card") == 0
    assert throttle.per_day("card", 10).number == 1
    base.advance(86_399)
    assert throttle.per_day("card", 10).number == 2
    base.advance(1)
    assert throttle.per_day("card", 10).number == 1


def test_looking_at_today_counts_nothing(throttle: Throttle) -> None:
    assert [throttle.today("card") for _ in range(3)] == [0, 0, 0]
    assert throttle.per_day("card", 1).allowed


def test_eight_threads_lose_no_attempt(throttle: Throttle) -> None:
    with ThreadPoolExecutor(8) as pool:
        attempts = list(pool.map(lambda _: throttle.per_second("key", 100), range(2000)))

    assert sum(attempt.allowed for attempt in attempts) == 100
    assert sorted(attempt.number for attempt in attempts) == list(range(1, 2001))
