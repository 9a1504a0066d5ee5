from __future__ import annotations

import pytest

from simulator.providers.tencent import hashing


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("1", "900150983cd24fb0d6963f7d28e17f72"),
        ("2", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        ("3", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
    ],
)
def test_digests_are_those_of_the_standards(mode: str, expected: str) -> None:
    assert hashing.digest(mode, "abc") == expected
    assert hashing.is_digest(mode, expected.upper())
    assert not hashing.is_digest(mode, expected + "0")
