from datetime import UTC, date, datetime

import pytest

from kyc_core.birth_dates import findings, read
from kyc_core.dates import local_date

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("digits", "codes"),
    [
        pytest.param("19900307", [], id="ordinary"),
        pytest.param("20000229", [], id="2000 was a leap year"),
        pytest.param("19000229", ["birth_date_invalid"], id="1900 was none"),
        pytest.param("00000101", ["birth_date_invalid"], id="year zero"),
        pytest.param("19901301", ["birth_date_invalid"], id="month 13"),
        pytest.param("19900100", ["birth_date_invalid"], id="day zero"),
        pytest.param("20261120", [], id="today"),
        pytest.param("20261121", ["birth_date_future"], id="tomorrow"),
        pytest.param("18500101", ["age_over_120"], id="the first plausible day"),
        pytest.param("18491231", ["birth_date_implausible"], id="the day before"),
        pytest.param("19051121", [], id="still 120"),
        pytest.param("19051120", ["age_over_120"], id="121 today"),
    ],
)
def test_a_birth_date_gets_at_most_one_finding(digits: str, codes: list[str]) -> None:
    assert [finding.code.value for finding in findings(digits, TODAY)] == codes


def test_today_is_today_in_shanghai() -> None:
    half_past_midnight = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)

    assert findings("20261121", local_date(half_past_midnight)) == []
    assert findings("20261121", half_past_midnight.date()) != []


def test_digits_that_are_no_day_read_as_nothing() -> None:
    assert read("19900307") == date(1990, 3, 7)
    assert read("19900230") is None
