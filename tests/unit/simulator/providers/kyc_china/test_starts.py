from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from kyc_core.signing import base64url

Truth = Callable[..., dict[str, Any]]
Client = Any


def statuses(client: Client, token: str, *waits: float) -> list[int]:
    found = []
    for seconds in waits:
        client.clock.advance(seconds)
        found.append(client.poll(token).status)
    return found


@pytest.mark.parametrize("body", [b"", b"{}", {"facePhoto": "AAAA"}, {"name": "测试甲", "bankCardNumber": "6" * 16}])
def test_a_request_that_starts_nothing_says_what_is_missing(client: Client, body: Any) -> None:
    answer = client.call("/kyc/cn/request", body)
    message = orjson.loads(answer.body)["message"]

    assert answer.status == 400
    assert "idNumber" in message
    assert "mobile" in message


@pytest.mark.parametrize("body", [b"hello", b"[]", b'{"mobile":'])
def test_a_body_that_is_no_object_says_so(client: Client, body: bytes) -> None:
    answer = client.call("/kyc/cn/request", body)

    assert (answer.status, orjson.loads(answer.body)) == (400, {"message": "Request body must be a JSON object"})


def test_a_field_of_another_shape_is_named_and_its_value_is_not(client: Client) -> None:
    answer = client.call("/kyc/cn/request", {"mobile": "+8613800138000"})

    assert (answer.status, orjson.loads(answer.body)) == (400, {"message": "mobile is invalid"})


def test_the_answer_is_a_token_and_nothing_else(client: Client, truth: Truth) -> None:
    answer = client.call("/kyc/cn/request", truth("ordinary-01"))
    body = orjson.loads(answer.body)
    payload = base64url.decode(body["token"].split(".")[1]).decode()

    assert (answer.status, list(body)) == (200, ["token"])
    for value in ("林静怡", "310115188503140620", "13490000010"):
        assert value not in payload


def test_the_documentations_numbers_are_taken_and_found_wanting(client: Client) -> None:
    report = client.report(name="测试甲", idNumber="110101199001011234", bankCardNumber="6222021234567890123")

    assert {item["check"]: item["error"] for item in report["summary"]["errored"]} == {
        "identity.two-factor": "Invalid ID number",
        "risk.criminal": "Invalid ID number",
        "bank.three-factor": "Invalid ID number",
    }


def test_a_pinyin_name_breaks_what_compares_names_and_no_look_up(client: Client, truth: Truth) -> None:
    report = client.report(**{**truth("ordinary-01"), "name": "Lin Jingyi"})

    assert {item["check"] for item in report["summary"]["errored"]} == {
        "identity.four-factor", "identity.image", "identity.three-factor", "risk.criminal", "bank.four-factor",
    }  # fmt: skip
    assert report["summary"]["ran"] == [
        "mobile.attribution",
        "mobile.location-work",
        "mobile.location-residential",
        "mobile.address-verify[0]",
        "risk.fraud",
    ]


def test_a_small_x_is_the_large_one(client: Client, truth: Truth) -> None:
    fields = truth("ordinary-03", "name", "idNumber")
    assert fields["idNumber"].endswith("X")

    report = client.report(name=fields["name"], idNumber=fields["idNumber"].lower())
    assert report["summary"]["matched"] == ["identity.two-factor"]


def test_a_report_takes_twelve_seconds_of_the_tenants_clock_by_default(client: Client, truth: Truth) -> None:
    token = client.submit(**truth("ordinary-01", "idNumber"))

    assert statuses(client, token, 0, 11.9, 0.1, 100) == [202, 202, 200, 200]


def test_the_time_can_be_taken_away(client: Client, truth: Truth) -> None:
    client.switch("report_seconds", 0)

    assert statuses(client, client.submit(**truth("ordinary-01", "idNumber")), 0) == [200]


@pytest.mark.parametrize(
    ("progression", "expected"),
    [
        pytest.param("immediate", [200, 200, 200], id="immediate"),
        pytest.param({"after_polls": 2}, [202, 202, 200], id="after two polls"),
        pytest.param({"after_seconds": 60}, [202, 200, 200], id="after a minute"),
        pytest.param("manual", [202, 202, 202], id="manual"),
        pytest.param("never", [202, 202, 202], id="never"),
    ],
)
def test_a_rule_chooses_another_progression(
    client: Client, truth: Truth, progression: Any, expected: list[int]
) -> None:
    client.rule("request", {"progression": progression})

    assert statuses(client, client.submit(**truth("ordinary-01", "idNumber")), 0, 60, 600) == expected


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("kyc-china-immediate", [200, 200, 200]),
        ("kyc-china-two-polls", [202, 202, 200]),
        ("kyc-china-never", [202, 202, 202]),
    ],
)
def test_a_person_chooses_one_too(client: Client, truth: Truth, key: str, expected: list[int]) -> None:
    assert statuses(client, client.submit(**truth(key, "idNumber")), 0, 60, 600) == expected


def test_what_waits_for_a_hand_is_finished_by_one(client: Client, truth: Truth) -> None:
    client.rule("request", {"progression": "manual"})
    token = client.submit(**truth("ordinary-01", "idNumber"))
    before = client.poll(token).status
    entry = next(entry for entry in client.tenant.journal.entries() if entry["operation"] == "request")
    client.tenant.transactions.finish(entry["request_id"])

    assert (before, client.poll(token).status) == (202, 200)


@pytest.mark.parametrize(
    ("key", "status"),
    [
        ("kyc-china-service-error", 502),
        ("kyc-china-forbidden", 403),
        ("kyc-china-too-many", 429),
        ("kyc-china-internal-error", 500),
    ],
)
def test_a_person_may_stand_for_a_refusal_and_then_nothing_ran(
    client: Client, truth: Truth, key: str, status: int
) -> None:
    assert client.call("/kyc/cn/request", truth(key)).status == status
    assert client.tenant.ledger.totals()["kyc_china"].keys() == {"request"}


def test_a_rule_may_refuse_before_any_check_ran(client: Client, truth: Truth) -> None:
    client.rule("request", {"error": "502"}, times=1)
    answers = [client.call("/kyc/cn/request", truth("ordinary-01", "idNumber")) for _ in range(2)]

    assert [answer.status for answer in answers] == [502, 200]
    assert orjson.loads(answers[0].body) == {"message": "Verification service error"}


def test_the_same_submission_twice_is_two_runs_charged_twice(client: Client, truth: Truth) -> None:
    fields = truth("ordinary-01", "idNumber")

    assert client.submit(**fields) != client.submit(**fields)
    assert client.tenant.ledger.totals()["kyc_china"]["risk.fraud"] == {"charged": 2, "free": 0}


def test_a_person_may_make_the_answer_slow_or_break_it(client: Client, truth: Truth) -> None:
    slow = client.call("/kyc/cn/request", truth("kyc-china-slow", "idNumber"))
    broken = client.call("/kyc/cn/request", truth("kyc-china-reset", "idNumber"))
    page = client.call("/kyc/cn/request", truth("kyc-china-bad-gateway", "idNumber"))

    assert slow.fault is not None
    assert slow.fault.delay == 2
    assert broken.fault is not None
    assert broken.fault.kind == "reset"
    assert (page.status, dict(page.headers)["Content-Type"]) == (502, "text/html")
