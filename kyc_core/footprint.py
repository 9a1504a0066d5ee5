"""What carriers and registers of offenders hold beside identity: where a line is used, and what a person stands in.

Values only; `kyc_core.people` puts them to a person, reads and writes them.

>>> Risk(gambling=1).levels
{'fraud': 0, 'gambling': 1, 'money-mule': 0}
>>> Risk().is_clean, Risk(police=(PoliceFlag.FUGITIVE,)).is_clean
(True, False)

Source:
    Where a line is used by day and by night, blacklists with severity 0-3, and police-record flags: aggregator, page
    "KYC China" [doc]; that a register holds them per person and per line [inferred].
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

HIGHEST: Final = 3
"""Highest severity of a blacklist."""


class AreaKind(StrEnum):
    """When a carrier sees a line in an area."""

    COMMON = "common"
    WORK = "work"
    """07:00-19:00 on weekdays."""
    RESIDENTIAL = "residential"
    """21:00-07:00."""


class PoliceFlag(StrEnum):
    """What a police record may say; the list of the sources ends in an ellipsis."""

    CRIMINAL_OFFENDER = "criminal-offender"
    DRUG_RELATED = "drug-related"
    FUGITIVE = "fugitive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """Where a line is mostly seen.

    Attributes:
        kind: when.
        city: name of the city.
        address: what somebody would say who lives or works there, or ``None``.
    """

    kind: AreaKind
    city: str = field(repr=False)
    address: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """What blacklists (severity 0-3) and the police record say about a person."""

    fraud: int = 0
    gambling: int = 0
    money_mule: int = 0
    police: tuple[PoliceFlag, ...] = ()

    @property
    def levels(self) -> dict[str, int]:
        """Return the severities by the name of their list."""
        return {"fraud": self.fraud, "gambling": self.gambling, "money-mule": self.money_mule}

    @property
    def is_clean(self) -> bool:
        """Tell whether the person stands in no list."""
        return not any(self.levels.values()) and not self.police


NO_RISK: Final = Risk()
