"""Tokens: which transaction a client may poll, for how long, and nothing else.

A token carries the transaction, whose it is, what it is for and when it ends; none of that is personal, because a
token is only encoded.

Source:
    HS256 in both printed samples [seed]. Claims, 24 hours on the tenant's clock and what is refused [inferred].
"""

from __future__ import annotations

from enum import StrEnum
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final

from kyc_core.signing import jwt_hs256
from simulator.providers.kyc_china.codes import NAME
from simulator.providers.kyc_china.messages import TOKEN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.tenants import Tenant

AUDIENCE: Final = "kyc-cn-poll"
_HOUR: Final = 3600


class Cause(StrEnum):
    """Why a token is refused, beyond what `kyc_core.signing.jwt_hs256.TokenFault` says; for explanations only."""

    PATTERN = "pattern"
    CLAIMS = "claims"
    """A claim is missing or not of its type."""
    AUDIENCE = "audience"
    OTHER_CLIENT = "other_client"
    EXPIRED = "expired"
    UNKNOWN = "unknown_transaction"


class BadToken(ValueError):
    """A token may not be polled with; the text is the cause."""


def key_of(seed: str) -> bytes:
    """Return the simulator's signing key; one for all tenants, so that a token of another client is known as such."""
    return blake2b(f"{seed}\0{NAME} tokens".encode(), digest_size=32).digest()


def issue(tenant: Tenant, transaction_id: str, *, key: bytes, hours: int) -> str:
    """Return a token for one transaction of *tenant*."""
    now = int(tenant.clock.time())
    claims = {
        "sub": transaction_id,
        "cid": _client(tenant),
        "aud": AUDIENCE,
        "iat": now,
        "exp": now + hours * _HOUR,
    }
    return jwt_hs256.sign(claims, key=key)


def transaction_of(token: str, tenant: Tenant, *, key: bytes) -> str:
    """Return the transaction that *token* lets *tenant* poll; whether there is such a one is not asked.

    Raises:
        BadToken: for every other token.
    """
    if TOKEN.fullmatch(token) is None:
        raise BadToken(Cause.PATTERN)
    try:
        claims = jwt_hs256.verify(token, key=key)
    except jwt_hs256.TokenRefused as refused:
        raise BadToken(refused.fault) from None
    if not _is_complete(claims):
        raise BadToken(Cause.CLAIMS)
    if claims["aud"] != AUDIENCE:
        raise BadToken(Cause.AUDIENCE)
    if claims["cid"] != _client(tenant):
        raise BadToken(Cause.OTHER_CLIENT)
    if tenant.clock.time() >= claims["exp"]:
        raise BadToken(Cause.EXPIRED)
    return str(claims["sub"])


def _is_complete(claims: Mapping[str, Any]) -> bool:
    texts = all(isinstance(claims.get(name), str) for name in ("sub", "cid", "aud"))
    return texts and all(type(claims.get(name)) is int for name in ("iat", "exp"))


def _client(tenant: Tenant) -> str:
    """Return a digest of the client id: a token gives nothing away that a log of tokens should not hold."""
    return blake2b(str(tenant.credentials[NAME]["client_id"]).encode(), digest_size=8).hexdigest()
