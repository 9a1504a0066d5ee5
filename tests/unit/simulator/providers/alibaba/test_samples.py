from __future__ import annotations

import json
from typing import TYPE_CHECKING

from simulator.providers.alibaba import samples

if TYPE_CHECKING:
    from tests.unit.simulator.providers.alibaba.conftest import Client

PRINTED = "hksb7ba1b28130d24e015d694361bee4"


def test_the_documentation_s_example_is_found_by_its_identifier() -> None:
    found = samples.find(PRINTED)

    assert found is not None
    assert (found.case, found.code) == ("sample_document_risk", "212")
    assert json.loads(found.content["ExtIdInfo"])["ocrIdInfo"]["idNumber"] == "H11111112"
    assert samples.find("hk1") is None


def test_it_is_answered_to_whoever_asks_and_charged_once(client: Client) -> None:
    answers = [client.result(PRINTED)["Result"]["SubCode"] for _ in range(3)]

    assert answers == ["212"] * 3
    assert client.tenant.ledger.totals()["alibaba"]["CheckResult"] == {"charged": 1, "free": 2}
    assert client.step("documentation_sample") == {"sample": "sample_document_risk"}


def test_a_rule_goes_before_it(client: Client) -> None:
    client.tenant.rules.add({"provider": "alibaba", "operation": "CheckResult", "then": {"error": "InternalError"}})

    assert client.result(PRINTED)["Code"] == "InternalError"
