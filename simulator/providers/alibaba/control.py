"""Who else may move a verification: the hosted page and the admin API, through `simulator.control`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from simulator.control import Control
from simulator.providers.alibaba.codes import INTERACTIVE, products, table
from simulator.providers.alibaba.interactive import DAY
from simulator.providers.alibaba.verification import EVERYTHING, LEFT, PENDING, State, Verification
from simulator.scenarios import Progression

if TYPE_CHECKING:
    from simulator.services import Services
    from simulator.tenants import Tenant
    from simulator.transactions import Transaction

_WEB: Final = ("https://", "http://")


class VerificationControl:
    """Verifications, from outside."""

    states: Final = (State.COMPLETED.value, State.INTERRUPTED.value, State.DELETED.value)

    def state(self, tenant: Tenant, transaction: Transaction) -> str:
        """Return how the verification stands."""
        verification = Verification.of(transaction.facts)
        return verification.state(
            transaction.ready_at if transaction.ready else None,
            now=tenant.clock.time(),
            keep=tenant.readings["alibaba.retention_days"] * DAY,
        ).value

    def outcomes(self, transaction: Transaction) -> Mapping[str, str]:
        """Return the SubCodes the product may end with, in the table's order."""
        listed = products()[transaction.facts["product"]].sub_codes
        rows = [row for row in table().results(INTERACTIVE) if row.code in listed and row.code != PENDING]
        return {row.code: row.meaning.replace("_", " ") for row in rows}

    def put(self, services: Services, tenant: Tenant, transaction_id: str, state: str, outcome: str | None) -> bool:
        """Complete a verification with a SubCode, break it off as if its user had left, or delete it."""
        transactions = tenant.transactions
        if state == State.DELETED:
            return transactions.amend(transaction_id, lambda facts: _edited(facts, deleted=(EVERYTHING,))) is not None
        if state == State.INTERRUPTED:
            change = transactions.reschedule(transaction_id, Progression(kind="never"))
            if change is None or change.transaction.ready:
                return False
            transactions.amend(transaction_id, lambda facts: _edited(facts, interrupted=LEFT))
            return True
        edit = {} if outcome is None else {"sub_code": outcome}
        finished = transactions.finish(transaction_id, lambda facts: _edited(facts, interrupted="", **edit))
        services.callbacks.wake()
        return finished is not None and finished.became_ready

    def opened(self, tenant: Tenant, transaction_id: str) -> None:
        """Note when the page was opened; the verification now waits for its user, not for polls or the clock."""
        change = tenant.transactions.reschedule(transaction_id, Progression(kind="manual"))
        if change is None or change.transaction.ready:
            return
        now = tenant.clock.time()
        tenant.transactions.amend(
            transaction_id,
            lambda facts: dict(facts) if facts["opened_at"] is not None else _edited(facts, opened_at=now),
        )

    def leaves_for(self, transaction: Transaction) -> str:
        """Return the ReturnUrl, if it is a web address."""
        url = Verification.of(transaction.facts).return_url
        return url if url.startswith(_WEB) else ""

    def title(self, transaction: Transaction) -> str:
        """Return the product code."""
        return str(transaction.facts["product"])


def _edited(facts: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    return replace(Verification.of(facts), **changes).to_facts()


CONTROL: Final[Control] = VerificationControl()
