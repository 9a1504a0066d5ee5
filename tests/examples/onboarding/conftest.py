"""The code under test, told where the providers are and who it is there."""

from __future__ import annotations

import pytest
from onboarding import Onboarding

from kyc_core.adapters.mps import MpsAdapter
from kyc_core.adapters.tencent import TencentAdapter
from kyc_core.adapters.transport import requests_sender
from simulator.sandbox import Sandbox

READ_SECONDS = 0.25


@pytest.fixture
def onboarding(kyc_sim: Sandbox) -> Onboarding:
    send = requests_sender(read=READ_SECONDS)
    mps, tencent = kyc_sim.mps, kyc_sim.tencent
    return Onboarding(
        identity=MpsAdapter(
            endpoint=mps.endpoint,
            app_id=mps.credentials["app_id"],
            app_key=mps.credentials["app_key"],
            send=send,
        ),
        bank=TencentAdapter(
            endpoint=tencent.endpoint,
            secret_id=tencent.credentials["secret_id"],
            secret_key=tencent.credentials["secret_key"],
            clock=kyc_sim.clock.time,
            send=send,
        ),
    )
