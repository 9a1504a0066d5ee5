from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
import pytest

from contracts.loader import load_table
from simulator.providers.alibaba import errors
from simulator.providers.alibaba.call import Call
from simulator.upstream import Exchange, UpstreamRefused

if TYPE_CHECKING:
    from tests.unit.simulator.providers.alibaba.conftest import Client

TABLE = load_table("alibaba")


@pytest.fixture
def call(client: Client) -> Call:
    made = Call(Exchange(client.v3({}), client.services))
    made.check = "decision"
    return made


def test_a_refusal_leaves_its_step_and_its_row(call: Call) -> None:
    with pytest.raises(UpstreamRefused) as refused:
        errors.refuse(call, "InvalidVersion", evidence={"seen": 1})

    assert refused.value.outcome is TABLE.error("*", "InvalidVersion")
    assert call.exchange.steps == [("decision", False, {"seen": 1})]


def test_an_operation_s_own_row_goes_before_the_common_one(call: Call) -> None:
    call.exchange.operation = "Id2MetaVerifyIntl"
    with pytest.raises(UpstreamRefused) as refused:
        errors.refuse(call, "InvalidParameter")

    assert refused.value.outcome.operation == "Id2MetaVerifyIntl"


@pytest.mark.parametrize(
    ("code", "switch", "value", "status"),
    [
        ("InvalidParameter", "id2meta_invalid_parameter_status", 401, 401),
        ("Forbidden.ExceptionRepeatedInvoke", "id2meta_repeated_invoke_status", 400, 400),
        ("Throttling.User", "throttling_user_status", 429, 429),
        ("InvalidSecurityToken.Expired", "security_token_expired_status", 403, 403),
        ("UnsupportedHTTPMethod", "unsupported_method_status", 403, 403),
    ],
)
def test_a_status_on_which_sources_disagree_is_a_switch(
    call: Call, code: str, switch: str, value: int, status: int
) -> None:
    row = TABLE.error("Id2MetaVerifyIntl", code)
    usual = errors.render(call, row).status
    call.exchange.tenant.set_switch(f"alibaba.{switch}", value)

    assert (usual, errors.render(call, row).status) == (row.http_status, status)


def test_a_text_with_an_open_place_is_a_bug(call: Call) -> None:
    with pytest.raises(KeyError):
        errors.render(call, TABLE.error("*", "SignatureDoesNotMatch"))


def test_places_are_filled_once_and_not_again(call: Call) -> None:
    row = TABLE.error("*", "SignatureDoesNotMatch")
    answer = errors.render(call, row, {"string_to_sign": "{canonical_request}"})

    assert orjson.loads(answer.body)["Message"].endswith("is:{canonical_request}")


@pytest.mark.parametrize("code", [row.code for row in TABLE.rows if row.kind == "error" and row.operation == "*"])
def test_every_common_error_can_be_told(call: Call, code: str) -> None:
    places = {"string_to_sign": "s", "canonical_request": "c"}
    document = orjson.loads(errors.render(call, TABLE.error("*", code), places).body)

    assert document["Code"] == code
    assert "{" not in document["Message"]
