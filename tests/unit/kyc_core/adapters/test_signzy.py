"""The Signzy reference adapter: what it sends, and when it logs in."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from kyc_core.adapters.base import Adapter, AdapterError, Claim, Fault
from kyc_core.adapters.signzy import SignzyAdapter, User
from kyc_core.adapters.transport import Answer, NotSent, Request
from kyc_core.verdicts import Retry, Verdict

NUMBER = "110101190001010006"
CLAIM = Claim(name="测试甲", resident_id=NUMBER, extra={"consent": True})
USER = User("user", "password")
JSON = {"Content-Type": "application/json"}
VERIFY = "https://api.signzy.app/api/v3/global-kyc-verify/cn/nid"
LOGIN = "https://api.signzy.app/api/customers/login"
GOOD = {"fullName": "NA", "dateOfBirth": "NA", "nationalIdNumber": "NA", "sourceVerificationStatus": "Verified"}


def error(status: int) -> Answer:
    return Answer(status, JSON, json.dumps({"error": {"name": "n", "statusCode": status, "message": "m"}}).encode())


class Provider:
    """Gives out tokens ``t1``, ``t2``... and takes those that are not revoked."""

    def __init__(self, *, ttl: int = 1000) -> None:
        self.ttl = ttl
        self.seen: list[Request] = []
        self.logins = 0
        self.revoked: set[str] = set()
        self.login_answer: Answer | None = None
        self.verify_answer = Answer(200, JSON, json.dumps(GOOD).encode())

    def __call__(self, request: Request) -> Answer:
        self.seen.append(request)
        if request.url == LOGIN:
            self.logins += 1
            made = {"id": f"t{self.logins}", "ttl": self.ttl, "created": "x", "userId": "y"}
            return self.login_answer or Answer(200, JSON, json.dumps(made).encode())
        return error(401) if request.headers["Authorization"] in self.revoked else self.verify_answer

    @property
    def tokens(self) -> list[str]:
        return [request.headers["Authorization"] for request in self.seen if request.url == VERIFY]


def adapter(
    send: Callable[[Request], Answer], *, clock: Callable[[], float] = lambda: 0.0, **options: Any
) -> SignzyAdapter:
    return SignzyAdapter(**({"credential": USER} | options), clock=clock, send=send)


def test_it_keeps_the_protocol() -> None:
    checker: Adapter = adapter(Provider())

    assert checker.check("verify", CLAIM).passed


def test_what_is_sent_is_what_the_page_asks_for() -> None:
    provider = Provider()
    adapter(provider, credential="static").check("verify", CLAIM)
    [request] = provider.seen

    assert (request.method, request.url) == ("POST", VERIFY)
    assert request.headers["Authorization"] == "static"
    assert json.loads(request.body) == {
        "fullName": "测试甲",
        "dateOfBirth": "1900-01-01",
        "identityInformation": {"nationalIdNumber": NUMBER},
        "consent": True,
    }


def test_a_stated_birth_date_goes_before_the_numbers_own() -> None:
    provider = Provider()
    claim = Claim(name="a", resident_id=NUMBER, extra={"consent": True, "date_of_birth": "1900-01-02"})
    adapter(provider, credential="static").check("verify", claim)

    assert json.loads(provider.seen[0].body)["dateOfBirth"] == "1900-01-02"


@pytest.mark.parametrize(
    ("claim", "fault"),
    [
        pytest.param(Claim(name="a", resident_id=NUMBER), Fault.INCOMPLETE_CLAIM, id="no consent"),
        pytest.param(
            Claim(name="a", resident_id=NUMBER, extra={"consent": False}), Fault.INCOMPLETE_CLAIM, id="refused consent"
        ),
        pytest.param(
            Claim(name="a", resident_id=NUMBER, extra={"consent": "no"}), Fault.INCOMPLETE_CLAIM, id="another text"
        ),
        pytest.param(Claim(resident_id=NUMBER, extra={"consent": True}), Fault.INCOMPLETE_CLAIM, id="no name"),
        pytest.param(Claim(name="a", extra={"consent": True}), Fault.INCOMPLETE_CLAIM, id="no number"),
        pytest.param(
            Claim(name="a", resident_id="110101190002290003", extra={"consent": True}),
            Fault.INCOMPLETE_CLAIM,
            id="a number that names no day",
        ),
        pytest.param(
            Claim(name="a", resident_id=NUMBER, extra={"consent": True, "x": 1}), Fault.UNKNOWN_EXTRA, id="extra"
        ),
    ],
)
def test_a_claim_that_does_not_fit_is_never_sent(claim: Claim, fault: Fault) -> None:
    provider = Provider()

    with pytest.raises(AdapterError) as refused:
        adapter(provider).check("verify", claim)

    assert (refused.value.fault, provider.seen) == (fault, [])


def test_an_unknown_operation_is_never_sent() -> None:
    provider = Provider()

    with pytest.raises(AdapterError) as refused:
        adapter(provider).check("login", CLAIM)

    assert (refused.value.fault, provider.seen) == (Fault.UNKNOWN_OPERATION, [])


def test_it_logs_in_once_and_again_before_the_token_expires() -> None:
    provider = Provider(ttl=1000)
    now = [0.0]
    checker = adapter(provider, clock=lambda: now[0])

    for moment in (0.0, 939.0, 940.0, 941.0):
        now[0] = moment
        checker.check("verify", CLAIM)

    assert provider.tokens == ["t1", "t1", "t2", "t2"]
    assert json.loads(provider.seen[0].body) == {"username": "user", "password": "password"}
    assert "Authorization" not in provider.seen[0].headers


def test_a_refused_token_is_renewed_once() -> None:
    provider = Provider()
    checker = adapter(provider)
    checker.check("verify", CLAIM)
    provider.revoked = {"t1"}

    assert checker.check("verify", CLAIM).passed
    assert provider.tokens == ["t1", "t1", "t2"]


def test_a_token_refused_again_is_the_answer() -> None:
    provider = Provider()
    provider.revoked = {"t1", "t2", "t3"}
    found = adapter(provider).check("verify", CLAIM)

    assert (found.verdict, found.provider_code, found.retry) == (Verdict.REFUSED, "401", Retry.FIX_REQUEST)
    assert provider.tokens == ["t1", "t2"]


def test_a_static_token_is_not_renewed() -> None:
    provider = Provider()
    provider.revoked = {"static"}
    found = adapter(provider, credential="static").check("verify", CLAIM)

    assert (found.provider_code, provider.logins, provider.tokens) == ("401", 0, ["static"])


@pytest.mark.parametrize(("status", "code"), [(401, "LOGIN_FAILED"), (403, "403"), (500, "500")])
def test_a_refused_login_is_the_answer(status: int, code: str) -> None:
    provider = Provider()
    provider.login_answer = error(status)
    found = adapter(provider).check("verify", CLAIM)

    assert (found.provider_code, found.passed, found.billed) == (code, False, False)
    assert provider.tokens == []


def test_an_outage_is_not_a_conflict() -> None:
    provider = Provider()
    provider.verify_answer = error(409)
    found = adapter(provider).check("verify", CLAIM)

    assert (found.verdict, found.retry, found.billed) == (Verdict.SOURCE_ERROR, Retry.LATER, False)
    assert len(provider.tokens) == 1


def test_a_provider_that_is_not_there_was_not_reached() -> None:
    def nobody(_: Request) -> Answer:
        raise NotSent("refused")

    with pytest.raises(AdapterError) as refused:
        adapter(nobody).check("verify", CLAIM)

    assert (refused.value.fault, refused.value.charge_possible) == (Fault.TRANSPORT, False)


def test_login_may_stand_at_another_host() -> None:
    provider = Provider()
    adapter(provider, endpoint="http://a/", login_endpoint="https://api.signzy.app").check("verify", CLAIM)

    assert [request.url for request in provider.seen] == [LOGIN, "http://a/api/v3/global-kyc-verify/cn/nid"]


def test_secrets_stay_out_of_repr() -> None:
    assert "password" not in repr(USER).replace("User(name='user')", "")
    assert "secret" not in repr(adapter(Provider(), credential="secret"))
