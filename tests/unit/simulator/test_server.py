"""The listening socket; the running server is tested from outside in ``tests/e2e/test_serving.py``."""

from __future__ import annotations

import resource
import socket

import pytest

from simulator import server
from simulator.server import BindRefused, CannotListen, listen, url_of
from simulator.settings import Settings


@pytest.mark.parametrize(
    ("host", "base"),
    [
        pytest.param("127.0.0.1", "http://127.0.0.1:{}", id="IPv4"),
        pytest.param("localhost", "http://127.0.0.1:{}", id="name"),
        pytest.param("::1", "http://[::1]:{}", id="IPv6"),
    ],
)
def test_port_zero_takes_a_free_port_and_tells_it(host: str, base: str) -> None:
    with listen(Settings(host=host, port=0)) as listener:
        assert url_of(listener) in {base.format(listener.getsockname()[1]), f"http://[::1]:{listener.getsockname()[1]}"}
        with socket.create_connection(listener.getsockname()[:2], 5):
            assert listener.getsockname()[1] > 0


def test_a_port_that_is_taken_is_never_shared() -> None:
    with listen(Settings(port=0)) as first:
        port = first.getsockname()[1]

        with pytest.raises(CannotListen) as refused:
            listen(Settings(port=port))
        assert str(refused.value) == f"port {port} is in use; --port 0 takes a free one"


def test_not_even_with_one_that_offers_to_share() -> None:
    with socket.socket() as sharing:
        sharing.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        sharing.bind(("127.0.0.1", 0))
        sharing.listen()

        with pytest.raises(CannotListen):
            listen(Settings(port=sharing.getsockname()[1]))


def test_a_port_just_left_can_be_taken_again() -> None:
    listener = listen(Settings(port=0))
    port = listener.getsockname()[1]
    with socket.create_connection(("127.0.0.1", port), 5):
        accepted, _ = listener.accept()
        accepted.close()  # our side closes first: its end of the connection lingers on
        listener.close()

        listen(Settings(port=port)).close()


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])  # noqa: S104  # which is what is refused
def test_an_open_address_needs_a_token(host: str) -> None:
    with pytest.raises(BindRefused, match="--admin-token"):
        listen(Settings(host=host, port=0))

    with listen(Settings(host=host, port=0, admin_token="t")) as listener:
        assert url_of(listener).startswith(("http://127.0.0.1:", "http://[::1]:"))


@pytest.mark.parametrize("host", ["no such host", "256.1.1.1", "a" * 300])
def test_what_is_no_address_is_a_mistake(host: str) -> None:
    with pytest.raises(BindRefused, match="not an address"):
        listen(Settings(host=host, port=0))


def test_an_address_that_is_not_ours_cannot_be_listened_on() -> None:
    with pytest.raises(CannotListen, match=r"^cannot listen on 192\.0\.2\.1 port 0: "):
        listen(Settings(host="192.0.2.1", port=0, admin_token="t"))  # reserved for documentation (RFC 5737)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param((256, 1_000_000), (server.CONNECTIONS + 128, 1_000_000), id="raised as far as needed"),
        pytest.param((256, 1024), (1024, 1024), id="raised as far as allowed"),
        pytest.param((256, resource.RLIM_INFINITY), (server.CONNECTIONS + 128, resource.RLIM_INFINITY), id="no limit"),
        pytest.param((100_000, 100_000), None, id="enough already"),
        pytest.param((resource.RLIM_INFINITY, resource.RLIM_INFINITY), None, id="unlimited already"),
    ],
)
def test_the_limit_of_open_files_follows_the_connections(
    monkeypatch: pytest.MonkeyPatch, before: tuple[int, int], after: tuple[int, int] | None
) -> None:
    chosen: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: before)
    monkeypatch.setattr(resource, "setrlimit", lambda _, limits: chosen.append(limits))
    server.allow_connections()

    assert chosen == ([] if after is None else [after])
