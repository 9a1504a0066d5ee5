import pytest

from kyc_core.reports import NOTHING_TO_SAY, Severity
from kyc_core.resident_id_reasons import RULES, Code, Finding, Profile, Weight, weigh


def test_every_reason_has_its_rule_in_the_documented_order() -> None:
    assert list(RULES) == list(Code)
    assert ", ".join(Code) == (
        "type, empty, length, charset, check_char_lookalike, checksum, birth_date_invalid, birth_date_future, "
        "birth_date_implausible, region_unknown_province, region_level, region_unlisted, "
        "region_abolished_before_birth, region_never_issued, nationality_unknown, first_generation, "
        "foreign_pr_legacy, age_over_120, sample_allowlisted"
    )


def test_each_profile_covers_the_ones_before_it() -> None:
    profiles = list(Profile)

    assert [[wide.covers(narrow) for narrow in profiles] for wide in profiles] == [
        [True, False, False, False],
        [True, True, False, False],
        [True, True, True, False],
        [True, True, True, True],
    ]


@pytest.mark.parametrize("code", Code)
def test_a_wider_profile_never_weighs_less(code: Code) -> None:
    scale = [None, Severity.INFO, Severity.WARNING, Severity.ERROR]

    weights = []
    for profile in Profile:
        reasons = weigh([Finding(code)], profile=profile).reasons
        weights.append(scale.index(reasons[0].severity if reasons else None))

    assert weights == sorted(weights)


def test_reasons_come_in_order_however_they_were_found() -> None:
    found = [Finding(Code.AGE_OVER_120), Finding(Code.REGION_UNLISTED), Finding(Code.CHECKSUM, "want X")]

    report = weigh(found, profile=Profile.PLAUSIBLE)

    assert report.codes == ("checksum", "region_unlisted", "age_over_120")
    assert report.reasons[0].detail == "want X"


@pytest.mark.parametrize(
    ("weight", "plausible", "strict"),
    [
        pytest.param(Weight.WRONG, Severity.ERROR, Severity.ERROR, id="wrong"),
        pytest.param(Weight.DOUBTFUL, Severity.WARNING, Severity.ERROR, id="doubtful"),
        pytest.param(Weight.ODD, Severity.WARNING, Severity.WARNING, id="odd"),
        pytest.param(Weight.NOTE, Severity.INFO, Severity.INFO, id="note"),
    ],
)
def test_a_finding_may_have_its_own_weight(weight: Weight, plausible: Severity, strict: Severity) -> None:
    finding = Finding(Code.REGION_NEVER_ISSUED, weight=weight)

    assert weigh([finding], profile=Profile.PLAUSIBLE).reasons[0].severity is plausible
    assert weigh([finding], profile=Profile.STRICT).reasons[0].severity is strict


def test_nothing_found_is_nothing_to_say() -> None:
    assert weigh([], profile=Profile.STRICT) is NOTHING_TO_SAY
    assert weigh([Finding(Code.CHECKSUM)], profile=Profile.SEED_PATTERN) is NOTHING_TO_SAY
