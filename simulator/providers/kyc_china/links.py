"""The link to the PDF: presigned for seven days, to an object that is deleted after thirty, answered as S3 does.

The key that signs a link is the client's: its id stands in the link and leads to the tenant, as no credential header
comes with a download.

Source:
    A presigned link valid seven days, an object deleted after thirty, a bucket in Hong Kong [seed]; a fresh link with
    every report, and what a dead link or object answers [inferred from Amazon's documentation of S3].
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from html import escape
from typing import TYPE_CHECKING, Any, Final

from kyc_core.signing import s3_presigned
from simulator.providers.kyc_china.codes import NAME, PDF
from simulator.wire import Headers, WireResponse

if TYPE_CHECKING:
    from simulator.tenants import Tenant
    from simulator.transactions import Transaction
    from simulator.wire import WireRequest

FOLDER: Final = "/_pdf"
REGION: Final = "ap-east-1"
OBJECT_LIFE: Final = 30 * 86_400
"""Seconds from the report on."""

_PATH: Final = re.compile(rf"{FOLDER}/([0-9a-f-]{{36}})\.pdf")
_XML: Final[Headers] = (("Content-Type", "application/xml"), ("Server", "AmazonS3"))


def base_of(request: WireRequest, hosts: frozenset[str]) -> str:
    """Return scheme and host under which the client reached us; the provider's real hosts are https."""
    host = request.header("host") or "127.0.0.1"
    scheme = "https" if host.partition(":")[0].lower() in hosts else "http"
    return f"{scheme}://{host}"


def file_name(transaction: Transaction) -> str:
    """Return what the PDF is called."""
    return f"kyc-cn-{transaction.id[:8]}.pdf"


def mint(tenant: Tenant, transaction: Transaction) -> str:
    """Return a link to the transaction's PDF that is good for seven days from now on."""
    base = str(transaction.facts["base"])
    path = f"{FOLDER}/{transaction.id}.pdf"
    keys = tenant.credentials[NAME]
    query = s3_presigned.presign(
        host=base.partition("://")[2],
        path=path,
        key_id=keys["client_id"],
        secret=_secret(keys),
        region=REGION,
        at=tenant.clock.time(),
    )
    return f"{base}{path}?{query}"


def check(request: WireRequest, tenant: Tenant) -> s3_presigned.Link:
    """Return the link a request comes by.

    Raises:
        LinkRefused: it is not good, or no more.
    """
    return s3_presigned.verify(
        request.query.decode("latin-1"),
        host=request.header("host"),
        path=request.path,
        secret=_secret(tenant.credentials[NAME]),
        # A link is minted with whole seconds.
        now=int(tenant.clock.time()),
    )


def find(request: WireRequest, tenant: Tenant) -> Transaction | None:
    """Return the transaction whose PDF a request asks for, while the object lives."""
    match = _PATH.fullmatch(request.path)
    transaction = tenant.transactions.find(match[1]) if match is not None else None
    if transaction is None or transaction.provider != NAME or not transaction.ready or transaction.ready_at is None:
        return None
    return transaction if tenant.clock.time() < transaction.ready_at + OBJECT_LIFE else None


def error_answer(status: int, code: str, message: str, request_id: str, extra: Mapping[str, Any]) -> WireResponse:
    """Return the XML with which S3 refuses; *extra* are further elements by name."""
    members = {"Code": code, "Message": message, **extra, "RequestId": request_id.replace("-", "")[:16].upper()}
    elements = "".join(f"<{name}>{escape(str(value), quote=False)}</{name}>" for name, value in members.items())
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error>{elements}</Error>'
    return WireResponse(status=status, headers=_XML, body=body.encode())


def expiry_elements(link: s3_presigned.Link | None, now: float) -> dict[str, Any]:
    """Return what S3 adds to the refusal of a link that is too old."""
    if link is None:
        return {}
    return {
        "X-Amz-Expires": link.lifetime,
        "Expires": _iso(link.expires_at),
        "ServerTime": _iso(now),
    }


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _secret(keys: Mapping[str, Any]) -> str:
    return f"{keys['client_secret']} {PDF}"
