"""Two-, three- and four-factor checks, mobile cross-checks and face comparison: claim + record -> what it means.

The order of decisions is observable and the same everywhere: form of the number, truth of the number, name, validity or
mobile, record, name on file, dates on file, photo. What a source may see differently is handed in as `Rules`, what a
score means as `Bands`; providers keep both beside their tables. The bank's checks are in `kyc_core.bank_factors` and
are named here too.

>>> from datetime import date
>>> from kyc_core.claims import Claim
>>> from kyc_core.people import parse_person
>>> rules = Rules(today=date(2026, 1, 5))
>>> person = parse_person({"key": "a", "name": "测试甲", "resident_id": "110101190001010006",
...                        "valid_from": "20180501", "valid_to": "长期", "photos": [{"score": 52}]})
>>> claim = Claim(name="测试甲", resident_id="110101190001010006", valid_from="20180501", valid_to="00000000",
...               photo=b"...")
>>> four_factor(claim, person, rules=rules).value, two_factor(claim, None, rules=rules).value
('MATCH', 'NOT_FOUND')
>>> face(claim, person, rules=rules, bands=Bands(unsure_from=40, same_from=60))
FaceFinding(verdict=<Verdict.FACE_UNSURE: 'FACE_UNSURE'>, score=52.0)

Source:
    Order of decisions, and the canonical verdicts, over the police gateway and its resellers [inferred]; the long-term
    words: aggregator, Tencent's CheckIdNameDate [seed, sdk].
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256
from types import MappingProxyType
from typing import Final

from kyc_core import dates, mobile, names, resident_id
from kyc_core.bank_factors import BankFinding as BankFinding
from kyc_core.bank_factors import bank_four_factor as bank_four_factor
from kyc_core.bank_factors import bank_three_factor as bank_three_factor
from kyc_core.bank_factors import bank_two_factor as bank_two_factor
from kyc_core.card_validity import LongTerm
from kyc_core.claims import Claim, as_on_file, same_id, same_name
from kyc_core.holders import Kind, kind_of
from kyc_core.people import LineStatus, Person, PersonState, Photo, PhotoQuality
from kyc_core.verdicts import Verdict

SECOND_GENERATION: Final = frozenset({Kind.CITIZEN, Kind.RESIDENCE_PERMIT, Kind.FOREIGN_PERMANENT_RESIDENT})
"""Everyone whose number has 18 characters. Some providers also take 15 digits, some take no residence permits [doc]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What sources see differently.

    Attributes:
        today: the day in Shanghai.
        untrue_id: what a well-formed number is that nobody can hold (check character, birth date, region):
            `Verdict.INVALID_ID` where it is checked at the door, `Verdict.NOT_FOUND` where only the register is asked.
        kinds: the documents whose numbers are looked at; the form of any other is wrong.
        names: which spellings are names.
        long_term: the words that mean a card without an end.
    """

    today: date
    untrue_id: Verdict = Verdict.INVALID_ID
    kinds: frozenset[Kind] = SECOND_GENERATION
    names: names.Profile = names.Profile.CHINESE
    long_term: frozenset[LongTerm] = frozenset(LongTerm)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bands:
    """What a similarity means to one provider, in the provider's own unit.

    Attributes:
        unsure_from: lowest score that is not a different person.
        same_from: lowest score of the same person; equal to ``unsure_from`` where there is no band between.
        top: the score of two identical pictures: 100, or 1000.
    """

    unsure_from: float
    same_from: float
    top: float = 100.0

    def __post_init__(self) -> None:
        if not 0 <= self.unsure_from <= self.same_from <= self.top:
            raise ValueError("want 0 <= unsure_from <= same_from <= top")

    def verdict(self, score: float) -> Verdict:
        """Say what *score*, in this unit, means; a boundary belongs to the band above it."""
        if score >= self.same_from:
            return Verdict.MATCH
        return Verdict.FACE_UNSURE if score >= self.unsure_from else Verdict.FACE_DIFFERENT


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceFinding:
    """What a face comparison found; ``score`` in the unit of its `Bands`, ``None`` when nothing was compared."""

    verdict: Verdict
    score: float | None = None


Match = Callable[[bytes, Person], Photo]
"""Compares a decoded picture with the person on file: a score and what is made of the picture."""


class MobileFinding(StrEnum):
    """What an operator finds about the elements it was given."""

    MATCH = "match"
    NAME_DIFFERS = "name_differs"
    ID_DIFFERS = "id_differs"
    BOTH_DIFFER = "both_differ"
    NO_RECORD = "no_record"

    @property
    def verdict(self) -> Verdict:
        """The canonical verdict."""
        return _MOBILE_VERDICTS.get(self, Verdict.MISMATCH)


_MOBILE_VERDICTS: Final[Mapping[MobileFinding, Verdict]] = MappingProxyType(
    {MobileFinding.MATCH: Verdict.MATCH, MobileFinding.NO_RECORD: Verdict.NOT_FOUND}
)
_GONE: Final = frozenset({LineStatus.CANCELLED, LineStatus.NOT_ON_NETWORK})
"""An operator keeps no holder of a line that it does not run; a suspended line still has one [inferred]."""

_NO_PERSON: Final[Mapping[PersonState, Verdict]] = MappingProxyType(
    {PersonState.NOT_FOUND: Verdict.NOT_FOUND, PersonState.CANCELLED: Verdict.CANCELLED}
)
_NO_COMPARISON: Final[Mapping[PhotoQuality, Verdict]] = MappingProxyType(
    {PhotoQuality.POOR: Verdict.POOR_PHOTO, PhotoQuality.NO_FACE: Verdict.NO_FACE}
)


def two_factor(claim: Claim, person: Person | None, *, rules: Rules) -> Verdict:
    """Compare name and identity number with the police record.

    Args:
        claim: ``name`` and ``resident_id``.
        person: who holds the number, or ``None``.
        rules: how this source sees numbers and names.

    Returns:
        The first of: ``INVALID_ID`` (or ``rules.untrue_id``), ``INVALID_NAME``, ``NOT_FOUND``, ``CANCELLED``,
        ``MISMATCH``, ``MATCH``.
    """
    refused = _form(claim, rules)
    return refused if refused is not None else _identity(claim, person)


def four_factor(claim: Claim, person: Person | None, *, rules: Rules) -> Verdict:
    """Compare name, identity number and both validity dates with the police record.

    Args:
        claim: ``name``, ``resident_id``, ``valid_from`` and ``valid_to``.
        person: who holds the number, or ``None``. A record without dates agrees with none.
        rules: how this source sees numbers, names and long-term cards.

    Returns:
        As `two_factor`, with ``INVALID_VALIDITY`` after ``INVALID_NAME``. Dates that differ are ``MISMATCH`` like a
        name that differs: no source says which it was. An expired card is no reason.
    """
    refused = _form(claim, rules)
    if refused is not None:
        return refused
    if not _is_period(claim.valid_from, claim.valid_to, rules):
        return Verdict.INVALID_VALIDITY
    verdict = _identity(claim, person)
    if verdict is not Verdict.MATCH or person is None:
        return verdict
    valid_to = LongTerm.HANZI.value if claim.valid_to in tuple(LongTerm) else claim.valid_to
    same = (claim.valid_from, valid_to) == (person.valid_from, person.valid_to)
    return Verdict.MATCH if same else Verdict.MISMATCH


def three_factor(claim: Claim, owner: Person | None, *, rules: Rules) -> Verdict:
    """Compare name, identity number and mobile number with the operator's record.

    Args:
        claim: ``name``, ``resident_id`` and ``mobile``.
        owner: in whose name the line is registered, or ``None``. The police record plays no part.
        rules: how this source sees numbers and names.

    Returns:
        The first of: ``INVALID_ID`` (or ``rules.untrue_id``), ``INVALID_NAME``, ``INVALID_MOBILE``, ``NOT_FOUND``,
        ``MISMATCH``, ``MATCH``.
    """
    refused = _form(claim, rules)
    if refused is not None:
        return refused
    return mobile_cross(claim, owner).verdict if mobile.is_valid(claim.mobile) else Verdict.INVALID_MOBILE


def mobile_cross(claim: Claim, owner: Person | None) -> MobileFinding:
    """Compare the name, the identity number or both, whichever the claim has, with the holder of a mobile line.

    Args:
        claim: ``mobile`` and at least one of ``name`` and ``resident_id``, of the right shape.
        owner: in whose name the line is registered, or ``None``.

    Returns:
        Which of the given elements differ. ``NO_RECORD`` for a line that nobody has, or that is run no more.

    Raises:
        ValueError: the claim has neither name nor identity number, so there is nothing to agree with.
    """
    if claim.name is None and claim.resident_id is None:
        raise ValueError("want a name or a resident_id")
    line = None if owner is None or claim.mobile is None else owner.line(claim.mobile)
    if owner is None or line is None or line.status in _GONE:
        return MobileFinding.NO_RECORD
    name_differs = claim.name is not None and not same_name(claim.name, owner.name)
    id_differs = claim.resident_id is not None and not same_id(claim.resident_id, owner.resident_id)
    if name_differs and id_differs:
        return MobileFinding.BOTH_DIFFER
    if name_differs:
        return MobileFinding.NAME_DIFFERS
    return MobileFinding.ID_DIFFERS if id_differs else MobileFinding.MATCH


def face(claim: Claim, person: Person | None, *, rules: Rules, bands: Bands, match: Match | None = None) -> FaceFinding:
    """Compare name and identity number, then the picture with the photo on file.

    Args:
        claim: ``name``, ``resident_id`` and ``photo``, the decoded picture; no picture has no face.
        person: who holds the number, or ``None``.
        rules: how this source sees numbers and names.
        bands: what a score means to this provider.
        match: says how the picture compares with the person; `photo_about` by default.

    Returns:
        As `two_factor` without a score while the identity does not match; then the first of ``NO_PHOTO``,
        ``POOR_PHOTO`` and ``NO_FACE`` without a score, or ``FACE_DIFFERENT``, ``FACE_UNSURE`` or ``MATCH`` with it.
    """
    identity = two_factor(claim, person, rules=rules)
    if identity is not Verdict.MATCH or person is None:
        return FaceFinding(verdict=identity)
    if not person.photos:
        return FaceFinding(verdict=Verdict.NO_PHOTO)
    if not claim.photo:
        return FaceFinding(verdict=Verdict.NO_FACE)
    photo = (match or photo_about)(claim.photo, person)
    if photo.quality in _NO_COMPARISON:
        return FaceFinding(verdict=_NO_COMPARISON[photo.quality])
    score = round(photo.score * bands.top / 100, 2)
    return FaceFinding(verdict=bands.verdict(score), score=score)


def _form(claim: Claim, rules: Rules) -> Verdict | None:
    """Refuse a number or a name by its form, or pass (``None``)."""
    number = as_on_file(claim.resident_id or "")
    if kind_of(number) not in rules.kinds:
        return Verdict.INVALID_ID
    if not resident_id.is_valid(number, today=rules.today):
        return rules.untrue_id
    return None if names.is_valid(claim.name, profile=rules.names) else Verdict.INVALID_NAME


def _is_period(valid_from: str | None, valid_to: str | None, rules: Rules) -> bool:
    if valid_from is None or valid_to is None or not dates.is_valid(valid_from):
        return False
    return valid_to in rules.long_term or (dates.is_valid(valid_to) and valid_from < valid_to)


def _identity(claim: Claim, person: Person | None) -> Verdict:
    if person is None:
        return Verdict.NOT_FOUND
    if person.state in _NO_PERSON:
        return _NO_PERSON[person.state]
    held = same_id(claim.resident_id, person.resident_id) and same_name(claim.name, person.name)
    return Verdict.MATCH if held else Verdict.MISMATCH


def photo_about(picture: bytes, person: Person) -> Photo:
    """Return what the record says about this very picture, or about any other; a stranger's picture scores nothing."""
    digest = sha256(picture).hexdigest()
    about = {photo.sha256: photo for photo in person.photos}
    return about.get(digest) or about.get(None) or Photo(score=0.0)
