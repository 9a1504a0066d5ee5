"""What crosses the wire, free of any framework: bytes in, bytes out, and how the transport may misbehave on the way.

>>> from simulator.wire import WireRequest
>>> WireRequest(method="POST", path="/", query=b"", headers=(("host", "a"), ("host", "b")), body=b"").header("host")
'a'
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

Headers = tuple[tuple[str, str], ...]


@dataclass(
    slots=True, kw_only=True
)  # frozen, it would take three times as long to make, at every call; nobody changes it
class WireRequest:
    """One request as it was received.

    Attributes:
        method: upper case, as received.
        path: percent-escapes untouched, without the query.
        query: raw bytes after ``?``; empty when there is none.
        headers: names in lower case, values untouched, in order of arrival.
        body: raw bytes, de-chunked.
        client: ``address:port`` of the caller; empty when there is no socket.
    """

    method: str
    path: str
    query: bytes
    headers: Headers
    body: bytes
    client: str = ""
    by_name: Mapping[str, str] = field(init=False, repr=False, compare=False)
    """The headers by name; of repeated ones the first."""

    def __post_init__(self) -> None:
        self.by_name = dict(reversed(self.headers))

    def header(self, name: str, default: str = "") -> str:
        """Return the first header called *name* (lower case)."""
        return self.by_name.get(name, default)


class FaultKind(StrEnum):
    """How the connection ends instead of delivering the answer."""

    RESET = "reset"
    """The connection is reset (TCP RST); no byte is sent."""
    EMPTY = "empty"
    """The connection is closed (TCP FIN); no byte is sent."""
    TRUNCATE = "truncate"
    """The head promises the whole body; only the first ``keep`` bytes come, then the connection closes."""
    DRIP = "drip"
    """The body comes in pieces of ``keep`` bytes, ``interval`` seconds apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """How a ready answer is delivered badly. ``delay`` alone is a slow answer.

    Attributes:
        delay: seconds of real time before anything is sent.
        kind: what happens then, or ``None`` for an ordinary delivery.
        keep: bytes of the body: kept by ``truncate``, in each piece of ``drip``.
        interval: seconds between the pieces of ``drip``.
    """

    delay: float = 0.0
    kind: FaultKind | None = None
    keep: int = 0
    interval: float = 0.0


class WireResponse(NamedTuple):
    """One answer as it shall be sent. ``content-length`` is the door's business."""

    status: int
    headers: Headers
    body: bytes
    fault: Fault | None = None


JSON_HEADERS: Final[Headers] = (("Content-Type", "application/json"),)
