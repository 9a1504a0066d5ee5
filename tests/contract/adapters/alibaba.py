"""Adapters for Alibaba Cloud ID Verification with one planted bug each."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from contracts.findings import Check
from contracts.reference import alibaba as reference
from kyc_core.adapters import alibaba_answers
from kyc_core.adapters.alibaba import Waiting
from kyc_core.adapters.alibaba_operations import OPERATIONS
from kyc_core.adapters.base import CheckResult, Claim, Fault, Received
from kyc_core.verdicts import Decision, Retry, Verdict
from tests.contract.adapters.planting import (
    Bug,
    again,
    again_when_lost,
    altered,
    asking,
    blaming,
    by_name,
    edited,
    last_of_two,
    logging_first,
    match_on,
    matched,
    only_known,
    reading,
    receiving,
    replaced,
)

ASYNC: Final = ("CheckResult",)
BANK: Final = ("BankMetaVerifyIntl",)
NAME: Final = ("Id2MetaVerifyIntl",)
FACE: Final = ("FaceCompare",)
PERIOD: Final = ("Id2MetaPeriodVerifyIntl",)


# Outcomes.


def _ignores_sub_codes(found: CheckResult) -> CheckResult:
    """Look at the first digit only: whatever is not a match is a mismatch."""
    code = found.provider_code
    return replace(found, verdict=Verdict.MISMATCH) if code.isdigit() and code not in ("101", "200") else found


def _sibling_codes(found: CheckResult) -> CheckResult:
    meaning = OPERATIONS["Mobile3MetaVerifyIntl"].results.get(found.provider_code)
    return found if meaning is None else replace(found, verdict=meaning.verdict, billed=meaning.billed)


def _code_as_verdict(found: CheckResult) -> CheckResult:
    """Read Code, which says Success whenever the call went well, as the verdict."""
    went_well = found.verdict.decision is Decision.FAIL and found.provider_code in ("2", "3")
    return replace(found, verdict=Verdict.MATCH) if went_well else found


def _throttling_is_final(found: CheckResult) -> CheckResult:
    return replace(found, retry=Retry.NEVER) if found.provider_code.startswith("Throttling") else found


# Fail-open.


def _passed_in_capitals(document: Any) -> None:
    document["Result"]["Passed"] = document["Result"]["Passed"].upper()


def _passed_from_sub_code(document: Any) -> None:
    document["Result"]["Passed"] = "Y" if document["Result"]["SubCode"] == "200" else "N"


def _no_comparison(_: Callable[..., None]) -> Callable[..., None]:
    return lambda *_: None


def _score_as_number(document: Any) -> None:
    if isinstance(document["Result"]["FaceComparisonScore"], str):
        document["Result"]["FaceComparisonScore"] = float(document["Result"]["FaceComparisonScore"] or 100)


def _score_capped(document: Any) -> None:
    document["Result"]["FaceComparisonScore"] = min(document["Result"]["FaceComparisonScore"], 100)


def _number_as_text(document: Any) -> None:
    if isinstance(document["Result"]["BizCode"], int):
        document["Result"]["BizCode"] = str(document["Result"]["BizCode"])


def _any_envelope(document: Any) -> None:
    if "Result" in document:
        document["ResultObject"] = {**document.pop("Result"), "SubCode": "101", "BizCode": "1"}


# Asynchrony.


def _one_look(sound: Any, operation: str, claim: Claim) -> CheckResult:
    sound._waiting = Waiting(first=2, longest=2, patience=0)
    return _checked(sound, operation, claim)


def _asks_on_after_waiting(adapter: Any) -> None:
    """Ask once more when there is a result, if it had to be waited for."""
    ask, verify = adapter._ask, adapter._verify
    looks: list[Verdict] = []

    def verified(claim: Claim) -> Any:
        looks.clear()
        return verify(claim)

    def asked(name: str, claim: Claim) -> Any:
        found, wished = ask(name, claim)
        if found.verdict is not Verdict.PENDING and looks[-1:] == [Verdict.PENDING]:
            found, wished = ask(name, claim)
        looks.append(found.verdict)
        return found, wished

    adapter._ask, adapter._verify = asked, verified


def _waits_for_ever(sound: Any, operation: str, claim: Claim) -> CheckResult:
    number = "1" * 32
    found = _checked(sound, operation, replace(claim, extra={**claim.extra, "merchant_biz_id": number}))
    while found.verdict is Verdict.PENDING:
        time.sleep(3600)
        transaction = found.evidence["transaction"]
        asked = replace(claim, extra={"transaction": transaction, "merchant_biz_id": number})
        found = _checked(sound, operation, asked)
    return found


def _believes_callbacks(adapter: Any) -> None:
    """Take the callback's word for it."""
    sound = adapter.callback

    def callback(received: Received) -> CheckResult:
        return matched("200") if "passed=Y" in received.target else sound(received)

    adapter.callback = callback


def _begins_again_when_called_back(adapter: Any) -> None:
    """Take a callback for a reason to check the person once more."""
    verify, callback = adapter._verify, adapter.callback
    claims: list[Claim] = []

    def verified(claim: Claim) -> CheckResult:
        claims.append(claim)
        found: CheckResult = verify(claim)
        return found

    def called_back(received: Received) -> CheckResult:
        callback(received)
        found: CheckResult = verify(claims[-1])
        return found

    adapter._verify, adapter.callback = verified, called_back


def _second_is_no(adapter: Any) -> None:
    """Take a callback that was seen before for fraud, and so for a no."""
    sound = adapter.callback
    seen: set[str] = set()

    def callback(received: Received) -> CheckResult:
        found: CheckResult = sound(received)
        again = received.target in seen
        seen.add(received.target)
        return replace(found, verdict=Verdict.REFUSED) if again else found

    adapter.callback = callback


# Requests.


def _one_number_for_all(sound: Any, operation: str, claim: Claim) -> CheckResult:
    return _checked(sound, operation, replace(claim, extra={**claim.extra, "merchant_biz_id": "0" * 32}))


def _nonce_by_the_day(adapter: Any) -> None:
    """Make nonces of something that is the same all day, and numbers of chance as before."""
    adapter._random_bytes = lambda count: bytes(count)


def _documents_in_the_query(adapter: Any) -> None:
    """Sign every parameter as part of the address, pictures included, as some tutorials do."""
    make = adapter._request

    def request(operation: Any, parameters: Mapping[str, str]) -> Any:
        return make(replace(operation, form=frozenset()), parameters)

    adapter._request = request


def _checked(sound: Any, operation: str, claim: Claim) -> CheckResult:
    found: CheckResult = sound.check(operation, claim)
    return found


_KNOWN: Final = frozenset({"RequestId", "Code", "Message", "Result", "ResultObject", "HostId", "Recommend"})


def _later_again(found: CheckResult) -> bool:
    return found.retry is Retry.LATER


BUGS: Final[Mapping[str, Bug]] = {
    "sub_codes_ignored": Bug(reading(reference, _ignores_sub_codes), Check.OUTCOMES, BANK),
    "codes_of_a_sibling": Bug(reading(reference, _sibling_codes), Check.OUTCOMES, BANK),
    "code_as_verdict": Bug(reading(reference, _code_as_verdict), Check.OUTCOMES, NAME),
    "throttling_is_final": Bug(reading(reference, _throttling_is_final), Check.OUTCOMES, NAME),
    "unknown_is_match": Bug(match_on(reference, Fault.UNKNOWN_CODE), Check.FAIL_OPEN, BANK),
    "small_y_is_yes": Bug(receiving(reference, edited(_passed_in_capitals)), Check.FAIL_OPEN, FACE),
    "passed_is_not_read": Bug(receiving(reference, edited(_passed_from_sub_code)), Check.FAIL_OPEN, PERIOD),
    "companions_are_not_compared": Bug(
        altered(reference, replaced(alibaba_answers, "_check_companions", _no_comparison)), Check.FAIL_OPEN, PERIOD
    ),
    "score_as_text": Bug(receiving(reference, edited(_score_as_number)), Check.FAIL_OPEN, FACE),
    "score_is_capped": Bug(receiving(reference, edited(_score_capped)), Check.FAIL_OPEN, FACE),
    "number_is_text": Bug(receiving(reference, edited(_number_as_text)), Check.FAIL_OPEN, NAME),
    "any_envelope": Bug(receiving(reference, edited(_any_envelope)), Check.FAIL_OPEN, BANK),
    "last_member_wins": Bug(receiving(reference, last_of_two), Check.FAIL_OPEN, NAME),
    "impatient": Bug(asking(reference, _one_look), Check.ASYNCHRONY, ASYNC),
    "asks_too_often": Bug(
        altered(reference, lambda adapter: setattr(adapter, "_waiting", Waiting(first=0.5, longest=0.5, patience=10))),
        Check.ASYNCHRONY,
        ASYNC,
    ),
    "never_gives_up": Bug(asking(reference, _waits_for_ever), Check.ASYNCHRONY, ASYNC),
    "asks_on_when_final": Bug(altered(reference, _asks_on_after_waiting), Check.ASYNCHRONY, ASYNC),
    "second_callback_is_no": Bug(altered(reference, _second_is_no), Check.ASYNCHRONY, ASYNC),
    "begins_again_when_called_back": Bug(altered(reference, _begins_again_when_called_back), Check.ASYNCHRONY, ASYNC),
    "believes_callbacks": Bug(altered(reference, _believes_callbacks), Check.FAIL_OPEN, ASYNC),
    "retries_charged": Bug(again(reference, lambda found: found.verdict is Verdict.MISMATCH), Check.RETRY, NAME),
    "hammers_when_throttled": Bug(again(reference, _later_again, times=3), Check.RETRY, NAME),
    "asks_twice_when_lost": Bug(again_when_lost(reference), Check.RETRY, NAME),
    "one_number_for_all": Bug(asking(reference, _one_number_for_all), Check.REQUESTS, PERIOD),
    "nonce_of_the_day": Bug(altered(reference, _nonce_by_the_day), Check.REQUESTS, NAME),
    "claim_in_the_address": Bug(altered(reference, _documents_in_the_query), Check.REQUESTS, PERIOD),
    "refuses_new_members": Bug(receiving(reference, only_known(((), _KNOWN))), Check.TOLERANCE, NAME),
    "logs_the_secret": Bug(logging_first(reference, lambda sound, _: repr(vars(sound))), Check.PRIVACY, NAME),
    "logs_the_photo": Bug(
        logging_first(reference, lambda _, claim: base64.b64encode(claim.photo or b"").decode()), Check.PRIVACY, FACE
    ),
    "blames_the_person": Bug(blaming(reference, lambda claim: claim.resident_id), Check.PRIVACY, NAME),
}

__getattr__ = by_name(BUGS)
