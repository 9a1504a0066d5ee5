"""Reference adapter for Signzy's China resident ID check: name, birth date and number, and the tokens it needs.

With a user name the adapter logs in when it has to: before the first check, when its token is about to expire, and once
more when a token is refused. A static token is sent as it is. 409 means that the source is down, not that something
conflicts: try again later.

What the answers mean is data, in ``signzy.json`` beside this module; how they are read stands in
`kyc_core.adapters.signzy_answers`.

Source:
    "China Resident ID Card Verification" [seed, doc]; "Customer Login (Client Login)", "Authentication" [doc]; that
    consent is stated per person, and when to renew a token [inferred].
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final

from kyc_core import dates
from kyc_core.adapters.base import CheckResult, Claim, Fault
from kyc_core.adapters.signzy_answers import (
    LOGIN_PATH,
    PATHS,
    UNAUTHORISED,
    Token,
    read_failed_login,
    read_token,
    read_verification,
)
from kyc_core.adapters.transport import Answer, Request, Send, exchange, requests_sender
from kyc_core.adapters.wire import misuse, wire_members
from kyc_core.dates import DateStyle
from kyc_core.errors import KycValueError

ENDPOINT: Final = "https://api.signzy.app"
RENEW_SECONDS: Final = 60.0
"""A token that lives no longer than this is renewed before it is used."""

_MEMBERS: Final = {"name": "fullName", "resident_id": "nationalIdNumber"}
_EXTRA: Final = {"consent": "consent", "date_of_birth": "dateOfBirth"}
_HEADERS: Final = {"Accept": "application/json", "Content-Type": "application/json"}
_BIRTH_DATE: Final = slice(6, 14)
_FULL_LENGTH: Final = 18


@dataclass(frozen=True, slots=True)
class User:
    """Who logs in."""

    name: str
    password: str = field(repr=False)


class _LoginRefused(Exception):
    """The login said no; the answer says why."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


class SignzyAdapter:
    """Checks claims with Signzy.

    Args:
        credential: who logs in, or a static token as text; kept out of ``repr``.
        clock: returns Unix seconds, for example ``time.time``.
        endpoint: scheme and host, with a port where there is one.
        login_endpoint: where to log in, when elsewhere: sibling products have hosts of their own.
        send: reaches the provider; by default over `requests`.
    """

    def __init__(
        self,
        *,
        credential: User | str,
        clock: Callable[[], float],
        endpoint: str = ENDPOINT,
        login_endpoint: str | None = None,
        send: Send | None = None,
    ) -> None:
        self._credential = credential
        self._clock = clock
        self._endpoint = endpoint.rstrip("/")
        self._login_url = (login_endpoint or endpoint).rstrip("/") + LOGIN_PATH
        self._send = send or requests_sender()
        self._lock = Lock()
        self._token: tuple[str, float] | None = None

    def check(self, operation: str, claim: Claim) -> CheckResult:
        """Ask the provider about *claim*; see `kyc_core.adapters.base.Adapter`.

        Args:
            operation: ``verify``.
            claim: must state name and resident id. ``extra["consent"]`` must be true: the person agreed, and nobody
                else can say so. ``extra["date_of_birth"]`` (``YYYY-MM-DD``) is what the person says; without it the
                number's own is sent, which compares nothing.

        Returns:
            The documented meaning of the answer; ``request_id`` is ``None``, for the provider has none.

        Raises:
            AdapterError: the claim does not fit the operation, or the answer cannot be relied on.
        """
        path = PATHS.get(operation)
        if path is None:
            raise misuse("the adapter does not know this operation", Fault.UNKNOWN_OPERATION)
        body = json.dumps(_document(claim)).encode("ascii")
        try:
            token = self._current_token()
            answer = self._verification(path, body, token)
            if answer.status == UNAUTHORISED and isinstance(self._credential, User):
                # A token that was refused did nothing, so nothing is done twice.
                answer = self._verification(path, body, self._current_token(refused=token))
        except _LoginRefused as refused:
            return read_failed_login(refused.answer, operation)
        return read_verification(answer, operation)

    def _verification(self, path: str, body: bytes, token: str) -> Answer:
        headers = {**_HEADERS, "Authorization": token}
        return exchange(self._send, Request("POST", self._endpoint + path, headers, body))

    def _current_token(self, *, refused: str | None = None) -> str:
        """Return a token worth sending, which is not the one just *refused*."""
        if isinstance(self._credential, str):
            return self._credential
        with self._lock:
            now = self._clock()
            if self._token is None or self._token[0] == refused or self._token[1] <= now + RENEW_SECONDS:
                made = self._login(self._credential)
                self._token = (made.text, now + made.ttl)
            return self._token[0]

    def _login(self, user: User) -> Token:
        body = json.dumps({"username": user.name, "password": user.password}).encode("ascii")
        answer = exchange(self._send, Request("POST", self._login_url, _HEADERS, body))
        if answer.status != 200:
            raise _LoginRefused(answer)
        return read_token(answer)


def _document(claim: Claim) -> Mapping[str, Any]:
    """Return the body of a verification."""
    stated = wire_members(claim, members=_MEMBERS, extras=_EXTRA)
    if stated.get("consent") not in (True, "true"):
        raise misuse("the claim's extra does not state the person's consent", Fault.INCOMPLETE_CLAIM)
    number = stated["nationalIdNumber"]
    return {
        "fullName": stated["fullName"],
        "dateOfBirth": stated.get("dateOfBirth") or _birth_date(number),
        "identityInformation": {"nationalIdNumber": number},
        "consent": True,
    }


def _birth_date(number: str) -> str:
    digits = number[_BIRTH_DATE] if len(number) == _FULL_LENGTH else ""
    try:
        return dates.format(dates.parse(digits), style=DateStyle.DASHED)
    except KycValueError:
        message = "the claim's extra does not state date_of_birth, and the number has none"
        raise misuse(message, Fault.INCOMPLETE_CLAIM) from None
