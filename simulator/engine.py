"""The engine: a `WireRequest` in, a `WireResponse` out, journal and ledger written on the way. No I/O.

Every door (the socket, WSGI, interception in process) hands its requests to `Engine.answer`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Lock
from typing import Any, Final

from contracts.anatomy import Answer, anatomy_of
from contracts.mutations import MUTATIONS
from simulator.dispatch import Dispatch
from simulator.scenarios import Then, html_answer
from simulator.services import Services
from simulator.upstream import Exchange, Provider
from simulator.wire import WireRequest, WireResponse

_LOG: Final = logging.getLogger("kyc_sim.engine")
_UNKNOWN: Final = dict.fromkeys(("code", "kind", "meaning", "verdict", "retry", "evidence"), "")
"""What is kept of an answer that no row stands for."""

Inspection = Callable[[Provider, Exchange, WireResponse], None]


class Engine:
    """Answers provider calls.

    Args:
        services: what all tenants share.
        inspect: looks at every answer before a rule spoils it, one call at a time and before the next is entered into
            the journal; what it raises reaches the door.
    """

    def __init__(self, services: Services, *, inspect: Inspection | None = None) -> None:
        self.services = services
        self._inspect = inspect
        self._inspecting = Lock()
        self._dispatch = Dispatch(services.providers)

    def provider_of(self, request: WireRequest) -> Provider | None:
        """Return the provider the request is for, or ``None``."""
        return self._dispatch.find(request)

    def answer(self, request: WireRequest) -> WireResponse | None:
        """Answer a provider call; ``None`` when no provider claims the request."""
        provider = self._dispatch.find(request)
        if provider is None:
            return None
        exchange = Exchange(request, self.services)
        try:
            response = provider.answer(exchange)
        except Exception as bug:  # the one place where our own fault becomes the provider's documented internal error
            # The message may quote the request, so only the kind and the place are logged.
            _LOG.error("%s: %s at %s", provider.name, type(bug).__name__, place_of(bug))
            exchange.steps.clear()
            response = provider.failed(exchange)
        if self._inspect is None:
            return self._concluded(provider, exchange, response)
        with self._inspecting:
            self._inspect(provider, exchange, response)
            return self._concluded(provider, exchange, response)

    def _concluded(self, provider: Provider, exchange: Exchange, response: WireResponse) -> WireResponse:
        """Do with an answer what the rule that fired asks for, if any, and enter the call into the books."""
        rule = exchange.rule
        if rule is not None:
            response = _deliver(rule.then, provider, exchange, response)
        self._settle(provider, exchange, response)
        return response

    def _settle(self, provider: Provider, exchange: Exchange, response: WireResponse) -> None:
        tenant = exchange.tenant
        outcome = exchange.outcome
        at = tenant.clock.time()
        facts = outcome.facts if outcome is not None else _UNKNOWN
        request = exchange.request
        rule = exchange.rule
        entry: dict[str, Any] = {
            "at": at,
            "provider": provider.name,
            "operation": exchange.operation,
            "request_id": exchange.request_id,
            "request": {
                "method": request.method,
                "path": tenant.redactor.path(request.path),
                "bytes": len(request.body) + len(request.query),
                "fields": tenant.redactor.fields(exchange.fields, exchange.public),
            },
            "answer": {
                "status": response.status,
                **facts,
                "charged": exchange.billed,
                "bytes": len(response.body),
            },
            "steps": exchange.steps,
        }
        if exchange.waived:
            entry["waived"] = exchange.waived
        if rule is not None:
            entry["rule"] = rule.id
        if exchange.person is not None:
            entry["person"] = exchange.person
        if response.fault is not None:
            fault = response.fault
            entry["fault"] = {"kind": fault.kind, "delay": fault.delay, "keep": fault.keep, "interval": fault.interval}
        tenant.journal.record(entry)
        if outcome is not None:
            forced = rule is not None and rule.then.billed is not None
            tenant.ledger.record(
                at=at,
                provider=provider.name,
                operation=exchange.operation or "-",
                request_id=exchange.request_id,
                code=facts["code"],
                billed=exchange.billed,
                why="rule" if forced else exchange.waived or facts["evidence"],
            )


def _deliver(then: Then, provider: Provider, exchange: Exchange, response: WireResponse) -> WireResponse:
    """Spoil a good answer as the rule asks: broken, replaced by a proxy's page, delivered badly."""
    if then.http is not None:
        exchange.passed("page", {"status": then.http})
        response = html_answer(then.http)
    elif then.mutation is not None:
        response = _mutated(then.mutation, provider, exchange, response)
    if then.fault is not None:
        response = response._replace(fault=then.fault)
    return response


def _mutated(name: str, provider: Provider, exchange: Exchange, response: WireResponse) -> WireResponse:
    anatomy = anatomy_of(provider.table(), exchange.operation)
    if anatomy is None:
        return response
    answer = Answer(status=response.status, headers=response.headers, body=response.body)
    broken = MUTATIONS[name].change(answer, anatomy)
    if broken is None:
        exchange.passed("mutation", {"name": name, "applied": False})
        return response
    exchange.passed("mutation", {"name": name, "applied": True})
    response = WireResponse(status=broken.status, headers=broken.headers, body=broken.body)
    return provider.reseal(exchange, response) if provider.reseal is not None else response


def place_of(bug: BaseException) -> str:
    """Return file and line where *bug* was raised, all of it that may be logged besides its kind."""
    place = "?"
    trace = bug.__traceback__
    while trace is not None:
        place = f"{trace.tb_frame.f_code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
