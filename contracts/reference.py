"""The reference adapters as the harness takes adapters: ``module:factory``, called with endpoint and credentials.

``kyc-sim contract test --provider tencent --adapter contracts.reference:tencent`` shows what a clean run looks like,
and these functions show what a factory is.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from kyc_core.adapters.base import Adapter


def tencent(endpoint: str, credentials: Mapping[str, Any]) -> Adapter:
    """Make the adapter for Tencent Cloud FaceID.

    Args:
        endpoint: scheme, host and path prefix.
        credentials: ``secret_id`` and ``secret_key``.
    """
    from kyc_core.adapters.tencent import TencentAdapter

    return TencentAdapter(
        secret_id=credentials["secret_id"],
        secret_key=credentials["secret_key"],
        clock=time.time,
        endpoint=endpoint,
    )
