"""Adapters for Tencent Cloud FaceID with one planted bug each."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from contracts.findings import Check
from contracts.reference import tencent as reference
from kyc_core.adapters.base import CheckResult, Claim, Fault
from kyc_core.adapters.tencent import ACTIONS
from kyc_core.adapters.transport import Answer, Request
from kyc_core.verdicts import Retry, Verdict
from tests.contract.adapters.planting import (
    Bug,
    Factory,
    again,
    again_when_lost,
    altered,
    asking,
    blaming,
    by_name,
    edited,
    first_of_two,
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

CARD: Final = ("BankCardVerification",)
PHONE: Final = ("CheckPhoneAndName",)
FACE: Final = ("ImageRecognitionV2",)


# Outcomes.


def _codes_of(sibling: str) -> Factory:
    """Read an action's codes as those of a sibling."""

    def change(found: CheckResult) -> CheckResult:
        meaning = ACTIONS[sibling].results.get(found.provider_code)
        return found if meaning is None else replace(
            found, verdict=meaning.verdict, billed=meaning.billed, retry=meaning.retry
        )  # fmt: skip

    return reading(reference, change)


def _errors_are_matches(found: CheckResult) -> CheckResult:
    """Read Code as the verdict: whatever the error, there was no mismatch."""
    return found if "." not in found.provider_code else replace(found, verdict=Verdict.MATCH)


def _quota_is_for_later(found: CheckResult) -> CheckResult:
    return replace(found, retry=Retry.LATER) if found.retry is Retry.NEXT_DAY else found


# Fail-open.


def _number_is_text(document: Any) -> None:
    if isinstance(document["Response"]["Result"], int):
        document["Response"]["Result"] = str(document["Response"]["Result"])


def _missing_is_zero(document: Any) -> None:
    if not {"Result", "Error"} & document["Response"].keys():
        document["Response"]["Result"] = "0"


def _score_as_number(document: Any) -> None:
    document["Response"]["Sim"] = float(document["Response"]["Sim"])


# Retry.


def _does_not_wait_for_the_day(sound: Any, operation: str, claim: Claim) -> CheckResult:
    found: CheckResult = sound.check(operation, claim)
    if found.retry is Retry.NEXT_DAY:
        time.sleep(5)
        found = sound.check(operation, claim)
    return found


def _never_gives_up(sound: Any, operation: str, claim: Claim) -> CheckResult:
    while True:
        found: CheckResult = sound.check(operation, claim)
        if found.verdict is not Verdict.SOURCE_ERROR:
            return found
        time.sleep(3600)


# Requests.


def _host_without_port(adapter: Any) -> None:
    """Sign another Host than is sent, which only some gateways forgive."""
    adapter._host = adapter._host.partition(":")[0]
    send = adapter._send

    def without_host(request: Request) -> Answer:
        headers = {name: value for name, value in request.headers.items() if name != "Host"}
        answer: Answer = send(replace(request, headers=headers))
        return answer

    adapter._send = without_host


def _card_as_number(adapter: Any) -> None:
    """Send the card number as a JSON number."""
    sign = adapter._request

    def request(operation: str, body: bytes) -> Any:
        document = json.loads(body)
        return sign(operation, json.dumps({**document, "BankCard": int(document["BankCard"])}).encode())

    adapter._request = request


# Tolerance.


def _english_only(answer: Answer) -> Answer:
    """Decide by the text."""
    document = json.loads(answer.body) if answer.body.startswith(b'{"Response"') else {}
    told = document.get("Response", {}).get("Description", "")
    return answer if told.isascii() else replace(answer, body=b"")


# Privacy.


def _prints_the_name(sound: Any, operation: str, claim: Claim) -> CheckResult:
    try:
        found: CheckResult = sound.check(operation, claim)
    except Exception:
        print(json.dumps({"Name": claim.name}))
        raise
    return found


_KNOWN: Final = frozenset({"Result", "Description", "RequestId", "Error"})

BUGS: Final[Mapping[str, Bug]] = {
    "codes_of_a_sibling": Bug(_codes_of("BankCard4EVerification"), Check.OUTCOMES, CARD),
    "positive_mismatch": Bug(_codes_of("PhoneVerification"), Check.OUTCOMES, PHONE),
    "errors_are_matches": Bug(reading(reference, _errors_are_matches), Check.OUTCOMES, CARD),
    "everything_is_charged": Bug(reading(reference, lambda found: replace(found, billed=True)), Check.OUTCOMES, CARD),
    "quota_is_for_later": Bug(reading(reference, _quota_is_for_later), Check.OUTCOMES, CARD),
    "never_calls": Bug(asking(reference, lambda *_: matched()), Check.OUTCOMES, CARD),
    "unknown_is_match": Bug(match_on(reference, Fault.UNKNOWN_CODE), Check.FAIL_OPEN, CARD),
    "portal_is_match": Bug(match_on(reference, Fault.CONTENT_TYPE), Check.FAIL_OPEN, CARD),
    "lost_is_match": Bug(match_on(reference, Fault.TRANSPORT), Check.FAIL_OPEN, CARD),
    "number_is_text": Bug(receiving(reference, edited(_number_is_text)), Check.FAIL_OPEN, CARD),
    "last_member_wins": Bug(receiving(reference, last_of_two), Check.FAIL_OPEN, CARD),
    "first_member_wins": Bug(receiving(reference, first_of_two), Check.FAIL_OPEN, CARD),
    "missing_is_zero": Bug(receiving(reference, edited(_missing_is_zero)), Check.FAIL_OPEN, CARD),
    "score_as_number": Bug(receiving(reference, edited(_score_as_number)), Check.FAIL_OPEN, FACE),
    "retries_charged": Bug(again(reference, lambda found: found.verdict is Verdict.MISMATCH), Check.RETRY, CARD),
    "hammers_when_throttled": Bug(
        again(reference, lambda found: found.provider_code.startswith("RequestLimitExceeded"), times=3),
        Check.RETRY,
        CARD,
    ),
    "asks_twice_when_lost": Bug(again_when_lost(reference), Check.RETRY, CARD),
    "does_not_wait_for_the_day": Bug(asking(reference, _does_not_wait_for_the_day), Check.RETRY, CARD),
    "never_gives_up": Bug(asking(reference, _never_gives_up), Check.RETRY, CARD),
    "card_in_a_header": Bug(
        sending(reference, header_with("X-Trace", lambda body: str(body["BankCard"]))), Check.REQUESTS, CARD
    ),
    "host_without_port": Bug(altered(reference, _host_without_port), Check.REQUESTS, CARD),
    "card_as_number": Bug(altered(reference, _card_as_number), Check.REQUESTS, CARD),
    "refuses_new_members": Bug(receiving(reference, only_known((("Response",), _KNOWN))), Check.TOLERANCE, CARD),
    "reads_english_only": Bug(receiving(reference, _english_only), Check.TOLERANCE, CARD),
    "logs_the_claim": Bug(logging_first(reference, lambda _, claim: str(claim.bank_card)), Check.PRIVACY, CARD),
    "prints_when_it_fails": Bug(asking(reference, _prints_the_name), Check.PRIVACY, CARD),
    "blames_the_person": Bug(blaming(reference, lambda claim: claim.name), Check.PRIVACY, CARD),
}

__getattr__ = by_name(BUGS)
