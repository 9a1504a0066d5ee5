from __future__ import annotations

import pytest

from kyc_core.mobile import Operator
from simulator.providers.tencent.codes import Site
from simulator.providers.tencent.ranges import SUPPORTED, is_supported, word


def test_the_ranges_of_the_carrier_list_are_supported_and_no_others() -> None:
    supported = {prefix for prefix in range(1300, 2000) if is_supported(f"{prefix}0000000")}
    unlisted = {140, 142, 143, 144, 154, *range(160, 166), 167, 168, 169, 170, 171, 179, 192, 194}

    assert {prefix // 10 for prefix in range(1300, 2000)} - {prefix // 10 for prefix in supported} == unlisted
    assert len(supported) == 10 * (70 - len(unlisted))


def test_the_range_134_is_shared_and_wholly_supported() -> None:
    assert [prefix for prefix in SUPPORTED if prefix.startswith("134")].__len__() == 10
    assert "134" not in SUPPORTED


@pytest.mark.parametrize("number", ["16137688175", "17001234567", "10000000000", "", "13"])
def test_what_is_in_no_range_is_not_supported(number: str) -> None:
    assert not is_supported(number)


def test_a_carrier_has_a_word_in_each_vocabulary() -> None:
    mainland = (Operator.MOBILE, Operator.TELECOM, Operator.UNICOM)

    assert [word(one, "site", Site.INTERNATIONAL) for one in mainland] == ["mobile", "telecom", "cucc"]
    assert [word(one, "sampled", Site.INTERNATIONAL) for one in mainland] == [
        "China Mobile",
        "Telecom",
        "China Unicom",
    ]
    assert [word(one, "chinese", Site.INTERNATIONAL) for one in mainland] == ["移动", "电信", "联通"]


@pytest.mark.parametrize("reading", ["site", "sampled", "chinese"])
def test_the_domestic_site_has_one_vocabulary(reading: str) -> None:
    assert word(Operator.UNICOM, reading, Site.DOMESTIC) == "联通"


@pytest.mark.parametrize("site", Site)
def test_a_carrier_that_is_unknown_or_not_among_the_three_has_no_word(site: Site) -> None:
    others = [one for one in Operator if one not in (Operator.MOBILE, Operator.TELECOM, Operator.UNICOM)]

    assert others
    assert {word(one, "site", site) for one in (None, *others)} == {""}
