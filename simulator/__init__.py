"""The upstream itself: one engine without I/O, many thin doors. May import `contracts` and `kyc_core`.

``from simulator import intercept`` brings the door in process; what it needs is imported then, and not before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.interception import intercept as intercept


def __getattr__(name: str) -> Any:
    if name == "intercept":
        from simulator.interception import intercept

        return intercept
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
