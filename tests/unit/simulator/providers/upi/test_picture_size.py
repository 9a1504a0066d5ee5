from __future__ import annotations

import struct

import pytest

from simulator.providers.upi.picture_size import size_of


def png(width: int, height: int, name: bytes = b"IHDR") -> bytes:
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, name, width, height) + bytes(9)


def jpeg(*segments: bytes) -> bytes:
    return b"\xff\xd8" + b"".join(segments)


APP0 = b"\xff\xe0" + struct.pack(">H", 16) + bytes(14)
FRAME = struct.pack(">HBHH", 11, 8, 480, 640) + bytes(4)


@pytest.mark.parametrize(
    ("data", "size"),
    [
        pytest.param(png(640, 480), (640, 480), id="PNG"),
        pytest.param(png(0, 480), None, id="PNG without width"),
        pytest.param(png(640, 0), None, id="PNG without height"),
        pytest.param(png(640, 480, b"IDAT"), None, id="PNG that begins with another chunk"),
        pytest.param(png(640, 480)[:20], None, id="PNG cut short"),
        pytest.param(jpeg(APP0, b"\xff\xc0" + FRAME), (640, 480), id="JPEG"),
        pytest.param(jpeg(b"\xff\xff\xff\xc2" + FRAME), (640, 480), id="progressive, with fill bytes"),
        pytest.param(jpeg(b"\xff\x01", APP0, b"\xff\xc0" + FRAME), (640, 480), id="JPEG with a lone marker"),
        pytest.param(jpeg(APP0, b"\xff\xc0" + FRAME[:4]), None, id="JPEG cut short"),
        pytest.param(jpeg(APP0), None, id="JPEG without a frame"),
        pytest.param(jpeg(b"\xff\xc4" + struct.pack(">H", 4) + bytes(2)), None, id="JPEG with a table only"),
        pytest.param(jpeg(b"\x00\xc0" + FRAME), None, id="JPEG that lost its way"),
        pytest.param(jpeg(b"\xff\xe0\x00\x00" * 3), None, id="segments of no length"),
        pytest.param(b"", None, id="nothing"),
    ],
)
def test_the_size_stands_in_the_header(data: bytes, size: tuple[int, int] | None) -> None:
    assert size_of(data) == size


def test_a_large_picture_of_nothing_is_done_with_soon() -> None:
    assert size_of(b"\xff\xd8" + b"\xff" * 153_598) is None
