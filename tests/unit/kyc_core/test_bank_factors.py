from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import product

import pytest

from kyc_core.bank_factors import (
    DIFFERENCES,
    STATE_FINDINGS,
    BankFinding,
    bank_four_factor,
    bank_three_factor,
    bank_two_factor,
)
from kyc_core.claims import Claim
from kyc_core.people import Card, CardState, Person
from kyc_core.verdicts import Decision, Verdict
from tests.walking import walk

CARD, OTHER_CARD = "6217000000000000103", "6217000000000000202"
NAME, OTHER_NAME = "测试甲", "测试乙"
ID, OTHER_ID = "11010119000101009X", "110101190001010006"
MOBILE, OTHER_MOBILE = "13490000010", "13490000020"

Check = Callable[[Claim, Person | None], BankFinding]
CHECKS: tuple[tuple[int, Check], ...] = ((2, bank_two_factor), (3, bank_three_factor), (4, bank_four_factor))


def holder(*, state: CardState = CardState.NORMAL, mobile: str | None = MOBILE) -> Person:
    cards = (Card(number=OTHER_CARD, state=CardState.LOST), Card(number=CARD, mobile=mobile, state=state))
    return Person(key="a", name=NAME, resident_id=ID, cards=cards)


def claim(name: str | None = NAME, resident_id: str | None = ID, mobile: str | None = MOBILE) -> Claim:
    return Claim(bank_card=CARD, name=name, resident_id=resident_id, mobile=mobile)


@pytest.mark.parametrize(("elements", "check"), CHECKS)
@walk(
    ("name", "resident_id", "mobile"),
    list(product((NAME, OTHER_NAME, None), (ID, ID.lower(), OTHER_ID, None), (MOBILE, OTHER_MOBILE, None))),
)
def test_every_combination_of_elements(
    elements: int, check: Check, name: str | None, resident_id: str | None, mobile: str | None
) -> None:
    differs = name != NAME or (elements >= 3 and resident_id not in (ID, ID.lower()))
    wrong_mobile = elements == 4 and mobile != MOBILE
    words = {2: "cardholder_wrong", 3: "mismatch", 4: "cardholder_wrong"}
    expected = words[elements] if differs else "mismatch" if wrong_mobile else "match"

    assert check(claim(name, resident_id, mobile), holder()) == expected


@pytest.mark.parametrize(("elements", "check"), CHECKS)
@walk("state", [state for state in CardState if state is not CardState.NORMAL])
@pytest.mark.parametrize("name", [NAME, OTHER_NAME])
def test_the_issuer_speaks_before_the_holder_is_compared(
    elements: int, check: Check, state: CardState, name: str
) -> None:
    assert check(claim(name=name), holder(state=state)) is STATE_FINDINGS[state]


@pytest.mark.parametrize(("elements", "check"), CHECKS)
def test_a_card_that_nobody_holds_is_an_invalid_number(elements: int, check: Check) -> None:
    assert check(claim(), None) is BankFinding.INVALID_CARD_NUMBER
    assert check(claim(), replace(holder(), cards=())) is BankFinding.INVALID_CARD_NUMBER
    assert check(replace(claim(), bank_card=None), holder()) is BankFinding.INVALID_CARD_NUMBER


@pytest.mark.parametrize("claimed", [MOBILE, OTHER_MOBILE, None])
def test_a_card_without_a_reserved_mobile_agrees_with_none(claimed: str | None) -> None:
    assert bank_four_factor(claim(mobile=claimed), holder(mobile=None)) is BankFinding.MISMATCH


def test_every_state_has_its_own_finding() -> None:
    assert STATE_FINDINGS.keys() == set(CardState) - {CardState.NORMAL}
    assert len(set(STATE_FINDINGS.values())) == len(STATE_FINDINGS)


def test_every_finding_can_be_found() -> None:
    by_holder = {words.holder for words in DIFFERENCES.values()} | {words.mobile for words in DIFFERENCES.values()}

    assert by_holder | set(STATE_FINDINGS.values()) | {BankFinding.MATCH} == set(BankFinding)


@pytest.mark.parametrize(
    ("finding", "verdict"),
    [
        (BankFinding.MATCH, Verdict.MATCH),
        (BankFinding.MISMATCH, Verdict.MISMATCH),
        (BankFinding.CARDHOLDER_WRONG, Verdict.MISMATCH),
        (BankFinding.CARDLESS_OFF, Verdict.CARD_UNUSABLE),
        (BankFinding.CARD_CONFISCATED, Verdict.CARD_UNUSABLE),
        (BankFinding.INVALID_CARD_NUMBER, Verdict.INVALID_CARD),
        (BankFinding.NO_ISSUING_BANK, Verdict.INVALID_CARD),
        (BankFinding.DORMANT, Verdict.CARD_UNUSABLE),
        (BankFinding.FRAUD_CARD, Verdict.CARD_UNUSABLE),
        (BankFinding.REPORTED_LOST, Verdict.CARD_UNUSABLE),
        (BankFinding.CARD_EXPIRED, Verdict.CARD_UNUSABLE),
        (BankFinding.RESTRICTED, Verdict.CARD_UNUSABLE),
        (BankFinding.PIN_TRIES_EXCEEDED, Verdict.CARD_UNUSABLE),
        (BankFinding.ISSUER_UNSUPPORTED, Verdict.UNSUPPORTED),
        (BankFinding.CARD_ABNORMAL, Verdict.CARD_UNUSABLE),
    ],
)
def test_every_finding_has_its_verdict(finding: BankFinding, verdict: Verdict) -> None:
    assert finding.verdict is verdict


def test_only_a_match_passes() -> None:
    assert [finding for finding in BankFinding if finding.verdict.decision is Decision.PASS] == [BankFinding.MATCH]
