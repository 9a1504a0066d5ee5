"""Mending digit strings touches the named characters and no others."""

from __future__ import annotations

import pytest

from kyc_core.lenient import plain_digits, trim
from kyc_core.reports import Normalised


@pytest.mark.parametrize(
    ("text", "value", "notes"),
    [
        pytest.param("13800138000", "13800138000", (), id="nothing to do"),
        pytest.param("\ufeff13800138000\r\n", "13800138000", ("trimmed",), id="byte-order mark and line end"),
        pytest.param("\u200b\u3000138 ", "138", ("trimmed",), id="zero-width and ideographic blanks"),
        pytest.param("１３８", "138", ("fullwidth",), id="full-width digits"),
        pytest.param("６２２２-0212 3456", "622202123456", ("fullwidth", "separators"), id="full-width and separators"),
        pytest.param("- 138 -", "138", ("separators",), id="separators at the ends"),
        pytest.param("²①Ⅹ٣", "²①Ⅹ٣", (), id="other digits stay as they are"),
    ],
)
def test_digits_are_made_plain(text: str, value: str, notes: tuple[str, ...]) -> None:
    assert plain_digits(text) == Normalised(value, notes)


def test_trimming_leaves_the_inside_alone() -> None:
    assert trim(" a b ") == Normalised("a b", ("trimmed",))
