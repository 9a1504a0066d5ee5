"""Refusing a call: the row of the outcome table, its wording, and the error body it is put into.

Source:
    Six members, listed on the page without a sample [seed]; the older body on sibling pages [doc]; that ``status`` and
    ``statusCode`` both are the HTTP status, and most texts [inferred].
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NoReturn

from contracts.loader import Outcome
from simulator.providers.signzy import messages
from simulator.providers.signzy.call import Call
from simulator.providers.signzy.codes import LOGIN, Envelope, Shape, envelope, table
from simulator.refusing import NOTHING, Refuse
from simulator.wire import JSON_HEADERS, WireResponse

refuse: Final = Refuse(table)
"""Answers with an error code of the table; see `Refuse`."""


def refuse_as_told(call: Call, code: str, evidence: Mapping[str, Any]) -> NoReturn:
    """Answer with an error that a rule or a person asks for: nothing went wrong that could fill its text.

    Raises:
        UpstreamRefused: always.
    """
    fields = table().operations[call.operation]["fields"]
    places = {
        "parameter": fields[-1]["name"] if fields else messages.JSON,
        "position": "0",
        "method": call.request.method,
        "path": call.request.path,
    }
    refuse(call, code, places, evidence=evidence)


def render(call: Call, outcome: Outcome, places: Mapping[str, str] = NOTHING) -> WireResponse:
    """Return the answer that carries an error."""
    words = _words(call, outcome.code)
    row = outcome.worded(words.wording) if words.wording else outcome
    status = outcome.status(call.tenant.switch)
    text = row.text["en"].format_map(places)
    if words.shape is Shape.OLDER:
        body = messages.older(name=words.name, message=text, status=status, code=words.code)
    else:
        body = messages.six_fields(
            name=words.name,
            reason=text,
            status=status,
            message=words.message,
            kind=words.type,
            status_code=call.switch("status_code") or status,
        )
    return WireResponse(status=status, headers=JSON_HEADERS, body=body)


def _words(call: Call, code: str) -> Envelope:
    """Return the body's fixed words; a refused token may be answered as the sibling pages show it."""
    words = envelope(call.operation, code)
    if code == "401" and words.shape is Shape.SIX_FIELDS:
        return envelope(LOGIN, code) if call.switch("unauthorized_shape") == Shape.OLDER else words
    return words
