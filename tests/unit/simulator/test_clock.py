from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, timezone

import pytest

from simulator.clock import FixedClock, SystemClock, TenantClock
from simulator.store import MemoryStore, Space

START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def base() -> FixedClock:
    return FixedClock(START)


@pytest.fixture
def space() -> Space:
    return MemoryStore().space("t")


@pytest.fixture
def clock(base: FixedClock, space: Space) -> TenantClock:
    return TenantClock(base, space)


def test_the_system_clock_is_the_machines() -> None:
    before = time.time()
    seen = SystemClock().time()

    assert before <= seen <= time.time()
    assert SystemClock().now().tzinfo is UTC
    assert abs(SystemClock().now().timestamp() - before) < 60


def test_a_fixed_clock_moves_only_when_told(base: FixedClock) -> None:
    assert base.now() == START
    base.advance(1.5)

    assert base.now() == START + timedelta(seconds=1.5)
    assert base.time() == START.timestamp() + 1.5


def test_a_tenants_clock_follows_the_processs(clock: TenantClock, base: FixedClock) -> None:
    base.advance(10)

    assert clock.now() == START + timedelta(seconds=10)
    assert (clock.state.offset, clock.state.frozen_at) == (0.0, None)


def test_a_frozen_clock_stands_still(clock: TenantClock, base: FixedClock) -> None:
    clock.freeze()
    base.advance(100)

    assert clock.now() == START


def test_a_clock_frozen_at_a_moment_stands_there(clock: TenantClock, base: FixedClock) -> None:
    moment = datetime(2030, 6, 1, 8, tzinfo=timezone(timedelta(hours=8)))
    clock.freeze(moment)
    base.advance(100)

    assert clock.now() == datetime(2030, 6, 1, tzinfo=UTC)


def test_unfreezing_runs_on_from_where_it_stands(clock: TenantClock, base: FixedClock) -> None:
    clock.freeze()
    base.advance(100)
    clock.unfreeze()
    base.advance(1)

    assert clock.now() == START + timedelta(seconds=1)


def test_unfreezing_a_running_clock_changes_nothing(clock: TenantClock) -> None:
    clock.advance(5)
    clock.unfreeze()

    assert clock.now() == START + timedelta(seconds=5)


@pytest.mark.parametrize("frozen", [pytest.param(True, id="frozen"), pytest.param(False, id="running")])
def test_advancing_moves_frozen_or_running_forth_and_back(clock: TenantClock, base: FixedClock, frozen: bool) -> None:
    if frozen:
        clock.freeze()
    clock.advance(60)
    clock.advance(-10)
    base.advance(1)

    assert clock.now() == START + timedelta(seconds=50 if frozen else 51)


def test_setting_a_running_clock_runs_on_from_there(clock: TenantClock, base: FixedClock) -> None:
    moment = datetime(2027, 1, 1, tzinfo=UTC)
    clock.set(moment)
    base.advance(2)

    assert clock.now() == moment + timedelta(seconds=2)


def test_setting_a_frozen_clock_leaves_it_frozen(clock: TenantClock, base: FixedClock) -> None:
    moment = datetime(2027, 1, 1, tzinfo=UTC)
    clock.freeze()
    clock.set(moment)
    base.advance(2)

    assert clock.now() == moment


def test_a_reset_follows_the_process_again(clock: TenantClock, base: FixedClock) -> None:
    clock.freeze()
    clock.advance(1000)
    base.advance(3)
    clock.reset()

    assert clock.now() == START + timedelta(seconds=3)


def test_two_clocks_over_one_space_agree_at_once(base: FixedClock, space: Space) -> None:
    one, other = TenantClock(base, space), TenantClock(base, space)
    assert one.time() == other.time()
    one.advance(60)
    assert one.time() == other.time()
    other.freeze()
    base.advance(5)
    assert one.now() == other.now() == START + timedelta(seconds=60)
    one.reset()
    assert other.now() == START + timedelta(seconds=5)


def test_two_tenants_clocks_are_apart(base: FixedClock) -> None:
    store = MemoryStore()
    one, other = TenantClock(base, store.space("a")), TenantClock(base, store.space("b"))
    one.advance(60)

    assert other.now() == START
