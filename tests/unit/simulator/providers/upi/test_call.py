from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.providers.upi.call import Call
from simulator.upstream import Exchange
from simulator.wire import WireRequest

if TYPE_CHECKING:
    from tests.unit.simulator.providers.upi.conftest import Client


def made(client: Client, request: WireRequest) -> Call:
    return Call(Exchange(request, client.services))


def test_whose_call_it_is_is_known_from_the_claim(client: Client) -> None:
    client.choose(timestamp_window_s=7)
    call = made(client, client.request(timestamp=0))

    assert call.exchange.tenant is client.tenant
    assert call.switch("upi.timestamp_window_s") == 7
    assert call.ring is client.tenant.keys["upi"]
    assert call.now == client.now


def test_a_call_that_claims_nobody_stands_in_the_lobby(client: Client) -> None:
    for request in (client.request(app_id="1"), client.request(jws="a..b"), client.request(jws="")):
        call = made(client, request)

        assert call.exchange.tenant is client.services.tenants.lobby
        assert call.switch("upi.timestamp_window_s") == 300


def test_only_texts_are_read_as_texts(client: Client) -> None:
    call = made(client, client.request())
    call.document = {"a": "text", "b": 1}

    assert [call.text(name) for name in "abc"] == ["text", "", ""]


def test_a_call_sees_one_state_of_the_switches(client: Client) -> None:
    call = made(client, client.request())
    client.choose(timestamp_window_s=7)

    assert call.switch("upi.timestamp_window_s") == 300


def test_every_header_of_that_name_is_kept(client: Client) -> None:
    request = client.request(headers=(("upi-jws", "second"),))

    assert made(client, request).values[1:] == ["second"]
    assert made(client, request).suffix == client.keys["path"]
