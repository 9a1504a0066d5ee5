from __future__ import annotations

import pytest

from simulator.providers.mps import documents, soap
from simulator.wire import JSON_HEADERS, WireResponse

REQUEST = soap.Request(soap.SOAP_11, "nciicCheck", "urn:n", {}, "urn:n")


def answer(body: bytes) -> WireResponse:
    return WireResponse(status=200, headers=JSON_HEADERS, body=body)


def test_json_is_read_as_it_is() -> None:
    assert documents.of(answer(b'{"code":"500"}')) == {"code": "500"}


@pytest.mark.parametrize(
    ("inside", "document"),
    [
        pytest.param(
            '<ROWS><ROW no="1"><INPUT><xm>a</xm></INPUT><OUTPUT><ITEM><xm></xm></ITEM><ITEM/></OUTPUT></ROW></ROWS>',
            {"ROWS": [{"no": "1", "INPUT": {"xm": "a"}, "OUTPUT": [{"xm": ""}, {}]}]},
            id="rows",
        ),
        pytest.param(
            '<RESPONSE errorcode="-80"><ROWS><ROW><ErrorCode>-80</ErrorCode></ROW></ROWS></RESPONSE>',
            {"RESPONSE": {"errorcode": "-80", "ROWS": [{"ErrorCode": "-80"}]}},
            id="a refusal",
        ),
    ],
)
def test_a_message_is_read_by_the_document_inside(inside: str, document: object) -> None:
    assert documents.of(answer(soap.response(REQUEST, inside))) == document


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        (soap.SOAP_11, {"faultcode": "soap:Client", "faultstring": "text"}),
        (soap.SOAP_12, {"Code": "soap:Sender", "Reason": "text"}),
    ],
)
def test_a_fault_is_read_by_its_parts(version: soap.Version, expected: dict[str, str]) -> None:
    assert documents.of(answer(soap.fault(version, "Client", "text"))) == {"Fault": expected}


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"text", id="text"),
        pytest.param(b"<a>", id="half"),
        pytest.param(b"<a/>", id="nothing inside"),
        pytest.param(soap.response(REQUEST, ""), id="an empty document"),
        pytest.param(soap.response(REQUEST, "<OTHER/>"), id="another root"),
    ],
)
def test_anything_else_is_no_document(body: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        documents.of(answer(body))
