"""What sources hold about a person besides the police record: bank cards, mobile lines, and how a picture compares.

Values only; `kyc_core.people` puts them together, reads and writes them.

>>> from kyc_core.records import Card, CardState
>>> Card(number="6217000000000000103").state is CardState.NORMAL
True

Source:
    States of cards and lines: the result lists of Tencent's bank card actions and of MobileStatus tell them apart
    [seed, sdk]. Photo on file with score and quality [inferred].
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from kyc_core.footprint import Area, AreaKind
from kyc_core.mobile import Operator

USUAL_SCORE: Final = 92.0
"""The similarity of two pictures of one person when nobody says otherwise: the same person in every dialect's bands."""


class CardState(StrEnum):
    """What the issuer says about a card; each non-normal state is one documented refusal."""

    NORMAL = "normal"
    CARDLESS_OFF = "cardless_off"
    CONFISCATED = "confiscated"
    INVALID_NUMBER = "invalid_number"
    NO_ISSUER = "no_issuer"
    DORMANT = "dormant"
    FRAUD = "fraud"
    LOST = "lost"
    EXPIRED = "expired"
    RESTRICTED = "restricted"
    PIN_LOCKED = "pin_locked"
    ISSUER_UNSUPPORTED = "issuer_unsupported"
    STATUS_ABNORMAL = "status_abnormal"


class LineStatus(StrEnum):
    """What the operator says about a line."""

    NORMAL = "normal"
    OUT_OF_SERVICE = "out_of_service"
    CANCELLED = "cancelled"
    NOT_ON_NETWORK = "not_on_network"
    UNUSABLE = "unusable"
    UNKNOWN = "unknown"


class PhotoQuality(StrEnum):
    """What a comparison engine makes of a picture before it compares."""

    GOOD = "good"
    POOR = "poor"
    NO_FACE = "no_face"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A bank card.

    Attributes:
        number: 12-19 digits.
        mobile: the number reserved at the bank, 11 digits, or ``None``.
        state: what the issuer says.
    """

    number: str = field(repr=False)
    mobile: str | None = field(default=None, repr=False)
    state: CardState = CardState.NORMAL


@dataclass(frozen=True, slots=True, kw_only=True)
class MobileLine:
    """A mobile line registered in the person's name.

    Attributes:
        number: 11 digits.
        operator: who runs it today.
        status: what the operator says.
        months: full months on the network, or ``None`` when the operator does not say.
        province: where the number was issued, or ``None`` when the operator does not say.
        city: likewise.
        areas: where it is mostly seen, at most one of a kind.
    """

    number: str = field(repr=False)
    operator: Operator
    status: LineStatus = LineStatus.NORMAL
    months: int | None = None
    province: str | None = field(default=None, repr=False)
    city: str | None = field(default=None, repr=False)
    areas: tuple[Area, ...] = field(default=(), repr=False)

    def area(self, kind: AreaKind) -> Area | None:
        """Return where the line is seen at that time, or ``None``."""
        return next((area for area in self.areas if area.kind is kind), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """How a presented picture compares with the one on file.

    Attributes:
        sha256: digest of the decoded picture this is about, 64 lower-case hex digits; ``None`` is any other picture.
        score: similarity, 0-100, at most two decimals.
        quality: what the engine makes of the presented picture.
    """

    sha256: str | None = None
    score: float = USUAL_SCORE
    quality: PhotoQuality = PhotoQuality.GOOD
