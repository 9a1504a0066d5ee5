"""Whether a call costs more when there is more of everything: rules, people, journal. In process, engine alone."""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from random import Random
from typing import Any, Final

from benchmarks.signed import signed_call
from kyc_core import generate
from simulator.clock import FixedClock
from simulator.engine import Engine
from simulator.providers import PROVIDERS
from simulator.services import Services
from simulator.settings import Settings
from simulator.wire import WireRequest

Row = tuple[str, str, str]

RULES: Final = 10_000
PEOPLE: Final = 100_000
CALLS: Final = 1_000
ROUNDS: Final = 5
NOW: Final = datetime(2026, 1, 1, tzinfo=UTC)


def rows() -> list[Row]:
    """Measure a call with nothing around it, then with much of each."""
    crowds: dict[str, Callable[[Services], object]] = {
        f"{RULES:,} rules that do not fit": _add_rules,
        f"{PEOPLE:,} people of one's own": _add_people,
        "a full journal": _fill_journal,
    }
    alone = _per_call(_services())
    measured = [("a call through the engine alone", f"{alone * 1e6:.0f} us", "no door, signature checked")]
    for name, add in crowds.items():
        services = _services()
        add(services)
        crowded = _per_call(services)
        measured.append((f"a call with {name}", f"{crowded / alone:.2f}x", f"aim 1x; {crowded * 1e6:.0f} us"))
    return measured


def _services() -> Services:
    services = Services(Settings(), PROVIDERS, clock=FixedClock(NOW))
    services.tenants.default.set_switch("tencent.qps", 0)
    return services


def _request(services: Services) -> WireRequest:
    call = signed_call(services.tenants.default, "127.0.0.1", 8080, now=NOW.timestamp())
    headers = {"host": "127.0.0.1:8080", **{name.lower(): value for name, value in call.headers.items()}}
    return WireRequest(
        method="POST", path="/tencent", query=b"", headers=tuple(headers.items()), body=call.body.encode()
    )


def _per_call(services: Services) -> float:
    """Seconds for one call, in the best round."""
    engine = Engine(services)
    template = _request(services)
    answer = engine.answer(template)
    if answer is None or json.loads(answer.body)["Response"].get("Result") != "0":
        raise RuntimeError("the call is not answered as it should be")
    gc.collect()
    gc.freeze()
    best = float("inf")
    for _ in range(ROUNDS):
        started = time.perf_counter()
        for _ in range(CALLS):
            engine.answer(template)
        best = min(best, (time.perf_counter() - started) / CALLS)
    gc.unfreeze()
    return best


def _add_rules(services: Services) -> None:
    services.tenants.default.rules.add_many(
        [
            {
                "provider": "tencent",
                "operation": "BankCardVerification",
                "when": {"IdCard": f"{number:018d}"},
                "then": {"result": "-1"},
            }
            for number in range(RULES)
        ]
    )


def _add_people(services: Services) -> None:
    services.tenants.default.register.put_many(list(_people()))


def _people() -> Iterator[dict[str, Any]]:
    chooser = Random(1)
    seen: set[str] = set()
    while len(seen) < PEOPLE:
        number = generate.citizen(chooser)
        if number not in seen:
            seen.add(number)
            yield {"key": f"crowd-{len(seen)}", "name": "测试甲", "resident_id": number}


def _fill_journal(services: Services) -> None:
    engine = Engine(services)
    template = _request(services)
    for _ in range(services.settings.journal.entries + 1):
        engine.answer(template)
