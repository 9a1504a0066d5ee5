from __future__ import annotations

from datetime import date

import pytest

from simulator.providers.upi import formats
from simulator.providers.upi.codes import Kind, Member
from simulator.providers.upi.formats import Fault, Reading, first_fault


def member(kind: Kind, least: int = 1, most: int = 8, *, required: bool = True, name: str = "m") -> Member:
    return Member(name=name, kind=kind, least=least, most=most, required=required, personal=False, claim=None)


CLASSES = {
    Kind.N: ("0019", ["a", "1.5", "-1", "１", " 1"]),
    Kind.AN: ("aZ09", ["a b", "a-b", "é", "a\n"]),
    Kind.ANS: ("a ~!", ["张", "a\t", "a\n", "\x7f"]),
    Kind.S: ("张a~·", ["a\t", "\x00", "a\n", "\x7f"]),
    Kind.SERIAL: ("0aZ", ["0-1", "0 1", "张"]),
}


@pytest.mark.parametrize("kind", CLASSES)
def test_a_type_admits_its_characters_and_no_others(kind: Kind) -> None:
    admitted, refused = CLASSES[kind]

    assert first_fault([member(kind)], {"m": admitted}) is None
    assert {first_fault([member(kind)], {"m": text}) for text in refused} == {Fault("m", "charset")}


@pytest.mark.parametrize("value", [None, 1, 1.5, True, [], {}, ["a"]])
def test_only_a_text_is_a_text(value: object) -> None:
    assert first_fault([member(Kind.S)], {"m": value}) == Fault("m", "type")
    assert first_fault([member(Kind.S, required=False)], {"m": value}) == Fault("m", "type")


def test_an_object_is_left_to_whoever_opens_it() -> None:
    assert first_fault([member(Kind.OBJECT)], {"m": {"a": 1}}) is None
    assert first_fault([member(Kind.OBJECT)], {"m": ""}) == Fault("m", "missing")


def test_optional_members_may_be_absent_or_empty() -> None:
    optional = [member(Kind.N, required=False)]

    assert first_fault(optional, {}) is None
    assert first_fault(optional, {"m": ""}) is None
    assert first_fault(optional, {"m": "x"}) == Fault("m", "charset")


def test_lengths_count_characters_or_bytes() -> None:
    members = [member(Kind.S, 2, 6)]

    assert first_fault(members, {"m": "张"}) == Fault("m", "length")
    assert first_fault(members, {"m": "张三丰张三丰"}) is None
    assert first_fault(members, {"m": "张三丰张三丰"}, Reading(unit="utf8_bytes")) == Fault("m", "length")
    assert first_fault(members, {"m": "张"}, Reading(unit="utf8_bytes")) is None
    assert first_fault(members, {"m": "\U0002c22a" * 6}) is None


def test_what_is_missing_comes_before_what_is_wrong() -> None:
    members = [member(Kind.N, name="a"), member(Kind.N, name="b"), member(Kind.N, name="c")]

    assert first_fault(members, {"a": "x", "b": "y"}) == Fault("c", "missing")
    assert first_fault(members, {"a": "x", "b": "y", "c": "1"}) == Fault("a", "charset")


@pytest.mark.parametrize(
    ("given", "role", "fault"),
    [
        ("", "any", None),
        ("123", "any", None),
        ("1", "any", Fault("merchantName", "missing")),
        ("2", "any", Fault("merchantID", "missing")),
        ("3", "any", Fault("merchantID", "missing")),
        ("12", "any", Fault("mcc", "missing")),
        ("13", "any", Fault("merchantName", "missing")),
        ("23", "any", Fault("merchantID", "missing")),
        ("", "member", None),
        ("123", "member", Fault("merchantID", "unexpected")),
        ("", "merchant", Fault("merchantID", "missing")),
        ("123", "merchant", None),
    ],
)
def test_the_merchant_members_by_how_many_are_there(given: str, role: str, fault: Fault | None) -> None:
    names = dict(zip("123", ("merchantID", "merchantName", "mcc"), strict=True))
    document = {names[number]: "x" for number in given}

    assert formats.merchant_fault(document, role) == fault


def test_only_whole_numbers_become_their_digits() -> None:
    assert formats.coerced({"a": 1, "b": 1.0, "c": True, "d": "1", "e": None}) == {
        "a": "1",
        "b": 1.0,
        "c": True,
        "d": "1",
        "e": None,
    }


@pytest.mark.parametrize(
    ("name", "han"), [("张三", True), ("阿·买", True), ("𬱖", True), ("张 三", False), ("A", False), ("", False)]
)
def test_chinese_characters_and_the_dot_are_han(name: str, *, han: bool) -> None:
    assert formats.is_han(name) is han


@pytest.mark.parametrize(
    ("serial", "found"),
    [
        ("20250101000000", True),
        ("00000020250101", True),
        ("AGR20250101A042", True),
        ("1220250101", True),
        ("20250102000000", False),
        ("19991231000000", False),
        ("2025010", False),
        ("", False),
        ("２０２５０１０１", False),
    ],
)
def test_a_date_stands_anywhere_in_a_serial(serial: str, *, found: bool) -> None:
    assert formats.has_date(serial, date(2025, 1, 1)) is found
