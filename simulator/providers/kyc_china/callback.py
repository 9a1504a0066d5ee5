"""The callback: the same report a poll answers, pushed once the work is done, or gone wrong as a scenario asks.

Delivery never changes what a poll answers.

Source:
    ``callbackUrl``, the same payload as the 200 answer, polling as the fallback [seed]; envelope and headers of the
    sibling products [doc] on a switch; event name, attempts and scenarios [inferred].
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import orjson

from simulator.callbacks import Errand, note
from simulator.deliveries import Message
from simulator.providers.kyc_china import links, report
from simulator.providers.kyc_china.codes import CALLBACK, NAME, row, table

if TYPE_CHECKING:
    from contracts.loader import Outcome
    from kyc_core.people import Person
    from simulator.services import Services
    from simulator.tenants import Tenant
    from simulator.transactions import Transaction

EVENT: Final = "kyc.cn.report.completed"


def scenario(tenant: Tenant, person: Person | None, fields: Mapping[str, str]) -> Outcome:
    """Return how a callback shall go: a rule's word, else the person's, else it is simply delivered."""
    fired = tenant.rules.fire(NAME, CALLBACK, fields, named_only=True)
    if fired is not None and fired.then.result is not None:
        return table().result(CALLBACK, fired.then.result)
    wish = person.controls.get(NAME, {}).get("meaning") if person is not None else None
    for outcome in table().results(CALLBACK):
        if outcome.meaning == wish:
            return outcome
    return row(CALLBACK, "callback_delivered")


def expect(services: Services, tenant: Tenant, transaction: Transaction, url: str, outcome: Outcome) -> None:
    """Have the transaction's report delivered to *url* when it is ready, as *outcome* says."""
    if outcome.meaning == "callback_lost":
        note(tenant.space, transaction.id, {"outcome": "lost"})
        return
    late = float(tenant.switch(f"{NAME}.callback_late_seconds")) if outcome.meaning == "callback_late" else 0.0
    other_envelope = outcome.meaning == "callback_wrong_envelope"

    def due() -> bool | None:
        current = tenant.transactions.find(transaction.id)
        if current is None:
            return None
        return current.ready and current.ready_at is not None and tenant.clock.time() >= current.ready_at + late

    def message() -> Message:
        current = tenant.transactions.find(transaction.id)
        if current is None:
            raise LookupError("the transaction was forgotten")
        return _message(tenant, current, url, other_envelope=other_envelope)

    services.callbacks.expect(
        Errand(
            transaction=transaction.id,
            owner=tenant.name,
            space=tenant.space,
            due=due,
            message=message,
            copies=2 if outcome.meaning == "callback_duplicate" else 1,
            overtaken=outcome.meaning == "callback_reordered",
        )
    )


def payload(tenant: Tenant, transaction: Transaction) -> dict[str, Any]:
    """Return the report of a transaction that is ready: what a poll answers and a callback carries."""
    return report.render(
        transaction.facts,
        switch=lambda name: tenant.switch(f"{NAME}.{name}"),
        pdf_url=links.mint(tenant, transaction),
        pdf_name=links.file_name(transaction),
    )


def _message(tenant: Tenant, transaction: Transaction, url: str, *, other_envelope: bool) -> Message:
    body = payload(tenant, transaction)
    if bool(tenant.switch(f"{NAME}.webhook_envelope")) is not other_envelope:
        body = {"event": EVENT, "requestId": transaction.id, "data": body}
    headers = (
        ("Content-Type", "application/json"),
        ("X-Webhook-Event", EVENT),
        ("X-Request-Id", transaction.id),
    )
    return Message(method="POST", url=url, headers=headers, body=orjson.dumps(body))
