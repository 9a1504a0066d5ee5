"""The vocabulary: sites, languages, and the actions with their fields and answers.

Everything here is read from ``contracts/outcomes/tencent.json``; an action is rows of that table, a field list, and a
decision in `operations`. Nothing is read before the first call asks for it.

>>> catalogue()["BankCard2EVerification"].required
('Name', 'BankCard')
>>> catalogue()["BankCardVerification"].meaning("mismatch").code
'-1'
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from contracts.loader import Outcome, OutcomeTable, load_table

NAME: Final = "tencent"
SERVICE: Final = "faceid"
VERSION: Final = "2018-03-01"


class Site(StrEnum):
    """Which of the two sites a host belongs to."""

    INTERNATIONAL = "intl"
    DOMESTIC = "cn"

    __hash__ = str.__hash__  # looked up several times per call; an enumeration's own is many times slower


class Language(StrEnum):
    """Language of a wording."""

    ENGLISH = "en"
    CHINESE = "zh"

    __hash__ = str.__hash__


WIRE_LANGUAGES: Final[Mapping[str, Language]] = MappingProxyType(
    {"en-US": Language.ENGLISH, "zh-CN": Language.CHINESE},
)
"""What ``X-TC-Language`` may say; anything else counts as silence [inferred]."""

SITE_LANGUAGES: Final[Mapping[Site, Language]] = MappingProxyType(
    {Site.INTERNATIONAL: Language.ENGLISH, Site.DOMESTIC: Language.CHINESE},
)


class Kind(StrEnum):
    """Type of a request field, as the API metadata writes it."""

    STRING = "string"
    INT64 = "int64"
    LIST = "list"
    """Of strings; the only lists there are."""
    ENCRYPTION = "Encryption"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One member of a nested object: its name, type, and whether the object is of use without it."""

    name: str
    kind: Kind
    required: bool


OBJECTS: Final[Mapping[Kind, Mapping[str, Member]]] = MappingProxyType(
    {
        Kind.ENCRYPTION: MappingProxyType(
            {
                "EncryptList": Member(name="EncryptList", kind=Kind.LIST, required=True),
                "CiphertextBlob": Member(name="CiphertextBlob", kind=Kind.STRING, required=True),
                "Iv": Member(name="Iv", kind=Kind.STRING, required=True),
                "Algorithm": Member(name="Algorithm", kind=Kind.STRING, required=False),
                "TagList": Member(name="TagList", kind=Kind.LIST, required=False),
            }
        )
    }
)
"""Members of nested objects. Source: API metadata of the official SDKs, object Encryption [sdk]."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One request field.

    Attributes:
        name: wire name.
        kind: its type.
        required: whether its absence is an error.
        encryptable: whether its name may stand in ``Encryption.EncryptList``.
        personal: whether its value is about a person.
        claim: the element of a claim it carries (``resident_id``), or ``None``.
    """

    name: str
    kind: Kind
    required: bool
    encryptable: bool
    personal: bool
    claim: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One action, with what each call needs ready at hand.

    Attributes:
        name: wire name.
        sites: where it is offered.
        qps: documented calls per second, by site.
        fields: in documented order.
        required: names of the fields that must be there, in documented order.
        kinds: type by field name.
        texts: names of the fields that are texts.
        objects: names of the fields that have members of their own.
        encryptable: names that may be listed as encrypted.
        public: names whose values are not personal.
        wire_names: field name by the element of a claim it carries.
        errors: codes that the action's own page lists.
        results: answer by meaning.
    """

    name: str
    sites: frozenset[Site]
    qps: Mapping[Site, int]
    fields: tuple[Field, ...]
    required: tuple[str, ...]
    kinds: Mapping[str, Kind]
    texts: frozenset[str]
    objects: frozenset[str]
    encryptable: frozenset[str]
    public: frozenset[str]
    wire_names: Mapping[str, str]
    errors: frozenset[str]
    results: Mapping[str, Outcome]

    def meaning(self, word: str) -> Outcome:
        """Return the result row that says *word*.

        Raises:
            KeyError: the action has no code for it.
        """
        return self.results[word]


def table() -> OutcomeTable:
    """Return the provider's outcome table."""
    return load_table(NAME)


@lru_cache(maxsize=1)
def catalogue() -> Mapping[str, Operation]:
    """Return the actions by wire name."""
    rows = table()
    return MappingProxyType({name: _operation(rows, name, facts) for name, facts in rows.operations.items()})


def _operation(rows: OutcomeTable, name: str, facts: Mapping[str, Any]) -> Operation:
    fields = tuple(_field(raw) for raw in facts["fields"])
    return Operation(
        name=name,
        sites=frozenset(Site(site) for site in facts["hosts"]),
        qps=MappingProxyType({Site(site): limit for site, limit in facts["qps"].items()}),
        fields=fields,
        required=tuple(field.name for field in fields if field.required),
        kinds=MappingProxyType({field.name: field.kind for field in fields}),
        texts=frozenset(field.name for field in fields if field.kind is Kind.STRING),
        objects=frozenset(field.name for field in fields if field.kind in OBJECTS),
        encryptable=frozenset(field.name for field in fields if field.encryptable),
        public=frozenset(field.name for field in fields if not field.personal),
        wire_names=MappingProxyType({field.claim: field.name for field in fields if field.claim is not None}),
        errors=frozenset(facts["errors"]),
        results=MappingProxyType({row.meaning: row for row in rows.results(name)}),
    )


def _field(raw: Mapping[str, Any]) -> Field:
    return Field(
        name=raw["name"],
        kind=Kind(raw["type"]),
        required=raw["required"],
        encryptable=raw["encryptable"],
        personal=raw["personal"],
        claim=raw["claim"],
    )
