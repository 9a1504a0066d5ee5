"""A simulator in this process, without a socket: its engine, its Flask application, and its admin API as a target.

>>> simulator = InProcess()
>>> simulator.target.ask("GET", "/health")["status"]
'ok'
>>> simulator.client().get("/__admin/health").status_code
200
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from contracts.targets import Target
from simulator.app import create_app
from simulator.clock import Clock, SystemClock
from simulator.dispatch import Dispatch
from simulator.engine import Engine
from simulator.lane import too_long
from simulator.providers import PROVIDERS
from simulator.services import Services
from simulator.settings import Settings
from simulator.wire import WireRequest, WireResponse
from simulator.wsgi_bridge import call, environ_of

if TYPE_CHECKING:
    from werkzeug.test import Client

_PLACE: Final = ("localhost", 80)


class WaitingClock:
    """A clock that can be told that time went by, so that nobody has to wait for it.

    Args:
        base: the clock underneath.
    """

    def __init__(self, base: Clock) -> None:
        self._base = base
        self._waited = 0.0

    def time(self) -> float:
        """Return seconds since 1970-01-01T00:00:00Z."""
        return self._base.time() + self._waited

    def now(self) -> datetime:
        """Return the same moment as an aware UTC datetime."""
        return datetime.fromtimestamp(self.time(), UTC)

    def wait(self, seconds: float) -> None:
        """Let *seconds* go by."""
        self._waited += seconds

    def catch_up(self) -> None:
        """Follow the clock underneath again, as if nobody had waited."""
        self._waited = 0.0


class InProcess:
    """One simulator of this process; two of them share nothing.

    Args:
        settings: its set-up; address and port do not count.
        clock: the time it follows.

    Attributes:
        services: its parts.
        engine: answers provider calls.
        app: the whole of it as a WSGI application.
        clock: the time every tenant follows unless its own clock was changed.
        target: its admin API.
    """

    def __init__(self, settings: Settings | None = None, *, clock: Clock | None = None) -> None:
        self.clock = WaitingClock(clock if clock is not None else SystemClock())
        self.services = Services(settings if settings is not None else Settings(), PROVIDERS, clock=self.clock)
        self.app = create_app(services=self.services)
        self.engine: Engine = self.app.extensions["simulator.engine"]
        self.target = Target("http://localhost", self.services.settings.admin_token, carry=self._carry)
        self._dispatch = Dispatch(PROVIDERS)

    def knows(self, host: str) -> bool:
        """Tell whether *host* is a provider's own, or ``<provider>.localhost``."""
        return self._dispatch.knows(host)

    def answer(self, request: WireRequest) -> WireResponse:
        """Answer one request: a provider's, or a page's."""
        if len(request.body) > self.services.settings.max_body:
            return too_long(self.services.settings.max_body)
        answer = self.engine.answer(request)
        return answer if answer is not None else call(self.app, environ_of(request, _PLACE))

    def client(self) -> Client:
        """Return a WSGI client, for calls without `requests`.

        A fault reaches it as an exception, and a delay is slept through (`simulator.lane`).
        """
        return self.app.test_client()

    def close(self) -> None:
        """Stop what runs beside the answers."""
        self.services.close()
        self.target.close()

    def _carry(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> tuple[int, bytes]:
        target, _, query = path.partition("?")
        request = WireRequest(
            method=method,
            path=target,
            query=query.encode("latin-1"),
            headers=(("host", "localhost"), *[(name.lower(), value) for name, value in headers.items()]),
            body=body or b"",
        )
        answer = call(self.app, environ_of(request, _PLACE))
        return answer.status, answer.body
