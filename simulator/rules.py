"""Scenario rules: force what the register would not.

A rule is ``{provider, operation, when, then, times}``. The first rule added that still has firings left and whose
``when`` fits decides. ``when`` speaks of request parameters by their wire names; each is an exact text or one of
``{"prefix"}``, ``{"suffix"}``, ``{"contains"}``. ``then`` is what to answer (see `Then`); with neither ``result`` nor
``error`` the register decides and only delivery or charge change.

Rules with an exact ``when`` are found through an index, so ten thousand of them cost what one does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from contracts.loader import EVERY_OPERATION
from simulator.scenarios import ScenarioError, Then, parse_then
from simulator.store import Space

_TABLE: Final = "rules"
_FIRED: Final = "rules.fired"
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
    """Check a rule as it comes from JSON, YAML or Python.

    Raises:
        ScenarioError: with a JSON Pointer to the offending member.
    """
    if not isinstance(document, dict):
        raise ScenarioError("", "a rule is an object")
    if unknown := document.keys() - {"id", "provider", "operation", "when", "then", "times"}:
        raise ScenarioError(f"/{min(unknown)}", "not a member of a rule")
    for name in ("provider", "then"):
        if name not in document:
            raise ScenarioError(f"/{name}", "is needed")
    provider = document["provider"]
    operation = document.get("operation", EVERY_OPERATION)
    times = document.get("times")
    if times is not None and (not isinstance(times, int) or isinstance(times, bool) or times < 1):
        raise ScenarioError("/times", "a whole number from 1, or absent for always")
    return Rule(
        id=rule_id,
        provider=provider,
        operation=operation,
        when=_conditions(document.get("when", {})),
        then=parse_then(document["then"], provider=provider, operation=operation),
        times=times,
        order=order,
    )


def _conditions(document: Any) -> tuple[tuple[str, str, str], ...]:
    if not isinstance(document, dict):
        raise ScenarioError("/when", "an object of parameter names")
    found = []
    for name, wanted in document.items():
        matcher = "equals"
        if isinstance(wanted, dict):
            if len(wanted) != 1 or next(iter(wanted)) not in _MATCHERS:
                raise ScenarioError(f"/when/{name}", f"a text, or one of {', '.join(_MATCHERS)}")
            matcher, wanted = next(iter(wanted.items()))
        if not isinstance(wanted, str):
            raise ScenarioError(f"/when/{name}", "a text: parameters are compared as text")
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
        home = self._home(rule)
        if rule in home:
            home.remove(rule)

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
        parse_rule(document, rule_id="", order=0)
        order = self._space.tally("rules.order", "last")
        rule_id = document.get("id", f"rule-{order}")
        if not isinstance(rule_id, str) or not rule_id:
            raise ScenarioError("/id", "a text")
        rule = parse_rule(document, rule_id=rule_id, order=order)
        mine = orjson.dumps({**document, "id": rule_id, "order": order})
        if self._space.update(_TABLE, rule_id, lambda before: mine if before is None else before) is not mine:
            raise ScenarioError("/id", "there is a rule of that name")
        return rule

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

    def fire(self, provider: str, operation: str, fields: Mapping[str, str]) -> Rule | None:
        """Return the rule that decides this call, counted as fired, or ``None``."""
        index = self._index().get(provider)
        if index is None:
            return None
        for rule in index.candidates(fields):
            if rule.operation in (operation, EVERY_OPERATION) and rule.fits(fields):
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


def _given(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name != "order"}
