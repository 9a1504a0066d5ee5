"""What a scenario may make happen: the ``then`` of a rule, of a magic person and of a YAML pack alike.

::

    result: "-17"            a result code of the operation
    error: "InternalError"   an error code of the provider
    http: 502                that status with an HTML page, as a proxy in front of the provider would answer
    delay: 1.5               seconds of real time before the answer
    fault: reset             reset | empty | {truncate: BYTES} | {drip: {bytes: N, interval: SECONDS}}
    mutation: unknown_code   the answer broken on purpose, one of `contracts.mutations.MUTATIONS`
    charged: true            charge the call whatever its row says (charged, but the client saw a timeout)
    progression: {after_polls: 2}    immediate | manual | never | {after_polls: N} | {after_seconds: T}
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from contracts.loader import EVERY_OPERATION, load_table, providers
from contracts.mutations import MUTATIONS
from contracts.provider_files import ContractError
from simulator.wire import Fault, FaultKind, WireResponse

LONGEST_DELAY: Final = 600.0
"""Seconds; a slow answer holds its connection, so it must end some day."""

_MEMBERS: Final = frozenset({"result", "error", "http", "delay", "fault", "mutation", "charged", "progression"})


class ScenarioError(ValueError):
    """A scenario is not understood; ``pointer`` is the JSON Pointer of the member at fault."""

    def __init__(self, pointer: str, message: str) -> None:
        super().__init__(message)
        self.pointer = pointer


def unknown_member(document: Mapping[Any, Any], known: Collection[str], place: str = "") -> str | None:
    """Return the JSON Pointer of the first member of *document* that is not *known*, or ``None``.

    YAML has keys that are not text; they are unknown like any other.
    """
    for name in document:
        if name not in known:
            return f"{place}/{escaped(name)}"
    return None


def escaped(name: object) -> str:
    """Return *name* as one step of a JSON Pointer (RFC 6901)."""
    return str(name).replace("~", "~0").replace("/", "~1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Progression:
    """How asynchronous work advances.

    Attributes:
        kind: ``immediate``, ``after_polls``, ``after_seconds``, ``manual`` or ``never``.
        amount: polls, or seconds on the tenant's clock; 0 for the others.
    """

    kind: str
    amount: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Then:
    """What happens instead of, or on top of, what the register would decide.

    Attributes:
        result: result code of the operation to answer.
        error: error code to answer.
        http: status to answer with an HTML page, bypassing the provider's envelope.
        fault: how the answer is delivered.
        mutation: how the answer is broken before it is delivered; a name of `contracts.mutations.MUTATIONS`.
        billed: whether the call is charged, when the row shall not say.
        progression: how asynchronous work advances.
    """

    result: str | None = None
    error: str | None = None
    http: int | None = None
    fault: Fault | None = None
    mutation: str | None = None
    billed: bool | None = None
    progression: Progression | None = None


def parse_then(document: Any, *, provider: str, operation: str = EVERY_OPERATION) -> Then:
    """Check a ``then`` against the provider's outcome table.

    Raises:
        ScenarioError: with a JSON Pointer, rooted at the rule (``/then/result``, ``/provider``, ``/operation``).
    """
    if provider not in providers():
        raise ScenarioError("/provider", f"one of {', '.join(providers())}")
    try:
        table = load_table(provider)
    except ContractError as problem:
        raise ScenarioError("/provider", str(problem)) from problem
    if operation != EVERY_OPERATION and operation not in list(table.operations):
        raise ScenarioError("/operation", f"{provider} has {', '.join(table.operations)}")
    if not isinstance(document, dict) or not document:
        raise ScenarioError("/then", f"an object with at least one of {', '.join(sorted(_MEMBERS))}")
    unknown = unknown_member(document, _MEMBERS, "/then")
    if unknown is not None:
        raise ScenarioError(unknown, f"one of {', '.join(sorted(_MEMBERS))}")
    for name, value in document.items():
        if value is None:
            raise ScenarioError(f"/then/{name}", "null says nothing; leave the member out")
    answers = [name for name in ("result", "error", "http") if name in document]
    if len(answers) > 1:
        raise ScenarioError(f"/then/{answers[1]}", f"{answers[0]} is given already; a call has one answer")
    if "http" in document and "mutation" in document:
        raise ScenarioError("/then/mutation", "http is given already; a proxy's page has nothing to break")
    result, error = document.get("result"), document.get("error")
    if result is not None:
        if operation == EVERY_OPERATION:
            raise ScenarioError("/operation", "a result code belongs to one operation; name it")
        codes = [row.code for row in table.results(operation)]
        if result not in codes:
            raise ScenarioError("/then/result", f"{operation} answers {', '.join(codes)} (as text)")
    if error is not None:
        codes = sorted({row.code for row in table.rows if row.kind == "error"} if operation == EVERY_OPERATION
                       else {row.code for row in table.errors(operation)})  # fmt: skip
        if error not in codes:
            raise ScenarioError("/then/error", f"one of {', '.join(codes)}")
        try:
            table.error(operation, error)
        except KeyError:
            raise ScenarioError("/operation", "only some operations answer this error; name one") from None
    charged = document.get("charged")
    if charged is not None and not isinstance(charged, bool):
        raise ScenarioError("/then/charged", "true or false")
    return Then(
        result=result,
        error=error,
        http=_status(document.get("http")),
        fault=_fault(document),
        mutation=_mutation(document.get("mutation")),
        billed=charged,
        progression=_progression(document.get("progression")),
    )


def html_answer(status: int) -> WireResponse:
    """Return what a proxy in front of a provider answers when the provider is gone."""
    reason = _REASONS[status]
    page = (
        f"<html>\r\n<head><title>{status} {reason}</title></head>\r\n"
        f"<body>\r\n<center><h1>{status} {reason}</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
    )
    return WireResponse(status=status, headers=(("Content-Type", "text/html"),), body=page.encode())


_REASONS: Final[Mapping[int, str]] = {
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Temporarily Unavailable",
    504: "Gateway Time-out",
}


def _status(value: Any) -> int | None:
    if value is None:
        return None
    if type(value) is int and value in _REASONS:
        return value
    raise ScenarioError("/then/http", f"one of {', '.join(map(str, _REASONS))}")


def _mutation(given: Any) -> str | None:
    if given is None or (isinstance(given, str) and given in MUTATIONS):
        return given
    raise ScenarioError("/then/mutation", f"one of {', '.join(MUTATIONS)}")


def _fault(document: Mapping[str, Any]) -> Fault | None:
    delay = _number(document.get("delay", 0), "/then/delay", most=LONGEST_DELAY)
    given = document.get("fault")
    if given is None:
        return Fault(delay=delay) if delay else None
    if given in ("reset", "empty"):
        return Fault(delay=delay, kind=FaultKind(given))
    if isinstance(given, dict) and given.keys() == {"truncate"}:
        return Fault(
            delay=delay, kind=FaultKind.TRUNCATE, keep=_count(given["truncate"], "/then/fault/truncate", least=0)
        )
    if isinstance(given, dict) and given.keys() == {"drip"}:
        drip = given["drip"]
        if not isinstance(drip, dict) or drip.keys() != {"bytes", "interval"}:
            raise ScenarioError("/then/fault/drip", "{bytes: N, interval: SECONDS}")
        return Fault(
            delay=delay,
            kind=FaultKind.DRIP,
            keep=_count(drip["bytes"], "/then/fault/drip/bytes", least=1),
            interval=_number(drip["interval"], "/then/fault/drip/interval", most=60.0),
        )
    raise ScenarioError("/then/fault", "reset, empty, {truncate: BYTES} or {drip: {bytes: N, interval: SECONDS}}")


def _progression(given: Any) -> Progression | None:
    if given is None:
        return None
    if given in ("immediate", "manual", "never"):
        return Progression(kind=given)
    if isinstance(given, dict) and given.keys() == {"after_polls"}:
        return Progression(
            kind="after_polls", amount=_count(given["after_polls"], "/then/progression/after_polls", least=0)
        )
    if isinstance(given, dict) and given.keys() == {"after_seconds"}:
        return Progression(
            kind="after_seconds",
            amount=_number(given["after_seconds"], "/then/progression/after_seconds", most=31_536_000),
        )
    raise ScenarioError("/then/progression", "immediate, manual, never, {after_polls: N} or {after_seconds: T}")


def _number(value: Any, pointer: str, *, most: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise ScenarioError(pointer, f"a number of seconds from 0 to {most:g}")
    return float(value)


def _count(value: Any, pointer: str, *, least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise ScenarioError(pointer, f"a whole number from {least}")
    return value
