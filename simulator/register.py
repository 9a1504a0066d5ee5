"""People on file: those shipped with the simulator, and a tenant's own laid over them.

`ShippedPeople` is immutable and shared by all tenants; it is read and indexed at the first look-up. A `Register` keeps
its tenant's own people in the tenant's `Space`: one row per person and one index row per number. A tenant's person
hides the shipped one with the same key or the same resident number.

A look-up trusts no index row: the person it leads to must still hold the number. An index row left behind by a crash
or a race is therefore harmless, and is given to the next person who claims the number.

>>> from simulator.store import MemoryStore
>>> register = Register(ShippedPeople(()), MemoryStore().space("t"))
>>> register.put({"key": "mine", "name": "测试甲", "resident_id": "110101190001010006"})
Person(key='mine', state=<PersonState.ON_FILE: 'on_file'>)
>>> register.by_resident_id("110101190001010006").key, register.remove("mine"), register.get("mine")
('mine', True, None)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Any, Final

import orjson

from contracts.loader import load_table
from kyc_core.people import Person, PersonError, parse_person, to_document
from simulator.scenarios import ScenarioError, parse_then
from simulator.store import Space

PEOPLE: Final = "people"
BY_RESIDENT_ID: Final = "people.resident_id"
BY_CARD: Final = "people.card"
BY_MOBILE: Final = "people.mobile"
_INDEXES: Final = (BY_RESIDENT_ID, BY_CARD, BY_MOBILE)


class _Index:
    """Everyone of a fixed list, by each of their numbers."""

    __slots__ = ("by", "people")

    def __init__(self, people: Iterable[Person]) -> None:
        self.people: dict[str, Person] = {}
        self.by: dict[str, dict[str, Person]] = {table: {} for table in _INDEXES}
        for person in people:
            if self.people.setdefault(person.key, person) is not person:
                raise PersonError("/key", f"{person.key} stands twice")
            for table, number, pointer in _numbers(person):
                if self.by[table].setdefault(number, person) is not person:
                    raise PersonError(pointer, f"{person.key}: another person has it")


class ShippedPeople:
    """The population that comes with the simulator; immutable."""

    def __init__(self, people: Iterable[Person] | None = None) -> None:
        self._given = None if people is None else tuple(people)

    @classmethod
    def load(cls) -> ShippedPeople:
        """Return the shipped population, one for the whole process."""
        return _shipped()

    @cached_property
    def index(self) -> _Index:
        """Everyone by each of their numbers, made at the first look-up.

        Raises:
            PersonError: the shipped file holds something else than people, or a number twice.
        """
        return _Index(_read_shipped() if self._given is None else self._given)


@lru_cache(maxsize=1)
def _shipped() -> ShippedPeople:
    return ShippedPeople()


def read_people(raw: bytes) -> Iterator[Person]:
    """Read a people file: ``{"source": ..., "people": [...]}``.

    Raises:
        PersonError: with the pointer of the member at fault, from the root of the file.
    """
    document = orjson.loads(raw)
    if not isinstance(document, dict) or document.keys() != {"source", "people"}:
        raise PersonError("", "an object with source and people")
    for index, entry in enumerate(document["people"]):
        try:
            yield parse_person(entry)
        except PersonError as problem:
            raise PersonError(f"/people/{index}{problem.pointer}", str(problem)) from problem


def _read_shipped() -> Iterator[Person]:
    return read_people((files("contracts.fixtures") / "people.json").read_bytes())


class Register:
    """The people one tenant can be asked about.

    Args:
        shipped: the population underneath.
        space: where the tenant's own people live.
    """

    def __init__(self, shipped: ShippedPeople, space: Space) -> None:
        self._shipped = shipped
        self._space = space

    def get(self, key: str) -> Person | None:
        """Return the person of that key, the tenant's own before the shipped one."""
        own = self._own(key)
        if own is not None:
            return own
        person = self._shipped.index.people.get(key)
        return None if person is None or self._hides(person) else person

    def by_resident_id(self, id18: str) -> Person | None:
        """Return the holder of an identity number, written as on file (``X`` in upper case), or ``None``."""
        return self._find(BY_RESIDENT_ID, id18)

    def by_card(self, pan: str) -> Person | None:
        """Return the holder of a bank card number, digits only, or ``None``."""
        return self._find(BY_CARD, pan)

    def by_mobile(self, number: str) -> Person | None:
        """Return the person in whose name a mobile line is registered, 11 digits, or ``None``."""
        return self._find(BY_MOBILE, number)

    def put(self, document: object) -> Person:
        """Add one of the tenant's own people, or replace the one with the same key.

        Raises:
            PersonError: not a person, a control that its provider cannot answer, or another of the tenant's own people
                has one of the numbers.
        """
        person = parse_person(document)
        check_controls(person)
        self._check(person)
        self._store(person)
        return person

    def put_many(self, documents: Sequence[object]) -> int:
        """Add or replace many people; none when one of them is refused. Returns how many.

        Raises:
            PersonError: as for `put`, also when two of *documents* share a key or a number; the pointer begins with
                the position in *documents*.
        """
        people = []
        for position, document in enumerate(documents):
            try:
                person = parse_person(document)
                check_controls(person)
            except PersonError as problem:
                raise PersonError(f"/{position}{problem.pointer}", str(problem)) from problem
            people.append(person)
        claimed: dict[tuple[str, str], None] = {}
        coming = {person.key for person in people}
        for position, person in enumerate(people):
            try:
                for table, number, pointer in (("", person.key, "/key"), *_numbers(person)):
                    if (table, number) in claimed:
                        raise PersonError(pointer, "stands twice")
                    claimed[table, number] = None
                self._check(person, leaving=coming)
            except PersonError as problem:
                raise PersonError(f"/{position}{problem.pointer}", str(problem)) from problem
        for person in people:
            self._store(person)
        return len(people)

    def remove(self, key: str) -> bool:
        """Remove one of the tenant's own people; a shipped one it hid is seen again. Tell whether there was one."""
        before = self._swap(key, None)
        if before is None:
            return False
        self._release(before)
        return True

    def clear(self) -> None:
        """Remove all of the tenant's own people."""
        for table in (PEOPLE, *_INDEXES):
            self._space.clear(table)

    def overlay(self) -> list[dict[str, Any]]:
        """Return the tenant's own people as documents, oldest first."""
        return [orjson.loads(raw) for _, raw in self._space.scan(PEOPLE)]

    def people(self) -> Iterator[Person]:
        """Yield everyone who can be found: the tenant's own, then the shipped people they do not hide."""
        for _, raw in self._space.scan(PEOPLE):
            yield _decode(raw)
        for person in self._shipped.index.people.values():
            if not self._hides(person):
                yield person

    def _own(self, key: str) -> Person | None:
        raw = self._space.get(PEOPLE, key)
        return None if raw is None else _decode(raw)

    def _find(self, table: str, number: str) -> Person | None:
        shipped = self._shipped.index.by[table].get(number)
        if not self._space.size(PEOPLE):
            return shipped
        own = self._holder(table, number)
        if own is not None:
            return own
        return None if shipped is None or self._hides(shipped) else shipped

    def _holder(self, table: str, number: str) -> Person | None:
        key = self._space.get(table, number)
        if key is None:
            return None
        person = self._own(key.decode())
        return person if person is not None and _holds(person, table, number) else None

    def _hides(self, person: Person) -> bool:
        if self._space.get(PEOPLE, person.key) is not None:
            return True
        return self._holder(BY_RESIDENT_ID, person.resident_id) is not None

    def _check(self, person: Person, *, leaving: Iterable[str] = ()) -> None:
        """Refuse a number that another of the tenant's own people holds, unless that one is in *leaving*."""
        for table, number, pointer in _numbers(person):
            holder = self._holder(table, number)
            if holder is not None and holder.key != person.key and holder.key not in leaving:
                raise PersonError(pointer, "another person has it")

    def _store(self, person: Person) -> None:
        before = self._swap(person.key, orjson.dumps(to_document(person)))
        self._claim(person)
        if before is not None:
            self._release(before)

    def _swap(self, key: str, after: bytes | None) -> Person | None:
        seen: list[bytes | None] = []

        def change(before: bytes | None) -> bytes | None:
            seen.append(before)
            return after

        self._space.update(PEOPLE, key, change)
        # The store may try more than once; the last try is the one that took.
        before = seen[-1]
        return None if before is None else _decode(before)

    def _claim(self, person: Person) -> None:
        key = person.key.encode()
        for table, number, _ in _numbers(person):
            self._space.put(table, number, key)

    def _release(self, before: Person) -> None:
        key = before.key.encode()
        now = self._own(before.key)
        for table, number, _ in _numbers(before):
            if now is None or not _holds(now, table, number):
                self._space.update(table, number, lambda holder: None if holder == key else holder)
        # A put of the same key running at the same time may have claimed a row just before it went away.
        now = self._own(before.key)
        if now is not None:
            self._claim(now)


def check_controls(person: Person) -> None:
    """Refuse a control that its provider has no answer for: a misspelt code would otherwise do nothing, silently.

    Raises:
        PersonError: with the pointer of the member at fault.
    """
    for provider, control in person.controls.items():
        place = f"/controls/{provider}"
        # Looked up here and not by `parse_then`: a person is asked about by every operation, also by those that
        # do not answer this error.
        then = {name: value for name, value in control.items() if name not in ("meaning", "error")}
        try:
            parse_then(then or {"delay": 0}, provider=provider)
        except ScenarioError as problem:
            pointer = problem.pointer.removeprefix("/provider").removeprefix("/then")
            raise PersonError(place + pointer, str(problem)) from problem
        rows = load_table(provider).rows
        if "meaning" in control and control["meaning"] not in {row.meaning for row in rows}:
            raise PersonError(f"{place}/meaning", f"no outcome of {provider} has this meaning")
        if "error" in control and control["error"] not in {row.code for row in rows if row.kind == "error"}:
            raise PersonError(f"{place}/error", f"no error of {provider} has this code")


def _numbers(person: Person) -> list[tuple[str, str, str]]:
    """Index table, number and JSON Pointer of everything a person can be found by."""
    return [
        (BY_RESIDENT_ID, person.resident_id, "/resident_id"),
        *[(BY_CARD, card.number, f"/cards/{index}/number") for index, card in enumerate(person.cards)],
        *[(BY_MOBILE, line.number, f"/mobiles/{index}/number") for index, line in enumerate(person.mobiles)],
    ]


def _holds(person: Person, table: str, number: str) -> bool:
    if table == BY_RESIDENT_ID:
        return person.resident_id == number
    return (person.card(number) if table == BY_CARD else person.line(number)) is not None


@lru_cache(maxsize=1024)
def _decode(raw: bytes) -> Person:
    return parse_person(orjson.loads(raw))
