"""What was called and what it would have cost: the journal and the ledger."""

from __future__ import annotations

from typing import Final

from simulator.admin.route import TENANT, Call, Parameter, Reply, Route, ref

LONGEST_PAGE: Final = 10_000

LIMIT: Final = Parameter(
    name="limit",
    about="At most so many entries.",
    schema={"type": "integer", "minimum": 0, "maximum": LONGEST_PAGE, "default": 100},
    example=20,
)
AFTER: Final = Parameter(
    name="after",
    about="Only entries numbered above this, oldest first, so that the last number leads to the next page. "
    "Without it the newest entries are listed.",
    schema={"type": "integer", "minimum": 0, "maximum": 10**15 - 1},
    example=0,
)


def list_journal(call: Call) -> Reply:
    """List calls, oldest first: the newest, or those after a number."""
    journal, limit = call.tenant.journal, call.query["limit"]
    if "after" in call.query:
        return Reply(body={"entries": journal.entries(after=call.query["after"])[:limit]})
    return Reply(body={"entries": journal.entries(limit=limit)})


def clear_journal(call: Call) -> Reply:
    """Forget the calls; numbering goes on."""
    call.tenant.journal.clear()
    return Reply(status=204)


def show_ledger(call: Call) -> Reply:
    """Add up the charges, and list the newest."""
    ledger = call.tenant.ledger
    totals = ledger.totals()
    sums = [counts for operations in totals.values() for counts in operations.values()]
    return Reply(
        body={
            "charged": sum(counts["charged"] for counts in sums),
            "free": sum(counts["free"] for counts in sums),
            "totals": totals,
            "entries": ledger.entries(limit=call.query["limit"]),
        }
    )


ROUTES: Final = (
    Route(
        method="GET",
        path="/journal",
        name="list_journal",
        about="List the tenant's calls, oldest first. Personal values and secrets stand there as tokens.",
        view=list_journal,
        group="records",
        query=(TENANT, AFTER, LIMIT),
        answer=ref("Journal"),
        problems=("unknown-tenant",),
    ),
    Route(
        method="DELETE",
        path="/journal",
        name="clear_journal",
        about="Forget the calls; numbering goes on.",
        view=clear_journal,
        group="records",
        query=(TENANT,),
        status=204,
        problems=("unknown-tenant",),
    ),
    Route(
        method="GET",
        path="/ledger",
        name="show_ledger",
        about="Add up what the calls would have cost, and list the newest charges. Totals outlive the entries.",
        view=show_ledger,
        group="records",
        query=(TENANT, LIMIT),
        answer=ref("Ledger"),
        problems=("unknown-tenant",),
    ),
)
