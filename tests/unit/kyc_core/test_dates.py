"""Written dates, ages and the day in Shanghai."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from kyc_core.dates import (
    DateStyle,
    add_years,
    age,
    birthday_in,
    day_at,
    format,
    is_valid,
    local_date,
    parse,
    validate,
)
from kyc_core.errors import InvalidComponent, InvalidFormat, InvalidLength, KycValueError


@pytest.mark.parametrize(
    ("text", "style", "day"),
    [
        pytest.param("20240229", DateStyle.COMPACT, date(2024, 2, 29), id="compact leap day"),
        pytest.param("2024-02-03", DateStyle.DASHED, date(2024, 2, 3), id="dashed"),
        pytest.param("2024.02.03", DateStyle.DOTTED, date(2024, 2, 3), id="dotted"),
        pytest.param("00010101", DateStyle.COMPACT, date(1, 1, 1), id="first year"),
    ],
)
def test_each_style_is_read_and_written_back(text: str, style: DateStyle, day: date) -> None:
    assert parse(text, style=style) == day
    assert format(day, style=style) == text


@pytest.mark.parametrize(
    ("value", "style", "codes"),
    [
        pytest.param("", DateStyle.COMPACT, ("empty",), id="empty"),
        pytest.param(20240101, DateStyle.COMPACT, ("type",), id="number"),
        pytest.param(None, DateStyle.COMPACT, ("type",), id="nothing"),
        pytest.param("0240101", DateStyle.COMPACT, ("length",), id="strptime would read year 240"),
        pytest.param("20240101\n", DateStyle.COMPACT, ("length", "charset"), id="line end behind"),
        pytest.param("２０２４０１０１", DateStyle.COMPACT, ("charset",), id="full-width"),
        pytest.param("2024-W01-1", DateStyle.COMPACT, ("length", "charset"), id="week date"),
        pytest.param("2024-2-3", DateStyle.DASHED, ("length",), id="strptime would read unpadded"),
        pytest.param("20240203", DateStyle.DASHED, ("length",), id="fromisoformat would read compact"),
        pytest.param("2024-W01-1", DateStyle.DASHED, ("charset",), id="fromisoformat would read weeks"),
        pytest.param("202402-03-", DateStyle.DASHED, ("shape",), id="hyphens in the wrong places"),
        pytest.param("2024-02-03", DateStyle.DOTTED, ("charset",), id="hyphens for dots"),
        pytest.param("20230229", DateStyle.COMPACT, ("date_invalid",), id="no leap year"),
        pytest.param("19000229", DateStyle.COMPACT, ("date_invalid",), id="1900 was no leap year"),
        pytest.param("20241301", DateStyle.COMPACT, ("date_invalid",), id="month 13"),
        pytest.param("00000000", DateStyle.COMPACT, ("date_invalid",), id="all zeros"),
    ],
)
def test_everything_wrong_is_said(value: object, style: DateStyle, codes: tuple[str, ...]) -> None:
    assert validate(value, style=style).codes == codes
    assert not is_valid(value, style=style)


@pytest.mark.parametrize(
    ("text", "error"),
    [("", InvalidLength), ("2024010", InvalidLength), ("2024010a", InvalidFormat), ("20240230", InvalidComponent)],
)
def test_parsing_raises_the_kind_of_the_first_reason(text: str, error: type[KycValueError]) -> None:
    with pytest.raises(error) as caught:
        parse(text)
    assert caught.value.field == "date"


@pytest.mark.parametrize(
    ("born", "on", "years"),
    [
        pytest.param(date(1992, 2, 29), date(2018, 2, 28), 25, id="leap-day child, the day before 1 March"),
        pytest.param(date(1992, 2, 29), date(2018, 3, 1), 26, id="leap-day child on 1 March"),
        pytest.param(date(2004, 2, 29), date(2020, 2, 29), 16, id="leap-day child in a leap year"),
        pytest.param(date(2004, 6, 1), date(2020, 5, 31), 15, id="the day before the birthday"),
        pytest.param(date(2004, 6, 1), date(2020, 6, 1), 16, id="on the birthday"),
        pytest.param(date(2020, 1, 1), date(2020, 1, 1), 0, id="on the day of birth"),
        pytest.param(date(2020, 1, 2), date(2020, 1, 1), -1, id="before birth"),
    ],
)
def test_age_counts_birthdays(born: date, on: date, years: int) -> None:
    assert age(born, on) == years


def test_a_leap_day_birthday_is_on_1_march_in_common_years_only() -> None:
    assert birthday_in(date(2000, 2, 29), 1900) == date(1900, 3, 1)
    assert birthday_in(date(2000, 2, 29), 2100) == date(2100, 3, 1)
    assert birthday_in(date(2000, 2, 29), 2400) == date(2400, 2, 29)


@pytest.mark.parametrize(
    ("day", "years", "later"),
    [
        pytest.param(date(2004, 3, 27), 10, date(2014, 3, 27), id="example of the standard"),
        pytest.param(date(2004, 2, 29), 10, date(2014, 3, 1), id="leap day into a common year"),
        pytest.param(date(2004, 2, 29), 20, date(2024, 2, 29), id="leap day into a leap year"),
        pytest.param(date(2024, 2, 29), -1, date(2023, 3, 1), id="backwards"),
    ],
)
def test_years_are_added_by_the_rule_of_the_standard(day: date, years: int, later: date) -> None:
    assert add_years(day, years) == later


@pytest.mark.parametrize("years", [-2024, 8000])
def test_years_beyond_the_calendar_are_refused(years: int) -> None:
    with pytest.raises(ValueError, match="calendar"):
        add_years(date(2024, 1, 1), years)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        pytest.param(datetime(2026, 11, 19, 15, 59, 59, tzinfo=UTC), date(2026, 11, 19), id="one second to midnight"),
        pytest.param(datetime(2026, 11, 19, 16, 0, tzinfo=UTC), date(2026, 11, 20), id="midnight in Shanghai"),
        pytest.param(
            datetime(2026, 11, 19, 12, 0, tzinfo=timezone(timedelta(hours=-5))), date(2026, 11, 20), id="from New York"
        ),
    ],
)
def test_the_day_is_the_one_in_shanghai(instant: datetime, day: date) -> None:
    assert local_date(instant) == day


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        local_date(datetime(2026, 11, 20))  # noqa: DTZ001 - the naive instant is the point


@pytest.mark.parametrize(
    ("seconds", "day"),
    [
        pytest.param(57_599, date(1970, 1, 1), id="last second of the first day"),
        pytest.param(57_600, date(1970, 1, 2), id="midnight in Shanghai"),
        pytest.param(57_599.999, date(1970, 1, 1), id="a fraction is not a second"),
        pytest.param(1_767_571_200, date(2026, 1, 5), id="midnight UTC"),
    ],
)
def test_a_day_is_counted_from_midnight_in_shanghai(seconds: float, day: date) -> None:
    assert day_at(seconds) == day
    assert local_date(datetime.fromtimestamp(seconds, UTC)) == day
