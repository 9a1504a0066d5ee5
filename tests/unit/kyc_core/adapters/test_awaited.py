"""What is remembered for callbacks: so much and no more, and addresses that say one thing once."""

from __future__ import annotations

import pytest

from kyc_core.adapters.awaited import Awaited, nobody_s, parameters_of, with_parameter
from kyc_core.adapters.base import AdapterError, Fault, Received


def received(target: str) -> Received:
    return Received(method="GET", target=target, headers={}, body=b"")


def test_the_oldest_gives_way_and_the_others_stay() -> None:
    memory: Awaited[int] = Awaited(most=2)
    for number in range(3):
        memory.put(str(number), number)

    assert [memory.find(key) for key in ("0", "1", "2", "2")] == [None, 1, 2, 2]


def test_a_parameter_is_added_behind_those_there_are() -> None:
    assert with_parameter("https://a.example/b", "check", "1&2") == "https://a.example/b?check=1%262"
    assert with_parameter("https://a.example/b?c=%20", "check", "1") == "https://a.example/b?c=%20&check=1"


def test_parameters_are_read_once_each() -> None:
    assert parameters_of(received("/a?b=%E6%B5%8B&c=")) == {"b": "测", "c": ""}
    assert parameters_of(received("/a")) == {}
    with pytest.raises(AdapterError) as caught:
        parameters_of(received("/a?b=1&b=2"))
    assert caught.value.fault is Fault.CONTRACT


def test_what_belongs_to_nobody_was_never_charged() -> None:
    assert (nobody_s().fault, nobody_s().charge_possible) == (Fault.UNKNOWN_CALLBACK, False)


def test_nothing_of_a_callback_shows() -> None:
    shown = repr(Received(method="POST", target="/x?name=1", headers={"a": "b"}, body=b"c"))

    assert shown == "Received(method='POST')"
