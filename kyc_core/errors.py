"""Why a value is not what its field allows.

::

    KycValueError
    ├── InvalidLength       too short, too long, empty
    ├── InvalidFormat       characters or shape the field does not know
    ├── InvalidChecksum     the check character does not match
    └── InvalidComponent    a part is impossible: a date, a region, a prefix

``validate`` in each value module never raises these; it reports. ``parse`` raises them, for callers who want a value or
nothing.

>>> from kyc_core.errors import InvalidChecksum
>>> InvalidChecksum("want X", field="resident_id").field
'resident_id'
"""

from __future__ import annotations


class KycValueError(ValueError):
    """A value is not what its field allows; ``field`` names the field. The message never repeats the value."""

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field


class InvalidLength(KycValueError):
    """The value is empty, too short or too long."""


class InvalidFormat(KycValueError):
    """The value has characters or a shape that its field does not know."""


class InvalidChecksum(KycValueError):
    """The check character does not match the digits before it."""


class InvalidComponent(KycValueError):
    """One part of the value is impossible: a date, a region, a prefix."""
