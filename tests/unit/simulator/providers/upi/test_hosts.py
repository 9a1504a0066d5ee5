from __future__ import annotations

import pytest

from simulator.dispatch import Dispatch
from simulator.providers import PROVIDERS
from simulator.providers.upi import PROVIDER
from simulator.providers.upi.hosts import looks_signed, suffix_of
from simulator.wire import WireRequest

PATH = "/uis/idverify/v1/idcardphotoverification"


def request(path: str, *headers: tuple[str, str]) -> WireRequest:
    return WireRequest(method="POST", path=path, query=b"", headers=headers, body=b"")


@pytest.mark.parametrize(
    ("path", "suffix"),
    [(PATH, PATH), (f"/upi{PATH}", PATH), ("/upi", "/upi"), ("/upiother", "/upiother"), ("/", "/"), ("", "")],
)
def test_the_mount_is_no_part_of_the_suffix(path: str, suffix: str) -> None:
    assert suffix_of(path) == suffix


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param(request(PATH), id="suffix on any host"),
        pytest.param(request(f"/upi{PATH}"), id="mount"),
        pytest.param(request("/scis/x", ("host", "apigatewaytest.unionpayintl.com")), id="test host"),
        pytest.param(request("/scis/x", ("host", "APIGateway.unionpayintl.com:443")), id="production host"),
        pytest.param(request("/anything", ("host", "upi.localhost:8080")), id="its name"),
        pytest.param(request("/", ("upi-jws", "")), id="its signature"),
    ],
)
def test_a_request_finds_its_provider(sent: WireRequest) -> None:
    assert Dispatch(PROVIDERS).find(sent) is PROVIDER


def test_a_request_that_is_signed_otherwise_is_for_others() -> None:
    assert looks_signed(request("/", ("upi-jws", "x")))
    assert not looks_signed(request("/", ("authorization", "x")))
    assert Dispatch(PROVIDERS).find(request("/uisother")) is None
