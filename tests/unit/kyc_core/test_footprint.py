from __future__ import annotations

import pytest

from kyc_core.footprint import HIGHEST, NO_RISK, Area, AreaKind, PoliceFlag, Risk


@pytest.mark.parametrize(
    ("risk", "clean"),
    [
        pytest.param(NO_RISK, True, id="nothing"),
        pytest.param(Risk(fraud=HIGHEST), False, id="fraud"),
        pytest.param(Risk(gambling=1), False, id="gambling"),
        pytest.param(Risk(money_mule=1), False, id="money mule"),
        pytest.param(Risk(police=(PoliceFlag.FUGITIVE,)), False, id="police record"),
    ],
)
def test_one_list_is_enough(risk: Risk, clean: bool) -> None:
    assert risk.is_clean is clean


def test_severities_go_by_the_names_of_their_lists() -> None:
    assert Risk(fraud=1, gambling=2, money_mule=3).levels == {"fraud": 1, "gambling": 2, "money-mule": 3}


def test_an_area_does_not_show_where_it_is() -> None:
    shown = repr(Area(kind=AreaKind.WORK, city="杭州", address="测试路1号"))

    assert "杭州" not in shown
    assert "测试路" not in shown
