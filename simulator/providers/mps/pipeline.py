"""From a `WireRequest` to a `WireResponse`: which dialect a path speaks, and what nobody speaks to at all.

The order of the checks stands in `gateway.CHECKS` and `service.CHECKS`, that of the decision in `query.DECIDERS`.

Source:
    Paths and methods: see `hosts`. What the services answer to another path or method is not public, so such a call
    gets a web server's plain answer and no outcome [inferred].
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from simulator.providers.mps import gateway, service, soap
from simulator.providers.mps.codes import catalogue, table
from simulator.providers.mps.hosts import HOSTS, is_service, operation_of
from simulator.upstream import Step
from simulator.wire import Headers, WireResponse

if TYPE_CHECKING:
    from simulator.upstream import Exchange
    from simulator.wire import WireRequest

_DESCRIPTION: Final = "wsdl"
_XML: Final[Headers] = (("Content-Type", "text/xml; charset=utf-8"),)


def answer(exchange: Exchange) -> WireResponse:
    """Answer one call; every refusal included."""
    request = exchange.request
    if is_service(request.path):
        if request.method == "GET" and _asks_for_description(request.query):
            exchange.passed("description")
            return WireResponse(status=200, headers=_XML, body=soap.description(_location(request)))
        return service.answer(exchange) if request.method == "POST" else _plain(exchange, 405, "method")
    operation = operation_of(request.path)
    if operation is None:
        return _plain(exchange, 404, "path")
    return gateway.answer(exchange, operation) if request.method == "POST" else _plain(exchange, 405, "method")


def failed(exchange: Exchange) -> WireResponse:
    """Answer a call that a fault of our own ended, in the dialect of its path."""
    if is_service(exchange.request.path):
        return service.failed(exchange)
    operation = operation_of(exchange.request.path) or next(iter(catalogue().values()))
    return gateway.refuse(exchange, table().error(operation.name, "500"))


def _plain(exchange: Exchange, status: int, check: str) -> WireResponse:
    exchange.steps.append(Step(check, False, {"status": status}))
    headers: Headers = (("Content-Type", "text/plain"), *((("Allow", "POST"),) if status == 405 else ()))
    return WireResponse(status=status, headers=headers, body=b"")


def _asks_for_description(query: bytes) -> bool:
    names = [name.lower() for name, _ in parse_qsl(query.decode("latin-1"), keep_blank_values=True)]
    return _DESCRIPTION in names


def _location(request: WireRequest) -> str:
    """Return the URL that the service was reached at: https for its real hosts, or where a proxy says so."""
    host = request.header("host", "localhost")
    secure = request.header("x-forwarded-proto").lower() == "https" or host.partition(":")[0].lower() in HOSTS
    return f"{'https' if secure else 'http'}://{host}{request.path}"
