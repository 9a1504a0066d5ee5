"""What an adapter sends, byte by byte: a listener between it and the simulator that hands everything on unchanged.

The simulator itself keeps personal values only as tokens, and stays so; who judges requests puts this in front of it,
for the time of a few calls with made-up people, and nothing is written anywhere.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qsl, unquote

import orjson

_MOST: Final = 32 * 1024 * 1024
"""Bytes kept of one connection; what is longer is handed on without being kept."""
_PATIENCE: Final = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRequest:
    """One HTTP request as it was sent.

    Attributes:
        method: as sent.
        target: path and query.
        headers: in order.
        body: transfer coding undone.
    """

    method: str
    target: str = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes = field(repr=False)

    def header(self, name: str) -> str | None:
        """Return the first header of that name, whatever its case."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    @property
    def query(self) -> Mapping[str, str]:
        """Return the query's parameters, decoded."""
        return dict(parse_qsl(self.target.partition("?")[2], keep_blank_values=True))

    @property
    def parameters(self) -> Mapping[str, Any] | None:
        """Return the body's parameters; ``None`` when it is neither a JSON object nor a form."""
        media = (self.header("content-type") or "").partition(";")[0].strip().lower()
        if media == "application/x-www-form-urlencoded":
            return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))
        if not self.body:
            return {}
        try:
            found = orjson.loads(self.body)
        except orjson.JSONDecodeError:
            return None
        return found if isinstance(found, dict) else None

    def at(self, place: str) -> str | None:
        """Return what stands at ``header:NAME``, ``query:NAME`` or ``body:NAME``, as text; ``None`` for nothing."""
        kind, _, name = place.partition(":")
        if kind == "header":
            return self.header(name)
        found = (self.query if kind == "query" else self.parameters or {}).get(name)
        return found if isinstance(found, str | None) else orjson.dumps(found).decode()

    def in_the_open(self, but: frozenset[str] = frozenset()) -> str:
        """Return what proxies and access logs see: request line and headers, decoded; *but* leaves parameters out."""
        path = unquote(self.target.partition("?")[0])
        query = " ".join(f"{name}={value}" for name, value in self.query.items() if name not in but)
        return "\n".join([f"{path} {query}", *(f"{name}: {value}" for name, value in self.headers)])


class Recorder:
    """Listens on loopback and hands every connection on to *address*; a context manager.

    Args:
        address: host and port of the simulator.
    """

    def __init__(self, address: tuple[str, int]) -> None:
        self._address = address
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._lock = threading.Lock()
        self._heard: list[bytearray] = []
        self._open: set[socket.socket] = set()
        self._thread = threading.Thread(target=self._accept, daemon=True)

    @property
    def url(self) -> str:
        """Where to send requests."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Recorder:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        # Closing alone does not wake who waits for a connection.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._listener.close()
        with self._lock:
            left = list(self._open)
        for connection in left:
            _shut(connection)

    def take(self) -> tuple[RawRequest, ...]:
        """Return the requests heard since the last look, connection by connection."""
        with self._lock:
            heard = [bytes(raw) for raw in self._heard]
            for raw in self._heard:
                raw.clear()
        return tuple([request for raw in heard for request in parse_requests(raw)])

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:  # closed
                return
            try:
                server = socket.create_connection(self._address, _PATIENCE)
            except OSError:
                client.close()
                continue
            server.settimeout(None)
            # Handed on piece by piece: else each small piece waits for the one before to be acknowledged.
            for connection in (client, server):
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            kept = bytearray()
            with self._lock:
                self._heard.append(kept)
                self._open |= {client, server}
            threading.Thread(target=self._pump, args=(client, server, kept), daemon=True).start()
            threading.Thread(target=self._pump, args=(server, client, None), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, kept: bytearray | None) -> None:
        try:
            while piece := source.recv(65_536):
                if kept is not None:
                    with self._lock:
                        if len(kept) + len(piece) <= _MOST:
                            kept += piece
                sink.sendall(piece)
        except OSError:
            pass  # one side is gone; the other is told below
        _shut(sink)
        _shut(source)
        with self._lock:
            self._open -= {source, sink}


def _shut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # gone already
    finally:
        connection.close()


def parse_requests(raw: bytes) -> Iterator[RawRequest]:
    """Yield the HTTP/1.1 requests of one connection; what is cut or unreadable ends them."""
    rest = raw
    while rest:
        head, separator, rest = rest.partition(b"\r\n\r\n")
        if not separator:
            return
        line, *fields = head.decode("latin-1").split("\r\n")
        method, _, target = line.partition(" ")
        headers = tuple(
            [(name.strip(), value.strip()) for name, _, value in (field.partition(":") for field in fields)]
        )
        known = {name.lower(): value for name, value in headers}
        if known.get("transfer-encoding", "").lower() == "chunked":
            body, rest = _chunks(rest)
        else:
            length = known.get("content-length", "0")
            size = int(length) if length.isascii() and length.isdigit() else 0
            body, rest = rest[:size], rest[size:]
        yield RawRequest(method=method, target=target.rpartition(" ")[0], headers=headers, body=body)


def _chunks(raw: bytes) -> tuple[bytes, bytes]:
    body = b""
    while True:
        line, _, raw = raw.partition(b"\r\n")
        try:
            size = int(line.partition(b";")[0], 16)
        except ValueError:
            return body, b""
        if size == 0:
            return body, raw.partition(b"\r\n")[2]
        body, raw = body + raw[:size], raw[size:].removeprefix(b"\r\n")
