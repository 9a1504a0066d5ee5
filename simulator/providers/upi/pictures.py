"""Step 19: whether ``photo`` is the Base64 of a JPEG or PNG, told from its first bytes; and where scores come from.

No picture is ever decoded. How alike a picture and a person are stands in the register: a picture whose digest is on
the person's file scores what the file says of it (100 for the very photo on file, the usual score for another of the
same person), any other picture what the file says of any other (another person's: low), or nothing.

>>> fault_of("R0lGODlhAQABAAAAACwAAAAAAQABAAA=")
'image'

Source:
    Base64 of JPG or PNG [seed]; alphabet, and first bytes being all that is looked at [inferred].
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from hashlib import sha256
from types import MappingProxyType
from typing import Final

from kyc_core import photos
from kyc_core.factors import Match, photo_about
from kyc_core.people import Person
from kyc_core.records import Photo
from simulator.providers.upi.picture_size import size_of

_LINE_BREAKS: Final = str.maketrans("", "", "\r\n")
_UNASKED: Final = frozenset({"truncated"})
"""The end of a picture is beyond its first bytes."""
_REASONS: Final[Mapping[str, str]] = MappingProxyType(
    {"data_uri": "base64", "not_base64": "base64", "bad_padding": "base64", "unsupported_type": "image"}
)


def without_line_breaks(text: str) -> str:
    """Return a Base64 text in one line."""
    return text.translate(_LINE_BREAKS)


def fault_of(text: str, *, depth: str = "magic") -> str:
    """Return why *text* is not a picture that is taken, in a word, or nothing.

    Args:
        text: not empty.
        depth: ``magic`` for the first bytes, ``header`` for the size in the picture's header, too.
    """
    found = [code for code in photos.validate(text).codes if code not in _UNASKED]
    if found:
        return _REASONS[found[0]]
    return "header" if depth == "header" and size_of(decoded(text)) is None else ""


def decoded(text: str) -> bytes:
    """Return the picture of a text in which `fault_of` found nothing."""
    return base64.b64decode(text)


def by_digest(picture: bytes, person: Person) -> Photo:
    """Score a picture by the digest of its text: any number from 0 to 100, always the same for one picture."""
    del person
    digest = sha256(base64.b64encode(picture)).hexdigest()
    return Photo(score=float(int(digest[:4], 16) % 101))


MATCHERS: Final[Mapping[str, Match]] = MappingProxyType({"register": photo_about, "digest": by_digest})
"""By the value of ``upi.confidence_source``."""
