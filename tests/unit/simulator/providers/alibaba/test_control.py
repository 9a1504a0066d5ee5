"""Verifications moved from outside, as the admin API and the page do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simulator.providers.alibaba.control import CONTROL
from simulator.transactions import Transaction

if TYPE_CHECKING:
    from tests.unit.simulator.providers.alibaba.conftest import Client


def of(client: Client, identifier: str) -> Transaction:
    found = client.tenant.transactions.find(identifier)
    assert found is not None
    return found


def state(client: Client, identifier: str) -> str:
    return CONTROL.state(client.tenant, of(client, identifier))


def put(client: Client, identifier: str, into: str, outcome: str | None = None) -> bool:
    return CONTROL.put(client.services, client.tenant, identifier, into, outcome)


def test_what_a_product_may_end_with_is_offered_passing_first(client: Client) -> None:
    document = of(client, client.start())
    both = of(client, client.start(ProductCode="KYC_GLOBAL"))

    assert dict(CONTROL.outcomes(document)) == {"200": "passed", "212": "document risk"}
    assert list(CONTROL.outcomes(both)) == ["200", "201", "202", "203", "204", "205", "206", "207", "209", "212"]
    assert (CONTROL.title(document), CONTROL.leaves_for(document)) == ("ID_OCR", "")


def test_it_is_completed_with_what_is_chosen(client: Client) -> None:
    transaction = client.start(MerchantUserId="alibaba-never")
    done = [put(client, transaction, "completed", code) for code in ("212", "200")]

    assert (done, state(client, transaction)) == ([True, False], "completed")
    assert client.result(transaction)["Result"]["SubCode"] == "212"


def test_without_a_choice_it_is_what_was_decided(client: Client) -> None:
    transaction = client.start(MerchantUserId="alibaba-never")
    put(client, transaction, "completed")

    assert client.result(transaction)["Result"]["SubCode"] == "200"


def test_it_is_broken_off_until_somebody_completes_it_after_all(client: Client) -> None:
    transaction = client.start()
    done = put(client, transaction, "interrupted")
    answers = [client.result(transaction)["Code"] for _ in range(3)]
    log = client.call("CheckVerifyLog", MerchantBizId="m", TransactionId=transaction)["Result"]
    interrupted = state(client, transaction)

    assert (done, interrupted, set(answers)) == (True, "interrupted", {"ProcessNotCompleted"})
    assert (log["VerifyStatus"], log["VerifyErrorCode"]) == ("1", "1006")
    assert put(client, transaction, "completed", "212")
    assert state(client, transaction) == "completed"


def test_what_is_complete_cannot_be_broken_off(client: Client) -> None:
    transaction = client.start(MerchantUserId="alibaba-immediate")

    assert not put(client, transaction, "interrupted")
    assert state(client, transaction) == "completed"


def test_it_can_be_deleted(client: Client) -> None:
    transaction = client.start(MerchantUserId="alibaba-immediate")

    assert put(client, transaction, "deleted")
    assert state(client, transaction) == "deleted"
    assert client.result(transaction)["Code"] == "TransactionIdInvalid"


@pytest.mark.parametrize("into", ["completed", "interrupted", "deleted"])
def test_nobody_s_cannot_be_moved(client: Client, into: str) -> None:
    assert not put(client, "hk1", into)


def test_states_follow_one_another(client: Client) -> None:
    transaction = client.start()
    seen = [state(client, transaction)]
    CONTROL.opened(client.tenant, transaction)
    seen.append(state(client, transaction))
    client.tenant.clock.advance(901)
    seen.append(state(client, transaction))
    put(client, transaction, "completed")
    seen.append(state(client, transaction))
    client.tenant.clock.advance(30 * 86_400)
    seen.append(state(client, transaction))

    assert seen == ["created", "started", "interrupted", "completed", "expired"]


def test_opening_what_is_complete_changes_nothing(client: Client) -> None:
    transaction = client.start(MerchantUserId="alibaba-immediate")
    CONTROL.opened(client.tenant, transaction)
    CONTROL.opened(client.tenant, "hk1")

    assert of(client, transaction).facts["opened_at"] is None
