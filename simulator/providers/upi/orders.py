"""Step 22: an order id is used once. Whoever comes first has it, also while the first is still being answered.

A repeated order id gets ``94``, ``78``, or with ``upi.order_replay`` on ``replay`` the first answer again, provided
that one was given and nothing but the identifiers of the message has changed.

Source:
    Uniqueness [seed]; its scope, its duration (for ever) and every answer to a repetition [inferred].
"""

from __future__ import annotations

from typing import Final, NamedTuple

import orjson

from simulator.providers.upi.codes import NAME
from simulator.store import Space

_TABLE: Final = f"{NAME}.orders"
_UNANSWERED: Final = b""


class Kept(NamedTuple):
    """What the first request with an order id got.

    Attributes:
        content: token of what it said.
        code: of the answer.
        body: the answer.
    """

    content: str
    code: str
    body: bytes


def take(space: Space, key: str) -> bool:
    """Use an order id up; tell whether it was unused. Of any number at once, one gets it."""
    unused: list[bool] = []

    def first(before: bytes | None) -> bytes:
        unused.append(before is None)
        return _UNANSWERED if before is None else before

    space.update(_TABLE, key, first)
    # The store may try more than once; the last try is the one that took.
    return unused[-1]


def keep(space: Space, key: str, kept: Kept) -> None:
    """Remember what an order id was answered."""
    space.put(_TABLE, key, orjson.dumps([kept.content, kept.code, kept.body.decode()]))


def kept(space: Space, key: str) -> Kept | None:
    """Return what an order id was answered, or ``None`` while it is not, or was not kept."""
    raw = space.get(_TABLE, key)
    if not raw:
        return None
    content, code, body = orjson.loads(raw)
    return Kept(content, code, body.encode())
