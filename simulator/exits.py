"""How the command ends: its exit codes, and an error that carries one."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """What the command's exit code says."""

    FINE = 0
    FINDINGS = 1
    USAGE = 2
    ENVIRONMENT = 3
    GATE = 4
    INTERRUPT = 130


class Failed(Exception):
    """The command ends with a line of explanation and this exit code: one of `Exit`, or that of a command it ran."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
