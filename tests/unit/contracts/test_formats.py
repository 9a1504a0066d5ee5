from __future__ import annotations

import subprocess
import sys

import pytest
from jsonschema import FormatChecker

from contracts.formats import FORMATS, format_checker


@pytest.mark.parametrize(
    ("word", "value"),
    [
        pytest.param("cn-resident-id", "11010119000101009X", id="id with X"),
        pytest.param("cn-mobile", "15400000000", id="mobile in an unallocated block"),
        pytest.param("cn-bank-card", "6226090210146748", id="card of 16 digits"),
        pytest.param("cn-name", "韦小宝", id="plain name"),
        pytest.param("cn-name", "阿卜杜热依木·买买提", id="name with a dot"),
        pytest.param("cn-date", "20240229", id="leap day"),
        pytest.param("uuid4", "a5fdb909-5ee6-43ff-a152-bb1b9744ee8b", id="request id"),
    ],
)
def test_a_sound_value_conforms(word: str, value: str) -> None:
    assert format_checker().conforms(value, word)


@pytest.mark.parametrize(
    ("word", "value"),
    [
        pytest.param("cn-resident-id", "11204416541220243X", id="wrong check digit"),
        pytest.param("cn-resident-id", "110101190002300005", id="the 30th of February"),
        pytest.param("cn-resident-id", "11010119000101000", id="17 characters"),
        pytest.param("cn-resident-id", "110101900101001", id="15 digits"),
        pytest.param("cn-mobile", "12345678901", id="prefix nobody has"),
        pytest.param("cn-mobile", "1380013800", id="ten digits"),
        pytest.param("cn-mobile", "１３８００１３８０００", id="full-width digits"),
        pytest.param("cn-bank-card", "6226 0902 1014 6748", id="card with spaces"),
        pytest.param("cn-bank-card", "622609", id="short card"),
        pytest.param("cn-name", "Wei Xiaobao", id="Latin name"),
        pytest.param("cn-name", "·小宝", id="dot in front"),
        pytest.param("cn-date", "20230229", id="no leap day"),
        pytest.param("cn-date", "2024-02-29", id="date with hyphens"),
        pytest.param("uuid4", "A5FDB909-5EE6-43FF-A152-BB1B9744EE8B", id="upper case"),
        pytest.param("uuid4", "a5fdb909-5ee6-13ff-a152-bb1b9744ee8b", id="version 1"),
        pytest.param("uuid4", "a5fdb909-5ee6-43ff-c152-bb1b9744ee8b", id="another variant"),
    ],
)
def test_a_broken_value_does_not_conform(word: str, value: str) -> None:
    assert not format_checker().conforms(value, word)


@pytest.mark.parametrize("word", FORMATS)
@pytest.mark.parametrize("value", ["", "\n", "\ud800", "9" * 100_000], ids=["empty", "newline", "surrogate", "huge"])
def test_no_format_accepts_or_trips_over_nonsense(word: str, value: str) -> None:
    assert not format_checker().conforms(value, word)


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("cn-mobile", "13800138000"),
        ("cn-bank-card", "6226090210146748"),
        ("cn-name", "韦小宝"),
        ("cn-date", "20240229"),
        ("uuid4", "a5fdb909-5ee6-43ff-a152-bb1b9744ee8b"),
    ],
)
def test_a_trailing_newline_is_never_overlooked(word: str, value: str) -> None:
    assert format_checker().conforms(value, word)
    assert not format_checker().conforms(value + "\n", word)


@pytest.mark.parametrize("word", FORMATS)
@pytest.mark.parametrize("value", [None, 7, True, [], {}], ids=repr)
def test_a_format_leaves_other_types_to_the_type_keyword(word: str, value: object) -> None:
    assert format_checker().conforms(value, word)


def test_the_checker_knows_our_words_and_no_others() -> None:
    assert set(format_checker().checkers) == set(FORMATS)


def test_jsonschema_s_own_checker_stays_as_it_was() -> None:
    before = set(FormatChecker.checkers)

    format_checker()

    assert set(FormatChecker.checkers) == before
    assert not before & set(FORMATS)


def test_value_modules_are_imported_when_a_value_is_asked_for() -> None:
    code = (
        "import sys, contracts.formats as formats; checker = formats.format_checker();"
        "assert 'kyc_core.mobile' not in sys.modules;"
        "checker.conforms('13800138000', 'cn-mobile'); assert 'kyc_core.mobile' in sys.modules;"
        "assert 'kyc_core.names' not in sys.modules"
    )

    subprocess.run([sys.executable, "-c", code], check=True)
