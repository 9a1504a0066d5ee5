from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Truth = Callable[..., dict[str, Any]]
Client = Any


def test_what_fails_concerns_one_sub_check_alone(client: Client, truth: Truth) -> None:
    client.rule("risk.criminal", {"error": "Upstream timeout"})
    summary = client.report(**truth("ordinary-01"))["summary"]

    assert summary["errored"] == [{"check": "risk.criminal", "error": "Upstream timeout"}]
    assert len(summary["ran"]) == 9


@pytest.mark.parametrize(
    ("then", "list_of"),
    [
        pytest.param({"result": "match"}, "matched", id="match"),
        pytest.param({"result": "no match"}, "unmatched", id="mismatch"),
        pytest.param({"result": "not found"}, "notFound", id="not found"),
    ],
)
@pytest.mark.parametrize(
    "check", ["identity.four-factor", "identity.image", "identity.three-factor", "bank.four-factor"]
)
def test_each_comparison_can_be_forced(
    client: Client, truth: Truth, check: str, then: dict[str, str], list_of: str
) -> None:
    client.rule(check, then)
    report = client.report(**truth("ordinary-01"))
    category, _, key = check.partition(".")

    assert check in report["summary"][list_of]
    assert report[category][key]["result"] == then["result"]


@pytest.mark.parametrize(
    "then",
    [
        pytest.param({"error": "Upstream error"}, id="its own error"),
        pytest.param({"error": "500"}, id="an error of any call"),
        pytest.param({"http": 504}, id="a proxy in between"),
        pytest.param({"fault": "reset"}, id="a broken connection"),
    ],
)
@pytest.mark.parametrize(
    "check",
    [
        "identity.four-factor",
        "identity.image",
        "identity.three-factor",
        "mobile.attribution",
        "mobile.location-work",
        "mobile.location-residential",
        "risk.fraud",
        "risk.criminal",
        "bank.four-factor",
    ],
)
def test_each_sub_check_can_be_broken(client: Client, truth: Truth, check: str, then: dict[str, Any]) -> None:
    client.rule(check, then)
    report = client.report(**truth("ordinary-01"))
    category, _, key = check.partition(".")

    assert report["summary"]["errored"] == [{"check": check, "error": "Upstream error"}]
    assert key not in report.get(category, {})


def test_one_address_of_two_can_be_broken(client: Client, truth: Truth) -> None:
    other = {"type": "work", "city": "杭州", "address": "测试路2号"}
    fields = truth("ordinary-01", "mobile", "addressesToVerify")
    fields["addressesToVerify"].append(other)
    client.rule("mobile.address-verify", {"error": "Upstream timeout"}, when={"city": "上海"})
    report = client.report(**fields)

    assert report["summary"]["errored"] == [{"check": "mobile.address-verify[0]", "error": "Upstream timeout"}]
    assert [item["city"] for item in report["mobile"]["address-verify"]] == ["杭州"]


def test_a_slow_source_holds_the_report_up(client: Client, truth: Truth) -> None:
    client.rule("risk.criminal", {"delay": 40})
    token = client.submit(**truth("ordinary-01", "name", "idNumber"))
    statuses = []
    for seconds in (12, 27.9, 0.1):
        client.clock.advance(seconds)
        statuses.append(client.poll(token).status)

    assert statuses == [202, 202, 200]


def test_a_person_may_stand_for_an_error_of_every_sub_check(client: Client, truth: Truth) -> None:
    report = client.report(**truth("kyc-china-timeout"))

    assert report["summary"]["ran"] == []
    assert len(report["summary"]["errored"]) == 10
    assert not report.keys() & {"identity", "mobile", "risk", "bank"}


def test_a_rule_is_followed_before_a_person(client: Client, truth: Truth) -> None:
    client.rule("identity.two-factor", {"result": "match"})
    report = client.report(**truth("kyc-china-timeout", "name", "idNumber"))

    assert report["summary"]["matched"] == ["identity.two-factor"]
    assert [item["check"] for item in report["summary"]["errored"]] == ["risk.fraud", "risk.criminal"]


def test_a_rule_for_every_operation_speaks_of_calls_and_not_of_their_parts(client: Client, truth: Truth) -> None:
    client.rule("*", {"delay": 1}, times=1)
    report = client.report(**truth("ordinary-01", "name", "idNumber"))

    assert report["summary"]["matched"] == ["identity.two-factor"]
    assert client.tenant.rules.documents()[0]["fired"] == 1


def test_every_finding_says_who_decided(client: Client, truth: Truth) -> None:
    client.rule("risk.fraud", {"result": "hit"}, id="fraudster")
    client.submit(**truth("ordinary-01", "name", "idNumber"))
    steps = {step[0]: step[2] for step in client.last()["steps"] if isinstance(step, list)}

    assert steps["fan_out"]["risk.fraud"] == {"found": "hit", "by": "rule fraudster", "evidence": "sdk"}
    assert steps["fan_out"]["identity.two-factor"]["by"] == "sources"
