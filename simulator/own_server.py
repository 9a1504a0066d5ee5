"""A simulator of one's own in a process of its own: started on a free port, stopped at the end."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import orjson

from simulator.exits import Exit, Failed
from simulator.settings import PREFIX

PATIENCE: Final = 30.0
"""Seconds that it may take to start, and to stop."""


@contextmanager
def own_server(seed: str) -> Iterator[str]:
    """Serve on loopback for the length of the block; settings in the environment do not count.

    Args:
        seed: text from which identifiers and credentials follow.

    Yields:
        The base URL.

    Raises:
        Failed: it does not start.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    with tempfile.TemporaryDirectory(prefix="kyc-sim-") as folder:
        ready = Path(folder) / "ready.json"
        command = [
            sys.executable, "-m", "simulator", "serve", "--port", "0", "--seed", seed, "--ready-file", str(ready),
        ]  # fmt: skip
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment)  # noqa: S603 - our own command
        try:
            yield _url(process, ready)
        finally:
            process.terminate()
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _url(process: subprocess.Popen[bytes], ready: Path) -> str:
    deadline = time.monotonic() + PATIENCE
    while not ready.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            raise Failed(Exit.ENVIRONMENT, "the simulator does not start")
        time.sleep(0.02)
    url: str = orjson.loads(ready.read_bytes())["url"]
    return url
