from __future__ import annotations

from datetime import date

import pytest

from simulator.providers.tencent import lines
from simulator.register import Register, ShippedPeople
from simulator.store import MemoryStore

TODAY = date(2026, 1, 5)
HOLDER = {"name": "林静怡", "resident_id": "310115188503140620", "mobile": "13490000010"}
OTHER = {"name": "赵国栋", "resident_id": "110101187810020151"}
NOBODYS = "13490999990"


@pytest.fixture
def register() -> Register:
    return Register(ShippedPeople.load(), MemoryStore().space("t"))


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        pytest.param({}, "match", id="the truth"),
        pytest.param({"name": OTHER["name"]}, "mismatch", id="another name"),
        pytest.param({"mobile": NOBODYS}, "no_record", id="nobody's line"),
    ],
)
def test_a_line_is_compared_with_its_holder(register: Register, claim: dict[str, str], expected: str) -> None:
    assert lines.cross()(HOLDER | claim, None, register, TODAY) == expected


@pytest.mark.parametrize(
    ("operator", "expected"), [("mobile", "match"), ("telecom", "no_record"), ("unicom", "no_record")]
)
def test_a_carrier_knows_its_own_lines_only(register: Register, operator: str, expected: str) -> None:
    assert lines.cross(operator)(HOLDER, None, register, TODAY) == expected


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        pytest.param({"name": OTHER["name"]}, "PhoneNameMismatch", id="name"),
        pytest.param({"resident_id": OTHER["resident_id"]}, "PhoneIdCardMismatch", id="number"),
        pytest.param(OTHER, "PhoneNameIdCardMismatch", id="somebody else altogether"),
        pytest.param(OTHER | {"name": "陈嘉豪"}, "NameIdCardMismatch", id="two other people"),
        pytest.param({}, "OtherMismatch", id="nothing seems to differ"),
    ],
)
def test_the_detailed_mode_says_what_differs(register: Register, claim: dict[str, str], expected: str) -> None:
    assert lines.difference(HOLDER | claim, register) == expected


@pytest.mark.parametrize(
    ("key", "status", "months"),
    [
        ("line-out-of-service", "found", "duration_unknown"),
        ("line-cancelled", "found", "no_record"),
        ("line-not-on-network", "found", "no_record"),
        ("ordinary-01", "found", "found"),
        ("ordinary-10", "found", "duration_unknown"),
    ],
)
def test_state_and_months_of_a_line(register: Register, key: str, status: str, months: str) -> None:
    person = register.get(key)
    assert person is not None
    values = {"mobile": person.mobiles[0].number}

    assert lines.status(values, person, register, TODAY) == status
    assert lines.network_time(values, person, register, TODAY) == months


@pytest.mark.parametrize(
    ("months", "expected"),
    [(0, "[0,3)"), (2, "[0,3)"), (3, "[3,6)"), (11, "[6,12)"), (12, "[12,24)"), (23, "[12,24)"), (24, "[24,+)")],
)
def test_ranges_of_months_are_half_open(months: int, expected: str) -> None:
    assert lines.months_range(months) == expected


def test_no_line_has_status_three() -> None:
    assert sorted(lines.STATUSES.values()) == [0, 1, 2, 4, 5, 99]
