"""The reasons that can be given about a resident number, and what each weighs under each profile.

Modules find; this table weighs. A profile only adds reasons and weight, never takes any away, for a value of 18
characters. Shorter numbers exist (first-generation and old foreign residents' cards): the two narrow profiles know 18
characters only and call them ``length``; the two wide ones read them and say what they are.

>>> from kyc_core.resident_id_reasons import Code, Finding, Profile, weigh
>>> weigh([Finding(Code.REGION_UNLISTED)], profile=Profile.STRICT).ok
False
>>> weigh([Finding(Code.REGION_UNLISTED)], profile=Profile.GB11643).codes
()

Source:
    The list of reasons, their order and the four profiles [inferred]; GB 11643-1999 for the second profile [doc].
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from types import MappingProxyType
from typing import Final

from kyc_core.reports import NOTHING_TO_SAY, Reason, Report, Severity


class Profile(StrEnum):
    """How closely to look; each looks at all that the one before it does."""

    SEED_PATTERN = "seed_pattern"
    """``[0-9]{17}[0-9Xx]`` and nothing else."""
    GB11643 = "gb11643"
    """Length, characters, date and check character."""
    PLAUSIBLE = "plausible"
    """The region as well; doubts are warnings."""
    STRICT = "strict"
    """Doubts are errors."""

    def covers(self, other: Profile) -> bool:
        """Tell whether this profile looks at all that *other* does."""
        return _ORDER[self] >= _ORDER[other]


class Code(StrEnum):
    """The reasons, in the order in which a report gives them."""

    TYPE = "type"
    EMPTY = "empty"
    LENGTH = "length"
    CHARSET = "charset"
    CHECK_CHAR_LOOKALIKE = "check_char_lookalike"
    CHECKSUM = "checksum"
    BIRTH_DATE_INVALID = "birth_date_invalid"
    BIRTH_DATE_FUTURE = "birth_date_future"
    BIRTH_DATE_IMPLAUSIBLE = "birth_date_implausible"
    REGION_UNKNOWN_PROVINCE = "region_unknown_province"
    REGION_LEVEL = "region_level"
    REGION_UNLISTED = "region_unlisted"
    REGION_ABOLISHED_BEFORE_BIRTH = "region_abolished_before_birth"
    REGION_NEVER_ISSUED = "region_never_issued"
    NATIONALITY_UNKNOWN = "nationality_unknown"
    FIRST_GENERATION = "first_generation"
    FOREIGN_PR_LEGACY = "foreign_pr_legacy"
    AGE_OVER_120 = "age_over_120"
    SAMPLE_ALLOWLISTED = "sample_allowlisted"


class Weight(Enum):
    """What a finding means, before a profile has looked at it."""

    WRONG = auto()
    """An error."""
    DOUBTFUL = auto()
    """A warning, and an error in the strict profile."""
    ODD = auto()
    """A warning in every profile."""
    NOTE = auto()
    """Information."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found.

    Attributes:
        code: what it is.
        detail: what would have been right; never the value itself.
        weight: another weight than the table's, where one code stands for cases of different weight.
    """

    code: Code
    detail: str = ""
    weight: Weight | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """The first profile that looks, and what it then weighs."""

    since: Profile
    weight: Weight


RULES: Final = MappingProxyType(
    {
        Code.TYPE: Rule(Profile.SEED_PATTERN, Weight.WRONG),
        Code.EMPTY: Rule(Profile.SEED_PATTERN, Weight.WRONG),
        Code.LENGTH: Rule(Profile.SEED_PATTERN, Weight.WRONG),
        Code.CHARSET: Rule(Profile.SEED_PATTERN, Weight.WRONG),
        Code.CHECK_CHAR_LOOKALIKE: Rule(Profile.SEED_PATTERN, Weight.WRONG),
        Code.CHECKSUM: Rule(Profile.GB11643, Weight.WRONG),
        Code.BIRTH_DATE_INVALID: Rule(Profile.GB11643, Weight.WRONG),
        Code.BIRTH_DATE_FUTURE: Rule(Profile.GB11643, Weight.WRONG),
        # The standard sets no earliest year of birth; ours is a guess, so it stays out of the standard's profile.
        Code.BIRTH_DATE_IMPLAUSIBLE: Rule(Profile.PLAUSIBLE, Weight.WRONG),
        Code.REGION_UNKNOWN_PROVINCE: Rule(Profile.PLAUSIBLE, Weight.WRONG),
        Code.REGION_LEVEL: Rule(Profile.PLAUSIBLE, Weight.WRONG),
        Code.REGION_UNLISTED: Rule(Profile.PLAUSIBLE, Weight.DOUBTFUL),
        Code.REGION_ABOLISHED_BEFORE_BIRTH: Rule(Profile.PLAUSIBLE, Weight.DOUBTFUL),
        Code.REGION_NEVER_ISSUED: Rule(Profile.PLAUSIBLE, Weight.WRONG),
        Code.NATIONALITY_UNKNOWN: Rule(Profile.PLAUSIBLE, Weight.WRONG),
        Code.FIRST_GENERATION: Rule(Profile.PLAUSIBLE, Weight.DOUBTFUL),
        Code.FOREIGN_PR_LEGACY: Rule(Profile.PLAUSIBLE, Weight.DOUBTFUL),
        Code.AGE_OVER_120: Rule(Profile.PLAUSIBLE, Weight.DOUBTFUL),
        Code.SAMPLE_ALLOWLISTED: Rule(Profile.SEED_PATTERN, Weight.NOTE),
    }
)

_ORDER: Final = MappingProxyType({profile: place for place, profile in enumerate(Profile)})
_PLACE: Final = MappingProxyType({code: place for place, code in enumerate(Code)})


def weigh(findings: Iterable[Finding], *, profile: Profile, allowed: bool = False) -> Report:
    """Turn findings into a report: those the profile looks at, in the documented order, with their severities.

    Args:
        findings: in any order.
        profile: how closely to look.
        allowed: the value is a documented sample; all is still said, but only as information.
    """
    found = [finding for finding in findings if profile.covers(RULES[finding.code].since)]
    if allowed:
        found.append(Finding(Code.SAMPLE_ALLOWLISTED))
    if not found:
        return NOTHING_TO_SAY
    found.sort(key=lambda finding: _PLACE[finding.code])
    return Report(
        tuple(
            [
                Reason(finding.code.value, Severity.INFO if allowed else _severity(finding, profile), finding.detail)
                for finding in found
            ]
        )
    )


def _severity(finding: Finding, profile: Profile) -> Severity:
    weight = finding.weight or RULES[finding.code].weight
    if weight is Weight.NOTE:
        return Severity.INFO
    if weight is Weight.WRONG or (weight is Weight.DOUBTFUL and profile is Profile.STRICT):
        return Severity.ERROR
    return Severity.WARNING
