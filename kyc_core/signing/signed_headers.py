"""Schemes that sign header lines and a list of their names: what arrived, and how lines and list come to disagree.

Source:
    Tencent Cloud, page "Signature v3"; Alibaba Cloud, page "Request syntax and signature method V3" [doc]; choice of
    alterations [inferred].
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import permutations
from typing import Final

from kyc_core.signing.canonical import hide
from kyc_core.signing.causes import Part

Lines = tuple[tuple[str, str], ...]

_MOST_HEADERS: Final = 24
_MOST_PERMUTED: Final = 4
_BLANKS: Final = " \t"


@dataclass(frozen=True, slots=True)
class HeaderList:
    """What a request presents.

    Attributes:
        listed: the names as presented, joined by ``;``.
        arrived: raw values by lower-case name.
        mandatory: names every client must sign.
        prefix: how the protocol's own headers start.
    """

    listed: str
    arrived: Mapping[str, str]
    mandatory: tuple[str, ...]
    prefix: str


def pick(headers: Mapping[str, str], names: Iterable[str]) -> Lines:
    """Return the trimmed values of those of *names* that arrived, one line for a name given twice."""
    return tuple((name, headers[name].strip(_BLANKS)) for name in dict.fromkeys(names) if name in headers)


def header_parts(lines: Lines, public: Collection[str]) -> list[Part]:
    """Name the lines, and hide the values of all but the *public* headers."""
    parts = []
    for name, value in lines:
        lowered = name.lower()
        shown = value if lowered in public else hide(value)
        parts.append(Part(f"header {lowered}", f"{name}:{value}\n", f"{name}:{shown}\n"))
    return parts


def other_selections(presented: HeaderList) -> Iterator[tuple[str, Lines, str]]:
    """Yield other choices of headers, as (what, lines, list): one less, one more, the usual sets."""
    names = tuple(sorted(dict.fromkeys(presented.listed.lower().split(";"))))
    mandatory = presented.mandatory
    arrived = [name for name in presented.arrived if name != "authorization"][:_MOST_HEADERS]
    protocol = [name for name in arrived if name.startswith(presented.prefix)]
    for what, chosen in (
        ("the mandatory headers alone", mandatory),
        (f"{presented.prefix}action beside the mandatory headers", (*mandatory, f"{presented.prefix}action")),
        *[(f"no {gone} among the headers", [name for name in names if name != gone]) for gone in names],
        *[(f"{more} among the headers", {*names, more}) for more in arrived],
        ("all protocol headers", {*mandatory, *protocol}),
        ("all headers", arrived),
    ):
        ordered = sorted(set(chosen))
        yield what, pick(presented.arrived, ordered), ";".join(ordered)


def other_spellings(presented: HeaderList, lines: Lines) -> Iterator[tuple[str, Lines, str]]:
    """Yield the same headers in another order or with capital letters, as (what, lines, list)."""
    listed = presented.listed
    values = dict(lines)
    as_listed = tuple(dict.fromkeys(listed.lower().split(";")))
    for order in [as_listed, *(permutations(values) if len(values) <= _MOST_PERMUTED else [])]:
        block = tuple((name, values[name]) for name in order if name in values)
        what = f"the headers in the order {', '.join(order)}"
        yield what, block, ";".join(order)
        yield what, block, listed
        yield f"the list {';'.join(order)}", lines, ";".join(order)
    capital = tuple((name.title(), value) for name, value in lines)
    yield "capital letters in header names", capital, ";".join([name for name, _ in capital])
    yield "capital letters in header lines", capital, listed
