"""Schemes that sign all parameters as one string: what the pairs look like with one thing changed.

>>> pairs = (("Action", "CheckResult"), ("Format", ""))
>>> without(pairs, "Format"), with_also(pairs, "Format", "JSON")
((('Action', 'CheckResult'),), (('Action', 'CheckResult'), ('Format', 'JSON')))
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import combinations
from typing import Final

from kyc_core.signing.canonical import hide_name

_MOST_PARAMETERS: Final = 64

Pairs = tuple[tuple[str, str], ...]
"""Decoded parameters, in the order in which they are signed."""


def with_values(pairs: Pairs, alter: Callable[[str], str]) -> Pairs:
    """Return the pairs with every value altered."""
    return tuple((name, alter(value)) for name, value in pairs)


def without(pairs: Pairs, *names: str) -> Pairs:
    """Return the pairs but for those called one of *names*."""
    return tuple(pair for pair in pairs if pair[0] not in names)


def with_also(pairs: Pairs, name: str, value: str) -> Pairs:
    """Return the pairs, sorted by name, with one added or changed."""
    return tuple(sorted({**dict(pairs), name: value}.items()))


def left_out(pairs: Pairs, often_forgotten: Iterable[str]) -> Iterator[tuple[str, Pairs]]:
    """Yield the pairs without one of them, without the blank ones, and without two of those *often_forgotten*."""
    for name, _ in pairs[:_MOST_PARAMETERS]:
        yield f"without {hide_name(name)}", without(pairs, name)
    yield "without the blank parameters", without(pairs, *[name for name, value in pairs if not value])
    for first, second in combinations(often_forgotten, 2):
        yield f"without {first} and {second}", without(pairs, first, second)
