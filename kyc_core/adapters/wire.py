"""What a claim becomes on the wire: the members an operation uses, under the provider's names.

>>> wire_members(Claim(name="韦小宝"), members={"name": "Name"}, extras={})
{'Name': '韦小宝'}
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kyc_core.adapters.base import AdapterError, Claim, Fault
from kyc_core.verdicts import Retry


def misuse(message: str, fault: Fault) -> AdapterError:
    """Return the error for a call that was never made, because it makes no sense."""
    return AdapterError(message, fault=fault, retry=Retry.FIX_REQUEST, charge_possible=False)


def wire_members(claim: Claim, *, members: Mapping[str, str], extras: Mapping[str, str]) -> dict[str, Any]:
    """Return what an operation sends of a claim, by wire name.

    Args:
        claim: what somebody says about themselves.
        members: the wire name of each member of the claim, all of them required; others are not sent.
        extras: the wire name of each optional member of ``Claim.extra``.

    Raises:
        AdapterError: `Fault.INCOMPLETE_CLAIM` or `Fault.UNKNOWN_EXTRA`.
    """
    stated = {name: getattr(claim, name) for name in members}
    missing = [name for name, value in stated.items() if value is None]
    if missing:
        raise misuse(f"the claim does not state {', '.join(missing)}", Fault.INCOMPLETE_CLAIM)
    unknown = sorted(claim.extra.keys() - extras.keys())
    if unknown:
        raise misuse(f"the operation knows no extra called {', '.join(unknown)}", Fault.UNKNOWN_EXTRA)
    body = {wire: stated[name] for name, wire in members.items()}
    return body | {extras[name]: value for name, value in claim.extra.items()}
