"""How Signzy's answers are read: as documented, or not at all."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kyc_core.adapters.base import AdapterError, CheckResult, Fault
from kyc_core.adapters.signzy_answers import read_failed_login, read_refusal, read_token, read_verification
from kyc_core.adapters.transport import Answer
from kyc_core.verdicts import Retry, Verdict

GOOD = {"fullName": "NA", "dateOfBirth": "NA", "nationalIdNumber": "NA", "sourceVerificationStatus": "Verified"}
JSON = {"Content-Type": "application/json"}


def answer(document: Any, status: int = 200) -> Answer:
    return Answer(status, JSON, json.dumps(document).encode())


def six(status: int, /, **changes: Any) -> Answer:
    members = {"name": "n", "reason": "r", "status": status, "message": "m", "type": "t", "statusCode": status}
    return answer({"error": members | changes}, status)


def read(document: Any) -> CheckResult:
    return read_verification(answer(document), "verify")


@pytest.mark.parametrize(
    ("code", "verdict", "billed"),
    [
        ("Verified", Verdict.MATCH, True),
        ("Not Verified", Verdict.MISMATCH, True),
        ("Unable to Verify", Verdict.NOT_FOUND, False),
    ],
)
def test_each_status_has_its_meaning(code: str, verdict: Verdict, billed: bool) -> None:
    found = read(GOOD | {"sourceVerificationStatus": code})

    assert (found.verdict, found.billed, found.retry) == (verdict, billed, Retry.NEVER)
    assert (found.provider_code, found.request_id) == (code, None)
    assert found.passed is (code == "Verified")


@pytest.mark.parametrize(
    "document",
    [
        pytest.param({"result": GOOD}, id="wrapped"),
        pytest.param(
            {name.replace("nationalId", "nationaId"): value for name, value in GOOD.items()}, id="misspelt (S4)"
        ),
        pytest.param(GOOD | {"x_future_field": 1}, id="members nobody knows yet"),
        pytest.param(dict(reversed(GOOD.items())), id="another order"),
    ],
)
def test_other_spellings_of_an_answer_are_read(document: dict[str, Any]) -> None:
    assert read(document).verdict is Verdict.MATCH


@pytest.mark.parametrize(
    ("document", "fault"),
    [
        pytest.param(GOOD | {"sourceVerificationStatus": "verified"}, Fault.UNKNOWN_CODE, id="other letters"),
        pytest.param(
            GOOD | {"sourceVerificationStatus": "Full Match"}, Fault.UNKNOWN_CODE, id="the sibling's word (S9)"
        ),
        pytest.param(GOOD | {"sourceVerificationStatus": "Verified "}, Fault.UNKNOWN_CODE, id="a blank"),
        pytest.param(GOOD | {"sourceVerificationStatus": ""}, Fault.UNKNOWN_CODE, id="empty"),
        pytest.param(GOOD | {"sourceVerificationStatus": True}, Fault.CONTRACT, id="true"),
        pytest.param(GOOD | {"sourceVerificationStatus": None}, Fault.CONTRACT, id="null"),
        pytest.param(GOOD | {"sourceVerificationStatus": ["Verified"]}, Fault.CONTRACT, id="a list"),
        pytest.param({**GOOD, "fullName": "林静怡"}, Fault.CONTRACT, id="a name instead of NA"),
        pytest.param({"sourceVerificationStatus": "Verified"}, Fault.CONTRACT, id="nothing echoed"),
        pytest.param(GOOD | {"nationaIdNumber": "NA"}, Fault.CONTRACT, id="the number twice"),
        pytest.param(GOOD | {"result": GOOD}, Fault.CONTRACT, id="inside and outside"),
        pytest.param(GOOD | {"result": "success"}, Fault.CONTRACT, id="a result of another service"),
        pytest.param({"result": [GOOD]}, Fault.CONTRACT, id="a list of results"),
        pytest.param([GOOD], Fault.CONTRACT, id="an array"),
        pytest.param({"error": {"name": "x", "status": 200}}, Fault.CONTRACT, id="an error with 200"),
    ],
)
def test_nothing_else_is_believed(document: Any, fault: Fault) -> None:
    with pytest.raises(AdapterError) as refused:
        read(document)

    assert (refused.value.fault, refused.value.charge_possible) == (fault, True)


def test_a_status_given_twice_is_not_believed() -> None:
    raw = json.dumps(GOOD)[:-1].encode() + b',"sourceVerificationStatus":"Verified"}'

    with pytest.raises(AdapterError) as refused:
        read_verification(Answer(200, JSON, raw), "verify")

    assert refused.value.fault is Fault.MALFORMED


@pytest.mark.parametrize(
    ("status", "verdict", "retry"),
    [
        (400, Verdict.REFUSED, Retry.FIX_REQUEST),
        (401, Verdict.REFUSED, Retry.FIX_REQUEST),
        (403, Verdict.QUOTA, Retry.LATER),
        (404, Verdict.REFUSED, Retry.FIX_REQUEST),
        (409, Verdict.SOURCE_ERROR, Retry.LATER),
        (422, Verdict.REFUSED, Retry.FIX_REQUEST),
        (500, Verdict.SOURCE_ERROR, Retry.LATER),
    ],
)
def test_a_refusal_is_told_by_its_status(status: int, verdict: Verdict, retry: Retry) -> None:
    for shown in (
        six(status),
        six(status, statusCode=1042),
        answer({"error": {"name": "E", "statusCode": status}}, status),
    ):
        found = read_verification(shown, "verify")

        assert (found.verdict, found.billed, found.retry) == (verdict, False, retry)
        assert (found.provider_code, found.passed) == (str(status), False)


@pytest.mark.parametrize(
    ("shown", "fault"),
    [
        pytest.param(Answer(502, {"Content-Type": "text/html"}, b"<html>"), Fault.HTTP_STATUS, id="proxy"),
        pytest.param(Answer(409, {"Content-Type": "text/html"}, b"<html>"), Fault.HTTP_STATUS, id="409 of a proxy"),
        pytest.param(answer({"error": {"name": "x", "statusCode": 503}}, 503), Fault.HTTP_STATUS, id="unknown status"),
        pytest.param(six(409, status=400), Fault.CONTRACT, id="another status inside"),
        pytest.param(six(409, name=None), Fault.CONTRACT, id="no name"),
        pytest.param(answer({"error": "x"}, 400), Fault.CONTRACT, id="no object"),
        pytest.param(answer(GOOD, 409), Fault.CONTRACT, id="a success with 409"),
        pytest.param(answer(GOOD, 201), Fault.HTTP_STATUS, id="a success with 201"),
    ],
)
def test_a_refusal_that_is_none_has_no_result(shown: Answer, fault: Fault) -> None:
    with pytest.raises(AdapterError) as refused:
        read_refusal(shown, "verify")

    assert (refused.value.fault, refused.value.retry) == (fault, Retry.LATER)


def test_a_refused_login_has_the_code_of_its_own() -> None:
    refused = answer({"error": {"statusCode": 401, "name": "Error", "message": "m", "code": "LOGIN_FAILED"}}, 401)

    assert read_failed_login(refused, "verify").provider_code == "LOGIN_FAILED"
    assert read_failed_login(six(500), "verify").provider_code == "500"


@pytest.mark.parametrize(("ttl", "seconds"), [(1209600, 1209600), ("60", 60), (0, 0)])
def test_a_life_is_a_number_or_digits(ttl: object, seconds: int) -> None:
    token = read_token(answer({"id": "abc", "ttl": ttl, "created": "x", "userId": "y"}))

    assert (token.text, token.ttl) == ("abc", seconds)


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"id": "abc"},
        {"id": "", "ttl": 1},
        {"id": 7, "ttl": 1},
        {"id": "a\nb", "ttl": 1},
        {"id": "a b", "ttl": 1},
        {"id": "令牌", "ttl": 1},
        {"id": "a" * 5000, "ttl": 1},
        {"id": "abc", "ttl": True},
        {"id": "abc", "ttl": -1},
        {"id": "abc", "ttl": 1.5},
        {"id": "abc", "ttl": "soon"},
        {"id": "abc", "ttl": "9" * 5000},
    ],
    ids=lambda document: str(document)[:40],
)
def test_a_token_that_cannot_be_used_is_none(document: dict[str, Any]) -> None:
    with pytest.raises(AdapterError) as refused:
        read_token(answer(document))

    assert (refused.value.fault, refused.value.charge_possible) == (Fault.CONTRACT, False)
