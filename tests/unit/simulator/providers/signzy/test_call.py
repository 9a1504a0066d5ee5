from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simulator.providers.signzy.call import Call
from simulator.upstream import Exchange

if TYPE_CHECKING:
    from tests.unit.simulator.providers.signzy.conftest import Client


@pytest.mark.parametrize(
    ("method", "path", "operation"),
    [
        ("POST", "/api/v3/global-kyc-verify/cn/nid", "verify"),
        ("POST", "/api/customers/login", "login"),
        ("POST", "/api/customers/logout", "logout"),
        ("GET", "/api/customers/login", ""),
        ("POST", "/api/customers/LOGIN", ""),
    ],
)
def test_method_and_path_name_the_operation(client: Client, method: str, path: str, operation: str) -> None:
    exchange = Exchange(client.request(path, method=method), client.services)
    call = Call(exchange)

    assert (call.operation, exchange.operation) == (operation, operation)


def test_one_call_sees_one_state_of_its_tenants_switches(client: Client) -> None:
    call = Call(Exchange(client.request("/api/customers/login"), client.services))
    assert call.tenant is client.services.tenants.lobby

    call.belongs_to(client.tenant)
    before = call.switch("qps")
    client.set("qps", before + 1)

    assert (call.tenant, call.switch("qps")) == (client.tenant, before)
