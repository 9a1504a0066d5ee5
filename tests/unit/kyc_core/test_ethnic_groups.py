"""Ethnic groups of GB/T 3304, and how they are misspelt."""

from __future__ import annotations

import pytest

from kyc_core.errors import InvalidComponent
from kyc_core.ethnic_groups import EthnicGroup, ethnic_groups, is_valid, normalise, parse, validate
from kyc_core.reports import Normalised


def test_there_are_56_groups_and_two_other_codes() -> None:
    codes = list(ethnic_groups())

    assert codes == [f"{number:02d}" for number in range(1, 57)] + ["97", "98"]


def test_no_two_codes_share_a_name() -> None:
    assert len({group.name for group in ethnic_groups().values()}) == 58


@pytest.mark.parametrize(
    ("text", "value", "notes"),
    [
        pytest.param("汉", "汉", (), id="as printed"),
        pytest.param("汉族", "汉", ("suffix",), id="as in forms"),
        pytest.param(" 回族\n", "回", ("trimmed", "suffix"), id="blanks around"),
        pytest.param("崩龙族", "德昂", ("suffix", "alias"), id="former name"),
        pytest.param("毛难", "毛南", ("alias",), id="former writing"),
        pytest.param("傈傈", "傈僳", ("alias",), id="typing error, first"),
        pytest.param("僳僳", "傈僳", ("alias",), id="typing error, second"),
        pytest.param("达翰尔", "达斡尔", ("alias",), id="Daur"),
        pytest.param("撤拉", "撒拉", ("alias",), id="Salar"),
        pytest.param("火星族", "火星族", (), id="unknown stays whole"),
    ],
)
def test_names_are_mended(text: str, value: str, notes: tuple[str, ...]) -> None:
    assert normalise(text) == Normalised(value, notes)


@pytest.mark.parametrize(
    ("value", "codes"),
    [
        ("汉", ()),
        ("01", ()),
        ("汉族", ("unknown_ethnic_group",)),
        ("崩龙", ("unknown_ethnic_group",)),
        ("57", ("unknown_ethnic_group",)),
        ("", ("empty",)),
        (1, ("type",)),
        (None, ("type",)),
    ],
)
def test_only_the_standard_spelling_is_valid(value: object, codes: tuple[str, ...]) -> None:
    assert validate(value).codes == codes
    assert is_valid(value) == (not codes)


def test_code_and_name_lead_to_the_same_group() -> None:
    assert parse("05") == parse("维吾尔") == EthnicGroup(code="05", name="维吾尔")


def test_an_unknown_group_cannot_be_parsed() -> None:
    with pytest.raises(InvalidComponent):
        parse("火星")
