"""One suite through every door: the same tests pass, with the same answers byte for byte, and the same coverage."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

import simulator.pytest_plugin
from tests.measuring import unmeasured

pytest_plugins = ["pytester"]
pytestmark = pytest.mark.usefixtures("modules_stay")

SUITE = Path(__file__).parent / "onboarding"
PATIENCE = 120

RECORDER = """
    import json, os, pathlib, hashlib
    import pytest, requests

    @pytest.fixture(autouse=True)
    def recorded(request, monkeypatch):
        answers = []
        send = requests.Session.send

        def sent(session, prepared, **options):
            answer = send(session, prepared, **options)
            headers = {name: value for name, value in answer.headers.items() if name != "Date"}
            answers.append([answer.status_code, headers, answer.content.decode("latin-1")])
            return answer

        monkeypatch.setattr(requests.Session, "send", sent)
        yield
        name = hashlib.sha256(request.node.nodeid.encode()).hexdigest()
        place = pathlib.Path(os.environ["RECORDED"]) / name
        place.write_text(json.dumps([request.node.nodeid, answers]))
"""


class Run:
    """What came of the suite behind one door."""

    def __init__(self, folder: Path, code: int, text: str) -> None:
        self.code = code
        self.text = text
        self.report = json.loads((folder / "report.json").read_bytes())
        recorded = [json.loads(file.read_bytes()) for file in (folder / "recorded").iterdir()]
        self.answers: dict[str, Any] = dict(sorted(recorded))


def lay_out(folder: Path) -> None:
    """Copy the suite to where a user would have it, with a recorder above it."""
    shutil.copytree(SUITE, folder / "suite", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "suite" / "pytest.ini").rename(folder / "pytest.ini")
    (folder / "conftest.py").write_text(dedent(RECORDER))
    (folder / "recorded").mkdir()


def outside(folder: Path, *command: str) -> Run:
    """Run the suite as a user does, in a process of its own, with no plugin but ours and the one for workers."""
    lay_out(folder)
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("KYC_SIM_", "PYTEST_", "COV_"))}
    scripts = Path(sys.executable).parent
    done = subprocess.run(
        [*command, str(scripts / "pytest"), "-p", "kyc_sim", "-q", "-p", "no:cacheprovider",
         "--kyc-sim-report=report.json", *(["-p", "xdist", "-n", "2"] if "-n" in folder.name else [])],
        cwd=folder,
        env={
            **clean,
            "PATH": f"{scripts}{os.pathsep}{clean['PATH']}",
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
            "RECORDED": str(folder / "recorded"),
        },
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )  # fmt: skip
    return Run(folder, done.returncode, done.stdout + done.stderr)


@pytest.fixture
def here(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run the suite in this process, without a socket; some of its tests may be left out."""
    monkeypatch.delenv("KYC_SIM_URL", raising=False)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("RECORDED", str(pytester.path / "recorded"))
    lay_out(pytester.path)

    def run(*without: str) -> Run:
        result = pytester.runpytest_inprocess(
            "-q", "-p", "no:cacheprovider", "--kyc-sim-door=intercept", "--kyc-sim-report=report.json",
            *[f"--deselect={test}" for test in without],
            plugins=[simulator.pytest_plugin],
        )  # fmt: skip
        return Run(pytester.path, int(result.ret), result.stdout.str())

    return run


def test_every_door_gives_the_same_answers_and_the_same_coverage(here: Any, tmp_path: Path) -> None:
    intercepted = here()
    runs = {
        "live-n": outside(tmp_path / "live-n"),
        "run-n": outside(tmp_path / "run-n", sys.executable, "-m", "simulator", "run", "--"),
    }

    assert intercepted.code == 0, intercepted.text
    assert len(intercepted.answers) == 13
    assert sum(map(len, intercepted.answers.values())) > 15
    for door, run in runs.items():
        assert run.code == 0, (door, run.text)
        assert run.answers == intercepted.answers, door
        assert run.report == intercepted.report, door


def produced(report: Mapping[str, Any]) -> dict[tuple[str, str, str], set[str]]:
    """Return the tests that produced each outcome: ``{(provider, operation, row): tests}``."""
    return {
        (provider, operation, row): set(tests)
        for provider, operations in report["providers"].items()
        for operation, found in operations.items()
        for row, tests in found["produced"].items()
    }


def test_leaving_any_test_out_lowers_coverage_by_exactly_its_codes(here: Any) -> None:
    whole = here()
    rows = produced(whole.report)
    assert len(whole.answers) == 13
    alone = {test: {row for row, tests in rows.items() if tests == {test}} for test in whole.answers}
    for test, its_own in alone.items():
        with unmeasured():  # it runs what the whole ran
            left = here(test)

        assert left.code == 0, left.text
        assert rows.keys() - produced(left.report).keys() == its_own, test
        assert produced(left.report).keys() <= rows.keys()
    assert sum(bool(its_own) for its_own in alone.values()) >= 6
