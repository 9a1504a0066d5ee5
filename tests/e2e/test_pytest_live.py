"""The plugin over sockets: a server of the session's own, one that is running, and one that workers share."""

from __future__ import annotations

import socket
from textwrap import dedent
from typing import Any, NoReturn

import pytest

import simulator.pytest_plugin
from simulator.exits import Exit, Failed
from simulator.pytest_stay import tenant_name

pytest_plugins = ["pytester"]
pytestmark = pytest.mark.usefixtures("modules_stay")

INI = """
    [pytest]
    addopts = --strict-markers -p no:cacheprovider
    filterwarnings = error
"""

SUITE = """
    import pytest
    import requests
    from kyc_core.adapters.tencent import TencentAdapter

    def check(sim, person, **options):
        keys = sim.tencent.credentials
        adapter = TencentAdapter(**{
            "secret_id": keys["secret_id"], "secret_key": keys["secret_key"], "clock": sim.clock.time,
            "endpoint": sim.tencent.endpoint, **options,
        })
        return adapter.check("BankCardVerification", person.claim())

    def test_passes(kyc_sim, kyc_person, kyc_ledger):
        assert kyc_sim.door == "live"
        assert kyc_sim.tencent.authority.startswith("127.0.0.1:")
        assert check(kyc_sim, kyc_person()).passed
        kyc_ledger.assert_charged(exactly=1)

    def test_nobodys(kyc_sim, kyc_person):
        check(kyc_sim, kyc_person(), secret_id="AKIDnobody")

    def test_nowhere(kyc_sim):
        requests.post(kyc_sim.signzy.endpoint + "/api/v9/nowhere", timeout=5)
"""

AS_WORKERS = """
    import pytest

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(session):
        del session.config.workerinput  # from here on we are who adds up

    def pytest_configure(config):
        config.workerinput = {}
"""


@pytest.fixture(autouse=True)
def only_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    for name in ("KYC_SIM_URL", "KYC_SIM_ADMIN_TOKEN"):
        monkeypatch.delenv(name, raising=False)


def run(pytester: pytest.Pytester, source: str, *arguments: str) -> pytest.RunResult:
    pytester.makeini(dedent(INI))
    pytester.makepyfile(test_suite=dedent(source))
    return pytester.runpytest_inprocess(*arguments, plugins=[simulator.pytest_plugin])


def test_a_session_has_a_server_of_its_own_and_stops_it(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")  # which a call to 127.0.0.1 must not take
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    left = """
    import pathlib

    def test_place(kyc_sim):
        pathlib.Path("place").write_text(kyc_sim.target.url)
    """
    ran = run(pytester, dedent(SUITE) + dedent(left))
    host, _, port = (pytester.path / "place").read_text().removeprefix("http://").partition(":")

    assert ran.parseoutcomes() == {"passed": 4, "errors": 2}
    assert "refused at secret_id" in ran.stdout.str()
    assert (
        "no provider: POST /api/v9/nowhere was answered 404, refused at route (cause: no_provider)" in ran.stdout.str()
    )
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host, int(port)), 1)


def test_a_running_server_is_used_and_left_as_it_was(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, live: Any
) -> None:
    monkeypatch.setenv("KYC_SIM_URL", live.url)
    before = live.admin("GET", "/tenants")
    ran = run(pytester, SUITE, "--kyc-sim-min-coverage=tencent/BankCardVerification:result=4")

    assert ran.parseoutcomes() == {"passed": 3, "errors": 2}
    assert "are wanted" not in ran.stdout.str()
    assert live.admin("GET", "/tenants") == before


def test_a_name_that_somebody_left_behind_is_no_hindrance(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, live: Any
) -> None:
    name = tenant_name("kyc-sim", "test_suite.py::test_named")
    live.admin("POST", "/tenants", {"name": name})
    monkeypatch.setenv("KYC_SIM_URL", live.url)
    try:
        ran = run(pytester, f"def test_named(kyc_sim): assert kyc_sim.name == '{name}.1'")
    finally:
        live.admin("DELETE", f"/tenants/{name}")

    assert ran.parseoutcomes() == {"passed": 1}


def test_a_name_that_too_many_left_behind_is_told(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, live: Any
) -> None:
    name = tenant_name("kyc-sim", "test_suite.py::test_named")
    monkeypatch.setattr("simulator.pytest_stay._TRIES", 1)
    monkeypatch.setenv("KYC_SIM_URL", live.url)
    live.admin("POST", "/tenants", {"name": name})
    try:
        ran = run(pytester, "def test_named(kyc_sim): ...")
    finally:
        live.admin("DELETE", f"/tenants/{name}")

    assert ran.parseoutcomes() == {"errors": 1}
    assert f"kyc-sim: {live.url} has 1 tenants called {name}" in ran.stdout.str()


def test_a_server_that_does_not_start_is_told(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    def own_server(_: object) -> NoReturn:
        raise Failed(Exit.ENVIRONMENT, "the simulator does not start")

    monkeypatch.setattr("simulator.pytest_stay.own_server", own_server)
    ran = run(pytester, "def test_one(kyc_sim): ...")

    assert ran.parseoutcomes() == {"errors": 1}
    assert "kyc-sim: the simulator does not start" in ran.stdout.str()


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://127.0.0.1:9", "kyc-sim: no simulator answers at http://127.0.0.1:9: ConnectionRefusedError"),
        ("127.0.0.1:9", "kyc-sim: KYC_SIM_URL: the simulator's address is http://HOST:PORT"),
    ],
)
def test_a_server_that_is_not_there_is_told(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, url: str, told: str
) -> None:
    monkeypatch.setenv("KYC_SIM_URL", url)
    ran = run(pytester, "def test_one(kyc_sim): ...")

    assert ran.parseoutcomes() == {"errors": 1}
    assert told in ran.stdout.str()


@pytest.mark.parametrize("refused", ["forbidden", "allowed"])
def test_calls_of_nobody_at_a_shared_server_are_told_at_the_end(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, live: Any, refused: str
) -> None:
    monkeypatch.setenv("KYC_SIM_URL", live.url)
    pytester.makeconftest(dedent(AS_WORKERS))
    ran = run(pytester, f"{dedent(SUITE)}\npytestmark = pytest.mark.kyc_sim(refused='{refused}')\n")

    assert ran.parseoutcomes() == {"passed": 3}
    assert ran.ret == (pytest.ExitCode.TESTS_FAILED if refused == "forbidden" else pytest.ExitCode.OK)
    assert ran.stdout.str().count("a call that no test was known by: ") == (2 if refused == "forbidden" else 0)


def test_what_workers_demand_is_judged_when_all_are_done(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, live: Any
) -> None:
    monkeypatch.setenv("KYC_SIM_URL", live.url)
    pytester.makeconftest(dedent(AS_WORKERS))
    demands = """
    def test_before(assert_outcomes_covered):
        assert_outcomes_covered("tencent", "BankCardVerification", at_least=4, kind="result")
        assert_outcomes_covered("tencent", "BankCardVerification", at_least=50, kind="result")
    """
    passes = dedent(SUITE).partition("def test_nobodys")[0]
    ran = run(pytester, dedent(demands) + passes)

    assert ran.parseoutcomes() == {"passed": 2}
    assert ran.ret == pytest.ExitCode.TESTS_FAILED
    assert "1 of 21 outcomes were produced (4.8 %), 50 % are wanted" in ran.stdout.str()
    assert "4 % are wanted" not in ran.stdout.str()


def test_the_admin_token_of_a_running_server_is_handed_over(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, launch: Any
) -> None:
    server = launch("--admin-token", "a-token")
    monkeypatch.setenv("KYC_SIM_URL", server.url)
    without = run(pytester, "def test_one(kyc_sim): ...")
    monkeypatch.setenv("KYC_SIM_ADMIN_TOKEN", "a-token")
    ran = run(pytester, "def test_one(kyc_sim): assert kyc_sim.clock.time() > 0")

    assert without.parseoutcomes() == {"errors": 1}
    assert "401" in without.stdout.str()
    assert ran.parseoutcomes() == {"passed": 1}
