"""A resident number taken apart and put together again, whatever its kind.

>>> from kyc_core.resident_id_parts import format, read
>>> read("932682198501010017").nationality_name
'Saudi Arabia'
>>> format(read("932682198501010017"))
'932682198501010017'

Source:
    GB 11643-1999 [doc]; the other kinds in ``holders``, ``foreign_residents`` and ``first_generation``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kyc_core import birth_dates, first_generation, foreign_residents, nationalities, provinces, regions
from kyc_core.errors import InvalidComponent, InvalidFormat
from kyc_core.holders import FOREIGN_PREFIX, FULL_LENGTH, RESIDENCE_PERMIT_REGIONS, Kind, kind_of
from kyc_core.sex import Sex


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidentId:
    """A number taken apart; `format` puts it together again.

    Attributes:
        kind: whose number.
        region_code: six digits; the two of the accepting province for a foreign resident, the four of the place of
            acceptance on an old foreign resident's card.
        region_name: Chinese, from the province down; where a resident of Hong Kong, Macao or Taiwan comes from; None
            where no table has the code.
        birth_date: the likeliest reading of the date.
        other_birth_dates: further readings, where two digits leave the century open.
        sequence: three digits; one on an old foreign resident's card.
        sex: by the last digit of the sequence; unknown on an old foreign resident's card.
        check_character: empty for 15 digits.
        nationality: ISO 3166-1 numeric, alpha-3 on an old card; empty for everybody else.
    """

    kind: Kind
    region_code: str
    region_name: str | None
    birth_date: date
    other_birth_dates: tuple[date, ...] = ()
    sequence: str
    sex: Sex
    check_character: str
    nationality: str = ""

    @property
    def nationality_name(self) -> str | None:
        """The English name of the nationality, None where there is none."""
        return nationalities.name(self.nationality)


def read(text: str) -> ResidentId:
    """Take apart what has the shape of some kind, without judging its check character, region or nationality.

    Args:
        text: a number; the ``x`` that the narrowest profile lets pass becomes ``X``.

    Raises:
        InvalidFormat: no kind has this shape.
        InvalidComponent: there is no such day of birth.
    """
    number = text.upper() if len(text) == FULL_LENGTH else text
    kind = kind_of(number)
    if kind is None:
        raise InvalidFormat("no kind of number has this shape", field="resident_id")
    if kind is Kind.FIRST_GENERATION:
        return _read_first_generation(number)
    if kind is Kind.LEGACY_FOREIGN_PERMANENT_RESIDENT:
        return _read_legacy_foreign(number)
    region, sequence = number[:6], sequence_of(number)
    is_foreign = kind is Kind.FOREIGN_PERMANENT_RESIDENT
    if is_foreign:
        region_name = _province_name(region[1:3])
    else:
        region_name = RESIDENCE_PERMIT_REGIONS.get(region) or regions.full_name(region)
    return ResidentId(
        kind=kind,
        region_code=region[1:3] if is_foreign else region,
        region_name=region_name,
        birth_date=_day(number[6:14]),
        sequence=sequence,
        sex=sex_of(sequence),
        check_character=number[17],
        nationality=region[3:] if is_foreign else "",
    )


def format(parsed: ResidentId) -> str:
    """Put a number together again; the undoing of `read`."""
    born = f"{parsed.birth_date.year:04d}{parsed.birth_date.month:02d}{parsed.birth_date.day:02d}"
    tail = parsed.sequence + parsed.check_character
    if parsed.kind is Kind.FOREIGN_PERMANENT_RESIDENT:
        return FOREIGN_PREFIX + parsed.region_code + parsed.nationality + born + tail
    if parsed.kind is Kind.LEGACY_FOREIGN_PERMANENT_RESIDENT:
        return parsed.nationality + parsed.region_code + born[2:] + tail
    if parsed.kind is Kind.FIRST_GENERATION:
        return parsed.region_code + born[2:] + tail
    return parsed.region_code + born + tail


def sequence_of(text: str) -> str:
    """The three digits of the sequence; empty if *text* has no number's shape, or that of an old foreign resident's."""
    kind = kind_of(text)
    if kind is None or kind is Kind.LEGACY_FOREIGN_PERMANENT_RESIDENT:
        return ""
    return text[12:] if kind is Kind.FIRST_GENERATION else text[14:17]


def sex_of(sequence: str) -> Sex:
    """Male for an odd sequence, female for an even one."""
    return Sex.MALE if int(sequence[-1]) % 2 else Sex.FEMALE


def _read_first_generation(number: str) -> ResidentId:
    digits, *others = first_generation.birth_date_digits(number)
    sequence = sequence_of(number)
    return ResidentId(
        kind=Kind.FIRST_GENERATION,
        region_code=number[:6],
        region_name=regions.full_name(number[:6]),
        birth_date=_day(digits),
        other_birth_dates=tuple(map(_day, others)),
        sequence=sequence,
        sex=sex_of(sequence),
        check_character="",
    )


def _read_legacy_foreign(number: str) -> ResidentId:
    readings = foreign_residents.legacy_birth_dates(number)
    if not readings:
        raise InvalidComponent("no such day of birth", field="resident_id")
    return ResidentId(
        kind=Kind.LEGACY_FOREIGN_PERMANENT_RESIDENT,
        region_code=number[3:7],
        region_name=_province_name(number[3:5]),
        birth_date=readings[0],
        other_birth_dates=readings[1:],
        sequence=number[13],
        sex=Sex.UNKNOWN,
        check_character=number[14],
        nationality=number[:3],
    )


def _day(digits: str) -> date:
    born = birth_dates.read(digits)
    if born is None:
        raise InvalidComponent("no such day of birth", field="resident_id")
    return born


def _province_name(code: str) -> str | None:
    province = provinces.by_code(code)
    return province.name if province else None
