from __future__ import annotations

import json
from io import BytesIO

import pytest

from contracts import json_stream
from contracts.json_stream import NotThere, items

PATH = ("log", "entries")


def read(text: str | bytes) -> list[object]:
    return list(items(BytesIO(text if isinstance(text, bytes) else text.encode()), PATH))


def test_members_before_the_array_are_passed_over_and_those_behind_it_not_looked_at() -> None:
    assert read('{"x": [1, {"entries": 2}], "log": {"creator": {}, "entries": [1, "二", {}], "y": never}}') == [
        1,
        "二",
        {},
    ]


def test_an_empty_array_has_no_items() -> None:
    assert read('\ufeff {"log": {"entries": [ ] }}') == []


@pytest.mark.parametrize("piece", [1, 2, 3, 7])
def test_where_the_pieces_end_makes_no_difference(piece: int, monkeypatch: pytest.MonkeyPatch) -> None:
    entries = [{"name": "测试甲", "number": number * 1000} for number in range(5)] + [12345, -1.5e3, True]
    monkeypatch.setattr(json_stream, "_PIECE", piece)

    assert read(json.dumps({"log": {"entries": entries}}, ensure_ascii=False)) == entries


def test_items_come_before_the_file_is_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_stream, "_PIECE", 64)
    file = BytesIO(b'{"log":{"entries":[{"first":1},' + b'{"later":2},' * 1000)
    first = next(items(file, PATH))

    assert first == {"first": 1}
    assert file.tell() < 200


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("", "not JSON with an object with 'log'", id="nothing"),
        pytest.param("[]", "not JSON with an object with 'log'", id="another root"),
        pytest.param('{"log": 3}', "not JSON with an object with 'entries'", id="another kind of member"),
        pytest.param('{"log": {"pages": []}}', "no member log.entries", id="no such member"),
        pytest.param('{"log": {"entries": {}}}', "not JSON with an array log.entries", id="no array"),
        pytest.param('{"log": {"entries": [1', "the array breaks off", id="cut between items"),
        pytest.param('{"log": {"entries": [{"a', "not JSON, or it breaks off", id="cut in an item"),
        pytest.param('{"log": {"entries": [1 2]}}', "the array breaks off", id="no comma"),
        pytest.param('{"log" {', "not JSON with a colon", id="no colon"),
        pytest.param(b'{"log": "\xff"}', "not UTF-8", id="another encoding"),
        pytest.param('{"log": {"entries": [' + "[" * 100_000, "not JSON, or it breaks off", id="very deep"),
    ],
)
def test_what_is_no_such_array_is_said_without_quoting_it(text: str | bytes, said: str) -> None:
    with pytest.raises(NotThere) as refused:
        read(text)

    assert str(refused.value) == said
