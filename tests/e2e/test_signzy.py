"""Signzy's endpoints over a socket, called as its pages show: plain HTTP with a token."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pytest
import requests

from kyc_core.adapters.base import AdapterError, Claim
from kyc_core.adapters.signzy import SignzyAdapter, User

if TYPE_CHECKING:
    from tests.e2e.conftest import Running

VERIFY = "/api/v3/global-kyc-verify/cn/nid"
LOGIN = "/api/customers/login"
LOGOUT = "/api/customers/logout"
HONEST = {
    "fullName": "林静怡",
    "dateOfBirth": "1885-03-14",
    "identityInformation": {"nationalIdNumber": "310115188503140620"},
    "consent": True,
}


class Customer:
    """A tenant of one's own and a session that keeps its connection."""

    def __init__(self, server: Running, session: requests.Session) -> None:
        self.server = server
        self.session = session
        credentials = server.admin("POST", "/tenants")
        self.name: str = credentials["tenant"]
        self.keys: Mapping[str, str] = credentials["signzy"]

    def post(self, path: str, body: Any = None, *, token: str | None = None, **options: Any) -> requests.Response:
        headers = {} if token is None else {"Authorization": token}
        return self.session.post(self.server.url + path, json=body, headers=headers, timeout=30, **options)

    def login(self) -> dict[str, Any]:
        answer = self.post(LOGIN, {"username": self.keys["username"], "password": self.keys["password"]})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def verify(self, body: Any = HONEST, **options: Any) -> requests.Response:
        return self.post(VERIFY, body, **({"token": self.keys["token"]} | options))

    def admin(self, method: str, path: str, document: Any = None) -> Any:
        return self.server.admin(method, f"{path}?tenant={self.name}", document)

    def person(self, key: str) -> dict[str, Any]:
        """Return what a shipped person truthfully says."""
        people = self.server.admin("GET", "/people?scope=all")["people"]
        person = next(person for person in people if person["key"] == key)
        born = person["resident_id"][6:14]
        return {
            "fullName": person["name"],
            "dateOfBirth": f"{born[:4]}-{born[4:6]}-{born[6:]}",
            "identityInformation": {"nationalIdNumber": person["resident_id"]},
            "consent": True,
        }


@pytest.fixture
def customer(live: Running) -> Iterator[Customer]:
    with requests.Session() as session:
        session.trust_env = False
        yield Customer(live, session)


def test_a_session_from_login_to_logout(customer: Customer) -> None:
    session = customer.login()
    token = session["id"]
    answer = customer.verify(token=token)

    assert session["ttl"] == 1_209_600
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/json")
    assert answer.json() == {
        "fullName": "NA",
        "dateOfBirth": "NA",
        "nationalIdNumber": "NA",
        "sourceVerificationStatus": "Verified",
    }

    ended = customer.post(LOGOUT, token=token)
    assert (ended.status_code, ended.content) == (204, b"")
    # The connection is still in step after an answer without a body.
    assert customer.verify(token=token).status_code == 401


def test_a_token_in_the_query(customer: Customer) -> None:
    answer = customer.verify(token=None, params={"access_token": customer.keys["token"]})

    assert answer.json()["sourceVerificationStatus"] == "Verified"


def test_a_token_expires_on_the_tenants_clock(customer: Customer) -> None:
    token = customer.login()["id"]
    customer.admin("PATCH", "/clock", {"advance": 1_209_601})

    assert customer.verify(token=token).status_code == 401
    assert customer.verify().status_code == 200


def test_a_token_of_one_tenant_opens_no_other(live: Running, customer: Customer) -> None:
    with requests.Session() as session:
        other = Customer(live, session)
        customer.admin("POST", "/rules", {"provider": "signzy", "then": {"error": "409"}})

        assert customer.verify().status_code == 409
        assert other.verify().status_code == 200


@pytest.mark.parametrize(
    ("key", "status"),
    [
        ("ordinary-03", "Verified"),
        ("mps-not-found", "Unable to Verify"),
        ("mps-cancelled", "Unable to Verify"),
        ("minority-name", "Verified"),
        ("rare-character-ext-e", "Verified"),
        ("x-check-character", "Verified"),
    ],
)
def test_people_are_whom_the_register_says(customer: Customer, key: str, status: str) -> None:
    assert customer.verify(customer.person(key)).json()["sourceVerificationStatus"] == status


@pytest.mark.parametrize(
    ("key", "status"),
    [
        ("signzy-bad-request", 400),
        ("signzy-unauthorized", 401),
        ("signzy-request-limit", 403),
        ("signzy-upstream-down", 409),
        ("signzy-internal-error", 500),
    ],
)
def test_every_error_has_its_person_and_the_six_members(customer: Customer, key: str, status: int) -> None:
    answer = customer.verify(customer.person(key))

    assert answer.status_code == status
    assert set(answer.json()["error"]) == {"name", "reason", "status", "message", "type", "statusCode"}


def test_a_proxys_page_instead_of_an_answer(customer: Customer) -> None:
    answer = customer.verify(customer.person("signzy-bad-gateway"))

    assert (answer.status_code, answer.headers["Content-Type"]) == (502, "text/html")
    assert "502 Bad Gateway" in answer.text


@pytest.mark.parametrize("key", ["signzy-reset", "signzy-truncated"])
def test_an_answer_that_never_arrives_whole(customer: Customer, key: str) -> None:
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        customer.verify(customer.person(key))


def test_why_a_token_was_refused_is_explained_without_it(customer: Customer) -> None:
    token = customer.login()["id"]
    customer.post(LOGOUT, token=token)
    customer.verify(token=token)
    journal = customer.admin("GET", "/journal")["entries"]
    explanation = customer.admin("GET", f"/explain/{journal[-1]['request_id']}")

    assert (explanation["refused_at"], explanation["signature"]) == ("token", {"cause": "token_logged_out"})
    assert token not in str(journal) + str(explanation)
    assert str(HONEST["fullName"]) not in str(journal)


def test_the_reference_adapter_over_the_socket(customer: Customer) -> None:
    adapter = SignzyAdapter(
        credential=User(customer.keys["username"], customer.keys["password"]),
        clock=time.time,
        endpoint=customer.server.url,
    )
    claim = Claim(name="林静怡", resident_id="310115188503140620", extra={"consent": True})

    assert adapter.check("verify", claim).passed
    customer.admin("POST", "/rules", {"provider": "signzy", "operation": "verify", "then": {"fault": "reset"}})
    with pytest.raises(AdapterError) as refused:
        adapter.check("verify", claim)
    assert refused.value.charge_possible
