r"""Make the smallest valid JPEG and PNG files, of exactly the size asked for, without an imaging library.

Both are one grey pixel; the rest is a comment that decoders skip. Two photos with different comments have different
bytes, so a register can tell its people apart.

>>> from contracts.strategies.photo_bytes import jpeg, png
>>> len(jpeg(153_600)), len(png(153_601)), jpeg(300)[:3], png(300)[1:4]
(153600, 153601, b'\xff\xd8\xff', b'PNG')

Source:
    ITU-T T.81, annex B, for the segments [doc]; the PNG specification, chunks IHDR, IDAT, tEXt and IEND [doc].
"""

from __future__ import annotations

import struct
import zlib
from typing import Final

_JPEG_START: Final = b"\xff\xd8"
_JPEG_END: Final = b"\xff\xd9"
_COMMENT: Final = 0xFE
_LONGEST_SEGMENT: Final = 65_537
"""A segment counts its bytes in 16 bits, without the two of its marker."""

_PNG_START: Final = b"\x89PNG\r\n\x1a\n"
_PNG_COMMENT_KEY: Final = b"Comment\x00"


def jpeg(size: int | None = None, *, comment: bytes = b"") -> bytes:
    """Make a baseline JPEG of one grey pixel.

    Args:
        size: bytes in all; None for the smallest that holds *comment*.
        comment: kept in the file's comment segments, filled up with zeros.

    Raises:
        ValueError: *size* is too small for an image with this comment.
    """
    head, tail = _JPEG_START + _jpeg_app0(), _jpeg_image() + _JPEG_END
    # A comment segment is never shorter than four bytes, and one too long for a segment takes several.
    segments_needed = -(-len(comment) // (_LONGEST_SEGMENT - 4)) or 1
    room = len(comment) + 4 * segments_needed if size is None else size - len(head + tail)
    lengths = _segment_lengths(room)
    if len(comment) > room - 4 * len(lengths) or not lengths:
        raise ValueError("no JPEG of this size can hold the comment")
    padded = comment.ljust(room - 4 * len(lengths), b"\x00")
    segments = []
    for length in lengths:
        payload, padded = padded[: length - 4], padded[length - 4 :]
        segments.append(_segment(_COMMENT, payload))
    return head + b"".join(segments) + tail


def png(size: int | None = None, *, comment: bytes = b"") -> bytes:
    """Make a PNG of one grey pixel.

    Args:
        size: bytes in all; None for the smallest that holds *comment*.
        comment: kept in the file's text chunk, filled up with blanks.

    Raises:
        ValueError: *size* is too small for an image with this comment.
    """
    header = _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    pixel = _chunk(b"IDAT", zlib.compress(b"\x00\x80"))
    end = _chunk(b"IEND", b"")
    bare = len(_PNG_START) + len(header) + len(_chunk(b"tEXt", _PNG_COMMENT_KEY)) + len(pixel) + len(end)
    room = len(comment) if size is None else size - bare
    if len(comment) > room:
        raise ValueError("no PNG of this size can hold the comment")
    text = _chunk(b"tEXt", _PNG_COMMENT_KEY + comment.ljust(room, b" "))
    return _PNG_START + header + text + pixel + end


def _segment_lengths(room: int) -> list[int]:
    lengths = []
    while room >= 4:
        length = min(room, _LONGEST_SEGMENT)
        if 0 < room - length < 4:
            length -= 4
        lengths.append(length)
        room -= length
    return lengths


def _segment(marker: int, payload: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(payload) + 2) + payload


def _jpeg_app0() -> bytes:
    return _segment(0xE0, b"JFIF\x00" + struct.pack(">HBHHBB", 0x0101, 0, 1, 1, 0, 0))


def _jpeg_image() -> bytes:
    quantisation = _segment(0xDB, b"\x00" + b"\x01" * 64)
    frame = _segment(0xC0, struct.pack(">BHHB", 8, 1, 1, 1) + bytes((1, 0x11, 0)))
    # One code of one bit in each table: DC category 0 (no change from mid-grey) and AC end of block.
    codes = bytes((1, *[0] * 15, 0))
    tables = _segment(0xC4, b"\x00" + codes) + _segment(0xC4, b"\x10" + codes)
    scan = _segment(0xDA, bytes((1, 1, 0x00, 0, 63, 0)))
    # Both codes are the bit 0; the rest of the byte is filled with ones.
    return quantisation + frame + tables + scan + b"\x3f"


def _chunk(kind: bytes, payload: bytes) -> bytes:
    return struct.pack(">I", len(payload)) + kind + payload + struct.pack(">I", zlib.crc32(kind + payload))
