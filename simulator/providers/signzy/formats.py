"""What a request may say: fields that are there and of their type, where the number stands, dates, names, numbers.

Each function looks at one rule and returns the first `Fault`, or ``None``. Whether a number is real is not asked here:
the source knows.

>>> missing_or_mistyped({"fullName": 1}, FIELDS)
Fault(wording='type', parameter='fullName', type='string')
>>> number_fault("1101011900010", "seed_13", legacy=False) is None
True

Source:
    Fields and types: the page [seed, doc]; 18 characters against 13 digits (S1), Chinese characters against a Latin
    sample (S2), nested against flat (S3). Texts, and what consent and dates may be [inferred].
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from kyc_core import dates, names
from kyc_core.dates import DateStyle
from simulator.providers.signzy.messages import INFORMATION, NUMBER

FIELDS: Final[Mapping[str, str]] = MappingProxyType({"fullName": "string", "dateOfBirth": "string"})
"""The plain fields of a verification, and their JSON types; the number and consent have rules of their own."""
LOGIN_FIELDS: Final[Mapping[str, str]] = MappingProxyType({"username": "string", "password": "string"})
NESTED: Final = f"{INFORMATION}.{NUMBER}"

_EIGHTEEN: Final = re.compile("[0-9]{17}[0-9Xx]")
_FIFTEEN: Final = re.compile("[0-9]{15}")
_THIRTEEN: Final = re.compile("[0-9]{13}")


class Fault(NamedTuple):
    """Why a request is refused: variant of the text (empty for the usual one), the parameter, its type."""

    wording: str
    parameter: str
    type: str = ""


class Number(NamedTuple):
    """The number of a request, and whether it stood beside ``identityInformation`` alone."""

    text: str
    flat: bool


def missing_or_mistyped(document: Mapping[str, Any], fields: Iterable[str]) -> Fault | None:
    """Return the first text field that is not there, or no text, or empty, in the order of *fields*."""
    for name in fields:
        fault = _text_fault(document, name, name)
        if fault is not None:
            return fault
    return None


def find_number(document: Mapping[str, Any], placement: str) -> Number | Fault:
    """Find the number, nested or flat.

    Args:
        document: the body's members.
        placement: ``either``, ``nested`` or ``flat``.

    Returns:
        The number, or what is wrong with where and what it is.
    """
    information = document.get(INFORMATION)
    if information is not None and not isinstance(information, dict):
        return Fault("type", INFORMATION, "object")
    inside = information or {}
    nested, flat = inside.get(NUMBER), document.get(NUMBER)
    if placement == "flat" and nested is not None:
        return Fault("placement", NESTED)
    if placement == "nested" and flat is not None:
        return Fault("placement", NUMBER)
    if nested is not None and flat is not None and nested != flat:
        return Fault("differs", NUMBER)
    use_flat = placement == "flat" or (nested is None and flat is not None)
    found = document if use_flat else inside
    fault = _text_fault(found, NUMBER, NUMBER if use_flat else NESTED)
    return fault if fault is not None else Number(found[NUMBER], flat=use_flat and placement != "flat")


def consent_fault(document: Mapping[str, Any]) -> Fault | None:
    """Accept the JSON value ``true`` and nothing else; neither ``"true"`` nor ``1``."""
    if "consent" not in document:
        return Fault("required", "consent")
    return None if document["consent"] is True else Fault("consent", "consent")


def birth_date_of(text: str, today: date) -> date | Fault:
    """Read ``yyyy-mm-dd``: a day of the calendar, not after *today* in Shanghai."""
    if dates.is_valid(text, style=DateStyle.DASHED):
        born = dates.parse(text, style=DateStyle.DASHED)
        if born <= today:
            return born
    return Fault("", "dateOfBirth")


def number_fault(number: str, rule: str, *, legacy: bool) -> Fault | None:
    """Look at the form of a number: ``resident_id_18`` or ``seed_13``; *legacy* lets 15 digits through as well."""
    if rule == "seed_13":
        return None if _THIRTEEN.fullmatch(number) else Fault("thirteen", NUMBER)
    if _EIGHTEEN.fullmatch(number) or (legacy and _FIFTEEN.fullmatch(number)):
        return None
    return Fault("", NUMBER)


def name_fault(name: str) -> Fault | None:
    """Ask for at least one Chinese character, wherever it stands."""
    return None if any(names.is_valid(character) for character in set(name)) else Fault("", "fullName")


def fields_of(document: Mapping[str, Any]) -> dict[str, str]:
    """Return the known fields of a verification as text, by dotted name: what rules are matched on.

    The number goes by its nested name wherever it stood. Unknown names stay out: they may be anything.
    """
    information = document.get(INFORMATION)
    inside = information if isinstance(information, dict) else {}
    found = {
        "fullName": document.get("fullName"),
        "dateOfBirth": document.get("dateOfBirth"),
        NESTED: inside.get(NUMBER, document.get(NUMBER)),
    }
    texts = {name: value for name, value in found.items() if isinstance(value, str)}
    consent = document.get("consent")
    return texts | {"consent": "true" if consent else "false"} if isinstance(consent, bool) else texts


def _text_fault(document: Mapping[str, Any], name: str, shown: str) -> Fault | None:
    value = document.get(name)
    if value is None or value == "":
        return Fault("required", shown)
    return None if isinstance(value, str) else Fault("type", shown, "string")
