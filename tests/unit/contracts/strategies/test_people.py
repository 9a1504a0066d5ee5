"""People drawn are people: two draws differ, and each agrees with itself."""

from __future__ import annotations

from datetime import date

from hypothesis import find, given, settings

from contracts.made_up import MadeUp
from contracts.strategies.people import people
from kyc_core import bank_card, resident_id
from kyc_core.sex import Sex


@given(somebody=people())
@settings(max_examples=30)
def test_whoever_is_drawn_agrees_with_themselves(somebody: MadeUp) -> None:
    number = resident_id.parse(somebody.resident_id, today=date(2026, 1, 1))

    assert (number.birth_date, number.sex) == (somebody.born, somebody.sex)
    assert bank_card.is_valid(somebody.bank_card)
    assert somebody.on_file("drawn").cards[0].mobile == somebody.mobile


@given(somebody=people(sex=Sex.FEMALE, born=date(1988, 2, 29)))
@settings(max_examples=5)
def test_sex_and_birth_are_as_asked(somebody: MadeUp) -> None:
    assert (somebody.sex, somebody.born) == (Sex.FEMALE, date(1988, 2, 29))


def test_anybody_can_be_drawn() -> None:
    men = find(people(), lambda somebody: somebody.sex is Sex.MALE)
    women = find(people(), lambda somebody: somebody.sex is Sex.FEMALE)

    assert men != women
