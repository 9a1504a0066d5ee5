from __future__ import annotations

import re
from typing import TYPE_CHECKING

import orjson
import pytest

from simulator.clock import FixedClock
from simulator.engine import Engine
from simulator.providers.tencent import PROVIDER, pipeline
from simulator.services import Services
from simulator.settings import Settings
from simulator.upstream import Exchange
from simulator.wire import WireRequest

if TYPE_CHECKING:
    from tests.unit.simulator.providers.tencent.conftest import Client

UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
TRACE = "ffe0c072-8a5d-4e17-8887-a8a60252abca"


def test_the_order_of_the_chain_is_the_documented_one() -> None:
    assert [name for name, _ in pipeline.CHECKS] == [
        "method",
        "size",
        "content_type",
        "body",
        "common_parameters",
        "version",
        "action",
        "authorization",
        "timestamp",
        "secret_id",
        "token",
        "signature",
        "cam_policy",
        "throttle",
        "parameters",
        "account",
        "encrypted_fields",
        "values",
        "picture",
    ]
    assert [name for name, _ in pipeline.DECIDERS] == [
        "rule",
        "documentation_sample",
        "person",
        "picture_warning",
        "business_format",
        "daily_attempts",
        "data_source",
    ]


def test_a_success_is_200_json_and_nothing_more(client: Client, honest: dict[str, str]) -> None:
    response = client.send(client.v3(honest))

    assert (response.status, response.headers, response.fault) == (200, (("Content-Type", "application/json"),), None)
    assert re.fullmatch(
        rb'\{"Response":\{"Result":"0","Description":"Authentication passed","RequestId":"[0-9a-f-]{36}"\}\}',
        response.body,
    )


def test_a_refusal_is_200_json_too(client: Client) -> None:
    response = client.send(client.v3({}))

    assert (response.status, response.headers) == (200, (("Content-Type", "application/json"),))
    assert list(orjson.loads(response.body)["Response"]) == ["Error", "RequestId"]
    assert list(orjson.loads(response.body)["Response"]["Error"]) == ["Code", "Message"]


def test_every_answer_has_a_request_id_of_its_own(client: Client, honest: dict[str, str]) -> None:
    nobody = WireRequest(method="GET", path="/tencent", query=b"", headers=(), body=b"")
    requests = [client.v3(honest), client.v3({}), client.v3(honest, secret_key="K" * 32), nobody, nobody]
    found = [client.ask(request)["RequestId"] for request in requests]

    assert len(set(found)) == len(found)
    assert all(UUID4.fullmatch(each) for each in found)


def test_the_journal_finds_an_answer_by_its_request_id(client: Client, honest: dict[str, str]) -> None:
    inside = client.ask(client.v3(honest))
    entry = client.tenant.journal.find(inside["RequestId"])

    assert entry is not None
    assert [check for check, passed, _ in entry["steps"] if passed] == [
        *[name for name, _ in pipeline.CHECKS],
        *[name for name, _ in pipeline.DECIDERS],
    ]


def test_a_refusal_ends_the_chain_where_it_was_made(client: Client) -> None:
    client.refusal(client.v3({}))
    steps = client.last["steps"]

    assert steps[-1][:2] == ["parameters", False]
    assert all(passed for _, passed, _ in steps[:-1])


@pytest.mark.parametrize("kind", ["success", "refusal"])
def test_a_trace_id_is_sent_back_unless_the_switch_says_no(client: Client, honest: dict[str, str], kind: str) -> None:
    request = client.v3(honest if kind == "success" else {}, headers={"x-tc-traceid": TRACE})
    assert client.send(request).headers == (("Content-Type", "application/json"), ("X-TC-TraceId", TRACE))

    client.tenant.set_switch("tencent.echo_trace_id", False)

    assert client.send(request).headers == (("Content-Type", "application/json"),)


def test_a_full_stop_can_be_dropped_from_english_descriptions(client: Client, honest: dict[str, str]) -> None:
    client.tenant.rules.add(
        {"provider": "tencent", "operation": "BankCardVerification", "then": {"result": "-13"}, "times": 2}
    )
    assert client.ask(client.v3(honest))["Description"] == "The card has expired."

    client.tenant.set_switch("tencent.description_full_stops", "chinese_style")

    assert client.ask(client.v3(honest))["Description"] == "The card has expired"


def test_a_fault_of_our_own_is_the_documented_internal_error(
    client: Client, honest: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(exchange: Exchange) -> bool:
        raise ZeroDivisionError(honest["IdCard"])

    monkeypatch.setattr(client.tenant.throttle, "per_second", broken)
    response = client.send(client.v3(honest))
    inside = orjson.loads(response.body)["Response"]

    assert (response.status, response.headers) == (200, (("Content-Type", "application/json"),))
    assert inside["Error"] == {"Code": "InternalError", "Message": "Internal error."}
    assert UUID4.fullmatch(inside["RequestId"])
    assert client.last["answer"]["charged"] is False


def test_two_simulators_with_one_seed_give_the_same_answers_ids_included(clock: FixedClock) -> None:
    def bodies() -> list[bytes]:
        engine = Engine(Services(Settings(seed="same"), (PROVIDER,), clock=clock))
        request = WireRequest(method="GET", path="/tencent/", query=b"", headers=(), body=b"")
        answers = [engine.answer(request) for _ in range(3)]
        return [answer.body for answer in answers if answer is not None]

    assert bodies() == bodies()


@pytest.mark.parametrize(
    ("host", "path"),
    [
        pytest.param("faceid.intl.tencentcloudapi.com", "/", id="international host"),
        pytest.param("faceid.tencentcloudapi.com", "/", id="domestic host"),
        pytest.param("faceid.ap-guangzhou.tencentcloudapi.com", "/", id="pinned host"),
        pytest.param("faceid.localhost:8080", "/", id="local name"),
        pytest.param("tencent.localhost:8080", "/", id="the provider's local name"),
        pytest.param("127.0.0.1:8080", "/tencent", id="prefix"),
        pytest.param("127.0.0.1:8080", "/tencent/", id="prefix with a slash"),
        pytest.param("127.0.0.1:8080/tencent", "/tencent", id="prefix, and in the header too"),
    ],
)
def test_a_request_with_nothing_in_it_misses_its_timestamp(client: Client, host: str, path: str) -> None:
    request = WireRequest(method="GET", path=path, query=b"", headers=(("host", host),), body=b"")

    assert client.refusal(request) == (
        "MissingParameter",
        "The request is missing a required parameter `Timestamp`.",
    )


def test_the_bare_path_of_an_unknown_host_answers_what_is_signed_and_nothing_else(
    client: Client, honest: dict[str, str]
) -> None:
    nothing = WireRequest(method="GET", path="/", query=b"", headers=(("host", "example.com"),), body=b"")

    assert client.engine.answer(nothing) is None
    assert client.ask(client.v3(honest))["Result"] == "0"
    assert client.ask(client.v1(honest))["Result"] == "0"
    assert client.ask(client.v1(honest, method="GET"))["Result"] == "0"


@pytest.mark.parametrize("path", ["/tencent", "/tencent/"])
def test_an_endpoint_with_a_path_works_whether_the_client_signs_it_or_not(
    client: Client, honest: dict[str, str], path: str
) -> None:
    assert client.ask(client.v3(honest))["Result"] == "0"
    unsigned = client.v3(honest)
    signed_too = client.v3(honest, path=path)

    assert client.ask(signed_too)["Result"] == "0"
    assert (
        client.ask(WireRequest(method="POST", path=path, query=b"", headers=unsigned.headers, body=unsigned.body))[
            "Result"
        ]
        == "0"
    )
