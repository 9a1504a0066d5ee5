"""What the pytest plugin keeps for a whole session: which rows tests produced, and what was demanded of them.

What a test was answered travels with the report of its teardown, which pytest hands to this process whether the test
ran here or in a worker. So nothing is shared between processes, and a worker that dies loses nothing it had reported.

Whoever adds the figures up needs the whole of them. Without workers a demand (`assert_outcomes_covered`) is judged
where it is made, over everything before it; in a worker it is judged at the end of the session, over all workers.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from contracts.coverage import Gate, Kind, Tally
    from simulator.pytest_stay import Stay

PLUGIN: Final = "kyc_sim_session"
DOORS: Final = ("live", "intercept")
MARKER_HELP: Final = (
    "kyc_sim(*, door, switches, frozen_at, seed, refused, passthrough): how the kyc_sim fixtures are set up; "
    "see docs/pytest.md of kyc-upstream-simulator"
)

STAY: Final[pytest.StashKey[Stay]] = pytest.StashKey()
"""The stay of a test under way."""
LEFT: Final = pytest.StashKey[dict[str, Any]]()
"""What a test leaves behind: JSON that travels with its report."""

_REPORTED: Final = "kyc_sim"


def add_options(parser: pytest.Parser) -> None:
    """Add the plugin's options and the settings of the same names."""
    group = parser.getgroup("kyc-sim", "simulated KYC upstreams")
    group.addoption(
        "--kyc-sim-door",
        choices=DOORS,
        help="what the kyc_sim fixture goes through: a live server (default), or interception in process",
    )
    group.addoption("--kyc-sim-seed", metavar="TEXT", help="text from which identifiers and made-up people follow")
    group.addoption(
        "--kyc-sim-min-coverage",
        action="append",
        default=[],
        metavar="[PROVIDER[/OPERATION]][:result|:error]=PERCENT",
        help="fail when fewer of the documented outcomes were produced; may be given several times; "
        "a percentage alone is asked of every operation that was called",
    )
    group.addoption("--kyc-sim-report", metavar="PATH", help="write which outcomes were produced, and by which tests")
    parser.addini("kyc_sim_door", "as --kyc-sim-door", default="live")
    parser.addini("kyc_sim_seed", "as --kyc-sim-seed", default="kyc-sim")


def setting(config: pytest.Config, name: str) -> str:
    """Return a setting: the option, else the line of the configuration file."""
    given = config.getoption(f"kyc_sim_{name}")
    return str(given if given is not None else config.getini(f"kyc_sim_{name}"))


def in_worker(config: pytest.Config) -> bool:
    """Tell whether this process runs a share of the tests for another one (pytest-xdist)."""
    return hasattr(config, "workerinput")


class Session:
    """Adds up what tests report, and judges it at the end; registered with pytest as a plugin.

    Args:
        config: the session's.

    Raises:
        pytest.UsageError: a gate or a setting is not what it may be.
    """

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._left: list[tuple[str, dict[str, Any]]] = []
        self._complaints: list[str] = []
        self._notes: list[str] = []
        if setting(config, "door") not in DOORS:
            raise pytest.UsageError(f"kyc_sim_door is one of {', '.join(DOORS)}")
        self._gates: list[str] = config.getoption("kyc_sim_min_coverage")
        for text in self._gates:
            _gate(text)

    def demand(self, node: pytest.Item, provider: str, operation: str, at_least: float, kind: Kind | None) -> None:
        """Judge a demand now, or have it judged once all workers are done.

        Args:
            node: the test that makes it.
            provider: whose outcomes.
            operation: of which operation; all of the provider's if empty.
            at_least: percent that have to be produced.
            kind: ``result`` or ``error``; both if ``None``.

        Raises:
            AssertionError: fewer were produced so far; it lists those that are missing.
            pytest.UsageError: there is no such provider, operation or kind.
        """
        __tracebackhide__ = True
        from contracts.coverage import Gate, rows_of

        if kind not in (None, "result", "error"):
            raise pytest.UsageError(f"kyc-sim: kind is result or error, not {kind}")
        gate = Gate(at_least, provider, operation, kind)
        try:
            rows_of(provider, operation)
        except ValueError as problem:
            raise pytest.UsageError(f"kyc-sim: {problem}") from None
        if in_worker(self._config):
            node.stash.setdefault(LEFT, {}).setdefault("demands", []).append(list(gate))
            return
        tally = self._tally()
        stay = node.stash.get(STAY, None)
        if stay is not None:
            tally.add(node.nodeid, stay.answers())
        missing = list(tally.complaints([gate]))
        assert not missing, "; ".join(missing)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[Any]:
        """Send along what a test leaves behind."""
        report = yield
        if call.when == "teardown" and LEFT in item.stash:
            setattr(report, _REPORTED, item.stash[LEFT])
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take what a test left behind, here or in a worker."""
        left = getattr(report, _REPORTED, None)
        if left is not None:
            self._left.append((report.nodeid, left))

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Judge the demands, and write the report."""
        if in_worker(self._config) or self._config.option.collectonly:
            return
        path = self._config.getoption("kyc_sim_report")
        gates = [_gate(text) for text in self._gates]
        gates += self._demands()
        if gates:
            self._complaints += dict.fromkeys(self._tally().complaints(gates))
        if path:
            self._write(Path(path))
        self._complaints += self._strays()
        if self._complaints and exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Say what was missing."""
        if not self._complaints and not self._notes:
            return
        terminalreporter.section("kyc-sim")
        for line in self._complaints:
            terminalreporter.line(line, red=True)
        for line in self._notes:
            terminalreporter.line(line)

    def _demands(self) -> list[Gate]:
        demands = [demand for _, left in self._left for demand in left.get("demands", ())]
        if not demands:
            return []  # and the tables stay unread: nothing is imported into a suite that has no use for it
        from contracts.coverage import Gate

        return [Gate(*demand) for demand in demands]

    def _write(self, path: Path) -> None:
        import orjson

        # Sorted, so that two runs of one suite give the same bytes.
        options = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
        try:
            path.write_bytes(orjson.dumps(self._tally().to_document(), option=options))
        except OSError as problem:
            self._complaints.append(f"--kyc-sim-report {path}: {problem.strerror}")
        else:
            self._notes.append(f"outcomes produced: {path}")

    def _tally(self) -> Tally:
        from contracts.coverage import Answered, Tally

        tally = Tally()
        for test, left in self._left:
            tally.add(test, [Answered(*answered) for answered in left.get("answers", ())])
        return tally

    def _strays(self) -> list[str]:
        """Return what nobody's calls have to be told of that no single test could be told of.

        Workers that share one running server cannot tell whose call of nobody it was.
        """
        shared = [left["lobby"] for _, left in self._left if "lobby" in left]
        if not shared or not all(lobby["forbidden"] for lobby in shared):
            return []
        from simulator.pytest_stay import strays_since

        found = strays_since(min(lobby["before"] for lobby in shared))
        return [f"a call that no test was known by: {line}" for line in found]


def _gate(text: str) -> Gate:
    from contracts.coverage import parse_gate

    try:
        return parse_gate(text)
    except ValueError as problem:
        raise pytest.UsageError(f"kyc-sim: {problem}") from None
