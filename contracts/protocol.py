"""How a provider's calls look on the wire, beyond their schemas: ``contracts/protocols/<provider>.json``.

::

    {"provider", "title",
     "hosts":      [name],                     the real ones
     "prefixes":   ["/tencent"],               paths that lead to the provider on any host of a simulator
     "action":     [place],                    where the operation is named; empty where the path names it
     "paths":      {operation: [method, path]},   several at one path are told by the element in a SOAP body;
                                               ``*`` at the end stands for anything
     "common":     [name],                     parameters that belong to the signature, not to the business
     "untyped":    reason,                     why parameters that are no JSON are not compared; empty: they are
     "built":      [check],                    the simulator's checks of how a request is made, whoever it is about
     "signatures": [{"name", "type", "in", "parameter", "summary", "evidence", "source"}],
     "codes":      {"error": [where], "success": [code], "result": {operation: [where]}, "absent": {operation: code},
                    "contained": bool, "parts": {operation: {part: {"at", "words"}}},
                    "listed": {operation: {"at", "operation", "code"}} | null},
     "sealed":     {"request"?: reason, "response"?: reason}}

A place is spelt as in `contracts.plan`. *Where* a code stands is a JSON Pointer in which ``*`` stands for every item,
or ``status`` for the HTTP status; of several the first that a row explains counts. ``success`` are values there that
are no error, ``absent`` the code of an answer that has none, ``contained`` says that the code is a part of the text.
``parts`` are checks whose answers one answer carries, ``listed`` those that it only lists as failed.

>>> load_protocol("tencent").codes.error
('/Response/Error/Code',)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from contracts.loader import OutcomeTable, load_table
from contracts.provider_files import ContractError, exactly, having, place, read
from kyc_core.verdicts import Evidence

STATUS: Final = "status"
"""Stands for the HTTP status where a place of a code is wanted."""

_FOLDER: Final = "protocols"
_MEMBERS: Final = frozenset({
    "provider", "title", "hosts", "prefixes", "action", "paths", "common", "untyped", "built", "signatures", "codes",
    "sealed",
})  # fmt: skip
_OF_CODES: Final = frozenset({"error", "success", "result", "absent", "contained", "parts", "listed"})
_OF_A_SIGNATURE: Final = frozenset({"name", "type", "in", "parameter", "summary", "evidence", "source"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One way in which a caller proves who it is.

    Attributes:
        name: what the provider calls it.
        type: ``hmac``, ``jws``, ``jwe`` or ``apiKey`` (sent as it is).
        where: ``header``, ``query`` or ``body``.
        parameter: name of the header or member.
        summary: what is signed, and with what.
        evidence: how we know.
        source: who says so.
    """

    name: str
    type: str
    where: str
    parameter: str
    summary: str
    evidence: Evidence
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Where an answer carries what one of several checks found, and which code a word there stands for."""

    at: str
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Codes:
    """Where answers carry their codes; the members are those of the file."""

    error: tuple[str, ...]
    success: frozenset[str]
    result: Mapping[str, tuple[str, ...]]
    absent: Mapping[str, str]
    contained: bool
    parts: Mapping[str, Mapping[str, Part]]
    listed: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Protocol:
    """One provider's; the members are those of the file."""

    provider: str
    title: str
    hosts: tuple[str, ...]
    prefixes: tuple[str, ...]
    action: tuple[str, ...]
    paths: Mapping[str, tuple[str, str]]
    common: frozenset[str]
    untyped: str
    built: frozenset[str]
    signatures: tuple[Signature, ...]
    codes: Codes
    sealed: Mapping[str, str]
    table: OutcomeTable = field(repr=False)

    def operation_named(self, name: str) -> str:
        """Return the operation of that name or alias, empty when there is none."""
        if name in self.table.operations:
            return name
        aliases = ((operation, facts.get("aliases", ())) for operation, facts in self.table.operations.items())
        return next((operation for operation, others in aliases if name in others), "")


def protocols() -> tuple[str, ...]:
    """Return the providers whose protocol is described, sorted."""
    return having(_FOLDER)


@lru_cache(maxsize=32)
def load_protocol(provider: str) -> Protocol:
    """Read one provider's protocol.

    Raises:
        ContractError: there is none, or it does not fit the outcome table.
    """
    return parse_protocol(read(_FOLDER, provider), load_table(provider), where=place(_FOLDER, provider))


def parse_protocol(document: Any, table: OutcomeTable, *, where: str) -> Protocol:
    """Turn a decoded protocol into a `Protocol`; *where* names it in errors.

    Raises:
        ContractError: as for `load_protocol`.
    """
    exactly(document, _MEMBERS, where)
    exactly(document["codes"], _OF_CODES, f"{where}#/codes")
    if document["provider"] != table.provider:
        raise ContractError(f"{where}#/provider: the outcome table is that of {table.provider}")
    codes = document["codes"]
    parts, listed = codes["parts"], codes["listed"] or {}
    of_parts = [name for each in parts.values() for name in each]
    for name in (*document["paths"], *codes["result"], *codes["absent"], *parts, *of_parts, *listed):
        if name not in table.operations:
            raise ContractError(f"{where}: {name} is not an operation of {table.provider}")
    return Protocol(
        provider=document["provider"],
        title=document["title"],
        hosts=tuple(document["hosts"]),
        prefixes=tuple(document["prefixes"]),
        action=tuple(document["action"]),
        paths=MappingProxyType({name: (method, path) for name, (method, path) in document["paths"].items()}),
        common=frozenset(document["common"]),
        untyped=document["untyped"],
        built=frozenset(document["built"]),
        signatures=tuple([_signature(raw, f"{where}#/signatures") for raw in document["signatures"]]),
        codes=Codes(
            error=tuple(codes["error"]),
            success=frozenset(codes["success"]),
            result=MappingProxyType({name: tuple(places) for name, places in codes["result"].items()}),
            absent=MappingProxyType(codes["absent"]),
            contained=codes["contained"],
            parts=MappingProxyType({name: _parts(each) for name, each in parts.items()}),
            listed=MappingProxyType(listed),
        ),
        sealed=MappingProxyType(document["sealed"]),
        table=table,
    )


def _parts(raw: Mapping[str, Any]) -> Mapping[str, Part]:
    return MappingProxyType({name: Part(at=each["at"], words=each["words"]) for name, each in raw.items()})


def _signature(raw: Any, where: str) -> Signature:
    exactly(raw, _OF_A_SIGNATURE, where)
    try:
        evidence = Evidence(raw["evidence"])
    except ValueError as problem:
        raise ContractError(f"{where}: {problem}") from problem
    told = {name: raw[name] for name in ("name", "type", "parameter", "summary", "source")}
    return Signature(**told, where=raw["in"], evidence=evidence)
