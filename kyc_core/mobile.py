"""Mobile numbers: eleven digits whose prefix tells to whom the block was given, and no longer who serves it.

Parts: network code (3 digits) and H0 digits (1 or 2 more) of the ministry's table; the rest is free. Since number
portability (2019-11-27) the prefix proves only the original allocation: `MobileNumber.allocated_to` says that, and
nothing here claims to know the present operator, which is a fact about a subscriber and lives with the register.

>>> from kyc_core.mobile import parse, validate
>>> number = parse("17031234567")
>>> number.allocation.value, number.allocated_to.value, number.portable
('resale', 'mobile', False)
>>> validate("1441012345678").codes
('length', 'iot_number')

Source:
    Field pattern ``^1[3-9][0-9]{9}$`` of the aggregator's page [seed]; the ministry's table of 2023-03 [doc],
    see the head of ``mobile_prefixes.csv``; the carriers' portability rules of 2019-11-14 [doc].
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from kyc_core.errors import InvalidComponent, InvalidFormat, InvalidLength
from kyc_core.lenient import plain_digits
from kyc_core.refusals import raise_first_error
from kyc_core.reports import NOTHING_TO_SAY, Normalised, Reason, Report, Severity
from kyc_core.tables import read_table

LENGTH: Final = 11

_PATTERN: Final = re.compile("1[3-9][0-9]{9}")
_DIGITS: Final = re.compile("[0-9]+")
_IOT_NUMBER: Final = re.compile("14[0-4][0-9]{10}|106[0-9]{10}")
_COUNTRY_CODE: Final = re.compile(r"(?:\+86|0086|86)(1[0-9]{10})")
_TRUNK_ZERO: Final = re.compile("0(1[0-9]{10})")
_PREFIX_LENGTHS: Final = (5, 4, 3)
_KINDS: Final = MappingProxyType(
    {
        "type": InvalidFormat,
        "empty": InvalidLength,
        "length": InvalidLength,
        "charset": InvalidFormat,
        "prefix": InvalidComponent,
        "unallocated": InvalidComponent,
    }
)


class Allocation(StrEnum):
    """What kind of service the prefix was given out for."""

    MOBILE = "mobile"
    RESALE = "resale"
    """Virtual operators; `MobileNumber.allocated_to` is the network they rent."""
    SATELLITE = "satellite"
    IOT_DEDICATED = "iot_dedicated"
    UNALLOCATED = "unallocated"


class Operator(StrEnum):
    """To whom the ministry gave a prefix."""

    MOBILE = "mobile"
    UNICOM = "unicom"
    TELECOM = "telecom"
    BROADNET = "broadnet"
    SATNET = "satnet"
    EMERGENCY = "emergency"
    MARITIME = "maritime"

    @property
    def hanzi(self) -> str:
        """The operator's short Chinese name; empty for the two bodies that are no public carrier."""
        return _NAMES.get(self, "")


_NAMES: Final = MappingProxyType(
    {
        Operator.MOBILE: "中国移动",
        Operator.UNICOM: "中国联通",
        Operator.TELECOM: "中国电信",
        Operator.BROADNET: "中国广电",
        Operator.SATNET: "中国星网",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PrefixAllocation:
    """One row of the ministry's table: 3 to 5 digits, the class of service, the operator, how we know the operator."""

    prefix: str
    allocation: Allocation
    operator: Operator
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MobileNumber:
    """A well-formed number and what its prefix says.

    Attributes:
        number: eleven digits.
        allocation: class of service of the prefix.
        allocated_to: operator the prefix was given to, None if unallocated. Not the operator that serves it today.
        portable: whether a subscriber may take the number to another operator.
    """

    number: str = field(repr=False)
    allocation: Allocation
    allocated_to: Operator | None

    @property
    def portable(self) -> bool:
        """Only ordinary mobile prefixes may be taken along; resale, satellite and machine numbers may not."""
        return self.allocation is Allocation.MOBILE


def normalise(text: str) -> Normalised:
    """Bring what people type to eleven digits.

    Returns:
        The text and the notes ``trimmed``, ``fullwidth``, ``separators``, ``country_code`` (``+86``, ``0086`` or ``86``
        before eleven digits), ``trunk_zero``. Idempotent; never changes a valid number.
    """
    plain = plain_digits(text)
    for note, pattern in (("country_code", _COUNTRY_CODE), ("trunk_zero", _TRUNK_ZERO)):
        match = pattern.fullmatch(plain.value)
        if match is not None:
            return Normalised(match[1], (*plain.notes, note))
    return plain


def validate(value: object, *, strict: bool = False) -> Report:
    """Say everything there is to say about a mobile number.

    Args:
        value: anything; only a `str` can be right.
        strict: make the warning ``unallocated`` an error. The seed's pattern accepts unallocated prefixes.

    Returns:
        Reasons in this order: ``type``, ``empty``, ``length``, ``charset``, ``prefix`` (does not begin 13 to 19)
        - errors; ``iot_number`` (a 13-digit machine number) - info; ``unallocated`` - warning. Never raises.
    """
    if not isinstance(value, str):
        return Report((Reason("type", Severity.ERROR, "want a string"),))
    if not value:
        return Report((Reason("empty", Severity.ERROR),))
    if _PATTERN.fullmatch(value) is not None:
        if allocation_of(value) is not None:
            return NOTHING_TO_SAY
        return Report((Reason("unallocated", Severity.ERROR if strict else Severity.WARNING),))
    reasons = []
    if len(value) != LENGTH:
        reasons.append(Reason("length", Severity.ERROR, f"want {LENGTH} digits"))
    if _DIGITS.fullmatch(value) is None:
        reasons.append(Reason("charset", Severity.ERROR, "want 0-9 only"))
    elif not (value[0] == "1" and value[1:2] in tuple("3456789")):
        reasons.append(Reason("prefix", Severity.ERROR, "want 13 to 19"))
    if _IOT_NUMBER.fullmatch(value) is not None:
        reasons.append(Reason("iot_number", Severity.INFO, "13 digits: a machine, not a subscriber"))
    return Report(tuple(reasons))


def is_valid(value: object, *, strict: bool = False) -> bool:
    """Tell whether `validate` finds no error."""
    return validate(value, strict=strict).ok


def parse(text: str, *, strict: bool = False) -> MobileNumber:
    """Read a number and look its prefix up.

    Raises:
        InvalidLength: empty, or not eleven characters.
        InvalidFormat: not a string of ASCII digits.
        InvalidComponent: does not begin 13 to 19; or, if *strict*, in a block that nobody was given.
    """
    raise_first_error(validate(text, strict=strict), field="mobile", kinds=_KINDS)
    row = allocation_of(text)
    if row is None:
        return MobileNumber(number=text, allocation=Allocation.UNALLOCATED, allocated_to=None)
    return MobileNumber(number=text, allocation=row.allocation, allocated_to=row.operator)


def mask(text: str) -> str:
    """Keep the first three and last four characters of eleven; shorter texts vanish altogether."""
    if len(text) < LENGTH:
        return "*" * len(text)
    return f"{text[:3]}{'*' * (len(text) - 7)}{text[-4:]}"


def allocation_of(digits: str) -> PrefixAllocation | None:
    """Find the longest listed prefix that *digits* begins with, or None: unallocated."""
    table = allocations()
    for length in _PREFIX_LENGTHS:
        row = table.get(digits[:length])
        if row is not None:
            return row
    return None


@lru_cache(maxsize=1)
def allocations() -> Mapping[str, PrefixAllocation]:
    """The ministry's table by prefix."""
    rows = read_table("mobile_prefixes.csv", columns=("prefix", "class", "operator", "evidence"))
    return MappingProxyType(
        {
            row["prefix"]: PrefixAllocation(
                prefix=row["prefix"],
                allocation=Allocation(row["class"]),
                operator=Operator(row["operator"]),
                evidence=row["evidence"],
            )
            for row in rows
        }
    )
