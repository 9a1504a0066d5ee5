"""Card periods for Hypothesis: a holder's birth date, the day of issue, and the last day that the rule gives.

Leap days are drawn on purpose, both as birth dates and as days of issue. The clock is handed in, so the same seed gives
the same data on any day. A period alone is nobody's, so there is no ``safety`` here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

from hypothesis import strategies as st

from kyc_core import dates
from kyc_core.card_validity import (
    AGE_BANDS,
    FIRST_CARDS,
    SECOND_GENERATION,
    CardPeriod,
    Document,
    expiry,
    format,
    format_expiry,
)

_DAY: Final = timedelta(days=1)
_OLDEST: Final = 100
_AROUND: Final = range(-2, 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldPeriod:
    """A period that keeps the rule, and whose it is."""

    born: date
    document: Document
    period: CardPeriod


@dataclass(frozen=True, slots=True, kw_only=True)
class OddPeriod:
    """Two fields of a resident card, the holder's birth date, and the codes that ``validate`` must report for them."""

    issued: str
    expires: str
    born: date
    codes: tuple[str, ...]


def days(*, first: date, last: date) -> st.SearchStrategy[date]:
    """Draw days from *first* to *last*, one in five a leap day where there is one."""
    leap_days = [date(year, 2, 29) for year in range(first.year, last.year + 1) if _has_leap_day(year)]
    within = [day for day in leap_days if first <= day <= last]
    any_day = st.dates(min_value=first, max_value=last)
    if not within:
        return any_day
    return st.integers(0, 4).flatmap(lambda turn: any_day if turn else st.sampled_from(within))


def card_periods(
    *,
    today: date,
    born: date | None = None,
    document: Document = Document.RESIDENT_CARD,
    expired: bool | None = None,
) -> st.SearchStrategy[HeldPeriod]:
    """Draw periods of second-generation cards, issued by *today*, that keep the rule.

    Args:
        today: the day in Shanghai.
        born: the holder's birth date; None for any.
        document: whose rule gives the last day.
        expired: True for cards whose last day is past, False for the others, None for either.

    Raises:
        ValueError: no card of this holder can be in this state by then.
    """
    choices = []
    lowest = 0
    for limit, years in AGE_BANDS[document]:
        spans = [_issue_days(years, today, expired)]
        if born is not None:
            spans.append(_days_of_age(born, lowest, limit))
        first, last = max(span[0] for span in spans), min(span[1] for span in spans)
        if first <= last:
            choices.append((lowest, limit, first, last))
        lowest = limit or lowest
    if not choices:
        raise ValueError("no card of this holder can be in this state by then")
    return st.sampled_from(choices).flatmap(
        lambda choice: days(first=choice[2], last=choice[3]).flatmap(
            lambda issued: st.builds(
                _held,
                st.just(born) if born else days(**_births(issued, choice[0], choice[1])),
                st.just(issued),
                st.just(document),
            )
        )
    )


def near_miss(reason: str, *, today: date) -> st.SearchStrategy[OddPeriod]:
    """Draw fields that are odd in exactly one way.

    Args:
        reason: a reason code of `kyc_core.card_validity.validate`, one of the keys of `NEAR_MISSES`.
        today: the day in Shanghai that ``validate`` will be given.
    """
    return NEAR_MISSES[reason](today)


def _held(born: date, issued: date, document: Document) -> HeldPeriod:
    last = expiry(born, issued, document=document)
    return HeldPeriod(born=born, document=document, period=CardPeriod(issued=issued, expires=last))


def _issue_days(years: int | None, today: date, expired: bool | None) -> tuple[date, date]:
    """First and last day on which a card of so many years can have been issued to be in this state today."""
    first, last = SECOND_GENERATION, today
    if expired is None or (years is None and not expired):
        return first, last
    if years is None:
        return today, today - _DAY
    near = [dates.add_years(today, -years) + shift * _DAY for shift in _AROUND]
    last_expired = max(day for day in near if dates.add_years(day, years) < today)
    return (first, last_expired) if expired else (max(first, last_expired + _DAY), last)


def _days_of_age(born: date, lowest: int, limit: int | None) -> tuple[date, date]:
    """First and last day on which somebody born on *born* is at least *lowest* and under *limit* years old."""
    first = dates.birthday_in(born, born.year + lowest)
    return first, date.max if limit is None else dates.birthday_in(born, born.year + limit) - _DAY


def _births(issued: date, lowest: int, limit: int | None) -> dict[str, date]:
    """Between which days somebody is born who is at least *lowest* and under *limit* years old on *issued*."""
    near = [dates.add_years(issued, -lowest) + shift * _DAY for shift in _AROUND]
    youngest = max(day for day in near if dates.age(day, issued) >= lowest)
    if limit is None:
        return {"first": dates.add_years(issued, -_OLDEST), "last": youngest}
    near = [dates.add_years(issued, -limit) + shift * _DAY for shift in _AROUND]
    return {"first": min(day for day in near if dates.age(day, issued) < limit), "last": youngest}


def _has_leap_day(year: int) -> bool:
    return dates.birthday_in(date(2000, 2, 29), year).month == 2


def _odd(
    held: st.SearchStrategy[HeldPeriod],
    change: Callable[[HeldPeriod, str, str], tuple[str, str, date]],
    *codes: str,
) -> st.SearchStrategy[OddPeriod]:
    def changed(drawn: HeldPeriod) -> OddPeriod:
        issued, expires, born = change(drawn, *format(drawn.period))
        return OddPeriod(issued=issued, expires=expires, born=born, codes=codes)

    return held.map(changed)


def _current(today: date) -> st.SearchStrategy[HeldPeriod]:
    return card_periods(today=today, expired=False)


def _child(today: date) -> st.SearchStrategy[HeldPeriod]:
    born = dates.add_years(today, -2)
    return card_periods(today=today, born=born, expired=False)


def _old(issued: st.SearchStrategy[date]) -> st.SearchStrategy[HeldPeriod]:
    """Holders of fifty, whose cards are for good, so that a strange day of issue is the only oddity."""
    return issued.map(lambda day: _held(dates.add_years(day, -50), day, Document.RESIDENT_CARD))


NEAR_MISSES: Final[Mapping[str, Callable[[date], st.SearchStrategy[OddPeriod]]]] = MappingProxyType(
    {
        "issue_empty": lambda today: _odd(_current(today), lambda held, _, last: ("", last, held.born), "issue_empty"),
        "issue_length": lambda today: _odd(
            _current(today), lambda held, first, last: (first[:-1], last, held.born), "issue_length"
        ),
        "issue_charset": lambda today: _odd(
            _current(today), lambda held, first, last: (first[:-1] + "０", last, held.born), "issue_charset"
        ),
        "issue_date_invalid": lambda today: _odd(
            _current(today), lambda held, first, last: (first[:4] + "0230", last, held.born), "issue_date_invalid"
        ),
        "issue_long_term": lambda today: _odd(
            _current(today), lambda held, _, last: ("长期", last, held.born), "issue_long_term"
        ),
        "expiry_empty": lambda today: _odd(
            _current(today), lambda held, first, _: (first, "", held.born), "expiry_empty"
        ),
        "expiry_date_invalid": lambda today: _odd(
            _current(today), lambda held, first, _: (first, "20991301", held.born), "expiry_date_invalid"
        ),
        "expiry_long_term": lambda today: _odd(
            _current(today), lambda held, first, _: (first, "長期", held.born), "expiry_long_term"
        ),
        "issue_before_birth": lambda today: _odd(
            _child(today), lambda held, first, last: (first, last, held.period.issued + _DAY), "issue_before_birth"
        ),
        "issue_in_future": lambda today: _odd(
            _old(days(first=today + _DAY, last=dates.add_years(today, 5))),
            lambda held, first, last: (first, last, held.born),
            "issue_in_future",
        ),
        "issue_before_first_cards": lambda today: _odd(
            _old(days(first=date(1960, 1, 1), last=FIRST_CARDS - _DAY)),
            lambda held, first, last: (first, last, held.born),
            "issue_before_first_cards",
            "issue_before_second_generation",
        ),
        "issue_before_second_generation": lambda today: _odd(
            _old(days(first=FIRST_CARDS, last=SECOND_GENERATION - _DAY)),
            lambda held, first, last: (first, last, held.born),
            "issue_before_second_generation",
        ),
        "expiry_before_issue": lambda today: _odd(
            _current(today),
            lambda held, first, _: (first, format_expiry(held.period.issued - _DAY), held.born),
            "expiry_before_issue",
            "expiry_off_rule",
            "expired",
        ),
        "expiry_off_rule": lambda today: _odd(
            _child(today), lambda held, first, _: (first, "长期", held.born), "expiry_off_rule"
        ),
        "expired": lambda today: _odd(
            card_periods(today=today, expired=True), lambda held, first, last: (first, last, held.born), "expired"
        ),
    }
)
"""For each reason, periods odd in that way, given the day; with all the codes they earn."""
