"""Laws of dates and card validity (domain rules, property 14)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from contracts.strategies.card_periods import HeldPeriod, card_periods, days
from kyc_core import dates
from kyc_core.card_validity import (
    CardPeriod,
    Document,
    LongTerm,
    expiry,
    format,
    normalise_expiry,
    parse,
    validate,
    validity_years,
)

TODAY = date(2026, 11, 20)
BIRTHS = days(first=date(1900, 1, 1), last=date(2030, 12, 31))
AGES = st.integers(0, 40_000).map(timedelta)


@example(born=date(1993, 12, 12), lived=date(2004, 3, 27) - date(1993, 12, 12))
@example(born=date(1981, 12, 12), lived=date(2004, 3, 27) - date(1981, 12, 12))
@example(born=date(1973, 12, 12), lived=date(2004, 3, 27) - date(1973, 12, 12))
@example(born=date(1953, 12, 12), lived=date(2004, 3, 27) - date(1953, 12, 12))
@example(born=date(1981, 12, 12), lived=date(2004, 2, 29) - date(1981, 12, 12))
@given(born=BIRTHS, lived=AGES)
def test_a_card_lasts_5_10_or_20_years_or_for_good_and_to_the_same_day(born: date, lived: timedelta) -> None:
    issued = born + lived

    last = expiry(born, issued)

    if last is None:
        assert dates.age(born, issued) >= 46
    else:
        assert last.year - issued.year in (5, 10, 20)
        assert (last.month, last.day) in {(issued.month, issued.day), (3, 1)}
        assert ((last.month, last.day) != (issued.month, issued.day)) == (
            (issued.month, issued.day) == (2, 29) and not is_leap(last.year)
        )


@given(BIRTHS, AGES, AGES, st.sampled_from(Document))
def test_whoever_gets_a_card_later_in_an_age_band_keeps_it_no_shorter(
    born: date, one: timedelta, other: timedelta, document: Document
) -> None:
    earlier, later = sorted((born + one, born + other))
    if validity_years(born, earlier, document=document) != validity_years(born, later, document=document):
        return  # another band: its own law

    first, second = expiry(born, earlier, document=document), expiry(born, later, document=document)

    assert (first is None) == (second is None)
    assert first is None or second is None or first <= second


@given(BIRTHS, AGES, AGES)
def test_the_term_never_shrinks_with_age(born: date, one: timedelta, other: timedelta) -> None:
    earlier, later = sorted((born + one, born + other))

    assert (validity_years(born, earlier) or 99) <= (validity_years(born, later) or 99)


@pytest.mark.exhaustive
def test_ages_around_every_leap_day_follow_the_1_march_rule() -> None:
    born = date(1952, 2, 29)
    for year in range(1953, 2053):
        turns = date(year, 2, 29) if is_leap(year) else date(year, 3, 1)
        assert dates.age(born, turns) == year - 1952
        assert dates.age(born, turns - timedelta(days=1)) == year - 1953


@pytest.mark.exhaustive
def test_issue_and_birth_around_leap_days_agree_with_counting_by_hand() -> None:
    around = [date(year, 2, 28) + timedelta(days=shift) for year in (2020, 2021, 2023, 2024) for shift in range(3)]
    births = [date(year, 2, 28) + timedelta(days=shift) for year in range(1973, 2009) for shift in range(3)]
    for issued in around:
        for born in births:
            birthdays = sum(1 for year in range(born.year + 1, issued.year + 1) if birthday(born, year) <= issued)
            years = 5 if birthdays < 16 else 10 if birthdays < 26 else 20 if birthdays < 46 else None
            assert validity_years(born, issued) == years


@given(card_periods(today=TODAY), st.sampled_from(LongTerm))
def test_what_was_formatted_is_parsed_back(held: HeldPeriod, long_term: LongTerm) -> None:
    fields = format(held.period, long_term=long_term)

    assert parse(*fields, long_term=long_term) == held.period
    assert validate(*fields, today=TODAY, born=held.born, long_term=long_term).ok


@given(card_periods(today=TODAY))
def test_a_valid_last_day_is_not_changed_by_normalising(held: HeldPeriod) -> None:
    _, last = format(held.period)

    assert normalise_expiry(last).value == last
    assert normalise_expiry(last).notes == ()


@given(st.text() | st.text(alphabet="0129.-长期久永 "))
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once = normalise_expiry(text).value

    assert normalise_expiry(once).value == once


@given(st.dates(), st.sampled_from(dates.DateStyle))
def test_every_date_is_written_and_read_back(day: date, style: dates.DateStyle) -> None:
    assert dates.parse(dates.format(day, style=style), style=style) == day


ANYTHING = st.text() | st.binary() | st.none() | st.integers() | st.text("0129.-", max_size=11) | st.just("长期")


@given(ANYTHING, st.sampled_from(dates.DateStyle))
def test_any_value_may_be_validated_as_a_date(value: object, style: dates.DateStyle) -> None:
    if dates.validate(value, style=style).ok:
        assert isinstance(value, str)
        assert dates.format(dates.parse(value, style=style), style=style) == value


@given(ANYTHING, ANYTHING, st.none() | st.dates(), st.sampled_from(Document), st.sampled_from(LongTerm), st.booleans())
def test_any_values_may_be_validated_as_a_period(
    issued: object, expires: object, born: date | None, document: Document, long_term: LongTerm, first: bool
) -> None:
    report = validate(
        issued, expires, today=TODAY, born=born, document=document, long_term=long_term, first_generation=first
    )

    if report.ok:
        assert isinstance(issued, str)
        assert isinstance(expires, str)
        assert format(parse(issued, expires, long_term=long_term), long_term=long_term) == (issued, expires)


@given(st.dates(), st.dates(), st.dates())
def test_any_dates_may_be_validated_as_a_period(issued: date, expires: date, born: date) -> None:
    fields = format(CardPeriod(issued=issued, expires=expires))

    assert validate(*fields, today=TODAY, born=born).ok


@pytest.mark.parametrize("text", ["0" * 10**6, "长期" * 10**5, "." * 10**6, " " * 10**6])
def test_a_million_characters_are_refused_in_good_time(text: str) -> None:
    assert not validate(text, text, today=TODAY).ok
    assert not dates.is_valid(text, style=dates.DateStyle.DOTTED)
    assert len(normalise_expiry(text).value) <= len(text)


def is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def birthday(born: date, year: int) -> date:
    if (born.month, born.day) == (2, 29) and not is_leap(year):
        return date(year, 3, 1)
    return date(year, born.month, born.day)
