"""Put load on an HTTP server: through ``wrk`` where it is installed, else through a small client of our own.

Our own client costs more than some servers do, so figures of the two must not be compared; ratios within a run may be.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.cores import client_core

CONNECTIONS: Final = 32
_UNITS: Final = {"us": 1e-3, "ms": 1.0, "s": 1e3}


class Call(NamedTuple):
    """One POST, sent over and over."""

    host: str
    port: int
    path: str
    headers: Mapping[str, str]
    body: str


class Load(NamedTuple):
    """What came out: calls per second, and milliseconds within which half and 99 % were answered."""

    per_second: float
    p50: float
    p99: float
    tool: str


def put_load_on(call: Call, *, seconds: float) -> Load:
    """Send *call* over `CONNECTIONS` connections for so long.

    Raises:
        RuntimeError: something was answered otherwise than 200.
    """
    with client_core():
        return _through_wrk(call, seconds) if shutil.which("wrk") else asyncio.run(_through_ourselves(call, seconds))


def _through_wrk(call: Call, seconds: float) -> Load:
    lines = ['wrk.method = "POST"', f"wrk.body = [==[{call.body}]==]"]
    lines += [f'wrk.headers["{name}"] = "{value}"' for name, value in call.headers.items()]
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "call.lua"
        script.write_text("\n".join(lines))
        url = f"http://{call.host}:{call.port}{call.path}"
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds:.0f}s", "--latency", "-s", str(script), url]
        said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        raise RuntimeError(said)
    rate = re.search(r"Requests/sec:\s+([0-9.]+)", said)
    if rate is None:
        raise RuntimeError(said)
    return Load(float(rate[1]), _percentile(said, 50), _percentile(said, 99), "wrk")


def _percentile(said: str, percent: int) -> float:
    found = re.search(rf"\b{percent}%\s+([0-9.]+)(us|ms|s)\b", said)
    if found is None:
        raise RuntimeError(said)
    return float(found[1]) * _UNITS[found[2]]


async def _through_ourselves(call: Call, seconds: float) -> Load:
    head = "".join(f"{name}: {value}\r\n" for name, value in call.headers.items())
    body = call.body.encode()
    raw = (
        f"POST {call.path} HTTP/1.1\r\nHost: {call.host}:{call.port}\r\nContent-Length: {len(body)}\r\n{head}\r\n"
    ).encode() + body
    until = time.perf_counter() + seconds
    taken: list[float] = []

    async def client() -> None:
        reader, writer = await asyncio.open_connection(call.host, call.port)
        while (begun := time.perf_counter()) < until:
            writer.write(raw)
            answered = await reader.readuntil(b"\r\n\r\n")
            length = re.search(rb"content-length: ([0-9]+)", answered, re.IGNORECASE)
            if length is None or not answered.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(answered.decode("latin-1"))
            await reader.readexactly(int(length[1]))
            taken.append(time.perf_counter() - begun)
        writer.close()

    await asyncio.gather(*(client() for _ in range(CONNECTIONS)))
    taken.sort()
    return Load(len(taken) / seconds, taken[len(taken) // 2] * 1e3, taken[len(taken) * 99 // 100] * 1e3, "own client")
