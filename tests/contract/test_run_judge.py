"""Planted bugs are found in the traffic alone, and sound adapters leave none to find."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from contracts.calls_seen import read
from contracts.findings import Check, Report
from contracts.harness import Order, run
from contracts.plan import load_plan
from contracts.run_judge import judge_run
from contracts.subjects import Named
from contracts.targets import Target
from simulator.own_server import own_server
from simulator.settings import Settings
from tests.contract.adapters import signzy, upi
from tests.contract.adapters.planting import Bug

ROOT = Path(__file__).parents[2]
IN_TRAFFIC = frozenset({Check.RETRY, Check.REQUESTS, Check.ASYNCHRONY})
BUGS = {
    f"{module.__name__}:{name}": bug
    for module in (signzy, upi)
    for name, bug in module.BUGS.items()
    if bug.check in IN_TRAFFIC
}
Judge = Callable[[str, str, frozenset[Check], frozenset[str]], Report]


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory, hosting: str) -> Iterator[Judge]:
    """Run an adapter through checks, and judge what a witness saw of it."""
    witness = tmp_path_factory.mktemp("witness") / "calls.jsonl"
    with own_server(Settings(seed="traffic"), witness=witness) as server:
        target = Target(server.url)

        def judge(adapter: str, provider: str, checks: frozenset[Check], operations: frozenset[str]) -> Report:
            before = len(witness.read_bytes())
            named = Named(kind="exec", name=f"{hosting} {adapter}")
            run(Order(adapter=named, providers=(provider,), checks=checks, operations=operations), target)
            seen = read(witness.read_bytes()[before:])
            assert (bool(seen.calls), seen.lost) == (True, ())
            return judge_run(seen, command="true", seed="traffic")

        yield judge
        target.close()


@pytest.mark.parametrize("provider", ["signzy", "upi"])
def test_a_sound_adapter_leaves_nothing_to_find(judged: Judge, provider: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    report = judged(load_plan(provider).reference, provider, IN_TRAFFIC, frozenset())

    assert [f"{finding.case}: {finding.seen}" for finding in report.findings] == []


def test_every_planted_bug_shows_in_the_question_it_belongs_to(judged: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)

    def is_found(adapter: str, bug: Bug) -> bool:
        provider = adapter.partition(":")[0].rpartition(".")[2]
        report = judged(adapter, provider, frozenset({bug.check}), frozenset(bug.operations))
        return any(finding.check is bug.check for finding in report.findings)

    assert [adapter for adapter, bug in BUGS.items() if not is_found(adapter, bug)] == []
    assert len(BUGS) > 10
