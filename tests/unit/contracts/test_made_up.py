"""People made up agree with themselves, can be put on file, and are the same for the same chance."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest
from faker import Faker

from contracts import made_up
from contracts.faker_cn import Provider
from contracts.made_up import MadeUp
from kyc_core import bank_card, card_validity, mobile, names, resident_id
from kyc_core.people import PersonError, PersonState
from kyc_core.sex import Sex
from simulator.register import BY_MOBILE, ShippedPeople

TODAY = date(2026, 11, 20)


def disagreements(somebody: MadeUp) -> list[str]:
    """Say which values of one person contradict one another."""
    number = resident_id.parse(somebody.resident_id, today=TODAY)
    born, sex = number.birth_date, number.sex
    period = card_validity.validate(somebody.valid_from, somebody.valid_to, today=TODAY, born=born)
    line = mobile.parse(somebody.mobile)
    found = {
        "born": born == somebody.born,
        "sex": sex is somebody.sex,
        "validity": period.codes == (),
        "mobile is nobody's": line.allocated_to is None,
        "card": bank_card.is_valid(somebody.bank_card),
        "name": names.validate(somebody.name).ok and 2 <= len(somebody.name) <= 3,
    }
    return [what for what, agrees in found.items() if not agrees]


def test_everything_about_a_person_agrees() -> None:
    chance = Random(1)
    people = [made_up.made_up(chance) for _ in range(300)]

    assert [disagreements(somebody) for somebody in people] == [[]] * 300
    assert {somebody.sex for somebody in people} == {Sex.MALE, Sex.FEMALE}
    assert len({somebody.resident_id for somebody in people}) == 300


@pytest.mark.parametrize(
    "born", [date(1850, 1, 1), date(1960, 2, 29), date(2006, 5, 1), date(2022, 5, 1), date(2024, 6, 1)]
)
@pytest.mark.parametrize("sex", [Sex.MALE, Sex.FEMALE])
def test_sex_and_birth_are_as_asked(born: date, sex: Sex) -> None:
    somebody = made_up.made_up(Random(2), sex=sex, born=born)

    assert (somebody.sex, somebody.born) == (sex, born)
    assert disagreements(somebody) == []


def test_the_same_chance_makes_the_same_person() -> None:
    assert made_up.made_up(Random(3)) == made_up.made_up(Random(3)) != made_up.made_up(Random(4))


def test_nobody_shipped_has_a_number_that_is_made_up() -> None:
    shipped = [card.number for person in ShippedPeople.load().index.people.values() for card in person.cards]
    zeros = [number for number in shipped if number.startswith("6217000000000")]

    assert zeros
    assert max(zeros) < made_up.card(Random(5))
    assert not [number for number in ShippedPeople.load().index.by[BY_MOBILE] if number.startswith("15490")]


def test_a_person_is_put_on_file_with_what_is_told_besides() -> None:
    somebody = made_up.made_up(Random(6))
    person = somebody.on_file("mine", state="cancelled", cards=[{"number": somebody.bank_card, "state": "lost"}])

    assert (person.key, person.state, person.resident_id) == ("mine", PersonState.CANCELLED, somebody.resident_id)
    assert person.mobiles[0].number == somebody.mobile
    assert somebody.on_file("mine").cards[0].mobile == somebody.mobile
    with pytest.raises(PersonError, match="not"):
        somebody.on_file("mine", height=180)


def test_a_claim_is_true_until_it_is_changed() -> None:
    somebody = made_up.made_up(Random(7))
    claim, lie = somebody.claim(), somebody.claim(name="另一人")

    assert (claim.name, claim.resident_id, claim.bank_card) == (somebody.name, somebody.resident_id, somebody.bank_card)
    assert (lie.name, lie.resident_id) == ("另一人", somebody.resident_id)
    assert claim.photo == somebody.claim().photo != made_up.made_up(Random(8)).claim().photo


def test_no_report_shows_a_value() -> None:
    somebody = made_up.made_up(Random(9))

    for value in (somebody.name, somebody.resident_id, somebody.mobile, somebody.bank_card):
        assert value not in repr(somebody)


def seeded(seed: int) -> Faker:
    fake = Faker()
    fake.add_provider(Provider)
    fake.seed_instance(seed)
    return fake


def test_faker_makes_people_from_its_own_seed() -> None:
    somebody = seeded(1).cn_person()

    assert isinstance(somebody, MadeUp)
    assert disagreements(somebody) == []
    assert somebody == seeded(1).cn_person() != seeded(2).cn_person()
    assert seeded(3).cn_person(sex=Sex.FEMALE, born=date(1990, 1, 1)).born == date(1990, 1, 1)


def test_faker_makes_single_values() -> None:
    fake = seeded(4)

    assert resident_id.parse(fake.cn_resident_id(sex=Sex.MALE), today=TODAY).sex is Sex.MALE
    assert mobile.is_valid(fake.cn_mobile())
    assert bank_card.is_valid(fake.cn_bank_card())
    assert names.is_valid(fake.cn_name(sex=Sex.FEMALE))
    assert seeded(5).cn_name() == seeded(5).cn_name()
