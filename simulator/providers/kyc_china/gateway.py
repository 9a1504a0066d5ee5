"""What every endpoint checks first: path, method, the two credential headers, the number of calls.

Each function is one check. It returns what it saw, or nothing to say, and refuses by raising.

Source:
    Credentials before the body, statuses of every refusal [inferred]; limits: the page has a heading about them, whose
    text is not known.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from simulator.providers.kyc_china import auth
from simulator.providers.kyc_china.codes import NAME, POLL, table
from simulator.providers.kyc_china.errors import refuse

if TYPE_CHECKING:
    from simulator.providers.kyc_china.call import Call

Evidence = Mapping[str, Any] | None


def path(call: Call) -> Evidence:
    """1. An endpoint that is served; those before the fan-out only where a tenant asks for them."""
    tenant = auth.claimed(call.exchange.services.tenants, call.request)
    if tenant is not None:
        # Named, not proven: its clock, switches and journal are used from here.
        call.exchange.tenant = tenant
    if call.operation.startswith("legacy.") and call.switch("legacy") == "off":
        call.operation = call.exchange.operation = ""
        refuse(call, "404", evidence={"switch": "kyc_china.legacy is off"})
    if not call.operation:
        refuse(call, "404")
    return None


def method(call: Call) -> Evidence:
    """2. The endpoint's method."""
    wanted = table().operations[call.operation]["method"]
    if call.request.method != wanted:
        refuse(call, "405", evidence={"expected": wanted})
    return None


def credentials(call: Call) -> Evidence:
    """3. Client id and secret, both right."""
    tenant = auth.claimed(call.exchange.services.tenants, call.request)
    fault = auth.fault_of(tenant, call.request)
    if fault is not None:
        if call.switch("auth_failure_status") == 403:
            refuse(call, "403", evidence={"cause": fault})
        refuse(call, "401", wording="credentials" if call.operation == POLL else "", evidence={"cause": fault})
    return None


def throttle(call: Call) -> Evidence:
    """4. Not too many calls of one endpoint in a second, where there is a limit."""
    limit: int = call.switch("throttle_per_second")
    if not limit:
        return None
    attempt = call.exchange.tenant.throttle.per_second(f"{NAME} {call.operation}", limit)
    evidence = {"number": attempt.number, "limit": attempt.limit}
    if not attempt.allowed:
        refuse(call, "429", evidence=evidence)
    return evidence
