"""The person whose values turn up nowhere else."""

from __future__ import annotations

from datetime import date
from random import Random

from contracts.canary import canary, card_picture_of, photo_of
from kyc_core import bank_card, photos, resident_id
from kyc_core.people import parse_person


def test_the_same_chance_makes_the_same_person() -> None:
    assert canary(Random(7)) == canary(Random(7))
    assert canary(Random(7)) != canary(Random(8))


def test_the_person_can_be_put_on_file_and_checked() -> None:
    person = canary(Random(1))
    parse_person(person)

    assert resident_id.is_valid(person["resident_id"], today=date(2026, 11, 20))
    assert bank_card.is_valid(person["cards"][0]["number"])


def test_everybody_has_a_picture_of_their_own() -> None:
    assert photo_of("a") != photo_of("b")
    assert photos.sniff(photo_of("a")) is photos.ImageKind.PNG


def test_a_picture_of_a_card_says_whose_it_is() -> None:
    person = canary(Random(1))
    picture = card_picture_of(person)

    assert photos.sniff(picture) is photos.ImageKind.PNG
    assert f"resident_id={person['resident_id']};name={person['name']};".encode() in picture
