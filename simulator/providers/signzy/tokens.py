"""Tokens of a login: how long they live on the tenant's clock, and when they have ended.

A token begins with the handle that is also part of the user name, so that it leads to its tenant before anything of
that tenant is known. Of a token only its digest is kept.

Source:
    ``id``, ``ttl`` in seconds, ``created``, ``userId``; 64 characters or so in samples of siblings [doc]. Form of the
    last two, and that a token ended is told from one expired in explanations only [inferred].
"""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import blake2b
from typing import TYPE_CHECKING, Final, NamedTuple

import orjson

if TYPE_CHECKING:
    from simulator.tenants import Tenant

HANDLE_LENGTH: Final = 16
_CHANCE_LENGTH: Final = 48
_TABLE: Final = "signzy.tokens"
_MOST: Final = 10_000
"""Tokens remembered per tenant; the oldest are forgotten first."""


class Token(NamedTuple):
    """What a login answers: the token, seconds it lives, when it was made, and whose it is."""

    identifier: str
    ttl: int
    created: str
    user_id: str


def issue(tenant: Tenant, handle: str, *, ttl: int) -> Token:
    """Make a token of *tenant*, whose handle it begins with."""
    now = tenant.clock.now()
    identifier = handle + tenant.ids.token(_TABLE, _CHANCE_LENGTH)
    space = tenant.space
    space.put(_TABLE, _digest(identifier), orjson.dumps({"until": now.timestamp() + ttl, "ended": False}))
    if space.size(_TABLE) > _MOST:
        space.delete(_TABLE, space.scan(_TABLE)[0][0])
    return Token(identifier, ttl, _moment(now), blake2b(handle.encode(), digest_size=12).hexdigest())


def fault_of(tenant: Tenant, identifier: str) -> str | None:
    """Say why a token of *tenant* is not valid now, for the explanation only; ``None`` when it is."""
    raw = tenant.space.get(_TABLE, _digest(identifier))
    if raw is None:
        return "unknown_token"
    kept = orjson.loads(raw)
    if kept["ended"]:
        return "token_logged_out"
    return "token_expired" if tenant.clock.time() >= kept["until"] else None


def end(tenant: Tenant, identifier: str) -> None:
    """Make a token invalid from now on; one that is not kept stays unknown."""

    def ended(raw: bytes | None) -> bytes | None:
        return None if raw is None else orjson.dumps({**orjson.loads(raw), "ended": True})

    tenant.space.update(_TABLE, _digest(identifier), ended)


def _digest(identifier: str) -> str:
    return blake2b(identifier.encode("utf-8", "surrogatepass"), digest_size=32).hexdigest()


def _moment(now: datetime) -> str:
    """Write a moment as JavaScript does.

    >>> _moment(datetime(2026, 1, 5, 2, 0, tzinfo=UTC))
    '2026-01-05T02:00:00.000Z'
    """
    return now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
