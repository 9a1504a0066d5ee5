"""A command of somebody else's, run as if nobody stood between: same terminal, signals handed on, its exit code ours.

The codes for commands that do not start are those of ``env``, ``nohup`` and the shells: 127 for one that is not there,
126 for one that may not be executed.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Final

NOT_FOUND: Final = 127
NOT_EXECUTABLE: Final = 126
_KILLED_BY: Final = 128

_HANDED_ON: Final = tuple(
    getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2") if hasattr(signal, name)
)
_FROM_THE_KEYBOARD: Final = tuple(getattr(signal, name) for name in ("SIGINT", "SIGQUIT") if hasattr(signal, name))


class NotStarted(Exception):
    """The command cannot be run; ``code`` is the exit code that says why."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


def run_child(command: Sequence[str], environ: Mapping[str, str]) -> int:
    """Run *command* to its end.

    Args:
        command: the program, looked for in ``PATH``, and its arguments.
        environ: its whole environment.

    Returns:
        Its exit code; 128 and the signal's number when a signal ended it.

    Raises:
        NotStarted: there is no such program, or it may not be run.
    """
    with _handing_on() as line:
        try:
            process = subprocess.Popen(list(command), env=dict(environ))  # noqa: S603 - what the user asked for
        except FileNotFoundError:
            raise NotStarted(NOT_FOUND, f"{command[0]}: no such command") from None
        except OSError as problem:
            raise NotStarted(NOT_EXECUTABLE, f"{command[0]}: {problem.strerror or 'cannot be run'}") from None
        line.reach(process)
        code = process.wait()
    return code if code >= 0 else _KILLED_BY - code


class _Line:
    """Hands signals on; those that come before there is somebody to reach are kept for him."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._kept: list[int] = []

    def reach(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        while self._kept:
            process.send_signal(self._kept.pop(0))

    def hand_on(self, number: int, _: FrameType | None) -> None:
        if self._process is None:
            self._kept.append(number)
        else:
            self._process.send_signal(number)

    def from_the_keyboard(self, number: int, frame: FrameType | None) -> None:
        # A terminal interrupts every process in its foreground; handed on, the command would hear it twice.
        if not _in_the_foreground():
            self.hand_on(number, frame)


@contextmanager
def orderly_end() -> Iterator[None]:
    """Let signals that end a process unwind it first, for the length of the block, so that nothing is left behind."""

    def leave(number: int, _: FrameType | None) -> None:
        sys.exit(_KILLED_BY + number)

    before = {number: signal.signal(number, leave) for number in _HANDED_ON}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _handing_on() -> Iterator[_Line]:
    """Take the signals over for the length of the block."""
    line = _Line()
    before = {number: signal.signal(number, line.hand_on) for number in _HANDED_ON}
    before |= {number: signal.signal(number, line.from_the_keyboard) for number in _FROM_THE_KEYBOARD}
    try:
        yield line
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _in_the_foreground() -> bool:
    try:
        return os.tcgetpgrp(0) == os.getpgrp()
    except (OSError, AttributeError):  # no terminal, or a system without such groups
        return False
