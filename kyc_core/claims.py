"""What somebody says about themselves, as a check hands it to a source, and when it says the same as the record.

>>> Claim(name="测试甲", resident_id="110101190001010006")
Claim()
>>> same_id("11010119000101009x", "11010119000101009X"), same_name("阿里•买买提", "阿里·买买提")
(True, False)

Source:
    Lower-case ``x`` is the check character ``X``; a name is neither trimmed nor folded beyond NFC, so that the wrong
    middle dot is the false mismatch it is in production [inferred].
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
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
        bank_card: bank card number, digits.
        photo: the decoded picture, JPEG or PNG bytes.
        extra: what only some providers know, by the name their adapter documents.
    """

    name: str | None = field(default=None, repr=False)
    resident_id: str | None = field(default=None, repr=False)
    valid_from: str | None = field(default=None, repr=False)
    valid_to: str | None = field(default=None, repr=False)
    mobile: str | None = field(default=None, repr=False)
    bank_card: str | None = field(default=None, repr=False)
    photo: bytes | None = field(default=None, repr=False)
    extra: Mapping[str, str | int] = field(default_factory=dict, repr=False)


def as_on_file(resident_id: str) -> str:
    """Write a claimed identity number as a register does: the check character ``X`` in upper case, nothing else."""
    return resident_id[:-1] + "X" if resident_id.endswith("x") else resident_id


def same_id(claimed: str | None, held: str) -> bool:
    """Tell whether an identity number is the one on file."""
    return claimed is not None and as_on_file(claimed) == held


def same_name(claimed: str | None, held: str) -> bool:
    """Tell whether a name is the one on file, after NFC."""
    if claimed is None or claimed == held:
        return claimed is not None
    # Canonical ordering takes quadratic time, and no character comes apart into more than four.
    if len(claimed) > 4 * len(held):
        return False
    return unicodedata.normalize("NFC", claimed) == unicodedata.normalize("NFC", held)
