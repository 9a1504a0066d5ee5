"""What somebody else may do with a provider's transactions: the admin API, and the page a person clicks through.

A provider whose transactions have more to them than being ready brings a `Control` of its own; `FINISH` is everybody
else's. Nothing here knows what was decided; it is moved only through the provider.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from simulator.services import Services
    from simulator.tenants import Tenant
    from simulator.transactions import Transaction


class Control(Protocol):
    """One provider's transactions, from outside."""

    @property
    def states(self) -> tuple[str, ...]:
        """The states a transaction can be put into; the first is that of finished work."""
        ...

    def state(self, tenant: Tenant, transaction: Transaction) -> str:
        """Return the state a transaction is in, one of `states` or a word of the provider's own."""
        ...

    def outcomes(self, transaction: Transaction) -> Mapping[str, str]:
        """Return what a transaction may be finished with: code -> what it means; empty where that cannot be chosen."""
        ...

    def put(self, services: Services, tenant: Tenant, transaction_id: str, state: str, outcome: str | None) -> bool:
        """Put a transaction into one of the `states`.

        Args:
            services: the simulator.
            tenant: whose transaction it is.
            transaction_id: which.
            state: into which.
            outcome: what finished work came to; ``None`` leaves it at what was decided.

        Returns:
            Whether that was done; work that is finished stays as it is.
        """
        ...

    def opened(self, tenant: Tenant, transaction_id: str) -> None:
        """Note that a person has come to do the work; from now on it waits for them."""
        ...

    def leaves_for(self, transaction: Transaction) -> str:
        """Return where that person's browser goes in the end; empty for nowhere."""
        ...

    def title(self, transaction: Transaction) -> str:
        """Return what the work is, for people."""
        ...


class Finish:
    """Work that can be finished by hand, and nothing else."""

    states: Final = ("ready",)

    def state(self, tenant: Tenant, transaction: Transaction) -> str:
        """Return ``ready`` or ``running``."""
        del tenant
        return "ready" if transaction.ready else "running"

    def outcomes(self, transaction: Transaction) -> Mapping[str, str]:
        """Return nothing: what the work comes to is decided."""
        del transaction
        return {}

    def put(self, services: Services, tenant: Tenant, transaction_id: str, state: str, outcome: str | None) -> bool:
        """Finish the work."""
        del state, outcome
        change = tenant.transactions.finish(transaction_id)
        services.callbacks.wake()
        return change is not None and change.became_ready

    def opened(self, tenant: Tenant, transaction_id: str) -> None:
        """Do nothing: nobody is waited for."""

    def leaves_for(self, transaction: Transaction) -> str:
        """Return nothing."""
        del transaction
        return ""

    def title(self, transaction: Transaction) -> str:
        """Return the transaction's name."""
        return transaction.id


FINISH: Final[Control] = Finish()


def control_of(services: Services, transaction: Transaction) -> Control:
    """Return the control of the provider that began *transaction*."""
    for provider in services.providers:
        if provider.name == transaction.provider and provider.control is not None:
            return provider.control
    return FINISH
