from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from simulator.callbacks import notes

Truth = Callable[..., dict[str, Any]]
Client = Any

HOOK = "https://127.0.0.1/hook"


@pytest.fixture
def submitted(client: Client, truth: Truth) -> Callable[..., str]:
    """Start a fan-out with a callback about somebody and return its token."""

    def submit(key: str = "ordinary-01") -> str:
        return str(client.submit(**truth(key, "name", "idNumber"), callbackUrl=HOOK))

    return submit


def bodies(client: Client) -> list[dict[str, Any]]:
    return [orjson.loads(message.body) for message in client.sent]


def test_a_callback_carries_what_a_poll_answers(client: Client, submitted: Callable[..., str]) -> None:
    token = submitted()
    early = client.services.callbacks.settled(0.15)
    client.clock.advance(12)
    client.services.callbacks.wake()
    done = client.services.callbacks.settled(5)
    (message,) = client.sent

    assert (early, done) == (False, True)
    assert orjson.loads(message.body) == orjson.loads(client.poll(token).body)
    assert (message.method, message.url) == ("POST", HOOK)
    headers = dict(message.headers)
    assert headers["X-Webhook-Event"] == "kyc.cn.report.completed"
    assert headers["X-Request-Id"] == client.tenant.journal.entries()[0]["request_id"]


def test_nobody_need_poll_for_it(client: Client, submitted: Callable[..., str]) -> None:
    submitted("kyc-china-immediate")

    assert client.services.callbacks.settled(5)
    assert len(client.sent) == 1


def test_without_a_url_nothing_is_sent(client: Client, truth: Truth) -> None:
    client.report(**truth("ordinary-01", "idNumber"))

    assert client.services.callbacks.settled(1)
    assert client.sent == []


@pytest.mark.parametrize("switched", [False, True])
@pytest.mark.parametrize("wrong", [False, True])
def test_the_envelope_is_the_switchs_unless_a_scenario_wants_the_other(
    client: Client, submitted: Callable[..., str], switched: bool, wrong: bool
) -> None:
    client.switch("report_seconds", 0)
    client.switch("webhook_envelope", switched)
    if wrong:
        client.rule("callback", {"result": "wrong_envelope"})
    submitted()
    assert client.services.callbacks.settled(5)
    (body,) = bodies(client)

    if switched is not wrong:
        assert body.keys() == {"event", "requestId", "data"}
        assert body["data"]["summary"]["matched"] == ["identity.two-factor"]
    else:
        assert body["summary"]["matched"] == ["identity.two-factor"]


@pytest.mark.parametrize(
    ("code", "deliveries"), [("delivered", 1), ("duplicate", 2), ("lost", 0)], ids=["delivered", "duplicate", "lost"]
)
def test_a_rule_decides_how_often_it_comes(
    client: Client, submitted: Callable[..., str], code: str, deliveries: int
) -> None:
    client.switch("report_seconds", 0)
    client.rule("callback", {"result": code})
    token = submitted()
    assert client.services.callbacks.settled(5)

    assert len({message.headers for message in client.sent}) == min(deliveries, 1), "copies are told by one id"
    assert len(client.sent) == deliveries
    assert client.poll(token).status == 200


def test_a_lost_callback_is_noted(client: Client, submitted: Callable[..., str]) -> None:
    submitted("kyc-china-callback-lost")
    request_id = client.last()["request_id"]

    assert notes(client.tenant.space, request_id) == [{"outcome": "lost"}]


def test_a_late_callback_waits_for_the_tenants_clock(client: Client, submitted: Callable[..., str]) -> None:
    client.switch("callback_late_seconds", 90)
    token = submitted("kyc-china-callback-late")
    client.clock.advance(12 + 89)
    client.services.callbacks.wake()
    early, status = client.services.callbacks.settled(0.15), client.poll(token).status
    client.clock.advance(1)
    client.services.callbacks.wake()

    assert (early, status) == (False, 200)
    assert client.services.callbacks.settled(5)
    assert len(client.sent) == 1


def test_a_callback_may_be_overtaken(client: Client, submitted: Callable[..., str], truth: Truth) -> None:
    client.switch("report_seconds", 0)
    submitted("kyc-china-callback-reordered")
    waits = not client.services.callbacks.settled(0.15)
    submitted("ordinary-01")

    assert waits
    assert client.services.callbacks.settled(5)
    names = [body["submitted"]["name"] for body in bodies(client)]
    assert names == [truth("ordinary-01")["name"], truth("kyc-china-callback-reordered")["name"]]


def test_a_receiver_that_is_down_changes_nothing_for_who_polls(
    client: Client, submitted: Callable[..., str], truth: Truth
) -> None:
    client.switch("report_seconds", 0)
    without = client.report(**truth("ordinary-01", "name", "idNumber"))
    client.services.callbacks.close()
    token = submitted()
    answer = client.poll(token)

    assert answer.status == 200
    assert orjson.loads(answer.body)["summary"] == without["summary"]


def test_a_transaction_that_is_gone_is_not_waited_for(client: Client, submitted: Callable[..., str]) -> None:
    submitted()
    client.services.tenants.reset("default")
    client.services.callbacks.wake()

    assert client.services.callbacks.settled(5)
    assert client.sent == []
