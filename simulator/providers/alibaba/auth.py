"""Who is calling: the AccessKeyId a request claims, its token, its signature, and why a signature does not fit.

What is signed and how is `kyc_core.signing`'s business; here stand the choices a gateway makes around it.

>>> made = credentials(lambda label, length: ("X" * length))
>>> len(made["access_key_id"]), len(made["access_key_secret"]), made["temporary"]["access_key_id"][:10]
(24, 30, 'STS.KYCSIM')

Source:
    Alibaba Cloud OpenAPI, "Request syntax and signature method V3", "... V2 for RPC APIs" [doc]; temporary keys begin
    with ``STS.`` and their tokens with ``CAIS`` [sdk].
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from kyc_core.signing import acs3, acs3_explain, aliyun_rpc, aliyun_rpc_explain
from simulator.providers.alibaba.codes import NAME

if TYPE_CHECKING:
    from simulator.tenants import Tenant, Tenants
    from simulator.wire import WireRequest

IDENTIFIES: Final = ("access_key_id", "temporary.access_key_id")
"""The credential members that stand on the wire."""

TEMPORARY: Final = "STS."
"""How the AccessKeyId of temporary credentials begins."""

_TOKEN: Final = re.compile(r"CAIS[A-Za-z0-9+/=_-]{16,4096}")
_NONCES: Final = "alibaba.nonces"


class Caller(NamedTuple):
    """The holder of an AccessKeyId.

    Attributes:
        tenant: whose it is.
        access_key_secret: what goes with it.
        token: what must be sent along; ``None`` for a permanent key.
    """

    tenant: Tenant
    access_key_secret: str
    token: str | None


class Signed(NamedTuple):
    """A request, and what it presents as its signature.

    Attributes:
        request: as received.
        headers: by name, repeated ones merged as they are signed.
        authorization: of a V3 request.
        query: decoded pairs of the query.
        form: decoded pairs of the body, if that is a form.
    """

    request: WireRequest
    headers: Mapping[str, str]
    authorization: acs3.Authorization | None
    query: Sequence[tuple[str, str]]
    form: Sequence[tuple[str, str]]

    @property
    def parameters(self) -> dict[str, str]:
        """What a V1 request signs, its signature included."""
        return aliyun_rpc.parameters(self.query, self.form)


def credentials(derive: Callable[[str, int], str]) -> Mapping[str, Any]:
    """Make one tenant's keys: of the real length and alphabet, and unmistakably not real."""
    return {
        "access_key_id": "LTAIKYCSIM" + derive("access_key_id", 14),
        "access_key_secret": "KYCSIM" + derive("access_key_secret", 24),
        "temporary": {
            "access_key_id": TEMPORARY + "KYCSIM" + derive("temporary_access_key_id", 19),
            "access_key_secret": "KYCSIMSTS" + derive("temporary_access_key_secret", 35),
            "security_token": "CAISKYCSIMTOKEN" + derive("temporary_security_token", 64),
        },
    }


def caller_of(tenants: Tenants, access_key_id: str) -> Caller | None:
    """Return who holds *access_key_id*, or ``None``."""
    tenant = tenants.holding(NAME, access_key_id)
    if tenant is None:
        return None
    keys = tenant.credentials[NAME]
    if keys["access_key_id"] == access_key_id:
        return Caller(tenant, keys["access_key_secret"], None)
    temporary = keys["temporary"]
    return Caller(tenant, temporary["access_key_secret"], temporary["security_token"])


def token_fault(wanted: str | None, sent: str) -> str:
    """Return the code of what is wrong with a security token, or an empty text.

    Args:
        wanted: what belongs to the key; ``None`` for a permanent one.
        sent: as received, not empty.
    """
    if _TOKEN.fullmatch(sent) is None:
        return "InvalidSecurityToken.Malformed"
    if wanted is None or not hmac.compare_digest(wanted.encode(), sent.encode()):
        return "InvalidSecurityToken.MismatchWithAccessKey"
    return ""


def verifies(signed: Signed, access_key_secret: str, *, check_digest: bool) -> bool:
    """Tell whether the signature is that of *access_key_secret* over the request as received.

    Args:
        signed: the request and what it presents.
        access_key_secret: the registered secret.
        check_digest: the announced digest must be the body's.
    """
    request, presented = signed.request, signed.authorization
    if presented is None:
        return aliyun_rpc.verify(signed.parameters, access_key_secret=access_key_secret, method=request.method)
    if not check_digest:
        return _fits_announced_digest(signed, presented, access_key_secret)
    return acs3.verify(
        presented,
        access_key_secret=access_key_secret,
        method=request.method,
        path=request.path,
        query=request.query,
        headers=signed.headers,
        body=request.body,
    )


def _fits_announced_digest(signed: Signed, presented: acs3.Authorization, access_key_secret: str) -> bool:
    """Verify a V3 signature over whatever digest the request announces."""
    request, headers = signed.request, signed.headers
    block = acs3.header_block([(name, headers.get(name, "").strip()) for name in presented.header_names])
    query, digest = acs3.canonical_query(request.query), headers.get(acs3.CONTENT_DIGEST, "")
    return any(
        hmac.compare_digest(
            acs3.signature(
                access_key_secret,
                acs3.string_to_sign(
                    acs3.canonical_request(request.method, uri, query, block, presented.signed_headers, digest)
                ),
            ),
            presented.signature,
        )
        for uri in dict.fromkeys(("/", request.path))
    )


def server_texts(signed: Signed) -> dict[str, str]:
    """Return what the answer to a mismatch shows: ``string_to_sign``, and ``canonical_request`` of a V3 request.

    Personal, as the request is; for the caller's eyes alone.
    """
    request, presented = signed.request, signed.authorization
    if presented is None:
        return {"string_to_sign": aliyun_rpc.string_to_sign(request.method, signed.parameters)}
    canonical = acs3.received_request(
        presented,
        method=request.method,
        path="/",
        query=request.query,
        headers=signed.headers,
        body=request.body,
    )
    return {"string_to_sign": acs3.string_to_sign(canonical), "canonical_request": canonical}


def diagnose(signed: Signed, access_key_secret: str, *, now: int) -> dict[str, Any]:
    """Say why `verifies` said no, without personal values and without the secret.

    Costs some milliseconds; asked after a failure only.
    """
    request = signed.request
    if signed.authorization is not None:
        diagnosis = acs3_explain.explain(
            signed.authorization,
            access_key_secret=access_key_secret,
            method=request.method,
            path=request.path,
            query=request.query,
            headers=signed.headers,
            body=request.body,
            now=now,
        )
    else:
        diagnosis = aliyun_rpc_explain.explain(
            signed.query, signed.form, access_key_secret=access_key_secret, method=request.method, now=now
        )
    return diagnosis.as_evidence()


def first_use(tenant: Tenant, access_key_id: str, nonce: str, seconds: int) -> bool:
    """Remember a nonce for *seconds* on the tenant's clock; tell whether it is new."""
    now = tenant.clock.time()
    return tenant.space.first_use(_NONCES, f"{access_key_id} {nonce}", now=now, expires_at=now + seconds)
