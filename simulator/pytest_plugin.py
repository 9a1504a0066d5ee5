"""The pytest plugin: a simulated upstream of one's own for every test.

Fixtures: ``kyc_sim``, ``kyc_sim_intercept``, ``kyc_person``, ``kyc_clock``, ``kyc_ledger`` and
``assert_outcomes_covered``. Marker: ``@pytest.mark.kyc_sim(...)``. Options: ``--kyc-sim-door``, ``--kyc-sim-seed``,
``--kyc-sim-min-coverage``, ``--kyc-sim-report``. The manual is ``docs/pytest.md``.

A session has one server (every worker of a parallel one its own) unless ``KYC_SIM_URL`` names one that is running, as
it does under ``kyc-sim run``. Every test has a tenant of its own there. This module is loaded with every pytest run, so
nothing heavy is imported before a test asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from simulator import pytest_session

if TYPE_CHECKING:
    from contracts.coverage import Kind
    from contracts.made_up import MadeUp
    from contracts.targets import Target
    from simulator.in_process import InProcess
    from simulator.interception import Intercepted
    from simulator.pytest_stay import Stay
    from simulator.sandbox import Sandbox, SandboxClock, SandboxLedger


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the plugin's options."""
    pytest_session.add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known, and begin to add up what tests are answered."""
    config.addinivalue_line("markers", pytest_session.MARKER_HELP)
    config.pluginmanager.register(pytest_session.Session(config), pytest_session.PLUGIN)


@pytest.fixture(scope="session")
def _kyc_sim_server(pytestconfig: pytest.Config) -> Iterator[Target]:
    """The simulator that tests of this process call over a socket."""
    from simulator.pytest_stay import running

    with running(pytestconfig) as target:
        yield target


@pytest.fixture(scope="session")
def _kyc_sim_here(pytestconfig: pytest.Config) -> Iterator[InProcess]:
    """The simulator that answers tests of this process without a socket."""
    from simulator.pytest_stay import in_process

    with in_process(pytestconfig) as simulator:
        yield simulator


@pytest.fixture
def _kyc_sim_stay(request: pytest.FixtureRequest) -> Iterator[Stay]:
    """This test's stay at a simulator; what must not have happened is told at its end."""
    from simulator.pytest_stay import stay

    with stay(request) as found:
        yield found


@pytest.fixture
def kyc_sim(_kyc_sim_stay: Stay) -> Sandbox:
    """A tenant of this test's own: endpoints, credentials, rules, people, clock, journal and ledger."""
    return _kyc_sim_stay.sandbox


@pytest.fixture
def kyc_sim_intercept(_kyc_sim_stay: Stay) -> Intercepted:
    """The same in this process, without a socket: the providers' real https hosts are answered."""
    return _kyc_sim_stay.intercepted()


@pytest.fixture
def kyc_person(_kyc_sim_stay: Stay) -> Callable[..., MadeUp]:
    """Make people whose values agree, on file at every provider: ``kyc_person(state="cancelled")``."""
    return _kyc_sim_stay.person


@pytest.fixture
def kyc_clock(_kyc_sim_stay: Stay) -> SandboxClock:
    """This test's time: freeze, advance, set, reset."""
    return _kyc_sim_stay.sandbox.clock


@pytest.fixture
def kyc_ledger(_kyc_sim_stay: Stay) -> SandboxLedger:
    """What this test's calls would have cost: ``kyc_ledger.assert_charged(at_most=3)``."""
    return _kyc_sim_stay.sandbox.ledger


@pytest.fixture
def assert_outcomes_covered(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Demand that the suite has produced a share of the documented outcomes.

    ``assert_outcomes_covered("tencent", "BankCardVerification", at_least=100, kind="result")``
    """
    session: Any = request.config.pluginmanager.get_plugin(pytest_session.PLUGIN)

    def demand(provider: str, operation: str = "", *, at_least: float = 100, kind: Kind | None = None) -> None:
        __tracebackhide__ = True
        session.demand(request.node, provider, operation, at_least, kind)

    return demand
