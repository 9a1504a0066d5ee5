"""What the harness needs to know of a provider besides its outcome table: ``contracts/plans/<provider>.json``.

::

    {"provider", "reference": "module:factory", "endpoint": "/tencent",
     "switches":   {switch: value},            readings in which every case runs
     "strict":     {switch: value},            readings without any tolerance, for the requests check
     "languages":  {switch: [value, ...]},     switches that choose the language of texts, or which of several
                                               spellings of the same result are used
     "untrusted":  {switch: [value, ...]},     switches that make answers nobody may trust
     "limits":     [{"operation", "name", "switches": {...}, "kind": "result"|"error", "code"}],
                                               limits of the provider's own: with these switches the second of two
                                               checks at once is refused with that code
     "operations": {name: {"claim": [...], "extra"?: {...}, "wire"?, "pending"?: [then, ...], "starts"?: true,
                           "xml"?: true, "asked"?, "answered"?, "switches"?: {...},
                           "card_picture"?: true, "callback"?: {"switches": {...}, "forge": {...}}}},
     "left_out":   {name: reason},             operations that no case is made for
     "requests":   {"parameters": ["query"|"body", ...], "fresh": [place], "own": [place],
                    "stated": [place], "varying": [place]}}

A place is ``header:NAME``, ``query:NAME`` or ``body:NAME``. Every operation of the outcome table stands either among
the operations or among those left out, where ``*`` stands for all others; the unknown is loud.

>>> load_plan("tencent").operations["BankCard2EVerification"].claim
('name', 'bank_card')
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from contracts.loader import EVERY_OPERATION, Outcome, OutcomeTable, load_table
from contracts.provider_files import ContractError, exactly, having, place, read

MEMBERS_OF_A_CLAIM: Final = frozenset({"name", "resident_id", "valid_from", "valid_to", "mobile", "bank_card", "photo"})
_FOLDER: Final = "plans"
_NEEDED: Final = frozenset({
    "provider", "reference", "endpoint", "switches", "strict", "languages", "untrusted", "limits", "operations",
    "left_out", "requests",
})  # fmt: skip
_OF_AN_OPERATION: Final = frozenset({
    "claim", "extra", "wire", "pending", "starts", "xml", "asked", "answered", "switches",
    "card_picture", "callback",
})  # fmt: skip
_OF_A_LIMIT: Final = frozenset({"operation", "name", "switches", "kind", "code"})
_OF_REQUESTS: Final = frozenset({"parameters", "fresh", "own", "stated", "varying"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CalledBack:
    """How an operation calls back.

    Attributes:
        switches: readings in which it calls an address of this machine.
        forge: what the address says of a match; empty where the body says it.
    """

    switches: Mapping[str, Any]
    forge: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """How one operation is exercised.

    Attributes:
        name: what the adapter calls the check.
        claim: the members of a claim that it compares.
        extra: what else the claim states, by the name the adapter documents; ``{person}`` in a text stands for the
            person's key, letters and digits only.
        wire: name of the operation in the outcome table; differs where the adapter's check is made of several calls.
        pending: for work that takes a while, the ``then`` documents that keep it unfinished for some time.
        starts: the operation only begins work; its answer decides nothing.
        asked: wire operation of the call that has the work done and charged; the same unless a check is one of many
            that are asked for together.
        answered: wire operation of the call that brings the answer.
        spoilable: whether its answers are broken and lost on purpose. Parts that one call brings share that call, so
            the first of them stands for all.
        xml: requests are XML documents; the request schema describes what they hold, not how, and is not asked.
        switches: readings in which it is exercised, beside the provider's: the site that alone offers it.
        card_picture: the claim's photo shows the person's identity card.
        callback: how the provider calls back, where it does and the adapter's claim can ask for it.
    """

    name: str
    claim: tuple[str, ...]
    extra: Mapping[str, str | int]
    wire: str
    pending: tuple[Mapping[str, Any], ...]
    starts: bool
    xml: bool
    asked: str
    answered: str
    spoilable: bool
    switches: Mapping[str, Any]
    card_picture: bool
    callback: CalledBack | None

    @property
    def is_part(self) -> bool:
        """Whether the check is one of many that one call asks for and another brings."""
        return self.asked != self.wire


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A limit of the provider's own that two checks at once come up against.

    Attributes:
        operation: the check that is made twice.
        name: for people.
        switches: readings in which the limit is that low.
        row: what the second is refused with.
    """

    operation: str
    name: str
    switches: Mapping[str, Any]
    row: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Requests:
    """What is asked of a provider's requests, beyond its schema.

    Attributes:
        parameters: where business parameters stand: ``query``, ``body``.
        fresh: places whose value must differ from call to call, where there is one.
        own: places whose value must differ from check to check; several calls of one check share it.
        stated: places that must hold something: consent, purpose, agreement.
        varying: places that may not be the same for everybody.
    """

    parameters: tuple[str, ...]
    fresh: tuple[str, ...]
    own: tuple[str, ...]
    stated: tuple[str, ...]
    varying: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How one provider is exercised; the members are those of the file."""

    provider: str
    reference: str
    endpoint: str
    switches: Mapping[str, Any]
    strict: Mapping[str, Any]
    languages: Mapping[str, tuple[Any, ...]]
    untrusted: Mapping[str, tuple[Any, ...]]
    limits: tuple[Limit, ...]
    operations: Mapping[str, Planned]
    left_out: Mapping[str, str]
    requests: Requests
    table: OutcomeTable = field(repr=False)


def plans() -> tuple[str, ...]:
    """Return the providers that have a plan, sorted."""
    return having(_FOLDER)


@lru_cache(maxsize=32)
def load_plan(provider: str) -> Plan:
    """Read one provider's plan.

    Raises:
        ContractError: there is none, or it does not fit the outcome table.
    """
    return parse_plan(read(_FOLDER, provider), load_table(provider), where=place(_FOLDER, provider))


def parse_plan(document: Any, table: OutcomeTable, *, where: str) -> Plan:
    """Turn a decoded plan into a `Plan`; *where* names it in errors.

    Raises:
        ContractError: as for `load_plan`.
    """
    exactly(document, _NEEDED, where)
    exactly(document["requests"], _OF_REQUESTS, f"{where}#/requests")
    if document["provider"] != table.provider:
        raise ContractError(f"{where}#/provider: the outcome table is that of {table.provider}")
    _known([*document["switches"], *document["strict"], *document["languages"], *document["untrusted"]], table, where)
    first = next(iter(document["operations"]), "")
    operations = {
        name: _planned(name, raw, table, f"{where}#/operations/{name}", first=first)
        for name, raw in document["operations"].items()
    }
    named = {name for each in operations.values() for name in (each.wire, each.asked, each.answered)}
    named |= document["left_out"].keys()
    missing = table.operations.keys() - named
    if missing and EVERY_OPERATION not in named:
        raise ContractError(f"{where}: {', '.join(sorted(missing))} neither exercised nor left out")
    if unknown := document["left_out"].keys() - table.operations.keys() - {EVERY_OPERATION}:
        raise ContractError(f"{where}#/left_out: {', '.join(sorted(unknown))} not known")
    asked = document["requests"]
    return Plan(
        provider=document["provider"],
        reference=document["reference"],
        endpoint=document["endpoint"],
        switches=MappingProxyType(document["switches"]),
        strict=MappingProxyType(document["strict"]),
        languages=_choices(document["languages"]),
        untrusted=_choices(document["untrusted"]),
        limits=tuple(
            [_limit(raw, operations, table, f"{where}#/limits/{i}") for i, raw in enumerate(document["limits"])]
        ),
        operations=MappingProxyType(operations),
        left_out=MappingProxyType(document["left_out"]),
        requests=Requests(**{name: tuple(asked[name]) for name in _OF_REQUESTS}),
        table=table,
    )


def _known(switches: Iterable[str], table: OutcomeTable, where: str) -> None:
    for name in switches:
        if name not in table.switches:
            raise ContractError(f"{where}: {name} is not a switch of {table.provider}")


def _choices(raw: Mapping[str, Any]) -> Mapping[str, tuple[Any, ...]]:
    return MappingProxyType({name: tuple(values) for name, values in raw.items()})


def _limit(raw: Any, operations: Mapping[str, Planned], table: OutcomeTable, where: str) -> Limit:
    exactly(raw, _OF_A_LIMIT, where)
    _known(raw["switches"], table, f"{where}/switches")
    planned = operations.get(raw["operation"])
    rows = () if planned is None else (*table.results(planned.wire), *table.errors(planned.asked))
    row = next((row for row in rows if (row.kind, row.code) == (raw["kind"], raw["code"])), None)
    if row is None:
        raise ContractError(f"{where}: {raw['operation']} answers no {raw['kind']} {raw['code']}")
    return Limit(operation=raw["operation"], name=raw["name"], switches=MappingProxyType(raw["switches"]), row=row)


def _planned(name: str, raw: Any, table: OutcomeTable, where: str, *, first: str) -> Planned:
    if not isinstance(raw, dict) or "claim" not in raw or not raw.keys() <= _OF_AN_OPERATION:
        raise ContractError(f"{where}: claim, and at most {', '.join(sorted(_OF_AN_OPERATION))}")
    if not MEMBERS_OF_A_CLAIM.issuperset(raw["claim"]):
        raise ContractError(f"{where}/claim: some of {', '.join(sorted(MEMBERS_OF_A_CLAIM))}")
    wire: str = raw.get("wire", name)
    asked: str = raw.get("asked", wire)
    answered: str = raw.get("answered", wire)
    for name_on_the_wire in (wire, asked, answered):
        if name_on_the_wire not in table.operations:
            raise ContractError(f"{where}: {name_on_the_wire} is not an operation of {table.provider}")
    switches = raw.get("switches", {})
    _known(switches, table, f"{where}/switches")
    callback = raw.get("callback")
    if callback is not None:
        exactly(callback, frozenset({"switches", "forge"}), f"{where}/callback")
        _known(callback["switches"], table, f"{where}/callback/switches")
        callback = CalledBack(**{member: MappingProxyType(value) for member, value in callback.items()})
    return Planned(
        name=name,
        claim=tuple(raw["claim"]),
        extra=MappingProxyType(raw.get("extra", {})),
        wire=wire,
        pending=tuple(raw.get("pending", ())),
        starts=raw.get("starts", False),
        xml=raw.get("xml", False),
        asked=asked,
        answered=answered,
        spoilable=asked == wire or name == first,
        switches=MappingProxyType(switches),
        card_picture=raw.get("card_picture", False),
        callback=callback,
    )
