from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import orjson
import pytest

from kyc_core.signing import jwt_hs256
from simulator.providers.kyc_china.tokens import key_of
from simulator.scenarios import Progression

Truth = Callable[..., dict[str, Any]]
Client = Any

INVALID = {"message": "Invalid or expired token"}


def test_waiting_is_said_with_a_status_of_its_own(client: Client, truth: Truth) -> None:
    answer = client.poll(client.submit(**truth("ordinary-01", "idNumber")))

    assert (answer.status, orjson.loads(answer.body)) == (202, {"message": "KYC verification still processing"})


@pytest.mark.parametrize("body", [b"", b"{}", {"token": None}, {"token": 7}, {"token": ["a.b.c"]}, b"[]", b"x"])
def test_without_a_token_the_request_is_bad(client: Client, body: Any) -> None:
    assert client.call("/kyc/cn/poll", body).status == 400


@pytest.mark.parametrize("token", ["", "a.b.", "a.b.c", "a.b.c.d", "not a token", "a.b.c\n", "x" * 100_000])
def test_a_text_that_is_no_token_is_refused(client: Client, token: str) -> None:
    answer = client.poll(token)

    assert (answer.status, orjson.loads(answer.body)) == (401, INVALID)


def test_a_token_of_another_client_is_refused(client: Client, truth: Truth) -> None:
    token = client.submit(**truth("kyc-china-immediate", "idNumber"))

    assert client.poll(token).status == 200
    assert client.as_tenant("other").poll(token).status == 401


def test_a_token_lives_a_day_and_as_long_as_a_switch_says(client: Client, truth: Truth) -> None:
    token = client.submit(**truth("ordinary-01", "idNumber"))
    client.switch("token_hours", 48)
    longer = client.submit(**truth("ordinary-01", "idNumber"))
    client.clock.advance(86_400)

    assert (client.poll(token).status, client.poll(longer).status) == (401, 200)


@pytest.mark.parametrize("subject", ["b1c5f0de-0000-4000-8000-000000000001", "alibaba-1"])
def test_a_good_token_for_something_that_is_not_there_is_refused(client: Client, subject: str) -> None:
    client.tenant.transactions.start("alibaba-1", "alibaba", {}, Progression(kind="immediate"))
    key = key_of(client.services.settings.seed)
    real = jwt_hs256.verify(client.submit(mobile="13800138000"), key=key)
    answer = client.poll(jwt_hs256.sign({**real, "sub": subject}, key=key))

    assert answer.status == 401
    step = next(step for step in client.last()["steps"] if isinstance(step, list) and not step[1])
    assert step[2] == {"cause": "unknown_transaction"}


def test_a_reset_tenant_knows_no_token(client: Client, truth: Truth) -> None:
    token = client.submit(**truth("kyc-china-immediate", "idNumber"))
    client.services.tenants.reset("default")

    assert client.poll(token).status == 401


@pytest.mark.parametrize(
    ("then", "expected"),
    [
        pytest.param({"result": "202"}, [202, 200], id="made to wait once more"),
        pytest.param({"error": "401"}, [401, 200], id="refused once"),
        pytest.param({"error": "500"}, [500, 200], id="an internal error once"),
        pytest.param({"http": 503}, [503, 200], id="a proxy once"),
    ],
)
def test_a_rule_may_disturb_a_poll_and_the_report_is_still_there(
    client: Client, truth: Truth, then: dict[str, Any], expected: list[int]
) -> None:
    token = client.submit(**truth("kyc-china-immediate", "idNumber"))
    client.rule("poll", then, times=1)

    assert [client.poll(token).status for _ in range(2)] == expected


def test_a_rule_may_end_the_waiting(client: Client, truth: Truth) -> None:
    token = client.submit(**truth("kyc-china-never", "idNumber"))
    client.rule("poll", {"result": "200"}, times=1)

    assert [client.poll(token).status for _ in range(2)] == [200, 200]


def test_a_rule_for_a_poll_may_name_who_was_submitted(client: Client, truth: Truth) -> None:
    fields = truth("kyc-china-immediate", "name", "idNumber")
    other = client.submit(**truth("ordinary-01", "idNumber"))
    client.rule("poll", {"error": "401"}, when={"idNumber": fields["idNumber"]})

    assert (client.poll(client.submit(**fields)).status, client.poll(other).status) == (401, 202)


def test_a_report_may_be_broken_on_purpose(client: Client, truth: Truth) -> None:
    token = client.submit(**truth("kyc-china-immediate", "name", "idNumber"))
    client.rule("poll", {"mutation": "verdict_missing"}, times=1)

    broken, whole = (orjson.loads(client.poll(token).body) for _ in range(2))

    assert "result" not in broken["identity"]["two-factor"], broken
    assert "result" in whole["identity"]["two-factor"]


def test_many_threads_find_one_report_ready_together(client: Client, truth: Truth) -> None:
    client.rule("request", {"progression": {"after_polls": 3}})
    tokens = [client.submit(**truth("ordinary-01", "idNumber")) for _ in range(40)]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda token: (token, client.poll(token).status), tokens * 8))

    assert Counter(status for _, status in answers) == {202: 120, 200: 200}
    assert Counter(token for token, status in answers if status == 202) == dict.fromkeys(tokens, 3)


def test_billing_lists_what_was_charged_in_a_period(client: Client, truth: Truth) -> None:
    client.rule("risk.criminal", {"error": "Upstream timeout"})
    client.submit(**truth("mps-not-found", "name", "idNumber"))
    at = int(client.clock.time())
    client.clock.advance(100)
    client.submit(mobile="15400009990")
    answer = orjson.loads(client.call("/core/billing", method="GET", query=f"start={at}&end={at}").body)
    later = orjson.loads(client.call("/core/billing", method="GET", query=f"start={at + 1}&end={at + 100}").body)

    assert [(item["check"], item["at"], item["units"]) for item in answer["items"]] == [("risk.fraud", at, 1)]
    assert (answer["total"], [item["check"] for item in later["items"]]) == (1, ["risk.fraud"])


def test_what_was_not_found_is_charged_when_a_switch_says_so(client: Client, truth: Truth) -> None:
    client.switch("bill_not_found", True)
    client.submit(**truth("mps-not-found", "name", "idNumber"))

    assert client.tenant.ledger.totals()["kyc_china"]["identity.two-factor"] == {"charged": 1, "free": 0}


def test_a_rule_may_charge_what_errored(client: Client, truth: Truth) -> None:
    client.rule("risk.criminal", {"error": "Upstream timeout", "charged": True})
    client.submit(**truth("ordinary-01", "name", "idNumber"))

    assert client.tenant.ledger.totals()["kyc_china"]["risk.criminal"] == {"charged": 1, "free": 0}


@pytest.mark.parametrize(
    "query",
    ["", "start=1", "end=1", "start=2&end=1", "start=a&end=b", "start=-1&end=1", "start=1.0&end=2", "start=１&end=2"],
)
def test_a_period_must_be_one(client: Client, query: str) -> None:
    assert client.call("/core/billing", method="GET", query=query).status == 400


def test_billing_may_be_refused_by_a_rule(client: Client) -> None:
    client.rule("billing", {"error": "500"})

    assert client.call("/core/billing", method="GET", query="start=0&end=1").status == 500
