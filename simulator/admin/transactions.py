"""Asynchronous work: how far it is, what became of its callbacks, and the hand that finishes it."""

from __future__ import annotations

from typing import Any, Final

from simulator.admin.route import TENANT, Call, Parameter, Reply, Route, ref
from simulator.callbacks import notes
from simulator.problems import Problem
from simulator.transactions import Transaction

ID: Final = Parameter(
    name="id",
    about="Identifier of the work, as the provider's answer carried it.",
    schema={"type": "string", "maxLength": 256},
    example="work-1",
)


def show_transaction(call: Call) -> Reply:
    """Show how far asynchronous work is and what became of its callbacks."""
    return _shown(call, call.tenant.transactions.find(call.path["id"]))


def finish_transaction(call: Call) -> Reply:
    """Make asynchronous work ready whatever its progression says."""
    change = call.tenant.transactions.finish(call.path["id"])
    call.services.callbacks.wake()
    return _shown(call, None if change is None else change.transaction)


def _shown(call: Call, transaction: Transaction | None) -> Reply:
    if transaction is None:
        raise Problem("not-found", "the tenant has no asynchronous work of that identifier; the oldest is forgotten")
    body: dict[str, Any] = {**transaction.public(), "callbacks": notes(call.tenant.space, transaction.id)}
    return Reply(body=body)


ROUTES: Final = (
    Route(
        method="GET",
        path="/transactions/{id}",
        name="show_transaction",
        about="Show how far asynchronous work is and what became of its callbacks. What was decided is not shown.",
        view=show_transaction,
        group="records",
        parts=(ID,),
        query=(TENANT,),
        answer=ref("Transaction"),
        problems=("unknown-tenant", "not-found"),
    ),
    Route(
        method="POST",
        path="/transactions/{id}/finish",
        name="finish_transaction",
        about="Make asynchronous work ready whatever its progression says; the way on for manual and never.",
        view=finish_transaction,
        group="records",
        parts=(ID,),
        query=(TENANT,),
        answer=ref("Transaction"),
        problems=("unknown-tenant", "not-found"),
    ),
)
