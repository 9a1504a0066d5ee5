"""The SOAP layer: a message in, one operation with two texts; one text or a fault out. Pure.

Both documents of the service travel as text inside SOAP: ``inConditions`` in, ``out`` back. Clients disagree about
namespaces and no description of the service is public, so a request is read whatever its namespaces are, and answered
in the very ones it used.

>>> asked = read('''<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>
... <n:nciicCheck xmlns:n="urn:n"><n:inLicense>L</n:inLicense><n:inConditions/></n:nciicCheck></e:Body></e:Envelope>
... '''.encode())
>>> asked.operation, asked.parameters
('nciicCheck', {'inLicense': 'L', 'inConditions': ''})

Source:
    Operations, parameter names and ``out``: public integrations of the NCIIC service [sdk]; namespaces differ between
    them and are not established. Envelope and faults: SOAP 1.1, sections 4 and 6.2; SOAP 1.2, part 1, section 5 [doc].
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Final, NamedTuple
from xml.sax.saxutils import escape, quoteattr

from kyc_core.strict_xml import NotStrictXml, children, local, namespace
from kyc_core.strict_xml import read as read_xml

TARGET_NAMESPACE: Final = "http://api.nciic.com.cn/nciic_ws/services/NciicServices"
"""Of our description, and of answers to what could not be read [inferred]."""

LICENSE: Final = "inLicense"
CONDITIONS: Final = "inConditions"
OUT: Final = "out"


class Version(NamedTuple):
    """One version of SOAP: its namespace, the content type of its messages, and its names for the two faults."""

    namespace: str
    content_type: str
    faults: Mapping[str, str]


SOAP_11: Final = Version(
    "http://schemas.xmlsoap.org/soap/envelope/",
    "text/xml; charset=utf-8",
    {"Client": "Client", "Server": "Server"},
)
SOAP_12: Final = Version(
    "http://www.w3.org/2003/05/soap-envelope",
    "application/soap+xml; charset=utf-8",
    {"Client": "Sender", "Server": "Receiver"},
)
_VERSIONS: Final = {version.namespace: version for version in (SOAP_11, SOAP_12)}


class Request(NamedTuple):
    """One call of the service.

    Attributes:
        version: of SOAP.
        operation: local name of the element in the body.
        namespace: of that element.
        parameters: texts by local name.
        parameter_namespace: of the parameters.
    """

    version: Version
    operation: str
    namespace: str
    parameters: Mapping[str, str]
    parameter_namespace: str


class NotSoap(ValueError):
    """A body is no SOAP message with one operation; ``reason`` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def read(body: bytes) -> Request:
    """Read a request.

    Raises:
        NotSoap: not strict XML, no envelope of a known version, or not one operation in its body.
    """
    try:
        root = read_xml(body)
    except NotStrictXml as refused:
        raise NotSoap(refused.problem.value) from None
    version = _VERSIONS.get(namespace(root))
    if version is None or local(root) != "Envelope":
        raise NotSoap("envelope")
    bodies = children(root, "Body")
    if len(bodies) != 1 or len(bodies[0]) != 1:
        raise NotSoap("body")
    call = bodies[0][0]
    return Request(
        version=version,
        operation=local(call),
        namespace=namespace(call),
        parameters={local(child): child.text or "" for child in call},
        parameter_namespace=namespace(call[0]) if len(call) else "",
    )


def response(request: Request, out: str) -> bytes:
    """Write the answer to *request* that carries *out*."""
    name = f"{request.operation}Response"
    inner = f"<{OUT} xmlns={quoteattr(request.parameter_namespace)}>{escape(out)}</{OUT}>"
    body = f"<{name} xmlns={quoteattr(request.namespace)}>{inner}</{name}>"
    return _message(request.version, body)


def fault(version: Version, code: str, text: str) -> bytes:
    """Write a fault; *code* is ``Client`` or ``Server``, whatever this version calls them."""
    name, said = version.faults[code], escape(text)
    if version is SOAP_12:
        reason = f'<soap:Reason><soap:Text xml:lang="zh">{said}</soap:Text></soap:Reason>'
        body = f"<soap:Fault><soap:Code><soap:Value>soap:{name}</soap:Value></soap:Code>{reason}</soap:Fault>"
    else:
        body = f"<soap:Fault><faultcode>soap:{name}</faultcode><faultstring>{said}</faultstring></soap:Fault>"
    return _message(version, body)


def _message(version: Version, body: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<soap:Envelope xmlns:soap="{version.namespace}"><soap:Body>{body}</soap:Body></soap:Envelope>'
    ).encode()


def description(location: str) -> bytes:
    """Return the WSDL of the service at *location*, a URL."""
    return _description().replace("{location}", escape(location, {'"': "&quot;"})).encode()


@lru_cache(maxsize=1)
def _description() -> str:
    text = (files(__package__) / "nciic.wsdl").read_text("utf-8")
    return text.replace("{namespace}", TARGET_NAMESPACE)
