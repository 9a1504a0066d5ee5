"""What the simulator knows: every outcome, how well each is founded, and why a call was answered as it was."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from contracts.fidelity import MEANINGS, fidelity
from contracts.loader import OutcomeTable
from simulator.admin.route import TENANT, Call, Parameter, Reply, Route, ref
from simulator.catalog import catalog, load_cases, load_causes
from simulator.explain import explain
from simulator.problems import Fault, Problem
from simulator.services import Services
from simulator.tenants import Tenant

PROVIDER: Final = Parameter(
    name="provider", about="Only this provider's.", schema={"type": "string"}, example="tencent"
)
OPERATION: Final = Parameter(
    name="operation",
    about="Only what this operation may answer, the errors common to all included.",
    schema={"type": "string"},
    example="BankCardVerification",
)
ANY_TENANT: Final = Parameter(
    name="tenant",
    about="Only this tenant's; without it every tenant and the lobby are searched.",
    schema={"type": "string"},
    example=TENANT.example,
)
REQUEST_ID: Final = Parameter(
    name="request_id",
    about="The identifier that the answer carried.",
    schema={"type": "string", "maxLength": 256},
    example="b9ae3ad8-2d45-4d5b-9a5b-2d9df6f1a2c3",
)


def show_catalog(call: Call) -> Reply:
    """List every outcome and how to get it."""
    tables = _tables(call)
    operation = call.query.get("operation")
    if operation is not None and not any(operation in table.operations for table in tables):
        names = sorted({name for table in tables for name in table.operations})
        raise Problem("invalid", errors=(Fault(f"one of {', '.join(names)}", parameter="operation"),))
    people = list(call.services.people.index.people.values())
    outcomes: list[dict[str, Any]] = []
    for table in tables:
        if operation is None or operation in table.operations:
            outcomes += catalog(
                table,
                operation=operation,
                cases=load_cases(table.provider),
                people=people,
                causes=load_causes().get(table.provider, {}),
            )
    return Reply(body={"outcomes": outcomes})


def show_fidelity(call: Call) -> Reply:
    """List every claim with its evidence and source."""
    found = fidelity(_tables(call))
    return Reply(
        body={
            "meanings": {word.value: meaning for word, meaning in MEANINGS.items()},
            "counts": {name: _spelt(words) for name, words in found.counts.items()},
            "text_counts": {name: _spelt(words) for name, words in found.text_counts.items()},
            "facts": [fact.to_document() for fact in found.facts],
        }
    )


def _spelt(words: Any) -> dict[str, int]:
    return {word.value: count for word, count in words.items()}


def explain_call(call: Call) -> Reply:
    """Explain the call whose answer carried an identifier."""
    for tenant in _searched(call):
        entry = tenant.journal.find(call.path["request_id"])
        if entry is not None:
            played = {provider.name: provider for provider in call.services.providers}
            provider = played.get(entry["provider"])
            table = provider.table() if provider is not None else None
            return Reply(body=explain(entry, tenant=tenant.name, table=table))
    raise Problem("not-found", "no journal holds an answer with that identifier; journals are bounded")


def _searched(call: Call) -> Iterator[Tenant]:
    if "tenant" in call.query:
        yield call.tenant
        return
    yield from _everyone(call.services)


def _everyone(services: Services) -> Iterator[Tenant]:
    for name in services.tenants.names():
        tenant = services.tenants.get(name)
        if tenant is not None:  # it may have been removed a moment ago
            yield tenant
    yield services.tenants.lobby


def _tables(call: Call) -> list[OutcomeTable]:
    played = {provider.name: provider for provider in call.services.providers}
    wanted = call.query.get("provider")
    if wanted is None:
        return [provider.table() for provider in played.values()]
    if wanted not in played:
        raise Problem("invalid", errors=(Fault(f"one of {', '.join(played)}", parameter="provider"),))
    return [played[wanted].table()]


ROUTES: Final = (
    Route(
        method="GET",
        path="/catalog",
        name="show_catalog",
        about="List every outcome there is, and how to get it: without any admin call, and with a rule.",
        view=show_catalog,
        group="knowledge",
        query=(PROVIDER, OPERATION),
        answer=ref("Catalog"),
    ),
    Route(
        method="GET",
        path="/fidelity",
        name="show_fidelity",
        about="List everything the simulator claims about a provider, with its evidence and source.",
        view=show_fidelity,
        group="knowledge",
        query=(PROVIDER,),
        answer=ref("Fidelity"),
    ),
    Route(
        method="GET",
        path="/explain/{request_id}",
        name="explain_call",
        about="Explain a call: checks in order, what decided, clock, throttle bucket, charge, evidence.",
        view=explain_call,
        group="knowledge",
        parts=(REQUEST_ID,),
        query=(ANY_TENANT,),
        answer=ref("Explanation"),
        problems=("unknown-tenant", "not-found"),
    ),
)
