"""Photos: base64 text and the image inside."""

from __future__ import annotations

import base64

import pytest

from kyc_core.errors import InvalidComponent, InvalidFormat, InvalidLength, KycValueError
from kyc_core.photos import (
    AGGREGATOR_BYTES,
    UPI_CHARACTERS,
    ImageKind,
    Photo,
    encoded_length,
    format,
    is_valid,
    normalise,
    parse,
    sniff,
    validate,
)

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"rest of a picture" + b"\x00\x00\x00\x00IEND\xaeB`\x82"
JPEG = b"\xff\xd8\xff\xe0" + b"rest of a picture" + b"\xff\xd9"


def text(image: bytes) -> str:
    return base64.b64encode(image).decode()


@pytest.mark.parametrize(
    ("size", "characters"),
    [
        pytest.param(0, 0, id="nothing"),
        pytest.param(1, 4, id="one byte"),
        pytest.param(153_600, 204_800, id="the most that UPI takes"),
        pytest.param(153_601, 204_804, id="one byte more"),
        pytest.param(2_000_000, 2_666_668, id="two megabytes"),
        pytest.param(2_097_152, 2_796_204, id="two mebibytes"),
    ],
)
def test_base64_grows_by_a_third(size: int, characters: int) -> None:
    assert encoded_length(size) == characters


@pytest.mark.parametrize(("image", "kind"), [(PNG, ImageKind.PNG), (JPEG, ImageKind.JPEG)])
def test_a_whole_picture_passes_and_is_written_back(image: bytes, kind: ImageKind) -> None:
    photo = parse(text(image))

    assert photo == Photo(kind=kind, data=image)
    assert format(photo) == text(image)
    assert validate(text(image)).codes == ()


def test_the_first_characters_are_those_the_providers_name() -> None:
    assert text(JPEG).startswith("/9j/")
    assert text(PNG).startswith("iVBORw0KGgo")


@pytest.mark.parametrize(
    ("value", "codes"),
    [
        pytest.param(None, ("type",), id="nothing"),
        pytest.param(text(PNG).encode(), ("type",), id="bytes"),
        pytest.param("", ("empty",), id="empty"),
        pytest.param("data:image/png;base64," + text(PNG), ("data_uri",), id="data URI"),
        pytest.param("data:image/gif;base64,R0lGODlh", ("data_uri", "unsupported_type"), id="data URI of a GIF"),
        pytest.param("data:,", ("data_uri", "not_base64"), id="data URI of nothing"),
        pytest.param(text(PNG)[:8] + "\r\n" + text(PNG)[8:], ("not_base64",), id="line break"),
        pytest.param(text(JPEG).replace("/", "_"), ("not_base64",), id="URL-safe alphabet"),
        pytest.param("/9j/ 4AA", ("not_base64",), id="blank for plus"),
        pytest.param("/9j%2F4AA", ("not_base64",), id="percent-encoded"),
        pytest.param("图片", ("not_base64",), id="not ASCII"),
        pytest.param(text(PNG + b"x").rstrip("="), ("bad_padding",), id="padding missing"),
        pytest.param("A9=A", ("bad_padding",), id="padding inside"),
        pytest.param("A===", ("bad_padding",), id="too much padding"),
        pytest.param("=", ("bad_padding",), id="nothing but padding"),
        pytest.param("R0lGODlh", ("unsupported_type",), id="GIF"),
        pytest.param("UklGRgAA", ("unsupported_type",), id="WebP"),
        pytest.param("JVBERi0x", ("unsupported_type",), id="PDF"),
        pytest.param("Qk0AAAAA", ("unsupported_type",), id="BMP"),
        pytest.param("AAAAGGZ0eXBoZWlj", ("unsupported_type",), id="HEIC"),
        pytest.param("AAAA", ("unsupported_type",), id="nothing known"),
        pytest.param(text(PNG[:-12]), ("truncated",), id="PNG without its end"),
        pytest.param(text(JPEG[:-2]), ("truncated",), id="JPEG without its end"),
        pytest.param("iVBORw0KGgoAAAANSUhEUgAA...", ("truncated",), id="elided sample of a seed"),
        pytest.param("/9j/4AAQSkZJRg…", ("truncated",), id="elided with one character"),
        pytest.param("...", ("not_base64",), id="nothing but dots"),
    ],
)
def test_every_reason_is_given_in_order(value: object, codes: tuple[str, ...]) -> None:
    assert validate(value).codes == codes
    assert not is_valid(value)


@pytest.mark.parametrize(
    ("value", "detail"),
    [
        pytest.param("ab-_", "URL-safe alphabet", id="URL-safe alphabet"),
        pytest.param("abcd\nabcd", "line breaks", id="line breaks"),
        pytest.param("ab cd", "blanks; a form post turns + into a blank", id="blanks"),
        pytest.param("ab%2B", "percent-encoded", id="percent-encoded"),
        pytest.param("ab%2B-\n", "URL-safe alphabet; line breaks; percent-encoded", id="several"),
    ],
)
def test_the_detail_says_what_happened_to_the_text(value: str, detail: str) -> None:
    assert validate(value).reasons[0].detail == detail


def test_limits_are_inclusive_and_count_different_things() -> None:
    picture = text(PNG)

    assert validate(picture, max_characters=len(picture), max_bytes=len(PNG)).codes == ()
    assert validate(picture, max_characters=len(picture) - 1).codes == ("too_large_encoded",)
    assert validate(picture, max_bytes=len(PNG) - 1).codes == ("too_large_decoded",)
    assert validate(picture, max_characters=1, max_bytes=1).codes == ("too_large_encoded", "too_large_decoded")


def test_the_two_providers_limits_are_150_kibibytes_and_two_mebibytes_of_image() -> None:
    assert encoded_length(150 * 1024) == UPI_CHARACTERS
    assert AGGREGATOR_BYTES == 2_097_152


@pytest.mark.parametrize(
    ("image", "kind"),
    [
        (b"GIF89a", ImageKind.GIF),
        (b"RIFF....WEBP", ImageKind.WEBP),
        (b"%PDF-1.7", ImageKind.PDF),
        (b"BM....", ImageKind.BMP),
        (b"\x00\x00\x00\x18ftypheic", ImageKind.HEIC),
        (b"", ImageKind.UNKNOWN),
        (b"\xff\xd8", ImageKind.UNKNOWN),
    ],
)
def test_pictures_are_told_by_their_first_bytes(image: bytes, kind: ImageKind) -> None:
    assert sniff(image) is kind


def test_zeros_behind_a_jpeg_are_not_a_missing_end() -> None:
    assert validate(text(JPEG + b"\x00" * 7)).codes == ()


@pytest.mark.parametrize(
    ("mangled", "notes"),
    [
        pytest.param(text(JPEG), (), id="nothing to do"),
        pytest.param("\n" + text(JPEG) + "\n", ("trimmed",), id="blanks around"),
        pytest.param(text(JPEG)[:20] + "\r\n" + text(JPEG)[20:], ("line_breaks",), id="mail line breaks"),
        pytest.param("data:image/jpeg;base64," + text(JPEG), ("data_uri",), id="data URI"),
        pytest.param(text(JPEG).replace("/", "%2f").replace("=", "%3D"), ("percent_encoded",), id="percent-encoded"),
        pytest.param(text(JPEG).replace("/", "_"), ("url_safe",), id="URL-safe alphabet"),
        pytest.param(text(JPEG).rstrip("="), ("padded",), id="padding missing"),
    ],
)
def test_what_transport_does_to_base64_is_undone_and_told(mangled: str, notes: tuple[str, ...]) -> None:
    mended = normalise(mangled)

    assert mended.notes == notes
    assert parse(mended.value).data == JPEG


def test_blanks_become_plus_again() -> None:
    mended = normalise("/9j/ 4AA")

    assert (mended.value, mended.notes) == ("/9j/+4AA", ("blanks",))


@pytest.mark.parametrize(
    ("value", "error"),
    [
        ("", InvalidLength),
        ("data:image/png;base64," + text(PNG), InvalidFormat),
        ("图片", InvalidFormat),
        ("AA", InvalidFormat),
        ("AAAA", InvalidComponent),
        (text(PNG[:-1]), InvalidComponent),
    ],
)
def test_parsing_raises_the_kind_of_the_first_error(value: str, error: type[KycValueError]) -> None:
    with pytest.raises(error) as caught:
        parse(value)
    assert caught.value.field == "photo"


def test_parsing_keeps_the_limits() -> None:
    with pytest.raises(InvalidLength):
        parse(text(PNG), max_characters=3)
    with pytest.raises(InvalidLength):
        parse(text(PNG), max_bytes=3)


def test_the_image_stays_out_of_repr() -> None:
    assert "picture" not in repr(parse(text(PNG)))
