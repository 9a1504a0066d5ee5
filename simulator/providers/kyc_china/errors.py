"""Refusing a call: the row of the outcome table, its wording, and the error envelope.

Source:
    ``{"message": ...}`` [seed]; the siblings' and the client's ``{"error": ...}`` on a switch [doc, sdk].
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NoReturn

import orjson

from contracts.loader import Outcome
from simulator.providers.kyc_china.codes import table
from simulator.providers.kyc_china.report import text

if TYPE_CHECKING:
    from simulator.providers.kyc_china.call import Call

_NOTHING: Final[Mapping[str, Any]] = {}


def refuse(
    call: Call,
    code: str,
    places: Mapping[str, str] = _NOTHING,
    *,
    wording: str = "",
    evidence: Mapping[str, Any] = _NOTHING,
) -> NoReturn:
    """Answer with the error *code* of the call's operation.

    Args:
        call: the call.
        code: the HTTP status as text, which is all the code there is.
        places: what fills the text's ``{name}`` places.
        wording: which variant of the text, if not the usual one.
        evidence: what the check saw; never a personal value.

    Raises:
        UpstreamRefused: always.
    """
    row = table().error(call.listed_operation, code)
    call.exchange.refuse(call.check, row.worded(wording) if wording else row, places, evidence)


def body(call: Call, outcome: Outcome, places: Mapping[str, str]) -> bytes:
    """Return the error envelope."""
    wording = text(outcome, call.switch("language"))
    message = wording.format_map(places) if "{" in wording else wording
    if call.switch("error_envelope") == "both":
        return orjson.dumps({"message": message, "error": message})
    return orjson.dumps({"message": message})
