"""The Flask application: ``/__admin``, the pages, and the providers in front of its dispatch.

>>> from simulator.app import create_app
>>> app = create_app()
>>> app.test_client().post("/tencent", headers={"X-TC-Action": "BankCardVerification"}).status_code
200
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Flask, Response, current_app, request
from werkzeug.exceptions import NotFound
from werkzeug.test import run_wsgi_app

from simulator import admin, pages, self_check
from simulator.dispatch import ADMIN, PAGES, host_name
from simulator.engine import Engine, Inspection
from simulator.lane import ProviderLane
from simulator.problems import MEDIA_TYPE, Problem
from simulator.services import Services
from simulator.settings import Settings

if TYPE_CHECKING:
    from simulator.clock import Clock
    from simulator.store import Store
    from simulator.upstream import Exchange, Provider
    from simulator.wire import WireResponse

METHODS: Final = ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH")


def create_app(
    settings: Settings | None = None,
    *,
    services: Services | None = None,
    engine: Engine | None = None,
    providers: tuple[Provider, ...] | None = None,
    store: Store | None = None,
    clock: Clock | None = None,
) -> Flask:
    """Make one simulator as a WSGI application; two of them share nothing.

    While ``app.testing`` is true (or with ``settings.self_check``) every provider answer is compared with the
    provider's JSON Schema, and a call that differs raises `AssertionError`.

    Args:
        settings: how it is set up.
        services: parts made before; then the four below them are not looked at.
        engine: the engine of those services, for a server that answers provider calls itself.
        providers: the upstreams to play; all by default.
        store: where state lives; this process by default.
        clock: the process's clock.

    Returns:
        The application. ``app.extensions["simulator"]`` holds its `Services`, ``app.extensions["simulator.engine"]``
        its `Engine`.
    """
    if services is None:
        if providers is None:
            from simulator.providers import PROVIDERS  # whoever hands in providers does not pay for ours

            providers = PROVIDERS
        services = Services(settings if settings is not None else Settings(), providers, store=store, clock=clock)
    app = Flask("simulator", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = services.settings.max_body
    if engine is None:
        engine = Engine(services, inspect=_inspection(app, services.settings))
    app.extensions["simulator"] = services
    app.extensions["simulator.engine"] = engine
    app.register_blueprint(admin.create_blueprint())
    app.register_blueprint(pages.create_blueprint())
    _list_providers(app, engine)
    app.register_error_handler(404, _nobody)
    app.wsgi_app = ProviderLane(app.wsgi_app, engine)  # type: ignore[method-assign]  # as Flask's own documentation does
    return app


def _inspection(app: Flask, settings: Settings) -> Inspection:
    def inspect(provider: Provider, exchange: Exchange, answer: WireResponse) -> None:
        if settings.self_check or app.testing:
            self_check.check(provider, exchange, answer)

    return inspect


def _list_providers(app: Flask, engine: Engine) -> None:
    """List the providers among the routes, for people and tools; the lane answers before any of these views would."""
    lane = ProviderLane(NotFound(), engine)

    def through_lane(**_: str) -> Response:
        return Response(*run_wsgi_app(lane, request.environ))

    for provider in engine.services.providers:
        rules = [*provider.routes]
        for prefix in provider.prefixes:
            rules += [prefix, f"{prefix}/<path:rest>"]
        for rule in dict.fromkeys(rules):
            app.add_url_rule(rule, endpoint=f"provider_{provider.name}", view_func=through_lane, methods=METHODS)


def _nobody(_: Exception) -> Response:
    services: Services = current_app.extensions["simulator"]
    if not request.path.startswith((ADMIN, PAGES)):
        _note_stray(services)
    prefixes = ", ".join(prefix for provider in services.providers for prefix in provider.prefixes)
    problem = Problem(
        "not-found",
        "No provider claims this request by its host, its path or what it signs. The simulator's own API is described "
        f"at {ADMIN}/openapi.json; paths of providers: {prefixes}",
    )
    return Response(problem.to_json(), problem.status, content_type=MEDIA_TYPE)


def _note_stray(services: Services) -> None:
    """Enter a call that no provider claims into the lobby's journal: its sender believes that it reached one."""
    lobby = services.tenants.lobby
    lobby.journal.record(
        {
            "at": lobby.clock.time(),
            "provider": "",
            "operation": "",
            "request_id": "",
            "request": {
                "method": request.method,
                "path": lobby.redactor.path(request.path),
                "bytes": (request.content_length or 0) + len(request.query_string),
                "fields": {},
            },
            "answer": {
                "status": Problem("not-found").status,
                **dict.fromkeys(("code", "kind", "meaning", "verdict", "retry", "evidence"), ""),
                "charged": False,
            },
            "steps": [("route", False, {"cause": "no_provider", "host": lobby.redactor.path(host_name(request.host))})],
        }
    )
