"""What an admin operation is: one row, from which Flask's routes and the OpenAPI description are both made.

A view gets a `Call` and returns a `Reply`; it knows nothing of Flask. What a query parameter or a body may be is JSON
Schema, read by the description and by `simulator.admin.reading` alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from simulator.problems import Problem
from simulator.services import Services
from simulator.tenants import Tenant

Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A query parameter or a part of the address.

    Attributes:
        name: as it stands in the address.
        about: what it is for.
        schema: JSON Schema; of a query parameter ``type`` is understood (``string``, or ``integer`` with ``minimum``
            and ``maximum``), ``enum`` and ``default``.
        example: a value that works.
    """

    name: str
    about: str
    schema: Schema
    example: str | int


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What a request carries.

    Attributes:
        schema: JSON Schema, usually a reference into ``schemas.json``.
        examples: bodies that work, by name, in an order in which they can be sent.
        required: whether an empty body is refused; an optional one counts as ``{}``.
        many: whether a list of them is understood too.
    """

    schema: Schema
    examples: Mapping[str, Any]
    required: bool = True
    many: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request to an admin operation, read and checked.

    Attributes:
        services: the simulator.
        path: the parts of the address that vary.
        query: query parameters by name, defaults filled in; absent ones without default are not there.
        body: the decoded JSON; ``{}`` for an optional body left out, ``None`` where there is no body.
    """

    services: Services
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None

    @property
    def tenant(self) -> Tenant:
        """The tenant named by ``?tenant=``.

        Raises:
            Problem: there is none of that name.
        """
        tenant = self.services.tenants.get(self.query["tenant"])
        if tenant is None:
            raise Problem("unknown-tenant")
        return tenant


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What an admin operation answers: a JSON document, or nothing with status 204."""

    body: Any = None
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One operation.

    Attributes:
        method: ``GET``, ``POST``, ``PUT``, ``PATCH`` or ``DELETE``.
        path: below ``/__admin``, with ``{name}`` parts.
        name: what programs call it; unique.
        about: what it does, for people.
        view: does it.
        group: what it belongs to.
        parts: the ``{name}`` parts of the path.
        query: query parameters.
        body: what the request carries, if anything.
        status: of the answer when all is well.
        answer: JSON Schema of that answer; ``None`` for 204.
        problems: kinds it may answer with, besides those every operation may.
    """

    method: str
    path: str
    name: str
    about: str
    view: Callable[[Call], Reply]
    group: str
    parts: tuple[Parameter, ...] = ()
    query: tuple[Parameter, ...] = ()
    body: Body | None = None
    status: int = 200
    answer: Schema | None = None
    problems: tuple[str, ...] = ()


def ref(name: str) -> Schema:
    """Return a reference to a schema of ``schemas.json``."""
    return {"$ref": f"#/components/schemas/{name}"}


TENANT: Final = Parameter(
    name="tenant",
    about="Whose. `lobby` is where calls stand whose credentials nobody knows.",
    schema={"type": "string", "default": "default"},
    example="default",
)
"""Every operation on something a tenant owns takes this."""
