"""The card has to be the customer's own, and has to work."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from onboarding import Answer, Onboarding

from contracts.made_up import MadeUp
from kyc_core.adapters.tencent import TencentAdapter
from simulator.sandbox import Sandbox, SandboxClock, SandboxLedger

pytestmark = pytest.mark.kyc_sim(frozen_at="2026-03-02T09:00:00+08:00")

OPERATION = "BankCardVerification"
Person = Callable[..., MadeUp]


def test_a_card_of_their_own_is_welcome(onboarding: Onboarding, kyc_person: Person, kyc_ledger: SandboxLedger) -> None:
    assert onboarding.open_account(kyc_person().claim()) is Answer.WELCOME
    kyc_ledger.assert_charged(exactly=2)


def test_somebody_elses_card_is_refused(onboarding: Onboarding, kyc_person: Person) -> None:
    customer, neighbour = kyc_person(), kyc_person()

    assert onboarding.open_account(customer.claim(bank_card=neighbour.bank_card)) is Answer.SORRY


def test_a_lost_card_is_refused(onboarding: Onboarding, kyc_person: Person, kyc_sim: Sandbox) -> None:
    customer = kyc_person()
    kyc_sim.people.put(customer.document("person-1", cards=[{"number": customer.bank_card, "state": "lost"}]))

    assert onboarding.open_account(customer.claim()) is Answer.SORRY


def test_a_busy_centre_is_asked_again_at_no_cost(
    onboarding: Onboarding, kyc_person: Person, kyc_sim: Sandbox, kyc_ledger: SandboxLedger
) -> None:
    kyc_sim.tencent.next(OPERATION, result="-17")

    assert onboarding.open_account(kyc_person().claim()) is Answer.WELCOME
    kyc_ledger.assert_charged(exactly=1, provider="tencent")


def test_too_many_attempts_wait_for_another_day(
    onboarding: Onboarding, kyc_person: Person, kyc_sim: Sandbox, kyc_clock: SandboxClock
) -> None:
    kyc_sim.tencent.next(OPERATION, result="-18")
    customer = kyc_person()

    assert onboarding.open_account(customer.claim()) is Answer.SORRY
    kyc_clock.advance(86_400)
    assert onboarding.open_account(customer.claim()) is Answer.WELCOME


@pytest.mark.parametrize(
    "lost",
    [
        pytest.param({"delay": 1}, id="late"),
        pytest.param({"fault": "reset"}, id="reset"),
        pytest.param({"fault": {"truncate": 20}}, id="cut short"),
        pytest.param({"mutation": "unknown_code"}, id="unknown"),
    ],
)
def test_an_answer_that_is_lost_is_no_answer(
    onboarding: Onboarding,
    kyc_person: Person,
    kyc_sim: Sandbox,
    kyc_ledger: SandboxLedger,
    lost: Mapping[str, Any],
) -> None:
    kyc_sim.tencent.next(OPERATION, **lost)

    assert onboarding.open_account(kyc_person().claim()) is Answer.TRY_AGAIN
    kyc_ledger.assert_charged(exactly=1, provider="tencent")


@pytest.mark.kyc_sim(refused="expected")
def test_a_secret_that_was_rotated_is_noticed(kyc_sim: Sandbox, kyc_person: Person) -> None:
    adapter = TencentAdapter(
        endpoint=kyc_sim.tencent.endpoint,
        secret_id=kyc_sim.tencent.credentials["secret_id"],
        secret_key="the-secret-of-last-year",
        clock=kyc_sim.clock.time,
    )

    assert adapter.check(OPERATION, kyc_person().claim()).provider_code == "AuthFailure.SignatureFailure"
