"""Resident identity numbers: six digits region, eight birth date, three sequence, one check character.

`validate` says everything that applies to a value as it stands; `normalise` mends harmless writing first and says what
it mended. The special shapes (residence permits, foreign permanent residents, 15 digits) go through the same verbs.

>>> from datetime import date
>>> from kyc_core.resident_id import normalise, parse, validate
>>> today = date(2026, 11, 20)
>>> validate("110101199013010012", today=today).codes
('birth_date_invalid',)
>>> normalise(" 11010119900307002x")
Normalised(value='11010119900307002X', notes=('trimmed', 'lowercased_x'))
>>> parse("110101199003070011", today=today).region_name
'北京市东城区'

Source:
    GB 11643-1999 [doc]; reasons and profiles in ``resident_id_reasons``; the other kinds in ``holders``.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from kyc_core import birth_dates, first_generation, foreign_residents, home_regions, regions
from kyc_core.checksums import CHARACTER_OF_REMAINDER, mod_11_2
from kyc_core.errors import InvalidChecksum, InvalidComponent, InvalidFormat, InvalidLength, KycValueError
from kyc_core.holders import FOREIGN_PREFIX, Kind, kind_of
from kyc_core.holders import FULL_LENGTH as FULL_LENGTH
from kyc_core.lenient import OUTSIDE, trim
from kyc_core.refusals import raise_first_error
from kyc_core.reports import NOTHING_TO_SAY, Normalised, Reason, Report, Severity
from kyc_core.resident_id_parts import ResidentId as ResidentId
from kyc_core.resident_id_parts import format as format
from kyc_core.resident_id_parts import read, sequence_of, sex_of
from kyc_core.resident_id_reasons import Code, Finding, weigh
from kyc_core.resident_id_reasons import Profile as Profile
from kyc_core.sex import Sex

FIELD: Final = "resident_id"
BODY_LENGTH: Final = 17
NO_SAMPLES: Final[frozenset[str]] = frozenset()

LOOKALIKES: Final = MappingProxyType(
    {
        "\u2169": "ROMAN NUMERAL TEN",
        "\u0425": "CYRILLIC CAPITAL LETTER HA",
        "\u03a7": "GREEK CAPITAL LETTER CHI",
        "\u00d7": "MULTIPLICATION SIGN",
        "*": "ASTERISK",
    }
)
"""What stands where ``X`` should, and its Unicode name. None is mended: each could be a typing or a masking habit."""

_LONGEST_READ: Final = 64
"""Beyond it the length alone is judged, so that a value of a million characters costs nothing."""

_CHARACTERS: Final = frozenset("0123456789X")
_FULLWIDTH: Final = str.maketrans("０１２３４５６７８９Ｘｘ", "0123456789Xx")
_SEPARATORS: Final = str.maketrans("", "", " \u3000-")
_DAYS_IN_MONTH: Final = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_DAYS_OF_EVERY_YEAR: Final = frozenset(
    f"{month:02d}{day:02d}" for month, days in enumerate(_DAYS_IN_MONTH, start=1) for day in range(1, days + 1)
)
_KINDS_OF_ERROR: Final[Mapping[str, type[KycValueError]]] = MappingProxyType(
    {
        **dict.fromkeys([code.value for code in Code], InvalidComponent),
        Code.TYPE.value: InvalidFormat,
        Code.EMPTY.value: InvalidLength,
        Code.LENGTH.value: InvalidLength,
        Code.CHARSET.value: InvalidFormat,
        Code.CHECK_CHAR_LOOKALIKE.value: InvalidFormat,
        Code.CHECKSUM.value: InvalidChecksum,
    }
)


def normalise(text: str) -> Normalised:
    """Mend harmless writing, and nothing else: no look-alike becomes an ``X``, no other script's digit a digit.

    Returns:
        The text and, in this order, the notes for what was done: ``trimmed`` (blanks, line ends, byte-order mark and
        zero-width space around it), ``fullwidth`` (digits and X), ``lowercased_x`` (at the end), ``separators`` (blanks
        and hyphens inside). Idempotent.

    Source:
        The lenient forms [inferred]; a provider's own sample URLs carry a leading blank [seed].
    """
    trimmed = trim(text)
    narrow = trimmed.value.translate(_FULLWIDTH)
    joined = narrow.translate(_SEPARATORS).strip(OUTSIDE)
    value = joined[:-1] + "X" if joined.endswith("x") else joined
    done = (
        *trimmed.notes,
        *(("fullwidth",) if narrow != trimmed.value else ()),
        *(("lowercased_x",) if value != joined else ()),
        *(("separators",) if joined != narrow else ()),
    )
    return Normalised(value, done)


def validate(
    value: object, *, today: date, profile: Profile = Profile.PLAUSIBLE, allow: Set[str] = NO_SAMPLES
) -> Report:
    """Say everything that applies to a value as it stands.

    Args:
        value: anything; only a `str` can be right. Nothing is mended here.
        today: in Shanghai; later births are errors.
        profile: how closely to look, and what doubts weigh.
        allow: documented sample values. All reasons are still given for them, but as information, and
            ``sample_allowlisted`` with them: providers' own samples fail the checksum.

    Returns:
        Reasons in the order of `Code`. Every part that can be read is judged, whatever is wrong with the others. Never
        raises; the work does not grow with the length of *value*.
    """
    if not allow and _is_unremarkable(value, today):
        return NOTHING_TO_SAY
    allowed = isinstance(value, str) and value in allow
    return weigh(_findings(value, today, profile), profile=profile, allowed=allowed)


def is_valid(value: object, *, today: date, profile: Profile = Profile.PLAUSIBLE, allow: Set[str] = NO_SAMPLES) -> bool:
    """Tell whether `validate` finds no error."""
    return validate(value, today=today, profile=profile, allow=allow).ok


def parse(text: str, *, today: date, profile: Profile = Profile.PLAUSIBLE, allow: Set[str] = NO_SAMPLES) -> ResidentId:
    """Take a number apart that `validate` finds no error in.

    Raises:
        InvalidLength: empty, or a length that no kind has.
        InvalidFormat: other characters.
        InvalidChecksum: the check character does not match.
        InvalidComponent: the date, the region or the nationality cannot be.
    """
    raise_first_error(validate(text, today=today, profile=profile, allow=allow), field=FIELD, kinds=_KINDS_OF_ERROR)
    return read(text)


def check_digit(body: str) -> str:
    """The check character for the 17 digits before it.

    Raises:
        InvalidLength: not 17 characters.
        InvalidFormat: not ASCII digits.
    """
    if len(body) != BODY_LENGTH:
        raise InvalidLength(f"want {BODY_LENGTH} digits", field=FIELD)
    return mod_11_2(body)


def mask(text: str) -> str:
    """Hide all but the first six and the last four characters; all of a text too short for that."""
    hidden = len(text) - 10
    return "*" * len(text) if hidden <= 0 else text[:6] + "*" * hidden + text[-4:]


def compare_sex(text: str, declared: Sex) -> Report:
    """Compare a declared sex with the parity of the sequence.

    Returns:
        ``sex_mismatch`` as a warning (a legal change of sex keeps or replaces the number), or nothing: also when the
        sex is not declared or the number has no sequence to read.

    Source:
        GB 11643-1999, sequence: odd for men, even for women [doc]; the weight [inferred].
    """
    sequence = sequence_of(text)
    if not sequence or declared not in (Sex.MALE, Sex.FEMALE) or sex_of(sequence) is declared:
        return NOTHING_TO_SAY
    return Report((Reason("sex_mismatch", Severity.WARNING, "the sequence is of the other parity"),))


def _is_unremarkable(value: object, today: date) -> bool:
    """Tell, at the price of a few look-ups, that a number is one no profile has anything to say about.

    An ordinary citizen's number is by far the commonest value. False only means: look closely.
    """
    if type(value) is not str or len(value) != FULL_LENGTH:
        return False
    body = value[:BODY_LENGTH]
    if not (body.isascii() and body.isdigit()):
        return False
    earliest, latest = _ordinary_birth_dates(today)
    return (
        CHARACTER_OF_REMAINDER[int(body, 13) % 11] == value[17]
        and value[10:14] in _DAYS_OF_EVERY_YEAR
        and earliest <= value[6:14] <= latest
        and regions.surely_attributable(value[:6], value[6:10])
    )


@lru_cache(maxsize=16)
def _ordinary_birth_dates(today: date) -> tuple[str, str]:
    """The first and last ``YYYYMMDD`` that are neither in the future nor near an age limit."""
    first_year = max(today.year - birth_dates.OLDEST_AGE, birth_dates.EARLIEST.year)
    return f"{first_year:04d}0101", f"{today.year:04d}{today.month:02d}{today.day:02d}"


def _findings(value: object, today: date, profile: Profile) -> list[Finding]:
    if not isinstance(value, str):
        return [Finding(Code.TYPE, "want text: a number of 18 digits loses its last ones")]
    if not value:
        return [Finding(Code.EMPTY)]
    if profile.covers(Profile.PLAUSIBLE):
        kind = kind_of(value)
        if kind is Kind.FIRST_GENERATION:
            return first_generation.findings(value, today)
        if kind is Kind.LEGACY_FOREIGN_PERMANENT_RESIDENT:
            return foreign_residents.legacy_findings(value, today)
    if len(value) != FULL_LENGTH:
        found = [Finding(Code.LENGTH, f"want {FULL_LENGTH} characters")]
        # Which place the X would have is open here, so it may stand anywhere.
        if len(value) <= _LONGEST_READ and not _CHARACTERS.issuperset(value):
            found.append(Finding(Code.CHARSET, "want ASCII digits and X"))
        return found
    return [*_character_findings(value, profile), *_part_findings(value, today)]


def _character_findings(value: str, profile: Profile) -> list[Finding]:
    body, last = value[:BODY_LENGTH], value[BODY_LENGTH]
    found = []
    if not _are_digits(body):
        found.append(Finding(Code.CHARSET, "want ASCII digits before the check character"))
    elif last == "x" and profile.covers(Profile.GB11643):
        found.append(Finding(Code.CHARSET, "want X in upper case"))
    elif last not in _CHARACTERS and last != "x" and last not in LOOKALIKES:
        found.append(Finding(Code.CHARSET, "want an ASCII digit or X at the end"))
    if last in LOOKALIKES:
        found.append(Finding(Code.CHECK_CHAR_LOOKALIKE, f"{LOOKALIKES[last]}, want X"))
    return found


def _part_findings(value: str, today: date) -> list[Finding]:
    """Judge check character, date and region of 18 characters, each as far as it can be read."""
    region, digits, body, last = value[:6], value[6:14], value[:BODY_LENGTH], value[BODY_LENGTH].upper()
    found = []
    if _are_digits(body) and last in _CHARACTERS and mod_11_2(body) != last:
        found.append(Finding(Code.CHECKSUM, f"want {mod_11_2(body)}"))
    born = None
    if _are_digits(digits):
        found += birth_dates.findings(digits, today)
        born = birth_dates.read(digits)
    if _are_digits(region):
        if region.startswith(FOREIGN_PREFIX):
            found += foreign_residents.head_findings(region)
        else:
            found += home_regions.findings(region, born.year if born else None)
    return found


def _are_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
