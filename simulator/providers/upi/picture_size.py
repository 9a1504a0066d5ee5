r"""The size that the header of a picture states: the IHDR chunk of a PNG, the frame header of a JPEG. Pure.

>>> size_of(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x02\x00\x00\x00\x01\x08\x00\x00\x00\x00")
(2, 1)
>>> size_of(b"\xff\xd8\xff\xe0\x00\x02") is None
True

Source:
    PNG specification, IHDR; ITU-T T.81, annex B, frame header [doc].
"""

from __future__ import annotations

import struct
from typing import Final

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_IHDR: Final = struct.Struct(">I4sII")
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers of a frame header; the three left out are tables and an extension."""
_STANDALONE: Final = frozenset({0x01, *range(0xD0, 0xD9)})
"""Markers without a segment behind them."""
_FRAME: Final = struct.Struct(">HBHH")


def size_of(data: bytes) -> tuple[int, int] | None:
    """Return width and height in pixels, or ``None`` where the header does not tell them."""
    return _png(data) if data.startswith(_PNG) else _jpeg(data)


def _png(data: bytes) -> tuple[int, int] | None:
    if len(data) < len(_PNG) + _IHDR.size:
        return None
    _, name, width, height = _IHDR.unpack_from(data, len(_PNG))
    return (width, height) if name == b"IHDR" and width and height else None


def _jpeg(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
        elif marker in _STANDALONE:
            at += 2
        elif marker in _FRAMES:
            if at + 2 + _FRAME.size > len(data):
                return None
            _, _, height, width = _FRAME.unpack_from(data, at + 2)
            return (width, height) if width and height else None
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4])
    return None
