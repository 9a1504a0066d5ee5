from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event, active_count
from typing import Any

import pytest

from simulator.callbacks import PATIENCE, WORKERS, Agenda, Attempt, CallbackRules, Callbacks, Errand, note, notes
from simulator.deliveries import Message, NotAllowed, NotDelivered
from simulator.store import MemorySpace

SCHEDULE = (0.0, 5.0, 25.0)


def errand(name: str = "t", *, due: Callable[[], bool | None] = lambda: True, **choices: Any) -> Errand:
    given: dict[str, Any] = {
        "owner": "tenant",
        "space": MemorySpace(),
        "message": lambda: Message(method="POST", url=f"https://127.0.0.1/{name}"),
    }
    return Errand(transaction=name, due=due, **{**given, **choices})


def run(agenda: Agenda, until: float, answers: Callable[[Attempt], bool]) -> list[tuple[float, str]]:
    """Run an agenda second by second; return when which errand was tried."""
    made = []
    now = 0.0
    while now <= until:
        agenda.look(now)
        while (attempt := agenda.take(now)) is not None:
            made.append((now, attempt.errand.transaction))
            agenda.settle(attempt, now, delivered=answers(attempt))
        now += 1.0
    return made


def test_nobody_answers_and_it_is_tried_at_0_5_and_25_seconds() -> None:
    agenda = Agenda(SCHEDULE)
    agenda.add(errand())

    assert run(agenda, 100, lambda _: False) == [(0, "t"), (5, "t"), (25, "t")]
    assert agenda.idle


@pytest.mark.parametrize(
    ("tries", "times"),
    [pytest.param(1, [0], id="one"), pytest.param(2, [0, 5], id="two"), pytest.param(9, [0, 5, 25], id="more")],
)
def test_a_provider_may_ask_for_fewer_tries_than_the_schedule_has(tries: int, times: list[float]) -> None:
    agenda = Agenda(SCHEDULE)
    agenda.add(errand(tries=tries))

    assert [when for when, _ in run(agenda, 100, lambda _: False)] == times
    assert agenda.idle


def test_once_delivered_it_is_left_alone() -> None:
    agenda = Agenda(SCHEDULE)
    agenda.add(errand())

    assert run(agenda, 100, lambda attempt: attempt.tries == 1) == [(0, "t"), (5, "t")]


def test_a_copy_follows_at_once_and_only_after_a_delivery() -> None:
    agenda = Agenda(SCHEDULE)
    agenda.add(errand(copies=2))

    assert run(agenda, 100, lambda attempt: attempt.tries > 0) == [(0, "t"), (5, "t"), (5, "t")]


def test_what_is_hopeless_is_tried_once() -> None:
    agenda = Agenda(SCHEDULE)
    agenda.add(errand())
    agenda.look(0)
    attempt = agenda.take(0)
    assert attempt is not None
    agenda.settle(attempt, 0, delivered=False, hopeless=True)

    assert agenda.idle


def test_an_errand_waits_until_it_is_due() -> None:
    agenda = Agenda(SCHEDULE)
    asked = iter([False, False, True])
    agenda.add(errand(due=lambda: next(asked)))

    assert run(agenda, 10, lambda _: True) == [(2, "t")]


def test_an_errand_that_will_never_be_due_is_forgotten() -> None:
    agenda = Agenda(SCHEDULE)
    agenda.add(errand(due=lambda: None))

    assert run(agenda, 1, lambda _: True) == []
    assert agenda.idle


def test_an_errand_lets_the_next_of_its_owner_go_first() -> None:
    agenda = Agenda(SCHEDULE)
    times = {"second": iter([False, False, True])}
    agenda.add(errand("first", overtaken=True))
    agenda.add(errand("second", due=lambda: next(times["second"])))

    assert [name for _, name in run(agenda, 10, lambda _: True)] == ["second", "first"]


def test_another_owner_overtakes_nobody() -> None:
    agenda = Agenda(SCHEDULE)
    agenda.add(errand("first", overtaken=True))
    agenda.add(errand("stranger", owner="other"))

    assert run(agenda, 100, lambda _: True) == [(0, "stranger"), (PATIENCE, "first")]


def test_the_oldest_that_waits_gives_way() -> None:
    agenda = Agenda(SCHEDULE, most=2)
    errands = [errand(str(number), due=lambda: False) for number in range(3)]

    assert [agenda.add(it) for it in errands] == [None, None, errands[0]]


@pytest.fixture
def sent() -> list[str]:
    return []


def started(sent: list[str], *, answer: int | Exception = 200, schedule: tuple[float, ...] = (0.0,)) -> Callbacks:
    def send(message: Message) -> int:
        sent.append(message.url)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return Callbacks(CallbackRules(schedule=schedule), send=send)


def test_errands_are_run_beside_the_caller_and_the_workers_end(sent: list[str]) -> None:
    before = active_count()
    callbacks = started(sent)
    space = MemorySpace()
    for number in range(50):
        callbacks.expect(errand(str(number), space=space))

    assert callbacks.settled(5)
    assert sorted(sent) == sorted(f"https://127.0.0.1/{number}" for number in range(50))
    assert notes(space, "7") == [
        {"outcome": "delivered", "attempt": 1, "host": "127.0.0.1", "port": 443, "status": 200}
    ]
    callbacks.close()
    assert active_count() <= before


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param(500, [{"outcome": "refused", "status": 500}] * 2, id="an error is tried again"),
        pytest.param(302, [{"outcome": "refused", "status": 302}] * 2, id="a redirect is no success"),
        pytest.param(NotDelivered("TimeoutError"), [{"outcome": "failed", "why": "TimeoutError"}] * 2, id="nobody"),
        pytest.param(NotAllowed("elsewhere"), [{"outcome": "not_allowed", "why": "elsewhere"}], id="forbidden once"),
        pytest.param(ZeroDivisionError("张三"), [{"outcome": "failed", "why": "internal"}] * 2, id="our own fault"),
    ],
)
def test_every_attempt_is_noted(
    sent: list[str], answer: int | Exception, expected: list[dict[str, Any]], caplog: pytest.LogCaptureFixture
) -> None:
    space = MemorySpace()
    with caplog.at_level(logging.DEBUG):
        callbacks = started(sent, answer=answer, schedule=(0.0, 0.01))
        callbacks.expect(errand(space=space))
        done = callbacks.settled(5)

    found = [{key: entry[key] for key in entry if key in ("outcome", "why", "status")} for entry in notes(space, "t")]
    assert done
    assert found == expected
    assert "张三" not in caplog.text
    callbacks.close()


def test_what_waits_is_looked_at_until_it_is_due(sent: list[str]) -> None:
    ready = Event()
    callbacks = started(sent)
    callbacks.expect(errand(due=ready.is_set))
    early = callbacks.settled(0.15)
    ready.set()
    callbacks.wake()

    assert (early, callbacks.settled(5), sent) == (False, True, ["https://127.0.0.1/t"])
    callbacks.close()


def test_a_slow_receiver_holds_up_one_worker_only() -> None:
    gate = Event()
    heard: list[str] = []

    def send(message: Message) -> int:
        if message.url.endswith("/slow"):
            gate.wait(10)
        heard.append(message.url)
        return 200

    callbacks = Callbacks(CallbackRules(), send=send)
    callbacks.expect(errand("slow"))
    for number in range(WORKERS * 3):
        callbacks.expect(errand(f"quick-{number}"))
    callbacks.settled(0.3)
    before = list(heard)
    gate.set()

    assert callbacks.settled(5)
    assert sorted(before) == sorted(f"https://127.0.0.1/quick-{number}" for number in range(WORKERS * 3))
    assert heard[-1] == "https://127.0.0.1/slow"
    callbacks.close()


def test_once_closed_nothing_is_delivered_and_that_is_noted(sent: list[str]) -> None:
    space = MemorySpace()
    callbacks = started(sent)
    callbacks.close()
    callbacks.expect(errand(space=space))

    assert sent == []
    assert notes(space, "t") == [{"outcome": "dropped"}]


def test_notes_are_kept_by_transaction() -> None:
    space = MemorySpace()
    note(space, "a", {"outcome": "lost"})
    note(space, "b", {"outcome": "dropped"})

    assert (notes(space, "a"), notes(space, "c")) == ([{"outcome": "lost"}], [])
