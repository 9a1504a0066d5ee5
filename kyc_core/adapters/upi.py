"""Reference adapter for UnionPay International: name, identity number and face against the Ministry's photo.

An answer is believed only when UPI's signature fits it: made with the expected certificate, now, for this request, over
these very bytes. Then everything must be as documented: a known code, and a ``confidence`` with ``00`` alone. UPI gives
no threshold; what counts as the same face is the caller's decision. HTTP 401 means ``E0`` whatever its body says, for
such answers need not be signed.

What is sent and what the codes mean is data, in ``upi.json`` beside this module.

>>> meaning_of("05", "no reference photo").verdict, meaning_of("05", "").verdict
(<Verdict.NO_PHOTO: 'NO_PHOTO'>, <Verdict.MISMATCH: 'MISMATCH'>)

Source:
    UnionPay International, "ID Card Photo Verification" [seed]; "HTTP message structure" (401, E0) [doc]; path, meaning
    of codes other than 00 and E0: [inferred].
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

from kyc_core.adapters.base import AdapterError, CheckResult, Claim, Fault
from kyc_core.adapters.meanings import Meaning, read_meanings
from kyc_core.adapters.transport import Answer, Request, Send, exchange, read_json_object, requests_sender, unreadable
from kyc_core.adapters.upi_parties import SERIAL_CHARACTERS, Consent, Keys, Merchant
from kyc_core.adapters.wire import misuse, wire_members
from kyc_core.signing import upi_jwe, upi_jws
from kyc_core.signing.jose_faults import JwsError
from kyc_core.signing.upi_jws_header import protected_header
from kyc_core.strict_json import write
from kyc_core.verdicts import Retry

PATH: Final = "/uis/idverify/v1/idcardphotoverification"
"""Service URL suffix; UPI's own is not public, this one is ours [inferred]."""

_TABLE: Final[Mapping[str, Any]] = MappingProxyType(
    json.loads(files(__package__).joinpath("upi.json").read_text("utf-8"))
)
_MEANINGS: Final = read_meanings(_TABLE["meanings"])
_SCORED: Final[str] = _TABLE["score"]["code"]
_REACHED: Final = _MEANINGS[_TABLE["score"]["reached"]]
_MISSED: Final = _MEANINGS[_TABLE["score"]["missed"]]

OPERATIONS: Final[Mapping[str, Mapping[str, Any]]] = MappingProxyType(_TABLE["operations"])
RESULTS: Final[Mapping[str, Meaning]] = MappingProxyType(
    {_SCORED: _REACHED} | {code: _MEANINGS[word] for code, word in _TABLE["results"].items()}
)
"""The meaning of each code by itself; ``00`` as it is when the score reaches the threshold."""
UNAUTHORISED: Final[str] = _TABLE["unauthorised"]["code"]
UNAUTHORISED_MEANING: Final = _MEANINGS[_TABLE["unauthorised"]["meaning"]]

_CONTENT_TYPE: Final = "application/json;charset=UTF-8"
_CHINA_HOURS: Final = 8
_ORDER_ID_CHARACTERS: Final = 35
_CODE: Final = re.compile("[0-9A-Za-z]{2}")
_CONFIDENCE: Final = re.compile("100|[1-9]?[0-9]")


def meaning_of(code: str, detail: str) -> Meaning | None:
    """Return what a code stands for, made more precise by an ``errorDetail`` that is known; ``None`` for others.

    ``00`` is read as if the score reached the threshold.
    """
    word = _TABLE["details"].get(code, {}).get(detail)
    if word is None:
        word = _TABLE["detail_members"].get(code, {}).get(detail.partition(" ")[0].rstrip(":"))
    return RESULTS.get(code) if word is None else _MEANINGS[word]


class UpiAdapter:
    """Checks claims with UnionPay International.

    Args:
        keys: both sides' certificates.
        member_iin: the member's IIN, or that of the merchant's acquirer; 8 characters.
        member_name: the name that goes with it.
        threshold: least ``confidence`` that counts as the same face, 1 to 100.
        clock: returns Unix seconds, for example ``time.time``.
        random_bytes: returns as many unpredictable bytes as asked for, for example ``os.urandom``.
        endpoint: scheme and host, with a port and a path prefix where there are any. UPI's production host is not
            public.
        path: the service URL suffix, which is signed.
        consent: the agreement on which every claim rests that states none of its own.
        merchant: on whose behalf the member calls.
        send: reaches the provider; by default over `requests`.

    Raises:
        ValueError: *threshold* is no score, or 0, which every face would reach.
    """

    def __init__(
        self,
        *,
        keys: Keys,
        member_iin: str,
        member_name: str,
        threshold: int,
        clock: Callable[[], float],
        random_bytes: Callable[[int], bytes],
        endpoint: str,
        path: str = PATH,
        consent: Consent | None = None,
        merchant: Merchant | None = None,
        send: Send | None = None,
    ) -> None:
        if not 1 <= threshold <= 100:
            raise ValueError("threshold must be from 1 to 100")
        self._keys = keys
        self._threshold = threshold
        self._clock = clock
        self._random_bytes = random_bytes
        self._url = endpoint.rstrip("/") + path
        self._path = path
        self._consent = consent.wire() if consent else {}
        self._caller = {"memberIIN": member_iin, "memberName": member_name, **(merchant.wire() if merchant else {})}
        self._send = send or requests_sender()

    def check(self, operation: str, claim: Claim) -> CheckResult:
        """Ask the provider about *claim*; see `kyc_core.adapters.base.Adapter`.

        Args:
            operation: one of `OPERATIONS`.
            claim: must state name, resident id and photo. ``extra`` may hold ``order_id`` (35 characters, never used
                before; made up otherwise) and the members of a `Consent`.

        Returns:
            The documented meaning of the answer. ``request_id`` is the ``UPI-UUID``.

        Raises:
            AdapterError: the claim does not fit the operation, or the answer cannot be relied on. A lost answer may be
                asked for again under a new order id only.
        """
        known = OPERATIONS.get(operation)
        if known is None:
            raise misuse("the adapter does not know this operation", Fault.UNKNOWN_OPERATION)
        now = int(self._clock())
        uuid = self._random_bytes(16).hex()
        document = self._document(known, claim, now)
        body = write(document)
        header = protected_header(
            kid=self._keys.signing_kid, uuid=uuid, timestamp=now, app_id=self._keys.app_id, request_path=self._path
        )
        headers = {
            # Codings are undone before the body gets here, and the signature covers the body as sent.
            "Accept-Encoding": "identity",
            "Content-Type": _CONTENT_TYPE,
            upi_jws.HEADER_NAME: upi_jws.sign(header, body, private_key=self._keys.signing_key),
        }
        answer = exchange(self._send, Request("POST", self._url, headers, body))
        evidence = {"operation": operation, "order_id": document["orderID"]}
        return self._interpret(answer, uuid, evidence)

    def _document(self, known: Mapping[str, Any], claim: Claim, now: int) -> dict[str, str]:
        """Return the request: what is said of the person is encrypted, the rest stands beside it."""
        stated = wire_members(claim, members=known["claim"], extras=known["extra"])
        personal = {wire: stated.pop(wire) for wire in known["claim"].values()}
        personal["photo"] = base64.b64encode(personal["photo"]).decode("ascii")
        beside = {"orderID": self._order_id(now), **self._consent, **{wire: str(text) for wire, text in stated.items()}}
        missing = [name for name, wire in known["extra"].items() if wire not in beside]
        if missing:
            raise misuse(f"neither the claim nor the adapter states {', '.join(missing)}", Fault.INCOMPLETE_CLAIM)
        beside["serialNm"] = beside["serialNm"].rjust(SERIAL_CHARACTERS, "0")
        encrypted = upi_jwe.encrypt(
            write(personal),
            public_key=self._keys.encryption_key,
            kid=self._keys.encryption_kid,
            random_bytes=self._random_bytes,
        )
        return {**self._caller, "tradeType": known["trade_type"], "encData": encrypted, **beside}

    def _order_id(self, now: int) -> str:
        """Return a new order id: the IIN, the time in China, and chance."""
        moment = datetime.fromtimestamp(now, UTC) + timedelta(hours=_CHINA_HOURS)
        known = f"{self._caller['memberIIN']}{moment:%Y%m%d%H%M%S}"
        return (known + self._random_bytes(_ORDER_ID_CHARACTERS).hex())[:_ORDER_ID_CHARACTERS]

    def _interpret(self, answer: Answer, uuid: str, evidence: Mapping[str, str | int]) -> CheckResult:
        if answer.status == _TABLE["unauthorised"]["http_status"]:
            seen = {**evidence, "member": "HTTP status", "value": answer.status}
            return _result(UNAUTHORISED_MEANING, UNAUTHORISED, uuid, seen)
        if answer.status == 200:
            self._check_signature(answer, uuid)
        document = read_json_object(answer)
        code, detail = _response(document, uuid)
        confidence = _confidence(document, uuid, present=code == _SCORED)
        meaning = meaning_of(code, detail)
        if meaning is None:
            raise AdapterError(
                "the responseCode is not documented for this operation",
                fault=Fault.UNKNOWN_CODE,
                retry=Retry.NEVER,
                charge_possible=True,
                provider_code=code,
                request_id=uuid,
            )
        seen = {**evidence, "member": "msgResponse.responseCode", "value": code}
        if confidence is not None:
            meaning = meaning if confidence >= self._threshold else _MISSED
            seen |= {"confidence": confidence, "threshold": self._threshold}
        return _result(meaning, code, uuid, seen)

    def _check_signature(self, answer: Answer, uuid: str) -> None:
        try:
            upi_jws.verify_response(
                answer.header(upi_jws.HEADER_NAME),
                answer.body,
                public_key=self._keys.response_key,
                kid=self._keys.response_kid,
                uuid=uuid,
                app_id=self._keys.app_id,
                now=int(self._clock()),
            )
        except JwsError as error:
            message = f"the answer's signature is refused: {error.fault.value}"
            raise unreadable(message, Fault.SIGNATURE, request_id=uuid) from error


def _result(meaning: Meaning, code: str, uuid: str, evidence: Mapping[str, str | int]) -> CheckResult:
    return CheckResult(
        verdict=meaning.verdict,
        billed=meaning.billed,
        retry=meaning.retry,
        provider_code=code,
        request_id=uuid,
        evidence=evidence,
    )


def _response(document: Mapping[str, object], uuid: str) -> tuple[str, str]:
    """Return code and detail. The texts are left alone beyond that: they may quote the request."""
    response = document.get("msgResponse")
    if not isinstance(response, dict):
        raise unreadable("the answer has no msgResponse object", Fault.CONTRACT, request_id=uuid)
    code, text, detail = (response.get(name, "") for name in ("responseCode", "responseMsg", "errorDetail"))
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        raise unreadable("the answer has no responseCode", Fault.CONTRACT, request_id=uuid)
    if not isinstance(text, str) or not text or not isinstance(detail, str):
        raise unreadable("the answer's texts are not as documented", Fault.CONTRACT, request_id=uuid)
    return code, detail


def _confidence(document: Mapping[str, object], uuid: str, *, present: bool) -> int | None:
    """Return the score. An empty text counts as absent, since the documented length admits it."""
    value = document.get("confidence", "")
    if not isinstance(value, str) or (value and not _CONFIDENCE.fullmatch(value)):
        raise unreadable("confidence is not a text from 0 to 100", Fault.CONTRACT, request_id=uuid)
    if bool(value) is not present:
        raise unreadable("confidence belongs to 00 alone, and always", Fault.CONTRACT, request_id=uuid)
    return int(value) if present else None
