"""What a client is charged for: one unit per sub-check that got an answer, and the list of them.

Source:
    One upstream call per sub-check, and ``GET /core/billing`` with start and end in epoch seconds [sdk]; what an item
    looks like is not known. No charge for what errored, and none for what was not found unless a switch says so
    [inferred].
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from kyc_core.signing.canonical import query_pairs
from simulator.providers.kyc_china.codes import NAME, sub_checks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulator.providers.kyc_china.fan_out import Finding
    from simulator.tenants import Tenant

_SECONDS: Final = re.compile("[0-9]{1,12}")


def charge(tenant: Tenant, findings: Iterable[Finding], request_id: str) -> None:
    """Enter every sub-check into the ledger, charged or free."""
    at = tenant.clock.time()
    for finding in findings:
        tenant.ledger.record(
            at=at,
            provider=NAME,
            operation=finding.run.check.name,
            request_id=request_id,
            code=finding.outcome.code,
            billed=finding.billed,
            why=finding.outcome.evidence if finding.billed is finding.outcome.billed else "rule or switch",
        )


def period(query: bytes) -> tuple[int, int] | None:
    """Return the first and the last second asked for, or ``None`` when the query does not say."""
    pairs = dict(query_pairs(query))
    start, end = pairs.get("start", ""), pairs.get("end", "")
    if not (_SECONDS.fullmatch(start) and _SECONDS.fullmatch(end)) or int(start) > int(end):
        return None
    return int(start), int(end)


def items(tenant: Tenant, start: int, end: int) -> list[dict[str, Any]]:
    """Return the charged sub-checks of a period, both ends included, oldest first."""
    return [
        {"requestId": entry["request_id"], "check": entry["operation"], "at": int(entry["at"]), "units": 1}
        for entry in tenant.ledger.entries()
        if entry["provider"] == NAME
        and entry["operation"] in sub_checks()
        and entry["charged"]
        and start <= int(entry["at"]) <= end
    ]
