"""Mobile numbers: pattern, allocation and what people type instead."""

from __future__ import annotations

import pytest

from kyc_core.errors import InvalidComponent, InvalidFormat, InvalidLength, KycValueError
from kyc_core.mobile import Allocation, Operator, is_valid, mask, normalise, parse, validate
from kyc_core.reports import Normalised, Severity


@pytest.mark.parametrize(
    ("number", "allocation", "operator"),
    [
        pytest.param("13800138000", Allocation.MOBILE, Operator.MOBILE, id="sample of the documentation"),
        pytest.param("19212345678", Allocation.MOBILE, Operator.BROADNET, id="Broadnet"),
        pytest.param("17012345678", Allocation.RESALE, Operator.TELECOM, id="resale on Telecom, 1701"),
        pytest.param("17031234567", Allocation.RESALE, Operator.MOBILE, id="resale on Mobile, 1703"),
        pytest.param("17041234567", Allocation.RESALE, Operator.UNICOM, id="resale on Unicom, 1704"),
        pytest.param("16212345678", Allocation.RESALE, Operator.TELECOM, id="resale on Telecom, 162"),
        pytest.param("16512345678", Allocation.RESALE, Operator.MOBILE, id="resale on Mobile, 165"),
        pytest.param("16712345678", Allocation.RESALE, Operator.UNICOM, id="resale on Unicom, 167"),
        pytest.param("13492345678", Allocation.SATELLITE, Operator.TELECOM, id="satellite, 13492"),
        pytest.param("17405123456", Allocation.SATELLITE, Operator.TELECOM, id="satellite, 17405"),
        pytest.param("17412123456", Allocation.SATELLITE, Operator.EMERGENCY, id="emergency, 17412"),
        pytest.param("17491234567", Allocation.SATELLITE, Operator.MARITIME, id="maritime, 1749"),
        pytest.param("16191234567", Allocation.SATELLITE, Operator.SATNET, id="SatNet, 1619"),
        pytest.param("14812345678", Allocation.IOT_DEDICATED, Operator.MOBILE, id="machines, 148"),
        pytest.param("13490345678", Allocation.UNALLOCATED, None, id="unallocated part of 1349"),
        pytest.param("17413123456", Allocation.UNALLOCATED, None, id="unallocated part of 174"),
        pytest.param("16101234567", Allocation.UNALLOCATED, None, id="unallocated part of 161"),
        pytest.param("15412345678", Allocation.UNALLOCATED, None, id="unallocated 154"),
        pytest.param("17912345678", Allocation.UNALLOCATED, None, id="unallocated 179"),
        pytest.param("19412345678", Allocation.UNALLOCATED, None, id="unallocated 194"),
        pytest.param("14112345678", Allocation.UNALLOCATED, None, id="141 is a 13-digit code"),
    ],
)
def test_the_prefix_tells_the_allocation(number: str, allocation: Allocation, operator: Operator | None) -> None:
    parsed = parse(number)

    assert (parsed.number, parsed.allocation, parsed.allocated_to) == (number, allocation, operator)
    assert validate(number).codes == (() if operator else ("unallocated",))
    assert is_valid(number)


def test_only_ordinary_mobile_numbers_are_portable() -> None:
    numbers = ["13800138000", "17031234567", "13492345678", "14812345678", "15412345678"]

    assert [parse(number).portable for number in numbers] == [True, False, False, False, False]


@pytest.mark.parametrize(
    ("value", "codes"),
    [
        pytest.param("1441012345678", ("length", "iot_number"), id="13-digit machine number, 144"),
        pytest.param("1064812345678", ("length", "prefix", "iot_number"), id="13-digit machine number, 1064"),
        pytest.param("1451012345678", ("length",), id="145 has no 13-digit numbers"),
        pytest.param("12345678901", ("prefix",), id="12"),
        pytest.param("23800138000", ("prefix",), id="does not begin with 1"),
        pytest.param("10086", ("length", "prefix"), id="service number"),
        pytest.param("1", ("length", "prefix"), id="one digit"),
        pytest.param("13800138000\n", ("length", "charset"), id="line end behind"),
        pytest.param("１３８００１３８０００", ("charset",), id="full-width"),
        pytest.param("+8613800138000", ("length", "charset"), id="country code"),
        pytest.param("", ("empty",), id="empty"),
        pytest.param(13800138000, ("type",), id="number"),
        pytest.param(b"13800138000", ("type",), id="bytes"),
    ],
)
def test_what_the_pattern_refuses(value: object, codes: tuple[str, ...]) -> None:
    assert validate(value).codes == codes
    assert not is_valid(value)


def test_an_unallocated_number_is_doubtful_and_wrong_only_if_strict() -> None:
    assert validate("15412345678").reasons[0].severity is Severity.WARNING
    assert not is_valid("15412345678", strict=True)
    assert is_valid("13800138000", strict=True)


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        pytest.param("13800138000", (), id="nothing to do"),
        pytest.param("+8613800138000", ("country_code",), id="plus"),
        pytest.param("008613800138000", ("country_code",), id="two zeros"),
        pytest.param("8613800138000", ("country_code",), id="bare"),
        pytest.param("013800138000", ("trunk_zero",), id="trunk zero"),
        pytest.param("+86 138-0013-8000", ("separators", "country_code"), id="as printed on a card"),
        pytest.param(" １３８００１３８０００\n", ("trimmed", "fullwidth"), id="full-width with blanks"),
    ],
)
def test_what_people_type_is_mended_and_told(text: str, notes: tuple[str, ...]) -> None:
    assert normalise(text) == Normalised("13800138000", notes)


@pytest.mark.parametrize("text", ["86138", "0138", "+1 2025550123", "8623800138000"])
def test_other_numbers_keep_their_openings(text: str) -> None:
    assert "country_code" not in normalise(text).notes
    assert "trunk_zero" not in normalise(text).notes


@pytest.mark.parametrize(
    ("text", "strict", "error"),
    [
        ("", False, InvalidLength),
        ("1380013800", False, InvalidLength),
        ("1380013800O", False, InvalidFormat),
        ("12345678901", False, InvalidComponent),
        ("15412345678", True, InvalidComponent),
    ],
)
def test_parsing_raises_the_kind_of_the_first_error(text: str, strict: bool, error: type[KycValueError]) -> None:
    with pytest.raises(error) as caught:
        parse(text, strict=strict)
    assert caught.value.field == "mobile"


def test_the_number_stays_out_of_repr_and_messages() -> None:
    assert "13800138000" not in repr(parse("13800138000"))
    with pytest.raises(InvalidComponent) as caught:
        parse("12345678901")
    assert "12345678901" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "masked"),
    [("13800138000", "138****8000"), ("1441012345678", "144******5678"), ("10086", "*****"), ("", "")],
)
def test_masking_keeps_three_and_four(text: str, masked: str) -> None:
    assert mask(text) == masked


def test_public_carriers_have_chinese_names() -> None:
    assert [operator.hanzi for operator in Operator] == [
        "中国移动",
        "中国联通",
        "中国电信",
        "中国广电",
        "中国星网",
        "",
        "",
    ]
