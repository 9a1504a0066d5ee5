"""Problems for machines and people: RFC 9457 ``application/problem+json``.

A problem is one row of `KINDS` (status and title) with what happened this time. Errors point at the offending member of
the body with a JSON Pointer (RFC 6901), or name the query parameter. Nothing here repeats a value that was sent.

>>> Problem("invalid", errors=(Fault("what times may be", pointer="/times"),)).to_document()["errors"]
[{'pointer': '/times', 'detail': 'what times may be'}]
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, NamedTuple

import orjson

MEDIA_TYPE: Final = "application/problem+json"
TYPES: Final = "/__admin/openapi.json#/x-problem-types/"
"""What every ``type`` begins with; the rest is the kind. It leads to the kind's description."""


class Kind(NamedTuple):
    """What problems of one kind have in common: HTTP status, title, and when they arise."""

    status: int
    title: str
    meaning: str


KINDS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        "not-json": Kind(400, "The body is not JSON", "The body cannot be read as JSON, or is no object or list."),
        "unauthorized": Kind(401, "A token is needed", "The bearer token is missing or is not the admin token."),
        "foreign-host": Kind(
            403, "Foreign host", "The Host header names neither loopback nor the address listened on."
        ),
        "foreign-origin": Kind(403, "Foreign origin", "A page of another origin made a browser send this."),
        "not-found": Kind(404, "Not found", "There is nothing of that name, or no such address."),
        "unknown-tenant": Kind(404, "Unknown tenant", "No tenant has that name."),
        "method-not-allowed": Kind(405, "Method not allowed", "The address exists; Allow lists its methods."),
        "conflict": Kind(409, "Conflict", "The name is taken, or the thing may not go."),
        "too-large": Kind(413, "The body is too large", "The body is longer than the simulator takes."),
        "not-json-type": Kind(415, "Only JSON", "The Content-Type of a body is not application/json."),
        "invalid": Kind(422, "Not valid", "JSON as such, but a member or a parameter is not what it may be."),
        "internal": Kind(500, "Our own fault", "The simulator has a bug; its log names the place."),
    }
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong.

    Attributes:
        detail: what would have been right.
        pointer: JSON Pointer of the offending member of the body; empty for the whole body.
        parameter: the query parameter at fault, instead of a pointer.
    """

    detail: str
    pointer: str = ""
    parameter: str | None = None

    def to_document(self) -> dict[str, str]:
        """Return ``{"pointer", "detail"}`` or ``{"parameter", "detail"}``."""
        if self.parameter is not None:
            return {"parameter": self.parameter, "detail": self.detail}
        return {"pointer": self.pointer, "detail": self.detail}


class Problem(Exception):
    """A request that cannot be served.

    Attributes:
        kind: a key of `KINDS`.
        detail: what happened this time; never a value that was sent.
        errors: what is wrong, one by one.
        headers: header fields the answer needs besides (``Allow``, ``WWW-Authenticate``).
    """

    def __init__(
        self,
        kind: str,
        detail: str = "",
        *,
        errors: tuple[Fault, ...] = (),
        headers: tuple[tuple[str, str], ...] = (),
    ) -> None:
        super().__init__(detail or KINDS[kind].title)
        self.kind = kind
        self.detail = detail
        self.errors = errors
        self.headers = headers

    @property
    def status(self) -> int:
        """The HTTP status of the kind."""
        return KINDS[self.kind].status

    def to_document(self) -> dict[str, Any]:
        """Return the members of the problem object; empty ones are left out."""
        document: dict[str, Any] = {
            "type": TYPES + self.kind,
            "title": KINDS[self.kind].title,
            "status": self.status,
        }
        if self.detail:
            document["detail"] = self.detail
        if self.errors:
            document["errors"] = [fault.to_document() for fault in self.errors]
        return document

    def to_json(self) -> bytes:
        """Return the body of the answer."""
        return orjson.dumps(self.to_document())


def invalid(pointer: str, detail: str) -> Problem:
    """Return the problem of one member that is not what it may be."""
    return Problem("invalid", errors=(Fault(detail, pointer=pointer),))
