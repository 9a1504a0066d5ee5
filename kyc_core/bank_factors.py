"""Two-, three- and four-element bank card checks: claim + cardholder -> what the issuer finds.

Providers number an issuer's reasons differently (the same refusal is ``-5``, ``-6`` and ``-7`` in three actions of one
provider), so the answer is a `BankFinding`, whose value is the ``meaning`` of the outcome tables; its canonical verdict
is ``.verdict``. The issuer speaks first: a card that is not in order is never compared with its holder.

>>> from kyc_core.claims import Claim
>>> from kyc_core.people import parse_person
>>> holder = parse_person({"key": "a", "name": "测试甲", "resident_id": "110101190001010006",
...                        "cards": [{"number": "6217000000000000019"}]})
>>> claim = Claim(name="测试乙", resident_id="110101190001010006", bank_card="6217000000000000019")
>>> bank_two_factor(claim, holder).value, bank_three_factor(claim, holder).value
('cardholder_wrong', 'mismatch')
>>> bank_two_factor(claim, holder).verdict
<Verdict.MISMATCH: 'MISMATCH'>

Source:
    Result lists of Tencent's three bank card actions and the crosswalk between them [seed, sdk]; issuer before holder,
    and which word answers which difference [inferred], see `DIFFERENCES`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Protocol

from kyc_core.claims import same_id, same_name
from kyc_core.people import CardState, Person
from kyc_core.verdicts import Verdict


class BankClaim(Protocol):
    """The elements that are compared, as `kyc_core.claims.Claim` has them among others."""

    @property
    def name(self) -> str | None:
        """As typed."""

    @property
    def resident_id(self) -> str | None:
        """As typed."""

    @property
    def mobile(self) -> str | None:
        """11 digits."""

    @property
    def bank_card(self) -> str | None:
        """Digits."""


class BankFinding(StrEnum):
    """What an issuer finds; the words are the ``meaning`` column of the outcome tables."""

    MATCH = "match"
    MISMATCH = "mismatch"
    CARDHOLDER_WRONG = "cardholder_wrong"
    CARDLESS_OFF = "cardless_off"
    CARD_CONFISCATED = "card_confiscated"
    INVALID_CARD_NUMBER = "invalid_card_number"
    NO_ISSUING_BANK = "no_issuing_bank"
    DORMANT = "dormant"
    FRAUD_CARD = "fraud_card"
    REPORTED_LOST = "reported_lost"
    CARD_EXPIRED = "card_expired"
    RESTRICTED = "restricted"
    PIN_TRIES_EXCEEDED = "pin_tries_exceeded"
    ISSUER_UNSUPPORTED = "issuer_unsupported"
    CARD_ABNORMAL = "card_abnormal"

    __hash__ = str.__hash__  # every finding is looked up; an enumeration's own is many times slower

    @property
    def verdict(self) -> Verdict:
        """The canonical verdict; what is not told apart there is a card that its issuer will not vouch for."""
        return _VERDICTS.get(self, Verdict.CARD_UNUSABLE)


_VERDICTS: Final[Mapping[BankFinding, Verdict]] = MappingProxyType(
    {
        BankFinding.MATCH: Verdict.MATCH,
        BankFinding.MISMATCH: Verdict.MISMATCH,
        BankFinding.CARDHOLDER_WRONG: Verdict.MISMATCH,
        BankFinding.INVALID_CARD_NUMBER: Verdict.INVALID_CARD,
        BankFinding.NO_ISSUING_BANK: Verdict.INVALID_CARD,
        BankFinding.ISSUER_UNSUPPORTED: Verdict.UNSUPPORTED,
    }
)

_NORMAL: Final = CardState.NORMAL

STATE_FINDINGS: Final[Mapping[CardState, BankFinding]] = MappingProxyType(
    {
        CardState.CARDLESS_OFF: BankFinding.CARDLESS_OFF,
        CardState.CONFISCATED: BankFinding.CARD_CONFISCATED,
        CardState.INVALID_NUMBER: BankFinding.INVALID_CARD_NUMBER,
        CardState.NO_ISSUER: BankFinding.NO_ISSUING_BANK,
        CardState.DORMANT: BankFinding.DORMANT,
        CardState.FRAUD: BankFinding.FRAUD_CARD,
        CardState.LOST: BankFinding.REPORTED_LOST,
        CardState.EXPIRED: BankFinding.CARD_EXPIRED,
        CardState.RESTRICTED: BankFinding.RESTRICTED,
        CardState.PIN_LOCKED: BankFinding.PIN_TRIES_EXCEEDED,
        CardState.ISSUER_UNSUPPORTED: BankFinding.ISSUER_UNSUPPORTED,
        CardState.STATUS_ABNORMAL: BankFinding.CARD_ABNORMAL,
    }
)
"""What the issuer answers for every state of a card but the normal one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """How one kind of check calls a difference.

    Attributes:
        holder: name or identity number is not the cardholder's.
        mobile: the number reserved at the bank is another one, or there is none.
        source: who shows it; the evidence for the generalisation is [inferred] throughout.
    """

    holder: BankFinding
    mobile: BankFinding
    source: str


DIFFERENCES: Final[Mapping[int, Differences]] = MappingProxyType(
    {
        2: Differences(
            holder=BankFinding.CARDHOLDER_WRONG,
            mobile=BankFinding.MISMATCH,
            source="mismatch sample of BankCard2EVerification answers -4, cardholder information is incorrect [sdk]",
        ),
        3: Differences(
            holder=BankFinding.MISMATCH,
            mobile=BankFinding.MISMATCH,
            source="mismatch sample of BankCardVerification answers -1, authentication failed [seed]",
        ),
        4: Differences(
            holder=BankFinding.CARDHOLDER_WRONG,
            mobile=BankFinding.MISMATCH,
            source="mismatch sample of BankCard4EVerification answers -6, cardholder information is incorrect [sdk]",
        ),
    }
)
"""By number of elements. The samples show one difference each; that all differences of a kind answer alike is ours."""


def bank_two_factor(claim: BankClaim, holder: Person | None) -> BankFinding:
    """Compare card and name. Arguments and answer as for `bank_four_factor`."""
    return _compare(claim, holder, elements=2)


def bank_three_factor(claim: BankClaim, holder: Person | None) -> BankFinding:
    """Compare card, name and identity number. Arguments and answer as for `bank_four_factor`."""
    return _compare(claim, holder, elements=3)


def bank_four_factor(claim: BankClaim, holder: Person | None) -> BankFinding:
    """Compare card, name, identity number and the mobile number reserved at the bank.

    Args:
        claim: elements of the right shape; whether a format is refused beforehand is the provider's affair.
        holder: who holds ``claim.bank_card``. ``None`` for a card nobody holds, the provider knows its prefix.

    Returns:
        The issuer's finding. A card nobody holds is an invalid card number: an issuer has no such account.
    """
    return _compare(claim, holder, elements=4)


def _compare(claim: BankClaim, holder: Person | None, *, elements: int) -> BankFinding:
    card = None if holder is None or claim.bank_card is None else holder.card(claim.bank_card)
    if holder is None or card is None:
        return BankFinding.INVALID_CARD_NUMBER
    if card.state is not _NORMAL:
        return STATE_FINDINGS[card.state]
    words = DIFFERENCES[elements]
    if not same_name(claim.name, holder.name):
        return words.holder
    if elements >= 3 and not same_id(claim.resident_id, holder.resident_id):
        return words.holder
    if elements >= 4 and (card.mobile is None or claim.mobile != card.mobile):
        return words.mobile
    return BankFinding.MATCH
