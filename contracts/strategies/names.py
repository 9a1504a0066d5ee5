"""Names for Hypothesis: characters of chosen Unicode blocks, and the middle dot of minority names.

A name alone is nobody's, so there is no ``safety`` here.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from hypothesis import strategies as st

from kyc_core.names import INTERPUNCT, accepted_blocks, interpunct_variants

COMMON_BLOCKS: Final = ("CJK Unified",)
RARE_BLOCKS: Final = ("CJK Ext A", "CJK Ext B", "CJK Ext C", "CJK Ext D", "CJK Ext E", "CJK Ext F", "CJK Ext G")
"""Blocks that old and narrow systems lose: Extension A and the supplementary planes."""


def names(
    *,
    blocks: Sequence[str] = COMMON_BLOCKS,
    interpunct: bool | None = None,
    min_size: int = 2,
    max_size: int = 4,
) -> st.SearchStrategy[str]:
    """Draw names that pass.

    Args:
        blocks: names of blocks in `kyc_core.names.accepted_blocks` to draw characters from.
        interpunct: True for two or three parts joined by U+00B7, False for one part, None for either.
        min_size: fewest characters of a part.
        max_size: most characters of a part.

    Raises:
        ValueError: no such block, or the sizes leave nothing.
    """
    unknown = set(blocks) - accepted_blocks().keys()
    if unknown or not blocks:
        raise ValueError(f"no such blocks: {sorted(unknown)}")
    if not 1 <= min_size <= max_size:
        raise ValueError("want 1 <= min_size <= max_size")
    part = st.text(_characters(blocks), min_size=min_size, max_size=max_size)
    joined = st.lists(part, min_size=2, max_size=3).map(INTERPUNCT.join)
    if interpunct is None:
        return st.one_of(part, joined)
    return joined if interpunct else part


def near_miss(reason: str) -> st.SearchStrategy[tuple[str, tuple[str, ...]]]:
    """Draw texts that are wrong in exactly one way.

    Args:
        reason: a reason code of `kyc_core.names.validate`, one of the keys of `NEAR_MISSES`.

    Returns:
        A strategy of the text and the codes that ``validate`` must report for it.
    """
    return NEAR_MISSES[reason]


def _characters(blocks: Sequence[str]) -> st.SearchStrategy[str]:
    ranges = [points for block in blocks for points in accepted_blocks()[block]]
    return st.one_of([st.integers(points.start, points.stop - 1).map(chr) for points in ranges])


def _around(intruder: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds("{}{}{}".format, _PLAIN, intruder, _PLAIN)


def _reporting(texts: st.SearchStrategy[str], *codes: str) -> st.SearchStrategy[tuple[str, tuple[str, ...]]]:
    return st.tuples(texts, st.just(codes))


def _compatibility_ideographs() -> list[str]:
    """Those with a canonical form of their own; the twelve without one are ordinary characters."""
    return [chr(point) for point in range(0xF900, 0xFB00) if unicodedata.decomposition(chr(point))]


_PLAIN: Final = st.deferred(lambda: names(interpunct=False))
_PINYIN: Final = st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyz"), min_size=2, max_size=6).map(str.capitalize)
NEAR_MISSES: Final[Mapping[str, st.SearchStrategy[tuple[str, tuple[str, ...]]]]] = MappingProxyType(
    {
        "empty": _reporting(st.just(""), "empty"),
        "compat_ideograph": _reporting(_around(st.sampled_from(_compatibility_ideographs())), "compat_ideograph"),
        "interpunct_variant": _reporting(
            st.deferred(lambda: _around(st.sampled_from(interpunct_variants()))), "interpunct_variant"
        ),
        "private_use": _reporting(_around(st.integers(0xE000, 0xF8FF).map(chr)), "private_use"),
        "invisible": _reporting(
            _around(st.sampled_from("\u200b\u200c\u200d\u200e\u202e\u2060\ufe00\U000e0100\ufeff")), "invisible"
        ),
        "space": _reporting(_around(st.sampled_from(" \u3000\u00a0")), "space"),
        "latin": _reporting(_around(_PINYIN), "latin"),
        "pinyin": _reporting(st.builds("{} {}".format, _PINYIN, _PINYIN), "pinyin"),
        "charset": _reporting(_around(st.sampled_from("0９あア한☆😀")), "charset"),
        "interpunct_position": st.one_of(
            _reporting(_PLAIN.map(lambda name: INTERPUNCT + name), "interpunct_position"),
            _reporting(_PLAIN.map(lambda name: name + INTERPUNCT), "interpunct_position"),
            _reporting(_around(st.just(INTERPUNCT * 2)), "interpunct_position"),
        ),
    }
)
"""For each reason, texts wrong in that way, with all the codes they earn."""
