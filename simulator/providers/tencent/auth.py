"""Who is calling: the credential a request claims, its token, its signature, and why a signature does not fit.

What is signed and how is `kyc_core.signing`'s business; here stand the choices a gateway makes around it.

>>> made = credentials(lambda label, length: ("X" * length))
>>> len(made["secret_id"]), len(made["secret_key"]), made["temporary"]["secret_id"][:10]
(36, 32, 'AKIDKYCSIM')

Source:
    Tencent Cloud, pages "Signature v3" and "Signature v1" [doc]; temporary keys and tokens: official SDK sources and
    their integration tests [sdk].
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from kyc_core.signing import tc3, tc3_explain, tencent_v1, tencent_v1_explain
from kyc_core.signing.canonical import without_port
from kyc_core.signing.causes import Cause
from simulator.providers.tencent.codes import NAME

if TYPE_CHECKING:
    from simulator.tenants import Tenant, Tenants
    from simulator.wire import WireRequest

IDENTIFIES: Final = ("secret_id", "temporary.secret_id")
"""The credential members that stand on the wire."""

_NONCES: Final = "tencent.nonces"


class Caller(NamedTuple):
    """The holder of a SecretId.

    Attributes:
        tenant: whose it is.
        secret_key: the key that goes with it.
        token: what must be sent along; ``None`` for a permanent key.
    """

    tenant: Tenant
    secret_key: str
    token: str | None


class Signed(NamedTuple):
    """A request, and what it presents as its signature.

    Attributes:
        request: as received.
        timestamp: as sent.
        authorization: of a v3 request.
        pairs: every parameter of a v1 request, decoded, blank ones kept.
    """

    request: WireRequest
    timestamp: str
    authorization: tc3.Authorization | None
    pairs: list[tuple[str, str]]


def credentials(derive: Callable[[str, int], str]) -> Mapping[str, Any]:
    """Make one tenant's keys: of the real length and alphabet, and unmistakably not real."""
    return {
        "secret_id": "AKIDKYCSIM" + derive("secret_id", 26),
        "secret_key": "KYCSIM" + derive("secret_key", 26),
        "temporary": {
            "secret_id": "AKIDKYCSIMSTS" + derive("temporary_secret_id", 23),
            "secret_key": "KYCSIMSTS" + derive("temporary_secret_key", 23),
            "token": "KYCSIMTOKEN" + derive("temporary_token", 53),
        },
    }


def caller_of(tenants: Tenants, secret_id: str) -> Caller | None:
    """Return who holds *secret_id*, or ``None``."""
    tenant = tenants.holding(NAME, secret_id)
    if tenant is None:
        return None
    keys = tenant.credentials.plain(NAME)
    if keys["secret_id"] == secret_id:
        return Caller(tenant, keys["secret_key"], None)
    temporary = keys["temporary"]
    return Caller(tenant, temporary["secret_key"], temporary["token"])


def verifies(signed: Signed, secret_key: str, *, strict_service: bool, exact_host: bool) -> bool:
    """Tell whether the signature is that of *secret_key* over the request as received.

    Args:
        signed: the request and what it presents.
        secret_key: the registered key.
        strict_service: the credential scope must name this product.
        exact_host: the host must be signed as it was sent, port included.
    """
    headers = signed.request.by_name
    if "host" not in headers:
        headers = {**headers, "host": ""}
    if not _fits(signed, secret_key, headers, strict_service):
        return False
    if not exact_host:
        return True
    host = headers["host"]
    bare = without_port(host)
    # Over the bare name alone, only a signature that left the port out still fits.
    return bare == host or not _fits(signed, secret_key, {**headers, "host": bare}, strict_service)


def names_endpoint(signed: Signed) -> bool:
    """Tell whether the credential scope names what some clients make of their endpoint instead of this product.

    That is everything before the first dot: ``127`` at 127.0.0.1:8080, all of it at localhost:8080/tencent. At the
    provider's own hosts it is the product.

    Source:
        Captured requests of Node, source of Java [sdk].
    """
    if signed.authorization is None:
        return True
    named = without_port(signed.authorization.service.partition("/")[0]).lower()
    return named == without_port(signed.request.header("host")).partition(".")[0].lower()


def _fits(signed: Signed, secret_key: str, headers: Mapping[str, str], strict_service: bool) -> bool:
    """Verify as if *headers* had been sent; the host is accepted with and without its port."""
    request, timestamp, authorization, pairs = signed
    if authorization is None:
        return tencent_v1.verify(
            pairs, secret_key=secret_key, method=request.method, host=headers["host"], path=request.path
        )
    return tc3.scope_date_matches(authorization, timestamp) and tc3.verify(
        authorization,
        secret_key=secret_key,
        method=request.method,
        path=request.path,
        query=request.query,
        headers=headers,
        body=request.body,
        timestamp=timestamp,
        strict_service=strict_service,
    )


def diagnose(signed: Signed, secret_key: str, *, strict_service: bool, now: int) -> dict[str, Any]:
    """Say why `verifies` said no, without personal values and without the secret.

    Costs some milliseconds; asked after a failure only.
    """
    request = signed.request
    if signed.authorization is not None:
        diagnosis = tc3_explain.explain(
            signed.authorization,
            secret_key=secret_key,
            method=request.method,
            path=request.path,
            query=request.query,
            headers=request.by_name,
            body=request.body,
            timestamp=signed.timestamp,
            now=now,
            strict_service=strict_service,
        )
    else:
        diagnosis = tencent_v1_explain.explain(
            signed.pairs,
            secret_key=secret_key,
            method=request.method,
            host=request.header("host"),
            path=request.path,
            now=now,
        )
    if diagnosis.cause is Cause.NONE:
        return {"cause": Cause.WRONG_PORT.value, "detail": "the client signed the host without its port"}
    return diagnosis.as_evidence()


def first_use(tenant: Tenant, secret_id: str, nonce: str, timestamp: int) -> bool:
    """Remember a v1 nonce for as long as its timestamp may be accepted; tell whether it is new."""
    now = tenant.clock.time()
    until = timestamp + 2.0 * tc3.WINDOW_SECONDS
    return tenant.space.first_use(_NONCES, f"{secret_id} {nonce} {timestamp}", now=now, expires_at=until)
