from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner

from contracts import harness
from contracts.cases import Case
from contracts.checks import FAMILIES
from contracts.findings import CaseResult, Check, Coverage, Finding, Report, Severity, Status
from contracts.harness import Order
from contracts.plan import load_plan, plans
from contracts.subjects import SubjectError
from contracts.targets import TargetError
from simulator import own_server
from simulator.cli_contract import contract, replay
from simulator.cli_report import FORMATS
from simulator.exits import Failed
from simulator.settings import Settings

PLAN = load_plan("signzy")
CASE: Case = next(iter(FAMILIES[Check.OUTCOMES](PLAN, PLAN.operations["verify"])))


def outcome(*, fine: bool) -> CaseResult:
    finding = Finding(
        check=CASE.check, severity=Severity.CRITICAL, provider="signzy", operation="verify", code=CASE.code,
        case=CASE.id, expected="no PASS", seen="MATCH", where="verdict", source="a page", reproduce="a command",
    )  # fmt: skip
    return CaseResult(
        case=CASE.id, check=CASE.check, provider="signzy", operation="verify", code=CASE.code,
        status=Status.PASSED if fine else Status.FAILED, findings=() if fine else (finding,),
    )  # fmt: skip


class Played:
    """What the command was made to do."""

    def __init__(self) -> None:
        self.orders: list[Order] = []
        self.seeds: list[str] = []
        self.urls: list[str] = []
        self.fails: BaseException | None = None
        self.result: CaseResult | None = outcome(fine=True)
        self.covered = 1


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Played:
    """Take the place of the harness and of the server it starts."""
    found = Played()

    @contextmanager
    def server(settings: Settings) -> Iterator[Any]:
        found.seeds.append(settings.seed)
        yield SimpleNamespace(url="http://127.0.0.1:9")

    def run(order: Order, target: Any, *, progress: Callable[[int, int, Case, CaseResult], None]) -> Report:
        found.orders.append(order)
        found.urls.append(target.url)
        if found.fails is not None:
            raise found.fails
        results = () if found.result is None else (found.result,)
        for result in results:
            progress(1, 1, CASE, result)
        listed = frozenset({("verify", "a"), ("verify", "b")})
        asserted = frozenset(sorted(listed)[: found.covered])
        coverage = {provider: Coverage(asserted=asserted, listed=listed) for provider in order.providers}
        return Report(seed=order.seed, adapter=order.adapter.name, results=results, coverage=coverage)

    monkeypatch.setattr(own_server, "own_server", server)
    monkeypatch.setattr(harness, "run", run)
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("KYC_SIM_URL", raising=False)
    return found


def ended(*arguments: str) -> tuple[int, str, str]:
    command = replay if arguments[0] == "replay" else contract
    result = CliRunner().invoke(command, arguments[1:] if command is replay else arguments)
    if isinstance(result.exception, Failed):
        return result.exception.code, result.stdout, str(result.exception)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.stdout, result.stderr


def test_an_adapter_is_put_through_every_provider_on_a_server_of_its_own(played: Played) -> None:
    code, out, _ = ended("test", "--adapter", "mine:make", "--seed", "s")

    assert (code, out.splitlines()[-1]) == (0, "1 passed, 0 failed, 0 not run; 0 findings; seed s")
    assert (played.seeds, played.urls) == (["s"], ["http://127.0.0.1:9"])
    (order,) = played.orders
    assert set(order.providers) == set(plans())
    assert (order.adapter.kind, order.adapter.name, order.checks) == ("python", "mine:make", frozenset(Check))


def test_a_run_in_which_nothing_was_judged_keeps_no_gate(played: Played) -> None:
    played.result = replace(outcome(fine=True), status=Status.NOT_RUN, why="it does not serve the operation")

    code, _, said = ended("test", "--adapter", "mine:make")
    assert (code, said) == (4, "nothing was judged; not run: it does not serve the operation")


@pytest.mark.parametrize(("place", "wrong"), [(".", "is a directory"), ("no/r", "its directory does not exist")])
def test_a_report_that_could_not_be_written_stops_the_run_before_it_begins(
    played: Played, place: str, wrong: str
) -> None:
    code, _, said = ended("test", "--adapter", "mine:make", "--output", place)

    assert (code, said, played.orders) == (2, f"--output: {place}: {wrong}", [])


def test_a_name_that_is_empty_is_still_the_name(played: Played) -> None:
    ended("test", "--exec", "")

    assert played.orders[0].adapter.name == ""


def test_choices_reach_the_harness(played: Played) -> None:
    ended(
        "test", "--exec", "node a.mjs", "--provider", "signzy", "--only", "retry", "--operation", "verify",
        "--url", "http://127.0.0.1:7",
    )  # fmt: skip
    (order,) = played.orders

    assert (played.seeds, played.urls) == ([], ["http://127.0.0.1:7"])
    assert (order.adapter.kind, order.adapter.name) == ("exec", "node a.mjs")
    assert (order.providers, set(order.checks), set(order.operations)) == (("signzy",), {Check.RETRY}, {"verify"})


def test_each_reference_adapter_is_an_order_of_its_own(played: Played) -> None:
    ended("test", "--reference", "--provider", "signzy", "--provider", "upi")

    assert [(order.providers, order.adapter.name) for order in played.orders] == [
        (("signzy",), load_plan("signzy").reference),
        (("upi",), load_plan("upi").reference),
    ]


@pytest.mark.parametrize("form", FORMATS)
def test_findings_are_told_in_every_format_and_leave_a_case_to_replay(played: Played, form: str) -> None:
    played.result = outcome(fine=False)
    code, out, said = ended("test", "--adapter", "mine:make", "--provider", "signzy", "--format", form)

    assert (code, said) == (1, "1 finding")
    assert CASE.id in out
    assert out.startswith("<!DOCTYPE html>") is (form == "html")
    (file,) = Path(".kyc-sim/cases").iterdir()
    assert json.loads(file.read_bytes())["case"] == CASE.id


def test_a_report_may_go_into_a_file(played: Played, tmp_path: Path) -> None:
    assert ended("test", "--adapter", "mine:make", "--format", "json", "--output", "r.json") == (0, "", "")
    assert json.loads((tmp_path / "r.json").read_bytes())["kind"] == "contract test"


@pytest.mark.parametrize(
    ("least", "code", "said"),
    [
        pytest.param("50", 0, "", id="enough"),
        pytest.param("51", 4, "coverage below 51 %: signzy 50.0 %", id="too little"),
    ],
)
def test_the_gate_is_each_providers(played: Played, least: str, code: int, said: str) -> None:
    ending = ended("test", "--adapter", "mine:make", "--provider", "signzy", "--min-coverage", least)

    assert (ending[0], ending[2]) == (code, said)


ADAPTER = ("--adapter", "mine:make")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param((), "contract test: one of --adapter, --exec, --reference", id="no adapter"),
        pytest.param(
            (*ADAPTER, "--reference"), "contract test: one of --adapter, --exec, --reference", id="two adapters"
        ),
        pytest.param((*ADAPTER, "--provider", "moon"), "--provider: one of tencent, alibaba", id="no such provider"),
        pytest.param((*ADAPTER, "--only", "moon"), "--only: one of outcomes, fail-open", id="no such question"),
        pytest.param(
            (*ADAPTER, "--provider", "signzy", "--operation", "moon"),
            "--operation: some of verify",
            id="no such operation",
        ),
    ],
)
def test_a_wrong_option_is_one_line_and_starts_nothing(played: Played, arguments: tuple[str, ...], said: str) -> None:
    code, out, told = ended("test", *arguments)

    assert (code, out, played.orders) == (2, "", [])
    assert told.startswith(said)
    assert "\n" not in told


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        pytest.param(SubjectError("the adapter cannot be started"), 2, id="the adapter"),
        pytest.param(TargetError("no simulator answers"), 3, id="the simulator"),
    ],
)
def test_what_cannot_be_started_is_one_line(played: Played, problem: Exception, code: int) -> None:
    played.fails = problem

    assert ended("test", *ADAPTER) == (code, "", str(problem))


def test_a_case_is_run_again_from_the_file_it_left(played: Played) -> None:
    played.result = outcome(fine=False)
    ended("test", *ADAPTER, "--provider", "signzy", "--seed", "mine")
    (file,) = Path(".kyc-sim/cases").iterdir()
    code, out, _ = ended("replay", str(file))

    assert (code, CASE.id in out) == (1, True)
    again = played.orders[-1]
    assert (set(again.only), again.seed, again.providers) == ({CASE.id}, "mine", ("signzy",))
    assert again.reproduce(CASE) == f"kyc-sim replay {file}"
    played.result = None
    assert ended("replay", str(file))[::2] == (2, f"{file}: there is no such case any more")


@pytest.mark.parametrize(
    "text", [pytest.param(None, id="none"), pytest.param("{", id="no JSON"), pytest.param("{}", id="empty")]
)
def test_a_file_that_is_no_case_is_one_line(played: Played, text: str | None) -> None:
    if text is not None:
        Path("case.json").write_text(text)
    code, out, said = ended("replay", "case.json")

    assert (code, out, played.orders) == (2, "", [])
    assert said.startswith("case.json: ")
    assert "\n" not in said


def test_a_case_of_a_provider_that_nobody_plays_is_one_line(played: Played) -> None:
    played.result = outcome(fine=False)
    ended("test", *ADAPTER, "--provider", "signzy")
    (file,) = Path(".kyc-sim/cases").iterdir()
    file.write_text(file.read_text().replace('"signzy"', '"moon"'))

    assert ended("replay", str(file))[::2] == (2, f"{file}: nobody plays moon")
