"""Real servers: the command as users start it, spoken to over sockets.

One server is shared by a test session (by each worker of a parallel one); tests keep apart by tenants of their own.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any

import pytest

from kyc_core.signing import tc3

OPERATION = "BankCardVerification"
PATIENCE = 30.0
"""Seconds that nothing here should ever take."""


@dataclass
class Running:
    """A server that was started."""

    process: subprocess.Popen[str]
    url: str
    credentials: Mapping[str, Any]

    @property
    def authority(self) -> str:
        return self.url.partition("//")[2]

    @property
    def address(self) -> tuple[str, int]:
        host, _, port = self.authority.rpartition(":")
        return host.strip("[]"), int(port)

    def connect(self) -> socket.socket:
        return socket.create_connection(self.address, PATIENCE)

    def exchange(self, raw: bytes) -> bytes:
        """Send *raw* and return every byte until the server closes the connection."""
        with self.connect() as connection:
            connection.sendall(raw)
            return self.read_all(connection)

    @staticmethod
    def read_all(connection: socket.socket) -> bytes:
        received = bytearray()
        while piece := connection.recv(65_536):
            received += piece
        return bytes(received)

    @staticmethod
    def read_answer(connection: socket.socket) -> tuple[int, dict[str, str], bytes]:
        """Read one answer and leave the connection open; header names in lower case."""
        answer = HTTPResponse(connection)
        answer.begin()
        body = answer.read()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body

    def admin(self, method: str, path: str, document: Any = None) -> Any:
        connection = HTTPConnection(*self.address, timeout=PATIENCE)
        body = None if document is None else json.dumps(document)
        connection.request(method, f"/__admin{path}", body, {"Content-Type": "application/json"} if body else {})
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        assert answer.status < 300, text
        return json.loads(text) if text else None

    def stop(self, number: int = signal.SIGTERM) -> tuple[int, str, str]:
        """Send a signal, wait for the end, and return the exit code and what was said."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        out, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out, err


@dataclass
class Customer:
    """A tenant of one's own, and the person everybody verifies."""

    server: Running
    name: str
    keys: Mapping[str, str]
    person: Mapping[str, Any]

    def force(self, **then: Any) -> None:
        """Make every later call end as *then* says."""
        rule = {"provider": "tencent", "operation": OPERATION, "then": then}
        self.server.admin("POST", f"/rules?tenant={self.name}", rule)

    def relieve(self) -> None:
        self.server.admin("DELETE", f"/rules?tenant={self.name}")

    def journal(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.server.admin("GET", f"/journal?tenant={self.name}")["entries"]
        return found

    def body(self) -> bytes:
        card = self.person["cards"][0]["number"]
        document = {"IdCard": self.person["resident_id"], "Name": self.person["name"], "BankCard": card}
        return json.dumps(document).encode()

    def headers(self, body: bytes, *, host: str | None = None) -> dict[str, str]:
        """Return the headers of a call that is signed as an SDK would sign it."""
        host = host or self.server.authority
        now = int(time.time())
        authorization = tc3.sign(
            secret_id=self.keys["secret_id"],
            secret_key=self.keys["secret_key"],
            method="POST",
            host=host,
            content_type="application/json",
            timestamp=now,
            body=body,
        )
        return {
            "Host": host,
            "Content-Type": "application/json",
            "X-TC-Action": OPERATION,
            "X-TC-Version": "2018-03-01",
            "X-TC-Timestamp": str(now),
            "Authorization": authorization,
        }

    def request(
        self, *, host: str | None = None, path: str = "/tencent", close: bool = False, chunks: int | None = None
    ) -> bytes:
        """Return a signed call as it goes over the wire, its body in pieces of *chunks* bytes if given."""
        body = self.body()
        headers = self.headers(body, host=host)
        if chunks is None:
            headers["Content-Length"] = str(len(body))
        else:
            headers["Transfer-Encoding"] = "chunked"
            pieces = [body[start : start + chunks] for start in range(0, len(body), chunks)]
            body = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
        if close:
            headers["Connection"] = "close"
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + body

    def call(self) -> str:
        """Make a call of one's own connection and return its result code."""
        with self.server.connect() as connection:
            connection.sendall(self.request())
            return self.result_of(self.server.read_answer(connection)[2])

    @staticmethod
    def result_of(body: bytes) -> str:
        result = json.loads(body)["Response"]["Result"]
        assert isinstance(result, str)
        return result


Launch = Callable[..., Running]


def _launch(folder: Path, *arguments: str, **environ: str) -> Running:
    ready = folder / f"ready-{time.monotonic_ns()}.json"
    clean = {name: value for name, value in os.environ.items() if not name.startswith("KYC_SIM_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "simulator", "serve", "--port", "0", "--ready-file", str(ready), *arguments],
        env=clean | environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    give_up = time.monotonic() + PATIENCE
    while not ready.exists():
        if process.poll() is not None or time.monotonic() > give_up:
            process.kill()
            pytest.fail(f"the server did not start: {process.communicate()}")
        time.sleep(0.005)
    document = json.loads(ready.read_bytes())
    assert document["pid"] == process.pid
    return Running(process=process, url=document["url"], credentials=document["credentials"])


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Launch]:
    """Start servers of one's own: ``launch("--grace", "1")``; what still runs at the end is stopped."""
    started: list[Running] = []

    def start(*arguments: str, **environ: str) -> Running:
        started.append(_launch(tmp_path, *arguments, **environ))
        return started[-1]

    yield start
    for server in started:
        if server.process.poll() is None:
            server.process.kill()
        server.process.communicate()


@pytest.fixture(scope="session")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Return a server that checks its own answers; it must end well and must not have complained."""
    server = _launch(tmp_path_factory.mktemp("live"), "--self-check", "--max-body", "2000000")
    yield server
    code, _, err = server.stop()
    assert (code, err) == (0, "")


@pytest.fixture
def customer_of() -> Callable[[Running], Customer]:
    """Make a tenant at a server."""

    def make(server: Running) -> Customer:
        credentials = server.admin("POST", "/tenants", {"switches": {"tencent.qps": 0}})
        people = server.admin("GET", "/people?scope=all")["people"]
        person = next(person for person in people if person.get("cards"))
        return Customer(server=server, name=credentials["tenant"], keys=credentials["tencent"], person=person)

    return make


@pytest.fixture
def customer(live: Running, customer_of: Callable[[Running], Customer]) -> Customer:
    return customer_of(live)
