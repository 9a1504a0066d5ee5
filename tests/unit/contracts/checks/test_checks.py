"""Each check finds what it is for in what was seen, and nothing else; what was seen is made by hand."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest

from contracts.adapter_lines import Observed
from contracts.cases import Case, Seen, Trouble
from contracts.checks import FAMILIES, asynchrony, pace, privacy, requests_sent
from contracts.findings import Check, Severity
from contracts.plan import Plan, Planned, Requests, load_plan, plans
from contracts.recorder import RawRequest
from kyc_core.claims import Claim

OPERATION = "BankCardVerification"
CLAIM = Claim(name="测试甲", resident_id="110101190001010006", bank_card="6217000000000000103")
MATCH = Observed(kind="result", verdict="MATCH", billed=True, retry="never", provider_code="0")
MISMATCH = Observed(kind="result", verdict="MISMATCH", billed=True, retry="never", provider_code="-1")
LOST = Observed(kind="error", fault="transport", billed=True, retry="later")
SILENT = Observed(kind="none", fault="not within 10 seconds")


def plan() -> Plan:
    return load_plan("tencent")


def planned() -> Planned:
    return plan().operations[OPERATION]


def case_of(check: Check, ending: str) -> Case:
    wanted = f"tencent.{OPERATION}.{ending}"
    return next(case for case in FAMILIES[check](plan(), planned()) if case.id == wanted)


def call(code: str, *, at: float = 0.0, charged: bool = False, verdict: str = "", **more: Any) -> dict[str, Any]:
    answer = {"code": code, "charged": charged, "verdict": verdict}
    return {"rule": "act-1-0", "operation": OPERATION, "at": at, "answer": answer, "steps": [], **more}


def seen(answer: Observed, *calls: Mapping[str, Any], **more: Any) -> Seen:
    return Seen(answers=(answer,), claims=(CLAIM,), calls=calls, fired=frozenset({"act-1-0"}), **more)


def ask(case: Case, what: Seen, beside: Seen | None = None) -> list[Trouble]:
    return list(case.ask(case, what, beside))


@pytest.mark.parametrize("provider", plans())
def test_every_case_of_a_provider_has_a_name_of_its_own(provider: str) -> None:
    there = load_plan(provider)
    names = [
        case.id for family in FAMILIES.values() for each in there.operations.values() for case in family(there, each)
    ]

    assert len(names) == len(set(names))
    assert names


@pytest.mark.parametrize("provider", plans())
def test_every_row_of_an_exercised_operation_is_asked_for(provider: str) -> None:
    there = load_plan(provider)
    for each in there.operations.values():
        rows = {row.code for row in (*there.table.results(each.wire), *there.table.errors(each.wire))}

        assert {case.code for case in FAMILIES[Check.OUTCOMES](there, each)} == rows


# Outcomes.


@pytest.mark.parametrize(
    ("code", "answer", "troubles"),
    [
        pytest.param("0", MATCH, [], id="as the row says"),
        pytest.param("-1", MATCH, [(Severity.CRITICAL, "verdict")], id="a mismatch passes"),
        pytest.param("0", MISMATCH, [(Severity.MAJOR, "verdict")], id="a match fails"),
        pytest.param("0", replace(MATCH, billed=False), [(Severity.MAJOR, "billed")], id="charge"),
        pytest.param("0", replace(MATCH, billed=None), [(Severity.MAJOR, "billed")], id="charge not told"),
        pytest.param("0", replace(MATCH, retry="later"), [(Severity.MAJOR, "retry")], id="retry"),
        pytest.param(
            "-17",
            Observed(kind="result", verdict="REFUSED", billed=False, retry="later"),
            [(Severity.MINOR, "verdict")],
            id="another word for unable",
        ),
        pytest.param("-17", Observed(kind="error", billed=False, retry="later"), [], id="an error says unable"),
        pytest.param("-1", replace(LOST, retry="never"), [(Severity.MAJOR, "verdict")], id="an error instead of no"),
    ],
)
def test_outcomes_compares_verdict_charge_and_retry(
    code: str, answer: Observed, troubles: list[tuple[Severity, str]]
) -> None:
    found = ask(case_of(Check.OUTCOMES, code), seen(answer, call(code)))

    assert [(trouble.severity, trouble.where) for trouble in found] == troubles


# Fail-open.


@pytest.mark.parametrize("answer", [MISMATCH, LOST, SILENT, replace(MATCH, verdict="GREAT")])
def test_fail_open_accepts_anything_but_a_pass(answer: Observed) -> None:
    assert ask(case_of(Check.FAIL_OPEN, "0.unknown_code"), seen(answer, call("0"))) == []


def test_fail_open_leaves_a_refusal_that_passes_unspoilt_to_outcomes() -> None:
    cases = FAMILIES[Check.FAIL_OPEN](plan(), planned())
    refusal = next(case for case in cases if case.id.endswith(".-1.future_member"))

    assert refusal.beside is not None
    assert ask(refusal, seen(MATCH), seen(MATCH)) == []
    assert [each.severity for each in ask(refusal, seen(MATCH), seen(LOST))] == [Severity.CRITICAL]


def test_fail_open_finds_a_pass() -> None:
    (trouble,) = ask(case_of(Check.FAIL_OPEN, "0.unknown_code"), seen(MATCH, call("0")))

    assert trouble.severity is Severity.CRITICAL


def test_fail_open_spoils_refusals_in_harmless_ways_too() -> None:
    names = {case.id for case in FAMILIES[Check.FAIL_OPEN](plan(), planned())}

    assert f"tencent.{OPERATION}.-1.future_member" in names
    assert f"tencent.{OPERATION}.0.future_member" not in names


def test_fail_open_offers_answers_nobody_may_trust() -> None:
    upi = load_plan("upi")
    (operation,) = upi.operations.values()
    acts = [case.act.switches for case in FAMILIES[Check.FAIL_OPEN](upi, operation)]

    assert {"upi.response_signature_fault": "tampered_body"} in acts


# Retry.


@pytest.mark.parametrize(
    ("ending", "calls", "count"),
    [
        pytest.param("0.asked_once", [call("0", charged=True)], 0, id="once"),
        pytest.param("0.asked_once", [call("0", charged=True), call("0", charged=True)], 1, id="charged twice"),
        pytest.param("-2.asked_once", [call("-2"), call("-2")], 1, id="final twice"),
        pytest.param("-18.next_day", [call("-18"), call("-18", at=86_400)], 0, id="the next day"),
        pytest.param("-18.next_day", [call("-18"), call("-18", at=3600)], 1, id="the same day"),
        # 16:00 UTC is midnight in Shanghai.
        pytest.param("-18.next_day", [call("-18", at=57_599), call("-18", at=57_600)], 0, id="midnight in Shanghai"),
        pytest.param("-17.backs_off", [call("-17"), call("-17", at=1.0)], 0, id="after a pause"),
        pytest.param("-17.backs_off", [call("-17"), call("-17", at=0.1)], 1, id="at once"),
        pytest.param("-17.backs_off", [call("-17", at=float(at)) for at in range(11)], 1, id="too often"),
        pytest.param("0.reset.charged_once", [call("0", charged=True)], 0, id="lost once"),
        pytest.param("0.reset.charged_once", [call("0", charged=True)] * 2, 1, id="lost and charged twice"),
        pytest.param("0.reset.charged_once", [call("0", charged=True), call("0")], 0, id="lost and charged once"),
    ],
)
def test_retry_counts_calls_and_charges(ending: str, calls: list[Mapping[str, Any]], count: int) -> None:
    assert len(ask(case_of(Check.RETRY, ending), seen(LOST, *calls))) == count


@pytest.mark.parametrize("ending", ["0.asked_once", "-18.next_day", "-17.backs_off", "0.reset.charged_once"])
def test_retry_finds_an_adapter_that_never_answers(ending: str) -> None:
    (trouble,) = ask(case_of(Check.RETRY, ending), seen(SILENT))

    assert trouble.where == "answer"


def test_work_that_takes_a_while_may_be_asked_about_more_often() -> None:
    alibaba = load_plan("alibaba")
    slow = alibaba.operations["CheckResult"]
    case = next(case for case in FAMILIES[Check.RETRY](alibaba, slow) if case.id.endswith("Throttling.Api.backs_off"))
    calls = [call("Throttling.Api", at=float(at)) for at in range(pace.MOST_CALLS + 5)]

    assert ask(case, seen(LOST, *calls)) == []


# Asynchrony.


def slow_case(name: str) -> Case:
    alibaba = load_plan("alibaba")
    cases = FAMILIES[Check.ASYNCHRONY](alibaba, alibaba.operations["CheckResult"])
    return next(case for case in cases if case.id == f"alibaba.CheckResult.{name}")


def look(code: str, *, at: float) -> dict[str, Any]:
    return call(code, at=at, operation="CheckResult", verdict="PENDING" if code == "ProcessNotCompleted" else "MATCH")


HURRIED = [look("ProcessNotCompleted", at=9.0), look("200", at=9.1)]
WAITING = [look("ProcessNotCompleted", at=float(at)) for at in (0, 2, 5)]
PENDING = Observed(kind="result", verdict="PENDING")


@pytest.mark.parametrize(
    ("name", "answer", "calls", "where"),
    [
        pytest.param("200.pending_0", MATCH, [*WAITING, look("200", at=9.0)], [], id="waits for a pass"),
        pytest.param("200.pending_0", LOST, WAITING[:1], ["verdict"], id="gives up at once"),
        pytest.param("201.pending_0", MATCH, WAITING, ["verdict"], id="passes what is refused in the end"),
        pytest.param("200.pending_0", MATCH, [look("200", at=9.0), look("200", at=12.0)], ["calls"], id="asks on"),
        pytest.param("200.pending_0", MATCH, HURRIED, ["calls"], id="in a hurry"),
        pytest.param("200.never_0", PENDING, WAITING, [], id="says pending"),
        pytest.param("200.never_0", LOST, WAITING, [], id="raises"),
        pytest.param("200.never_0", MATCH, WAITING, ["verdict"], id="passes what never ends"),
        pytest.param("200.never_0", SILENT, WAITING, ["calls"], id="never gives up"),
    ],
)  # fmt: skip
def test_asynchrony_looks_at_how_an_adapter_waits(
    name: str, answer: Observed, calls: list[Mapping[str, Any]], where: list[str]
) -> None:
    assert [trouble.where for trouble in ask(slow_case(name), seen(answer, *calls))] == where


def test_asynchrony_counts_questions_about_the_first_piece_of_work_alone() -> None:
    there = load_plan("kyc_china")
    cases = asynchrony.cases(there, there.operations["identity.two-factor"])
    case = next(case for case in cases if case.id.endswith("match.pending_0"))
    submission = call("200", operation="request", verdict="NO_CHECK")
    poll = [call(code, at=at, operation="poll", verdict=verdict) for code, at, verdict in POLLS]

    assert ask(case, seen(MATCH, submission, *poll)) == []
    assert ask(case, seen(MATCH, submission, *poll, submission, *poll)) == []
    assert [each.where for each in ask(case, seen(MATCH, submission, *poll, call_later(poll[-1])))] == ["calls"]


POLLS = [("202", 0.0, "PENDING"), ("200", 2.5, "NO_CHECK")]


def call_later(what: dict[str, Any]) -> dict[str, Any]:
    return {**what, "at": what["at"] + 5.0}


def test_asynchrony_has_nothing_to_ask_of_what_answers_at_once() -> None:
    assert list(asynchrony.cases(plan(), planned())) == []


# Tolerance.


@pytest.mark.parametrize(
    ("ending", "now", "before", "count"),
    [
        pytest.param("0.future_member.same", MATCH, MATCH, 0, id="the same"),
        pytest.param("0.future_member.same", LOST, MATCH, 1, id="an error"),
        pytest.param("0.language_zh.same", replace(MATCH, retry="later"), MATCH, 1, id="another retry class"),
        pytest.param("0.future_member.same", LOST, LOST, 0, id="an error, as before"),
        pytest.param("-1.future_member.same", MATCH, MISMATCH, 0, id="a pass is left to fail-open"),
        pytest.param("0.content_type_text.same", LOST, MATCH, 0, id="a strange content type may be refused"),
        pytest.param("0.content_type_text.same", MISMATCH, MATCH, 1, id="but not misread"),
    ],
)
def test_tolerance_compares_an_adapter_with_itself(ending: str, now: Observed, before: Observed, count: int) -> None:
    assert len(ask(case_of(Check.TOLERANCE, ending), seen(now, call("0")), seen(before, call("0")))) == count


# Privacy.


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("card 6217000000000000103!", id="as it is"),
        pytest.param(quote("测试甲"), id="percent-encoded"),
        pytest.param("测试甲".encode("unicode_escape").decode(), id="escaped"),
        pytest.param(repr("测试甲".encode()), id="bytes"),
        pytest.param("测试甲".encode().hex(), id="hexadecimal"),
        pytest.param(base64.b64encode(b'{"IdCard": "110101190001010006"}').decode(), id="Base64 of a body"),
        pytest.param(base64.b64encode(b'x{"IdCard": "110101190001010006"}').decode(), id="Base64, shifted once"),
        pytest.param(base64.b64encode(b'xx{"IdCard": "110101190001010006"}').decode(), id="Base64, shifted twice"),
        pytest.param("key=VERYSECRETKEY", id="a secret"),
    ],
)
def test_privacy_finds_values_however_they_are_written(text: str) -> None:
    case = case_of(Check.PRIVACY, "privacy.decided")
    in_logs = ask(case, seen(MATCH, call("0"), output=text, secrets=("VERYSECRETKEY",)))
    in_errors = ask(case, seen(replace(LOST, told=text), call("0"), secrets=("VERYSECRETKEY",)))

    assert {trouble.where for trouble in in_logs} == {"output"}
    assert {trouble.where for trouble in in_errors} == {"result or error"}
    assert not any(text in trouble.seen for trouble in (*in_logs, *in_errors))


@pytest.mark.parametrize(
    "text", ["", "checked 621700******0103 for ~a1b2c3d4e5f6", base64.b64encode(b"nothing").decode()]
)
def test_privacy_leaves_masks_and_tokens_alone(text: str) -> None:
    assert list(privacy.leaks(text, (CLAIM,), ("VERYSECRETKEY",))) == []


# Requests.


def request(body: bytes, target: str = "/tencent", **headers: str) -> RawRequest:
    told = (("Content-Type", "application/json"), *headers.items())
    return RawRequest(method="POST", target=target, headers=told, body=body)


GOOD = request(b'{"IdCard": "1", "Name": "x", "BankCard": "2"}')


def asked(
    name: str, requests: tuple[RawRequest, ...], *calls: Mapping[str, Any], asking: Requests | None = None
) -> list[Trouble]:
    case = case_of(Check.REQUESTS, f"requests.{name}")
    if asking is not None:
        case = replace(case, plan=replace(case.plan, requests=asking))
    return ask(case, seen(MATCH, *(calls or [call("0")] * len(requests)), requests=requests))


PLACES = Requests(
    parameters=("body",), fresh=("header:X-Nonce",), own=("body:Id",), stated=("body:Why",), varying=("body:Why",)
)


def test_requests_finds_a_refusal() -> None:
    steps = [["method", True, {}], ["signature", False, {"cause": "wrong_host"}]]
    (trouble,) = asked("accepted", (GOOD,), call("AuthFailure.SignatureFailure", steps=steps))

    assert (trouble.where, trouble.seen) == ("signature", "AuthFailure.SignatureFailure at signature, wrong_host")


def test_requests_takes_unfinished_work_for_no_refusal() -> None:
    steps = [["decision", False, {}]]

    assert asked("accepted", (GOOD,), call("ProcessNotCompleted", verdict="PENDING", steps=steps)) == []


@pytest.mark.parametrize(
    ("sent", "where"),
    [
        pytest.param(GOOD, [], id="as the schema says"),
        pytest.param(request(b'{"IdCard": "1", "Name": "x", "BankCard": 2}'), ["$.BankCard"], id="a number"),
        pytest.param(request(b'{"IdCard": "1", "Name": "x"}'), ["$"], id="a member is missing"),
        pytest.param(request(b"<xml/>"), ["$"], id="another document"),
    ],
)
def test_requests_compares_with_the_schema(sent: RawRequest, where: list[str]) -> None:
    assert [trouble.where for trouble in asked("schema", (sent,))] == where


@pytest.mark.parametrize(
    ("nonces", "count"), [(("1", "2"), 0), (("1", "1"), 1)], ids=["fresh", "stale"]
)  # fmt: skip
def test_requests_wants_fresh_nonces(nonces: tuple[str, str], count: int) -> None:
    sent = tuple(RawRequest(method="POST", target="/", headers=(("X-Nonce", nonce),), body=b"") for nonce in nonces)

    assert len(asked("fresh", sent, asking=PLACES)) == count


@pytest.mark.parametrize(
    ("bodies", "seen_words"),
    [
        pytest.param((b'{"Why": "a"}', b'{"Why": "b"}'), [], id="each person's own"),
        pytest.param((b'{"Why": "a"}', b'{"Why": "a"}'), ["one value for 2 people"], id="the same for everybody"),
        pytest.param((b'{"Why": "a"}', b'{"Why": " "}'), ["nothing"], id="not stated"),
    ],
)
def test_requests_wants_consent(bodies: tuple[bytes, bytes], seen_words: list[str]) -> None:
    found = asked("consent", tuple(map(request, bodies)), asking=PLACES)

    assert [trouble.seen for trouble in found] == seen_words


@pytest.mark.parametrize(
    ("sent", "count"),
    [
        pytest.param(GOOD, 0, id="in the body only"),
        pytest.param(request(b"{}", target=f"/tencent?who={quote('测试甲')}"), 1, id="in the address"),
        pytest.param(request(b"{}", who="6217000000000000103"), 1, id="in a header"),
    ],
)
def test_requests_wants_nothing_personal_in_the_open(sent: RawRequest, count: int) -> None:
    assert len(asked("discreet", (sent,))) == count


def test_requests_accepts_what_the_contract_puts_into_the_address() -> None:
    alibaba = load_plan("alibaba")
    cases = requests_sent.cases(alibaba, alibaba.operations["Id2MetaVerifyIntl"])
    case = next(case for case in cases if case.id.endswith("discreet"))
    sent = (request(b"", target=f"/alibaba?UserName={quote('测试甲')}"),)

    assert ask(case, seen(MATCH, call("0"), requests=sent)) == []
