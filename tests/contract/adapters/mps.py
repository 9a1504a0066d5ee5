"""Adapters for the MPS gateway, JSON and NCIIC's SOAP, with one planted bug each."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import quote

from contracts.findings import Check
from contracts.reference import mps as reference
from kyc_core.adapters import nciic
from kyc_core.adapters.base import CheckResult, Claim, Fault
from kyc_core.adapters.mps_operations import OPERATIONS
from kyc_core.adapters.transport import Request
from kyc_core.signing import mps_hmac_sha1
from kyc_core.verdicts import Retry, Verdict
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
    only_known,
    reading,
    receiving,
    replaced,
    sending,
)

TWO: Final = ("two-factor",)
FACE: Final = ("face-compare",)
SOAP: Final = ("nciicCheck",)
SOAP_FACE: Final = ("nciicCompare",)


# Outcomes.


def _sibling_codes(found: CheckResult) -> CheckResult:
    """Read a face comparison's codes as those of the name check."""
    meaning = OPERATIONS["two-factor"].results.get(found.provider_code)
    return found if meaning is None else replace(found, verdict=meaning.verdict)


def _failed_is_no(found: CheckResult) -> CheckResult:
    return replace(found, verdict=Verdict.MISMATCH) if found.provider_code == "04" else found


def _always_charged(found: CheckResult) -> CheckResult:
    return replace(found, billed=True)


def _cancelled_is_not_found(found: CheckResult) -> CheckResult:
    return replace(found, verdict=Verdict.NOT_FOUND) if found.verdict is Verdict.CANCELLED else found


# Fail-open.


def _beside_is_not_read(document: Any) -> None:
    data, beside = document["data"], OPERATIONS["face-compare"].beside
    for member, words in beside.items():
        data[member] = words[data["photoResult"]]


def _number_is_text(document: Any) -> None:
    if isinstance(document["data"]["result"], int):
        document["data"]["result"] = f"{document['data']['result']:02}"


def _score_as_number(document: Any) -> None:
    if isinstance(document["data"]["photoScore"], int | float):
        document["data"]["photoScore"] = str(document["data"]["photoScore"])


def _last_element(verdict: Callable[..., Any]) -> Callable[..., Any]:
    """Of an element that stands twice in a row, take the last."""
    return lambda operation, parts: verdict(operation, list({part.tag: part for part in parts}.values()))


# Retry.


def _sleeps_over_the_quota(sound: Any, operation: str, claim: Claim) -> CheckResult:
    found: CheckResult = sound.check(operation, claim)
    if found.retry is Retry.NEXT_DAY:
        time.sleep(60)
        found = sound.check(operation, claim)
    return found


# Requests.


def _name_in_the_address(request: Request) -> Request:
    return replace(request, url=f"{request.url}?name={quote(json.loads(request.body)['name'])}")


def _without_name(sign: Callable[..., str]) -> Callable[..., str]:
    """Leave the name out of what is signed."""
    return lambda **stated: sign(**{**stated, "name": ""})


_KNOWN: Final = frozenset({"chargeStatus", "message", "data", "code"})

BUGS: Final[Mapping[str, Bug]] = {
    "codes_of_a_sibling": Bug(reading(reference, _sibling_codes), Check.OUTCOMES, FACE),
    "failed_is_no": Bug(reading(reference, _failed_is_no), Check.OUTCOMES, TWO),
    "everything_is_charged": Bug(reading(reference, _always_charged), Check.OUTCOMES, TWO),
    "cancelled_is_not_found": Bug(reading(reference, _cancelled_is_not_found), Check.OUTCOMES, SOAP),
    "unknown_is_match": Bug(match_on(reference, Fault.UNKNOWN_CODE), Check.FAIL_OPEN, SOAP),
    "beside_is_not_read": Bug(receiving(reference, edited(_beside_is_not_read)), Check.FAIL_OPEN, FACE),
    "number_is_text": Bug(receiving(reference, edited(_number_is_text)), Check.FAIL_OPEN, TWO),
    "score_as_number": Bug(receiving(reference, edited(_score_as_number)), Check.FAIL_OPEN, FACE),
    "last_member_wins": Bug(receiving(reference, last_of_two), Check.FAIL_OPEN, TWO),
    "last_element_wins": Bug(altered(reference, replaced(nciic, "_verdict", _last_element)), Check.FAIL_OPEN, SOAP),
    "broken_xml_is_match": Bug(match_on(reference, Fault.MALFORMED), Check.FAIL_OPEN, SOAP_FACE),
    "asks_twice_when_lost": Bug(again_when_lost(reference), Check.RETRY, TWO),
    "retries_charged": Bug(again(reference, lambda found: found.verdict is Verdict.MISMATCH), Check.RETRY, SOAP),
    "hammers_when_refused": Bug(
        again(reference, lambda found: found.provider_code == "101", times=3), Check.RETRY, TWO
    ),
    "does_not_wait_for_the_day": Bug(asking(reference, _sleeps_over_the_quota), Check.RETRY, SOAP),
    "name_in_the_address": Bug(sending(reference, _name_in_the_address), Check.REQUESTS, TWO),
    "unsigned_name": Bug(altered(reference, replaced(mps_hmac_sha1, "sign", _without_name)), Check.REQUESTS, TWO),
    "refuses_new_members": Bug(receiving(reference, only_known(((), _KNOWN))), Check.TOLERANCE, TWO),
    "logs_the_licence": Bug(logging_first(reference, lambda sound, _: repr(vars(sound))), Check.PRIVACY, SOAP),
    "logs_the_claim": Bug(logging_first(reference, lambda _, claim: repr(claim.name)), Check.PRIVACY, TWO),
    "blames_the_person": Bug(blaming(reference, lambda claim: claim.resident_id), Check.PRIVACY, SOAP),
}

__getattr__ = by_name(BUGS)
