"""Callbacks as they are handed to an adapter: as they came, or as somebody who knows their form makes them up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final
from urllib.parse import parse_qsl, urlencode

from contracts.cases import Delivery
from contracts.foreign_answers import FOREIGN
from kyc_core.adapters.base import Received

_STRANGE: Final = "0"


def delivered(delivery: Delivery, received: Received, *, provider: str, forge: Mapping[str, str]) -> Received:
    """Return what is handed over.

    Args:
        delivery: `Delivery.FORGED` says that the person passed; `Delivery.STRANGER` says so of a check nobody began.
        received: what the provider sent.
        provider: whose match stands in the body, where the result stands there.
        forge: what the address says of a match, where the result stands there.
    """
    if delivery not in (Delivery.FORGED, Delivery.STRANGER):
        return received
    path, _, query = received.target.partition("?")
    pairs = dict(parse_qsl(query, keep_blank_values=True))
    if delivery is Delivery.STRANGER:
        pairs = {name: _STRANGE * len(value) for name, value in pairs.items()}
    target = f"{path}?{urlencode({**pairs, **forge})}"
    return replace(received, target=target, body=received.body if forge else FOREIGN[provider])
