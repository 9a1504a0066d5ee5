"""Reference adapter for Tencent Cloud FaceID: bank card, identity, mobile and face checks, told in everybody's words.

What an action sends and what its codes mean is data, in ``tencent.json`` beside this module: a further action is a
further entry. Numbering differs between the actions, so each has its own table; the meanings are shared.

An answer is believed only when nothing about it is odd: status 200, JSON, no member twice, a ``Response`` with a
``RequestId`` and either a documented ``Result`` *text* or an ``Error``. Anything else raises; in particular an integer
``0`` is not the text ``"0"``.

>>> len(ACTIONS), ACTIONS["CheckPhoneAndName"].results["1"].verdict
(18, <Verdict.MISMATCH: 'MISMATCH'>)

Source:
    Tencent Cloud eKYC, pages BankCardVerification [seed], BankCard2EVerification, BankCard4EVerification [sdk, doc];
    "Making API Requests", pages "Responses" and "Common Error Codes" [doc].
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import urlsplit

from kyc_core.adapters.base import AdapterError, CheckResult, Claim, Fault
from kyc_core.adapters.meanings import Meaning, read_meanings
from kyc_core.adapters.tencent_sealing import FieldEncryption, Form
from kyc_core.adapters.transport import Request, Send, exchange, read_json_object, requests_sender, unreadable
from kyc_core.adapters.wire import misuse, wire_members
from kyc_core.card_validity import LongTerm
from kyc_core.signing import tc3
from kyc_core.verdicts import Retry, Verdict

VERSION: Final = "2018-03-01"
ENDPOINT: Final = "https://faceid.intl.tencentcloudapi.com"

_CONTENT_TYPE: Final = "application/json"
_PERSONAL: Final = frozenset({"name", "resident_id", "bank_card", "mobile"})
"""Members of a claim that may be encrypted wherever they are sent; dates and pictures never are."""
_REQUEST_ID: Final = re.compile(r"[0-9A-Za-z-]{1,64}")
_ERROR_CODE: Final = re.compile(r"[A-Za-z]{1,64}(\.[A-Za-z0-9]{1,64})?")
_RESULT_CODE: Final = re.compile(r"-?[0-9]{1,9}|[A-Za-z]{1,64}(\.[A-Za-z]{1,64})?")


@dataclass(frozen=True, slots=True)
class Action:
    """One action of the provider.

    Attributes:
        claim: the wire name of each member of the claim, all of them required.
        extra: the wire name of each optional member of ``Claim.extra``.
        results: the meaning of each ``Result``.
        fixed: what is always sent besides.
        score: the member that holds a similarity, 0 to 100; empty where there is none.
        same_from: the lowest similarity of the same person.
        form: where it has room for encryption.
    """

    claim: Mapping[str, str]
    extra: Mapping[str, str]
    results: Mapping[str, Meaning]
    fixed: Mapping[str, str]
    score: str
    same_from: float
    form: Form

    @property
    def encryptable(self) -> tuple[str, ...]:
        """The wire names of what may be encrypted."""
        return tuple(wire for member, wire in self.claim.items() if member in _PERSONAL)


@dataclass(frozen=True, slots=True)
class Errors:
    """What API errors stand for. A prefix stands for itself and its sub-codes; the first that fits decides.

    Attributes:
        retry: when to call again, by prefix.
        retry_otherwise: for codes nobody lists.
        verdict: in everybody's words, by prefix; `Verdict.REFUSED` for others.
    """

    retry: Mapping[str, Retry]
    retry_otherwise: Retry
    verdict: Mapping[str, Verdict]


def _load() -> tuple[Mapping[str, Action], Errors]:
    table: dict[str, Any] = json.loads(files(__package__).joinpath("tencent.json").read_text("utf-8"))
    meanings = read_meanings(table["meanings"])
    actions = {
        name: Action(
            row["claim"],
            row["extra"],
            {code: meanings[word] for code, word in row["results"].items()},
            row.get("fixed", {}),
            row.get("score", {}).get("member", ""),
            row.get("score", {}).get("same_from", 0),
            Form(row.get("encryption", Form.NONE)),
        )
        for name, row in table["actions"].items()
    }
    raw = table["errors"]
    errors = Errors(
        retry={prefix: Retry(retry) for prefix, retry in raw["retry_by_prefix"].items()},
        retry_otherwise=Retry(raw["otherwise"]),
        verdict={prefix: Verdict(verdict) for prefix, verdict in raw["verdict_by_prefix"].items()},
    )
    return MappingProxyType(actions), errors


ACTIONS, _ERRORS = _load()


def error_retry(code: str) -> Retry:
    """Return when a call refused with the API error *code* may be made again.

    A prefix stands for itself and its sub-codes: ``InternalError`` for ``InternalError.UnKnown``, too.

    >>> error_retry("InternalError.UnKnown"), error_retry("AuthFailure.SignatureFailure")
    (<Retry.LATER: 'later'>, <Retry.FIX_REQUEST: 'fix_request'>)
    """
    return next((retry for prefix, retry in _ERRORS.retry.items() if _within(code, prefix)), _ERRORS.retry_otherwise)


def error_verdict(code: str) -> Verdict:
    """Return what a call refused with the API error *code* means: the provider's own failure, or a refusal.

    >>> error_verdict("InternalError.UnKnown"), error_verdict("AuthFailure.SignatureFailure")
    (<Verdict.SOURCE_ERROR: 'SOURCE_ERROR'>, <Verdict.REFUSED: 'REFUSED'>)
    """
    return next((verdict for prefix, verdict in _ERRORS.verdict.items() if _within(code, prefix)), Verdict.REFUSED)


def _within(code: str, prefix: str) -> bool:
    return code == prefix or code.startswith(f"{prefix}.")


class TencentAdapter:
    """Checks claims with Tencent Cloud FaceID.

    Args:
        secret_id: names the key.
        secret_key: signs; kept out of ``repr``.
        clock: returns Unix seconds, for example ``time.time``.
        endpoint: scheme and host, with a port and a path where there are any.
        send: reaches the provider; by default over `requests`.
        token: of temporary credentials.
        language: ``zh-CN`` or ``en-US``, for the texts of the answer, which are not used here.
        encryption: encrypts name, numbers and phone where the action has room for it; left out, nothing is encrypted.
    """

    def __init__(
        self,
        *,
        secret_id: str,
        secret_key: str,
        clock: Callable[[], float],
        endpoint: str = ENDPOINT,
        send: Send | None = None,
        token: str | None = None,
        language: str | None = None,
        encryption: FieldEncryption | None = None,
    ) -> None:
        self._secret_id = secret_id
        self._secret_key = secret_key
        self._clock = clock
        parts = urlsplit(endpoint)
        self._url = f"{parts.scheme}://{parts.netloc}{parts.path or '/'}"
        self._host = parts.netloc
        self._send = send or requests_sender()
        self._encryption = encryption
        self._common = {"X-TC-Version": VERSION}
        if token is not None:
            self._common["X-TC-Token"] = token
        if language is not None:
            self._common["X-TC-Language"] = language

    def check(self, operation: str, claim: Claim) -> CheckResult:
        """Ask the provider about *claim*; see `kyc_core.adapters.base.Adapter`.

        Args:
            operation: one of `ACTIONS`.
            claim: must state what the action requires. ``extra`` may hold ``cert_type`` (integer, 0) where the action
                knows it.

        Returns:
            The documented meaning of the answer. An API error is uncharged: `Verdict.REFUSED`, or
            `Verdict.SOURCE_ERROR` where the provider itself failed.

        Raises:
            AdapterError: the claim does not fit the action, or the answer cannot be relied on.
        """
        action = ACTIONS.get(operation)
        if action is None:
            raise misuse("the adapter does not know this operation", Fault.UNKNOWN_OPERATION)
        stated = wire_members(claim, members=action.claim, extras=action.extra)
        members = {**action.fixed, **_as_sent(stated)}
        if self._encryption is not None:
            members = self._encryption.sealed(members, action.encryptable, action.form)
        body = json.dumps(members).encode("ascii")
        answer = read_json_object(exchange(self._send, self._request(operation, body)))
        return _interpret(action, operation, answer)

    def _request(self, operation: str, body: bytes) -> Request:
        timestamp = int(self._clock())
        authorization = tc3.sign(
            secret_id=self._secret_id,
            secret_key=self._secret_key,
            method="POST",
            host=self._host,
            content_type=_CONTENT_TYPE,
            body=body,
            timestamp=timestamp,
        )
        headers = {
            **self._common,
            "Authorization": authorization,
            "Content-Type": _CONTENT_TYPE,
            "Host": self._host,
            "X-TC-Action": operation,
            "X-TC-Timestamp": str(timestamp),
        }
        return Request("POST", self._url, headers, body)


def _interpret(action: Action, operation: str, document: Mapping[str, object]) -> CheckResult:
    response = document.get("Response")
    if not isinstance(response, dict):
        raise unreadable("the answer has no Response object", Fault.CONTRACT)
    request_id = response.get("RequestId")
    if not isinstance(request_id, str) or not _REQUEST_ID.fullmatch(request_id):
        raise unreadable("the answer has no RequestId", Fault.CONTRACT)
    if "Error" in response and "Result" in response:
        raise unreadable("the answer is a success and an error at once", Fault.CONTRACT, request_id=request_id)
    if "Error" in response:
        return _refusal(operation, response["Error"], request_id)

    code = response.get("Result")
    if not isinstance(code, str):
        raise unreadable("Result is not a text", Fault.CONTRACT, request_id=request_id)
    meaning = action.results.get(code)
    if meaning is None:
        raise AdapterError(
            "the Result is not documented for this operation",
            fault=Fault.UNKNOWN_CODE,
            retry=Retry.NEVER,
            charge_possible=True,
            provider_code=code if _RESULT_CODE.fullmatch(code) else None,
            request_id=request_id,
        )
    if action.score:
        _check_score(action, meaning, response.get(action.score), request_id)
    return CheckResult(
        verdict=meaning.verdict,
        billed=meaning.billed,
        retry=meaning.retry,
        provider_code=code,
        request_id=request_id,
        evidence={"operation": operation, "member": "Result", "value": code},
    )


def _check_score(action: Action, meaning: Meaning, score: object, request_id: str) -> None:
    """Refuse a similarity that is none, or that contradicts the code beside it."""
    if isinstance(score, bool) or not isinstance(score, int | float) or not 0 <= score <= 100:
        raise unreadable("the similarity is not a number from 0 to 100", Fault.CONTRACT, request_id=request_id)
    same = score >= action.same_from
    if (meaning.verdict is Verdict.MATCH and not same) or (meaning.verdict is Verdict.FACE_DIFFERENT and same):
        raise unreadable("the similarity contradicts the code", Fault.CONTRACT, request_id=request_id)


def _as_sent(stated: Mapping[str, Any]) -> dict[str, Any]:
    """Write members of a claim as the provider wants them: pictures in base64, a card without end as 00000000."""
    return {name: _spelt(value) for name, value in stated.items()}


def _spelt(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    return LongTerm.ZEROS.value if value == LongTerm.HANZI.value else value


def _refusal(operation: str, error: object, request_id: str) -> CheckResult:
    """Read an ``Error`` object. Its message is left alone: it may change at any time and may quote the request."""
    code = error.get("Code") if isinstance(error, dict) else None
    if not isinstance(code, str) or not _ERROR_CODE.fullmatch(code):
        raise unreadable("the Error object has no Code", Fault.CONTRACT, request_id=request_id)
    return CheckResult(
        verdict=error_verdict(code),
        billed=False,
        retry=error_retry(code),
        provider_code=code,
        request_id=request_id,
        evidence={"operation": operation, "member": "Error.Code", "value": code},
    )
