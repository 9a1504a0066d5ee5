"""Calls to the providers' real hosts are answered here, faults look as over a socket, and nothing else gets out."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import urllib3
from tencentcloud.common import credential
from tencentcloud.faceid.v20180301 import faceid_client, models

import simulator
from contracts import reference
from contracts.canary import photo_of
from contracts.cases import claim_of
from contracts.coverage import answers_of
from contracts.plan import load_plan
from contracts.targets import TargetError
from kyc_core.adapters.base import AdapterError, Claim
from kyc_core.adapters.tencent import ENDPOINT, TencentAdapter
from kyc_core.signing import tc3
from simulator import intercept
from simulator.in_process import InProcess
from simulator.interception import ENDPOINTS, Intercepted, UnexpectedHost, read_timeout, wire_request
from simulator.providers import PROVIDERS
from simulator.settings import Settings

OPERATION = "BankCardVerification"


@pytest.fixture
def sim() -> Iterator[Intercepted]:
    with intercept() as found:
        yield found


def signed(sim: Intercepted, *, timeout: float | None = 30.0) -> requests.Response:
    """Ask about somebody as an SDK would."""
    person = sim.people.get("ordinary-01")
    document = {"IdCard": person.resident_id, "Name": person.name, "BankCard": person.cards[0].number}
    body = json.dumps(document).encode()
    keys = sim.tencent.credentials
    now = int(sim.clock.time())
    authorization = tc3.sign(
        secret_id=keys["secret_id"],
        secret_key=keys["secret_key"],
        method="POST",
        host=sim.tencent.authority,
        content_type="application/json",
        timestamp=now,
        body=body,
    )
    headers = {
        "Content-Type": "application/json",
        "X-TC-Action": OPERATION,
        "X-TC-Version": "2018-03-01",
        "X-TC-Timestamp": str(now),
        "Authorization": authorization,
    }
    return requests.post(sim.tencent.endpoint, body, headers=headers, timeout=timeout)


def test_the_package_hands_it_out_and_nothing_else() -> None:
    assert simulator.intercept is intercept
    with pytest.raises(AttributeError, match="no attribute 'intercepted'"):
        simulator.intercepted  # noqa: B018 - asking is the test


def test_an_unchanged_adapter_is_answered_at_the_real_host(sim: Intercepted) -> None:
    person = sim.people.get("ordinary-01")
    keys = sim.tencent.credentials
    adapter = TencentAdapter(secret_id=keys["secret_id"], secret_key=keys["secret_key"], clock=time.time)
    claim = Claim(name=person.name, resident_id=person.resident_id, bank_card=person.cards[0].number)

    assert adapter.check(OPERATION, claim).passed
    sim.tencent.next(OPERATION, result="-17")
    assert adapter.check(OPERATION, claim).provider_code == "-17"
    sim.tencent.next(OPERATION, fault="reset")
    with pytest.raises(AdapterError, match="lost"):
        adapter.check(OPERATION, claim)
    assert sim.tencent.endpoint == ENDPOINT
    assert [entry["answer"]["code"] for entry in sim.tencent.calls(OPERATION)] == ["0", "-17", "0"]


def test_the_official_sdk_is_caught(sim: Intercepted) -> None:
    keys = sim.tencent.credentials
    person = sim.people.get("ordinary-01")
    client = faceid_client.FaceidClient(credential.Credential(keys["secret_id"], keys["secret_key"]), "")
    request = models.BankCardVerificationRequest()
    request.Name, request.IdCard, request.BankCard = person.name, person.resident_id, person.cards[0].number

    assert client.BankCardVerification(request).Result == "0"


def test_every_provider_answers_at_all_its_hosts(sim: Intercepted) -> None:
    assert ENDPOINTS.keys() == {provider.name for provider in PROVIDERS}
    for provider in PROVIDERS:
        assert ENDPOINTS[provider.name].removeprefix("https://") in provider.hosts
        for host in (*provider.hosts, f"{provider.name.replace('_', '-')}.localhost"):
            answer = requests.post(f"https://{host}/", json={}, timeout=5)
            assert answer.headers["Server"]
            assert int(answer.headers["Content-Length"]) == len(answer.content)
    called = {entry["provider"] for entry in sim.target.ask("GET", "/journal?tenant=lobby&limit=1000")["entries"]}

    assert called == {provider.name for provider in PROVIDERS}


def test_a_hosts_other_pages_are_served_too(sim: Intercepted) -> None:
    assert requests.get("https://alibaba.localhost/__verify/nobody/nothing", timeout=5).status_code == 404
    assert requests.get("https://alibaba.localhost/__admin/health", timeout=5).status_code == 200
    assert requests.get(f"{sim.alibaba.endpoint}/__admin/health", timeout=5).status_code == 403


def test_another_host_is_refused_loudly(sim: Intercepted) -> None:
    with pytest.raises(
        UnexpectedHost, match=r"example\.com is no provider's host.*passthrough=\['example\.com'\]"
    ) as no:
        requests.get("https://example.com/tencent", timeout=5)

    assert no.value.host == "example.com"
    assert no.value.request is not None
    assert sim.unexpected == ("example.com",)


def test_a_test_answers_other_hosts_itself(sim: Intercepted) -> None:
    sim.mock.get("https://example.com/mine", json={"mine": True})

    assert requests.get("https://example.com/mine", timeout=5).json() == {"mine": True}
    assert sim.unexpected == ()


def test_a_host_that_is_named_is_let_out() -> None:
    with intercept(passthrough=["127.0.0.1"]) as sim, pytest.raises(requests.ConnectionError) as refused:
        requests.get("http://127.0.0.1:9/", timeout=5)  # nobody listens there

    assert not isinstance(refused.value, UnexpectedHost)
    assert sim.unexpected == ()


FAULTS = [
    pytest.param({"fault": "reset"}, requests.ConnectionError, "Connection reset by peer", 0, id="reset"),
    pytest.param({"fault": "empty"}, requests.ConnectionError, "closed connection without response", 0, id="empty"),
    pytest.param({"fault": {"truncate": 7}}, requests.exceptions.ChunkedEncodingError, "7 bytes read", 0, id="cut"),
    pytest.param({"delay": 31}, requests.ReadTimeout, r"tencentcloudapi.*read timeout=30", 30, id="late"),
    pytest.param({"delay": 31, "fault": "reset"}, requests.ReadTimeout, "read timeout", 30, id="late, then reset"),
    pytest.param(
        {"fault": {"drip": {"bytes": 9, "interval": 30}}}, requests.ConnectionError, "timed out", 30, id="stalled"
    ),
]


@pytest.mark.parametrize(("then", "error", "told", "waited"), FAULTS)
def test_a_fault_looks_as_it_does_over_a_socket(
    sim: Intercepted, then: dict[str, Any], error: type[Exception], told: str, waited: float
) -> None:
    sim.tencent.next(OPERATION, **then)
    began = time.monotonic()
    with pytest.raises(error, match=told):
        signed(sim)

    assert sim.waited == waited
    assert time.monotonic() - began < 5
    assert sim.ledger.charged == 1
    assert signed(sim).json()["Response"]["Result"] == "0"


def test_a_slow_answer_moves_the_clock_and_nobody_sleeps(sim: Intercepted) -> None:
    before = sim.clock.time()
    sim.tencent.next(OPERATION, delay=20)
    sim.tencent.next(OPERATION, fault={"drip": {"bytes": 100, "interval": 10}})

    assert signed(sim).json()["Response"]["Result"] == "0"
    assert 20 <= sim.clock.time() - before < 25
    slow = signed(sim)
    assert slow.json()["Response"]["Result"] == "0"
    assert sim.waited == 20 + 10 * (-(-len(slow.content) // 100) - 1)
    sim.tencent.next(OPERATION, delay=500)
    assert signed(sim, timeout=None).ok


def test_a_frozen_clock_stands_while_calls_wait(sim: Intercepted) -> None:
    sim.clock.freeze()
    before = sim.clock.time()
    sim.tencent.next(OPERATION, delay=20)
    signed(sim)

    assert sim.clock.time() == before
    assert sim.waited == 20


def test_who_wants_to_wait_says_how() -> None:
    slept: list[float] = []
    with intercept(sleep=slept.append) as sim:
        sim.tencent.next(OPERATION, delay=20)
        signed(sim)

    assert slept == [20]


def test_the_same_seed_gives_the_same_bytes_and_another_one_others() -> None:
    seen = []
    for seed in ("a", "a", "b"):
        with intercept(seed=seed, tenant="mine") as sim:
            sim.clock.freeze("2026-01-01T00:00:00Z")
            seen.append((signed(sim).content, dict(sim.tencent.credentials)))

    assert seen[0] == seen[1]
    assert seen[0] != seen[2]


def test_readings_are_chosen_for_either_kind_of_tenant() -> None:
    for name in (None, "mine"):
        with intercept(tenant=name, switches={"tencent.lowercase_x": "strict"}) as sim:
            assert sim.switches["tencent.lowercase_x"] == "strict"
            sim.switch({"tencent.lowercase_x": "accept"})
            assert sim.switches["tencent.lowercase_x"] == "accept"
    with pytest.raises(TargetError, match="no such switch"), intercept(switches={"tencent.nothing": 1}):
        pass


def test_the_wsgi_client_meets_the_same_simulator(sim: Intercepted) -> None:
    sim.simulator.client().post("/tencent", headers={"X-TC-Action": OPERATION})
    signed(sim)

    assert sim.target.ask("GET", "/journal?tenant=lobby")["entries"][0]["provider"] == "tencent"
    assert len(sim.journal.entries()) == 1


def test_outside_the_block_nothing_is_intercepted() -> None:
    with intercept():
        inside = requests.adapters.HTTPAdapter.send
    assert requests.adapters.HTTPAdapter.send is not inside


def prepared(url: str, **parts: Any) -> requests.PreparedRequest:
    return requests.Request("POST", url, **parts).prepare()


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://api.signzy.app/x", "api.signzy.app"),
        ("https://api.signzy.app:443/x", "api.signzy.app"),
        ("http://api.signzy.app:80/x", "api.signzy.app"),
        ("https://api.signzy.app:8443/x", "api.signzy.app:8443"),
        ("https://user:pass@api.signzy.app/x", "api.signzy.app"),
    ],
)
def test_the_host_header_is_what_a_client_would_send(url: str, host: str) -> None:
    assert wire_request(prepared(url)).header("host") == host


def test_a_request_is_taken_as_it_would_arrive() -> None:
    sent = wire_request(
        prepared("https://h/%E6%B5%8B?a=%20b&c", data=iter([b"one", b"two"]), headers={"Host": "other"})
    )

    assert (sent.path, sent.query, sent.body, sent.header("host")) == ("/%E6%B5%8B", b"a=%20b&c", b"onetwo", "other")
    assert wire_request(prepared("https://h/", data="测")).body == "测".encode()
    assert wire_request(prepared("https://h/", headers={"X-Raw": b"\xe9"})).header("x-raw") == "é"


@pytest.mark.parametrize(
    ("given", "seconds"),
    [(None, None), (3, 3.0), ((1, 2.5), 2.5), ((1, None), None), (urllib3.Timeout(connect=1, read=4), 4.0)],
)
def test_a_timeout_is_read_in_all_its_forms(given: object, seconds: float | None) -> None:
    assert read_timeout(given) == seconds


def test_one_simulator_serves_one_block_after_the_other() -> None:
    simulator = InProcess()
    with intercept(simulator=simulator, tenant="mine") as sim:
        sim.tencent.next(OPERATION, delay=20)
        first = signed(sim)
    with intercept(simulator=simulator, tenant="mine") as again:
        assert (again.waited, again.journal.entries()) == (0, [])
        assert again.clock.time() - time.time() < 10
        second = signed(again)

    assert first.content == second.content
    assert list(simulator.services.tenants.names()) == ["default"]
    with pytest.raises(ValueError, match="seed"), intercept(simulator=simulator, seed="another"):
        pass


OPERATIONS = {
    "alibaba": "Id2MetaVerifyIntl",
    "kyc_china": "identity.two-factor",
    "mps": "two-factor",
    "signzy": "verify",
    "tencent": OPERATION,
    "upi": "ID_CARD_PHOTO_VERIFICATION",
}


def test_the_reference_adapter_of_every_provider_is_answered_and_believed(sim: Intercepted) -> None:
    sim.kyc_china.always("request", progression="immediate")
    person = sim.target.person(sim.tenant, "ordinary-01")
    for provider in PROVIDERS:
        name = provider.name
        adapter = getattr(reference, name)(sim.provider(name).endpoint, sim.credentials[name])
        planned = load_plan(name).operations[OPERATIONS[name]]
        result = adapter.check(planned.name, claim_of(person, planned, photo_of("ordinary-01")))

        assert result.passed, name
    answered = {(each.provider, each.kind) for each in answers_of(sim.journal.entries())}

    assert answered == {(provider.name, "result") for provider in PROVIDERS}


def test_a_body_beyond_the_simulators_limit_is_answered_as_over_a_socket() -> None:
    with intercept(simulator=InProcess(Settings(max_body=1024))) as sim:
        answer = requests.post(sim.tencent.endpoint, b"x" * 1025, timeout=5)

    assert answer.status_code == 413
    assert sim.simulator.services.tenants.lobby.journal.entries() == []


def test_a_head_request_gets_a_head(sim: Intercepted) -> None:
    answer = requests.head(f"{sim.signzy.endpoint}/nowhere", timeout=5)

    assert (answer.status_code, answer.reason, answer.content) == (404, "Not Found", b"")
    assert int(answer.headers["Content-Length"]) > 0
    assert answer.headers["Server"] == "nginx"
