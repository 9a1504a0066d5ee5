"""Finding a connection by its caller; how faults look over a real socket is told in ``tests/e2e/test_faults.py``."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import pytest

from simulator.faults import find_connection


def listener(family: socket.AddressFamily, host: str) -> socket.socket:
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.bind((host, 0))
    listening.listen()
    return listening


@pytest.fixture(
    params=[
        pytest.param((socket.AF_INET, "127.0.0.1", "{}:{}"), id="IPv4"),
        pytest.param((socket.AF_INET6, "::1", "[{}]:{}"), id="IPv6"),
    ]
)
def pair(request: pytest.FixtureRequest) -> Iterator[tuple[socket.socket, socket.socket, str]]:
    """Yield the server's end, the client's end, and how the server spells the client."""
    family, host, spelling = request.param
    with listener(family, host) as listening, socket.create_connection(listening.getsockname()[:2]) as client:
        server, _ = listening.accept()
        with server:
            yield server, client, spelling.format(*client.getsockname()[:2])


def open_descriptors() -> int:
    return len(os.listdir("/dev/fd"))


def test_the_connection_found_is_the_callers(pair: tuple[socket.socket, socket.socket, str]) -> None:
    server, client, name = pair
    found = find_connection(name, server.getsockname()[1])

    assert found is not None
    with found:
        found.sendall(b"x")
    assert client.recv(1) == b"x"


def test_looking_leaves_no_descriptor_behind(pair: tuple[socket.socket, socket.socket, str]) -> None:
    server, _, name = pair
    before = open_descriptors()
    for _ in range(3):
        found = find_connection(name, server.getsockname()[1])
        assert found is not None
        found.close()
        assert find_connection("127.0.0.1:1", server.getsockname()[1]) is None

    assert open_descriptors() == before


def test_a_connection_of_another_port_of_ours_is_not_taken(pair: tuple[socket.socket, socket.socket, str]) -> None:
    server, _, name = pair

    assert find_connection(name, server.getsockname()[1] - 1) is None


def test_the_clients_end_in_the_same_process_is_not_taken_for_the_servers(
    pair: tuple[socket.socket, socket.socket, str],
) -> None:
    server, client, _ = pair
    host, port = server.getsockname()[:2]
    spelt = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    assert find_connection(spelt, port) is None
    found = find_connection(spelt, client.getsockname()[1])
    assert found is not None
    found.close()


def test_a_connection_that_ended_is_not_found(pair: tuple[socket.socket, socket.socket, str]) -> None:
    server, _, name = pair
    port = server.getsockname()[1]
    server.close()

    assert find_connection(name, port) is None
