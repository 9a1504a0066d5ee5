"""The experimental operations: off by default, and never mistaken for documented ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contracts.loader import load_table
from simulator.providers.upi.codes import documented
from simulator.providers.upi.siblings import ELEMENTS, siblings

if TYPE_CHECKING:
    from tests.unit.simulator.providers.upi.conftest import Client

PERSON = {"customerNm": "林静怡", "certifID": "310115188503140620"}
CARD = {"cardNo": "6217000000000000103", "customerNm": "林静怡"}
LINE = {"mobileNo": "13490000010"}
FINE = ("00", "")

CALLS = [
    pytest.param("ID_CARD_VERIFICATION", "ID0202", PERSON, FINE, id="name and number"),
    pytest.param(
        "ID_CARD_VERIFICATION",
        "ID0202",
        {**PERSON, "customerNm": "赵国栋"},
        ("05", "name and ID number inconsistent"),
        id="another name",
    ),
    pytest.param("ID_CARD_VERIFICATION", "ID0203", PERSON, ("12", "tradeType"), id="the documented trade type"),
    pytest.param("MOBILE_NUMBER_VERIFICATION", "ID0303", {**PERSON, **LINE}, FINE, id="mobile"),
    pytest.param(
        "MOBILE_NUMBER_VERIFICATION", "ID0303", PERSON, ("30", "encData.mobileNo missing"), id="without a mobile"
    ),
    pytest.param("BANKCARD_VERIFICATION", "ID0102", CARD, FINE, id="card and name"),
    pytest.param("BANKCARD_VERIFICATION", "ID0103", {**CARD, **PERSON}, FINE, id="card, name and number"),
    pytest.param("BANKCARD_VERIFICATION", "ID0103", CARD, ("30", "encData.certifID missing"), id="without a number"),
    pytest.param("BANKCARD_VERIFICATION", "ID0104", {**CARD, **PERSON, **LINE}, FINE, id="all four"),
    pytest.param(
        "BANKCARD_VERIFICATION", "ID0104", {**CARD, **PERSON}, ("30", "encData.mobileNo missing"), id="three of four"
    ),
    pytest.param(
        "BANKCARD_VERIFICATION",
        "ID0102",
        {**CARD, "cardNo": "62170000000000001X3"},
        ("30", "encData.cardNo charset"),
        id="a letter in the card number",
    ),
]


def ask(client: Client, name: str, trade_type: str, inner: dict[str, Any]) -> Any:
    path = next(sibling.path for sibling in siblings() if sibling.name == name)
    document = client.document(inner, tradeType=trade_type)
    return client.request(document, path=path, request_path=path)


def test_they_are_not_served_by_default(client: Client) -> None:
    for sibling in siblings():
        assert client.send(client.request(path=sibling.path, request_path=sibling.path)).status == 404


@pytest.mark.parametrize(("name", "trade_type", "inner", "expected"), CALLS)
def test_they_answer_from_the_register_where_a_switch_says_so(
    client: Client, name: str, trade_type: str, inner: dict[str, Any], expected: tuple[str, str]
) -> None:
    client.choose(experimental_operations=True)
    answer = client.answer(ask(client, name, trade_type, inner))

    assert (answer["msgResponse"]["responseCode"], answer["msgResponse"].get("errorDetail", "")) == expected
    assert "confidence" not in answer
    assert client.last["operation"] == name


def test_they_go_by_the_rules_of_the_documented_operation(client: Client) -> None:
    client.choose(experimental_operations=True)
    rule = {"provider": "upi", "operation": "ID_CARD_PHOTO_VERIFICATION", "when": {"tradeType": "ID0202"}}
    client.tenant.rules.add({**rule, "then": {"result": "00"}, "times": 1})
    client.tenant.rules.add({**rule, "then": {"result": "92"}})
    answers = [client.answer(ask(client, "ID_CARD_VERIFICATION", "ID0202", {**PERSON})) for _ in range(2)]

    assert answers == [
        {"msgResponse": {"responseCode": "00", "responseMsg": "Approved"}},
        {"msgResponse": {"responseCode": "92", "responseMsg": "Network error"}},
    ]
    assert client.told() == FINE


def test_a_mismatch_of_theirs_is_never_a_score(client: Client) -> None:
    client.choose(experimental_operations=True, mismatch_mode="zero_confidence")
    answer = client.answer(ask(client, "ID_CARD_VERIFICATION", "ID0202", {**PERSON, "customerNm": "赵国栋"}))

    assert answer["msgResponse"]["responseCode"] == "05"


def test_a_request_signed_for_one_operation_is_refused_at_another(client: Client) -> None:
    client.choose(experimental_operations=True)

    for sibling in siblings():
        assert client.cause(client.request(path=sibling.path)) == "wrong_request_path"


def test_nothing_presents_them_as_documented() -> None:
    assert all(sibling.experimental for sibling in siblings())
    assert list(load_table("upi").operations) == [documented().name]
    assert {kind for sibling in siblings() for kind in sibling.trade_types} >= ELEMENTS.keys()
