"""Reference adapter for Alibaba Cloud ID Verification: checks that answer at once, and verifications that take a while.

``CheckResult`` is a whole interactive verification: it is begun (``Initialize``), the person is sent to its page, and
the result is asked for, ever less often, until there is one or patience ends. With the transaction's id in
``claim.extra["transaction"]`` the result is asked for once. All other operations answer at once.

With ``claim.extra["callback_url"]`` of ``CheckResult`` the provider is asked to call back, with a token of ours. What
it says there is never read: the result is asked for, so that a made-up callback means nothing.

What is sent and what the codes mean is data, in ``alibaba.json`` beside this module; how answers are read stands in
`kyc_core.adapters.alibaba_answers`. Only clear text is sent (``ParamType`` ``normal``), not digests.

>>> sorted(OPERATIONS)[:3]
['BANK_CARD_2_META', 'BANK_CARD_3_META', 'BankMetaVerifyIntl']

Source:
    CheckResult page [seed]; "Initialize" and the product pages [doc]; placement of parameters: official SDKs [sdk];
    how long to wait between two questions [inferred].
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from hmac import compare_digest
from typing import Final
from urllib.parse import urlsplit

from kyc_core.adapters.alibaba_answers import Reply, interpret, read_reply, text_member
from kyc_core.adapters.alibaba_operations import OPERATIONS, VERSION, Operation
from kyc_core.adapters.awaited import Awaited, nobody_s, parameters_of
from kyc_core.adapters.base import CheckResult, Claim, Fault, Received
from kyc_core.adapters.transport import Answer, Request, Send, exchange, requests_sender, unreadable
from kyc_core.adapters.wire import misuse, wire_members
from kyc_core.signing import acs3, aliyun
from kyc_core.signing.canonical import percent_encode
from kyc_core.verdicts import Verdict

ENDPOINT: Final = f"https://{aliyun.HONG_KONG}"

_START: Final = "Initialize"
_INTERACTIVE: Final = "CheckResult"
_FORM: Final = "application/x-www-form-urlencoded"
_THROTTLING: Final = "Throttling"
_RETRY_AFTER: Final = "x-acs-retry-after"
_TRANSACTION: Final = re.compile("[0-9A-Za-z_-]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """How long to wait for a person, in seconds.

    Attributes:
        first: before the first question.
        factor: by which each pause is longer than the one before.
        longest: no pause is longer, unless the provider asks for it.
        patience: all pauses together; a session that is left alone ends after 15 minutes [doc].
    """

    first: float = 2.0
    factor: float = 1.5
    longest: float = 30.0
    patience: float = 900.0

    def __post_init__(self) -> None:
        if not (0 < self.first <= self.longest and self.factor >= 1 and self.patience >= 0):
            raise ValueError("pauses must be positive, and must not shrink")


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A verification that waits for its person.

    Attributes:
        transaction: its id; keep it, for it alone leads to the result.
        url: the page to send the person to, as it is and once; ``None`` for native clients.
        protocol: start data for native clients.
    """

    transaction: str
    url: str | None = field(repr=False)
    protocol: str | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class _CalledBack:
    """A verification that is called back about: the token to be told by, and how its result is asked for."""

    token: str = field(repr=False)
    asked: Claim = field(repr=False)


def _nobody(_: Begun) -> None:
    """Tell nobody."""


class AlibabaAdapter:
    """Checks claims with Alibaba Cloud ID Verification.

    Args:
        access_key_id: names the key.
        access_key_secret: signs; kept out of ``repr``.
        clock: returns Unix seconds, for example ``time.time``.
        random_bytes: returns as many unpredictable bytes as asked for, for example ``os.urandom``.
        sleep: waits for some seconds, for example ``time.sleep``.
        endpoint: scheme and host, with a port and a path where there are any.
        send: reaches the provider; by default over `requests`.
        security_token: of temporary credentials.
        waiting: how to wait for the result of an interactive verification.
        begun: is told of each verification that was begun, before anything waits for it.
    """

    def __init__(
        self,
        *,
        access_key_id: str,
        access_key_secret: str,
        clock: Callable[[], float],
        random_bytes: Callable[[int], bytes],
        sleep: Callable[[float], None],
        endpoint: str = ENDPOINT,
        send: Send | None = None,
        security_token: str | None = None,
        waiting: Waiting | None = None,
        begun: Callable[[Begun], None] = _nobody,
    ) -> None:
        self._access_key_id = access_key_id
        self._access_key_secret = access_key_secret
        self._clock = clock
        self._random_bytes = random_bytes
        self._sleep = sleep
        parts = urlsplit(endpoint)
        self._url = f"{parts.scheme}://{parts.netloc}{parts.path or '/'}"
        self._host = parts.netloc
        self._send = send or requests_sender()
        self._waiting = waiting or Waiting()
        self._begun = begun
        self._awaited: Awaited[_CalledBack] = Awaited()
        self._credential = (
            {}
            if security_token is None
            else {"x-acs-accesskey-id": access_key_id, "x-acs-security-token": security_token}
        )

    def check(self, operation: str, claim: Claim) -> CheckResult:
        """Ask the provider about *claim*; see `kyc_core.adapters.base.Adapter`.

        Args:
            operation: one of `OPERATIONS`. ``Initialize`` begins a verification and says nothing about anybody.
            claim: must state what the operation requires. ``photo`` is the document for the OCR operations, the face
                for the others; further pictures go into ``extra`` as Base64 text. A ``name`` or ``resident_id`` is
                compared with the document where one is read, and decides against the claim if they differ.

        Returns:
            The documented meaning of the answer. `Verdict.PENDING` when patience ended first, or when a transaction was
            asked about that is not finished; ``evidence["transaction"]`` is its id.

        Raises:
            AdapterError: the claim does not fit the operation, or the answer cannot be relied on.
        """
        if operation not in OPERATIONS:
            raise misuse("the adapter does not know this operation", Fault.UNKNOWN_OPERATION)
        if operation == _START:
            return self._start(claim)
        if operation == _INTERACTIVE and "transaction" not in claim.extra:
            return self._verify(claim)
        return self._ask(operation, claim)[0]

    def callback(self, received: Received) -> CheckResult:
        """Say what has become of a verification; see `kyc_core.adapters.base.CallbackAdapter`."""
        parameters = parameters_of(received)
        awaited = self._awaited.find(parameters.get("transactionId", ""))
        stated = parameters.get("callbackToken", "")
        if awaited is None or not compare_digest(awaited.token.encode(), stated.encode()):
            raise nobody_s()
        return self._ask(_INTERACTIVE, awaited.asked)[0]

    def _verify(self, claim: Claim) -> CheckResult:
        """Begin a verification and wait for its result."""
        number = claim.extra.get("merchant_biz_id", self._random_bytes(16).hex())
        token = str(claim.extra.get("callback_token", self._random_bytes(16).hex()))
        called_back = {"callback_token": token} if "callback_url" in claim.extra else {}
        begun = self._start(replace(claim, extra={**claim.extra, "merchant_biz_id": number, **called_back}))
        if begun.verdict is not Verdict.NO_CHECK:
            return begun
        transaction = str(begun.evidence["transaction"])
        asked = replace(claim, extra={"transaction": transaction, "merchant_biz_id": number})
        if called_back:
            self._awaited.put(transaction, _CalledBack(token=token, asked=asked))
        found, waited, pause = begun, 0.0, self._waiting.first
        while waited < self._waiting.patience or found is begun:
            self._sleep(pause)
            waited += pause
            found, wished = self._ask(_INTERACTIVE, asked)
            if found.verdict is not Verdict.PENDING and not found.provider_code.startswith(_THROTTLING):
                break
            pause = max(wished, min(pause * self._waiting.factor, self._waiting.longest))
        return found

    def _start(self, claim: Claim) -> CheckResult:
        operation = OPERATIONS[_START]
        reply = self._reply(operation, claim)[0]
        found = interpret(operation, reply, claim)
        if found.verdict is not Verdict.NO_CHECK:
            return found
        transaction = text_member(reply, "TransactionId")
        if transaction is None or not _TRANSACTION.fullmatch(transaction):
            raise unreadable("the answer has no TransactionId", Fault.CONTRACT, request_id=reply.request_id)
        self._begun(
            Begun(
                transaction=transaction,
                url=text_member(reply, "TransactionUrl"),
                protocol=text_member(reply, "Protocol"),
            )
        )
        return replace(found, evidence={**found.evidence, "transaction": transaction})

    def _ask(self, name: str, claim: Claim) -> tuple[CheckResult, float]:
        """Return the meaning of one answer, and the seconds the provider wishes to be left alone."""
        operation = OPERATIONS[name]
        reply, answer = self._reply(operation, claim)
        wished = answer.header(_RETRY_AFTER)
        milliseconds = int(wished) if wished.isascii() and wished.isdigit() and len(wished) <= 6 else 0
        found = interpret(operation, reply, claim)
        transaction = claim.extra.get("transaction")
        if transaction is not None:
            found = replace(found, evidence={**found.evidence, "transaction": transaction})
        return found, milliseconds / 1000

    def _reply(self, operation: Operation, claim: Claim) -> tuple[Reply, Answer]:
        answer = exchange(self._send, self._request(operation, self._parameters(operation, claim)))
        return read_reply(operation, answer), answer

    def _parameters(self, operation: Operation, claim: Claim) -> dict[str, str]:
        stated = wire_members(claim, members=operation.claim, extras=operation.extra)
        missing = [name for name in operation.needed if name not in claim.extra]
        if missing:
            raise misuse(f"the claim's extra does not state {', '.join(missing)}", Fault.INCOMPLETE_CLAIM)
        numbered = {"MerchantBizId": self._random_bytes(16).hex()} if operation.numbered else {}
        told = {name: _text(value) for name, value in stated.items()}
        return {**operation.defaults, **numbered, **told, **operation.fixed}

    def _request(self, operation: Operation, parameters: Mapping[str, str]) -> Request:
        escaped = {name: (percent_encode(name), percent_encode(text)) for name, text in parameters.items()}
        query = acs3.join_pairs(pair for name, pair in escaped.items() if name not in operation.form)
        body = acs3.join_pairs(pair for name, pair in escaped.items() if name in operation.form).encode("ascii")
        headers = acs3.common_headers(
            host=self._host,
            action=operation.action,
            version=VERSION,
            seconds=int(self._clock()),
            nonce=self._random_bytes(16).hex(),
            body=body,
        )
        headers |= {**self._credential, "accept": "application/json"}
        if body:
            headers["content-type"] = _FORM
        headers["authorization"] = acs3.sign(
            access_key_id=self._access_key_id,
            access_key_secret=self._access_key_secret,
            method="POST",
            headers=headers,
            query=query.encode("ascii"),
            body=body,
        )
        return Request("POST", f"{self._url}?{query}" if query else self._url, headers, body)


def _text(value: str | int | bytes) -> str:
    return base64.b64encode(value).decode("ascii") if isinstance(value, bytes) else str(value)
