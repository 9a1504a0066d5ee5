"""Claims and answers survive the journey as JSON lines, and what is told of them is never personal."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.adapter_lines import (
    Observed,
    callback_document,
    claim_document,
    claim_from,
    error_line,
    observed_from,
    plain,
    received_from,
    result_line,
)
from contracts.registry import read_folder, schema_names
from kyc_core.adapters.base import AdapterError, CheckResult, Claim, Fault, Received
from kyc_core.verdicts import Decision, Retry, Verdict

CLAIM = Claim(name="测试甲", bank_card="6217000000000000103", photo=b"\xff\xd8\x00", extra={"cert_type": 0})
CALLBACK = Received(method="POST", target="/a?b=c", headers={"Content-Type": "application/json"}, body=b"\xff{}")
RESULT = CheckResult(
    verdict=Verdict.MISMATCH, billed=True, retry=Retry.NEVER, provider_code="-1", request_id=None, evidence={}
)


def test_a_claim_comes_back_as_it_went() -> None:
    assert claim_from(claim_document(CLAIM)) == CLAIM


def test_a_callback_comes_back_as_it_went() -> None:
    assert received_from(callback_document(CALLBACK)) == CALLBACK


def test_an_adapter_may_take_no_callbacks() -> None:
    found = observed_from({"type": "no_callbacks", "id": 1})

    assert (found.kind, found.passed) == ("no_callbacks", False)


def test_members_that_are_not_stated_are_not_written() -> None:
    assert claim_document(Claim(name="测试甲")) == {"name": "测试甲"}


def test_a_result_is_read_as_it_was_written() -> None:
    found = observed_from(result_line(1, RESULT))

    assert (found.kind, found.verdict, found.billed, found.retry, found.provider_code) == (
        "result", "MISMATCH", True, "never", "-1",
    )  # fmt: skip


def test_an_adapter_s_error_tells_its_fault_charge_and_retry() -> None:
    error = AdapterError("lost", fault=Fault.TRANSPORT, retry=Retry.LATER, charge_possible=True)
    found = observed_from(error_line(1, error))

    assert (found.kind, found.fault, found.billed, found.retry) == ("error", "transport", True, "later")


def test_what_an_error_was_raised_from_is_told_too() -> None:
    try:
        try:
            raise OSError("inner words")
        except OSError as inner:
            raise ValueError("outer words") from inner
    except ValueError as error:
        found = observed_from(error_line(1, error))

    assert "inner words" in found.told
    assert "outer words" in found.told
    assert found.fault == "ValueError"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        pytest.param({"type": "result"}, "a result without a verdict", id="no verdict"),
        pytest.param({"type": "result", "verdict": 1}, "a result whose verdict is no text", id="a number"),
        pytest.param(
            {"type": "result", "verdict": "PASS"}, "a result whose verdict, PASS, is none of MATCH, MISM", id="word"
        ),
        pytest.param(
            {"type": "result", "verdict": "MATCH", "billed": "yes"}, "neither true, false nor null", id="charge"
        ),
        pytest.param({"type": "error", "fault": {}}, "an error whose fault is no text", id="an error"),
        pytest.param({"type": "ready"}, "a line of type ready is no answer", id="another line"),
        pytest.param({"type": "refused", "why": "no idea"}, "no idea", id="refused"),
        pytest.param({"type": "refused", "why": "测试甲"}, "3 characters", id="refused with a name"),
        pytest.param({"type": "refused"}, "it does not say why", id="refused without a word"),
    ],
)
def test_a_line_that_is_not_as_described_is_no_answer_and_says_why(line: dict[str, Any], why: str) -> None:
    found = observed_from(line)

    assert found.kind == "none"
    assert why in found.fault


@pytest.mark.parametrize("found", [None, True, {"verdict": "MATCH"}, object()], ids=lambda found: type(found).__name__)
def test_what_has_no_verdict_is_no_answer(found: object) -> None:
    seen = observed_from(result_line(1, found))

    assert (seen.kind, seen.fault.split(", ")[1]) == ("none", f"of type {type(found).__name__}")


@pytest.mark.parametrize(("code", "told"), [(0, "0"), (None, None), (["0"], '["0"]'), ("0", "0")], ids=repr)
def test_a_code_that_broken_answers_brought_hides_no_pass(code: object, told: str | None) -> None:
    found = observed_from({"type": "result", "verdict": "MATCH", "provider_code": code})

    assert (found.passed, found.provider_code) == (True, told)


def test_who_has_not_implemented_an_operation_does_not_serve_it() -> None:
    assert error_line(1, NotImplementedError("MobileStatus"))["fault"] == "unknown_operation"


@pytest.mark.parametrize(
    ("observed", "decision", "passed"),
    [
        pytest.param(Observed(kind="result", verdict="MATCH"), Decision.PASS, True, id="match"),
        pytest.param(Observed(kind="result", verdict="MISMATCH"), Decision.FAIL, False, id="mismatch"),
        pytest.param(Observed(kind="error", verdict="MATCH"), Decision.UNABLE, False, id="error"),
    ],
)
def test_only_a_match_passes(observed: Observed, decision: Decision, passed: bool) -> None:
    assert (observed.decision, observed.passed) == (decision, passed)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        pytest.param("AuthFailure.SignatureFailure", "AuthFailure.SignatureFailure", id="a code"),
        pytest.param("6217000000000000103", "19 characters", id="a card number"),
        pytest.param("林静怡", "3 characters", id="a name"),
        pytest.param("x" * 65, "65 characters", id="anything long"),
        pytest.param(None, "", id="nothing"),
    ],
)
def test_nothing_personal_is_repeated(text: str | None, told: str) -> None:
    assert plain(text) == told


def test_the_published_schemas_are_sound() -> None:
    assert {"adapter.json", "case.json"} <= set(schema_names("harness"))


def test_every_line_written_is_as_published() -> None:
    from importlib.resources import files

    from jsonschema import Draft202012Validator

    schemas, registry = read_folder(files("contracts") / "schemas" / "harness", where="schemas/harness")
    schema = Draft202012Validator(schemas["adapter.json"], registry=registry)
    lines: list[dict[str, Any]] = [
        {"type": "start", "provider": "tencent", "endpoint": "http://127.0.0.1:1/tencent", "credentials": {}},
        {"type": "ready"},
        {"type": "check", "id": 1, "operation": "X", "claim": claim_document(CLAIM)},
        {"type": "callback", "id": 2, "received": callback_document(CALLBACK)},
        {"type": "no_callbacks", "id": 2},
        {"type": "sleep", "seconds": 0.5},
        {"type": "slept", "seconds": 0.5},
        result_line(1, RESULT),
        error_line(1, ValueError("x")),
    ]

    assert [line["type"] for line in lines if not schema.is_valid(line)] == []
    assert not schema.is_valid({"type": "result", "id": 1, "verdict": "GREAT", "billed": True, "retry": "never"})
