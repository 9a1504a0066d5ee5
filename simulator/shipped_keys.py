"""The certificates of the well-known tenant, which come with the simulator so that start-up only reads them.

They are what the provider works out for anybody; ``scripts/build_keys.py`` writes them down.

>>> sorted(shipped_certificates("upi"))
['00000000']
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType

import orjson

from simulator.keys import Certificate, parse_certificate


@lru_cache(maxsize=8)
def shipped_certificates(provider: str) -> Mapping[str, tuple[Certificate, ...]]:
    """Return certificates by the participant they belong to (``UPI-APPID``, ``SecretId``)."""
    document = orjson.loads((files("contracts.fixtures") / provider / "keys.json").read_bytes())
    return MappingProxyType(
        {holder: tuple([parse_certificate(one) for one in found]) for holder, found in document["participants"].items()}
    )
