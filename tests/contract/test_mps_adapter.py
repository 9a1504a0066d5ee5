"""The reference adapter against the simulator: every code as its row has it, and no broken answer that passes."""

from __future__ import annotations

import base64
from contextlib import suppress
from datetime import UTC, datetime
from itertools import product
from typing import Final

import pytest

from contracts.loader import Outcome, load_table
from contracts.mutations import HARMLESS, MUTATIONS
from kyc_core.adapters.base import AdapterError, Claim, Fault
from kyc_core.adapters.mps import MpsAdapter
from kyc_core.adapters.mps_operations import OPERATIONS
from kyc_core.adapters.transport import Answer, Request
from kyc_core.verdicts import Verdict
from simulator.clock import FixedClock
from simulator.engine import Engine
from simulator.providers.mps import PROVIDER
from simulator.services import Services
from simulator.settings import Settings
from simulator.tenants import Tenant
from simulator.wire import WireRequest
from tests.walking import walk

TABLE: Final = load_table("mps")
PICTURE: Final = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mNoAAAAggCB2kUIOwAAAABJRU5ErkJggg=="
)
HONEST: Final = Claim(
    name="测试甲", resident_id="110101190001010006", valid_from="20180501", valid_to="00000000", photo=PICTURE
)
UNUSUAL: Final = {"content_type_text"}
"""Harmless as far as the meaning goes; the adapter does not believe an answer that is said to be something else."""


class Gateway:
    """A tenant of its own, and the adapter that asks it in process."""

    def __init__(self) -> None:
        services = Services(Settings(), (PROVIDER,), clock=FixedClock(datetime(2026, 1, 5, 2, tzinfo=UTC)))
        self.engine = Engine(services)
        self.tenant: Tenant = services.tenants.default
        keys = self.tenant.credentials["mps"]
        self.adapter = MpsAdapter(
            endpoint="http://gateway.test", app_id=keys["app_id"], app_key=keys["app_key"], licence=keys["license"],
            send=self.send,
        )  # fmt: skip

    def send(self, request: Request) -> Answer:
        headers = tuple((name.lower(), value) for name, value in request.headers.items())
        answer = self.engine.answer(
            WireRequest(
                method=request.method,
                path=request.url.removeprefix("http://gateway.test"),
                query=b"",
                headers=(("host", "gateway.test"), *headers),
                body=request.body,
            )
        )
        assert answer is not None
        return Answer(answer.status, dict(answer.headers), answer.body)


@pytest.fixture
def gateway() -> Gateway:
    return Gateway()


@walk(
    "row",
    [pytest.param(row, id=f"{row.operation} {row.code}") for row in TABLE.rows],
    fresh={"gateway": Gateway},
)
def test_each_code_is_read_as_its_row_and_as_it_is_answered(row: Outcome, gateway: Gateway) -> None:
    operation = OPERATIONS[row.operation]
    meaning = (operation.results if row.kind == "result" else operation.errors)[row.code]
    gateway.tenant.rules.add({"provider": "mps", "operation": row.operation, "then": {row.kind: row.code}})

    found = gateway.adapter.check(row.operation, HONEST)

    assert (meaning.verdict, meaning.billed, meaning.retry) == (row.verdict, row.billed, row.retry)
    assert (found.verdict, found.billed, found.retry) == (row.verdict, row.billed, row.retry)
    assert found.provider_code == row.code


def test_it_knows_no_code_that_is_not_listed() -> None:
    known = {
        (operation.name, kind, code)
        for operation in OPERATIONS.values()
        for kind, codes in (("result", operation.results), ("error", operation.errors))
        for code in codes
    }

    assert known == {(row.operation, row.kind, row.code) for row in TABLE.rows}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_honest_claim_passes_and_is_found_again(operation: str, gateway: Gateway) -> None:
    found = gateway.adapter.check(operation, HONEST)

    assert found.passed
    if found.request_id is not None:
        assert gateway.tenant.journal.find(found.request_id) is not None


@pytest.mark.parametrize("finding", ["match", "mismatch", "not_found"])
@walk(("operation", "mutation"), product(OPERATIONS, MUTATIONS), fresh={"gateway": Gateway})
def test_no_broken_answer_passes(operation: str, mutation: str, finding: str, gateway: Gateway) -> None:
    code = TABLE.operations[operation]["answers"][finding]
    gateway.tenant.rules.add(
        {"provider": "mps", "operation": operation, "then": {"result": code, "mutation": mutation}}
    )
    verdict = None
    with suppress(AdapterError):
        verdict = gateway.adapter.check(operation, HONEST).verdict
    applied = gateway.tenant.journal.entries(limit=1)[-1]["steps"][-1][2]["applied"]
    expected = TABLE.result(operation, code).verdict

    if not applied or (mutation in HARMLESS and mutation not in UNUSUAL):
        assert verdict is expected
    else:
        assert verdict is not Verdict.MATCH


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize(
    ("then", "fault"),
    [
        ({"http": 502}, Fault.HTTP_STATUS),
        ({"http": 504, "charged": True}, Fault.HTTP_STATUS),
        ({"mutation": "html_200"}, Fault.CONTENT_TYPE),
        ({"mutation": "body_gbk"}, Fault.MALFORMED),
        ({"mutation": "body_truncated"}, Fault.MALFORMED),
    ],
)
def test_a_page_or_half_an_answer_may_have_been_charged(
    operation: str, then: dict[str, object], fault: Fault, gateway: Gateway
) -> None:
    gateway.tenant.rules.add({"provider": "mps", "operation": operation, "then": then})
    with pytest.raises(AdapterError) as refused:
        gateway.adapter.check(operation, HONEST)

    assert (refused.value.fault, refused.value.charge_possible) == (fault, True)


def test_the_provider_says_what_it_charges_whatever_the_usual_price(gateway: Gateway) -> None:
    gateway.tenant.set_switch("mps.billing", "apix")
    gateway.tenant.rules.add({"provider": "mps", "operation": "two-factor", "then": {"result": "03"}})

    assert gateway.adapter.check("two-factor", HONEST).billed is True


def test_a_broken_answer_in_xml_is_really_broken(gateway: Gateway) -> None:
    gateway.tenant.set_switch("mps.daily_per_id", 0)
    believed = set()
    for name in MUTATIONS:
        gateway.tenant.rules.clear()
        gateway.tenant.rules.add({"provider": "mps", "operation": "nciicCompare", "then": {"mutation": name}})
        with suppress(AdapterError):
            gateway.adapter.check("nciicCompare", HONEST)
            believed.add(name)

    # In XML everything is text, and this answer repeats its verdict nowhere.
    assert believed <= HARMLESS | {
        "verdict_null", "verdict_as_number", "verdict_other_case", "request_id_missing", "content_type_charset",
        "companion_contradicts", "companion_missing", "companion_other_case", "score_other_type",
    }  # fmt: skip
