"""A person whose values turn up nowhere else, so that finding one of them in a log proves where it came from.

>>> from random import Random
>>> canary(Random(1))["name"][:2]
'寅雀'
"""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any, Final

from contracts.cases import CANARY
from contracts.strategies.photo_bytes import png
from kyc_core import bank_card
from kyc_core.generate import citizen

_SYLLABLES: Final = "甲乙丙丁戊己庚辛壬癸"


def canary(chance: Random) -> dict[str, Any]:
    """Make the person as the admin API takes one; a number that can be nobody's."""
    body = "621700" + "".join(chance.choices("0123456789", k=12))
    card = body + bank_card.check_digit(body)
    # Block 154 holds no personal lines in the providers' lists of ranges.
    mobile = "15400" + "".join(chance.choices("0123456789", k=6))
    return {
        "key": CANARY,
        "name": "寅雀" + "".join(chance.choices(_SYLLABLES, k=2)),
        "resident_id": citizen(chance),
        "valid_from": "20180501",
        "valid_to": "长期",
        "cards": [{"number": card, "mobile": mobile}],
        "mobiles": [{"number": mobile, "operator": "mobile", "months": 36}],
        "photos": [{"score": 92.0}],
        "note": "Whoever finds these values in a log knows where they came from.",
    }


def photo_of(key: str) -> bytes:
    """Return the picture that a person of this key sends: a PNG of one grey pixel with the key in its comment."""
    return png(comment=key.encode())


def card_picture_of(person: Mapping[str, Any]) -> bytes:
    """Return a picture of somebody's identity card, its comment in the words that made-up pictures are read by.

    Args:
        person: as the admin API shows somebody.
    """
    return png(comment=f"resident_id={person['resident_id']};name={person['name']};".encode())
