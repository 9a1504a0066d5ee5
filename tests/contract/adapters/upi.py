"""Adapters for UnionPay International with one planted bug each.

Answers are signed, so bugs in reading them are planted behind the signature: in the functions of the adapter's module,
which a process of its own makes harmless to others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import quote

from contracts.findings import Check
from contracts.reference import upi as reference
from kyc_core.adapters import upi
from kyc_core.adapters.base import CheckResult, Claim, Fault
from kyc_core.adapters.transport import Answer, Request
from kyc_core.signing.jose_faults import JwsError, JwsFault
from kyc_core.verdicts import Decision, Verdict
from tests.contract.adapters.planting import (
    Bug,
    again,
    again_when_lost,
    altered,
    asking,
    blaming,
    by_name,
    logging_first,
    match_on,
    reading,
    replaced,
)

PHOTO: Final = ("ID_CARD_PHOTO_VERIFICATION",)


# Outcomes.


def _outage_is_no(found: CheckResult) -> CheckResult:
    return replace(found, verdict=Verdict.MISMATCH) if found.verdict is Verdict.SOURCE_ERROR else found


def _errors_are_matches(found: CheckResult) -> CheckResult:
    """Read an answer with status 200 as the Ministry's yes."""
    refused = found.verdict is Verdict.REFUSED and found.provider_code != "E0"
    return replace(found, verdict=Verdict.MATCH) if refused else found


# Fail-open.


def _forgiving(*faults: JwsFault) -> Callable[[Any], None]:
    """Take answers whose signature has one of these faults."""

    def alter(adapter: Any) -> None:
        verify = adapter._check_signature

        def check(answer: Answer, uuid: str) -> None:
            try:
                verify(answer, uuid)
            except Exception as error:
                cause = error.__cause__
                if not isinstance(cause, JwsError) or cause.fault not in faults:
                    raise

        adapter._check_signature = check

    return alter


def _document(change: Callable[[dict[str, Any]], None]) -> Callable[[Any], None]:
    """Change what was read, after the signature was verified."""

    def changed(read: Callable[[Answer], dict[str, object]]) -> Callable[[Answer], dict[str, object]]:
        def read_changed(answer: Answer) -> dict[str, object]:
            document = read(answer)
            change(document)
            return document

        return read_changed

    return replaced(upi, "read_json_object", changed)


def _score_as_text(document: dict[str, Any]) -> None:
    if isinstance(document.get("confidence"), int):
        document["confidence"] = str(document["confidence"])


def _score_capped(document: dict[str, Any]) -> None:
    if document.get("confidence") == "101":
        document["confidence"] = "100"


def _no_score_is_full(document: dict[str, Any]) -> None:
    if document.get("msgResponse", {}).get("responseCode") == "00" and not document.get("confidence"):
        document["confidence"] = "100"


# Requests.


def _one_agreement(sound: Any, operation: str, claim: Claim) -> CheckResult:
    extra = {**claim.extra, "agreement_serial": "20260101000001"}
    found: CheckResult = sound.check(operation, replace(claim, extra=extra))
    return found


def _no_purpose(sound: Any, operation: str, claim: Claim) -> CheckResult:
    found: CheckResult = sound.check(operation, replace(claim, extra={**claim.extra, "use_purpose": " "}))
    return found


def _one_order(adapter: Any) -> None:
    adapter._order_id = lambda _: "0" * 35


def _name_in_a_header(adapter: Any) -> None:
    """Tell in the open, percent-encoded, whose data is encrypted in the body."""
    check, send = adapter.check, adapter._send
    names: list[str] = []

    def checked(operation: str, claim: Claim) -> CheckResult:
        names.append(quote(claim.name or ""))
        found: CheckResult = check(operation, claim)
        return found

    def sent(request: Request) -> Answer:
        answer: Answer = send(replace(request, headers={**request.headers, "X-Customer": names[-1]}))
        return answer

    adapter.check, adapter._send = checked, sent


# Tolerance.


def _only_known(document: dict[str, Any]) -> None:
    if not document.keys() <= {"msgResponse", "confidence"}:
        document.clear()


BUGS: Final[Mapping[str, Bug]] = {
    "outage_is_no": Bug(reading(reference, _outage_is_no), Check.OUTCOMES, PHOTO),
    "refusals_are_matches": Bug(reading(reference, _errors_are_matches), Check.OUTCOMES, PHOTO),
    "signature_is_not_verified": Bug(altered(reference, _forgiving(*JwsFault)), Check.FAIL_OPEN, PHOTO),
    "stale_is_good": Bug(altered(reference, _forgiving(JwsFault.OUTSIDE_WINDOW)), Check.FAIL_OPEN, PHOTO),
    "unknown_is_match": Bug(match_on(reference, Fault.UNKNOWN_CODE), Check.FAIL_OPEN, PHOTO),
    "score_as_number": Bug(altered(reference, _document(_score_as_text)), Check.FAIL_OPEN, PHOTO),
    "score_is_capped": Bug(altered(reference, _document(_score_capped)), Check.FAIL_OPEN, PHOTO),
    "no_score_is_full": Bug(altered(reference, _document(_no_score_is_full)), Check.FAIL_OPEN, PHOTO),
    "asks_twice_when_lost": Bug(again_when_lost(reference), Check.RETRY, PHOTO),
    "retries_charged": Bug(again(reference, lambda found: found.verdict.decision is Decision.FAIL), Check.RETRY, PHOTO),
    "hammers_when_throttled": Bug(
        again(reference, lambda found: found.provider_code == "62", times=3), Check.RETRY, PHOTO
    ),
    "one_agreement_for_all": Bug(asking(reference, _one_agreement), Check.REQUESTS, PHOTO),
    "no_purpose": Bug(asking(reference, _no_purpose), Check.REQUESTS, PHOTO),
    "one_order_for_all": Bug(altered(reference, _one_order), Check.REQUESTS, PHOTO),
    "name_in_a_header": Bug(altered(reference, _name_in_a_header), Check.REQUESTS, PHOTO),
    "refuses_new_members": Bug(altered(reference, _document(_only_known)), Check.TOLERANCE, PHOTO),
    "logs_the_name": Bug(logging_first(reference, lambda _, claim: str(claim.name)), Check.PRIVACY, PHOTO),
    "blames_the_person": Bug(blaming(reference, lambda claim: claim.resident_id), Check.PRIVACY, PHOTO),
}

__getattr__ = by_name(BUGS)
