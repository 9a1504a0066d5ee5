r"""Base64url as JOSE wants it: no padding, its own alphabet, and one text for one value.

A lenient decoder accepts many spellings of the same bytes, so that a changed text may still carry a good signature.
Here a text is taken only if encoding its bytes gives the same text back.

>>> encode(b"\xfb\xff"), decode("-_8")
('-_8', b'\xfb\xff')
>>> problem_of("-_9"), problem_of("+/8="), problem_of("-_8=")
(<Problem.TRAILING_BITS: 'trailing_bits'>, <Problem.STANDARD_ALPHABET: 'standard_alphabet'>, <Problem.PADDED: 'padded'>)

Source:
    RFC 4648, sections 3.5 and 5; RFC 7515, section 2 "Base64url Encoding" [doc].
"""

from __future__ import annotations

import base64
import binascii
import re
from enum import StrEnum
from typing import Final

_GROUP: Final = 4
_TO_STANDARD: Final = bytes.maketrans(b"-_", b"+/")
_OWN: Final = re.compile("[A-Za-z0-9_-]*")
_STANDARD: Final = re.compile("[A-Za-z0-9+/_=-]*")


class Problem(StrEnum):
    """Why a text is not canonical base64url."""

    PADDED = "padded"
    """It ends in ``=``."""
    STANDARD_ALPHABET = "standard_alphabet"
    """It has ``+`` or ``/``: ordinary Base64."""
    FOREIGN_CHARACTER = "foreign_character"
    LENGTH = "length"
    """No number of bytes gives a text of this length."""
    TRAILING_BITS = "trailing_bits"
    """The last character carries bits that belong to no byte."""


class NotBase64Url(ValueError):
    """The text is refused; the message does not repeat it."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.value)
        self.problem = problem


def encode(data: bytes) -> str:
    """Return *data* as base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decode(text: str) -> bytes:
    """Return the bytes of *text*.

    Raises:
        NotBase64Url: it is not what `encode` makes of any bytes.
    """
    spare = len(text) % _GROUP
    if spare == 1 or not text.isascii() or any(sign in text for sign in "+/="):
        raise NotBase64Url(_problem(text))
    padded = text.encode("ascii").translate(_TO_STANDARD) + b"=" * (-spare % _GROUP)
    try:
        data = binascii.a2b_base64(padded, strict_mode=True)
    except binascii.Error:
        raise NotBase64Url(_problem(text)) from None
    # Only the last characters have a choice; encoding all of a photo again to see it would double the time.
    if spare and encode(data[1 - spare :]) != text[-spare:]:
        raise NotBase64Url(_problem(text))
    return data


def problem_of(text: str) -> Problem | None:
    """Say why *text* is not canonical base64url, or return ``None``."""
    try:
        decode(text)
    except NotBase64Url as error:
        return error.problem
    return None


def _problem(text: str) -> Problem:
    if not _STANDARD.fullmatch(text):
        return Problem.FOREIGN_CHARACTER
    if "+" in text or "/" in text:
        return Problem.STANDARD_ALPHABET
    if not _OWN.fullmatch(text):
        return Problem.PADDED if _OWN.fullmatch(text.rstrip("=")) else Problem.FOREIGN_CHARACTER
    return Problem.LENGTH if len(text) % 4 == 1 else Problem.TRAILING_BITS
