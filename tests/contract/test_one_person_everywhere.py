"""One person everywhere: the same question about the same person gets the same verdict from every provider.

Everybody on file claims the truth; those whom no provider treats in a way of its own also claim another's name,
another's number, and a number nobody can hold. Every provider is asked in process, through its reference adapter. What
the record says (`kyc_core.factors`, numbers being looked at before anything else) is the answer to the question;
whoever gives another one is listed in ``disagreements.json`` beside this module, with the reason. A row stands for
every claim that it describes, but those of people whom another row names: a claim that is answered otherwise, or as the
record has it, makes the row wrong.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import pytest

from contracts.canary import photo_of
from kyc_core import resident_id
from kyc_core.adapters.alibaba import AlibabaAdapter
from kyc_core.adapters.base import Adapter, Claim
from kyc_core.adapters.kyc_china import KycChinaAdapter
from kyc_core.adapters.mps import MpsAdapter
from kyc_core.adapters.signzy import SignzyAdapter
from kyc_core.adapters.tencent import TencentAdapter
from kyc_core.adapters.transport import Send
from kyc_core.adapters.upi import UpiAdapter
from kyc_core.adapters.upi_parties import Consent, Keys
from kyc_core.dates import local_date
from kyc_core.factors import (
    Bands,
    BankFinding,
    Rules,
    bank_four_factor,
    bank_three_factor,
    face,
    four_factor,
    three_factor,
    two_factor,
)
from kyc_core.people import Person
from kyc_core.verdicts import Verdict
from simulator.clock import FixedClock
from simulator.engine import Engine
from simulator.providers import PROVIDERS
from simulator.register import Register, ShippedPeople
from simulator.services import Services
from simulator.settings import Settings
from simulator.store import MemoryStore
from tests.measuring import unmeasured

NOW: Final = datetime(2026, 1, 5, 2, tzinfo=UTC)
RULES: Final = Rules(today=local_date(NOW))
SAME_FROM: Final = 60
"""Lowest similarity of the same person, where the caller chooses it: the police gateway's."""
BANDS: Final = Bands(unsure_from=40, same_from=SAME_FROM)
SWITCHES: Final = {
    "tencent.qps": 0,
    "tencent.daily_attempts": 0,
    "alibaba.throttling": False,
    "mps.daily_per_id": 0,
    "kyc_china.report_seconds": 0,
}
"""Nobody is asked too often, and reports are ready at once."""
STRANGERS: Final = ("ordinary-01", "ordinary-02")
"""Whose name and number others claim: the second's where the first is the claimant."""
NO_PERIOD: Final = ("20180501", "长期")
"""What somebody claims whose record has no dates."""

REGISTER: Final = Register(ShippedPeople.load(), MemoryStore().space("record"))
PEOPLE: Final = {person.key: person for person in REGISTER.people()}


@dataclass(frozen=True, slots=True)
class Question:
    """One question: the members of the claim it is about, what the record says, and which operations ask it."""

    members: tuple[str, ...]
    answer: Callable[[Claim], Verdict]
    asked: Mapping[str, tuple[str, ...]]


def holder(claim: Claim) -> Person | None:
    return REGISTER.by_resident_id(claim.resident_id or "")


def bank(check: Callable[[Claim, Person | None], BankFinding]) -> Callable[[Claim], Verdict]:
    """Return a bank's check of numbers that somebody can hold; no provider troubles an issuer with others."""

    def answer(claim: Claim) -> Verdict:
        if not resident_id.is_valid(claim.resident_id, today=RULES.today):
            return Verdict.INVALID_ID
        return check(claim, REGISTER.by_card(claim.bank_card or "")).verdict

    return answer


IDENTITY: Final = ("name", "resident_id")
QUESTIONS: Final[Mapping[str, Question]] = {
    "two-factor": Question(
        IDENTITY,
        lambda claim: two_factor(claim, holder(claim), rules=RULES),
        {
            "mps": ("two-factor", "nciicCheck"),
            "signzy": ("verify",),
            "alibaba": ("Id2MetaVerifyIntl",),
            "tencent": ("IdCardVerification",),
            "kyc_china": ("identity.two-factor",),
        },
    ),
    "four-factor": Question(
        (*IDENTITY, "valid_from", "valid_to"),
        lambda claim: four_factor(claim, holder(claim), rules=RULES),
        {
            "mps": ("four-factor",),
            "alibaba": ("Id2MetaPeriodVerifyIntl",),
            "tencent": ("CheckIdNameDate",),
            "kyc_china": ("identity.four-factor",),
        },
    ),
    "bank-three-factor": Question(
        (*IDENTITY, "bank_card"),
        bank(bank_three_factor),
        {
            "tencent": ("BankCardVerification",),
            "alibaba": ("BANK_CARD_3_META",),
            "kyc_china": ("bank.three-factor",),
        },
    ),
    "bank-four-factor": Question(
        (*IDENTITY, "bank_card", "mobile"),
        bank(bank_four_factor),
        {
            "tencent": ("BankCard4EVerification",),
            "alibaba": ("BankMetaVerifyIntl",),
            "kyc_china": ("bank.four-factor",),
        },
    ),
    "mobile-three-factor": Question(
        (*IDENTITY, "mobile"),
        lambda claim: three_factor(claim, REGISTER.by_mobile(claim.mobile or ""), rules=RULES),
        {
            "tencent": ("PhoneVerification",),
            "alibaba": ("Mobile3MetaVerifyIntl",),
            "kyc_china": ("identity.three-factor",),
        },
    ),
    "face": Question(
        (*IDENTITY, "photo"),
        lambda claim: face(claim, holder(claim), rules=RULES, bands=BANDS).verdict,
        {
            "mps": ("face-compare", "nciicCompare"),
            "tencent": ("ImageRecognitionV2",),
            "upi": ("ID_CARD_PHOTO_VERIFICATION",),
            "kyc_china": ("identity.image",),
        },
    ),
}


def claims_of(person: Person, question: Question) -> Iterator[tuple[str, Claim]]:
    """Yield what somebody claims, by the name of the claim; nothing when they lack what is asked about."""
    card = next(iter(person.cards), None)
    line = next(iter(person.mobiles), None)
    reserved = card.mobile if card is not None and "bank_card" in question.members else None
    known: dict[str, Any] = {
        "name": person.name,
        "resident_id": person.resident_id,
        "valid_from": person.valid_from or NO_PERIOD[0],
        "valid_to": person.valid_to or NO_PERIOD[1],
        "bank_card": card and card.number,
        "mobile": reserved or (line and line.number),
        "photo": photo_of(person.key),
    }
    own = Claim(**{name: known[name] for name in question.members})
    if any(getattr(own, name) is None for name in question.members):
        return
    yield "own", own
    if person.controls:
        return
    stranger = PEOPLE[STRANGERS[person.key == STRANGERS[0]]]
    yield "other_name", replace(own, name=stranger.name)
    yield "other_number", replace(own, resident_id=stranger.resident_id)
    body, check = person.resident_id[:-1], person.resident_id[-1]
    yield "untrue_number", replace(own, resident_id=body + ("0" if check != "0" else "1"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One claim of one person, and what the record says to it."""

    person: str
    claim: str
    stated: Claim
    ours: Verdict


@lru_cache(maxsize=64)
def cases(question: str, provider: str) -> tuple[Case, ...]:
    """Return the claims of everybody but those whose record says what this provider answers."""
    asked = QUESTIONS[question]
    return tuple(
        [
            Case(person=person.key, claim=name, stated=claim, ours=asked.answer(claim))
            for person in PEOPLE.values()
            if provider not in person.controls
            for name, claim in claims_of(person, asked)
        ]
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """One row: where the record says one of ``ours``, the operations answer ``theirs``.

    ``people`` are keys, or empty for everybody; ``claims`` are names of claims. ``why`` says what keeps the provider
    from agreeing, ``source`` who says so.
    """

    question: str
    provider: str
    operations: tuple[str, ...]
    people: tuple[str, ...]
    claims: tuple[str, ...]
    ours: tuple[Verdict, ...]
    theirs: Verdict
    why: str
    source: str

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Disagreement:
        """Read a row; a member that is unknown or missing is a `TypeError`."""
        lists = {name: tuple(row[name]) for name in ("operations", "people", "claims")}
        ours = tuple([Verdict(word) for word in row["ours"]])
        return cls(**{**row, **lists, "ours": ours, "theirs": Verdict(row["theirs"])})

    def covers(self, operation: str, case: Case) -> bool:
        """Tell whether the row is about this claim made to this operation."""
        named = not self.people or case.person in self.people
        return operation in self.operations and named and case.claim in self.claims and case.ours in self.ours

    def __str__(self) -> str:
        return f"{self.question} {self.provider} {'/'.join(self.ours)} {self.theirs}"


ROWS: Final = tuple(
    [Disagreement.of(row) for row in json.loads(Path(__file__).with_name("disagreements.json").read_text("utf-8"))]
)
ASKED: Final = [
    (name, provider, operation)
    for name, question in QUESTIONS.items()
    for provider, operations in question.asked.items()
    for operation in operations
]


def listed(question: str, provider: str, operation: str, case: Case) -> Verdict:
    """Return what a claim is answered with, all rows considered; one that names the person goes before the others."""
    here = [row for row in ROWS if (row.question, row.provider) == (question, provider) and row.covers(operation, case)]
    rows = [row for row in here if row.people] or here
    assert len(rows) <= 1, f"{case.person}, {case.claim}: listed twice"
    return rows[0].theirs if rows else case.ours


EXTRA: Final[Mapping[str, Mapping[str, str | int]]] = {"verify": {"consent": "true"}}
"""What an operation wants to be told besides."""


@pytest.fixture(scope="module")
def adapters(sender_to: Callable[[Engine], Send]) -> Mapping[str, Adapter]:
    """Return one adapter per provider, with one tenant's credentials and no socket."""
    services = Services(Settings(), PROVIDERS, clock=FixedClock(NOW))
    tenant = services.tenants.default
    for name, value in SWITCHES.items():
        tenant.set_switch(name, value)
    send = sender_to(Engine(services))
    keys = tenant.credentials
    cloud: dict[str, Any] = {"clock": NOW.timestamp, "send": send}
    return {
        "tencent": TencentAdapter(**_some(keys["tencent"], "secret_id", "secret_key"), **cloud),
        "alibaba": AlibabaAdapter(
            **_some(keys["alibaba"], "access_key_id", "access_key_secret"),
            **cloud,
            random_bytes=os.urandom,
            sleep=_no_pause,
        ),
        "mps": MpsAdapter(
            **_some(keys["mps"], "app_id", "app_key"),
            licence=keys["mps"]["license"],
            endpoint="http://mps.localhost",
            send=send,
        ),
        "signzy": SignzyAdapter(credential=keys["signzy"]["token"], **cloud),
        "upi": UpiAdapter(
            keys=Keys.load(keys["upi"]),
            **_some(keys["upi"], "member_iin", "path"),
            member_name="KYC SIM",
            threshold=SAME_FROM,
            consent=Consent(
                usage_scenario="Account opening",
                use_purpose="Identity check",
                agreement_version="V1.0",
                agreement_serial="20260101000001",
            ),
            endpoint="http://upi.localhost",
            random_bytes=os.urandom,
            **cloud,
        ),
        "kyc_china": KycChinaAdapter(
            **_some(keys["kyc_china"], "client_id", "client_secret"),
            endpoint="http://kyc-china.localhost",
            sleep=_no_pause,
            **cloud,
        ),
    }


def _some(members: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: members[name] for name in names}


def _no_pause(_: float) -> None:
    """Nothing that is asked here takes time."""


@pytest.mark.parametrize(("question", "provider", "operation"), ASKED)
def test_everybody_gets_the_verdict_of_the_record_or_a_listed_one(
    question: str, provider: str, operation: str, adapters: Mapping[str, Adapter]
) -> None:
    extra = EXTRA.get(operation, {})
    surprises = []
    # Thousands of calls that take the same few ways: each provider's own tests are what covers them.
    with unmeasured():
        for case in cases(question, provider):
            expected = listed(question, provider, operation, case)
            seen = adapters[provider].check(operation, replace(case.stated, extra=extra)).verdict
            if seen is not expected:
                told = f"the record says {case.ours}, expected {expected}, answered {seen}"
                surprises.append(f"{case.person}, {case.claim}: {told}")

    assert surprises == []


@pytest.mark.parametrize("row", [pytest.param(row, id=str(row)) for row in ROWS])
def test_no_row_is_stale_nor_names_what_never_occurs(row: Disagreement) -> None:
    covered = [
        (operation, case)
        for case in cases(row.question, row.provider)
        for operation in QUESTIONS[row.question].asked[row.provider]
        if row.covers(operation, case)
    ]

    assert {operation for operation, _ in covered} == set(row.operations)
    assert {case.claim for _, case in covered} == set(row.claims)
    assert {case.ours for _, case in covered} == set(row.ours)
    assert not row.people or {case.person for _, case in covered} == set(row.people)
    assert row.theirs not in row.ours
    assert row.why
    assert row.source


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_record_itself_tells_the_truth_from_the_rest(question: str) -> None:
    said = {(case.person, case.claim): case.ours for case in cases(question, "") if case.person in STRANGERS}

    assert {claim: verdict for (_, claim), verdict in said.items()} == {
        "own": Verdict.MATCH,
        "other_name": Verdict.MISMATCH,
        "other_number": Verdict.MISMATCH,
        "untrue_number": Verdict.INVALID_ID,
    }
    assert len(said) == len(STRANGERS) * 4
