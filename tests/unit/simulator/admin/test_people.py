from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import TestResponse

from simulator.services import Services

Send = Callable[..., TestResponse]

ONE = {"key": "one", "name": "测试甲", "resident_id": "110101190001010006"}
TWO = {
    "key": "two",
    "name": "测试乙",
    "resident_id": "110101190001010014",
    "cards": [{"number": "6217000000000099909", "state": "lost"}],
}


def pointers(answer: TestResponse) -> list[str]:
    return [error["pointer"] for error in answer.get_json()["errors"]]


def test_a_tenant_begins_with_nobody_of_its_own(send: Send, services: Services) -> None:
    everyone = send("GET", "people", scope="all").get_json()["people"]

    assert send("GET", "people").get_json() == {"people": []}
    assert [person["key"] for person in everyone] == list(services.people.index.people)


def test_one_person_or_many_are_added(send: Send, services: Services) -> None:
    one, many = send("POST", "people", ONE), send("POST", "people", [TWO])

    assert (one.status_code, one.get_json()) == (201, {"people": [ONE]})
    assert (many.status_code, many.get_json()) == (201, {"people": [TWO]})
    assert send("GET", "people").get_json() == {"people": [ONE, TWO]}
    assert services.tenants.default.register.by_card("6217000000000099909") is not None


def test_a_person_belongs_to_the_tenant_asked_for(send: Send) -> None:
    send("POST", "tenants", {"name": "team-a"})
    send("POST", "people", ONE, tenant="team-a")

    assert send("GET", "people/one").status_code == 404
    assert send("GET", "people/one", tenant="team-a").get_json() == ONE


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        pytest.param({}, "/key", id="nothing"),
        pytest.param({**ONE, "nmae": "x"}, "/nmae", id="misspelt"),
        pytest.param({**ONE, "resident_id": 110101190001010006}, "/resident_id", id="a number"),
        pytest.param({**TWO, "cards": [{"number": "1"}]}, "/cards/0/number", id="a short card"),
        pytest.param([ONE, {**TWO, "state": "gone"}], "/1/state", id="the second of two"),
        pytest.param([ONE, ONE], "/1/key", id="the same twice"),
        pytest.param([ONE, 7], "/1", id="a number in the list"),
    ],
)
def test_what_is_no_person_is_refused_and_nobody_is_added(send: Send, body: Any, pointer: str) -> None:
    answer = send("POST", "people", body)

    assert (answer.status_code, pointers(answer)) == (422, [pointer])
    assert "110101190001010006" not in answer.text
    assert send("GET", "people").get_json() == {"people": []}


def test_one_person_is_put_and_replaced(send: Send) -> None:
    first = send("PUT", "people/one", {"name": "测试甲", "resident_id": "110101190001010006"})
    second = send("PUT", "people/one", {**ONE, "name": "测试丙"})

    assert (first.status_code, first.get_json()) == (200, ONE)
    assert second.get_json() == send("GET", "people/one").get_json() == {**ONE, "name": "测试丙"}
    assert len(send("GET", "people").get_json()["people"]) == 1


@pytest.mark.parametrize(
    ("body", "pointer"),
    [({**ONE, "key": "other"}, "/key"), ({**ONE, "key": 1}, "/key"), ({"name": "x"}, "/resident_id")],
)
def test_what_does_not_fit_the_address_is_refused(send: Send, body: dict[str, Any], pointer: str) -> None:
    answer = send("PUT", "people/one", body)

    assert (answer.status_code, pointers(answer)) == (422, [pointer])


def test_a_shipped_person_is_hidden_and_seen_again(send: Send, services: Services) -> None:
    shipped = next(iter(services.people.index.people.values()))
    hidden = {"key": shipped.key, "name": "测试甲", "resident_id": "110101190001010006"}
    seen = send("GET", f"people/{shipped.key}").get_json()
    send("PUT", f"people/{shipped.key}", hidden)

    assert seen["resident_id"] == shipped.resident_id
    assert send("GET", f"people/{shipped.key}").get_json() == hidden
    assert send("DELETE", f"people/{shipped.key}").status_code == 204
    assert send("GET", f"people/{shipped.key}").get_json() == seen
    assert send("DELETE", f"people/{shipped.key}").status_code == 404


def test_all_of_the_tenants_own_people_are_removed(send: Send) -> None:
    send("POST", "people", [ONE, TWO])

    assert send("DELETE", "people").status_code == 204
    assert send("GET", "people").get_json() == {"people": []}
    assert send("GET", "people/one").status_code == send("DELETE", "people/one").status_code == 404
