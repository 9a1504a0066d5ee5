"""Reference adapter for the aggregator "KYC China": submit, wait for the report with patience, read one sub-check.

Only a 200 brings a report: a 202 means that it is not ready, whatever its body looks like, and any other status ends
the waiting. A submission is never repeated, because each is charged; a poll whose answer is lost is. When patience
ends, the answer is `Verdict.PENDING`: neither a pass nor a fail.

With ``extra["callback_url"]`` the aggregator is asked to call back. The address gets a parameter that nobody can guess;
what comes there leads to a poll and is never read itself, so that a made-up callback means nothing.

Asking for one sub-check sends only the fields it needs. The aggregator runs everything those fields allow, so a report
holds, and charges, more than was asked for.

>>> sorted(OPERATIONS)[:3]
['bank.four-factor', 'bank.three-factor', 'identity.four-factor']

Source:
    Page "KYC China": two headers, token, 200, 202 and 401 [seed]; waiting 2.5 s before and between polls, giving up
    after 90 s, polling on after transport errors, stopping at any other status: the vendor's client [sdk].
"""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from kyc_core.adapters.awaited import Awaited, nobody_s, parameters_of, with_parameter
from kyc_core.adapters.base import AdapterError, CheckResult, Claim, Fault, Received
from kyc_core.adapters.kyc_china_report import OPERATIONS as OPERATIONS
from kyc_core.adapters.kyc_china_report import STATUSES, WAITING, read_result
from kyc_core.adapters.meanings import Meaning
from kyc_core.adapters.transport import Answer, Request, Send, exchange, read_json_object, requests_sender, unreadable
from kyc_core.adapters.wire import misuse, wire_members
from kyc_core.strict_json import write

ENDPOINT: Final = "https://sandbox.staging-api.fill-easy.com"
PAUSE: Final = 2.5
"""Seconds before the first poll and between polls."""
PATIENCE: Final = 90.0
"""Seconds from the submission until no further poll is made."""

_REQUEST: Final = "/kyc/cn/request"
_POLL: Final = "/kyc/cn/poll"
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")
_JSON: Final = "application/json"
_CALLBACK_URL: Final = "callback_url"
_KEY: Final = "check"
"""The parameter of a callback address that tells the check; its name is ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Begun:
    """A submission whose report may be asked for: its token, and what it was about."""

    operation: str
    token: str = field(repr=False)
    body: Mapping[str, Any] = field(repr=False)


class KycChinaAdapter:
    """Checks claims with the aggregator.

    Args:
        client_id: names the client.
        client_secret: proves it; kept out of ``repr``.
        sleep: waits so many seconds, for example ``time.sleep``.
        clock: returns seconds that only grow, for example ``time.monotonic``.
        endpoint: scheme and host, with a port and a path where there are any.
        send: reaches the provider; by default over `requests`.
        pause: see `PAUSE`.
        patience: see `PATIENCE`.
        random_bytes: returns as many unpredictable bytes as asked for; for callback addresses.
    """

    def __init__(
        self,
        *,
        client_id: str,
        client_secret: str,
        sleep: Callable[[float], None],
        clock: Callable[[], float],
        endpoint: str = ENDPOINT,
        send: Send | None = None,
        pause: float = PAUSE,
        patience: float = PATIENCE,
        random_bytes: Callable[[int], bytes] = os.urandom,
    ) -> None:
        self._headers = {"x-client-id": client_id, "x-client-secret": client_secret, "Content-Type": _JSON}
        self._sleep = sleep
        self._clock = clock
        self._endpoint = endpoint.rstrip("/")
        self._send = send or requests_sender()
        self._pause = pause
        self._patience = patience
        self._random_bytes = random_bytes
        self._awaited: Awaited[_Begun] = Awaited()

    def check(self, operation: str, claim: Claim) -> CheckResult:
        """Ask the aggregator about *claim*; see `kyc_core.adapters.base.Adapter`.

        Args:
            operation: one of `OPERATIONS`.
            claim: must state what the sub-check needs. ``extra`` holds ``address_type``, ``address_city`` and
                ``address`` for an address, all three; and ``callback_url``, if the aggregator shall call back.

        Returns:
            The documented meaning of the sub-check's result. A refusal of the call is `Verdict.REFUSED` or what its
            status stands for; a report that does not come in time is `Verdict.PENDING`, and may have been charged.

        Raises:
            AdapterError: the claim does not fit the sub-check, or the answer cannot be relied on.
        """
        facts = OPERATIONS.get(operation)
        if facts is None:
            raise misuse("the adapter does not know this operation", Fault.UNKNOWN_OPERATION)
        url = claim.extra.get(_CALLBACK_URL)
        extra = {name: value for name, value in claim.extra.items() if name != _CALLBACK_URL}
        body = _wire(facts, replace(claim, extra=extra))
        key = self._random_bytes(16).hex()
        called_back = {} if url is None else {"callbackUrl": with_parameter(str(url), _KEY, key)}
        started = self._clock()
        answer = self._call(_REQUEST, body | called_back)
        if answer.status != 200:
            return _refused(answer, operation)
        token = read_json_object(answer).get("token")
        if not isinstance(token, str) or not _TOKEN.fullmatch(token):
            raise unreadable("the answer has no token", Fault.CONTRACT)
        begun = _Begun(operation=operation, token=token, body=body)
        if called_back:
            self._awaited.put(key, begun)
        return _read(begun, self._report(token, until=started + self._patience))

    def callback(self, received: Received) -> CheckResult:
        """Say what has become of a check; see `kyc_core.adapters.base.CallbackAdapter`."""
        begun = self._awaited.find(parameters_of(received).get(_KEY, ""))
        if begun is None:
            raise nobody_s()
        answer = self._call(_POLL, {"token": begun.token})
        return _read(begun, None if answer.status == 202 else answer)

    def _report(self, token: str, *, until: float) -> Answer | None:
        """Poll until there is another answer than 202; ``None`` when patience ends first."""
        while self._clock() + self._pause <= until:
            self._sleep(self._pause)
            try:
                answer = self._call(_POLL, {"token": token})
            except AdapterError as error:
                if error.fault is not Fault.TRANSPORT:
                    raise
                continue
            if answer.status != 202:
                return answer
        return None

    def _call(self, path: str, body: Mapping[str, Any]) -> Answer:
        return exchange(self._send, Request("POST", self._endpoint + path, self._headers, write(dict(body))))


def _read(begun: _Begun, final: Answer | None) -> CheckResult:
    """Return what the last answer to a poll means; ``None`` stands for a report that is not ready."""
    if final is None:
        return _result(begun.operation, "202", WAITING, billed=None)
    if final.status != 200:
        return _refused(final, begun.operation)
    report = read_json_object(final)
    _compare_echo(report, begun.body)
    code, meaning = read_result(report, begun.operation)
    return _result(begun.operation, code, meaning, billed=meaning.billed)


def _wire(facts: Mapping[str, Any], claim: Claim) -> dict[str, Any]:
    extras: Mapping[str, str] = facts.get("extra", {})
    body = wire_members(claim, members=facts["claim"], extras=extras)
    if isinstance(claim.photo, bytes) and facts["claim"].get("photo") in body:
        body[facts["claim"]["photo"]] = base64.b64encode(claim.photo).decode("ascii")
    if extras:
        missing = [name for name in extras if name not in claim.extra]
        if missing:
            raise misuse(f"the claim does not state {', '.join(missing)}", Fault.INCOMPLETE_CLAIM)
        body["addressesToVerify"] = [{wire: body.pop(wire) for wire in extras.values()}]
    return body


def _refused(answer: Answer, operation: str) -> CheckResult:
    meaning = STATUSES.get(answer.status)
    if meaning is None:
        raise unreadable(f"HTTP status {answer.status}", Fault.HTTP_STATUS)
    # Only the aggregator's own refusal counts; a proxy's page proves nothing about what was charged.
    read_json_object(answer, statuses=STATUSES)
    return _result(operation, str(answer.status), meaning, billed=meaning.billed)


def _compare_echo(report: Mapping[str, object], sent: Mapping[str, Any]) -> None:
    """Refuse a report about somebody else; one that does not repeat the submission proves nothing either way."""
    echo = report.get("submitted")
    if echo is None and "submitted" not in report:
        return
    if not isinstance(echo, dict) or any(name in echo and echo[name] != value for name, value in sent.items()):
        raise unreadable("the report is about another submission", Fault.CONTRACT)


def _result(operation: str, code: str, meaning: Meaning, *, billed: bool | None) -> CheckResult:
    return CheckResult(
        verdict=meaning.verdict,
        billed=billed,
        retry=meaning.retry,
        provider_code=code,
        request_id=None,
        evidence={"operation": operation, "member": "summary", "value": code},
    )
