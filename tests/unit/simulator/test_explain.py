from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from contracts.loader import OutcomeTable, load_table
from kyc_core.signing import tc3
from simulator.clock import FixedClock
from simulator.engine import Engine
from simulator.explain import explain, side_by_side, text
from simulator.providers import PROVIDERS
from simulator.services import Services
from simulator.settings import Settings
from simulator.wire import WireRequest

TABLE = load_table("tencent")
OPERATION = "BankCardVerification"
Entry = dict[str, Any]

SIGNATURE = {
    "cause": "body_changed",
    "detail": "the body was changed after it was signed",
    "expected": {"canonical_request": "POST\n/\n\nhost:a\n", "string_to_sign": "TC3\n1"},
    "received": {"canonical_request": "POST\n/\n\nhost:b\nx:1\n", "string_to_sign": "TC3\n2"},
    "first_difference": {"where": "header host", "server": "host:a", "client": "host:b"},
}


def entry(*steps: tuple[str, bool, dict[str, Any]], **changes: Any) -> Entry:
    """A journal entry as it comes out of the journal: answered ``-1`` by the data source."""
    found: Entry = {
        "number": 7,
        "at": 1767225600.0,
        "provider": "tencent",
        "operation": OPERATION,
        "request_id": "r-1",
        "request": {"method": "POST", "path": "/", "bytes": 10, "fields": {"Name": "~0123456789ab"}},
        "answer": {
            "status": 200,
            "code": "-1",
            "kind": "result",
            "meaning": "mismatch",
            "verdict": "MISMATCH",
            "charged": True,
            "retry": "never",
            "evidence": "seed",
            "bytes": 100,
        },
        "steps": [list(step) for step in steps or (("data_source", True, {"finding": "mismatch"}),)],
    }
    answer = {**found["answer"], **changes.pop("answer", {})}
    decoded: Entry = orjson.loads(orjson.dumps({**found, **changes, "answer": answer}))
    return decoded


REFUSED = {"code": "AuthFailure.SignatureFailure", "kind": "error", "meaning": "signature", "charged": False}


def explained(given: Entry, table: OutcomeTable | None = TABLE) -> dict[str, Any]:
    return explain(given, tenant="team-a", table=table)


def test_checks_come_in_order_with_their_evidence() -> None:
    found = explained(entry(("method", True, {}), ("signature", False, SIGNATURE), answer=REFUSED))

    assert found["checks"] == [
        {"check": "method", "passed": True, "evidence": {}},
        {"check": "signature", "passed": False, "evidence": SIGNATURE},
    ]
    assert (found["refused_at"], found["signature"]) == ("signature", SIGNATURE)


def test_the_answer_is_completed_from_its_row() -> None:
    found = explained(entry())
    row = TABLE.result(OPERATION, "-1")

    assert found["answer"]["text"] == dict(row.text)
    assert (found["answer"]["decision"], found["answer"]["source"], found["answer"]["evidence"]) == (
        "fail",
        row.source,
        "seed",
    )
    assert (found["tenant"], found["number"], found["request_id"]) == ("team-a", 7, "r-1")


@pytest.mark.parametrize(
    ("given", "decided"),
    [
        pytest.param(
            entry(("rule", True, {}), ("data_source", True, {"person": "p"}), person="p", rule="slow"),
            {"kind": "check", "name": "data_source"},
            id="the register, though a rule delayed the answer",
        ),
        pytest.param(
            entry(("rule", True, {"rule": "busy"}), rule="busy"), {"kind": "rule", "name": "busy"}, id="a rule"
        ),
        pytest.param(
            entry(("rule", False, {"rule": "broken"}), rule="broken"),
            {"kind": "rule", "name": "broken"},
            id="a rule that refuses",
        ),
        pytest.param(
            entry(("rule", True, {"rule": "busy"}), ("mutation", True, {"name": "x", "applied": True}), rule="busy"),
            {"kind": "rule", "name": "busy"},
            id="a rule, and the answer broken afterwards",
        ),
        pytest.param(
            entry(("documentation_sample", True, {"sample": "sample_match"})),
            {"kind": "documentation_sample", "name": "sample_match"},
            id="a sample",
        ),
        pytest.param(
            entry(("person", True, {"person": "p"}), person="p"), {"kind": "person", "name": "p"}, id="a person"
        ),
        pytest.param(entry(("throttle", False, {})), {"kind": "check", "name": "throttle"}, id="a check"),
        pytest.param({**entry(), "steps": []}, {"kind": "internal_error", "name": None}, id="a bug of ours"),
    ],
)
def test_what_decided_is_named(given: Entry, decided: dict[str, Any]) -> None:
    assert explained(given)["decided_by"] == decided


@pytest.mark.parametrize(
    ("given", "summary"),
    [
        (entry(person="p"), "-1 (mismatch), charged: data_source found so about p."),
        (entry(), "-1 (mismatch), charged: data_source found so."),
        (entry(("rule", True, {"rule": "busy"})), "-1 (mismatch), charged: rule busy says so."),
        (entry(("person", True, {"person": "p"})), "-1 (mismatch), charged: person p stands for it."),
        (
            entry(("documentation_sample", True, {"sample": "s"})),
            "-1 (mismatch), charged: the request is the documentation's own sample s.",
        ),
        (
            entry(("signature", False, SIGNATURE), answer=REFUSED),
            "AuthFailure.SignatureFailure (signature), free: the check signature refused it; body changed.",
        ),
        (
            {**entry(answer={"code": "InternalError", "kind": "error", "meaning": "internal_error"}), "steps": []},
            "InternalError (internal error): a fault of the simulator's own ended the call; its log names the place.",
        ),
        (
            entry(("method", False, {}), answer={"code": "", "charged": False, "status": 404}),
            "HTTP 404, free: the check method refused it.",
        ),
    ],
)
def test_the_summary_is_one_sentence(given: Entry, summary: str) -> None:
    assert explained(given)["summary"] == summary


def test_time_is_told_in_utc_and_as_in_china() -> None:
    assert explained(entry())["clock"] == {
        "seconds": 1767225600.0,
        "utc": "2026-01-01T00:00:00Z",
        "china": "2026-01-01T08:00:00+08:00",
    }


@pytest.mark.parametrize(
    ("evidence", "bucket"),
    [
        pytest.param({"attempts": 21, "limit": 20}, {"check": "throttle", "attempts": 21, "limit": 20}, id="attempts"),
        pytest.param({"number": 3, "limit": 20}, {"check": "throttle", "attempts": 3, "limit": 20}, id="number"),
        pytest.param({"limit": None}, None, id="no limit"),
        pytest.param({}, None, id="nothing"),
    ],
)
def test_the_bucket_is_read_from_the_throttles_evidence(evidence: dict[str, Any], bucket: object) -> None:
    assert explained(entry(("throttle", True, evidence)))["bucket"] == bucket


@pytest.mark.parametrize(
    ("charged", "why"),
    [(True, "the row of -1 says so [seed]"), (False, "the rule says so; the row would be charged")],
)
def test_the_charge_has_a_reason(charged: bool, why: str) -> None:
    found = explained({**entry(answer={"charged": charged}), "rule": "rule-1"})

    assert found["charge"] == {"charged": charged, "why": why}


def test_a_charge_that_no_rule_changed_is_a_price_lists() -> None:
    why = explained(entry(answer={"charged": False}))["charge"]["why"]

    assert why == "a price list or another part of the call says so; the row would be charged"


def test_a_charge_that_was_waived_says_why() -> None:
    found = explained({**entry(answer={"charged": False}), "waived": "charged before"})["charge"]

    assert found == {"charged": False, "why": "charged before"}


@pytest.mark.parametrize(
    ("given", "table"),
    [
        pytest.param(entry(), None, id="a provider nobody plays any more"),
        pytest.param(entry(answer={"code": "-99"}), TABLE, id="a code nobody documents any more"),
        pytest.param(entry(answer={"code": ""}), TABLE, id="no code at all"),
    ],
)
def test_an_entry_without_a_row_is_explained_all_the_same(given: Entry, table: OutcomeTable | None) -> None:
    found = explained(given, table)

    assert (found["answer"]["text"], found["answer"]["source"]) == ({}, None)
    assert found["charge"]["why"] == "no documented answer was given"
    assert found["summary"] in text(found)


def test_the_terminal_shows_every_part() -> None:
    shown = text(
        explained(
            entry(
                ("throttle", True, {"attempts": 3, "limit": 20}),
                ("rule", True, {"rule": "slow"}),
                rule="slow",
                person="p",
                fault={"kind": None, "delay": 1.0, "keep": 0, "interval": 0.0},
            )
        )
    )

    for part in (
        "r-1 (number 7 of tenant team-a)",
        "tencent BankCardVerification",
        "Name=~0123456789ab",
        "HTTP 200 -1 Authentication failed",
        "MISMATCH retry never",
        "rule       slow",
        "person     p",
        "2026-01-01T00:00:00Z (2026-01-01T08:00:00+08:00)",
        "3 of 20 (throttle)",
        "charged: the row of -1 says so [seed]",
        '"delay":1.0',
        "ok   throttle",
    ):
        assert part in shown
    assert shown.endswith("\n")


def test_a_signature_that_does_not_fit_shows_both_texts_and_marks_the_first_difference() -> None:
    found = orjson.loads(
        orjson.dumps(explained(entry(("method", True, {}), ("signature", False, SIGNATURE), answer=REFUSED)))
    )
    shown = text(found, width=60).splitlines()

    assert "  signature: body_changed" in shown
    assert "    first difference: header host" in shown
    assert [line for line in shown if line.startswith("  !")] == [
        "  ! host:a                     | host:b",
        "  ! 1                          | 2",
    ]
    assert "    FAIL signature" in shown


@pytest.mark.parametrize("expected", [None, SIGNATURE["expected"]])
def test_a_signature_whose_text_cannot_be_rebuilt_shows_what_is_known(expected: object) -> None:
    evidence = {"cause": "wrong_secret", "expected": expected, "received": None, "first_difference": None}
    shown = text(explained(entry(("signature", False, evidence), answer=REFUSED)))

    assert "signature: wrong_secret" in shown
    assert ("cannot be rebuilt" in shown) is (expected is not None)
    assert ("host:a" in shown) is (expected is not None)


def test_where_both_signed_the_same_text_it_stands_once() -> None:
    evidence = {**SIGNATURE, "cause": "secret_quoted", "received": SIGNATURE["expected"], "first_difference": None}
    shown = text(explained(entry(("signature", False, evidence), answer=REFUSED)))

    assert "both sides have the same text" in shown
    assert shown.count("host:a") == 1
    assert "first difference" not in shown


@pytest.mark.parametrize(
    ("seen", "lines"),
    [
        (
            {"member": "alg", "expected": "RS256", "received": "none"},
            ["    member: alg", "    expected: RS256", "    received: none"],
        ),
        ({"member": "crit", "expected": "b64"}, ["    member: crit", "    expected: b64", "    received: nothing"]),
        ({"received": "3 parts"}, ["    expected: ?", "    received: 3 parts"]),
    ],
)
def test_where_one_value_is_at_fault_both_values_stand_below(seen: dict[str, str], lines: list[str]) -> None:
    evidence = {"cause": "wrong_alg", "detail": "another algorithm", **seen}
    shown = text(explained(entry(("signature", False, evidence), answer=REFUSED))).splitlines()

    assert shown[shown.index("  signature: wrong_alg") + 1 :] == ["    another algorithm", *lines]


def test_a_long_line_is_continued_below_in_its_own_column() -> None:
    lines = list(side_by_side("x" * 25 + "\nsame", "y" * 45 + "\nsame\nmore", width=47))

    assert lines == [
        "    expected             | signed",
        "  ! " + "x" * 20 + " | " + "y" * 20,
        "    " + "x" * 5 + " " * 15 + " | " + "y" * 20,
        "    " + " " * 20 + " | " + "y" * 5,
        "    same                 | same",
        "    (no line)            | more",
    ]


@pytest.mark.parametrize(
    ("spoil", "cause"),
    [
        pytest.param(lambda key: key + "\n", "secret_trailing_newline", id="a line break behind the secret"),
        pytest.param(lambda key: "another", "wrong_secret", id="another secret"),
    ],
)
def test_a_real_signature_failure_is_explained_with_its_cause_and_without_the_secret(
    clock: FixedClock, spoil: Callable[[str], str], cause: str
) -> None:
    services = Services(Settings(), PROVIDERS, clock=clock)
    tenant = services.tenants.default
    key = tenant.credentials["tencent"]
    Engine(services).answer(signed(key["secret_id"], spoil(key["secret_key"]), int(clock.time())))
    (kept,) = tenant.journal.entries()
    found = explain(kept, tenant=tenant.name, table=TABLE)
    shown = text(found)

    assert (found["refused_at"], found["signature"]["cause"]) == ("signature", cause)
    assert f"signature: {cause}" in shown
    assert "canonical request" in shown
    assert key["secret_key"] not in shown + str(found)


def signed(secret_id: str, secret_key: str, timestamp: int) -> WireRequest:
    host, body = "faceid.intl.tencentcloudapi.com", b"{}"
    authorization = tc3.sign(
        secret_id=secret_id,
        secret_key=secret_key,
        method="POST",
        host=host,
        content_type="application/json",
        timestamp=timestamp,
        body=body,
    )
    headers = {
        "host": host,
        "content-type": "application/json",
        "x-tc-action": OPERATION,
        "x-tc-version": "2018-03-01",
        "x-tc-timestamp": str(timestamp),
        "authorization": authorization,
    }
    return WireRequest(method="POST", path="/", query=b"", headers=tuple(headers.items()), body=body)
