"""The plugin as a user's suite meets it: suites are written here and run in this process, without a socket."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from textwrap import dedent

import pytest

import simulator.pytest_plugin
import simulator.pytest_stay
from contracts.coverage import rows_of

pytest_plugins = ["pytester"]
pytestmark = pytest.mark.usefixtures("modules_stay")

INI = """
    [pytest]
    addopts = --strict-markers -p no:cacheprovider
    filterwarnings = error
"""

HELP = """
    import pytest
    import requests
    from kyc_core.adapters.tencent import TencentAdapter

    OPERATION = "BankCardVerification"

    def check(sim, person, **options):
        keys = sim.tencent.credentials
        adapter = TencentAdapter(**{
            "secret_id": keys["secret_id"], "secret_key": keys["secret_key"], "clock": sim.clock.time,
            "endpoint": sim.tencent.endpoint, **options,
        })
        return adapter.check(OPERATION, person.claim())
"""

Suite = Callable[..., "Ran"]


class Ran:
    """What came of a suite."""

    def __init__(self, result: pytest.RunResult) -> None:
        self.result = result
        self.code = int(result.ret)
        self.text = result.stdout.str()
        self.counts = result.parseoutcomes()


@pytest.fixture(autouse=True)
def only_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave everybody else's plugins out of the runs below."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.delenv("KYC_SIM_URL", raising=False)


def run_here(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return pytester.runpytest_inprocess(*arguments, plugins=[simulator.pytest_plugin])


@pytest.fixture
def suite(pytester: pytest.Pytester) -> Suite:
    """Write a suite and run it, by default in process."""
    pytester.makeini(dedent(INI))

    def run(source: str, *arguments: str, door: str = "intercept") -> Ran:
        pytester.makepyfile(test_suite=f"{dedent(HELP)}\n{dedent(source)}")
        return Ran(run_here(pytester, f"--kyc-sim-door={door}", *arguments))

    return run


def test_a_test_gets_a_tenant_people_a_clock_and_a_ledger_of_its_own(suite: Suite) -> None:
    ran = suite(
        """
        def test_one(kyc_sim, kyc_person, kyc_clock, kyc_ledger):
            first, second = kyc_person(), kyc_person(key="second", controls={"tencent": {"meaning": "centre_busy"}})
            assert first != second
            assert [kyc_sim.people.get(key).name for key in ("person-1", "second")] == [first.name, second.name]
            assert check(kyc_sim, first).passed and not check(kyc_sim, second).passed
            kyc_ledger.assert_charged(at_most=2)
            kyc_clock.freeze("2026-01-01T00:00:00Z")
            assert kyc_sim.clock.frozen
            assert len(kyc_sim.journal.entries()) == 2

        def test_two(kyc_sim, kyc_clock, kyc_ledger):
            assert kyc_sim.name.startswith("test_two-")
            assert not kyc_clock.frozen
            assert kyc_ledger.charged == 0

        def test_three(kyc_sim_intercept, kyc_sim):
            assert kyc_sim is kyc_sim_intercept
            assert kyc_sim.door == "intercept"
            assert requests.get("https://tencent.localhost/__admin/health", timeout=5).ok
        """
    )

    assert ran.counts == {"passed": 3}


def test_people_follow_from_the_seed_and_the_tests_name(suite: Suite, pytester: pytest.Pytester) -> None:
    source = """
        import pathlib

        @pytest.mark.parametrize("case", "ab")
        def test_one(kyc_person, kyc_sim, case):
            with pathlib.Path("people").open("a") as out:
                print(case, kyc_person().name, kyc_sim.tencent.credentials["secret_id"], file=out)

        @pytest.mark.kyc_sim(seed="mine")
        def test_other(kyc_person, kyc_sim):
            with pathlib.Path("people").open("a") as out:
                print(kyc_person().name, kyc_sim.tencent.credentials["secret_id"], file=out)
    """
    people = []
    for seed in ("one", "one", "two"):
        assert suite(source, f"--kyc-sim-seed={seed}").code == 0
        people.append((pytester.path / "people").read_text("utf-8").splitlines())
        (pytester.path / "people").unlink()

    assert people[0] == people[1]
    assert all(mine != other for mine, other in zip(people[0], people[2], strict=True))
    assert people[0][0].split()[1:] != people[0][1].split()[1:]
    assert people[0][2].split()[0] == people[2][2].split()[0]


def test_the_marker_sets_a_test_up_and_the_nearest_wins(suite: Suite) -> None:
    ran = suite(
        """
        from datetime import UTC, datetime

        pytestmark = pytest.mark.kyc_sim(
            switches={"tencent.lowercase_x": "strict", "tencent.qps": 7}, frozen_at="2026-01-01T08:00:00+08:00"
        )

        def test_module(kyc_sim):
            assert kyc_sim.clock.now() == datetime(2026, 1, 1, tzinfo=UTC)
            assert (kyc_sim.switches["tencent.lowercase_x"], kyc_sim.switches["tencent.qps"]) == ("strict", 7)

        @pytest.mark.kyc_sim(switches={"tencent.qps": 8}, frozen_at=datetime(2027, 1, 1, tzinfo=UTC))
        def test_nearer(kyc_sim):
            assert kyc_sim.clock.now().year == 2027
            assert (kyc_sim.switches["tencent.lowercase_x"], kyc_sim.switches["tencent.qps"]) == ("strict", 8)

        @pytest.mark.kyc_sim(passthrough=["127.0.0.1"])
        def test_let_out(kyc_sim):
            with pytest.raises(requests.ConnectionError, match="refused"):
                requests.get("http://127.0.0.1:9/", timeout=5)
        """
    )

    assert ran.counts == {"passed": 3}


def test_a_marker_nobody_understands_is_told_clearly(suite: Suite) -> None:
    ran = suite(
        """
        @pytest.mark.kyc_sim(frozen=True)
        def test_a(kyc_sim): ...
        @pytest.mark.kyc_sim("live")
        def test_b(kyc_sim): ...
        @pytest.mark.kyc_sim(door="back")
        def test_c(kyc_sim): ...
        @pytest.mark.kyc_sim(refused=True)
        def test_d(kyc_sim): ...
        @pytest.mark.kyc_sim(switches=["tencent.qps"])
        def test_e(kyc_sim): ...
        @pytest.mark.kyc_sim(switches={"tencent.nothing": 1})
        def test_f(kyc_sim): ...
        @pytest.mark.kyc_sim(passthrough="localhost")
        def test_g(kyc_sim): ...
        @pytest.mark.kyc_sim(frozen_at="yesterday")
        def test_h(kyc_sim): ...
        @pytest.mark.kyc_sim(door="live")
        def test_i(kyc_sim_intercept): ...
        """
    )

    assert ran.counts == {"errors": 9}
    for told in (
        "test_a has no option frozen; there is door, switches, frozen_at, seed, refused, passthrough",
        "test_b takes options by name: door, ",
        "test_c door is one of live, intercept",
        "test_d refused is one of forbidden, allowed, expected",
        "test_e switches is a mapping",
        "(/switches/tencent.nothing no such switch",
        "test_g passthrough is a list of hosts",
        "(/freeze a moment between",
        "test_i says door='live', and the test asks for kyc_sim_intercept",
    ):
        assert told in ran.text
    assert "Traceback" not in ran.text


REFUSED = """
    def calls(sim, person):
        default = sim.target.ask("GET", "/credentials")["tencent"]
        return {
            "signature": lambda: check(sim, person, secret_key="another"),
            "nobody": lambda: check(sim, person, secret_id="AKIDnobody"),
            "another": lambda: check(sim, person, secret_id=default["secret_id"], secret_key=default["secret_key"]),
            "host": lambda: requests.get("https://elsewhere.test/", timeout=5),
        }

    @pytest.mark.parametrize("which", ["signature", "nobody", "another", "host"])
    def test_one(kyc_sim, kyc_person, which):
        try:
            calls(kyc_sim, kyc_person())[which]()
        except requests.ConnectionError:
            pass  # as code under test may do
"""


def test_the_teardown_fails_on_calls_that_were_refused(suite: Suite) -> None:
    ran = suite(REFUSED)

    assert ran.counts == {"passed": 4, "errors": 4}
    assert "answered 200 -8, request id" in ran.text
    assert "with the credentials of the tenant default" in ran.text
    assert "refused at signature (cause: wrong_secret)" in ran.text
    assert "refused at secret_id" in ran.text
    assert "elsewhere.test: no provider's host; not let out" in ran.text
    # Under CI the summary at the end repeats all of it.
    assert ran.text.partition(" short test summary ")[0].count("@pytest.mark.kyc_sim(refused='allowed')") == 4


@pytest.mark.parametrize("refused", ["allowed", "expected"])
def test_a_test_may_be_about_refusals(suite: Suite, refused: str) -> None:
    ran = suite(f"""
    pytestmark = pytest.mark.kyc_sim(refused="{refused}")
    {REFUSED}
    def test_none(kyc_sim): ...
    """)

    assert ran.counts == ({"passed": 5} if refused == "allowed" else {"passed": 5, "errors": 1})
    assert ("and none was" in ran.text) is (refused == "expected")


def test_an_error_that_was_forced_or_asked_for_is_no_refusal(suite: Suite) -> None:
    ran = suite(
        """
        def test_forced(kyc_sim, kyc_person):
            kyc_sim.tencent.next(error="AuthFailure.SignatureFailure")
            assert check(kyc_sim, kyc_person()).provider_code == "AuthFailure.SignatureFailure"

        def test_asked(kyc_sim, kyc_person):
            assert check(kyc_sim, kyc_person(name="x" * 100)).provider_code
        """
    )

    assert ran.counts == {"passed": 2}


DEMANDS = """
    def test_produces(kyc_sim, kyc_person):
        assert check(kyc_sim, kyc_person()).passed

    def test_is_content(assert_outcomes_covered):
        assert_outcomes_covered("tencent", OPERATION, at_least=4, kind="result")
        assert_outcomes_covered("tencent", at_least=0.1)

    def test_counts_its_own_traffic(kyc_sim, kyc_person, assert_outcomes_covered):
        kyc_sim.tencent.next(OPERATION, result="-17")
        check(kyc_sim, kyc_person())
        assert_outcomes_covered("tencent", OPERATION, at_least=100 * 2 / 21, kind="result")

    def test_wants_more(assert_outcomes_covered):
        assert_outcomes_covered("tencent", OPERATION, kind="result")

    def test_wants_what_is_not_there(assert_outcomes_covered):
        assert_outcomes_covered("tencent", "Nothing")

    def test_wants_a_kind_that_is_not_there(assert_outcomes_covered):
        assert_outcomes_covered("tencent", OPERATION, kind="codes")
"""


def test_outcomes_are_demanded_over_all_that_was_answered_so_far(suite: Suite) -> None:
    ran = suite(DEMANDS)

    assert ran.counts == {"passed": 3, "failed": 3}
    assert "2 of 21 outcomes were produced (9.5 %), 100 % are wanted; missing: result -1, " in ran.text
    assert "kind is result or error, not codes" in ran.text
    assert "tencent has no operation Nothing; there is BankCardVerification, " in ran.text


PRODUCES = """
    def test_match(kyc_sim, kyc_person):
        assert check(kyc_sim, kyc_person()).passed

    def test_busy(kyc_sim, kyc_person):
        kyc_sim.tencent.next(OPERATION, result="-17")
        check(kyc_sim, kyc_person())
"""


def test_gates_fail_the_session_and_the_report_says_who_produced_what(suite: Suite, pytester: pytest.Pytester) -> None:
    report = pytester.path / "report.json"
    passing = suite(PRODUCES, "--kyc-sim-min-coverage=tencent/BankCardVerification:result=9.5")
    failing = suite(
        PRODUCES,
        "--kyc-sim-min-coverage=tencent/BankCardVerification:result=10",
        "--kyc-sim-min-coverage=:result=9",
        f"--kyc-sim-report={report}",
    )
    found = json.loads(report.read_text())["providers"]["tencent"]["BankCardVerification"]

    assert (passing.code, failing.code) == (0, pytest.ExitCode.TESTS_FAILED)
    assert "kyc-sim" not in passing.text.partition("passed")[0].splitlines()[-1]
    assert failing.counts == {"passed": 2}
    assert failing.text.count("are wanted; missing") == 1
    assert f"outcomes produced: {report}" in failing.text
    assert found["produced"] == {"result 0": ["test_suite.py::test_match"], "result -17": ["test_suite.py::test_busy"]}
    assert len(found["missing"]) == len(rows_of("tencent", "BankCardVerification")) - 2


def test_a_report_that_cannot_be_written_fails_the_session(suite: Suite) -> None:
    ran = suite("def test_none(): ...", "--kyc-sim-report=/nowhere/at/all.json", "--kyc-sim-min-coverage=1")

    assert ran.code == pytest.ExitCode.TESTS_FAILED
    assert "--kyc-sim-report /nowhere/at/all.json: No such file or directory" in ran.text
    assert "no provider was called, 1 % of the outcomes are wanted" in ran.text


def test_who_only_lists_tests_is_asked_for_nothing(suite: Suite) -> None:
    ran = suite("def test_none(): ...", "--kyc-sim-min-coverage=100", "--collect-only")

    assert ran.code == 0
    assert "wanted" not in ran.text


@pytest.mark.parametrize(
    ("argument", "told"),
    [
        ("--kyc-sim-min-coverage=tencnet=80", "no provider is called tencnet; there is alibaba, "),
        ("--kyc-sim-min-coverage=lots", "=PERCENT is needed"),
        ("-okyc_sim_door=back", "kyc_sim_door is one of live, intercept"),
        ("--kyc-sim-door=back", "invalid choice: 'back'"),
    ],
)
def test_options_nobody_understands_end_the_run_before_it_begins(
    pytester: pytest.Pytester, argument: str, told: str
) -> None:
    pytester.makeini(dedent(INI))
    pytester.makepyfile("def test_none(): ...")
    result = run_here(pytester, argument)

    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert told in result.stderr.str()


def test_the_door_and_the_seed_may_stand_in_the_configuration(pytester: pytest.Pytester) -> None:
    pytester.makeini(dedent(INI) + "kyc_sim_door = intercept\nkyc_sim_seed = mine\n")
    pytester.makepyfile(
        """
        def test_one(kyc_sim, pytestconfig):
            assert kyc_sim.door == "intercept"
            assert kyc_sim.simulator.services.settings.seed == "mine"
        """
    )

    assert run_here(pytester).parseoutcomes() == {"passed": 1}


def test_a_stay_without_interception_says_so(suite: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = suite(
        """
        def test_late(request):
            request.getfixturevalue("kyc_sim_intercept")
        """,
        "--kyc-sim-seed=x",
    )
    assert ran.counts == {"passed": 1}
    with pytest.raises(pytest.fail.Exception, match="door is live"):
        simulator.pytest_stay.Stay.intercepted(_Live())  # type: ignore[arg-type]  # a stay whose tenant is elsewhere


class _Live:
    sandbox = None


def test_tenants_are_called_after_their_tests() -> None:
    name = simulator.pytest_stay.tenant_name

    assert name("s", "a/test_a.py::TestB::test_c[x y-测试]").startswith("test_c-x-y-")
    assert name("s", "a.py::test_a") != name("t", "a.py::test_a") != name("t", "b.py::test_a")
    assert len(name("s", f"a.py::{'t' * 500}")) <= 64
    assert name("s", "[]").startswith("test-")


PAGE = (Path(__file__).parents[3] / "docs" / "pytest.md").read_text("utf-8")
BLOCK = re.compile(r"^```python\n# (?P<file>[a-z_]+\.py)\n(?P<source>.*?)^```\n", re.MULTILINE | re.DOTALL)


def test_the_suite_of_the_page_passes(pytester: pytest.Pytester) -> None:
    files = {found["file"]: found["source"] for found in BLOCK.finditer(PAGE)}
    for name, source in files.items():
        (pytester.path / name).write_text(source, "utf-8")
    pytester.makeini(dedent(INI))
    ran = run_here(pytester, "--kyc-sim-door=intercept")

    assert len(files) == PAGE.count("```python\n") == 9
    assert ran.parseoutcomes() == {"passed": 12}


def test_the_page_names_all_there_is(pytester: pytest.Pytester) -> None:
    pytester.makeini(dedent(INI))
    listed = run_here(pytester, "--fixtures").stdout.str()
    options = set(re.findall("--kyc-sim-[a-z-]+", run_here(pytester, "--help").stdout.str()))
    page = PAGE

    assert options <= set(re.findall("--kyc-sim-[a-z-]+", page))
    for wish in fields(simulator.pytest_stay.Wishes):
        assert f"| `{wish.name}` |" in page
    for fixture in ("kyc_sim", "kyc_sim_intercept", "kyc_person", "kyc_clock", "kyc_ledger", "assert_outcomes_covered"):
        assert f"\n{fixture} -- " in listed
        assert f"`{fixture}`" in page
    assert "_kyc_sim" not in listed


def test_the_plugin_brings_nothing_heavy_along() -> None:
    heavy = ("contracts", "flask", "hypothesis", "jsonschema", "kyc_core", "orjson", "requests", "responses", "urllib3")
    code = f"import sys, simulator.pytest_plugin; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=True)

    assert done.stdout == "[]\n"


def test_a_suite_that_has_no_use_for_the_plugin_pays_for_nothing(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_x(): pass")
    heavy = ("contracts", "flask", "kyc_core", "orjson", "simulator.pytest_stay")
    code = f"""\
        import sys, pytest
        assert pytest.main(["-q", "-p", "no:cacheprovider"]) == 0
        print([name for name in {heavy} if name in sys.modules])
    """
    script = pytester.makepyfile(whole=dedent(code))
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=60, check=True)

    assert done.stdout.splitlines()[-1] == "[]"
