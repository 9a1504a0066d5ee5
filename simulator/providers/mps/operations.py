"""The decision alone: a claim, who is on file and the rules of the day -> a finding. Pure.

A finding is the canonical verdict in lower case, or ``photo_undecodable``: the answers of both dialects are kept by it
(``answers`` in the outcome table). What is wrong with the form of a number, a name or a period is found before any
source is asked.

>>> from datetime import date
>>> from kyc_core.claims import Claim
>>> from kyc_core.factors import Rules
>>> from simulator.providers.mps.codes import catalogue
>>> rules = Rules(today=date(2026, 1, 5))
>>> decide(catalogue()["two-factor"], Claim(name="测试乙", resident_id="110101190001010014"), None, rules, scale=100)
Finding(word='not_found', score=None)

Source:
    Order of the decision: form, check digit and date, name, validity, register, name on file, dates, photo [inferred];
    comparisons: `kyc_core.factors`. Long-term words: aggregator, Tencent [seed, sdk]. Numbers of 15 digits stand for
    18 characters: GB 11643-1999 [doc].
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from kyc_core import photos
from kyc_core.claims import Claim, as_on_file
from kyc_core.errors import KycValueError
from kyc_core.factors import Bands, Rules, face, four_factor, two_factor
from kyc_core.first_generation import candidates
from kyc_core.holders import SHORT_LENGTH
from kyc_core.verdicts import Verdict
from simulator.providers.mps.codes import Check, Dialect, Operation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kyc_core.people import Person
    from simulator.register import Register

UNDECODABLE: Final = "photo_undecodable"

BY_FORM: Final = frozenset({"invalid_id", "invalid_name", "invalid_validity"})
"""Findings for which no source is asked."""

_POLICIES: Final = {"invalid_id": Verdict.INVALID_ID, "not_found": Verdict.NOT_FOUND}
_UNTRUE: Final = {Dialect.JSON: Verdict.INVALID_ID, Dialect.NCIIC: Verdict.NOT_FOUND}


class Finding(NamedTuple):
    """What was found: the word for it, and the similarity of the photos where they were compared."""

    word: str
    score: float | None = None


def rules_of(operation: Operation, readings: Mapping[str, Any], today: date) -> Rules:
    """Return how this operation sees numbers and names.

    Args:
        operation: whose dialect counts.
        readings: switch values by full name.
        today: the day in Shanghai.
    """
    policy: str = readings["mps.checksum_policy"]
    return Rules(today=today, untrue_id=_POLICIES.get(policy, _UNTRUE[operation.dialect]))


def read_claim(operation: Operation, values: Mapping[str, str]) -> Claim:
    """Return what the fields of a request claim; a photo that cannot be decoded is left out."""
    names = operation.wire_names

    def said(element: str) -> str | None:
        return values.get(names[element], "") if element in names else None

    return Claim(
        name=said("name"),
        resident_id=said("resident_id"),
        valid_from=said("valid_from"),
        valid_to=said("valid_to"),
        photo=_decoded(said("photo")),
    )


def _decoded(photo: str | None) -> bytes | None:
    if not photo:
        return None
    try:
        return photos.parse(photo).data
    except KycValueError:
        return None


def person_of(claim: Claim, register: Register, *, first_generation: bool) -> tuple[Claim, Person | None]:
    """Return the person on file whom a claim names by number, and the claim with the number that is on file.

    Args:
        claim: what is claimed.
        register: the people on file.
        first_generation: whether 15 digits are read as the 18 characters they stand for.
    """
    number = as_on_file(claim.resident_id or "")
    readings = [number]
    if first_generation and len(number) == SHORT_LENGTH:
        try:
            readings = list(candidates(number))
        except KycValueError:  # letters, or no such day: the form is judged later
            readings = [number]
    for reading in readings:
        person = register.by_resident_id(reading)
        if person is not None:
            return _numbered(claim, reading), person
    return _numbered(claim, readings[0]), None


def _numbered(claim: Claim, number: str) -> Claim:
    return claim if claim.resident_id == number else replace(claim, resident_id=number)


def decide(operation: Operation, claim: Claim, person: Person | None, rules: Rules, *, scale: int) -> Finding:
    """Compare *claim* with *person* as the operation does.

    Args:
        operation: which check.
        claim: as `read_claim` returns it.
        person: who holds the number, or ``None``.
        rules: as `rules_of` returns them.
        scale: highest score.
    """
    if operation.check is Check.FOUR_FACTOR:
        return _found(four_factor(claim, person, rules=rules))
    if operation.check is Check.TWO_FACTOR or operation.bands is None:
        return _found(two_factor(claim, person, rules=rules))
    if claim.photo is None:
        identity = two_factor(claim, person, rules=rules)
        return Finding(UNDECODABLE) if identity is Verdict.MATCH else _found(identity)
    found = face(claim, person, rules=rules, bands=_scaled(operation.bands, scale))
    return Finding(found.verdict.value.lower(), found.score)


def _found(verdict: Verdict) -> Finding:
    return Finding(verdict.value.lower())


def _scaled(bands: Bands, scale: int) -> Bands:
    if scale == bands.top:
        return bands
    factor = scale / bands.top
    return Bands(unsure_from=bands.unsure_from * factor, same_from=bands.same_from * factor, top=scale)
