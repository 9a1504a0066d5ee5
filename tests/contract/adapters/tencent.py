"""Adapters for Tencent Cloud with one planted bug each; `BUGS` says which check has to catch it.

Each is the reference adapter with one thing changed: what it sends, what it receives, or what it makes of it.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from contracts.findings import Check
from kyc_core.adapters.base import Adapter, AdapterError, CheckResult, Claim, Fault
from kyc_core.adapters.tencent import ACTIONS, TencentAdapter
from kyc_core.adapters.transport import Answer, Request, Send, requests_sender
from kyc_core.verdicts import Retry, Verdict

Credentials = Mapping[str, Any]
Factory = Callable[[str, Credentials], Adapter]


def reference(endpoint: str, credentials: Credentials, send: Send | None = None) -> TencentAdapter:
    return TencentAdapter(
        secret_id=credentials["secret_id"],
        secret_key=credentials["secret_key"],
        clock=time.time,
        endpoint=endpoint,
        send=send,
    )


class Wrapped:
    """The reference adapter, asked in another way: subclasses say how."""

    def __init__(self, endpoint: str, credentials: Credentials) -> None:
        self.sound = reference(endpoint, credentials)

    def check(self, operation: str, claim: Claim) -> CheckResult:
        return self.sound.check(operation, claim)


def over(spoil: Callable[[Answer], Answer]) -> Factory:
    """Return a factory of adapters that read another answer than the one that came."""

    def factory(endpoint: str, credentials: Credentials) -> Adapter:
        send = requests_sender()
        return reference(endpoint, credentials, lambda request: spoil(send(request)))

    return factory


def sending(change: Callable[[Request], Request]) -> Factory:
    """Return a factory of adapters that send something else than they signed."""

    def factory(endpoint: str, credentials: Credentials) -> Adapter:
        send = requests_sender()
        return reference(endpoint, credentials, lambda request: send(change(request)))

    return factory


def matched(operation: str, code: str = "0") -> CheckResult:
    return CheckResult(
        verdict=Verdict.MATCH, billed=True, retry=Retry.NEVER, provider_code=code, request_id=None, evidence={}
    )


# Outcomes.


class SiblingCodes(Wrapped):
    """Reads every action's codes as those of the four-element check."""

    def check(self, operation: str, claim: Claim) -> CheckResult:
        found = super().check(operation, claim)
        meaning = ACTIONS["BankCard4EVerification"].results.get(found.provider_code)
        return found if meaning is None else replace(
            found, verdict=meaning.verdict, billed=meaning.billed, retry=meaning.retry
        )  # fmt: skip


class ErrorsAreMatches(Wrapped):
    """Reads Code as the verdict: whatever the error, there was no mismatch."""

    def check(self, operation: str, claim: Claim) -> CheckResult:
        found = super().check(operation, claim)
        return found if "." not in found.provider_code else replace(found, verdict=Verdict.MATCH)


class EverythingIsCharged(Wrapped):
    def check(self, operation: str, claim: Claim) -> CheckResult:
        return replace(super().check(operation, claim), billed=True)


class QuotaIsForLater(Wrapped):
    def check(self, operation: str, claim: Claim) -> CheckResult:
        found = super().check(operation, claim)
        return replace(found, retry=Retry.LATER) if found.retry is Retry.NEXT_DAY else found


class NeverCalls(Wrapped):
    def check(self, operation: str, claim: Claim) -> CheckResult:
        return matched(operation)


# Fail-open.


class UnknownIsMatch(Wrapped):
    def check(self, operation: str, claim: Claim) -> CheckResult:
        try:
            return super().check(operation, claim)
        except AdapterError as error:
            if error.fault is Fault.UNKNOWN_CODE:
                return matched(operation)
            raise


class PortalIsMatch(Wrapped):
    """Takes a page with status 200 for "no error"."""

    def check(self, operation: str, claim: Claim) -> CheckResult:
        try:
            return super().check(operation, claim)
        except AdapterError as error:
            if error.fault is Fault.CONTENT_TYPE:
                return matched(operation)
            raise


class LostIsMatch(Wrapped):
    """Does not want to lose customers over an outage of the network."""

    def check(self, operation: str, claim: Claim) -> CheckResult:
        try:
            return super().check(operation, claim)
        except AdapterError as error:
            if error.fault is Fault.TRANSPORT:
                return matched(operation)
            raise


def _document(answer: Answer) -> Any:
    try:
        return json.loads(answer.body)
    except ValueError:
        return None


def _with(answer: Answer, document: Any) -> Answer:
    return replace(answer, body=json.dumps(document).encode())


def _number_is_text(answer: Answer) -> Answer:
    document = _document(answer)
    if isinstance(document, dict) and isinstance(document.get("Response", {}).get("Result"), int):
        document["Response"]["Result"] = str(document["Response"]["Result"])
        return _with(answer, document)
    return answer


def _last_member_wins(answer: Answer) -> Answer:
    document = _document(answer)
    return _with(answer, document) if isinstance(document, dict) else answer


def _missing_is_zero(answer: Answer) -> Answer:
    document = _document(answer)
    if isinstance(document, dict) and "Response" in document and not {"Result", "Error"} & document["Response"].keys():
        document["Response"]["Result"] = "0"
        return _with(answer, document)
    return answer


# Retry.


class RetriesCharged(Wrapped):
    """Asks twice when told no, to be sure."""

    def check(self, operation: str, claim: Claim) -> CheckResult:
        found = super().check(operation, claim)
        return super().check(operation, claim) if found.verdict is Verdict.MISMATCH else found


class HammersWhenThrottled(Wrapped):
    def check(self, operation: str, claim: Claim) -> CheckResult:
        for _ in range(3):
            found = super().check(operation, claim)
            if not found.provider_code.startswith("RequestLimitExceeded"):
                break
        return found


class AsksTwiceWhenLost(Wrapped):
    """Makes the call again when the answer was lost, although it may have been charged."""

    def check(self, operation: str, claim: Claim) -> CheckResult:
        try:
            return super().check(operation, claim)
        except AdapterError as error:
            if error.fault is Fault.TRANSPORT:
                return super().check(operation, claim)
            raise


class DoesNotWaitForTheDay(Wrapped):
    def check(self, operation: str, claim: Claim) -> CheckResult:
        found = super().check(operation, claim)
        if found.retry is Retry.NEXT_DAY:
            time.sleep(5)
            found = super().check(operation, claim)
        return found


class NeverGivesUp(Wrapped):
    def check(self, operation: str, claim: Claim) -> CheckResult:
        while True:
            found = super().check(operation, claim)
            if found.provider_code != "InternalError":
                return found
            time.sleep(30)


# Requests.


def _named_in_a_header(request: Request) -> Request:
    return replace(request, headers={**request.headers, "X-Trace": json.loads(request.body)["BankCard"]})


class HostWithoutPort(Wrapped):
    """Signs another Host than it sends, which only some gateways forgive."""

    def __init__(self, endpoint: str, credentials: Credentials) -> None:
        super().__init__(endpoint, credentials)
        self.sound._host = self.sound._host.partition(":")[0]
        send = self.sound._send

        def with_host(request: Request) -> Answer:
            return send(
                replace(request, headers={name: value for name, value in request.headers.items() if name != "Host"})
            )

        self.sound._send = with_host


class CardAsNumber:
    """Sends the card number as a JSON number."""

    def __init__(self, endpoint: str, credentials: Credentials) -> None:
        self.sound = reference(endpoint, credentials)
        sign = self.sound._request

        def request(operation: str, body: bytes) -> Request:
            document = json.loads(body)
            return sign(operation, json.dumps({**document, "BankCard": int(document["BankCard"])}).encode())

        self.sound._request = request  # type: ignore[method-assign]  # the bug is planted here

    def check(self, operation: str, claim: Claim) -> CheckResult:
        return self.sound.check(operation, claim)


# Tolerance.


def _refuse_what_is_new(answer: Answer) -> Answer:
    document = _document(answer)
    known = {"Result", "Description", "RequestId", "Error"}
    if isinstance(document, dict) and not document.get("Response", {}).keys() <= known:
        return replace(answer, body=b"")
    return answer


def _decide_by_the_text(answer: Answer) -> Answer:
    document = _document(answer)
    told = document.get("Response", {}).get("Description", "") if isinstance(document, dict) else ""
    return replace(answer, body=b"") if not told.isascii() else answer


# Privacy.


class LogsTheClaim(Wrapped):
    def check(self, operation: str, claim: Claim) -> CheckResult:
        logging.getLogger("adapter").info("checking %s", claim.bank_card)
        return super().check(operation, claim)


class PrintsTheRequestWhenItFails(Wrapped):
    def check(self, operation: str, claim: Claim) -> CheckResult:
        try:
            return super().check(operation, claim)
        except AdapterError:
            print(json.dumps({"Name": claim.name}))
            raise


class BlamesThePerson(Wrapped):
    def check(self, operation: str, claim: Claim) -> CheckResult:
        try:
            return super().check(operation, claim)
        except AdapterError as error:
            error.args = (f"no answer about {claim.name}",)
            raise


BUGS: Final[Mapping[str, tuple[Factory, Check]]] = {
    "codes_of_a_sibling": (SiblingCodes, Check.OUTCOMES),
    "errors_are_matches": (ErrorsAreMatches, Check.OUTCOMES),
    "everything_is_charged": (EverythingIsCharged, Check.OUTCOMES),
    "quota_is_for_later": (QuotaIsForLater, Check.OUTCOMES),
    "never_calls": (NeverCalls, Check.OUTCOMES),
    "unknown_is_match": (UnknownIsMatch, Check.FAIL_OPEN),
    "portal_is_match": (PortalIsMatch, Check.FAIL_OPEN),
    "lost_is_match": (LostIsMatch, Check.FAIL_OPEN),
    "number_is_text": (over(_number_is_text), Check.FAIL_OPEN),
    "last_member_wins": (over(_last_member_wins), Check.FAIL_OPEN),
    "missing_is_zero": (over(_missing_is_zero), Check.FAIL_OPEN),
    "retries_charged": (RetriesCharged, Check.RETRY),
    "hammers_when_throttled": (HammersWhenThrottled, Check.RETRY),
    "asks_twice_when_lost": (AsksTwiceWhenLost, Check.RETRY),
    "does_not_wait_for_the_day": (DoesNotWaitForTheDay, Check.RETRY),
    "never_gives_up": (NeverGivesUp, Check.RETRY),
    "card_in_a_header": (sending(_named_in_a_header), Check.REQUESTS),
    "host_without_port": (HostWithoutPort, Check.REQUESTS),
    "card_as_number": (CardAsNumber, Check.REQUESTS),
    "refuses_new_members": (over(_refuse_what_is_new), Check.TOLERANCE),
    "reads_english_only": (over(_decide_by_the_text), Check.TOLERANCE),
    "logs_the_claim": (LogsTheClaim, Check.PRIVACY),
    "prints_when_it_fails": (PrintsTheRequestWhenItFails, Check.PRIVACY),
    "blames_the_person": (BlamesThePerson, Check.PRIVACY),
}


def __getattr__(name: str) -> Factory:
    """Give each bug's factory under its name, as ``module:factory`` wants it."""
    try:
        return BUGS[name][0]
    except KeyError:
        raise AttributeError(name) from None
