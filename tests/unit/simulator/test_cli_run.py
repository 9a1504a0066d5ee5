from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace as changed
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner

from contracts.calls_seen import CallSeen, end_line, to_line
from contracts.targets import Target, TargetError
from simulator import own_server
from simulator.cli_run import run
from simulator.exits import Failed
from simulator.settings import Settings

Serve = Callable[..., list[Settings]]


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Serve:
    """Take the place of the server: ``serve(ended=3)`` is one that ended before the command did."""

    def replace(
        ended: int | None = None, *calls: CallSeen, whole: bool = True, lobby: Sequence[Any] = ()
    ) -> list[Settings]:
        seen: list[Settings] = []

        @contextmanager
        def instead(settings: Settings, *, witness: Path | None = None) -> Iterator[own_server.Running]:
            seen.append(settings)
            process: Any = SimpleNamespace(poll=lambda: ended)
            yield own_server.Running(url="http://127.0.0.1:9", credentials={"tenant": "default"}, process=process)
            if witness is not None:
                witness.write_bytes(b"".join(map(to_line, calls)) + (end_line(len(calls)) if whole else b""))

        monkeypatch.setattr(own_server, "own_server", instead)
        monkeypatch.setattr(Target, "calls", lambda *_, **__: lobby)
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


CALL = CallSeen(
    number=1, tenant="t", epoch="0", at=0.0, wall=0.0, provider="signzy", operation="verify", kind="result",
    code="Not Verified", charged=True, subject="somebody",
)  # fmt: skip


def test_a_judged_run_tells_its_report_to_stderr(serve: Serve) -> None:
    serve(None, CALL)
    code, err = ended("--judge", "--", "true")

    assert (code, err.splitlines()[-1].partition(";")[0]) == (0, "10 passed, 0 failed, 4 not run")


def test_findings_end_a_run_that_went_well_and_stand_behind_one_that_did_not(serve: Serve, tmp_path: Path) -> None:
    serve(None, CALL, changed(CALL, number=2))
    report = tmp_path / "report.json"
    asked = ("--judge", "--format", "json", "--report", str(report), "--provider", "signzy", "--only", "retry")

    assert ended(*asked, "--", "true") == (1, "1 finding")
    assert ended(*asked, "--", "sh", "-c", "exit 6") == (6, "kyc-sim: run: 1 finding\n")
    document = json.loads(report.read_bytes())
    assert (document["kind"], document["adapter"]) == ("traffic of a run", "sh -c 'exit 6'")


@pytest.mark.parametrize(
    ("calls", "whole", "more", "code", "said"),
    [
        pytest.param((CALL,), True, ("--min-coverage", "50"), 4, "coverage below 50 %: signzy 11.1 %", id="too little"),
        pytest.param((CALL,), True, ("--min-coverage", "10"), 0, "", id="enough"),
        pytest.param((CALL,), False, (), 3, "calls were lost; the run was not judged as a whole", id="lost calls"),
        pytest.param((), True, (), 4, "no provider was called; nothing was judged", id="no call"),
        pytest.param((), True, ("--provider", "signzy", "--min-coverage", "1"), 4, "coverage below 1 %: signzy 0.0 %",
                     id="not called"),
    ],
)  # fmt: skip
def test_what_a_run_is_worth_is_its_exit_code(
    serve: Serve, tmp_path: Path, calls: tuple[CallSeen, ...], whole: bool, more: tuple[str, ...], code: int, said: str
) -> None:
    serve(None, *calls, whole=whole)

    assert ended("--judge", "--report", str(tmp_path / "report"), *more, "--", "true") == (code, said)


def test_calls_that_reached_nobody_are_found(serve: Serve) -> None:
    request = {"method": "POST", "path": "/tencnet"}
    serve(None, lobby=[{"provider": "", "request": request}, {"provider": "tencent", "request": request}])
    code, said = ended("--judge", "--", "true")

    assert code == 1
    assert said.startswith("1 finding")


def test_a_simulator_that_does_not_tell_any_more_leaves_the_run_incomplete(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object, **__: object) -> None:
        raise TargetError("gone")

    serve(None, CALL)
    monkeypatch.setattr(Target, "calls", gone)

    assert ended("--judge", "--", "true")[0] == 3


ABOUT_JUDGING = "run: --provider, --only, --min-coverage, --format and --report are about --judge"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(("--format", "json"), ABOUT_JUDGING, id="a format of nothing"),
        pytest.param(("--only", "retry"), ABOUT_JUDGING, id="without a judge"),
        pytest.param(("--judge", "--only", "moon"), "--only: one of outcomes, fail-open", id="no such question"),
        pytest.param(("--judge", "--provider", "moon"), "--provider: one of alibaba, kyc_china", id="no such provider"),
    ],
)  # fmt: skip
def test_a_wrong_option_is_one_line_and_starts_nothing(serve: Serve, arguments: tuple[str, ...], said: str) -> None:
    seen = serve()
    code, told = ended(*arguments, "--", "true")

    assert (code, seen) == (2, [])
    assert told.startswith(said)
