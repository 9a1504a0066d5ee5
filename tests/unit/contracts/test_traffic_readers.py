from __future__ import annotations

import base64
import gzip
import json
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from contracts import traffic_readers
from contracts.traffic import Recorded
from contracts.traffic_readers import NotARecording, read_file, read_har, read_lines

URL = "https://faceid.intl.tencentcloudapi.com/?a=1"
BODY = b'{"Response": {}}'


def har(*entries: Any) -> BytesIO:
    return BytesIO(json.dumps({"log": {"version": "1.2", "entries": list(entries)}}).encode())


def entry(
    content: dict[str, Any] | None = None, post: dict[str, Any] | None = None, *, status: int = 200, **headers: str
) -> dict[str, Any]:
    given = [{"name": name.replace("_", "-"), "value": value} for name, value in headers.items()]
    request: dict[str, Any] = {"method": "post", "url": URL, "headers": given}
    if post is not None:
        request["postData"] = post
    return {"request": request, "response": {"status": status, "headers": given, "content": content or {}}}


def one_of_har(found: dict[str, Any]) -> Recorded:
    (recorded,) = read_har(har(found))
    return recorded


def one_of_lines(document: Any) -> Recorded:
    (recorded,) = read_lines(BytesIO(json.dumps(document).encode() + b"\n\n"))
    return recorded


def test_an_entry_of_an_archive_is_a_call_and_its_answer() -> None:
    found = one_of_har(entry({"text": "{}"}, {"mimeType": "application/json", "text": '{"Name": "测试甲"}'}, X_Y="z"))

    assert (found.place, found.host, found.status) == ("entry 1", "faceid.intl.tencentcloudapi.com", 200)
    assert (found.request.method, found.request.target, found.request.header("x-y")) == ("POST", "/?a=1", "z")
    assert (found.request.body.decode(), found.body) == ('{"Name": "测试甲"}', b"{}")


def test_a_form_may_be_held_as_its_members() -> None:
    found = one_of_har(entry(post={"params": [{"name": "a", "value": "1 2"}, {"name": "b"}]}))

    assert found.request.body == b"a=1+2&b="


@pytest.mark.parametrize(
    ("content", "body"),
    [
        pytest.param({"text": base64.b64encode(BODY).decode(), "encoding": "base64"}, BODY, id="Base64"),
        pytest.param({"text": "", "size": 0}, b"", id="empty"),
        pytest.param({"size": 0}, b"", id="said to be empty"),
        pytest.param({"size": 12}, None, id="left out"),
        pytest.param({}, None, id="not spoken of"),
    ],
)
def test_bodies_of_an_archive(content: dict[str, Any], body: bytes | None) -> None:
    assert one_of_har(entry(content)).body == body


@pytest.mark.parametrize(
    ("coding", "raw"),
    [
        pytest.param("gzip", gzip.compress(BODY), id="gzip"),
        pytest.param("X-Gzip", gzip.compress(BODY), id="its old name"),
        pytest.param("deflate", zlib.compress(BODY), id="deflate"),
        pytest.param("deflate", zlib.compress(BODY, wbits=-15), id="deflate without a frame"),
        pytest.param("deflate, gzip", gzip.compress(zlib.compress(BODY)), id="twice"),
        pytest.param("identity", BODY, id="none"),
        pytest.param("br", BODY, id="undone by the recorder"),
    ],
)
def test_compressed_bodies_are_undone(coding: str, raw: bytes) -> None:
    content = {"text": base64.b64encode(raw).decode(), "encoding": "base64"}
    found = one_of_har(entry(content, content, Content_Encoding=coding))

    assert (found.body, found.unreadable) == (BODY, "")
    assert (found.request.body, found.unreadable_request) == (BODY, "")


@pytest.mark.parametrize(
    ("coding", "raw", "why"),
    [
        pytest.param("br", b"\x0b\x02\x80", "compressed with br", id="nothing here undoes it"),
        pytest.param("110101190001010006", b"\x00", "compressed with something unknown", id="a strange word"),
        pytest.param("gzip", b"\x00\x01", "not the gzip that its header promises, or too long", id="a lie"),
        pytest.param("gzip", gzip.compress(BODY)[:-9], "not the gzip that its header promises, or too long", id="cut"),
    ],
)
def test_what_cannot_be_undone_is_said_of_that_call(coding: str, raw: bytes, why: str) -> None:
    document = {
        "request": {
            "method": "POST",
            "url": URL,
            "headers": {"Content-Encoding": coding},
            "body_base64": base64.b64encode(raw).decode(),
        },
        "response": {
            "status": 200,
            "headers": [["content-encoding", coding]],
            "body_base64": base64.b64encode(raw).decode(),
        },
    }
    found = one_of_lines(document)

    assert (found.body, found.unreadable, found.unreadable_request) == (None, why, why)


def test_a_short_recording_of_a_very_long_body_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(traffic_readers, "LONGEST_BODY", 1000)
    content = {"text": base64.b64encode(gzip.compress(b"0" * 1001)).decode(), "encoding": "base64"}

    assert one_of_har(entry(content, Content_Encoding="gzip")).unreadable.endswith("or too long")


def test_a_line_may_lack_all_but_the_request() -> None:
    found = one_of_lines({"request": {"method": "GET", "url": "http://LOCALHOST:8080"}, "at": 1.5})

    assert (found.place, found.host, found.status, found.body) == ("line 1", "localhost", 0, None)
    assert (found.request.target, found.request.body) == ("/", b"")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("{", "line 1: not JSON", id="no JSON"),
        pytest.param(
            '{"request": {"method": "GET"}}',
            "line 1: $.request breaks required of the schema of traffic",
            id="a member is missing",
        ),
        pytest.param(
            '\n{"request": {"method": "GET", "url": "/path"}}',
            "line 2: a body that is not Base64, or a URL that is none",
            id="not absolute",
        ),
        pytest.param(
            '{"request": {"method": "GET", "url": "http://h", "body_base64": "?"}}',
            "line 1: a body that is not Base64, or a URL that is none",
            id="not Base64",
        ),
        pytest.param(
            '{"request": {"method": "GET", "url": "http://[h"}}',
            "line 1: a body that is not Base64, or a URL that is none",
            id="no URL",
        ),
    ],
)
def test_a_line_that_is_none_ends_the_reading_by_its_number(text: str, said: str) -> None:
    with pytest.raises(NotARecording) as refused:
        list(read_lines(BytesIO(text.encode())))

    assert str(refused.value) == said


@pytest.mark.parametrize(
    ("file", "said"),
    [
        pytest.param(har({"request": {}}), "entry 1: not an entry of HAR 1.2", id="members missing"),
        pytest.param(har(entry(), 3), "entry 2: not an entry of HAR 1.2", id="no object"),
        pytest.param(
            har(entry({"text": "?", "encoding": "base64"})), "entry 1: not an entry of HAR 1.2", id="no Base64"
        ),
        pytest.param(
            BytesIO(har(entry(), entry()).getvalue()[:-30]), "after entry 1: not JSON, or it breaks off", id="cut"
        ),
        pytest.param(BytesIO(b'{"log": {}}'), "not JSON, or it breaks off", id="no entries"),
    ],
)
def test_an_archive_that_is_none_ends_the_reading_by_its_entry(file: BytesIO, said: str) -> None:
    with pytest.raises(NotARecording) as refused:
        list(read_har(file))

    assert str(refused.value) == said


def test_a_file_tells_by_its_beginning_which_it_is(tmp_path: Path) -> None:
    archive, lines = tmp_path / "a.har", tmp_path / "b.jsonl"
    archive.write_bytes(b"\xef\xbb\xbf" + json.dumps({"log": {"entries": [entry()]}}, indent=2).encode())
    lines.write_text(json.dumps({"request": {"method": "GET", "url": URL}}))

    assert [found.place for path in (archive, lines) for found in read_file(path)] == ["entry 1", "line 1"]
