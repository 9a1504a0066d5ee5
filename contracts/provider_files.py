"""Shipped files of which every provider has one: ``outcomes/tencent.json``, ``plans/upi.json``.

>>> "tencent" in having("outcomes"), read("outcomes", "tencent")["provider"]
(True, 'tencent')
"""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import orjson


class ContractError(Exception):
    """A shipped contract file is not what it should be; names the file and the place."""


def place(folder: str, provider: str) -> str:
    """Return how errors name the file."""
    return f"{folder}/{provider}.json"


def having(folder: str) -> tuple[str, ...]:
    """Return the providers that have a file in *folder*, sorted."""
    entries = [entry.name for entry in (files("contracts") / folder).iterdir()]
    return tuple(sorted([name.removesuffix(".json") for name in entries if name.endswith(".json")]))


def read(folder: str, provider: str) -> Any:
    """Return the decoded file of *provider* in *folder*.

    Raises:
        ContractError: there is none, or it is not JSON.
    """
    where = place(folder, provider)
    try:
        return orjson.loads((files("contracts") / where).read_bytes())
    except (OSError, orjson.JSONDecodeError) as problem:
        raise ContractError(f"{where}: {problem}") from problem


def exactly(raw: Any, members: frozenset[str], where: str) -> None:
    """See to it that *raw* is an object with these members and no others.

    Raises:
        ContractError: it is not.
    """
    if not isinstance(raw, dict) or raw.keys() != members:
        raise ContractError(f"{where}: an object with {', '.join(sorted(members))}")
