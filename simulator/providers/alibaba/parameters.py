"""Business parameters against an operation's field list: what is missing, what has a value it may not have. Pure.

What is missing is said before what is wrong, each in documented order; a value of blanks counts as missing. Whether a
flag's odd value is a fault is a switch: live clients send ``false`` where ``N`` is meant.

>>> from simulator.providers.alibaba.codes import catalogue
>>> first_missing(catalogue()["CheckResult"], {"MerchantBizId": " "})
'MerchantBizId'
>>> flags(catalogue()["CheckResult"], {"IsReturnImage": "y"})["IsReturnImage"]
'N'

Source:
    Field lists: documentation pages and official SDKs; what counts as wrong [inferred], but for the forms of hashed
    values [sdk].
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from kyc_core import card_validity, dates, resident_id
from simulator.deliveries import NotAllowed, target_of
from simulator.providers.alibaba import documents, hashing
from simulator.providers.alibaba.codes import Field, Kind, Operation

Switch = Callable[[str], Any]
"""Gives the value of a switch by its full name."""

HASHED: Final = "md5"
"""The ``ParamType`` of hashed values."""

RESIDENT_CARD: Final = "01"
"""The ``IdentityType`` of the resident identity card, which is meant when none is given."""

_MERCHANT_BIZ_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,32}")
_SCENE_CODE: Final = re.compile(r"[A-Za-z0-9_]{1,10}")
_MOBILE: Final = re.compile(r"[0-9]{11}")
_BANK_CARD: Final = re.compile(r"[0-9]{12,19}")
_EXACT_LENGTH: Final = 32
_CALLBACK: Final = "CallbackUrl"


def flags(operation: Operation, given: Mapping[str, str]) -> dict[str, str]:
    """Return every flag as it counts: a value that is not listed is its default."""
    return {
        field.name: given[field.name] if given.get(field.name) in field.values else field.default
        for field in operation.fields
        if field.kind is Kind.FLAG
    }


def first_missing(operation: Operation, given: Mapping[str, str]) -> str | None:
    """Return the first field that is needed and not there, or ``None``; of a group the first member's name."""
    counted = {**given, **flags(operation, given)}
    for field in operation.fields:
        if _is_needed(field, counted) and not given.get(field.name, "").strip():
            return field.name
    for group in operation.one_of:
        if not any(given.get(name, "").strip() for name in group):
            return group[0]
    return None


def _is_needed(field: Field, counted: Mapping[str, str]) -> bool:
    return field.required or any(counted.get(other) in values for other, values in field.needed_with.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a value is read under.

    Attributes:
        switch: gives the value of a switch.
        today: the day in Shanghai.
        hashed: whether values are hashed (``ParamType=md5``).
        forms: by field name, how a value of this operation is hashed.
        resident_card: whether the identity number is that of a resident identity card.
    """

    switch: Switch
    today: date
    hashed: bool
    forms: Mapping[str, str]
    resident_card: bool


def first_invalid(operation: Operation, given: Mapping[str, str], *, switch: Switch, today: date) -> str | None:
    """Return the first field whose value may not be, or ``None``.

    Args:
        operation: whose field list counts.
        given: by wire name; what the operation does not know is ignored.
        switch: ``flags``, ``merchant_biz_id_length`` and ``callback_scheme`` decide some.
        today: the day in Shanghai, for identity numbers.
    """
    reading = Reading(
        switch=switch,
        today=today,
        hashed=given.get("ParamType") == HASHED,
        forms=operation.hashed,
        resident_card=given.get("IdentityType", "") in ("", RESIDENT_CARD),
    )
    for field in operation.fields:
        value = given.get(field.name, "")
        if value.strip() and not _RULES.get(field.kind, _anything)(value, field, reading):
            return field.name
    return None


def _anything(value: str, field: Field, reading: Reading) -> bool:
    del value, field, reading
    return True


def _listed(value: str, field: Field, reading: Reading) -> bool:
    del reading
    return value in field.values


def _flag(value: str, field: Field, reading: Reading) -> bool:
    return value in field.values or reading.switch("alibaba.flags") == "lenient"


def _merchant_biz_id(value: str, field: Field, reading: Reading) -> bool:
    del field
    if _MERCHANT_BIZ_ID.fullmatch(value) is None:
        return False
    return len(value) == _EXACT_LENGTH or reading.switch("alibaba.merchant_biz_id_length") == "up_to_32"


def _scene_code(value: str, field: Field, reading: Reading) -> bool:
    del field, reading
    return _SCENE_CODE.fullmatch(value) is not None


def _doc_type(value: str, field: Field, reading: Reading) -> bool:
    del field, reading
    return value in documents.by_code()


def _url(value: str, field: Field, reading: Reading) -> bool:
    if field.name != _CALLBACK:
        return True  # nobody here follows it
    try:
        target = target_of(value)
    except NotAllowed:
        return False
    return target.scheme == "https" or reading.switch("alibaba.callback_scheme") == "any"


def _resident_id(value: str, field: Field, reading: Reading) -> bool:
    if reading.hashed:
        form = hashing.OTHER_DOCUMENT if not reading.resident_card else reading.forms[field.name]
        return hashing.is_hashed(value, form)
    if not reading.resident_card:
        return True
    return len(value) == resident_id.FULL_LENGTH and _is_plausible(value, reading.today)


@lru_cache(maxsize=4096)
def _is_plausible(number: str, today: date) -> bool:
    """Remembered because a number that is looked at closely costs as much as the rest of the call together."""
    return not resident_id.validate(number, today=today).errors


def _name(value: str, field: Field, reading: Reading) -> bool:
    return not reading.hashed or hashing.is_hashed(value, reading.forms[field.name])


def _mobile(value: str, field: Field, reading: Reading) -> bool:
    if reading.hashed:
        return hashing.is_hashed(value, reading.forms.get(field.name, hashing.WHOLE))
    return _MOBILE.fullmatch(value) is not None


def _mobiles(value: str, field: Field, reading: Reading) -> bool:
    return all(_mobile(one, field, reading) for one in value.split(","))


def _bank_card(value: str, field: Field, reading: Reading) -> bool:
    if reading.hashed:
        return hashing.is_hashed(value, reading.forms[field.name])
    return _BANK_CARD.fullmatch(value) is not None


def _date(value: str, field: Field, reading: Reading) -> bool:
    del field, reading
    return dates.is_valid(value)


def _date_or_long_term(value: str, field: Field, reading: Reading) -> bool:
    return value == card_validity.LongTerm.HANZI.value or _date(value, field, reading)


_RULES: Final[Mapping[Kind, Callable[[str, Field, Reading], bool]]] = MappingProxyType(
    {
        Kind.ENUM: _listed,
        Kind.FLAG: _flag,
        Kind.MERCHANT_BIZ_ID: _merchant_biz_id,
        Kind.SCENE_CODE: _scene_code,
        Kind.DOC_TYPE: _doc_type,
        Kind.URL: _url,
        Kind.RESIDENT_ID: _resident_id,
        Kind.NAME: _name,
        Kind.MOBILE: _mobile,
        Kind.MOBILES: _mobiles,
        Kind.BANK_CARD: _bank_card,
        Kind.DATE: _date,
        Kind.DATE_OR_LONG_TERM: _date_or_long_term,
    }
)
"""Kinds that are not listed may be anything: text, JSON and lists that nobody here reads, and identifiers, which are
either known or not."""
