from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from simulator.providers.alibaba.call import Call
from simulator.providers.alibaba.codes import Site
from simulator.scenarios import Progression
from simulator.upstream import Exchange
from simulator.wire import WireRequest

if TYPE_CHECKING:
    from tests.unit.simulator.providers.alibaba.conftest import Client


def call(client: Client, request: WireRequest) -> Call:
    return Call(Exchange(request, client.services))


@pytest.mark.parametrize("way", ["v3", "v1", "v1 form"])
def test_a_call_is_read_whichever_way_it_is_signed(client: Client, way: str) -> None:
    parameters = {"TransactionId": "张三·A *~!'()"}
    request = client.v3(parameters) if way == "v3" else client.v1(parameters, in_form=way == "v1 form")
    read = call(client, request)

    assert (read.v3, read.site, read.prefix) == (way == "v3", Site.INTERNATIONAL, "hk")
    assert (read.common.action, read.common.access_key_id) == ("CheckResult", client.keys["access_key_id"])
    assert read.parameters == parameters
    assert read.exchange.tenant is client.tenant
    assert read.holder.access_key_secret == client.keys["access_key_secret"]


def test_a_call_of_nobody_belongs_to_the_lobby(client: Client) -> None:
    read = call(client, WireRequest(method="GET", path="/", query=b"", headers=(), body=b""))

    assert read.exchange.tenant is client.services.tenants.lobby
    with pytest.raises(AssertionError):
        _ = read.holder


def test_the_product_is_its_own_or_its_transaction_s(client: Client) -> None:
    begun = client.tenant.transactions.start("t", "alibaba", {"product": "eKYC"}, Progression(kind="never"))
    own = call(client, client.v3({"ProductCode": "ID_OCR"}))
    other = call(client, client.v3({}))
    nothing = other.product
    own.transaction = other.transaction = begun.transaction

    assert (own.product, other.product, nothing) == ("ID_OCR", "eKYC", "")


@pytest.mark.parametrize(
    ("host", "forwarded", "url"),
    [
        ("127.0.0.1:8080", "", "http://127.0.0.1:8080"),
        ("a.example", "HTTPS ", "https://a.example"),
        ("a.example/alibaba", "http", "http://a.example"),
        ("", "", "http://localhost"),
    ],
)
def test_where_the_caller_reaches_us(client: Client, host: str, forwarded: str, url: str) -> None:
    headers = (("host", host), ("x-forwarded-proto", forwarded))
    read = call(client, WireRequest(method="GET", path="/", query=b"", headers=headers, body=b""))

    assert read.base_url() == url


def test_a_request_id_is_made_once_in_upper_case(client: Client) -> None:
    read = call(client, client.v3({}))

    assert read.request_id() == read.request_id() == read.exchange.request_id
    assert read.request_id().isupper()
