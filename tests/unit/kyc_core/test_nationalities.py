from pathlib import Path

import pytest

import kyc_core
from kyc_core import nationalities


def test_the_table_is_the_standard_s() -> None:
    codes = nationalities.numeric_codes()

    assert len(codes) == len(set(codes)) == 249
    assert all(len(code) == 3 and code.isdigit() for code in codes)
    assert codes == tuple(sorted(codes))


@pytest.mark.parametrize(
    ("code", "name"),
    [
        pytest.param("682", "Saudi Arabia", id="numeric"),
        pytest.param("KAZ", "Kazakhstan", id="alpha-3"),
        pytest.param("004", "Afghanistan", id="leading zeros"),
        pytest.param("410", "Korea, Republic of", id="name with a comma"),
        pytest.param("999", None, id="not assigned"),
        pytest.param("kaz", None, id="lower case"),
        pytest.param("KZ", None, id="alpha-2"),
        pytest.param("983", None, id="user-assigned by the package"),
        pytest.param("", None, id="empty"),
    ],
)
def test_a_nationality_is_found_by_either_code(code: str, name: str | None) -> None:
    assert nationalities.name(code) == name


def test_the_file_says_where_it_comes_from_and_under_which_licence() -> None:
    head = Path(kyc_core.__file__).with_name("nationalities.csv").read_text(encoding="utf-8").partition("\nnumeric,")[0]

    assert "iso3166 3.0.0 (MIT licence)" in head
    assert "scripts/build_nationalities.py" in head
