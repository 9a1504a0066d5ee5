"""``kyc-sim serve``: one process, one event loop, one listening socket that is ours alone.

The socket is bound before anything else, and never shared: a port that is taken is an error, and port 0 tells its
number before anybody can be told.

To stop, the server first takes no further connection and lets the calls under way finish; after ``settings.grace``
seconds it drops the answers that are still held back; what then still runs (an upload that never ends) ends with the
process.
"""

from __future__ import annotations

import asyncio
import errno
import gc
import ipaddress
import logging
import logging.config
import signal
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from simulator.acceptor import Acceptor
from simulator.engine import Engine, Inspection
from simulator.faults import Lines
from simulator.services import Services
from simulator.socket_door import SocketDoor
from simulator.wsgi_bridge import WsgiBridge

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

    from simulator.settings import Settings
    from simulator.upstream import Exchange, Provider
    from simulator.wire import WireResponse

_LOG: Final = logging.getLogger("kyc_sim.server")

CONNECTIONS: Final = 4096
"""Connections served at a time. For more, those that have been idle longest make room; where none is, the kernel's
queue waits."""
_BACKLOG: Final = 1024
_SPARE_DESCRIPTORS: Final = 128
_AFTER_RELEASE: Final = 1.0
"""Seconds for dropped answers to let go of their connections."""

_LOGGING: Final[dict[str, Any]] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "kyc-sim: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain", "stream": "ext://sys.stderr"}},
    "loggers": {
        "kyc_sim": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
    },
}


class BindRefused(ValueError):
    """The address must not be listened on: open to others while nothing guards ``/__admin``, or no address at all."""


class CannotListen(OSError):
    """The machine does not let us: the port is taken, or the address is not ours."""


def listen(settings: Settings) -> socket.socket:
    """Return a listening socket that no other process can share.

    Raises:
        BindRefused: ``settings.host`` is no address, or reaches beyond this machine without an ``admin_token``.
        CannotListen: the port is taken or not ours to take.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (socket.gaierror, UnicodeError):
        raise BindRefused(f"{settings.host} is not an address of this machine") from None
    if not ipaddress.ip_address(str(address[0]).partition("%")[0]).is_loopback and not settings.admin_token:
        raise BindRefused(
            f"{settings.host} can be reached from other machines; give --admin-token to guard /__admin, "
            "or listen on 127.0.0.1"
        )
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        # Only lets a port be taken again whose last connections are still fading; two listeners exclude each other.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError as problem:
        listener.close()
        if problem.errno == errno.EADDRINUSE:
            raise CannotListen(f"port {settings.port} is in use; --port 0 takes a free one") from None
        reason = problem.strerror or "not possible"
        raise CannotListen(f"cannot listen on {settings.host} port {settings.port}: {reason}") from None
    return listener


def url_of(listener: socket.socket) -> str:
    """Return the base URL at which a client on this machine reaches *listener*."""
    host, port = listener.getsockname()[:2]
    if ipaddress.ip_address(host).is_unspecified:
        host = "::1" if listener.family == socket.AF_INET6 else "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def serve(
    services: Services, listener: socket.socket, *, ready: Callable[[], None], witness: Inspection | None = None
) -> int:
    """Serve until told to stop.

    Args:
        services: what all tenants share.
        listener: where.
        ready: is called once requests are taken.
        witness: looks at every answer.

    Returns:
        The signal that ended it: ``SIGTERM`` or ``SIGINT``.
    """
    logging.config.dictConfig(_LOGGING)
    allow_connections()
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        return runner.run(_run(services, listener, ready, witness))


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:  # not made for every platform; asyncio's own loop does the same, slower
        return None
    return uvloop.new_event_loop


def allow_connections() -> None:
    """Raise the limit of open files as far as `CONNECTIONS` needs and the system lets us."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + _SPARE_DESCRIPTORS
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


async def _run(
    services: Services, listener: socket.socket, ready: Callable[[], None], witness: Inspection | None
) -> int:
    loop = asyncio.get_running_loop()
    engine = Engine(services, inspect=_inspection(services.settings, witness))
    lines = Lines()
    bridge = WsgiBridge(lambda: _flask(services, engine), listener.getsockname()[:2])
    door = SocketDoor(engine, bridge, lines)
    acceptor = Acceptor(
        listener, door.connection, held=lambda: len(door.connections), most=CONNECTIONS, make_room=door.make_room
    )
    door.when_closed = acceptor.open
    told: asyncio.Queue[int] = asyncio.Queue()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.put_nowait, int(number))
    _settle_memory()
    acceptor.open()
    ready()
    reason = await told.get()
    acceptor.close()
    ended = door.stop()
    await _until_told(told, ended, services.settings.grace)
    lines.release()
    door.give_up()
    await _until_told(told, ended, _AFTER_RELEASE)
    bridge.close()
    services.close()
    if door.connections:
        _LOG.error("some calls under way did not end in time and were dropped")
    door.abort()
    if not ended.done():
        await asyncio.wait({ended}, timeout=_AFTER_RELEASE)
    for number in (signal.SIGTERM, signal.SIGINT):
        # Told once more on the way out, the process would die of it instead of ending as it should.
        loop.remove_signal_handler(number)
        signal.signal(number, signal.SIG_IGN)
    return reason


async def _until_told(told: asyncio.Queue[int], ended: asyncio.Future[None], seconds: float) -> None:
    """Wait until everybody has left, another signal comes, or the time runs out."""
    signalled = asyncio.ensure_future(told.get())
    waits: set[asyncio.Future[Any]] = {signalled, ended}
    await asyncio.wait(waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    signalled.cancel()


def _inspection(settings: Settings, witness: Inspection | None) -> Inspection | None:
    if not settings.self_check:
        return witness
    from simulator.self_check import check  # brings jsonschema along

    if witness is None:
        return check

    def both(provider: Provider, exchange: Exchange, answer: WireResponse) -> None:
        witness(provider, exchange, answer)
        check(provider, exchange, answer)

    return both


def _flask(services: Services, engine: Engine) -> WSGIApplication:
    from simulator.app import create_app  # brings Flask along, at the first request that needs it

    app = create_app(services=services, engine=engine)
    _settle_memory()
    return app


def _settle_memory() -> None:
    """Take what start-up made out of the garbage collector's sight: it lives until the end, and need not be walked."""
    gc.collect()
    gc.freeze()
