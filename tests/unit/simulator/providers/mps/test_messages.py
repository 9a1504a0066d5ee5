from __future__ import annotations

import json

import pytest

from simulator.providers.mps.messages import Unreadable, failure, read, score_text, success

BOUNDARY = "xYz"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"


def part(name: str, value: str | bytes, *, more: str = "") -> bytes:
    raw = value.encode() if isinstance(value, str) else value
    return f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + raw + b"\r\n"


END = f"--{BOUNDARY}--\r\n".encode()


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        pytest.param('{"name": "测试甲"}'.encode(), "application/json", {"name": "测试甲"}, id="JSON"),
        pytest.param(b'{"name":"a"}', "application/json; charset=utf-8", {"name": "a"}, id="JSON with a charset"),
        pytest.param(b'{"name":"a","idNum":null}', "application/json", {"name": "a"}, id="null is absent"),
        pytest.param(b'{"name":""}', "application/json", {"name": ""}, id="an empty text is there"),
        pytest.param(
            b"name=%E6%B5%8B&sign=a%2Bb+c&idNum=",
            "application/x-www-form-urlencoded",
            {"name": "测", "sign": "a+b c", "idNum": ""},
            id="form",
        ),
        pytest.param(b"", "application/x-www-form-urlencoded", {}, id="an empty form"),
        pytest.param(b"a=1&a=2", "application/x-www-form-urlencoded", {"a": "2"}, id="the last of two"),
        pytest.param(
            part("name", "测试甲") + part("image", "A" * 200_000) + END,
            MULTIPART,
            {"name": "测试甲", "image": "A" * 200_000},
            id="multipart",
        ),
        pytest.param(
            part("image", "AAAA", more='; filename="face.txt"') + END, MULTIPART, {"image": "AAAA"}, id="a file"
        ),
        pytest.param(part("name", "") + END, MULTIPART, {"name": ""}, id="an empty part"),
    ],
)
def test_parameters_are_read_however_they_come(body: bytes, content_type: str, expected: dict[str, str]) -> None:
    assert read(body, content_type) == expected


@pytest.mark.parametrize(
    ("body", "content_type", "reason", "parameter"),
    [
        pytest.param(b"{}", "", "content_type", "", id="no content type"),
        pytest.param(b"<a/>", "text/xml", "content_type", "", id="XML"),
        pytest.param(b"", "application/json", "json", "", id="nothing"),
        pytest.param(b'{"name":', "application/json", "json", "", id="half a document"),
        pytest.param(b'["name"]', "application/json", "json", "", id="a list"),
        pytest.param('{"name":"测"}'.encode("gbk"), "application/json", "json", "", id="JSON in GBK"),
        pytest.param(b'{"idNum":110101190001010006}', "application/json", "type", "idNum", id="a number"),
        pytest.param(b'{"name":["a"]}', "application/json", "type", "name", id="a list of names"),
        pytest.param(b"name=%B2%E2", "application/x-www-form-urlencoded", "charset", "", id="a form in GBK"),
        pytest.param(b"", "multipart/form-data", "multipart", "", id="no boundary"),
        pytest.param(b"", MULTIPART, "multipart", "", id="no parts"),
        pytest.param(part("name", "a"), MULTIPART, "multipart", "", id="no end"),
        pytest.param(b"garbage", MULTIPART, "multipart", "", id="no multipart at all"),
        pytest.param(part("a", "1") * 100 + END, MULTIPART, "multipart", "", id="a hundred parts"),
        pytest.param(part("name", "测".encode("gbk")) + END, MULTIPART, "charset", "", id="a part in GBK"),
    ],
)
def test_what_cannot_be_read_is_refused_by_its_reason(
    body: bytes, content_type: str, reason: str, parameter: str
) -> None:
    with pytest.raises(Unreadable) as refused:
        read(body, content_type)

    assert (refused.value.reason, refused.value.parameter) == (reason, parameter)


def test_an_answer_has_its_members_in_documented_order() -> None:
    accepted = success("成功", {"orderNo": "1"}, charged=True, code="200000")
    refused = failure("500", "失败", charged=False)

    assert list(json.loads(accepted)) == ["chargeStatus", "message", "code", "data"]
    assert json.loads(accepted) == {"chargeStatus": 1, "message": "成功", "code": "200000", "data": {"orderNo": "1"}}
    assert refused == '{"chargeStatus":0,"message":"失败","data":null,"code":"500"}'.encode()


@pytest.mark.parametrize(
    ("score", "text"),
    [(0.0, "0"), (13.0, "13"), (69.99, "69.99"), (70.5, "70.5"), (100.0, "100"), (699.9, "699.9"), (1000.0, "1000")],
)
def test_a_score_is_written_as_short_as_it_can_be(score: float, text: str) -> None:
    assert score_text(score) == text
