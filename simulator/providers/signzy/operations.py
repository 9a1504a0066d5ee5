"""The decision: what is asked, and the person on file -> what it means. Pure.

>>> from datetime import date
>>> from kyc_core.people import parse_person
>>> person = parse_person({"key": "a", "name": "测试甲", "resident_id": "110101190001010006"})
>>> asked = Asked(name="测试甲", birth_date=date(1900, 1, 1), number="110101190001010006")
>>> verify(asked, person, today=date(2026, 1, 5)).value
'match'
>>> verify(asked, None, today=date(2026, 1, 5)).value
'unable_to_verify'

Source:
    The three statuses [seed]; what leads to each, the order of decisions, and that the birth date is compared with the
    number itself, since the source sees name and number only [inferred].
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from kyc_core import dates, first_generation
from kyc_core.claims import Claim, as_on_file
from kyc_core.errors import KycValueError
from kyc_core.factors import Rules, two_factor
from kyc_core.holders import SHORT_LENGTH
from kyc_core.people import Person
from kyc_core.verdicts import Verdict

_BIRTH_DATE: Final = slice(6, 14)


class Finding(StrEnum):
    """What a verification comes to; all but the last are meanings of the outcome table."""

    MATCH = "match"
    MISMATCH = "mismatch"
    UNABLE = "unable_to_verify"
    UNTRUE = "untrue_number"
    """Nobody can hold the number; edge or source answers, as a switch says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a verification asks: name and number as sent, the birth date read."""

    name: str = field(repr=False)
    birth_date: date = field(repr=False)
    number: str = field(repr=False)


_FINDINGS: Final[Mapping[Verdict, Finding]] = MappingProxyType(
    {
        Verdict.MATCH: Finding.MATCH,
        Verdict.MISMATCH: Finding.MISMATCH,
        # A name in other letters, or with another dot, is nobody's on file.
        Verdict.INVALID_NAME: Finding.MISMATCH,
    }
)
"""Every verdict that is not here leaves the source unable."""


def numbers_of(number: str) -> tuple[str, ...]:
    """Return the 18-character numbers that a well-formed number stands for, as a register writes them.

    One for 18 characters; for 15 digits one or two, or none when they name no day. 13 digits stand for themselves.
    """
    if len(number) != SHORT_LENGTH:
        return (as_on_file(number),)
    try:
        return first_generation.candidates(number)
    except KycValueError:
        return ()


def person_of(number: str, by_resident_id: Callable[[str], Person | None]) -> Person | None:
    """Return who is on file under a number."""
    return next((person for each in numbers_of(number) if (person := by_resident_id(each)) is not None), None)


def verify(asked: Asked, person: Person | None, *, today: date) -> Finding:
    """Decide.

    Args:
        asked: what was asked.
        person: who holds the number, or ``None``.
        today: in Shanghai.

    Returns:
        The first that holds: the number is untrue; the birth date is not the number's; what the source says of name
        and number.
    """
    numbers = numbers_of(asked.number)
    number = person.resident_id if person is not None else next(iter(numbers), "")
    verdict = two_factor(Claim(name=asked.name, resident_id=number), person, rules=Rules(today=today))
    if verdict is Verdict.INVALID_ID:
        return Finding.UNTRUE
    if number[_BIRTH_DATE] != dates.format(asked.birth_date):
        return Finding.MISMATCH
    return _FINDINGS.get(verdict, Finding.UNABLE)
