"""Check characters: ISO 7064 MOD 11-2 for resident numbers, Luhn for bank cards.

A check character is always computed from the body, the characters before it.

>>> from kyc_core.checksums import luhn_check_digit, mod_11_2
>>> mod_11_2("11010519491231002"), luhn_check_digit("622202123456789012")
('X', '8')

Source:
    ISO 7064 MOD 11-2 as GB 11643-1999, annex A, uses it [doc]; ISO/IEC 7812-1, annex B [doc, secondary].
"""

from __future__ import annotations

from typing import Final

from kyc_core.errors import InvalidFormat, InvalidLength

ALPHABET: Final = "0123456789X"
"""The check characters of MOD 11-2 by value; ``X`` is ten."""

LONGEST_BODY: Final = 64
"""More digits than any document number has; keeps the work bounded."""

# 13 is 2 modulo 11, so the C-coded int(body, 13) is the weighted sum of MOD 11-2 up to one doubling.
CHARACTER_OF_REMAINDER: Final = "".join(ALPHABET[(1 - 2 * remainder) % 11] for remainder in range(11))
"""The check character for each value of ``int(body, 13) % 11``."""

_PLAIN: Final = bytes.maketrans(b"0123456789", bytes(range(10)))
_DOUBLED: Final = bytes.maketrans(b"0123456789", bytes([0, 2, 4, 6, 8, 1, 3, 5, 7, 9]))


def mod_11_2(body: str) -> str:
    """Compute the MOD 11-2 check character.

    Args:
        body: 1 to 64 ASCII digits, without the check character.

    Returns:
        ``0``-``9`` or ``X``.

    Raises:
        InvalidLength: *body* is empty or longer than 64.
        InvalidFormat: *body* has anything but ASCII digits; `int` would also take other scripts, blanks and letters.
    """
    _demand_digits(body)
    return CHARACTER_OF_REMAINDER[int(body, 13) % 11]


def mod_11_2_ok(number: str) -> bool:
    """Tell whether the last character of *number* is the MOD 11-2 check character of the rest; never raises."""
    body = number[:-1]
    if not (1 <= len(body) <= LONGEST_BODY and body.isascii() and body.isdigit()):
        return False
    return CHARACTER_OF_REMAINDER[int(body, 13) % 11] == number[-1]


def luhn_check_digit(body: str) -> str:
    """Compute the Luhn check digit.

    Args:
        body: 1 to 64 ASCII digits, without the check digit.

    Raises:
        InvalidLength: *body* is empty or longer than 64.
        InvalidFormat: *body* has anything but ASCII digits.
    """
    _demand_digits(body)
    return str(-_luhn_sum(body + "0") % 10)


def luhn_ok(digits: str) -> bool:
    """Tell whether *digits* are 2 to 65 ASCII digits whose last is the Luhn check digit of the rest; never raises."""
    if not (1 < len(digits) <= LONGEST_BODY + 1 and digits.isascii() and digits.isdigit()):
        return False
    return _luhn_sum(digits) % 10 == 0


def _luhn_sum(digits: str) -> int:
    written = digits.encode()
    return sum(written[::-2].translate(_PLAIN) + written[-2::-2].translate(_DOUBLED))


def _demand_digits(body: str) -> None:
    if not 1 <= len(body) <= LONGEST_BODY:
        raise InvalidLength(f"want 1 to {LONGEST_BODY} digits", field="body")
    if not (body.isascii() and body.isdigit()):
        raise InvalidFormat("want ASCII digits", field="body")
