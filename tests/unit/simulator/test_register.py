from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from kyc_core.people import PersonError, parse_person
from simulator.register import BY_CARD, BY_MOBILE, BY_RESIDENT_ID, PEOPLE, Register, ShippedPeople, read_people
from simulator.store import MemorySpace, MemoryStore

IDS = ("110101190001010006", "110101190001010014", "110101190001010022", "110101190001010030")
CARDS = ("6217000000000000103", "6217000000000000202", "6217000000000000301")
MOBILES = ("13490000010", "13490000020", "13490000030")


def document(key: str, number: int = 0, **changes: Any) -> dict[str, Any]:
    person: dict[str, Any] = {
        "key": key,
        "name": "测试甲",
        "resident_id": IDS[number],
        "cards": [{"number": CARDS[number]}],
        "mobiles": [{"number": MOBILES[number], "operator": "mobile"}],
    }
    return person | changes


@pytest.fixture
def shipped() -> ShippedPeople:
    return ShippedPeople([parse_person(document("shipped", 0)), parse_person(document("shipped-too", 1))])


@pytest.fixture
def space() -> MemorySpace:
    return MemorySpace()


@pytest.fixture
def register(shipped: ShippedPeople, space: MemorySpace) -> Register:
    return Register(shipped, space)


def found(register: Register, number: int = 0) -> list[str | None]:
    """The keys found by the three numbers."""
    people = (
        register.by_resident_id(IDS[number]),
        register.by_card(CARDS[number]),
        register.by_mobile(MOBILES[number]),
    )
    return [person.key if person is not None else None for person in people]


def test_shipped_people_are_found_by_each_number(register: Register) -> None:
    assert found(register) == ["shipped"] * 3
    assert found(register, 2) == [None] * 3
    assert register.overlay() == []
    assert [person.key for person in register.people()] == ["shipped", "shipped-too"]


def test_a_tenants_own_person_is_found_by_each_number(register: Register) -> None:
    person = register.put(document("mine", 2))

    assert found(register, 2) == ["mine"] * 3
    assert register.get("mine") == person
    assert register.overlay() == [document("mine", 2)]
    assert [each.key for each in register.people()] == ["mine", "shipped", "shipped-too"]


def test_a_person_with_the_same_key_hides_the_shipped_one(register: Register) -> None:
    register.put(document("shipped", 2))

    assert found(register) == [None] * 3
    assert found(register, 2) == ["shipped"] * 3
    assert [each.resident_id for each in register.people()] == [IDS[2], IDS[1]]


def test_a_person_with_the_same_resident_number_hides_the_shipped_one_and_its_cards(register: Register) -> None:
    register.put(document("mine", 2, resident_id=IDS[0]))

    assert found(register) == ["mine", None, None]
    assert register.get("shipped") is None
    assert [each.key for each in register.people()] == ["mine", "shipped-too"]


def test_a_card_of_a_tenants_person_wins_over_the_shipped_holder(register: Register) -> None:
    register.put(document("mine", 2, cards=[{"number": CARDS[0]}]))

    assert found(register) == ["shipped", "mine", "shipped"]


def test_removing_shows_the_shipped_person_again(register: Register) -> None:
    register.put(document("mine", 0))

    assert register.remove("mine")
    assert found(register) == ["shipped"] * 3
    assert register.get("mine") is None
    assert not register.remove("mine")


def test_a_shipped_person_cannot_be_removed(register: Register) -> None:
    assert not register.remove("shipped")
    assert found(register) == ["shipped"] * 3


def test_replacing_a_person_forgets_the_numbers_it_no_longer_has(register: Register, space: MemorySpace) -> None:
    register.put(document("mine", 2))
    register.put(document("mine", 2, cards=[{"number": "6217000000000000400"}], mobiles=[]))

    assert found(register, 2) == ["mine", None, None]
    assert register.by_card("6217000000000000400") == register.get("mine")
    assert [space.size(table) for table in (PEOPLE, BY_RESIDENT_ID, BY_CARD, BY_MOBILE)] == [1, 1, 1, 0]


def test_clear_removes_all_of_the_tenants_own_and_nothing_else(register: Register, space: MemorySpace) -> None:
    register.put(document("mine", 2))
    space.put("rules", "r1", b"{}")

    register.clear()

    assert found(register, 2) == [None] * 3
    assert found(register) == ["shipped"] * 3
    assert [space.size(table) for table in (PEOPLE, BY_RESIDENT_ID, BY_CARD, BY_MOBILE)] == [0, 0, 0, 0]
    assert space.get("rules", "r1") == b"{}"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        pytest.param({"resident_id": IDS[2]}, "/resident_id", id="resident number"),
        pytest.param({"cards": [{"number": "622588000000"}, {"number": CARDS[2]}]}, "/cards/1/number", id="card"),
        pytest.param({"mobiles": [{"number": MOBILES[2], "operator": "unicom"}]}, "/mobiles/0/number", id="line"),
    ],
)
def test_two_of_a_tenants_people_share_no_number(register: Register, change: dict[str, Any], pointer: str) -> None:
    register.put(document("mine", 2))
    other = {"key": "other", "name": "测试乙", "resident_id": IDS[3]} | change

    with pytest.raises(PersonError) as refusal:
        register.put(other)

    assert refusal.value.pointer == pointer
    assert register.get("other") is None
    assert found(register, 2) == ["mine"] * 3


def test_an_index_row_left_behind_leads_nowhere_and_can_be_claimed(register: Register, space: MemorySpace) -> None:
    space.put(BY_RESIDENT_ID, IDS[2], b"gone")
    space.put(BY_CARD, CARDS[2], b"mine")
    register.put({"key": "mine", "name": "测试甲", "resident_id": IDS[3]})

    assert register.by_resident_id(IDS[2]) is None
    assert register.by_card(CARDS[2]) is None

    register.put(document("other", 2))
    assert found(register, 2) == ["other"] * 3


def test_many_people_are_added_at_once(register: Register) -> None:
    register.put(document("mine", 1))
    count = register.put_many([document("mine", 2), document("other", 1), {**document("third"), "cards": []}])

    assert count == 3
    assert found(register, 2) == ["mine"] * 3
    assert found(register, 1) == ["other"] * 3
    assert len(register.overlay()) == 3


def test_two_people_of_one_batch_may_exchange_their_numbers(register: Register) -> None:
    register.put_many([document("mine", 1), document("other", 2)])
    register.put_many([document("mine", 2), document("other", 1)])

    assert (found(register, 1), found(register, 2)) == (["other"] * 3, ["mine"] * 3)


@pytest.mark.parametrize(
    ("second", "pointer"),
    [
        pytest.param({"key": "mine", "name": "乙", "resident_id": IDS[3]}, "/1/key", id="key twice"),
        pytest.param({"key": "b", "name": "乙", "resident_id": IDS[2]}, "/1/resident_id", id="number twice"),
        pytest.param({"key": "b", "name": "乙"}, "/1/resident_id", id="no person"),
        pytest.param({"key": "b", "name": "乙", "resident_id": IDS[1]}, "/1/resident_id", id="number of another"),
    ],
)
def test_a_batch_with_one_bad_person_adds_nobody(register: Register, second: dict[str, Any], pointer: str) -> None:
    register.put(document("there", 1))

    with pytest.raises(PersonError) as refusal:
        register.put_many([document("mine", 2), second])

    assert refusal.value.pointer == pointer
    assert [entry["key"] for entry in register.overlay()] == ["there"]


@pytest.mark.parametrize(
    ("controls", "pointer"),
    [
        pytest.param({"nobody": {"delay": 1}}, "/controls/nobody", id="no such provider"),
        pytest.param({"tencent": {"error": "Arrears"}}, "/controls/tencent/error", id="no such error"),
        pytest.param({"tencent": {"meaning": "busy"}}, "/controls/tencent/meaning", id="no such meaning"),
        pytest.param({"tencent": {"delay": -1}}, "/controls/tencent/delay", id="negative delay"),
        pytest.param({"tencent": {"fault": "explode"}}, "/controls/tencent/fault", id="no such fault"),
        pytest.param({"tencent": {"http": 418}}, "/controls/tencent/http", id="no such page"),
    ],
)
def test_a_control_its_provider_cannot_answer_is_refused(
    register: Register, controls: dict[str, Any], pointer: str
) -> None:
    with pytest.raises(PersonError) as refusal:
        register.put(document("mine", 2, controls=controls))

    assert refusal.value.pointer == pointer
    assert register.get("mine") is None


@pytest.mark.parametrize(
    "control",
    [
        {"meaning": "centre_busy"},
        {"error": "UnauthorizedOperation.Arrears", "delay": 0.5},
        {"fault": {"truncate": 10}},
        {"http": 504, "charged": True},
    ],
)
def test_a_control_its_provider_can_answer_is_kept(register: Register, control: dict[str, Any]) -> None:
    register.put(document("mine", 2, controls={"tencent": control}))

    person = register.by_card(CARDS[2])
    assert person is not None
    assert person.controls == {"tencent": control}


def test_two_apps_over_one_store_see_the_same_people(shipped: ShippedPeople) -> None:
    store = MemoryStore()
    one, two = Register(shipped, store.space("t")), Register(shipped, store.space("t"))
    stranger = Register(shipped, store.space("u"))

    one.put(document("mine", 2))
    assert found(two, 2) == ["mine"] * 3
    assert found(stranger, 2) == [None] * 3

    two.put(document("mine", 2, name="测试乙"))
    seen = one.by_card(CARDS[2])
    assert seen is not None
    assert seen.name == "测试乙"

    two.remove("mine")
    assert found(one, 2) == [None] * 3


def test_forgetting_a_tenant_forgets_its_people(shipped: ShippedPeople) -> None:
    store = MemoryStore()
    register = Register(shipped, store.space("t"))
    register.put(document("mine", 2))

    store.forget("t")

    assert found(register, 2) == [None] * 3


def test_a_put_that_loses_its_index_row_to_a_removal_gets_it_back(shipped: ShippedPeople) -> None:
    class Racing(MemorySpace):
        """Runs *meanwhile* once, just before the index row of the resident number is taken away."""

        meanwhile: Callable[[], object] | None = None

        def update(self, table: str, key: str, change: Callable[[bytes | None], bytes | None]) -> bytes | None:
            if table == BY_RESIDENT_ID and self.meanwhile is not None:
                race, self.meanwhile = self.meanwhile, None
                race()
            return super().update(table, key, change)

    space = Racing()
    register = Register(shipped, space)
    register.put(document("mine", 2))
    space.meanwhile = lambda: Register(shipped, space).put(document("mine", 2))

    register.remove("mine")

    assert found(register, 2) == ["mine"] * 3


def test_eight_threads_that_put_and_remove_leave_a_sound_register(register: Register, space: MemorySpace) -> None:
    def work(worker: int) -> None:
        for turn in range(60):
            register.put(document("mine", 2, cards=[{"number": f"62170000000000{worker:02d}{turn:03d}"}]))
            if turn % 3 == 0:
                register.remove("mine")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    register.put(document("mine", 2))

    assert found(register, 2) == ["mine"] * 3
    register.remove("mine")
    assert found(register, 2) == [None] * 3
    assert [person.key for person in register.people()] == ["shipped", "shipped-too"]


def test_a_look_up_reads_a_handful_of_rows_whatever_the_number_of_people(shipped: ShippedPeople) -> None:
    class Counting(MemorySpace):
        reads = 0

        def get(self, table: str, key: str) -> bytes | None:
            self.reads += 1
            return super().get(table, key)

        def scan(self, table: str) -> list[tuple[str, bytes]]:
            raise AssertionError(f"{table} was read from end to end")

    def reads(people: int) -> int:
        space = Counting()
        register = Register(shipped, space)
        register.put_many([{"key": f"p{n}", "name": "测试", "resident_id": f"{n:018d}"} for n in range(people)])
        space.reads = 0
        assert register.by_resident_id(f"{people - 1:018d}") is not None
        assert found(register) == ["shipped"] * 3
        return space.reads

    assert reads(2_000) == reads(1) <= 12


def test_a_shipped_list_with_a_number_twice_is_refused() -> None:
    twice = [parse_person(document("a", 0)), parse_person(document("b", 1, cards=[{"number": CARDS[0]}]))]

    with pytest.raises(PersonError) as refusal:
        ShippedPeople(twice).index  # noqa: B018 - reading it makes the index
    assert refusal.value.pointer == "/cards/0/number"

    with pytest.raises(PersonError) as refusal:
        ShippedPeople([parse_person(document("a", 0)), parse_person(document("a", 1))]).index  # noqa: B018
    assert refusal.value.pointer == "/key"


def test_the_shipped_population_is_one_per_process_and_read_at_the_first_look_up() -> None:
    script = """
import json, sys
from simulator.register import ShippedPeople
people = ShippedPeople.load()
before = "index" in vars(people)
index = people.index
heavy = [name for name in ("flask", "faker", "hypothesis", "jsonschema", "requests") if name in sys.modules]
print(json.dumps([before, people is ShippedPeople.load(), index is people.index, len(index.people) > 0, heavy]))
"""
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert json.loads(answer.stdout) == [False, True, True, True, []]


@pytest.mark.parametrize(
    ("content", "pointer"),
    [
        pytest.param([], "", id="no object"),
        pytest.param({"people": []}, "", id="no source"),
        pytest.param({"source": "", "people": [], "notes": ""}, "", id="unknown member"),
        pytest.param({"source": "", "people": [document("a"), {}]}, "/people/1/key", id="no person"),
    ],
)
def test_a_people_file_that_holds_anything_else_is_refused(content: object, pointer: str) -> None:
    with pytest.raises(PersonError) as refusal:
        list(read_people(json.dumps(content).encode()))

    assert refusal.value.pointer == pointer
