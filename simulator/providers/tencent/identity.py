"""Decisions over the police record: name and number, validity of the card, age, and the face on file. Pure.

Source:
    What the actions compare: their pages [sdk, doc]; in which order a source looks: `kyc_core.factors` [inferred];
    threshold 70, fixed: ImageRecognitionV2 page, domestic site [sdk]; which name a bad picture gets [inferred].
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from kyc_core import dates, photos
from kyc_core.birth_dates import read as read_birth_date
from kyc_core.card_validity import LongTerm
from kyc_core.claims import Claim
from kyc_core.factors import Rules, four_factor, photo_about, two_factor
from kyc_core.people import LineStatus, PhotoQuality
from kyc_core.verdicts import Verdict

if TYPE_CHECKING:
    from kyc_core.people import Person
    from simulator.register import Register

Values = Mapping[str, str]

SAME_FROM: Final = 70.0
"""Lowest similarity of the same person, 0-100."""
LONGEST_PHOTO: Final = 3 * 1024 * 1024
"""Characters of base64. Source: ImageRecognitionV2 page [sdk]."""

_MEANINGS: Final[Mapping[Verdict, str]] = MappingProxyType(
    {
        Verdict.MATCH: "match",
        Verdict.MISMATCH: "mismatch",
        Verdict.NOT_FOUND: "not_found",
        Verdict.CANCELLED: "identity_invalid",
        Verdict.INVALID_ID: "id_format",
        Verdict.INVALID_NAME: "name_format",
        Verdict.INVALID_VALIDITY: "validity_format",
    }
)

AGES: Final = ((8, "[0,8)"), (16, "[8,16)"), (18, "[16,18)"))
"""Ranges of MinorsVerification: the first whose upper end an age is below."""
OF_AGE: Final = "[18,+)"


def two_elements(values: Values, person: Person | None, register: Register, today: date) -> str:
    """Compare name and number."""
    del register
    if "name" not in values:
        return "not_found"  # read from a card that shows no name, and nobody on file has its number
    claim = Claim(name=values["name"], resident_id=values["resident_id"])
    return _MEANINGS[two_factor(claim, person, rules=Rules(today=today))]


def with_validity(values: Values, person: Person | None, register: Register, today: date) -> str:
    """Compare name, number and both dates of the card."""
    del register
    claim = Claim(
        name=values["name"],
        resident_id=values["resident_id"],
        valid_from=values["valid_from"],
        valid_to=values["valid_to"],
    )
    rules = Rules(today=today, long_term=frozenset({LongTerm.ZEROS}))
    return _MEANINGS[four_factor(claim, person, rules=rules)]


def of_age(values: Values, person: Person | None, register: Register, today: date) -> str:
    """Say whether the holder of a line, or of a name and number, is of age."""
    if "mobile" in values:
        line = None if person is None else person.line(values["mobile"])
        if person is None or line is None or line.status is LineStatus.CANCELLED:
            return "no_record"
    else:
        identity = two_elements(values, person, register, today)
        if identity != "match" or person is None:
            return identity
    return "adult" if age_range(person, today) == OF_AGE else "minor"


def age_range(person: Person | None, today: date) -> str:
    """Return the range a person's age lies in; empty for nobody, or a number without a birth date."""
    born = None if person is None else read_birth_date(person.resident_id[6:14])
    if born is None or born > today:
        return ""
    age = dates.age(born, today)
    return next((name for below, name in AGES if age < below), OF_AGE)


def face_sent(values: Values, person: Person | None, register: Register, today: date) -> str:
    """Compare name and number, then a photo with the one on file."""
    identity = two_elements(values, person, register, today)
    if identity != "match" or person is None:
        return identity
    codes = photos.validate(values["photo"], max_characters=LONGEST_PHOTO).codes
    if "too_large_encoded" in codes:
        return "photo_size"
    return "no_face" if codes else face(photos.parse(values["photo"]).data, person, poor="photo_poor")


def face(picture: bytes, person: Person, *, poor: str) -> str:
    """Compare a picture with the photo on file; *poor* is what one that is not good enough is called."""
    if not person.photos:
        return "no_photo"
    about = photo_about(picture, person)
    if about.quality is PhotoQuality.NO_FACE:
        return "no_face"
    if about.quality is PhotoQuality.POOR:
        return poor
    return "match" if about.score >= SAME_FROM else "face_different"
