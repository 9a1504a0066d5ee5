"""What a provider's codes stand for, as the tables beside the adapters say it.

>>> read_meanings({"match": {"verdict": "MATCH", "billed": True, "retry": "never"}})["match"].billed
True
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from kyc_core.verdicts import Retry, Verdict


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a code stands for.

    Attributes:
        verdict: in everybody's words.
        billed: whether the provider charges for it.
        retry: when the same call may be made again.
    """

    verdict: Verdict
    billed: bool
    retry: Retry


def read_meanings(rows: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Meaning]:
    """Read a table's ``meanings``, by their names.

    Raises:
        KeyError: a row lacks a column.
        ValueError: a verdict or a retry class that nobody knows.
    """
    return MappingProxyType(
        {name: Meaning(Verdict(row["verdict"]), row["billed"], Retry(row["retry"])) for name, row in rows.items()}
    )
