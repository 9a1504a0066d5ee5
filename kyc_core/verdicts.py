"""The words every provider's answer is translated into, so that one person can be compared everywhere.

A provider's code is only spelling; the meaning is a `Verdict`. What a caller may do with it is its `Decision`: **only**
``MATCH`` passes.

>>> from kyc_core.verdicts import Decision, Verdict
>>> [verdict for verdict in Verdict if verdict.decision is Decision.PASS]
[<Verdict.MATCH: 'MATCH'>]

Source:
    Canonical outcomes over the NCIIC service, its resellers and the clouds that carry the same data [inferred
    vocabulary]. The card and account members extend it for bank-card checks [inferred].
"""

from __future__ import annotations

from enum import StrEnum


class Decision(StrEnum):
    """What an onboarding flow may do: go on, refuse, or treat the check as not done."""

    PASS = "pass"  # noqa: S105 - a decision, not a password
    FAIL = "fail"
    UNABLE = "unable"


class Verdict(StrEnum):
    """What an answer means, whatever its spelling."""

    MATCH = "MATCH"
    MISMATCH = "MISMATCH"
    NOT_FOUND = "NOT_FOUND"
    CANCELLED = "CANCELLED"
    FACE_DIFFERENT = "FACE_DIFFERENT"
    FACE_UNSURE = "FACE_UNSURE"
    NO_PHOTO = "NO_PHOTO"
    POOR_PHOTO = "POOR_PHOTO"
    NO_FACE = "NO_FACE"
    INVALID_ID = "INVALID_ID"
    INVALID_NAME = "INVALID_NAME"
    INVALID_VALIDITY = "INVALID_VALIDITY"
    INVALID_CARD = "INVALID_CARD"
    INVALID_MOBILE = "INVALID_MOBILE"
    CARD_UNUSABLE = "CARD_UNUSABLE"
    """The card exists but its issuer refuses to vouch: lost, expired, restricted, dormant."""
    UNSUPPORTED = "UNSUPPORTED"
    """The provider does not check this kind of document, card or number."""
    SOURCE_ERROR = "SOURCE_ERROR"
    SOURCE_UPGRADING = "SOURCE_UPGRADING"
    QUOTA = "QUOTA"
    PENDING = "PENDING"
    """Not decided yet; ask again."""
    REFUSED = "REFUSED"
    """The call was not accepted: credentials, signature, shape, account, throttle."""
    NO_CHECK = "NO_CHECK"
    """The call went well and says nothing about anybody's identity: it starts, deletes or describes something."""

    @property
    def decision(self) -> Decision:
        """What a caller may conclude."""
        if self is Verdict.MATCH:
            return Decision.PASS
        if self in (Verdict.MISMATCH, Verdict.FACE_DIFFERENT):
            return Decision.FAIL
        return Decision.UNABLE


class Retry(StrEnum):
    """When the same call may sensibly be made again."""

    NEVER = "never"
    NOW = "now"
    LATER = "later"
    NEXT_DAY = "next_day"
    FIX_REQUEST = "fix_request"


class Evidence(StrEnum):
    """How we know: strongest first."""

    SEED = "seed"
    DOC = "doc"
    SDK = "sdk"
    OBS = "obs"
    INFERRED = "inferred"
