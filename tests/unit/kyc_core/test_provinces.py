"""Province codes of GB/T 2260."""

from __future__ import annotations

from kyc_core.provinces import by_code, provinces


def test_there_are_34_divisions_of_which_31_are_on_the_mainland() -> None:
    every = provinces().values()

    assert len(every) == 34
    assert [province.code for province in every if not province.is_mainland] == ["71", "81", "82"]


def test_the_counties_of_the_provinces_add_up_to_the_current_total() -> None:
    assert sum(province.county_codes for province in provinces().values()) == 2_847


def test_a_code_leads_to_its_name() -> None:
    province = by_code("65")

    assert province is not None
    assert province.name == "新疆维吾尔自治区"


def test_83_is_no_province() -> None:
    assert by_code("83") is None
