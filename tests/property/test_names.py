"""Laws of names (domain rules, property 16)."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.strategies.names import RARE_BLOCKS, names
from kyc_core.names import (
    INTERPUNCT,
    Profile,
    accepted_blocks,
    compare,
    interpunct_variants,
    lengths,
    mask,
    normalise,
    parse,
    validate,
)

EVERY_BLOCK = sorted(accepted_blocks())
ANY_NAME = names(min_size=1) | names(blocks=EVERY_BLOCK) | names(blocks=RARE_BLOCKS, interpunct=True)
NEARLY_NAMES = st.text(
    st.sampled_from("张三·•. \u3000\u200b\ufe00\uf900\ue000\ud800aＡ1ア\n\U0002cc56\U000323b0") | st.characters()
)


def categories(text: str) -> set[str]:
    return {unicodedata.category(character) for character in text}


@given(ANY_NAME)
def test_drawn_names_pass_and_normalising_leaves_them_alone(name: str) -> None:
    assert validate(name).codes == ()
    assert normalise(name).value == name
    assert INTERPUNCT.join(parse(name).parts) == name


@given(NEARLY_NAMES | ANY_NAME)
def test_what_passes_has_nothing_private_invisible_or_compatible(text: str) -> None:
    if validate(text).ok:
        assert not categories(text) & {"Co", "Cf", "Cc", "Cs", "Mn", "Zs"}
        assert unicodedata.normalize("NFC", text) == text


@given(NEARLY_NAMES | ANY_NAME)
def test_canonical_form_decides_nothing_unless_a_compatibility_character_is_there(text: str) -> None:
    report = validate(text)
    if "compat_ideograph" in report.codes or "interpunct_variant" in report.codes:
        return  # NFC changes exactly these
    assert validate(unicodedata.normalize("NFC", text)).ok == report.ok


@given(names(interpunct=True), st.data())
def test_any_dot_is_mended_to_the_right_one(name: str, data: st.DataObject) -> None:
    written = "".join(
        data.draw(st.sampled_from(interpunct_variants())) if character == INTERPUNCT else character
        for character in name
    )

    assert validate(written).codes == ("interpunct_variant",)
    assert normalise(written).value == name
    assert normalise(written).notes == ("interpunct",)
    assert compare(written, name)


@given(NEARLY_NAMES)
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once = normalise(text).value

    assert normalise(once).value == once


@given(NEARLY_NAMES, NEARLY_NAMES)
def test_comparison_is_symmetric_and_every_text_equals_itself(a: str, b: str) -> None:
    assert compare(a, a)
    assert compare(a, b) == compare(b, a)


@given(ANY_NAME, ANY_NAME)
def test_valid_names_are_the_same_only_if_they_are_equal(a: str, b: str) -> None:
    assert compare(a, b) == (a == b)


@given(ANY_NAME)
def test_lengths_agree_with_the_encoders(name: str) -> None:
    measured = lengths(name)

    assert measured.characters <= measured.utf16_units <= measured.utf8_bytes
    assert measured.utf8_bytes == len(name.encode())
    assert measured.gb18030_bytes == len(name.encode("gb18030"))


@given(NEARLY_NAMES | st.text())
def test_masking_keeps_length_and_first_character_only(text: str) -> None:
    masked = mask(text)

    assert len(masked) == len(text)
    assert masked[:1] == text[:1]
    assert set(masked[1:]) <= {"*", INTERPUNCT}


@given(st.text() | NEARLY_NAMES | st.binary() | st.none() | st.integers(), st.sampled_from(Profile))
def test_anything_may_be_validated_and_measured(value: object, profile: Profile) -> None:
    report = validate(value, profile=profile)

    assert report.ok == (report.codes == ())
    if isinstance(value, str):
        assert lengths(value).characters == len(value)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("·" * 10**6, id="dots"),
        pytest.param("汉·" * 5 * 10**5 + "·", id="nearly a name"),
        pytest.param("a" * 10**6 + "汉", id="nearly Latin"),
        pytest.param("a" + "\u0301\u0316" * 5 * 10**5, id="combining marks out of order"),
        pytest.param(" " * 10**6 + "a\u3000", id="blanks"),
    ],
)
def test_a_million_characters_are_refused_in_good_time(text: str) -> None:
    assert not validate(text).ok
    assert not compare(text, "汉")
    assert lengths(text).characters == len(text)
    assert len(normalise(text).value) <= len(text)
