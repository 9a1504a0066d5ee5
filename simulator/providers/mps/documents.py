"""An answer as a JSON document, which is what the schemas describe: JSON as it is, SOAP by its documents. Pure.

A message of NCIIC becomes ``{"ROWS": [...]}`` or ``{"RESPONSE": {...}}`` after its inner root, and a fault
``{"Fault": {"faultcode", "faultstring"}}``. Texts, attributes and order are kept; nothing is added.

>>> of_rows('<ROWS><ROW no="1"><ErrorCode>-901</ErrorCode><ErrorMsg>x</ErrorMsg></ROW></ROWS>')
{'ROWS': [{'no': '1', 'ErrorCode': '-901', 'ErrorMsg': 'x'}]}
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element

import orjson

from kyc_core.strict_xml import children, local, read
from simulator.providers.mps.soap import OUT

if TYPE_CHECKING:
    from simulator.wire import WireResponse


def of(answer: WireResponse) -> Any:
    """Return the document of an answer of either dialect.

    Raises:
        ValueError: it is neither JSON nor a message of the service.
    """
    if not answer.body.startswith(b"<"):
        return orjson.loads(answer.body)
    return of_message(answer.body)


def of_message(body: bytes) -> dict[str, Any]:
    """Return the document of a SOAP message.

    Raises:
        ValueError: not strict XML, or neither an answer nor a fault.
    """
    root = read(body)
    for element in root.iter():
        if local(element) == "Fault":
            return {"Fault": {local(part): "".join(part.itertext()) for part in element}}
        if local(element) == OUT:
            return of_rows(element.text or "")
    raise ValueError("neither an answer nor a fault")


def of_rows(text: str) -> dict[str, Any]:
    """Return the document that travels inside a message.

    Raises:
        ValueError: not strict XML, or another root than the two there are.
    """
    root = read(text)
    if root.tag == "ROWS":
        return {"ROWS": [_row(row) for row in root]}
    if root.tag != "RESPONSE":
        raise ValueError("another root than ROWS and RESPONSE")
    return {"RESPONSE": {**root.attrib, "ROWS": [_row(row) for rows in children(root, "ROWS") for row in rows]}}


def _row(row: Element) -> dict[str, Any]:
    found: dict[str, Any] = dict(row.attrib)
    for part in row:
        if part.tag == "OUTPUT":
            found[part.tag] = [_texts(item) for item in part]
        else:
            found[part.tag] = _texts(part) if len(part) else part.text or ""
    return found


def _texts(parent: Element) -> dict[str, str]:
    return {child.tag: child.text or "" for child in parent}
