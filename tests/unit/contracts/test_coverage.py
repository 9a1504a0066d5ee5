"""Rows count for the operation that answered them, once, and a demand is compared in rows."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.coverage import Answered, Gate, Tally, answers_of, name_of, parse_gate, rows_of
from contracts.loader import load_table

OPERATION = "BankCardVerification"


def answered(code: str, kind: str = "result", operation: str = OPERATION) -> Answered:
    return Answered("tencent", operation, kind, code)


def entry(**answer: Any) -> dict[str, Any]:
    return {"provider": "tencent", "operation": OPERATION, "answer": answer, "steps": []}


def test_a_journal_tells_what_was_answered() -> None:
    journal = [
        entry(kind="result", code="0"),
        entry(kind="result", code="0"),
        entry(kind="error", code="InternalError"),
        entry(kind="", code=""),
        {"provider": "", "operation": "", "answer": {"status": 404}, "steps": []},
    ]

    assert answers_of(journal) == {answered("0"), answered("InternalError", "error")}


def test_everything_produced_is_whole() -> None:
    tally = Tally()
    table = load_table("tencent")
    tally.add("t", [answered(row.code, row.kind) for row in table.answers(OPERATION)])
    found = tally.coverage("tencent", OPERATION)

    assert (found.percent, found.missing, found.complaint(100)) == (100.0, (), None)
    assert set(found.produced.values()) == {("t",)}
    assert tally.coverage("tencent").percent < 100


def test_one_row_less_is_not_whole() -> None:
    tally = Tally()
    tally.add("t", [answered(row.code) for row in load_table("tencent").results(OPERATION)[1:]])
    found = tally.coverage("tencent", OPERATION, "result")

    assert found.missing == ("result 0",)
    assert found.complaint(95) is None
    assert found.complaint(95.5) == (
        "tencent BankCardVerification: 20 of 21 outcomes were produced (95.2 %), 95.5 % are wanted; missing: result 0"
    )


def test_a_complaint_does_not_name_hundreds() -> None:
    told = Tally().coverage("tencent").complaint(1) or ""

    assert told.endswith(f" and {len(load_table('tencent').rows) - 25} more")


def test_each_row_knows_who_produced_it() -> None:
    tally = Tally()
    tally.add("b", [answered("0"), answered("-1")])
    tally.add("a", [answered("0")])

    assert tally.coverage("tencent", OPERATION).produced == {"result 0": ("a", "b"), "result -1": ("b",)}


def test_a_common_error_counts_for_the_operation_that_answered_it() -> None:
    tally = Tally()
    tally.add("t", [answered("InternalError", "error")])

    assert tally.coverage("tencent", OPERATION).produced == {"error InternalError": ("t",)}
    assert tally.coverage("tencent", "BankCard2EVerification").produced == {}
    assert tally.coverage("tencent").produced == {"* error InternalError": ("t",)}


def test_an_operation_nobody_knows_counts_for_the_provider_alone() -> None:
    tally = Tally()
    tally.add("t", [answered("InvalidAction", "error", "NoSuchThing"), answered("0", "result", "NoSuchThing")])

    assert tally.coverage("tencent").produced == {"* error InvalidAction": ("t",)}
    assert tally.operations() == []
    assert tally.to_document() == {"providers": {}}


def test_the_document_lists_what_was_called() -> None:
    tally = Tally()
    tally.add("t", [answered("0")])
    document = tally.to_document()["providers"]["tencent"]
    listed = len(rows_of("tencent", OPERATION))

    assert document.keys() == {OPERATION}
    assert document[OPERATION]["produced"] == {"result 0": ["t"]}
    assert document[OPERATION]["listed"] == listed == len(document[OPERATION]["missing"]) + 1
    assert document[OPERATION]["percent"] == round(100 / listed, 2)


def test_no_two_rows_share_a_name() -> None:
    for provider in ("tencent", "alibaba", "upi", "mps", "signzy", "kyc_china"):
        table = load_table(provider)
        for operation in ("", *table.operations):
            names = [name_of(row, operation=operation) for row in rows_of(provider, operation)]
            assert len(names) == len(set(names)), (provider, operation)


@pytest.mark.parametrize(
    ("text", "gate"),
    [
        ("80", Gate(80)),
        (":result=80", Gate(80, kind="result")),
        ("tencent=80.5", Gate(80.5, "tencent")),
        ("tencent:error=100", Gate(100, "tencent", kind="error")),
        ("kyc_china/identity.two-factor=0", Gate(0, "kyc_china", "identity.two-factor")),
        ("tencent/BankCardVerification:result=100", Gate(100, "tencent", OPERATION, "result")),
    ],
)
def test_a_gate_is_read(text: str, gate: Gate) -> None:
    assert parse_gate(text) == gate


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is needed"),
        ("101", "is needed"),
        ("tencent", "is needed"),
        ("tencent80", "is needed"),
        ("=80", "is needed"),
        ("tencent/=80", "is needed"),
        ("tencent:codes=80", "is needed"),
        ("nobody=80", "no provider is called nobody; there is alibaba"),
        ("tencent/Nothing=80", "tencent has no operation Nothing; there is BankCardVerification"),
    ],
)
def test_a_gate_of_another_form_is_refused(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        parse_gate(text)


def test_gates_ask_for_what_they_name_or_for_all_that_was_called() -> None:
    tally = Tally()
    assert list(tally.complaints([Gate(1)])) == ["no provider was called, 1 % of the outcomes are wanted"]
    tally.add("t", [answered("0"), answered("0", operation="BankCard2EVerification")])

    assert list(tally.complaints([Gate(1), Gate(0, "upi")])) == []
    assert [told.partition(":")[0] for told in tally.complaints([Gate(50, kind="result"), Gate(1, "upi")])] == [
        "tencent BankCard2EVerification",
        "tencent BankCardVerification",
        "upi",
    ]


def test_a_part_that_failed_by_itself_counts_as_its_own_error() -> None:
    steps = [
        ["fan_out", True, {"identity.two-factor": {"found": "source_timeout"}, "risk.fraud": {"found": "clear"}}],
        ["transaction", True, {"transaction": "x", "ready": False}],
    ]
    answer = {"kind": "result", "code": "200", "bytes": 1}
    asked = {"provider": "kyc_china", "operation": "request", "answer": answer, "steps": steps}
    ready = [["token", True, {"transaction": "x"}], ["report", True, {"ready": True}]]

    found = answers_of([asked, {**asked, "operation": "poll", "steps": ready}])

    assert Answered("kyc_china", "identity.two-factor", "error", "Upstream timeout") in found
    assert Answered("kyc_china", "risk.fraud", "result", "clear") in found
