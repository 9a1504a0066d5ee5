"""Step 19: the business format rules, which are answered free of charge before any source is asked. Pure.

Each rule belongs to one element of a claim and says which meaning its failure has; which number that meaning carries in
an action is the outcome table's business. `RULES` are asked in their order, or in that of an action's result codes.

>>> from datetime import date
>>> first_finding({"bank_card": "6226 0902 1014 6748"}, switch={}.__getitem__, today=date(2026, 11, 20))
Finding(meaning='card_format', element='bank_card', reasons=('charset',))

Source:
    What each code is about: result lists of the actions [seed, sdk]. Where the lines run, and that an unlisted
    prefix has no issuing bank: dossier of edge cases 7.2 [inferred]; only second-generation identity cards [seed].
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from kyc_core import checksums, dates, mobile, names, resident_id
from kyc_core.card_validity import LongTerm
from kyc_core.holders import Kind, kind_of

_CITIZEN: Final = Kind.CITIZEN
SHORTEST_CARD: Final = 12
LONGEST_CARD: Final = 19
SHORTEST_NAME: Final = 2
LONGEST_NAME: Final = 30

TRIMMED: Final = ("resident_id", "bank_card", "mobile")
"""The elements around which blanks are dropped; the page's own samples have them there [seed]."""


Switch = Callable[[str], Any]
"""Returns the value of a switch (``tencent.luhn_failure``); asked only where a value makes it matter."""


class Finding(NamedTuple):
    """A rule that is broken.

    Attributes:
        meaning: the outcome table's word for it.
        element: what it is about.
        reasons: why, without the value.
    """

    meaning: str
    element: str
    reasons: tuple[str, ...]


def read(values: Mapping[str, str], switch: Switch) -> dict[str, str]:
    """Return a claim as the rules see it: blanks around numbers dropped, a final ``x`` read as ``X``.

    Args:
        values: texts by element, as sent.
        switch: ``tencent.spaces`` and ``tencent.lowercase_x`` may forbid either.
    """
    seen = dict(values)
    for element in TRIMMED:
        text = seen.get(element)
        if text and (text[0] == " " or text[-1] == " ") and switch("tencent.spaces") == "trim":
            seen[element] = text.strip(" ")
    number = seen.get("resident_id", "")
    if number.endswith("x") and switch("tencent.lowercase_x") == "accept":
        seen["resident_id"] = number[:-1] + "X"
    return seen


def first_finding(
    values: Mapping[str, str], switch: Switch, today: date, order: Iterable[str] | None = None
) -> Finding | None:
    """Return the first rule that *values* break, or ``None``.

    Args:
        values: texts by element, as `read` returns them.
        switch: ``tencent.luhn_failure`` and ``tencent.residence_permits`` decide two rules.
        today: the day in Shanghai.
        order: the elements whose rules are asked, the first one first; `RULES` in their order by default.
    """
    for element in RULES if order is None else order:
        if element in values:
            finding = RULES[element](values[element], switch, today)
            if finding is not None:
                return finding
    return None if "valid_to" not in values else _validity(values.get("valid_from", ""), values["valid_to"])


def _name(text: str, switch: Switch, today: date) -> Finding | None:
    del switch, today
    if SHORTEST_NAME <= len(text) <= LONGEST_NAME:
        report = names.validate(text)
        return Finding("name_format", "name", report.codes) if report.reasons else None
    return Finding("name_format", "name", ("length",))


def _resident_id(text: str, switch: Switch, today: date) -> Finding | None:
    if len(text) > resident_id.FULL_LENGTH:
        return Finding("id_format", "resident_id", ("length",))
    kind, errors = _kind_and_errors(text, today)
    if errors:
        return Finding("id_format", "resident_id", errors)
    if kind is _CITIZEN or (kind is Kind.RESIDENCE_PERMIT and switch("tencent.residence_permits") == "accept"):
        return None
    return Finding("id_type_unsupported", "resident_id", (str(kind),))


@lru_cache(maxsize=4096)
def _kind_and_errors(text: str, today: date) -> tuple[Kind | None, tuple[str, ...]]:
    """Remembered because a number that is looked at closely costs as much as the rest of the chain together."""
    report = resident_id.validate(text, today=today)
    return kind_of(text), tuple([reason.code for reason in report.errors])


def _bank_card(text: str, switch: Switch, today: date) -> Finding | None:
    del today
    if SHORTEST_CARD <= len(text) <= LONGEST_CARD and checksums.luhn_ok(text):
        return None
    if not (text.isascii() and text.isdigit()):
        return Finding("card_format", "bank_card", ("charset",))
    if not SHORTEST_CARD <= len(text) <= LONGEST_CARD:
        return Finding("card_format", "bank_card", ("length",))
    return Finding(switch("tencent.luhn_failure"), "bank_card", ("luhn",))


def _mobile(text: str, switch: Switch, today: date) -> Finding | None:
    del switch, today
    report = mobile.validate(text)
    return None if report.ok else Finding("phone_format", "mobile", report.codes)


def _validity(valid_from: str, valid_to: str) -> Finding | None:
    """Days as ``YYYYMMDD``; the last may be ``00000000``, a card without an end [sdk]. It ends after it begins."""
    if not dates.is_valid(valid_from):
        return Finding("validity_format", "valid_from", ("date",))
    if valid_to != LongTerm.ZEROS and not (dates.is_valid(valid_to) and valid_from < valid_to):
        return Finding("validity_format", "valid_to", ("date",))
    return None


RULES: Final[Mapping[str, Callable[[str, Switch, date], Finding | None]]] = MappingProxyType(
    {"name": _name, "resident_id": _resident_id, "bank_card": _bank_card, "mobile": _mobile}
)
