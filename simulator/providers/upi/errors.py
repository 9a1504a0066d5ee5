"""Refusing a call: a row of the outcome table with its ``errorDetail``, or a status outside UPI's vocabulary."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NoReturn

from kyc_core.signing.jose_faults import JwsError
from simulator.providers.upi.call import Call
from simulator.providers.upi.codes import FORMAT_ERROR, documented, unauthorised
from simulator.upstream import Step

_NOTHING: Final[Mapping[str, Any]] = {}
DETAIL: Final = "detail"
"""The place of a refusal that holds its ``errorDetail``."""


class NotServed(Exception):
    """Answered before UPI begins: a plain status, without any of its members.

    Source:
        UPI documents 200 and 401 alone; 404, 405 and 413 are what any gateway says [inferred].
    """

    def __init__(self, status: int, text: str, headers: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(text)
        self.status = status
        self.text = text
        self.headers = headers


def refuse(call: Call, code: str, detail: str = "", evidence: Mapping[str, Any] = _NOTHING) -> NoReturn:
    """Answer with the result *code*.

    Args:
        call: the call.
        code: as on the wire.
        detail: ``errorDetail``; by default what the table says of the code.
        evidence: what the check saw; never a personal value.

    Raises:
        UpstreamRefused: always.
    """
    operation = documented()
    told = detail or operation.details.get(code, "")
    call.exchange.refuse(call.check, operation.answer(code), {DETAIL: told}, evidence)


def refuse_format(call: Call, member: str, reason: str = "", evidence: Mapping[str, Any] = _NOTHING) -> NoReturn:
    """Answer with a format error that names *member*, and the *reason* after a blank.

    Raises:
        UpstreamRefused: always.
    """
    detail = f"{member} {reason}" if reason else member
    refuse(call, FORMAT_ERROR, detail, evidence or {"member": member, "reason": reason})


def refuse_caller(call: Call, fault: JwsError) -> NoReturn:
    """Answer with 401 E0; the true cause stays in the explanation.

    Raises:
        UpstreamRefused: always.
    """
    call.exchange.refuse(call.check, unauthorised(), evidence=fault.evidence())


def refuse_unserved(
    call: Call, status: int, text: str, evidence: Mapping[str, Any], headers: tuple[tuple[str, str], ...] = ()
) -> NoReturn:
    """Answer with a plain status, or with 401 E0 where a switch says so.

    Raises:
        NotServed: a plain status.
        UpstreamRefused: 401.
    """
    if call.switch("upi.unknown_path") == "unauthorized":
        call.exchange.refuse(call.check, unauthorised(), evidence=evidence)
    call.exchange.steps.append(Step(call.check, False, evidence))
    raise NotServed(status, text, headers)
