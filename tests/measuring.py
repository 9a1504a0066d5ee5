"""Coverage is measured where it says something, and costs nothing elsewhere.

A traced call costs several times what it does, whether its file is measured or not. What pytest does around a test
(hooks, capturing, reports) is as much work as a short test, so tracing is off but for fixtures and tests themselves.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from _typeshed import TraceFunction


class Tracers(NamedTuple):
    """What is told of every call and line: of this thread, and of those yet to be started."""

    here: TraceFunction | None
    threads: TraceFunction | None

    def set(self) -> None:
        """Have these told from now on."""
        threading.settrace(self.threads)
        sys.settrace(self.here)


NONE = Tracers(None, None)


def tracers() -> Tracers:
    """Return who is told now."""
    return Tracers(sys.gettrace(), threading.gettrace())


@contextmanager
def traced_by(found: Tracers) -> Iterator[None]:
    """Have *found* told for the length of the block; threads that run already go on as they were."""
    before = tracers()
    found.set()
    try:
        yield
    finally:
        before.set()


def unmeasured() -> AbstractContextManager[None]:
    """Measure nothing for the length of the block; what called it is to be a test: a caller's rest is not measured."""
    return traced_by(NONE)
