"""A person as the sources hold them: police record, bank cards, mobile lines, photos, and controls of magic people.

A person is one JSON object, read by `parse_person` and written by `to_document`; every provider of the simulator
decides from the same object, so that one person is the same person everywhere::

    {"key": "ordinary-01", "name": "测试甲", "resident_id": "110101190001010006",
     "state": "on_file",                                   on_file | not_found | cancelled   (police record)
     "valid_from": "20180501", "valid_to": "长期",          both or neither
     "cards":   [{"number": "62...", "mobile": "154...", "state": "normal"}],
     "mobiles": [{"number": "154...", "operator": "mobile", "status": "normal", "months": 36, "province": "浙江",
                  "city": "杭州", "areas": [{"kind": "work", "city": "杭州", "address": "测试路1号"}]}],
     "risk":    {"fraud": 0, "gambling": 1, "money_mule": 0, "police": ["fugitive"]},
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
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from kyc_core.card_validity import LongTerm
from kyc_core.dates import is_valid as is_date
from kyc_core.documents import MOST as MOST
from kyc_core.documents import PersonError as PersonError
from kyc_core.documents import distinct, each, escaped, members, text, whole, word
from kyc_core.footprint import HIGHEST, NO_RISK, Area, AreaKind, PoliceFlag, Risk
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

CONTROL_MEMBERS: Final = ("meaning", "error", "http", "delay", "fault", "mutation", "charged", "progression")
"""What a control may say: a rule's ``then`` without ``result``, which belongs to one operation, and ``meaning``."""


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
        risk: what blacklists and the police record say.
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
    risk: Risk = field(default=NO_RISK, repr=False)
    controls: Mapping[str, Mapping[str, object]] = field(
        default_factory=lambda: MappingProxyType({}), repr=False, hash=False
    )
    note: str = field(default="", repr=False)

    def card(self, number: str) -> Card | None:
        """Return the card of that number, or ``None``."""
        for card in self.cards:
            if card.number == number:
                return card
        return None

    def line(self, number: str) -> MobileLine | None:
        """Return the line of that number, or ``None``."""
        return next((line for line in self.mobiles if line.number == number), None)


def parse_person(document: object) -> Person:
    """Read a person from a decoded JSON object.

    Raises:
        PersonError: with the JSON Pointer of the first member that is unknown, missing or not of its shape.
    """
    given = members(document, "", ("key", "name", "resident_id"), _OPTIONAL)
    valid_from, valid_to = (given.get(name) for name in ("valid_from", "valid_to"))
    if (valid_from is None) is not (valid_to is None):
        missing = "valid_from" if valid_from is None else "valid_to"
        raise PersonError(f"/{missing}", "valid_from and valid_to are given together or not at all")
    if valid_from is not None and not is_date(valid_from):
        raise PersonError("/valid_from", "a date, YYYYMMDD")
    if valid_to is not None and valid_to != LONG_TERM and not is_date(valid_to):
        raise PersonError("/valid_to", f"a date, YYYYMMDD, or {LONG_TERM}")
    cards = each(given, "cards", _card)
    mobiles = each(given, "mobiles", _line)
    photos = each(given, "photos", _photo)
    distinct([card.number for card in cards], "/cards", "number")
    distinct([line.number for line in mobiles], "/mobiles", "number")
    distinct([photo.sha256 for photo in photos], "/photos", "sha256")
    return Person(
        key=text(given["key"], "/key", _KEY, "1 to 64 of A-Z a-z 0-9 . _ -, the first a letter or digit"),
        name=text(given["name"], "/name", _NAME, "1 to 100 characters on one line"),
        resident_id=text(
            given["resident_id"], "/resident_id", _RESIDENT_ID, "18 characters with X in upper case, or 15"
        ),
        state=word(given["state"], "/state", PersonState) if "state" in given else PersonState.ON_FILE,
        valid_from=valid_from,
        valid_to=valid_to,
        cards=cards,
        mobiles=mobiles,
        photos=photos,
        risk=_risk(given["risk"]) if "risk" in given else NO_RISK,
        controls=_controls(given.get("controls", {})),
        note=text(given.get("note", ""), "/note", _NOTE, "at most 500 characters on one line"),
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
    if not person.risk.is_clean:
        document["risk"] = _risk_document(person.risk)
    if person.controls:
        document["controls"] = {provider: deepcopy(dict(control)) for provider, control in person.controls.items()}
    if person.note:
        document["note"] = person.note
    return document


_OPTIONAL: Final = ("state", "valid_from", "valid_to", "cards", "mobiles", "photos", "risk", "controls", "note")

_KEY: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_NAME: Final = re.compile(r"[^\x00-\x1f\x7f]{1,100}")
_RESIDENT_ID: Final = re.compile(r"[0-9]{17}[0-9X]|[0-9]{15}|[A-Z]{3}[0-9]{12}")
_NOTE: Final = re.compile(r"[^\x00-\x1f\x7f]{0,500}")
_CARD: Final = re.compile(r"[0-9]{12,19}")
_PLACE: Final = re.compile(r"[^\x00-\x1f\x7f]{1,100}")
_MOBILE: Final = re.compile(r"1[0-9]{10}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_PLACE_WANTED: Final = "1 to 100 characters on one line"
_LONGEST_CONTRACT: Final = 1200
"""Months; no line is a hundred years old."""
_PROVIDER: Final = re.compile(r"[a-z][a-z0-9_]{0,31}")


def _card(document: object, place: str) -> Card:
    given = members(document, place, ("number",), ("mobile", "state"))
    mobile = given.get("mobile")
    return Card(
        number=text(given["number"], f"{place}/number", _CARD, "12 to 19 digits"),
        mobile=None if mobile is None else text(mobile, f"{place}/mobile", _MOBILE, "11 digits, the first 1"),
        state=word(given["state"], f"{place}/state", CardState) if "state" in given else CardState.NORMAL,
    )


def _line(document: object, place: str) -> MobileLine:
    given = members(document, place, ("number", "operator"), ("status", "months", "province", "city", "areas"))
    months = given.get("months")
    if months is not None:
        whole(months, f"{place}/months", _LONGEST_CONTRACT)
    areas = each(given, "areas", _area, place)
    distinct([area.kind for area in areas], f"{place}/areas", "kind")
    return MobileLine(
        number=text(given["number"], f"{place}/number", _MOBILE, "11 digits, the first 1"),
        operator=word(given["operator"], f"{place}/operator", Operator),
        status=word(given["status"], f"{place}/status", LineStatus) if "status" in given else LineStatus.NORMAL,
        months=months,
        province=_place(given, "province", place),
        city=_place(given, "city", place),
        areas=areas,
    )


def _area(document: object, place: str) -> Area:
    given = members(document, place, ("kind", "city"), ("address",))
    return Area(
        kind=word(given["kind"], f"{place}/kind", AreaKind),
        city=text(given["city"], f"{place}/city", _PLACE, _PLACE_WANTED),
        address=_place(given, "address", place),
    )


def _place(given: Mapping[str, Any], name: str, place: str) -> str | None:
    value = given.get(name)
    return None if value is None else text(value, f"{place}/{name}", _PLACE, _PLACE_WANTED)


def _risk(document: object) -> Risk:
    given = members(document, "/risk", (), ("fraud", "gambling", "money_mule", "police"))
    police = each(given, "police", lambda flag, place: word(flag, place, PoliceFlag), "/risk")
    if len(set(police)) != len(police):
        raise PersonError("/risk/police", "a flag stands twice")
    levels = {name: whole(given.get(name, 0), f"/risk/{name}", HIGHEST) for name in ("fraud", "gambling", "money_mule")}
    return Risk(**levels, police=police)


def _photo(document: object, place: str) -> Photo:
    given = members(document, place, (), ("sha256", "score", "quality"))
    digest, score = given.get("sha256"), given.get("score", USUAL_SCORE)
    if isinstance(score, bool) or not isinstance(score, int | float) or not 0 <= score <= 100:
        raise PersonError(f"{place}/score", "a number from 0 to 100")
    if round(score, 2) != score:
        raise PersonError(f"{place}/score", "at most two decimals")
    return Photo(
        sha256=None if digest is None else text(digest, f"{place}/sha256", _SHA256, "64 lower-case hex digits"),
        score=float(score),
        quality=word(given["quality"], f"{place}/quality", PhotoQuality) if "quality" in given else PhotoQuality.GOOD,
    )


def _controls(document: object) -> Mapping[str, Mapping[str, object]]:
    if not isinstance(document, dict):
        raise PersonError("/controls", "an object: provider name -> what it shall answer")
    controls = {}
    for provider, control in document.items():
        place = f"/controls/{escaped(provider)}"
        text(provider, place, _PROVIDER, "a provider's name")
        given = members(control, place, (), CONTROL_MEMBERS)
        if not given:
            raise PersonError(place, f"at least one of {', '.join(CONTROL_MEMBERS)}")
        if "meaning" in given and not isinstance(given["meaning"], str):
            raise PersonError(f"{place}/meaning", "a word of the provider's outcome table")
        answers = [name for name in ("meaning", "error", "http") if name in given]
        if len(answers) > 1:
            raise PersonError(f"{place}/{answers[1]}", f"{answers[0]} is given already; a call has one answer")
        # Plain dictionaries inside, because the reader of scenarios wants JSON as it was decoded.
        controls[provider] = deepcopy(given)
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
    document |= {name: value for name in ("province", "city") if (value := getattr(line, name)) is not None}
    if line.areas:
        document["areas"] = [_area_document(area) for area in line.areas]
    return document


def _area_document(area: Area) -> dict[str, Any]:
    document: dict[str, Any] = {"kind": area.kind.value, "city": area.city}
    if area.address is not None:
        document["address"] = area.address
    return document


def _risk_document(risk: Risk) -> dict[str, Any]:
    document: dict[str, Any] = {}
    for name in ("fraud", "gambling", "money_mule"):
        if level := getattr(risk, name):
            document[name] = level
    if risk.police:
        document["police"] = [flag.value for flag in risk.police]
    return document


def _photo_document(photo: Photo) -> dict[str, Any]:
    document: dict[str, Any] = {"score": photo.score}
    if photo.sha256 is not None:
        document["sha256"] = photo.sha256
    if photo.quality is not PhotoQuality.GOOD:
        document["quality"] = photo.quality.value
    return document
