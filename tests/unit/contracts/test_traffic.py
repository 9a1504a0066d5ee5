from __future__ import annotations

import base64
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import orjson
import pytest

from contracts.findings import Blame, Check, Severity
from contracts.provider_files import ContractError
from contracts.recorder import RawRequest
from contracts.traffic import Judged, Recorded, judge

JSON = ("Content-Type", "application/json")
FORM = ("content-type", "application/x-www-form-urlencoded")
TENCENT = "faceid.intl.tencentcloudapi.com"
SENT = {"Name": "测试甲", "IdCard": "110101190001010006", "BankCard": "6217000000000000103"}
REQUEST_ID = "a5fdb909-5ee6-43ff-a152-bb1b9744ee8b"


def answered(result: Any = "0", **members: Any) -> dict[str, Any]:
    return {"Response": {"Result": result, "Description": "d", "RequestId": REQUEST_ID, **members}}


def refused(code: str) -> dict[str, Any]:
    return {"Response": {"Error": {"Code": code, "Message": "m"}, "RequestId": REQUEST_ID}}


def recorded(
    answer: Any = None,
    sent: Any = SENT,
    *,
    action: str = "BankCardVerification",
    host: str = TENCENT,
    status: int = 200,
) -> Recorded:
    body = answered() if answer is None else answer
    return Recorded(
        place="line 1",
        host=host,
        request=RawRequest(method="POST", target="/", headers=(JSON, ("X-TC-Action", action)), body=orjson.dumps(sent)),
        status=status,
        body=body if isinstance(body, bytes) else orjson.dumps(body),
    )


def told(judged: Judged) -> list[tuple[str, str, Blame]]:
    return [(problem.where, problem.seen, problem.blame) for problem in judged.problems]


def test_what_keeps_to_the_contract_is_explained_by_its_row() -> None:
    found = judge(recorded())

    assert (found.provider, found.operation, found.problems, found.unjudged) == (
        "tencent",
        "BankCardVerification",
        (),
        (),
    )
    assert found.row is not None
    assert (found.row.kind, found.row.code) == ("result", "0")


@pytest.mark.parametrize(
    ("answer", "status", "problems"),
    [
        pytest.param(
            answered("-99"),
            200,
            [("/Response/Result", "another one, -99"), ("$.Response.Result", "breaks enum")],
            id="another code",
        ),
        pytest.param(
            refused("AuthFailure.Moon"),
            200,
            [("/Response/Error/Code", "another one, AuthFailure.Moon")],
            id="another error",
        ),
        pytest.param(answered("0", Extra=1), 200, [("$.Response", "breaks additionalProperties")], id="another member"),
        pytest.param(
            {"Response": {"RequestId": REQUEST_ID}},
            200,
            [("code", "no code where one should be"), ("$.Response", "breaks required")],
            id="no code",
        ),
        pytest.param(answered(), 203, [("status", "203")], id="another status"),
        pytest.param(b"<html>", 200, [("$", "something else")], id="another form"),
        pytest.param(
            answered("110101190001010006"),
            200,
            [("/Response/Result", "another one"), ("$.Response.Result", "breaks enum")],
            id="a person's number",
        ),
    ],
)
def test_what_no_schema_and_no_row_explains_is_drift(answer: Any, status: int, problems: list[tuple[str, str]]) -> None:
    found = judge(recorded(answer, status=status))

    assert told(found) == [(*problem, Blame.DRIFT) for problem in problems]
    assert {problem.check for problem in found.problems} == {Check.OUTCOMES}


def test_a_member_that_may_be_a_value_is_not_told() -> None:
    schema_breaker = {"Response": {"Error": {"Code": "InternalError", "Message": "m", "测试甲": {}}, "RequestId": 1}}

    assert "测试甲" not in repr(judge(recorded(schema_breaker)).problems)


def test_a_request_that_breaks_its_schema_is_the_adapters_fault_if_it_was_refused_for_it() -> None:
    found = judge(recorded(refused("MissingParameter"), {"Name": 1}))

    assert told(found) == [("$", "breaks required", Blame.ADAPTER), ("$.Name", "breaks type", Blame.ADAPTER)]
    assert {problem.check for problem in found.problems} == {Check.REQUESTS}


def test_a_request_that_breaks_its_schema_and_was_taken_shows_that_the_schema_is_too_narrow() -> None:
    assert told(judge(recorded(sent={**SENT, "New": 1}))) == [
        ("$", "breaks additionalProperties, and was taken", Blame.DRIFT)
    ]


def test_a_request_without_an_answer_is_judged_by_itself() -> None:
    found = judge(replace(recorded(sent=[]), status=0, body=None))

    assert told(found) == [("$", "neither a JSON object nor a form", Blame.ADAPTER)]
    assert (found.row, found.unjudged) == (None, ("the call has no answer",))


def test_an_operation_that_nobody_knows_is_drift() -> None:
    found = judge(recorded(action="MoonVerification"))

    assert (found.operation, told(found)) == ("", [("operation", "another one", Blame.DRIFT)])


def test_an_operation_that_is_known_and_not_played_is_the_simulators_gap() -> None:
    request = RawRequest(
        method="POST", target="/?Action=Id3MetaVerify", headers=(("x-acs-action", "Id3MetaVerify"),), body=b""
    )
    answer = orjson.dumps({"RequestId": "R", "Code": "200", "Message": "OK", "ResultObject": {"BizCode": "1"}})
    found = judge(Recorded(place="entry 1", host="cloudauth.aliyuncs.com", request=request, status=200, body=answer))

    assert [(problem.blame, problem.where) for problem in found.problems if problem.check is Check.OUTCOMES] == [
        (Blame.DRIFT, "code"),
        (Blame.SIMULATOR, "$"),
    ]


def test_calls_to_nobodys_host_are_counted_and_not_judged() -> None:
    found = judge(
        Recorded(
            place="line 1",
            host="example.org",
            status=200,
            body=b"{}",
            request=RawRequest(method="POST", target="/upi/x", headers=(JSON,), body=b"{}"),
        )
    )

    assert (found.provider, found.problems, found.unjudged) == ("", (), ("example.org is no provider's host",))


def test_a_host_that_is_none_is_not_repeated() -> None:
    elsewhere = replace(recorded(host="测试甲"), request=RawRequest(method="GET", target="/", headers=(), body=b""))

    assert judge(elsewhere).unjudged == ("what has no host name is no provider's host",)


def test_whose_it_is_may_be_said_where_the_host_does_not_tell() -> None:
    request = RawRequest(method="POST", target="/kyc/cn/poll", headers=(JSON,), body=b'{"token": "t"}')
    call = Recorded(place="line 1", host="kyc.example", request=request, status=202, body=b'{"message": "m"}')

    assert judge(call).provider == ""
    assert judge(call, provider="kyc_china").operation == "poll"
    with pytest.raises(ContractError):
        judge(call, provider="nobody")


@pytest.mark.parametrize(
    ("host", "target", "headers", "provider", "operation"),
    [
        pytest.param("mps.localhost", "/mps/v1/two-factor", (JSON,), "mps", "two-factor", id="a name of ours"),
        pytest.param("kyc-china.localhost", "/kyc/cn/poll", (JSON,), "kyc_china", "poll", id="one with a hyphen"),
        pytest.param(
            "127.0.0.1",
            "/upi/uis/idverify/v1/idcardphotoverification",
            (JSON,),
            "upi",
            "ID_CARD_PHOTO_VERIFICATION",
            id="a prefix",
        ),
        pytest.param("[::1]", "/tencent?Action=MobileStatus", (), "tencent", "MobileStatus", id="another address"),
        pytest.param(
            "localhost", "/?Action=InitializeV2", (), "alibaba", "Initialize", id="what is signed, by an alias"
        ),
        pytest.param(
            "proxy.example", "/", (("x-acs-action", "CardOcr"),), "alibaba", "CardOcr", id="a header of its own"
        ),
        pytest.param("localhost", "/elsewhere", (), "", "", id="nobody's path"),
        pytest.param("localhost", "/mps/v2/other", (), "mps", "", id="nobody's operation"),
    ],
)
def test_whose_it_is(host: str, target: str, headers: Any, provider: str, operation: str) -> None:
    request = RawRequest(method="POST", target=target, headers=headers, body=b"{}")
    found = judge(Recorded(place="p", host=host, request=request, status=0, body=None))

    assert (found.provider, found.operation) == (provider, operation)


SOAP = """<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><n:{name} xmlns:n="urn:n"/></e:Body>
</e:Envelope>"""


@pytest.mark.parametrize(
    ("body", "operation"),
    [
        pytest.param(SOAP.format(name="nciicCompare").encode(), "nciicCompare", id="named by its element"),
        pytest.param(SOAP.format(name="other").encode(), "", id="another element"),
        pytest.param(b"<e", "", id="no XML"),
    ],
)
def test_operations_at_one_address_are_told_by_what_the_message_holds(body: bytes, operation: str) -> None:
    target = "/nciic_ws/services/NciicServices"
    request = RawRequest(method="POST", target=target, headers=(("Content-Type", "text/xml"),), body=body)
    found = judge(Recorded(place="p", host="ws.nciic.org.cn", request=request, status=0, body=None))

    assert found.operation == operation


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        pytest.param({"unreadable": "compressed with br"}, "the answer's body: compressed with br", id="compressed"),
        pytest.param({"body": None}, "the answer's body: not recorded", id="left out"),
        pytest.param({"unreadable_request": "compressed with br"}, "the request: compressed with br", id="request"),
        pytest.param(
            {
                "request": RawRequest(
                    method="POST",
                    target="/",
                    headers=(FORM, ("X-TC-Action", "BankCardVerification")),
                    body=b"CertType=0",
                )
            },
            "the request: parameters of a GET or a form have no types and are spelt with dots; "
            "only JSON bodies are compared",
            id="without types",
        ),
        pytest.param(
            {
                "request": RawRequest(
                    method="POST",
                    target="/",
                    headers=(
                        ("Content-Type", "multipart/form-data; boundary=x"),
                        ("X-TC-Action", "BankCardVerification"),
                    ),
                    body=b"--x--",
                )
            },
            "the request: a multipart form",
            id="multipart",
        ),
        pytest.param(
            {
                "request": RawRequest(
                    method="POST", target="/", headers=(("X-TC-Action", "BankCardVerification"),), body=b"<a/>"
                )
            },
            "the request: an XML document; its schema describes what it holds, not how",
            id="XML",
        ),
    ],
)
def test_what_cannot_be_judged_is_said_and_is_no_finding(changed: dict[str, Any], why: str) -> None:
    found = judge(replace(recorded(), **changed))

    assert (found.problems, found.unjudged) == ((), (why,))


def test_what_is_sealed_is_said_beside_what_is_not() -> None:
    request = RawRequest(
        method="POST",
        target="/uis/idverify/v1/idcardphotoverification",
        headers=(JSON,),
        body=b'{"encData": "a.b.c.d.e"}',
    )
    answer = b'{"msgResponse": {"responseCode": "00", "responseMsg": "Approved"}, "confidence": "87"}'
    found = judge(Recorded(place="p", host="apigateway.unionpayintl.com", request=request, status=200, body=answer))

    assert found.row is not None
    assert "cannot be judged without UPI's private key" in found.unjudged[0]
    assert ("$", "breaks required, and was taken") in [(problem.where, problem.seen) for problem in found.problems]


def test_parameters_of_the_signature_are_none_of_the_business() -> None:
    body = urlencode({"Action": "Mobile2MetaVerifyIntl", "SignatureNonce": "n", "ProductCode": "MOBILE_2META"}).encode()
    request = RawRequest(method="POST", target="/", headers=(FORM,), body=body)
    host = "cloudauth-intl.cn-hongkong.aliyuncs.com"
    found = judge(Recorded(place="p", host=host, request=request, status=0, body=None))

    assert ("$", "breaks additionalProperties") not in [(problem.where, problem.seen) for problem in found.problems]


def test_a_status_that_follows_a_switch_may_be_any_of_its_values() -> None:
    sent = {"fullName": "a", "dateOfBirth": "b"}
    request = RawRequest(
        method="POST", target="/api/v3/global-kyc-verify/cn/nid", headers=(JSON,), body=orjson.dumps(sent)
    )
    pdf = Recorded(
        place="p",
        host="sandbox.staging-api.fill-easy.com",
        status=200,
        body=b"%PDF-1.7",
        request=RawRequest(method="GET", target="/_pdf/x.pdf?X-Amz-Date=1", headers=(), body=b""),
    )
    error = {"error": {"statusCode": 401, "name": "Error", "message": "login failed", "code": "LOGIN_FAILED"}}
    login = Recorded(
        place="p",
        host="api.signzy.app",
        status=401,
        body=orjson.dumps(error),
        request=replace(request, target="/api/customers/login", body=b'{"username": "u", "password": "p"}'),
    )

    assert [(found.row.code if found.row else "", told(found)) for found in (judge(pdf), judge(login))] == [
        ("200", []),
        ("LOGIN_FAILED", []),
    ]


def test_a_minor_thing_is_minor() -> None:
    assert [problem.severity for problem in judge(recorded(status=201)).problems] == [Severity.MINOR]


def test_base64_is_the_readers_business() -> None:
    assert judge(recorded(base64.b64encode(b"{}"))).problems[0].seen == "something else"
