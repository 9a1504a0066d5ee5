"""Who is not who they say never reaches the bank."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from onboarding import Answer, Onboarding

from contracts.made_up import MadeUp
from simulator.sandbox import Sandbox, SandboxLedger

pytestmark = pytest.mark.kyc_sim(frozen_at="2026-03-02T09:00:00+08:00")

Person = Callable[..., MadeUp]


def test_another_name_is_refused(onboarding: Onboarding, kyc_person: Person, kyc_sim: Sandbox) -> None:
    claim = kyc_person().claim(name="另一人")

    assert onboarding.open_account(claim) is Answer.SORRY
    assert kyc_sim.tencent.calls() == []


def test_a_number_nobody_has_is_refused(onboarding: Onboarding, kyc_person: Person) -> None:
    assert onboarding.open_account(kyc_person(state="not_found").claim()) is Answer.SORRY


def test_a_register_that_fails_twice_is_asked_another_day(
    onboarding: Onboarding, kyc_person: Person, kyc_sim: Sandbox, kyc_ledger: SandboxLedger
) -> None:
    kyc_sim.mps.next("two-factor", result="04", times=2)

    assert onboarding.open_account(kyc_person().claim()) is Answer.TRY_AGAIN
    kyc_ledger.assert_charged(exactly=0)
