"""Read what a provider promises: outcome tables here, JSON Schemas through `contracts.registry`.

An outcome table is ``contracts/outcomes/<provider>.json``::

    {"provider": "tencent",
     "source": "...",
     "operations": {"BankCardVerification": {"title", "qps", "evidence", "source", ...}},
     "rows":     [{"operation", "kind", "code", "meaning", "http_status", "text": {"en", "zh"}, "verdict", "billed",
                   "retry", "evidence", "source", "text_evidence"?, "zh_evidence"?, "variants"?, "layer"?, "status_by"?,
                   "provisional"?, "note"?}],
     "switches": [{"name", "default", "values", "effect", "evidence", "source"}]}

One code has one row. Where a provider words one code differently by cause, the row's text is the usual wording and the
others are its ``variants``: ``{"json": {"en", "zh"?, "evidence", "zh_evidence"?}}``.

The unknown is loud: a member that is not listed here, a row without evidence, or two rows for one code stop start-up.

>>> from contracts.loader import load_table
>>> load_table("tencent").result("BankCardVerification", "-17").billed
False
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from contracts.provider_files import ContractError, having, place, read
from kyc_core.verdicts import Evidence, Retry, Verdict

_FOLDER: Final = "outcomes"
EVERY_OPERATION: Final = "*"
"""The operation of a row that any operation of the provider may answer."""

_LANGUAGES: Final = frozenset({"en", "zh"})
_KINDS: Final = MappingProxyType(
    {dict: "an object", list: "a list", bool: "true or false", int: "a whole number", str: "text"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One documented answer.

    Attributes:
        provider: provider folder name.
        operation: wire name of the operation, or `EVERY_OPERATION`.
        kind: ``result`` (the call succeeded and carries a code) or ``error`` (the provider's error envelope).
        code: the code on the wire.
        meaning: our name for what happened, the same across operations that number it differently.
        http_status: status of the HTTP answer.
        text: wording by language (``en``, ``zh``); a template may hold ``{name}`` places.
        verdict: canonical verdict.
        billed: whether the provider charges for it.
        retry: when the same call may be made again.
        evidence: how we know that the code exists.
        source: the page, package or capture that says so.
        text_evidence: how we know the wording.
        zh_evidence: how we know the Chinese wording, where that is known otherwise than the English.
        variants: other wordings of the same code by what causes them, each with ``en``, ``evidence``, and where they
            apply ``zh`` and ``zh_evidence`` (the Chinese is known otherwise).
        layer: which part of the provider answers so, in the provider's own division (``gateway``, ``business``); empty
            where it makes no difference.
        status_by: the switch whose value is the HTTP status, where sources give several; empty otherwise.
        provisional: whether the code itself is known from a sibling product only, so that it may change.
        note: an oddity a reader should know; may be empty.
        facts: what is told of the row beside every answer, as plain text: code, kind, meaning, verdict, retry...
    """

    provider: str
    operation: str
    kind: str
    code: str
    meaning: str
    http_status: int
    text: Mapping[str, str]
    verdict: Verdict
    billed: bool
    retry: Retry
    evidence: Evidence
    source: str
    text_evidence: Evidence
    zh_evidence: Evidence
    variants: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))
    layer: str = ""
    status_by: str = ""
    provisional: bool = False
    note: str = ""
    facts: Mapping[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        facts = {
            "code": self.code,
            "kind": self.kind,
            "meaning": self.meaning,
            "verdict": self.verdict.value,
            "retry": self.retry.value,
            "evidence": self.evidence.value,
        }
        object.__setattr__(self, "facts", facts)

    def worded(self, variant: str) -> Outcome:
        """Return this row with the text of one of its variants.

        Raises:
            KeyError: the row has no such variant.
        """
        chosen = self.variants[variant]
        return replace(self, text=MappingProxyType({name: chosen[name] for name in ("en", "zh") if name in chosen}))

    def status(self, switch: Callable[[str], Any]) -> int:
        """Return the HTTP status to answer with.

        Args:
            switch: gives the value of a switch by its full name.
        """
        status: int = switch(self.status_by) if self.status_by else self.http_status
        return status


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """A behaviour on which sources disagree or are silent, and how to choose another reading.

    Attributes:
        name: ``<provider>.<behaviour>``, as set on a tenant.
        default: the recommended reading.
        values: every value allowed, or ``["integer"]``, ``["text"]`` for open ones.
        effect: what it changes.
        evidence: strength of the default reading.
        source: who says so, or which contradiction it settles.
    """

    name: str
    default: str | int | bool
    values: tuple[str | int | bool, ...]
    effect: str
    evidence: Evidence
    source: str

    def accepts(self, value: object) -> bool:
        """Tell whether *value* may be set."""
        if self.values == ("integer",):
            return isinstance(value, int) and not isinstance(value, bool) and value >= 0
        if self.values == ("text",):
            return isinstance(value, str)
        return any(value == allowed and type(value) is type(allowed) for allowed in self.values)


@dataclass(frozen=True, slots=True)
class OutcomeTable:
    """Everything one provider is documented to answer.

    Attributes:
        provider: provider folder name.
        source: the pages the table was written from.
        operations: facts about each operation by its wire name (title, limits, fields); data for the provider to read.
        rows: every row, in file order.
        switches: by name.
    """

    provider: str
    source: str
    operations: Mapping[str, Mapping[str, Any]]
    rows: tuple[Outcome, ...]
    switches: Mapping[str, Switch]
    _by_code: Mapping[tuple[str, str, str], Outcome]
    _by_meaning: Mapping[tuple[str, str, str], Outcome]

    def result(self, operation: str, code: str) -> Outcome:
        """Return the row of a result code.

        Raises:
            KeyError: the operation does not list it.
        """
        return self._by_code[operation, "result", code]

    def error(self, operation: str, code: str) -> Outcome:
        """Return the row of an error code, the operation's own wording before the common one.

        Raises:
            KeyError: nobody lists it.
        """
        row = self._by_code.get((operation, "error", code))
        return row if row is not None else self._by_code[EVERY_OPERATION, "error", code]

    def meaning(self, operation: str, meaning: str, kind: str = "result") -> Outcome:
        """Return the row that says *meaning* in this operation.

        Raises:
            KeyError: the operation has no word for it.
        """
        row = self._by_meaning.get((operation, kind, meaning))
        return row if row is not None else self._by_meaning[EVERY_OPERATION, kind, meaning]

    def results(self, operation: str) -> tuple[Outcome, ...]:
        """Return the operation's result rows in documented order."""
        return tuple(row for row in self.rows if row.operation == operation and row.kind == "result")

    def errors(self, operation: str) -> tuple[Outcome, ...]:
        """Return the error rows the operation may answer, its own and the common ones."""
        return tuple(row for row in self.rows if row.kind == "error" and row.operation in (operation, EVERY_OPERATION))

    def answers(self, operation: str) -> tuple[Outcome, ...]:
        """Return every row the operation may answer: its results, its own errors, the common ones it has no own of."""
        errors = [row for row in self.errors(operation) if row == self.error(operation, row.code)]
        return (*self.results(operation), *errors)


@lru_cache(maxsize=1)
def providers() -> tuple[str, ...]:
    """Return the providers that have an outcome table, sorted."""
    return having(_FOLDER)


@lru_cache(maxsize=32)
def load_table(provider: str) -> OutcomeTable:
    """Read one provider's outcome table.

    Raises:
        ContractError: the file is missing, has unknown members, or a row lacks what it needs.
    """
    where = place(_FOLDER, provider)
    table = parse_table(read(_FOLDER, provider), where=where)
    if table.provider != provider:
        raise ContractError(f"{where}#/provider: {provider} by its file name, not {table.provider}")
    return table


def parse_table(document: Any, *, where: str) -> OutcomeTable:
    """Turn a decoded outcome file into a table; *where* names it in errors.

    Raises:
        ContractError: as for `load_table`.
    """
    _members(document, {"provider", "source", "operations", "rows", "switches"}, where=where)
    _kind(document["operations"], dict, where=f"{where}#/operations")
    _kind(document["rows"], list, where=f"{where}#/rows")
    _kind(document["switches"], list, where=f"{where}#/switches")
    for member in ("provider", "source"):
        _word(document[member], where=f"{where}#/{member}")
    provider = document["provider"]
    rows = tuple(_row(provider, raw, where=f"{where}#/rows/{index}") for index, raw in enumerate(document["rows"]))
    found = [
        _switch(provider, raw, where=f"{where}#/switches/{index}") for index, raw in enumerate(document["switches"])
    ]
    switches = _index(found, lambda switch: switch.name, where=where)
    for index, row in enumerate(rows):
        if row.operation != EVERY_OPERATION and row.operation not in document["operations"]:
            raise ContractError(f"{where}#/rows/{index}/operation: {row.operation} is not among the operations")
        if row.status_by:
            _status_switch(row, switches.get(row.status_by), where=f"{where}#/rows/{index}/status_by")
    return OutcomeTable(
        provider=provider,
        source=document["source"],
        operations=MappingProxyType(document["operations"]),
        rows=rows,
        switches=MappingProxyType(switches),
        _by_code=MappingProxyType(_index(rows, lambda row: (row.operation, row.kind, row.code), where=where)),
        _by_meaning=MappingProxyType(_index(rows, lambda row: (row.operation, row.kind, row.meaning), where=where)),
    )


def _row(provider: str, raw: Any, *, where: str) -> Outcome:
    needed = {
        "operation", "kind", "code", "meaning", "http_status", "text", "verdict", "billed", "retry", "evidence",
        "source",
    }  # fmt: skip
    optional = {"text_evidence", "zh_evidence", "variants", "layer", "status_by", "provisional", "note"}
    _members(raw, needed, optional=optional, where=where)
    if raw["kind"] not in ("result", "error"):
        raise ContractError(f"{where}/kind: 'result' or 'error', not {raw['kind']!r}")
    for member in ("operation", "code", "meaning", "source"):
        _word(raw[member], where=f"{where}/{member}")
    _kind(raw["billed"], bool, where=f"{where}/billed")
    _kind(raw["http_status"], int, where=f"{where}/http_status")
    _kind(raw.get("provisional", False), bool, where=f"{where}/provisional")
    for member in ("layer", "status_by", "note"):
        _kind(raw.get(member, ""), str, where=f"{where}/{member}")
    try:
        evidence = Evidence(raw["evidence"])
        text_evidence = Evidence(raw.get("text_evidence", evidence))
        return Outcome(
            provider=provider,
            operation=raw["operation"],
            kind=raw["kind"],
            code=raw["code"],
            meaning=raw["meaning"],
            http_status=raw["http_status"],
            text=_text(raw["text"], where=f"{where}/text"),
            verdict=Verdict(raw["verdict"]),
            billed=raw["billed"],
            retry=Retry(raw["retry"]),
            evidence=evidence,
            source=raw["source"],
            text_evidence=text_evidence,
            zh_evidence=Evidence(raw.get("zh_evidence", text_evidence)),
            variants=_variants(raw.get("variants", {}), where=f"{where}/variants"),
            layer=raw.get("layer", ""),
            status_by=raw.get("status_by", ""),
            provisional=raw.get("provisional", False),
            note=raw.get("note", ""),
        )
    except ValueError as problem:
        raise ContractError(f"{where}: {problem}") from problem


def _variants(raw: Any, *, where: str) -> Mapping[str, Mapping[str, str]]:
    _kind(raw, dict, where=where)
    for name, wording in raw.items():
        _members(wording, {"en", "evidence"}, optional={"zh", "zh_evidence"}, where=f"{where}/{name}")
        _text({language: wording[language] for language in _LANGUAGES & wording.keys()}, where=f"{where}/{name}")
        Evidence(wording["evidence"])
        Evidence(wording.get("zh_evidence", wording["evidence"]))
    return MappingProxyType({name: MappingProxyType(wording) for name, wording in raw.items()})


def _status_switch(row: Outcome, switch: Switch | None, *, where: str) -> None:
    if switch is None:
        raise ContractError(f"{where}: {row.status_by} is not among the switches")
    if any(type(value) is not int for value in switch.values):
        raise ContractError(f"{where}: the values of {switch.name} are not statuses")
    if switch.default != row.http_status:
        raise ContractError(f"{where}: {switch.name} is {switch.default} by default, the row says {row.http_status}")


def _text(raw: Any, *, where: str) -> Mapping[str, str]:
    _kind(raw, dict, where=where)
    if not raw or not raw.keys() <= _LANGUAGES:
        raise ContractError(f"{where}: wordings by language ({', '.join(sorted(_LANGUAGES))}) are needed")
    for language, wording in raw.items():
        _word(wording, where=f"{where}/{language}")
    return MappingProxyType(raw)


def _switch(provider: str, raw: Any, *, where: str) -> Switch:
    _members(raw, {"name", "default", "values", "effect", "evidence", "source"}, where=where)
    for member in ("name", "effect", "source"):
        _word(raw[member], where=f"{where}/{member}")
    _kind(raw["values"], list, where=f"{where}/values")
    if not raw["name"].startswith(f"{provider}."):
        raise ContractError(f"{where}/name: {raw['name']} does not begin with {provider}.")
    try:
        switch = Switch(
            name=raw["name"],
            default=raw["default"],
            values=tuple(raw["values"]),
            effect=raw["effect"],
            evidence=Evidence(raw["evidence"]),
            source=raw["source"],
        )
    except ValueError as problem:
        raise ContractError(f"{where}: {problem}") from problem
    if not switch.accepts(switch.default):
        raise ContractError(f"{where}/default: {switch.default!r} is not among the values")
    return switch


def _members(raw: Any, needed: Iterable[str], *, optional: Iterable[str] = (), where: str) -> None:
    _kind(raw, dict, where=where)
    needed, allowed = set(needed), set(needed) | set(optional)
    if missing := needed - raw.keys():
        raise ContractError(f"{where}: {', '.join(sorted(missing))} missing")
    if unknown := raw.keys() - allowed:
        raise ContractError(f"{where}: {', '.join(sorted(unknown))} not known")


def _kind(raw: Any, kind: type, *, where: str) -> None:
    if type(raw) is not kind:  # a JSON true must not pass for the number 1
        raise ContractError(f"{where}: {_KINDS[kind]} is needed")


def _word(raw: Any, *, where: str) -> None:
    if not isinstance(raw, str) or not raw.strip():
        raise ContractError(f"{where}: text that is not empty is needed")


def _index(items: Iterable[Any], key: Any, *, where: str) -> dict[Any, Any]:
    found: dict[Any, Any] = {}
    for item in items:
        if found.setdefault(key(item), item) is not item:
            raise ContractError(f"{where}: {key(item)} stands twice")
    return found
