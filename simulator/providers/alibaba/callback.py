"""The callback of a completed verification: a GET with the result in its query. Delivery: `simulator.callbacks`.

>>> callback_url("https://a.example/b?c=d", {"transactionId": "t", "passed": "Y"})
'https://a.example/b?c=d&transactionId=t&passed=Y'

Source:
    Parameters: documentation text and sample URL [doc, sdk]; token first, as the sample has it; an existing query is
    kept, any 2xx will do, nothing is sent of a verification that was broken off [inferred] (D23).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit, urlunsplit

from simulator.callbacks import Errand
from simulator.deliveries import Message
from simulator.providers.alibaba.results import PASSED
from simulator.providers.alibaba.verification import EVERYTHING, Verification

if TYPE_CHECKING:
    from simulator.services import Services
    from simulator.tenants import Tenant


def callback_url(url: str, parameters: Mapping[str, str]) -> str:
    """Return *url* with *parameters* behind whatever query it has."""
    parts = urlsplit(url)
    query = "&".join(filter(None, (parts.query, urlencode(parameters))))
    return urlunsplit(parts._replace(query=query, fragment=""))


def expect(services: Services, tenant: Tenant, transaction_id: str) -> None:
    """See to it that the customer is told when the verification is done."""
    tries: int = tenant.readings["alibaba.callback_tries"]
    if not tries:
        return
    transactions = tenant.transactions

    def due() -> bool | None:
        transaction = transactions.find(transaction_id)
        if transaction is None:
            return None
        verification = Verification.of(transaction.facts)
        if verification.interrupted or EVERYTHING in verification.deleted:
            return None
        return transaction.ready

    def message() -> Message:
        transaction = transactions.find(transaction_id)
        if transaction is None:
            raise LookupError("forgotten while it was to be told")
        verification = Verification.of(transaction.facts)
        name = tenant.readings["alibaba.callback_sub_code"]
        parameters = {
            "transactionId": transaction_id,
            "passed": "Y" if verification.sub_code == PASSED else "N",
            name: verification.sub_code,
        }
        if verification.callback_token:
            parameters = {"callbackToken": verification.callback_token, **parameters}
        return Message(method="GET", url=callback_url(verification.callback_url, parameters))

    services.callbacks.expect(
        Errand(
            transaction=transaction_id,
            owner=tenant.name,
            space=tenant.space,
            due=due,
            message=message,
            tries=tries,
        )
    )
