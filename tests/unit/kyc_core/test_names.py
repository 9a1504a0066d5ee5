"""Names: which characters pass, which do not and why, and how long a name is."""

from __future__ import annotations

import pytest

from kyc_core.errors import InvalidFormat, InvalidLength, KycValueError
from kyc_core.names import (
    Lengths,
    Profile,
    accepted_blocks,
    compare,
    interpunct_variants,
    is_valid,
    lengths,
    mask,
    normalise,
    parse,
    validate,
)
from kyc_core.reports import Normalised


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("张三", id="two characters"),
        pytest.param("丹", id="one character"),
        pytest.param("阿卜杜热依木·买买提", id="with a dot"),
        pytest.param("买买提·艾力·吐尔逊", id="with two dots"),
        pytest.param("王䶮", id="Extension A, U+4DAE"),
        pytest.param("陈𬱖", id="Extension E, U+2CC56"),
        pytest.param("李〇", id="U+3007"),
        pytest.param("王\ufa0e", id="unified in the compatibility block"),
        pytest.param("王\u9fef", id="added by GB 18030-2022"),
        pytest.param("王\U0002ebf0", id="Extension I"),
        pytest.param("王\U000323b0", id="Extension J"),
        pytest.param("張三", id="traditional form"),
        pytest.param("汉" * 25, id="twenty-five characters"),
    ],
)
def test_names_that_pass(name: str) -> None:
    assert validate(name).codes == ()
    assert is_valid(name, profile=Profile.LATIN_OK)


@pytest.mark.parametrize(
    ("value", "codes"),
    [
        pytest.param("", ("empty",), id="empty"),
        pytest.param(None, ("type",), id="nothing"),
        pytest.param("王\uf900", ("compat_ideograph",), id="compatibility ideograph"),
        pytest.param("王\U0002f800", ("compat_ideograph",), id="compatibility supplement"),
        pytest.param("\u2f00", ("compat_ideograph",), id="Kangxi radical"),
        *[
            pytest.param(f"买买提{dot}艾力", ("interpunct_variant",), id=f"dot U+{ord(dot):04X}")
            for dot in "\u2022\u30fb\uff65\uff0e\u002e\u2027\u22c5\u2219\u0387\u2024\u25cf\u16eb"
        ],
        pytest.param("王\ue863", ("private_use",), id="where U+4DAE was in old tables"),
        pytest.param("王\U000f0000", ("private_use",), id="private plane 15"),
        pytest.param("王\U0010fffd", ("private_use",), id="private plane 16"),
        pytest.param("王\ufe00", ("invisible",), id="variation selector"),
        pytest.param("王\U000e0100", ("invisible",), id="ideographic variation selector"),
        pytest.param("王\u200b三", ("invisible",), id="zero-width space"),
        pytest.param("\ufeff王三", ("invisible",), id="byte-order mark"),
        pytest.param("王\u202e三", ("invisible",), id="direction override"),
        pytest.param("王 三", ("space",), id="blank"),
        pytest.param("王三\u3000", ("space",), id="ideographic blank behind"),
        pytest.param("王\u00a0三", ("space",), id="no-break blank"),
        pytest.param("王X", ("latin",), id="one Latin letter"),
        pytest.param("王Ｘ", ("latin",), id="one full-width letter"),
        pytest.param("Wei Xiaobao", ("pinyin",), id="a provider's own sample"),
        pytest.param("Wéi Xiǎobǎo", ("pinyin",), id="with tone marks"),
        pytest.param("Wei\n", ("pinyin", "charset"), id="pinyin with a line end"),
        pytest.param(" Wei", ("space", "pinyin"), id="pinyin with a blank before"),
        pytest.param("\ufeffWei", ("invisible", "pinyin"), id="pinyin with a byte-order mark"),
        pytest.param("王3", ("charset",), id="digit"),
        pytest.param("ヤマダ", ("charset",), id="kana"),
        pytest.param("김", ("charset",), id="hangul"),
        pytest.param("王😀", ("charset",), id="emoji"),
        pytest.param("王\ud800", ("charset",), id="lone surrogate"),
        pytest.param("张三\n", ("charset",), id="line end behind"),
        pytest.param("·张", ("interpunct_position",), id="dot first"),
        pytest.param("张·", ("interpunct_position",), id="dot last"),
        pytest.param("张··三", ("interpunct_position",), id="dot doubled"),
        pytest.param("·", ("interpunct_position",), id="nothing but a dot"),
        pytest.param(
            "王• X\ue000\u200b1",
            (
                "interpunct_variant",
                "private_use",
                "invisible",
                "space",
                "latin",
                "charset",
            ),
            id="everything at once, in order",
        ),
    ],
)
def test_every_reason_is_given_in_order(value: object, codes: tuple[str, ...]) -> None:
    assert validate(value).codes == codes
    assert not is_valid(value)


@pytest.mark.parametrize(
    ("value", "codes"),
    [
        pytest.param("Wei Xiaobao", (), id="a provider's own sample"),
        pytest.param("O'Neill-Smith Jr.", (), id="spelling marks"),
        pytest.param("王X", ("latin",), id="mixed is still wrong"),
        pytest.param(" Wei", ("space",), id="blank before"),
        pytest.param("Wei\u200bXiaobao", ("invisible", "latin"), id="invisible inside"),
        pytest.param("Wei\tXiaobao", ("latin", "charset"), id="tab inside"),
        pytest.param("...", ("interpunct_variant",), id="marks without a letter"),
    ],
)
def test_the_latin_profile_lets_wholly_latin_names_pass(value: str, codes: tuple[str, ...]) -> None:
    assert validate(value, profile=Profile.LATIN_OK).codes == codes


@pytest.mark.parametrize(
    ("name", "characters", "utf16", "utf8", "gb18030"),
    [
        pytest.param("张三", 2, 2, 6, 4, id="two characters"),
        pytest.param("阿卜杜热依木·买买提", 10, 10, 29, 20, id="with a dot"),
        pytest.param("陈𬱖", 2, 3, 7, 6, id="supplementary plane"),
        pytest.param("王䶮", 2, 2, 6, 4, id="Extension A"),
        pytest.param("汉" * 25, 25, 25, 75, 50, id="twenty-five characters"),
        pytest.param("王\ud800", 2, 2, 4, 3, id="a lone surrogate counts as a question mark"),
    ],
)
def test_lengths_differ_by_who_counts(name: str, characters: int, utf16: int, utf8: int, gb18030: int) -> None:
    assert lengths(name) == Lengths(characters=characters, utf16_units=utf16, utf8_bytes=utf8, gb18030_bytes=gb18030)


@pytest.mark.parametrize(
    ("text", "value", "notes"),
    [
        pytest.param("张三", "张三", (), id="nothing to do"),
        pytest.param("\u3000张三\r\n", "张三", ("trimmed",), id="blanks around"),
        pytest.param("买买提．艾力", "买买提·艾力", ("interpunct",), id="dot variant"),
        pytest.param(" Wei X. Bao ", "Wei X. Bao", ("trimmed",), id="full stops of Latin names stay"),
        pytest.param("王\uf900", "王\uf900", (), id="compatibility ideographs stay"),
    ],
)
def test_names_are_mended_and_told(text: str, value: str, notes: tuple[str, ...]) -> None:
    assert normalise(text) == Normalised(value, notes)


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        pytest.param("张三", "张三", True, id="same"),
        pytest.param("张三", "张四", False, id="different"),
        pytest.param(" 张三\u3000", "张三", True, id="blanks around"),
        pytest.param("买买提•艾力", "买买提·艾力", True, id="dot variant"),
        pytest.param("买买提\u0387艾力", "买买提·艾力", True, id="dot that NFC maps"),
        pytest.param("王\uf900", "王\u8c48", True, id="compatibility ideograph"),
        pytest.param("张三", "張三", False, id="traditional form"),
        pytest.param("买买提艾力", "买买提·艾力", False, id="dot left out"),
        pytest.param("·" * 1_001, "•" * 1_001, False, id="too long to be a name"),
    ],
)
def test_names_are_compared_leniently(a: str, b: str, same: bool) -> None:
    assert compare(a, b) is same
    assert compare(b, a) is same


def test_a_name_is_divided_at_its_dots() -> None:
    assert parse("买买提·艾力·吐尔逊").parts == ("买买提", "艾力", "吐尔逊")


@pytest.mark.parametrize(("text", "error"), [("", InvalidLength), ("张 三", InvalidFormat), ("Wei", InvalidFormat)])
def test_parsing_raises_the_kind_of_the_first_error(text: str, error: type[KycValueError]) -> None:
    with pytest.raises(error) as caught:
        parse(text)
    assert caught.value.field == "name"


def test_a_name_stays_out_of_repr() -> None:
    assert "张" not in repr(parse("张三"))


@pytest.mark.parametrize(("text", "masked"), [("张三", "张*"), ("买买提·艾力", "买**·**"), ("丹", "丹"), ("", "")])
def test_masking_keeps_the_first_character(text: str, masked: str) -> None:
    assert mask(text) == masked


def test_the_tables_name_their_blocks() -> None:
    assert len(accepted_blocks()["unified in the compatibility block"]) == 7
    assert sum(len(points) for points in accepted_blocks()["unified in the compatibility block"]) == 12
    assert len(interpunct_variants()) == 12
