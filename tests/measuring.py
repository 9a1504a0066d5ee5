"""Coverage is measured where it says something, and costs nothing elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from coverage import Coverage


@contextmanager
def unmeasured() -> Iterator[None]:
    """Stop every measurement that runs, and go on with it afterwards.

    There may be several: a worker of pytest-xdist has one that pytest-cov began for a controller, below its own. The
    marker ``no_cover`` stops the one on top, and the other goes on at the same cost.
    """
    stopped: list[Coverage] = []
    while (running := Coverage.current()) is not None:
        running.stop()
        stopped.append(running)
    try:
        yield
    finally:
        for one in reversed(stopped):
            one.start()
