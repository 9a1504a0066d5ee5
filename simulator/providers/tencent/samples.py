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
from typing import Any, Final, NamedTuple

import orjson

from simulator.providers.tencent import formats
from simulator.providers.tencent.codes import NAME, Operation, catalogue

Key = tuple[str | None, ...]

_WORDED: Final = frozenset({"Description", "RequestId"})


class Sample(NamedTuple):
    """One example.

    Attributes:
        case: name of its file.
        result: the code it shows.
        members: what else it shows, by language; of a wording and an identifier it shows nothing.
    """

    case: str
    result: str
    members: Mapping[str, Mapping[str, Any]]


def find(operation: Operation, values: Mapping[str, str]) -> Sample | None:
    """Return the example whose claim is *values*, as `formats.read` returns them, or ``None``."""
    return _samples(operation.name).get(_key(operation, values))


def _key(operation: Operation, values: Mapping[str, str]) -> Key:
    return tuple(map(values.get, operation.wire_names))


@lru_cache(maxsize=64)
def _samples(name: str) -> Mapping[Key, Sample]:
    operation = catalogue()[name]
    found: dict[Key, Sample] = {}
    folder = files("contracts.fixtures") / NAME / name
    for entry in folder.iterdir():
        case = orjson.loads(entry.read_bytes())
        if case["documentation_sample"]:
            request = case["request"]
            claim = {element: request[wire] for element, wire in operation.wire_names.items() if wire in request}
            key = _key(operation, formats.read(claim, _recommended))
            answer = case["response"]["Response"]
            members = {name: value for name, value in answer.items() if name not in _WORDED}
            known = found[key].members if key in found else {}
            by_language = MappingProxyType({**known, case["language"]: MappingProxyType(members)})
            found[key] = Sample(entry.name.removesuffix(".json"), answer["Result"], by_language)
    return MappingProxyType(found)


_recommended = {"tencent.spaces": "trim", "tencent.lowercase_x": "accept"}.__getitem__
"""Examples are read as the recommended readings have it: they come with blanks around their numbers."""
