"""One query on its way through the deciders: a call of the JSON dialect, or one row of a call of NCIIC.

Each decider either knows the answer, or has nothing to say, and the first that knows decides; one may refuse the call.

Source:
    Quota before required fields, then form, register, name, dates, photo [inferred]. A tenant's rule goes before all of
    them, because it was made to be followed, once the query has everything that is required; so do people on file who
    stand for an outcome. The cap on queries a day: a cap is documented, its number is not [inferred]. The same query
    within 60 seconds: Chinaz 1037 [doc].
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from contracts.loader import Outcome
from kyc_core.claims import as_on_file
from kyc_core.dates import SHANGHAI, day_at
from simulator.chain import Decision, deciders
from simulator.providers.mps import operations
from simulator.providers.mps.codes import NAME, Dialect, Operation, table
from simulator.providers.mps.operations import Finding
from simulator.rules import delivery_rule

if TYPE_CHECKING:
    from kyc_core.claims import Claim
    from kyc_core.people import Person
    from simulator.upstream import Exchange

_REPEATS: Final = "mps.repeats"
_MINUTES_A_DAY: Final = 24 * 60


class Query:
    """What the deciders hand on to one another.

    Attributes:
        exchange: the engine's record of the call.
        check: name of the step under way.
        operation: what is asked.
        values: texts by wire name; absent ones are missing.
        readings: switch values by full name, those of the caller's tenant.
        missing: the required fields that are absent or empty.
        claim: what the fields claim, the number as it is on file.
        person: who holds the number, or ``None``.
        finding: what was found; a word of ours, empty when a code was forced that several findings share.
        score: the similarity that the answer tells, on the dialect's scale.
    """

    __slots__ = (
        "check",
        "claim",
        "exchange",
        "finding",
        "missing",
        "operation",
        "person",
        "readings",
        "score",
        "values",
    )

    def __init__(self, exchange: Exchange, operation: Operation, values: Mapping[str, str]) -> None:
        tenant = exchange.tenant
        self.exchange = exchange
        self.check = ""
        self.operation = operation
        self.values = values
        self.readings = tenant.readings
        self.missing = [name for name in operation.required if not values.get(name)]
        accept = self.readings["mps.first_generation"] == "accept"
        self.claim: Claim
        self.person: Person | None
        self.claim, self.person = operations.person_of(
            operations.read_claim(operation, values), tenant.register, first_generation=accept
        )
        self.finding = ""
        self.score: float | None = None

    @property
    def scale(self) -> int:
        """The highest score: a switch of the JSON dialect, 100 at NCIIC."""
        chosen: int = self.readings["mps.score_scale"]
        return chosen if self.operation.dialect is Dialect.JSON else 100

    def found(self, finding: Finding) -> Outcome:
        """Return the row that says *finding*, charged as the tenant's price list has it."""
        self.finding = finding.word
        self.score = finding.score
        return self._priced(self.operation.answer(finding.word), finding.word)

    def told(self, row: Outcome) -> Outcome:
        """Return *row*, which something else than the register asks for, with the score that such answers have."""
        words = [word for word, answer in self.operation.answers.items() if answer.code == row.code]
        self.finding = row.meaning if row.meaning in words else ""
        typical = self.operation.typical_scores.get(self.finding)
        self.score = None if typical is None else typical * self.scale / 100
        return self._priced(row, self.finding)

    def _priced(self, row: Outcome, finding: str) -> Outcome:
        billed = finding in self.operation.charged[self.readings["mps.billing"]]
        return row if row.billed is billed else replace(row, billed=billed)


def rule(query: Query) -> Decision | None:
    """A rule of the tenant, for a query that has everything."""
    exchange, operation = query.exchange, query.operation
    if query.missing:
        return None
    fired = exchange.tenant.rules.fire(NAME, operation.name, query.values)
    if fired is None:
        return None
    # Of several rows in one call the first rule says how the one answer is delivered.
    exchange.rule = exchange.rule or fired
    evidence = {"rule": fired.id}
    then = fired.then
    if then.error is not None:
        exchange.refuse(query.check, table().error(operation.name, then.error), evidence=evidence)
    return Decision(None if then.result is None else query.told(table().result(operation.name, then.result)), evidence)


def person(query: Query) -> Decision | None:
    """A person on file who stands for an outcome."""
    found = query.person
    if found is None:
        return None
    exchange, operation = query.exchange, query.operation
    exchange.person = exchange.person or found.key
    control = found.controls.get(NAME)
    if control is None or query.missing:
        return None
    if exchange.rule is None:
        exchange.rule = delivery_rule(found.key, NAME, control)
    evidence = {"person": found.key}
    error = control.get("error")
    # A person is asked about by every operation, also by one that does not answer this error or never finds that.
    if any(row.code == error for row in table().errors(operation.name)):
        exchange.refuse(query.check, table().error(operation.name, str(error)), evidence=evidence)
    meaning = str(control.get("meaning"))
    if meaning not in operation.answers:
        return Decision(None, evidence)
    return Decision(query.found(_forced(query, meaning)), {**evidence, "finding": meaning})


def _forced(query: Query, word: str) -> Finding:
    typical = query.operation.typical_scores.get(word)
    return Finding(word, None if typical is None else typical * query.scale / 100)


def quota(query: Query) -> Decision | None:
    """Not too many queries about this number today; every one of them counts."""
    limit: int = query.readings["mps.daily_per_id"]
    number = query.values.get(query.operation.wire_names["resident_id"], "")
    if not limit or not number:
        return None
    tenant = query.exchange.tenant
    attempt = tenant.throttle.per_day(f"mps {tenant.redactor.token(as_on_file(number))}", limit)
    evidence = {"attempts": attempt.number, "limit": limit}
    return Decision(None if attempt.allowed else query.found(Finding("quota")), evidence)


def required(query: Query) -> Decision | None:
    """Every required field is there and not empty; NCIIC says so in the row, the JSON dialect refuses the call."""
    if not query.missing:
        return None
    evidence = {"missing": query.missing}
    if "incomplete" in query.operation.answers:
        return Decision(query.found(Finding("incomplete")), evidence)
    row = table().meaning(query.operation.name, "parameter", kind="error")
    query.exchange.refuse(query.check, row, evidence=evidence)


def repeated(query: Query) -> Decision | None:
    """The same was not asked a moment ago; NCIIC knows no such refusal."""
    seconds: int = query.readings["mps.repeat_seconds"]
    if not seconds or query.operation.dialect is not Dialect.JSON:
        return None
    tenant = query.exchange.tenant
    asked = "\0".join([query.operation.name, *[query.values.get(name, "") for name in query.operation.names]])
    now = tenant.clock.time()
    if tenant.space.first_use(_REPEATS, tenant.redactor.token(asked), now=now, expires_at=now + seconds):
        return None
    row = table().meaning(query.operation.name, "repeated", kind="error")
    query.exchange.refuse(query.check, row, evidence={"within_seconds": seconds})


def source(query: Query) -> Decision:
    """What the source says; it is not asked about what is wrong by its form, and not while it is being upgraded."""
    operation, tenant = query.operation, query.exchange.tenant
    now = tenant.clock.time()
    rules = operations.rules_of(operation, query.readings, day_at(now))
    finding = operations.decide(operation, query.claim, query.person, rules, scale=query.scale)
    if finding.word not in operations.BY_FORM and is_being_upgraded(query.readings, now):
        finding = Finding("source_upgrading")
    evidence: dict[str, Any] = {"finding": finding.word}
    if query.person is not None:
        evidence["person"] = query.person.key
    if finding.score is not None:
        evidence["score"] = finding.score
    return Decision(query.found(finding), evidence)


def is_being_upgraded(readings: Mapping[str, Any], now: float) -> bool:
    """Tell whether *now*, in seconds, lies in the daily window of the switches."""
    minutes: int = readings["mps.upgrading_minutes"]
    if not minutes:
        return False
    minute = int(now + SHANGHAI.utcoffset(None).total_seconds()) // 60
    return (minute - int(readings["mps.upgrading_from"])) % _MINUTES_A_DAY < minutes


DECIDERS: Final = deciders(rule, person, quota, required, repeated, source)
"""In this order; the last one always knows."""
