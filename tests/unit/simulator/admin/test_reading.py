from __future__ import annotations

import pytest

from simulator.admin.people import WHOSE
from simulator.admin.reading import check_members, read_body, read_query
from simulator.admin.records import AFTER, LIMIT
from simulator.admin.route import TENANT, Body
from simulator.problems import Problem

BODY = Body(schema={}, examples={})
OPTIONAL = Body(schema={}, examples={}, required=False)
MANY = Body(schema={}, examples={}, many=True)


def test_defaults_are_filled_in_and_what_has_none_stays_away() -> None:
    assert read_query((TENANT, AFTER, LIMIT), []) == {"tenant": "default", "limit": 100}


def test_values_are_read_by_their_schema() -> None:
    given = [("tenant", "a"), ("after", "7"), ("limit", "0"), ("scope", "all")]

    assert read_query((TENANT, AFTER, LIMIT, WHOSE), given) == {"tenant": "a", "after": 7, "limit": 0, "scope": "all"}


@pytest.mark.parametrize(
    ("given", "parameter"),
    [
        pytest.param([("tenat", "a")], "tenat", id="misspelt"),
        pytest.param([("tenant", "a"), ("tenant", "b")], "tenant", id="twice"),
        pytest.param([("limit", "")], "limit", id="empty"),
        pytest.param([("limit", "-1")], "limit", id="negative"),
        pytest.param([("limit", "10001")], "limit", id="too many"),
        pytest.param([("limit", "1" * 5000)], "limit", id="far too many"),
        pytest.param([("limit", "１")], "limit", id="a full-width digit"),
        pytest.param([("limit", "1\n")], "limit", id="a line break"),
        pytest.param([("limit", "1.0")], "limit", id="a fraction"),
        pytest.param([("scope", "some")], "scope", id="not a choice"),
    ],
)
def test_an_odd_query_is_refused_by_the_parameters_name(given: list[tuple[str, str]], parameter: str) -> None:
    with pytest.raises(Problem) as refused:
        read_query((TENANT, LIMIT, WHOSE), given)

    assert refused.value.status == 422
    assert [fault.parameter for fault in refused.value.errors] == [parameter]


@pytest.mark.parametrize(
    ("body", "raw", "wanted"),
    [
        pytest.param(BODY, b'{"a": 1}', {"a": 1}, id="an object"),
        pytest.param(MANY, b"[]", [], id="a list where many are understood"),
        pytest.param(MANY, b"{}", {}, id="an object where many are understood"),
        pytest.param(OPTIONAL, b"", {}, id="nothing where nothing is needed"),
    ],
)
def test_json_is_read(body: Body, raw: bytes, wanted: object) -> None:
    assert read_body(body, raw, "Application/JSON; charset=utf-8") == wanted


def test_an_empty_optional_body_needs_no_type() -> None:
    assert read_body(OPTIONAL, b"", "") == {}


@pytest.mark.parametrize("content_type", ["", "text/plain", "application/x-www-form-urlencoded", "application/jsonx"])
def test_another_type_than_json_is_refused(content_type: str) -> None:
    with pytest.raises(Problem) as refused:
        read_body(BODY, b"{}", content_type)

    assert refused.value.status == 415


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"{'a': 1}",
        b'{"a": NaN}',
        b"\xff",
        b"\xef\xbb\xbf{}",
        b'"110101190001010006"',
        b"110101190001010006",
        b"null",
        b"[]",
        b'{"IdCard": "110101190001010006",}',
        b"[" * 100_000,
    ],
    ids=lambda raw: repr(raw[:20]),
)
def test_what_is_no_json_object_is_refused_and_not_repeated(raw: bytes) -> None:
    with pytest.raises(Problem) as refused:
        read_body(BODY, raw, "application/json")

    assert refused.value.status == 400
    assert "110101" not in refused.value.to_json().decode()


def test_an_unknown_member_is_pointed_at() -> None:
    check_members({"a": 1}, ("a", "b"))
    with pytest.raises(Problem) as refused:
        check_members({"a": 1, "x/y": 2}, ("a", "b"))

    assert [fault.pointer for fault in refused.value.errors] == ["/x~1y"]
