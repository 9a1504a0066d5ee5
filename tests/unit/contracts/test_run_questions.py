from __future__ import annotations

from dataclasses import replace

import pytest

from contracts.calls_seen import CallSeen, Witnessed
from contracts.findings import Report
from contracts.loader import load_table
from contracts.run_judge import judge_run
from kyc_core.verdicts import Retry

ACTION = "BankCardVerification"
CALL = CallSeen(
    number=0,
    tenant="t",
    epoch="0",
    at=1000.0,
    wall=1000.0,
    provider="tencent",
    operation=ACTION,
    kind="result",
    code="-1",
    charged=True,
    subject="somebody",
)
"""A mismatch: charged, and final."""
FREE = replace(CALL, code="-17", charged=False)
"""The centre is busy: free, try later."""
THROTTLED = replace(CALL, kind="error", code="RequestLimitExceeded", charged=False, refused_at="throttle")
POLL = replace(CALL, provider="kyc_china", operation="poll", code="202", charged=False, subject="token")
REPORT = replace(POLL, code="200")


def after(call: CallSeen, seconds: float = 5.0, **changes: object) -> CallSeen:
    return replace(call, at=call.at + seconds, wall=call.wall + seconds, **changes)  # type: ignore[arg-type]


def judged(*calls: CallSeen) -> Report:
    numbered = tuple([replace(call, number=number) for number, call in enumerate(calls, 1)])
    return judge_run(Witnessed(calls=numbered), command="pytest -q", seed="s")


def told(report: Report) -> list[tuple[str, str]]:
    return [(finding.case.rpartition(".")[2], finding.seen) for finding in report.findings]


@pytest.mark.parametrize(
    ("calls", "seen"),
    [
        pytest.param((CALL, after(CALL)), [("asked_once", "another call, charged again (call 2)")], id="charged twice"),
        pytest.param(
            (CALL, after(CALL, code="0")),
            [("asked_once", "another call, charged again (call 2)")],
            id="until it passes",
        ),
        pytest.param(
            (CALL, after(CALL), after(CALL, 10)),
            [("asked_once", "another call, charged again (2 calls, the first is number 2)")],
            id="told once",
        ),
        pytest.param(
            (replace(CALL, code="-4", charged=False), after(CALL, code="-4", charged=False)),
            [("asked_once", "another call (call 2)")],
            id="final and free",
        ),
        pytest.param(
            (replace(FREE, charged=True, spoilt=True), after(FREE)),
            [("asked_once", "another call (call 2)")],
            id="charged and lost",
        ),
        pytest.param(
            (replace(CALL, code="0", spoilt=True), after(CALL, code="0")),
            [("asked_once", "another call, charged again (call 2)")],
            id="a confirmation that was lost",
        ),
        pytest.param(
            (FREE, after(FREE, 0.1)),
            [
                (
                    "backs_off",
                    "less than 0.2 seconds; a pause on a clock that the simulator does not see is none (call 2)",
                )
            ],
            id="at once",
        ),
        pytest.param(
            (THROTTLED, after(THROTTLED, 0.0)),
            [
                (
                    "backs_off",
                    "less than 0.1 seconds; a pause on a clock that the simulator does not see is none (call 2)",
                )
            ],
            id="throttled",
        ),
        pytest.param(
            tuple(after(FREE, 5 * turn) for turn in range(11)),
            [("gives_up", "11 calls for one check (call 11)")],
            id="for ever",
        ),
        pytest.param(
            (POLL, after(POLL, 0.5), after(REPORT, 9)),
            [
                (
                    "paced",
                    "less than 0.6 seconds between two questions; a pause on a clock that the simulator does not see "
                    "is none (call 2)",
                )
            ],
            id="hasty questions",
        ),
        pytest.param(
            (POLL, after(REPORT), after(REPORT, 9)),
            [("stops", "a further question (call 3)")],
            id="questions about what is done",
        ),
        pytest.param(
            tuple(after(POLL, 2 * turn) for turn in range(501)),
            [("paced", "501 questions (call 501)")],
            id="questions without an end",
        ),
    ],
)
def test_calls_made_again_without_a_reason_are_found(calls: tuple[CallSeen, ...], seen: list[tuple[str, str]]) -> None:
    assert told(judged(*calls)) == seen


@pytest.mark.parametrize(
    "calls",
    [
        pytest.param((CALL, replace(CALL, subject="another")), id="another person"),
        pytest.param((CALL, replace(CALL, epoch="1")), id="another test"),
        pytest.param((CALL, replace(CALL, tenant="u")), id="another tenant"),
        pytest.param((CALL, replace(CALL, operation="BankCard4EVerification"), CALL), id="another question between"),
        pytest.param((replace(CALL, code="0"), after(CALL, code="0")), id="a confirmation, tested twice"),
        pytest.param((FREE, after(FREE, 1.0)), id="after a pause"),
        pytest.param((FREE, replace(FREE, at=FREE.at + 60)), id="after a pause on the tenant's clock alone"),
        pytest.param((replace(CALL, subject=""), replace(CALL, subject="")), id="nobody knows about whom"),
        pytest.param((POLL, after(POLL), after(REPORT, 10)), id="questions until it is done"),
        pytest.param((replace(REPORT, spoilt=True), after(REPORT)), id="a free answer that was lost"),
        pytest.param((REPORT, REPORT), id="a report asked for twice, without waiting"),
        pytest.param(
            (replace(CALL, provider="alibaba", operation="Initialize", code="Success", charged=False),) * 2,
            id="work begun twice",
        ),
        pytest.param(
            (replace(THROTTLED, code="AuthFailure.SignatureExpire", refused_at="timestamp", forced=True), CALL),
            id="made anew, made better",
        ),
    ],
)
def test_what_may_be_done_is_no_finding(calls: tuple[CallSeen, ...]) -> None:
    assert told(judged(*calls)) == []


def test_an_answer_for_the_next_day_is_for_the_next_day_in_china() -> None:
    rows = load_table("mps").results("nciicCheck") + load_table("mps").errors("nciicCheck")
    row = next(row for row in rows if row.retry is Retry.NEXT_DAY)
    quota = replace(
        CALL, provider="mps", operation="nciicCheck", kind=row.kind, code=row.code, charged=False, subject="s"
    )

    assert judged(quota, after(quota, 60.0)).findings[0].expected == "one call a day in China"
    assert told(judged(quota, after(quota, 86_400.0))) == []


REFUSED = replace(
    CALL, kind="error", code="AuthFailure.SignatureFailure", charged=False, refused_at="signature", cause="wrong_secret"
)


@pytest.mark.parametrize(
    ("call", "seen"),
    [
        pytest.param(
            REFUSED, [("accepted", "AuthFailure.SignatureFailure at signature, wrong_secret (call 1)")], id="signature"
        ),
        pytest.param(replace(REFUSED, forced=True), [], id="asked for"),
        pytest.param(
            replace(REFUSED, code="UnauthorizedOperation.Arrears", refused_at="account"), [], id="not its fault"
        ),
        pytest.param(
            replace(CALL, broken=(("$.Name", "breaks type"),)), [("schema", "breaks type (call 1)")], id="schema"
        ),
        pytest.param(replace(CALL, blank=("body:consent",)), [("consent", "nothing (call 1)")], id="no consent"),
        pytest.param(
            replace(CALL, leaks=(("name", "as it is"),)), [("discreet", "name, as it is (call 1)")], id="in the open"
        ),
    ],
)
def test_requests_are_judged_call_by_call(call: CallSeen, seen: list[tuple[str, str]]) -> None:
    assert told(judged(call)) == seen


def test_a_nonce_is_used_once_by_a_tenant() -> None:
    first = replace(CALL, tokens={"query:Nonce": "x"})
    again = replace(first, subject="b")

    assert told(judged(first, again)) == [("fresh", "one that was used before (call 2)")]
    assert told(judged(first, replace(again, tenant="u"))) == []
    assert told(judged(first, replace(again, tokens={"query:Nonce": "y"}))) == []


def test_an_identifier_of_a_checks_own_is_shared_by_its_calls_alone() -> None:
    place = "query:MerchantBizId"
    first = replace(CALL, provider="alibaba", operation="CardOcr", code="200", tokens={place: "x"})

    assert told(judged(first, replace(first, subject="b"))) == [("fresh", "that of another check (call 2)")]
    assert told(judged(first, first)) == []


def test_a_consent_that_is_everybodys_is_nobodys() -> None:
    place = "body:serialNm"
    first = replace(CALL, provider="upi", operation="ID_CARD_PHOTO_VERIFICATION", code="00", tokens={place: "x"})

    assert told(judged(first, replace(first, subject="b"))) == [("consent", "one value for 2 people (call 2)")]
    assert told(judged(first, replace(first, subject="b", tokens={place: "y"}))) == []
    assert told(judged(first, first)) == []
