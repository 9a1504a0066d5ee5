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

    def shown(self, language: str) -> Mapping[str, Any]:
        """Return what it shows in *language*; an example of one language shows numbers and ranges, the same in any."""
        members = self.members
        return members[language] if language in members else next(iter(members.values()))


def find(operation: Operation, values: Mapping[str, str]) -> Sample | None:
    """Return the example whose claim is *values*, as `formats.read` returns them, or ``None``."""
    return _samples(operation.name).get(_key(operation, values))


def _key(operation: Operation, values: Mapping[str, str]) -> Key:
    return tuple(map(values.get, operation.wire_names))


@lru_cache(maxsize=64)
def _samples(name: str) -> Mapping[Key, Sample]:
    operation = catalogue()[name]
    found: dict[Key, Sample] = {}
    # One example in two languages has its person's name in two scripts, and may be asked in either.
    told: dict[tuple[Key, str], dict[str, Mapping[str, Any]]] = {}
    folder = files("contracts.fixtures") / NAME / name
    for entry in folder.iterdir():
        case = orjson.loads(entry.read_bytes())
        if case["documentation_sample"]:
            request = case["request"]
            claim = {element: request[wire] for element, wire in operation.wire_names.items() if wire in request}
            values = formats.read(claim, _recommended)
            answer = case["response"]["Response"]
            members = told.setdefault((_key(operation, {**values, "name": ""}), answer["Result"]), {})
            members[case["language"]] = MappingProxyType(
                {member: value for member, value in answer.items() if member not in _WORDED}
            )
            found[_key(operation, values)] = Sample(
                entry.name.removesuffix(".json"), answer["Result"], MappingProxyType(members)
            )
    return MappingProxyType(found)


_recommended = {"tencent.spaces": "trim", "tencent.lowercase_x": "accept"}.__getitem__
"""Examples are read as the recommended readings have it: they come with blanks around their numbers."""
