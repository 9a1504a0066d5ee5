"""Scenario rules: outcomes forced on a tenant's calls."""

from __future__ import annotations

from typing import Any, Final

from simulator.admin.route import TENANT, Body, Call, Parameter, Reply, Route, ref
from simulator.problems import Problem, invalid
from simulator.rules import Rule
from simulator.scenarios import ScenarioError

_EXAMPLES: Final = {
    "one": {
        "id": "busy-once",
        "provider": "tencent",
        "operation": "BankCardVerification",
        "then": {"result": "-17"},
        "times": 1,
    },
    "many": [
        {
            "provider": "tencent",
            "operation": "BankCardVerification",
            "when": {"BankCard": {"prefix": "6217"}},
            "then": {"error": "InternalError"},
        },
        {"provider": "tencent", "then": {"http": 504, "charged": True}, "times": 2},
    ],
}

ID: Final = Parameter(
    name="id", about="Name of a rule.", schema={"type": "string", "maxLength": 64}, example="busy-once"
)


def list_rules(call: Call) -> Reply:
    """List the rules in the order in which they are asked."""
    return Reply(body={"rules": call.tenant.rules.documents()})


def add_rules(call: Call) -> Reply:
    """Put one rule or many behind those already there; all of them or none."""
    rules = call.tenant.rules
    try:
        if isinstance(call.body, list):
            added = rules.add_many(call.body)
            kept = [_kept(document, rule) for document, rule in zip(call.body, added, strict=True)]
            return Reply(body={"rules": kept}, status=201)
        return Reply(body=_kept(call.body, rules.add(call.body)), status=201)
    except ScenarioError as problem:
        raise invalid(problem.pointer, str(problem)) from None


def put_rules(call: Call) -> Reply:
    """Have these rules instead of all there are; all of them, or those before."""
    documents = call.body if isinstance(call.body, list) else [call.body]
    try:
        added = call.tenant.rules.swap(documents)
    except ScenarioError as problem:
        pointer = problem.pointer if isinstance(call.body, list) else problem.pointer.removeprefix("/0")
        raise invalid(pointer, str(problem)) from None
    return Reply(body={"rules": [_kept(document, rule) for document, rule in zip(documents, added, strict=True)]})


def _kept(document: dict[str, Any], rule: Rule) -> dict[str, Any]:
    return {**document, "id": rule.id, "fired": 0}


def clear_rules(call: Call) -> Reply:
    """Remove every rule."""
    call.tenant.rules.clear()
    return Reply(status=204)


def show_rule(call: Call) -> Reply:
    """Show one rule and how often it has fired."""
    for document in call.tenant.rules.documents():
        if document["id"] == call.path["id"]:
            return Reply(body=document)
    raise Problem("not-found", "no rule has that name")


def remove_rule(call: Call) -> Reply:
    """Remove one rule."""
    if not call.tenant.rules.remove(call.path["id"]):
        raise Problem("not-found", "no rule has that name")
    return Reply(status=204)


ROUTES: Final = (
    Route(
        method="GET",
        path="/rules",
        name="list_rules",
        about="List the rules in the order in which they are asked, with how often each has fired.",
        view=list_rules,
        group="rules",
        query=(TENANT,),
        answer=ref("KeptRules"),
        problems=("unknown-tenant",),
    ),
    Route(
        method="POST",
        path="/rules",
        name="add_rules",
        about="Put one rule or many behind those already there; all of them or none.",
        view=add_rules,
        group="rules",
        query=(TENANT,),
        body=Body(schema=ref("RuleOrRules"), examples=_EXAMPLES, many=True),
        status=201,
        answer=ref("AddedRules"),
        problems=("unknown-tenant",),
    ),
    Route(
        method="PUT",
        path="/rules",
        name="put_rules",
        about="Have this rule or these instead of all there are, at one stroke: no call in between finds some of both. "
        "An empty list leaves none; when one is refused, those before stay.",
        view=put_rules,
        group="rules",
        query=(TENANT,),
        body=Body(schema=ref("RuleOrRules"), examples=_EXAMPLES, many=True),
        answer=ref("KeptRules"),
        problems=("unknown-tenant",),
    ),
    Route(
        method="DELETE",
        path="/rules",
        name="clear_rules",
        about="Remove every rule.",
        view=clear_rules,
        group="rules",
        query=(TENANT,),
        status=204,
        problems=("unknown-tenant",),
    ),
    Route(
        method="GET",
        path="/rules/{id}",
        name="show_rule",
        about="Show one rule and how often it has fired.",
        view=show_rule,
        group="rules",
        parts=(ID,),
        query=(TENANT,),
        answer=ref("KeptRule"),
        problems=("unknown-tenant", "not-found"),
    ),
    Route(
        method="DELETE",
        path="/rules/{id}",
        name="remove_rule",
        about="Remove one rule.",
        view=remove_rule,
        group="rules",
        parts=(ID,),
        query=(TENANT,),
        status=204,
        problems=("unknown-tenant", "not-found"),
    ),
)
