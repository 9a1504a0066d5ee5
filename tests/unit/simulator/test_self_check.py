from __future__ import annotations

from dataclasses import replace

import orjson
import pytest

from contracts.loader import load_table
from simulator.self_check import check
from simulator.services import Services
from simulator.upstream import Exchange, Provider
from simulator.wire import JSON_HEADERS, WireRequest, WireResponse

OPERATION = "BankCardVerification"
REQUEST_ID = "a5fdb909-5ee6-43ff-a152-bb1b9744ee8b"
SECRET = "110101190001010006"


@pytest.fixture
def exchange(services: Services) -> Exchange:
    found = Exchange(WireRequest(method="POST", path="/", query=b"", headers=(), body=b""), services)
    found.operation = OPERATION
    found.outcome = load_table("tencent").result(OPERATION, "0")
    return found


def answer(response: object) -> WireResponse:
    return WireResponse(status=200, headers=JSON_HEADERS, body=orjson.dumps({"Response": response}))


GOOD = {"Result": "0", "Description": "Authentication passed", "RequestId": REQUEST_ID}
ERROR = {"Error": {"Code": "InternalError", "Message": "An internal error occurred."}, "RequestId": REQUEST_ID}


def test_an_answer_as_documented_passes(toy: Provider, exchange: Exchange) -> None:
    check(toy, exchange, answer(GOOD))


def test_an_error_is_compared_with_the_error_envelope(toy: Provider, exchange: Exchange) -> None:
    exchange.outcome = load_table("tencent").error(OPERATION, "InternalError")
    check(toy, exchange, answer(ERROR))

    with pytest.raises(AssertionError, match=r"^tencent BankCardVerification \(error\)"):
        check(toy, exchange, answer(GOOD))


def test_a_difference_is_named_by_place_and_rule_without_the_value(toy: Provider, exchange: Exchange) -> None:
    with pytest.raises(AssertionError) as found:
        check(toy, exchange, answer({**GOOD, "Result": int(SECRET)}))

    assert str(found.value).startswith("tencent BankCardVerification (response): $.Response.Result breaks ")
    assert SECRET not in str(found.value)


def test_what_is_no_json_is_a_difference(toy: Provider, exchange: Exchange) -> None:
    with pytest.raises(AssertionError, match=r"\(response\): the body is not JSON") as found:
        check(toy, exchange, answer(GOOD)._replace(body=SECRET.encode() + b"{"))

    assert SECRET not in str(found.value)


def test_a_call_of_no_known_operation_has_no_contract(toy: Provider, exchange: Exchange) -> None:
    exchange.operation = ""
    check(toy, exchange, answer({}))

    exchange.operation = OPERATION
    exchange.outcome = None
    check(toy, exchange, answer({}))


def test_an_operation_of_another_media_type_has_no_schema_to_keep(toy: Provider, exchange: Exchange) -> None:
    table = toy.table()
    operation = {**table.operations[OPERATION], "media_type": "application/pdf"}
    other = replace(toy, table=lambda: replace(table, operations={**table.operations, OPERATION: operation}))

    check(other, exchange, answer(GOOD)._replace(body=b"%PDF-"))
    with pytest.raises(AssertionError, match="not JSON"):
        check(toy, exchange, answer(GOOD)._replace(body=b"%PDF-"))
