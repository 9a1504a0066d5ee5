"""The documentation's own examples, by what they ask.

Their identity number fails its check digit and ``Wei Xiaobao`` is no Chinese name, so they are looked up before any
format rule is asked. The two example cards change roles between the actions, so examples are kept per action.

>>> from simulator.providers.tencent.codes import catalogue
>>> asked = {"name": "韦小宝", "bank_card": "6225768888888888"}
>>> find(catalogue()["BankCard2EVerification"], asked).result
'0'
>>> find(catalogue()["BankCard2EVerification"], asked | {"name": "韦大宝"}) is None
True

Source:
    ``fixtures/tencent/<action>/sample_*.json``, each with its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType
from typing import NamedTuple

import orjson

from simulator.providers.tencent import formats
from simulator.providers.tencent.codes import NAME, Operation, catalogue

Key = tuple[str | None, ...]


class Sample(NamedTuple):
    """One example: the name of its file, and the result code it shows."""

    case: str
    result: str


def find(operation: Operation, values: Mapping[str, str]) -> Sample | None:
    """Return the example whose claim is *values*, as `formats.read` returns them, or ``None``."""
    return _samples(operation.name).get(_key(operation, values))


def _key(operation: Operation, values: Mapping[str, str]) -> Key:
    return tuple([values.get(element) for element in operation.wire_names])


@lru_cache(maxsize=64)
def _samples(name: str) -> Mapping[Key, Sample]:
    operation = catalogue()[name]
    found = {}
    folder = files("contracts.fixtures") / NAME / name
    for entry in folder.iterdir():
        case = orjson.loads(entry.read_bytes())
        if case["documentation_sample"]:
            request = case["request"]
            claim = {element: request[wire] for element, wire in operation.wire_names.items() if wire in request}
            key = _key(operation, formats.read(claim, _recommended))
            found[key] = Sample(entry.name.removesuffix(".json"), case["response"]["Response"]["Result"])
    return MappingProxyType(found)


_recommended = {"tencent.spaces": "trim", "tencent.lowercase_x": "accept"}.__getitem__
"""Examples are read as the recommended readings have it: they come with blanks around their numbers."""
