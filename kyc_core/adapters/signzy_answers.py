"""How Signzy's answers are read: the echoed members, the status, the two error bodies, the token of a login.

An answer is believed only when nothing about it is odd: a success has status 200, echoes ``NA`` in all three places and
has one documented status, at the top or inside ``result`` but not both; an error has the body ``error`` with the
status of the HTTP answer in it. HTTP statuses are what a refusal is told by; texts are left alone.

Source:
    The page [seed]; wrapper ``error`` and its older members: sibling pages [doc]; ``result`` around an answer: never
    seen, tolerated [inferred]; the misspelt ``nationaIdNumber``: the page's table [seed].
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from kyc_core.adapters.base import AdapterError, CheckResult, Fault
from kyc_core.adapters.meanings import Meaning, read_meanings
from kyc_core.adapters.transport import Answer, read_json_object, unreadable
from kyc_core.verdicts import Retry

_TABLE: Final[Mapping[str, Any]] = MappingProxyType(
    json.loads(files(__package__).joinpath("signzy.json").read_text("utf-8"))
)
_MEANINGS: Final = read_meanings(_TABLE["meanings"])

PATHS: Final[Mapping[str, str]] = MappingProxyType(
    {name: known["path"] for name, known in _TABLE["operations"].items()}
)
RESULTS: Final[Mapping[str, Mapping[str, Meaning]]] = MappingProxyType(
    {
        name: MappingProxyType({code: _MEANINGS[word] for code, word in known["results"].items()})
        for name, known in _TABLE["operations"].items()
    }
)
REFUSALS: Final[Mapping[str, Meaning]] = MappingProxyType(
    {status: _MEANINGS[word] for status, word in _TABLE["refusals"].items()}
)
"""The meaning of each refusal by its HTTP status."""
LOGIN_PATH: Final[str] = _TABLE["login"]["path"]
LOGIN_FAILED: Final[str] = _TABLE["login"]["error"]

STATUS: Final = "sourceVerificationStatus"
UNAUTHORISED: Final = 401

_NOT_SAID: Final = "NA"
_ECHOED: Final = ("fullName", "dateOfBirth")
_NUMBER: Final = ("nationalIdNumber", "nationaIdNumber")
_WRAPPER: Final = "result"
_LONGEST_TTL: Final = 10
_LONGEST_TOKEN: Final = 4096

Evidence = dict[str, str | int]


class Token(NamedTuple):
    """A token and the seconds it lives."""

    text: str
    ttl: int


def read_verification(answer: Answer, operation: str) -> CheckResult:
    """Say what the answer to a verification means.

    Raises:
        AdapterError: it is not as documented.
    """
    if answer.status != 200:
        return read_refusal(answer, operation)
    members = _members(read_json_object(answer))
    if any(members.get(name) != _NOT_SAID for name in _ECHOED):
        raise unreadable("the answer does not echo NA", Fault.CONTRACT)
    if [members[name] for name in _NUMBER if name in members] != [_NOT_SAID]:
        raise unreadable("the answer does not echo NA for the number, once", Fault.CONTRACT)
    code = members.get(STATUS)
    if not isinstance(code, str):
        raise unreadable(f"{STATUS} is not a text", Fault.CONTRACT)
    meaning = RESULTS[operation].get(code)
    if meaning is None:
        raise AdapterError(
            f"the {STATUS} is not documented for this operation",
            fault=Fault.UNKNOWN_CODE,
            retry=Retry.NEVER,
            charge_possible=True,
        )
    return _result(meaning, code, {"operation": operation, "member": STATUS, "value": code})


def read_refusal(answer: Answer, operation: str) -> CheckResult:
    """Say what a refusal means, by its HTTP status.

    Raises:
        AdapterError: a status that is not documented, or a body that is no error body of that status.
    """
    meaning = REFUSALS.get(str(answer.status))
    if meaning is None:
        raise unreadable(f"HTTP status {answer.status}", Fault.HTTP_STATUS)
    _check_error(answer)
    evidence: Evidence = {"operation": operation, "member": "HTTP status", "value": answer.status}
    return _result(meaning, str(answer.status), evidence)


def read_failed_login(answer: Answer, operation: str) -> CheckResult:
    """Say what a refused login means for the check that needed it; wrong credentials have a code of their own.

    Raises:
        AdapterError: as for `read_refusal`.
    """
    found = read_refusal(answer, operation)
    if answer.status != UNAUTHORISED:
        return found
    evidence: Evidence = {"operation": operation, "member": "HTTP status of the login", "value": answer.status}
    return _result(REFUSALS[str(UNAUTHORISED)], LOGIN_FAILED, evidence)


def read_token(answer: Answer) -> Token:
    """Read the token of a login that succeeded; its life may be a number or digits (pages disagree).

    Raises:
        AdapterError: there is none that could be sent, or no life.
    """
    document = read_json_object(answer)
    token, ttl = document.get("id"), document.get("ttl")
    if not isinstance(token, str) or not 0 < len(token) <= _LONGEST_TOKEN or not _can_be_sent(token):
        raise _no_token("the login has no id that could be sent")
    if isinstance(ttl, str) and ttl.isascii() and ttl.isdigit() and len(ttl) <= _LONGEST_TTL:
        ttl = int(ttl)
    if type(ttl) is not int or ttl < 0:
        raise _no_token("the login's ttl is no number of seconds")
    return Token(token, ttl)


def _members(document: Mapping[str, object]) -> Mapping[str, object]:
    wrapped = document.get(_WRAPPER)
    if isinstance(wrapped, dict) and STATUS not in document:
        return wrapped
    if wrapped is not None:
        raise unreadable("the answer says two things at once", Fault.CONTRACT)
    return document


def _check_error(answer: Answer) -> None:
    try:
        error = read_json_object(answer, statuses=(answer.status,)).get("error")
    except AdapterError:
        raise unreadable(f"HTTP status {answer.status} without the provider's body", Fault.HTTP_STATUS) from None
    if not isinstance(error, dict) or not isinstance(error.get("name"), str):
        raise unreadable("the answer has no error object", Fault.CONTRACT)
    # statusCode may name an error scenario of its own; in the older body it is the status, and there is no other.
    if error.get("status", error.get("statusCode")) != answer.status:
        raise unreadable("the error is not of this HTTP status", Fault.CONTRACT)


def _can_be_sent(token: str) -> bool:
    return token.isascii() and token.isprintable() and " " not in token


def _no_token(message: str) -> AdapterError:
    return AdapterError(message, fault=Fault.CONTRACT, retry=Retry.LATER, charge_possible=False)


def _result(meaning: Meaning, code: str, evidence: Evidence) -> CheckResult:
    return CheckResult(
        verdict=meaning.verdict,
        billed=meaning.billed,
        retry=meaning.retry,
        provider_code=code,
        request_id=None,
        evidence=evidence,
    )
