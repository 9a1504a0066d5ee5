from __future__ import annotations

import pytest

from simulator.providers.tencent.codes import Site
from simulator.providers.tencent.hosts import HOSTS, Endpoint, endpoint_of


@pytest.mark.parametrize(
    ("host", "endpoint"),
    [
        pytest.param("faceid.intl.tencentcloudapi.com", Endpoint(Site.INTERNATIONAL, ""), id="international"),
        pytest.param("faceid.tencentcloudapi.com", Endpoint(Site.DOMESTIC, ""), id="domestic"),
        pytest.param("FaceID.TencentCloudAPI.com:443", Endpoint(Site.DOMESTIC, ""), id="case and port"),
        pytest.param("faceid.ap-guangzhou.tencentcloudapi.com", Endpoint(Site.DOMESTIC, "ap-guangzhou"), id="pinned"),
        pytest.param("faceid.localhost:8080", Endpoint(Site.INTERNATIONAL, ""), id="local name"),
        pytest.param(
            "127.0.0.1:8080/tencent", Endpoint(Site.INTERNATIONAL, ""), id="endpoint with a path in the header"
        ),
        pytest.param("tencentcloudapi.com.example", Endpoint(Site.INTERNATIONAL, ""), id="somebody else"),
        pytest.param("", Endpoint(Site.INTERNATIONAL, ""), id="no host"),
    ],
)
def test_the_host_says_which_site_and_region_a_call_arrived_at(host: str, endpoint: Endpoint) -> None:
    assert endpoint_of(host) == endpoint


def test_both_sites_a_pinned_region_and_the_local_name_lead_here() -> None:
    assert {
        "faceid.intl.tencentcloudapi.com",
        "faceid.tencentcloudapi.com",
        "faceid.ap-guangzhou.tencentcloudapi.com",
        "faceid.localhost",
    } <= HOSTS
