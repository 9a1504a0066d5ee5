"""Laws of photos: what is made passes, what is encoded decodes, limits fall where they should."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.strategies.photo_bytes import jpeg, png
from contracts.strategies.photos import encoded, photos
from kyc_core.photos import (
    AGGREGATOR_BYTES,
    UPI_CHARACTERS,
    ImageKind,
    encoded_length,
    format,
    normalise,
    parse,
    validate,
)

BASE64ISH = st.text(alphabet="AB+/=-_ \n%2fdata:,;.…iVBORw0KGgo/9j/4")


@given(photos())
def test_drawn_photos_pass_and_are_written_back(text: str) -> None:
    assert validate(text).codes == ()
    assert format(parse(text)) == text
    assert normalise(text).value == text


@given(st.binary(max_size=2_000))
def test_the_length_of_base64_is_known_beforehand(data: bytes) -> None:
    assert encoded_length(len(data)) == len(base64.b64encode(data))


@pytest.mark.parametrize("make", [jpeg, png])
def test_the_largest_photo_for_upi_passes_and_one_byte_more_does_not(make: Callable[[int], bytes]) -> None:
    assert validate(encoded(make(153_600)), max_characters=UPI_CHARACTERS).codes == ()
    assert validate(encoded(make(153_601)), max_characters=UPI_CHARACTERS).codes == ("too_large_encoded",)


@pytest.mark.parametrize("make", [jpeg, png])
def test_the_largest_photo_for_the_aggregator_passes_and_one_byte_more_does_not(make: Callable[[int], bytes]) -> None:
    assert validate(encoded(make(AGGREGATOR_BYTES)), max_bytes=AGGREGATOR_BYTES).codes == ()
    assert validate(encoded(make(AGGREGATOR_BYTES + 1)), max_bytes=AGGREGATOR_BYTES).codes == ("too_large_decoded",)


@given(photos(), st.integers(1, 76))
def test_what_a_mailer_and_a_browser_do_is_undone(text: str, width: int) -> None:
    wrapped = "\r\n".join(text[start : start + width] for start in range(0, len(text), width))
    url_safe = text.replace("+", "-").replace("/", "_").rstrip("=")

    assert normalise("data:image/jpeg;base64," + wrapped).value == text
    assert normalise(url_safe).value == text
    assert normalise(text.replace("+", " ")).value == text


@given(BASE64ISH | st.text())
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once = normalise(text).value

    assert normalise(once).value == once


@given(BASE64ISH | st.text() | st.binary() | st.none() | st.integers() | st.binary().map(encoded) | photos())
def test_anything_may_be_validated_and_what_passes_decodes_to_a_known_picture(value: object) -> None:
    if validate(value).ok:
        assert isinstance(value, str)
        photo = parse(value)
        assert photo.kind in (ImageKind.JPEG, ImageKind.PNG)
        assert base64.b64encode(photo.data).rstrip(b"=")[:-1] == value.encode().rstrip(b"=")[:-1]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("A" * 10**6, id="letters"),
        pytest.param("=" * 10**6, id="padding"),
        pytest.param("." * 10**6, id="dots"),
        pytest.param("data:" * 2 * 10**5, id="openings of a data URI"),
        pytest.param("data:," * 2 * 10**5, id="data URIs"),
        pytest.param("\n" * 10**6, id="line ends"),
        pytest.param("%2B" * 3 * 10**5 + "%", id="percent signs"),
        pytest.param("图" * 10**6, id="not ASCII"),
    ],
)
def test_a_million_characters_are_refused_in_good_time(text: str) -> None:
    assert not validate(text).ok
    assert len(normalise(text).value) <= len(text) + 2
