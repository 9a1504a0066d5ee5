"""How a simulator is set up: frozen, read once.

Every member is also a flag of ``kyc-sim serve`` and an environment variable (``KYC_SIM_`` and the name in capitals).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from simulator.journal import JournalLimits
from simulator.ledger import LedgerLimits


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The whole set-up of one simulator.

    Attributes:
        host: address to listen on; anything but loopback needs an ``admin_token``.
        port: TCP port; 0 takes a free one.
        seed: text from which every identifier and generated credential follows.
        admin_token: bearer token that ``/__admin`` asks for; none on loopback by default.
        max_body: longest request body accepted, in bytes; more is answered 413 before any provider sees it. Above every
            provider's own limit, so that theirs is what a client meets.
        journal: bounds of each tenant's journal.
        ledger: bounds of each tenant's ledger entries.
    """

    host: str = "127.0.0.1"
    port: int = 8080
    seed: str = "kyc-sim"
    admin_token: str | None = None
    max_body: int = 16 * 1024 * 1024
    journal: JournalLimits = field(default_factory=JournalLimits)
    ledger: LedgerLimits = field(default_factory=LedgerLimits)
