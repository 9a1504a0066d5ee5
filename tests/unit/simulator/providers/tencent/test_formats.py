from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from simulator.providers.tencent import formats

TODAY = date(2026, 11, 20)
RECOMMENDED: dict[str, Any] = {
    "tencent.spaces": "trim",
    "tencent.lowercase_x": "accept",
    "tencent.luhn_failure": "card_format",
    "tencent.residence_permits": "accept",
}


def meaning(element: str, text: str, **switches: str) -> str | None:
    switch = (RECOMMENDED | switches).__getitem__
    finding = formats.first_finding(formats.read({element: text}, switch), switch, TODAY)
    return None if finding is None else finding.meaning


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("110101199003070011", None, id="citizen"),
        pytest.param("11010119900307002x", None, id="lower-case x"),
        pytest.param(" 110101199003070011 ", None, id="blanks around"),
        pytest.param("810000199001010019", None, id="Hong Kong resident"),
        pytest.param("119999199003070019", None, id="region no table lists"),
        pytest.param("110101190001010006", None, id="a hundred and twenty-six years old"),
        pytest.param("110101199003070012", "id_format", id="check character"),
        pytest.param("110101199013010012", "id_format", id="month thirteen"),
        pytest.param("110101202611210019", "id_format", id="born tomorrow"),
        pytest.param("990101199003070015", "id_format", id="no such province"),
        pytest.param("110101 19900307 0011", "id_format", id="blanks inside"),
        pytest.param("１１０１０１１９９００３０７００１１", "id_format", id="full width"),
        pytest.param("11010119900307002Ｘ", "id_format", id="full-width X"),
        pytest.param("110101199003070011\n", "id_format", id="line end"),
        pytest.param("11010119900307001", "id_format", id="seventeen"),
        pytest.param("", "id_format", id="empty"),
        pytest.param("1" * 1_000_000, "id_format", id="a million"),
        pytest.param("110101900307001", "id_type_unsupported", id="first generation"),
        pytest.param("932682198501010017", "id_type_unsupported", id="foreign permanent resident"),
        pytest.param("KAZ110090123105", "id_type_unsupported", id="old foreign resident's card"),
    ],
)
def test_an_identity_number_is_an_ordinary_second_generation_one(text: str, expected: str | None) -> None:
    assert meaning("resident_id", text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("6226090210146748", None, id="sixteen"),
        pytest.param("6222021234567890128", None, id="nineteen"),
        pytest.param(" 6226090210146748", None, id="blank before, as on the page"),
        pytest.param("622202123452", None, id="twelve"),
        pytest.param("9900000000000002", None, id="unlisted prefix is the source's affair"),
        pytest.param("6226090210146749", "card_format", id="check digit"),
        pytest.param("62220212345", "card_format", id="eleven"),
        pytest.param("62220212345678901284", "card_format", id="twenty"),
        pytest.param("6226 0902 1014 6748", "card_format", id="blanks inside"),
        pytest.param("6226-0902-1014-6748", "card_format", id="hyphens"),
        pytest.param("６２２６０９０２１０１４６７４８", "card_format", id="full width"),
        pytest.param("622609021014674²", "card_format", id="superscript"),
        pytest.param("", "card_format", id="empty"),
    ],
)
def test_a_card_number_is_twelve_to_nineteen_digits_that_pass_luhn(text: str, expected: str | None) -> None:
    assert meaning("bank_card", text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("林静怡", None, id="three characters"),
        pytest.param("阿卜杜热依木·买买提", None, id="dot"),
        pytest.param("王䶮", None, id="rare character"),
        pytest.param("测" * 30, None, id="thirty"),
        pytest.param("林", "name_format", id="one character"),
        pytest.param("测" * 31, "name_format", id="thirty-one"),
        pytest.param("Wei Xiaobao", "name_format", id="pinyin"),
        pytest.param("林静怡 ", "name_format", id="blank behind"),
        pytest.param("阿卜杜热依木•买买提", "name_format", id="another dot"),
        pytest.param("\ufffd\ufffd\ufffd", "name_format", id="garbled"),
        pytest.param("", "name_format", id="empty"),
        pytest.param("测" * 1_000_000, "name_format", id="a million"),
    ],
)
def test_a_name_is_two_to_thirty_chinese_characters(text: str, expected: str | None) -> None:
    assert meaning("name", text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("13800138000", None, id="ordinary"),
        pytest.param("16137688175", None, id="a block nobody was given, as in the documentation"),
        pytest.param(" 13800138000", None, id="blank before"),
        pytest.param("10000000000", "phone_format", id="prefix"),
        pytest.param("+8613800138000", "phone_format", id="country code"),
        pytest.param("138001380000", "phone_format", id="twelve digits"),
        pytest.param("", "phone_format", id="empty"),
    ],
)
def test_a_phone_number_is_a_mainland_mobile(text: str, expected: str | None) -> None:
    assert meaning("mobile", text) == expected


@pytest.mark.parametrize(
    ("element", "text", "switch", "expected"),
    [
        pytest.param(
            "resident_id", " 110101199003070011", {"tencent.spaces": "strict"}, "id_format", id="blanks, strict"
        ),
        pytest.param(
            "bank_card", "6226090210146748 ", {"tencent.spaces": "strict"}, "card_format", id="card blanks, strict"
        ),
        pytest.param("mobile", " 13800138000", {"tencent.spaces": "strict"}, "phone_format", id="phone blanks, strict"),
        pytest.param(
            "resident_id", "11010119900307002x", {"tencent.lowercase_x": "strict"}, "id_format", id="x, strict"
        ),
        pytest.param(
            "bank_card", "6226090210146749", {"tencent.luhn_failure": "card_abnormal"}, "card_abnormal", id="Luhn"
        ),
        pytest.param(
            "resident_id",
            "820000199001010029",
            {"tencent.residence_permits": "unsupported"},
            "id_type_unsupported",
            id="residence permit, unsupported",
        ),
        pytest.param(
            "resident_id",
            "110101199003070011",
            {"tencent.residence_permits": "unsupported"},
            None,
            id="citizens stay accepted",
        ),
    ],
)
def test_the_other_reading_of_a_rule_can_be_chosen(
    element: str, text: str, switch: dict[str, str], expected: str | None
) -> None:
    assert meaning(element, text, **switch) == expected


def test_rules_are_asked_in_the_order_of_the_codes() -> None:
    everything_wrong = {"mobile": "", "bank_card": "", "resident_id": "", "name": ""}
    found = []
    for element in ("name", "resident_id", "bank_card", "mobile"):
        finding = formats.first_finding(everything_wrong, RECOMMENDED.__getitem__, TODAY)
        assert finding is not None
        found.append(finding.meaning)
        del everything_wrong[element]

    assert found == ["name_format", "id_format", "card_format", "phone_format"]


def test_a_finding_gives_its_reasons_without_the_value() -> None:
    finding = formats.first_finding({"resident_id": "110101199003070012"}, RECOMMENDED.__getitem__, TODAY)

    assert finding == formats.Finding("id_format", "resident_id", ("checksum",))


def test_only_blanks_of_ascii_are_dropped_and_only_around_numbers() -> None:
    values = {"name": " 林 ", "bank_card": "\u30006226090210146748", "resident_id": " 1 ", "mobile": "\t1"}

    assert formats.read(values, RECOMMENDED.__getitem__) == values | {"resident_id": "1"}
