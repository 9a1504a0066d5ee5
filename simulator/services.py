"""What providers share, one set per simulator. Two simulators in one process never share any of it."""

from __future__ import annotations

from simulator.callbacks import Callbacks
from simulator.clock import Clock, SystemClock
from simulator.register import ShippedPeople
from simulator.settings import Settings
from simulator.store import MemoryStore, Store
from simulator.tenants import Tenants
from simulator.upstream import Provider


class Services:
    """One simulator's parts.

    Args:
        settings: how it is set up.
        providers: the upstreams it plays.
        store: where state lives; this process by default.
        clock: the process's clock, above which each tenant has its own.
    """

    def __init__(
        self,
        settings: Settings,
        providers: tuple[Provider, ...],
        *,
        store: Store | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.settings = settings
        self.providers = providers
        self.store: Store = store if store is not None else MemoryStore()
        self.clock: Clock = clock if clock is not None else SystemClock()
        self.people = ShippedPeople.load()
        self.tenants = Tenants(
            settings=settings, store=self.store, base=self.clock, providers=providers, shipped=self.people
        )
        self.callbacks = Callbacks(settings.callback)

    def close(self) -> None:
        """Stop what runs beside the answers. Answers may still be asked for; callbacks are delivered no more."""
        self.callbacks.close()
