"""Who is calling: an appId with its signature in the JSON dialect, a licence at NCIIC.

>>> made = credentials(lambda label, length: "X" * length)
>>> len(made["app_id"]), len(made["app_key"]), made["license"][:10]
(14, 32, 'KYCSIMLICE')

Source:
    ``appId`` and ``appKey``: Chuanglan, identity check [doc]; ``inLicense`` is an opaque text: public integrations of
    the NCIIC service [sdk]. Lengths [inferred].
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from kyc_core.signing import mps_hmac_sha1, mps_hmac_sha1_explain
from kyc_core.signing.mps_hmac_sha1 import APP_ID, ID_NUM, NAME, SIGN
from simulator.providers.mps import codes

if TYPE_CHECKING:
    from simulator.tenants import Tenant, Tenants

IDENTIFIES: Final = ("app_id", "license")
"""The credential members that stand on the wire."""


def credentials(derive: Callable[[str, int], str]) -> Mapping[str, Any]:
    """Make one tenant's keys, unmistakably not real."""
    return {
        "app_id": "KYCSIM" + derive("app_id", 8),
        "app_key": "KYCSIM" + derive("app_key", 26),
        "license": "KYCSIMLICENSE" + derive("license", 51),
    }


def holder_of(tenants: Tenants, member: str, presented: str) -> Tenant | None:
    """Return the tenant whose credential *member* (``app_id``, ``license``) is *presented*, or ``None``."""
    tenant = tenants.holding(codes.NAME, presented)
    if tenant is None:
        return None
    # Both members are kept in one directory: an appId must not pass for a licence.
    held: str = tenant.credentials[codes.NAME][member]
    return tenant if hmac.compare_digest(held.encode(), presented.encode("utf-8", "surrogatepass")) else None


def verifies(parameters: Mapping[str, str], tenant: Tenant) -> bool:
    """Tell whether ``sign`` is the tenant's signature of the three signed values as received."""
    return mps_hmac_sha1.verify(
        parameters.get(SIGN, ""),
        app_key=tenant.credentials[codes.NAME]["app_key"],
        app_id=parameters.get(APP_ID, ""),
        id_num=parameters.get(ID_NUM, ""),
        name=parameters.get(NAME, ""),
    )


def diagnose(parameters: Mapping[str, str], tenant: Tenant) -> dict[str, Any]:
    """Say why `verifies` said no, without personal values and without the key.

    Costs some milliseconds; asked after a failure only.
    """
    app_key = tenant.credentials[codes.NAME]["app_key"]
    return mps_hmac_sha1_explain.explain(parameters, app_key=app_key, sent=parameters).as_evidence()
