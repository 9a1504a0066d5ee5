"""Which product and which region a host name stands for.

>>> endpoint_of("cloudauth-intl.ap-southeast-1.aliyuncs.com:443")
Endpoint(site=<Site.INTERNATIONAL: 'intl'>, prefix='sg')
>>> endpoint_of("cloudauth.aliyuncs.com").site.value, endpoint_of("127.0.0.1:8080").prefix
('domestic', 'hk')

Source:
    Endpoints of the four regions [seed, doc, sdk]; names of the domestic product: its OpenAPI metadata [doc]; beginning
    of a TransactionId by region: samples ``hk``, ``sg``, ``sha`` [seed, doc], their assignment [inferred]; every other
    name plays the international product [inferred].
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

from kyc_core.signing.aliyun import KNOWN_HOSTS
from simulator.dispatch import host_name
from simulator.providers.alibaba.codes import Site

HOSTS: Final = frozenset(KNOWN_HOSTS)
PREFIXES: Final = ("/alibaba",)

_DOMESTIC: Final = "cloudauth."
_SINGAPORE: Final = ".ap-southeast-1."


class Endpoint(NamedTuple):
    """Where a call arrived.

    Attributes:
        site: which product.
        prefix: how identifiers of transactions made there begin.
    """

    site: Site
    prefix: str


@lru_cache(maxsize=256)
def endpoint_of(host: str) -> Endpoint:
    """Return where a call with this ``Host`` header arrived; port and anything behind it are ignored."""
    name = host_name(host)
    if name in HOSTS and name.startswith(_DOMESTIC):
        return Endpoint(Site.DOMESTIC, "sha")
    return Endpoint(Site.INTERNATIONAL, "sg" if _SINGAPORE in name else "hk")
