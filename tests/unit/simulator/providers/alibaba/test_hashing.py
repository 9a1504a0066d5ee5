from __future__ import annotations

from hashlib import md5

import pytest

from simulator.providers.alibaba import hashing


def digest(text: str) -> str:
    return md5(text.encode(), usedforsecurity=False).hexdigest()


@pytest.mark.parametrize(
    ("name", "value", "written"),
    [
        ("whole", "13490000010", digest("13490000010")),
        ("whole", "张三", digest("张三")),
        ("last_6", "6217000000000000103", "6217000000000" + digest("000103")),
        ("birth_date", "31011518850314062X", "310115" + digest("18850314") + "062X"),
        ("first_character", "林静怡", digest("林") + "静怡"),
        ("last_2", "H11111112", "H111111" + digest("12")),
    ],
)
def test_every_form_is_written_as_the_sdk_says_and_recognised(name: str, value: str, written: str) -> None:
    assert hashing.form(name)(value) == written
    assert hashing.is_hashed(written, name)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("whole", digest("a").upper(), id="upper case"),
        pytest.param("whole", digest("a") + "\n", id="a line break"),
        pytest.param("whole", "13490000010", id="in clear"),
        pytest.param("last_6", "62170000000000001" + digest("x"), id="too many digits in clear"),
        pytest.param("last_6", digest("6217000000000000103"), id="all of a card hashed"),
        pytest.param("birth_date", "310115" + digest("18850314"), id="no end"),
        pytest.param("first_character", "林静怡", id="a name in clear"),
    ],
)
def test_anything_else_is_not_hashed(name: str, value: str) -> None:
    assert not hashing.is_hashed(value, name)


def test_there_are_no_other_forms() -> None:
    with pytest.raises(KeyError):
        hashing.form("sha256")
