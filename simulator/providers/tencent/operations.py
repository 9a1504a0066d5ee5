"""The decision alone: a claim, the register and an action -> the meaning of the answer.

An action is one line of `DECISIONS` here, and rows and a field list in the outcome table.

Source:
    What the actions compare: their pages [seed, doc, sdk]; what the sources find: `kyc_core.bank_factors`, `identity`,
    `lines`, `issuers`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from kyc_core import bank_card
from kyc_core.bank_factors import BankClaim
from kyc_core.factors import BankFinding, bank_four_factor, bank_three_factor, bank_two_factor
from simulator.providers.tencent import identity, issuers, lines

if TYPE_CHECKING:
    from kyc_core.people import Person
    from simulator.register import Register

Values = Mapping[str, str]
Decide = Callable[[Values, "Person | None", "Register", date], str]
"""What a claim says by element, the person it names if on file, the register, today -> a meaning of the table."""

_NO_SUCH_CARD: Final = BankFinding.INVALID_CARD_NUMBER

IDENTIFYING: Final = ("resident_id", "bank_card")
"""The elements by which the person of a call is looked up; the first that somebody on file has decides."""


def person_of(values: Values, register: Register) -> Person | None:
    """Return the person on file whom a claim names by identity number, else by card, else by mobile line."""
    number = values.get("resident_id")
    person = register.by_resident_id(number) if number is not None else None
    if person is not None:
        return person
    card = values.get("bank_card")
    if card is not None:
        return register.by_card(card)
    line = values.get("mobile")
    return register.by_mobile(line) if line is not None and number is None else None


class Elements(NamedTuple):
    """What a bank compares. The ``repr`` holds no personal value."""

    name: str
    resident_id: str | None
    mobile: str | None
    bank_card: str

    def __repr__(self) -> str:
        return "Elements()"


def bank_check(compare: Callable[[BankClaim, Person | None], BankFinding]) -> Decide:
    """Make the decision of a bank card action from the comparison it performs."""

    def decide(values: Values, person: Person | None, register: Register, today: date) -> str:
        del today
        card = values["bank_card"]
        claim = Elements(values["name"], values.get("resident_id"), values.get("mobile"), card)
        finding = compare(claim, person)
        if finding is not _NO_SUCH_CARD:
            return str(finding)
        # The person named does not hold this card, or holds it and the issuer disowns it: its holder decides.
        holder = register.by_card(card)
        if holder is None and bank_card.issuer(card) is None:
            return BankFinding.NO_ISSUING_BANK.value
        return str(compare(claim, holder))

    return decide


DECISIONS: Final[Mapping[str, Decide]] = MappingProxyType(
    {
        "BankCardVerification": bank_check(bank_three_factor),
        "BankCard2EVerification": bank_check(bank_two_factor),
        "BankCard4EVerification": bank_check(bank_four_factor),
        "CheckBankCardInformation": issuers.look_up,
        "IdCardVerification": identity.two_elements,
        "IdCardOCRVerification": identity.two_elements,
        "CheckIdNameDate": identity.with_validity,
        "PhoneVerification": lines.cross(),
        "MobileStatus": lines.status,
        "MobileNetworkTimeVerification": lines.network_time,
        "ImageRecognitionV2": identity.face_sent,
        "CheckIdCardInformation": identity.two_elements,
        "CheckPhoneAndName": lines.cross(),
        "PhoneVerificationCMCC": lines.cross("mobile"),
        "PhoneVerificationCTCC": lines.cross("telecom"),
        "PhoneVerificationCUCC": lines.cross("unicom"),
        "EncryptedPhoneVerification": lines.cross(),
        "MinorsVerification": identity.of_age,
    }
)
"""CheckIdCardInformation compares the face besides, with a picture that is no element: see `product.data_source`."""
