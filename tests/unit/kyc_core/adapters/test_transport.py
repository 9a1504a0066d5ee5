"""Reading answers strictly, and telling a lost answer from a request that never left."""

from __future__ import annotations

import socket

import pytest
import requests
import responses

from kyc_core.adapters.base import AdapterError, Fault
from kyc_core.adapters.transport import Answer, NotSent, Request, Send, exchange, read_json_object, requests_sender
from kyc_core.verdicts import Retry

REQUEST = Request("POST", "https://kyc.example.test/", {"Authorization": "secret", "X-A": "1"}, b"personal")
JSON = {"content-type": "application/json"}


def failing(error: OSError) -> Send:
    def send(request: Request) -> Answer:
        raise error

    return send


@pytest.mark.parametrize(
    ("content_type", "body", "document"),
    [
        pytest.param("application/json", b"{}", {}, id="the least"),
        pytest.param("application/json; charset=utf-8", '{"a":"张"}'.encode(), {"a": "张"}, id="with a charset"),
        pytest.param("Application/JSON;charset=UTF-8", b' {"a":[1,null]} ', {"a": [1, None]}, id="any case and blanks"),
    ],
)
def test_a_json_object_is_read(content_type: str, body: bytes, document: dict[str, object]) -> None:
    assert read_json_object(Answer(200, {"CONTENT-type": content_type}, body)) == document


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        pytest.param(Answer(500, JSON, b"{}"), Fault.HTTP_STATUS, id="500"),
        pytest.param(Answer(302, JSON, b"{}"), Fault.HTTP_STATUS, id="redirect"),
        pytest.param(Answer(201, JSON, b"{}"), Fault.HTTP_STATUS, id="201"),
        pytest.param(Answer(200, {}, b"{}"), Fault.CONTENT_TYPE, id="no content type"),
        pytest.param(Answer(200, {"content-type": "text/html"}, b"{}"), Fault.CONTENT_TYPE, id="HTML"),
        pytest.param(Answer(200, {"content-type": "text/plain"}, b"{}"), Fault.CONTENT_TYPE, id="plain text"),
        pytest.param(Answer(200, {"content-type": "application/jsonp"}, b"{}"), Fault.CONTENT_TYPE, id="almost JSON"),
        pytest.param(
            Answer(200, {"content-type": "application/json; charset=gbk"}, b"{}"), Fault.CONTENT_TYPE, id="GBK"
        ),
        pytest.param(Answer(200, JSON, b""), Fault.MALFORMED, id="empty"),
        pytest.param(Answer(200, JSON, b'{"a":1'), Fault.MALFORMED, id="truncated"),
        pytest.param(Answer(200, JSON, b'{"a":1}{}'), Fault.MALFORMED, id="two documents"),
        pytest.param(Answer(200, JSON, b'\xef\xbb\xbf{"a":1}'), Fault.MALFORMED, id="byte order mark"),
        pytest.param(Answer(200, JSON, b'{"a":"\xff"}'), Fault.MALFORMED, id="not UTF-8"),
        pytest.param(Answer(200, JSON, b'{"a":1,"a":1}'), Fault.MALFORMED, id="a member twice"),
        pytest.param(Answer(200, JSON, b'{"b":{"a":1,"\\u0061":2}}'), Fault.MALFORMED, id="twice, deep and escaped"),
        pytest.param(Answer(200, JSON, b'{"a":NaN}'), Fault.MALFORMED, id="NaN"),
        pytest.param(Answer(200, JSON, b"[" * 100_000), Fault.MALFORMED, id="too deep"),
        pytest.param(Answer(200, JSON, b"1" * 10_000), Fault.MALFORMED, id="a huge number"),
        pytest.param(Answer(200, JSON, b"[]"), Fault.CONTRACT, id="an array"),
        pytest.param(Answer(200, JSON, b"null"), Fault.CONTRACT, id="null"),
    ],
)
def test_everything_doubtful_is_refused_as_possibly_charged(answer: Answer, fault: Fault) -> None:
    with pytest.raises(AdapterError) as caught:
        read_json_object(answer)

    assert (caught.value.fault, caught.value.charge_possible) == (fault, True)


def test_an_unreadable_document_is_not_quoted() -> None:
    with pytest.raises(AdapterError) as caught:
        read_json_object(Answer(200, JSON, b'{"Name":"Wei Xiaobao"'))

    assert "Wei" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("error", "retry", "charge_possible"),
    [
        pytest.param(NotSent("x"), Retry.NOW, False, id="not sent"),
        pytest.param(ConnectionRefusedError(), Retry.NOW, False, id="refused"),
        pytest.param(ConnectionResetError(), Retry.LATER, True, id="reset"),
        pytest.param(TimeoutError(), Retry.LATER, True, id="timeout"),
    ],
)
def test_a_lost_answer_may_have_been_charged(error: OSError, retry: Retry, charge_possible: bool) -> None:
    with pytest.raises(AdapterError) as caught:
        exchange(failing(error), REQUEST)

    assert (caught.value.fault, caught.value.retry) == (Fault.TRANSPORT, retry)
    assert caught.value.charge_possible is charge_possible
    assert "personal" not in str(caught.value)


def test_neither_requests_nor_answers_show_their_contents() -> None:
    assert repr(REQUEST) == "Request(method='POST', url='https://kyc.example.test/')"
    assert repr(Answer(200, JSON, b"personal")) == "Answer(status=200)"


@responses.activate
def test_the_ordinary_sender_sends_what_it_is_given_and_follows_nobody() -> None:
    responses.post(REQUEST.url, status=302, headers={"Location": "https://elsewhere.example.test/"}, body=b"moved")

    answer = requests_sender()(REQUEST)

    assert (answer.status, answer.body) == (302, b"moved")
    assert answer.header("location") == "https://elsewhere.example.test/"
    (call,) = responses.calls
    assert isinstance(call, responses.Call)
    assert call.request.body == b"personal"
    assert (call.request.headers["Authorization"], call.request.headers["X-A"]) == ("secret", "1")


@responses.activate
@pytest.mark.parametrize(
    ("error", "charge_possible"),
    [
        pytest.param(requests.ConnectTimeout(), False, id="no connection"),
        pytest.param(requests.exceptions.SSLError(), True, id="trouble with TLS, before or after"),
        pytest.param(requests.ConnectionError(), True, id="some trouble"),
        pytest.param(requests.ReadTimeout(), True, id="no answer"),
        pytest.param(requests.exceptions.ChunkedEncodingError(), True, id="half an answer"),
    ],
)
def test_the_ordinary_sender_tells_what_may_have_been_charged(error: Exception, charge_possible: bool) -> None:
    responses.post(REQUEST.url, body=error)

    with pytest.raises(AdapterError) as caught:
        exchange(requests_sender(), REQUEST)

    assert caught.value.charge_possible is charge_possible


def test_a_closed_port_costs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    with pytest.raises(AdapterError) as caught:
        exchange(requests_sender(connect=2, read=2), Request("POST", f"http://127.0.0.1:{port}/", {}, b""))

    assert (caught.value.fault, caught.value.charge_possible) == (Fault.TRANSPORT, False)


@responses.activate
def test_a_netrc_entry_does_not_replace_the_authorization(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    netrc = tmp_path_factory.mktemp("home") / "netrc"
    netrc.write_text("machine kyc.example.test login a password b\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    responses.post(REQUEST.url, body=b"")

    requests_sender()(REQUEST)

    (call,) = responses.calls
    assert isinstance(call, responses.Call)
    assert call.request.headers["Authorization"] == "secret"
