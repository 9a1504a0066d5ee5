from __future__ import annotations

from typing import Any

import orjson
import pytest

from simulator.providers.signzy import messages
from simulator.wire import WireResponse


@pytest.mark.parametrize("field", ["nationalIdNumber", "nationaIdNumber"])
@pytest.mark.parametrize("wrapped", [False, True])
def test_an_answer_echoes_nothing(field: str, wrapped: bool) -> None:
    body = orjson.loads(messages.answer("Not Verified", number_field=field, wrapped=wrapped))
    members = body["result"] if wrapped else body

    assert members == {
        "fullName": "NA",
        "dateOfBirth": "NA",
        field: "NA",
        "sourceVerificationStatus": "Not Verified",
    }


def test_members_that_are_null_count_as_absent() -> None:
    assert messages.read_object(b'{"a":null,"b":false}') == {"b": False}


@pytest.mark.parametrize(
    ("body", "wording"), [(b"", "json"), (b"\xff", "json"), (b"{", "json"), (b"[]", "object"), (b"1", "object")]
)
def test_what_is_no_object_cannot_be_read(body: bytes, wording: str) -> None:
    with pytest.raises(messages.Unreadable) as refused:
        messages.read_object(body)

    assert refused.value.wording == wording


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [("application/json", True), (" APPLICATION/JSON;x=y", True), ("application/json-seq", False), ("", False)],
)
def test_which_content_types_are_json(content_type: str, expected: bool) -> None:
    assert messages.is_json(content_type) is expected


def test_an_older_error_leaves_out_a_code_it_has_not() -> None:
    bare = orjson.loads(messages.older(name="Error", message="m", status=404, code=""))
    coded = orjson.loads(messages.older(name="Error", message="m", status=401, code="C"))

    assert bare == {"error": {"statusCode": 404, "name": "Error", "message": "m"}}
    assert coded["error"]["code"] == "C"


@pytest.mark.parametrize(
    ("status", "body", "document"), [(204, b"", None), (204, b"1", 1), (200, b'{"a":1}', {"a": 1})]
)
def test_an_answer_without_content_reads_as_null(status: int, body: bytes, document: Any) -> None:
    assert messages.document(WireResponse(status=status, headers=(), body=body)) == document


def test_an_empty_answer_that_should_have_content_does_not_read() -> None:
    with pytest.raises(ValueError, match="empty document"):
        messages.document(WireResponse(status=200, headers=(), body=b""))
