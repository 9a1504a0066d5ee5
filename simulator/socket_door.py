"""The socket door: HTTP/1.1 connections on one side, the engine on the other.

Provider calls are answered in the event loop, as soon as they are read, without a thread and without Flask; the few
that take long are answered in a thread of their own, so that nobody waits for them. Every other request goes to the
WSGI application behind.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from email.utils import formatdate
from typing import Final, Protocol

from simulator.dispatch import ADMIN
from simulator.engine import Engine, place_of
from simulator.faults import Lines
from simulator.http_connection import HttpConnection
from simulator.http_reader import FAILED
from simulator.lane import too_long
from simulator.lookout import Lookout, make_room
from simulator.problems import MEDIA_TYPE, Problem
from simulator.wire import WireRequest, WireResponse

_LOG: Final = logging.getLogger("kyc_sim.door")


class Behind(Protocol):
    """What answers requests that are no provider's."""

    async def answer(self, request: WireRequest) -> WireResponse:
        """Answer one request; never raises."""
        ...


class SocketDoor:
    """Everything that connections share. Made inside a running event loop.

    Args:
        engine: answers provider calls.
        behind: answers everything else.
        lines: delivers faults.
        lookout: shows clients out that dawdle; an ordinary one by default.
    """

    def __init__(self, engine: Engine, behind: Behind, lines: Lines, *, lookout: Lookout | None = None) -> None:
        self._engine = engine
        self._behind = behind
        self._loop = asyncio.get_running_loop()
        self._lookout = lookout if lookout is not None else Lookout()
        self._slow_paths = tuple(path for provider in engine.services.providers for path in provider.slow_paths)
        self._aside = ThreadPoolExecutor(1, "kyc-sim-aside")
        self._second = 0
        self._date = b""
        self._empty: asyncio.Future[None] | None = None
        self.lines = lines
        self.max_body = engine.services.settings.max_body
        self.connections: set[HttpConnection] = set()
        self.stopping = False
        self.when_closed: Callable[[], None] = lambda: None
        """Called when a connection has ended."""
        self._watch = self._loop.call_later(self._lookout.interval, self._look)

    def connection(self) -> HttpConnection:
        """Make the protocol of a new connection."""
        return HttpConnection(self, self._loop)

    def answer(self, request: WireRequest) -> WireResponse | None:
        """Answer a provider call; ``None`` leaves the request to `behind`."""
        return None if request.path.startswith(self._slow_paths) else self._answer(request)

    async def behind(self, request: WireRequest) -> WireResponse:
        """Answer what takes long, or is no provider's."""
        if request.path.startswith(self._slow_paths):
            answer = await self._loop.run_in_executor(self._aside, self._answer, request)
            if answer is not None:
                return answer
        return await self._behind.answer(request)

    def _answer(self, request: WireRequest) -> WireResponse | None:
        try:
            return self._engine.answer(request)
        except AssertionError as difference:  # a self-check that failed; its text holds places, never values
            _LOG.error("self-check: %s", difference)
        except Exception as bug:
            # The message may quote the request, so only the kind and the place are logged.
            _LOG.error("a call failed: %s at %s", type(bug).__name__, place_of(bug))
        return FAILED

    def too_long(self, path: str) -> WireResponse:
        """Return the answer to a body of more than ``max_body`` bytes that was sent to *path*."""
        if not path.startswith(ADMIN):
            return too_long(self.max_body)
        problem = Problem("too-large")
        return WireResponse(status=problem.status, headers=(("Content-Type", MEDIA_TYPE),), body=problem.to_json())

    def date(self) -> bytes:
        """Return the present time as ``Date`` has it: the machine's, as a front-end server knows no tenant's."""
        now = int(time.time())
        if now != self._second:
            self._second = now
            self._date = formatdate(now, usegmt=True).encode()
        return self._date

    def closed(self, connection: HttpConnection) -> None:
        """Note that a connection has ended."""
        self.connections.discard(connection)
        self.when_closed()
        if not self.connections and self._empty is not None and not self._empty.done():
            self._empty.set_result(None)

    def stop(self) -> asyncio.Future[None]:
        """Let the answers under way be the last, and close what is idle; the future is done when nobody is left."""
        self.stopping = True
        self._watch.cancel()
        self._empty = self._loop.create_future()
        if not self.connections:
            self._empty.set_result(None)
        for connection in tuple(self.connections):
            if connection.idle:
                connection.transport.close()
        return self._empty

    def make_room(self) -> bool:
        """Close some of those that are idle; tell whether there were any."""
        return make_room(self.connections, self._loop.time())

    def give_up(self) -> None:
        """End every connection on which no answer is under way: whoever is there neither asks nor takes what came."""
        for connection in tuple(self.connections):
            if not connection.busy:
                connection.transport.abort()

    def abort(self) -> None:
        """End every connection at once."""
        self._aside.shutdown(wait=False, cancel_futures=True)
        for connection in tuple(self.connections):
            connection.transport.abort()

    def _look(self) -> None:
        self._lookout.look(self.connections, self._loop.time())
        self._watch = self._loop.call_later(self._lookout.interval, self._look)
