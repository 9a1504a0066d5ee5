"""Refusing a call: the row of the outcome table, its wording, and the error envelope."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NoReturn

from contracts.loader import Outcome
from simulator.providers.tencent import messages
from simulator.providers.tencent.call import Call
from simulator.providers.tencent.codes import SERVICE, VERSION, Language, table
from simulator.refusing import NOTHING, Refuse

_PRODUCT: Final = "product"
"""The variant that holds the product's own wording of a code which gateway and product share."""


refuse: Final = Refuse(table)
"""Answers with an error code of the table; see `Refuse`."""


def refuse_as_told(call: Call, code: str, evidence: Mapping[str, Any]) -> NoReturn:
    """Answer with an error that a rule or a person asks for: nothing went wrong that could fill its text.

    A code that the action's page lists is worded as the product does; any other as the gateway does, with places filled
    from the call itself, as if its first parameter had been at fault.

    Raises:
        UpstreamRefused: always.
    """
    row = table().error(call.operation.name, code)
    if code in call.operation.errors and _PRODUCT in row.variants:
        row = row.worded(_PRODUCT)
    call.exchange.refuse(call.check, row, _places(call), evidence)


def _places(call: Call) -> dict[str, str]:
    field = call.operation.fields[0]
    limit = call.operation.qps[call.endpoint.site]
    return {
        "parameter": field.name,
        "type": field.kind.value,
        "value": "",
        "attempts": str(limit + 1),
        "limit": str(limit),
        "version": VERSION,
        "service": SERVICE,
        "action": call.operation.name,
        "content_type": messages.JSON,
        "request_id": call.request_id(),
    }


def text(outcome: Outcome, language: Language, places: Mapping[str, str] = NOTHING) -> str:
    """Return an outcome's wording with its places filled; English where there is no Chinese.

    Raises:
        KeyError: a place is left open.
    """
    wording = outcome.text.get(language) or outcome.text[Language.ENGLISH]
    return wording.format_map(places) if "{" in wording else wording
