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


def test_a_refused_attempt_says_how_long_until_the_next_second(throttle: Throttle, base: FixedClock) -> None:
    base.advance(0.25)
    throttle.per_second("key", 1)

    assert throttle.per_second("key", 1).wait == pytest.approx(0.75)


def test_a_bucket_gives_its_rate_at_once_and_then_evenly(throttle: Throttle, base: FixedClock) -> None:
    at_once = [throttle.bucket("key", 10).allowed for _ in range(11)]
    base.advance(0.1)
    after_a_tenth = [throttle.bucket("key", 10).allowed for _ in range(2)]
    base.advance(10)
    after_ten_seconds = [throttle.bucket("key", 10).allowed for _ in range(11)]

    assert at_once == after_ten_seconds == [True] * 10 + [False]
    assert after_a_tenth == [True, False]


def test_a_bucket_counts_what_is_gone_and_says_when_the_next_token_comes(throttle: Throttle, base: FixedClock) -> None:
    numbers = [throttle.bucket("key", 4).number for _ in range(5)]
    base.advance(0.05)
    refused = throttle.bucket("key", 4)

    assert numbers == [1, 2, 3, 4, 5]
    assert (refused.allowed, refused.number, refused.limit) == (False, 5, 4)
    assert refused.wait == pytest.approx(0.2, abs=1e-6)


def test_buckets_are_kept_apart(throttle: Throttle) -> None:
    assert [throttle.bucket(unit, 1).allowed for unit in ("a", "b", "a")] == [True, True, False]


@pytest.mark.parametrize("rate", [1, 3, 7, 50])
def test_a_bucket_of_any_rate_is_full_after_a_second(throttle: Throttle, base: FixedClock, rate: int) -> None:
    for _ in range(rate):
        throttle.bucket("key", rate)
    base.advance(1)

    assert [throttle.bucket("key", rate).allowed for _ in range(rate + 1)] == [True] * rate + [False]


def test_a_bucket_starts_anew_when_the_clock_is_set_back(throttle: Throttle, base: FixedClock) -> None:
    throttle.bucket("key", 2)
    throttle.bucket("key", 2)
    base.advance(-3600)

    assert [throttle.bucket("key", 2).allowed for _ in range(3)] == [True, True, False]


def test_threads_never_get_more_tokens_than_there_are(throttle: Throttle) -> None:
    with ThreadPoolExecutor(8) as threads:
        attempts = list(threads.map(lambda _: throttle.bucket("key", 50), range(400)))

    assert sum(attempt.allowed for attempt in attempts) == 50


def test_whether_anything_was_counted_today_ends_with_the_day(throttle: Throttle, base: FixedClock) -> None:
    assert not throttle.is_any_today()
    throttle.per_day("card", 10)
    assert throttle.is_any_today()
    base.advance(1)
    assert not throttle.is_any_today()
