"""Downloading the PDF: no credential header, only the link.

Source:
    See `simulator.providers.kyc_china.links`. An expired link is refused before anybody looks for its object [inferred
    from S3's order of checks].
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from kyc_core.signing.s3_presigned import LinkFault, LinkRefused, read
from simulator.providers.kyc_china import links
from simulator.providers.kyc_china.codes import NAME, PDF, row, table
from simulator.upstream import Step
from simulator.wire import WireResponse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulator.providers.kyc_china.call import Call
    from simulator.transactions import Transaction

_MEANINGS: Final = {
    LinkFault.UNSIGNED: "access_denied",
    LinkFault.MALFORMED: "malformed_link",
    LinkFault.NOT_YET: "access_denied",
    LinkFault.EXPIRED: "access_denied",
    LinkFault.WRONG_SIGNATURE: "signature_does_not_match",
}


def answer(call: Call) -> WireResponse:
    """Answer a request below the folder of the PDFs."""
    exchange = call.exchange
    exchange.operation = call.operation = PDF
    if call.request.method not in ("GET", "HEAD"):
        return _refused(call, "link_method", evidence={"expected": "GET"})
    try:
        link = read(call.request.query.decode("latin-1"))
        tenant = exchange.services.tenants.holding(NAME, link.key_id)
        if tenant is None:
            return _refused(call, "access_denied", evidence={"cause": "unknown key"})
        exchange.tenant = tenant
        links.check(call.request, tenant)
    except LinkRefused as refused:
        wording = "expired" if refused.fault is LinkFault.EXPIRED else ""
        extra = links.expiry_elements(refused.link, exchange.tenant.clock.time()) if wording else {}
        return _refused(
            call, _MEANINGS[refused.fault], wording=wording, extra=extra, evidence={"cause": refused.fault.value}
        )
    exchange.passed("link", {"expires_at": link.expires_at})
    transaction = links.find(call.request, tenant)
    if transaction is None:
        return _refused(call, "no_such_key", evidence={"cause": "deleted after thirty days, or never there"})
    return _document(call, transaction)


def _document(call: Call, transaction: Transaction) -> WireResponse:
    from simulator.providers.kyc_china import pdf  # brings the PDF writer along, which no other answer needs

    exchange = call.exchange
    call.transaction_id = transaction.id
    exchange.passed("object", {"transaction": transaction.id})
    exchange.settle(row(PDF, "downloaded"))
    call.request_id()
    headers = (
        ("Content-Type", "application/pdf"),
        ("Content-Disposition", f'inline; filename="{links.file_name(transaction)}"'),
        ("Server", "AmazonS3"),
    )
    return WireResponse(status=200, headers=headers, body=pdf.render(transaction))


def _refused(
    call: Call,
    meaning: str,
    *,
    wording: str = "",
    extra: Mapping[str, Any] | None = None,
    evidence: Mapping[str, Any],
) -> WireResponse:
    exchange = call.exchange
    outcome = table().meaning(PDF, meaning, kind="error")
    exchange.steps.append(Step("link", False, evidence))
    exchange.settle(outcome)
    message = (outcome.worded(wording) if wording else outcome).text["en"]
    return links.error_answer(outcome.http_status, outcome.code, message, call.request_id(), extra or {})
