from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from simulator.ledger import Ledger, LedgerLimits
from simulator.store import MemoryStore, Space


@pytest.fixture
def space() -> Space:
    return MemoryStore().space("t")


@pytest.fixture
def ledger(space: Space) -> Ledger:
    return Ledger(space, LedgerLimits())


def enter(ledger: Ledger, *, operation: str = "Check", billed: bool = True, request_id: str = "r") -> None:
    ledger.record(
        at=1.0,
        provider="tencent",
        operation=operation,
        request_id=request_id,
        code="0",
        billed=billed,
        why="seed",
    )


def test_an_entry_says_what_was_charged_and_why(ledger: Ledger) -> None:
    enter(ledger)

    assert ledger.entries() == [
        {
            "at": 1.0,
            "provider": "tencent",
            "operation": "Check",
            "request_id": "r",
            "code": "0",
            "charged": True,
            "why": "seed",
            "unit": "call",
        }
    ]


def test_totals_tell_charged_from_free_by_provider_and_operation(ledger: Ledger) -> None:
    for operation, billed in [("Check", True), ("Check", True), ("Check", False), ("Other", False)]:
        enter(ledger, operation=operation, billed=billed)

    assert ledger.totals() == {"tencent": {"Check": {"charged": 2, "free": 1}, "Other": {"charged": 0, "free": 1}}}


def test_an_operation_with_a_space_in_its_name_does_not_break_the_totals(ledger: Ledger) -> None:
    enter(ledger, operation="DROP TABLE x")

    assert ledger.totals() == {"tencent": {"DROP TABLE x": {"charged": 1, "free": 0}}}


def test_nothing_called_costs_nothing(ledger: Ledger) -> None:
    assert ledger.totals() == {}
    assert ledger.entries() == []


def test_totals_outlive_the_bounded_entries(space: Space) -> None:
    ledger = Ledger(space, LedgerLimits(entries=2))
    for n in range(5):
        enter(ledger, request_id=str(n))

    assert [entry["request_id"] for entry in ledger.entries()] == ["3", "4"]
    assert [entry["request_id"] for entry in ledger.entries(limit=1)] == ["4"]
    assert ledger.totals()["tencent"]["Check"]["charged"] == 5


def test_eight_threads_lose_no_charge(ledger: Ledger) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: enter(ledger, billed=n % 2 == 0, request_id=str(n)), range(2000)))

    assert ledger.totals() == {"tencent": {"Check": {"charged": 1000, "free": 1000}}}
    assert len({entry["request_id"] for entry in ledger.entries()}) == 2000
