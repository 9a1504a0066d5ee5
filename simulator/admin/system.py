"""The simulator itself: is it up, which one is it, how is it described, and back to the beginning."""

from __future__ import annotations

from importlib.metadata import version as version_of
from typing import Final

from simulator.admin.openapi import DISTRIBUTION
from simulator.admin.reading import check_members
from simulator.admin.route import TENANT, Body, Call, Reply, Route, ref


def health(_: Call) -> Reply:
    """Say that we answer."""
    return Reply(body={"status": "ok"})


def version(call: Call) -> Reply:
    """Say who we are and whom we play."""
    return Reply(
        body={
            "name": DISTRIBUTION,
            "version": version_of(DISTRIBUTION),
            "providers": [provider.name for provider in call.services.providers],
        }
    )


def reset(call: Call) -> Reply:
    """Forget everything the tenant owns but its credentials."""
    check_members(call.body, ())
    call.services.tenants.reset(call.tenant.name)
    return Reply(status=204)


ROUTES: Final = (
    Route(
        method="GET",
        path="/health",
        name="health",
        about="Tell that the simulator answers.",
        view=health,
        group="system",
        answer=ref("Health"),
    ),
    Route(
        method="GET",
        path="/version",
        name="version",
        about="Tell which simulator this is and which providers it plays.",
        view=version,
        group="system",
        answer=ref("Version"),
    ),
    Route(
        method="POST",
        path="/reset",
        name="reset",
        about="Give a tenant back its first state: its credentials stay, everything else it owns goes.",
        view=reset,
        group="system",
        query=(TENANT,),
        body=Body(
            schema={"type": "object", "additionalProperties": False}, examples={"everything": {}}, required=False
        ),
        status=204,
        problems=("unknown-tenant",),
    ),
)
