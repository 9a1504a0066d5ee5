"""One test's stay at a simulator: how its marker wants it, its tenant, its people, and what is told at its end."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from hashlib import blake2b
from random import Random
from typing import Any, Final, NoReturn

import pytest

from contracts.coverage import Answered, answers_of
from contracts.made_up import MadeUp, made_up
from contracts.plan import load_plan
from contracts.targets import Target, TargetError, Tenancy
from kyc_core.sex import Sex
from simulator.exits import Failed
from simulator.handover import past_proxies
from simulator.in_process import InProcess
from simulator.interception import DOOR as INTERCEPT
from simulator.interception import Intercepted, intercept
from simulator.own_server import own_server
from simulator.pytest_session import DOORS, LEFT, STAY, in_worker, setting
from simulator.sandbox import Sandbox, SandboxJournal
from simulator.settings import Settings
from simulator.tenants import DEFAULT, LOBBY
from simulator.unwelcome import foreign, unwelcome

LIVE: Final = "live"
REFUSED: Final = ("forbidden", "allowed", "expected")
URL: Final = "KYC_SIM_URL"
TOKEN: Final = "KYC_SIM_ADMIN_TOKEN"  # noqa: S105 - the name of a variable

_CONFLICT: Final = 409
_TRIES: Final = 100
_NOBODY: Final = Tenancy(name=LOBBY, credentials={})
_ANYBODY: Final = Tenancy(name=DEFAULT, credentials={})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What the marker says.

    Attributes:
        door: ``live`` or ``intercept``; as the command line says if ``None``.
        switches: readings of the tenant.
        frozen_at: the moment the tenant's clock stands at; it runs if ``None``.
        seed: text from which the tenant's identifiers and people follow, with the test's name; as the command line says
            if ``None``.
        refused: whether calls may be refused for who made them, or go where nobody answers: ``forbidden``, ``allowed``
            or ``expected``.
        passthrough: hosts that calls are let out to, where they are intercepted.
    """

    door: str | None = None
    switches: Mapping[str, Any] = field(default_factory=dict)
    frozen_at: datetime | str | None = None
    seed: str | None = None
    refused: str = "forbidden"
    passthrough: tuple[str, ...] = ()


def wishes_of(node: pytest.Item) -> Wishes:
    """Return what the markers of a test say, the nearest first; switches of all of them are laid over one another.

    Raises:
        pytest.fail.Exception: a marker says what nobody understands.
    """
    said: dict[str, Any] = {}
    known = [each.name for each in fields(Wishes)]
    for mark in reversed(list(node.iter_markers("kyc_sim"))):
        if mark.args:
            _mistake(node, f"takes options by name: {', '.join(known)}")
        for name in mark.kwargs:
            if name not in known:
                _mistake(node, f"has no option {name}; there is {', '.join(known)}")
        switches = {**said.get("switches", {}), **_readings(node, mark.kwargs.get("switches", {}))}
        said |= {**mark.kwargs, "switches": switches}
    for name, choice in (("door", DOORS), ("refused", REFUSED)):
        if said.get(name, choice[0]) not in choice:
            _mistake(node, f"{name} is one of {', '.join(choice)}")
    passthrough = said.get("passthrough", ())
    if isinstance(passthrough, str) or not all(isinstance(host, str) for host in passthrough):
        _mistake(node, "passthrough is a list of hosts")
    return Wishes(**{**said, "passthrough": tuple(passthrough)})


def _readings(node: pytest.Item, given: object) -> Mapping[str, Any]:
    if not isinstance(given, Mapping):
        _mistake(node, "switches is a mapping: name of a switch -> value")
    return given


def _mistake(node: pytest.Item, message: str) -> NoReturn:
    pytest.fail(f"the marker kyc_sim of {node.nodeid} {message}", pytrace=False)


class Stay:
    """One test at its tenant.

    Attributes:
        sandbox: the tenant.
    """

    def __init__(self, sandbox: Sandbox, chance: Random) -> None:
        self.sandbox = sandbox
        self._chance = chance
        self._people = 0

    def intercepted(self) -> Intercepted:
        """Return the tenant as what it is in process.

        Raises:
            pytest.fail.Exception: this test's calls go over a socket.
        """
        if not isinstance(self.sandbox, Intercepted):
            pytest.fail(
                "kyc_sim_intercept is asked for where the door is live: name it among the test's arguments, "
                "or mark the test with kyc_sim(door='intercept')",
                pytrace=False,
            )
        return self.sandbox

    def person(
        self, *, key: str | None = None, sex: Sex | None = None, born: date | None = None, **members: Any
    ) -> MadeUp:
        """Make somebody up and put them on file at every provider.

        The n-th person of a test is always the same: they follow from the seed and the test's name.

        Args:
            key: name of the entry; ``person-1`` and so on by default.
            sex: male or female; by chance if None.
            born: day of birth; by chance if None.
            members: what is on file besides or instead (see `kyc_core.people`): ``state="cancelled"``,
                ``controls={"tencent": {"meaning": "centre_busy"}}``.

        Raises:
            TargetError: a member is not what it may be.
        """
        self._people += 1
        person = made_up(self._chance, sex=sex, born=born)
        self.sandbox.people.put(person.document(key or f"person-{self._people}", **members))
        return person

    def answers(self) -> frozenset[Answered]:
        """Return what the test was answered so far."""
        return answers_of(self.sandbox.journal.entries())


@contextmanager
def running(config: pytest.Config) -> Iterator[Target]:
    """Serve for the length of a session, or use the server that the environment names.

    Yields:
        It.
    """
    if os.environ.get(URL):
        target = _named_by_the_environment()
        yield target
        target.close()
        return
    try:
        with own_server(Settings(seed=setting(config, "seed"))) as server:
            target = Target(server.url)
            yield target
            target.close()
    except Failed as problem:
        pytest.fail(f"kyc-sim: {problem}", pytrace=False)


def _named_by_the_environment() -> Target:
    trouble = ""
    try:
        return Target(os.environ[URL], os.environ.get(TOKEN))
    except TargetError as problem:
        trouble = str(problem)
    pytest.fail(f"kyc-sim: {URL}: {trouble}", pytrace=False)


@contextmanager
def in_process(config: pytest.Config) -> Iterator[InProcess]:
    """Make a simulator of this process for the length of a session.

    Yields:
        It.
    """
    simulator = InProcess(Settings(seed=setting(config, "seed")))
    yield simulator
    simulator.close()


@contextmanager
def stay(request: pytest.FixtureRequest) -> Iterator[Stay]:
    """Give a test a tenant, and take it back.

    What the test was answered is noted for the session. The tenant goes, and with it everything it owned.

    Yields:
        The stay.

    Raises:
        pytest.fail.Exception: calls were refused that must not be, or none were where some were expected.
    """
    node: pytest.Item = request.node
    wishes = wishes_of(node)
    seed = wishes.seed if wishes.seed is not None else setting(node.config, "seed")
    name = tenant_name(seed, node.nodeid)
    chance = Random(f"{seed}\0{node.nodeid}")  # noqa: S311 - made-up people, repeatable, not secret
    with ExitStack() as left:
        trouble = ""
        try:
            if _door(request, wishes) == INTERCEPT:
                sandbox, watch = _without_socket(left, request.getfixturevalue("_kyc_sim_here"), wishes, name)
            else:
                sandbox, watch = _over_a_socket(left, request.getfixturevalue("_kyc_sim_server"), wishes, name, node)
            if wishes.frozen_at is not None:
                sandbox.clock.freeze(wishes.frozen_at)
        except (TargetError, ValueError) as problem:
            trouble = str(problem)
        if trouble:  # told outside of the handler, so that nobody reads two tracebacks
            pytest.fail(f"kyc-sim: {trouble}", pytrace=False)
        found = Stay(sandbox, chance)
        node.stash[STAY] = found
        yield found
        journal = sandbox.journal.entries()
        keep = node.stash.setdefault(LEFT, {})
        keep["answers"] = [list(answered) for answered in sorted(answers_of(journal))]
        if not watch.alone:
            keep["lobby"] = {"before": watch.before, "forbidden": wishes.refused == "forbidden"}
        refused = [*unwelcome(journal, of_nobody=False), *watch.strays(every=wishes.refused == "expected")]
    _judge(wishes, refused)


class Watch:
    """What reached a simulator that was no call of the test's tenant.

    Args:
        target: the simulator.
        alone: whether nobody else calls it meanwhile.
        ours: whether it was started for the tests, so that no call may be made with its default credentials.
        intercepted: what the calls went through, in process.
    """

    def __init__(self, target: Target, *, alone: bool, ours: bool, intercepted: Intercepted | None = None) -> None:
        self.alone = alone
        self._lobby = SandboxJournal(target, _NOBODY)
        self.before = self._lobby.last_number()
        self._default = SandboxJournal(target, _ANYBODY) if ours else None
        self._default_before = self._default.last_number() if self._default is not None else 0
        self._intercepted = intercepted

    def strays(self, *, every: bool = False) -> list[str]:
        """Return a line about each call of nobody or with the default credentials, and each host not let out to.

        Args:
            every: tell also of calls that may be another worker's.
        """
        hosts = self._intercepted.unexpected if self._intercepted is not None else ()
        nobodys = self._lobby.entries(after=self.before) if self.alone or every else []
        defaults = self._default.entries(after=self._default_before) if self._default is not None else []
        return [
            *unwelcome(nobodys, of_nobody=True),
            *foreign(defaults, whose=DEFAULT),
            *[f"{host}: no provider's host; not let out" for host in hosts],
        ]


def strays_since(number: int) -> list[str]:
    """Return a line about each call of nobody at the running server since that entry of the lobby's journal."""
    target = _named_by_the_environment()
    lines = unwelcome(SandboxJournal(target, _NOBODY).entries(after=number), of_nobody=True)
    target.close()
    return lines


def _door(request: pytest.FixtureRequest, wishes: Wishes) -> str:
    asked = {"kyc_sim", "kyc_sim_intercept"}.intersection(request.fixturenames)
    if "kyc_sim_intercept" not in asked:
        return wishes.door or setting(request.config, "door")
    if wishes.door == LIVE:
        _mistake(request.node, "says door='live', and the test asks for kyc_sim_intercept")
    return INTERCEPT


def _without_socket(left: ExitStack, simulator: InProcess, wishes: Wishes, name: str) -> tuple[Sandbox, Watch]:
    sandbox = left.enter_context(
        intercept(simulator=simulator, tenant=name, switches=wishes.switches, passthrough=wishes.passthrough)
    )
    return sandbox, Watch(sandbox.target, alone=True, ours=True, intercepted=sandbox)


def _over_a_socket(
    left: ExitStack, target: Target, wishes: Wishes, name: str, node: pytest.Item
) -> tuple[Sandbox, Watch]:
    tenancy = _new_tenant(target, name, wishes.switches)
    left.callback(target.remove_tenant, tenancy)
    proxies = left.enter_context(pytest.MonkeyPatch.context())
    for variable, value in past_proxies(target.url, os.environ).items():
        proxies.setenv(variable, value)
    sandbox = Sandbox(target, tenancy, door=LIVE, endpoint_of=lambda whose: target.url + load_plan(whose).endpoint)
    ours = not os.environ.get(URL)
    return sandbox, Watch(target, alone=ours or not in_worker(node.config), ours=ours)


def tenant_name(seed: str, nodeid: str) -> str:
    """Return the tenant's name: the test's, readable, and a digest of all that tells two tests apart.

    >>> tenant_name("kyc-sim", "tests/test_a.py::test_one[x]")
    'test_one-x-d1f1cfe0a5f7'
    """
    digest = blake2b(f"{seed}\0{nodeid}".encode(), digest_size=6).hexdigest()
    spoken = re.sub("[^A-Za-z0-9_]+", "-", nodeid.rpartition("::")[2]).strip("-_")[:48]
    return f"{spoken or 'test'}-{digest}"


def _new_tenant(target: Target, name: str, switches: Mapping[str, Any]) -> Tenancy:
    for number in range(_TRIES):
        try:
            return target.create_tenant(switches, name=name if not number else f"{name}.{number}")
        except TargetError as problem:
            # A run that was killed left it, or another one is under way at the same server.
            if problem.status != _CONFLICT:
                raise
    raise TargetError(f"{target.url} has {_TRIES} tenants called {name}")


def _judge(wishes: Wishes, refused: list[str]) -> None:
    if wishes.refused == "expected" and not refused:
        pytest.fail("kyc-sim: the test expects a call to be refused for who made it, and none was", pytrace=False)
    if wishes.refused == "forbidden" and refused:
        told = "\n".join(f"  {line}" for line in refused)
        pytest.fail(
            f"kyc-sim: calls of this test reached nobody, were refused for who made them, or were another's:\n{told}\n"
            "A test calls the endpoint of kyc_sim.PROVIDER with the credentials there; asked in the test, "
            "kyc_sim.explain(REQUEST_ID) tells more about a signature.\n"
            "If that is what the test is about, mark it: @pytest.mark.kyc_sim(refused='allowed').",
            pytrace=False,
        )
