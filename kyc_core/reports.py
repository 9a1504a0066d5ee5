"""What ``validate`` answers: every reason that applies, in a fixed order, each with its severity.

>>> from kyc_core.reports import Reason, Report, Severity
>>> report = Report((Reason("checksum", Severity.ERROR, "want X"),))
>>> report.ok, report.codes
(False, ('checksum',))
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Severity(StrEnum):
    """How much a reason weighs under the profile it was found with."""

    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing to say about a value.

    Attributes:
        code: the field's word for it, for example ``checksum``.
        severity: what the profile makes of it.
        detail: what would have been right, without repeating the value; may be empty.
    """

    code: str
    severity: Severity
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """All reasons that apply to one value, in the documented order of its module."""

    reasons: tuple[Reason, ...] = ()

    @property
    def ok(self) -> bool:
        """Tell whether no reason is an error."""
        return all(reason.severity is not Severity.ERROR for reason in self.reasons)

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of all reasons, in order."""
        return tuple([reason.code for reason in self.reasons])

    @property
    def errors(self) -> tuple[Reason, ...]:
        """The reasons that make the value unacceptable."""
        return tuple([reason for reason in self.reasons if reason.severity is Severity.ERROR])


NOTHING_TO_SAY: Final = Report()


@dataclass(frozen=True, slots=True)
class Normalised:
    """A value made canonical, and what had to be done to it.

    Attributes:
        value: the canonical text.
        notes: what was changed, in order: ``trimmed``, ``fullwidth``, ``lowercased_x``, ``separators``...
    """

    value: str
    notes: tuple[str, ...] = ()
