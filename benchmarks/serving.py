"""How the server does: start, memory, calls per second beside a bare Flask view, and whether more of everything hurts.

    python -m benchmarks.serving

Ratios travel between machines, absolute figures do not: the Flask view is measured in the same run, in short rounds
that take turns, because a machine is seldom equally busy for long. Servers have one core, their client another.
"""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks import cores, growth
from benchmarks.cores import server_core
from benchmarks.cpu import seconds_used
from benchmarks.load import CONNECTIONS, Call, Load, put_load_on
from benchmarks.signed import signed_call
from simulator.providers import PROVIDERS
from simulator.services import Services
from simulator.settings import Settings

Row = tuple[str, str, str]
"""What was measured, the figure with its unit, and the aim or the figures behind it."""

STARTS: Final = 3
ROUNDS: Final = 5
SECONDS: Final = 2.0
PATIENCE: Final = 30.0
_CHECKOUT: Final = Path(__file__).resolve().parents[1]


def rows() -> list[Row]:
    """Measure everything; takes less than a minute."""
    return [*_start(), *_throughput(), *growth.rows()]


def main() -> None:
    """Print the rows."""
    for name, figure, note in rows():
        print(f"{figure:>14}  {name}  ({note})")


def _start() -> list[Row]:
    waits = []
    for _ in range(STARTS):
        begun = time.perf_counter()
        with _simulator() as (_, call):
            waits.append(time.perf_counter() - begun)
    with _simulator() as (process, call):
        time.sleep(0.5)
        idle = _resident_mebibytes(process)
        _admin(call, "GET", "/health", None)
        with_flask = _resident_mebibytes(process)
    return [
        ("first verified answer after start", f"{min(waits):.2f} s", f"aim 0.5 s; best of {STARTS}"),
        ("memory when idle", f"{idle:.0f} MiB", f"aim 60 MiB; {with_flask:.0f} MiB once /__admin was used"),
    ]


def _throughput() -> list[Row]:
    with _simulator() as (process, call), _hello() as (view, hello), _hello_behind_our_door() as behind:
        _admin(call, "PATCH", "/tenants/default", {"switches": {"tencent.qps": 0}})
        for each in (call, hello, behind):
            put_load_on(each, seconds=1)
        before = _resident_mebibytes(process)
        used = [seconds_used(each.pid) for each in (process, view)]
        rounds = [[put_load_on(each, seconds=SECONDS) for each in (call, hello, behind)] for _ in range(ROUNDS)]
        used = [_since(each.pid, earlier) for each, earlier in zip((process, view), used, strict=True)]
        grown = _resident_mebibytes(process) - before
    ours, views, views_behind = zip(*rounds, strict=True)
    made = sum(load.per_second for load in ours) * SECONDS
    costs = [
        None if each is None else each / sum(load.per_second * SECONDS for load in loads) * 1e6
        for each, loads in zip(used, (ours, views), strict=True)
    ]
    note = f"median of {ROUNDS} rounds in turns, {CONNECTIONS} connections, {ours[0].tool}, {cores.described()}"
    return [
        (
            "verified calls per second beside a bare Flask view",
            f"{_ratio(ours, views):.2f}x",
            f"aim 1x, better 1.5x; {_median(ours, 'per_second'):,.0f} against "
            f"{_median(views, 'per_second'):,.0f} on granian's WSGI, {note}",
        ),
        (
            "verified calls per second beside the same Flask view behind our own door",
            f"{_ratio(ours, views_behind):.2f}x",
            f"no aim; against {_median(views_behind, 'per_second'):,.0f}, {note}",
        ),
        *_cost(*costs),
        (
            "half of the calls answered within",
            f"{_median(ours, 'p50'):.1f} ms",
            f"view: {_median(views, 'p50'):.1f} ms",
        ),
        (
            "99 % of the calls answered within",
            f"{_median(ours, 'p99'):.1f} ms",
            f"aim 5 ms; view: {_median(views, 'p99'):.1f} ms",
        ),
        (
            "memory per 100,000 calls, journal and ledger filling up",
            f"{grown / made * 100_000:.0f} MiB",
            f"aim 20 MiB; {grown:.0f} MiB over {made:,.0f} calls",
        ),
    ]


def _since(pid: int, earlier: float | None) -> float | None:
    now = seconds_used(pid)
    return None if now is None or earlier is None else now - earlier


def _cost(ours: float | None, view: float | None) -> list[Row]:
    """Return what a call costs in processor time, which tells the same on a busy machine as on an idle one."""
    if ours is None or view is None:
        return []
    note = f"aim 1x at most; {ours:.0f} us against {view:.0f} us, all of the server's threads and processes"
    return [("processor time of a verified call beside that of a bare Flask view", f"{ours / view:.2f}x", note)]


def _ratio(ours: Sequence[Load], theirs: Sequence[Load]) -> float:
    """Return the median of the rounds' ratios: within a round both sides met the same machine."""
    return median(our.per_second / their.per_second for our, their in zip(ours, theirs, strict=True))


def _median(loads: Sequence[Load], figure: str) -> float:
    return median(float(getattr(load, figure)) for load in loads)


@contextmanager
def _simulator() -> Iterator[tuple[subprocess.Popen[bytes], Call]]:
    """Start a simulator and wait for its first verified answer."""
    port = _free_port()
    tenant = Services(Settings(), PROVIDERS).tenants.default
    call = signed_call(tenant, "127.0.0.1", port, now=time.time())
    with _process("simulator", "serve", "--port", str(port)) as process:
        _wait_for(call)
        yield process, call


@contextmanager
def _hello() -> Iterator[tuple[subprocess.Popen[bytes], Call]]:
    """Start the bare Flask view on granian as its users do: WSGI, one worker, one thread."""
    call = Call(host="127.0.0.1", port=_free_port(), path="/tencent", headers={}, body="{}")
    options = ["--interface", "wsgi", "--http", "1", "--no-ws", "--workers", "1", "--blocking-threads", "1"]
    arguments = [*options, "--port", str(call.port), "--log-level", "error", "benchmarks.hello:app"]
    with _process("granian", *arguments) as process:
        _wait_for(call)
        yield process, call


@contextmanager
def _hello_behind_our_door() -> Iterator[Call]:
    """Start the bare Flask view where ours answers pages."""
    call = Call(host="127.0.0.1", port=_free_port(), path="/tencent", headers={}, body="{}")
    with _process("benchmarks.own_door", str(call.port)):
        _wait_for(call)
        yield call


@contextmanager
def _process(module: str, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", module, *arguments]
    process = subprocess.Popen(command, cwd=_CHECKOUT, stdout=subprocess.DEVNULL, preexec_fn=server_core())
    try:
        yield process
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def _wait_for(call: Call) -> None:
    give_up = time.monotonic() + PATIENCE
    while True:
        connection = HTTPConnection(call.host, call.port, timeout=PATIENCE)
        try:
            connection.request("POST", call.path, call.body.encode(), dict(call.headers))
            answer = connection.getresponse()
            result = json.loads(answer.read())["Response"]["Result"]
        except ConnectionRefusedError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.002)
            continue
        finally:
            connection.close()
        if result != "0":
            raise RuntimeError(f"the call is answered {result}")
        return


def _admin(call: Call, method: str, path: str, document: object) -> None:
    connection = HTTPConnection(call.host, call.port, timeout=PATIENCE)
    body = None if document is None else json.dumps(document)
    connection.request(method, f"/__admin{path}", body, {"Content-Type": "application/json"} if body else {})
    answer = connection.getresponse()
    if answer.status != 200:
        raise RuntimeError(f"{method} {path}: {answer.status}")
    connection.close()


def _resident_mebibytes(process: subprocess.Popen[bytes]) -> float:
    said = subprocess.run(["ps", "-o", "rss=", "-p", str(process.pid)], capture_output=True, text=True, check=True)
    found = re.search("[0-9]+", said.stdout)
    if found is None:
        raise RuntimeError("no such process")
    return int(found[0]) / 1024


if __name__ == "__main__":
    main()
