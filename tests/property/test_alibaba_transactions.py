"""Laws of a verification's transaction: whatever is done to it in whatever order, and by however many at once.

The machine plays a customer, a user on the hosted page, an operator and the clock against the simulator, beside a model
small enough to be read at a glance. The crowd polls a thousand transactions from sixteen threads.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from random import Random
from threading import Lock
from typing import Any, Final
from urllib.parse import urlencode

import orjson
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from kyc_core.signing import acs3
from simulator.callbacks import Callbacks
from simulator.clock import FixedClock
from simulator.engine import Engine
from simulator.providers.alibaba import PROVIDER
from simulator.providers.alibaba.control import CONTROL
from simulator.self_check import check
from simulator.services import Services
from simulator.settings import Settings
from simulator.wire import WireRequest

HOST: Final = "127.0.0.1:8080"
DAY: Final = 86_400.0
PROGRESSIONS: Final = [
    ("immediate", 0), ("after_polls", 0), ("after_polls", 1), ("after_polls", 3), ("after_seconds", 0),
    ("after_seconds", 60), ("manual", 0), ("never", 0),
]  # fmt: skip


class Customer:
    """Makes signed calls, from any thread."""

    def __init__(self) -> None:
        self.services = Services(Settings(), (PROVIDER,), clock=FixedClock(datetime(2026, 1, 5, tzinfo=UTC)))
        self.engine = Engine(self.services, inspect=check)
        self.tenant = self.services.tenants.default
        self.tenant.set_switch("alibaba.throttling", False)
        self._nonces = count(1)

    def call(self, action: str, **parameters: str) -> dict[str, Any]:
        keys = self.tenant.credentials["alibaba"]
        query = urlencode(parameters).encode()
        headers = acs3.common_headers(
            host=HOST,
            action=action,
            version="2022-08-09",
            seconds=int(self.tenant.clock.time()),
            nonce=f"nonce-{next(self._nonces)}",
        )
        headers["authorization"] = acs3.sign(
            access_key_id=keys["access_key_id"],
            access_key_secret=keys["access_key_secret"],
            method="POST",
            headers=headers,
            query=query,
        )
        answer = self.engine.answer(
            WireRequest(method="POST", path="/", query=query, headers=tuple(headers.items()), body=b"")
        )
        assert answer is not None
        document: dict[str, Any] = orjson.loads(answer.body)
        return document

    def start(self, kind: str = "manual", amount: int = 0, user: str = "ordinary-01") -> str:
        self.tenant.set_switch("alibaba.progression", kind)
        self.tenant.set_switch("alibaba.progression_amount", amount)
        answer = self.call(
            "Initialize",
            ProductCode="ID_OCR",
            MerchantBizId="m",
            MetaInfo="{}",
            MerchantUserId=user,
            DocType="00000001",
            IdSpoof="Y",
        )
        identifier = answer["Result"]["TransactionId"]
        assert isinstance(identifier, str)
        return identifier

    def result(self, identifier: str) -> str:
        answer = self.call("CheckResult", MerchantBizId="m", TransactionId=identifier)
        found = answer["Result"]["SubCode"] if answer["Code"] == "Success" else answer["Code"]
        assert isinstance(found, str)
        return found

    def charges(self) -> Mapping[str, int]:
        return self.tenant.ledger.totals().get("alibaba", {}).get("CheckResult", {"charged": 0, "free": 0})


@dataclass
class Model:
    """What a transaction should be like."""

    code: str
    kind: str
    amount: int
    created_at: float
    polls: int = 0
    ready_at: float | None = None
    opened_at: float | None = None
    left: bool = False
    served: bool = False
    gone: bool = False
    later: bool = False
    deleted: set[str] = field(default_factory=set)

    def settle(self, now: float) -> None:
        """Let polls and the clock do what they do."""
        if self.ready_at is not None:
            return
        if self.kind == "immediate" or (self.kind == "after_polls" and (self.polls > self.amount or not self.amount)):
            self.ready_at = now
        elif self.kind == "after_seconds" and now >= self.created_at + self.amount:
            self.ready_at = self.created_at + self.amount

    def is_gone(self, now: float) -> bool:
        self.gone = self.gone or (self.ready_at is not None and now >= self.ready_at + 30 * DAY)
        return self.gone

    def state(self, now: float) -> str:
        if "All" in self.deleted:
            return "deleted"
        if self.ready_at is not None:
            return "expired" if now >= self.ready_at + 30 * DAY else "completed"
        if self.left or (self.opened_at is not None and now - self.opened_at > 900):
            return "interrupted"
        return "created" if self.opened_at is None else "started"


class Verifications(RuleBasedStateMachine):
    """Any order of everything that can be done to verifications."""

    transactions: Bundle[str] = Bundle("transactions")

    def __init__(self) -> None:
        super().__init__()
        self.customer = Customer()
        self.models: dict[str, Model] = {}

    @property
    def now(self) -> float:
        return self.customer.tenant.clock.time()

    @rule(
        target=transactions,
        progression=st.sampled_from(PROGRESSIONS),
        user=st.sampled_from(["ordinary-01", "alibaba-spoof-two"]),
    )
    def start(self, progression: tuple[str, int], user: str) -> str:
        kind, amount = progression
        identifier = self.customer.start(kind, amount, user)
        model = Model(code="200" if user == "ordinary-01" else "212", kind=kind, amount=amount, created_at=self.now)
        model.settle(self.now)
        self.models[identifier] = model
        return identifier

    @rule(seconds=st.sampled_from([0.5, 59.5, 901.0, 31 * DAY]))
    def wait(self, seconds: float) -> None:
        self.customer.tenant.clock.advance(seconds)
        for model in self.models.values():
            model.settle(self.now)

    @rule(identifier=transactions)
    def ask(self, identifier: str) -> None:
        model = self.models[identifier]
        found = self.customer.result(identifier)
        if model.is_gone(self.now):
            assert found == "TransactionIdInvalid"
            return
        model.polls += 1
        model.settle(self.now)
        if model.ready_at is None:
            assert found == "ProcessNotCompleted"
            return
        assert found == model.code
        model.served = True
        if model.later:
            model.deleted.add("All")
            model.gone = True

    @rule(identifier=transactions)
    def open_the_page(self, identifier: str) -> None:
        model = self.models[identifier]
        CONTROL.opened(self.customer.tenant, identifier)
        if model.ready_at is None:
            model.kind, model.opened_at = "manual", model.opened_at if model.opened_at is not None else self.now

    @rule(identifier=transactions, outcome=st.sampled_from([None, "200", "212"]))
    def complete(self, identifier: str, outcome: str | None) -> None:
        model = self.models[identifier]
        done = CONTROL.put(self.customer.services, self.customer.tenant, identifier, "completed", outcome)
        assert done is (model.ready_at is None)
        if done:
            model.ready_at, model.code, model.left = self.now, outcome or model.code, False

    @rule(identifier=transactions)
    def leave(self, identifier: str) -> None:
        model = self.models[identifier]
        done = CONTROL.put(self.customer.services, self.customer.tenant, identifier, "interrupted", None)
        assert done is (model.ready_at is None)
        if done:
            model.kind, model.left = "never", True

    @rule(identifier=transactions, later=st.booleans())
    def delete(self, identifier: str, later: bool) -> None:
        model = self.models[identifier]
        answer = self.customer.call(
            "DeleteVerifyResult", TransactionId=identifier, DeleteType="All", DeleteAfterQuery="Y" if later else "N"
        )
        if model.is_gone(self.now):
            assert answer["Code"] == "TransactionIdInvalid"
        elif later and not model.served:
            model.later = True
        else:
            model.deleted.add("All")
            model.gone = True

    @invariant()
    def every_verification_that_was_delivered_is_charged_once(self) -> None:
        assert self.customer.charges()["charged"] == sum(model.served for model in self.models.values())

    @invariant()
    def every_transaction_is_where_the_model_has_it(self) -> None:
        for identifier, model in self.models.items():
            found = self.customer.tenant.transactions.find(identifier)
            assert found is not None
            state = CONTROL.state(self.customer.tenant, found)
            # One that is past its days is forgotten when somebody asks about it.
            assert state == model.state(self.now) or (state, model.state(self.now)) == ("deleted", "expired")
            assert (found.ready, found.ready_at) == (model.ready_at is not None, model.ready_at) or (
                model.ready_at is None and not found.ready
            )


TestVerifications = Verifications.TestCase
TestVerifications.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)


THREADS: Final = 16
TRANSACTIONS: Final = 1_000
WAITING: Final = 2
POLLS: Final = 5


def test_a_thousand_transactions_polled_from_sixteen_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    ready: list[None] = []
    lock = Lock()

    def woken(_: Callbacks) -> None:
        with lock:
            ready.append(None)

    monkeypatch.setattr(Callbacks, "wake", woken)
    customer = Customer()
    transactions = [customer.start("after_polls", WAITING) for _ in range(TRANSACTIONS)]
    questions = transactions * POLLS
    Random(1).shuffle(questions)

    with ThreadPoolExecutor(THREADS) as threads:
        answers = Counter(zip(questions, threads.map(customer.result, questions), strict=True))

    assert answers == Counter(
        {(identifier, "ProcessNotCompleted"): WAITING for identifier in transactions}
        | {(identifier, "200"): POLLS - WAITING for identifier in transactions}
    )
    assert customer.charges() == {"charged": TRANSACTIONS, "free": TRANSACTIONS * (POLLS - 1)}
    assert len(ready) == TRANSACTIONS
    found = [customer.tenant.transactions.find(identifier) for identifier in transactions]
    assert {(one.ready, one.polls) for one in found if one is not None} == {(True, POLLS)}
