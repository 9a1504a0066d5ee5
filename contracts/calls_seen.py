"""What is kept of a call while somebody else's tests run: facts to judge by, and no personal value.

A simulator that is watched writes one `CallSeen` per call, as a line of JSON; texts that have to be compared with one
another (who is it about, which nonce) stand there as tokens made with a key that nobody keeps.

>>> line = to_line(CallSeen(number=1, tenant="t", epoch="0", at=0.0, wall=0.0, provider="signzy", operation="verify",
...                         kind="result", code="Verified", charged=True))
>>> from_line(line).code
'Verified'
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import orjson


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSeen:
    """One call, as the provider's side saw it.

    Attributes:
        number: position among all calls of the run, from 1.
        tenant: whose call it was.
        epoch: changes with the tenant's rules and switches, and when it was reset: two epochs are two tests.
        at: seconds on the tenant's clock.
        wall: seconds on the machine's clock.
        provider: whose contract.
        operation: wire name, empty when unknown.
        kind: ``result`` or ``error`` of the row that was answered, empty when no row stands for the answer.
        code: its wire code.
        charged: whether the call was charged.
        forced: whether a rule or a person on file asked for the answer.
        spoilt: whether the answer was broken or lost on purpose.
        refused_at: the check that refused the call, empty when none did.
        cause: what that check found, where it has a name for it.
        subject: token of what the call is about.
        broken: where the request differs from its schema, and how.
        uncompared: what of the request could not be compared, empty when all was.
        tokens: by place, a token of what stands there.
        blank: places that should hold something and do not.
        leaks: personal members in address or headers, and how they were coded.
        parts: checks that the call paid for besides, each with how often it was charged and how often free.
        steps: the call's steps as the journal has them, of a provider whose calls carry several checks.
    """

    number: int
    tenant: str
    epoch: str
    at: float
    wall: float
    provider: str
    operation: str
    kind: str
    code: str
    charged: bool
    forced: bool = False
    spoilt: bool = False
    refused_at: str = ""
    cause: str = ""
    subject: str = ""
    broken: tuple[tuple[str, str], ...] = ()
    uncompared: str = ""
    tokens: Mapping[str, str] = field(default_factory=dict)
    blank: tuple[str, ...] = ()
    leaks: tuple[tuple[str, str], ...] = ()
    parts: tuple[tuple[str, int, int], ...] = ()
    steps: tuple[Any, ...] = ()

    def as_entry(self) -> dict[str, Any]:
        """Return the members of a journal entry that coverage looks at."""
        answer = {"kind": self.kind, "code": self.code}
        return {"provider": self.provider, "operation": self.operation, "answer": answer, "steps": self.steps}


@dataclass(frozen=True, slots=True, kw_only=True)
class Witnessed:
    """A whole run, as far as it is known.

    Attributes:
        calls: in the order in which they were answered.
        lost: calls of which nothing is known, and what happened to them by kind of error.
        complete: whether the witness saw the end of the run.
        strays: calls to addresses that no provider has: method and path of each, values in it as tokens.
    """

    calls: tuple[CallSeen, ...]
    lost: tuple[str, ...] = ()
    complete: bool = True
    strays: tuple[str, ...] = ()


def to_line(seen: CallSeen) -> bytes:
    """Return a call as one line of JSON."""
    return orjson.dumps(asdict(seen), default=str, option=orjson.OPT_APPEND_NEWLINE)


def lost_line(why: str) -> bytes:
    """Return a line that stands for a call of which nothing could be kept."""
    return orjson.dumps({"lost": why}, option=orjson.OPT_APPEND_NEWLINE)


def end_line(count: int) -> bytes:
    """Return the last line: how many lines stand before it."""
    return orjson.dumps({"end": count}, option=orjson.OPT_APPEND_NEWLINE)


def from_line(line: bytes) -> CallSeen:
    """Read what `to_line` wrote."""
    found = orjson.loads(line)
    pairs = {name: tuple([tuple(pair) for pair in found.pop(name)]) for name in ("broken", "leaks", "parts")}
    return CallSeen(**{**found, **pairs, "blank": tuple(found["blank"]), "steps": tuple(found["steps"])})


def read(raw: bytes) -> Witnessed:
    """Read what a witness wrote; what is cut or missing makes the run incomplete."""
    *lines, rest = raw.split(b"\n")
    calls: list[CallSeen] = []
    lost: list[str] = []
    ended: int | None = None
    for line in lines:
        if line.startswith(b'{"lost"'):
            lost.append(orjson.loads(line)["lost"])
        elif line.startswith(b'{"end"'):
            ended = orjson.loads(line)["end"]
        else:
            calls.append(from_line(line))
    complete = not rest and ended == len(calls) + len(lost)
    return Witnessed(calls=tuple(calls), lost=tuple(lost), complete=complete)
