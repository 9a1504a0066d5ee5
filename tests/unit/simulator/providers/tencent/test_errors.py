from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest

from simulator.providers.tencent.codes import Language, table
from simulator.providers.tencent.errors import text

ROW = table().error("*", "NoSuchVersion")


def test_places_are_filled_once_and_what_fills_them_is_left_alone() -> None:
    filled = text(ROW, Language.ENGLISH, {"version": "{service}", "service": "faceid"})

    assert filled == "The specified api version=`{service}` does not exist in service=`faceid`."


def test_a_place_left_open_is_our_own_mistake() -> None:
    with pytest.raises(KeyError):
        text(ROW, Language.ENGLISH, {"version": "1"})


def test_a_row_without_chinese_is_answered_in_english() -> None:
    row = replace(ROW, text=MappingProxyType({"en": "Only English."}))

    assert text(row, Language.CHINESE) == "Only English."
