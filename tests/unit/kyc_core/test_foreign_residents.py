from datetime import date

import pytest

from kyc_core.foreign_residents import head_findings, legacy_birth_dates, legacy_findings

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("head", "codes"),
    [
        pytest.param("932682", [], id="Jiangsu, Saudi Arabia"),
        pytest.param("911840", [], id="Beijing, United States"),
        pytest.param("932999", ["nationality_unknown"], id="no such nationality"),
        pytest.param("999840", ["region_unknown_province"], id="no such province"),
        pytest.param("971840", ["region_unknown_province"], id="Taiwan accepts nobody"),
        pytest.param("990101", ["region_unknown_province"], id="behind no province no nationality is read"),
    ],
)
def test_province_and_nationality_of_a_new_number(head: str, codes: list[str]) -> None:
    assert [finding.code.value for finding in head_findings(head)] == codes


@pytest.mark.parametrize(
    ("number", "readings"),
    [
        pytest.param("KAZ110090123105", (date(1990, 12, 31), date(2090, 12, 31)), id="both centuries"),
        pytest.param("KAZ110000022905", (date(2000, 2, 29),), id="a leap day of 2000 only"),
        pytest.param("KAZ110090133105", (), id="month 13"),
    ],
)
def test_two_digits_of_a_year_are_read_in_both_centuries(number: str, readings: tuple[date, ...]) -> None:
    assert legacy_birth_dates(number) == readings


@pytest.mark.parametrize(
    ("number", "codes"),
    [
        pytest.param("KAZ110090123105", ["foreign_pr_legacy"], id="sample"),
        pytest.param("KAZ110090123109", ["foreign_pr_legacy"], id="any check digit: the rule is not known"),
        pytest.param("KAZ110000022905", ["foreign_pr_legacy"], id="one reading is enough"),
        pytest.param("KAZ110090133105", ["birth_date_invalid", "foreign_pr_legacy"], id="no such day"),
        pytest.param("XYZ110090123105", ["nationality_unknown", "foreign_pr_legacy"], id="no such nationality"),
        pytest.param("KAZ990090123105", ["region_unknown_province", "foreign_pr_legacy"], id="no such province"),
    ],
)
def test_an_old_number_is_judged_by_what_is_known_of_it(number: str, codes: list[str]) -> None:
    assert [finding.code.value for finding in legacy_findings(number, TODAY)] == codes


def test_an_old_number_of_the_future_only_is_noticed() -> None:
    codes = [finding.code.value for finding in legacy_findings("KAZ110000022905", date(1999, 12, 31))]

    assert codes == ["birth_date_future", "foreign_pr_legacy"]
