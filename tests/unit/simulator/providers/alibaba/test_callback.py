from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from simulator.callbacks import Errand
from simulator.providers.alibaba.callback import callback_url

if TYPE_CHECKING:
    from tests.unit.simulator.providers.alibaba.conftest import Client

URL = "https://127.0.0.1:9/told?order=7"


@pytest.fixture
def errands(client: Client, monkeypatch: pytest.MonkeyPatch) -> list[Errand]:
    """What would be delivered; nothing is."""
    found: list[Errand] = []
    monkeypatch.setattr(client.services.callbacks, "expect", found.append)
    return found


def start(client: Client, **changes: str) -> str:
    return client.start(**{"CallbackUrl": URL, **changes})


@pytest.mark.parametrize(
    ("url", "full"),
    [
        ("https://a.example", "https://a.example?t=1&u=%C3%A9"),
        ("https://a.example/?x=y#part", "https://a.example/?x=y&t=1&u=%C3%A9"),
        ("https://a.example/b?", "https://a.example/b?t=1&u=%C3%A9"),
    ],
)
def test_an_existing_query_is_kept(url: str, full: str) -> None:
    assert callback_url(url, {"t": "1", "u": "é"}) == full


def test_nobody_is_told_who_did_not_ask(client: Client, errands: list[Errand]) -> None:
    client.start()

    assert errands == []


def test_the_customer_is_told_once_it_is_done(client: Client, errands: list[Errand]) -> None:
    transaction = start(client, CallbackToken="a&b")
    (errand,) = errands
    before = errand.due()
    client.result(transaction)
    client.result(transaction)

    assert (before, errand.due(), errand.tries) == (False, True, 3)
    message = errand.message()
    assert (message.method, message.body) == ("GET", b"")
    assert message.url == f"{URL}&callbackToken=a%26b&transactionId={transaction}&passed=Y&subCode=200"


def test_a_failure_is_told_as_one(client: Client, errands: list[Errand]) -> None:
    transaction = start(client, MerchantUserId="alibaba-spoof-screen", IdSpoof="Y")

    assert errands[0].message().url == f"{URL}&transactionId={transaction}&passed=N&subCode=212"


@pytest.mark.parametrize(("switch", "name"), [("subCode", "subCode"), ("subcode", "subcode")])
def test_the_code_has_either_spelling(client: Client, errands: list[Errand], switch: str, name: str) -> None:
    client.tenant.set_switch("alibaba.callback_sub_code", switch)
    start(client)

    assert errands[0].message().url.endswith(f"&{name}=200")


@pytest.mark.parametrize(("tries", "expected"), [(0, []), (1, [1]), (5, [5])])
def test_how_often_is_the_tenant_s_choice(
    client: Client, errands: list[Errand], tries: int, expected: list[int]
) -> None:
    client.tenant.set_switch("alibaba.callback_tries", tries)
    start(client)

    assert [errand.tries for errand in errands] == expected


@pytest.mark.parametrize("fact", [{"interrupted": "1006"}, {"deleted": ["All"]}])
def test_nobody_is_told_of_what_was_broken_off_or_deleted(
    client: Client, errands: list[Errand], fact: dict[str, Any]
) -> None:
    transaction = start(client)
    client.tenant.transactions.amend(transaction, lambda facts: {**facts, **fact})

    assert errands[0].due() is None


def test_what_is_forgotten_is_due_no_more(client: Client, errands: list[Errand]) -> None:
    start(client)
    client.services.tenants.reset("default")

    assert errands[0].due() is None
    with pytest.raises(LookupError):
        errands[0].message()
