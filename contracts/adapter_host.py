"""``python -m contracts.adapter_host module:factory``: an adapter written in Python, behind the harness's JSON lines.

Its own process, so that whatever it prints or logs can be read, and so that waiting costs nothing: ``time.sleep`` asks
the harness to let the time pass, and ``time.time``, ``time.monotonic`` and ``time.perf_counter`` follow. The time that
passed ends with the check. What waits otherwise (``asyncio.sleep``, ``threading.Event.wait``) waits for real, and so do
a sleep outside of a check and one in another thread, which may belong to no check at all.
"""

from __future__ import annotations

import importlib
import inspect
import logging
import os
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO, Final

import orjson

from contracts.adapter_lines import claim_from, error_line, received_from, result_line

_TALKATIVE: Final = ("urllib3", "requests", "httpx", "httpcore")
"""Libraries whose debug log repeats requests; what is judged is what the adapter says."""


class Gone(Exception):
    """The harness hung up."""


class Lines:
    """The harness's end of the line: reads and writes one JSON object at a time."""

    def __init__(self, source: BinaryIO, sink: BinaryIO) -> None:
        self._source = source
        self._sink = sink

    def read(self) -> dict[str, Any]:
        """Return the next line.

        Raises:
            Gone: there is none.
        """
        raw = self._source.readline()
        if not raw:
            raise Gone
        line: dict[str, Any] = orjson.loads(raw)
        return line

    def write(self, line: dict[str, Any]) -> None:
        """Send a line; what was printed or logged before it has left by then."""
        sys.stdout.flush()
        sys.stderr.flush()
        self._sink.write(orjson.dumps(line, default=str) + b"\n")
        self._sink.flush()


class Hours:
    """Time as the adapter sees it: the machine's, and what it slept through in this check.

    Args:
        lines: lead to the harness.
        wait: waits for real, in seconds.
    """

    def __init__(self, lines: Lines, wait: Callable[[float], None]) -> None:
        self._lines = lines
        self._wait = wait
        self._slept = 0.0
        self._checking: int | None = None

    def sleep(self, seconds: float) -> None:
        """Have the harness let *seconds* pass, if a check sleeps."""
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        if self._checking != threading.get_ident():
            self._wait(seconds)
            return
        self._lines.write({"type": "sleep", "seconds": float(seconds)})
        self._lines.read()
        self._slept += seconds

    @contextmanager
    def check(self) -> Iterator[None]:
        """Begin a check of this thread's, at the machine's time."""
        self._slept = 0.0
        self._checking = threading.get_ident()
        try:
            yield
        finally:
            self._checking = None

    def shift(self, look: Callable[[], float]) -> Callable[[], float]:
        """Return a clock that is ahead of *look* by what was slept."""
        return lambda: look() + self._slept


def load_factory(name: str) -> Callable[[str, Any], Any]:
    """Return the callable that ``module:factory`` names.

    Raises:
        ValueError: *name* is not of that form, or names no callable.
        ImportError: there is no such module.
    """
    module, separator, attribute = name.partition(":")
    if not separator or not module or not attribute:
        raise ValueError("an adapter is named module:factory")
    found: Any = importlib.import_module(module)
    for part in attribute.split("."):
        found = getattr(found, part, None)
    if not callable(found):
        raise ValueError(f"{module} has no callable {attribute}")
    factory: Callable[[str, Any], Any] = found
    return factory


def serve(lines: Lines, factory: Callable[[str, Any], Any], hours: Hours) -> None:
    """Answer the harness until it hangs up, or until no adapter could be made."""
    adapter: Any = None
    while True:
        try:
            line = lines.read()
        except Gone:
            return
        if line["type"] == "start":
            try:
                adapter = factory(line["endpoint"], line["credentials"])
                _must_check(adapter)
            except Exception as error:
                lines.write({"type": "refused", "why": said_by(error)})
                return
            lines.write({"type": "ready"})
        else:
            with hours.check():
                try:
                    answer = _answer(adapter, line)
                except Exception as error:  # whatever an adapter raises is its answer
                    answer = error_line(line["id"], error)
            lines.write(answer)


def _must_check(adapter: object) -> None:
    """Refuse what the factory returned if nobody can ask it.

    Raises:
        TypeError: it has no method ``check(operation, claim)``.
    """
    check = getattr(adapter, "check", None)
    if not callable(check):
        raise TypeError(f"the factory returned {type(adapter).__name__}, which has no method check")
    try:
        signature = inspect.signature(check)
    except ValueError:
        return  # of a callable that does not tell
    try:
        signature.bind("operation", None)
    except TypeError as problem:
        raise TypeError(f"check{signature} does not take an operation and a claim: {problem}") from None


def said_by(error: BaseException) -> str:
    """Return what went wrong before anybody was checked, and where in the adapter, on one line."""
    # Its own words also tell where a syntax error stands.
    words = " ".join(f"{type(error).__name__}: {error}".split())
    own = [
        f"{os.path.relpath(frame.filename)}:{frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename != __file__ and os.path.exists(frame.filename) and "importlib" not in frame.filename
    ]
    return f"{words} ({own[-1]})" if own else words


def _answer(adapter: Any, line: dict[str, Any]) -> dict[str, Any]:
    if line["type"] != "callback":
        return result_line(line["id"], adapter.check(line["operation"], claim_from(line["claim"])))
    if not callable(getattr(adapter, "callback", None)):
        return {"type": "no_callbacks", "id": line["id"]}
    return result_line(line["id"], adapter.callback(received_from(line["received"])))


def main() -> None:
    """Serve the factory named on the command line over this process's standard streams."""
    sink = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what an adapter prints is no answer
    lines = Lines(sys.stdin.buffer, sink)
    hours = Hours(lines, time.sleep)
    logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.INFO)
    # Before the adapter is imported: it may take the functions by name.
    time.sleep = hours.sleep  # type: ignore[assignment]  # whole objects are not slept for
    time.time = hours.shift(time.time)
    time.monotonic = hours.shift(time.monotonic)
    time.perf_counter = hours.shift(time.perf_counter)
    sys.path.insert(0, os.getcwd())
    try:
        factory = load_factory(sys.argv[1])
    except Exception as problem:  # a module that cannot be imported may raise anything
        lines.write({"type": "refused", "why": said_by(problem)})
        return
    serve(lines, factory, hours)


if __name__ == "__main__":
    main()
