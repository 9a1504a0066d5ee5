from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from kyc_core.people import to_document

if TYPE_CHECKING:
    from tests.unit.simulator.providers.signzy.conftest import Client

INVALID = (400, "nationalIdNumber is invalid")


def with_number(honest: dict[str, Any], number: str) -> dict[str, Any]:
    return {**honest, "identityInformation": {"nationalIdNumber": number}}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        pytest.param({"fullName": None, "consent": False}, "fullName is required", id="fields before consent"),
        pytest.param({"consent": "true", "dateOfBirth": "x"}, "consent must be true", id="consent before the date"),
        pytest.param(
            {"dateOfBirth": "x", "identityInformation": {"nationalIdNumber": "1"}},
            "dateOfBirth is invalid",
            id="the date before the number",
        ),
        pytest.param({"fullName": None}, "fullName is required", id="null is absent"),
    ],
)
def test_the_first_fault_is_named(client: Client, honest: dict[str, Any], changes: dict[str, Any], reason: str) -> None:
    assert client.refusal(honest | changes) == (400, reason)


def test_a_birth_date_is_not_to_come_in_shanghai(client: Client, honest: dict[str, Any]) -> None:
    # 2026-01-05 00:00 UTC is 08:00 in Shanghai; sixteen hours later it is the sixth there.
    honest |= {"dateOfBirth": "2026-01-06"}
    assert client.refusal(honest) == (400, "dateOfBirth is invalid")

    client.tenant.clock.advance(16 * 3600)
    assert client.status(honest) == "Not Verified"


def test_a_number_beside_the_object_is_taken_with_a_warning(client: Client, honest: dict[str, Any]) -> None:
    number = honest.pop("identityInformation")["nationalIdNumber"]
    answer = client.verify(honest | {"nationalIdNumber": number})

    assert answer.status == 200
    assert dict(answer.headers)["Warning"].startswith("299 - ")
    client.set("number_placement", "nested")
    assert client.refusal(honest | {"nationalIdNumber": number}) == (400, "nationalIdNumber is not allowed")


def test_the_13_digits_of_the_page_can_be_insisted_on(client: Client, honest: dict[str, Any]) -> None:
    thirteen = with_number(honest, "3101151885031") | {"dateOfBirth": "1885-03-14"}
    assert client.refusal(thirteen) == INVALID

    client.set("id_rule", "seed_13")
    client.set("checksum_policy", "edge")
    assert client.refusal(honest) == (400, "nationalIdNumber must be 13 digits")
    assert client.status(thirteen) == "Unable to Verify"


def test_15_digits_can_be_accepted(client: Client, honest: dict[str, Any]) -> None:
    long_term = client.tenant.register.get("long-term-card")
    assert long_term is not None
    number = long_term.resident_id
    asked = with_number(honest, number[:6] + number[8:17]) | {"fullName": long_term.name, "dateOfBirth": "1970-03-01"}
    assert client.refusal(asked) == INVALID

    client.set("legacy_15", "accept")
    assert client.status(asked) == "Verified"


def test_a_number_nobody_can_hold_is_the_sources_business_or_the_edges(client: Client, honest: dict[str, Any]) -> None:
    untrue = with_number(honest, "110101190001010007")
    assert client.status(untrue) == "Unable to Verify"
    assert client.step("source")["finding"] == "untrue_number"

    client.set("checksum_policy", "edge")
    assert client.refusal(untrue) == INVALID


def test_a_latin_name_is_not_verified_or_refused(client: Client, honest: dict[str, Any]) -> None:
    honest |= {"fullName": "Lin Jingyi"}
    assert client.status(honest) == "Not Verified"

    client.set("latin_names", "strict")
    assert client.refusal(honest) == (400, "fullName is invalid")


def test_a_rule_decides_before_people_and_source(client: Client, honest: dict[str, Any]) -> None:
    rule = {
        "id": "forced",
        "provider": "signzy",
        "operation": "verify",
        "when": {"identityInformation.nationalIdNumber": "310115188503140620"},
        "then": {"result": "Unable to Verify", "charged": True},
    }
    client.tenant.rules.add(rule)

    assert client.status(honest) == "Unable to Verify"
    assert (client.last["rule"], client.last["answer"]["charged"]) == ("forced", True)
    assert client.status(with_number(honest, "110101190001010006") | {"dateOfBirth": "1900-01-01"}) == "Not Verified"


def test_a_rule_may_leave_the_answer_to_the_register(client: Client, honest: dict[str, Any]) -> None:
    client.tenant.rules.add({"provider": "signzy", "then": {"delay": 2}})
    answer = client.verify(honest)

    assert answer.fault is not None
    assert (answer.status, answer.fault.delay) == (200, 2)


@pytest.mark.parametrize(
    ("key", "status"),
    [
        ("mps-source-error", 409),
        ("mps-source-upgrading", 409),
        ("mps-quota", 403),
        ("signzy-unauthorized", 401),
        ("signzy-internal-error", 500),
        ("signzy-bad-gateway", 502),
        ("signzy-gateway-timeout", 504),
        ("mps-no-photo", 200),
    ],
)
def test_a_person_may_stand_for_an_answer(client: Client, honest: dict[str, Any], key: str, status: int) -> None:
    person = client.tenant.register.get(key)
    assert person is not None
    born = person.resident_id[6:14]
    asked = with_number(honest, person.resident_id) | {
        "fullName": person.name,
        "dateOfBirth": f"{born[:4]}-{born[4:6]}-{born[6:]}",
    }
    answer = client.verify(asked)

    assert answer.status == status
    assert client.last["person"] == key
    assert answer.body.startswith(b"<html>") is (status in (502, 504))


def test_a_person_of_ones_own_may_stand_for_an_answer(client: Client, honest: dict[str, Any]) -> None:
    known = client.tenant.register.get("ordinary-01")
    assert known is not None
    client.tenant.register.put({**to_document(known), "controls": {"signzy": {"meaning": "unable_to_verify"}}})

    assert client.status(honest) == "Unable to Verify"


def test_a_number_may_be_asked_about_so_often_a_day(client: Client, honest: dict[str, Any]) -> None:
    client.set("daily_checks", 2)

    assert [client.status(honest), client.status(honest)] == ["Verified", "Verified"]
    assert client.refusal(honest) == (403, "Request limit exceeded")
    assert client.step("daily_checks") == {"attempts": 3, "limit": 2}
    client.tenant.clock.advance(86_400)
    assert client.status(honest) == "Verified"
