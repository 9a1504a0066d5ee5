from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from simulator import deliveries
from simulator.deliveries import Message, NotAllowed, NotDelivered, deliver, is_allowed, target_of

LOOPBACK = ("127.0.0.1", "::1", "localhost")
Heard = list[bytes]


@contextmanager
def receiver(answer: bytes, *, context: ssl.SSLContext | None = None) -> Iterator[tuple[int, Heard]]:
    """A receiver that answers the same bytes to everybody and remembers what it heard."""
    heard: Heard = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                plain, _ = listener.accept()
            except OSError:
                return
            with plain:
                peer = plain if context is None else context.wrap_socket(plain, server_side=True)
                with peer:
                    head = b""
                    while b"\r\n\r\n" not in head:
                        head += peer.recv(65_536)
                    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
                    body = head.partition(b"\r\n\r\n")[2]
                    while len(body) < length:
                        body += peer.recv(65_536)
                    heard.append(head.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" + body)
                    peer.sendall(answer)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1], heard
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


def status(code: int, *headers: str) -> bytes:
    return "\r\n".join([f"HTTP/1.1 {code} X", "Content-Length: 0", *headers, "", ""]).encode()


def message(url: str) -> Message:
    return Message(method="POST", url=url, headers=(("X-Request-Id", "r-1"),), body="{}测".encode())


def test_what_is_said_is_what_is_heard() -> None:
    with receiver(status(204)) as (port, heard):
        answered = deliver(message(f"http://127.0.0.1:{port}/hook?a=1"), hosts=LOOPBACK)

    head, _, body = heard[0].partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    assert answered == 204
    assert lines[0] == b"POST /hook?a=1 HTTP/1.1"
    assert f"Host: 127.0.0.1:{port}".encode() in lines
    assert b"X-Request-Id: r-1" in lines
    assert body == "{}测".encode()


def test_a_redirect_is_an_answer_like_any_other() -> None:
    with (
        receiver(status(200)) as (elsewhere, unheard),
        receiver(status(302, f"Location: http://127.0.0.1:{elsewhere}/")) as (port, _),
    ):
        answered = deliver(message(f"http://127.0.0.1:{port}/"), hosts=LOOPBACK)

    assert answered == 302
    assert unheard == []


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("http://192.0.2.1/", id="another machine"),
        pytest.param("http://127.0.0.1.example.com/", id="a name that begins like an address"),
        pytest.param("http://example.com#127.0.0.1/", id="an allowed name as fragment"),
        pytest.param("http://127.0.0.1@example.com/", id="an allowed name as user"),
        pytest.param("http://169.254.169.254/latest/meta-data", id="metadata service"),
        pytest.param("http://127.1/", id="another spelling of this machine"),
        pytest.param("http://0x7f000001/", id="yet another"),
        pytest.param("ftp://127.0.0.1/", id="another scheme"),
        pytest.param("file:///etc/passwd", id="no host"),
        pytest.param("https://", id="nothing behind the scheme"),
        pytest.param("http://127.0.0.1:99999/", id="no such port"),
        pytest.param("http://127.0.0.1/\r\nX-Injected: 1", id="line break"),
        pytest.param("http://127.0.0.1/a b", id="blank"),
        pytest.param("http://127.0.0.1/路", id="letters that must be escaped"),
        pytest.param("http://[::1", id="half an address"),
        pytest.param("", id="empty"),
    ],
)
def test_where_no_delivery_may_go_none_goes(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_: object, **__: object) -> None:
        raise AssertionError("something was resolved or connected to")

    monkeypatch.setattr(socket, "getaddrinfo", unreachable)
    monkeypatch.setattr(socket, "create_connection", unreachable)

    with pytest.raises(NotAllowed):
        deliver(message(url), hosts=LOOPBACK)


def test_a_name_is_resolved_once_and_that_address_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    real = socket.getaddrinfo

    def resolve(host: str, *rest: Any, **options: Any) -> Any:
        asked.append(host)
        if host != "hook.example":
            return real(host, *rest, **options)
        # A second answer would be the attack.
        return real("127.0.0.1" if asked.count(host) == 1 else "192.0.2.1", *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with receiver(status(200)) as (port, heard):
        answered = deliver(message(f"http://hook.example:{port}/"), hosts=("hook.example",))

    assert (answered, asked.count("hook.example")) == (200, 1)
    assert f"Host: hook.example:{port}".encode() in heard[0]


def test_localhost_must_be_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answer)

    with pytest.raises(NotAllowed, match="not this machine"):
        deliver(message("http://localhost/"), hosts=LOOPBACK)


def test_nobody_there_is_not_delivered() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    with pytest.raises(NotDelivered, match=r"^ConnectionRefusedError$"):
        deliver(message(f"http://127.0.0.1:{port}/"), hosts=LOOPBACK)


def test_an_answer_that_is_not_http_is_not_delivered() -> None:
    with receiver(b"hello\r\n\r\n") as (port, _), pytest.raises(NotDelivered, match=r"^BadStatusLine$"):
        deliver(message(f"http://127.0.0.1:{port}/"), hosts=LOOPBACK)


def test_a_receiver_that_says_nothing_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, pytest.raises(NotDelivered, match=r"^TimeoutError$"):
        deliver(message(f"http://127.0.0.1:{listener.getsockname()[1]}/"), hosts=LOOPBACK, timeout=0.2)


def self_signed(folder: Path) -> ssl.SSLContext:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "anybody")])
    start = datetime(2020, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder(
            name, name, key.public_key(), x509.random_serial_number(), start, datetime(2049, 1, 1, tzinfo=UTC)
        )
        .sign(key, hashes.SHA256())
        .public_bytes(Encoding.PEM)
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "both.pem").write_bytes(private + certificate)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "both.pem")
    return context


def test_this_machine_needs_no_certificate_that_anybody_signed(tmp_path: Path) -> None:
    with receiver(status(200), context=self_signed(tmp_path)) as (port, heard):
        answered = deliver(message(f"https://127.0.0.1:{port}/hook"), hosts=LOOPBACK)

    assert answered == 200
    assert heard[0].startswith(b"POST /hook ")


def test_elsewhere_a_certificate_is_checked() -> None:
    context = deliveries._trust("192.0.2.1")

    assert (context.check_hostname, context.verify_mode) == (True, ssl.CERT_REQUIRED)


@pytest.mark.parametrize(
    ("url", "authority", "path"),
    [
        pytest.param("https://a.example/x?y=1#z", "a.example", "/x?y=1", id="usual port, fragment left out"),
        pytest.param("http://a.example:8080", "a.example:8080", "/", id="port, no path"),
        pytest.param("http://[::1]:81/", "[::1]:81", "/", id="address in brackets"),
        pytest.param("https://A.Example:443/", "a.example", "/", id="usual port spelt out"),
    ],
)
def test_a_url_is_taken_apart(url: str, authority: str, path: str) -> None:
    target = target_of(url)

    assert (target.authority, target.path) == (authority, path)


def test_a_message_shows_nothing_of_itself() -> None:
    assert "secret" not in repr(Message(method="GET", url="http://secret/", headers=(("a", "secret"),), body=b"secret"))


def test_nobody_is_allowed_unless_listed() -> None:
    assert not is_allowed("127.0.0.1", ())
