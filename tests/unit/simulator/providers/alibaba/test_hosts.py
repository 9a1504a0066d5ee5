from __future__ import annotations

import pytest

from simulator.providers.alibaba.codes import Site
from simulator.providers.alibaba.hosts import HOSTS, endpoint_of


@pytest.mark.parametrize(
    ("host", "site", "prefix"),
    [
        pytest.param("cloudauth-intl.cn-hongkong.aliyuncs.com", Site.INTERNATIONAL, "hk", id="Hong Kong"),
        pytest.param("CLOUDAUTH-INTL.AP-SOUTHEAST-1.ALIYUNCS.COM:443", Site.INTERNATIONAL, "sg", id="Singapore"),
        pytest.param("cloudauth-intl-vpc.ap-southeast-1.aliyuncs.com", Site.INTERNATIONAL, "sg", id="inside Singapore"),
        pytest.param("cloudauth-intl.ap-southeast-5.aliyuncs.com", Site.INTERNATIONAL, "hk", id="Indonesia"),
        pytest.param("cloudauth.aliyuncs.com", Site.DOMESTIC, "sha", id="domestic"),
        pytest.param("cloudauth.cn-shanghai.aliyuncs.com", Site.DOMESTIC, "sha", id="domestic, Shanghai"),
        pytest.param("cloudauth.example.com", Site.INTERNATIONAL, "hk", id="a name like the domestic one"),
        pytest.param("127.0.0.1:8080", Site.INTERNATIONAL, "hk", id="this machine"),
        pytest.param("", Site.INTERNATIONAL, "hk", id="none"),
    ],
)
def test_a_host_stands_for_a_product_and_a_region(host: str, site: Site, prefix: str) -> None:
    assert endpoint_of(host) == (site, prefix)


def test_the_hosts_of_both_products_are_ours() -> None:
    assert {"cloudauth-intl.cn-hongkong.aliyuncs.com", "cloudauth.aliyuncs.com", "alibaba.localhost"} <= HOSTS
