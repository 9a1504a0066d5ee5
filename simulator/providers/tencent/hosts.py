"""Which site and which access region a host name stands for.

>>> endpoint_of("faceid.ap-guangzhou.tencentcloudapi.com:443")
Endpoint(site=<Site.DOMESTIC: 'cn'>, region='ap-guangzhou')
>>> endpoint_of("127.0.0.1:8080").site.value
'intl'

Source:
    API pages of the international and the domestic site [seed, doc]; the region-pinned form from page "Request
    Structure", applied to this product [inferred]; every other name plays the international site, as the seed is of
    that one [inferred].
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

from kyc_core.signing.tencent_hosts import KNOWN_HOSTS
from simulator.providers.tencent.codes import SERVICE, Site

_DOMAIN: Final = ".tencentcloudapi.com"
_INTERNATIONAL: Final = ".intl.tencentcloudapi.com"

HOSTS: Final = frozenset(KNOWN_HOSTS)
PREFIXES: Final = ("/tencent",)


class Endpoint(NamedTuple):
    """Where a call arrived.

    Attributes:
        site: international or domestic.
        region: access region in the host name; empty when it names none.
    """

    site: Site
    region: str


@lru_cache(maxsize=256)
def endpoint_of(host: str) -> Endpoint:
    """Return where a call with this ``Host`` header arrived; port and anything behind it are ignored."""
    name = host.partition("/")[0].partition(":")[0].lower()
    if not name.endswith(_DOMAIN) or name.endswith(_INTERNATIONAL):
        return Endpoint(Site.INTERNATIONAL, "")
    return Endpoint(Site.DOMESTIC, name.removesuffix(_DOMAIN).removeprefix(SERVICE).removeprefix("."))
