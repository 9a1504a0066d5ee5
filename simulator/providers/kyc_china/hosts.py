"""Where the aggregator lives: hosts and paths.

Source:
    Sandbox: page "Sino Connect", OpenAPI servers [doc], SDK read-me [sdk]; canary [sdk]. The production host is not
    established. The folder of the PDFs stands in for the bucket, whose name is not either [inferred].
"""

from __future__ import annotations

from typing import Final

from simulator.providers.kyc_china.links import FOLDER

HOSTS: Final = frozenset({"sandbox.staging-api.fill-easy.com", "canary.api.fill-easy.com"})
PREFIXES: Final = ("/kyc/cn", "/core/billing", FOLDER)
