"""What granian hands an application per request (its RSGI specification, "HTTP protocol"), as far as we use it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

# Granian imports the name from its compiled part without exporting it again.
from granian.rsgi import ProtocolClosed as ProtocolClosed  # type: ignore[attr-defined]

Head = list[tuple[str, str]]


class ReceivedHeaders(Protocol):
    """Request headers: names in lower case, in order of arrival."""

    def items(self) -> list[tuple[str, str]]:
        """Return every header, repeated ones repeatedly."""
        ...

    def get(self, key: str) -> str | None:
        """Return the first value of a name, or ``None``."""
        ...

    def __contains__(self, key: str) -> bool: ...


class Scope(Protocol):
    """One request without its body; see `simulator.socket_door` for what ``path`` and ``headers`` have lost."""

    @property
    def method(self) -> str:
        """The method, upper case."""
        ...

    @property
    def path(self) -> str:
        """The path, escapes decoded."""
        ...

    @property
    def query_string(self) -> str:
        """The query as received."""
        ...

    @property
    def client(self) -> str:
        """``address:port`` of the caller."""
        ...

    @property
    def headers(self) -> ReceivedHeaders:
        """The headers."""
        ...


class Stream(Protocol):
    """An answer sent in pieces."""

    async def send_bytes(self, data: bytes) -> None:
        """Send a piece; raises `ProtocolClosed` when the client has gone."""
        ...


class HTTPProtocol(Protocol):
    """The server's end of one exchange."""

    async def __call__(self) -> bytes:
        """Return the whole request body; raises `ProtocolClosed` when it breaks off."""
        ...

    def __aiter__(self) -> AsyncIterator[bytes]:
        """Iterate over the body in pieces, an empty one at its end, and one more before that if it broke off."""
        ...

    async def client_disconnect(self) -> None:
        """Return once the client has gone."""
        ...

    def response_bytes(self, status: int, headers: Head, body: bytes) -> None:
        """Send an answer."""
        ...

    def response_stream(self, status: int, headers: Head) -> Stream:
        """Start an answer in pieces."""
        ...
