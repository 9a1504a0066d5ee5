r"""The ``format`` words our JSON Schemas may use, each asked of the value module that owns the rule.

    cn-resident-id   18 characters whose region, birth date and check character hold
    cn-mobile        mainland mobile number, 11 digits
    cn-bank-card     13 to 19 digits; Luhn as `kyc_core.bank_card` weighs it
    cn-name          Chinese characters, one dot between parts
    cn-date          calendar date as YYYYMMDD
    uuid4            lower-case UUID of version 4

As in JSON Schema itself a format speaks of text only: any other type passes, and ``type`` refuses it.

>>> from contracts.formats import format_checker
>>> checker = format_checker()
>>> checker.conforms("13800138000", "cn-mobile"), checker.conforms("13800138000\n", "cn-mobile")
(True, False)

Source:
    Rules and their evidence stand in the modules asked. UUID: RFC 9562, version and variant bits [doc].
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

from jsonschema import FormatChecker

_ID_LENGTH: Final = 18
_LATEST_DAY: Final = date.max
_UUID4: Final = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def _resident_id(value: str) -> bool:
    from kyc_core.resident_id import is_valid

    # A schema has no clock: whether a birth date lies in the future is a business answer. The 15-digit numbers that
    # the module reads as well are no longer on any valid card.
    return len(value) == _ID_LENGTH and is_valid(value, today=_LATEST_DAY)


def _mobile(value: str) -> bool:
    from kyc_core.mobile import is_valid

    return is_valid(value)


def _bank_card(value: str) -> bool:
    from kyc_core.bank_card import is_valid

    return is_valid(value)


def _name(value: str) -> bool:
    from kyc_core.names import is_valid

    return is_valid(value)


def _date(value: str) -> bool:
    from kyc_core.dates import is_valid

    return is_valid(value)


def _uuid4(value: str) -> bool:
    return _UUID4.fullmatch(value) is not None


FORMATS: Final[Mapping[str, Callable[[str], bool]]] = MappingProxyType(
    {
        "cn-resident-id": _resident_id,
        "cn-mobile": _mobile,
        "cn-bank-card": _bank_card,
        "cn-name": _name,
        "cn-date": _date,
        "uuid4": _uuid4,
    }
)
"""Every format word a schema may use, and what decides it."""


def format_checker() -> FormatChecker:
    """Make a checker that knows `FORMATS` and nothing else.

    Returns:
        A new checker; the formats jsonschema would register by itself are left out, so that a schema never depends on
        which optional packages are installed.
    """
    checker = FormatChecker(formats=())
    for name, decides in FORMATS.items():
        checker.checks(name)(_only_text(decides))
    return checker


def _only_text(decides: Callable[[str], bool]) -> Callable[[object], bool]:
    def conforms(value: object) -> bool:
        return not isinstance(value, str) or decides(value)

    return conforms
