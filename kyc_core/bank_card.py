"""Bank card numbers (PANs): 13 to 19 digits, an issuer prefix, and usually a Luhn check digit.

Parts: the prefix (BIN, 3 to 10 digits, longest match), the account, the check digit. Mainland cards need not pass Luhn,
need not begin 62 and need not have 16 digits: the prefix table knows the length, and a failed Luhn check on a mainland
prefix is a warning.

>>> from kyc_core.bank_card import issuer, validate
>>> issuer("6225768888888888").name, issuer("6225768888888888").card_type.value
('招商银行', 'CC')
>>> validate("6222021234567890123").codes, validate("6222021234567890128").codes
(('luhn',), ())

Source:
    ISO/IEC 7812-1 for shape and check digit [doc, secondary]; "digits only" [seed]; prefixes from a public table [sdk],
    see the head of ``bank_cards.csv``; Luhn-invalid UnionPay cards: a payment library's public issue [doc].
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from kyc_core.checksums import luhn_check_digit, luhn_ok
from kyc_core.errors import InvalidChecksum, InvalidComponent, InvalidFormat, InvalidLength
from kyc_core.lenient import plain_digits
from kyc_core.refusals import raise_first_error
from kyc_core.reports import Normalised, Reason, Report, Severity
from kyc_core.tables import read_table

SHORTEST: Final = 13
LONGEST: Final = 19

_DIGITS: Final = re.compile("[0-9]+")
_KINDS: Final = MappingProxyType(
    {
        "type": InvalidFormat,
        "empty": InvalidLength,
        "charset": InvalidFormat,
        "length": InvalidLength,
        "luhn": InvalidChecksum,
        "length_for_bin": InvalidLength,
        "unknown_bin": InvalidComponent,
    }
)


class CardType(StrEnum):
    """Kinds of card, in the letters of the public look-ups."""

    DEBIT = "DC"
    CREDIT = "CC"
    QUASI_CREDIT = "SCC"
    PREPAID = "PC"

    @property
    def hanzi(self) -> str:
        """The regulator's Chinese word for the kind."""
        return _TYPE_NAMES[self]


_TYPE_NAMES: Final = MappingProxyType(
    {
        CardType.DEBIT: "借记卡",
        CardType.CREDIT: "贷记卡",
        CardType.QUASI_CREDIT: "准贷记卡",
        CardType.PREPAID: "预付费卡",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer:
    """One row of the prefix table, with its bank's name.

    Attributes:
        bin: the prefix.
        length: digits of the whole number.
        card_type: debit, credit, quasi-credit or prepaid.
        bank: the bank's abbreviation, such as ``ICBC``.
        name: the bank's Chinese name.
        english: the bank's English name where a provider prints one, else empty.
        evidence: how we know.
    """

    bin: str
    length: int
    card_type: CardType
    bank: str
    name: str
    english: str
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BankCard:
    """A well-formed number: the digits, who issued it (None: prefix not listed), whether Luhn holds."""

    pan: str = field(repr=False)
    issuer: Issuer | None
    luhn: bool


def normalise(text: str) -> Normalised:
    """Drop blanks and hyphens and make full-width digits ASCII; notes as in `kyc_core.lenient.plain_digits`."""
    return plain_digits(text)


def validate(value: object, *, strict: bool = False) -> Report:
    """Say everything there is to say about a card number.

    Args:
        value: anything; only a `str` can be right.
        strict: make every warning an error.

    Returns:
        Reasons in this order: ``type``, ``empty``, ``charset``, ``length`` - errors; ``luhn`` - warning on a listed
        prefix, error elsewhere; ``length_for_bin``, ``unknown_bin`` - warnings, because no table is complete. The last
        three are asked only of 13 to 19 digits. Never raises.
    """
    if not isinstance(value, str):
        return Report((Reason("type", Severity.ERROR, "want a string"),))
    if not value:
        return Report((Reason("empty", Severity.ERROR),))
    reasons = []
    if _DIGITS.fullmatch(value) is None:
        reasons.append(Reason("charset", Severity.ERROR, "want 0-9 only"))
    if not SHORTEST <= len(value) <= LONGEST:
        reasons.append(Reason("length", Severity.ERROR, f"want {SHORTEST} to {LONGEST} digits"))
    if reasons:
        return Report(tuple(reasons))
    doubt = Severity.ERROR if strict else Severity.WARNING
    rows = issuers(value)
    if not luhn_ok(value):
        reasons.append(Reason("luhn", doubt if rows else Severity.ERROR))
    if not rows:
        reasons.append(Reason("unknown_bin", doubt))
    elif len(value) not in {row.length for row in rows}:
        want = " or ".join(str(row.length) for row in rows)
        reasons.append(Reason("length_for_bin", doubt, f"want {want} digits"))
    return Report(tuple(reasons))


def is_valid(value: object, *, strict: bool = False) -> bool:
    """Tell whether `validate` finds no error."""
    return validate(value, strict=strict).ok


def parse(text: str, *, strict: bool = False) -> BankCard:
    """Read a number and look its prefix up.

    Raises:
        InvalidLength: empty, or not 13 to 19 digits; if *strict*, not the length of its prefix.
        InvalidFormat: not a string of ASCII digits.
        InvalidChecksum: Luhn fails on a prefix that is not listed; if *strict*, on any prefix.
        InvalidComponent: the prefix is not listed, and *strict*.
    """
    raise_first_error(validate(text, strict=strict), field="bank_card", kinds=_KINDS)
    return BankCard(pan=text, issuer=issuer(text), luhn=luhn_ok(text))


def check_digit(body: str) -> str:
    """The Luhn digit that belongs behind *body* (the number without its last digit)."""
    return luhn_check_digit(body)


def issuer(pan: str) -> Issuer | None:
    """Find who issued *pan*: the longest listed prefix, and of its rows the one with the right length.

    Returns:
        The row, the shortest of the prefix if none has the right length, or None if no listed prefix begins *pan*.
    """
    rows = issuers(pan)
    return next((row for row in rows if row.length == len(pan)), rows[0] if rows else None)


def issuers(pan: str) -> tuple[Issuer, ...]:
    """All rows of the longest listed prefix that *pan* begins with, by length; usually one, empty if not listed."""
    table = prefixes()
    return next((table[pan[:size]] for size in _prefix_sizes() if pan[:size] in table), ())


def mask(text: str) -> str:
    """Keep the first six and last four characters; texts shorter than thirteen vanish altogether."""
    if len(text) < SHORTEST:
        return "*" * len(text)
    return f"{text[:6]}{'*' * (len(text) - 10)}{text[-4:]}"


@lru_cache(maxsize=1)
def prefixes() -> Mapping[str, tuple[Issuer, ...]]:
    """The whole table by prefix."""
    banks = {row["code"]: row for row in read_table("banks.csv", columns=("code", "name", "english"))}
    table: dict[str, list[Issuer]] = {}
    for row in read_table("bank_cards.csv", columns=("prefix", "length", "type", "bank", "evidence")):
        bank = banks[row["bank"]]
        table.setdefault(row["prefix"], []).append(
            Issuer(
                bin=row["prefix"],
                length=int(row["length"]),
                card_type=CardType(row["type"]),
                bank=row["bank"],
                name=bank["name"],
                english=bank["english"],
                evidence=row["evidence"],
            )
        )
    return MappingProxyType({prefix: tuple(sorted(rows, key=_by_length)) for prefix, rows in table.items()})


@lru_cache(maxsize=1)
def _prefix_sizes() -> tuple[int, ...]:
    return tuple(sorted({len(prefix) for prefix in prefixes()}, reverse=True))


def _by_length(row: Issuer) -> tuple[int, str]:
    return row.length, row.bank
