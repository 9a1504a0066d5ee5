"""Tenants, their credentials and their switches."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from simulator.admin.reading import check_members
from simulator.admin.route import TENANT, Body, Call, Parameter, Reply, Route, ref
from simulator.problems import Fault, Problem, invalid
from simulator.scenarios import escaped
from simulator.services import Services
from simulator.tenants import DEFAULT, LOBBY, Tenant, TenantExists, credentials_of

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")

NAME: Final = Parameter(
    name="name", about="Name of a tenant.", schema={"$ref": "#/components/schemas/TenantName"}, example="team-a"
)


def list_tenants(call: Call) -> Reply:
    """Name every tenant, oldest first."""
    return Reply(body={"tenants": list(call.services.tenants.names())})


def create_tenant(call: Call) -> Reply:
    """Make a tenant and return its credentials."""
    check_members(call.body, ("name", "switches"))
    name = call.body.get("name")
    if "name" in call.body and (not isinstance(name, str) or _NAME.fullmatch(name) is None):
        raise invalid("/name", "1 to 64 of A-Z a-z 0-9 . _ -, the first a letter or digit")
    switches = _switches(call.services, call.body.get("switches", {}))
    try:
        tenant = call.services.tenants.create(name)
    except TenantExists:
        errors = (Fault("taken or reserved", pointer="/name"),)
        raise Problem("conflict", "there is a tenant of that name", errors=errors) from None
    _set(tenant, switches)
    return Reply(body=credentials_of(tenant), status=201, headers=(("Location", f"/__admin/tenants/{tenant.name}"),))


def show_tenant(call: Call) -> Reply:
    """Show a tenant's switches, every one with the value in force."""
    return Reply(body=_document(_named(call)))


def change_tenant(call: Call) -> Reply:
    """Choose readings; all of them or none."""
    check_members(call.body, ("switches",))
    if "switches" not in call.body:
        raise invalid("/switches", "needed")
    tenant = _named(call)
    _set(tenant, _switches(call.services, call.body["switches"]))
    return Reply(body=_document(tenant))


def remove_tenant(call: Call) -> Reply:
    """Forget a tenant, its credentials and all it owns."""
    tenant = _named(call)
    if tenant.name in (DEFAULT, LOBBY):
        raise Problem("conflict", "this tenant stays; POST reset empties it")
    call.services.tenants.remove(tenant.name)
    return Reply(status=204)


def show_credentials(call: Call) -> Reply:
    """Return a tenant's credentials at every provider."""
    return Reply(body=credentials_of(call.tenant))


def _named(call: Call) -> Tenant:
    tenant = call.services.tenants.get(call.path["name"])
    if tenant is None:
        raise Problem("unknown-tenant")
    return tenant


def _document(tenant: Tenant) -> dict[str, Any]:
    return {"tenant": tenant.name, "switches": tenant.switches()}


def _switches(services: Services, given: Any) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise invalid("/switches", "an object: name of a switch -> value")
    known = {name: switch for provider in services.providers for name, switch in provider.table().switches.items()}
    faults = []
    for name, value in given.items():
        place = f"/switches/{escaped(name)}"
        if name not in known:
            faults.append(Fault("no such switch; GET fidelity lists them", pointer=place))
        elif not known[name].accepts(value):
            faults.append(Fault(f"one of {', '.join(map(str, known[name].values))}", pointer=place))
    if faults:
        raise Problem("invalid", errors=tuple(faults))
    return given


def _set(tenant: Tenant, switches: Mapping[str, Any]) -> None:
    for name, value in switches.items():
        tenant.set_switch(name, value)


ROUTES: Final = (
    Route(
        method="GET",
        path="/tenants",
        name="list_tenants",
        about="Name every tenant, oldest first.",
        view=list_tenants,
        group="tenants",
        answer=ref("Tenants"),
    ),
    Route(
        method="POST",
        path="/tenants",
        name="create_tenant",
        about="Make a tenant with credentials at every provider, and return them.",
        view=create_tenant,
        group="tenants",
        body=Body(
            schema=ref("NewTenant"),
            examples={"named": {"name": "team-a", "switches": {"tencent.lowercase_x": "strict"}}, "unnamed": {}},
            required=False,
        ),
        status=201,
        answer=ref("Credentials"),
        problems=("conflict",),
    ),
    Route(
        method="GET",
        path="/tenants/{name}",
        name="show_tenant",
        about="Show a tenant's switches, every one with the value in force.",
        view=show_tenant,
        group="tenants",
        parts=(NAME,),
        answer=ref("Tenant"),
        problems=("unknown-tenant",),
    ),
    Route(
        method="PATCH",
        path="/tenants/{name}",
        name="change_tenant",
        about="Set switches; all of them or none.",
        view=change_tenant,
        group="tenants",
        parts=(NAME,),
        body=Body(schema=ref("TenantChange"), examples={"one switch": {"switches": {"tencent.lowercase_x": "accept"}}}),
        answer=ref("Tenant"),
        problems=("unknown-tenant",),
    ),
    Route(
        method="DELETE",
        path="/tenants/{name}",
        name="remove_tenant",
        about="Forget a tenant, its credentials and all it owns.",
        view=remove_tenant,
        group="tenants",
        parts=(NAME,),
        status=204,
        problems=("unknown-tenant", "conflict"),
    ),
    Route(
        method="GET",
        path="/credentials",
        name="show_credentials",
        about="Return a tenant's credentials at every provider.",
        view=show_credentials,
        group="tenants",
        query=(TENANT,),
        answer=ref("Credentials"),
        problems=("unknown-tenant",),
    ),
)
