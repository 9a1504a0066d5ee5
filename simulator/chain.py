"""The chain every provider is: checks in their order, then deciders, each leaving a `Step`, or its name alone.

A check may refuse the call; a decider may know the answer, and the first that knows decides. A provider's order is a
tuple to read, because it is observable: a request with two faults is refused for the first::

    CHECKS = checks(gateway.method, gateway.signature)
    DECIDERS = deciders(product.rule, product.data_source)

A step is called what its function is called.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol, TypeVar

from contracts.loader import Outcome
from simulator.upstream import Exchange


class OnItsWay(Protocol):
    """One call, as a provider's checks hand it on to one another."""

    exchange: Exchange
    check: str
    """Name of the check under way."""


CallT = TypeVar("CallT", bound=OnItsWay)


class Decision(NamedTuple):
    """An answer, and what led to it; an answer of ``None`` leaves it to the next decider."""

    outcome: Outcome | None
    evidence: Mapping[str, Any]


Evidence = Mapping[str, Any] | None
Check = tuple[str, Callable[[CallT], Evidence]]
"""One step that may refuse the call, after its name."""
Decider = tuple[str, Callable[[CallT], Decision | None]]
"""One step that may know the answer, after its name."""


def checks(*looks: Callable[[CallT], Evidence]) -> tuple[Check[CallT], ...]:
    """Make checks of functions that return what they saw, or nothing to say, and refuse by raising."""
    return tuple([(look.__name__, look) for look in looks])


def deciders(*looks: Callable[[CallT], Decision | None]) -> tuple[Decider[CallT], ...]:
    """Make deciders of functions that return a `Decision`, or nothing to say; they may refuse by raising, too."""
    return tuple([(look.__name__, look) for look in looks])


def check_all(call: CallT, chain: Sequence[Check[CallT]]) -> None:
    """Look at *call* with every check, in order.

    Raises:
        UpstreamRefused: a check refused it.
    """
    steps = call.exchange.steps
    for name, look in chain:
        call.check = name
        evidence = look(call)
        steps.append(name if evidence is None else (name, True, evidence))


def decide(call: CallT, chain: Sequence[Decider[CallT]]) -> Outcome:
    """Return what the first decider that knows answers; the last one always has to.

    Raises:
        UpstreamRefused: a decider refused the call.
    """
    steps = call.exchange.steps
    for name, look in chain:
        call.check = name
        decision = look(call)
        if decision is None:
            steps.append(name)
            continue
        steps.append((name, True, decision.evidence))
        if decision.outcome is not None:
            return decision.outcome
    raise AssertionError("the last decider always has something to say")
