"""What a small team ships: whether a customer may open an account, asked of two providers.

The identity is asked of the MPS gateway first, the bank card of Tencent Cloud only for somebody who is who they say.
"""

from __future__ import annotations

from enum import Enum

from kyc_core.adapters.base import Adapter, AdapterError
from kyc_core.claims import Claim
from kyc_core.verdicts import Decision, Retry


class Answer(Enum):
    """What the customer is told."""

    WELCOME = "welcome"
    SORRY = "sorry"
    TRY_AGAIN = "try again"


class Onboarding:
    """Opens accounts.

    Args:
        identity: knows ``two-factor``.
        bank: knows ``BankCardVerification``.
        attempts: how often one check is asked while its provider is busy.
    """

    def __init__(self, *, identity: Adapter, bank: Adapter, attempts: int = 2) -> None:
        self._identity = identity
        self._bank = bank
        self._attempts = attempts

    def open_account(self, claim: Claim) -> Answer:
        """Tell whether the customer may have an account."""
        answer = self._ask(self._identity, "two-factor", claim)
        return self._ask(self._bank, "BankCardVerification", claim) if answer is Answer.WELCOME else answer

    def _ask(self, adapter: Adapter, operation: str, claim: Claim) -> Answer:
        for _ in range(self._attempts):
            try:
                result = adapter.check(operation, claim)
            except AdapterError as error:
                if error.charge_possible:
                    return Answer.TRY_AGAIN  # asking once more might be charged once more
                continue
            if result.verdict.decision is Decision.PASS:
                return Answer.WELCOME
            if result.retry is not Retry.LATER:
                return Answer.SORRY
        return Answer.TRY_AGAIN
