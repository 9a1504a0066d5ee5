"""The processor time that a server has used: what a call costs, however busy the machine is with other things."""

from __future__ import annotations

import os
from pathlib import Path

_PROC = Path("/proc")


def seconds_used(pid: int) -> float | None:
    """Return user and system time of a process and its children in seconds; ``None`` where the system does not tell.

    Source:
        proc(5), ``/proc/pid/stat``: fields 4 (parent), 14 and 15 (times, in clock ticks).
    """
    own = _stat(pid)
    if own is None:
        return None
    found = [own]
    for entry in _PROC.iterdir():
        if entry.name.isdigit():
            other = _stat(int(entry.name))
            if other is not None and int(other[1]) == pid:
                found.append(other)
    return sum(int(each[11]) + int(each[12]) for each in found) / os.sysconf("SC_CLK_TCK")


def _stat(pid: int) -> list[str] | None:
    """Return the fields behind the name, which may hold blanks; field 3 comes first."""
    try:
        return (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
