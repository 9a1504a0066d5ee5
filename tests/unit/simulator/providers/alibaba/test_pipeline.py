from __future__ import annotations

import re
from typing import TYPE_CHECKING

import orjson
import pytest

from simulator.engine import Engine
from simulator.providers.alibaba import PROVIDER, pipeline
from simulator.upstream import Exchange

if TYPE_CHECKING:
    from tests.unit.simulator.providers.alibaba.conftest import Client

REQUEST_ID = re.compile(r"[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}")


def test_the_order_of_the_checks_is_that_of_the_dossier() -> None:
    assert [name for name, _ in pipeline.CHECKS] == [
        "method", "version", "action", "scheme", "answer_format", "credential", "completeness", "timestamp",
        "access_key", "access_key_state", "security_token", "window", "signature", "nonce", "throttle",
        "required_parameters", "ram_policy", "account", "missing", "values", "pictures",
    ]  # fmt: skip
    assert [name for name, _ in pipeline.DECIDERS] == ["rule", "documentation_sample", "person", "decision"]


def test_every_step_that_was_taken_is_kept(client: Client) -> None:
    client.call("Id2MetaVerifyIntl", ProductCode="ID_2META", ParamType="normal", IdentifyNum="310115188503140620",
                UserName="林静怡")  # fmt: skip
    steps = [check for check, _, _ in client.last["steps"]]

    assert steps == [*(name for name, _ in pipeline.CHECKS), *(name for name, _ in pipeline.DECIDERS)]
    assert client.step("decision") == {"person": "ordinary-01", "finding": "match"}


def test_a_success_has_the_usual_headers_and_members(client: Client) -> None:
    answer = client.send(client.v3({"MerchantBizId": "m", "TransactionId": client.start()}, "CheckVerifyLog"))
    headers = dict(answer.headers)
    document = orjson.loads(answer.body)

    assert list(document) == ["RequestId", "Code", "Message", "Result"]
    assert REQUEST_ID.fullmatch(document["RequestId"])
    assert headers["x-acs-request-id"] == document["RequestId"]
    assert headers["Date"] == "Mon, 05 Jan 2026 00:00:00 GMT"


@pytest.mark.parametrize(
    ("asked", "content_type"),
    [
        ("JSON", "application/json;charset=utf-8"),
        ("json", "application/json;charset=utf-8"),
        ("XML", "text/xml;charset=utf-8"),
    ],
)
def test_v1_is_answered_in_the_format_it_asks_for(client: Client, asked: str, content_type: str) -> None:
    answer = client.send(client.v1({"MerchantBizId": "m", "TransactionId": client.start()}, Format=asked))

    assert dict(answer.headers)["Content-Type"] == content_type


def test_v1_without_a_format_is_answered_as_xml(client: Client) -> None:
    parameters = {"MerchantBizId": "m", "TransactionId": client.start(MerchantUserId="alibaba-immediate")}
    body = client.send(client.v1(parameters, without="Format")).body.decode()

    assert body.startswith("<?xml version='1.0' encoding='UTF-8'?><CheckResultResponse><RequestId>")
    assert "<Result><Passed>Y</Passed><SubCode>200</SubCode><ExtIdInfo>{" in body


def test_v3_is_answered_as_json_whatever_it_asks_for(client: Client) -> None:
    answer = client.send(client.v3({"Format": "XML", "MerchantBizId": "m", "TransactionId": client.start()}))

    assert dict(answer.headers)["Content-Type"].startswith("application/json")


def test_of_a_parameter_given_twice_the_query_s_counts(client: Client) -> None:
    transaction = client.start(MerchantUserId="alibaba-immediate")
    request = client.v3({"TransactionId": transaction}, form={"MerchantBizId": "m", "TransactionId": "hk1"})

    assert client.body(request)["Code"] == "Success"


def test_a_body_that_is_no_form_holds_no_parameters(client: Client) -> None:
    transaction = client.start()
    request = client.v3({"TransactionId": transaction}, form={"MerchantBizId": "m"}, content_type="text/plain")

    assert client.refusal(request) == (400, "MissingParameter")


def test_parameters_are_told_apart_by_case_and_strangers_ignored(client: Client) -> None:
    transaction = client.start()

    assert client.call("CheckResult", MerchantBizId="m", transactionId=transaction)["Code"] == "MissingParameter"
    assert client.result(transaction, Stranger="x")["Code"] == "ProcessNotCompleted"
    assert set(client.last["request"]["fields"]) == {"MerchantBizId", "TransactionId"}


@pytest.mark.parametrize("spelling", ["Success", "success"])
def test_the_code_of_the_period_check_has_two_spellings(client: Client, spelling: str) -> None:
    client.tenant.set_switch("alibaba.period_code", spelling)
    person = client.tenant.register.get("ordinary-01")
    assert person is not None
    engine = Engine(client.services)  # the schema knows the usual spelling alone
    request = client.v3(
        {},
        "Id2MetaPeriodVerifyIntl",
        form={
            "ProductCode": "eKYC_Date_MIN",
            "MerchantBizId": "m",
            "DocType": "00000001",
            "DocName": person.name,
            "DocNo": person.resident_id,
            "ValidityStartDate": person.valid_from or "",
            "ValidityEndDate": person.valid_to or "",
        },
    )
    answer = engine.answer(request)

    assert answer is not None
    assert orjson.loads(answer.body)["Code"] == spelling


class TestBusinessErrors:
    def test_with_status_200_they_are_bare(self, client: Client) -> None:
        client.tenant.set_switch("alibaba.business_errors_http_200", True)
        answer = client.send(client.v3({"MerchantBizId": "m", "TransactionId": "hk1"}))
        document = orjson.loads(answer.body)

        assert answer.status == 200
        assert list(document) == ["RequestId", "Code", "Message"]
        assert document["Code"] == "TransactionIdInvalid"

    def test_those_of_the_gateway_stay_as_they_are(self, client: Client) -> None:
        client.tenant.set_switch("alibaba.business_errors_http_200", True)
        answer = client.send(client.v3({}, "NoSuchAction"))

        assert (answer.status, len(orjson.loads(answer.body))) == (404, 5)


def test_an_older_gateway_recommends_nothing(client: Client) -> None:
    client.tenant.set_switch("alibaba.envelope", "older")

    assert list(client.call("CheckResult")) == ["RequestId", "HostId", "Code", "Message"]


def test_a_recommendation_may_name_product_and_request(client: Client) -> None:
    client.tenant.set_switch("alibaba.recommend", "full")
    document = client.call("CheckResult")

    assert document["Recommend"] == (
        "https://api.aliyun.com/troubleshoot?q=MissingParameter&product=Cloudauth-intl"
        f"&requestId={document['RequestId']}"
    )


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        ("cloudauth-intl.cn-hongkong.aliyuncs.com", "cloudauth-intl.cn-hongkong.aliyuncs.com"),
        ("127.0.0.1:8080", "127.0.0.1"),
        ("[::1]:8080", "[::1]"),
        ("localhost:8080/alibaba", "localhost"),
        ("", "localhost"),
    ],
)
def test_the_host_is_the_one_addressed(client: Client, host: str, shown: str) -> None:
    client.host = host

    assert client.body(client.v3({}))["HostId"] == shown


def test_a_failure_of_our_own_is_the_gateway_s_internal_error(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(exchange: Exchange) -> None:
        del exchange
        raise ZeroDivisionError

    monkeypatch.setattr(pipeline, "Call", broken)
    answer = Engine(client.services).answer(client.v3({}))

    assert answer is not None
    assert answer.status == 500
    assert orjson.loads(answer.body)["Message"].startswith("The request processing has failed due to some unknown")
    assert client.last["answer"]["code"] == "InternalError"


def test_absent_members_may_be_null(client: Client) -> None:
    client.tenant.set_switch("alibaba.absent_members", "null")
    transaction = client.start(MerchantUserId="alibaba-immediate")
    result = client.result(transaction)["Result"]

    assert [name for name, value in result.items() if value is None] == [
        "ExtFaceInfo", "ExtRiskInfo", "ExtBasicInfo", "ExtInfo", "EkycResult", "ExtSourceInfo",
    ]  # fmt: skip


def test_null_members_are_left_out_of_xml(client: Client) -> None:
    client.tenant.set_switch("alibaba.absent_members", "null")
    transaction = client.start(MerchantUserId="alibaba-immediate")
    body = client.send(client.v1({"MerchantBizId": "m", "TransactionId": transaction}, without="Format")).body

    assert b"EkycResult" not in body


def test_the_provider_names_its_hosts_prefix_and_credentials() -> None:
    assert "cloudauth-intl.cn-hongkong.aliyuncs.com" in PROVIDER.hosts
    assert (PROVIDER.prefixes, PROVIDER.identifies) == (
        ("/alibaba",),
        ("access_key_id", "temporary.access_key_id"),
    )
