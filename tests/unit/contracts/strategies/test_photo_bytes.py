"""The image makers: exact sizes, sound structure, distinct bytes."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable

import pytest

from contracts.strategies.photo_bytes import jpeg, png
from kyc_core.photos import ImageKind, sniff

SEGMENT = 65_537


@pytest.mark.parametrize("make", [jpeg, png])
def test_every_size_from_the_smallest_on_is_met_exactly(make: Callable[..., bytes]) -> None:
    smallest = len(make())

    assert [len(make(size)) for size in range(smallest, smallest + 40)] == list(range(smallest, smallest + 40))


@pytest.mark.parametrize("beyond", [*range(-5, 6), SEGMENT, 2 * SEGMENT - 1, 2 * SEGMENT + 1])
def test_a_jpeg_may_need_several_comment_segments(beyond: int) -> None:
    size = len(jpeg()) - 4 + SEGMENT + beyond

    image = jpeg(size)

    assert len(image) == size
    assert segment_markers(image)[-5:] == [0xDB, 0xC0, 0xC4, 0xC4, 0xDA]


@pytest.mark.parametrize("make", [jpeg, png])
def test_a_size_below_the_smallest_is_refused(make: Callable[..., bytes]) -> None:
    with pytest.raises(ValueError, match="size"):
        make(len(make()) - 1)
    with pytest.raises(ValueError, match="size"):
        make(len(make()), comment=b"x")


@pytest.mark.parametrize("length", [0, 1, 16, SEGMENT - 4, SEGMENT - 3, 2 * (SEGMENT - 4)])
@pytest.mark.parametrize("make", [jpeg, png])
def test_without_a_size_the_image_is_as_small_as_the_comment_allows(make: Callable[..., bytes], length: int) -> None:
    comment = b"c" * length

    image = make(comment=comment)

    segments = -(-length // (SEGMENT - 4)) or 1
    assert len(image) == len(make()) + length + (4 * (segments - 1) if make is jpeg else 0)
    assert image.count(b"c") >= length


@pytest.mark.parametrize("make", [jpeg, png])
def test_another_comment_makes_another_image_of_the_same_size(make: Callable[..., bytes]) -> None:
    one, other = make(500, comment=b"one"), make(500, comment=b"other")

    assert len(one) == len(other) == 500
    assert one != other


def test_a_png_is_four_sound_chunks_and_one_grey_pixel() -> None:
    chunks = png_chunks(png(400, comment=b"somebody"))

    assert [kind for kind, _ in chunks] == [b"IHDR", b"tEXt", b"IDAT", b"IEND"]
    assert struct.unpack(">II", chunks[0][1][:8]) == (1, 1)
    assert zlib.decompress(chunks[2][1]) == b"\x00\x80"


def test_a_jpeg_describes_one_pixel_between_start_and_end() -> None:
    image = jpeg(400)
    frame = image.index(b"\xff\xc0")

    assert sniff(image) is ImageKind.JPEG
    assert struct.unpack(">HH", image[frame + 5 : frame + 9]) == (1, 1)
    assert image.endswith(b"\xff\xd9")


def segment_markers(image: bytes) -> list[int]:
    """Walk from the start marker to the scan; a length that does not lead to a marker fails the walk."""
    place = 2
    markers: list[int] = []
    while not markers or markers[-1] != 0xDA:
        start, marker, length = struct.unpack(">BBH", image[place : place + 4])
        assert start == 0xFF
        markers.append(marker)
        place += 2 + length
    return markers


def png_chunks(image: bytes) -> list[tuple[bytes, bytes]]:
    """Walk the chunks and check their sums."""
    place, chunks = 8, []
    while place < len(image):
        (length,) = struct.unpack(">I", image[place : place + 4])
        kind, payload = image[place + 4 : place + 8], image[place + 8 : place + 8 + length]
        (checksum,) = struct.unpack(">I", image[place + 8 + length : place + 12 + length])
        assert checksum == zlib.crc32(kind + payload)
        chunks.append((kind, payload))
        place += 12 + length
    return chunks
