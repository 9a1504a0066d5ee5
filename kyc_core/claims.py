"""What somebody says about themselves, as a check hands it to a source.

>>> Claim(name="测试甲", resident_id="110101190001010006")
Claim()
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """The elements of one check; a check reads those it compares. The ``repr`` holds no personal value.

    Attributes:
        name: as typed; compared after NFC only.
        resident_id: identity number as typed.
        valid_from: first day of the identity card, ``YYYYMMDD``.
        valid_to: last day, ``YYYYMMDD``, ``长期`` or ``00000000``.
        mobile: mobile number, 11 digits.
        card: bank card number, digits.
        photo: the decoded picture.
    """

    name: str | None = field(default=None, repr=False)
    resident_id: str | None = field(default=None, repr=False)
    valid_from: str | None = field(default=None, repr=False)
    valid_to: str | None = field(default=None, repr=False)
    mobile: str | None = field(default=None, repr=False)
    card: str | None = field(default=None, repr=False)
    photo: bytes | None = field(default=None, repr=False)
