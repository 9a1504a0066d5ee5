"""Photos for Hypothesis: base64 of tiny, valid, synthetic images of any size.

One grey pixel shows nobody, so there is no ``safety`` here.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from hypothesis import strategies as st

from contracts.strategies.photo_bytes import jpeg, png
from kyc_core.photos import ImageKind

SMALLEST: Final = 300
"""Smallest image drawn, in bytes; both kinds reach it with a comment inside."""

_MAKERS: Final = MappingProxyType({ImageKind.JPEG: jpeg, ImageKind.PNG: png})
_OTHER_KINDS: Final = (
    b"GIF89a\x01\x00\x01\x00\x00\x00\x00;",
    b"RIFF\x04\x00\x00\x00WEBP",
    b"%PDF-1.7\n%%EOF\n",
    b"BM\x1a\x00\x00\x00\x00\x00\x00\x00",
    b"\x00\x00\x00\x18ftypheic",
    b"an image of no known kind",
)


def photos(*, kind: ImageKind | None = None, size: int | None = None) -> st.SearchStrategy[str]:
    """Draw base64 texts of valid images that differ from one another.

    Args:
        kind: JPEG or PNG; None for either.
        size: bytes of the image, at least 300; None for a few hundred.

    Raises:
        ValueError: *kind* is one that no provider accepts, or *size* is too small.
    """
    if size is not None and size < SMALLEST:
        raise ValueError(f"want at least {SMALLEST} bytes")
    if kind is not None and kind not in _MAKERS:
        raise ValueError("only JPEG and PNG can be made")
    kinds = st.sampled_from(list(_MAKERS)) if kind is None else st.just(kind)
    sizes = st.integers(SMALLEST, 2 * SMALLEST) if size is None else st.just(size)
    return st.builds(_encoded_image, kinds, sizes, st.binary(max_size=16))


def near_miss(reason: str) -> st.SearchStrategy[tuple[str, tuple[str, ...]]]:
    """Draw texts that are wrong in exactly one way.

    Args:
        reason: a reason code of `kyc_core.photos.validate`, one of the keys of `NEAR_MISSES`.

    Returns:
        A strategy of the text and the codes that ``validate`` must report for it, given no limits.
    """
    return NEAR_MISSES[reason]


def _encoded_image(kind: ImageKind, size: int, comment: bytes) -> str:
    return encoded(_MAKERS[kind](size, comment=comment))


def encoded(image: bytes) -> str:
    """Encode image bytes as the providers take them."""
    return base64.b64encode(image).decode("ascii")


def _reporting(texts: st.SearchStrategy[str], *codes: str) -> st.SearchStrategy[tuple[str, tuple[str, ...]]]:
    return st.tuples(texts, st.just(codes))


_SOUND: Final = photos()
# Without a comment: one that holds an end marker would still look whole when the rest is cut off.
_PLAIN: Final = st.builds(_encoded_image, st.sampled_from(list(_MAKERS)), st.integers(SMALLEST, 400), st.just(b""))
_UNPADDED_SIZE: Final = 301
NEAR_MISSES: Final[Mapping[str, st.SearchStrategy[tuple[str, tuple[str, ...]]]]] = MappingProxyType(
    {
        "empty": _reporting(st.just(""), "empty"),
        "data_uri": _reporting(_SOUND.map(lambda text: "data:image/jpeg;base64," + text), "data_uri"),
        "not_base64": st.one_of(
            _reporting(_SOUND.map(lambda text: text[:76] + "\r\n" + text[76:]), "not_base64"),
            _reporting(_SOUND.map(lambda text: text[:4] + "-_%2B " + text[4:]), "not_base64"),
        ),
        "bad_padding": _reporting(
            photos(size=_UNPADDED_SIZE).map(lambda text: text.rstrip("=")),
            "bad_padding",
        ),
        "unsupported_type": _reporting(st.sampled_from(_OTHER_KINDS).map(encoded), "unsupported_type"),
        "truncated": st.one_of(
            _reporting(_PLAIN.map(lambda text: text[: len(text) // 8 * 4]), "truncated"),
            _reporting(_SOUND.map(lambda text: text[:24] + "..."), "truncated"),
        ),
    }
)
"""For each reason, texts wrong in that way, with all the codes they earn."""
