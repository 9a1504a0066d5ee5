"""A person as the sources hold them: police record, bank cards, mobile lines, photos, and controls of magic people.

A person is one JSON object, read by `parse_person` and written by `to_document`; every provider of the simulator
decides from the same object, so that one person is the same person everywhere::

    {"key": "ordinary-01", "name": "测试甲", "resident_id": "110101190001010006",
     "state": "on_file",                                   on_file | not_found | cancelled   (police record)
     "valid_from": "20180501", "valid_to": "长期",          both or neither
     "cards":   [{"number": "62...", "mobile": "154...", "state": "normal"}],
     "mobiles": [{"number": "154...", "operator": "mobile", "status": "normal", "months": 36}],
     "photos":  [{"sha256": "...", "score": 92, "quality": "good"}],
     "controls": {"mps": {"delay": 5}, "tencent": {"meaning": "centre_busy"}},
     "note": "what this person is for"}

Only ``key``, ``name`` and ``resident_id`` are needed. The unknown is loud: a member that is not listed above is
refused. Values are checked for shape, not for truth: a number whose check character is wrong can be on file, because
the providers' own samples are like that.

>>> person = parse_person({"key": "a", "name": "测试甲", "resident_id": "110101190001010006"})
>>> person, person.state.value
(Person(key='a', state=<PersonState.ON_FILE: 'on_file'>), 'on_file')
>>> parse_person(to_document(person)) == person
True

Source:
    Registry-driven decisions (number -> name, dates, photo, state) and people that stand for an outcome [inferred].
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, TypeVar

from kyc_core.card_validity import LongTerm
from kyc_core.dates import is_valid as is_date
from kyc_core.mobile import Operator as Operator
from kyc_core.records import USUAL_SCORE
from kyc_core.records import Card as Card
from kyc_core.records import CardState as CardState
from kyc_core.records import LineStatus as LineStatus
from kyc_core.records import MobileLine as MobileLine
from kyc_core.records import Photo as Photo
from kyc_core.records import PhotoQuality as PhotoQuality

LONG_TERM: Final = LongTerm.HANZI.value
"""The expiry of a card without an end."""

MOST: Final = 64
"""Most cards, lines or photos one person may have, so that one document cannot make every look-up slow."""

CONTROL_MEMBERS: Final = ("meaning", "error", "http", "delay", "fault", "mutation", "charged", "progression")
"""What a control may say: a rule's ``then`` without ``result``, which belongs to one operation, and ``meaning``."""


class PersonError(ValueError):
    """A document is not a person; ``pointer`` is the JSON Pointer of the member at fault. Never repeats a value."""

    def __init__(self, pointer: str, message: str) -> None:
        super().__init__(message)
        self.pointer = pointer


class PersonState(StrEnum):
    """What the police register says about the number."""

    ON_FILE = "on_file"
    NOT_FOUND = "not_found"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Everything on file about one person. Its ``repr`` holds no personal value.

    Attributes:
        key: name of the entry, unique in a register: 1-64 of ``A-Z a-z 0-9 . _ -``.
        name: as the police register spells it.
        resident_id: 18 characters with ``X`` in upper case, or one of the older 15-character forms.
        state: police record.
        valid_from: first day of the card, ``YYYYMMDD``, or ``None`` when not held.
        valid_to: last day, ``YYYYMMDD`` or `LONG_TERM`; ``None`` exactly when ``valid_from`` is.
        cards: bank cards, numbers distinct.
        mobiles: lines, numbers distinct.
        photos: none means that the police hold no photo.
        controls: by provider name, what its answer shall be whatever the facts: the ``then`` of a rule without
            ``result`` (a number belongs to one operation), or ``meaning``, the outcome table's word for it.
        note: what this person is for.
    """

    key: str
    name: str = field(repr=False)
    resident_id: str = field(repr=False)
    state: PersonState = PersonState.ON_FILE
    valid_from: str | None = field(default=None, repr=False)
    valid_to: str | None = field(default=None, repr=False)
    cards: tuple[Card, ...] = field(default=(), repr=False)
    mobiles: tuple[MobileLine, ...] = field(default=(), repr=False)
    photos: tuple[Photo, ...] = field(default=(), repr=False)
    controls: Mapping[str, Mapping[str, object]] = field(
        default_factory=lambda: MappingProxyType({}), repr=False, hash=False
    )
    note: str = field(default="", repr=False)

    def card(self, number: str) -> Card | None:
        """Return the card of that number, or ``None``."""
        return next((card for card in self.cards if card.number == number), None)

    def line(self, number: str) -> MobileLine | None:
        """Return the line of that number, or ``None``."""
        return next((line for line in self.mobiles if line.number == number), None)


def parse_person(document: object) -> Person:
    """Read a person from a decoded JSON object.

    Raises:
        PersonError: with the JSON Pointer of the first member that is unknown, missing or not of its shape.
    """
    members = _members(document, "", ("key", "name", "resident_id"), _OPTIONAL)
    valid_from, valid_to = (members.get(name) for name in ("valid_from", "valid_to"))
    if (valid_from is None) is not (valid_to is None):
        missing = "valid_from" if valid_from is None else "valid_to"
        raise PersonError(f"/{missing}", "valid_from and valid_to are given together or not at all")
    if valid_from is not None and not is_date(valid_from):
        raise PersonError("/valid_from", "a date, YYYYMMDD")
    if valid_to is not None and valid_to != LONG_TERM and not is_date(valid_to):
        raise PersonError("/valid_to", f"a date, YYYYMMDD, or {LONG_TERM}")
    cards = _each(members, "cards", _card)
    mobiles = _each(members, "mobiles", _line)
    photos = _each(members, "photos", _photo)
    _distinct([card.number for card in cards], "/cards", "number")
    _distinct([line.number for line in mobiles], "/mobiles", "number")
    _distinct([photo.sha256 for photo in photos], "/photos", "sha256")
    return Person(
        key=_text(members["key"], "/key", _KEY, "1 to 64 of A-Z a-z 0-9 . _ -, the first a letter or digit"),
        name=_text(members["name"], "/name", _NAME, "1 to 100 characters on one line"),
        resident_id=_text(
            members["resident_id"], "/resident_id", _RESIDENT_ID, "18 characters with X in upper case, or 15"
        ),
        state=_word(members["state"], "/state", PersonState) if "state" in members else PersonState.ON_FILE,
        valid_from=valid_from,
        valid_to=valid_to,
        cards=cards,
        mobiles=mobiles,
        photos=photos,
        controls=_controls(members.get("controls", {})),
        note=_text(members.get("note", ""), "/note", _NOTE, "at most 500 characters on one line"),
    )


def to_document(person: Person) -> dict[str, Any]:
    """Write a person as a JSON object; the undoing of `parse_person`. Members at their defaults are left out."""
    document: dict[str, Any] = {"key": person.key, "name": person.name, "resident_id": person.resident_id}
    if person.state is not PersonState.ON_FILE:
        document["state"] = person.state.value
    if person.valid_from is not None:
        document |= {"valid_from": person.valid_from, "valid_to": person.valid_to}
    if person.cards:
        document["cards"] = [_card_document(card) for card in person.cards]
    if person.mobiles:
        document["mobiles"] = [_line_document(line) for line in person.mobiles]
    if person.photos:
        document["photos"] = [_photo_document(photo) for photo in person.photos]
    if person.controls:
        document["controls"] = {provider: deepcopy(dict(control)) for provider, control in person.controls.items()}
    if person.note:
        document["note"] = person.note
    return document


_OPTIONAL: Final = ("state", "valid_from", "valid_to", "cards", "mobiles", "photos", "controls", "note")

_KEY: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_NAME: Final = re.compile(r"[^\x00-\x1f\x7f]{1,100}")
_RESIDENT_ID: Final = re.compile(r"[0-9]{17}[0-9X]|[0-9]{15}|[A-Z]{3}[0-9]{12}")
_NOTE: Final = re.compile(r"[^\x00-\x1f\x7f]{0,500}")
_CARD: Final = re.compile(r"[0-9]{12,19}")
_MOBILE: Final = re.compile(r"1[0-9]{10}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_PROVIDER: Final = re.compile(r"[a-z][a-z0-9_]{0,31}")

_Item = TypeVar("_Item")
_Word = TypeVar("_Word", bound=StrEnum)


def _members(document: object, place: str, needed: tuple[str, ...], optional: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(document, dict):
        raise PersonError(place, "an object")
    for name in needed:
        if name not in document:
            raise PersonError(f"{place}/{name}", "needed")
    for name in document:
        if name not in needed and name not in optional:
            raise PersonError(f"{place}/{_escaped(name)}", f"not known; there are {', '.join((*needed, *optional))}")
    return document


def _escaped(name: object) -> str:
    return str(name).replace("~", "~0").replace("/", "~1")


def _each(members: dict[str, Any], name: str, read: Callable[[object, str], _Item]) -> tuple[_Item, ...]:
    items = members.get(name)
    if items is None and name not in members:
        return ()
    if not isinstance(items, list | tuple) or len(items) > MOST:
        raise PersonError(f"/{name}", f"a list of at most {MOST}")
    return tuple([read(item, f"/{name}/{index}") for index, item in enumerate(items)])


def _distinct(values: Sequence[str | None], place: str, name: str) -> None:
    if len(values) < 2:
        return
    seen = set()
    for index, value in enumerate(values):
        if value in seen:
            raise PersonError(f"{place}/{index}/{name}", "stands twice")
        seen.add(value)


def _text(value: object, place: str, shape: re.Pattern[str], want: str) -> str:
    if not isinstance(value, str) or shape.fullmatch(value) is None:
        raise PersonError(place, want)
    return value


def _word(value: object, place: str, words: type[_Word]) -> _Word:
    if isinstance(value, str):
        with suppress(ValueError):
            return words(value)
    raise PersonError(place, f"one of {', '.join(words)}")


def _card(document: object, place: str) -> Card:
    members = _members(document, place, ("number",), ("mobile", "state"))
    mobile = members.get("mobile")
    return Card(
        number=_text(members["number"], f"{place}/number", _CARD, "12 to 19 digits"),
        mobile=None if mobile is None else _text(mobile, f"{place}/mobile", _MOBILE, "11 digits, the first 1"),
        state=_word(members["state"], f"{place}/state", CardState) if "state" in members else CardState.NORMAL,
    )


def _line(document: object, place: str) -> MobileLine:
    members = _members(document, place, ("number", "operator"), ("status", "months"))
    months = members.get("months")
    if months is not None and (isinstance(months, bool) or not isinstance(months, int) or not 0 <= months <= 1200):
        raise PersonError(f"{place}/months", "a whole number from 0 to 1200, or null")
    return MobileLine(
        number=_text(members["number"], f"{place}/number", _MOBILE, "11 digits, the first 1"),
        operator=_word(members["operator"], f"{place}/operator", Operator),
        status=_word(members["status"], f"{place}/status", LineStatus) if "status" in members else LineStatus.NORMAL,
        months=months,
    )


def _photo(document: object, place: str) -> Photo:
    members = _members(document, place, (), ("sha256", "score", "quality"))
    digest, score = members.get("sha256"), members.get("score", USUAL_SCORE)
    if isinstance(score, bool) or not isinstance(score, int | float) or not 0 <= score <= 100:
        raise PersonError(f"{place}/score", "a number from 0 to 100")
    if round(score, 2) != score:
        raise PersonError(f"{place}/score", "at most two decimals")
    return Photo(
        sha256=None if digest is None else _text(digest, f"{place}/sha256", _SHA256, "64 lower-case hex digits"),
        score=float(score),
        quality=_word(members["quality"], f"{place}/quality", PhotoQuality)
        if "quality" in members
        else PhotoQuality.GOOD,
    )


def _controls(document: object) -> Mapping[str, Mapping[str, object]]:
    if not isinstance(document, dict):
        raise PersonError("/controls", "an object: provider name -> what it shall answer")
    controls = {}
    for provider, control in document.items():
        place = f"/controls/{_escaped(provider)}"
        _text(provider, place, _PROVIDER, "a provider's name")
        members = _members(control, place, (), CONTROL_MEMBERS)
        if not members:
            raise PersonError(place, f"at least one of {', '.join(CONTROL_MEMBERS)}")
        if "meaning" in members and not isinstance(members["meaning"], str):
            raise PersonError(f"{place}/meaning", "a word of the provider's outcome table")
        answers = [name for name in ("meaning", "error", "http") if name in members]
        if len(answers) > 1:
            raise PersonError(f"{place}/{answers[1]}", f"{answers[0]} is given already; a call has one answer")
        # Plain dictionaries inside, because the reader of scenarios wants JSON as it was decoded.
        controls[provider] = deepcopy(members)
    return MappingProxyType(controls)


def _card_document(card: Card) -> dict[str, Any]:
    document: dict[str, Any] = {"number": card.number}
    if card.mobile is not None:
        document["mobile"] = card.mobile
    if card.state is not CardState.NORMAL:
        document["state"] = card.state.value
    return document


def _line_document(line: MobileLine) -> dict[str, Any]:
    document: dict[str, Any] = {"number": line.number, "operator": line.operator.value}
    if line.status is not LineStatus.NORMAL:
        document["status"] = line.status.value
    if line.months is not None:
        document["months"] = line.months
    return document


def _photo_document(photo: Photo) -> dict[str, Any]:
    document: dict[str, Any] = {"score": photo.score}
    if photo.sha256 is not None:
        document["sha256"] = photo.sha256
    if photo.quality is not PhotoQuality.GOOD:
        document["quality"] = photo.quality.value
    return document
