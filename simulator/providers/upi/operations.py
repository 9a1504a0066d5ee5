"""The decision alone: a claim, the person on file, the day -> what the source finds.

The documented operation compares name and number with the police record, then the picture with the photo there. Its
siblings compare what their names say, and have no score.

Source:
    What is compared: "ID Card Photo Verification" [seed], heads of its siblings' pages [doc]. Numbers nobody can hold
    are not found, and a name in other characters is another name, because only the register is asked [inferred].
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final, NamedTuple

from kyc_core.claims import Claim
from kyc_core.factors import (
    Bands,
    Match,
    Rules,
    bank_four_factor,
    bank_three_factor,
    bank_two_factor,
    face,
    three_factor,
    two_factor,
)
from kyc_core.people import Person
from kyc_core.verdicts import Verdict
from simulator.providers.upi.codes import PHOTO
from simulator.providers.upi.siblings import BANK_CARD, ID_CARD, MOBILE

_SCORES: Final = Bands(unsure_from=0.0, same_from=0.0)
"""UPI names no threshold: any score is an answer."""

MATCH: Final = "match"
MISMATCH: Final = "mismatch"
_FINDINGS: Final[Mapping[Verdict, str]] = MappingProxyType(
    {
        Verdict.MATCH: MATCH,
        Verdict.NOT_FOUND: "not_found",
        Verdict.CANCELLED: "not_found",
        Verdict.INVALID_ID: "not_found",
        Verdict.NO_PHOTO: "no_photo",
        Verdict.NO_FACE: "no_face",
        Verdict.POOR_PHOTO: "poor_photo",
    }
)
"""By verdict, the table's word for a finding; every other verdict is a mismatch."""


class Finding(NamedTuple):
    """What the source finds.

    Attributes:
        word: `MATCH`, `MISMATCH`, or another word among the findings of the outcome table.
        score: 0 to 100, where pictures were compared.
    """

    word: str
    score: int | None = None


Decide = Callable[[Claim, Person, date, Match], Finding]


def decide(operation: str, claim: Claim, person: Person | None, today: date, match: Match) -> Finding:
    """Return what the source finds.

    Args:
        operation: wire name.
        claim: what is said; the picture decoded.
        person: who is on file for it, or ``None``.
        today: the day in China.
        match: compares faces.
    """
    return DECISIONS[operation](claim, person, today, match) if person is not None else Finding("not_found")


def photo_check(claim: Claim, person: Person, today: date, match: Match) -> Finding:
    """Compare name, number and picture."""
    found = face(claim, person, rules=_rules(today), bands=_SCORES, match=match)
    return Finding(_word(found.verdict), None if found.score is None else int(found.score))


def _id_card(claim: Claim, person: Person, today: date, match: Match) -> Finding:
    del match
    return Finding(_word(two_factor(claim, person, rules=_rules(today))))


def _mobile(claim: Claim, person: Person, today: date, match: Match) -> Finding:
    del match
    return Finding(_word(three_factor(claim, person, rules=_rules(today))))


def _bank_card(claim: Claim, person: Person, today: date, match: Match) -> Finding:
    del today, match
    if claim.mobile is not None:
        found = bank_four_factor(claim, person)
    else:
        found = bank_two_factor(claim, person) if claim.resident_id is None else bank_three_factor(claim, person)
    return Finding(_word(found.verdict))


DECISIONS: Final[Mapping[str, Decide]] = MappingProxyType(
    {PHOTO: photo_check, ID_CARD: _id_card, MOBILE: _mobile, BANK_CARD: _bank_card}
)

IDENTIFYING: Final[Mapping[str, str]] = MappingProxyType(
    {PHOTO: "resident_id", ID_CARD: "resident_id", MOBILE: "mobile", BANK_CARD: "bank_card"}
)
"""The element of the claim by which the person is looked up."""


def _rules(today: date) -> Rules:
    return Rules(today=today, untrue_id=Verdict.NOT_FOUND)


def _word(verdict: Verdict) -> str:
    return _FINDINGS.get(verdict, MISMATCH)
