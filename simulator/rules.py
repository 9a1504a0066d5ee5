"""Scenario rules: force what the register would not.

A rule is ``{provider, operation, when, then, times}``. The first rule added that still has firings left and whose
``when`` fits decides. ``when`` speaks of request parameters by their wire names; each is an exact text or one of
``{"prefix"}``, ``{"suffix"}``, ``{"contains"}``. ``then`` is what to answer (see `Then`); with neither ``result`` nor
``error`` the register decides and only delivery or charge change.

Rules with an exact ``when`` are found through an index, so ten thousand of them cost what one does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any, Final

import orjson

from contracts.loader import EVERY_OPERATION
from simulator.scenarios import ScenarioError, Then, escaped, parse_then, unknown_member
from simulator.store import Space

MOST_TIMES: Final = 1_000_000_000
"""A bound for ``times``, so that every rule can be written as JSON."""

_MEMBERS: Final = frozenset({"id", "provider", "operation", "when", "then", "times"})
_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_TABLE: Final = "rules"
_FIRED: Final = "rules.fired"
_ORDER: Final = "rules.order"
_MATCHERS: Final[Mapping[str, Callable[[str, str], bool]]] = {
    "equals": lambda value, wanted: value == wanted,
    "prefix": lambda value, wanted: value.startswith(wanted),
    "suffix": lambda value, wanted: value.endswith(wanted),
    "contains": lambda value, wanted: wanted in value,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One forced outcome.

    Attributes:
        id: name within the tenant.
        provider: whose calls it concerns.
        operation: which of its operations, or `EVERY_OPERATION`.
        when: ``(wire name, matcher, wanted)`` triples, all of which must fit.
        then: what happens.
        times: how often it fires; ``None`` for always.
        order: position among the tenant's rules.
    """

    id: str
    provider: str
    operation: str
    when: tuple[tuple[str, str, str], ...]
    then: Then
    times: int | None
    order: int

    def fits(self, fields: Mapping[str, str]) -> bool:
        """Tell whether every condition holds."""
        return all(name in fields and _MATCHERS[matcher](fields[name], wanted) for name, matcher, wanted in self.when)


def parse_rule(document: Any, *, rule_id: str, order: int) -> Rule:
    """Check a rule as it comes from JSON, YAML or Python; *rule_id* is its name when it brings none.

    Raises:
        ScenarioError: with a JSON Pointer to the offending member.
    """
    if not isinstance(document, dict):
        raise ScenarioError("", "a rule is an object")
    unknown = unknown_member(document, _MEMBERS)
    if unknown is not None:
        raise ScenarioError(unknown, "not a member of a rule")
    for name in ("provider", "then"):
        if name not in document:
            raise ScenarioError(f"/{name}", "is needed")
    name = document.get("id", rule_id)
    if "id" in document and (not isinstance(name, str) or _ID.fullmatch(name) is None):
        raise ScenarioError("/id", "1 to 64 of A-Z a-z 0-9 . _ -, the first a letter or digit")
    provider = document["provider"]
    operation = document.get("operation", EVERY_OPERATION)
    times = document.get("times")
    if times is not None and (not isinstance(times, int) or isinstance(times, bool) or not 1 <= times <= MOST_TIMES):
        raise ScenarioError("/times", f"a whole number from 1 to {MOST_TIMES}, or absent for always")
    return Rule(
        id=name,
        provider=provider,
        operation=operation,
        when=_conditions(document.get("when", {})),
        then=parse_then(document["then"], provider=provider, operation=operation),
        times=times,
        order=order,
    )


def delivery_rule(key: str, provider: str, control: Mapping[str, object]) -> Rule | None:
    """Return what a person's *control* says about delivery and charge as a rule, which is what the engine follows.

    Args:
        key: the person's.
        provider: whose control it is.
        control: as `kyc_core.people.Person` holds it; ``meaning`` and ``error`` are left to the provider.

    Returns:
        A rule named after the person, or ``None`` when the control says nothing of the kind.
    """
    told = {name: value for name, value in control.items() if name not in ("meaning", "error")}
    if not told:
        return None
    then = parse_then(told, provider=provider)
    return Rule(
        id=f"person {key}", provider=provider, operation=EVERY_OPERATION, when=(), then=then, times=None, order=0
    )


def _conditions(document: Any) -> tuple[tuple[str, str, str], ...]:
    if not isinstance(document, dict):
        raise ScenarioError("/when", "an object of parameter names")
    found = []
    for name, wanted in document.items():
        place = f"/when/{escaped(name)}"
        if not isinstance(name, str):
            raise ScenarioError(place, "the name of a parameter is a text")
        matcher = "equals"
        if isinstance(wanted, dict):
            if len(wanted) != 1 or next(iter(wanted)) not in _MATCHERS:
                raise ScenarioError(place, f"a text, or one of {', '.join(_MATCHERS)}")
            matcher, wanted = next(iter(wanted.items()))
        if not isinstance(wanted, str):
            raise ScenarioError(place, "a text: parameters are compared as text")
        found.append((name, matcher, wanted))
    return tuple(found)


@dataclass(slots=True)
class _Index:
    """The rules of one provider: those with an exact condition by that condition, the others in order."""

    exact: dict[tuple[str, str], list[Rule]] = field(default_factory=dict)
    open: list[Rule] = field(default_factory=list)

    def add(self, rule: Rule) -> None:
        self._home(rule).append(rule)

    def remove(self, rule: Rule) -> None:
        # Two threads may find the same rule used up; the second has nothing left to do.
        with suppress(ValueError):
            self._home(rule).remove(rule)

    def _home(self, rule: Rule) -> list[Rule]:
        for name, matcher, wanted in rule.when:
            if matcher == "equals":
                return self.exact.setdefault((name, wanted), [])
        return self.open

    def candidates(self, fields: Mapping[str, str]) -> list[Rule]:
        found = list(self.open)
        if self.exact:
            for item in fields.items():
                found += self.exact.get(item, ())
            found.sort(key=lambda rule: rule.order)
        return found


class RuleBook:
    """One tenant's rules. They live in the tenant's space; what is here is a decoded copy of one version of it."""

    def __init__(self, space: Space) -> None:
        self._space = space
        self._decoded: dict[str, tuple[bytes, Rule]] = {}
        self._seen: tuple[int, dict[str, _Index]] = (0, {})

    def add(self, document: Any) -> Rule:
        """Check *document* and put it behind the rules already there.

        Raises:
            ScenarioError: it is not a rule, or its ``id`` is taken.
        """
        rule = parse_rule(document, rule_id="", order=0)
        order = self._space.tally(_ORDER, "last")
        if not rule.id:
            while self._space.get(_TABLE, f"rule-{order}") is not None:
                order = self._space.tally(_ORDER, "last")
        rule = replace(rule, id=rule.id or f"rule-{order}", order=order)
        mine = _encode({**document, "id": rule.id, "order": order})
        if self._space.update(_TABLE, rule.id, lambda before: mine if before is None else before) is not mine:
            raise ScenarioError("/id", "there is a rule of that name")
        return rule

    def add_many(self, documents: Sequence[Any]) -> list[Rule]:
        """Add rules in order; none when one of them is refused.

        Raises:
            ScenarioError: as for `add`, also when two of *documents* share an ``id``; the pointer begins with the
                position in *documents*.
        """
        _read(documents, taken=lambda name: self._space.get(_TABLE, name) is not None)
        added: list[Rule] = []
        try:
            for position, document in enumerate(documents):
                with _at(position):
                    added.append(self.add(document))
        except ScenarioError:
            # Somebody else took a name between the check and here.
            for rule in added:
                self.remove(rule.id)
            raise
        return added

    def swap(self, documents: Sequence[Any]) -> list[Rule]:
        """Have these rules, in order, instead of all there are; no call finds some of both, or none.

        Raises:
            ScenarioError: as for `add_many`, and nothing has changed; names of rules that go may be used again.
        """
        read = _read(documents, taken=lambda _: False)
        names = {rule.id for rule in read}
        added: list[Rule] = []
        rows: dict[str, bytes] = {}
        for rule, document in zip(read, documents, strict=True):
            order = self._space.tally(_ORDER, "last")
            while not rule.id and f"rule-{order}" in names:
                order = self._space.tally(_ORDER, "last")
            added.append(replace(rule, id=rule.id or f"rule-{order}", order=order))
            rows[added[-1].id] = _encode({**document, "id": added[-1].id, "order": order})
        self._space.swap(_TABLE, rows)
        return added

    def remove(self, rule_id: str) -> bool:
        """Remove one rule; tell whether it was there."""
        return self._space.delete(_TABLE, rule_id)

    def clear(self) -> None:
        """Remove every rule."""
        self._space.clear(_TABLE)

    def documents(self) -> list[dict[str, Any]]:
        """Return the rules as they were given, each with its ``id`` and how often it ``fired``."""
        fired = self._space.tallies(_FIRED)
        found = []
        for rule_id, raw in self._space.scan(_TABLE):
            document = orjson.loads(raw)
            order = document.pop("order")
            count = fired.get(f"{rule_id} {order}", 0)
            found.append({**document, "fired": min(count, document.get("times") or count)})
        return found

    def fire(
        self, provider: str, operation: str, fields: Mapping[str, str], *, named_only: bool = False
    ) -> Rule | None:
        """Return the rule that decides this call, counted as fired, or ``None``.

        Args:
            provider: whose call it is.
            operation: which of its operations.
            fields: what the rule's conditions look at.
            named_only: leave out rules for every operation: for a part of a call, which those have decided already.
        """
        index = self._index().get(provider)
        if index is None:
            return None
        wanted = (operation,) if named_only else (operation, EVERY_OPERATION)
        for rule in index.candidates(fields):
            if rule.operation in wanted and rule.fits(fields):
                number = self._space.tally(_FIRED, f"{rule.id} {rule.order}")
                if rule.times is None or number <= rule.times:
                    return rule
                index.remove(rule)
        return None

    def _index(self) -> dict[str, _Index]:
        version = self._space.version(_TABLE)
        seen, index = self._seen
        if seen == version:
            return index
        index = {}
        decoded = {}
        for rule_id, raw in self._space.scan(_TABLE):
            known = self._decoded.get(rule_id)
            if known is None or known[0] is not raw:
                document = orjson.loads(raw)
                known = (raw, parse_rule(_given(document), rule_id=rule_id, order=document["order"]))
            decoded[rule_id] = known
            index.setdefault(known[1].provider, _Index()).add(known[1])
        self._decoded = decoded
        self._seen = (version, index)
        return index


def _read(documents: Sequence[Any], *, taken: Callable[[str], bool]) -> list[Rule]:
    """Check rules that are to stand side by side, where some names are *taken*; those without a name still have none.

    Raises:
        ScenarioError: the pointer begins with the position in *documents*.
    """
    read: list[Rule] = []
    names: set[str] = set()
    for position, document in enumerate(documents):
        with _at(position):
            rule = parse_rule(document, rule_id="", order=0)
            _encode(document)
            if rule.id and (rule.id in names or taken(rule.id)):
                raise ScenarioError("/id", "there is a rule of that name")
        names.add(rule.id)
        read.append(rule)
    return read


@contextmanager
def _at(position: int) -> Iterator[None]:
    """Put the position in a list in front of what goes wrong inside."""
    try:
        yield
    except ScenarioError as problem:
        raise ScenarioError(f"/{position}{problem.pointer}", str(problem)) from problem


def _encode(document: dict[str, Any]) -> bytes:
    try:
        return orjson.dumps(document)
    except orjson.JSONEncodeError as problem:
        raise ScenarioError(
            "", "cannot be written as JSON: a number beyond 64 bits, or a broken character"
        ) from problem


def _given(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name != "order"}
