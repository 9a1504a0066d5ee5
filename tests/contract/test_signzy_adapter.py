"""The Signzy adapter against the simulator, in process: every outcome, every switch, every broken answer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

import pytest

from contracts.loader import Outcome, load_table
from contracts.mutations import HARMLESS, MUTATIONS
from kyc_core.adapters.base import AdapterError, CheckResult, Claim, Fault
from kyc_core.adapters.signzy import SignzyAdapter, User
from kyc_core.adapters.transport import Answer, Request
from kyc_core.verdicts import Retry, Verdict
from simulator.clock import FixedClock
from simulator.engine import Engine
from simulator.providers.signzy import PROVIDER
from simulator.services import Services
from simulator.settings import Settings
from simulator.wire import WireRequest
from tests.walking import walk

TABLE: Final = load_table("signzy")
CLAIM: Final = Claim(
    name="林静怡", resident_id="310115188503140620", extra={"consent": True, "date_of_birth": "1885-03-14"}
)


class World:
    """One simulator, its default tenant, and an adapter that logs in."""

    def __init__(self) -> None:
        self.clock = FixedClock(datetime(2026, 1, 5, tzinfo=UTC))
        services = Services(Settings(), (PROVIDER,), clock=self.clock)
        self.engine = Engine(services)
        self.tenant = services.tenants.default
        keys = self.tenant.credentials["signzy"]
        user = User(keys["username"], keys["password"])
        self.adapter = SignzyAdapter(credential=user, clock=self.clock.time, send=self.send)

    def send(self, request: Request) -> Answer:
        url = urlsplit(request.url)
        headers = (("host", url.netloc), *((name.lower(), value) for name, value in request.headers.items()))
        asked = WireRequest(method=request.method, path=url.path, query=b"", headers=headers, body=request.body)
        answer = self.engine.answer(asked)
        assert answer is not None
        return Answer(answer.status, dict(answer.headers), answer.body)

    def force(self, **then: Any) -> None:
        self.tenant.rules.add({"provider": "signzy", "operation": "verify", "then": then})

    def check(self) -> CheckResult:
        return self.adapter.check("verify", CLAIM)


def seen(world: World) -> Verdict | Fault:
    """Return the verdict of a check, or why there is none."""
    try:
        return world.check().verdict
    except AdapterError as refused:
        return refused.fault


@pytest.fixture
def world() -> World:
    return World()


def test_the_honest_pass(world: World) -> None:
    assert world.check().passed


@pytest.mark.parametrize(
    "row",
    [pytest.param(row, id=row.code) for row in (*TABLE.results("verify"), *TABLE.errors("verify"))],
)
def test_every_outcome_is_read_as_its_row(world: World, row: Outcome) -> None:
    world.force(**{row.kind: row.code})
    found = world.check()

    assert (found.verdict, found.billed, found.retry) == (row.verdict, row.billed, row.retry)
    assert found.provider_code == row.code


@pytest.mark.parametrize("code", [row.code for row in TABLE.results("verify")])
@walk("name", [name for name in MUTATIONS if name not in HARMLESS], fresh={"world": World})
def test_a_broken_answer_never_passes_unless_nothing_was_broken(world: World, name: str, code: str) -> None:
    world.force(result=code, mutation=name)
    try:
        found = world.check()
    except AdapterError:
        return

    applied = world.tenant.journal.entries(limit=1)[-1]["steps"][-1]
    assert applied[0] == "mutation"
    assert applied[2]["applied"] is False
    assert found.verdict is TABLE.result("verify", code).verdict


@pytest.mark.parametrize("name", sorted(HARMLESS - {"content_type_text"}))
def test_a_harmless_difference_changes_no_verdict(world: World, name: str) -> None:
    world.force(result="Not Verified", mutation=name)

    assert world.check().verdict is Verdict.MISMATCH


READINGS: Final = [
    pytest.param(switch.name, value, id=f"{switch.name}={value}")
    for switch in TABLE.switches.values()
    for value in switch.values
    if value not in ("integer", switch.default)
]


@pytest.mark.parametrize(("switch", "value"), READINGS)
def test_no_reading_of_the_page_makes_a_stranger_pass(world: World, switch: str, value: object) -> None:
    world.tenant.set_switch(switch, value)
    world.force(result="Not Verified")
    assert seen(world) in (Verdict.MISMATCH, Verdict.REFUSED, Fault.UNKNOWN_CODE)


@pytest.mark.parametrize(
    ("switch", "value"),
    [
        ("number_field", "nationaIdNumber"),
        ("response_wrapper", "result"),
        ("ttl_type", "text"),
        ("number_placement", "nested"),
        ("latin_names", "strict"),
        ("checksum_policy", "edge"),
        ("status_vocabulary", "two"),
        ("request_id_header", True),
    ],
)
def test_the_honest_pass_under_these_readings_too(world: World, switch: str, value: object) -> None:
    world.tenant.set_switch(f"signzy.{switch}", value)

    assert world.check().passed


def test_the_13_digit_rule_breaks_every_true_number(world: World) -> None:
    world.tenant.set_switch("signzy.id_rule", "seed_13")
    found = world.check()

    assert (found.provider_code, found.passed, found.retry) == ("400", False, Retry.FIX_REQUEST)


@pytest.mark.parametrize("shape", ["six_fields", "older"])
def test_a_session_that_ended_is_begun_again_whichever_body_says_so(world: World, shape: str) -> None:
    world.tenant.set_switch("signzy.unauthorized_shape", shape)
    assert world.check().passed

    # The provider's clock alone: the adapter still thinks that its token is good.
    world.tenant.clock.advance(1_209_600)
    assert world.check().passed
    assert world.tenant.ledger.totals()["signzy"]["login"] == {"charged": 0, "free": 2}


@pytest.mark.parametrize("status", [502, 504])
def test_a_proxys_page_is_no_answer(world: World, status: int) -> None:
    world.force(http=status, charged=True)

    with pytest.raises(AdapterError) as refused:
        world.check()

    assert (refused.value.fault, refused.value.retry) == (Fault.HTTP_STATUS, Retry.LATER)
    assert refused.value.charge_possible


def test_a_stated_birth_date_that_is_not_the_numbers_does_not_pass(world: World) -> None:
    claim = Claim(
        name=CLAIM.name, resident_id=CLAIM.resident_id, extra={"consent": True, "date_of_birth": "1885-03-15"}
    )

    assert world.adapter.check("verify", claim).verdict is Verdict.MISMATCH
