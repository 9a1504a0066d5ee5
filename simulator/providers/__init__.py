"""The upstreams, one folder each: they import the engine, `contracts` and `kyc_core`, never one another."""

from typing import Final

from simulator.providers.alibaba import PROVIDER as ALIBABA
from simulator.providers.kyc_china import PROVIDER as KYC_CHINA
from simulator.providers.mps import PROVIDER as MPS
from simulator.providers.signzy import PROVIDER as SIGNZY
from simulator.providers.tencent import PROVIDER as TENCENT
from simulator.providers.upi import PROVIDER as UPI
from simulator.upstream import Provider

PROVIDERS: Final[tuple[Provider, ...]] = (TENCENT, ALIBABA, UPI, MPS, SIGNZY, KYC_CHINA)
