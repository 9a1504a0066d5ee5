"""People who are nobody, whose values agree with one another.

The number tells the sex and the day of birth, the number reserved with the bank card is the line's, and the identity
card is valid as long as its holder's age makes it. Chance is handed in: same source, same person, on any day.

>>> from random import Random
>>> somebody = made_up(Random(7))
>>> somebody == made_up(Random(7)), somebody.resident_id[6:14] == somebody.born.strftime("%Y%m%d")
(True, True)
>>> somebody.on_file("customer").key
'customer'

Source:
    Numbers that can be nobody's: `kyc_core.generate`; mobile block 154 was given to nobody [doc]; card numbers that are
    zeros between a real prefix and the last digits [inferred]; validity of cards: `kyc_core.card_validity`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from contracts.strategies.photo_bytes import png
from kyc_core import bank_card, card_validity, dates
from kyc_core.claims import Claim
from kyc_core.generate import Chooser, citizen, pick
from kyc_core.mobile import Operator
from kyc_core.people import Person, parse_person
from kyc_core.sex import Sex

ISSUED: Final = date(2022, 5, 1)
"""When identity cards were issued, unless their holder was born later."""

_PREFIX: Final = "621700"
_FIRST_SERIAL: Final = 10_000
"""Smaller ones are the shipped people's."""
_SERIALS: Final = 90_000
_BLOCK: Final = "15490"
_LINES: Final = 1_000_000
_OPERATORS: Final = (Operator.MOBILE, Operator.UNICOM, Operator.TELECOM)
_FAMILY: Final = tuple("王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹")
_GIVEN: Final[Mapping[Sex, tuple[str, ...]]] = {
    Sex.MALE: tuple("伟强磊军勇杰涛超明刚平辉健飞鹏斌宇浩凯峰"),
    Sex.FEMALE: tuple("芳娜敏静秀丽艳娟霞燕玲桂英萍红梅琳雪倩颖"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeUp:
    """Somebody made up. The ``repr`` holds no personal value: reports of tests get about.

    Attributes:
        name: two or three characters.
        resident_id: 18 characters.
        sex: as the number tells.
        born: likewise.
        mobile: 11 digits.
        operator: who runs that line.
        bank_card: 19 digits; ``mobile`` is reserved at its bank.
        valid_from: first day of the identity card, ``YYYYMMDD``.
        valid_to: last day, or ``长期``.
    """

    name: str = field(repr=False)
    resident_id: str = field(repr=False)
    sex: Sex
    born: date = field(repr=False)
    mobile: str = field(repr=False)
    operator: Operator
    bank_card: str = field(repr=False)
    valid_from: str = field(repr=False)
    valid_to: str = field(repr=False)

    def document(self, key: str, **members: Any) -> dict[str, Any]:
        """Return the JSON object that puts the person on file at every provider.

        Args:
            key: name of the entry.
            members: further members of the object, or others in their place (see `kyc_core.people`).
        """
        return {
            "key": key,
            "name": self.name,
            "resident_id": self.resident_id,
            "valid_from": self.valid_from,
            "valid_to": self.valid_to,
            "cards": [{"number": self.bank_card, "mobile": self.mobile}],
            "mobiles": [{"number": self.mobile, "operator": self.operator.value, "months": 36}],
            "photos": [{}],
            **members,
        }

    def on_file(self, key: str, **members: Any) -> Person:
        """Return the same as a `Person`.

        Raises:
            PersonError: a member is not what it may be.
        """
        return parse_person(self.document(key, **members))

    def claim(self, **changes: Any) -> Claim:
        """Return what the person truly says of themselves, with *changes*: ``claim(name="另一人")``.

        The photo is a picture of one grey pixel that differs from everybody else's.
        """
        stated: dict[str, Any] = {
            "name": self.name,
            "resident_id": self.resident_id,
            "valid_from": self.valid_from,
            "valid_to": self.valid_to,
            "mobile": self.mobile,
            "bank_card": self.bank_card,
            "photo": png(comment=self.resident_id.encode()),
        }
        return Claim(**{**stated, **changes})


def made_up(chooser: Chooser, *, sex: Sex | None = None, born: date | None = None) -> MadeUp:
    """Make somebody up.

    Args:
        chooser: the source of chance.
        sex: male or female; chosen if None.
        born: the day of birth; chosen among those of grown-up people if None.
    """
    sex = sex if sex is not None else pick(chooser, (Sex.MALE, Sex.FEMALE))
    number = citizen(chooser, born=born, sex=sex)
    birth = dates.parse(number[6:14])
    issued = max(ISSUED, birth)
    return MadeUp(
        name=name(chooser, sex=sex),
        resident_id=number,
        sex=sex,
        born=birth,
        mobile=mobile(chooser),
        operator=pick(chooser, _OPERATORS),
        bank_card=card(chooser),
        valid_from=dates.format(issued),
        valid_to=card_validity.format_expiry(card_validity.expiry(birth, issued)),
    )


def name(chooser: Chooser, *, sex: Sex | None = None) -> str:
    """Make a name: a common family name and one or two characters; a name alone is nobody's."""
    given = _GIVEN[sex if sex is not None else pick(chooser, (Sex.MALE, Sex.FEMALE))]
    return "".join([pick(chooser, _FAMILY), *[pick(chooser, given) for _ in range(1 + int(chooser.random() * 2))]])


def mobile(chooser: Chooser) -> str:
    """Make a mobile number in a block given to nobody."""
    return f"{_BLOCK}{int(chooser.random() * _LINES):06d}"


def card(chooser: Chooser) -> str:
    """Make a card number: real prefix and length, zeros, five digits, right check digit; no shipped person has it."""
    length = bank_card.prefixes()[_PREFIX][0].length
    serial = str(_FIRST_SERIAL + int(chooser.random() * _SERIALS))
    body = _PREFIX + serial.zfill(length - len(_PREFIX) - 1)
    return body + bank_card.check_digit(body)
