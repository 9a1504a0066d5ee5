"""Mend what people and forms do to digit strings: blanks around, full-width forms, separators inside.

Only the named characters are touched. NFKC would also turn ``²`` and ``①`` into digits, which is why it is not used.

>>> from kyc_core.lenient import plain_digits
>>> plain_digits(" １３８-0013 8000 ")
Normalised(value='13800138000', notes=('trimmed', 'fullwidth', 'separators'))

Source:
    Lenient input forms of numbers [inferred]; a provider's own sample URLs carry a leading blank [seed].
"""

from __future__ import annotations

from typing import Final

from kyc_core.reports import Normalised

OUTSIDE: Final = " \t\r\n\u3000\u00a0\ufeff\u200b"
"""Characters dropped at both ends: blanks, line ends, the byte-order mark, the zero-width space."""

_FULLWIDTH: Final = str.maketrans("０１２３４５６７８９＋－", "0123456789+-")
_SEPARATORS: Final = str.maketrans("", "", " \u3000\u00a0-")


def trim(text: str) -> Normalised:
    """Drop `OUTSIDE` at both ends; the note is ``trimmed``."""
    value = text.strip(OUTSIDE)
    return Normalised(value, ("trimmed",) if value != text else ())


def plain_digits(text: str) -> Normalised:
    """Trim, make full-width digits and signs ASCII, and drop blanks and hyphens inside.

    Returns:
        The text and the notes ``trimmed``, ``fullwidth``, ``separators`` for what was done. Idempotent; a string of
        ASCII digits comes back as it is.
    """
    trimmed = trim(text)
    narrow = trimmed.value.translate(_FULLWIDTH)
    joined = narrow.translate(_SEPARATORS).strip(OUTSIDE)
    notes = list(trimmed.notes)
    if narrow != trimmed.value:
        notes.append("fullwidth")
    if joined != narrow:
        notes.append("separators")
    return Normalised(joined, tuple(notes))
