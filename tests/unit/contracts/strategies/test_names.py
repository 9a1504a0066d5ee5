"""What the name strategies promise about their options."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.strategies.names import COMMON_BLOCKS, NEAR_MISSES, RARE_BLOCKS, names, near_miss
from kyc_core.names import INTERPUNCT, accepted_blocks, parse, validate


@given(st.lists(st.sampled_from(sorted(accepted_blocks())), min_size=1, unique=True), st.data())
def test_characters_come_from_the_blocks_asked_for(blocks: list[str], data: st.DataObject) -> None:
    name = data.draw(names(blocks=blocks))

    points = [points for block in blocks for points in accepted_blocks()[block]]
    assert all(any(ord(character) in run for run in points) for character in name.replace(INTERPUNCT, ""))


@given(names(interpunct=True), names(interpunct=False))
def test_the_dot_is_there_if_asked_for(divided: str, whole: str) -> None:
    assert len(parse(divided).parts) in (2, 3)
    assert len(parse(whole).parts) == 1


@given(st.integers(1, 25), st.data())
def test_the_size_of_a_part_is_kept(size: int, data: st.DataObject) -> None:
    name = data.draw(names(interpunct=False, min_size=size, max_size=size))

    assert len(name) == size


@pytest.mark.parametrize("reason", NEAR_MISSES)
def test_every_near_miss_earns_exactly_its_codes(reason: str) -> None:
    @given(near_miss(reason))
    def earns(drawn: tuple[str, tuple[str, ...]]) -> None:
        text, codes = drawn
        assert reason in codes
        assert validate(text).codes == codes

    earns()


def test_the_named_groups_of_blocks_exist() -> None:
    assert {*COMMON_BLOCKS, *RARE_BLOCKS} <= accepted_blocks().keys()


def test_impossible_wishes_are_refused() -> None:
    with pytest.raises(ValueError, match="blocks"):
        names(blocks=["Klingon"])
    with pytest.raises(ValueError, match="blocks"):
        names(blocks=[])
    with pytest.raises(ValueError, match="min_size"):
        names(min_size=3, max_size=2)
