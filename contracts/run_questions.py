"""The questions that traffic alone can answer, each a function that finds fault with the calls of one operation.

Some look at calls (what was sent), others at checks: runs of calls that are taken for one check made again. Calls of
one operation about the same subject, next to one another in one tenant and one epoch, are one check. After a
confirmation a new one begins: nobody retries what has passed, and tests like to repeat it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from contracts.calls_seen import CallSeen
from contracts.checks.asynchrony import MOST_QUESTIONS, PACE
from contracts.checks.pace import BACK_OFF, MOST_CALLS, about
from contracts.findings import Check, Severity
from contracts.loader import EVERY_OPERATION, Outcome, load_table
from contracts.plan import load_plan
from contracts.protocol import load_protocol
from kyc_core.verdicts import Decision, Retry, Verdict

_CHINA: Final = timezone(timedelta(hours=8), "Asia/Shanghai")
_FINAL: Final = frozenset({Retry.NEVER, Retry.FIX_REQUEST})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong with one call, or with two in a row."""

    severity: Severity
    expected: str
    seen: str
    where: str
    code: str
    call: int


Calls = Sequence[CallSeen]
Checks = Sequence[Calls]
"""Runs of calls that are taken for one check each."""


def row_of(call: CallSeen) -> Outcome | None:
    """Return the row that was answered, if there was one."""
    table = load_table(call.provider)
    operation = call.operation or EVERY_OPERATION
    try:
        return table.result(operation, call.code) if call.kind == "result" else table.error(operation, call.code)
    except KeyError:
        return None


def accepted(calls: Calls) -> Iterator[Fault]:
    """Find requests that were refused for how they were made, though nobody asked for a refusal."""
    for call in calls:
        row = row_of(call)
        if call.forced or row is None or row.verdict is Verdict.PENDING or not call.refused_at:
            continue
        if call.refused_at in load_protocol(call.provider).built:
            cause = f", {call.cause}" if call.cause else ""
            yield _fault(
                call, "a request that is accepted", f"{call.code} at {call.refused_at}{cause}", call.refused_at
            )


def as_the_schema_wants(calls: Calls) -> Iterator[Fault]:
    """Find business parameters that differ from the request schema."""
    for call in calls:
        for where, what in call.broken:
            yield _fault(call, "what the request schema says", what, where)


def fresh(calls: Calls) -> Iterator[Fault]:
    """Find a nonce that was used before, and an identifier that two checks share."""
    requests = load_plan(calls[0].provider).requests
    for place in requests.fresh:
        used: set[tuple[str, str]] = set()
        for call in calls:
            token = (call.tenant, call.tokens.get(place, ""))
            if token[1] and token in used:
                yield _fault(call, "a value never used before", "one that was used before", place)
            used.add(token)
    for place in requests.own:
        owners: dict[tuple[str, str], str] = {}
        for call in calls:
            token = (call.tenant, call.tokens.get(place, ""))
            if token[1] and owners.setdefault(token, call.subject) != call.subject:
                yield _fault(call, "a value of each check's own", "that of another check", place)


def consent(calls: Calls) -> Iterator[Fault]:
    """Find consent that is not stated, or the same for everybody."""
    for call in calls:
        for place in call.blank:
            yield _fault(call, "something stated", "nothing", place)
    for place in load_plan(calls[0].provider).requests.varying:
        stated = [call for call in calls if place in call.tokens and call.subject]
        people = {call.subject for call in stated}
        if len(people) > 1 and len({call.tokens[place] for call in stated}) == 1:
            yield _fault(stated[-1], "each person's own", f"one value for {len(people)} people", place)


def discreet(calls: Calls) -> Iterator[Fault]:
    """Find personal values and secrets where proxies and access logs see them."""
    for call in calls:
        for member, coding in call.leaks:
            where = "request line and headers"
            yield _fault(
                call, "nothing personal in address or headers, no secret in the address", f"{member}, {coding}", where
            )


def asked_once(checks: Checks) -> Iterator[Fault]:
    """Find a second call after an answer that was final or charged."""
    for before, after, row in _again(checks):
        # What was lost on its way may be asked for again, if nobody pays for it twice.
        final = row.retry in _FINAL and not before.spoilt
        if (final or before.charged) and not _refused_by_us(before):
            both = before.charged and after.charged
            lost = ", which was lost on the way" if before.spoilt else ""
            what = f"{'charged' if before.charged else 'final'}, retry {row.retry.value}"
            yield _fault(
                after, f"no second call; the answer is {what}{lost}",
                "another call, charged again" if both else "another call", "calls",
                severity=Severity.CRITICAL if both else Severity.MAJOR, code=before.code,
            )  # fmt: skip


def backs_off(checks: Checks) -> Iterator[Fault]:
    """Find a second call on the heels of an answer that says: later, or tomorrow."""
    for before, after, row in _again(checks):
        pause = _pause(before, after)
        if row.retry is Retry.LATER and pause < BACK_OFF:
            seen = f"{about(pause)}; a pause on a clock that the simulator does not see is none"
            yield _fault(after, f"{BACK_OFF:g} seconds or more between calls", seen, "calls", code=before.code)
        if row.retry is Retry.NEXT_DAY and _day(before) == _day(after):
            yield _fault(after, "one call a day in China", "another on the same day", "calls", code=before.code)


def gives_up(checks: Checks) -> Iterator[Fault]:
    """Find calls without an end."""
    for group in checks:
        count = sum(not _is_pending(call) for call in group)
        most = MOST_QUESTIONS if _takes_a_while(group[-1]) else MOST_CALLS
        if count > most:
            yield _fault(group[-1], f"{most} calls at most", f"{count} calls for one check", "calls")


def paced(checks: Checks) -> Iterator[Fault]:
    """Find questions about unfinished work that come too fast, or never end."""
    for group in checks:
        asked = [call for call in group if _is_pending(call)]
        if len(asked) > MOST_QUESTIONS:
            yield _fault(asked[-1], "it gives up", f"{len(asked)} questions", "calls")
        hasty = [(_pause(before, after), after) for before, after in pairwise(group) if _is_pending(before)]
        if hasty and min(pause for pause, _ in hasty) < PACE:
            pause, call = min(hasty, key=lambda each: each[0])
            seen = f"{about(pause)} between two questions; a pause on a clock that the simulator does not see is none"
            yield _fault(call, f"{PACE:g} seconds or more", seen, "calls", severity=Severity.MINOR)


def stops(checks: Checks) -> Iterator[Fault]:
    """Find questions about work that was finished."""
    for group in checks:
        waited = False
        for before, after in pairwise(group):
            waited = waited or _is_pending(before)
            if waited and not _is_pending(before) and before.kind == "result":
                yield _fault(after, "it stops when final", "a further question", "calls", code=before.code)


OF_CHECKS: Final[Sequence[tuple[Check, str, Callable[[Checks], Iterator[Fault]]]]] = (
    (Check.ASYNCHRONY, "paced", paced),
    (Check.ASYNCHRONY, "stops", stops),
    (Check.RETRY, "asked_once", asked_once),
    (Check.RETRY, "backs_off", backs_off),
    (Check.RETRY, "gives_up", gives_up),
)
OF_REQUESTS: Final[Mapping[str, Callable[[Calls], Iterator[Fault]]]] = MappingProxyType({
    "accepted": accepted,
    "schema": as_the_schema_wants,
    "fresh": fresh,
    "consent": consent,
    "discreet": discreet,
})  # fmt: skip


def checks_of(calls: Calls) -> Iterator[list[CallSeen]]:
    """Yield the runs of calls that are taken for one check each."""
    rooms: dict[tuple[str, str], list[CallSeen]] = {}
    for call in calls:
        rooms.setdefault((call.provider, call.tenant), []).append(call)
    for mine in rooms.values():
        group: list[CallSeen] = []
        for call in mine:
            if group and not _goes_on(group, call):
                yield group
                group = []
            group.append(call)
        yield group


def _goes_on(group: Calls, call: CallSeen) -> bool:
    """Tell whether a call is about the same check as those before it."""
    if not call.subject or _key(call) != _key(group[-1]):
        return False
    # Of work that was waited for, the end is the end: to ask on is a fault, not a new check.
    return not _settled(group[-1]) or any(map(_is_pending, group))


def _key(call: CallSeen) -> tuple[str, str, str]:
    return call.operation, call.subject, call.epoch


def _again(checks: Checks) -> Iterator[tuple[CallSeen, CallSeen, Outcome]]:
    """Yield two calls in a row for one check, and the row of the first; unfinished work is meant to be asked about."""
    for group in checks:
        waited = False
        for before, after in pairwise(group):
            row = row_of(before)
            waited = waited or _is_pending(before)
            if row is not None and not waited:
                yield before, after, row


def _settled(call: CallSeen) -> bool:
    """Tell whether nobody has a reason to make the call again: it confirmed somebody, or did what it was to do."""
    row = row_of(call)
    did = row is not None and row.kind == "result" and row.verdict is Verdict.NO_CHECK
    return row is not None and not call.spoilt and (did or row.verdict.decision is Decision.PASS)


def _refused_by_us(call: CallSeen) -> bool:
    """Tell whether a call was refused for how it was made: to make it anew, made better, is what one should do."""
    return bool(call.refused_at) and call.refused_at in load_protocol(call.provider).built


def _is_pending(call: CallSeen) -> bool:
    row = row_of(call)
    return row is not None and row.verdict is Verdict.PENDING


def _takes_a_while(call: CallSeen) -> bool:
    """Tell whether the operation may answer that it is not finished yet; who asks such a thing is used to asking."""
    return any(row.verdict is Verdict.PENDING for row in load_table(call.provider).results(call.operation))


def _pause(before: CallSeen, after: CallSeen) -> float:
    # A tenant's clock may stand still, and be moved on instead of waiting; whichever went further counts.
    return max(after.at - before.at, after.wall - before.wall)


def _day(call: CallSeen) -> object:
    return datetime.fromtimestamp(call.at, _CHINA).date()


def _fault(
    call: CallSeen,
    expected: str,
    seen: str,
    where: str,
    *,
    severity: Severity = Severity.MAJOR,
    code: str | None = None,
) -> Fault:
    told = call.code if code is None else code
    return Fault(severity=severity, expected=expected, seen=seen, where=where, code=told, call=call.number)
