"""A simulator of one's own in a process of its own: started on a free port of loopback, stopped at the end."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import orjson

from simulator.exits import Exit, Failed
from simulator.settings import PREFIX, Settings, to_environment

PATIENCE: Final = 30.0
"""Seconds that it may take to start, and to stop beyond its ``grace``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A simulator that takes requests.

    Attributes:
        url: its base URL.
        credentials: the default tenant's, in their one shape.
        process: what serves; whoever cares may look whether it still does.
    """

    url: str
    credentials: Mapping[str, Any] = field(repr=False)
    process: subprocess.Popen[bytes] = field(repr=False)


@contextmanager
def own_server(settings: Settings, *, witness: Path | None = None) -> Iterator[Running]:
    """Serve on loopback for the length of the block; settings in the environment do not count.

    The signals of a terminal do not reach it: it lives as long as the block, whatever interrupts the block's work. It
    stops by itself when this process is gone, however that came about.

    Args:
        settings: its set-up; address and port do not count.
        witness: where it notes the facts of every call, complete once the block has ended.

    Yields:
        The server, once it takes requests.

    Raises:
        Failed: it does not start.
    """
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    environment = inherited | to_environment(replace(settings, host="127.0.0.1", port=0))
    with tempfile.TemporaryDirectory(prefix="kyc-sim-") as folder:
        ready = Path(folder) / "ready.json"
        command = [sys.executable, "-m", "simulator", "serve", "--leash", "--ready-file", str(ready)]
        command += ["--witness", str(witness)] if witness is not None else []
        process = subprocess.Popen(  # noqa: S603 - our own command
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, env=environment, start_new_session=True
        )
        try:
            yield _running(process, ready)
        finally:
            process.terminate()
            if process.stdin is not None:
                process.stdin.close()
            try:
                process.wait(settings.grace + PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _running(process: subprocess.Popen[bytes], ready: Path) -> Running:
    deadline = time.monotonic() + PATIENCE
    while not ready.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            raise Failed(Exit.ENVIRONMENT, "the simulator does not start")
        time.sleep(0.02)
    told = orjson.loads(ready.read_bytes())
    return Running(url=told["url"], credentials=told["credentials"], process=process)
