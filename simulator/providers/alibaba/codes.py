"""The vocabulary: the two products, and their operations with fields and answers.

Everything here is read from ``contracts/outcomes/alibaba.json``; an operation is rows of that table, a field list, and
a decision in `operations`. Nothing is read before the first call asks for it.

>>> catalogue()["CheckResult"].results["document_risk"].code
'212'
>>> operation_named("DocOcrV2").name, operation_named("DocOcrAdvance")
('DocOcr', None)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from contracts.loader import Outcome, OutcomeTable, load_table

NAME: Final = "alibaba"


class Site(StrEnum):
    """Which of the two products a host belongs to; each has a version and operations of its own."""

    INTERNATIONAL = "intl"
    DOMESTIC = "domestic"


VERSIONS: Final[Mapping[Site, str]] = MappingProxyType(
    {Site.INTERNATIONAL: "2022-08-09", Site.DOMESTIC: "2019-03-07"},
)

INTERACTIVE: Final = "CheckResult"
"""The operation whose rows say what a transaction may end with."""


class Kind(StrEnum):
    """What the value of a request field may be."""

    STRING = "string"
    ENUM = "enum"
    FLAG = "flag"
    JSON = "json"
    LIST = "list"
    URL = "url"
    IMAGE = "image"
    MERCHANT_BIZ_ID = "merchant_biz_id"
    TRANSACTION_ID = "transaction_id"
    SCENE_CODE = "scene_code"
    DOC_TYPE = "doc_type"
    RESIDENT_ID = "resident_id"
    NAME = "name"
    MOBILE = "mobile"
    MOBILES = "mobiles"
    BANK_CARD = "bank_card"
    DATE = "date"
    DATE_OR_LONG_TERM = "date_or_long_term"


class Envelope(StrEnum):
    """The member that holds the content of a success."""

    R = "Result"
    RO = "ResultObject"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One request field.

    Attributes:
        name: wire name.
        kind: what its value may be.
        required: whether its absence is an error, whatever the others say.
        missing: code of that error; the gateway answers it unless it is the product's own ``MissingParameter``.
        needed_with: values of other fields, by name, each of which makes this one required.
        values: of an enumeration or a flag.
        default: what a flag counts as when it is absent, or not among its values.
        personal: whether its value is about a person or a secret.
        claim: the element of a claim it carries (``resident_id``), or ``None``.
    """

    name: str
    kind: Kind
    required: bool
    missing: str
    needed_with: Mapping[str, tuple[str, ...]]
    values: tuple[str, ...]
    default: str
    personal: bool
    claim: str | None

    @property
    def by_gateway(self) -> bool:
        """Tell whether the gateway misses it, before the product is reached."""
        return self.required and self.missing != "MissingParameter"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation, with what each call needs ready at hand.

    Attributes:
        name: wire name.
        answered: whether it is imitated; the others are refused in so many words.
        site: the product it belongs to.
        methods: with which it is offered.
        https_only: whether plain http is not offered.
        envelope: of a success.
        success_code: ``Code`` of a success.
        qps: documented calls per second, by product code.
        fields: in documented order.
        wire_names: field name by the element of a claim it carries.
        one_of: groups of fields of which one each must be there.
        person_by: fields whose values lead to a person on file, in the order in which they are asked.
        control_by: the field that may name a person who stands for an outcome; empty for none.
        hashed: by field name, how its value is written with ``ParamType=md5``.
        errors: codes of every error it may answer, the common ones included.
        listed: meanings of the errors that its own page lists.
        results: answer by meaning.
    """

    name: str
    answered: bool
    site: Site
    methods: frozenset[str]
    https_only: bool
    envelope: Envelope
    success_code: str
    qps: Mapping[str, int]
    fields: tuple[Field, ...]
    wire_names: Mapping[str, str]
    one_of: tuple[tuple[str, ...], ...]
    person_by: tuple[str, ...]
    control_by: str
    hashed: Mapping[str, str]
    errors: frozenset[str]
    listed: frozenset[str]
    results: Mapping[str, Outcome]


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """One interactive solution, as CheckResult answers about it.

    Attributes:
        code: the ProductCode.
        returns: members of Result that it returns besides Passed and SubCode.
        sub_codes: codes it may end with.
    """

    code: str
    returns: tuple[str, ...]
    sub_codes: frozenset[str]


def table() -> OutcomeTable:
    """Return the provider's outcome table."""
    return load_table(NAME)


@lru_cache(maxsize=1)
def catalogue() -> Mapping[str, Operation]:
    """Return the operations by wire name, without their aliases."""
    rows = table()
    return MappingProxyType({name: _operation(rows, name, facts) for name, facts in rows.operations.items()})


def operation_named(action: str) -> Operation | None:
    """Return the operation an ``Action`` names, by itself or by an alias (``InitializeV2``); ``None`` for nobody's."""
    return catalogue().get(_aliases().get(action, action))


@lru_cache(maxsize=1)
def products() -> Mapping[str, Product]:
    """Return the interactive solutions by product code."""
    facts = table().operations[INTERACTIVE]["products"]
    return MappingProxyType(
        {
            code: Product(code=code, returns=tuple(one["returns"]), sub_codes=frozenset(one["sub_codes"]))
            for code, one in facts.items()
        }
    )


def needs(operation: str) -> Mapping[str, str]:
    """Return, by result code, the flag without which the operation does not look for it."""
    found: Mapping[str, str] = table().operations[operation].get("needs", {})
    return found


@lru_cache(maxsize=1)
def gateway_codes() -> frozenset[str]:
    """Return the error codes that the gateway answers."""
    return frozenset(row.code for row in table().rows if row.layer == "gateway")


@lru_cache(maxsize=1)
def _aliases() -> Mapping[str, str]:
    return MappingProxyType(
        {alias: name for name, facts in table().operations.items() for alias in facts["aliases"]},
    )


def _operation(rows: OutcomeTable, name: str, facts: Mapping[str, Any]) -> Operation:
    fields = tuple(_field(raw) for raw in facts["fields"])
    return Operation(
        name=name,
        answered=facts["support"] == "answered",
        site=Site(facts["site"]),
        methods=frozenset(facts["methods"]),
        https_only="http" not in facts.get("schemes", ("https",)),
        envelope=Envelope.RO if facts["envelope"] == "RO" else Envelope.R,
        success_code=facts.get("success_code", ""),
        qps=MappingProxyType(facts["qps"]),
        fields=fields,
        wire_names=MappingProxyType({field.claim: field.name for field in fields if field.claim is not None}),
        one_of=tuple(map(tuple, facts.get("one_of", ()))),
        person_by=tuple(facts.get("person_by", ())),
        control_by=facts.get("control_by", ""),
        hashed=MappingProxyType(facts.get("md5", {})),
        errors=frozenset(row.code for row in rows.errors(name)),
        listed=frozenset(row.meaning for row in rows.errors(name) if row.code in facts["errors"]),
        results=MappingProxyType({row.meaning: row for row in rows.results(name)}),
    )


def _field(raw: Mapping[str, Any]) -> Field:
    return Field(
        name=raw["name"],
        kind=Kind(raw["type"]),
        required=raw["required"],
        missing=raw.get("missing", ""),
        needed_with=MappingProxyType({name: tuple(values) for name, values in raw.get("needed_with", {}).items()}),
        values=tuple(raw.get("values", ())),
        default=raw.get("default", ""),
        personal=raw["personal"],
        claim=raw["claim"],
    )
