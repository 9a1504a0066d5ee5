from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from contracts.registry import validator
from simulator.providers.kyc_china.legacy import RENAMED

Truth = Callable[..., dict[str, Any]]
Client = Any

OLD_NAMES = {today: old for old, today in RENAMED.items()}

CALLS = [
    pytest.param("identity", {"type": "two-factor"}, "name idNumber", "comparison", id="two-factor"),
    pytest.param(
        "identity", {"type": "four-factor"}, "name idNumber idIssueDate idExpiryDate", "comparison", id="four"
    ),
    pytest.param("identity", {"type": "image"}, "name idNumber facePhoto", "comparison", id="image"),
    pytest.param("identity", {"type": "name-mobile"}, "name mobile", "comparison", id="name-mobile"),
    pytest.param("identity", {"type": "id-mobile"}, "idNumber mobile", "comparison", id="id-mobile"),
    pytest.param("identity", {"type": "three-factor"}, "name idNumber mobile", "comparison", id="three-factor"),
    pytest.param("mobile", {"type": "attribution"}, "mobile", "data", id="attribution"),
    pytest.param("mobile", {"type": "location-query", "locationType": "2"}, "mobile", "data", id="work"),
    pytest.param("mobile", {"type": "location-query", "locationType": "3"}, "mobile", "data", id="home"),
    pytest.param(
        "mobile",
        {"type": "location-verify", "locationType": "1", "city": "上海", "address": "测试路1号"},
        "mobile",
        "data",
        id="common address",
    ),
    pytest.param("risk", {"type": "fraud-risk"}, "mobile", "data", id="fraud by mobile"),
    pytest.param("risk", {"type": "fraud-risk"}, "idNumber", "data", id="fraud by number"),
    pytest.param("risk", {"type": "criminal-record"}, "name idNumber", "data", id="criminal"),
    pytest.param(
        "bank-verification", {"type": "three-factor"}, "name idNumber bankCardNumber", "comparison", id="card"
    ),
    pytest.param(
        "bank-verification",
        {"type": "four-factor"},
        "name idNumber bankCardNumber mobile",
        "comparison",
        id="card four",
    ),
]


def body_of(truth: Truth, given: dict[str, str], fields: str) -> dict[str, Any]:
    return {**given, **{OLD_NAMES[name]: value for name, value in truth("ordinary-01", *fields.split()).items()}}


@pytest.mark.parametrize(("endpoint", "given", "fields", "kind"), CALLS)
def test_both_generations_are_answered_in_their_words(
    client: Client, truth: Truth, endpoint: str, given: dict[str, str], fields: str, kind: str
) -> None:
    body = body_of(truth, given, fields)
    answers = []
    for generation in ("booleans", "words"):
        client.switch("legacy", generation)
        answer = client.call(f"/kyc/cn/{endpoint}", body)
        assert answer.status == 200, answer.body
        answers.append(orjson.loads(answer.body))
    booleans, words = answers

    assert validator("kyc_china", f"legacy.{endpoint}", "request").is_valid(body)
    if kind == "data":
        assert booleans == words
        return
    assert booleans.keys() == {"success", "consistent", "code", "message"}
    assert (booleans["success"], booleans["consistent"], booleans["code"]) == (True, True, "1")
    assert words.keys() == {"result", "verification", "message"}
    assert (words["result"], words["verification"]) == ("match", given["type"])


@pytest.mark.parametrize(("endpoint", "given", "fields", "kind"), CALLS)
def test_they_are_not_there_unless_asked_for(
    client: Client, truth: Truth, endpoint: str, given: dict[str, str], fields: str, kind: str
) -> None:
    assert client.call(f"/kyc/cn/{endpoint}", body_of(truth, given, fields)).status == 404, kind


@pytest.mark.parametrize(
    ("endpoint", "body"),
    [
        pytest.param("identity", {}, id="no type"),
        pytest.param("identity", {"type": "attribution"}, id="another endpoint's type"),
        pytest.param("identity", {"type": ["two-factor"]}, id="a list of types"),
        pytest.param("identity", {"type": "two-factor", "name": "林静怡"}, id="a field is missing"),
        pytest.param("identity", {"type": "two-factor", "name": "林静怡", "idNo": "1"}, id="a field of another shape"),
        pytest.param("mobile", {"type": "location-query", "mobile": "13490000010"}, id="no location type"),
        pytest.param(
            "mobile", {"type": "location-query", "mobile": "13490000010", "locationType": "1"}, id="no common location"
        ),
        pytest.param(
            "mobile", {"type": "location-verify", "mobile": "13490000010", "locationType": "2"}, id="no address"
        ),
        pytest.param("risk", {"type": "fraud-risk"}, id="neither mobile nor number"),
        pytest.param("risk", b"{", id="no JSON"),
    ],
)
def test_a_bad_request_is_one(client: Client, endpoint: str, body: Any) -> None:
    client.switch("legacy", "words")
    answer = client.call(f"/kyc/cn/{endpoint}", body)

    assert (answer.status, orjson.loads(answer.body)) == (400, {"message": "Invalid request parameters"})


def test_a_check_that_fails_is_the_whole_calls_failure(client: Client, truth: Truth) -> None:
    client.switch("legacy", "words")
    client.rule("identity.two-factor", {"error": "Upstream timeout"})
    answer = client.call("/kyc/cn/identity", body_of(truth, {"type": "two-factor"}, "name idNumber"))

    assert (answer.status, orjson.loads(answer.body)) == (502, {"message": "Upstream verification service error"})


def test_each_call_is_charged_under_its_sub_check(client: Client, truth: Truth) -> None:
    client.switch("legacy", "words")
    client.call("/kyc/cn/identity", body_of(truth, {"type": "two-factor"}, "name idNumber"))

    assert client.tenant.ledger.totals()["kyc_china"]["identity.two-factor"] == {"charged": 1, "free": 0}


def test_a_rule_may_refuse_the_whole_call(client: Client, truth: Truth) -> None:
    client.switch("legacy", "booleans")
    client.rule("legacy.identity", {"error": "502"}, when={"type": "two-factor"})

    assert client.call("/kyc/cn/identity", body_of(truth, {"type": "two-factor"}, "name idNumber")).status == 502
    assert client.call("/kyc/cn/identity", body_of(truth, {"type": "id-mobile"}, "idNumber mobile")).status == 200
