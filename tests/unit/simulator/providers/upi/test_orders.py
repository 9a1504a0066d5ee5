from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from simulator.providers.upi import orders
from simulator.providers.upi.orders import Kept
from simulator.store import MemoryStore


def test_an_order_id_is_taken_once() -> None:
    space = MemoryStore().space("t")

    assert [orders.take(space, key) for key in ("a", "a", "b")] == [True, False, True]


def test_of_eight_threads_one_takes_it() -> None:
    space = MemoryStore().space("t")
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: orders.take(space, "a"), range(200)))

    assert taken.count(True) == 1


def test_an_answer_is_kept_once_there_is_one() -> None:
    space = MemoryStore().space("t")
    answered = Kept("~1", "00", '{"msgResponse":"张三"}'.encode())
    assert orders.kept(space, "a") is None

    orders.take(space, "a")
    assert orders.kept(space, "a") is None

    orders.keep(space, "a", answered)
    assert orders.kept(space, "a") == answered
    assert not orders.take(space, "a")
