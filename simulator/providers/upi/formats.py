"""Steps 13 and 18: whether members are there, and are what their type and length say. Pure.

The first fault answers: absent members first, then types and lengths, each in the order of the table. Absent, null
apart, is the same as empty.

>>> from simulator.providers.upi.codes import documented
>>> first_fault(documented().inner, {"customerNm": "张三", "certifID": 1, "photo": "x"})
Fault(member='certifID', reason='type')

Source:
    Types and lengths: "ID Card Photo Verification" [seed]; what a type admits, by the habit of ISO 8583, and that the
    length counts characters [inferred]. Absent and empty alike: stated of headers [doc], applied to members [inferred].
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final, NamedTuple

from kyc_core import dates
from simulator.providers.upi.codes import MERCHANT, Kind, Member

_TEXT: Final = re.compile(r"[^\x00-\x1f\x7f]+")
_CLASSES: Final[Mapping[Kind, re.Pattern[str]]] = MappingProxyType(
    {
        Kind.N: re.compile("[0-9]+"),
        Kind.AN: re.compile("[0-9A-Za-z]+"),
        Kind.ANS: re.compile(r"[\x20-\x7e]+"),
        Kind.S: _TEXT,
        Kind.SERIAL: re.compile("[0-9A-Za-z]+"),
    }
)
_HAN: Final = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af\u00b7]+")
_DATE_DIGITS: Final = 8
_EARLIEST: Final = date(2000, 1, 1)


class Fault(NamedTuple):
    """What is wrong with which member: ``missing``, ``type``, ``length``, ``charset``, ``date`` or ``unexpected``."""

    member: str
    reason: str


class Reading(NamedTuple):
    """How strictly members are read; the defaults are the recommended readings.

    Attributes:
        unit: ``chars`` or ``utf8_bytes``, what lengths count.
        unicode: whether ANS admits more than printable ASCII.
    """

    unit: str = "chars"
    unicode: bool = False


RECOMMENDED: Final = Reading()


def first_fault(
    members: Iterable[Member], document: Mapping[str, object], reading: Reading = RECOMMENDED
) -> Fault | None:
    """Return the first fault of the *members* of *document*, or ``None``; others are ignored."""
    known = tuple(members)
    for member in known:
        if member.required and not _given(document, member.name):
            return Fault(member.name, "missing")
    for member in known:
        if member.kind is not Kind.OBJECT and _given(document, member.name):
            reason = _reason(member, document[member.name], reading)
            if reason:
                return Fault(member.name, reason)
    return None


def merchant_fault(document: Mapping[str, object], role: str) -> Fault | None:
    """Return the fault of the three merchant members: all of them or none, and as the participant's *role* says.

    Args:
        document: the outer document.
        role: ``any``, ``member`` or ``merchant``.
    """
    missing = [name for name in MERCHANT if not _given(document, name)]
    if len(missing) == len(MERCHANT):
        return Fault(missing[0], "missing") if role == "merchant" else None
    if missing:
        return Fault(missing[0], "missing")
    return Fault(MERCHANT[0], "unexpected") if role == "member" else None


def coerced(document: Mapping[str, object]) -> dict[str, object]:
    """Return *document* with whole numbers as the text of their digits."""
    return {name: str(value) if type(value) is int else value for name, value in document.items()}


def is_han(name: str) -> bool:
    """Tell whether *name* has nothing but Chinese characters and the middle dot."""
    return _HAN.fullmatch(name) is not None


def has_date(serial: str, today: date) -> bool:
    """Tell whether eight digits of *serial* in a row are a date from 2000 to *today*."""
    windows = (serial[start : start + _DATE_DIGITS] for start in range(len(serial) - _DATE_DIGITS + 1))
    return any(dates.is_valid(window) and _EARLIEST <= dates.parse(window) <= today for window in windows)


def _given(document: Mapping[str, object], name: str) -> bool:
    return document.get(name, "") != ""


def _reason(member: Member, value: object, reading: Reading) -> str:
    if not isinstance(value, str):
        return "type"
    length = len(value) if reading.unit == "chars" else len(value.encode())
    if not member.least <= length <= member.most:
        return "length"
    admits = _TEXT if member.kind is Kind.ANS and reading.unicode else _CLASSES[member.kind]
    return "" if admits.fullmatch(value) else "charset"
