"""The call that is measured: a BankCardVerification of somebody on file, signed once and sent again and again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from benchmarks.load import Call
from kyc_core.signing import tc3

if TYPE_CHECKING:
    from simulator.tenants import Tenant

_JSON: Final = "application/json"


def signed_call(tenant: Tenant, host: str, port: int, *, now: float) -> Call:
    """Return the call for *tenant* at ``host:port``; its signature lasts five minutes from *now* (Unix seconds)."""
    keys = tenant.credentials["tencent"]
    person = next(person for person in tenant.register.people() if person.cards)
    body = json.dumps({"IdCard": person.resident_id, "Name": person.name, "BankCard": person.cards[0].number})
    authorization = tc3.sign(
        secret_id=keys["secret_id"],
        secret_key=keys["secret_key"],
        method="POST",
        host=f"{host}:{port}",
        content_type=_JSON,
        timestamp=int(now),
        body=body.encode(),
    )
    headers = {
        "Content-Type": _JSON,
        "X-TC-Action": "BankCardVerification",
        "X-TC-Version": "2018-03-01",
        "X-TC-Timestamp": str(int(now)),
        "Authorization": authorization,
    }
    return Call(host=host, port=port, path="/tencent", headers=headers, body=body)
