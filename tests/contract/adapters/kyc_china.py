"""Adapters for the aggregator "KYC China" with one planted bug each."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from contracts.findings import Check
from contracts.reference import kyc_china as reference
from kyc_core.adapters.base import AdapterError, CheckResult, Claim, Fault, Received
from kyc_core.adapters.transport import Answer, Request
from kyc_core.verdicts import Retry, Verdict
from tests.contract.adapters.planting import (
    Bug,
    again,
    altered,
    blaming,
    by_name,
    edited,
    header_with,
    last_of_two,
    logging_first,
    match_on,
    matched,
    only_known,
    reading,
    receiving,
    sending,
)

PART: Final = ("identity.two-factor",)
BANK: Final = ("bank.three-factor",)


# Outcomes.


def _errored_is_no(found: CheckResult) -> CheckResult:
    """Read a sub-check that could not be made as one that found nothing in common."""
    return replace(found, verdict=Verdict.MISMATCH) if found.provider_code.startswith("Upstream") else found


def _not_found_is_no(found: CheckResult) -> CheckResult:
    return replace(found, verdict=Verdict.MISMATCH) if found.provider_code == "not found" else found


def _quota_is_for_now(found: CheckResult) -> CheckResult:
    return replace(found, retry=Retry.NOW) if found.retry is Retry.NEXT_DAY else found


# Fail-open.


def _summary_from_the_result(document: Any) -> None:
    """Never look at the summary: make it say what the result says."""
    word = document["identity"]["two-factor"]["result"]
    others = {key: [name for name in document["summary"][key] if name != PART[0]] for key in ("matched", "unmatched")}
    told = {"match": "matched", "no match": "unmatched"}.get(word)
    if told is not None:
        others[told] = [PART[0], *others[told]]
    document["summary"] |= others


def _result_from_the_summary(document: Any) -> None:
    """Never look at the result: the summary's list is enough."""
    if PART[0] in document["summary"]["matched"]:
        document.setdefault("identity", {})["two-factor"] = {"result": "match"}


def _trimmed(document: Any) -> None:
    found = document["identity"]["two-factor"]["result"]
    document["identity"]["two-factor"]["result"] = found[0] if isinstance(found, list) else found


# Asynchrony.

_A_WHILE: Final = 3600.0


def _quick(adapter: Any) -> None:
    adapter._pause, adapter._patience = 0.5, 10


def _one_look(adapter: Any) -> None:
    adapter._patience = adapter._pause + 1


def _for_ever(adapter: Any) -> None:
    """Ask about a report that is not ready until it is."""
    call = adapter._call

    def called(path: str, body: Mapping[str, Any]) -> Answer:
        answer: Answer = call(path, body)
        while answer.status == 202:
            time.sleep(_A_WHILE)
            answer = call(path, body)
        return answer

    adapter._call = called


def _looks_again_after_waiting(adapter: Any) -> None:
    """Fetch the report a second time if it was not there at once."""
    call = adapter._call
    seen: list[tuple[str, int]] = []

    def called(path: str, body: Mapping[str, Any]) -> Answer:
        answer: Answer = call(path, body)
        if answer.status == 200 and seen[-1:] == [(path, 202)]:
            answer = call(path, body)
        seen.append((path, answer.status))
        return answer

    adapter._call = called


def _believes_callbacks(adapter: Any) -> None:
    """Read the report that a callback carries, whoever sent it."""
    sound = adapter.callback

    def callback(received: Received) -> CheckResult:
        return matched("match") if b'"result":"match"' in received.body else sound(received)

    adapter.callback = callback


def _late_is_pending(adapter: Any) -> None:
    """Know one callback of each check, and of what comes again nothing but that it is not ready."""
    sound = adapter.callback
    seen: set[str] = set()

    def callback(received: Received) -> CheckResult:
        found: CheckResult = sound(received)
        again = received.target in seen
        seen.add(received.target)
        return replace(found, verdict=Verdict.PENDING, retry=Retry.LATER) if again else found

    adapter.callback = callback


def _submits_when_called_back(adapter: Any) -> None:
    """Submit once more when called back."""
    check, callback = adapter.check, adapter.callback
    claims: list[tuple[str, Claim]] = []

    def checked(operation: str, claim: Claim) -> CheckResult:
        claims.append((operation, claim))
        found: CheckResult = check(operation, claim)
        return found

    def called_back(received: Received) -> CheckResult:
        callback(received)
        found: CheckResult = check(*claims[-1])
        return found

    adapter.check, adapter.callback = checked, called_back


# Retry.


def _submits_again_when_lost(adapter: Any) -> None:
    """Begin from the start when a poll was lost."""
    call = adapter._call
    submission: list[Mapping[str, Any]] = []

    def called(path: str, body: Mapping[str, Any]) -> Answer:
        if path.endswith("/request"):
            submission[:] = [body]
        try:
            answer: Answer = call(path, body)
        except AdapterError:
            if path.endswith("/poll"):
                call("/kyc/cn/request", submission[0])
            raise
        return answer

    adapter._call = called


# Requests.


def _secret_in_the_address(request: Request) -> Request:
    return replace(request, url=f"{request.url}?secret={request.headers['x-client-secret']}")


def _card_as_number(adapter: Any) -> None:
    call = adapter._call

    def called(path: str, body: Mapping[str, Any]) -> Answer:
        card = body.get("bankCardNumber")
        answer: Answer = call(path, body if card is None else {**body, "bankCardNumber": int(card)})
        return answer

    adapter._call = called


def _logs_callbacks(adapter: Any) -> None:
    """Keep what came from outside, to be able to look it up."""
    sound = adapter.callback

    def callback(received: Received) -> CheckResult:
        logging.getLogger("adapter").info("called back: %r", received.body)
        found: CheckResult = sound(received)
        return found

    adapter.callback = callback


_LISTS: Final = frozenset({"ran", "matched", "unmatched", "notFound", "errored"})

BUGS: Final[Mapping[str, Bug]] = {
    "errored_is_no": Bug(reading(reference, _errored_is_no), Check.OUTCOMES, PART),
    "not_found_is_no": Bug(reading(reference, _not_found_is_no), Check.OUTCOMES, PART),
    "quota_is_for_now": Bug(reading(reference, _quota_is_for_now), Check.OUTCOMES, PART),
    "summary_is_not_read": Bug(receiving(reference, edited(_summary_from_the_result)), Check.FAIL_OPEN, PART),
    "result_is_not_read": Bug(receiving(reference, edited(_result_from_the_summary)), Check.FAIL_OPEN, PART),
    "lists_are_opened": Bug(receiving(reference, edited(_trimmed)), Check.FAIL_OPEN, PART),
    "broken_is_match": Bug(match_on(reference, Fault.MALFORMED), Check.FAIL_OPEN, PART),
    "contract_is_match": Bug(match_on(reference, Fault.CONTRACT, Fault.UNKNOWN_CODE), Check.FAIL_OPEN, PART),
    "last_member_wins": Bug(receiving(reference, last_of_two), Check.FAIL_OPEN, PART),
    "asks_too_often": Bug(altered(reference, _quick), Check.ASYNCHRONY, PART),
    "impatient": Bug(altered(reference, _one_look), Check.ASYNCHRONY, PART),
    "never_gives_up": Bug(altered(reference, _for_ever), Check.ASYNCHRONY, PART),
    "asks_on_when_final": Bug(altered(reference, _looks_again_after_waiting), Check.ASYNCHRONY, PART),
    "late_is_pending": Bug(altered(reference, _late_is_pending), Check.ASYNCHRONY, PART),
    "submits_when_called_back": Bug(altered(reference, _submits_when_called_back), Check.ASYNCHRONY, PART),
    "believes_callbacks": Bug(altered(reference, _believes_callbacks), Check.FAIL_OPEN, PART),
    "submits_again_when_lost": Bug(altered(reference, _submits_again_when_lost), Check.RETRY, PART),
    "asks_again_when_told_no": Bug(
        again(reference, lambda found: found.verdict is Verdict.MISMATCH), Check.RETRY, PART
    ),
    "secret_in_the_address": Bug(sending(reference, _secret_in_the_address), Check.REQUESTS, PART),
    "card_as_number": Bug(altered(reference, _card_as_number), Check.REQUESTS, BANK),
    "name_in_a_header": Bug(
        sending(reference, header_with("X-Trace", lambda body: str(body.get("idNumber", "none")))), Check.REQUESTS, PART
    ),
    "refuses_new_members": Bug(receiving(reference, only_known((("summary",), _LISTS))), Check.TOLERANCE, PART),
    "logs_callbacks": Bug(altered(reference, _logs_callbacks), Check.PRIVACY, PART),
    "logs_the_claim": Bug(logging_first(reference, lambda _, claim: repr(claim.resident_id)), Check.PRIVACY, PART),
    "blames_the_person": Bug(blaming(reference, lambda claim: claim.name), Check.PRIVACY, PART),
}

__getattr__ = by_name(BUGS)
