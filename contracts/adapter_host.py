"""``python -m contracts.adapter_host module:factory``: an adapter written in Python, behind the harness's JSON lines.

Its own process, so that whatever it prints or logs can be read, and so that waiting costs nothing: ``time.sleep`` asks
the harness to let the time pass, and ``time.time``, ``time.monotonic`` and ``time.perf_counter`` follow. The time that
passed ends with the check. What waits otherwise (``asyncio.sleep``, ``threading.Event.wait``) waits for real.
"""

from __future__ import annotations

import importlib
import logging
import os
import sys
import time
from collections.abc import Callable
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
    """Time as the adapter sees it: the machine's, and what it slept through in this check."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._slept = 0.0

    def sleep(self, seconds: float) -> None:
        """Have the harness let *seconds* pass."""
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        self._lines.write({"type": "sleep", "seconds": float(seconds)})
        self._lines.read()
        self._slept += seconds

    def awake(self) -> None:
        """Return to the machine's time."""
        self._slept = 0.0

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
    """Answer the harness until it hangs up."""
    adapter: Any = None
    while True:
        try:
            line = lines.read()
        except Gone:
            return
        if line["type"] == "start":
            adapter = factory(line["endpoint"], line["credentials"])
            lines.write({"type": "ready"})
        else:
            hours.awake()
            try:
                answer = _answer(adapter, line)
            except Exception as error:  # whatever an adapter raises is its answer
                answer = error_line(line["id"], error)
            lines.write(answer)


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
    hours = Hours(lines)
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
    except (ValueError, ImportError) as problem:
        lines.write({"type": "refused", "why": str(problem)})
        return
    serve(lines, factory, hours)


if __name__ == "__main__":
    main()
