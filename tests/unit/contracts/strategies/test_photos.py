"""What the photo strategies promise about their options."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.strategies.photos import NEAR_MISSES, near_miss, photos
from kyc_core.photos import ImageKind, parse, validate

MADE = (ImageKind.JPEG, ImageKind.PNG)


@given(st.sampled_from(MADE), st.integers(300, 5_000), st.data())
def test_kind_and_size_are_kept(kind: ImageKind, size: int, data: st.DataObject) -> None:
    photo = parse(data.draw(photos(kind=kind, size=size)))

    assert (photo.kind, len(photo.data)) == (kind, size)


@pytest.mark.parametrize("reason", NEAR_MISSES)
def test_every_near_miss_earns_exactly_its_codes(reason: str) -> None:
    @given(near_miss(reason))
    def earns(drawn: tuple[str, tuple[str, ...]]) -> None:
        text, codes = drawn
        assert reason in codes
        assert validate(text).codes == codes

    earns()


def test_impossible_wishes_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 300"):
        photos(size=299)
    with pytest.raises(ValueError, match="only JPEG and PNG"):
        photos(kind=ImageKind.GIF)
