import pytest

from kyc_core.home_regions import findings
from kyc_core.resident_id_reasons import Weight


@pytest.mark.parametrize(
    ("code", "birth_year", "codes"),
    [
        pytest.param("110101", 1990, [], id="current county"),
        pytest.param("441900", 1990, [], id="city without counties"),
        pytest.param("830000", 1990, [], id="residence permit"),
        pytest.param("830101", 1990, ["region_never_issued"], id="residence permit with a county"),
        pytest.param("710000", 1990, ["region_never_issued"], id="Taiwan province"),
        pytest.param("160101", 1990, ["region_unknown_province"], id="gap between provinces"),
        pytest.param("840000", 1990, ["region_unknown_province"], id="behind the permits"),
        pytest.param("000000", 1990, ["region_unknown_province"], id="zeros"),
        pytest.param("330000", 1990, ["region_level"], id="province"),
        pytest.param("330100", 1990, ["region_level"], id="prefecture"),
        pytest.param("339900", 1990, ["region_level"], id="prefecture in no table"),
        pytest.param("632825", 1990, ["region_unlisted"], id="on real cards, in no table"),
        pytest.param("110103", 2015, ["region_abolished_before_birth"], id="born too late"),
        pytest.param("110103", None, [], id="no birth date to compare with"),
    ],
)
def test_a_region_gets_at_most_one_finding(code: str, birth_year: int | None, codes: list[str]) -> None:
    assert [finding.code.value for finding in findings(code, birth_year)] == codes


def test_only_the_codes_that_ended_before_the_first_cards_are_merely_odd() -> None:
    (early,), (late,) = findings("362601", 1950), findings("110103", 2015)

    assert (early.weight, late.weight) == (Weight.ODD, None)
    assert (early.detail, late.detail) == ("last listed in 1981", "last listed in 2009")
