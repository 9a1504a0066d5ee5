from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from contracts.calls_seen import CallSeen, Witnessed, read
from kyc_core.signing import tc3
from simulator.engine import Engine
from simulator.providers import PROVIDERS
from simulator.services import Services
from simulator.settings import Settings
from simulator.tenants import Tenant
from simulator.wire import WireRequest
from simulator.witness import Witness

NAME, NUMBER, CARD = "林静怡", "310115188503140620", "6217000000000000103"
RULE = {"provider": "tencent", "operation": "BankCardVerification", "then": {"result": "-17"}}


class Watched:
    """A simulator that is watched, and one tenant of it."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.services = Services(Settings(), PROVIDERS)
        self.witness = Witness(file, time.time)
        self.engine = Engine(self.services, inspect=self.witness)
        self.tenant: Tenant = self.services.tenants.create("mine")

    def call(self, body: Any = None, *, secret_key: str = "", **headers: str) -> None:
        keys = self.tenant.credentials["tencent"]
        raw = orjson.dumps({"Name": NAME, "IdCard": NUMBER, "BankCard": CARD} if body is None else body)
        now = int(self.tenant.clock.time())
        authorization = tc3.sign(
            secret_id=keys["secret_id"], secret_key=secret_key or keys["secret_key"], method="POST",
            host="127.0.0.1:1", content_type="application/json", timestamp=now, body=raw,
        )  # fmt: skip
        given = {
            "host": "127.0.0.1:1", "content-type": "application/json", "x-tc-action": "BankCardVerification",
            "x-tc-version": "2018-03-01", "x-tc-timestamp": str(now), "authorization": authorization, **headers,
        }  # fmt: skip
        request = WireRequest(method="POST", path="/tencent", query=b"", headers=tuple(given.items()), body=raw)
        assert self.engine.answer(request) is not None

    def seen(self) -> Witnessed:
        self.witness.end()
        return read(self.file.read_bytes())

    def calls(self) -> tuple[CallSeen, ...]:
        found = self.seen()
        assert (found.complete, found.lost) == (True, ())
        return found.calls


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    found = Watched(tmp_path / "calls.jsonl")
    with found.witness:
        yield found


def test_a_call_is_kept_as_facts_without_personal_values(watched: Watched) -> None:
    watched.call()
    (seen,) = watched.calls()
    raw = watched.file.read_text()

    assert (seen.number, seen.tenant, seen.operation, seen.kind, seen.code) == (
        1, "mine", "BankCardVerification", "result", "0",
    )  # fmt: skip
    assert (seen.charged, seen.forced, seen.refused_at, seen.broken, seen.leaks) == (True, False, "", (), ())
    assert not any(value in raw for value in (NAME, NUMBER, CARD, watched.tenant.credentials["tencent"]["secret_key"]))
    assert watched.file.stat().st_mode & 0o777 == 0o600


def test_calls_about_one_person_have_one_subject(watched: Watched) -> None:
    watched.call()
    watched.call()
    watched.call({"Name": "测试乙", "IdCard": NUMBER, "BankCard": CARD})
    first, second, third = watched.calls()

    assert first.subject == second.subject != third.subject
    assert first.subject != ""


def test_a_refusal_names_its_check_and_cause(watched: Watched) -> None:
    watched.call(secret_key="another")
    (seen,) = watched.calls()

    assert (seen.kind, seen.code) == ("error", "AuthFailure.SignatureFailure")
    assert (seen.refused_at, seen.cause, seen.forced) == ("signature", "wrong_secret", False)


def test_what_differs_from_the_schema_is_kept_by_place_and_rule(watched: Watched) -> None:
    watched.call({"Name": 1})
    (seen,) = watched.calls()

    assert seen.broken == (("$", "breaks required"), ("$.Name", "breaks type"))


def test_personal_values_in_headers_are_kept_by_member(watched: Watched) -> None:
    watched.call(**{"x-trace": f"check of {NUMBER}"})
    (seen,) = watched.calls()

    assert seen.leaks == (("resident_id", "as it is"),)


@pytest.mark.parametrize(
    ("then", "spoilt"),
    [
        pytest.param({"result": "-17"}, False, id="another answer"),
        pytest.param({"fault": "reset"}, True, id="lost"),
        pytest.param({"http": 502}, True, id="a proxy's page"),
        pytest.param({"mutation": "verdict_missing"}, True, id="broken"),
    ],
)
def test_an_answer_that_a_rule_asked_for_is_known_as_such(watched: Watched, then: Any, spoilt: bool) -> None:
    watched.tenant.rules.add({**RULE, "then": then})
    watched.call()
    (seen,) = watched.calls()

    assert (seen.forced, seen.spoilt) == (True, spoilt)


def test_an_epoch_ends_with_rules_switches_and_a_reset(watched: Watched) -> None:
    watched.call()
    watched.call()
    watched.tenant.rules.add(RULE)
    watched.call()
    watched.tenant.set_switch("tencent.qps", 0)
    watched.call()
    watched.services.tenants.reset("mine")
    watched.call()
    watched.tenant.journal.clear()
    watched.call()
    epochs = [seen.epoch for seen in watched.calls()]

    assert epochs[0] == epochs[1]
    assert len(set(epochs)) == 5


def test_a_call_of_nobody_is_kept_without_its_operation(watched: Watched) -> None:
    watched.call(**{"x-tc-action": "Moon"})
    (seen,) = watched.calls()

    assert (seen.operation, seen.code, seen.refused_at) == ("", "InvalidAction", "action")


def test_checks_that_one_call_pays_for_are_counted_once(watched: Watched) -> None:
    keys = watched.tenant.credentials["kyc_china"]
    headers = (
        ("host", "127.0.0.1:1"), ("content-type", "application/json"),
        ("x-client-id", keys["client_id"]), ("x-client-secret", keys["client_secret"]),
    )  # fmt: skip
    body = orjson.dumps({"name": NAME, "idNumber": NUMBER})
    for _ in range(2):
        request = WireRequest(method="POST", path="/kyc/cn/request", query=b"", headers=headers, body=body)
        assert watched.engine.answer(request) is not None
    first, second = watched.calls()

    assert first.parts == second.parts
    assert [(name, charged + free) for name, charged, free in first.parts] == [
        ("identity.two-factor", 1), ("risk.criminal", 1), ("risk.fraud", 1),
    ]  # fmt: skip
    assert first.steps != ()


def test_a_call_that_cannot_be_noted_is_lost_loudly_and_answered_all_the_same(
    watched: Watched, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise KeyError(NUMBER)

    monkeypatch.setattr("simulator.witness.compare_request", broken)
    with caplog.at_level(logging.ERROR, logger="kyc_sim.witness"):
        watched.call()
    found = watched.seen()

    assert (found.calls, found.complete, len(found.lost)) == ((), True, 1)
    assert found.lost[0].startswith("KeyError at test_witness.py:")
    assert NUMBER not in caplog.text
    assert "a call of tencent is not judged" in caplog.text
