"""Adapter processes: started, asked, listened to, and ended when they hang."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from contracts.subjects import LONGEST_SLEEP, Named, Subject, SubjectError
from kyc_core.adapters.base import Received
from kyc_core.claims import Claim

HEAD = "import json, sys\nsay = lambda **line: print(json.dumps(line), flush=True)\nfor raw in sys.stdin:\n"
READY = " line = json.loads(raw)\n if line['type'] == 'start': say(type='ready'); continue\n"
FOUND = " say(type='result', id=line['id'], verdict='MATCH', billed=True, retry='never', provider_code='0')\n"


def never(_: float) -> None:
    raise AssertionError("nobody asked to sleep")


@contextmanager
def running(body: str, patience: float = 5.0) -> Iterator[Subject]:
    subject = Subject([sys.executable, "-c", HEAD + body], patience=patience)
    try:
        subject.start("http://127.0.0.1:1", {}, provider="tencent")
        yield subject
    finally:
        subject.stop()


def test_a_check_is_answered() -> None:
    with running(READY + FOUND) as subject:
        found = subject.check("X", Claim(name="测试甲"), sleep=never)

    assert (found.kind, found.verdict) == ("result", "MATCH")


def test_a_callback_is_answered() -> None:
    received = Received(method="POST", target="/a?b=c", headers={}, body=b"{}")
    with running(READY + " assert line['received']['target'] == '/a?b=c'\n" + FOUND) as subject:
        found = subject.callback(received, sleep=never)

    assert (found.kind, found.verdict) == ("result", "MATCH")


def test_a_claim_longer_than_a_pipe_arrives_whole() -> None:
    photo = b"\xff" * 400_000
    body = READY + " assert len(line['claim']['photo']) > 500000\n" + FOUND
    with running(body) as subject:
        assert subject.check("X", Claim(photo=photo), sleep=never).kind == "result"


def test_what_is_printed_and_logged_is_kept_and_is_no_answer() -> None:
    body = (
        READY
        + " print('out loud', flush=True); print('{\"a\": 1}', flush=True)\n"
        + " print('aside', file=sys.stderr, flush=True)\n"
    )
    with running(body + FOUND) as subject:
        found = subject.check("X", Claim(), sleep=never)
        output = subject.output()

        assert found.kind == "result"
        assert sorted(output.split()) == ["1}", "aside", "loud", "out", '{"a":']
        assert subject.output() == ""


def test_much_that_is_logged_blocks_nobody() -> None:
    body = READY + " sys.stderr.write('x' * 1_000_000); sys.stderr.flush()\n" + FOUND
    with running(body) as subject:
        subject.check("X", Claim(), sleep=never)

        assert len(subject.output()) == 1_000_000


def test_an_adapter_that_hangs_is_ended_and_starts_again() -> None:
    body = READY + " if line['id'] == 1: import time; time.sleep(60)\n" + FOUND
    with running(body, patience=0.3) as subject:
        first = subject.check("X", Claim(), sleep=never)
        second = subject.check("X", Claim(), sleep=never)

    assert (first.kind, second.kind) == ("none", "result")


def test_an_adapter_that_ends_gives_no_answer() -> None:
    with running(READY + " sys.exit(3)\n") as subject:
        found = subject.check("X", Claim(), sleep=never)

    assert (found.kind, found.fault) == ("none", "it ended with exit code 3")


def test_why_nothing_came_is_told() -> None:
    ways = {
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)": "it ended by signal 9",
        "import os, time; os.close(1); time.sleep(9)": "it closed its stdout",
        "import time; time.sleep(60)": "nothing within 0.5 seconds",
    }
    for way, why in ways.items():
        with running(READY + f" {way}\n", patience=0.5) as subject:
            assert subject.check("X", Claim(), sleep=never).fault == why


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_an_adapter_that_prints_without_an_end_is_ended(monkeypatch: pytest.MonkeyPatch, stream: str) -> None:
    monkeypatch.setattr("contracts.subjects._MOST_OUTPUT", 1_000_000)
    with running(READY + f" while True: sys.{stream}.write('x' * 999 + '\\n')\n") as subject:
        found = subject.check("X", Claim(), sleep=never)

    assert found.fault == "more than 1000000 bytes were printed"


def test_a_line_without_an_end_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("contracts.subjects._LONGEST_LINE", 100_000)
    with running(READY + " while True: sys.stdout.write('x' * 999)\n") as subject:
        found = subject.check("X", Claim(), sleep=never)

    assert found.fault == "a line of more than 100000 bytes"


def test_time_passes_on_request() -> None:
    body = READY + " say(type='sleep', seconds=30); sys.stdin.readline()\n" + FOUND
    slept: list[float] = []
    with running(body) as subject:
        found = subject.check("X", Claim(), sleep=slept.append)

    assert (found.kind, slept) == ("result", [30])


@pytest.mark.parametrize("seconds", [LONGEST_SLEEP + 1, "'long'", -1])
def test_an_adapter_that_sleeps_for_ever_gives_no_answer(seconds: object) -> None:
    body = READY + f" say(type='sleep', seconds={seconds}); sys.stdin.readline()\n" + FOUND
    with running(body) as subject:
        assert subject.check("X", Claim(), sleep=lambda _: None).kind == "none"


def test_a_sleep_that_is_no_json_is_printed_and_waited_for_in_vain() -> None:
    body = READY + " say(type='sleep', seconds=float('nan')); sys.stdin.readline()\n" + FOUND
    with running(body, patience=0.3) as subject:
        assert subject.check("X", Claim(), sleep=never).kind == "none"
        assert "NaN" in subject.output()


def test_a_line_that_is_no_result_is_no_answer() -> None:
    with running(READY + " say(type='result', id=line['id'], verdict=3)\n") as subject:
        assert subject.check("X", Claim(), sleep=never).kind == "none"


@pytest.mark.parametrize(
    ("named", "complaint"),
    [
        pytest.param(
            Named(kind="exec", name="/nowhere/adapter"), "/nowhere/adapter: No such file", id="no such command"
        ),
        pytest.param(Named(kind="exec", name="  "), "a command is needed", id="nothing"),
        pytest.param(Named(kind="exec", name="'open"), "--exec", id="an open quote"),
        pytest.param(Named(kind="exec", name="true"), "it ended with exit code 0", id="it ends"),
        pytest.param(
            Named(kind="exec", name=f"{sys.executable} -c 'raise KeyError(1)'"),
            "its last words: KeyError: 1",
            id="raises",
        ),
        pytest.param(Named(kind="exec", name="""echo '{"type": "result"}'"""), "is of type result", id="another line"),
        pytest.param(Named(kind="python", name="nowhere:factory"), "nowhere", id="no such module"),
        pytest.param(Named(kind="python", name="time"), "module:factory", id="no factory"),
    ],
)
def test_what_cannot_be_started_is_told(named: Named, complaint: str) -> None:
    with pytest.raises(SubjectError, match=complaint):
        Subject(named.command()).start("http://127.0.0.1:1", {}, provider="tencent")
