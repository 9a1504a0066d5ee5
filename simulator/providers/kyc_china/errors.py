"""Refusing a call: the row of the outcome table, its wording, and the error envelope.

Source:
    ``{"message": ...}`` [seed]; the siblings' and the client's ``{"error": ...}`` on a switch [doc, sdk].
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import orjson

from contracts.loader import Outcome
from simulator.providers.kyc_china.codes import table
from simulator.providers.kyc_china.report import text

if TYPE_CHECKING:
    from simulator.providers.kyc_china.call import Call
from simulator.refusing import Refuse

refuse: Final = Refuse(table)
"""Answers with an error code of the table; see `Refuse`."""


def body(call: Call, outcome: Outcome, places: Mapping[str, str]) -> bytes:
    """Return the error envelope."""
    wording = text(outcome, call.switch("language"))
    message = wording.format_map(places) if "{" in wording else wording
    if call.switch("error_envelope") == "both":
        return orjson.dumps({"message": message, "error": message})
    return orjson.dumps({"message": message})
