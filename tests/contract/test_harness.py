"""The harness judges well: reference adapters have nothing to fear, and every planted bug is found by its own check."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from contracts.anatomy import anatomy_of
from contracts.cases import Case, passing
from contracts.checks import FAMILIES
from contracts.findings import Blame, CaseResult, Check, Report, Severity, Status
from contracts.harness import Order, run
from contracts.loader import EVERY_OPERATION, Outcome
from contracts.plan import Plan, Planned, load_plan, plans
from contracts.subjects import Named
from contracts.targets import Target
from kyc_core.verdicts import Verdict
from simulator.own_server import own_server
from simulator.providers import PROVIDERS
from simulator.settings import Settings
from tests.contract.adapters import alibaba, kyc_china, mps, signzy, tencent, upi
from tests.contract.adapters.planting import Bug
from tests.contract.broken_answers import gaps
from tests.measuring import unmeasured

ROOT = Path(__file__).parents[2]
OPERATION = "BankCardVerification"
BANK_CARDS = frozenset({OPERATION, "BankCard2EVerification", "BankCard4EVerification"})
CORPUS = {module.__name__.rpartition(".")[2]: module.BUGS for module in (alibaba, kyc_china, mps, signzy, tencent, upi)}
PLANTED = [(provider, name, bug) for provider, bugs in CORPUS.items() for name, bug in bugs.items()]
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


def planted(hosting: str, provider: str, name: str) -> Named:
    return Named(kind="exec", name=f"{hosting} tests.contract.adapters.{provider}:{name}")


def problems(report: Report) -> list[str]:
    return [f"{finding.check} {finding.case}: {finding.seen}" for finding in report.findings]


@pytest.mark.parametrize("provider", PLAYED)
def test_the_reference_adapter_passes_every_case(target: Target, provider: str) -> None:
    plan = load_plan(provider)
    named = Named(kind="python", name=plan.reference)
    report = run(Order(adapter=named, providers=(provider,), only=without_repetition(provider)), target)

    assert problems(report) == []
    assert [result.case for result in report.results if result.status is Status.NOT_RUN] == []
    assert report.percent == 100.0
    assert list(gaps(report, plan)) == []
    assert sum(counts["charged"] for counts in report.cost[provider].values()) > 0


def cases_of(provider: str, operations: tuple[str, ...] = ()) -> list[Case]:
    plan = load_plan(provider)
    exercised = [plan.operations[name] for name in operations or plan.operations]
    return [case for family in FAMILIES.values() for planned in exercised for case in family(plan, planned)]


def without_repetition(provider: str) -> frozenset[str]:
    """Choose every row once, and everything else of one operation out of those whose answers are built alike.

    Errors that every operation may answer are asked about once, and then one of each kind for each operation.
    """
    plan, built, chosen = load_plan(provider), dict[object, str](), dict[object, str]()
    for name, planned in plan.operations.items():
        built.setdefault(repr((shape_of(plan, planned), planned.pending, planned.switches, planned.starts)), name)
    for case in cases_of(provider):
        name, row = case.act.operation.name, case.row
        if case.check in BY_ROW and row is not None:
            same = kind_of(row) if row.operation == EVERY_OPERATION else case.id
            chosen.setdefault((case.check, name, same), case.id)
            chosen.setdefault((case.check, row.operation, row.kind, row.code, case.id.rpartition(".")[2]), case.id)
        elif name in built.values() or case.check is Check.REQUESTS:
            chosen[case.id] = case.id
    return frozenset(chosen.values())


def shape_of(plan: Plan, planned: Planned) -> object:
    anatomy = anatomy_of(plan.table, planned.answered)
    if anatomy is None:
        return None
    confirms = passing(plan, planned) is not None
    return anatomy.verdict, anatomy.score, anatomy.form, sorted(anatomy.companions), confirms


def few(provider: str, bug: Bug) -> frozenset[str]:
    """Choose cases: those the bug's own check needs, and of the others enough to see that they stay silent.

    Of rows that mean, cost and allow the same the first is enough. Answers are broken in every way where a misreading
    is planted, and made from a match; else in a way or two.
    """
    plan, chosen = load_plan(provider), dict[object, str]()
    for case in cases_of(provider, bug.operations):
        name, row = case.act.operation.name, case.row
        match = passing(plan, case.act.operation)
        if case.check is not bug.check:
            if case.check is Check.REQUESTS or case.act.frozen:  # limits of the provider's own are nobody's sibling
                chosen[case.id] = case.id
            elif case.check in BY_ROW and row is not None:
                chosen.setdefault((case.check, name, *gist_of(row, case.check)), case.id)
            elif case.id.endswith(A_HANDFUL):
                chosen.setdefault((case.check, name, case.id.rpartition(f"{case.code}.")[2]), case.id)
        elif case.check in BY_ROW and row is not None:
            chosen.setdefault((case.check, name, *kind_of(row)), case.id)
        elif (
            case.check is not Check.FAIL_OPEN
            or (match is not None and case.code == match.code)
            or case.id.endswith(A_HANDFUL)
        ):
            chosen[case.id] = case.id
    return frozenset(chosen.values())


def kind_of(row: Outcome) -> tuple[object, ...]:
    return row.kind, row.verdict, row.billed, row.retry


def gist_of(row: Outcome, check: Check) -> tuple[object, ...]:
    return (row.kind, row.retry) if check is Check.RETRY else (row.kind, row.verdict is Verdict.MATCH)


BY_ROW = frozenset({Check.OUTCOMES, Check.RETRY})
WAYS = ("unknown_code", "html_200", "callback_made_up")
QUIET = ("future_member.same", "content_type_charset.same", "pending_0", "callbacks", "decided", "error_fix_request")
A_HANDFUL = tuple(
    [f".{way}{ending}" for way in WAYS for ending in ("", ".charged_once")] + [f".{way}" for way in QUIET]
)


@pytest.mark.parametrize(
    ("provider", "name", "bug"),
    [pytest.param(provider, name, bug, id=f"{provider} {name}") for provider, name, bug in PLANTED],
)
def test_each_planted_bug_is_found_by_its_own_check_and_no_other(
    target: Target, hosting: str, provider: str, name: str, bug: Bug
) -> None:
    order = Order(
        adapter=planted(hosting, provider, name),
        providers=(provider,),
        operations=frozenset(bug.operations),
        only=few(provider, bug),
    )
    # What judges adapters is measured where it judges the references; nothing of theirs shows in what they wrote.
    with nullcontext() if bug.check is Check.PRIVACY else unmeasured():
        report = run(order, target)

    assert {finding.check for finding in report.findings} == {bug.check}, problems(report)
    if bug.check is Check.FAIL_OPEN:
        assert {finding.severity for finding in report.findings} == {Severity.CRITICAL}


@pytest.mark.parametrize(
    ("provider", "name"),
    [
        ("tencent", "hammers_when_throttled"),
        ("alibaba", "hammers_when_throttled"),
        ("upi", "hammers_when_throttled"),
        ("signzy", "hammers_when_throttled"),
        ("mps", "hammers_when_refused"),
        ("mps", "does_not_wait_for_the_day"),
    ],
)
def test_who_hammers_is_found_by_the_provider_s_own_limit(
    target: Target, hosting: str, provider: str, name: str
) -> None:
    bug, plan = CORPUS[provider][name], load_plan(provider)
    limits = [case for case in cases_of(provider, bug.operations) if case.act.frozen]
    named = planted(hosting, provider, name)
    report = run(Order(adapter=named, providers=(provider,), only=frozenset(case.id for case in limits)), target)

    assert len(limits) >= sum(limit.operation in bug.operations for limit in plan.limits) > 0
    assert {result.status for result in report.results} == {Status.FAILED}
    assert {(finding.where, finding.blame) for finding in report.findings} == {("calls", Blame.ADAPTER)}


def test_the_corpus_has_a_bug_for_every_check_that_makes_sense() -> None:
    found = {(provider, bug.check) for provider, _, bug in PLANTED}
    without = {(provider, check) for provider in PLAYED for check in Check} - found

    assert len(PLANTED) >= 70
    # These answer at once: nothing is ever waited for.
    assert without == {(provider, Check.ASYNCHRONY) for provider in ("tencent", "mps", "signzy", "upi")}


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
    order = Order(
        adapter=Named(kind="exec", name="node docs/harness/adapter.mjs"), providers=("tencent",), operations=BANK_CARDS
    )
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


def test_a_way_to_break_answers_that_is_never_tried_is_missed() -> None:
    plan = load_plan("upi")
    whole = [
        CaseResult(
            case=case.id, check=case.check, provider="upi", operation=case.act.operation.name, code=case.code,
            status=Status.PASSED,
        )
        for case in cases_of("upi")
    ]  # fmt: skip
    whole = [result for result in whole if not result.case.endswith((".foreign_upi", ".verdict_other_case"))]

    def missed(*ways: str) -> list[str]:
        kept = tuple([result for result in whole if not result.case.endswith(ways)])
        return list(gaps(Report(seed="", adapter="", results=kept, coverage={}), plan))

    assert missed("nothing") == []
    assert missed(".reset") == ["ID_CARD_PHOTO_VERIFICATION: charged, then reset (reset)"]
    assert missed(".untrusted.expired_ts") == ["stale signature: nowhere"]
    assert missed("")[0] == "no answer was broken"
