"""The vocabulary: operations, their fields, the words of the answer and of the two error bodies.

Everything here is read from ``contracts/outcomes/signzy.json``. Nothing is read before the first call asks for it.

>>> status_text("Unable to Verify", "three"), status_text("Unable to Verify", "two")
('Unable to Verify', 'Not Verified')
>>> envelope("verify", "409").name, envelope("", "404").shape.value
('Upstream Down', 'older')
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Final, NamedTuple

from contracts.loader import OutcomeTable, load_table

NAME: Final = "signzy"

VERIFY: Final = "verify"
LOGIN: Final = "login"
LOGOUT: Final = "logout"


class Shape(StrEnum):
    """The two bodies an error may have."""

    SIX_FIELDS = "six_fields"
    OLDER = "older"


class Envelope(NamedTuple):
    """The fixed words of one error body.

    Attributes:
        shape: which of the two bodies.
        name: text shown for the error type.
        message: of the six members; the older body says the row's text there.
        type: of the six members.
        code: of the older body; empty for none.
        wording: variant of the row's text that the body carries; empty for the usual one.
    """

    shape: Shape
    name: str
    message: str = ""
    type: str = ""
    code: str = ""
    wording: str = ""


def table() -> OutcomeTable:
    """Return the provider's outcome table."""
    return load_table(NAME)


def envelope(operation: str, code: str) -> Envelope:
    """Return the fixed words of an error of *operation*; a path nobody serves is answered as the login is.

    Raises:
        KeyError: the operation does not answer this error.
    """
    return _envelopes()[operation or LOGIN][code]


def status_text(code: str, vocabulary: str) -> str:
    """Return what ``sourceVerificationStatus`` says for a result code in the vocabulary that a tenant chose."""
    words: Mapping[str, str] = table().operations[VERIFY]["vocabularies"].get(vocabulary, {})
    return words.get(code, code)


@lru_cache(maxsize=1)
def _envelopes() -> Mapping[str, Mapping[str, Envelope]]:
    return MappingProxyType(
        {
            operation: MappingProxyType(
                {code: Envelope(**{**words, "shape": Shape(words["shape"])}) for code, words in facts["errors"].items()}
            )
            for operation, facts in table().operations.items()
        }
    )
