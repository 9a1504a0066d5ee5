"""Callbacks handed over as they came, or made up."""

from __future__ import annotations

import pytest

from contracts.cases import Delivery
from contracts.foreign_answers import FOREIGN
from contracts.forgery import delivered
from kyc_core.adapters.base import Received

QUERY = Received(method="GET", target="/1?callbackToken=ab&passed=N&subCode=212", headers={}, body=b"")
BODY = Received(method="POST", target="/1?check=ab", headers={}, body=b'{"summary":{}}')
YES = {"passed": "Y", "subCode": "200"}


@pytest.mark.parametrize("delivery", [Delivery.FIRST, Delivery.AGAIN, Delivery.LATE])
def test_the_provider_s_own_is_handed_over_as_it_came(delivery: Delivery) -> None:
    assert delivered(delivery, QUERY, provider="alibaba", forge=YES) == QUERY


def test_who_knows_the_address_says_yes_there() -> None:
    forged = delivered(Delivery.FORGED, QUERY, provider="alibaba", forge=YES)
    strange = delivered(Delivery.STRANGER, QUERY, provider="alibaba", forge=YES)

    assert forged.target == "/1?callbackToken=ab&passed=Y&subCode=200"
    assert strange.target == "/1?callbackToken=00&passed=Y&subCode=200"


def test_or_sends_a_report_that_says_yes() -> None:
    forged = delivered(Delivery.FORGED, BODY, provider="kyc_china", forge={})
    strange = delivered(Delivery.STRANGER, BODY, provider="kyc_china", forge={})

    assert (forged.target, forged.body) == ("/1?check=ab", FOREIGN["kyc_china"])
    assert (strange.target, strange.body) == ("/1?check=00", FOREIGN["kyc_china"])
