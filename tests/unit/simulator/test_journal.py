from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from types import MappingProxyType

import pytest

from simulator.journal import Journal, JournalLimits
from simulator.store import MemoryStore, Space


@pytest.fixture
def space() -> Space:
    return MemoryStore().space("t")


@pytest.fixture
def journal(space: Space) -> Journal:
    return Journal(space, JournalLimits())


def test_entries_come_back_oldest_first_with_their_numbers(journal: Journal) -> None:
    assert [journal.record({"request_id": letter}) for letter in "abc"] == [1, 2, 3]

    assert journal.entries() == [{"number": n, "request_id": letter} for n, letter in enumerate("abc", start=1)]
    assert [entry["number"] for entry in journal.entries(after=1)] == [2, 3]
    assert [entry["number"] for entry in journal.entries(limit=1)] == [3]


def test_an_entry_is_found_by_its_request_id(journal: Journal) -> None:
    for letter in "abc":
        journal.record({"request_id": letter, "answer": {"code": "0"}})

    assert journal.find("b") == {"number": 2, "request_id": "b", "answer": {"code": "0"}}
    assert journal.find("z") is None


def test_a_request_id_standing_elsewhere_in_an_entry_is_not_taken_for_it(journal: Journal) -> None:
    journal.record({"request_id": "a", "note": "b"})

    assert journal.find("b") is None


def test_of_two_answers_with_one_id_the_newer_is_found(journal: Journal) -> None:
    journal.record({"request_id": "a", "n": 1})
    journal.record({"request_id": "a", "n": 2})

    found = journal.find("a")

    assert found is not None
    assert found["n"] == 2


@pytest.mark.parametrize("odd", ['quo"te', "back\\slash", "测试", "a\nb"])
def test_an_id_that_json_escapes_is_found(journal: Journal, odd: str) -> None:
    journal.record({"request_id": odd})

    assert journal.find(odd) is not None


def test_the_oldest_go_first_when_there_are_too_many(space: Space) -> None:
    journal = Journal(space, JournalLimits(entries=2))
    for letter in "abc":
        journal.record({"request_id": letter})

    assert [entry["request_id"] for entry in journal.entries()] == ["b", "c"]
    assert journal.find("a") is None


def test_the_oldest_go_first_when_they_are_too_large(space: Space) -> None:
    journal = Journal(space, JournalLimits(size=100))
    for letter in "abc":
        journal.record({"request_id": letter, "filler": "x" * 30})

    assert [entry["request_id"] for entry in journal.entries()] == ["c"]


def test_a_cleared_journal_is_empty_and_goes_on_numbering(journal: Journal) -> None:
    journal.record({"request_id": "a"})
    journal.clear()

    assert journal.entries() == []
    assert journal.record({"request_id": "b"}) == 2


def test_eight_threads_lose_no_entry(journal: Journal) -> None:
    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(lambda n: journal.record({"request_id": str(n)}), range(2000)))

    assert sorted(numbers) == list(range(1, 2001))
    assert sorted(int(entry["request_id"]) for entry in journal.entries()) == list(range(2000))


def test_a_half_surrogate_loses_no_entry() -> None:
    journal = Journal(MemoryStore().space("t"), JournalLimits())

    journal.record({"request_id": "r", "path": "/\ud800", "name": "中"})

    assert journal.entries() == [{"number": 1, "request_id": "r", "path": "/\\ud800", "name": "中"}]


def test_what_a_check_saw_is_an_object_also_where_nobody_may_change_it(journal: Journal) -> None:
    seen = MappingProxyType({"cause": "clock_skew"})
    journal.record({"request_id": "r", "steps": [("signature", False, seen), ("body", False, MappingProxyType({}))]})

    assert journal.entries()[0]["steps"] == [["signature", False, {"cause": "clock_skew"}], ["body", False, {}]]
