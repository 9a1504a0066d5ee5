"""Tenants: whose call it is, and everything that is theirs.

A tenant is a name, a set of credentials at every provider, and a `Space`. Any of its credentials leads to it. A
`Tenant` object only gives that space its verbs; it may be dropped and made again at any time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from hashlib import blake2b
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

import orjson

from simulator.clock import Clock, TenantClock
from simulator.ids import Ids, derive
from simulator.journal import Journal
from simulator.keys import KeyRing
from simulator.ledger import Ledger
from simulator.redaction import Redactor
from simulator.register import Register
from simulator.rules import RuleBook
from simulator.store import Space, Store
from simulator.throttle import Throttle
from simulator.transactions import Transactions

if TYPE_CHECKING:
    from contracts.loader import Switch
    from simulator.register import ShippedPeople
    from simulator.settings import Settings
    from simulator.upstream import Provider

DEFAULT: Final = "default"
LOBBY: Final = "lobby"
"""Owner of calls whose credentials nobody knows; it has none itself."""

_TENANTS: Final = "tenants"
_NAMED: Final = "credentials"
_SWITCHES: Final = "switches"
_TRIES: Final = 16
"""How often credentials are made anew that somebody has already; some are as short as eight digits."""


class Credentials(Mapping[str, Any]):
    """One tenant's credentials by provider; certificates are added when somebody looks.

    Args:
        plain: what was made with the tenant.
        keys: rings of certificates, of the providers that have some.
    """

    def __init__(self, plain: Mapping[str, Mapping[str, Any]], keys: Mapping[str, KeyRing]) -> None:
        self._plain = plain
        self._keys = keys

    def __getitem__(self, provider: str) -> Mapping[str, Any]:
        plain = self._plain[provider]
        ring = self._keys.get(provider)
        return plain if ring is None else {**plain, **ring.credentials()}

    def plain(self, provider: str) -> Mapping[str, Any]:
        """Return what was made with the tenant, without its certificates: all that a call is told apart by."""
        return self._plain[provider]

    def __iter__(self) -> Iterator[str]:
        return iter(self._plain)

    def __len__(self) -> int:
        return len(self._plain)


class UnknownSwitch(KeyError):
    """No provider has a switch of that name."""


class Tenant:
    """One tenant's services over its space."""

    def __init__(
        self,
        *,
        name: str,
        credentials: Mapping[str, Any],
        seed: bytes,
        space: Space,
        base: Clock,
        shipped: ShippedPeople,
        settings: Settings,
        switches: Mapping[str, Switch],
        providers: tuple[Provider, ...],
    ) -> None:
        self.name = name
        self.space = space
        self.keys: Mapping[str, KeyRing] = {
            provider.name: KeyRing(provider.name, space, partial(provider.certificates, credentials[provider.name]))
            for provider in providers
            if provider.certificates is not None and provider.name in credentials
        }
        self.credentials = Credentials(credentials, self.keys)
        self.clock = TenantClock(base, space)
        self.ids = Ids(seed, space)
        self.redactor = Redactor(seed, addresses=[prefix for provider in providers for prefix in provider.prefixes])
        self.rules = RuleBook(space)
        self.register = Register(shipped, space)
        self.throttle = Throttle(space, self.clock)
        self.transactions = Transactions(space, self.clock)
        self.ledger = Ledger(space, settings.ledger)
        self.journal = Journal(space, settings.journal)
        self._known = switches
        self._switches: tuple[int, dict[str, Any]] = (-1, {})

    @property
    def readings(self) -> Mapping[str, Any]:
        """Every switch with the value in force; decoded once per change, so that one call may look often."""
        version = self.space.version(_SWITCHES)
        seen, values = self._switches
        if seen != version:
            values = {name: switch.default for name, switch in self._known.items()}
            values |= {name: orjson.loads(raw) for name, raw in self.space.scan(_SWITCHES)}
            self._switches = (version, values)
        return values

    def switch(self, name: str) -> Any:
        """Return the value of a switch: the tenant's, or the default reading.

        Raises:
            UnknownSwitch: nobody has it.
        """
        try:
            return self.readings[name]
        except KeyError:
            raise UnknownSwitch(name) from None

    def switches(self) -> dict[str, Any]:
        """Return every switch with the value in force."""
        return dict(self.readings)

    def set_switch(self, name: str, value: object) -> None:
        """Choose a reading.

        Raises:
            UnknownSwitch: nobody has it.
            ValueError: it does not take that value.
        """
        if name not in self._known:
            raise UnknownSwitch(name)
        if not self._known[name].accepts(value):
            raise ValueError(f"one of {', '.join(map(str, self._known[name].values))}")
        self.space.put(_SWITCHES, name, orjson.dumps(value))


class TenantExists(ValueError):
    """A tenant of that name is there already."""


def credentials_of(tenant: Tenant) -> dict[str, Any]:
    """Return the one shape in which credentials are handed out: ``{"tenant", provider: {...}}``."""
    return {"tenant": tenant.name, **tenant.credentials}


class Tenants:
    """All tenants of one simulator."""

    def __init__(
        self, *, settings: Settings, store: Store, base: Clock, providers: tuple[Provider, ...], shipped: ShippedPeople
    ) -> None:
        self._settings = settings
        self._store = store
        self._base = base
        self._providers = providers
        self._shipped = shipped
        self._switches = {name: switch for provider in providers for name, switch in provider.table().switches.items()}
        self._directory = store.space("")
        self._live: dict[str, Tenant] = {}
        self._holders: tuple[tuple[int, int], dict[str, Tenant]] = ((-1, -1), {})
        self._lock = Lock()
        self.lobby = self._make(LOBBY, {})
        if self._directory.get(_TENANTS, DEFAULT) is None:
            self.create(DEFAULT)

    @property
    def default(self) -> Tenant:
        """The well-known tenant of the first five minutes."""
        tenant = self.get(DEFAULT)
        if tenant is None:
            raise LookupError("the default tenant was removed")
        return tenant

    def create(self, name: str | None = None) -> Tenant:
        """Make a tenant with a full set of credentials.

        Raises:
            TenantExists: the name is taken or reserved.
        """
        if name is None:
            name = self._unused()
        if name in ("", LOBBY):
            raise TenantExists("the name is reserved")
        credentials = self._new_credentials(name)
        mine = orjson.dumps({"credentials": credentials})
        if self._directory.update(_TENANTS, name, lambda before: mine if before is None else before) is not mine:
            raise TenantExists("there is a tenant of that name")
        for provider in self._providers:
            for identity in _identities(provider, credentials[provider.name]):
                self._directory.put(_NAMED, f"{provider.name} {identity}", name.encode())
        return self._adopt(name, credentials)

    def get(self, name: str) -> Tenant | None:
        """Return the tenant of that name, or ``None``."""
        if name == LOBBY:
            return self.lobby
        raw = self._directory.get(_TENANTS, name)
        if raw is None:
            return None
        live = self._live.get(name)
        return live if live is not None else self._adopt(name, orjson.loads(raw)["credentials"])

    def holding(self, provider: str, identity: str) -> Tenant | None:
        """Return the tenant whose credential at *provider* carries *identity*, or ``None``.

        Who was found is remembered until any tenant or credential changes.
        """
        version = self._directory.version(_NAMED), self._directory.version(_TENANTS)
        seen, holders = self._holders
        if seen != version:
            holders = {}
            self._holders = (version, holders)
        name = f"{provider} {identity}"
        tenant = holders.get(name)
        if tenant is None:
            raw = self._directory.get(_NAMED, name)
            tenant = self.get(raw.decode()) if raw is not None else None
            if tenant is not None:
                holders[name] = tenant
        return tenant

    def claim(self, provider: str, identity: str, tenant: Tenant) -> bool:
        """Let *identity* lead to *tenant* as well, until it is reset; tell whether that could be done.

        It cannot while *identity* leads to another tenant that is there.
        """
        mine = tenant.name.encode()

        def claimed(before: bytes | None) -> bytes:
            taken = before is not None and before != mine and self._directory.get(_TENANTS, before.decode()) is not None
            return before if before is not None and taken else mine

        return self._directory.update(_NAMED, f"{provider} {identity}", claimed) == mine

    def remove(self, name: str) -> bool:
        """Forget a tenant, its credentials and all it owns; tell whether it was there."""
        self._release(name)
        raw = self._directory.get(_TENANTS, name)
        if raw is None or not self._directory.delete(_TENANTS, name):
            return False
        for provider in self._providers:
            for identity in _identities(provider, orjson.loads(raw)["credentials"].get(provider.name, {})):
                self._directory.delete(_NAMED, f"{provider.name} {identity}")
        with self._lock:
            self._live.pop(name, None)
        self._store.forget(name)
        return True

    def reset(self, name: str) -> None:
        """Give a tenant back its first state: same credentials, nothing else."""
        self._release(name)
        self._store.forget(name)

    def names(self) -> Iterator[str]:
        """Yield every tenant's name, oldest first, without the lobby."""
        for name, _ in self._directory.scan(_TENANTS):
            yield name

    def _release(self, name: str) -> None:
        """Let go of the identities that were claimed for a tenant since its first state."""
        tenant = self.get(name)
        if tenant is None:
            return
        for provider in self._providers:
            if provider.name in tenant.keys:
                for identity in tenant.keys[provider.name].added_parties():
                    if identity not in _identities(provider, tenant.credentials[provider.name]):
                        self._directory.update(
                            _NAMED,
                            f"{provider.name} {identity}",
                            lambda holder: None if holder == name.encode() else holder,
                        )

    def _new_credentials(self, name: str) -> dict[str, dict[str, Any]]:
        for turn in range(_TRIES):
            made = {
                provider.name: dict(provider.credentials(self._source(name, provider.name, turn)))
                for provider in self._providers
            }
            holders = {
                self._directory.get(_NAMED, f"{provider.name} {identity}")
                for provider in self._providers
                for identity in _identities(provider, made[provider.name])
            }
            if holders <= {None, name.encode()}:
                return made
        raise TenantExists("its credentials are another tenant's")

    def _unused(self) -> str:
        while True:
            name = f"tenant-{self._directory.tally('tenants.number', 'last')}"
            if self._directory.get(_TENANTS, name) is None:
                return name

    def _adopt(self, name: str, credentials: Mapping[str, Any]) -> Tenant:
        with self._lock:
            return self._live.setdefault(name, self._make(name, credentials))

    def _make(self, name: str, credentials: Mapping[str, Any]) -> Tenant:
        return Tenant(
            name=name,
            credentials=credentials,
            seed=self._seed(name),
            space=self._store.space(name),
            base=self._base,
            shipped=self._shipped,
            settings=self._settings,
            switches=self._switches,
            providers=self._providers,
        )

    def _seed(self, name: str) -> bytes:
        return blake2b(f"{self._settings.seed}\0{name}".encode(), digest_size=32).digest()

    def _source(self, name: str, provider: str, turn: int) -> Any:
        if name == DEFAULT:
            # Printed in the README and pasted into many configurations: the same whatever the seed.
            return lambda label, length: (f"DEFAULT{label.upper()}".replace("_", "") + "0" * length)[:length]
        seed = self._seed(name)
        again = f".{turn}" if turn else ""
        return lambda label, length: derive(seed, f"{provider}.{label}{again}", length)


def _identities(provider: Provider, credentials: Mapping[str, Any]) -> Iterator[str]:
    for path in provider.identifies:
        value: Any = credentials
        for part in path.split("."):
            value = value.get(part, {}) if isinstance(value, Mapping) else {}
        if isinstance(value, str):
            yield value
