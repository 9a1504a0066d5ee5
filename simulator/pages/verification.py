"""The hosted page: where the user of an interactive verification decides how it ends.

It stands in for a provider's own page at the address the provider's answer gave. It is plain HTML without anything from
elsewhere, and works by keyboard and without a script. What it does goes through the provider's `Control`.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from simulator.control import Control, control_of
from simulator.dispatch import PAGES
from simulator.services import Services
from simulator.tenants import Tenant
from simulator.transactions import Transaction

_HEADERS: Final = {
    "Cache-Control": "no-store",
    # No form-action: browsers apply it to the redirect as well, and that leads to the customer's own site.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class Found:
    """One transaction and what may be done with it."""

    def __init__(self, services: Services, tenant: Tenant, transaction: Transaction) -> None:
        self.services = services
        self.tenant = tenant
        self.transaction = transaction
        self.control: Control = control_of(services, transaction)

    @property
    def open(self) -> bool:
        """Whether there is still something to decide."""
        state = self.control.state(self.tenant, self.transaction)
        return not self.transaction.ready and state not in self.control.states

    @property
    def provider(self) -> str:
        """Title of the provider whose page this stands in for."""
        titles = {provider.name: provider.title for provider in self.services.providers}
        return titles.get(self.transaction.provider, self.transaction.provider)


def create_blueprint() -> Blueprint:
    """Make the pages of an application whose ``extensions["simulator"]`` is a `Services`."""
    blueprint = Blueprint("pages", __name__, url_prefix=PAGES, template_folder="templates")
    blueprint.add_url_rule("/<tenant>/<transaction_id>", view_func=show, methods=["GET"])
    blueprint.add_url_rule("/<tenant>/<transaction_id>", view_func=act, methods=["POST"])
    blueprint.add_url_rule("/<tenant>/<transaction_id>/video", view_func=video, methods=["GET"])
    return blueprint


def show(tenant: str, transaction_id: str) -> AnyResponse:
    """Show the choices; from now on the verification waits for its user."""
    found = _find(tenant, transaction_id)
    if found is None:
        return _page("gone.html", 404, reason="There is no verification at this address.")
    if not found.open:
        return _used()
    if request.method == "GET":  # a HEAD request is nobody who has come to do anything
        found.control.opened(found.tenant, transaction_id)
    return _choices(found)


def act(tenant: str, transaction_id: str) -> AnyResponse:
    """Do what the user chose: pass, fail with an outcome, or leave."""
    if not _from_here():
        return _page("gone.html", 403, reason="This was sent from a page of another site.")
    found = _find(tenant, transaction_id)
    if found is None:
        return _page("gone.html", 404, reason="There is no verification at this address.")
    if not found.open:
        return _used()
    finished, left = found.control.states[:2]
    outcomes = found.control.outcomes(found.transaction)
    choice = request.form.get("choice", "")
    outcome = {"pass": _passing(found), "fail": request.form.get("outcome", "")}.get(choice)
    if choice == "leave":
        done = found.control.put(found.services, found.tenant, transaction_id, left, None)
    elif outcome in outcomes:
        done = found.control.put(found.services, found.tenant, transaction_id, finished, outcome)
    else:
        return _choices(found, status=422)
    if not done:
        return _used()
    target = found.control.leaves_for(found.transaction)
    if target:
        response = redirect(target, code=303)
        response.headers.extend(_HEADERS)
        return response
    return _page("done.html", 200, left=choice == "leave", outcome=outcome, meaning=outcomes.get(outcome or ""))


def video(tenant: str, transaction_id: str) -> AnyResponse:
    """Say that there is no video: addresses of videos are answered, but nobody is filmed."""
    del tenant, transaction_id
    return _page("gone.html", 404, reason="The simulator films nobody, so there is no video here.")


def _find(tenant: str, transaction_id: str) -> Found | None:
    services: Services = current_app.extensions["simulator"]
    owner = services.tenants.get(tenant)
    transaction = owner.transactions.find(transaction_id) if owner is not None else None
    if owner is None or transaction is None or not control_of(services, transaction).outcomes(transaction):
        return None
    return Found(services, owner, transaction)


def _from_here() -> bool:
    """Tell whether a form was sent from this page, or by a client that is no browser."""
    origin = request.headers.get("Origin")
    return origin is None or origin == "null" or urlsplit(origin).netloc == request.host


def _passing(found: Found) -> str:
    """Return the outcome that passes: the first one, as results are listed."""
    return next(iter(found.control.outcomes(found.transaction)))


def _choices(found: Found, status: int = 200) -> Response:
    outcomes = found.control.outcomes(found.transaction)
    passing = _passing(found)
    return _page(
        "verification.html",
        status,
        provider=found.provider,
        title=found.control.title(found.transaction),
        passing=passing,
        failing={code: meaning for code, meaning in outcomes.items() if code != passing},
        unchosen=status != 200,
    )


def _used() -> Response:
    return _page("gone.html", 410, reason="This link has been used already, or its verification is over.")


def _page(template: str, status: int, **values: object) -> Response:
    response = Response(render_template(template, **values), status=status, mimetype="text/html")
    response.headers.extend(_HEADERS)
    return response
