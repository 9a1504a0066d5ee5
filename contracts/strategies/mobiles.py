"""Mobile numbers for Hypothesis: built from a prefix, never filtered.

``safe`` numbers lie in the eight blocks that the ministry has given to nobody: they match every provider's pattern and
reach no one (as of March 2023). ``realistic`` numbers lie in allocated blocks and may be somebody's.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final, Literal

from hypothesis import strategies as st

from kyc_core.mobile import LENGTH, Allocation, Operator, allocation_of, allocations

SAFE_BLOCKS: Final = ("154", "160", "163", "164", "168", "169", "179", "194")
"""Network codes without a single allocated prefix, other than the 13-digit codes 140-144."""


def mobiles(
    *,
    allocation: Allocation | None = None,
    operator: Operator | None = None,
    safety: Literal["safe", "realistic"] = "safe",
) -> st.SearchStrategy[str]:
    """Draw well-formed eleven-digit numbers.

    Args:
        allocation: class of service of the prefix; None for any that *safety* allows.
        operator: operator the prefix was given to; None for any.
        safety: ``safe`` draws unallocated numbers only; ``realistic`` draws from the ministry's table.

    Raises:
        ValueError: no prefix has this class and operator at this level of safety.
    """
    if safety == "safe":
        if allocation not in (None, Allocation.UNALLOCATED) or operator is not None:
            raise ValueError("an allocated number may be somebody's: ask for safety='realistic'")
        return _completed(SAFE_BLOCKS)
    if allocation is Allocation.UNALLOCATED and operator is None:
        return _completed(_unallocated_prefixes())
    prefixes = [
        row.prefix
        for row in allocations().values()
        if (allocation is None or row.allocation is allocation) and (operator is None or row.operator is operator)
    ]
    if not prefixes:
        raise ValueError("no prefix was given to this operator for this service")
    return _completed(prefixes)


def near_miss(reason: str) -> st.SearchStrategy[tuple[str, tuple[str, ...]]]:
    """Draw texts that are wrong in exactly one way.

    Args:
        reason: a reason code of `kyc_core.mobile.validate`, one of the keys of `NEAR_MISSES`.

    Returns:
        A strategy of the text and the codes that ``validate`` must report for it.
    """
    return NEAR_MISSES[reason]


def _completed(prefixes: list[str] | tuple[str, ...]) -> st.SearchStrategy[str]:
    return st.sampled_from(prefixes).flatmap(_with_random_rest)


def _with_random_rest(prefix: str) -> st.SearchStrategy[str]:
    digits = LENGTH - len(prefix)
    return st.integers(0, 10**digits - 1).map(lambda rest: f"{prefix}{rest:0{digits}d}")


@lru_cache(maxsize=1)
def _unallocated_prefixes() -> tuple[str, ...]:
    five_digits = [f"1{rest:04d}" for rest in range(3000, 10_000)]
    return tuple(prefix for prefix in five_digits if allocation_of(prefix) is None)


def _reporting(texts: st.SearchStrategy[str], *codes: str) -> st.SearchStrategy[tuple[str, tuple[str, ...]]]:
    return st.tuples(texts, st.just(codes))


_ALLOCATED: Final = st.deferred(lambda: mobiles(safety="realistic"))
NEAR_MISSES: Final[Mapping[str, st.SearchStrategy[tuple[str, tuple[str, ...]]]]] = MappingProxyType(
    {
        "empty": _reporting(st.just(""), "empty"),
        "length": st.one_of(
            _reporting(_ALLOCATED.map(lambda number: number[:-1]), "length"),
            _reporting(_ALLOCATED.map(lambda number: number + "0"), "length"),
        ),
        "charset": _reporting(_ALLOCATED.map(lambda number: number[:-1] + "Ｏ"), "charset"),
        "prefix": _reporting(
            st.builds(
                lambda opening, number: opening + number[2:], st.sampled_from(("10", "11", "12", "23")), _ALLOCATED
            ),
            "prefix",
        ),
        "iot_number": _reporting(
            st.builds("{}{:010d}".format, st.integers(140, 144), st.integers(0, 10**10 - 1)), "length", "iot_number"
        ),
        "unallocated": _reporting(mobiles(safety="safe"), "unallocated"),
    }
)
"""For each reason, texts wrong in that way, with all the codes they earn."""
