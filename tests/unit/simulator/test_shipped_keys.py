from __future__ import annotations

import pytest

from simulator.keys import Certificate
from simulator.providers import PROVIDERS
from simulator.services import Services
from simulator.settings import Settings
from simulator.shipped_keys import shipped_certificates


@pytest.mark.parametrize("provider", ["tencent", "upi"])
def test_the_well_known_tenant_has_the_shipped_certificates(provider: str) -> None:
    default = Services(Settings(), PROVIDERS).tenants.default
    [shipped] = shipped_certificates(provider).values()

    assert all(isinstance(one, Certificate) for one in shipped)
    assert tuple(default.keys[provider].certificates()) == shipped
