"""What an answer of the MPS gateway's JSON dialect says, closed to everything undocumented.

An answer is believed only when nothing about it is odd: ``code`` and ``data`` agree, every code is a documented *text*,
in a face comparison all members that say the same thing say it, and a score lies where its verdict puts it.

Source:
    Chuanglan, identity check: envelope; ``remark`` must not be used as a condition [doc]. That the members of a face
    comparison agree [inferred].
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from kyc_core.adapters.base import AdapterError, CheckResult, Fault
from kyc_core.adapters.meanings import Meaning
from kyc_core.adapters.mps_operations import Operation
from kyc_core.adapters.transport import unreadable
from kyc_core.verdicts import Retry

SUCCESS: Final = "200000"

_ORDER_NUMBER: Final = re.compile(r"[0-9A-Za-z-]{1,64}")
_CODE: Final = re.compile(r"-?[0-9A-Za-z]{1,16}")
_SCORE: Final = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,2})?")


def interpret(operation: Operation, document: Mapping[str, object], *, scale: float) -> CheckResult:
    """Return the documented meaning of an answer.

    Args:
        operation: what was asked.
        document: the answer, read strictly.
        scale: highest score.

    Raises:
        AdapterError: the answer cannot be relied on.
    """
    charge, code = document.get("chargeStatus"), document.get("code")
    if type(charge) is not int or charge not in (0, 1):
        raise unreadable("chargeStatus is neither 0 nor 1", Fault.CONTRACT)
    if not isinstance(code, str):
        raise unreadable("the answer has no code", Fault.CONTRACT)
    if code != SUCCESS:
        return _refusal(operation, code, document, billed=charge == 1)
    data = document.get("data")
    if not isinstance(data, dict):
        raise unreadable("the answer has no data", Fault.CONTRACT)
    order = data.get("orderNo")
    if not isinstance(order, str) or not _ORDER_NUMBER.fullmatch(order):
        raise unreadable("the answer has no orderNo", Fault.CONTRACT)
    member = "photoResult" if operation.has_photo else "result"
    found = data.get(member)
    if not isinstance(found, str):
        raise unreadable(f"{member} is not a text", Fault.CONTRACT, request_id=order)
    meaning = operation.results.get(found)
    if meaning is None:
        raise unknown_code(found, request_id=order)
    for beside, words in operation.beside.items():
        if data.get(beside) != words[found]:
            raise unreadable(f"{beside} contradicts {member}", Fault.CONTRACT, request_id=order)
    if operation.has_photo:
        check_score(operation, found, data.get("photoScore"), scale=scale, request_id=order)
    return told(operation, meaning, found, member, billed=charge == 1, request_id=order)


def told(
    operation: Operation, meaning: Meaning, code: str, member: str, *, billed: bool, request_id: str | None = None
) -> CheckResult:
    """Return the result that *code*, read from *member*, stands for."""
    return CheckResult(
        verdict=meaning.verdict,
        billed=billed,
        retry=meaning.retry,
        provider_code=code,
        request_id=request_id,
        evidence={"operation": operation.name, "member": member, "value": code},
    )


def check_score(operation: Operation, code: str, score: object, *, scale: float, request_id: str | None) -> None:
    """See that the score is one, and lies where *code* puts it; a code without a score has none.

    Raises:
        AdapterError: it does not.
    """
    band = operation.scores.get(code)
    if band is None:
        if score not in ("", None):
            raise unreadable("a score where nothing was compared", Fault.CONTRACT, request_id=request_id)
        return
    if not isinstance(score, str) or not _SCORE.fullmatch(score):
        raise unreadable("the score is not a number written as text", Fault.CONTRACT, request_id=request_id)
    low, high = band
    if not low <= float(score) * 100 / scale <= high:
        raise unreadable("the score contradicts the verdict", Fault.CONTRACT, request_id=request_id)


def unknown_code(code: str, *, request_id: str | None = None) -> AdapterError:
    """Return the error for a code that means nothing to this version; repeated only where it looks like one."""
    return AdapterError(
        "the code is not documented for this operation",
        fault=Fault.UNKNOWN_CODE,
        retry=Retry.NEVER,
        charge_possible=True,
        provider_code=code if _CODE.fullmatch(code) else None,
        request_id=request_id,
    )


def _refusal(operation: Operation, code: str, document: Mapping[str, object], *, billed: bool) -> CheckResult:
    """Read a refusal. Its message is left alone: it may change at any time."""
    if document.get("data") is not None:
        raise unreadable("a refusal has data", Fault.CONTRACT)
    meaning = operation.errors.get(code)
    if meaning is None:
        raise unknown_code(code)
    return told(operation, meaning, code, "code", billed=billed)
