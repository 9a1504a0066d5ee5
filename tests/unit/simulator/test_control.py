from __future__ import annotations

from dataclasses import replace

from simulator.control import FINISH, control_of
from simulator.providers.alibaba.control import CONTROL
from simulator.scenarios import Progression
from simulator.services import Services
from simulator.settings import Settings
from simulator.upstream import Provider


def test_work_without_more_to_it_is_running_until_somebody_finishes_it(services: Services) -> None:
    tenant = services.tenants.default
    work = tenant.transactions.start("w", "tencent", {}, Progression(kind="never")).transaction
    FINISH.opened(tenant, "w")
    before = FINISH.state(tenant, work)
    done = [FINISH.put(services, tenant, "w", "ready", None) for _ in range(2)]
    after = tenant.transactions.find("w")

    assert (before, done) == ("running", [True, False])
    assert after is not None
    assert (FINISH.state(tenant, after), dict(FINISH.outcomes(after))) == ("ready", {})
    assert (FINISH.leaves_for(after), FINISH.title(after)) == ("", "w")


def test_nobodys_work_cannot_be_finished(services: Services) -> None:
    assert not FINISH.put(services, services.tenants.default, "w", "ready", None)


def test_a_transaction_is_moved_through_the_provider_that_began_it(toy: Provider) -> None:
    services = Services(Settings(), (toy, replace(toy, name="alibaba", control=CONTROL)))
    transactions = services.tenants.default.transactions
    plain, own, foreign = (
        transactions.start(name, name, {}, Progression(kind="never")).transaction
        for name in ("tencent", "alibaba", "gone")
    )

    assert control_of(services, plain) is FINISH
    assert control_of(services, own) is CONTROL
    assert control_of(services, foreign) is FINISH
