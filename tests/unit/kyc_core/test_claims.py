from __future__ import annotations

import time

import pytest

from kyc_core.claims import Claim, as_on_file, same_id, same_name


@pytest.mark.parametrize(
    ("claimed", "written"),
    [
        pytest.param("11010119000101009x", "11010119000101009X", id="lower-case x at the end"),
        pytest.param("11010119000101009X", "11010119000101009X", id="upper case"),
        pytest.param("110101190001010006", "110101190001010006", id="digits"),
        pytest.param("x10101190001010006", "x10101190001010006", id="x elsewhere stays"),
        pytest.param("", "", id="empty"),
    ],
)
def test_a_number_is_written_as_on_file(claimed: str, written: str) -> None:
    assert as_on_file(claimed) == written
    assert same_id(claimed, written)


def test_a_missing_number_or_name_agrees_with_nothing() -> None:
    assert not same_id(None, "")
    assert not same_name(None, "")


@pytest.mark.parametrize(
    ("claimed", "held", "same"),
    [
        pytest.param("测试甲", "测试甲", True, id="identical"),
        pytest.param("测试乙", "测试甲", False, id="another"),
        pytest.param("測試甲", "测试甲", False, id="traditional"),
        pytest.param("\uf900", "\u8c48", True, id="NFC folds a compatibility ideograph"),
        pytest.param("阿里\u0387买买提", "阿里·买买提", True, id="NFC folds the Greek ano teleia"),
        pytest.param("阿里•买买提", "阿里·买买提", False, id="bullet for the middle dot"),
        pytest.param("测试甲 ", "测试甲", False, id="not trimmed"),
        pytest.param("", "测试甲", False, id="empty"),
    ],
)
def test_names_are_compared_after_nfc_and_nothing_else(claimed: str, held: str, same: bool) -> None:
    assert same_name(claimed, held) is same


def test_a_name_of_a_million_marks_costs_nothing() -> None:
    marks = "\u0316\u0301" * 500_000

    started = time.perf_counter()
    assert not same_name("测" + marks, "测试甲")
    assert time.perf_counter() - started < 1


def test_the_repr_of_a_claim_holds_no_personal_value() -> None:
    claim = Claim(name="测试甲", resident_id="110101190001010006", mobile="13490000010", bank_card="1", photo=b"2")

    assert repr(claim) == "Claim()"
