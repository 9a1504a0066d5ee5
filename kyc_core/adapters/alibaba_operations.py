"""What Alibaba Cloud's operations send, and what their codes stand for: ``alibaba.json``, read once.

An operation may be ``like`` another and state only what differs. ``CheckResult`` is the second half of an interactive
verification; ``BANK_CARD_2_META`` and ``BANK_CARD_3_META`` are ``BankMetaVerifyIntl`` with fewer elements.

>>> OPERATIONS["CheckResult"].results["212"].verdict
<Verdict.MISMATCH: 'MISMATCH'>
>>> error_meaning("Throttling.Api").retry, error_meaning("MissingUserName").retry
(<Retry.LATER: 'later'>, <Retry.FIX_REQUEST: 'fix_request'>)

Source:
    As the table says.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

from kyc_core.adapters.meanings import Meaning, read_meanings

_TABLE: Final[Mapping[str, Any]] = MappingProxyType(
    json.loads(files(__package__).joinpath("alibaba.json").read_text("utf-8"))
)
_MEANINGS: Final = read_meanings(_TABLE["meanings"])

VERSION: Final[str] = _TABLE["version"]
SUCCESS: Final = frozenset(_TABLE["success"])
"""Spellings of ``Code`` that mean the call went well; operations differ [sdk]."""
DOCUMENT_MEMBERS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {member: tuple(names) for member, names in _TABLE["document"].items()}
)
"""What a read document calls the members of a claim; names differ between product generations [seed, sdk]."""
DOCUMENT_DIFFERS: Final = _MEANINGS["mismatch"]
DOCUMENT_SILENT: Final = _MEANINGS["document_silent"]
PENDING: Final = _MEANINGS["pending"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One check of the provider.

    Attributes:
        action: the provider's name for the call.
        fixed: parameters that are always the same.
        defaults: parameters that are sent unless the claim says otherwise.
        claim: the wire name of each member of the claim, all of them required.
        extra: the wire name of each member of ``Claim.extra``.
        needed: those of *extra* that are required.
        numbered: whether the call carries a ``MerchantBizId``.
        form: parameters that travel in the body, as the official SDKs place them; the rest travels in the query.
        envelope: the member that holds the result.
        code: the members that hold the result code; of several, the first that is there.
        companions: other members, and the codes that go with each of their values.
        details: members that hold a document, either as ``text`` (JSON in a string) or as an ``object``.
        facts: paths into *details*, and the value that goes with a pass.
        document: path to what was read from the person's document; empty where none is read.
        score: a member that holds a number from 0 to 100; empty where there is none.
        results: the meaning of each code.
    """

    action: str
    fixed: Mapping[str, str]
    defaults: Mapping[str, str]
    claim: Mapping[str, str]
    extra: Mapping[str, str]
    needed: tuple[str, ...]
    numbered: bool
    form: frozenset[str]
    envelope: str
    code: tuple[str, ...]
    companions: Mapping[str, Mapping[str, tuple[str, ...]]]
    details: Mapping[str, str]
    facts: Mapping[str, str]
    document: str
    score: str
    results: Mapping[str, Meaning]


def _operation(name: str, rows: Mapping[str, Mapping[str, Any]]) -> Operation:
    row = rows[name]
    if like := row.get("like"):
        row = {**rows[like], **row}
    return Operation(
        action=row.get("action", name),
        fixed=row["fixed"],
        defaults=row["defaults"],
        claim=row["claim"],
        extra=row["extra"],
        needed=tuple(row["needed"]),
        numbered=row["numbered"],
        form=frozenset(row["form"]),
        envelope=row["envelope"],
        code=tuple(row["code"]),
        companions=row["companions"],
        details=row["details"],
        facts=row["facts"],
        document=row.get("document", ""),
        score=row.get("score", ""),
        results=MappingProxyType({code: _MEANINGS[word] for code, word in row["results"].items()}),
    )


OPERATIONS: Final[Mapping[str, Operation]] = MappingProxyType(
    {name: _operation(name, _TABLE["operations"]) for name in _TABLE["operations"]}
)


def error_meaning(code: str) -> Meaning:
    """Return what an error code stands for.

    A prefix stands for itself and its sub-codes: ``Throttling`` for ``Throttling.Api``, too; the longest one counts.
    """
    words: Mapping[str, str] = _TABLE["errors"]["by_prefix"]
    prefix = code
    while prefix:
        if prefix in words:
            return _MEANINGS[words[prefix]]
        prefix = prefix.rpartition(".")[0]
    return _MEANINGS[_TABLE["errors"]["otherwise"]]
