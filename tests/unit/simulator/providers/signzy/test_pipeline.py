from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pytest

from simulator.providers.signzy import operations
from simulator.providers.signzy.pipeline import CHECKS, DECIDERS

if TYPE_CHECKING:
    from tests.unit.simulator.providers.signzy.conftest import Client

OPEN = ("verify", "login", "logout", "")


def test_the_order_of_checks_is_the_documented_one() -> None:
    assert set(CHECKS) == set(DECIDERS) == set(OPEN)
    assert [name for name, _ in CHECKS["verify"]] == [
        "token",
        "throttle",
        "content_type",
        "body",
        "fields",
        "birth_date",
        "number",
        "name",
    ]
    assert [name for name, _ in DECIDERS["verify"]] == ["rule", "person", "daily_checks", "source"]


@pytest.mark.parametrize(
    ("switch", "value", "body"),
    [
        pytest.param("number_field", "nationaIdNumber", {"nationaIdNumber": "NA"}, id="S4"),
        pytest.param("response_wrapper", "result", {"result": {"nationalIdNumber": "NA"}}, id="wrapper"),
        pytest.param("status_vocabulary", "match", {"sourceVerificationStatus": "Full Match"}, id="S9"),
    ],
)
def test_an_answer_may_be_read_otherwise(
    client: Client, honest: dict[str, Any], switch: str, value: str, body: dict[str, Any]
) -> None:
    client.set(switch, value)
    found = orjson.loads(client.verify(honest).body)
    inside = body.get("result")

    assert (found["result"] if inside else found) | (inside or body) == (found["result"] if inside else found)
    assert ("result" in found) is bool(inside)


def test_without_a_third_status_unable_is_not_verified(client: Client, honest: dict[str, Any]) -> None:
    client.set("status_vocabulary", "two")
    client.tenant.rules.add({"provider": "signzy", "operation": "verify", "then": {"result": "Unable to Verify"}})

    assert client.status(honest) == "Not Verified"
    assert client.last["answer"]["meaning"] == "unable_to_verify"


def test_answers_carry_no_identifier_unless_asked_to(client: Client, honest: dict[str, Any]) -> None:
    assert client.verify(honest).headers == (("Content-Type", "application/json"),)

    client.set("request_id_header", True)
    assert dict(client.verify(honest).headers)["X-Request-Id"] == client.last["request_id"]
    assert "X-Request-Id" in dict(client.verify({}).headers)


def test_a_fault_of_our_own_is_the_documented_internal_error(
    client: Client, honest: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "verify", None)
    answer = client.verify(honest)

    assert answer.status == 500
    assert orjson.loads(answer.body)["error"]["type"] == "INTERNAL_SERVER_ERROR"
    assert client.last["answer"]["charged"] is False


def test_charges_follow_the_status(client: Client, honest: dict[str, Any]) -> None:
    client.status(honest)
    client.status(honest | {"fullName": "王芳"})
    client.status(honest | {"identityInformation": {"nationalIdNumber": "110101190001010007"}})
    client.verify({})

    assert client.tenant.ledger.totals() == {"signzy": {"verify": {"charged": 2, "free": 2}}}
