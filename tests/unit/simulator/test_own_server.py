from __future__ import annotations

import subprocess
from http.client import HTTPConnection
from typing import Any

import pytest

from simulator import own_server as module
from simulator.exits import Exit, Failed
from simulator.own_server import own_server
from simulator.settings import Settings


def health(url: str) -> int:
    connection = HTTPConnection(url.partition("//")[2], timeout=30)
    try:
        connection.request("GET", "/__admin/health")
        return connection.getresponse().status
    finally:
        connection.close()


def test_it_serves_for_the_length_of_the_block_with_the_settings_it_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KYC_SIM_ADMIN_TOKEN", "of somebody else")
    monkeypatch.setenv("KYC_SIM_NO_SUCH_SETTING", "would stop it")

    with own_server(Settings(host="0.0.0.0", port=1, seed="own")) as server:  # noqa: S104 - is not listened on
        assert health(server.url) == 200
        assert server.credentials["tenant"] == "default"

    assert server.process.returncode == 0
    with pytest.raises(ConnectionRefusedError):
        health(server.url)


class Ended:
    """A process that ended before it served."""

    stdin = None

    def __init__(self, *_: Any, **__: Any) -> None:
        self.told = 0

    def poll(self) -> int:
        return 3

    def terminate(self) -> None:
        self.told += 1

    def wait(self, _: float | None = None) -> int:
        return 3


def test_one_that_does_not_start_is_the_machines_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "Popen", Ended)

    with pytest.raises(Failed, match="does not start") as failed, own_server(Settings()):
        pytest.fail("it did not start")

    assert failed.value.code is Exit.ENVIRONMENT


class Stubborn(Ended):
    """A process that serves, and does not stop when it is told to."""

    killed = False

    def wait(self, seconds: float | None = None) -> int:
        if seconds is not None:
            raise subprocess.TimeoutExpired("serve", seconds)
        return -9

    def kill(self) -> None:
        Stubborn.killed = True


def test_one_that_does_not_stop_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "Popen", Stubborn)
    monkeypatch.setattr(
        module, "_running", lambda process, _: module.Running(url="http://x", credentials={}, process=process)
    )

    with own_server(Settings()):
        pass

    assert Stubborn.killed
