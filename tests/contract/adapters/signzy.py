"""Adapters for Signzy's China resident ID check with one planted bug each."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from contracts.findings import Check
from contracts.reference import signzy as reference
from kyc_core.adapters import signzy
from kyc_core.adapters.base import CheckResult, Claim, Fault
from kyc_core.adapters.signzy_answers import STATUS
from kyc_core.adapters.transport import Answer, Request
from kyc_core.verdicts import Retry, Verdict
from tests.contract.adapters.planting import (
    Bug,
    again,
    again_when_lost,
    altered,
    blaming,
    by_name,
    edited,
    first_of_two,
    logging_first,
    match_on,
    only_known,
    reading,
    receiving,
    replaced,
    sending,
)

VERIFY: Final = ("verify",)


def _contains_verified(found: CheckResult) -> CheckResult:
    """Look for "Verified" in the status, which "Not Verified" has, too."""
    return replace(found, verdict=Verdict.MATCH) if "Verified" in found.provider_code else found


def _unable_is_no(found: CheckResult) -> CheckResult:
    return replace(found, verdict=Verdict.MISMATCH) if found.verdict is Verdict.NOT_FOUND else found


def _conflict(found: CheckResult) -> CheckResult:
    """Read 409 as what it means elsewhere: the request conflicts with another."""
    refused = found.provider_code == "409"
    return replace(found, verdict=Verdict.REFUSED, retry=Retry.FIX_REQUEST) if refused else found


def _any_case(document: Any) -> None:
    document[STATUS] = {"verified": "Verified", "vERIFIED": "Verified"}.get(document[STATUS], document[STATUS])


def _first_of_a_list(answer: Answer) -> Answer:
    try:
        document = json.loads(answer.body)
    except ValueError:
        return answer
    inside = isinstance(document, list) and len(document) == 1
    return replace(answer, body=json.dumps(document[0]).encode()) if inside else answer


def _no_consent(request: Request) -> Request:
    document = json.loads(request.body)
    del document["consent"]
    return replace(request, body=json.dumps(document).encode())


def _dotted(make: Callable[[Claim], Mapping[str, Any]]) -> Callable[[Claim], Mapping[str, Any]]:
    return lambda claim: {**make(claim), "dateOfBirth": make(claim)["dateOfBirth"].replace("-", ".")}


def _token_in_the_address(request: Request) -> Request:
    return replace(request, url=f"{request.url}?token={request.headers['Authorization']}")


def _number_in_the_address(request: Request) -> Request:
    number = json.loads(request.body)["identityInformation"]["nationalIdNumber"]
    return replace(request, url=f"{request.url}?trace={number}")


_KNOWN: Final = frozenset({"fullName", "dateOfBirth", "nationalIdNumber", "nationaIdNumber", STATUS, "error", "result"})

BUGS: Final[Mapping[str, Bug]] = {
    "not_verified_is_verified": Bug(reading(reference, _contains_verified), Check.OUTCOMES, VERIFY),
    "unable_is_no": Bug(reading(reference, _unable_is_no), Check.OUTCOMES, VERIFY),
    "down_is_a_conflict": Bug(reading(reference, _conflict), Check.OUTCOMES, VERIFY),
    "any_case": Bug(receiving(reference, edited(_any_case)), Check.FAIL_OPEN, VERIFY),
    "opens_lists": Bug(receiving(reference, _first_of_a_list), Check.FAIL_OPEN, VERIFY),
    "first_member_wins": Bug(receiving(reference, first_of_two), Check.FAIL_OPEN, VERIFY),
    "portal_is_match": Bug(match_on(reference, Fault.CONTENT_TYPE), Check.FAIL_OPEN, VERIFY),
    "other_service_is_match": Bug(match_on(reference, Fault.CONTRACT), Check.FAIL_OPEN, VERIFY),
    "asks_twice_when_lost": Bug(again_when_lost(reference), Check.RETRY, VERIFY),
    "hammers_when_down": Bug(
        again(reference, lambda found: found.provider_code == "409", times=12), Check.RETRY, VERIFY
    ),
    "hammers_when_throttled": Bug(
        again(reference, lambda found: found.provider_code == "403", times=3), Check.RETRY, VERIFY
    ),
    "no_consent": Bug(sending(reference, _no_consent), Check.REQUESTS, VERIFY),
    "dotted_birth_date": Bug(altered(reference, replaced(signzy, "_document", _dotted)), Check.REQUESTS, VERIFY),
    "token_in_the_address": Bug(sending(reference, _token_in_the_address), Check.REQUESTS, VERIFY),
    "number_in_the_address": Bug(sending(reference, _number_in_the_address), Check.REQUESTS, VERIFY),
    "refuses_new_members": Bug(receiving(reference, only_known(((), _KNOWN))), Check.TOLERANCE, VERIFY),
    "logs_the_token": Bug(logging_first(reference, lambda sound, _: repr(vars(sound))), Check.PRIVACY, VERIFY),
    "blames_the_person": Bug(blaming(reference, lambda claim: claim.name), Check.PRIVACY, VERIFY),
}

__getattr__ = by_name(BUGS)
