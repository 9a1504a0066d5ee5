"""The adapter under test, whatever it is written in: a process that is told of checks and says what it made of them.

The lines are those of `contracts.adapter_lines`. Everything else the process writes, to stdout or stderr, is kept for
the privacy check. A process that hangs is ended and started again.
"""

from __future__ import annotations

import os
import selectors
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any, Final

import orjson

from contracts.adapter_lines import Observed, callback_document, claim_document, observed_from, plain
from kyc_core.adapters.base import Received
from kyc_core.claims import Claim

PATIENCE: Final = 10.0
"""Seconds of real time that one check may take."""
LONGEST_SLEEP: Final = 3 * 86_400.0
"""Seconds that an adapter may sleep through in one check: beyond the next day, so that waiting for it is possible."""
MOST_SLEEPS: Final = 500
_LONGEST_LINE: Final = 16 * 1024 * 1024
_MOST_OUTPUT: Final = 64 * 1024 * 1024
"""Bytes that one check may print: what is printed is searched for personal values, in memory."""


class SubjectError(Exception):
    """The adapter cannot be put to the test: it cannot be started, or does not speak the protocol."""


class _Silence(Exception):
    """No line comes any more; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """How an adapter was named on the command line.

    Attributes:
        kind: ``python`` (``module:factory``) or ``exec`` (a command line).
        name: as it was given.
    """

    kind: str
    name: str

    def command(self) -> list[str]:
        """Return the command that starts it.

        Raises:
            SubjectError: the command line cannot be taken apart, or is empty.
        """
        if self.kind == "python":
            return [sys.executable, "-m", "contracts.adapter_host", self.name]
        try:
            words = shlex.split(self.name)
        except ValueError as problem:
            raise SubjectError(f"--exec: {problem}") from None
        if not words:
            raise SubjectError("--exec: a command is needed")
        return words

    def option(self) -> str:
        """Return it as an option of the command line."""
        return f"{'--adapter' if self.kind == 'python' else '--exec'} {shlex.quote(self.name)}"


Sleep = Callable[[float], None]


class Subject:
    """One adapter process.

    Args:
        command: starts it; not through a shell.
        patience: seconds a check may take.
    """

    def __init__(self, command: Sequence[str], *, patience: float = PATIENCE) -> None:
        self._command = list(command)
        self._patience = patience
        self._process: subprocess.Popen[bytes] | None = None
        self._start: dict[str, Any] = {}
        self._number = 0
        self._pending = b""
        self._output = bytearray()

    def start(self, endpoint: str, credentials: Mapping[str, Any], *, provider: str) -> None:
        """Hand the adapter where the provider is and who is calling; again for another tenant.

        Raises:
            SubjectError: it does not answer ``ready``.
        """
        self._start = {
            "type": "start", "provider": provider, "endpoint": endpoint, "credentials": dict(credentials),
        }  # fmt: skip
        self._begin()

    def check(self, operation: str, claim: Claim, *, sleep: Sleep) -> Observed:
        """Put one check to the adapter.

        Args:
            operation: what to check.
            claim: about whom.
            sleep: lets time pass on the provider's side, for adapters that ask for it.
        """
        asked = {"type": "check", "operation": operation, "claim": claim_document(claim)}
        return self._asked(asked, sleep)

    def callback(self, received: Received, *, sleep: Sleep) -> Observed:
        """Hand the adapter what came to a callback address.

        Args:
            received: the request.
            sleep: as for `check`.
        """
        return self._asked({"type": "callback", "received": callback_document(received)}, sleep)

    def _asked(self, asked: Mapping[str, Any], sleep: Sleep) -> Observed:
        if self._process is None:
            self._begin()
        self._number += 1
        self._send({**asked, "id": self._number})
        slept, sleeps, deadline = 0.0, 0, time.monotonic() + self._patience
        while True:
            try:
                line = self._line(deadline, self._patience)
            except _Silence as why:
                self.stop()
                return Observed(kind="none", fault=str(why), ended=True)
            if line["type"] == "sleep":
                seconds = line.get("seconds")
                if not isinstance(seconds, int | float) or isinstance(seconds, bool) or not seconds >= 0:
                    self.stop()
                    return Observed(kind="none", fault="a sleep of no length", ended=True)
                slept, sleeps = slept + seconds, sleeps + 1
                if slept > LONGEST_SLEEP or sleeps > MOST_SLEEPS:
                    self.stop()
                    return Observed(
                        kind="none", fault=f"it went on after {sleeps} pauses, {slept:.0f} seconds in all", ended=True
                    )
                sleep(seconds)
                self._send({"type": "slept", "seconds": seconds})
                continue
            if line.get("id") == self._number:
                return observed_from(line)

    def output(self) -> str:
        """Return what the adapter wrote besides answers since the last look, and forget it."""
        if self._process is not None:
            self._drain(_stream(self._process.stderr))
        text = self._output.decode("utf-8", "backslashreplace")
        self._output.clear()
        return text

    def stop(self) -> None:
        """End the process, if there is one."""
        process, self._process, self._pending = self._process, None, b""
        if process is None:
            return
        process.kill()
        process.wait()
        self._drain(_stream(process.stderr))
        for stream in (process.stdin, process.stdout, process.stderr):
            _close(_stream(stream))

    def _begin(self) -> None:
        if self._process is None:
            try:
                self._process = subprocess.Popen(  # noqa: S603 - the user's own command, no shell
                    self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0
                )
            except OSError as problem:
                raise SubjectError(f"the adapter does not start: {self._command[0]}: {problem.strerror}") from None
            for stream in (self._process.stdout, self._process.stderr):
                os.set_blocking(_stream(stream).fileno(), False)
        self._send(self._start)
        try:
            line = self._line(time.monotonic() + 3 * PATIENCE, 3 * PATIENCE)
        except _Silence as silence:
            words = self.output().strip().rpartition("\n")[2]
            why = f"{silence}; its last words: {words[:200]}" if words else str(silence)
        else:
            if line["type"] == "ready":
                return
            why = str(line["why"]) if line.get("why") else f"its first line is of type {plain(line['type'])}"
        self.stop()
        raise SubjectError(f"the adapter does not get ready: {why}")

    def _send(self, line: Mapping[str, Any]) -> None:
        process = self._process
        assert process is not None
        try:
            # Unbuffered: a claim with a photo is longer than a pipe takes at once.
            view = memoryview(orjson.dumps(line) + b"\n")
            while view:
                view = view[_stream(process.stdin).write(view) :]
        except BrokenPipeError:
            return  # it ended; the next read says so

    def _line(self, deadline: float, patience: float) -> dict[str, Any]:
        """Return the next line of the protocol.

        Args:
            deadline: when it must have come, on the monotonic clock.
            patience: how long that is after the question, in seconds.

        Raises:
            _Silence: none comes in time, or ever.
        """
        process = self._process
        assert process is not None
        stdout, stderr = _stream(process.stdout), _stream(process.stderr)
        with selectors.DefaultSelector() as selector:
            selector.register(stdout, selectors.EVENT_READ)
            selector.register(stderr, selectors.EVENT_READ)
            while True:
                found = self._buffered()
                if found is not None:
                    self._drain(stderr)
                    return found
                left = deadline - time.monotonic()
                if left <= 0:
                    raise _Silence(f"nothing within {patience:g} seconds")
                for key, _ in selector.select(left):
                    if key.fileobj is stderr:
                        if not self._drain(stderr):
                            selector.unregister(stderr)
                        continue
                    piece = stdout.read(65_536)
                    if piece == b"":
                        raise _Silence(_end_of(process))
                    self._pending += piece or b""
                if len(self._pending) > _LONGEST_LINE:
                    raise _Silence(f"a line of more than {_LONGEST_LINE} bytes")
                if len(self._output) > _MOST_OUTPUT:
                    raise _Silence(f"more than {_MOST_OUTPUT} bytes were printed")

    def _buffered(self) -> dict[str, Any] | None:
        """Take whole lines off what was read; those that are not ours were printed."""
        while b"\n" in self._pending:
            raw, _, self._pending = self._pending.partition(b"\n")
            try:
                line = orjson.loads(raw)
            except orjson.JSONDecodeError:
                line = None
            if isinstance(line, dict) and isinstance(line.get("type"), str):
                return line
            self._output += raw + b"\n"
        return None

    def _drain(self, stream: IO[bytes]) -> bool:
        """Keep what stands in the pipe; tell whether more may come."""
        while len(self._output) <= _MOST_OUTPUT:
            piece: bytes | None = stream.read(65_536)  # None: nothing there now
            if piece is None:
                return True
            if piece == b"":
                return False
            self._output += piece
        return True


def _end_of(process: subprocess.Popen[bytes]) -> str:
    """Say how a process ended that has closed its stdout."""
    try:
        code = process.wait(timeout=1.0)
    except subprocess.TimeoutExpired:
        return "it closed its stdout"
    return f"it ended by signal {-code}" if code < 0 else f"it ended with exit code {code}"


def _stream(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None
    return stream


def _close(stream: IO[bytes]) -> None:
    try:
        stream.close()
    except BrokenPipeError:
        return  # it had ended before it read everything
