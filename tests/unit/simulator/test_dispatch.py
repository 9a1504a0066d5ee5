from __future__ import annotations

from dataclasses import replace

import pytest

from simulator.dispatch import Dispatch, host_name
from simulator.upstream import Provider
from simulator.wire import WireRequest


def request(*, host: str = "127.0.0.1:8080", path: str = "/", action: str = "") -> WireRequest:
    headers = (("host", host), *((("x-tc-action", action),) if action else ()))
    return WireRequest(method="POST", path=path, query=b"", headers=headers, body=b"")


@pytest.fixture
def other(toy: Provider) -> Provider:
    return replace(
        toy,
        name="kyc_china",
        hosts=frozenset({"api.kyc.example"}),
        prefixes=("/kyc/cn", "/mps"),
        signs=lambda request: False,
    )


@pytest.mark.parametrize(
    ("seen", "name"),
    [
        pytest.param(request(host="faceid.tencentcloudapi.com"), "tencent", id="real host"),
        pytest.param(request(host="FaceID.TencentCloudAPI.com:443"), "tencent", id="capitals and a port"),
        pytest.param(request(host="tencent.localhost:8080", path="/any"), "tencent", id="name under localhost"),
        pytest.param(request(host="kyc-china.localhost"), "kyc_china", id="an underscore becomes a hyphen"),
        pytest.param(request(path="/tencent"), "tencent", id="prefix"),
        pytest.param(request(path="/tencent/"), "tencent", id="prefix with a slash"),
        pytest.param(request(path="/kyc/cn/two-factor"), "kyc_china", id="below a prefix"),
        pytest.param(request(action="BankCardVerification"), "tencent", id="told by what the client signs"),
        pytest.param(
            request(host="api.kyc.example", action="BankCardVerification"), "kyc_china", id="the host before the action"
        ),
        pytest.param(
            request(path="/mps/x", action="BankCardVerification"), "kyc_china", id="the path before the action"
        ),
        pytest.param(request(path="/tencentish"), None, id="a longer word than the prefix"),
        pytest.param(request(path="/kyc"), None, id="above a prefix"),
        pytest.param(request(), None, id="nobody"),
        pytest.param(request(path="/other", action="BankCardVerification"), None, id="another path"),
        pytest.param(request(host="127.0.0.1:8080/tencent", path="/tencent"), "tencent", id="an endpoint as host"),
    ],
)
def test_a_request_finds_its_provider(toy: Provider, other: Provider, seen: WireRequest, name: str | None) -> None:
    found = Dispatch((toy, other)).find(seen)

    assert (found.name if found is not None else None) == name


@pytest.mark.parametrize("host", ["faceid.tencentcloudapi.com", "tencent.localhost", "127.0.0.1"])
@pytest.mark.parametrize("path", ["/__admin", "/__admin/", "/__admin/rules", "/__verify/default/t"])
def test_the_admin_paths_and_the_pages_are_never_a_providers(toy: Provider, host: str, path: str) -> None:
    assert Dispatch((toy,)).find(request(host=host, path=path, action="X")) is None


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("LOCALHOST", "localhost"),
        ("a.b:8080", "a.b"),
        ("a.b:8080/tencent", "a.b"),
        ("a.b/tencent", "a.b"),
        ("", ""),
    ],
)
def test_a_host_header_is_reduced_to_its_name(header: str, name: str) -> None:
    assert host_name(header) == name
