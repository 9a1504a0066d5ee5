"""What a test can do with its tenant; the same through either door, of which this is the one in process."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import requests

from contracts.coverage import answers_of
from contracts.targets import TargetError
from kyc_core.adapters.base import Claim
from kyc_core.adapters.kyc_china import KycChinaAdapter
from kyc_core.people import parse_person
from simulator import intercept
from simulator.interception import Intercepted

VERIFY = "/api/v3/global-kyc-verify/cn/nid"


@pytest.fixture
def sim() -> Iterator[Intercepted]:
    with intercept(tenant="mine") as found:
        yield found


def asked(sim: Intercepted, key: str = "ordinary-01") -> requests.Response:
    person = sim.people.get(key)
    born = person.resident_id[6:14]
    document = {
        "fullName": person.name,
        "dateOfBirth": f"{born[:4]}-{born[4:6]}-{born[6:]}",
        "identityInformation": {"nationalIdNumber": person.resident_id},
        "consent": True,
    }
    headers = {"Authorization": sim.signzy.credentials["token"]}
    return requests.post(sim.signzy.endpoint + VERIFY, json=document, headers=headers, timeout=5)


def test_providers_are_found_by_name(sim: Intercepted) -> None:
    assert sim.tencent.name == sim.provider("tencent").name == "tencent"
    assert sim.tencent.credentials == sim.credentials["tencent"]
    assert sim.tencent.authority == "faceid.intl.tencentcloudapi.com"
    with pytest.raises(AttributeError, match="no provider is called tencnet; there is alibaba, "):
        sim.tencnet  # noqa: B018 - asking is the test
    with pytest.raises(LookupError, match="no provider"):
        sim.provider("nobody")
    with pytest.raises(AttributeError, match="anything"):
        copy.copy(type(sim).__new__(type(sim))).anything  # noqa: B018 - asking is the test


def test_the_clock_is_read_and_moved(sim: Intercepted) -> None:
    new_year = datetime(2026, 1, 1, tzinfo=UTC)
    sim.clock.freeze(new_year.astimezone(timezone(timedelta(hours=8))))
    assert sim.clock.frozen
    assert sim.clock.now() == new_year
    assert sim.clock.time() == new_year.timestamp()
    sim.clock.advance(60)
    assert sim.clock.now() == new_year + timedelta(minutes=1)
    sim.clock.set("2026-02-01T00:00:00Z")
    assert sim.clock.now() == datetime(2026, 2, 1, tzinfo=UTC)
    sim.clock.unfreeze()
    sim.clock.advance(3600)
    assert sim.clock.now() > datetime(2026, 2, 1, 1, tzinfo=UTC)
    sim.clock.reset()
    assert sim.clock.now() - datetime.now(UTC) < timedelta(seconds=60)
    with pytest.raises(ValueError, match="time zone"):
        sim.clock.freeze(datetime(2026, 1, 1))  # noqa: DTZ001 - what is refused


def test_people_are_put_found_and_removed(sim: Intercepted) -> None:
    someone = {"key": "mine", "name": "测试甲", "resident_id": "110101190001010006"}
    person = sim.people.put(someone)

    assert person == parse_person(someone) == sim.people.get("mine")
    assert person in list(sim.people)
    assert sim.people.put(person) == person
    sim.people.remove("mine")
    with pytest.raises(TargetError, match="404"):
        sim.people.get("mine")


def test_answers_are_forced_once_or_always(sim: Intercepted) -> None:
    once = sim.signzy.next(error="500")
    sim.signzy.next(error="409", times=2)
    always = sim.signzy.always(http=502)

    assert [asked(sim).status_code for _ in range(5)] == [500, 409, 409, 502, 502]
    assert (sim.rules.fired(once), sim.rules.fired(always)) == (1, 2)
    assert [rule["fired"] for rule in sim.rules] == [1, 2, 2]
    sim.rules.remove(always)
    assert asked(sim).status_code == 200
    sim.rules.clear()
    assert list(sim.rules) == []


def test_a_forced_answer_may_depend_on_the_request(sim: Intercepted) -> None:
    other = sim.people.get("ordinary-02")
    sim.signzy.always(when={"fullName": other.name}, error="500")
    sim.signzy.next(when={"fullName": {"prefix": "nobody"}}, error="409")

    assert asked(sim).status_code == 200
    assert asked(sim, "ordinary-02").status_code == 500


def test_what_no_provider_has_is_told_with_what_it_has(sim: Intercepted) -> None:
    with pytest.raises(TargetError, match=r"/then/result .*answers 0, -1"):
        sim.tencent.next("BankCardVerification", result="-99")
    with pytest.raises(TargetError, match="/then/resutl"):
        sim.tencent.next("BankCardVerification", resutl="-1")


def test_the_journal_is_read_page_by_page(sim: Intercepted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.sandbox_parts.PAGE", 2)
    assert (sim.journal.entries(), sim.journal.last_number()) == ([], 0)
    for _ in range(5):
        asked(sim)

    assert [entry["number"] for entry in sim.journal.entries()] == [1, 2, 3, 4, 5]
    assert [entry["number"] for entry in sim.journal.entries(after=3)] == [4, 5]
    assert sim.journal.last_number() == 5
    assert len(sim.signzy.calls()) == 5
    assert sim.tencent.calls() == sim.signzy.calls("nothing") == []


def test_an_answer_is_explained(sim: Intercepted) -> None:
    keys = sim.kyc_china.credentials
    headers = {"x-client-id": keys["client_id"], "x-client-secret": keys["client_secret"]}
    requests.post(f"{sim.kyc_china.endpoint}/kyc/cn/request", json={}, headers=headers, timeout=5)
    (call,) = sim.kyc_china.calls()

    assert sim.explain(call["request_id"])["refused_at"] == "eligibility"
    with pytest.raises(TargetError, match="404"):
        sim.explain("nothing")


def test_budgets_are_held_or_told_with_what_was_charged(sim: Intercepted) -> None:
    asked(sim)
    asked(sim)
    sim.signzy.next(error="500")
    asked(sim)
    ledger = sim.ledger

    assert (ledger.charged, ledger.free, len(ledger.entries)) == (2, 1, 3)
    assert ledger.count("signzy") == 2
    assert ledger.count("tencent") == ledger.count("signzy", "login") == 0
    assert ledger.totals == {"signzy": {ledger.entries[0]["operation"]: {"charged": 2, "free": 1}}}
    ledger.assert_charged(exactly=2)
    ledger.assert_charged(at_most=2, at_least=2, provider="signzy")
    ledger.assert_charged(exactly=0, provider="tencent")
    spent = r".*2 were made\n  signzy .*\n  signzy "
    with pytest.raises(AssertionError, match=f"exactly 1{spent}"):
        ledger.assert_charged(exactly=1)
    with pytest.raises(AssertionError, match=f"at most 1{spent}"):
        ledger.assert_charged(at_most=1)
    with pytest.raises(AssertionError, match=f"at least 3{spent}"):
        ledger.assert_charged(at_least=3)
    with pytest.raises(ValueError, match="budget"):
        ledger.assert_charged()


def test_parts_of_a_report_count_once_it_was_brought(sim: Intercepted) -> None:
    brought: list[set[str]] = []

    def sleep(seconds: float) -> None:
        brought.append({answered.operation for answered in answers_of(sim.journal.entries())})
        sim.clock.advance(seconds)

    keys = sim.kyc_china.credentials
    adapter = KycChinaAdapter(
        client_id=keys["client_id"],
        client_secret=keys["client_secret"],
        sleep=sleep,
        clock=sim.clock.time,
        endpoint=sim.kyc_china.endpoint,
    )
    person = sim.people.get("ordinary-01")
    operation = "identity.two-factor"
    sim.kyc_china.next(operation, result="no match")
    adapter.check(operation, Claim(name=person.name, resident_id=person.resident_id))
    answers = answers_of(sim.journal.entries())

    assert brought
    assert all(operations <= {"request", "poll"} for operations in brought)
    assert ("kyc_china", operation, "result", "no match") in answers
    assert ("kyc_china", "risk.fraud") in {(answered.provider, answered.operation) for answered in answers}


@pytest.mark.parametrize(
    ("then", "counts"),
    [
        ({"charged": True}, True),
        ({"delay": 1}, True),
        ({"fault": {"drip": {"bytes": 100, "interval": 0.01}}}, True),
        ({"fault": {"truncate": 100_000}}, True),
        ({"fault": {"truncate": 10}}, False),
        ({"fault": "reset"}, False),
        ({"fault": "empty"}, False),
        ({"http": 502}, False),
        ({"mutation": "unknown_code"}, False),
    ],
    ids=str,
)
def test_an_answer_counts_where_a_client_can_have_read_it(sim: Intercepted, then: dict[str, Any], counts: bool) -> None:
    sim.signzy.next("verify", **then)
    with suppress(requests.ConnectionError, requests.exceptions.ChunkedEncodingError):
        asked(sim)

    assert len(sim.journal.entries()) == 1
    assert bool(answers_of(sim.journal.entries())) is counts


def test_asynchronous_work_is_seen_and_finished_by_hand(sim: Intercepted) -> None:
    sim.kyc_china.always("request", progression="never")
    keys = sim.kyc_china.credentials
    person = sim.people.get("ordinary-01")
    headers = {"x-client-id": keys["client_id"], "x-client-secret": keys["client_secret"]}
    document = {"name": person.name, "idNumber": person.resident_id}
    assert requests.post(f"{sim.kyc_china.endpoint}/kyc/cn/request", json=document, headers=headers, timeout=5).ok
    (transaction,) = [
        evidence["transaction"]
        for entry in sim.kyc_china.calls("request")
        for check, _, evidence in entry["steps"]
        if check == "transaction"
    ]

    assert sim.transactions.get(transaction)["state"] != "ready"
    with pytest.raises(TargetError, match="/outcome what this comes to is decided"):
        sim.transactions.put(transaction, outcome="match")
    assert sim.transactions.put(transaction, state="ready")["state"] == "ready"
    assert sim.transactions.get(transaction)["state"] == "ready"
