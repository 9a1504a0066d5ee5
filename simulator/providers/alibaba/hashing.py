"""Hashed values (``ParamType=md5``): each kind is hashed in its own way, and compared by hashing what is on file.

>>> form("last_6")("6217000000000000103")[:13], len(form("last_6")("6217000000000000103"))
('6217000000000', 45)
>>> is_hashed("0123456789abcdef0123456789abcdef", WHOLE), is_hashed("0123456789ABCDEF0123456789ABCDEF", WHOLE)
(True, False)

Source:
    Comments of the official SDKs on BankMetaVerifyIntl and the mobile operations [sdk]; that the digests are in lower
    case is said there, too, and that upper case is refused follows from it [inferred].
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from hashlib import md5
from types import MappingProxyType
from typing import Final

WHOLE: Final = "whole"
OTHER_DOCUMENT: Final = "last_2"
"""How the number of any document but the resident identity card is hashed."""

DIGEST_LENGTH: Final = 32
_DIGEST: Final = f"[0-9a-f]{{{DIGEST_LENGTH}}}"


@lru_cache(maxsize=65_536)
def digest(text: str) -> str:
    """Return the MD5 digest of *text* in UTF-8, 32 lower-case hexadecimal digits."""
    return md5(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()


def _last_6(number: str) -> str:
    return number[:-6] + digest(number[-6:])


def _birth_date(number: str) -> str:
    return number[:6] + digest(number[6:14]) + number[14:]


def _first_character(name: str) -> str:
    return digest(name[:1]) + name[1:]


def _last_2(number: str) -> str:
    return number[:-2] + digest(number[-2:])


_FORMS: Final[Mapping[str, tuple[Callable[[str], str], re.Pattern[str]]]] = MappingProxyType(
    {
        WHOLE: (digest, re.compile(_DIGEST)),
        "last_6": (_last_6, re.compile(rf"[0-9]{{6,13}}{_DIGEST}")),
        "birth_date": (_birth_date, re.compile(rf"[0-9]{{6}}{_DIGEST}[0-9]{{3}}[0-9Xx]")),
        "first_character": (_first_character, re.compile(rf"{_DIGEST}.{{0,100}}", re.DOTALL)),
        OTHER_DOCUMENT: (_last_2, re.compile(rf".{{0,100}}{_DIGEST}", re.DOTALL)),
    }
)


def form(name: str) -> Callable[[str], str]:
    """Return what writes a value in a form of the outcome table.

    Raises:
        KeyError: there is no such form.
    """
    return _FORMS[name][0]


def is_hashed(value: str, name: str) -> bool:
    """Tell whether *value* is written in the form called *name*.

    Raises:
        KeyError: there is no such form.
    """
    return _FORMS[name][1].fullmatch(value) is not None
