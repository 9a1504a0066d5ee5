"""How Alibaba Cloud's answers are read: the envelope, the code, what must agree with it, and the JSON inside strings.

An answer is believed only when nothing about it is odd. ``Code`` says whether the call went well, whatever the HTTP
status; ``Passed``, ``BizCode`` and what stands inside ``ExtIdInfo`` must say the same as the result code. A document
that passed is not yet the document of the person who claims it: a claim that states a name or a number passes only if
the document shows them.

Source:
    CheckResult page [seed]; shape of errors: page "Call method", and a recorded answer [doc, obs]; JSON types of the
    ``Ext*`` members: official SDKs [sdk]; which values go together [inferred].
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from kyc_core.adapters.alibaba_operations import (
    DOCUMENT_DIFFERS,
    DOCUMENT_MEMBERS,
    DOCUMENT_SILENT,
    SUCCESS,
    Operation,
    error_meaning,
)
from kyc_core.adapters.base import AdapterError, CheckResult, Claim, Fault
from kyc_core.adapters.meanings import Meaning
from kyc_core.adapters.transport import Answer, read_json_object, unreadable
from kyc_core.claims import same_id, same_name
from kyc_core.strict_json import NotStrictJson, read_object
from kyc_core.verdicts import Retry, Verdict

_ENVELOPES: Final = ("Result", "ResultObject")
_STATUSES: Final = frozenset((200, *range(400, 600)))
_REQUEST_ID: Final = re.compile("[0-9A-Za-z-]{1,64}")
_ERROR_CODE: Final = re.compile(r"[A-Za-z]{1,64}(\.[A-Za-z0-9]{1,64}){0,3}")
_RESULT_CODE: Final = re.compile("[A-Z0-9]{1,8}")

_SAME: Final[Mapping[str, Callable[[str, str], bool]]] = {"name": same_name, "resident_id": same_id}

Evidence = dict[str, str | int]


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer whose envelope is in order.

    Attributes:
        request_id: the provider's identifier of the call.
        error: the error code; empty when the call went well.
        result: what stands inside the envelope; may be personal.
    """

    request_id: str
    error: str
    result: Mapping[str, object]


def read_reply(operation: Operation, answer: Answer) -> Reply:
    """Read the envelope of an answer.

    Raises:
        AdapterError: it is not as documented, or says two things at once.
    """
    try:
        document = read_json_object(answer, statuses=_STATUSES)
    except AdapterError:
        if answer.status == 200:
            raise
        raise unreadable(f"HTTP status {answer.status} without the provider's envelope", Fault.HTTP_STATUS) from None
    request_id, code = document.get("RequestId"), document.get("Code")
    if not isinstance(request_id, str) or not _REQUEST_ID.fullmatch(request_id):
        raise unreadable("the answer has no RequestId", Fault.CONTRACT)
    if not isinstance(code, str):
        raise unreadable("Code is not a text", Fault.CONTRACT, request_id=request_id)
    envelopes = [name for name in _ENVELOPES if document.get(name) is not None]
    if code not in SUCCESS:
        if envelopes or not _ERROR_CODE.fullmatch(code):
            raise unreadable("the answer is neither a success nor an error", Fault.CONTRACT, request_id=request_id)
        return Reply(request_id, code, {})
    result = document.get(operation.envelope)
    if answer.status != 200 or envelopes != [operation.envelope] or not isinstance(result, dict):
        message = f"a success must have status 200 and a {operation.envelope} object"
        raise unreadable(message, Fault.CONTRACT, request_id=request_id)
    return Reply(request_id, "", result)


def interpret(operation: Operation, reply: Reply, claim: Claim) -> CheckResult:
    """Say what a reply means for *claim*.

    Raises:
        AdapterError: a code that is not documented, or members that contradict it or one another.
    """
    evidence: Evidence = {"operation": operation.action}
    if reply.error:
        evidence |= {"member": "Code", "value": reply.error}
        return _result(error_meaning(reply.error), reply.error, reply, evidence)
    member, code = _code(operation, reply)
    evidence |= {"member": member, "value": code}
    meaning = operation.results.get(code)
    if meaning is None:
        raise AdapterError(
            f"the {member} is not documented for this operation",
            fault=Fault.UNKNOWN_CODE,
            retry=Retry.NEVER,
            charge_possible=True,
            provider_code=code,
            request_id=reply.request_id,
        )
    _check_companions(operation, reply, code)
    if operation.score:
        evidence[operation.score] = _score(operation, reply)
    details = _details(operation, reply)
    facts = _facts(operation, reply, details)
    passed = meaning.verdict is Verdict.MATCH
    if passed and any(value != operation.facts[path] for path, value in facts.items()):
        raise unreadable("what was found contradicts the pass", Fault.CONTRACT, request_id=reply.request_id)
    if passed and operation.document:
        meaning = _as_shown(meaning, claim, _at(details, operation.document))
    return _result(meaning, code, reply, evidence | facts)


def text_member(reply: Reply, name: str) -> str | None:
    """Return a text of the result, or ``None`` when it is absent.

    Raises:
        AdapterError: it is something else.
    """
    value = reply.result.get(name)
    if value is not None and not isinstance(value, str):
        raise unreadable(f"{name} is not a text", Fault.CONTRACT, request_id=reply.request_id)
    return value


def _result(meaning: Meaning, code: str, reply: Reply, evidence: Evidence) -> CheckResult:
    return CheckResult(
        verdict=meaning.verdict,
        billed=meaning.billed,
        retry=meaning.retry,
        provider_code=code,
        request_id=reply.request_id,
        evidence=evidence,
    )


def _code(operation: Operation, reply: Reply) -> tuple[str, str]:
    """Return where the result code stands, and the code; a call that only starts something has but the envelope's."""
    if not operation.code:
        return "Code", "Success"
    for name in operation.code:
        code = text_member(reply, name)
        if code is not None and _RESULT_CODE.fullmatch(code):
            return f"{operation.envelope}.{name}", code
        if code is not None:
            break
    raise unreadable(f"the answer has no {operation.code[0]}", Fault.CONTRACT, request_id=reply.request_id)


def _check_companions(operation: Operation, reply: Reply, code: str) -> None:
    for name, values in operation.companions.items():
        if code not in values.get(text_member(reply, name) or "", ()):
            raise unreadable(f"{name} contradicts the code", Fault.CONTRACT, request_id=reply.request_id)


def _score(operation: Operation, reply: Reply) -> str:
    score = reply.result.get(operation.score)
    if isinstance(score, bool) or not isinstance(score, int | float) or not 0 <= score <= 100:
        raise unreadable(f"{operation.score} is not a number to 100", Fault.CONTRACT, request_id=reply.request_id)
    return str(score)


def _details(operation: Operation, reply: Reply) -> dict[str, object]:
    """Read the documents inside the result. An empty text counts as absent."""
    details: dict[str, object] = {}
    for name, kind in operation.details.items():
        if kind == "text":
            text = text_member(reply, name)
            if not text:
                continue
            try:
                details[name] = read_object(text.encode())
            except NotStrictJson as error:
                message = f"{name} is not strict JSON: {error.problem.value}"
                raise unreadable(message, Fault.MALFORMED, request_id=reply.request_id) from None
        elif (value := reply.result.get(name)) is not None:
            if not isinstance(value, dict):
                raise unreadable(f"{name} is not an object", Fault.CONTRACT, request_id=reply.request_id)
            details[name] = value
    return details


def _facts(operation: Operation, reply: Reply, details: Mapping[str, object]) -> Evidence:
    """Return the yes-or-no findings that are there."""
    facts: Evidence = {}
    for path in operation.facts:
        value = _at(details, path)
        if value is None:
            continue
        if value not in ("Y", "N"):
            raise unreadable(f"{path} is neither Y nor N", Fault.CONTRACT, request_id=reply.request_id)
        facts[path] = str(value)
    return facts


def _at(document: object, path: str) -> object:
    for name in path.split("."):
        document = document.get(name) if isinstance(document, dict) else None
    return document


def _as_shown(meaning: Meaning, claim: Claim, document: object) -> Meaning:
    """Compare what the claim states with what the document shows, as the machine read it, before any editing."""
    silent = False
    for member, names in DOCUMENT_MEMBERS.items():
        stated = getattr(claim, member)
        if stated is None:
            continue
        shown = next((text for text in (_at(document, name) for name in names) if text), None)
        if not isinstance(shown, str):
            silent = True
        elif not _SAME[member](stated, shown):
            return DOCUMENT_DIFFERS
    return DOCUMENT_SILENT if silent else meaning
