from __future__ import annotations

import pytest

from kyc_core.verdicts import Decision, Evidence, Retry, Verdict


@pytest.mark.parametrize("verdict", list(Verdict))
def test_only_match_passes_and_only_a_difference_fails(verdict: Verdict) -> None:
    expected = {
        "MATCH": Decision.PASS,
        "MISMATCH": Decision.FAIL,
        "FACE_DIFFERENT": Decision.FAIL,
    }.get(verdict.value, Decision.UNABLE)

    assert verdict.decision is expected


def test_the_canonical_outcomes_of_the_police_gateway_are_all_there() -> None:
    canonical = (
        "MATCH MISMATCH NOT_FOUND CANCELLED FACE_DIFFERENT FACE_UNSURE NO_PHOTO POOR_PHOTO NO_FACE INVALID_ID "
        "INVALID_NAME INVALID_VALIDITY SOURCE_ERROR SOURCE_UPGRADING QUOTA"
    )

    assert set(canonical.split()) <= {verdict.value for verdict in Verdict}


@pytest.mark.parametrize("verdict", list(Verdict))
def test_a_verdict_is_spelt_like_its_name(verdict: Verdict) -> None:
    assert verdict.value == verdict.name
    assert Verdict(str(verdict)) is verdict


def test_evidence_goes_from_strong_to_weak() -> None:
    assert list(Evidence) == ["seed", "doc", "sdk", "obs", "inferred"]


def test_the_retry_classes_are_those_of_the_outcome_tables() -> None:
    assert set(Retry) == {"never", "now", "later", "next_day", "fix_request"}
