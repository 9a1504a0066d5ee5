"""Asynchronous work: how far it is, what became of its callbacks, and the hand that moves it.

What the work can be told is its provider's business (`simulator.control`): all of it can be finished, some of it also
with a chosen outcome, broken off, or deleted.
"""

from __future__ import annotations

from typing import Final

from simulator.admin.reading import check_members
from simulator.admin.route import TENANT, Body, Call, Parameter, Reply, Route, ref
from simulator.callbacks import notes
from simulator.control import Control, control_of
from simulator.problems import Problem, invalid
from simulator.transactions import Transaction

ID: Final = Parameter(
    name="id",
    about="Identifier of the work, as the provider's answer carried it.",
    schema={"type": "string", "maxLength": 256},
    example="work-1",
)


def show_transaction(call: Call) -> Reply:
    """Show how far asynchronous work is and what became of its callbacks."""
    transaction = _known(call)
    control = control_of(call.services, transaction)
    return Reply(
        body={
            **transaction.public(),
            "state": control.state(call.tenant, transaction),
            "states": list(control.states),
            "outcomes": dict(control.outcomes(transaction)),
            "callbacks": notes(call.tenant.space, transaction.id),
        }
    )


def change_transaction(call: Call) -> Reply:
    """Put asynchronous work into another state, or finish it with an outcome."""
    check_members(call.body, ("state", "outcome"))
    if not call.body:
        raise invalid("", "a state, or an outcome, or both")
    transaction = _known(call)
    control = control_of(call.services, transaction)
    finished = control.states[0]
    state = call.body.get("state", finished)
    if state not in control.states:
        raise invalid("/state", f"one of {', '.join(control.states)}")
    outcome = _outcome(call, control, transaction)
    if outcome is not None and state != finished:
        raise invalid("/outcome", f"only with the state {finished}")
    if not control.put(call.services, call.tenant, transaction.id, state, outcome):
        raise Problem("conflict", "it is finished; what was decided stays")
    return show_transaction(call)


def _outcome(call: Call, control: Control, transaction: Transaction) -> str | None:
    if "outcome" not in call.body:
        return None
    outcomes = control.outcomes(transaction)
    outcome = call.body["outcome"]
    if not isinstance(outcome, str) or outcome not in outcomes:
        raise invalid("/outcome", f"one of {', '.join(outcomes)}" if outcomes else "what this comes to is decided")
    return outcome


def _known(call: Call) -> Transaction:
    transaction = call.tenant.transactions.find(call.path["id"])
    if transaction is None:
        raise Problem("not-found", "the tenant has no asynchronous work of that identifier; the oldest is forgotten")
    return transaction


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
        method="PATCH",
        path="/transactions/{id}",
        name="change_transaction",
        about="Put asynchronous work into another state, or finish it, whatever its progression says; GET tells how.",
        view=change_transaction,
        group="records",
        parts=(ID,),
        query=(TENANT,),
        body=Body(schema=ref("TransactionChange"), examples={"finish": {"state": "ready"}}),
        answer=ref("Transaction"),
        problems=("unknown-tenant", "not-found", "conflict"),
    ),
)
