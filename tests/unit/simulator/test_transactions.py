from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from simulator.clock import FixedClock, TenantClock
from simulator.scenarios import Progression
from simulator.store import MemorySpace, Space
from simulator.transactions import TABLE, Change, TransactionExists, Transactions

IMMEDIATE, MANUAL, NEVER = (Progression(kind=kind) for kind in ("immediate", "manual", "never"))


def after_polls(number: int) -> Progression:
    return Progression(kind="after_polls", amount=number)


def after_seconds(number: float) -> Progression:
    return Progression(kind="after_seconds", amount=number)


@pytest.fixture
def base() -> FixedClock:
    return FixedClock(datetime(2026, 1, 5, tzinfo=UTC))


@pytest.fixture
def space() -> MemorySpace:
    return MemorySpace()


@pytest.fixture
def transactions(space: Space, base: FixedClock) -> Transactions:
    return Transactions(space, TenantClock(base, space))


def polled(transactions: Transactions, times: int) -> list[bool]:
    changes = [transactions.poll("t") for _ in range(times)]
    return [change is not None and change.transaction.ready for change in changes]


@pytest.mark.parametrize(
    ("progression", "answers"),
    [
        pytest.param(IMMEDIATE, [True, True, True], id="immediate"),
        pytest.param(after_polls(0), [True, True, True], id="no poll to wait for"),
        pytest.param(after_polls(1), [False, True, True], id="one poll to wait for"),
        pytest.param(after_polls(2), [False, False, True], id="two polls to wait for"),
        pytest.param(after_seconds(0), [True, True, True], id="no second to wait for"),
        pytest.param(after_seconds(0.1), [False, False, False], id="time that does not pass"),
        pytest.param(MANUAL, [False, False, False], id="manual"),
        pytest.param(NEVER, [False, False, False], id="never"),
    ],
)
def test_a_progression_decides_which_poll_finds_the_work_done(
    transactions: Transactions, progression: Progression, answers: list[bool]
) -> None:
    transactions.start("t", "toy", {}, progression)

    assert polled(transactions, 3) == answers


def test_time_makes_it_ready_to_the_second_and_nobody_need_look(transactions: Transactions, base: FixedClock) -> None:
    started = transactions.start("t", "toy", {}, after_seconds(12)).transaction
    base.advance(11.9)
    before = transactions.find("t")
    base.advance(100)
    after = transactions.find("t")

    assert before is not None
    assert (before.ready, before.ready_at) == (False, started.created_at + 12)
    assert after is not None
    assert (after.ready, after.ready_at) == (True, started.created_at + 12)


def test_looking_is_not_polling(transactions: Transactions) -> None:
    transactions.start("t", "toy", {}, after_polls(1))
    for _ in range(5):
        transactions.find("t")

    assert polled(transactions, 2) == [False, True]


def test_what_is_ready_stays_so_when_the_clock_goes_back(transactions: Transactions, base: FixedClock) -> None:
    transactions.start("t", "toy", {}, after_seconds(5))
    base.advance(5)
    seen = polled(transactions, 1)
    base.advance(-100)

    assert seen + polled(transactions, 1) == [True, True]


@pytest.mark.parametrize("progression", [MANUAL, NEVER, after_polls(9), after_seconds(900)], ids=lambda it: it.kind)
def test_a_hand_finishes_any_work_and_is_told_once(transactions: Transactions, progression: Progression) -> None:
    transactions.start("t", "toy", {}, progression)
    changes = [transactions.finish("t"), transactions.finish("t"), transactions.poll("t")]

    assert [change is not None and change.became_ready for change in changes] == [True, False, False]
    assert polled(transactions, 1) == [True]


def test_the_call_that_made_it_ready_is_told_so_and_no_other(transactions: Transactions, base: FixedClock) -> None:
    started = [
        transactions.start("at once", "toy", {}, IMMEDIATE).became_ready,
        transactions.start("t", "toy", {}, after_seconds(1)).became_ready,
    ]
    early = transactions.poll("t")
    base.advance(1)
    late = [transactions.poll("t"), transactions.poll("t")]

    assert started == [True, False]
    assert [change is not None and change.became_ready for change in [early, *late]] == [False, True, False]


def test_an_id_is_given_once(transactions: Transactions) -> None:
    transactions.start("t", "toy", {"mine": 1}, NEVER)

    with pytest.raises(TransactionExists):
        transactions.start("t", "other", {"mine": 2}, IMMEDIATE)
    found = transactions.find("t")
    assert found is not None
    assert (found.provider, found.facts) == ("toy", {"mine": 1})


@pytest.mark.parametrize("verb", ["find", "poll", "finish"])
def test_what_nobody_started_is_not_there_and_leaves_nothing_behind(
    transactions: Transactions, space: Space, verb: str
) -> None:
    before = space.version(TABLE)

    assert getattr(transactions, verb)("t") is None
    assert transactions.amend("t", lambda facts: facts) is None
    assert (space.size(TABLE), space.version(TABLE)) == (0, before)


def test_facts_are_kept_and_may_be_amended(transactions: Transactions) -> None:
    transactions.start("t", "toy", {"result": None}, NEVER)
    transactions.amend("t", lambda facts: {**facts, "result": "1", "names": ["测试甲"]})
    found = transactions.find("t")

    assert found is not None
    assert found.facts == {"result": "1", "names": ["测试甲"]}


def test_facts_stay_out_of_what_is_shown(transactions: Transactions) -> None:
    transaction = transactions.start("t", "toy", {"name": "测试甲"}, after_polls(2)).transaction

    assert "测试甲" not in repr(transaction) + str(transaction.public())
    assert transaction.public()["progression"] == {"kind": "after_polls", "amount": 2}


def test_the_oldest_makes_room(space: Space, base: FixedClock) -> None:
    transactions = Transactions(space, TenantClock(base, space), most=3)
    for number in range(5):
        transactions.start(f"t{number}", "toy", {}, NEVER)

    kept = [number for number in range(5) if transactions.find(f"t{number}") is not None]
    assert kept == [2, 3, 4]
    assert space.size(TABLE) == 3


def test_a_poll_that_changes_nothing_else_still_counts(transactions: Transactions) -> None:
    transactions.start("t", "toy", {}, IMMEDIATE)
    polled(transactions, 4)
    found = transactions.find("t")

    assert found is not None
    assert found.polls == 4


class RetryingSpace(MemorySpace):
    """A space whose updates run twice, as one that compares and swaps may."""

    def update(self, table: str, key: str, change: Callable[[bytes | None], bytes | None]) -> bytes | None:
        change(self.get(table, key))
        return super().update(table, key, change)


def test_an_update_that_runs_twice_counts_once(base: FixedClock) -> None:
    space = RetryingSpace()
    transactions = Transactions(space, TenantClock(base, space))
    transactions.start("t", "toy", {}, after_polls(1))

    assert [transactions.poll("t").became_ready for _ in range(3)] == [False, True, False]  # type: ignore[union-attr]  # it is there


@pytest.mark.parametrize("progression", [after_polls(7), after_seconds(1)], ids=lambda it: it.kind)
def test_a_thousand_transactions_polled_by_sixteen_threads_lose_and_double_nothing(
    space: Space, base: FixedClock, progression: Progression
) -> None:
    transactions = Transactions(space, TenantClock(base, space))
    ids = [f"t{number}" for number in range(1000)]
    for name in ids:
        transactions.start(name, "toy", {}, progression)

    def poll_all(thread: int) -> list[Change]:
        if thread == 8:
            base.advance(1)  # the others are half-way by then
        turned = ids[thread * 60 :] + ids[: thread * 60]
        changes = [transactions.poll(name) for name in turned]
        return [change for change in changes if change is not None]

    with ThreadPoolExecutor(16) as pool:
        changes = [change for found in pool.map(poll_all, range(16)) for change in found]

    made_ready = Counter(change.transaction.id for change in changes if change.became_ready)
    waited = Counter(change.transaction.id for change in changes if not change.transaction.ready)
    rows: list[dict[str, Any]] = [orjson.loads(raw) for _, raw in space.scan(TABLE)]
    assert len(changes) == 16_000
    assert made_ready == dict.fromkeys(ids, 1)
    assert {row["polls"] for row in rows} == {16}
    assert all(row["ready"] for row in rows)
    if progression.kind == "after_polls":
        assert waited == dict.fromkeys(ids, 7)


def test_finishing_changes_the_facts_in_the_same_step(transactions: Transactions) -> None:
    transactions.start("t", "toy", {"a": 1}, MANUAL)
    change = transactions.finish("t", lambda facts: {**facts, "b": 2})

    assert change is not None
    assert (change.became_ready, change.transaction.facts) == (True, {"a": 1, "b": 2})


def test_what_is_finished_already_keeps_its_facts(transactions: Transactions, base: FixedClock) -> None:
    transactions.start("ready", "toy", {"a": 1}, IMMEDIATE)
    transactions.start("due", "toy", {"a": 1}, after_seconds(5))
    base.advance(5)
    late = [transactions.finish(name, lambda _: {"a": 2}) for name in ("ready", "due")]

    assert [change and change.transaction.facts for change in late] == [{"a": 1}, {"a": 1}]
    assert transactions.finish("nobody", lambda facts: facts) is None


@pytest.mark.parametrize(
    ("progression", "answers"),
    [
        pytest.param(IMMEDIATE, [True, True], id="immediate"),
        pytest.param(after_polls(2), [False, True], id="the poll before counts"),
        pytest.param(after_seconds(8), [True, True], id="the seconds before count"),
        pytest.param(after_seconds(12), [False, False], id="time that does not pass"),
        pytest.param(NEVER, [False, False], id="never"),
    ],
)
def test_another_progression_takes_over(
    transactions: Transactions, base: FixedClock, progression: Progression, answers: list[bool]
) -> None:
    transactions.start("t", "toy", {}, MANUAL)
    transactions.poll("t")
    base.advance(10)
    transactions.reschedule("t", progression)

    assert polled(transactions, 2) == answers


def test_what_is_ready_cannot_be_rescheduled(transactions: Transactions) -> None:
    transactions.start("t", "toy", {}, IMMEDIATE)
    change = transactions.reschedule("t", NEVER)

    assert change is not None
    assert (change.transaction.ready, change.transaction.progression) == (True, IMMEDIATE)
    assert transactions.reschedule("nobody", NEVER) is None
