"""A JSON text is taken only if every reader takes it alike."""

from __future__ import annotations

import pytest

from kyc_core.strict_json import JsonProblem, NotStrictJson, problem_of, read, read_object, write


@pytest.mark.parametrize(
    ("raw", "document"),
    [
        pytest.param(b"{}", {}, id="empty"),
        pytest.param(b' {"a" : [1, 2.5e3, -0, true, null]}\r\n', {"a": [1, 2500.0, 0, True, None]}, id="blanks"),
        pytest.param('{"name":"张三"}'.encode(), {"name": "张三"}, id="raw UTF-8"),
        pytest.param(rb'{"name":"\u5f20\u4e09"}', {"name": "张三"}, id="escapes"),
        pytest.param(rb'{"a":"\ud83d\ude00"}', {"a": "😀"}, id="a surrogate pair"),
        pytest.param(rb'{"a":"\\ud800"}', {"a": "\\ud800"}, id="an escaped backslash before ud800"),
        pytest.param(rb'{"photo":"\/9j\/"}', {"photo": "/9j/"}, id="escaped slashes"),
        pytest.param(b'{"a":{"b":1},"b":{"a":1}}', {"a": {"b": 1}, "b": {"a": 1}}, id="one name at two places"),
    ],
)
def test_json_is_read(raw: bytes, document: object) -> None:
    assert read_object(raw) == document
    assert problem_of(raw) is None


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        pytest.param(b"", JsonProblem.NOT_JSON, id="nothing"),
        pytest.param(b'{"a":1,}', JsonProblem.NOT_JSON, id="trailing comma"),
        pytest.param(b'{"a":1} x', JsonProblem.NOT_JSON, id="something after the end"),
        pytest.param(b'{"a":"\n"}', JsonProblem.NOT_JSON, id="raw control character"),
        pytest.param(b'{"a":1', JsonProblem.NOT_JSON, id="unfinished"),
        pytest.param(b'{"a":1,"a":1}', JsonProblem.MEMBER_TWICE, id="a member twice"),
        pytest.param(
            b'{"o":[{"a":1,"\\u0061":2}]}', JsonProblem.MEMBER_TWICE, id="twice, deep inside, spelt otherwise"
        ),
        pytest.param(b'{"a":NaN}', JsonProblem.NUMBER, id="NaN"),
        pytest.param(b'{"a":-Infinity}', JsonProblem.NUMBER, id="infinity"),
        pytest.param(b'{"a":1e999}', JsonProblem.NUMBER, id="a float too large"),
        pytest.param(b'{"a":' + b"9" * 5000 + b"}", JsonProblem.NUMBER, id="an integer too long"),
        pytest.param(rb'{"a":"\ud800"}', JsonProblem.LONE_SURROGATE, id="half a pair"),
        pytest.param(rb'{"a":"\uDE00\uD83D"}', JsonProblem.LONE_SURROGATE, id="a pair the wrong way round"),
        pytest.param(rb'{"\udfff":1}', JsonProblem.LONE_SURROGATE, id="half a pair in a name"),
        pytest.param(b'{"a":"\xff"}', JsonProblem.NOT_UTF8, id="not UTF-8"),
        pytest.param('{"a":1}'.encode("utf-16"), JsonProblem.NOT_UTF8, id="UTF-16"),
        pytest.param(b'\xef\xbb\xbf{"a":1}', JsonProblem.BYTE_ORDER_MARK, id="byte order mark"),
        pytest.param(b"[" * 100_000, JsonProblem.TOO_DEEP, id="too deep"),
        pytest.param(b'[{"a":1}]', JsonProblem.NOT_AN_OBJECT, id="a list"),
        pytest.param(b'"a"', JsonProblem.NOT_AN_OBJECT, id="a text"),
        pytest.param(b"null", JsonProblem.NOT_AN_OBJECT, id="null"),
    ],
)
def test_what_readers_may_take_differently_is_refused_by_name(raw: bytes, problem: JsonProblem) -> None:
    assert problem_of(raw) is problem


def test_any_value_may_stand_alone_where_no_object_is_asked_for() -> None:
    assert [read(b"7"), read(b'"a"'), read(b"[]")] == [7, "a", []]


def test_a_refusal_repeats_nothing_of_the_text() -> None:
    with pytest.raises(NotStrictJson) as caught:
        read_object('{"name":"张三",}'.encode())

    assert str(caught.value) == "not_json"
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_what_is_written_is_compact_ascii_that_reads_the_same() -> None:
    raw = write({"name": "张三", "list": [1, True]})

    assert raw == b'{"name":"\\u5f20\\u4e09","list":[1,true]}'
    assert read_object(raw) == {"name": "张三", "list": [1, True]}


def test_a_number_json_does_not_have_is_not_written() -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        write({"a": float("nan")})
