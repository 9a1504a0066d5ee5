from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simulator.providers.signzy.auth import Presented, credentials, handle_of, holder_of, presented, user_of
from simulator.wire import WireRequest

if TYPE_CHECKING:
    from tests.unit.simulator.providers.signzy.conftest import Client


def request(authorization: str | None, query: bytes = b"") -> WireRequest:
    headers = () if authorization is None else (("authorization", authorization),)
    return WireRequest(method="POST", path="/", query=query, headers=headers, body=b"")


@pytest.mark.parametrize(
    ("authorization", "query", "found"),
    [
        pytest.param("abc", b"", Presented("abc", bearer=False), id="alone"),
        pytest.param(" abc ", b"", Presented("abc", bearer=False), id="blanks"),
        pytest.param("Bearer abc", b"", Presented("abc", bearer=True), id="bearer"),
        pytest.param("bEARER  abc", b"", Presented("abc", bearer=True), id="bearer in other letters"),
        pytest.param(None, b"access_token=a%2Bb", Presented("a+b", bearer=False), id="query"),
        pytest.param("abc", b"access_token=x", Presented("abc", bearer=False), id="both"),
        pytest.param(None, b"token=x&access_token=", None, id="an empty one is none"),
        pytest.param(None, b"\xff\xfe", None, id="bytes that are no text"),
        pytest.param("", b"", None, id="neither"),
    ],
)
def test_where_a_token_is_looked_for(authorization: str | None, query: bytes, found: Presented | None) -> None:
    assert presented(request(authorization, query)) == found


def test_credentials_are_unmistakably_not_real() -> None:
    made = credentials(lambda label, length: label.upper()[:1] * length)

    assert list(made) == ["token", "username", "password"]
    assert (len(made["token"]), len(made["password"])) == (64, 32)
    assert all("kycsim" in value.lower() for value in made.values())


def test_each_credential_leads_to_its_tenant_and_only_as_what_it_is(client: Client) -> None:
    tenants, keys = client.services.tenants, client.keys
    issued = client.token()

    static, of_login = holder_of(tenants, keys["token"]), holder_of(tenants, issued)
    assert static is not None
    assert of_login is not None
    assert (static.tenant, static.static) == (client.tenant, True)
    assert (of_login.tenant, of_login.static) == (client.tenant, False)
    assert issued.startswith(handle_of(client.tenant))
    assert user_of(tenants, keys["username"]) is client.tenant
    assert user_of(tenants, keys["token"]) is None
    assert holder_of(tenants, keys["username"]) is None


def test_another_tenants_login_leads_elsewhere(client: Client) -> None:
    other = client.services.tenants.create("other")

    assert user_of(client.services.tenants, other.credentials["signzy"]["username"]) is other
    assert other.credentials["signzy"]["token"] != client.keys["token"]
