from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner

from simulator import own_server
from simulator.cli_run import run
from simulator.exits import Failed
from simulator.settings import Settings

Serve = Callable[..., list[Settings]]


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Serve:
    """Take the place of the server: ``serve(ended=3)`` is one that ended before the command did."""

    def replace(ended: int | None = None) -> list[Settings]:
        seen: list[Settings] = []

        @contextmanager
        def instead(settings: Settings, **_: Any) -> Iterator[own_server.Running]:
            seen.append(settings)
            process: Any = SimpleNamespace(poll=lambda: ended)
            yield own_server.Running(url="http://127.0.0.1:9", credentials={"tenant": "default"}, process=process)

        monkeypatch.setattr(own_server, "own_server", instead)
        return seen

    return replace


def ended(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(run, arguments)
    if isinstance(result.exception, Failed):
        return result.exception.code, str(result.exception)
    return result.exit_code, result.stderr


def test_the_commands_exit_code_is_the_exit_code(serve: Serve) -> None:
    seen = serve()

    assert ended("--seed", "mine", "--", "sh", "-c", 'test "$KYC_SIM_URL" = http://127.0.0.1:9 && exit 9') == (9, "")
    assert (seen[0].seed, seen[0].host) == ("mine", "127.0.0.1")


def test_options_behind_the_command_are_the_commands(serve: Serve) -> None:
    serve()

    assert ended("sh", "-c", 'exit "$#"', "sh", "--seed", "--help") == (2, "")


def test_a_command_that_is_not_there_is_told_in_one_line(serve: Serve) -> None:
    serve()

    assert ended("--", "no-such-command") == (127, "run: no-such-command: no such command")


def test_a_simulator_that_ended_too_soon_is_not_passed_over(serve: Serve) -> None:
    serve(ended=1)
    told = "kyc-sim: run: the simulator ended before the command did\n"

    assert ended("--", "true") == (3, told)
    assert ended("--", "sh", "-c", "exit 8") == (8, told)


def test_nothing_to_run_is_a_usage_error() -> None:
    assert ended()[0] == 2
