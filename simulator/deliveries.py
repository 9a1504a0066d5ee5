"""One callback over the wire: to allowed hosts only, the name resolved once, no redirect followed, no proxy used.

A client's callback URL is a request to make this process connect somewhere, so it goes nowhere that the operator did
not name (``callback_hosts``; this machine by default). The standard library's client is imported at the first delivery.

Source:
    OWASP, "Server-Side Request Forgery Prevention Cheat Sheet": allow-list, no redirects, resolve once [doc]; loopback
    by default and the ten seconds [inferred].
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from simulator.wire import Headers

if TYPE_CHECKING:
    import ssl

TIMEOUT: Final = 10.0
"""Seconds a receiver gets, to connect and for each piece of its answer."""

_PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is sent. URL, headers and body may be personal and stay out of ``repr``."""

    method: str
    url: str = field(repr=False)
    headers: Headers = field(default=(), repr=False)
    body: bytes = field(default=b"", repr=False)


class NotDelivered(Exception):
    """Nobody answered; the text is the kind of failure and never quotes the URL."""


class NotAllowed(NotDelivered):
    """The URL leads where no delivery may go; trying again will not help."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a URL leads: scheme, host as written there, port, and path with query."""

    scheme: str
    host: str
    port: int
    path: str = field(repr=False)

    @property
    def authority(self) -> str:
        """Return the value of the ``Host`` header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


def target_of(url: str) -> Target:
    """Take a URL apart.

    Raises:
        NotAllowed: not an absolute http or https URL, or one with a user name in it.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise NotAllowed("not a URL") from None
    if parts.scheme not in _PORTS or not parts.hostname or "@" in parts.netloc:
        raise NotAllowed("not an absolute http or https URL")
    path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    if not path.isascii() or any(character <= " " or character == "\x7f" for character in path + parts.netloc):
        raise NotAllowed("the URL has characters that must be escaped")
    return Target(parts.scheme, parts.hostname, port or _PORTS[parts.scheme], path)


def is_allowed(host: str, hosts: Collection[str]) -> bool:
    """Tell whether deliveries to *host* are allowed; names compare without case, addresses as written.

    >>> is_allowed("LOCALHOST", ("127.0.0.1", "localhost")), is_allowed("127.0.0.1.example.com", ("127.0.0.1",))
    (True, False)
    """
    return host.lower() in {allowed.lower() for allowed in hosts}


def deliver(message: Message, *, hosts: Collection[str], timeout: float = TIMEOUT) -> int:
    """Send *message* and return the status of the answer, a redirect's included.

    Args:
        message: what to send, and where.
        hosts: names and addresses that may be reached.
        timeout: seconds, see `TIMEOUT`.

    Raises:
        NotAllowed: the URL leads elsewhere, or ``localhost`` is not this machine.
        NotDelivered: no connection, or no answer.
    """
    target = target_of(message.url)
    if not is_allowed(target.host, hosts):
        raise NotAllowed("the host is not among callback_hosts")
    from http.client import HTTPException  # only who delivers pays for the client

    try:
        return _send(message, target, timeout)
    except (OSError, ValueError, HTTPException) as problem:
        raise NotDelivered(type(problem).__name__) from None


def _send(message: Message, target: Target, timeout: float) -> int:
    from http.client import HTTPConnection, HTTPSConnection

    address = _resolve(target)
    connection: HTTPConnection
    if target.scheme == "https":
        connection = HTTPSConnection(target.host, target.port, timeout=timeout, context=_trust(address))
    else:
        connection = HTTPConnection(target.host, target.port, timeout=timeout)
    # The name was resolved above, once: the connection must not ask again and be told another address.
    connection._create_connection = lambda _, *rest: socket.create_connection(  # type: ignore[attr-defined]  # the client's own seam
        (address, target.port), *rest
    )
    try:
        connection.putrequest(message.method, target.path, skip_host=True, skip_accept_encoding=True)
        for name, value in (("Host", target.authority), *message.headers, ("Content-Length", str(len(message.body)))):
            connection.putheader(name, value)
        connection.putheader("Connection", "close")
        connection.endheaders(message.body)
        # Nothing in the answer matters but its status, so its body is left unread.
        return connection.getresponse().status
    finally:
        connection.close()


def _resolve(target: Target) -> str:
    found: list[Any] = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    address = str(found[0][4][0])
    if target.host.lower() == "localhost" and not _is_loopback(address):
        raise NotAllowed("localhost is not this machine")
    return address


def _is_loopback(address: str) -> bool:
    return ipaddress.ip_address(address.partition("%")[0]).is_loopback


def _trust(address: str) -> ssl.SSLContext:
    """Return how far a receiver's certificate is believed: this machine need not have one that anybody signed."""
    import ssl

    context = ssl.create_default_context()
    if _is_loopback(address):
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
