"""What the harness does and asks: an act is something to bring about, a case is one question about what came of it.

Several cases may ask about the same act (whether a result is read right, and whether it is asked for only once), so
that it is brought about once. Acts and cases are made from the outcome table and the plan alone; nothing here talks to
anybody.

>>> from contracts.plan import load_plan
>>> act = forced(load_plan("tencent").operations["BankCardVerification"], {"result": "-17"})
>>> act.rules[0].then, act.people
({'result': '-17'}, ('ordinary-01',))
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

import orjson

from contracts.adapter_lines import Observed
from contracts.findings import Blame, Check, Severity
from contracts.loader import Outcome
from contracts.plan import Plan, Planned
from contracts.recorder import RawRequest
from kyc_core.claims import Claim
from kyc_core.verdicts import Decision

PERSON: Final = "ordinary-01"
PEOPLE: Final = ("ordinary-01", "ordinary-02", "ordinary-03")
CANARY: Final = "canary"
"""Key of the person whose values may turn up nowhere."""


class Delivery(StrEnum):
    """How a callback is handed to the adapter; the values complete "a callback that comes ..."."""

    FIRST = "once"
    AGAIN = "again"
    LATE = "late"
    FORGED = "from somebody else"
    STRANGER = "about a check nobody began"


@dataclass(frozen=True, slots=True, kw_only=True)
class Forced:
    """One forced answer: what happens, how often (``None``: always), and to which operation on the wire."""

    then: Mapping[str, Any]
    times: int | None = None
    operation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Something to bring about: checks put to the adapter while the provider answers as told.

    Attributes:
        operation: what the adapter is asked to check.
        rules: forced answers, in order; none leaves it to the register.
        people: keys of those who are checked, one after the other.
        switches: other readings, for the time of the act.
        strict: without any tolerance, and with the requests recorded.
        frozen: on a clock that stands still but for the pauses that the adapter makes.
        deliveries: the provider is asked to call back, and its callback is handed over so, one after the other.
    """

    operation: Planned
    rules: tuple[Forced, ...] = ()
    people: tuple[str, ...] = (PERSON,)
    switches: Mapping[str, Any] = field(default_factory=dict)
    strict: bool = False
    frozen: bool = False
    deliveries: tuple[Delivery, ...] = ()

    @property
    def key(self) -> bytes:
        """Return what tells it from other acts of the provider."""
        rules = [(dict(rule.then), rule.times, rule.operation) for rule in self.rules]
        readings = (dict(self.switches), self.strict, self.frozen)
        told = (self.operation.name, rules, self.people, *readings, self.deliveries)
        return orjson.dumps(told, option=orjson.OPT_SORT_KEYS)

    @property
    def room(self) -> str:
        """Return what acts that share a tenant have in common; acts of one room should follow one another."""
        own = orjson.dumps(dict(self.operation.switches), option=orjson.OPT_SORT_KEYS).decode()
        return f"{'strict' if self.strict else 'plain'} {own}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What came of an act.

    Attributes:
        answers: what the adapter made of each check.
        claims: what it was told of each person.
        calls: the journal's entries, in order.
        fired: identifiers of the act's rules.
        forced: whether one of them decided something.
        output: what the adapter printed and logged meanwhile.
        requests: what it sent, byte by byte, of a strict act.
        secrets: the secret parts of the credentials in use.
        callbacks: what it made of each callback that was handed over.
    """

    answers: tuple[Observed, ...]
    claims: tuple[Claim, ...] = field(repr=False)
    calls: tuple[Mapping[str, Any], ...]
    fired: frozenset[str] = frozenset()
    forced: bool = True
    output: str = field(default="", repr=False)
    requests: tuple[RawRequest, ...] = ()
    secrets: tuple[str, ...] = field(default=(), repr=False)
    callbacks: tuple[Observed, ...] = ()

    @property
    def answer(self) -> Observed:
        """What the adapter made of the first, usually the only, check."""
        return self.answers[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What an asked question brought up: the part of a finding that is not the case's."""

    severity: Severity
    expected: str
    seen: str
    where: str
    source: str = ""
    blame: Blame = Blame.ADAPTER


Ask = Callable[["Case", Seen, Seen | None], Iterable[Trouble]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One question.

    Attributes:
        id: unique in a run.
        check: the family it belongs to.
        code: wire code of the outcome, empty where no single one is concerned.
        act: what is brought about.
        ask: finds fault with what came of it; gets the case, what was seen, and what was seen of ``beside``.
        source: the document that says what is right, with its evidence.
        plan: the provider's.
        row: the outcome concerned, where there is one.
        beside: an act to compare with.
        asserts: whether verdict, charge and retry class of ``row`` are compared: what coverage counts.
        any_call: whether the question makes sense although the provider refused the call before the act's rules.
    """

    id: str
    check: Check
    code: str
    act: Act
    ask: Ask
    source: str
    plan: Plan
    row: Outcome | None = None
    beside: Act | None = None
    asserts: bool = False
    any_call: bool = False


def forced(planned: Planned, *thens: Mapping[str, Any], people: tuple[str, ...] = (PERSON,)) -> Act:
    """Return an act in which every call is answered as told; the last of several answers stays."""
    *first, last = thens
    rules = [Forced(then=then, times=1, operation=planned.wire) for then in first]
    return Act(operation=planned, rules=(*rules, Forced(then=last, operation=planned.wire)), people=people)


def answering(row: Outcome, planned: Planned) -> Act:
    """Return the act in which the operation answers *row*; common errors are those of the call that asks."""
    operation = planned.wire if row.operation == planned.wire else planned.asked
    return Act(operation=planned, rules=(Forced(then={row.kind: row.code}, operation=operation),))


def spoiling(planned: Planned, code: str, extra: Mapping[str, Any], people: tuple[str, ...] = (PERSON,)) -> Act:
    """Return the act in which the answer of a result *code* is broken, lost or replaced as *extra* says."""
    if planned.is_part:
        # What a part costs was settled by the call that asked for it.
        spoilt = {name: value for name, value in extra.items() if name != "charged"}
        result = Forced(then={"result": code}, operation=planned.wire)
        return Act(operation=planned, rules=(result, Forced(then=spoilt, operation=planned.answered)), people=people)
    return forced(planned, extra if "http" in extra else {"result": code, **extra}, people=people)


def rows_of(plan: Plan, planned: Planned) -> Sequence[Outcome]:
    """Return every row the operation may answer."""
    return plan.table.answers(planned.wire)


def spelt(plan: Plan, planned: Planned, row: Outcome) -> str:
    """Return a row's code as part of a case's name: an error that a result shares its code with is told from it."""
    shared = row.kind == "error" and any(other.code == row.code for other in plan.table.results(planned.wire))
    return f"{row.code}.error" if shared else row.code


def passing(plan: Plan, planned: Planned) -> Outcome | None:
    """Return the first row that confirms a person; ``None`` where the operation confirms nobody."""
    return _first(plan, planned, Decision.PASS)


def failing(plan: Plan, planned: Planned) -> Outcome | None:
    """Return the first row that says no; else the first that says nothing."""
    return _first(plan, planned, Decision.FAIL) or _first(plan, planned, Decision.UNABLE)


def _first(plan: Plan, planned: Planned, decision: Decision) -> Outcome | None:
    return next((row for row in plan.table.results(planned.wire) if row.verdict.decision is decision), None)


def source_of(row: Outcome) -> str:
    """Return who says so, and how sure that is."""
    return f"{row.source} [{row.evidence.value}]"


def name_of(plan: Plan, planned: Planned, *parts: str) -> str:
    """Return a case's identifier: provider, operation and whatever tells it from others."""
    return ".".join((plan.provider, planned.name, *parts))


def unmet(case: Case, seen: Seen) -> str:
    """Return why what the case needs did not happen, empty when it did.

    The adapter's own words do not count: the journal says whether the provider was called and answered as told.
    """
    answer = seen.answer
    if not seen.calls:
        if answer.kind == "none":
            return answer.fault
        return f"the adapter made no call: {answer.summary()}"
    if case.act.frozen:
        # A limit is met by calls that are let through up to it; others say nothing about it.
        met = any(call["answer"]["code"] == case.code for call in seen.calls)
        return "" if met else next(filter(None, map(_refused, seen.calls)), "")
    if case.any_call:
        return ""
    if case.act.deliveries and not seen.callbacks:
        return "no callback came to the address that the claim states"
    if any(each.kind == "no_callbacks" for each in seen.callbacks):
        return "the adapter takes no callbacks"
    if seen.forced:
        return ""
    return _refused(seen.calls[0]) or GAP


GAP: Final = "the simulator did not answer as the case needs"


def _refused(call: Mapping[str, Any]) -> str:
    """Return where and how a journaled call was refused, empty when it was not."""
    refusing = next((check for check, passed, _ in call["steps"] if not passed), None)
    if refusing is None:
        return ""
    return f"the provider refused the call at {refusing}: {call['answer']['code']}; see the requests check"


def claim_of(person: Mapping[str, Any], planned: Planned, photo: bytes) -> Claim:
    """Return what a person on file would truthfully say where the operation asks.

    Args:
        person: as the admin API shows somebody.
        planned: names the members asked for.
        photo: a picture of them.
    """
    card: Mapping[str, Any] = next(iter(person.get("cards", ())), {})
    line: Mapping[str, Any] = next(iter(person.get("mobiles", ())), {})
    known: dict[str, Any] = {
        "name": person.get("name"),
        "resident_id": person.get("resident_id"),
        "valid_from": person.get("valid_from"),
        "valid_to": person.get("valid_to"),
        "bank_card": card.get("number"),
        "mobile": card.get("mobile", line.get("number")),
        "photo": photo,
    }
    key = "".join(character for character in person["key"] if character.isalnum())
    extra = {
        name: value.replace("{person}", key) if isinstance(value, str) else value
        for name, value in planned.extra.items()
    }
    return Claim(**{name: known[name] for name in planned.claim}, extra=extra)


def settled_calls(case: Case, seen: Seen) -> Iterator[Mapping[str, Any]]:
    """Yield the calls that the provider answered as told, those it was still working on left out."""
    planned = case.act.operation
    for call in seen.calls:
        if planned.is_part:
            if call["operation"] == planned.asked:
                yield call
        elif call.get("rule") in seen.fired and call["answer"]["code"] == case.code:
            yield call
