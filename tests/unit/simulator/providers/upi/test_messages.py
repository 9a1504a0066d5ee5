from __future__ import annotations

import gzip

import pytest

from simulator.providers.upi import messages
from simulator.providers.upi.messages import Unreadable


def test_an_answer_has_only_what_it_has_to_say() -> None:
    assert messages.answer("98", "Timeout") == b'{"msgResponse":{"responseCode":"98","responseMsg":"Timeout"}}'
    assert messages.answer("30", "x", detail="body", confidence=0, order_id="1") == (
        b'{"confidence":0,"msgResponse":{"responseCode":"30","responseMsg":"x","errorDetail":"body"},"orderID":"1"}'
    )


def test_a_refusal_of_the_caller_has_one_member() -> None:
    assert messages.unauthorised("E0", "Unauthorized access", key="msgResponse") == (
        b'{"msgResponse":{"responseCode":"E0","responseMsg":"Unauthorized access"}}'
    )


@pytest.mark.parametrize(
    ("raw", "reason"),
    [(b"", "not_json"), (b"[]", "not_an_object"), (b'{"a":1,"a":1}', "member_twice"), (b"\xff", "not_utf8")],
)
def test_why_a_body_cannot_be_read_is_told(raw: bytes, reason: str) -> None:
    with pytest.raises(Unreadable) as told:
        messages.read_body(raw)

    assert told.value.reason == reason


def test_a_packed_body_may_be_as_long_as_a_plain_one() -> None:
    assert messages.unpacked(gzip.compress(b"x" * 100), limit=100) == b"x" * 100
    with pytest.raises(Unreadable, match="too_long"):
        messages.unpacked(gzip.compress(b"x" * 101), limit=100)


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"plain", id="no gzip"),
        pytest.param(gzip.compress(b"x", mtime=0)[:-1], id="unfinished"),
        pytest.param(gzip.compress(b"x", mtime=0) + b"x", id="something behind it"),
    ],
)
def test_what_is_not_one_packed_body_is_refused(raw: bytes) -> None:
    with pytest.raises(Unreadable, match="not_gzip"):
        messages.unpacked(raw, limit=100)


def test_only_texts_are_shown_to_rules() -> None:
    assert messages.flattened({"a": "1", "b": 2, "c": None, "d": {"e": "f"}}) == {"a": "1"}
