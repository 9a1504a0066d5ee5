from __future__ import annotations

import pytest
from defusedxml.ElementTree import fromstring

from simulator.providers.mps.soap import SOAP_11, SOAP_12, NotSoap, Version, description, fault, read, response


def envelope(body: str, *, soap: str = SOAP_11.namespace, header: str = "") -> bytes:
    return f'<e:Envelope xmlns:e="{soap}">{header}<e:Body>{body}</e:Body></e:Envelope>'.encode()


CALL = (
    '<n:nciicCheck xmlns:n="urn:n"><n:inLicense>L</n:inLicense><n:inConditions>a&lt;b</n:inConditions></n:nciicCheck>'
)


@pytest.mark.parametrize("version", [pytest.param(SOAP_11, id="1.1"), pytest.param(SOAP_12, id="1.2")])
@pytest.mark.parametrize("header", ["", "<e:Header/>"])
def test_a_message_of_either_version_is_read(version: Version, header: str) -> None:
    found = read(envelope(CALL, soap=version.namespace, header=header))

    assert found.version is version
    assert (found.operation, found.namespace, found.parameter_namespace) == ("nciicCheck", "urn:n", "urn:n")
    assert found.parameters == {"inLicense": "L", "inConditions": "a<b"}


@pytest.mark.parametrize(
    ("call", "namespaces"),
    [
        pytest.param('<nciicCheck xmlns="urn:n"><inLicense/></nciicCheck>', ("urn:n", "urn:n"), id="default namespace"),
        pytest.param('<n:nciicCheck xmlns:n="urn:n"><inLicense/></n:nciicCheck>', ("urn:n", ""), id="bare parameters"),
        pytest.param("<nciicCheck><inLicense/></nciicCheck>", ("", ""), id="no namespace"),
        pytest.param('<nciicCheck><p:inLicense xmlns:p="urn:p"/></nciicCheck>', ("", "urn:p"), id="two namespaces"),
        pytest.param('<n:nciicCheck xmlns:n="urn:n"/>', ("urn:n", ""), id="no parameters"),
    ],
)
def test_an_answer_uses_the_namespaces_of_its_request(call: str, namespaces: tuple[str, str]) -> None:
    asked = read(envelope(call))
    assert (asked.namespace, asked.parameter_namespace) == namespaces

    answered = fromstring(response(asked, "x<y&z"))[0][0]
    outer, inner = (f"{{{space}}}" if space else "" for space in namespaces)

    assert (answered.tag, answered[0].tag) == (f"{outer}nciicCheckResponse", f"{inner}out")
    assert answered[0].text == "x<y&z"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param(b"", "not_xml", id="nothing"),
        pytest.param(b"{}", "not_xml", id="JSON"),
        pytest.param(envelope(CALL).decode().encode("utf-16"), "", id="UTF-16 that says so"),
        pytest.param(b'<!DOCTYPE a [<!ENTITY b "c">]>' + envelope("&b;"), "doctype", id="an entity"),
        pytest.param(b"<Envelope/>", "envelope", id="no namespace"),
        pytest.param(b'<a xmlns="http://schemas.xmlsoap.org/soap/envelope/"/>', "envelope", id="no envelope"),
        pytest.param(envelope(CALL, soap="urn:other"), "envelope", id="another version"),
        pytest.param(envelope(""), "body", id="nothing asked"),
        pytest.param(envelope(CALL + CALL), "body", id="asked twice"),
        pytest.param(
            f'<e:Envelope xmlns:e="{SOAP_11.namespace}"/>'.encode(), "body", id="no body"
        ),
    ],
)  # fmt: skip
def test_what_is_no_message_is_refused_by_its_reason(body: bytes, reason: str) -> None:
    if not reason:
        assert read(body).operation == "nciicCheck"
        return
    with pytest.raises(NotSoap) as refused:
        read(body)

    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("version", "code", "told"),
    [
        (SOAP_11, "Client", {"faultcode": "soap:Client", "faultstring": "a<b"}),
        (SOAP_11, "Server", {"faultcode": "soap:Server", "faultstring": "a<b"}),
        (SOAP_12, "Client", {"Value": "soap:Sender", "Text": "a<b"}),
        (SOAP_12, "Server", {"Value": "soap:Receiver", "Text": "a<b"}),
    ],
)
def test_a_fault_is_told_in_the_words_of_its_version(version: Version, code: str, told: dict[str, str]) -> None:
    root = fromstring(fault(version, code, "a<b"))
    leaves = {element.tag.rpartition("}")[2]: element.text for element in root.iter() if not len(element)}

    assert root.tag == f"{{{version.namespace}}}Envelope"
    assert leaves == told


@pytest.mark.parametrize("location", ["http://127.0.0.1:8080/a", 'http://x/?a=1&b="2"'])
def test_the_description_names_its_own_location(location: str) -> None:
    root = fromstring(description(location))
    addresses = [element.get("location") for element in root.iter() if element.tag.endswith("}address")]
    operations = {element.get("name") for element in root.iter() if element.tag.endswith("wsdl/}operation")}

    assert addresses == [location]
    assert operations == {"nciicCheck", "nciicCompare"}
