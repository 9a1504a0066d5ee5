"""The harness judges well: reference adapters have nothing to fear, and every planted bug is found by its own check."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from contracts.findings import Check, Report, Status
from contracts.harness import Order, run
from contracts.plan import load_plan, plans
from contracts.subjects import Named
from contracts.targets import Target
from simulator.own_server import own_server
from simulator.providers import PROVIDERS
from simulator.settings import Settings
from tests.contract.adapters.tencent import BUGS

ROOT = Path(__file__).parents[2]
OPERATION = "BankCardVerification"
PLAYED = [provider.name for provider in PROVIDERS if provider.name in plans()]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with own_server(Settings(seed="harness")) as server:
        yield server.url


@pytest.fixture
def target(url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Target]:
    monkeypatch.chdir(ROOT)
    found = Target(url)
    yield found
    found.close()


def problems(report: Report) -> list[str]:
    return [f"{finding.check} {finding.case}: {finding.seen}" for finding in report.findings]


@pytest.mark.parametrize("provider", PLAYED)
def test_the_reference_adapter_passes_every_case(target: Target, provider: str) -> None:
    order = Order(adapter=Named(kind="python", name=load_plan(provider).reference), providers=(provider,))
    report = run(order, target)

    assert problems(report) == []
    assert [result.case for result in report.results if result.status is Status.NOT_RUN] == []
    assert report.percent == 100.0
    assert sum(counts["charged"] for counts in report.cost[provider].values()) > 0


@pytest.mark.parametrize("name", BUGS)
def test_each_planted_bug_is_found_by_its_own_check_and_no_other(target: Target, name: str) -> None:
    named = Named(kind="python", name=f"tests.contract.adapters.tencent:{name}")
    report = run(Order(adapter=named, providers=("tencent",), operations=frozenset({OPERATION})), target)

    assert {finding.check for finding in report.findings} == {BUGS[name][1]}, problems(report)


def test_the_same_seed_gives_the_same_report(target: Target) -> None:
    named = Named(kind="python", name="tests.contract.adapters.tencent:blames_the_person")
    order = Order(
        adapter=named, providers=("tencent",), seed="twice", checks=frozenset({Check.PRIVACY, Check.RETRY}),
        operations=frozenset({OPERATION}),
    )  # fmt: skip

    assert run(order, target) == run(order, target)


def test_no_tenant_stays_behind(target: Target) -> None:
    before = target.ask("GET", "/tenants")
    order = Order(
        adapter=Named(kind="python", name="contracts.reference:tencent"), providers=("tencent",),
        checks=frozenset({Check.REQUESTS, Check.PRIVACY}), operations=frozenset({OPERATION}),
    )  # fmt: skip
    run(order, target)

    assert target.ask("GET", "/tenants") == before


@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed")
def test_the_example_in_node_passes_every_case(target: Target) -> None:
    order = Order(adapter=Named(kind="exec", name="node docs/harness/adapter.mjs"), providers=("tencent",))
    report = run(order, target)

    assert problems(report) == []
    assert report.percent == 100.0


def kyc_sim(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "simulator", *arguments], cwd=cwd, capture_output=True, text=True)


def test_the_command_reports_findings_and_replays_them(url: str, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        "from contracts.reference import tencent\n"
        "def factory(endpoint, credentials):\n"
        "    adapter = tencent(endpoint, credentials)\n"
        "    inner = adapter.check\n"
        "    def check(operation, claim):\n"
        "        found = inner(operation, claim)\n"
        "        return __import__('dataclasses').replace(found, billed=not found.billed)\n"
        "    adapter.check = check\n"
        "    return adapter\n"
    )
    test = ("contract", "test", "--url", url, "--provider", "tencent", "--operation", OPERATION, "--only", "outcomes")
    failed = kyc_sim(*test, "--adapter", "mine:factory", "--format", "json", cwd=tmp_path)
    report = json.loads(failed.stdout)
    finding = next(found for result in report["results"] for found in result["findings"])
    again = kyc_sim(*finding["reproduce"].split()[1:], "--url", url, cwd=tmp_path)
    (tmp_path / "mine.py").write_text("from contracts.reference import tencent as factory\n")
    mended = kyc_sim(*finding["reproduce"].split()[1:], "--url", url, cwd=tmp_path)

    assert failed.returncode == 1
    assert again.returncode == 1
    assert finding["case"] in again.stdout
    assert mended.returncode == 0, mended.stderr


def test_the_command_starts_its_own_server_and_holds_the_gate(tmp_path: Path) -> None:
    test = ("contract", "test", "--reference", "--provider", "tencent", "--operation", "BankCard2EVerification")
    whole = kyc_sim(*test, "--min-coverage", "100", "--only", "outcomes", cwd=tmp_path)
    partly = kyc_sim(*test, "--min-coverage", "1", "--only", "privacy", cwd=tmp_path)

    assert whole.returncode == 0, whole.stderr
    assert "outcomes asserted (100.0 %)" in whole.stdout
    assert partly.returncode == 4
    assert "coverage below 1 %" in partly.stderr
    assert not (tmp_path / ".kyc-sim").exists()


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        pytest.param(("test",), "one of --adapter, --exec, --reference", id="no adapter"),
        pytest.param(("test", "--reference", "--adapter", "a:b"), "one of", id="two adapters"),
        pytest.param(("test", "--reference", "--provider", "nobody"), "--provider: one of", id="no such provider"),
        pytest.param(("test", "--reference", "--only", "beauty"), "--only: one of outcomes", id="no such check"),
        pytest.param(("test", "--reference", "--operation", "No"), "--operation: some of", id="no such operation"),
        pytest.param(("test", "--reference", "--min-coverage", "101"), "min-coverage", id="more than everything"),
    ],
)
def test_a_mistake_on_the_command_line_is_told(tmp_path: Path, arguments: tuple[str, ...], complaint: str) -> None:
    found = kyc_sim("contract", *arguments, cwd=tmp_path)

    assert found.returncode == 2
    assert complaint in found.stderr
    assert "Traceback" not in found.stderr
