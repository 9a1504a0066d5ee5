from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from kyc_core.signing import tc3
from kyc_core.signing.canonical import query_pairs
from simulator.ids import derive
from simulator.providers.tencent import auth
from simulator.providers.tencent.auth import Signed

if TYPE_CHECKING:
    from simulator.wire import WireRequest
    from tests.unit.simulator.providers.tencent.conftest import Client


def signed(request: WireRequest) -> Signed:
    authorization = tc3.parse_authorization(request.header("authorization"))
    pairs = query_pairs(request.query or request.body) if authorization is None else []
    timestamp = request.header("x-tc-timestamp") or dict(pairs)["Timestamp"]
    return Signed(request, timestamp, authorization, pairs)


def verifies(client: Client, request: WireRequest, **rigour: bool) -> bool:
    settings = {"strict_service": False, "exact_host": False} | rigour
    return auth.verifies(signed(request), client.keys["secret_key"], **settings)


def test_made_up_keys_have_the_real_length_and_alphabet_and_say_what_they_are() -> None:
    made = auth.credentials(lambda label, length: derive(b"seed", label, length))

    assert re.fullmatch(r"AKID[0-9A-Za-z]{32}", made["secret_id"])
    assert re.fullmatch(r"AKID[0-9A-Za-z]{32}", made["temporary"]["secret_id"])
    assert re.fullmatch(r"[0-9A-Za-z]{32}", made["secret_key"])
    assert re.fullmatch(r"[0-9A-Za-z]{32}", made["temporary"]["secret_key"])
    assert all("KYCSIM" in text for text in (made["secret_id"], made["secret_key"], made["temporary"]["token"]))
    assert made["secret_id"] != made["temporary"]["secret_id"]


def test_a_permanent_and_a_temporary_key_lead_to_the_same_tenant(client: Client) -> None:
    keys, tenants = client.keys, client.services.tenants
    permanent = auth.caller_of(tenants, keys["secret_id"])
    temporary = auth.caller_of(tenants, keys["temporary"]["secret_id"])

    assert permanent == (client.tenant, keys["secret_key"], None)
    assert temporary == (client.tenant, keys["temporary"]["secret_key"], keys["temporary"]["token"])
    assert auth.caller_of(tenants, "AKIDNOBODY") is None


def test_both_versions_verify(client: Client, honest: dict[str, str]) -> None:
    assert verifies(client, client.v3(honest))
    assert verifies(client, client.v3(honest, method="GET"))
    assert verifies(client, client.v1(honest))
    assert verifies(client, client.v1(honest, method="GET", SignatureMethod="HmacSHA1"))


@pytest.mark.parametrize("make", ["v3", "v1"])
def test_another_key_does_not_verify(client: Client, honest: dict[str, str], make: str) -> None:
    request = getattr(client, make)(honest, secret_key="K" * 32)

    assert not verifies(client, request)


def test_a_scope_date_that_is_not_the_utc_date_does_not_verify(client: Client, honest: dict[str, str]) -> None:
    request = client.v3(honest)
    other_day = client.v3(honest, timestamp=client.now + 86_400)
    headers = {**dict(request.headers), "authorization": other_day.header("authorization")}
    mixed = client.v3(honest, headers=headers)

    assert not verifies(client, mixed)


def test_any_service_verifies_unless_the_switch_is_strict(client: Client, honest: dict[str, str]) -> None:
    request = client.v3(honest, service="127")

    assert verifies(client, request)
    assert not verifies(client, request, strict_service=True)
    assert verifies(client, client.v3(honest), strict_service=True)


@pytest.mark.parametrize("make", ["v3", "v1"])
def test_a_host_signed_without_its_port_verifies_unless_it_has_to_be_exact(
    client: Client, honest: dict[str, str], make: str
) -> None:
    client.host = "127.0.0.1"
    request = getattr(client, make)(honest)
    client.host = "127.0.0.1:8080"
    exact = getattr(client, make)(honest)
    headers = tuple((name, client.host if name == "host" else value) for name, value in request.headers)
    portless = type(request)(
        method=request.method, path=request.path, query=request.query, headers=headers, body=request.body
    )

    assert verifies(client, portless)
    assert not verifies(client, portless, exact_host=True)
    assert verifies(client, exact, exact_host=True)


def test_a_request_without_a_host_is_verified_as_one_with_an_empty_host(client: Client, honest: dict[str, str]) -> None:
    client.host = ""
    request = client.v3(honest)
    headers = tuple((name, value) for name, value in request.headers if name != "host")
    hostless = type(request)(
        method=request.method, path=request.path, query=request.query, headers=headers, body=request.body
    )

    assert verifies(client, hostless)


def test_a_host_that_has_no_port_is_exact(client: Client, honest: dict[str, str]) -> None:
    client.host = "faceid.intl.tencentcloudapi.com"

    assert verifies(client, client.v3(honest), exact_host=True)


@pytest.mark.parametrize("make", ["v3", "v1"])
def test_a_failure_is_explained_without_a_secret_or_a_personal_value(
    client: Client, honest: dict[str, str], make: str
) -> None:
    wrong = "K" * 32
    request = getattr(client, make)(honest, secret_key=wrong, method="GET")

    found = auth.diagnose(signed(request), client.keys["secret_key"], strict_service=False, now=client.now)

    assert found["cause"] == "wrong_secret"
    assert set(found) == {"cause", "detail", "expected", "received", "first_difference"}
    text = repr(found)
    for value in (*honest.values(), client.keys["secret_key"], wrong):
        assert value not in text


def test_a_reserialised_body_is_named_with_the_first_difference(client: Client, honest: dict[str, str]) -> None:
    request = client.v3(json.dumps(honest, separators=(", ", ": ")).encode())
    compact = json.dumps(honest, separators=(",", ":")).encode()
    resent = type(request)(method="POST", path="/", query=b"", headers=request.headers, body=compact)

    found = auth.diagnose(signed(resent), client.keys["secret_key"], strict_service=False, now=client.now)

    assert found["cause"] == "reserialised_body"
    assert found["first_difference"] is not None


def test_a_port_left_out_where_it_must_not_be_is_named(client: Client, honest: dict[str, str]) -> None:
    client.host = "127.0.0.1"
    found: dict[str, Any] = auth.diagnose(
        signed(client.v3(honest)), client.keys["secret_key"], strict_service=False, now=client.now
    )

    assert found["cause"] == "wrong_port"


def test_a_nonce_is_new_once_and_again_when_its_timestamp_is_past(client: Client) -> None:
    def use(nonce: str) -> bool:
        return auth.first_use(client.tenant, "AKID", nonce, client.now)

    first = client.now
    assert use("1")
    assert not auth.first_use(client.tenant, "AKID", "1", first)
    assert use("2")
    client.tenant.clock.advance(601)
    assert auth.first_use(client.tenant, "AKID", "1", first)
