"""Every action of both sites through the official Python SDKs, and the faults that adapters trip over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from tests.e2e.tencent_sdks import TABLE, call, case, needs_domestic, play

if TYPE_CHECKING:
    from tests.e2e.conftest import Customer

ACTION: Final = "IdCardVerification"


@pytest.mark.parametrize("site", ["intl", pytest.param("cn", marks=needs_domestic)])
def test_every_action_answers_its_own_sdk_as_the_first_case_says(customer: Customer, site: str) -> None:
    play(customer, site)
    actions = [name for name, facts in TABLE.operations.items() if site in facts["hosts"]]
    cases = {name: case(name) for name in actions}

    answers = call(customer, site, [(name, cases[name]["request"]) for name in actions])

    for name, answer in zip(actions, answers, strict=True):
        members = [member["name"] for member in TABLE.operations[name]["answer"] if site in member.get("sites", [site])]
        assert list(answer) == [*members, "RequestId"]
        row = TABLE.results(name)[0]
        assert (answer["Result"], answer["Description"]) == (row.code, row.text["zh" if site == "cn" else "en"])


@needs_domestic
def test_an_action_of_the_domestic_site_is_none_of_the_international_one(customer: Customer) -> None:
    play(customer, "intl")

    assert call(customer, "cn", [("CheckPhoneAndName", case("CheckPhoneAndName")["request"])]) == [
        {"Code": "InvalidAction"}
    ]


@needs_domestic
def test_a_mismatch_of_phone_and_name_is_the_positive_one(customer: Customer) -> None:
    play(customer, "cn")

    [answer] = call(customer, "cn", [("CheckPhoneAndName", case("CheckPhoneAndName", "result_1")["request"])])

    assert answer["Result"] == "1"


@pytest.mark.parametrize(
    ("then", "seen", "charged"),
    [
        pytest.param({"mutation": "content_type_charset"}, {"Result": "0"}, True, id="a charset on a success"),
        pytest.param(
            {"mutation": "content_type_charset", "error": "InternalError"},
            {"Result": None},
            False,
            id="a charset hides an error from this SDK",
        ),
        pytest.param({"mutation": "verdict_as_number"}, {"Result": 0}, True, id="an integer Result"),
        pytest.param({"mutation": "request_id_missing"}, {"Result": "0", "RequestId": None}, True, id="no RequestId"),
        pytest.param({"http": 503, "charged": False}, {"Code": "ServerNetworkError"}, False, id="5xx"),
        pytest.param({"mutation": "body_truncated"}, {"Code": "JSONDecodeError"}, True, id="truncated JSON"),
        pytest.param({"fault": "reset"}, {"Code": "ClientNetworkError"}, True, id="connection reset"),
        pytest.param({"delay": 0.2}, {"Result": "0"}, True, id="delay"),
        pytest.param({"http": 504, "charged": True}, {"Code": "ServerNetworkError"}, True, id="charged, then time-out"),
    ],
)
def test_what_bites_adapters_can_be_had_by_rule(
    customer: Customer, then: dict[str, Any], seen: dict[str, Any], charged: bool
) -> None:
    rule = {"provider": "tencent", "operation": ACTION, "then": then, "times": 1}
    customer.server.admin("POST", f"/rules?tenant={customer.name}", rule)

    [answer] = call(customer, "intl", [(ACTION, case(ACTION)["request"])])

    assert {name: answer.get(name) for name in seen} == seen
    ledger = customer.server.admin("GET", f"/ledger?tenant={customer.name}")
    assert ledger["totals"]["tencent"][ACTION] == {"charged": int(charged), "free": int(not charged)}
