"""Server on one core, client on another, so that neither is measured by what the other leaves it.

Without, a server that spreads over threads takes the client's core as well, and both come out worse or better than they
are. Where the system does not let us choose (macOS), or there is one core, everything runs where it may.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager


def server_core() -> Callable[[], None] | None:
    """Return what a server's process calls before it becomes one, as ``preexec_fn``; ``None`` for no choice."""
    cores = _cores()
    return None if cores is None else lambda: os.sched_setaffinity(0, {cores[0]})


@contextmanager
def client_core() -> Iterator[None]:
    """Run the block, and the processes it starts, on the client's core."""
    cores = _cores()
    if cores is None:
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {cores[1]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def described() -> str:
    """Return how it is done here, for people."""
    return "server and client on one core each" if _cores() is not None else "cores not chosen"


def _cores() -> tuple[int, int] | None:
    if not hasattr(os, "sched_setaffinity"):
        return None
    allowed = sorted(os.sched_getaffinity(0))
    return (allowed[0], allowed[-1]) if len(allowed) > 1 else None
