"""What the README tells a newcomer to type is typed here, against a running simulator, and must print what it says."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
README = (CHECKOUT / "README.md").read_text("utf-8")
BLOCK = re.compile(r"^```sh\n(?P<command>.*?)^```\n(?:\n```text\n(?P<output>.*?)^```\n)?", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    command: str
    output: str | None


BLOCKS = [Block(found["command"], found["output"]) for found in BLOCK.finditer(README)]
TYPED = [block for block in BLOCKS if not block.command.startswith("make ")]


class Newcomer(NamedTuple):
    folder: Path
    port: str

    def types(self, command: str) -> str:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", command.replace("8080", self.port)],
            cwd=self.folder,
            env={
                **os.environ,
                "NO_PROXY": f"127.0.0.1,127.0.0.1:{self.port}",
                "KYC_SIM_URL": f"http://127.0.0.1:{self.port}",
            },
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def newcomer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Newcomer]:
    folder = tmp_path_factory.mktemp("newcomer")
    (folder / ".venv").symlink_to(sys.prefix)
    ready = folder / "ready.json"
    command = [str(Path(sys.prefix) / "bin" / "kyc-sim"), "serve", "--port", "0", "--ready-file", str(ready)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=folder)
    try:
        deadline = time.monotonic() + 20
        while not ready.exists():
            assert server.poll() is None, "the server ended"
            assert time.monotonic() < deadline, "the server did not become ready"
            time.sleep(0.02)
        yield Newcomer(folder, json.loads(ready.read_text())["url"].rpartition(":")[2])
    finally:
        server.terminate()
        server.wait(10)


def matches(seen: str, told: str) -> bool:
    """Compare with what the README shows: ``...`` stands for the rest of a line, and further lines may follow."""
    for line, wanted in zip(seen.splitlines(), told.splitlines(), strict=False):
        start, elided, _ = wanted.partition("...")
        if not (line.startswith(start) if elided else line == wanted):
            return False
    return len(seen.splitlines()) >= len(told.splitlines())


def test_the_newcomers_two_commands_are_there() -> None:
    assert {block.command for block in BLOCKS} >= {"make serve\n", "make test\n"}


def test_three_calls_are_shown_with_their_output() -> None:
    assert len([block for block in TYPED if block.output is not None]) == 3


def test_what_is_typed_prints_what_is_told(newcomer: Newcomer) -> None:
    verify, force, why = [block for block in TYPED if block.output is not None]

    assert matches(newcomer.types(verify.command), verify.output or "")
    assert matches(newcomer.types(why.command), why.output or "")
    assert matches(newcomer.types(force.command), force.output or "")
    assert newcomer.types(verify.command) == "-17 Verification Center Service busy\n"
    assert newcomer.types(verify.command) == "0 Authentication passed\n"


@pytest.mark.parametrize("command", sorted(set(re.findall(r"`kyc-sim ([a-z]+)", README))))
def test_every_command_named_exists(newcomer: Newcomer, command: str) -> None:
    assert newcomer.types(f".venv/bin/kyc-sim {command} --help").startswith("Usage: kyc-sim")


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\(([^)#:]+)\)", README))))
def test_every_page_linked_exists(target: str) -> None:
    assert (CHECKOUT / target).exists()


@pytest.mark.parametrize("target", sorted(set(re.findall(r"`?make ([a-z]+)", README))))
def test_every_make_target_named_exists(target: str) -> None:
    assert re.search(rf"^{target}:", (CHECKOUT / "Makefile").read_text("utf-8"), re.MULTILINE)
