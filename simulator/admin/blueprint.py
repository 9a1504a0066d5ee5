"""The shell around the admin operations: Flask in, Flask out, problems for everything that goes wrong."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from typing import Final

import orjson
from flask import Blueprint, Response, current_app, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from simulator.admin import guard
from simulator.admin.openapi import BASE
from simulator.admin.reading import JSON, read_body, read_query
from simulator.admin.route import Call, Reply, Route
from simulator.admin.table import ROUTES
from simulator.engine import place_of
from simulator.problems import MEDIA_TYPE, Problem
from simulator.services import Services

METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")

_LOG: Final = logging.getLogger("kyc_sim.admin")


def create_blueprint() -> Blueprint:
    """Make the ``/__admin`` part of an application whose ``extensions["simulator"]`` is a `Services`."""
    blueprint = Blueprint("admin", __name__, url_prefix=BASE)
    blueprint.before_request(_guard)
    for route in ROUTES:
        blueprint.add_url_rule(
            re.sub(r"{([a-z_]+)}", r"<\1>", route.path),
            endpoint=route.name,
            view_func=_view(route),
            methods=[route.method],
            provide_automatic_options=False,
        )
    # Whatever is left below /__admin: an address nobody has, or one that has other methods.
    for path in ("", "/", "/<path:rest>"):
        blueprint.add_url_rule(
            path, endpoint="elsewhere", view_func=_elsewhere, methods=METHODS, provide_automatic_options=False
        )
    blueprint.register_error_handler(Problem, _refused)
    blueprint.register_error_handler(HTTPException, _refused_by_werkzeug)
    blueprint.register_error_handler(Exception, _failed)
    return blueprint


def _services() -> Services:
    services: Services = current_app.extensions["simulator"]
    return services


def _guard() -> None:
    guard.check(
        _services().settings,
        hosts=request.headers.getlist("Host"),
        origins=request.headers.getlist("Origin"),
        authorizations=request.headers.getlist("Authorization"),
    )


def _view(route: Route) -> Callable[..., Response]:
    def view(**path: str) -> Response:
        query = read_query(route.query, request.args.items(multi=True))
        body = None
        if route.body is not None:
            body = read_body(route.body, request.get_data(), request.headers.get("Content-Type", ""))
        return _response(route.view(Call(services=_services(), path=path, query=query, body=body)))

    return view


def _response(reply: Reply) -> Response:
    if reply.body is None:
        response = Response(status=reply.status)
        response.headers.remove("Content-Type")
    else:
        response = Response(orjson.dumps(reply.body), status=reply.status, content_type=JSON)
    response.headers.extend(reply.headers)
    # Credentials, people and calls are nothing for a cache.
    response.headers["Cache-Control"] = "no-store"
    return response


def _elsewhere(**_: str) -> Response:
    methods = _methods_of(request.path)
    if methods:
        raise Problem("method-not-allowed", headers=(("Allow", ", ".join(methods)),))
    raise Problem("not-found", f"no such address; GET {BASE}/openapi.json lists them")


def _methods_of(path: str) -> list[str]:
    adapter = current_app.create_url_adapter(request)
    if adapter is None:
        raise LookupError("a request under way has an address")
    return [method for method in METHODS if adapter.match(path, method)[0] != "admin.elsewhere"]


def _refused(problem: Problem) -> Response:
    response = Response(problem.to_json(), status=problem.status, content_type=MEDIA_TYPE)
    response.headers.extend(problem.headers)
    response.headers["Cache-Control"] = "no-store"
    return response


def _refused_by_werkzeug(error: HTTPException) -> Response:
    if isinstance(error, RequestEntityTooLarge):
        return _refused(Problem("too-large"))
    if error.code == 400:
        return _refused(Problem("not-json", "the body did not arrive whole"))
    return _failed(error)


def _failed(bug: Exception) -> Response:
    # The message may quote the request, so only the kind and the place are logged.
    _LOG.error("%s %s: %s at %s", request.method, request.url_rule, type(bug).__name__, place_of(bug))
    return _refused(Problem("internal"))
