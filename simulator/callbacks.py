"""Callbacks: delivered beside the answers, at least once, with retries, and never part of a decision.

`Agenda` decides what is sent when; it knows no thread and no clock. `Callbacks` runs it: a few worker threads that
start with the first errand and end when nothing is left to do. Retries follow real time, because a receiver's recovery
does; whether an errand is due at all is asked of the errand, which looks at its tenant's clock.

Every attempt is noted in the tenant's space without a personal value: `notes`.
"""

from __future__ import annotations

import heapq
import logging
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Condition, Thread, get_ident
from typing import Any, Final

import orjson

from simulator.deliveries import TIMEOUT, Message, NotAllowed, NotDelivered, deliver, target_of
from simulator.store import Space

_LOG: Final = logging.getLogger("kyc_sim.callbacks")

MOST: Final = 10_000
"""Errands held at a time; the oldest that still waits gives way to the next."""
WORKERS: Final = 4
"""Receivers served at a time; a slow one holds up one worker for as long as its timeout."""
PATIENCE: Final = 30.0
"""Real seconds an errand waits to be overtaken before it goes all the same."""
LOOK_EVERY: Final = 0.05
"""Real seconds between two looks at what is not due yet."""
_LOOKS_PER_SECOND: Final = 4000
"""Looks at waiting errands; with many waiting, each is looked at less often."""

_NOTES: Final = "callbacks"
_MOST_NOTES: Final = 10_000
_MOST_NOTE_BYTES: Final = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackRules:
    """How callbacks are delivered.

    Attributes:
        hosts: names and addresses that may be reached; this machine by default.
        schedule: seconds after an errand is due at which it is tried, until one attempt is answered 2xx.
        timeout: seconds a receiver gets.
    """

    hosts: tuple[str, ...] = ("127.0.0.1", "::1", "localhost")
    schedule: tuple[float, ...] = (0.0, 5.0, 25.0)
    timeout: float = TIMEOUT


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Errand:
    """One callback to deliver.

    Attributes:
        transaction: what it is about; the key of its notes.
        owner: name of the tenant; errands of one owner may overtake one another.
        space: the tenant's, where attempts are noted.
        due: whether it is time; ``None`` when it will never be, because the transaction is gone.
        message: makes what is sent, once per attempt.
        copies: how often it is delivered; more than once is what at-least-once allows.
        tries: how often it is tried at most, where its provider says so; by default as often as the schedule has it.
        overtaken: let the owner's next callback go first.
    """

    transaction: str
    owner: str
    space: Space
    due: Callable[[], bool | None] = field(repr=False)
    message: Callable[[], Message] = field(repr=False)
    copies: int = 1
    tries: int | None = None
    overtaken: bool = False


@dataclass(slots=True, eq=False)
class Attempt:
    """One try: the errand, when it became due, how often it was tried and how often it went well."""

    errand: Errand
    since: float
    tries: int = 0
    delivered: int = 0


class Agenda:
    """What is to be sent when. Times are seconds on any one clock; not safe for threads by itself."""

    def __init__(self, schedule: tuple[float, ...], *, most: int = MOST) -> None:
        self._schedule = schedule
        self._most = most
        self._waiting: deque[Errand] = deque()
        self._heap: list[tuple[float, int, Attempt]] = []
        self._parked: list[tuple[float, Attempt]] = []
        self._numbers = 0

    @property
    def idle(self) -> bool:
        """Tell whether nothing is left to do, now or later."""
        return not (self._waiting or self._heap or self._parked)

    @property
    def watched(self) -> int:
        """How many errands only a `look` can move: not due yet, or waiting to be overtaken."""
        return len(self._waiting) + len(self._parked)

    @property
    def next_at(self) -> float | None:
        """When the next attempt is to be made, apart from the watched errands."""
        return self._heap[0][0] if self._heap else None

    def add(self, errand: Errand) -> Errand | None:
        """Take an errand; return the one that gave way for it, if any."""
        self._waiting.append(errand)
        if len(self._waiting) + len(self._heap) + len(self._parked) > self._most:
            return self._waiting.popleft()
        return None

    def look(self, now: float) -> None:
        """Ask every waiting errand whether it is due, and end the patience of those that wait to be overtaken."""
        for _ in range(len(self._waiting)):
            errand = self._waiting.popleft()
            due = errand.due()
            if due is None:
                continue
            if not due:
                self._waiting.append(errand)
            elif errand.overtaken:
                self._parked.append((now + PATIENCE, Attempt(errand, now)))
            else:
                self._push(now + self._schedule[0], Attempt(errand, now))
        for until, attempt in [*self._parked]:
            if until <= now:
                self._release(attempt, now)

    def take(self, now: float) -> Attempt | None:
        """Return the next attempt to make at *now*, if there is one; `settle` must follow."""
        if not self._heap or self._heap[0][0] > now:
            return None
        return heapq.heappop(self._heap)[2]

    def settle(self, attempt: Attempt, now: float, *, delivered: bool, hopeless: bool = False) -> None:
        """Say how an attempt went: it may have to be made again, and may let others go."""
        attempt.tries += 1
        if delivered:
            attempt.delivered += 1
            if attempt.delivered < attempt.errand.copies:
                self._push(now, attempt)
        elif not hopeless and attempt.tries < self._most_tries(attempt.errand):
            self._push(attempt.since + self._schedule[attempt.tries], attempt)
        for _, parked in [*self._parked]:
            if parked.errand.owner == attempt.errand.owner:
                self._release(parked, now)

    def _most_tries(self, errand: Errand) -> int:
        most = len(self._schedule)
        return most if errand.tries is None else min(most, errand.tries)

    def _release(self, attempt: Attempt, now: float) -> None:
        self._parked = [(until, parked) for until, parked in self._parked if parked is not attempt]
        attempt.since = now
        self._push(now + self._schedule[0], attempt)

    def _push(self, when: float, attempt: Attempt) -> None:
        self._numbers += 1
        heapq.heappush(self._heap, (when, self._numbers, attempt))


class Callbacks:
    """Delivers one simulator's callbacks.

    Args:
        rules: where to and how often.
        clock: real time in seconds, for the retries.
        send: delivers one message and returns the status; over the network by default.
    """

    def __init__(
        self,
        rules: CallbackRules,
        *,
        clock: Callable[[], float] = time.monotonic,
        send: Callable[[Message], int] | None = None,
    ) -> None:
        self._rules = rules
        self._clock = clock
        self._send = send or (lambda message: deliver(message, hosts=rules.hosts, timeout=rules.timeout))
        self._agenda = Agenda(rules.schedule)
        self._changed = Condition()
        self._workers: list[Thread] = []
        self._busy = 0
        self._closed = False
        self._look_at = 0.0

    def expect(self, errand: Errand) -> None:
        """Deliver *errand* when it is due; returns at once. After `close` it is noted as dropped instead."""
        with self._changed:
            dropped = errand if self._closed else self._agenda.add(errand)
            if not self._closed and len(self._workers) < WORKERS:
                worker = Thread(target=self._work, name="kyc-sim callbacks", daemon=True)
                self._workers.append(worker)
                worker.start()
            self._changed.notify()
        if dropped is not None:
            note(dropped.space, dropped.transaction, {"outcome": "dropped"})

    def wake(self) -> None:
        """Look at what waits without delay; for whoever made something ready."""
        with self._changed:
            self._look_at = 0.0
            self._changed.notify_all()

    def settled(self, timeout: float) -> bool:
        """Wait until nothing is left to deliver, at most *timeout* real seconds; tell whether that is so."""
        with self._changed:
            return self._changed.wait_for(lambda: self._agenda.idle and not self._busy, timeout)

    def close(self, timeout: float = 1.0) -> None:
        """Deliver nothing more; give what is under way *timeout* seconds."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            workers = list(self._workers)
        until = time.monotonic() + timeout
        for worker in workers:
            worker.join(max(0.0, until - time.monotonic()))

    def _work(self) -> None:
        while (attempt := self._next()) is not None:
            outcome = self._attempt(attempt)
            with self._changed:
                self._busy -= 1
                self._agenda.settle(
                    attempt,
                    self._clock(),
                    delivered=outcome == "delivered",
                    hopeless=outcome == "not_allowed",
                )
                self._changed.notify_all()

    def _next(self) -> Attempt | None:
        """Wait for an attempt to make; ``None`` when this worker is needed no more."""
        with self._changed:
            while not self._closed:
                now = self._clock()
                if now >= self._look_at:
                    self._agenda.look(now)
                    self._look_at = now + max(LOOK_EVERY, self._agenda.watched / _LOOKS_PER_SECOND)
                attempt = self._agenda.take(now)
                if attempt is not None:
                    self._busy += 1
                    return attempt
                if self._agenda.idle:
                    break
                self._changed.wait(self._pause(now))
            self._workers = [worker for worker in self._workers if worker.ident != get_ident()]
            self._changed.notify_all()
            return None

    def _pause(self, now: float) -> float:
        times = [self._look_at] if self._agenda.watched else []
        if self._agenda.next_at is not None:
            times.append(self._agenda.next_at)
        return max(0.001, min(times) - now)

    def _attempt(self, attempt: Attempt) -> str:
        errand = attempt.errand
        facts: dict[str, Any] = {"attempt": attempt.tries + 1}
        try:
            message = errand.message()
            target = target_of(message.url)
            facts |= {"host": target.host, "port": target.port}
            status = self._send(message)
            facts["status"] = status
            outcome = "delivered" if 200 <= status < 300 else "refused"
        except NotAllowed as problem:
            outcome, facts["why"] = "not_allowed", str(problem)
        except NotDelivered as problem:
            outcome, facts["why"] = "failed", str(problem)
        except Exception as bug:  # a worker must outlive one bad errand; its message may quote the person
            _LOG.error("callback: %s", type(bug).__name__)
            outcome, facts["why"] = "failed", "internal"
        note(errand.space, errand.transaction, {"outcome": outcome, **facts})
        return outcome


def note(space: Space, transaction: str, facts: Mapping[str, Any]) -> None:
    """Keep what became of an attempt, or of a callback that was never tried. *facts* hold no personal value."""
    entry = orjson.dumps({"transaction": transaction, **facts})
    space.append(_NOTES, entry, keep=_MOST_NOTES, keep_bytes=_MOST_NOTE_BYTES)


def notes(space: Space, transaction: str) -> list[dict[str, Any]]:
    """Return what was noted about a transaction's callbacks, oldest first."""
    found = []
    for _, raw in space.read(_NOTES):
        entry = orjson.loads(raw)
        if entry.pop("transaction") == transaction:
            found.append(entry)
    return found
