"""The upstreams, one folder each. They may import the engine's vocabulary, `contracts` and `kyc_core`, never one another."""

from typing import Final

from simulator.providers.tencent import PROVIDER as TENCENT
from simulator.upstream import Provider

PROVIDERS: Final[tuple[Provider, ...]] = (TENCENT,)
