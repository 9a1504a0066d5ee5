"""The door in process: calls to the providers' real https hosts are answered here, through `responses`.

::

    from simulator import intercept

    with intercept() as sim:
        sim.tencent.next("BankCardVerification", result="-17")
        ...                                     # code under test calls https://faceid.intl.tencentcloudapi.com
        sim.ledger.assert_charged(at_most=1)

No socket is opened. Whatever `requests` sends is caught, the official SDKs of Tencent Cloud and Alibaba Cloud included;
other HTTP libraries are not. A host that is no provider's is refused loudly (`UnexpectedHost`), unless it is among
``passthrough`` or the test has registered an answer of its own with ``sim.mock.add(...)``.

Transport faults look as they do over a socket. Nobody sleeps: a delay moves the simulator's clock, and one that is
longer than the caller's read timeout becomes that timeout. The machine's clock does not move, so a client that signs
with it is late by all delays together.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from email.utils import formatdate
from http.client import RemoteDisconnected
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import urlsplit

import requests
import responses
from responses.registries import FirstMatchRegistry
from urllib3 import HTTPConnectionPool, HTTPHeaderDict, HTTPResponse, HTTPSConnectionPool
from urllib3.exceptions import ProtocolError, ReadTimeoutError

from contracts.targets import Tenancy
from simulator.http_head import rendered
from simulator.in_process import InProcess
from simulator.sandbox import Sandbox
from simulator.settings import Settings
from simulator.tenants import credentials_of
from simulator.wire import Fault, FaultKind, WireRequest, WireResponse

DOOR: Final = "intercept"

ENDPOINTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "alibaba": "https://cloudauth-intl.cn-hongkong.aliyuncs.com",
        "kyc_china": "https://sandbox.staging-api.fill-easy.com",
        "mps": "https://api.nciic.com.cn",
        "signzy": "https://api.signzy.app",
        "tencent": "https://faceid.intl.tencentcloudapi.com",
        "upi": "https://apigatewaytest.unionpayintl.com",
    }
)
"""Which of its real hosts a provider is offered at. Every other host of its ``hosts.py`` is answered just as well."""

_PORTS: Final = {"http": 80, "https": 443}


class UnexpectedHost(requests.ConnectionError):
    """A call went to a host that is no provider's; it was not let out.

    Attributes:
        host: where it went.
    """

    def __init__(self, host: str, request: requests.PreparedRequest) -> None:
        super().__init__(
            f"{host} is no provider's host, and kyc-sim lets no call out while it intercepts. "
            f"To let calls to it out, name it: passthrough=[{host!r}]. To answer them, use sim.mock.add(...).",
            request=request,
        )
        self.host = host


class Intercepted(Sandbox):
    """A tenant in this process, and what the calls under test go through.

    Attributes:
        simulator: the whole simulator; its ``client()`` is a WSGI client.
        mock: takes answers of the test's own, for hosts that are no provider's.
        unexpected: hosts that calls were not let out to.
        waited: seconds that delays would have taken.
    """

    def __init__(self, simulator: InProcess, tenant: Tenancy, mock: responses.RequestsMock, exchanger: Exchanger):
        super().__init__(simulator.target, tenant, door=DOOR, endpoint_of=ENDPOINTS.__getitem__)
        self.simulator = simulator
        self.mock = mock
        self._exchanger = exchanger

    @property
    def unexpected(self) -> tuple[str, ...]:
        """Hosts that calls were not let out to, in order."""
        return tuple(self._exchanger.unexpected)

    @property
    def waited(self) -> float:
        """Seconds that delays would have taken over a socket."""
        return self._exchanger.waited


@contextmanager
def intercept(
    *,
    seed: str | None = None,
    tenant: str | None = None,
    switches: Mapping[str, Any] | None = None,
    passthrough: Iterable[str] = (),
    sleep: Callable[[float], None] | None = None,
    simulator: InProcess | None = None,
) -> Iterator[Intercepted]:
    """Answer the providers' hosts in this process for the length of the block.

    Args:
        seed: text from which identifiers follow; that of ``kyc-sim serve`` by default.
        tenant: name of a tenant to make for the block; by default the default tenant, whose credentials are well known.
        switches: readings to choose for it.
        passthrough: hosts (without ports) that calls are let out to.
        sleep: waits for delays in real time; by default the simulator's clock moves instead, and nobody waits.
        simulator: who answers, for one block after the other; by default one is made for this block alone.

    Yields:
        The tenant.

    Raises:
        TargetError: a switch is not known, or the tenant's name is no name or taken.
        ValueError: a seed and a simulator are given; it has one already.
    """
    if simulator is not None and seed is not None:
        raise ValueError("the simulator that is given has a seed already")
    with ExitStack() as left:
        if simulator is None:
            simulator = InProcess(Settings() if seed is None else Settings(seed=seed))
            left.callback(simulator.close)
        left.callback(simulator.clock.catch_up)
        if tenant is None:
            found = credentials_of(simulator.services.tenants.default)
            tenancy = Tenancy(name=found.pop("tenant"), credentials=found)
            if switches:
                simulator.target.switch(tenancy, switches)
        else:
            tenancy = simulator.target.create_tenant(switches or {}, name=tenant)
            left.callback(simulator.target.remove_tenant, tenancy)
        exchanger = Exchanger(simulator, passthrough=frozenset(passthrough), sleep=sleep or simulator.clock.wait)
        mock = responses.RequestsMock(assert_all_requests_are_fired=False, registry=exchanger.registry)
        left.enter_context(mock)
        yield Intercepted(simulator, tenancy, mock, exchanger)


class Exchanger:
    """Takes prepared requests to a simulator and makes of its answers what `requests` would have read from a socket.

    Args:
        simulator: who answers.
        passthrough: hosts that calls are let out to.
        sleep: lets time go by.

    Attributes:
        unexpected: hosts that calls were not let out to.
        waited: seconds that went by.
    """

    def __init__(self, simulator: InProcess, *, passthrough: Collection[str], sleep: Callable[[float], None]) -> None:
        self._simulator = simulator
        self._passthrough = frozenset(host.lower() for host in passthrough)
        self._sleep = sleep
        self.unexpected: list[str] = []
        self.waited = 0.0
        exchanger = self

        class Registry(FirstMatchRegistry):
            """Finds who answers: a provider, an answer of the test's own, the network; nobody else."""

            def find(self, request: requests.PreparedRequest) -> tuple[responses.BaseResponse | None, list[str]]:
                host = urlsplit(str(request.url)).hostname or ""
                if exchanger.knows(host):
                    return _FromProvider(request, exchanger), []
                found, reasons = super().find(request)
                if found is None:
                    found = exchanger.let_out(host, request)
                return found, reasons

        self.registry: Final = Registry

    def knows(self, host: str) -> bool:
        """Tell whether a provider answers at *host*."""
        return self._simulator.knows(host)

    def let_out(self, host: str, request: requests.PreparedRequest) -> responses.BaseResponse:
        """Return what takes *request* to the network.

        Raises:
            UnexpectedHost: it must not go there.
        """
        if host not in self._passthrough:
            self.unexpected.append(host)
            raise UnexpectedHost(host, request)
        return responses.PassthroughResponse(str(request.method), str(request.url))

    def exchange(self, request: requests.PreparedRequest) -> HTTPResponse:
        """Answer *request*.

        Raises:
            requests.ConnectionError: a rule asks for a connection that ends.
            requests.ReadTimeout: the answer comes later than the caller waits.
        """
        answer = self._simulator.answer(wire_request(request))
        fault = answer.fault or Fault()
        patience = read_timeout(getattr(request, "req_kwargs", {}).get("timeout"))
        if fault.delay:
            if patience is not None and fault.delay >= patience:
                self._wait(patience)
                raise requests.ReadTimeout(_timed_out(request, patience), request=request)
            self._wait(fault.delay)
        if fault.kind is FaultKind.RESET:
            raise _aborted(ConnectionResetError(104, "Connection reset by peer"), request)
        if fault.kind is FaultKind.EMPTY:
            raise _aborted(RemoteDisconnected("Remote end closed connection without response"), request)
        body = io.BytesIO() if request.method == "HEAD" else self._body(answer, fault, patience)
        return _http_response(answer, body, request)

    def _body(self, answer: WireResponse, fault: Fault, patience: float | None) -> io.BytesIO:
        if fault.kind is FaultKind.TRUNCATE:
            return io.BytesIO(answer.body[: fault.keep])
        if fault.kind is FaultKind.DRIP:
            pauses = max(0, -(-len(answer.body) // fault.keep) - 1)
            if pauses and patience is not None and fault.interval >= patience:
                self._wait(patience)
                return _Stalled(answer.body)
            self._wait(pauses * fault.interval)
        return io.BytesIO(answer.body)

    def _wait(self, seconds: float) -> None:
        self.waited += seconds
        self._sleep(seconds)


class _FromProvider(responses.BaseResponse):
    """The answer to one request, made when `responses` asks for it."""

    def __init__(self, request: requests.PreparedRequest, exchanger: Exchanger) -> None:
        super().__init__(str(request.method), str(request.url))
        self._exchanger = exchanger

    def get_response(self, request: requests.PreparedRequest) -> HTTPResponse:
        return self._exchanger.exchange(request)


class _Stalled(io.BytesIO):
    """A body whose next piece does not come in time."""

    def read(self, *_: Any) -> bytes:
        raise TimeoutError("timed out")

    def read1(self, *_: Any) -> bytes:
        return self.read()


def wire_request(request: requests.PreparedRequest) -> WireRequest:
    """Return what a server would have received of *request*."""
    parts = urlsplit(str(request.url))
    path, _, query = request.path_url.partition("?")
    given = [(name.lower(), _text(value)) for name, value in request.headers.items()]
    host = [] if any(name == "host" for name, _ in given) else [("host", _host(parts.scheme, parts.netloc))]
    return WireRequest(
        method=str(request.method),
        path=path,
        query=query.encode("latin-1"),
        headers=tuple(host + given),
        body=_bytes(request.body),
    )


def read_timeout(given: Any) -> float | None:
    """Return how many seconds a caller waits for an answer; ``None`` for ever.

    Args:
        given: the ``timeout`` of `requests`: seconds, a pair of them, or a `urllib3.Timeout`.
    """
    if isinstance(given, tuple):
        given = given[1]
    given = getattr(given, "read_timeout", given)
    return float(given) if isinstance(given, int | float) else None


def _host(scheme: str, netloc: str) -> str:
    place = netloc.rpartition("@")[2]
    name, _, port = place.rpartition(":")
    return name if name and port == str(_PORTS.get(scheme, "")) else place


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("latin-1")


def _bytes(body: Any) -> bytes:
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    return bytes(body) if isinstance(body, bytes | bytearray) else b"".join(body)


def _http_response(answer: WireResponse, body: io.BytesIO, request: requests.PreparedRequest) -> HTTPResponse:
    sent = rendered(answer, date=formatdate(usegmt=True).encode(), head_only=request.method == "HEAD")
    lines = sent.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    headers = HTTPHeaderDict()
    for line in lines[1:]:
        name, _, value = line.partition(": ")
        headers.add(name, value)
    return HTTPResponse(
        body=body,
        headers=headers,
        status=answer.status,
        reason=lines[0].split(" ", 2)[2],
        preload_content=False,
        request_method=request.method,
        pool=_pool(request),
    )


def _aborted(cause: OSError, request: requests.PreparedRequest) -> requests.ConnectionError:
    return requests.ConnectionError(ProtocolError("Connection aborted.", cause), request=request)


def _timed_out(request: requests.PreparedRequest, seconds: float) -> ReadTimeoutError:
    return ReadTimeoutError(_pool(request), request.path_url, f"Read timed out. (read timeout={seconds:g})")


def _pool(request: requests.PreparedRequest) -> HTTPConnectionPool:
    """Return the pool of connections that an error names; it opens none."""
    parts = urlsplit(str(request.url))
    kind = HTTPSConnectionPool if parts.scheme == "https" else HTTPConnectionPool
    return kind(parts.hostname or "", parts.port or _PORTS.get(parts.scheme))
