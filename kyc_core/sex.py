"""Sex as the registers write it: a code of GB/T 2261.1, or one character on the card face.

>>> from kyc_core.sex import Sex, parse
>>> parse("女") is Sex.FEMALE, Sex.MALE.value, Sex.MALE.hanzi
(True, '1', '男')

Source:
    GB/T 2261.1-2003, codes 0, 1, 2 and 9, from republished lists [doc, secondary]; the card face prints 男 or 女
    [doc, secondary].
"""

from __future__ import annotations

from enum import StrEnum
from types import MappingProxyType
from typing import Final

from kyc_core.errors import InvalidFormat


class Sex(StrEnum):
    """The four codes of GB/T 2261.1."""

    UNKNOWN = "0"
    MALE = "1"
    FEMALE = "2"
    NOT_STATED = "9"

    @property
    def hanzi(self) -> str:
        """What a card face prints; empty for the two codes that no card carries."""
        return _HANZI.get(self, "")


_HANZI: Final = MappingProxyType({Sex.MALE: "男", Sex.FEMALE: "女"})
_WORDS: Final = MappingProxyType({**{sex.value: sex for sex in Sex}, **{hanzi: sex for sex, hanzi in _HANZI.items()}})


def is_valid(value: object) -> bool:
    """Tell whether *value* is one of the four codes or one of the two characters."""
    return isinstance(value, str) and value in _WORDS


def parse(text: str) -> Sex:
    """Read a code or a character.

    Raises:
        InvalidFormat: *text* is neither.
    """
    if not is_valid(text):
        raise InvalidFormat("want 0, 1, 2, 9, 男 or 女", field="sex")
    return _WORDS[text]
