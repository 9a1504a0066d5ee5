"""The people a tenant can be asked about: its own, laid over those shipped with the simulator."""

from __future__ import annotations

from typing import Any, Final

from kyc_core.people import PersonError, to_document
from simulator.admin.route import TENANT, Body, Call, Parameter, Reply, Route, ref
from simulator.problems import Problem, invalid

_EXAMPLE: Final = {
    "key": "mine",
    "name": "测试甲",
    "resident_id": "110101190001010006",
    "cards": [{"number": "6217000000000099909", "mobile": "15400000001", "state": "lost"}],
}

KEY: Final = Parameter(name="key", about="Key of a person.", schema={"type": "string", "maxLength": 64}, example="mine")
WHOSE: Final = Parameter(
    name="scope",
    about="`own` lists the tenant's own people, `all` everyone who can be found.",
    schema={"type": "string", "enum": ["own", "all"], "default": "own"},
    example="own",
)


def list_people(call: Call) -> Reply:
    """List the tenant's own people, or everyone."""
    register = call.tenant.register
    if call.query["scope"] == "own":
        return Reply(body={"people": register.overlay()})
    return Reply(body={"people": [to_document(person) for person in register.people()]})


def add_people(call: Call) -> Reply:
    """Add or replace one person or many; all of them or none."""
    register = call.tenant.register
    try:
        if isinstance(call.body, list):
            register.put_many(call.body)
            keys = [document["key"] for document in call.body]
        else:
            keys = [register.put(call.body).key]
    except PersonError as problem:
        raise invalid(problem.pointer, str(problem)) from None
    found = [register.get(key) for key in keys]
    return Reply(body={"people": [to_document(person) for person in found if person is not None]}, status=201)


def clear_people(call: Call) -> Reply:
    """Remove the tenant's own people."""
    call.tenant.register.clear()
    return Reply(status=204)


def show_person(call: Call) -> Reply:
    """Show one person, the tenant's own or a shipped one."""
    person = call.tenant.register.get(call.path["key"])
    if person is None:
        raise Problem("not-found", "no person has that key")
    return Reply(body=to_document(person))


def put_person(call: Call) -> Reply:
    """Add or replace the person of that key."""
    body: dict[str, Any] = {"key": call.path["key"], **call.body}
    if body["key"] != call.path["key"]:
        raise invalid("/key", "the key in the address, or left out")
    try:
        person = call.tenant.register.put(body)
    except PersonError as problem:
        raise invalid(problem.pointer, str(problem)) from None
    return Reply(body=to_document(person))


def remove_person(call: Call) -> Reply:
    """Remove one of the tenant's own people."""
    if not call.tenant.register.remove(call.path["key"]):
        raise Problem("not-found", "the tenant has no person of its own with that key; shipped people stay")
    return Reply(status=204)


ROUTES: Final = (
    Route(
        method="GET",
        path="/people",
        name="list_people",
        about="List the tenant's own people, or everyone who can be found.",
        view=list_people,
        group="people",
        query=(TENANT, WHOSE),
        answer=ref("People"),
        problems=("unknown-tenant",),
    ),
    Route(
        method="POST",
        path="/people",
        name="add_people",
        about="Add or replace one person or many; all of them or none. A shipped person of the same key is hidden.",
        view=add_people,
        group="people",
        query=(TENANT,),
        body=Body(
            schema=ref("PersonOrPeople"),
            examples={
                "one": _EXAMPLE,
                "many": [{"key": "other", "name": "测试乙", "resident_id": "110101190001010014", "state": "cancelled"}],
            },
            many=True,
        ),
        status=201,
        answer=ref("People"),
        problems=("unknown-tenant",),
    ),
    Route(
        method="DELETE",
        path="/people",
        name="clear_people",
        about="Remove the tenant's own people; shipped ones they hid are seen again.",
        view=clear_people,
        group="people",
        query=(TENANT,),
        status=204,
        problems=("unknown-tenant",),
    ),
    Route(
        method="GET",
        path="/people/{key}",
        name="show_person",
        about="Show one person, the tenant's own or a shipped one.",
        view=show_person,
        group="people",
        parts=(KEY,),
        query=(TENANT,),
        answer=ref("Person"),
        problems=("unknown-tenant", "not-found"),
    ),
    Route(
        method="PUT",
        path="/people/{key}",
        name="put_person",
        about="Add or replace the person of that key; the key may be left out of the body.",
        view=put_person,
        group="people",
        parts=(KEY,),
        query=(TENANT,),
        body=Body(
            schema={"type": "object", "required": ["name", "resident_id"], "properties": {"key": {"type": "string"}}},
            examples={"renamed": {**_EXAMPLE, "name": "测试丙"}},
        ),
        answer=ref("Person"),
        problems=("unknown-tenant",),
    ),
    Route(
        method="DELETE",
        path="/people/{key}",
        name="remove_person",
        about="Remove one of the tenant's own people; a shipped one it hid is seen again.",
        view=remove_person,
        group="people",
        parts=(KEY,),
        query=(TENANT,),
        status=204,
        problems=("unknown-tenant", "not-found"),
    ),
)
