from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from simulator.store import MemorySpace, MemoryStore, Space

THREADS = 8
EACH = 500


@pytest.fixture
def space() -> Space:
    return MemoryStore().space("t")


def hammer(work: object) -> None:
    assert callable(work)
    with ThreadPoolExecutor(THREADS) as pool:
        for done in [pool.submit(work, thread) for thread in range(THREADS)]:
            done.result()


def test_a_new_space_is_empty(space: Space) -> None:
    assert space.get("rules", "r") is None
    assert space.scan("rules") == []
    assert space.size("rules") == 0
    assert space.version("rules") == 0
    assert space.tallies("n") == {}
    assert space.read("log") == []


def test_the_same_owner_gets_the_same_space_and_another_owner_another() -> None:
    store = MemoryStore()
    store.space("a").put("t", "k", b"1")

    assert store.space("a").get("t", "k") == b"1"
    assert store.space("b").get("t", "k") is None


def test_two_stores_share_nothing() -> None:
    one, other = MemoryStore(), MemoryStore()
    one.space("a").put("t", "k", b"1")

    assert other.space("a").get("t", "k") is None


def test_a_scan_keeps_the_order_of_first_insertion(space: Space) -> None:
    for key in ("b", "a", "c", "b"):
        space.put("t", key, key.encode())

    assert [key for key, _ in space.scan("t")] == ["b", "a", "c"]


def test_deleting_tells_whether_there_was_something(space: Space) -> None:
    space.put("t", "k", b"")

    assert (space.delete("t", "k"), space.delete("t", "k"), space.delete("nowhere", "k")) == (True, False, False)


def test_every_write_changes_the_version_and_nothing_else_does(space: Space) -> None:
    seen = [space.version("t")]

    def note() -> None:
        seen.append(space.version("t"))

    space.put("t", "k", b"1")
    note()
    space.put("t", "k", b"1")
    note()
    space.update("t", "k", lambda before: b"2")
    note()
    space.delete("t", "k")
    note()
    space.put("t", "k", b"3")
    note()
    space.clear("t")
    note()
    space.swap("t", {"k": b"4"})
    note()
    space.swap("t", {})
    note()
    assert len(set(seen)) == len(seen)

    space.delete("t", "k")
    space.update("t", "k", lambda before: before)
    space.clear("t")
    space.swap("t", {})
    space.get("t", "k")
    space.put("other", "k", b"1")
    assert space.version("t") == seen[-1]


def test_a_table_is_swapped_for_other_rows_in_their_order(space: Space) -> None:
    space.put("t", "b", b"1")
    space.put("t", "c", b"2")
    space.swap("t", {"a": b"3", "b": b"4"})

    assert space.scan("t") == [("a", b"3"), ("b", b"4")]
    space.swap("t", {})
    assert (space.scan("t"), space.size("t")) == ([], 0)


def test_an_update_sees_the_old_value_and_may_remove_it(space: Space) -> None:
    assert space.update("t", "k", lambda before: b"new" if before is None else b"wrong") == b"new"
    assert space.update("t", "k", lambda before: None) is None
    assert space.get("t", "k") is None
    assert space.size("t") == 0


def test_tallies_add_up_and_nought_reads(space: Space) -> None:
    assert [space.tally("n", "k"), space.tally("n", "k", 5), space.tally("n", "k", 0)] == [1, 6, 6]
    assert space.tallies("n") == {"k": 6}


def test_what_tallies_returns_is_a_copy(space: Space) -> None:
    space.tally("n", "k")
    space.tallies("n")["k"] = 99

    assert space.tally("n", "k", 0) == 1


def test_a_new_window_forgets_the_counts_of_the_last_one(space: Space) -> None:
    assert [space.count("g", 1, "k"), space.count("g", 1, "k"), space.count("g", 1, "other")] == [1, 2, 1]
    assert space.count("g", 2, "k", by=0) == 0
    assert space.count("g", 2, "k") == 1


def test_groups_have_windows_of_their_own(space: Space) -> None:
    space.count("seconds", 1, "k")
    space.count("days", 9, "k")

    assert space.count("seconds", 1, "k") == 2


def test_a_key_is_new_once_until_it_expires(space: Space) -> None:
    assert space.first_use("nonce", "k", now=0.0, expires_at=10.0)
    assert not space.first_use("nonce", "k", now=9.9, expires_at=20.0)
    assert space.first_use("nonce", "k", now=10.0, expires_at=20.0)
    assert not space.first_use("nonce", "k", now=19.0, expires_at=30.0)


def test_expired_uses_do_not_pile_up() -> None:
    space = MemorySpace()
    for second in range(10_000):
        space.first_use("nonce", f"k{second}", now=float(second), expires_at=second + 5.0)

    assert len(space._uses["nonce"]) < 20


def test_a_log_is_numbered_from_one_and_bounded_by_entries(space: Space) -> None:
    numbers = [space.append("log", b"%d" % n, keep=3, keep_bytes=1_000) for n in range(5)]

    assert numbers == [1, 2, 3, 4, 5]
    assert space.read("log") == [(3, b"2"), (4, b"3"), (5, b"4")]


def test_a_log_is_bounded_by_bytes(space: Space) -> None:
    for _ in range(4):
        space.append("log", b"12345", keep=100, keep_bytes=12)

    assert [number for number, _ in space.read("log")] == [3, 4]


def test_an_entry_larger_than_the_log_is_not_kept_but_numbered(space: Space) -> None:
    space.append("log", b"123", keep=100, keep_bytes=4)

    assert space.append("log", b"12345", keep=100, keep_bytes=4) == 2
    assert space.read("log") == []


@pytest.mark.parametrize(
    ("after", "limit", "numbers"),
    [
        pytest.param(0, None, [1, 2, 3, 4], id="all"),
        pytest.param(2, None, [3, 4], id="after a number"),
        pytest.param(0, 2, [3, 4], id="the newest two"),
        pytest.param(1, 2, [3, 4], id="the newest two after a number"),
        pytest.param(0, 0, [], id="none"),
        pytest.param(0, 99, [1, 2, 3, 4], id="more than there are"),
        pytest.param(4, None, [], id="after the last"),
    ],
)
def test_a_log_is_read_oldest_first(space: Space, after: int, limit: int | None, numbers: list[int]) -> None:
    for n in range(4):
        space.append("log", b"%d" % n, keep=100, keep_bytes=1_000)

    assert [number for number, _ in space.read("log", after=after, limit=limit)] == numbers


def test_erasing_a_log_goes_on_numbering(space: Space) -> None:
    space.append("log", b"x", keep=10, keep_bytes=10)
    space.erase("log")
    space.erase("never written")

    assert space.read("log") == []
    assert space.append("log", b"y" * 10, keep=10, keep_bytes=10) == 2
    assert space.read("log") == [(2, b"y" * 10)]


def test_a_forgotten_owner_keeps_nothing_even_for_those_who_hold_its_space() -> None:
    store = MemoryStore()
    space = store.space("a")
    space.put("t", "k", b"1")
    space.tally("n", "k")
    space.count("g", 1, "k")
    space.first_use("nonce", "k", now=0.0, expires_at=10.0)
    space.append("log", b"x", keep=10, keep_bytes=10)
    version = space.version("t")
    store.forget("a")
    store.forget("never seen")

    assert space.get("t", "k") is None
    assert space.tally("n", "k", 0) == 0
    assert space.count("g", 1, "k", by=0) == 0
    assert space.first_use("nonce", "k", now=0.0, expires_at=10.0)
    assert space.read("log") == []
    assert space.version("t") > version


def test_forgetting_one_owner_leaves_the_others() -> None:
    store = MemoryStore()
    store.space("a").put("t", "k", b"1")
    store.space("b").put("t", "k", b"2")
    store.forget("a")

    assert store.space("b").get("t", "k") == b"2"


def test_a_group_knows_the_window_in_which_anything_was_counted(space: Space) -> None:
    assert space.counted_in("days") is None
    space.count("days", 1, "k", by=0)
    assert space.counted_in("days") is None
    space.count("days", 1, "k")
    assert space.counted_in("days") == 1
    assert space.counted_in("seconds") is None
    space.count("days", 2, "k")
    assert space.counted_in("days") == 2


def test_eight_threads_lose_no_count(space: Space) -> None:
    def work(thread: int) -> None:
        for _ in range(EACH):
            space.tally("n", "k")
            space.count("g", 7, "k")
            space.update("t", "sum", lambda before: b"%d" % (int(before or b"0") + 1))
            space.append("log", b"%d" % thread, keep=10 * THREADS * EACH, keep_bytes=10**6)

    hammer(work)

    assert space.tally("n", "k", 0) == THREADS * EACH
    assert space.count("g", 7, "k", by=0) == THREADS * EACH
    assert space.get("t", "sum") == b"%d" % (THREADS * EACH)
    assert [number for number, _ in space.read("log")] == list(range(1, THREADS * EACH + 1))


def test_of_eight_threads_exactly_one_uses_a_key_first(space: Space) -> None:
    firsts: list[str] = []

    def work(thread: int) -> None:
        for n in range(EACH):
            if space.first_use("nonce", f"k{n}", now=0.0, expires_at=1.0):
                firsts.append(f"k{n}")

    hammer(work)

    assert sorted(firsts) == sorted(f"k{n}" for n in range(EACH))


def test_two_threads_never_make_two_spaces_of_one_owner() -> None:
    store = MemoryStore()
    with ThreadPoolExecutor(THREADS) as pool:
        spaces = list(pool.map(lambda _: store.space("a"), range(200)))

    assert all(space is spaces[0] for space in spaces)
