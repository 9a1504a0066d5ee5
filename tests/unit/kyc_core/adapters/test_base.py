"""The words adapters share say nothing personal and let nobody through by accident."""

from __future__ import annotations

import pytest

from kyc_core.adapters.base import AdapterError, CheckResult, Claim, Fault
from kyc_core.verdicts import Retry, Verdict


def test_a_claim_shows_none_of_its_values() -> None:
    claim = Claim(
        name="韦小宝",
        resident_id="11204416541220243X",
        bank_card="6226090210146748",
        mobile="16012345678",
        valid_from="20200101",
        valid_to="长期",
        photo=b"photo",
        extra={"cert_type": 0},
    )

    assert repr(claim) == "Claim()"


@pytest.mark.parametrize("verdict", Verdict)
def test_only_a_match_passes(verdict: Verdict) -> None:
    result = CheckResult(
        verdict=verdict, billed=None, retry=Retry.NEVER, provider_code="x", request_id=None, evidence={}
    )

    assert result.passed is (verdict is Verdict.MATCH)


def test_an_error_carries_what_a_caller_decides_by() -> None:
    error = AdapterError("lost", fault=Fault.TRANSPORT, retry=Retry.LATER, charge_possible=True)

    assert (str(error), error.fault, error.retry, error.charge_possible) == (
        "lost",
        Fault.TRANSPORT,
        Retry.LATER,
        True,
    )
    assert (error.provider_code, error.request_id) == (None, None)
