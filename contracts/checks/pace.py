"""How soon calls may follow one another: pauses after "later", another day after "next day".

>>> [trouble.seen for trouble in apart([0.0, 0.05, 3.0])]
['3 calls, the closest less than 0.1 seconds apart']
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta, timezone
from itertools import pairwise
from math import floor
from typing import Final

from contracts.cases import Trouble
from contracts.findings import Severity

BACK_OFF: Final = 0.2
"""Seconds between two calls after "later", at least: what a jittered back-off that starts at a second hardly goes below
[inferred]."""
MOST_CALLS: Final = 10
"""Calls for one check, at most, where the answer stays the same."""
_CHINA: Final = timezone(timedelta(hours=8), "Asia/Shanghai")


def about(pause: float) -> str:
    """Say how short a pause was, in seconds: to a tenth, for no adapter takes the same while in every run.

    >>> about(0.004), about(0.5)
    ('less than 0.1 seconds', 'less than 0.6 seconds')
    """
    return f"less than {(floor(pause * 10) + 1) / 10:.1f} seconds"


def apart(times: Sequence[float]) -> Iterator[Trouble]:
    """Find calls on one another's heels; *times* are Unix seconds, ascending."""
    shortest = min((later - sooner for sooner, later in pairwise(times)), default=BACK_OFF)
    if shortest < BACK_OFF:
        seen = f"{len(times)} calls, the closest {about(shortest)} apart"
        yield Trouble(severity=Severity.MAJOR, expected="pauses between calls", seen=seen, where="calls")


def once_a_day(times: Sequence[float]) -> Iterator[Trouble]:
    """Find a second call on the same day in China; *times* are Unix seconds."""
    days = [datetime.fromtimestamp(at, _CHINA).date() for at in times]
    if len(days) > len(set(days)):
        seen = f"{len(days)} calls on {len(set(days))} days"
        yield Trouble(severity=Severity.MAJOR, expected="one call a day", seen=seen, where="calls")


def few(count: int, most: int = MOST_CALLS) -> Iterator[Trouble]:
    """Find calls without an end."""
    if count > most:
        seen = f"{count} calls for one check"
        yield Trouble(severity=Severity.MAJOR, expected=f"{most} calls at most", seen=seen, where="calls")
