"""Watches the calls of a run, keeps what `contracts.run_judge` judges by, and nothing personal.

It looks at each answer before a rule spoils it (`simulator.engine.Inspection`). What goes wrong here changes no answer:
the call is noted as lost, and a run with a lost call is never judged as whole.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Mapping
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote

from contracts.calls_seen import CallSeen, end_line, lost_line, to_line
from contracts.checks.privacy import leaks
from contracts.plan import Plan, load_plan
from contracts.protocol import Protocol, load_protocol
from contracts.recorder import RawRequest
from contracts.secret_members import secrets_of
from contracts.traffic import compare_request
from kyc_core.claims import Claim
from simulator.engine import place_of
from simulator.upstream import Step

if TYPE_CHECKING:
    from simulator.tenants import Tenant
    from simulator.upstream import Exchange, Provider
    from simulator.wire import WireRequest, WireResponse

_LOG: Final = logging.getLogger("kyc_sim.witness")
_PERSONAL: Final = frozenset({"name", "resident_id", "valid_from", "valid_to", "mobile", "bank_card"})
_ASKED_FOR: Final = ("rule", "person")
"""Evidence with one of these says that the answer was asked for."""


class Witness:
    """Writes a line per call; a context manager that ends the file.

    Args:
        file: made anew, readable for its owner.
        wall: tells the machine's time, in seconds.
    """

    def __init__(self, file: Path, wall: Callable[[], float]) -> None:
        file.touch(mode=0o600)
        # Without a buffer: what was answered is written, however the process ends.
        self._file = file.open("wb", buffering=0)
        self._key = secrets.token_bytes(32)
        self._wall = wall
        self._count = 0
        self._generations: dict[str, tuple[int, int]] = {}
        self._secrets: dict[tuple[str, str], tuple[str, ...]] = {}
        self._entered: dict[tuple[str, str], dict[str, int]] = {}

    def __enter__(self) -> Witness:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """Write the last line; nothing can be noted any more."""
        if not self._file.closed:
            self._file.write(end_line(self._count))
            self._file.close()

    def __call__(self, provider: Provider, exchange: Exchange, answer: WireResponse) -> None:
        """Note one call."""
        del answer
        self._count += 1
        try:
            line = to_line(self._seen(provider, exchange))
        except Exception as bug:  # judging must not change what is judged; the loss is told at the end
            why = f"{type(bug).__name__} at {place_of(bug)}"
            _LOG.error("a call of %s is not judged: %s", provider.name, why)
            line = lost_line(why)
        self._file.write(line)

    def _seen(self, provider: Provider, exchange: Exchange) -> CallSeen:
        tenant, outcome, rule = exchange.tenant, exchange.outcome, exchange.rule
        request = raw_request(exchange.request)
        steps = [Step(step, True, {}) if isinstance(step, str) else Step(*step) for step in exchange.steps]
        refusing = next((step for step in steps if not step.passed), Step("", False, {}))
        known = exchange.operation in provider.table().operations
        plan, protocol = load_plan(provider.name), load_protocol(provider.name)
        broken, uncompared = compare_request(protocol, exchange.operation, request) if known else ((), "")
        personal = self._personal(provider, exchange)
        return CallSeen(
            number=self._count,
            tenant=tenant.name,
            epoch=self._epoch(tenant),
            at=tenant.clock.time(),
            wall=self._wall(),
            provider=provider.name,
            operation=exchange.operation if known else "",
            kind=outcome.kind if outcome is not None else "",
            code=outcome.code if outcome is not None else "",
            charged=exchange.billed,
            forced=rule is not None or any(name in refusing.evidence for name in _ASKED_FOR),
            spoilt=rule is not None and (rule.then.http, rule.then.mutation, rule.then.fault) != (None, None, None),
            refused_at=refusing.check,
            cause=str(refusing.evidence.get("cause", "")),
            subject=self._subject(plan, exchange, personal),
            broken=broken,
            uncompared=uncompared,
            tokens={
                place: self._token(value)
                for place in (*plan.requests.fresh, *plan.requests.own, *plan.requests.varying)
                if (value := request.at(place))
            },
            blank=tuple([place for place in plan.requests.stated if not (request.at(place) or "").strip()]),
            leaks=_leaks(provider, exchange.operation, request, personal, self._secrets_of(tenant, provider)),
            parts=self._parts(protocol, tenant),
            # Only checks that are parts of a call are told by its steps.
            steps=tuple([list(step) for step in steps]) if protocol.codes.parts else (),
        )

    def _epoch(self, tenant: Tenant) -> str:
        newest = tenant.journal.entries(limit=1)
        number = newest[-1]["number"] if newest else 0
        generation, expected = self._generations.get(tenant.name, (0, 0))
        if number < expected:  # it was reset, or its journal cleared: somebody begins anew
            generation += 1
        self._generations[tenant.name] = (generation, number + 1)
        versions = [tenant.space.version(table) for table in ("rules", "switches", "people")]
        return ".".join(map(str, [generation, *versions]))

    def _parts(self, protocol: Protocol, tenant: Tenant) -> tuple[tuple[str, int, int], ...]:
        """Return what the call entered into the ledger for checks that are parts of it."""
        names = sorted({name for parts in protocol.codes.parts.values() for name in parts})
        if not names:
            return ()
        totals = tenant.ledger.totals().get(protocol.provider, {})
        found = []
        for name in names:
            now = totals.get(name, {"charged": 0, "free": 0})
            before = self._entered.get((tenant.name, name), {"charged": 0, "free": 0})
            # Less than before: the tenant was reset, and counts anew.
            grown = {kind: count - before[kind] if count >= before[kind] else count for kind, count in now.items()}
            self._entered[tenant.name, name] = now
            if any(grown.values()):
                found.append((name, grown["charged"], grown["free"]))
        return tuple(found)

    @staticmethod
    def _personal(provider: Provider, exchange: Exchange) -> dict[str, str]:
        facts = provider.table().operations.get(exchange.operation, {})
        claims = {each["name"]: each.get("claim") for each in facts.get("fields", ())}
        found = {}
        for name, value in exchange.fields.items():
            claim = claims.get(name) or claims.get(name.rpartition(".")[2])
            if claim in _PERSONAL and value:
                found[claim] = value
        return found

    def _subject(self, plan: Plan, exchange: Exchange, personal: Mapping[str, str]) -> str:
        requests = plan.requests
        passing = {place.partition(":")[2] for place in (*requests.fresh, *requests.own, *requests.varying)}
        about = personal or {name: value for name, value in exchange.fields.items() if name not in passing}
        return self._token(repr(sorted(about.items()))) if about else ""

    def _secrets_of(self, tenant: Tenant, provider: Provider) -> tuple[str, ...]:
        key = (tenant.name, provider.name)
        if key not in self._secrets:
            # Kept, since writing keys as PEM takes longer than all the rest.
            self._secrets[key] = tuple(secrets_of(tenant.credentials.get(provider.name, {})))
        return self._secrets[key]

    def _token(self, value: str) -> str:
        return blake2b(value.encode("utf-8", "surrogatepass"), key=self._key, digest_size=9).hexdigest()


def raw_request(request: WireRequest) -> RawRequest:
    """Return a request as the harness's checks take it."""
    query = request.query.decode("latin-1")
    target = f"{request.path}?{query}" if query else request.path
    return RawRequest(method=request.method, target=target, headers=request.headers, body=request.body)


def _leaks(
    provider: Provider, operation: str, request: RawRequest, personal: Mapping[str, str], secret: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    # A header may be where the contract wants a token; an address never is.
    found = set(leaks(unquote(request.target), (), secret))
    if personal:
        fields: Any = provider.table().operations.get(operation, {}).get("fields", ())
        # Where the contract itself puts a member into the query, the adapter has no choice.
        documented = frozenset(field["name"] for field in fields if field.get("place") == "query")
        claim = Claim(
            name=personal.get("name"),
            resident_id=personal.get("resident_id"),
            mobile=personal.get("mobile"),
            bank_card=personal.get("bank_card"),
        )
        found |= set(leaks(request.in_the_open(documented), (claim,), ()))
    return tuple(sorted(found))
