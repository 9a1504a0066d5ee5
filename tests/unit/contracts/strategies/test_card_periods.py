"""What the card-period strategies promise about their options."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.strategies.card_periods import NEAR_MISSES, HeldPeriod, OddPeriod, card_periods, days, near_miss
from kyc_core.card_validity import CardState, Document, format, validate

TODAY = date(2026, 11, 20)
TODAYS = st.dates(date(2012, 1, 1), date(2060, 12, 31)) | days(first=date(2012, 1, 1), last=date(2060, 12, 31))


@given(TODAYS, st.sampled_from(Document), st.data())
def test_drawn_periods_keep_the_rule_and_are_issued_by_today(
    today: date, document: Document, data: st.DataObject
) -> None:
    held = data.draw(card_periods(today=today, document=document))

    report = validate(*format(held.period), today=today, born=held.born, document=document)
    assert set(report.codes) <= {"expired"}
    assert held.born <= held.period.issued <= today


@given(TODAYS, st.sampled_from(Document), st.booleans(), st.data())
def test_drawn_periods_are_in_the_state_asked_for(
    today: date, document: Document, expired: bool, data: st.DataObject
) -> None:
    held = data.draw(card_periods(today=today, document=document, expired=expired))

    assert held.period.state(today) is (CardState.EXPIRED if expired else CardState.CURRENT)


@given(days(first=date(1920, 1, 1), last=TODAY), st.data())
def test_the_holder_asked_for_is_the_holder(born: date, data: st.DataObject) -> None:
    held = data.draw(card_periods(today=TODAY, born=born))

    assert held.born == born
    assert born <= held.period.issued <= TODAY


def test_both_sides_of_the_last_day_are_drawn() -> None:
    """The last day itself is current, the day after is not: the edge between the states has no gap."""
    born = date(2020, 1, 1)
    day_after = date(2025, 6, 2)

    @given(card_periods(today=day_after, born=born, expired=True))
    def only_expired(held: HeldPeriod) -> None:
        assert held.period.issued <= date(2020, 6, 1)

    @given(card_periods(today=day_after, born=born, expired=False))
    def only_current(held: HeldPeriod) -> None:
        assert held.period.issued >= date(2020, 6, 2)

    only_expired()
    only_current()


@pytest.mark.parametrize("reason", NEAR_MISSES)
def test_every_near_miss_earns_exactly_its_codes(reason: str) -> None:
    @given(near_miss(reason, today=TODAY))
    def earns(odd: OddPeriod) -> None:
        assert reason in odd.codes
        assert validate(odd.issued, odd.expires, today=TODAY, born=odd.born).codes == odd.codes

    earns()


def test_days_without_a_leap_day_can_be_drawn() -> None:
    @given(days(first=date(2023, 1, 1), last=date(2023, 1, 2)))
    def within(day: date) -> None:
        assert day in (date(2023, 1, 1), date(2023, 1, 2))

    within()


def test_impossible_wishes_are_refused() -> None:
    with pytest.raises(ValueError, match="no card"):
        card_periods(today=date(2003, 12, 31))
    with pytest.raises(ValueError, match="no card"):
        card_periods(today=TODAY, born=date(1930, 1, 1), expired=True)
    with pytest.raises(ValueError, match="no card"):
        card_periods(today=TODAY, born=date(2026, 11, 21))
