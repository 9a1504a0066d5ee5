"""The documentation's own example of a result, which belongs to an identifier that nobody is given.

>>> find("hksb7ba1b28130d24e015d694361bee4").code, find("hk00000000000000000000000000000000") is None
('212', True)

Source:
    ``fixtures/alibaba/CheckResult/sample_*.json``, each with its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, NamedTuple

import orjson

from simulator.providers.alibaba.codes import INTERACTIVE, NAME


class Sample(NamedTuple):
    """One example: the name of its file, its SubCode, and what stands in ``Result``."""

    case: str
    code: str
    content: Mapping[str, Any]


def find(transaction_id: str) -> Sample | None:
    """Return the example that has this TransactionId, or ``None``."""
    return _samples().get(transaction_id)


@lru_cache(maxsize=1)
def _samples() -> Mapping[str, Sample]:
    found = {}
    for entry in (files("contracts.fixtures") / NAME / INTERACTIVE).iterdir():
        case = orjson.loads(entry.read_bytes())
        if case["documentation_sample"]:
            content = case["response"]["Result"]
            name = entry.name.removesuffix(".json")
            found[case["request"]["TransactionId"]] = Sample(name, content["SubCode"], content)
    return MappingProxyType(found)
