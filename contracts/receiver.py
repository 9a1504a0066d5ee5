"""Where providers call back during a test: a listener on loopback that keeps what comes for the adapter."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Empty, SimpleQueue
from threading import Thread

from kyc_core.adapters.base import Received


class Receiver:
    """Listens on loopback and answers every request 204; a context manager."""

    def __init__(self) -> None:
        self._came: SimpleQueue[Received] = SimpleQueue()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self._came))
        self._server.daemon_threads = True
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def url(self) -> str:
        """Where to call."""
        return f"http://127.0.0.1:{self._server.server_port}/callbacks"

    def __enter__(self) -> Receiver:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def take(self, mark: str, timeout: float) -> Received | None:
        """Return the next request whose address holds *mark*, others forgotten.

        Args:
            mark: part of the address that was given away.
            timeout: real seconds to wait; ``None`` is returned when they are over.
        """
        while True:
            try:
                received = self._came.get(block=timeout > 0, timeout=timeout)
            except Empty:
                return None
            if mark in received.target:
                return received


def _handler(came: SimpleQueue[Received]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _keep(self) -> None:
            length = self.headers.get("Content-Length", "0")
            body = self.rfile.read(int(length)) if length.isascii() and length.isdigit() else b""
            came.put(Received(method=self.command, target=self.path, headers=dict(self.headers.items()), body=body))
            self.send_response(204)
            self.end_headers()

        do_GET = do_POST = _keep  # noqa: N815 - the standard library looks for these names

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: the address is personal."""

    return Handler
