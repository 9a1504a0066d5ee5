from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import orjson
import pytest

from simulator.clock import FixedClock
from simulator.engine import Engine
from simulator.services import Services
from simulator.settings import Settings
from simulator.store import MemoryStore
from simulator.upstream import Provider
from simulator.wire import Fault, FaultKind, WireRequest, WireResponse

ServicesFactory = Callable[..., Services]
RequestFactory = Callable[..., WireRequest]

OPERATION = "BankCardVerification"
RESIDENT_ID = "110101190001010006"


@pytest.fixture
def engine(services: Services) -> Engine:
    return Engine(services)


def result(response: WireResponse | None) -> str:
    assert response is not None
    code = orjson.loads(response.body)["Response"]["Result"]
    assert isinstance(code, str)
    return code


def rule(**then: Any) -> dict[str, Any]:
    return {"provider": "tencent", "operation": OPERATION, "then": then}


def test_a_call_for_nobody_is_not_answered_and_leaves_no_trace(engine: Engine) -> None:
    stray = WireRequest(method="GET", path="/", query=b"", headers=(), body=b"")

    assert engine.provider_of(stray) is None
    assert engine.answer(stray) is None
    assert engine.services.tenants.lobby.journal.entries() == []


def test_an_answer_is_journaled_with_its_row_and_steps(
    engine: Engine, toy_request: RequestFactory, clock: FixedClock
) -> None:
    response = engine.answer(toy_request(Result="-1", IdCard=RESIDENT_ID, Person="p"))
    tenant = engine.services.tenants.default
    (entry,) = tenant.journal.entries()

    assert result(response) == "-1"
    assert response is not None
    assert entry["request_id"] == orjson.loads(response.body)["Response"]["RequestId"]
    assert (entry["number"], entry["at"], entry["provider"], entry["operation"], entry["person"]) == (
        1,
        clock.time(),
        "tencent",
        OPERATION,
        "p",
    )
    assert entry["answer"] == {
        "status": 200,
        "code": "-1",
        "kind": "result",
        "meaning": "mismatch",
        "verdict": "MISMATCH",
        "charged": True,
        "retry": "never",
        "evidence": "seed",
        "bytes": len(response.body),
    }
    assert [(check, passed) for check, passed, _ in entry["steps"]] == [
        ("credentials", True),
        ("throttle", True),
        ("decide", True),
    ]
    assert "rule" not in entry
    assert "fault" not in entry


def test_personal_values_are_journaled_as_tokens_only(engine: Engine, toy_request: RequestFactory) -> None:
    engine.answer(toy_request(Result="0", IdCard=RESIDENT_ID))
    tenant = engine.services.tenants.default
    (entry,) = tenant.journal.entries()

    assert RESIDENT_ID not in str(entry)
    assert entry["request"]["fields"] == {"Result": "0", "IdCard": tenant.redactor.token(RESIDENT_ID)}


def test_an_answer_is_entered_in_the_ledger_as_its_row_says(engine: Engine, toy_request: RequestFactory) -> None:
    for code in ("0", "-1", "-17"):
        engine.answer(toy_request(Result=code))
    ledger = engine.services.tenants.default.ledger

    assert ledger.totals() == {"tencent": {OPERATION: {"charged": 2, "free": 1}}}
    assert [(entry["code"], entry["charged"], entry["why"]) for entry in ledger.entries()] == [
        ("0", True, "seed"),
        ("-1", True, "seed"),
        ("-17", False, "seed"),
    ]


def test_unknown_credentials_are_answered_from_the_lobby(engine: Engine, toy_request: RequestFactory) -> None:
    assert result(engine.answer(toy_request(key="nobody"))) == "AuthFailure.SecretIdNotFound"
    assert engine.services.tenants.default.journal.entries() == []
    (entry,) = engine.services.tenants.lobby.journal.entries()
    assert entry["steps"] == [["credentials", False, {"found": False}]]
    assert engine.services.tenants.lobby.ledger.totals() == {"tencent": {"-": {"charged": 0, "free": 1}}}


def test_a_rule_forces_the_answer_and_is_named(engine: Engine, toy_request: RequestFactory) -> None:
    tenant = engine.services.tenants.default
    tenant.rules.add({**rule(result="-17"), "id": "busy", "times": 1})

    assert [result(engine.answer(toy_request(Result="0"))) for _ in range(2)] == ["-17", "0"]
    assert [entry.get("rule") for entry in tenant.journal.entries()] == ["busy", None]


def test_a_rule_charges_what_the_row_does_not(engine: Engine, toy_request: RequestFactory) -> None:
    tenant = engine.services.tenants.default
    tenant.rules.add(rule(result="-17", charged=True))
    engine.answer(toy_request())
    (entry,) = tenant.ledger.entries()

    assert (entry["charged"], entry["why"]) == (True, "rule")
    assert tenant.journal.entries()[0]["answer"]["charged"] is True


def test_a_fault_rides_on_the_answer_and_stands_in_the_journal(engine: Engine, toy_request: RequestFactory) -> None:
    tenant = engine.services.tenants.default
    tenant.rules.add(rule(fault={"truncate": 3}, delay=1))
    response = engine.answer(toy_request(Result="0"))

    assert result(response) == "0"
    assert response is not None
    assert response.fault == Fault(delay=1.0, kind=FaultKind.TRUNCATE, keep=3)
    assert tenant.journal.entries()[0]["fault"] == {"kind": "truncate", "delay": 1.0, "keep": 3, "interval": 0.0}


def test_a_proxys_page_replaces_the_answer_that_was_still_charged(engine: Engine, toy_request: RequestFactory) -> None:
    tenant = engine.services.tenants.default
    tenant.rules.add(rule(http=502))
    response = engine.answer(toy_request(Result="0"))

    assert response is not None
    assert (response.status, b"Bad Gateway" in response.body) == (502, True)
    assert tenant.journal.entries()[0]["answer"]["status"] == 502
    assert tenant.journal.entries()[0]["steps"][-1] == ["page", True, {"status": 502}]
    assert tenant.ledger.totals()["tencent"][OPERATION]["charged"] == 1


def test_a_mutation_breaks_the_answer_where_the_table_says_how(engine: Engine, toy_request: RequestFactory) -> None:
    tenant = engine.services.tenants.default
    tenant.rules.add(rule(mutation="verdict_as_number"))
    response = engine.answer(toy_request(Result="0"))

    assert response is not None
    assert orjson.loads(response.body)["Response"]["Result"] == 0
    assert tenant.journal.entries()[0]["steps"][-1] == [
        "mutation",
        True,
        {"name": "verdict_as_number", "applied": True},
    ]


@pytest.mark.parametrize(
    ("name", "with_anatomy", "steps"),
    [
        pytest.param(
            "score_missing", True, [["mutation", True, {"name": "score_missing", "applied": False}]], id="none"
        ),
        pytest.param("verdict_as_number", False, [], id="nobody says where the verdict stands"),
    ],
)
def test_a_mutation_that_makes_no_sense_leaves_the_answer_whole(
    toy: Provider, toy_request: RequestFactory, name: str, with_anatomy: bool, steps: list[object]
) -> None:
    table = toy.table()
    if not with_anatomy:
        facts = {key: value for key, value in table.operations[OPERATION].items() if key != "anatomy"}
        table = replace(table, operations={**table.operations, OPERATION: facts})
    services = Services(Settings(), (replace(toy, table=lambda: table),))
    tenant = services.tenants.default
    tenant.rules.add(rule(mutation=name))

    assert result(Engine(services).answer(toy_request(Result="0"))) == "0"
    assert tenant.journal.entries()[0]["steps"][3:] == steps


def test_our_own_fault_becomes_the_providers_internal_error_and_no_value_is_logged(
    engine: Engine, toy_request: RequestFactory, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        response = engine.answer(toy_request(Result="bug"))

    assert result(response) == "InternalError"
    assert "ZeroDivisionError at conftest.py:" in caplog.text
    assert RESIDENT_ID not in caplog.text
    (entry,) = engine.services.tenants.default.journal.entries()
    assert (entry["answer"]["code"], entry["steps"]) == ("InternalError", [])


def test_the_tenants_clock_dates_journal_and_ledger(
    engine: Engine, toy_request: RequestFactory, clock: FixedClock
) -> None:
    tenant = engine.services.tenants.default
    tenant.clock.advance(3600)
    engine.answer(toy_request())

    assert tenant.journal.entries()[0]["at"] == tenant.ledger.entries()[0]["at"] == clock.time() + 3600


def test_two_engines_with_one_seed_answer_alike(make_services: ServicesFactory, toy_request: RequestFactory) -> None:
    one, other = Engine(make_services()), Engine(make_services())

    for _ in range(3):
        assert one.answer(toy_request(Result="0")) == other.answer(toy_request(Result="0"))


def test_eight_threads_hammering_one_tenant_lose_nothing(engine: Engine, toy_request: RequestFactory) -> None:
    tenant = engine.services.tenants.default
    tenant.rules.add({**rule(result="-17"), "times": 2})
    request = toy_request(Result="0")
    with ThreadPoolExecutor(8) as pool:
        answers = Counter(pool.map(lambda _: result(engine.answer(request)), range(2000)))
    entries = tenant.journal.entries()

    assert answers == {"-17": 2, "0": 1998}
    assert [entry["number"] for entry in entries] == list(range(1, 2001))
    assert len({entry["request_id"] for entry in entries}) == 2000
    assert sorted(entry["steps"][1][2]["number"] for entry in entries) == list(range(1, 2001))
    assert tenant.ledger.totals() == {"tencent": {OPERATION: {"charged": 1998, "free": 2}}}
    assert len(tenant.ledger.entries()) == 2000


def test_whoever_inspects_sees_one_call_at_a_time(services: Services, toy_request: RequestFactory) -> None:
    journal = services.tenants.default.journal
    seen: list[int] = []

    def inspect(*_: object) -> None:
        before = journal.entries(limit=1)
        time.sleep(0)  # lets another thread in, if anything does
        seen.append(before[-1]["number"] if before else 0)

    engine, request = Engine(services, inspect=inspect), toy_request(Result="0")
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: engine.answer(request), range(400)))

    assert seen == list(range(400))


def test_two_engines_over_one_store_count_together(make_services: ServicesFactory, toy_request: RequestFactory) -> None:
    store = MemoryStore()
    engines = [Engine(make_services(store)), Engine(make_services(store))]
    tenant = engines[0].services.tenants.default
    tenant.rules.add({**rule(result="-17"), "times": 2})
    request = toy_request(Result="0")
    with ThreadPoolExecutor(8) as pool:
        answers = Counter(pool.map(lambda n: result(engines[n % 2].answer(request)), range(1000)))

    assert answers == {"-17": 2, "0": 998}
    assert len(tenant.journal.entries()) == 1000
    assert engines[1].services.tenants.default.ledger.totals() == tenant.ledger.totals()
