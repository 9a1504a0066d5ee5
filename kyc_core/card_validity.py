"""How long an identity card is valid: the rule, the two printed dates, and the words for "for good".

Parts of a period: the day of issue and the last day, which is inclusive, or no last day at all (长期). The rule is by
age on the day of issue: under 16 five years, 16-25 ten, 26-45 twenty, from 46 on for good.

>>> from datetime import date
>>> from kyc_core.card_validity import LongTerm, expiry, format_expiry, validate
>>> expiry(date(1992, 2, 29), date(2018, 3, 1))
datetime.date(2038, 3, 1)
>>> format_expiry(None), format_expiry(None, long_term=LongTerm.ZEROS)
('长期', '00000000')
>>> validate("20180501", "20281231", today=date(2026, 11, 20), born=date(1990, 1, 1)).codes
('expiry_off_rule',)

Source:
    ID Card Law, article 5, and GA 214.8-2004, sections 3 and 4 [doc]; residence permits: the State Council's measures
    of 2018, article 6 [doc]; foreign permanent residents [inferred]. Words: aggregator [seed]; the zeros: Tencent's
    CheckIdNameDate and Baidu's period check [doc]. That the last day still counts is not stated [inferred].
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import MAXYEAR, date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from kyc_core import dates
from kyc_core.dates import DateStyle
from kyc_core.errors import InvalidComponent, InvalidFormat, InvalidLength
from kyc_core.lenient import trim
from kyc_core.refusals import raise_first_error
from kyc_core.reports import Normalised, Reason, Report, Severity

FIRST_CARDS: Final = date(1984, 4, 6)
SECOND_GENERATION: Final = date(2004, 1, 1)
FIRST_GENERATION_VOID: Final = date(2013, 1, 1)

_LONG_TERM_VARIANTS: Final = frozenset({"長期", "长期有效", "永久", "20991231", "99991231"})
_FIELD_CODES: Final = MappingProxyType(
    {
        "type": InvalidFormat,
        "empty": InvalidLength,
        "length": InvalidLength,
        "charset": InvalidFormat,
        "date_invalid": InvalidComponent,
        "long_term": InvalidFormat,
    }
)
_KINDS: Final = MappingProxyType(
    {f"{part}_{code}": kind for part in ("issue", "expiry") for code, kind in _FIELD_CODES.items()}
)


class LongTerm(StrEnum):
    """What a provider writes in place of a last day."""

    HANZI = "长期"
    ZEROS = "00000000"


class Document(StrEnum):
    """Cards whose term is known."""

    RESIDENT_CARD = "resident_card"
    RESIDENCE_PERMIT = "residence_permit"
    """For residents of Hong Kong, Macao and Taiwan: five years at any age."""
    FOREIGN_PERMANENT_RESIDENT = "foreign_permanent_resident"


AGE_BANDS: Final = MappingProxyType(
    {
        Document.RESIDENT_CARD: ((16, 5), (26, 10), (46, 20), (None, None)),
        Document.RESIDENCE_PERMIT: ((None, 5),),
        Document.FOREIGN_PERMANENT_RESIDENT: ((18, 5), (None, 10)),
    }
)
"""Per document, bands of (first age that is too old, years of validity); the last band has no upper age, and no years
means for good."""


class CardState(StrEnum):
    """What a card is on a given day. Expired is a business state, not a malformed field."""

    NOT_YET_VALID = "not_yet_valid"
    CURRENT = "current"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class CardPeriod:
    """The two printed dates.

    Attributes:
        issued: first day.
        expires: last day, inclusive; None for 长期.
    """

    issued: date
    expires: date | None

    def state(self, today: date, *, first_generation: bool = False) -> CardState:
        """Say what the card is on *today*.

        Args:
            today: the day in Shanghai.
            first_generation: a card with a 15-digit number; void from 2013-01-01 whatever it prints.
        """
        if first_generation and today >= FIRST_GENERATION_VOID:
            return CardState.EXPIRED
        if today < self.issued:
            return CardState.NOT_YET_VALID
        if self.expires is not None and self.expires < today:
            return CardState.EXPIRED
        return CardState.CURRENT


def validity_years(born: date, issued: date, *, document: Document = Document.RESIDENT_CARD) -> int | None:
    """How many years the rule gives a card; None for good."""
    years_of_age = dates.age(born, issued)
    return next(years for limit, years in AGE_BANDS[document] if limit is None or years_of_age < limit)


def expiry(born: date, issued: date, *, document: Document = Document.RESIDENT_CARD) -> date | None:
    """The last day that the rule gives a card issued on *issued*; None for 长期.

    Raises:
        ValueError: the last day lies beyond the calendar (year 9999).
    """
    years = validity_years(born, issued, document=document)
    return None if years is None else dates.add_years(issued, years)


def normalise_expiry(text: str) -> Normalised:
    """Bring a last day to ``YYYYMMDD`` or 长期.

    Returns:
        The text and the notes ``trimmed``, ``separators`` (dots or hyphens of other writings), ``long_term_variant``
        (長期, 长期有效, 永久, 00000000; also 20991231 and 99991231, which no rule can yield before 2079).
    """
    trimmed = trim(text)
    value, notes = trimmed.value, list(trimmed.notes)
    for style in (DateStyle.DOTTED, DateStyle.DASHED):
        if dates.is_valid(value, style=style):
            value = value.replace(style.value, "")
            notes.append("separators")
    if value == LongTerm.ZEROS or value in _LONG_TERM_VARIANTS:
        value = LongTerm.HANZI.value
        notes.append("long_term_variant")
    return Normalised(value, tuple(notes))


def validate(
    issued: object,
    expires: object,
    *,
    today: date,
    born: date | None = None,
    document: Document = Document.RESIDENT_CARD,
    long_term: LongTerm = LongTerm.HANZI,
    first_generation: bool = False,
) -> Report:
    """Say everything there is to say about the two dates of a card.

    Args:
        issued: first day, ``YYYYMMDD``.
        expires: last day, ``YYYYMMDD`` or the one word in *long_term*.
        today: the day in Shanghai.
        born: the holder's birth date, if known; without it the rule is not checked.
        document: whose rule applies.
        long_term: the word this provider uses; every other one is refused.
        first_generation: a card with a 15-digit number: may be older than 2004, and is void since 2013.

    Returns:
        For each field, errors: ``issue_`` or ``expiry_`` followed by ``type``, ``empty``, ``length``, ``charset``,
        ``date_invalid``, ``long_term`` (a word that is not allowed there). Then, if both can be read, warnings:
        ``issue_before_birth``, ``issue_in_future``, ``issue_before_first_cards``, ``issue_before_second_generation``,
        ``expiry_before_issue``, ``expiry_off_rule``; and the info ``expired``. Never raises.
    """
    reasons = [*_field_reasons("issue", issued), *_field_reasons("expiry", expires, long_term)]
    if reasons:
        return Report(tuple(reasons))
    period = _period(str(issued), str(expires))
    codes = _odd_issue(period.issued, today, born, first_generation) + _odd_expiry(period, born, document)
    reasons = [Reason(code, Severity.WARNING) for code in codes]
    if period.state(today, first_generation=first_generation) is CardState.EXPIRED:
        reasons.append(Reason("expired", Severity.INFO))
    return Report(tuple(reasons))


def is_valid(issued: object, expires: object, *, today: date, long_term: LongTerm = LongTerm.HANZI) -> bool:
    """Tell whether both fields can be read; consistency never makes a period invalid."""
    return validate(issued, expires, today=today, long_term=long_term).ok


def parse(issued: str, expires: str, *, long_term: LongTerm = LongTerm.HANZI) -> CardPeriod:
    """Read the two fields.

    Raises:
        InvalidLength: a field is empty or not eight digits long.
        InvalidFormat: other characters, or a word for 长期 that is not *long_term*.
        InvalidComponent: no such day.
    """
    reasons = (*_field_reasons("issue", issued), *_field_reasons("expiry", expires, long_term))
    raise_first_error(Report(reasons), field="card_period", kinds=_KINDS)
    return _period(issued, expires)


def format(period: CardPeriod, *, long_term: LongTerm = LongTerm.HANZI) -> tuple[str, str]:
    """Write the two fields; the undoing of `parse`."""
    return dates.format(period.issued), format_expiry(period.expires, long_term=long_term)


def format_expiry(expires: date | None, *, long_term: LongTerm = LongTerm.HANZI) -> str:
    """Write the last day as ``YYYYMMDD``, or the provider's word for 长期."""
    return long_term.value if expires is None else dates.format(expires)


def format_face(period: CardPeriod) -> str:
    """Write the period as a card face and OCR answers do: ``YYYY.MM.DD-YYYY.MM.DD`` or ``YYYY.MM.DD-长期``."""
    first = dates.format(period.issued, style=DateStyle.DOTTED)
    last = LongTerm.HANZI if period.expires is None else dates.format(period.expires, style=DateStyle.DOTTED)
    return f"{first}-{last}"


def _period(issued: str, expires: str) -> CardPeriod:
    last = None if expires in tuple(LongTerm) else dates.parse(expires)
    return CardPeriod(issued=dates.parse(issued), expires=last)


def _field_reasons(part: str, value: object, long_term: LongTerm | None = None) -> tuple[Reason, ...]:
    if isinstance(value, str):
        if value == long_term:
            return ()
        if value in tuple(LongTerm) or (value in _LONG_TERM_VARIANTS and not value.isascii()):
            detail = f"want YYYYMMDD or {long_term}" if long_term else "a first day is always a date"
            return (Reason(f"{part}_long_term", Severity.ERROR, detail),)
    return tuple([Reason(f"{part}_{reason.code}", reason.severity) for reason in dates.validate(value).reasons])


def _odd_issue(issued: date, today: date, born: date | None, first_generation: bool) -> list[str]:
    found = {
        "issue_before_birth": born is not None and issued < born,
        "issue_in_future": issued > today,
        "issue_before_first_cards": issued < FIRST_CARDS,
        "issue_before_second_generation": not first_generation and issued < SECOND_GENERATION,
    }
    return [code for code, applies in found.items() if applies]


def _odd_expiry(period: CardPeriod, born: date | None, document: Document) -> list[str]:
    found = {
        "expiry_before_issue": period.expires is not None and period.expires < period.issued,
        "expiry_off_rule": born is not None and not _keeps_the_rule(period, born, document),
    }
    return [code for code, applies in found.items() if applies]


def _keeps_the_rule(period: CardPeriod, born: date, document: Document) -> bool:
    years = validity_years(born, period.issued, document=document)
    if years is not None and period.issued.year + years > MAXYEAR:
        return False
    return period.expires == expiry(born, period.issued, document=document)
