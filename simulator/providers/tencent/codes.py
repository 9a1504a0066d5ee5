"""The vocabulary: sites, languages, and the actions with their fields and answers.

Everything here is read from ``contracts/outcomes/tencent.json``; an action is rows of that table, a field list, and a
decision in `operations`. Nothing is read before the first call asks for it.

>>> catalogue()["BankCard2EVerification"].required
('Name', 'BankCard')
>>> catalogue()["BankCardVerification"].meaning("mismatch").code
'-1'
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
    BOOL = "bool"
    LIST = "list"
    """Of strings; the only lists there are."""
    ENCRYPTION = "Encryption"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One member of a nested object: its name and type."""

    name: str
    kind: Kind


OBJECTS: Final[Mapping[Kind, Mapping[str, Member]]] = MappingProxyType(
    {
        Kind.ENCRYPTION: MappingProxyType(
            {
                "EncryptList": Member(name="EncryptList", kind=Kind.LIST),
                "CiphertextBlob": Member(name="CiphertextBlob", kind=Kind.STRING),
                "Iv": Member(name="Iv", kind=Kind.STRING),
                "Algorithm": Member(name="Algorithm", kind=Kind.STRING),
                "TagList": Member(name="TagList", kind=Kind.LIST),
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
        personal: whether its value is about a person, or free text that may be.
        claim: the element of a claim it carries (``resident_id``), or ``None``.
        one_of: the values there are; empty for any.
        length: fewest and most characters of a value, or ``None``.
        limit: longest picture taken, in characters of its base64; 0 where it is none.
    """

    name: str
    kind: Kind
    required: bool
    encryptable: bool
    personal: bool
    claim: str | None
    one_of: tuple[str, ...] = ()
    length: tuple[int, int] | None = None
    limit: int = 0


_WRAPPED_KEY: Final = "CiphertextBlob"
_ENVELOPE: Final = ("EncryptList", _WRAPPED_KEY, "Iv")
"""What encrypted fields cannot do without; an action with the object has them there, another beside its fields."""
_OF_ANSWERS: Final = ("IsEncrypt", "IsEncryptResponse")

FAILURES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "name_format": "name",
        "parameter_error": "name",
        "id_format": "resident_id",
        "card_format": "bank_card",
        "card_nonexistent": "bank_card",
        "phone_format": "mobile",
    }
)
"""The element that is badly written when an action answers so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One action, with what each call needs ready at hand.

    Attributes:
        name: wire name.
        sites: where it is offered.
        qps: documented calls per second, by site.
        fields: in documented order.
        required: names of the fields that must be there, in documented order.
        mandatory: the same names, for a look at all of them at once.
        kinds: type by field name.
        texts: names of the fields that are texts.
        objects: names of the fields that have members of their own.
        encryptable: names that may be listed as encrypted.
        public: names whose values are not personal.
        wire_names: field name by the element of a claim it carries.
        errors: codes that the action's own page lists.
        results: answer by meaning.
        lists: names of the fields that are lists.
        checked: the fields whose values are checked before any claim is.
        answer: members of an answer in documented order, without RequestId.
        source: who is asked: ``bank``, ``police`` or ``operator``; failed attempts are counted for each apart.
        operator: the only carrier whose lines it knows; empty for all.
        picture: the elements that may hold a picture of a card, the one that counts first; empty for most actions.
        formats: the elements whose spelling is checked, in the order of the result codes that say so.
        has_ranges: whether, at any site, it tells numbers of unsupported ranges from others.
        encrypting: names of the parameters that have to do with encryption.
        needed: members that ``Encryption`` cannot do without; where only answers are encrypted, the key alone.
        sealed_members: members of an answer that are encrypted on demand.
        elements_by: the elements that count by the value of another: ``{"question": {"0": ("mobile",)}}``.
    """

    name: str
    sites: frozenset[Site]
    qps: Mapping[Site, int]
    fields: tuple[Field, ...]
    required: tuple[str, ...]
    mandatory: frozenset[str]
    kinds: Mapping[str, Kind]
    texts: frozenset[str]
    objects: frozenset[str]
    encryptable: frozenset[str]
    public: frozenset[str]
    wire_names: Mapping[str, str]
    errors: frozenset[str]
    results: Mapping[str, Outcome]
    lists: frozenset[str]
    checked: tuple[Field, ...]
    answer: tuple[str, ...]
    source: str
    operator: str
    picture: tuple[str, ...]
    formats: tuple[str, ...]
    has_ranges: bool
    encrypting: frozenset[str]
    needed: frozenset[str]
    sealed_members: tuple[str, ...]
    elements_by: Mapping[str, Mapping[str, tuple[str, ...]]]

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
    """Return every action by wire name, each with the fields and results of all sites that offer it."""
    rows = table()
    return MappingProxyType({name: _operation(rows, name, None) for name in rows.operations})


@lru_cache(maxsize=len(Site))
def offered(site: Site) -> Mapping[str, Operation]:
    """Return the actions that *site* offers, each as it is there."""
    rows = table()
    return MappingProxyType(
        {name: _operation(rows, name, site) for name, facts in rows.operations.items() if site.value in facts["hosts"]}
    )


def _operation(rows: OutcomeTable, name: str, site: Site | None) -> Operation:
    facts = rows.operations[name]
    fields = tuple(_field(raw, site) for raw in facts["fields"] if _is_at(raw, site))
    elsewhere = () if site is not Site.INTERNATIONAL else facts.get("domestic_results", ())
    return Operation(
        name=name,
        sites=frozenset(Site(each) for each in facts["hosts"]),
        qps=MappingProxyType({Site(each): limit for each, limit in facts["qps"].items()}),
        fields=fields,
        required=tuple(field.name for field in fields if field.required),
        mandatory=frozenset(field.name for field in fields if field.required),
        kinds=MappingProxyType({field.name: field.kind for field in fields}),
        texts=frozenset(field.name for field in fields if field.kind is Kind.STRING),
        objects=frozenset(field.name for field in fields if field.kind in OBJECTS),
        encryptable=frozenset(field.name for field in fields if field.encryptable),
        public=frozenset(field.name for field in fields if not field.personal),
        wire_names=MappingProxyType({field.claim: field.name for field in fields if field.claim is not None}),
        errors=frozenset(facts["errors"]),
        results=MappingProxyType({row.meaning: row for row in rows.results(name) if row.code not in elsewhere}),
        lists=frozenset(field.name for field in fields if field.kind is Kind.LIST),
        checked=tuple(field for field in fields if field.one_of or field.length is not None),
        answer=tuple(raw["name"] for raw in facts["answer"] if _is_at(raw, site)),
        source=facts["data_source"],
        operator=facts.get("operator", ""),
        picture=tuple(facts.get("picture", ())),
        formats=_in_order_of(row.meaning for row in rows.results(name)),
        has_ranges=any(row.meaning == "range_unsupported" for row in rows.results(name)),
        encrypting=frozenset(
            field.name for field in fields if field.kind in OBJECTS or field.name in (*_ENVELOPE, *_OF_ANSWERS)
        ),
        needed=frozenset(_ENVELOPE if any(field.encryptable for field in fields) else (_WRAPPED_KEY,)),
        sealed_members=tuple(facts.get("sealed_members", ())),
        elements_by=MappingProxyType(
            {
                element: MappingProxyType({value: tuple(counting) for value, counting in choices.items()})
                for element, choices in facts.get("elements_by", {}).items()
            }
        ),
    )


def _in_order_of(meanings: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([FAILURES[meaning] for meaning in meanings if meaning in FAILURES]))


def _is_at(raw: Mapping[str, Any], site: Site | None) -> bool:
    return site is None or "sites" not in raw or site.value in raw["sites"]


def _field(raw: Mapping[str, Any], site: Site | None) -> Field:
    # Where sites differ and none is asked about, the more generous one speaks.
    length, limit = raw.get("length"), raw.get("limit")
    return Field(
        name=raw["name"],
        kind=Kind(raw["type"]),
        required=raw["required"],
        encryptable=raw["encryptable"],
        personal=raw["personal"],
        claim=raw["claim"],
        one_of=tuple(raw.get("one_of", ())),
        length=None if length is None else (length[site or Site.DOMESTIC][0], length[site or Site.DOMESTIC][1]),
        limit=0 if limit is None else limit[site or Site.DOMESTIC],
    )
