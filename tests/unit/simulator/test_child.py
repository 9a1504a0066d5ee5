from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simulator.child import NOT_EXECUTABLE, NOT_FOUND, NotStarted, orderly_end, run_child

SHELL = "/bin/sh"


def sh(script: str) -> tuple[str, ...]:
    return (SHELL, "-c", script)


def tell(number: int) -> None:
    """Signal the main thread: one that was meant for the process may end up in the thread that sends it."""
    signal.pthread_kill(threading.main_thread().ident or 0, number)


@pytest.mark.parametrize(
    ("script", "code"),
    [
        pytest.param("exit 0", 0, id="fine"),
        pytest.param("exit 7", 7, id="its own code"),
        pytest.param("kill -KILL $$", 137, id="killed"),
        pytest.param("kill -TERM $$", 143, id="told to end"),
    ],
)
def test_the_exit_code_is_the_commands(script: str, code: int) -> None:
    assert run_child(sh(script), os.environ) == code


def test_the_command_has_the_environment_it_is_given_and_no_other(tmp_path: Path) -> None:
    there = tmp_path / "told"

    run_child(sh(f'printf "%s" "$TOLD-$HOME" > {there}'), {"TOLD": "yes"})

    assert there.read_text() == "yes-"


def test_a_command_that_is_not_there_has_the_code_shells_give_it() -> None:
    with pytest.raises(NotStarted, match="no-such-command: no such command") as refused:
        run_child(("no-such-command", "--flag"), os.environ)

    assert refused.value.code == NOT_FOUND == 127


def test_a_file_that_may_not_be_executed_has_the_code_shells_give_it(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("text")

    with pytest.raises(NotStarted, match="plain: ") as refused:
        run_child((str(tmp_path / "plain"),), os.environ)

    assert refused.value.code == NOT_EXECUTABLE == 126


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGINT])
def test_a_signal_is_handed_on_and_the_answer_to_it_is_the_commands(
    number: signal.Signals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "tcgetpgrp", lambda _: -1)
    ready = tmp_path / "ready"
    ready_when_read = f"mkfifo {ready}; trap 'exit 42' {number.name[3:]}; echo > {ready}; while :; do sleep 0.01; done"
    threading.Thread(target=_after(ready, lambda: tell(number)), daemon=True).start()
    before = signal.getsignal(number)

    code = run_child(sh(ready_when_read), os.environ)

    assert (code, signal.getsignal(number)) == (42, before)


def test_what_the_keyboard_sends_to_everybody_is_not_sent_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "tcgetpgrp", lambda _: os.getpgrp())
    heard = tmp_path / "heard"
    program = (
        "import pathlib, signal, sys, time\n"
        f"signal.signal(signal.SIGINT, lambda *_: pathlib.Path({str(heard)!r}).write_text('INT'))\n"
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(5))\n"
        f"pathlib.Path({str(tmp_path / 'ready')!r}).touch()\n"
        "while True: time.sleep(0.01)\n"
    )

    def send() -> None:
        tell(signal.SIGINT)
        tell(signal.SIGTERM)

    threading.Thread(target=_after(tmp_path / "ready", send), daemon=True).start()

    assert run_child((sys.executable, "-c", program), os.environ) == 5
    assert not heard.exists()


class Hasty(subprocess.Popen[bytes]):
    """A command during whose start a signal comes."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        tell(signal.SIGTERM)


def test_a_signal_that_comes_before_there_is_somebody_to_reach_is_kept_for_him(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "Popen", Hasty)

    assert run_child(sh("exec sleep 60"), os.environ) == 128 + signal.SIGTERM


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_that_ends_the_process_unwinds_it_first(number: signal.Signals) -> None:
    unwound = []
    before = signal.getsignal(number)

    def end_in_the_middle() -> None:
        with orderly_end():
            try:
                os.kill(os.getpid(), number)
            finally:
                unwound.append(number)

    with pytest.raises(SystemExit) as leaving:
        end_in_the_middle()

    assert (leaving.value.code, unwound, signal.getsignal(number)) == (128 + number, [number], before)


def _after(ready: Path, act: Callable[[], None]) -> Callable[[], None]:
    def wait() -> None:
        pause = threading.Event()
        while not ready.exists():
            pause.wait(0.005)
        if ready.is_fifo():
            ready.read_bytes()
        act()

    return wait
