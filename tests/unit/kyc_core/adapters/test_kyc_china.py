from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from kyc_core.adapters.base import AdapterError, Claim, Fault, Received
from kyc_core.adapters.kyc_china import KycChinaAdapter
from kyc_core.adapters.transport import Answer, NotSent, Request
from kyc_core.verdicts import Retry, Verdict

TOKEN = "aGVhZA.Ym9keQ.c2ln"
TWO = "identity.two-factor"
CLAIM = Claim(name="测试甲", resident_id="110101190001010006", mobile="13800138000")
REPORT: dict[str, Any] = {
    "reportMetadata": {"status": "completed"},
    "submitted": {"name": "测试甲", "idNumber": "110101190001010006"},
    "identity": {"two-factor": {"result": "match", "consistent": True, "code": "1", "message": "OK"}},
    "summary": {"ran": [TWO], "matched": [TWO], "unmatched": [], "notFound": [], "errored": []},
}


def answer(status: int, body: Any, content_type: str = "application/json") -> Answer:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Answer(status, {"Content-Type": content_type}, raw)


ACCEPTED = answer(200, {"token": TOKEN})
WAITING = answer(202, {"message": "KYC verification still processing"})


class Provider:
    """Answers in the order given, the last one for ever; time passes only by sleeping and by ``takes`` per call."""

    def __init__(self, *answers: Answer | OSError, takes: float = 0.0) -> None:
        self._answers: Iterator[Answer | OSError] = iter(answers)
        self._last: Answer | OSError = answers[-1]
        self._takes = takes
        self.now = 0.0
        self.heard: list[tuple[float, Request]] = []

    def send(self, request: Request) -> Answer:
        self.heard.append((self.now, request))
        self.now += self._takes
        found = next(self._answers, self._last)
        if isinstance(found, OSError):
            raise found
        return found

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def adapter(self, **choices: Any) -> KycChinaAdapter:
        return KycChinaAdapter(
            client_id="id",
            client_secret="secret",
            sleep=self.sleep,
            clock=lambda: self.now,
            endpoint="http://127.0.0.1:8080/",
            send=self.send,
            **choices,
        )

    def polls(self) -> list[float]:
        return [at for at, request in self.heard if request.url.endswith("/poll")]


def test_a_report_is_waited_for_and_read() -> None:
    provider = Provider(ACCEPTED, WAITING, WAITING, answer(200, REPORT))
    result = provider.adapter().check(TWO, CLAIM)

    assert (result.verdict, result.passed, result.billed) == (Verdict.MATCH, True, True)
    assert provider.polls() == [2.5, 5.0, 7.5]


def test_only_what_the_sub_check_needs_is_sent_with_both_headers() -> None:
    provider = Provider(ACCEPTED, answer(200, REPORT))
    provider.adapter().check(TWO, CLAIM)
    (_, started), (_, polled) = provider.heard

    assert started.url == "http://127.0.0.1:8080/kyc/cn/request"
    assert json.loads(started.body) == {"name": "测试甲", "idNumber": "110101190001010006"}
    assert (started.headers["x-client-id"], started.headers["x-client-secret"]) == ("id", "secret")
    assert json.loads(polled.body) == {"token": TOKEN}


def test_a_202_is_no_report_whatever_it_holds() -> None:
    provider = Provider(ACCEPTED, answer(202, REPORT))
    result = provider.adapter().check(TWO, CLAIM)

    assert (result.verdict, result.passed, result.billed, result.retry) == (Verdict.PENDING, False, None, Retry.LATER)


def test_patience_ends_after_ninety_seconds() -> None:
    provider = Provider(ACCEPTED, WAITING)
    provider.adapter().check(TWO, CLAIM)

    assert len(provider.polls()) == 36
    assert provider.polls()[-1] == 90.0


def test_slow_answers_use_patience_up_too() -> None:
    provider = Provider(ACCEPTED, WAITING, takes=10.0)
    provider.adapter().check(TWO, CLAIM)

    assert provider.polls() == [12.5, 25.0, 37.5, 50.0, 62.5, 75.0, 87.5]


def test_a_poll_whose_answer_is_lost_is_made_again_and_a_submission_never() -> None:
    provider = Provider(ACCEPTED, ConnectionResetError(), NotSent(), answer(200, REPORT))

    assert provider.adapter().check(TWO, CLAIM).passed
    lost = Provider(ConnectionResetError(), ACCEPTED, answer(200, REPORT))
    with pytest.raises(AdapterError) as refused:
        lost.adapter().check(TWO, CLAIM)
    assert (refused.value.fault, refused.value.charge_possible) == (Fault.TRANSPORT, True)
    assert len(lost.heard) == 1


@pytest.mark.parametrize(
    ("status", "verdict", "retry"),
    [
        (400, Verdict.REFUSED, Retry.FIX_REQUEST),
        (401, Verdict.REFUSED, Retry.FIX_REQUEST),
        (403, Verdict.REFUSED, Retry.FIX_REQUEST),
        (429, Verdict.QUOTA, Retry.LATER),
        (500, Verdict.SOURCE_ERROR, Retry.LATER),
        (502, Verdict.SOURCE_ERROR, Retry.LATER),
    ],
)
def test_a_refusal_ends_it_at_either_call(status: int, verdict: Verdict, retry: Retry) -> None:
    refusal = answer(status, {"message": "no"})
    at_once = Provider(refusal).adapter().check(TWO, CLAIM)
    polled = Provider(ACCEPTED, WAITING, refusal)
    later = polled.adapter().check(TWO, CLAIM)

    assert (at_once.verdict, at_once.retry, at_once.passed) == (verdict, retry, False)
    assert (later.verdict, later.retry, later.passed) == (verdict, retry, False)
    assert len(polled.polls()) == 2


@pytest.mark.parametrize(
    ("reply", "fault"),
    [
        pytest.param(answer(201, {"token": TOKEN}), Fault.HTTP_STATUS, id="created"),
        pytest.param(answer(302, b""), Fault.HTTP_STATUS, id="a redirect"),
        pytest.param(answer(502, b"<html>", "text/html"), Fault.CONTENT_TYPE, id="a proxy's page"),
        pytest.param(answer(200, b"<html>", "text/html"), Fault.CONTENT_TYPE, id="a page"),
        pytest.param(answer(200, b'{"token":'), Fault.MALFORMED, id="half a document"),
        pytest.param(answer(200, []), Fault.CONTRACT, id="a list"),
        pytest.param(answer(200, {}), Fault.CONTRACT, id="no token"),
        pytest.param(answer(200, {"token": 1}), Fault.CONTRACT, id="a number for a token"),
        pytest.param(answer(200, {"token": "a.b"}), Fault.CONTRACT, id="half a token"),
        pytest.param(answer(200, {"token": f"{TOKEN}\n"}), Fault.CONTRACT, id="a token and a line break"),
    ],
)
def test_a_submission_answered_otherwise_is_no_result(reply: Answer, fault: Fault) -> None:
    provider = Provider(reply)
    with pytest.raises(AdapterError) as refused:
        provider.adapter().check(TWO, CLAIM)

    assert refused.value.fault is fault
    assert provider.polls() == []


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(answer(200, {"message": "KYC verification still processing"}), id="waiting with the wrong status"),
        pytest.param(answer(200, {**REPORT, "submitted": {"name": "别人"}}), id="somebody else's report"),
        pytest.param(answer(200, {**REPORT, "submitted": []}), id="an echo that is none"),
        pytest.param(answer(200, {**REPORT, "summary": None}), id="no summary"),
        pytest.param(answer(204, b""), id="nothing"),
        pytest.param(answer(200, b'{"summary":{},"summary":{}}'), id="a member twice"),
    ],
)
def test_a_poll_answered_otherwise_is_no_result(reply: Answer) -> None:
    with pytest.raises(AdapterError):
        Provider(ACCEPTED, reply).adapter().check(TWO, CLAIM)


def test_a_report_need_not_repeat_what_was_submitted() -> None:
    bare = {name: value for name, value in REPORT.items() if name in ("identity", "summary")}

    assert Provider(ACCEPTED, answer(200, bare)).adapter().check(TWO, CLAIM).passed


@pytest.mark.parametrize(
    ("operation", "claim", "fault"),
    [
        pytest.param("identity.none", CLAIM, Fault.UNKNOWN_OPERATION, id="no such sub-check"),
        pytest.param("identity.four-factor", CLAIM, Fault.INCOMPLETE_CLAIM, id="no dates"),
        pytest.param("mobile.address-verify", CLAIM, Fault.INCOMPLETE_CLAIM, id="no address"),
        pytest.param(TWO, Claim(name="a", resident_id="b", extra={"x": 1}), Fault.UNKNOWN_EXTRA, id="unknown extra"),
    ],
)
def test_a_claim_that_does_not_fit_is_never_sent(operation: str, claim: Claim, fault: Fault) -> None:
    provider = Provider(ACCEPTED)
    with pytest.raises(AdapterError) as refused:
        provider.adapter().check(operation, claim)

    assert refused.value.fault is fault
    assert provider.heard == []


def test_photo_and_address_take_their_places() -> None:
    extra: dict[str, str | int] = {"address_type": "work", "address_city": "杭州", "address": "测试路1号"}
    provider = Provider(answer(400, {"message": "no"}))
    provider.adapter().check("identity.image", Claim(name="甲", resident_id="x", photo=b"\xff\xd8"))
    provider.adapter().check("mobile.address-verify", Claim(mobile="13800138000", extra=extra))
    photo, address = (json.loads(request.body) for _, request in provider.heard)

    assert photo["facePhoto"] == "/9g="
    assert address == {
        "mobile": "13800138000",
        "addressesToVerify": [{"type": "work", "city": "杭州", "address": "测试路1号"}],
    }


def test_nothing_of_a_claim_or_a_secret_is_shown() -> None:
    provider = Provider(ACCEPTED, answer(200, REPORT))
    adapter = provider.adapter()
    result = adapter.check(TWO, CLAIM)

    assert "测试甲" not in repr(result) + repr(provider.heard) + repr(adapter)
    assert "secret" not in repr(provider.heard) + repr(adapter)


# Callbacks.

ADDRESS = "https://customer.example/kyc?tenant=1"
CALLED = Claim(name="测试甲", resident_id="110101190001010006", extra={"callback_url": ADDRESS})


def callback_to(provider: Provider) -> Received:
    """Return what the aggregator would send to the address it was given, with a report that says no."""
    url = json.loads(provider.heard[0][1].body)["callbackUrl"]
    return Received(method="POST", target=url.removeprefix("https://customer.example"), headers={}, body=b"{}")


def test_a_callback_leads_to_a_poll_and_is_never_read() -> None:
    provider = Provider(ACCEPTED, answer(200, REPORT))
    adapter = provider.adapter(random_bytes=lambda count: b"k" * count)
    first = adapter.check(TWO, CALLED)
    received = callback_to(provider)

    assert received.target == f"/kyc?tenant=1&check={'6b' * 16}"
    assert [adapter.callback(received) for _ in range(2)] == [first, first]
    assert [request.url.rpartition("/")[2] for _, request in provider.heard] == ["request", "poll", "poll", "poll"]


def test_a_callback_that_comes_too_soon_is_pending() -> None:
    provider = Provider(ACCEPTED, WAITING)
    adapter = provider.adapter(patience=1.0)
    adapter.check(TWO, CALLED)

    assert adapter.callback(callback_to(provider)).verdict is Verdict.PENDING


@pytest.mark.parametrize("target", ["/kyc", "/kyc?check=", "/kyc?check=0000", "/kyc?token=x"])
def test_a_callback_of_nobody_s_is_refused_without_a_call(target: str) -> None:
    provider = Provider(ACCEPTED, answer(200, REPORT))
    adapter = provider.adapter()
    adapter.check(TWO, CALLED)
    calls = len(provider.heard)
    with pytest.raises(AdapterError) as caught:
        adapter.callback(Received(method="POST", target=target, headers={}, body=json.dumps(REPORT).encode()))

    assert caught.value.fault is Fault.UNKNOWN_CALLBACK
    assert len(provider.heard) == calls


def test_without_an_address_none_is_sent() -> None:
    provider = Provider(ACCEPTED, answer(200, REPORT))
    provider.adapter().check(TWO, CLAIM)

    assert "callbackUrl" not in json.loads(provider.heard[0][1].body)
