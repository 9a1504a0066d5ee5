"""What is brought about is undone again, and what is seen is that act's and no other's."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from contracts.adapter_lines import Observed
from contracts.canary import photo_of
from contracts.cases import CANARY, Act, Forced
from contracts.plan import load_plan
from contracts.stage import Stage
from contracts.targets import TargetError, Tenancy

PLAN = load_plan("signzy")
VERIFY = PLAN.operations["verify"]
RULE = Forced(then={"result": "Verified"}, operation="verify")
PEM = "-----BEGIN PRIVATE KEY-----\nFIRSTLINEOFDATA\nSECOND\n-----END PRIVATE KEY-----\n"


class Simulator:
    """Stands in for a running one: notes what is asked of it."""

    url = "http://127.0.0.1:9"
    address = ("127.0.0.1", 9)

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self.journal: list[dict[str, Any]] = []
        self.tenants: list[str] = []

    def create_tenant(self, switches: Mapping[str, Any]) -> Tenancy:
        name = f"t{len(self.asked)}"
        self.tenants.append(name)
        self.asked.append(("create", dict(switches)))
        keys = {"token": "TOKENTOKENTOKEN", "username": "somebody", "password": "short", "nested": {"private_key": PEM}}
        return Tenancy(name=name, credentials={"signzy": keys})

    def remove_tenant(self, tenant: Tenancy) -> None:
        self.tenants.remove(tenant.name)

    def put_person(self, tenant: Tenancy, person: Mapping[str, Any]) -> None:
        self.asked.append(("put", person["key"]))

    def person(self, tenant: Tenancy, key: str) -> Mapping[str, Any]:
        self.asked.append(("person", key))
        return {"key": key, "name": f"name of {key}", "resident_id": "110101190001010006"}

    def put_rules(self, tenant: Tenancy, rules: Sequence[Mapping[str, Any]]) -> None:
        self.asked.append(("rules", [(rule["id"], rule["operation"], rule["then"]) for rule in rules]))

    def fired(self, tenant: Tenancy) -> int:
        return 0

    def switch(self, tenant: Tenancy, switches: Mapping[str, Any]) -> None:
        self.asked.append(("switch", dict(switches)))

    def advance(self, tenant: Tenancy, seconds: float) -> None:
        self.asked.append(("advance", seconds))

    def reset_clock(self, tenant: Tenancy) -> None:
        self.asked.append(("clock",))

    def calls(self, tenant: Tenancy, *, after: int) -> list[dict[str, Any]]:
        return [call for call in self.journal if call["number"] > after]

    def totals(self, tenant: Tenancy) -> Mapping[str, Any]:
        return {"signzy": {"verify": {"charged": 2, "free": 1}}, "upi": {"x": {"charged": 9, "free": 9}}}


class Adapter:
    """Stands in for the adapter's process."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.started: list[str] = []
        self.claims: list[Any] = []
        self.sleeps = 0.0
        self.fails: Exception | None = None
        self.printed = "before"

    def start(self, endpoint: str, credentials: Mapping[str, Any], *, provider: str) -> None:
        self.started.append(endpoint)

    def output(self) -> str:
        said, self.printed = self.printed, ""
        return said

    def check(self, operation: str, claim: Any, *, sleep: Callable[[float], None]) -> Observed:
        if self.fails is not None:
            raise self.fails
        self.claims.append(claim)
        self.printed += "said"
        if self.sleeps:
            sleep(self.sleeps)
        rules: list[Any] = next((asked[1] for asked in reversed(self.simulator.asked) if asked[0] == "rules"), [])
        rule = rules[-1][0] if rules else None
        number = len(self.simulator.journal) + 1
        self.simulator.journal.append({"number": number, "rule": rule, "answer": {"code": "Verified"}})
        return Observed(kind="result", verdict="MATCH", billed=True, retry="never", provider_code="Verified")


@pytest.fixture
def simulator() -> Simulator:
    return Simulator()


@pytest.fixture
def adapter(simulator: Simulator) -> Adapter:
    return Adapter(simulator)


@pytest.fixture
def stage(simulator: Simulator, adapter: Adapter) -> Stage:
    return Stage(simulator, PLAN, adapter, seed="s")  # type: ignore[arg-type]  # stand-ins with the same verbs


def test_an_act_is_brought_about_and_undone(stage: Stage, simulator: Simulator, adapter: Adapter) -> None:
    act = Act(operation=VERIFY, rules=(RULE,), switches={"signzy.latin_names": "strict"})
    with stage:
        seen = stage.bring_about(act)
        stage.bring_about(Act(operation=VERIFY))
        stage.bring_about(Act(operation=VERIFY))

    asked = [each for each in simulator.asked if each[0] in ("rules", "switch")]
    default = PLAN.table.switches["signzy.latin_names"].default
    assert asked == [
        ("rules", [("act-1-0", "verify", {"result": "Verified"})]),
        ("switch", {"signzy.latin_names": "strict"}),
        ("switch", {"signzy.latin_names": PLAN.switches.get("signzy.latin_names", default)}),
        ("rules", []),
    ]
    assert (seen.forced, set(seen.fired), seen.output) == (True, {"act-1-0"}, "said")
    assert [answer.verdict for answer in seen.answers] == ["MATCH"]


def test_what_fails_is_undone_as_well(stage: Stage, simulator: Simulator, adapter: Adapter) -> None:
    adapter.fails = RuntimeError("gone")
    with stage, pytest.raises(RuntimeError, match="gone"):
        stage.bring_about(Act(operation=VERIFY, switches={"signzy.latin_names": "strict"}))

    asked = [each[1] for each in simulator.asked if each[0] == "switch"]
    assert [each["signzy.latin_names"] == "strict" for each in asked] == [True, False]
    assert simulator.tenants == []


def test_an_adapter_that_calls_while_it_starts_finds_no_rules_of_acts_before(
    stage: Stage, simulator: Simulator, adapter: Adapter, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[Any] = []
    start = adapter.start

    def starting(*arguments: Any, **more: Any) -> None:
        found.append(simulator.asked[-1])
        start(*arguments, **more)

    monkeypatch.setattr(adapter, "start", starting)
    with stage:
        stage.bring_about(Act(operation=VERIFY, rules=(RULE,)))
        stage.bring_about(Act(operation=VERIFY, strict=True))
        stage.bring_about(Act(operation=VERIFY))

    assert found == [("put", CANARY), ("put", CANARY), ("rules", [])]


def test_no_tenant_is_left_behind(stage: Stage, simulator: Simulator) -> None:
    with stage:
        stage.bring_about(Act(operation=VERIFY))
        stage.bring_about(Act(operation=VERIFY, strict=True))

        assert len(simulator.tenants) == 2
    assert simulator.tenants == []


def test_strict_acts_have_a_tenant_of_their_own_behind_a_recorder(
    stage: Stage, simulator: Simulator, adapter: Adapter
) -> None:
    with stage:
        for strict in (False, False, True, False):
            stage.bring_about(Act(operation=VERIFY, strict=strict))
    created = [each[1] for each in simulator.asked if each[0] == "create"]

    assert created == [dict(PLAN.switches), {**PLAN.switches, **PLAN.strict}]
    assert [endpoint == simulator.url for endpoint in adapter.started] == [True, False, True]


def test_each_act_sees_its_own_calls(stage: Stage) -> None:
    with stage:
        seen = [stage.bring_about(Act(operation=VERIFY, rules=(RULE,))) for _ in range(2)]

    assert [[call["number"] for call in each.calls] for each in seen] == [[1], [2]]
    assert [each.fired for each in seen] == [{"act-1-0"}, {"act-2-0"}]


def test_sleeping_lets_the_tenants_time_pass_until_the_act_is_over(
    stage: Stage, simulator: Simulator, adapter: Adapter
) -> None:
    adapter.sleeps = 2.5
    with stage:
        stage.bring_about(Act(operation=VERIFY))
    asked = [each for each in simulator.asked if each[0] in ("advance", "clock")]

    assert asked == [("advance", 2.5), ("clock",)]


def test_an_act_without_sleep_leaves_the_clock_alone(stage: Stage, simulator: Simulator) -> None:
    with stage:
        stage.bring_about(Act(operation=VERIFY))

    assert ("clock",) not in simulator.asked


def test_people_are_asked_for_once_and_the_made_up_one_is_put_on_file(
    stage: Stage, simulator: Simulator, adapter: Adapter
) -> None:
    with stage:
        for people in (("a", "b"), ("b", CANARY)):
            stage.bring_about(Act(operation=VERIFY, people=people))

    assert [each for each in simulator.asked if each[0] in ("put", "person")] == [
        ("put", CANARY), ("person", "a"), ("person", "b"),
    ]  # fmt: skip
    assert [claim.name for claim in adapter.claims[:3]] == ["name of a", "name of b", "name of b"]
    assert photo_of("a") != photo_of("b")


def test_secrets_are_known_by_the_names_of_their_members(stage: Stage) -> None:
    with stage:
        seen = stage.bring_about(Act(operation=VERIFY))

    assert seen.secrets == ("FIRSTLINEOFDATA", "TOKENTOKENTOKEN")


def test_totals_are_those_of_the_provider_over_all_tenants(stage: Stage) -> None:
    with stage:
        stage.bring_about(Act(operation=VERIFY))
        stage.bring_about(Act(operation=VERIFY, strict=True))

        assert stage.totals() == {"verify": {"charged": 4, "free": 2}}


@pytest.mark.parametrize(
    ("ends", "told"), [pytest.param(KeyboardInterrupt, KeyboardInterrupt, id="interrupted"), (None, TargetError)]
)
def test_what_ended_a_run_is_told_rather_than_what_could_not_be_tidied_up(
    stage: Stage,
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    ends: type[BaseException] | None,
    told: type[BaseException],
) -> None:
    def gone(*_: object) -> None:
        raise TargetError("no simulator answers")

    def play() -> None:
        with stage:
            stage.bring_about(Act(operation=VERIFY))
            if ends is not None:
                raise ends

    monkeypatch.setattr(simulator, "remove_tenant", gone)
    with pytest.raises(told):
        play()
