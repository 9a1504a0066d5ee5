"""Where acts are brought about: tenants, an adapter process, and what came of it, read from the provider's side.

One tenant for the plan's readings, one for its strict readings behind a `contracts.recorder`, and as many again for
operations with readings of their own. The adapter is started again for each; acts should therefore come in blocks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from random import Random
from typing import Any, Final

from contracts.adapter_lines import Observed
from contracts.canary import canary, card_picture_of, photo_of
from contracts.cases import Act, Delivery, Seen, claim_of
from contracts.forgery import delivered
from contracts.plan import Plan
from contracts.receiver import Receiver
from contracts.recorder import Recorder
from contracts.secret_members import secrets_of
from contracts.subjects import Subject
from contracts.targets import Target, TargetError, Tenancy
from kyc_core.claims import Claim

CALLBACK_PATIENCE: Final = 5.0
"""Seconds of real time in which a callback must come."""
LATE: Final = 120.0
"""Seconds on the tenant's clock by which a late callback is late; well within the providers' signature windows, for the
adapter's own clock goes on as it was."""


class Room:
    """One tenant, as the adapter is told of it."""

    def __init__(self, target: Target, plan: Plan, switches: Mapping[str, Any], endpoint: str, chance: Random) -> None:
        self.target = target
        self.plan = plan
        self.tenant: Tenancy = target.create_tenant(switches)
        self.switches = switches
        self.endpoint = endpoint
        self.credentials: Mapping[str, Any] = self.tenant.credentials[plan.provider]
        self.secrets = tuple(sorted(set(secrets_of(self.credentials))))
        self.heard = 0
        """Number of the last journal entry seen."""
        self.forced = False
        """Whether rules of an act are still there."""
        self._people: dict[str, Mapping[str, Any]] = {}
        person = canary(chance)
        target.put_person(self.tenant, person)
        self._people[person["key"]] = person

    def force(self, rules: Sequence[Mapping[str, Any]]) -> None:
        """Have these rules and no others; those of an act stay until the next one needs others."""
        if rules or self.forced:
            self.target.put_rules(self.tenant, rules)
            self.forced = bool(rules)

    def claims(self, act: Act) -> tuple[Claim, ...]:
        """Return what each person of the act says."""
        for key in act.people:
            if key not in self._people:
                self._people[key] = self.target.person(self.tenant, key)
        people = [self._people[key] for key in act.people]
        return tuple([claim_of(who, act.operation, _picture(who, act)) for who in people])


def _picture(person: Mapping[str, Any], act: Act) -> bytes:
    return card_picture_of(person) if act.operation.card_picture else photo_of(person["key"])


class Stage:
    """Brings acts of one provider about; a context manager that leaves no tenant behind.

    Args:
        target: the simulator.
        plan: the provider's.
        subject: the adapter.
        seed: text from which made-up people follow.
    """

    def __init__(self, target: Target, plan: Plan, subject: Subject, *, seed: str) -> None:
        self._target = target
        self._plan = plan
        self._subject = subject
        self._seed = seed
        self._rooms: dict[str, Room] = {}
        self._recorder = Recorder(target.address)
        self._receiver: Receiver | None = None
        # Operations about which nobody called back: an adapter that gives no address away is waited for once.
        self._silent: set[str] = set()
        self._at: Room | None = None
        self._number = 0
        self._left = ExitStack()

    def __enter__(self) -> Stage:
        self._left.enter_context(self._recorder)
        return self

    def __exit__(self, failure: type[BaseException] | None, *_: object) -> None:
        with self._left:
            for room in self._rooms.values():
                try:
                    self._target.remove_tenant(room.tenant)
                except TargetError:
                    # What ended the run says more than what could not be tidied up after it: an interrupt at the
                    # terminal ends the simulator, too.
                    if failure is None:
                        raise

    def totals(self) -> Mapping[str, Mapping[str, int]]:
        """Return charged and free calls by operation, over all tenants."""
        found: dict[str, dict[str, int]] = {}
        for room in self._rooms.values():
            for operation, counts in self._target.totals(room.tenant).get(self._plan.provider, {}).items():
                kept = found.setdefault(operation, {"charged": 0, "free": 0})
                for kind, count in counts.items():
                    kept[kind] += count
        return dict(sorted(found.items()))

    def bring_about(self, act: Act) -> Seen:
        """Put the act's checks to the adapter while the provider answers as told."""
        room = self._enter(act)
        rules = self._rules(act)
        claims, mark = room.claims(act), f"/{self._number}?"
        if act.deliveries:
            url = f"{self._listening().url}/{self._number}"
            claims = tuple([replace(claim, extra={**claim.extra, "callback_url": url}) for claim in claims])
        self._subject.output()
        self._recorder.take()
        slept: list[float] = []

        def sleep(seconds: float) -> None:
            slept.append(seconds)
            self._target.advance(room.tenant, seconds)

        room.force(rules)
        if act.switches:
            self._target.switch(room.tenant, act.switches)
        if act.frozen:
            self._target.freeze(room.tenant)
        try:
            answers = tuple([self._subject.check(act.operation.name, claim, sleep=sleep) for claim in claims])
            callbacks = self._call_back(act, mark, sleep) if act.deliveries else ()
            calls = self._target.calls(room.tenant, after=room.heard)
            fired = frozenset(rule["id"] for rule in rules)
            forced = not rules or any(_as_told(call, rules) for call in calls)
            if act.operation.is_part:
                # A rule about a part of a call stands beside no call in the journal.
                forced = forced or self._target.fired(room.tenant) > 0
        finally:
            self._restore(room, act, moved=act.frozen or bool(slept))
        room.heard = calls[-1]["number"] if calls else room.heard
        return Seen(
            answers=answers,
            claims=claims,
            calls=tuple(calls),
            fired=fired,
            forced=forced,
            output=self._subject.output(),
            requests=self._recorder.take() if act.strict else (),
            secrets=room.secrets,
            callbacks=callbacks,
        )

    def _listening(self) -> Receiver:
        if self._receiver is None:
            self._receiver = self._left.enter_context(Receiver())
        return self._receiver

    def _call_back(self, act: Act, mark: str, sleep: Callable[[float], None]) -> tuple[Observed, ...]:
        """Hand over what the provider sends to the address with *mark*; nothing, when nothing comes."""
        assert act.operation.callback is not None
        patience = CALLBACK_PATIENCE if act.operation.name not in self._silent else 0.0
        received = self._listening().take(mark, patience)
        if received is None:
            self._silent.add(act.operation.name)
            return ()
        found = []
        for delivery in act.deliveries:
            if delivery is Delivery.LATE:
                sleep(LATE)
            forge = act.operation.callback.forge
            made = delivered(delivery, received, provider=self._plan.provider, forge=forge)
            found.append(self._subject.callback(made, sleep=sleep))
        return tuple(found)

    def _restore(self, room: Room, act: Act, *, moved: bool) -> None:
        if act.switches:
            defaults = {name: self._plan.table.switches[name].default for name in act.switches}
            self._target.switch(room.tenant, {name: room.switches.get(name, defaults[name]) for name in act.switches})
        if moved:
            self._target.reset_clock(room.tenant)

    def _rules(self, act: Act) -> list[dict[str, Any]]:
        self._number += 1
        return [
            {
                "id": f"act-{self._number}-{position}",
                "provider": self._plan.provider,
                "operation": rule.operation,
                "then": dict(rule.then),
                **({"times": rule.times} if rule.times is not None else {}),
            }
            for position, rule in enumerate(act.rules)
        ]

    def _enter(self, act: Act) -> Room:
        room = self._rooms.get(act.room)
        if room is None:
            plan = self._plan
            switches = {**plan.switches, **(plan.strict if act.strict else {}), **act.operation.switches}
            endpoint = (self._recorder.url if act.strict else self._target.url) + plan.endpoint
            room = Room(self._target, plan, switches, endpoint, Random(f"{self._seed} {plan.provider}"))  # noqa: S311 - repeatable, not secret
            self._rooms[act.room] = room
        if room is not self._at:
            room.force(())  # an adapter may call while it starts
            self._subject.start(room.endpoint, room.credentials, provider=self._plan.provider)
            self._at = room
        return room


def _as_told(call: Mapping[str, Any], rules: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether the call was answered as a rule of the act says, rather than refused in spite of it."""
    then = next((rule["then"] for rule in rules if rule["id"] == call.get("rule")), None)
    if then is None:
        return False
    told = then.get("result", then.get("error"))
    return told is None or call["answer"]["code"] == told
