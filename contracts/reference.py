"""The reference adapters as the harness takes adapters: ``module:factory``, called with endpoint and credentials.

``kyc-sim contract test --provider tencent --adapter contracts.reference:tencent`` shows what a clean run looks like,
and these functions show what a factory is.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from typing import Any

from kyc_core.adapters.base import Adapter
from kyc_core.adapters.transport import Send


def tencent(endpoint: str, credentials: Mapping[str, Any], send: Send | None = None) -> Adapter:
    """Make the adapter for Tencent Cloud FaceID.

    Args:
        endpoint: scheme, host and path prefix.
        credentials: ``secret_id`` and ``secret_key``.
        send: reaches the provider; by default over `requests`.
    """
    from kyc_core.adapters.tencent import TencentAdapter

    return TencentAdapter(
        secret_id=credentials["secret_id"],
        secret_key=credentials["secret_key"],
        clock=time.time,
        endpoint=endpoint,
        send=send,
    )


def alibaba(endpoint: str, credentials: Mapping[str, Any], send: Send | None = None) -> Adapter:
    """Make the adapter for Alibaba Cloud ID Verification.

    Args:
        endpoint: scheme, host and path prefix.
        credentials: ``access_key_id`` and ``access_key_secret``.
        send: reaches the provider; by default over `requests`.
    """
    from kyc_core.adapters.alibaba import AlibabaAdapter

    return AlibabaAdapter(
        access_key_id=credentials["access_key_id"],
        access_key_secret=credentials["access_key_secret"],
        clock=time.time,
        random_bytes=os.urandom,
        sleep=time.sleep,
        endpoint=endpoint,
        send=send,
    )


def mps(endpoint: str, credentials: Mapping[str, Any], send: Send | None = None) -> Adapter:
    """Make the adapter for the MPS gateway and NCIIC's service.

    Args:
        endpoint: scheme and host.
        credentials: ``app_id``, ``app_key`` and ``license``.
        send: reaches the provider; by default over `requests`.
    """
    from kyc_core.adapters.mps import MpsAdapter

    return MpsAdapter(
        endpoint=endpoint,
        send=send,
        app_id=credentials["app_id"],
        app_key=credentials["app_key"],
        licence=credentials["license"],
        unit="kyc-sim",
    )


def signzy(endpoint: str, credentials: Mapping[str, Any], send: Send | None = None) -> Adapter:
    """Make the adapter for Signzy, with the static token.

    Args:
        endpoint: scheme and host.
        credentials: ``token``.
        send: reaches the provider; by default over `requests`.
    """
    from kyc_core.adapters.signzy import SignzyAdapter

    return SignzyAdapter(credential=credentials["token"], clock=time.time, endpoint=endpoint, send=send)


def upi(endpoint: str, credentials: Mapping[str, Any], send: Send | None = None) -> Adapter:
    """Make the adapter for UnionPay International.

    Args:
        endpoint: scheme and host.
        credentials: ``member_iin``, ``path``, and the keys as `kyc_core.adapters.upi_parties.Keys.load` takes them.
        send: reaches the provider; by default over `requests`.
    """
    from kyc_core.adapters.upi import UpiAdapter
    from kyc_core.adapters.upi_parties import Keys

    return UpiAdapter(
        keys=Keys.load(credentials),
        member_iin=credentials["member_iin"],
        member_name="KYC SIM",
        threshold=80,
        clock=time.time,
        random_bytes=os.urandom,
        endpoint=endpoint,
        send=send,
        path=credentials["path"],
    )


def kyc_china(endpoint: str, credentials: Mapping[str, Any], send: Send | None = None) -> Adapter:
    """Make the adapter for the aggregator.

    Args:
        endpoint: scheme and host.
        credentials: ``client_id`` and ``client_secret``.
        send: reaches the provider; by default over `requests`.
    """
    from kyc_core.adapters.kyc_china import KycChinaAdapter

    return KycChinaAdapter(
        client_id=credentials["client_id"],
        client_secret=credentials["client_secret"],
        sleep=time.sleep,
        clock=time.monotonic,
        endpoint=endpoint,
        send=send,
    )
