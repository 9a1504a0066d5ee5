"""Run a WSGI application behind a door that is not WSGI: Flask, in a bounded pool of threads.

The application is made at the first request that needs it, so a simulator that only plays providers never pays for it.
"""

from __future__ import annotations

import asyncio
import io
import logging
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote_to_bytes

from simulator.engine import place_of
from simulator.wire import WireRequest, WireResponse

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

_LOG: Final = logging.getLogger("kyc_sim.bridge")

_SERVER: Final = ("Server", "kyc-sim")

THREADS: Final = 4
"""Enough that a slow page does not block a health check; requests beyond wait their turn."""


class WsgiBridge:
    """Answers requests through a WSGI application.

    Args:
        make: returns the application; called once, in a thread of the pool.
        server: address and port the application is reached at.
        threads: requests answered at a time.
    """

    def __init__(self, make: Callable[[], WSGIApplication], server: tuple[str, int], *, threads: int = THREADS) -> None:
        self._make = make
        self._making = Lock()
        self._server = server
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="kyc-sim-flask")

    async def answer(self, request: WireRequest) -> WireResponse:
        """Answer *request* without holding up the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._answer, request)

    def close(self) -> None:
        """Take no further request; those that wait are dropped, those being answered are not waited for."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _answer(self, request: WireRequest) -> WireResponse:
        try:
            with self._making:
                application = self._application
            return call(application, environ_of(request, self._server))
        except Exception as bug:  # a thread's last frame: the door has nobody else to tell
            # The message may quote the request, so only the kind and the place are logged.
            _LOG.error("a page failed: %s at %s", type(bug).__name__, place_of(bug))
            return WireResponse(status=500, headers=(("Content-Type", "text/plain"), _SERVER), body=b"internal error\n")

    @cached_property
    def _application(self) -> WSGIApplication:
        return self._make()


def environ_of(request: WireRequest, server: tuple[str, int]) -> dict[str, Any]:
    """Return the WSGI environment of *request* as PEP 3333 has it, with ``REQUEST_URI`` for its path as received."""
    client, _, client_port = request.client.rpartition(":")
    query = request.query.decode("latin-1")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(request.path).decode("latin-1"),
        "QUERY_STRING": query,
        "REQUEST_URI": f"{request.path}?{query}" if query else request.path,
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": client.strip("[]"),
        "REMOTE_PORT": client_port,
        "CONTENT_LENGTH": str(len(request.body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request.headers:
        # A name with an underscore would pass for another one here, and the body has lost its chunks.
        if "_" in name or name in ("content-length", "transfer-encoding"):
            continue
        key = name.upper().replace("-", "_")
        if key != "CONTENT_TYPE":
            key = f"HTTP_{key}"
        environ[key] = f"{environ[key]},{value}" if key in environ else value
    return environ


def call(application: WSGIApplication, environ: dict[str, Any]) -> WireResponse:
    """Run *application* to its end and return what it answered."""
    status = 500
    headers: tuple[tuple[str, str], ...] = ()
    written: list[bytes] = []

    def start_response(line: str, given: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
        nonlocal status, headers
        if exc_info is not None and written:
            raise exc_info[1].with_traceback(exc_info[2])
        status, headers = int(line.partition(" ")[0]), tuple(given)
        return written.append

    start: StartResponse = start_response
    parts: Iterable[bytes] = application(environ, start)
    try:
        written.extend(parts)
    finally:
        close = getattr(parts, "close", None)
        if close is not None:
            close()
    return WireResponse(status=status, headers=(*headers, _SERVER), body=b"".join(written))
